/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/venue.h
 * @brief Where this peer's subscribers and publishers find those of others: REGEX, and
 *        the DHT beside it for who is not to be named.
 *
 * Builds it of what others are made of, and knows nothing of what is sought there.
 */
#ifndef MQTT_SERVICE_VENUE_H
#define MQTT_SERVICE_VENUE_H

#include "anonymous.h"

struct MQTT_Venue;

struct MQTT_VenueConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Store *store;
  /** Publishers are to be called on. */
  MQTT_VisitsCall call;
  /** All that was announced or searched for with a name has ended. */
  MQTT_RendezvousFailed failed;
  /** Closure for both. */
  void *cls;
};


/**
 * @param cfg configuration of the peer; must outlive the venue
 * @param config what it is made of, copied; what it points to must outlive it
 * @return NULL if there is no DHT, or no key of the peer
 */
struct MQTT_Venue *
MQTT_venue_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   const struct MQTT_VenueConfig *config);


/**
 * The service is about to end.
 */
void
MQTT_venue_stop (struct MQTT_Venue *venue);


/**
 * Every announcement and search must have ended.
 */
void
MQTT_venue_destroy (struct MQTT_Venue *venue);


/**
 * How to announce and search, valid until MQTT_venue_destroy().
 */
const struct MQTT_RendezvousOps *
MQTT_venue_ops (struct MQTT_Venue *venue);


/**
 * A peer calls on us, as a subscriber: #MQTT_LinksCalled, with the venue as closure.
 */
void
MQTT_venue_called (void *cls,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct GNUNET_HashCode *end);


/**
 * May a peer know of anonymous subscriptions that have certain codes?
 * #MQTT_SubscriptionsAdmit, with the venue as closure.
 */
bool
MQTT_venue_admits (void *cls,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct MQTT_Cover *cover);

#endif
