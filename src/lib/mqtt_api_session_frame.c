/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session_frame.c
 * @brief Frames of sessions that arrive, given to who they are for.
 */
#include "mqtt_api_session.h"


/**
 * A session expiry interval as applications know it.
 */
static struct GNUNET_TIME_Relative
in_time (uint32_t expiry_s)
{
  return (UINT32_MAX == expiry_s)
           ? GNUNET_TIME_UNIT_FOREVER_REL
           : GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, expiry_s);
}


/**
 * The service has opened a session, or refuses to.  Calls back.
 */
static void
opened (struct GNUNET_MQTT_Session *session, const struct MQTT_IpcOpened *frame)
{
  const struct GNUNET_MQTT_Handle *h = session->h;
  const struct GNUNET_MQTT_SessionOpened view = {
    .present = frame->present,
    .expiry = in_time (frame->expiry_s),
    .retain_available = h->retain_available,
    .maximum_qos = h->maximum_qos,
    .receive_maximum = frame->receive_maximum,
    .maximum_payload = h->maximum_payload
  };

  session->state = MQTT_API_SESSION_OPEN;
  session->open.clean_start = false;
  session->open.new_client = false;
  session->receive_maximum = frame->receive_maximum;
  if (session->paused)
    MQTT_api_session_put_flow (session);
  if (!frame->present)
    MQTT_session_ids_clear (&session->delivered);
  MQTT_api_session_subscribe_resume (session, frame->present);
  MQTT_api_session_publish_resume (session, frame->present);
  if (NULL == session->callbacks.opened)
    return;
  MQTT_api_session_enter (session);
  session->callbacks.opened (session->cls, &view);
  (void)MQTT_api_session_leave (session);
}


/**
 * The service says that a session is over, or that it never began.
 */
static void
closed (struct GNUNET_MQTT_Session *session, uint8_t reason)
{
  if (session->left)
    MQTT_api_session_finish (session, reason);
  else
    MQTT_api_session_end (session, reason);
}


bool
MQTT_api_session_opened (struct GNUNET_MQTT_Handle *h,
                         const struct MQTT_IpcOpened *frame)
{
  struct GNUNET_MQTT_Session *session;

  session = GNUNET_CONTAINER_multihashmap32_get (h->sessions, frame->session);
  if ((NULL == session) || (MQTT_API_SESSION_OVER == session->state))
    return true;
  if ((MQTT_API_SESSION_OPENING != session->state)
      && (MQTT_API_SESSION_CLOSING != session->state))
    return false;
  if (GNUNET_MQTT_UNSPECIFIED_ERROR <= frame->reason)
    closed (session, frame->reason);
  else if (MQTT_API_SESSION_OPENING == session->state)
    opened (session, frame);
  return !h->gone;
}


bool
MQTT_api_session_closed (struct GNUNET_MQTT_Handle *h,
                         const struct MQTT_IpcClosed *frame)
{
  struct GNUNET_MQTT_Session *session;

  session = GNUNET_CONTAINER_multihashmap32_get (h->sessions, frame->session);
  if ((NULL == session) || (MQTT_API_SESSION_OVER == session->state))
    return true;
  if (MQTT_API_SESSION_WAITING == session->state)
    return false;
  closed (session, frame->reason);
  return !h->gone;
}


/**
 * The service acknowledges.  May call back.
 */
static void
acknowledged (struct GNUNET_MQTT_Session *session,
              const struct MQTT_IpcAck *ack)
{
  if (MQTT_api_session_cares (session))
  {
    if (MQTT_IPC_PUBREL == ack->type)
      MQTT_api_session_released (session, ack);
    else
      MQTT_api_session_acknowledged (session, ack);
    return;
  }
  MQTT_api_session_passed (session, ack);
  if (NULL == session->callbacks.acknowledged)
    return;
  MQTT_api_session_enter (session);
  session->callbacks.acknowledged (session->cls,
                                   (enum GNUNET_MQTT_PacketType)ack->type,
                                   ack->packet_id,
                                   ack->reason);
  (void)MQTT_api_session_leave (session);
}


bool
MQTT_api_session_frame (struct GNUNET_MQTT_Handle *h,
                        uint32_t number,
                        const struct MQTT_IpcFrame *frame)
{
  struct GNUNET_MQTT_Session *session;
  bool legal = true;

  session = GNUNET_CONTAINER_multihashmap32_get (h->sessions, number);
  if ((NULL == session) || (MQTT_API_SESSION_OPEN != session->state))
    return true;
  switch (frame->type)
  {
  case MQTT_IPC_MESSAGE:
    legal = MQTT_api_session_deliver (session, &frame->message);
    break;
  case MQTT_IPC_PUBLISHED:
    legal = MQTT_api_session_published (session,
                                        frame->published.count,
                                        frame->published.reason);
    break;
  case MQTT_IPC_SUBSCRIBED:
    legal = MQTT_api_session_request_answered (session,
                                               true,
                                               frame->subscribed.reason);
    break;
  case MQTT_IPC_UNSUBSCRIBED:
    legal = MQTT_api_session_request_answered (session,
                                               false,
                                               frame->unsubscribed.reason);
    break;
  case MQTT_IPC_ACK:
    acknowledged (session, &frame->ack);
    break;
  default:
    return false;
  }
  return legal && !h->gone;
}
