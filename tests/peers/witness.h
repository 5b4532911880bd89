/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/witness.h
 * @brief Sees all that passes the DHTs of a group, and what can be got from them.
 *
 * What a peer's DHT keeps has passed its monitor when it came.  Knows nothing of MQTT
 * but that no one else in a group uses REGEX.
 */
#ifndef MQTT_TESTS_PEERS_WITNESS_H
#define MQTT_TESTS_PEERS_WITNESS_H

#include "testbed_group.h"

struct Witness;

/** How often something was seen. */
struct Sight
{
  /** Blocks, answers and questions of the kinds that REGEX has and our own, and all that
      was under the same keys. */
  unsigned int ours;
  /** Those in which something was found, ways that were recorded included. */
  unsigned int ours_with;
  /** Of all kinds: in how many it was found. */
  unsigned int all_with;
};


/**
 * Begin to watch every peer of a group; it ends with the scenario.
 */
struct Witness *
witness_create (struct Group *group);


/**
 * Get from every peer's DHT all that there is, of any type, under every key of ours that
 * was seen.
 */
void
witness_inspect (struct Witness *witness);


/**
 * Look through all that was seen.
 *
 * @param witness who has seen it
 * @param what bytes to look for
 * @param size how many
 */
struct Sight
witness_look (const struct Witness *witness, const void *what, size_t size);

#endif
