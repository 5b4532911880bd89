/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_deliver.c
 * @brief What reaches a session from the router, and leaves it for the client.
 */
#include "../core/publish_packet.h"
#include "hosted.h"


/**
 * Bytes by which a message, with identifiers of so many subscriptions, counts against
 * the session's bound.
 */
static uint32_t
size_of (const struct MQTT_Message *message, size_t numbers)
{
  return (uint32_t)GNUNET_MIN (UINT32_MAX,
                               MQTT_message_memory (message)
                                 + MQTT_delivery_identifiers_memory (numbers));
}


/**
 * See struct MQTT_Subscriber.
 */
static bool
is_ready (void *cls,
          const struct MQTT_Message *message,
          unsigned int copies,
          size_t numbers)
{
  struct MQTT_HostedSession *hosted = cls;
  uint32_t size = size_of (message, numbers);
  bool ready = MQTT_session_has_room (hosted->core,
                                      copies,
                                      size,
                                      MQTT_hosted_now ())
               && (hosted->subscriber.durable
                   || MQTT_hosted_memory_fits (hosted, (size_t)copies * size));

  MQTT_hosted_after (hosted);
  return ready;
}


/**
 * Is a message larger than the client takes (3.1.2.11.4)?
 */
static bool
is_too_large (const struct MQTT_SessionLine *line,
              const struct MQTT_Topic *topic,
              const struct MQTT_Message *message,
              uint8_t qos,
              const uint32_t *identifiers,
              size_t count)
{
  return (UINT32_MAX != line->maximum_packet)
         && (MQTT_publish_packet_size (topic->name_size,
                                       message,
                                       qos,
                                       identifiers,
                                       count)
             > line->maximum_packet);
}


/**
 * See struct MQTT_Subscriber.
 */
static enum MQTT_Presence
presence (void *cls,
          const struct MQTT_Subscription *member,
          const struct MQTT_Topic *topic,
          const struct MQTT_Message *message)
{
  const struct MQTT_HostedSession *hosted = cls;
  uint32_t identifier = member->number & ~MQTT_DELIVERY_AS_PUBLISHED;

  if (NULL == hosted->line)
    return MQTT_PRESENCE_AWAY;
  if (is_too_large (hosted->line,
                    topic,
                    message,
                    GNUNET_MIN (member->qos, message->qos),
                    &identifier,
                    (0 == identifier) ? 0 : 1))
    return MQTT_PRESENCE_STUCK;
  return MQTT_session_can_send (hosted->core) ? MQTT_PRESENCE_IDLE
                                              : MQTT_PRESENCE_BUSY;
}


/**
 * Count a message that the core is not given, or does not count.
 */
static void
count_ended (struct MQTT_HostedSession *hosted,
             enum MQTT_SessionOutcome outcome)
{
  struct MQTT_SessionCounters *counters = &hosted->sessions->host.counters;

  counters->in++;
  counters->ended[outcome]++;
}


/**
 * Offer a message to the core.
 *
 * @param hosted the session
 * @param delivery what the core is to call it, or freed
 * @param message the message
 * @param numbers so many subscriptions match
 * @param qos QoS to deliver it with
 */
static void
enqueue (struct MQTT_HostedSession *hosted,
         struct MQTT_Delivery *delivery,
         const struct MQTT_Message *message,
         size_t numbers,
         uint8_t qos)
{
  uint64_t expires_us = MQTT_shelf_calendar (message->expires_us);
  uint32_t size = size_of (message, numbers);
  bool in_memory = (NULL != delivery->message);
  enum MQTT_SessionTaken taken;

  if ((0 == qos) && !MQTT_hosted_memory_fits (hosted, size))
  {
    MQTT_delivery_destroy (delivery);
    count_ended (hosted, MQTT_SESSION_DROPPED);
    return;
  }
  if (in_memory)
    MQTT_hosted_memory_use (hosted, size);
  taken = MQTT_session_enqueue (hosted->core,
                                MQTT_delivery_name (delivery),
                                size,
                                qos,
                                (0 == expires_us) ? UINT64_MAX : expires_us,
                                MQTT_hosted_now ());
  if (MQTT_SESSION_TAKEN == taken)
    return;
  if (in_memory)
    MQTT_hosted_memory_free (hosted, size);
  MQTT_delivery_destroy (delivery);
  /* Somebody did not ask whether it is ready. */
  if (MQTT_SESSION_FULL == taken)
    count_ended (hosted, MQTT_SESSION_REFUSED);
}


/**
 * See struct MQTT_Subscriber.
 */
static void
deliver (void *cls,
         struct MQTT_Topic *topic,
         const uint32_t *numbers,
         size_t count,
         struct MQTT_Message *message,
         uint8_t qos,
         const struct MQTT_Share *share,
         struct MQTT_Source *source)
{
  struct MQTT_HostedSession *hosted = cls;
  bool in_memory = !hosted->subscriber.durable || (0 == qos)
                   || (0 == message->stored);
  struct MQTT_Delivery *delivery = MQTT_delivery_create (topic,
                                                         message,
                                                         in_memory,
                                                         numbers,
                                                         count);

  if ((NULL != share) && (0 != qos))
    MQTT_delivery_set_share (delivery, share);
  enqueue (hosted, delivery, message, count, qos);
  if ((NULL != hosted->line) && (NULL != source))
    hosted->line->type->slow (hosted->line->cls, source);
  MQTT_hosted_after (hosted);
}


/**
 * Is there room for a retained message, beside what is published?  See struct
 * MQTT_Replays.
 */
static bool
is_idle (void *cls, const struct MQTT_Message *message)
{
  struct MQTT_HostedSession *hosted = cls;
  uint32_t size = size_of (message, 1);

  /* With nothing else to wait for it gets what it may always have, or this. */
  return (NULL != hosted->line) && MQTT_session_is_idle (hosted->core, size)
         && ((0 == MQTT_session_queued (hosted->core, NULL))
             || MQTT_hosted_memory_fits (hosted, size));
}


/**
 * See struct MQTT_Replays.
 */
static void
deliver_retained (void *cls,
                  struct MQTT_Topic *topic,
                  const struct MQTT_Subscription *subscription,
                  struct MQTT_Message *message,
                  uint8_t qos)
{
  struct MQTT_HostedSession *hosted = cls;
  bool in_memory = !hosted->subscriber.durable || (0 == qos);
  struct MQTT_Delivery *delivery = MQTT_delivery_create (topic,
                                                         message,
                                                         in_memory,
                                                         &subscription->number,
                                                         1);

  delivery->retain = true;
  enqueue (hosted, delivery, message, 1, qos);
  MQTT_hosted_after (hosted);
}


void
MQTT_hosted_subscriber_init (struct MQTT_HostedSession *hosted)
{
  static const struct MQTT_ReplaysType type = {
    .ready = &is_idle,
    .deliver = &deliver_retained,
  };

  hosted->replays = (struct MQTT_Replays){
    .retention = hosted->sessions->config.publishing->retention,
    .type = &type,
    .cls = hosted,
  };
  hosted->subscriber.ready = &is_ready;
  hosted->subscriber.presence = &presence;
  hosted->subscriber.deliver = &deliver;
  hosted->subscriber.cls = hosted;
  hosted->subscriber.replays = &hosted->replays;
}


/**
 * A message at QoS 1 or 2 that is to be sent cannot be read.  If that may pass, it and
 * those behind it wait; if the message is gone it ends as one that the client has
 * rejected.
 */
static void
put_off (struct MQTT_HostedSession *hosted,
         const struct MQTT_SessionAction *action,
         bool gone)
{
  MQTT_count (hosted->sessions->config.publishing->counters,
              MQTT_COUNT_SESSION_UNREADABLE,
              1);
  if (gone)
  {
    hosted->gone_id = action->packet_id;
    hosted->gone_qos = action->entry->qos;
    MQTT_session_pause (hosted->core);
  }
  else
  {
    hosted->reread_us = MQTT_hosted_now () + MQTT_HOSTED_RETRY_US;
    MQTT_session_hold_back (hosted->core);
  }
}


/**
 * End a message that is gone.
 */
static void
end_gone (struct MQTT_HostedSession *hosted)
{
  uint16_t packet_id = hosted->gone_id;
  uint8_t reason = (uint8_t)GNUNET_MQTT_UNSPECIFIED_ERROR;
  uint64_t now_us = MQTT_hosted_now ();

  hosted->gone_id = 0;
  if (1 == hosted->gone_qos)
    (void)MQTT_session_puback (hosted->core, packet_id, reason, now_us);
  else
    (void)MQTT_session_pubrec (hosted->core, packet_id, reason, now_us);
  MQTT_session_set_writable (hosted->core, true, now_us);
}


void
MQTT_hosted_read_on (struct MQTT_HostedSession *hosted)
{
  while (0 != hosted->gone_id)
    end_gone (hosted);
  if (hosted->reread_us > MQTT_hosted_now ())
    return;
  hosted->reread_us = MQTT_HOSTED_NEVER;
  if ((NULL != hosted->line) && (NULL == hosted->opening))
    MQTT_session_set_writable (hosted->core, true, MQTT_hosted_now ());
}


/**
 * Send a message.
 */
static void
send_publish (struct MQTT_HostedSession *hosted,
              const struct MQTT_SessionAction *action)
{
  const struct MQTT_Delivery *delivery = MQTT_delivery_of (
    action->entry->message);
  struct MQTT_SessionLine *line = hosted->line;
  struct MQTT_Shelved shelved = { .message = delivery->message,
                                  .topic = delivery->topic };
  bool more = true;

  if (line->type->full (line->cls))
  {
    MQTT_session_hold_back (hosted->core);
    return;
  }
  if ((0 != delivery->stored)
      && !MQTT_shelf_get (hosted->sessions->config.shelf,
                          delivery->stored,
                          &shelved))
  {
    put_off (hosted, action, shelved.gone);
    return;
  }
  if (is_too_large (line,
                    shelved.topic,
                    shelved.message,
                    action->entry->qos,
                    delivery->identifiers,
                    delivery->count))
    MQTT_session_too_large (hosted->core);
  else
    more = line->type->message (line->cls,
                                action,
                                shelved.topic,
                                shelved.message,
                                delivery);
  if (0 != delivery->stored)
    MQTT_shelf_put_back (&shelved);
  if (!more)
    MQTT_session_pause (hosted->core);
}


void
MQTT_hosted_send (struct MQTT_HostedSession *hosted,
                  const struct MQTT_SessionAction *action)
{
  /* The core speaks only while it is connected: to the client whose line it is, or
     that was just told of its end. */
  if (NULL == hosted->line)
    return;
  if (MQTT_SESSION_SEND_PUBLISH == action->type)
    send_publish (hosted, action);
  else
    hosted->line->type->answer (hosted->line->cls, action);
}


void
MQTT_hosted_acknowledge (struct MQTT_HostedSession *hosted,
                         const struct MQTT_IpcAck *ack)
{
  struct MQTT_Session *core = hosted->core;
  uint64_t now_us = MQTT_hosted_now ();
  enum MQTT_SessionReceipt receipt = MQTT_SESSION_PROTOCOL_ERROR;

  switch (ack->type)
  {
  case MQTT_IPC_PUBACK:
    receipt = MQTT_session_puback (core, ack->packet_id, ack->reason, now_us);
    break;
  case MQTT_IPC_PUBREC:
    receipt = MQTT_session_pubrec (core, ack->packet_id, ack->reason, now_us);
    break;
  case MQTT_IPC_PUBREL:
    receipt = MQTT_session_pubrel (core, ack->packet_id);
    break;
  case MQTT_IPC_PUBCOMP:
    receipt = MQTT_session_pubcomp (core, ack->packet_id, now_us);
    break;
  }
  if (MQTT_SESSION_PROTOCOL_ERROR == receipt)
    MQTT_hosted_kick (hosted, GNUNET_MQTT_PROTOCOL_ERROR);
  else
    MQTT_hosted_after (hosted);
}
