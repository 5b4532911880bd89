/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/publish_packet.c
 * @brief The bytes of a PUBLISH, counted field by field.
 */
#include "publish_packet.h"

/** Bytes of a message expiry interval, with its identifier (3.3.2.3.3). */
#define EXPIRY_SIZE 5


/**
 * Bytes of a variable byte integer (1.5.5); of one that is too large for it, those of
 * the largest.
 */
static uint64_t
integer_size (uint64_t value)
{
  return (value < 128) ? 1 : (value < 16384) ? 2 : (value < 2097152) ? 3 : 4;
}


uint64_t
MQTT_publish_packet_size (size_t topic_size,
                          const struct MQTT_Message *message,
                          uint8_t qos,
                          const uint32_t *identifiers,
                          size_t count)
{
  uint64_t properties = message->properties_size;
  uint64_t rest;

  if (MQTT_NEVER != message->expires_us)
    properties += EXPIRY_SIZE;
  for (size_t i = 0; i < count; i++)
    properties += 1 + integer_size (identifiers[i]);
  rest = sizeof (uint16_t) + topic_size + ((0 == qos) ? 0 : sizeof (uint16_t))
         + integer_size (properties) + properties
         + (message->body_size - message->properties_size);
  return 1 + integer_size (rest) + rest;
}
