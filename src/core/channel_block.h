/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_block.h
 * @brief Channel entries as blocks in the DHT: under which key, and what is asked.
 *
 * A block is an entry as it is (core/channel_entry.h).  Those of an owner for a peer
 * share a key, so that who knows both finds them all; the newest one tells that the
 * others count no more.
 */
#ifndef MQTT_CORE_CHANNEL_BLOCK_H
#define MQTT_CORE_CHANNEL_BLOCK_H

#include "channel_entry.h"

/** Type of these blocks; "MQ".  GNUnet's own are small numbers, and its DHT library
    knows no more than 16 bits of them. */
#define MQTT_CHANNEL_BLOCK_TYPE 0x4D51

/** What a request may say beside the key, big-endian; without it all entries are meant. */
struct MQTT_ChannelQuery
{
  /** Only entries with this serial or a higher one are meant. */
  uint64_t serial;
} __attribute__ ((packed));


/**
 * The key of an owner's entries for a peer.
 */
void
MQTT_channel_block_key (const struct GNUNET_IDENTITY_PublicKey *owner,
                        const struct GNUNET_PeerIdentity *peer,
                        struct GNUNET_HashCode *key);


/**
 * May a block be kept and passed on at this time: is it an entry, signed, and not
 * expired?
 *
 * @param data bytes that somebody else wrote
 * @param size how many
 * @param now_us the time, microseconds since 1970
 */
bool
MQTT_channel_block_check (const void *data, size_t size, uint64_t now_us);


/**
 * Is a request well-formed?
 *
 * @param query what it says beside the key; may be NULL if there is nothing
 * @param size bytes of that
 */
bool
MQTT_channel_query_check (const void *query, size_t size);


/**
 * Is a block what a well-formed request means?  Looks at no signature.
 *
 * @param query what the request says beside the key
 * @param query_size bytes of that
 * @param data the block
 * @param size bytes of it
 */
bool
MQTT_channel_query_matches (const void *query,
                            size_t query_size,
                            const void *data,
                            size_t size);

#endif
