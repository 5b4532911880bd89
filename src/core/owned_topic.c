/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/owned_topic.c
 * @brief Whose a topic is.  Knows nothing of who may publish to it.
 */
#include "owned_topic.h"
#include <string.h>


bool
MQTT_owned_key_type (uint32_t type)
{
  return (GNUNET_IDENTITY_TYPE_ECDSA == ntohl (type))
         || (GNUNET_IDENTITY_TYPE_EDDSA == ntohl (type));
}


bool
MQTT_owned_key (const char *text,
                size_t size,
                struct GNUNET_IDENTITY_PublicKey *key)
{
  /* Keys of both types are equally long. */
  return (MQTT_OWNED_KEY_TEXT == size)
         && (GNUNET_OK
             == GNUNET_STRINGS_string_to_data (text, size, key, sizeof (*key)))
         && MQTT_owned_key_type (key->type);
}


bool
MQTT_owned_topic (const char *topic, size_t size, struct MQTT_OwnedTopic *owned)
{
  size_t start = ((0 < size) && ('/' == topic[0])) ? 1 : 0;
  size_t end = start + MQTT_OWNED_KEY_TEXT;

  if ((size < end) || ((size > end) && ('/' != topic[end]))
      || !MQTT_owned_key (topic + start, MQTT_OWNED_KEY_TEXT, &owned->owner))
    return false;
  end += (size > end) ? 1 : 0;
  owned->below = topic + end;
  owned->below_size = size - end;
  return true;
}
