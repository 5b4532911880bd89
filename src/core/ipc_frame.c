/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame.c
 * @brief The bytes of the frames between library and service.
 */
#include "ipc_frame.h"
#include <gnunet/gnunet_util_lib.h>
#include "cursor.h"
#include "topic.h"

/** Where the two bits of retain handling are. */
#define RETAIN_HANDLING_SHIFT 4

#define ALL_SUBSCRIBE_FLAGS \
  (MQTT_IPC_SUBSCRIBE_QOS | MQTT_IPC_SUBSCRIBE_NO_LOCAL \
   | MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED \
   | MQTT_IPC_SUBSCRIBE_RETAIN_HANDLING)

/* Bodies of the frames, big-endian. */

struct WireHello
{
  uint8_t version;
  uint8_t maximum_qos;
  uint8_t retain_available;
  uint8_t reserved;
  uint32_t maximum_payload;
} __attribute__ ((packed));

/** The name follows. */
struct WireName
{
  uint32_t number;
} __attribute__ ((packed));

/** The filter follows; the options are the frame's flags. */
struct WireSubscribe
{
  uint32_t subscription;
} __attribute__ ((packed));

struct WireUnsubscribe
{
  uint32_t subscription;
} __attribute__ ((packed));

/** The message follows. */
struct WirePublish
{
  uint32_t number;
} __attribute__ ((packed));

struct WireSubscribed
{
  uint32_t subscription;
  uint8_t reason;
} __attribute__ ((packed));

struct WirePublished
{
  uint32_t count;
  uint8_t reason;
} __attribute__ ((packed));

/** The subscriptions' numbers follow, then the message. */
struct WireMessage
{
  uint32_t number;
  uint16_t subscription_count;
  uint16_t reserved;
} __attribute__ ((packed));


static bool
decode_hello (enum MQTT_IpcSide side,
              struct MQTT_Cursor *cursor,
              struct MQTT_IpcHello *hello)
{
  const struct WireHello *wire;

  memset (hello, 0, sizeof (*hello));
  /* Of another version only the first byte is known. */
  if ((0 != cursor->left) && (MQTT_IPC_VERSION != *cursor->at))
  {
    hello->version = *cursor->at;
    return true;
  }
  wire = MQTT_cursor_take (cursor, sizeof (*wire));
  if ((NULL == wire) || (0 != cursor->left) || (2 < wire->maximum_qos)
      || (1 < wire->retain_available) || (0 != wire->reserved))
    return false;
  hello->version = wire->version;
  hello->maximum_qos = wire->maximum_qos;
  hello->retain_available = wire->retain_available;
  hello->maximum_payload = ntohl (wire->maximum_payload);
  return (MQTT_IPC_FROM_SERVICE == side)
         || ((0 == hello->maximum_qos) && !hello->retain_available
             && (0 == hello->maximum_payload));
}


static bool
decode_name (struct MQTT_Cursor *cursor, struct MQTT_IpcName *name)
{
  const struct WireName *wire = MQTT_cursor_take (cursor, sizeof (*wire));

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
decode_subscribe (uint8_t flags,
                  struct MQTT_Cursor *cursor,
                  struct MQTT_IpcSubscribe *subscribe)
{
  const struct WireSubscribe *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~ALL_SUBSCRIBE_FLAGS)))
    return false;
  subscribe->subscription = ntohl (wire->subscription);
  subscribe->qos = flags & MQTT_IPC_SUBSCRIBE_QOS;
  subscribe->no_local = (0 != (flags & MQTT_IPC_SUBSCRIBE_NO_LOCAL));
  subscribe->retain_as_published =
    (0 != (flags & MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED));
  subscribe->retain_handling = (flags & MQTT_IPC_SUBSCRIBE_RETAIN_HANDLING)
                               >> RETAIN_HANDLING_SHIFT;
  subscribe->filter = (const char *)cursor->at;
  subscribe->filter_size = cursor->left;
  return (2 >= subscribe->qos) && (2 >= subscribe->retain_handling)
         && (MQTT_TOPIC_OK
             == MQTT_topic_filter_check (subscribe->filter,
                                         subscribe->filter_size,
                                         NULL));
}


static bool
decode_unsubscribe (struct MQTT_Cursor *cursor,
                    struct MQTT_IpcUnsubscribe *unsubscribe)
{
  const struct WireUnsubscribe *wire = MQTT_cursor_take (cursor,
                                                         sizeof (*wire));

  if ((NULL == wire) || (0 != cursor->left))
    return false;
  unsubscribe->subscription = ntohl (wire->subscription);
  return true;
}


static bool
decode_publish (uint8_t flags,
                struct MQTT_Cursor *cursor,
                struct MQTT_IpcPublish *publish)
{
  const struct WirePublish *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if (NULL == wire)
    return false;
  publish->number = ntohl (wire->number);
  return (MQTT_IPC_TOPIC_NUMBERS > publish->number)
         && MQTT_outbox_parse_message (flags,
                                       cursor->at,
                                       cursor->left,
                                       &publish->publication);
}


static bool
decode_subscribed (struct MQTT_Cursor *cursor,
                   struct MQTT_IpcSubscribed *subscribed)
{
  const struct WireSubscribed *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != cursor->left))
    return false;
  subscribed->subscription = ntohl (wire->subscription);
  subscribed->reason = wire->reason;
  return true;
}


static bool
decode_published (struct MQTT_Cursor *cursor,
                  struct MQTT_IpcPublished *published)
{
  const struct WirePublished *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != cursor->left))
    return false;
  published->count = ntohl (wire->count);
  published->reason = wire->reason;
  return 0 != published->count;
}


static bool
decode_message (uint8_t flags,
                struct MQTT_Cursor *cursor,
                struct MQTT_IpcMessage *message)
{
  const struct WireMessage *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != wire->reserved))
    return false;
  message->number = ntohl (wire->number);
  message->subscription_count = ntohs (wire->subscription_count);
  if ((MQTT_IPC_TOPIC_NUMBERS <= message->number)
      || (0 == message->subscription_count)
      || (MQTT_IPC_SUBSCRIPTIONS_MAX < message->subscription_count))
    return false;
  message->subscriptions = MQTT_cursor_take (cursor,
                                             message->subscription_count
                                               * sizeof (uint32_t));
  return (NULL != message->subscriptions)
         && MQTT_outbox_parse_message (flags,
                                       cursor->at,
                                       cursor->left,
                                       &message->publication);
}


/**
 * May this side send frames of this type, with any flags at all?
 */
static bool
allowed (enum MQTT_IpcSide side, uint8_t type, uint8_t flags)
{
  switch (type)
  {
  case MQTT_IPC_HELLO:
  case MQTT_IPC_NAME:
    return 0 == flags;
  case MQTT_IPC_UNSUBSCRIBE:
    return (MQTT_IPC_FROM_CLIENT == side) && (0 == flags);
  case MQTT_IPC_SUBSCRIBE:
  case MQTT_IPC_PUBLISH:
    return MQTT_IPC_FROM_CLIENT == side;
  case MQTT_IPC_SUBSCRIBED:
  case MQTT_IPC_PUBLISHED:
    return (MQTT_IPC_FROM_SERVICE == side) && (0 == flags);
  case MQTT_IPC_MESSAGE:
    return MQTT_IPC_FROM_SERVICE == side;
  default:
    return false;
  }
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
  case MQTT_IPC_PUBLISHED:
    return decode_published (&cursor, &frame->published);
  case MQTT_IPC_MESSAGE:
    return decode_message (flags, &cursor, &frame->message);
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


void
MQTT_ipc_put_hello (struct MQTT_Outbox *outbox,
                    const struct MQTT_IpcHello *hello)
{
  const struct WireHello wire = { .version = hello->version,
                                  .maximum_qos = hello->maximum_qos,
                                  .retain_available = hello->retain_available,
                                  .maximum_payload = htonl (
                                    hello->maximum_payload) };

  MQTT_outbox_put (outbox, MQTT_IPC_HELLO, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_name (struct MQTT_Outbox *outbox,
                   uint32_t number,
                   const char *name,
                   size_t name_size)
{
  struct WireName *wire = MQTT_outbox_reserve (outbox,
                                               MQTT_IPC_NAME,
                                               0,
                                               sizeof (*wire) + name_size);

  wire->number = htonl (number);
  memcpy (&wire[1], name, name_size);
}


void
MQTT_ipc_put_subscribe (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcSubscribe *subscribe)
{
  uint8_t flags = subscribe->qos
                  | (subscribe->retain_handling << RETAIN_HANDLING_SHIFT);
  struct WireSubscribe *wire;

  if (subscribe->no_local)
    flags |= MQTT_IPC_SUBSCRIBE_NO_LOCAL;
  if (subscribe->retain_as_published)
    flags |= MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED;
  wire = MQTT_outbox_reserve (outbox,
                              MQTT_IPC_SUBSCRIBE,
                              flags,
                              sizeof (*wire) + subscribe->filter_size);
  wire->subscription = htonl (subscribe->subscription);
  memcpy (&wire[1], subscribe->filter, subscribe->filter_size);
}


void
MQTT_ipc_put_unsubscribe (struct MQTT_Outbox *outbox, uint32_t subscription)
{
  const struct WireUnsubscribe wire = { .subscription = htonl (subscription) };

  MQTT_outbox_put (outbox, MQTT_IPC_UNSUBSCRIBE, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_publish (struct MQTT_Outbox *outbox,
                      uint32_t number,
                      struct MQTT_Message *message)
{
  const struct WirePublish wire = { .number = htonl (number) };

  MQTT_outbox_put_message (outbox,
                           MQTT_IPC_PUBLISH,
                           &wire,
                           sizeof (wire),
                           message,
                           message->qos);
}


void
MQTT_ipc_put_subscribed (struct MQTT_Outbox *outbox,
                         uint32_t subscription,
                         uint8_t reason)
{
  const struct WireSubscribed wire = { .subscription = htonl (subscription),
                                       .reason = reason };

  MQTT_outbox_put (outbox, MQTT_IPC_SUBSCRIBED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_published (struct MQTT_Outbox *outbox,
                        uint32_t count,
                        uint8_t reason)
{
  const struct WirePublished wire = { .count = htonl (count),
                                      .reason = reason };

  MQTT_outbox_put (outbox, MQTT_IPC_PUBLISHED, 0, &wire, sizeof (wire));
}


void
MQTT_ipc_put_message (struct MQTT_Outbox *outbox,
                      uint32_t number,
                      const uint32_t *subscriptions,
                      uint16_t count,
                      struct MQTT_Message *message,
                      uint8_t qos)
{
  struct
  {
    struct WireMessage message;
    uint32_t subscriptions[MQTT_IPC_SUBSCRIPTIONS_MAX];
  } wire;

  wire.message.number = htonl (number);
  wire.message.subscription_count = htons (count);
  wire.message.reserved = 0;
  for (uint16_t i = 0; i < count; i++)
    wire.subscriptions[i] = htonl (subscriptions[i]);
  MQTT_outbox_put_message (outbox,
                           MQTT_IPC_MESSAGE,
                           &wire,
                           sizeof (wire.message) + count * sizeof (uint32_t),
                           message,
                           qos);
}
