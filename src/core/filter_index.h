/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/filter_index.h
 * @brief Which subscriptions match this topic, among a million of them?
 *
 * A tree of levels, keyed by level hashes, in two flat arrays: a fixed size
 * a level, however long its text, and no recursion however deep.  It answers
 * questions that come as hashes (from other peers) and as text alike.
 * Knows nothing of clients or messages: a subscription is a 32-bit value of the
 * caller's.
 */
#ifndef MQTT_CORE_FILTER_INDEX_H
#define MQTT_CORE_FILTER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MQTT_FilterIndex;

/**
 * Names one entry of the index, for its removal; never 0.
 */
typedef uint32_t MQTT_FilterIndexEntry;


/**
 * @param seed random and secret, so that nobody can choose filters that make
 *        the index slow
 * @return an empty index, to be destroyed with MQTT_filter_index_destroy()
 */
struct MQTT_FilterIndex *
MQTT_filter_index_create (uint64_t seed);


void
MQTT_filter_index_destroy (struct MQTT_FilterIndex *index);


/**
 * Add an entry.  The same filter may be added any number of times.
 *
 * @param index the index
 * @param filter legal topic filter (without "$share/…"); not kept
 * @param size bytes of it
 * @param value given back by matches
 * @return the entry, valid until removed; 0 if there is no room for it (2^30
 *         levels, or no memory); then nothing has changed
 */
MQTT_FilterIndexEntry
MQTT_filter_index_add (struct MQTT_FilterIndex *index,
                       const char *filter,
                       size_t size,
                       uint32_t value);


/**
 * Remove an entry, in time independent of the number of entries.  Its levels
 * are freed for reuse when nothing else needs them.
 */
void
MQTT_filter_index_remove (struct MQTT_FilterIndex *index,
                          MQTT_FilterIndexEntry entry);


/**
 * Called for each matching entry.  Must not change the index.
 *
 * @param cls closure
 * @param value what the entry was added with
 * @return false to end the search
 */
typedef bool (*MQTT_FilterIndexCallback) (void *cls, uint32_t value);


/**
 * Find the entries whose filter matches a topic name given as hashes, each
 * once, in no particular order.
 *
 * @param index the index
 * @param hashes hash of each level, see MQTT_level_hash()
 * @param count number of levels, at least 1
 * @param dollar true if the name begins with '$': wildcards at the first level
 *        do not match it then
 * @param callback called for each match; NULL: stop at the first
 * @param cls closure for @a callback
 * @return true if anything matched
 */
bool
MQTT_filter_index_match (const struct MQTT_FilterIndex *index,
                         const uint64_t *hashes,
                         size_t count,
                         bool dollar,
                         MQTT_FilterIndexCallback callback,
                         void *cls);


/**
 * Number of entries.
 */
size_t
MQTT_filter_index_count (const struct MQTT_FilterIndex *index);


/**
 * Bytes of memory the index holds.
 */
size_t
MQTT_filter_index_memory (const struct MQTT_FilterIndex *index);

#endif
