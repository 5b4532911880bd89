/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_block.c
 * @brief Channel entries as blocks in the DHT.
 */
#include "channel_block.h"
#include <string.h>

/** Says what is hashed. */
#define DOMAIN "gnunet-mqtt channel"

/** What the key is the hash of. */
struct WireKey
{
  char domain[sizeof (DOMAIN)];
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_PeerIdentity peer;
} __attribute__ ((packed));


void
MQTT_channel_block_key (const struct GNUNET_IDENTITY_PublicKey *owner,
                        const struct GNUNET_PeerIdentity *peer,
                        struct GNUNET_HashCode *key)
{
  const struct WireKey wire = {
    .domain = DOMAIN,
    .owner = *owner,
    .peer = *peer,
  };

  GNUNET_CRYPTO_hash (&wire, sizeof (wire), key);
}


bool
MQTT_channel_block_check (const void *data, size_t size, uint64_t now_us)
{
  struct MQTT_ChannelEntry entry;

  return MQTT_channel_entry_read_again (data, size, &entry)
         && ((MQTT_CHANNEL_FOREVER == entry.expiry_us)
             || (now_us < entry.expiry_us))
         && (MQTT_CHANNEL_OK == MQTT_channel_entry_read (data, size, &entry));
}


bool
MQTT_channel_query_check (const void *query, size_t size)
{
  (void)query;
  return (0 == size) || (sizeof (struct MQTT_ChannelQuery) == size);
}


bool
MQTT_channel_query_matches (const void *query,
                            size_t query_size,
                            const void *data,
                            size_t size)
{
  struct MQTT_ChannelEntry entry;
  struct MQTT_ChannelQuery wire = { .serial = 0 };

  if (sizeof (wire) == query_size)
    memcpy (&wire, query, sizeof (wire));
  return MQTT_channel_entry_read_again (data, size, &entry)
         && (entry.serial >= GNUNET_ntohll (wire.serial));
}
