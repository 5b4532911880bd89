/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/asker.h
 * @brief One who speaks our protocol on a link, and asks and asks.
 */
#ifndef MQTT_TESTS_PEERS_ASKER_H
#define MQTT_TESTS_PEERS_ASKER_H

#include "testbed_group.h"

/** First level of the topics that he names. */
#define ASKER_WANTED "flood"


/**
 * Ask about other topics all the time, as fast as CADET carries it, until the scenario
 * ends; it fails if the link is closed.
 *
 * @param group the group
 * @param peer number of the peer where he is
 * @param victim number of the peer he asks
 * @param names ask about topics below #ASKER_WANTED, and tell their names, as if they
 *        were wanted; otherwise about others
 */
void
asker_start (struct Group *group,
             unsigned int peer,
             unsigned int victim,
             bool names);

#endif
