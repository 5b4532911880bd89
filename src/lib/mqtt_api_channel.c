/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_channel.c
 * @brief Channel entries as applications see them.  Needs no connection.
 */
#include "gnunet_mqtt_channel.h"
#include "../core/channel_entry.h"

_Static_assert(GNUNET_MQTT_CHANNEL_PREFIX_MAX == MQTT_CHANNEL_PREFIX_MAX,
               "the API promises what there is");


bool
GNUNET_MQTT_topic_owner (const char *topic,
                         size_t topic_size,
                         struct GNUNET_IDENTITY_PublicKey *owner)
{
  struct MQTT_OwnedTopic owned;

  if (!MQTT_owned_topic (topic, topic_size, &owned))
    return false;
  *owner = owned.owner;
  return true;
}


char *
GNUNET_MQTT_channel_sign (const struct GNUNET_MQTT_ChannelEntry *entry,
                          const struct GNUNET_IDENTITY_PrivateKey *key)
{
  const struct MQTT_ChannelEntry in = {
    .peer = entry->peer,
    .not_before_us = entry->not_before.abs_value_us,
    .expiry_us = entry->expiry.abs_value_us,
    .serial = entry->serial,
    .prefix = entry->prefix,
    .prefix_size = entry->prefix_size,
    .revokes = entry->revokes,
  };
  size_t size;
  void *data = MQTT_channel_entry_sign (&in, key, &size);
  char *text;

  if (NULL == data)
    return NULL;
  text = MQTT_channel_entry_to_text (data, size);
  GNUNET_free (data);
  return text;
}


/**
 * Copy an entry to where it stays.
 */
static struct GNUNET_MQTT_ChannelEntry *
keep (const struct MQTT_ChannelEntry *in)
{
  struct GNUNET_MQTT_ChannelEntry *out = GNUNET_malloc (sizeof (*out)
                                                        + in->prefix_size);

  GNUNET_memcpy (&out[1], in->prefix, in->prefix_size);
  out->owner = in->owner;
  out->peer = in->peer;
  out->not_before.abs_value_us = in->not_before_us;
  out->expiry.abs_value_us = in->expiry_us;
  out->serial = in->serial;
  out->prefix = (const char *)&out[1];
  out->prefix_size = in->prefix_size;
  out->revokes = in->revokes;
  return out;
}


struct GNUNET_MQTT_ChannelEntry *
GNUNET_MQTT_channel_read (const char *text, size_t text_size, const char **why)
{
  struct GNUNET_MQTT_ChannelEntry *out = NULL;
  enum MQTT_ChannelVerdict verdict = MQTT_CHANNEL_MALFORMED;
  struct MQTT_ChannelEntry entry;
  size_t size;
  void *data = MQTT_channel_entry_from_text (text, text_size, &size);

  if (NULL != data)
    verdict = MQTT_channel_entry_read (data, size, &entry);
  if (MQTT_CHANNEL_OK == verdict)
    out = keep (&entry);
  else if (NULL != why)
    *why = MQTT_channel_verdict_text (verdict);
  GNUNET_free (data);
  return out;
}


bool
GNUNET_MQTT_channel_covers (const struct GNUNET_MQTT_ChannelEntry *entry,
                            const char *below,
                            size_t below_size)
{
  const struct MQTT_ChannelEntry in = { .prefix = entry->prefix,
                                        .prefix_size = entry->prefix_size };

  return MQTT_channel_entry_covers (&in, below, below_size);
}
