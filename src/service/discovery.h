/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/discovery.h
 * @brief Rendezvous of subscribers and publishers: what this peer announces and
 *        what it searches for, at one pace.
 */
#ifndef MQTT_SERVICE_DISCOVERY_H
#define MQTT_SERVICE_DISCOVERY_H

#include "announcer.h"
#include "options.h"
#include "searches.h"

struct MQTT_Discovery;


/**
 * @param options limits and times
 * @param counters where to count
 * @param ops the meeting place; must outlive the discovery
 * @param myself this peer
 */
struct MQTT_Discovery *
MQTT_discovery_create (const struct MQTT_Options *options,
                       struct MQTT_Counters *counters,
                       const struct MQTT_RendezvousOps *ops,
                       const struct GNUNET_PeerIdentity *myself);


/**
 * All users of searches must have left.
 */
void
MQTT_discovery_destroy (struct MQTT_Discovery *discovery);


/**
 * A subscription was made or ended: #MQTT_SubscriptionsObserver.
 */
void
MQTT_discovery_filter (struct MQTT_Discovery *discovery,
                       const char *filter,
                       size_t size,
                       bool anonymous,
                       bool added);


/**
 * Where to look for subscribers.
 */
struct MQTT_Searches *
MQTT_discovery_searches (struct MQTT_Discovery *discovery);


/**
 * The meeting place has broken down: do all again, at the pace.
 */
void
MQTT_discovery_failed (struct MQTT_Discovery *discovery);

#endif
