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

/** No level hashes to less: the values below are free for other uses. */
#define MQTT_LEVEL_HASH_MIN 2

/** Bytes of a digest. */
#define MQTT_LEVEL_DIGEST_SIZE 32


/**
 * SHA-256 of @a domain, a zero byte and a level.
 *
 * @param domain says what the digest is for, so that no two uses give the same
 * @param level the level's bytes
 * @param size number of them, may be 0
 * @param[out] digest set
 */
void
MQTT_level_digest (const char *domain,
                   const char *level,
                   size_t size,
                   uint8_t digest[MQTT_LEVEL_DIGEST_SIZE]);


/**
 * Hash one level, in host byte order.  Values below #MQTT_LEVEL_HASH_MIN are
 * mapped to it.
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
