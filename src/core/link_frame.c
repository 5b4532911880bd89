/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/link_frame.c
 * @brief Reads and checks the frames between peers.
 */
#include "cursor.h"
#include "link_frame_wire.h"
#include "topic.h"

static bool
decode_hello (struct MQTT_Cursor *cursor, struct MQTT_LinkHello *hello)
{
  const struct MQTT_LinkWireHello *wire;

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


/**
 * Take a channel entry.
 */
static bool
decode_entry (struct MQTT_Cursor *cursor, struct MQTT_LinkTopic *topic)
{
  uint16_t size;

  if (!MQTT_cursor_u16 (cursor, &size) || (MQTT_CHANNEL_ENTRY_MAX < size))
    return false;
  topic->entry = MQTT_cursor_take (cursor, size);
  topic->entry_size = size;
  return (0 < size) && (NULL != topic->entry);
}


static bool
decode_topic (uint8_t flags,
              struct MQTT_Cursor *cursor,
              struct MQTT_LinkTopic *topic)
{
  const struct MQTT_LinkWireTopic *wire = MQTT_cursor_take (cursor,
                                                            sizeof (*wire));

  topic->entry = NULL;
  topic->entry_size = 0;
  if ((NULL == wire) || (0 != (flags & ~MQTT_LINK_WIRE_TOPIC_ALL))
      || ((0 != (flags & MQTT_LINK_WIRE_TOPIC_ENTRY))
          && !decode_entry (cursor, topic))
      || (0 != cursor->left % sizeof (uint64_t)))
    return false;
  topic->number = ntohl (wire->number);
  topic->epoch = ntohl (wire->epoch);
  topic->dollar = (0 != (flags & MQTT_LINK_WIRE_TOPIC_DOLLAR));
  topic->count = cursor->left / sizeof (uint64_t);
  topic->hashes = cursor->at;
  return (0 != topic->count) && (MQTT_LINK_LEVELS_MAX >= topic->count);
}


/**
 * Take so many groups.
 */
static bool
decode_groups (struct MQTT_Cursor *cursor,
               size_t count,
               struct MQTT_LinkGroups *groups)
{
  groups->count = count;
  groups->names = MQTT_cursor_take (cursor, count * sizeof (*groups->names));
  return (0 < count) && (MQTT_LINK_GROUPS_MAX >= count)
         && (NULL != groups->names);
}


static bool
decode_want (uint8_t flags,
             struct MQTT_Cursor *cursor,
             struct MQTT_LinkWant *want)
{
  const struct MQTT_LinkWireWant *wire = MQTT_cursor_take (cursor,
                                                           sizeof (*wire));

  bool grouped = (0 != (flags & MQTT_LINK_WIRE_WANT_GROUPS));
  uint16_t count;

  if ((NULL == wire) || (0 != (flags & ~MQTT_LINK_WIRE_WANT_ALL))
      || (2 < (flags & MQTT_LINK_WIRE_WANT_QOS)))
    return false;
  want->number = ntohl (wire->number);
  want->epoch = ntohl (wire->epoch);
  want->age_us = GNUNET_ntohll (wire->age_us);
  want->qos = flags & MQTT_LINK_WIRE_WANT_QOS;
  want->durable = (0 != (flags & MQTT_LINK_WIRE_WANT_DURABLE));
  want->keeps = (0 != (flags & MQTT_LINK_WIRE_WANT_KEEPS));
  want->plain = (0 != (flags & MQTT_LINK_WIRE_WANT_PLAIN))
                || (!grouped && !want->keeps);
  want->groups.count = 0;
  if (grouped
      && (!MQTT_cursor_u16 (cursor, &count)
          || !decode_groups (cursor, count, &want->groups)))
    return false;
  if (want->keeps
      && (want->plain || (!grouped && (MQTT_LINK_WIRE_WANT_KEEPS != flags))))
    return false;
  /* Without groups nobody else could be meant. */
  return (0 == cursor->left)
         && (grouped || (0 == (flags & MQTT_LINK_WIRE_WANT_PLAIN)));
}


static bool
decode_refuse (struct MQTT_Cursor *cursor, struct MQTT_LinkRefuse *refuse)
{
  const struct MQTT_LinkWireRefuse *wire = MQTT_cursor_take (cursor,
                                                             sizeof (*wire));

  if ((NULL == wire) || (0 != cursor->left)
      || (MQTT_LINK_NOT_ALLOWED < wire->why))
    return false;
  refuse->number = ntohl (wire->number);
  refuse->epoch = ntohl (wire->epoch);
  refuse->why = wire->why;
  return true;
}


static bool
decode_name (struct MQTT_Cursor *cursor, struct MQTT_LinkName *name)
{
  const struct MQTT_LinkWireName *wire = MQTT_cursor_take (cursor,
                                                           sizeof (*wire));

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
  const struct MQTT_LinkWireSerial *wire = MQTT_cursor_take (cursor,
                                                             sizeof (*wire));

  if (NULL == wire)
    return false;
  serial->run = GNUNET_ntohll (wire->run);
  serial->sequence = GNUNET_ntohll (wire->sequence);
  return (0 < serial->sequence) && (INT64_MAX >= serial->sequence);
}


static bool
decode_version (struct MQTT_Cursor *cursor, struct MQTT_Version *version)
{
  const struct MQTT_LinkWireVersion *wire = MQTT_cursor_take (cursor,
                                                              sizeof (*wire));

  if (NULL == wire)
    return false;
  version->time_us = GNUNET_ntohll (wire->time_us);
  version->run = GNUNET_ntohll (wire->run);
  version->sequence = GNUNET_ntohll (wire->sequence);
  return (INT64_MAX >= version->time_us) && (0 < version->sequence)
         && (INT64_MAX >= version->sequence);
}


/** What a publication of a link has beside what any has. */
struct Origin
{
  struct MQTT_Version version;
  bool will;
};


/**
 * What is kept, and a will, need a version; who is served only must be named.
 */
static bool
decode_extras (struct MQTT_Cursor *cursor,
               struct MQTT_LinkExtras *extras,
               struct Origin *origin)
{
  uint8_t bits;
  uint8_t count;

  if (!MQTT_cursor_u8 (cursor, &bits) || (0 == bits)
      || (0 != (bits & ~MQTT_LINK_WIRE_EXTRAS_ALL)))
    return false;
  extras->kept = (0 != (bits & MQTT_LINK_WIRE_EXTRAS_KEPT));
  origin->will = (0 != (bits & MQTT_LINK_WIRE_EXTRAS_WILL));
  if (0 != (bits & MQTT_LINK_WIRE_EXTRAS_VERSION))
  {
    if (!decode_version (cursor, &origin->version))
      return false;
  }
  else if (extras->kept || origin->will)
    return false;
  extras->only = (0 != (bits & MQTT_LINK_WIRE_EXTRAS_ONLY));
  if (0 == (bits & MQTT_LINK_WIRE_EXTRAS_GROUPS))
    return !extras->only;
  return MQTT_cursor_u8 (cursor, &count)
         && decode_groups (cursor, count, &extras->groups);
}


static bool
decode_publish (uint8_t flags,
                struct MQTT_Cursor *cursor,
                struct MQTT_LinkPublish *publish)
{
  struct Origin origin = { .will = false };

  memset (publish, 0, sizeof (*publish));
  if (!MQTT_cursor_u32 (cursor, &publish->number)
      || ((0 != (flags & MQTT_LINK_WIRE_PUBLISH_EXTRAS))
          && !decode_extras (cursor, &publish->extras, &origin))
      || ((0 != (flags & MQTT_MESSAGE_QOS)) && !publish->extras.kept
          && !decode_serial (cursor, &publish->serial))
      || !MQTT_outbox_parse_message (flags & ~MQTT_LINK_WIRE_PUBLISH_EXTRAS,
                                     cursor->at,
                                     cursor->left,
                                     &publish->publication))
    return false;
  publish->publication.version = origin.version;
  publish->publication.will = origin.will;
  return true;
}


static bool
decode_will (uint8_t flags,
             struct MQTT_Cursor *cursor,
             struct MQTT_LinkWill *will)
{
  struct MQTT_LinkSerial name;

  if (!MQTT_cursor_u32 (cursor, &will->number) || !decode_serial (cursor, &name)
      || !MQTT_cursor_u32 (cursor, &will->delay_s)
      || !MQTT_outbox_parse_message (flags,
                                     cursor->at,
                                     cursor->left,
                                     &will->publication))
    return false;
  will->publication.will = true;
  will->publication.version.run = name.run;
  will->publication.version.sequence = name.sequence;
  return true;
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
  case MQTT_LINK_WILL:
    return decode_will (flags, cursor, &frame->will);
  case MQTT_LINK_UNWILL:
    return (0 == flags) && decode_serial (cursor, &frame->unwill)
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

  if ((MQTT_LINK_UNWILL < type) && (0 == type % 2))
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
