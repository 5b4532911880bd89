/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/anonymous.h
 * @brief A meeting place where one may announce anonymously, made of one where that
 *        is not possible, and of the DHT.
 *
 * Its searches find those whom the other place finds, and anonymous subscribers who
 * have called on us.
 */
#ifndef MQTT_SERVICE_ANONYMOUS_H
#define MQTT_SERVICE_ANONYMOUS_H

#include "covers.h"
#include "options.h"
#include "visits.h"
#include "rendezvous.h"

struct MQTT_Anonymous;

struct MQTT_AnonymousConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  /** For those who have a name. */
  const struct MQTT_RendezvousOps *named;
  const struct MQTT_DhtOps *dht;
  struct MQTT_Store *store;
  /** This peer's key. */
  struct GNUNET_CRYPTO_EddsaPrivateKey key;
  /** Publishers are to be called on. */
  MQTT_VisitsCall call;
  /** Closure for @e call. */
  void *cls;
};


/**
 * @param config what it is made of, copied; what it points to must outlive it
 */
struct MQTT_Anonymous *
MQTT_anonymous_create (const struct MQTT_AnonymousConfig *config);


/**
 * The service is about to end.
 */
void
MQTT_anonymous_stop (struct MQTT_Anonymous *anonymous);


/**
 * Every announcement and search must have ended.
 */
void
MQTT_anonymous_destroy (struct MQTT_Anonymous *anonymous);


/**
 * The functions, valid until MQTT_anonymous_destroy().
 */
const struct MQTT_RendezvousOps *
MQTT_anonymous_ops (struct MQTT_Anonymous *anonymous);


/**
 * The place for those who have a name has broken down; call this before anybody asks
 * for anything again.
 */
void
MQTT_anonymous_failed (struct MQTT_Anonymous *anonymous);


/**
 * This peer looks for who accepts in a state: #MQTT_DhtSeen.
 */
void
MQTT_anonymous_seen (struct MQTT_Anonymous *anonymous,
                     const struct GNUNET_HashCode *end);


/**
 * A peer calls on us, as a subscriber: #MQTT_LinksCalled.
 */
void
MQTT_anonymous_called (struct MQTT_Anonymous *anonymous,
                       const struct GNUNET_PeerIdentity *peer,
                       const struct GNUNET_HashCode *end);


/**
 * May a peer know of anonymous subscriptions that have certain codes?
 *  #MQTT_SubscriptionsAdmit
 */
bool
MQTT_anonymous_admits (const struct MQTT_Anonymous *anonymous,
                       const struct GNUNET_PeerIdentity *peer,
                       const struct MQTT_Cover *cover);

#endif
