/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/delivery.c
 * @brief What a session's entry calls its message.
 */
#include "delivery.h"
#include "../core/ipc_frame.h"


static struct MQTT_Delivery *
allocate (size_t count)
{
  return GNUNET_malloc (sizeof (struct MQTT_Delivery)
                        + count * sizeof (uint32_t));
}


struct MQTT_Delivery *
MQTT_delivery_create (struct MQTT_Topic *topic,
                      struct MQTT_Message *message,
                      bool in_memory,
                      const uint32_t *numbers,
                      size_t count)
{
  struct MQTT_Delivery *delivery = allocate (
    GNUNET_MIN (count, MQTT_IPC_SUBSCRIPTIONS_MAX));

  for (size_t i = 0; i < count; i++)
  {
    uint32_t identifier = numbers[i] & ~MQTT_DELIVERY_AS_PUBLISHED;

    if (identifier != numbers[i])
      delivery->retain = message->retain;
    if ((0 != identifier) && (MQTT_IPC_SUBSCRIPTIONS_MAX > delivery->count))
      delivery->identifiers[delivery->count++] = identifier;
  }
  if (!in_memory)
  {
    delivery->stored = message->stored;
    return delivery;
  }
  delivery->message = MQTT_message_ref (message);
  delivery->topic = MQTT_topic_ref (topic);
  return delivery;
}


void
MQTT_delivery_destroy (struct MQTT_Delivery *delivery)
{
  if (NULL != delivery->message)
    MQTT_message_unref (delivery->message);
  if (NULL != delivery->topic)
    MQTT_topic_unref (delivery->topic);
  GNUNET_free (delivery);
}


void *
MQTT_delivery_encode (const struct MQTT_Delivery *delivery, size_t *size)
{
  uint32_t *bytes;

  *size = delivery->count * sizeof (uint32_t);
  if (0 == *size)
    return NULL;
  bytes = GNUNET_malloc (*size);
  for (uint16_t i = 0; i < delivery->count; i++)
    bytes[i] = htonl (delivery->identifiers[i]);
  return bytes;
}


struct MQTT_Delivery *
MQTT_delivery_decode (uint64_t stored,
                      bool retain,
                      const struct MQTT_Bytes *bytes)
{
  size_t count = bytes->size / sizeof (uint32_t);
  const uint8_t *data = bytes->data;
  struct MQTT_Delivery *delivery;

  if ((bytes->size != count * sizeof (uint32_t))
      || (MQTT_IPC_SUBSCRIPTIONS_MAX < count))
    return NULL;
  delivery = allocate (count);
  delivery->stored = stored;
  delivery->retain = retain;
  delivery->count = (uint16_t)count;
  for (size_t i = 0; i < count; i++)
  {
    uint32_t identifier;

    memcpy (&identifier, data + i * sizeof (identifier), sizeof (identifier));
    delivery->identifiers[i] = ntohl (identifier);
  }
  return delivery;
}
