/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/asker.h
 * @brief One who speaks our protocol on a link, and asks and asks.
 */
#ifndef MQTT_TESTS_PEERS_ASKER_H
#define MQTT_TESTS_PEERS_ASKER_H

#include "testbed_group.h"

/** First level of the topics that he names; the second one, of those that belong to an
    ego. */
#define ASKER_WANTED "flood"

/** What he asks about. */
enum AskerFlood
{
  /** What is not wanted. */
  ASKER_QUESTIONS,
  /** Topics below #ASKER_WANTED; he tells their names, as if they were wanted. */
  ASKER_NAMES,
  /** The same, below the key of an ego, and with each a channel entry that was never
      seen and replaces the one before. */
  ASKER_ENTRIES
};


/**
 * Ask about other topics all the time, as fast as CADET carries it, until the scenario
 * ends; it fails if the link is closed.
 *
 * @param group the group
 * @param peer number of the peer where he is
 * @param victim number of the peer he asks
 * @param what he asks
 */
void
asker_start (struct Group *group,
             unsigned int peer,
             unsigned int victim,
             enum AskerFlood what);

#endif
