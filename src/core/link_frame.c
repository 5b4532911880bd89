/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/link_frame.c
 * @brief The bytes of the frames between peers.
 */
#include "link_frame.h"
#include <gnunet/gnunet_util_lib.h>
#include "cursor.h"
#include "topic.h"

/** Flag of TOPIC: the name begins with '$'. */
#define TOPIC_DOLLAR 0x01

/** Flags of WANT: the QoS, two bits. */
#define WANT_QOS 0x03
/** A subscriber wants it that outlives its connection. */
#define WANT_DURABLE 0x04

/* Bodies of the frames, big-endian. */

struct WireHello
{
  uint8_t version;
  uint8_t reserved[3];
  uint32_t features;
  uint64_t run;
  uint32_t body_limit;
} __attribute__ ((packed));

/** The hashes follow. */
struct WireTopic
{
  uint32_t number;
  uint32_t epoch;
} __attribute__ ((packed));

struct WireWant
{
  uint32_t number;
  uint32_t epoch;
  uint64_t age_us;
} __attribute__ ((packed));

struct WireRefuse
{
  uint32_t number;
  uint32_t epoch;
  uint8_t why;
} __attribute__ ((packed));

/** The name follows. */
struct WireName
{
  uint32_t number;
} __attribute__ ((packed));

/** ACK, RETURN, and part of PUBLISH at QoS 1 and 2. */
struct WireSerial
{
  uint64_t run;
  uint64_t sequence;
} __attribute__ ((packed));

/** The message follows. */
struct WirePublish
{
  uint32_t number;
  /** At QoS 1 and 2. */
  struct WireSerial serial;
} __attribute__ ((packed));


static bool
decode_hello (struct MQTT_Cursor *cursor, struct MQTT_LinkHello *hello)
{
  const struct WireHello *wire;

  memset (hello, 0, sizeof (*hello));
  /* Of another version only the first byte is known. */
  if ((0 != cursor->left) && (MQTT_LINK_VERSION != *cursor->at))
  {
    hello->version = *cursor->at;
    return true;
  }
  wire = MQTT_cursor_take (cursor, sizeof (*wire));
  if ((NULL == wire) || (0 != cursor->left) || (0 != wire->reserved[0])
      || (0 != wire->reserved[1]) || (0 != wire->reserved[2]))
    return false;
  hello->version = wire->version;
  hello->features = ntohl (wire->features);
  hello->run = GNUNET_ntohll (wire->run);
  hello->body_limit = ntohl (wire->body_limit);
  return true;
}


static bool
decode_topic (uint8_t flags,
              struct MQTT_Cursor *cursor,
              struct MQTT_LinkTopic *topic)
{
  const struct WireTopic *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~TOPIC_DOLLAR))
      || (0 != cursor->left % sizeof (uint64_t)))
    return false;
  topic->number = ntohl (wire->number);
  topic->epoch = ntohl (wire->epoch);
  topic->dollar = (0 != (flags & TOPIC_DOLLAR));
  topic->count = cursor->left / sizeof (uint64_t);
  topic->hashes = cursor->at;
  return (0 != topic->count) && (MQTT_LINK_LEVELS_MAX >= topic->count);
}


static bool
decode_want (uint8_t flags,
             struct MQTT_Cursor *cursor,
             struct MQTT_LinkWant *want)
{
  const struct WireWant *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != cursor->left)
      || (0 != (flags & ~(WANT_QOS | WANT_DURABLE)))
      || (2 < (flags & WANT_QOS)))
    return false;
  want->number = ntohl (wire->number);
  want->epoch = ntohl (wire->epoch);
  want->age_us = GNUNET_ntohll (wire->age_us);
  want->qos = flags & WANT_QOS;
  want->durable = (0 != (flags & WANT_DURABLE));
  return true;
}


static bool
decode_refuse (struct MQTT_Cursor *cursor, struct MQTT_LinkRefuse *refuse)
{
  const struct WireRefuse *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (0 != cursor->left) || (MQTT_LINK_PUT_OFF < wire->why))
    return false;
  refuse->number = ntohl (wire->number);
  refuse->epoch = ntohl (wire->epoch);
  refuse->why = wire->why;
  return true;
}


static bool
decode_name (struct MQTT_Cursor *cursor, struct MQTT_LinkName *name)
{
  const struct WireName *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if (NULL == wire)
    return false;
  name->number = ntohl (wire->number);
  name->name = (const char *)cursor->at;
  name->name_size = cursor->left;
  return MQTT_TOPIC_OK
         == MQTT_topic_name_check (name->name, name->name_size, NULL);
}


static bool
decode_serial (struct MQTT_Cursor *cursor, struct MQTT_LinkSerial *serial)
{
  const struct WireSerial *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if (NULL == wire)
    return false;
  serial->run = GNUNET_ntohll (wire->run);
  serial->sequence = GNUNET_ntohll (wire->sequence);
  return (0 < serial->sequence) && (INT64_MAX >= serial->sequence);
}


static bool
decode_publish (uint8_t flags,
                struct MQTT_Cursor *cursor,
                struct MQTT_LinkPublish *publish)
{
  publish->serial = (struct MQTT_LinkSerial){ 0 };
  if (!MQTT_cursor_u32 (cursor, &publish->number)
      || ((0 != (flags & MQTT_MESSAGE_QOS))
          && !decode_serial (cursor, &publish->serial)))
    return false;
  return MQTT_outbox_parse_message (flags,
                                    cursor->at,
                                    cursor->left,
                                    &publish->publication);
}


/**
 * Decode a frame of a type that is known.
 */
static bool
decode_known (uint8_t flags,
              struct MQTT_Cursor *cursor,
              struct MQTT_LinkFrame *frame)
{
  switch (frame->type)
  {
  case MQTT_LINK_HELLO:
    return (0 == flags) && decode_hello (cursor, &frame->hello);
  case MQTT_LINK_TOPIC:
    return decode_topic (flags, cursor, &frame->topic);
  case MQTT_LINK_WANT:
    return decode_want (flags, cursor, &frame->want);
  case MQTT_LINK_REFUSE:
    return (0 == flags) && decode_refuse (cursor, &frame->refuse);
  case MQTT_LINK_NAME:
    return (0 == flags) && decode_name (cursor, &frame->name);
  case MQTT_LINK_PUBLISH:
    return decode_publish (flags, cursor, &frame->publish);
  case MQTT_LINK_ACK:
    return (0 == flags) && decode_serial (cursor, &frame->ack)
           && (0 == cursor->left);
  case MQTT_LINK_RETURN:
    return (0 == flags) && decode_serial (cursor, &frame->returned)
           && (0 == cursor->left);
  case MQTT_LINK_PING:
  case MQTT_LINK_BYE:
    return (0 == flags) && (0 == cursor->left);
  }
  return false;
}


enum MQTT_LinkDecoded
MQTT_link_frame_decode (uint8_t type,
                        uint8_t flags,
                        const void *body,
                        size_t size,
                        struct MQTT_LinkFrame *frame)
{
  struct MQTT_Cursor cursor = { .at = body, .left = size };

  if ((MQTT_LINK_RETURN < type) && (0 == type % 2))
    return MQTT_LINK_IGNORE;
  frame->type = type;
  return decode_known (flags, &cursor, frame) ? MQTT_LINK_DECODED
                                              : MQTT_LINK_BAD;
}


uint64_t
MQTT_link_topic_hash (const struct MQTT_LinkTopic *topic, size_t level)
{
  const uint8_t *hashes = topic->hashes;
  uint64_t hash;

  memcpy (&hash, hashes + level * sizeof (hash), sizeof (hash));
  return GNUNET_ntohll (hash);
}


void
MQTT_link_put_hello (struct MQTT_Outbox *outbox,
                     const struct MQTT_LinkHello *hello)
{
  const struct WireHello wire = { .version = hello->version,
                                  .features = htonl (hello->features),
                                  .run = GNUNET_htonll (hello->run),
                                  .body_limit = htonl (hello->body_limit) };

  MQTT_outbox_put (outbox, MQTT_LINK_HELLO, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_topic (struct MQTT_Outbox *outbox,
                     uint32_t number,
                     uint32_t epoch,
                     bool dollar,
                     const uint64_t *hashes,
                     size_t count)
{
  struct WireTopic *wire = MQTT_outbox_reserve (outbox,
                                                MQTT_LINK_TOPIC,
                                                dollar ? TOPIC_DOLLAR : 0,
                                                sizeof (*wire)
                                                  + count * sizeof (*hashes));
  uint8_t *at = (uint8_t *)&wire[1];

  wire->number = htonl (number);
  wire->epoch = htonl (epoch);
  for (size_t i = 0; i < count; i++)
  {
    uint64_t hash = GNUNET_htonll (hashes[i]);

    memcpy (at + i * sizeof (hash), &hash, sizeof (hash));
  }
}


void
MQTT_link_put_want (struct MQTT_Outbox *outbox,
                    const struct MQTT_LinkWant *want)
{
  const struct WireWant wire = { .number = htonl (want->number),
                                 .epoch = htonl (want->epoch),
                                 .age_us = GNUNET_htonll (want->age_us) };
  uint8_t flags = want->qos | (want->durable ? WANT_DURABLE : 0);

  MQTT_outbox_put (outbox, MQTT_LINK_WANT, flags, &wire, sizeof (wire));
}


void
MQTT_link_put_refuse (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkRefuse *refuse)
{
  const struct WireRefuse wire = { .number = htonl (refuse->number),
                                   .epoch = htonl (refuse->epoch),
                                   .why = refuse->why };

  MQTT_outbox_put (outbox, MQTT_LINK_REFUSE, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_name (struct MQTT_Outbox *outbox,
                    uint32_t number,
                    const char *name,
                    size_t name_size)
{
  struct WireName *wire = MQTT_outbox_reserve (outbox,
                                               MQTT_LINK_NAME,
                                               0,
                                               sizeof (*wire) + name_size);

  wire->number = htonl (number);
  memcpy (&wire[1], name, name_size);
}


static struct WireSerial
wire_serial (const struct MQTT_LinkSerial *serial)
{
  return (struct WireSerial){
    .run = GNUNET_htonll (serial->run),
    .sequence = GNUNET_htonll (serial->sequence),
  };
}


void
MQTT_link_put_publish (struct MQTT_Outbox *outbox,
                       uint32_t number,
                       const struct MQTT_LinkSerial *serial,
                       struct MQTT_Message *message,
                       uint8_t qos)
{
  struct WirePublish wire = { .number = htonl (number) };

  if (0 != qos)
    wire.serial = wire_serial (serial);
  MQTT_outbox_put_message (outbox,
                           MQTT_LINK_PUBLISH,
                           MQTT_outbox_flags (message, qos),
                           &wire,
                           (0 != qos) ? sizeof (wire) : sizeof (wire.number),
                           message);
}


void
MQTT_link_put_ack (struct MQTT_Outbox *outbox,
                   const struct MQTT_LinkSerial *serial)
{
  const struct WireSerial wire = wire_serial (serial);

  MQTT_outbox_put (outbox, MQTT_LINK_ACK, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_return (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkSerial *serial)
{
  const struct WireSerial wire = wire_serial (serial);

  MQTT_outbox_put (outbox, MQTT_LINK_RETURN, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_ping (struct MQTT_Outbox *outbox)
{
  MQTT_outbox_put (outbox, MQTT_LINK_PING, 0, NULL, 0);
}


void
MQTT_link_put_bye (struct MQTT_Outbox *outbox)
{
  MQTT_outbox_put (outbox, MQTT_LINK_BYE, 0, NULL, 0);
}
