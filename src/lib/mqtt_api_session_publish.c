/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session_publish.c
 * @brief Publications of a session: held in order until the service has
 *        acknowledged them, and sent again after a reconnect (4.3, 4.4).
 *
 * One goes from the list of waiting ones to that of sent ones, and at QoS 2 to
 * that of released ones.  Its identifier is its own until it has left the last.
 * If packets pass, at QoS 1 and 2 nothing is kept of what was sent.
 */
#include "mqtt_api_session.h"

struct MQTT_ApiPublication
{
  struct MQTT_ApiPublication *next;
  struct MQTT_ApiPublication *prev;
  GNUNET_MQTT_SessionContinuation continuation;
  void *cls;
  /** NULL once it is released. */
  struct MQTT_CachedTopic *topic;
  struct MQTT_Message *message;
  /** 0 at QoS 0, and until it was sent. */
  uint16_t packet_id;
  bool dup;
};


static void
append (struct MQTT_ApiPublications *list,
        struct MQTT_ApiPublication *publication)
{
  GNUNET_CONTAINER_DLL_insert_tail (list->head, list->tail, publication);
}


static void
take (struct MQTT_ApiPublications *list,
      struct MQTT_ApiPublication *publication)
{
  GNUNET_CONTAINER_DLL_remove (list->head, list->tail, publication);
}


/**
 * Let go of what was to be sent.
 */
static void
release (struct MQTT_ApiPublication *publication)
{
  if (NULL == publication->message)
    return;
  MQTT_message_unref (publication->message);
  publication->message = NULL;
  MQTT_topic_cache_release (publication->topic);
  publication->topic = NULL;
}


static void
destroy (struct MQTT_ApiPublication *publication)
{
  release (publication);
  GNUNET_free (publication);
}


/**
 * The service has taken a publication to its end: the identifier is free.
 */
static void
free_packet_id (struct GNUNET_MQTT_Session *session, uint16_t packet_id)
{
  struct MQTT_SessionId *id = MQTT_session_ids_find (session->publishing,
                                                     packet_id);

  if (NULL != id)
    MQTT_session_ids_remove (&session->publishing, id);
}


/**
 * Does this one wait for an acknowledgement by its identifier, and not for
 * PUBLISHED?
 */
static bool
is_acknowledged (const struct MQTT_ApiPublication *publication)
{
  return 0 != publication->message->qos;
}


/**
 * May one more be sent that is acknowledged (4.9)?
 */
static bool
has_quota (const struct GNUNET_MQTT_Session *session)
{
  return (NULL == session->publishing)
         || ((session->receive_maximum > session->publishing->counted)
             && (UINT16_MAX > session->publishing->count));
}


/**
 * Note that the identifier of a publication is under way on this connection, and
 * give it one if it has none.
 */
static void
count (struct GNUNET_MQTT_Session *session,
       struct MQTT_ApiPublication *publication)
{
  struct MQTT_SessionId id = { .qos = publication->message->qos, .counted = 1 };

  if (0 != publication->packet_id)
  {
    MQTT_session_ids_count (
      session->publishing,
      MQTT_session_ids_find (session->publishing, publication->packet_id),
      true);
    return;
  }
  do
    session->last_packet_id++;
  while ((0 == session->last_packet_id)
         || (NULL
             != MQTT_session_ids_find (session->publishing,
                                       session->last_packet_id)));
  publication->packet_id = session->last_packet_id;
  id.packet_id = publication->packet_id;
  MQTT_session_ids_add (&session->publishing, id);
}


/**
 * Refuse the first that waits.
 */
static void
refuse_first (struct GNUNET_MQTT_Session *session,
              enum GNUNET_MQTT_ReasonCode reason)
{
  struct MQTT_ApiPublication *publication = session->waiting.head;

  take (&session->waiting, publication);
  /* Of one that was sent the service may still have the identifier. */
  if (MQTT_api_session_cares (session) && !publication->dup)
    free_packet_id (session, publication->packet_id);
  MQTT_api_session_answer_later (session,
                                 publication->continuation,
                                 publication->cls,
                                 reason);
  destroy (publication);
}


/**
 * Send the first that waits.
 */
static void
send_first (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiPublication *publication = session->waiting.head;
  struct MQTT_IpcPublish publish = { .session = session->open.session };
  bool acknowledged = is_acknowledged (publication);

  if (acknowledged && MQTT_api_session_cares (session))
    count (session, publication);
  publish.packet_id = publication->packet_id;
  publish.dup = publication->dup;
  MQTT_api_put_publish (session->h,
                        &publish,
                        publication->topic,
                        publication->message);
  take (&session->waiting, publication);
  if (acknowledged && !MQTT_api_session_cares (session))
    destroy (publication);
  else
    append (&session->sent, publication);
}


/**
 * Send what waits, as far as the service takes it.
 */
static void
send_waiting (struct GNUNET_MQTT_Session *session)
{
  const struct MQTT_ApiPublication *head;

  if (MQTT_API_SESSION_OPEN != session->state)
    return;
  while (NULL != (head = session->waiting.head))
  {
    const struct MQTT_Message *message = head->message;

    /* The service would end the connection that brings a larger frame. */
    if (message->body_size - message->properties_size
        > session->h->maximum_payload)
      refuse_first (session, GNUNET_MQTT_PACKET_TOO_LARGE);
    else if (!is_acknowledged (head) || !MQTT_api_session_cares (session)
             || has_quota (session))
      send_first (session);
    else
      return;
  }
}


void
MQTT_api_session_publish_suspend (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiPublication *last;

  while (NULL != (last = session->sent.tail))
  {
    take (&session->sent, last);
    last->dup = is_acknowledged (last);
    GNUNET_CONTAINER_DLL_insert (session->waiting.head,
                                 session->waiting.tail,
                                 last);
  }
  for (size_t i = 0;
       (NULL != session->publishing) && (i < session->publishing->count);
       i++)
    MQTT_session_ids_count (session->publishing,
                            &session->publishing->ids[i],
                            false);
}


void
MQTT_api_session_publish_resume (struct GNUNET_MQTT_Session *session,
                                 bool present)
{
  struct MQTT_ApiPublication *publication;

  if (present)
    for (publication = session->released.head; NULL != publication;
         publication = publication->next)
      MQTT_api_session_put_ack (session,
                                MQTT_IPC_PUBREL,
                                publication->packet_id,
                                GNUNET_MQTT_SUCCESS);
  else
  {
    /* The service has lost the session, but not these messages: the identifiers
       end, and what was not acknowledged is published as new. */
    while (NULL != (publication = session->released.head))
    {
      take (&session->released, publication);
      free_packet_id (session, publication->packet_id);
      destroy (publication);
    }
    if (MQTT_api_session_cares (session))
      for (publication = session->waiting.head; NULL != publication;
           publication = publication->next)
        publication->dup = false;
  }
  send_waiting (session);
}


void
MQTT_api_session_publish_fail (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiPublication *publication;

  while (NULL != (publication = session->released.head))
  {
    take (&session->released, publication);
    destroy (publication);
  }
  MQTT_api_session_publish_suspend (session);
  while (NULL != session->waiting.head)
    refuse_first (session, session->reason);
}


void
MQTT_api_session_publish_done (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiPublications *const lists[] = { &session->released,
                                                 &session->sent,
                                                 &session->waiting };

  for (size_t i = 0; i < sizeof (lists) / sizeof (lists[0]); i++)
    while (NULL != lists[i]->head)
    {
      struct MQTT_ApiPublication *publication = lists[i]->head;

      take (lists[i], publication);
      destroy (publication);
    }
  MQTT_session_ids_clear (&session->publishing);
}


/**
 * End a publication that was sent, with a result.
 *
 * @return as MQTT_api_session_leave()
 */
static bool
answer (struct GNUNET_MQTT_Session *session,
        struct MQTT_ApiPublication *publication,
        enum GNUNET_MQTT_ReasonCode reason)
{
  GNUNET_MQTT_SessionContinuation continuation = publication->continuation;
  void *cls = publication->cls;

  take (&session->sent, publication);
  destroy (publication);
  return MQTT_api_session_answer (session, continuation, cls, reason);
}


bool
MQTT_api_session_published (struct GNUNET_MQTT_Session *session,
                            uint32_t count,
                            uint8_t reason)
{
  for (uint32_t i = 0; i < count; i++)
  {
    struct MQTT_ApiPublication *publication = session->sent.head;

    while ((NULL != publication) && is_acknowledged (publication))
      publication = publication->next;
    if (NULL == publication)
      return false;
    if (!answer (session, publication, reason))
      return true;
  }
  return true;
}


/**
 * @return the publication with this identifier, NULL if it is not in the list
 */
static struct MQTT_ApiPublication *
find (const struct MQTT_ApiPublications *list, uint16_t packet_id)
{
  struct MQTT_ApiPublication *pos = list->head;

  /* Acknowledgements come in the order of publications (4.6): it is near. */
  while ((NULL != pos) && (packet_id != pos->packet_id))
    pos = pos->next;
  return pos;
}


/**
 * PUBREC of a publication: the service has it.
 */
static void
received (struct GNUNET_MQTT_Session *session,
          struct MQTT_ApiPublication *publication,
          uint8_t reason)
{
  MQTT_api_session_put_ack (session,
                            MQTT_IPC_PUBREL,
                            publication->packet_id,
                            GNUNET_MQTT_SUCCESS);
  take (&session->sent, publication);
  release (publication);
  append (&session->released, publication);
  (void)MQTT_api_session_answer (session,
                                 publication->continuation,
                                 publication->cls,
                                 reason);
}


/**
 * A publication of QoS @a qos had its PUBACK or PUBREC.
 */
static void
acknowledged (struct GNUNET_MQTT_Session *session,
              const struct MQTT_IpcAck *ack,
              uint8_t qos)
{
  struct MQTT_ApiPublication *publication = find (&session->sent,
                                                  ack->packet_id);

  if ((NULL == publication) || (qos != publication->message->qos))
  {
    if (2 == qos)
      MQTT_api_session_put_ack (
        session,
        MQTT_IPC_PUBREL,
        ack->packet_id,
        (NULL == find (&session->released, ack->packet_id))
          ? GNUNET_MQTT_PACKET_IDENTIFIER_NOT_FOUND
          : GNUNET_MQTT_SUCCESS);
    return;
  }
  if ((2 == qos) && (GNUNET_MQTT_UNSPECIFIED_ERROR > ack->reason))
  {
    received (session, publication, ack->reason);
    return;
  }
  free_packet_id (session, ack->packet_id);
  if (answer (session, publication, ack->reason))
    send_waiting (session);
}


void
MQTT_api_session_acknowledged (struct GNUNET_MQTT_Session *session,
                               const struct MQTT_IpcAck *ack)
{
  struct MQTT_ApiPublication *publication;

  switch (ack->type)
  {
  case MQTT_IPC_PUBACK:
    acknowledged (session, ack, 1);
    break;
  case MQTT_IPC_PUBREC:
    acknowledged (session, ack, 2);
    break;
  case MQTT_IPC_PUBREL:
    break;
  case MQTT_IPC_PUBCOMP:
    publication = find (&session->released, ack->packet_id);
    if (NULL == publication)
      break;
    take (&session->released, publication);
    free_packet_id (session, ack->packet_id);
    destroy (publication);
    send_waiting (session);
  }
}


enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_publish (struct GNUNET_MQTT_Session *session,
                             const struct GNUNET_MQTT_Message *message,
                             GNUNET_MQTT_SessionContinuation continuation,
                             void *cls)
{
  struct MQTT_ApiPublication *publication;
  struct MQTT_CachedTopic *topic;
  struct MQTT_Message *encoded;

  if (!MQTT_api_session_cares (session)
      && ((0 != message->qos) != (0 != message->packet_id)))
    return GNUNET_SYSERR;
  topic = MQTT_topic_cache_get (session->h->topics,
                                message->topic,
                                message->topic_size);
  if (NULL == topic)
    return GNUNET_SYSERR;
  encoded = MQTT_api_message_encode (session->h, message, false);
  if (NULL == encoded)
  {
    MQTT_topic_cache_release (topic);
    return GNUNET_SYSERR;
  }
  publication = GNUNET_new (struct MQTT_ApiPublication);
  publication->continuation = continuation;
  publication->cls = cls;
  publication->topic = topic;
  publication->message = encoded;
  if (!MQTT_api_session_cares (session))
  {
    publication->packet_id = message->packet_id;
    publication->dup = message->dup && (0 != message->qos);
  }
  append (&session->waiting, publication);
  if (MQTT_API_SESSION_OVER == session->state)
    refuse_first (session, session->reason);
  else
    send_waiting (session);
  return GNUNET_OK;
}
