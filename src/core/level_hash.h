/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/level_hash.h
 * @brief One-way hash of a topic level: what a peer that does not want a topic
 *        gets to see of its name, and what the filter index is keyed by.
 *
 * The value is part of the protocol between peers: the first 8 bytes of the
 * SHA-256 of "gnunet-mqtt level\0" and the level's bytes.  64 bits are too few
 * to authenticate anything: whoever delivers a message compares texts too.
 */
#ifndef MQTT_CORE_LEVEL_HASH_H
#define MQTT_CORE_LEVEL_HASH_H

#include <stddef.h>
#include <stdint.h>

/**
 * Hash one level, in host byte order.  Never returns a value that is reserved:
 * 0 and 1 are mapped to 2 (the index uses them for "+" and "#").
 */
uint64_t
MQTT_level_hash (const char *level, size_t size);


/**
 * Hash every level of a topic name.
 *
 * @param name legal topic name
 * @param size bytes of it
 * @param[out] count number of levels, at least 1
 * @return array of @a count hashes, free with GNUNET_free()
 */
uint64_t *
MQTT_level_hash_all (const char *name, size_t size, size_t *count);

#endif
