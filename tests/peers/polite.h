/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/polite.h
 * @brief One who publishes steadily and not much, and one who counts how much of
 *        that arrives in a second, beside whatever else does.
 *
 * Knows the public API only.
 */
#ifndef MQTT_TESTS_PEERS_POLITE_H
#define MQTT_TESTS_PEERS_POLITE_H

#include "testbed_group.h"

/** Messages of 100 bytes that are published in a second. */
#define POLITE_RATE 1000

/** Where others may publish what they like: the same application reads it. */
#define POLITE_OTHERS "flood"

struct Polite;


/**
 * Start both, and wait until what is published arrives.  They end with the
 * scenario.
 *
 * @param group the group
 * @param publisher number of the peer where is published
 * @param subscriber number of the peer where is counted
 */
struct Polite *
polite_start (struct Group *group,
              unsigned int publisher,
              unsigned int subscriber);


/**
 * Count for some seconds.
 *
 * @param polite the two
 * @param[out] others messages that others have published, in a second
 * @return messages that have arrived in a second
 */
double
polite_measure (struct Polite *polite, double *others);


/**
 * Wait until something that others have published has arrived.
 */
void
polite_wait_others (struct Polite *polite);

#endif
