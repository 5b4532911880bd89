/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session.c
 * @brief The life of a session: opened, opened again, left, over; and how it calls
 *        the application back.
 */
#include "mqtt_api_session.h"

struct MQTT_ApiAnswer
{
  struct MQTT_ApiAnswer *next;
  struct MQTT_ApiAnswer *prev;
  GNUNET_MQTT_SessionContinuation continuation;
  void *cls;
  enum GNUNET_MQTT_ReasonCode reason;
};


bool
MQTT_api_session_cares (const struct GNUNET_MQTT_Session *session)
{
  return GNUNET_MQTT_ACKNOWLEDGE_PACKETS != session->acknowledge;
}


/**
 * Forget all that goes on in a session.
 */
static void
clear (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiAnswer *answer;

  while (NULL != (answer = session->answers_head))
  {
    GNUNET_CONTAINER_DLL_remove (session->answers_head,
                                 session->answers_tail,
                                 answer);
    GNUNET_free (answer);
  }
  if (NULL != session->task)
    GNUNET_SCHEDULER_cancel (session->task);
  session->task = NULL;
  MQTT_api_session_publish_done (session);
  MQTT_api_session_subscribe_done (session);
  MQTT_session_ids_clear (&session->delivered);
}


/**
 * Take a session off the list and free it.
 */
static void
forget (struct GNUNET_MQTT_Session *session)
{
  struct GNUNET_MQTT_Handle *h = session->h;

  clear (session);
  GNUNET_CONTAINER_DLL_remove (h->sessions_head, h->sessions_tail, session);
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (h->sessions,
                                               session->open.session,
                                               session));
  if (NULL != session->will)
    MQTT_message_unref (session->will);
  GNUNET_free_nz ((void *)session->open.will.topic);
  GNUNET_free_nz ((void *)session->open.client_id);
  GNUNET_free (session);
}


/* ------------------------------- callbacks ------------------------------- */

static void
say (void *cls);


/**
 * Say from a task what is to be said.
 */
static void
say_soon (struct GNUNET_MQTT_Session *session)
{
  if (NULL == session->task)
    session->task = GNUNET_SCHEDULER_add_now (&say, session);
}


void
MQTT_api_session_finish (struct GNUNET_MQTT_Session *session,
                         enum GNUNET_MQTT_ReasonCode reason)
{
  const struct MQTT_ApiClose close = session->close;

  forget (session);
  if (NULL != close.continuation)
    close.continuation (close.cls, reason);
}


void
MQTT_api_session_end (struct GNUNET_MQTT_Session *session,
                      enum GNUNET_MQTT_ReasonCode reason)
{
  session->state = MQTT_API_SESSION_OVER;
  session->reason = reason;
  if (!session->left)
  {
    MQTT_api_session_publish_fail (session);
    MQTT_api_session_subscribe_fail (session);
  }
  say_soon (session);
}


void
MQTT_api_session_close_now (struct GNUNET_MQTT_Session *session)
{
  struct GNUNET_MQTT_Handle *h = session->h;

  session->left = true;
  clear (session);
  if ((MQTT_API_SESSION_OPENING != session->state)
      && (MQTT_API_SESSION_OPEN != session->state))
  {
    MQTT_api_session_end (
      session,
      ((MQTT_API_SESSION_WAITING == session->state) && session->asked)
        ? GNUNET_MQTT_SERVER_UNAVAILABLE
        : GNUNET_MQTT_SUCCESS);
    return;
  }
  session->state = MQTT_API_SESSION_CLOSING;
  MQTT_ipc_put_close (h->outbox, &session->close.close);
  MQTT_stream_writer_wake (h->writer);
}


void
MQTT_api_session_enter (struct GNUNET_MQTT_Session *session)
{
  session->calling = true;
}


bool
MQTT_api_session_leave (struct GNUNET_MQTT_Session *session)
{
  session->calling = false;
  if (session->h->gone)
    return false;
  if (session->leaving)
    MQTT_api_session_close_now (session);
  return !session->left;
}


bool
MQTT_api_session_answer (struct GNUNET_MQTT_Session *session,
                         GNUNET_MQTT_SessionContinuation continuation,
                         void *cls,
                         enum GNUNET_MQTT_ReasonCode reason)
{
  if (NULL == continuation)
    return true;
  MQTT_api_session_enter (session);
  continuation (cls, reason);
  return MQTT_api_session_leave (session);
}


void
MQTT_api_session_answer_later (struct GNUNET_MQTT_Session *session,
                               GNUNET_MQTT_SessionContinuation continuation,
                               void *cls,
                               enum GNUNET_MQTT_ReasonCode reason)
{
  struct MQTT_ApiAnswer *answer;

  if (NULL == continuation)
    return;
  answer = GNUNET_new (struct MQTT_ApiAnswer);
  answer->continuation = continuation;
  answer->cls = cls;
  answer->reason = reason;
  GNUNET_CONTAINER_DLL_insert_tail (session->answers_head,
                                    session->answers_tail,
                                    answer);
  say_soon (session);
}


/**
 * Say one thing.
 *
 * @return as MQTT_api_session_leave()
 */
static bool
say_one (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiAnswer *head = session->answers_head;
  struct MQTT_ApiAnswer answer;

  if ((MQTT_API_SESSION_OVER == session->state) && !session->told)
  {
    session->told = true;
    return MQTT_api_session_answer (session,
                                    session->callbacks.closed,
                                    session->cls,
                                    session->reason);
  }
  if (NULL == head)
    return true;
  answer = *head;
  GNUNET_CONTAINER_DLL_remove (session->answers_head,
                               session->answers_tail,
                               head);
  GNUNET_free (head);
  return MQTT_api_session_answer (session,
                                  answer.continuation,
                                  answer.cls,
                                  answer.reason);
}


/**
 * Say what is to be said without the service.  One thing a task: a continuation
 * that asks for the like again does not keep everything else from running.
 */
static void
say (void *cls)
{
  struct GNUNET_MQTT_Session *session = cls;
  struct GNUNET_MQTT_Handle *h = session->h;

  session->task = NULL;
  MQTT_api_enter (h);
  if (session->left)
    MQTT_api_session_finish (session, session->reason);
  else if (say_one (session) && (NULL != session->answers_head))
    say_soon (session);
  (void)MQTT_api_leave (h);
}


/* ------------------------------ connections ------------------------------ */

void
MQTT_api_session_send_open (struct GNUNET_MQTT_Session *session)
{
  struct GNUNET_MQTT_Handle *h = session->h;

  if (MQTT_API_SESSION_WAITING != session->state)
    return;
  if (h->failed)
    MQTT_api_session_end (session, GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION);
  else if (!h->ready)
    return;
  /* The service would end the connection that brings a larger frame. */
  else if (session->open.will.publication.payload_size > h->maximum_payload)
    MQTT_api_session_end (session, GNUNET_MQTT_PACKET_TOO_LARGE);
  else
  {
    session->state = MQTT_API_SESSION_OPENING;
    session->asked = true;
    MQTT_ipc_put_open (h->outbox, &session->open);
    MQTT_stream_writer_wake (h->writer);
  }
}


void
MQTT_api_sessions_resume (struct GNUNET_MQTT_Handle *h)
{
  for (struct GNUNET_MQTT_Session *pos = h->sessions_head; NULL != pos;
       pos = pos->next)
    MQTT_api_session_send_open (pos);
}


void
MQTT_api_sessions_suspend (struct GNUNET_MQTT_Handle *h)
{
  for (struct GNUNET_MQTT_Session *pos = h->sessions_head; NULL != pos;
       pos = pos->next)
  {
    bool was_open = (MQTT_API_SESSION_OPEN == pos->state);

    if (MQTT_API_SESSION_OVER == pos->state)
      continue;
    MQTT_api_session_publish_suspend (pos);
    MQTT_api_session_subscribe_suspend (pos);
    if ((MQTT_API_SESSION_CLOSING == pos->state)
        || (was_open && !MQTT_api_session_cares (pos)))
      MQTT_api_session_end (pos, GNUNET_MQTT_SERVER_UNAVAILABLE);
    else
      pos->state = MQTT_API_SESSION_WAITING;
  }
}


void
MQTT_api_sessions_done (struct GNUNET_MQTT_Handle *h)
{
  while (NULL != h->sessions_head)
    forget (h->sessions_head);
  GNUNET_CONTAINER_multihashmap32_destroy (h->sessions);
}


void
MQTT_api_session_put_ack (struct GNUNET_MQTT_Session *session,
                          enum MQTT_IpcAckType type,
                          uint16_t packet_id,
                          uint8_t reason)
{
  const struct MQTT_IpcAck ack = { .session = session->open.session,
                                   .type = type,
                                   .packet_id = packet_id,
                                   .reason = reason };

  MQTT_ipc_put_ack (session->h->outbox, &ack);
  MQTT_stream_writer_wake (session->h->writer);
}
