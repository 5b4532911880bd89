/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/group_balance.h
 * @brief Whether every message at the peers of a group is accounted for.
 */
#ifndef MQTT_TESTS_PEERS_GROUP_BALANCE_H
#define MQTT_TESTS_PEERS_GROUP_BALANCE_H

#include "testbed_group.h"

/**
 * Check that what went in at each peer has ended, or is still there, with the program
 * of the environment's GNUNET_MQTT_BALANCED, which is tests/proof/balanced.
 *
 * @param group the group
 * @param used of each peer: must its service tell what it has counted?
 */
void
group_balance (struct Group *group, const bool *used);

#endif
