/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/message.c
 * @brief Shared messages: one allocation each, counted references.
 */
#include "message.h"
#include <gnunet/gnunet_util_lib.h>


/**
 * When does a publication expire that may wait for @a expiry_us from now on?
 */
static uint64_t
expires_at (uint64_t expiry_us, uint64_t now_us)
{
  if (MQTT_NEVER == expiry_us)
    return MQTT_NEVER;
  /* One microsecond before "never", so that the difference stays visible. */
  if (expiry_us >= MQTT_NEVER - now_us)
    return MQTT_NEVER - 1;
  return now_us + expiry_us;
}


struct MQTT_Message *
MQTT_message_create (const struct MQTT_Publication *publication,
                     uint64_t now_us)
{
  size_t body_size = publication->properties_size + publication->payload_size;
  /* Not GNUNET_malloc(): that clears every byte and ends at 40 MiB. */
  struct MQTT_Message *message = malloc (sizeof (*message) + body_size);

  GNUNET_assert (NULL != message);
  message->expires_us = expires_at (publication->expiry_us, now_us);
  message->stored = 0;
  message->body_size = body_size;
  message->properties_size = (uint32_t)publication->properties_size;
  message->references = 1;
  message->qos = publication->qos;
  message->retain = publication->retain;
  message->version = publication->version;
  message->will = publication->will;
  GNUNET_memcpy (message->body,
                 publication->properties,
                 publication->properties_size);
  GNUNET_memcpy (message->body + publication->properties_size,
                 publication->payload,
                 publication->payload_size);
  return message;
}


struct MQTT_Message *
MQTT_message_ref (struct MQTT_Message *message)
{
  message->references++;
  return message;
}


void
MQTT_message_unref (struct MQTT_Message *message)
{
  if (0 == --message->references)
    free (message);
}


bool
MQTT_message_expired (const struct MQTT_Message *message, uint64_t now_us)
{
  return (MQTT_NEVER != message->expires_us) && (message->expires_us <= now_us);
}


size_t
MQTT_message_memory (const struct MQTT_Message *message)
{
  return sizeof (*message) + message->body_size;
}
