/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/delivery.c
 * @brief What a session's entry calls its message.
 */
#include "delivery.h"
#include "../core/ipc_frame.h"

/** On disk, in front of identifiers, which are not 0: the key of a group follows. */
#define SHARE_MARK 0

/** Words of that. */
#define SHARE_WORDS (1 + sizeof (struct GNUNET_HashCode) / sizeof (uint32_t))


static struct MQTT_Delivery *
allocate (size_t count)
{
  return GNUNET_malloc (sizeof (struct MQTT_Delivery)
                        + count * sizeof (uint32_t));
}


size_t
MQTT_delivery_identifiers_memory (size_t count)
{
  return GNUNET_MIN (count, MQTT_IPC_SUBSCRIPTIONS_MAX) * sizeof (uint32_t);
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
MQTT_delivery_set_share (struct MQTT_Delivery *delivery,
                         const struct MQTT_Share *share)
{
  delivery->share = GNUNET_memdup (&share->key, sizeof (share->key));
}


void
MQTT_delivery_destroy (struct MQTT_Delivery *delivery)
{
  GNUNET_free (delivery->share);
  if (NULL != delivery->message)
    MQTT_message_unref (delivery->message);
  if (NULL != delivery->topic)
    MQTT_topic_unref (delivery->topic);
  GNUNET_free (delivery);
}


void *
MQTT_delivery_encode (const struct MQTT_Delivery *delivery, size_t *size)
{
  size_t before = (NULL == delivery->share) ? 0 : SHARE_WORDS;
  uint32_t *words;

  *size = (before + delivery->count) * sizeof (uint32_t);
  if (0 == *size)
    return NULL;
  words = GNUNET_malloc (*size);
  if (0 != before)
  {
    words[0] = htonl (SHARE_MARK);
    GNUNET_memcpy (&words[1], delivery->share, sizeof (*delivery->share));
  }
  for (uint16_t i = 0; i < delivery->count; i++)
    words[before + i] = htonl (delivery->identifiers[i]);
  return words;
}


static uint32_t
word_at (const struct MQTT_Bytes *bytes, size_t index)
{
  uint32_t word;

  memcpy (&word,
          (const uint8_t *)bytes->data + index * sizeof (word),
          sizeof (word));
  return ntohl (word);
}


struct MQTT_Delivery *
MQTT_delivery_decode (uint64_t stored,
                      bool retain,
                      const struct MQTT_Bytes *bytes)
{
  size_t words = bytes->size / sizeof (uint32_t);
  bool shared = (SHARE_WORDS <= words) && (SHARE_MARK == word_at (bytes, 0));
  size_t before = shared ? SHARE_WORDS : 0;
  size_t count = words - before;
  struct MQTT_Delivery *delivery;

  if ((bytes->size != words * sizeof (uint32_t))
      || (MQTT_IPC_SUBSCRIPTIONS_MAX < count))
    return NULL;
  delivery = allocate (count);
  delivery->stored = stored;
  delivery->retain = retain;
  delivery->count = (uint16_t)count;
  if (shared)
    delivery->share = GNUNET_memdup ((const uint8_t *)bytes->data
                                       + sizeof (uint32_t),
                                     sizeof (*delivery->share));
  for (size_t i = 0; i < count; i++)
    delivery->identifiers[i] = word_at (bytes, before + i);
  return delivery;
}
