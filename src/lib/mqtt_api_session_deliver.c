/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session_deliver.c
 * @brief Messages that arrive in a session, and who acknowledges them (4.3).
 *
 * The identifiers of deliveries that the service may repeat are kept, so that the
 * application is not told twice: at QoS 1 while it has not acknowledged, at QoS 2
 * until PUBREL.
 */
#include "mqtt_api_session.h"


/**
 * Send PUBACK or PUBREC, if it can be sent.  The identifier is kept if the service
 * may ask again.
 */
static void
acknowledge (struct GNUNET_MQTT_Session *session,
             struct MQTT_SessionId *id,
             uint8_t reason)
{
  bool open = (MQTT_API_SESSION_OPEN == session->state);
  bool failed = (GNUNET_MQTT_UNSPECIFIED_ERROR <= reason);

  id->state = MQTT_SESSION_ID_HELD;
  if (open)
    MQTT_api_session_put_ack (session,
                              (1 == id->qos) ? MQTT_IPC_PUBACK
                                             : MQTT_IPC_PUBREC,
                              id->packet_id,
                              reason);
  if (failed || (open && (1 == id->qos)))
    MQTT_session_ids_remove (&session->delivered, id);
}


/**
 * Tell the application of a message.
 *
 * @return as MQTT_api_session_leave()
 */
static bool
tell (struct GNUNET_MQTT_Session *session,
      const struct MQTT_ApiName *name,
      const struct MQTT_IpcMessage *message)
{
  uint32_t identifiers[MQTT_IPC_SUBSCRIPTIONS_MAX];
  unsigned int count = 0;
  struct GNUNET_MQTT_Message view;

  for (uint16_t i = 0; i < message->subscription_count; i++)
  {
    identifiers[count] = MQTT_ipc_message_subscription (message, i);
    count += (0 != identifiers[count]);
  }
  MQTT_api_message_decode (name, &message->publication, &view);
  view.delivery = ++session->h->deliveries;
  view.packet_id = message->packet_id;
  view.dup = message->dup;
  session->callbacks.message (session->cls, &view, identifiers, count);
  MQTT_api_message_done (&view);
  return !session->h->gone;
}


/**
 * Note that a message will be told to the application, unless it was before.
 *
 * @return false if it was: the service is answered as far as it can be
 */
static bool
is_new (struct GNUNET_MQTT_Session *session,
        const struct MQTT_IpcMessage *message)
{
  const struct MQTT_SessionId fresh = { .packet_id = message->packet_id,
                                        .qos = message->publication.qos,
                                        .state = MQTT_SESSION_ID_STORING };
  struct MQTT_SessionId *known = MQTT_session_ids_find (session->delivered,
                                                        message->packet_id);

  if ((NULL != known) && message->dup && (known->qos == fresh.qos))
  {
    if (MQTT_SESSION_ID_HELD == known->state)
      acknowledge (session, known, GNUNET_MQTT_SUCCESS);
    return false;
  }
  /* The service uses the identifier again: it has forgotten the other message. */
  if (NULL != known)
    MQTT_session_ids_remove (&session->delivered, known);
  MQTT_session_ids_add (&session->delivered, fresh);
  return true;
}


bool
MQTT_api_session_deliver (struct GNUNET_MQTT_Session *session,
                          const struct MQTT_IpcMessage *message)
{
  const struct MQTT_ApiName *name = &session->h->names[message->number];
  bool kept = (0 != message->packet_id) && MQTT_api_session_cares (session);

  if (NULL == name->text)
    return false;
  if (kept && !is_new (session, message))
    return true;
  MQTT_api_session_enter (session);
  /* Acknowledged also if the application leaves the session. */
  if (((NULL == session->callbacks.message) || tell (session, name, message))
      && kept && (GNUNET_MQTT_ACKNOWLEDGE_AUTOMATIC == session->acknowledge))
    acknowledge (session,
                 MQTT_session_ids_find (session->delivered, message->packet_id),
                 GNUNET_MQTT_SUCCESS);
  (void)MQTT_api_session_leave (session);
  return true;
}


void
MQTT_api_session_released (struct GNUNET_MQTT_Session *session,
                           const struct MQTT_IpcAck *ack)
{
  struct MQTT_SessionId *id = MQTT_session_ids_find (session->delivered,
                                                     ack->packet_id);

  MQTT_api_session_put_ack (session,
                            MQTT_IPC_PUBCOMP,
                            ack->packet_id,
                            (NULL == id)
                              ? GNUNET_MQTT_PACKET_IDENTIFIER_NOT_FOUND
                              : GNUNET_MQTT_SUCCESS);
  if (NULL != id)
    MQTT_session_ids_remove (&session->delivered, id);
}


void
MQTT_api_session_put_flow (struct GNUNET_MQTT_Session *session)
{
  const struct MQTT_IpcFlow flow = { .session = session->open.session,
                                     .paused = session->paused };

  MQTT_ipc_put_flow (session->h->outbox, &flow);
  MQTT_stream_writer_wake (session->h->writer);
}


/**
 * The application wants messages to wait, or to go on.
 */
static void
set_paused (struct GNUNET_MQTT_Session *session, bool paused)
{
  if (paused == session->paused)
    return;
  session->paused = paused;
  if (MQTT_API_SESSION_OPEN == session->state)
    MQTT_api_session_put_flow (session);
}


void
GNUNET_MQTT_session_pause (struct GNUNET_MQTT_Session *session)
{
  set_paused (session, true);
}


void
GNUNET_MQTT_session_resume (struct GNUNET_MQTT_Session *session)
{
  set_paused (session, false);
}


enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_acknowledge (struct GNUNET_MQTT_Session *session,
                                 uint16_t packet_id,
                                 enum GNUNET_MQTT_ReasonCode reason)
{
  struct MQTT_SessionId *id = MQTT_session_ids_find (session->delivered,
                                                     packet_id);

  if ((GNUNET_MQTT_ACKNOWLEDGE_BY_APPLICATION != session->acknowledge)
      || (NULL == id) || (MQTT_SESSION_ID_STORING != id->state))
    return GNUNET_NO;
  acknowledge (session, id, (uint8_t)reason);
  return GNUNET_OK;
}


enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_send_ack (struct GNUNET_MQTT_Session *session,
                              enum GNUNET_MQTT_PacketType type,
                              uint16_t packet_id,
                              enum GNUNET_MQTT_ReasonCode reason)
{
  if (MQTT_API_SESSION_OPEN != session->state)
    return GNUNET_NO;
  MQTT_api_session_put_ack (session,
                            (enum MQTT_IpcAckType)type,
                            packet_id,
                            (uint8_t)reason);
  return GNUNET_OK;
}
