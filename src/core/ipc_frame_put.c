/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame_put.c
 * @brief What is sent between library and service: encoded, and queued.
 */
#include "ipc_frame_wire.h"


void
MQTT_ipc_put_hello (struct MQTT_Outbox *outbox,
                    const struct MQTT_IpcHello *hello)
{
  const struct MQTT_IpcWireHello wire = {
    .version = hello->version,
    .maximum_qos = hello->maximum_qos,
    .retain_available = hello->retain_available,
    .maximum_payload = htonl (hello->maximum_payload),
    .peer = hello->peer
  };

  MQTT_outbox_put (outbox, MQTT_IPC_HELLO, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_name (struct MQTT_Outbox *outbox,
                   uint32_t number,
                   const char *name,
                   size_t name_size)
{
  struct MQTT_IpcWireName *wire = MQTT_outbox_reserve (outbox,
                                                       MQTT_IPC_NAME,
                                                       0,
                                                       sizeof (*wire)
                                                         + name_size);

  wire->number = htonl (number);
  memcpy (&wire[1], name, name_size);
}


void
MQTT_ipc_put_subscribe (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcSubscribe *subscribe)
{
  uint8_t flags = subscribe->qos
                  | (subscribe->retain_handling
                     << MQTT_IPC_WIRE_RETAIN_HANDLING_SHIFT);
  struct MQTT_IpcWireSubscribe *wire;

  if (subscribe->no_local)
    flags |= MQTT_IPC_SUBSCRIBE_NO_LOCAL;
  if (subscribe->retain_as_published)
    flags |= MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED;
  if (subscribe->anonymous)
    flags |= MQTT_IPC_SUBSCRIBE_ANONYMOUS;
  if (subscribe->named)
    flags |= MQTT_IPC_SUBSCRIBE_NAMED;
  wire = MQTT_outbox_reserve (outbox,
                              MQTT_IPC_SUBSCRIBE,
                              flags,
                              sizeof (*wire) + subscribe->filter_size);
  wire->session = htonl (subscribe->session);
  wire->subscription = htonl (subscribe->subscription);
  memcpy (&wire[1], subscribe->filter, subscribe->filter_size);
}


void
MQTT_ipc_put_unsubscribe (struct MQTT_Outbox *outbox,
                          const struct MQTT_IpcUnsubscribe *unsubscribe)
{
  struct MQTT_IpcWireUnsubscribe *wire = MQTT_outbox_reserve (
    outbox,
    MQTT_IPC_UNSUBSCRIBE,
    0,
    sizeof (*wire) + unsubscribe->filter_size);

  wire->session = htonl (unsubscribe->session);
  wire->subscription = htonl (unsubscribe->subscription);
  GNUNET_memcpy (&wire[1], unsubscribe->filter, unsubscribe->filter_size);
}


void
MQTT_ipc_put_publish (struct MQTT_Outbox *outbox,
                      const struct MQTT_IpcPublish *publish,
                      struct MQTT_Message *message)
{
  const struct MQTT_IpcWirePublish wire = {
    .session = htonl (publish->session),
    .number = htons ((uint16_t)publish->number),
    .packet_id = htons (publish->packet_id)
  };

  MQTT_outbox_put_message (outbox,
                           MQTT_IPC_PUBLISH,
                           MQTT_outbox_flags (message, message->qos)
                             | (publish->dup ? MQTT_IPC_WIRE_DUP : 0),
                           &wire,
                           sizeof (wire),
                           message);
}


void
MQTT_ipc_put_subscribed (struct MQTT_Outbox *outbox,
                         const struct MQTT_IpcSubscribed *subscribed)
{
  const struct MQTT_IpcWireSubscribed wire = {
    .session = htonl (subscribed->session),
    .subscription = htonl (subscribed->subscription),
    .reason = subscribed->reason
  };

  MQTT_outbox_put (outbox, MQTT_IPC_SUBSCRIBED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_unsubscribed (struct MQTT_Outbox *outbox,
                           const struct MQTT_IpcUnsubscribed *unsubscribed)
{
  const struct MQTT_IpcWireUnsubscribed wire = {
    .session = htonl (unsubscribed->session),
    .reason = unsubscribed->reason
  };

  MQTT_outbox_put (outbox, MQTT_IPC_UNSUBSCRIBED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_published (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcPublished *published)
{
  const struct MQTT_IpcWirePublished wire = { .session = htonl (
                                                published->session),
                                              .count = htonl (published->count),
                                              .reason = published->reason };

  MQTT_outbox_put (outbox, MQTT_IPC_PUBLISHED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_message (struct MQTT_Outbox *outbox,
                      const struct MQTT_IpcMessage *delivery,
                      const uint32_t *subscriptions,
                      uint16_t count,
                      struct MQTT_Message *message,
                      uint8_t qos,
                      bool retain)
{
  struct
  {
    struct MQTT_IpcWireMessage message;
    uint32_t subscriptions[MQTT_IPC_SUBSCRIPTIONS_MAX];
  } wire;

  wire.message.session = htonl (delivery->session);
  wire.message.number = htons ((uint16_t)delivery->number);
  wire.message.packet_id = htons (delivery->packet_id);
  wire.message.subscription_count = htons (count);
  wire.message.reserved = 0;
  for (uint16_t i = 0; i < count; i++)
    wire.subscriptions[i] = htonl (subscriptions[i]);
  MQTT_outbox_put_message (outbox,
                           MQTT_IPC_MESSAGE,
                           qos | (retain ? MQTT_MESSAGE_RETAIN : 0)
                             | (delivery->dup ? MQTT_IPC_WIRE_DUP : 0),
                           &wire,
                           sizeof (wire.message) + count * sizeof (uint32_t),
                           message);
}


/**
 * Write a block.
 *
 * @return what is behind it
 */
static uint8_t *
write_block (uint8_t *at, const void *data, size_t size)
{
  GNUNET_memcpy (at, data, size);
  return at + size;
}


static size_t
will_size (const struct MQTT_IpcWill *will)
{
  return sizeof (struct MQTT_IpcWireWill) + will->topic_size
         + will->publication.properties_size + will->publication.payload_size;
}


static void
write_will (uint8_t *at, const struct MQTT_IpcWill *will)
{
  const struct MQTT_Publication *publication = &will->publication;
  const struct MQTT_IpcWireWill wire = {
    .expiry_us = GNUNET_htonll (publication->expiry_us),
    .delay_s = htonl (will->delay_s),
    .properties_size = htonl ((uint32_t)publication->properties_size),
    .topic_size = htons ((uint16_t)will->topic_size),
    .qos = publication->qos,
    .retain = publication->retain
  };

  at = write_block (at, &wire, sizeof (wire));
  at = write_block (at, will->topic, will->topic_size);
  at = write_block (at, publication->properties, publication->properties_size);
  (void)write_block (at, publication->payload, publication->payload_size);
}


void
MQTT_ipc_put_open (struct MQTT_Outbox *outbox, const struct MQTT_IpcOpen *open)
{
  const struct MQTT_IpcWireOpen wire = {
    .session = htonl (open->session),
    .expiry_s = htonl (open->expiry_s),
    .maximum_packet = htonl (open->maximum_packet),
    .receive_maximum = htons (open->receive_maximum),
    .client_id_size = htons ((uint16_t)open->client_id_size)
  };
  uint8_t flags = (open->clean_start ? MQTT_IPC_WIRE_CLEAN_START : 0)
                  | (open->new_client ? MQTT_IPC_WIRE_NEW_CLIENT : 0)
                  | (open->has_will ? MQTT_IPC_WIRE_WILL : 0);
  size_t will = open->has_will ? will_size (&open->will) : 0;
  uint8_t *at = MQTT_outbox_reserve (outbox,
                                     MQTT_IPC_OPEN,
                                     flags,
                                     sizeof (wire) + open->client_id_size
                                       + will);

  at = write_block (at, &wire, sizeof (wire));
  at = write_block (at, open->client_id, open->client_id_size);
  if (open->has_will)
    write_will (at, &open->will);
}


void
MQTT_ipc_put_close (struct MQTT_Outbox *outbox,
                    const struct MQTT_IpcClose *close)
{
  const struct MQTT_IpcWireClose wire = { .session = htonl (close->session),
                                          .expiry_s = htonl (close->expiry_s),
                                          .reason = close->reason };

  MQTT_outbox_put (outbox,
                   MQTT_IPC_CLOSE,
                   close->has_expiry ? MQTT_IPC_WIRE_HAS_EXPIRY : 0,
                   &wire,
                   sizeof (wire));
}


void
MQTT_ipc_put_opened (struct MQTT_Outbox *outbox,
                     const struct MQTT_IpcOpened *opened)
{
  const struct MQTT_IpcWireOpened wire = { .session = htonl (opened->session),
                                           .expiry_s = htonl (opened->expiry_s),
                                           .receive_maximum = htons (
                                             opened->receive_maximum),
                                           .reason = opened->reason };

  MQTT_outbox_put (outbox,
                   MQTT_IPC_OPENED,
                   opened->present ? MQTT_IPC_WIRE_PRESENT : 0,
                   &wire,
                   sizeof (wire));
}


void
MQTT_ipc_put_closed (struct MQTT_Outbox *outbox,
                     const struct MQTT_IpcClosed *closed)
{
  const struct MQTT_IpcWireClosed wire = { .session = htonl (closed->session),
                                           .reason = closed->reason };

  MQTT_outbox_put (outbox, MQTT_IPC_CLOSED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_ack (struct MQTT_Outbox *outbox, const struct MQTT_IpcAck *ack)
{
  const struct MQTT_IpcWireAck wire = { .session = htonl (ack->session),
                                        .packet_id = htons (ack->packet_id),
                                        .type = (uint8_t)ack->type,
                                        .reason = ack->reason };

  MQTT_outbox_put (outbox, MQTT_IPC_ACK, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_channel (struct MQTT_Outbox *outbox,
                      const struct MQTT_IpcChannel *channel)
{
  MQTT_outbox_put (outbox,
                   MQTT_IPC_CHANNEL,
                   0,
                   channel->entry,
                   channel->entry_size);
}


void
MQTT_ipc_put_channeled (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcChanneled *channeled)
{
  const struct MQTT_IpcWireChanneled wire = { .verdict = channeled->verdict };

  MQTT_outbox_put (outbox, MQTT_IPC_CHANNELED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_flow (struct MQTT_Outbox *outbox, const struct MQTT_IpcFlow *flow)
{
  const struct MQTT_IpcWireFlow wire = { .session = htonl (flow->session) };

  MQTT_outbox_put (outbox,
                   MQTT_IPC_FLOW,
                   flow->paused ? MQTT_IPC_WIRE_PAUSED : 0,
                   &wire,
                   sizeof (wire));
}
