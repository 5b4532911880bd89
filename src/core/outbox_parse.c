/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/outbox_parse.c
 * @brief Reads what an outbox writes of a message.
 */
#include "outbox.h"
#include "cursor.h"
#include "properties.h"

#define ALL_MESSAGE_FLAGS \
  (MQTT_MESSAGE_QOS | MQTT_MESSAGE_RETAIN | MQTT_MESSAGE_EXPIRY \
   | MQTT_MESSAGE_PROPERTIES)


bool
MQTT_outbox_parse_message (uint8_t flags,
                           const void *data,
                           size_t size,
                           struct MQTT_Publication *publication)
{
  struct MQTT_Cursor cursor = { .at = data, .left = size };
  uint32_t properties_size = 0;

  if ((0 != (flags & ~ALL_MESSAGE_FLAGS)) || (2 < (flags & MQTT_MESSAGE_QOS)))
    return false;
  *publication = (struct MQTT_Publication){
    .expiry_us = MQTT_NEVER,
    .qos = flags & MQTT_MESSAGE_QOS,
    .retain = (0 != (flags & MQTT_MESSAGE_RETAIN)),
  };
  if ((0 != (flags & MQTT_MESSAGE_EXPIRY))
      && (!MQTT_cursor_u64 (&cursor, &publication->expiry_us)
          || (MQTT_NEVER == publication->expiry_us)))
    return false;
  if ((0 != (flags & MQTT_MESSAGE_PROPERTIES))
      && (!MQTT_cursor_u32 (&cursor, &properties_size)
          || (0 == properties_size)))
    return false;
  publication->properties_size = properties_size;
  publication->properties = MQTT_cursor_take (&cursor, properties_size);
  if ((NULL == publication->properties)
      || !MQTT_properties_check (publication->properties, properties_size))
    return false;
  publication->payload_size = cursor.left;
  publication->payload = cursor.at;
  return true;
}
