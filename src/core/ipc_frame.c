/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame.c
 * @brief What arrives between library and service: checked, and decoded.
 */
#include "ipc_frame_wire.h"
#include "topic.h"

#define ALL_SUBSCRIBE_FLAGS \
  (MQTT_IPC_SUBSCRIBE_QOS | MQTT_IPC_SUBSCRIBE_NO_LOCAL \
   | MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED \
   | MQTT_IPC_SUBSCRIBE_RETAIN_HANDLING | MQTT_IPC_SUBSCRIBE_ANONYMOUS \
   | MQTT_IPC_SUBSCRIBE_NAMED)


static bool
decode_hello (enum MQTT_IpcSide side,
              struct MQTT_Cursor *cursor,
              struct MQTT_IpcHello *hello)
{
  const struct MQTT_IpcWireHello *wire;

  memset (hello, 0, sizeof (*hello));
  /* Of another version only the first byte is known. */
  if ((0 != cursor->left) && (MQTT_IPC_VERSION != *cursor->at))
  {
    hello->version = *cursor->at;
    return true;
  }
  wire = MQTT_ipc_take_rest (cursor, sizeof (*wire));
  if ((NULL == wire) || (2 < wire->maximum_qos) || (1 < wire->retain_available)
      || (0 != wire->reserved))
    return false;
  hello->version = wire->version;
  hello->maximum_qos = wire->maximum_qos;
  hello->retain_available = wire->retain_available;
  hello->maximum_payload = ntohl (wire->maximum_payload);
  hello->peer = wire->peer;
  return (MQTT_IPC_FROM_SERVICE == side)
         || ((0 == hello->maximum_qos) && !hello->retain_available
             && (0 == hello->maximum_payload)
             && (GNUNET_YES == GNUNET_is_zero (&hello->peer)));
}


static bool
decode_name (struct MQTT_Cursor *cursor, struct MQTT_IpcName *name)
{
  const struct MQTT_IpcWireName *wire = MQTT_cursor_take (cursor,
                                                          sizeof (*wire));

  if (NULL == wire)
    return false;
  name->number = ntohl (wire->number);
  name->name = (const char *)cursor->at;
  name->name_size = cursor->left;
  return (MQTT_IPC_TOPIC_NUMBERS > name->number)
         && (MQTT_TOPIC_OK
             == MQTT_topic_name_check (name->name, name->name_size, NULL));
}


static bool
is_filter (const char *filter, size_t size)
{
  return MQTT_TOPIC_OK == MQTT_topic_filter_check (filter, size, NULL);
}


static bool
decode_subscribe (uint8_t flags,
                  struct MQTT_Cursor *cursor,
                  struct MQTT_IpcSubscribe *subscribe)
{
  const struct MQTT_IpcWireSubscribe *wire = MQTT_cursor_take (cursor,
                                                               sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~ALL_SUBSCRIBE_FLAGS)))
    return false;
  subscribe->session = ntohl (wire->session);
  subscribe->subscription = ntohl (wire->subscription);
  subscribe->qos = flags & MQTT_IPC_SUBSCRIBE_QOS;
  subscribe->no_local = (0 != (flags & MQTT_IPC_SUBSCRIBE_NO_LOCAL));
  subscribe->retain_as_published =
    (0 != (flags & MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED));
  subscribe->retain_handling = (flags & MQTT_IPC_SUBSCRIBE_RETAIN_HANDLING)
                               >> MQTT_IPC_WIRE_RETAIN_HANDLING_SHIFT;
  subscribe->anonymous = (0 != (flags & MQTT_IPC_SUBSCRIBE_ANONYMOUS));
  subscribe->named = (0 != (flags & MQTT_IPC_SUBSCRIBE_NAMED));
  subscribe->filter = (const char *)cursor->at;
  subscribe->filter_size = cursor->left;
  return (2 >= subscribe->qos) && (2 >= subscribe->retain_handling)
         && !(subscribe->anonymous && subscribe->named)
         && is_filter (subscribe->filter, subscribe->filter_size)
         && !(subscribe->no_local
              && MQTT_topic_filter_is_shared (subscribe->filter,
                                              subscribe->filter_size));
}


static bool
decode_unsubscribe (struct MQTT_Cursor *cursor,
                    struct MQTT_IpcUnsubscribe *unsubscribe)
{
  const struct MQTT_IpcWireUnsubscribe *wire = MQTT_cursor_take (
    cursor,
    sizeof (*wire));

  if (NULL == wire)
    return false;
  unsubscribe->session = ntohl (wire->session);
  unsubscribe->subscription = ntohl (wire->subscription);
  unsubscribe->filter = NULL;
  unsubscribe->filter_size = cursor->left;
  if (0 == unsubscribe->session)
    return 0 == unsubscribe->filter_size;
  unsubscribe->filter = (const char *)cursor->at;
  return (0 == unsubscribe->subscription)
         && is_filter (unsubscribe->filter, unsubscribe->filter_size);
}


/**
 * Decode a message and check what identifies it.
 *
 * @param flags the frame's flags
 * @param cursor where the message begins
 * @param session whose it is
 * @param packet_id its identifier
 * @param[out] dup set
 * @param[out] publication set
 */
static bool
decode_publication (uint8_t flags,
                    const struct MQTT_Cursor *cursor,
                    uint32_t session,
                    uint16_t packet_id,
                    bool *dup,
                    struct MQTT_Publication *publication)
{
  bool identified;

  *dup = (0 != (flags & MQTT_IPC_WIRE_DUP));
  if (!MQTT_outbox_parse_message (flags & ~MQTT_IPC_WIRE_DUP,
                                  cursor->at,
                                  cursor->left,
                                  publication))
    return false;
  identified = (0 != session) && (0 != publication->qos);
  return (identified == (0 != packet_id)) && (identified || !*dup);
}


static bool
decode_publish (uint8_t flags,
                struct MQTT_Cursor *cursor,
                struct MQTT_IpcPublish *publish)
{
  const struct MQTT_IpcWirePublish *wire = MQTT_cursor_take (cursor,
                                                             sizeof (*wire));

  if (NULL == wire)
    return false;
  publish->session = ntohl (wire->session);
  publish->number = ntohs (wire->number);
  publish->packet_id = ntohs (wire->packet_id);
  return (MQTT_IPC_TOPIC_NUMBERS > publish->number)
         && decode_publication (flags,
                                cursor,
                                publish->session,
                                publish->packet_id,
                                &publish->dup,
                                &publish->publication);
}


static bool
decode_subscribed (struct MQTT_Cursor *cursor,
                   struct MQTT_IpcSubscribed *subscribed)
{
  const struct MQTT_IpcWireSubscribed *wire = MQTT_ipc_take_rest (
    cursor,
    sizeof (*wire));

  if (NULL == wire)
    return false;
  subscribed->session = ntohl (wire->session);
  subscribed->subscription = ntohl (wire->subscription);
  subscribed->reason = wire->reason;
  return true;
}


static bool
decode_unsubscribed (struct MQTT_Cursor *cursor,
                     struct MQTT_IpcUnsubscribed *unsubscribed)
{
  const struct MQTT_IpcWireUnsubscribed *wire = MQTT_ipc_take_rest (
    cursor,
    sizeof (*wire));

  if (NULL == wire)
    return false;
  unsubscribed->session = ntohl (wire->session);
  unsubscribed->reason = wire->reason;
  return 0 != unsubscribed->session;
}


static bool
decode_published (struct MQTT_Cursor *cursor,
                  struct MQTT_IpcPublished *published)
{
  const struct MQTT_IpcWirePublished *wire = MQTT_ipc_take_rest (
    cursor,
    sizeof (*wire));

  if (NULL == wire)
    return false;
  published->session = ntohl (wire->session);
  published->count = ntohl (wire->count);
  published->reason = wire->reason;
  return 0 != published->count;
}


static bool
decode_message (uint8_t flags,
                struct MQTT_Cursor *cursor,
                struct MQTT_IpcMessage *message)
{
  const struct MQTT_IpcWireMessage *wire = MQTT_cursor_take (cursor,
                                                             sizeof (*wire));

  if ((NULL == wire) || (0 != wire->reserved))
    return false;
  message->session = ntohl (wire->session);
  message->number = ntohs (wire->number);
  message->packet_id = ntohs (wire->packet_id);
  message->subscription_count = ntohs (wire->subscription_count);
  if ((MQTT_IPC_TOPIC_NUMBERS <= message->number)
      || (MQTT_IPC_SUBSCRIPTIONS_MAX < message->subscription_count)
      || ((0 == message->session) && (0 == message->subscription_count)))
    return false;
  message->subscriptions = MQTT_cursor_take (cursor,
                                             message->subscription_count
                                               * sizeof (uint32_t));
  return (NULL != message->subscriptions)
         && decode_publication (flags,
                                cursor,
                                message->session,
                                message->packet_id,
                                &message->dup,
                                &message->publication);
}


static bool
decode_channel (struct MQTT_Cursor *cursor, struct MQTT_IpcChannel *channel)
{
  channel->entry = cursor->at;
  channel->entry_size = cursor->left;
  return (MQTT_CHANNEL_ENTRY_FIXED <= cursor->left)
         && (MQTT_CHANNEL_ENTRY_MAX >= cursor->left);
}


/** Who may send frames of a type, and whether with flags. */
enum Rule
{
  CLIENT = 1,
  SERVICE = 2,
  FLAGS = 4
};

static const uint8_t rules[] = {
  [MQTT_IPC_HELLO] = CLIENT | SERVICE,   [MQTT_IPC_NAME] = CLIENT | SERVICE,
  [MQTT_IPC_SUBSCRIBE] = CLIENT | FLAGS, [MQTT_IPC_UNSUBSCRIBE] = CLIENT,
  [MQTT_IPC_PUBLISH] = CLIENT | FLAGS,   [MQTT_IPC_SUBSCRIBED] = SERVICE,
  [MQTT_IPC_PUBLISHED] = SERVICE,        [MQTT_IPC_MESSAGE] = SERVICE | FLAGS,
  [MQTT_IPC_OPEN] = CLIENT | FLAGS,      [MQTT_IPC_CLOSE] = CLIENT | FLAGS,
  [MQTT_IPC_OPENED] = SERVICE | FLAGS,   [MQTT_IPC_CLOSED] = SERVICE,
  [MQTT_IPC_ACK] = CLIENT | SERVICE,     [MQTT_IPC_UNSUBSCRIBED] = SERVICE,
  [MQTT_IPC_CHANNEL] = CLIENT,           [MQTT_IPC_CHANNELED] = SERVICE,
  [MQTT_IPC_FLOW] = CLIENT | FLAGS,
};


static bool
allowed (enum MQTT_IpcSide side, uint8_t type, uint8_t flags)
{
  uint8_t rule = (type < sizeof (rules)) ? rules[type] : 0;

  return (0 != (rule & ((MQTT_IPC_FROM_CLIENT == side) ? CLIENT : SERVICE)))
         && ((0 == flags) || (0 != (rule & FLAGS)));
}


bool
MQTT_ipc_frame_decode (enum MQTT_IpcSide side,
                       uint8_t type,
                       uint8_t flags,
                       const void *body,
                       size_t size,
                       struct MQTT_IpcFrame *frame)
{
  struct MQTT_Cursor cursor = { .at = body, .left = size };

  if (!allowed (side, type, flags))
    return false;
  frame->type = type;
  switch (frame->type)
  {
  case MQTT_IPC_HELLO:
    return decode_hello (side, &cursor, &frame->hello);
  case MQTT_IPC_NAME:
    return decode_name (&cursor, &frame->name);
  case MQTT_IPC_SUBSCRIBE:
    return decode_subscribe (flags, &cursor, &frame->subscribe);
  case MQTT_IPC_UNSUBSCRIBE:
    return decode_unsubscribe (&cursor, &frame->unsubscribe);
  case MQTT_IPC_PUBLISH:
    return decode_publish (flags, &cursor, &frame->publish);
  case MQTT_IPC_SUBSCRIBED:
    return decode_subscribed (&cursor, &frame->subscribed);
  case MQTT_IPC_UNSUBSCRIBED:
    return decode_unsubscribed (&cursor, &frame->unsubscribed);
  case MQTT_IPC_PUBLISHED:
    return decode_published (&cursor, &frame->published);
  case MQTT_IPC_MESSAGE:
    return decode_message (flags, &cursor, &frame->message);
  case MQTT_IPC_OPEN:
    return MQTT_ipc_decode_open (flags, &cursor, &frame->open);
  case MQTT_IPC_CLOSE:
    return MQTT_ipc_decode_close (flags, &cursor, &frame->close);
  case MQTT_IPC_OPENED:
    return MQTT_ipc_decode_opened (flags, &cursor, &frame->opened);
  case MQTT_IPC_CLOSED:
    return MQTT_ipc_decode_closed (&cursor, &frame->closed);
  case MQTT_IPC_ACK:
    return MQTT_ipc_decode_ack (&cursor, &frame->ack);
  case MQTT_IPC_CHANNEL:
    return decode_channel (&cursor, &frame->channel);
  case MQTT_IPC_CHANNELED:
    return (1 == size) && MQTT_cursor_u8 (&cursor, &frame->channeled.verdict)
           && (MQTT_CHANNEL_NO_ROOM >= frame->channeled.verdict);
  case MQTT_IPC_FLOW:
    return MQTT_ipc_decode_flow (flags, &cursor, &frame->flow);
  }
  return false;
}


uint32_t
MQTT_ipc_message_subscription (const struct MQTT_IpcMessage *message,
                               uint16_t i)
{
  const uint8_t *numbers = message->subscriptions;
  uint32_t number;

  memcpy (&number, numbers + i * sizeof (number), sizeof (number));
  return ntohl (number);
}
