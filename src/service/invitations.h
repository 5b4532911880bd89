/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/invitations.h
 * @brief Tells anonymous subscribers that we publish what they want, and who of them
 *        has called on us for it.
 *
 * A search that arrives where the states of an anonymous code end is learned from
 * this peer's own DHT; it is known beforehand where that may be for what we search.
 * Then our name is put where those watch who announced the code (anonymous_code.h),
 * until the last such search ends.
 */
#ifndef MQTT_SERVICE_INVITATIONS_H
#define MQTT_SERVICE_INVITATIONS_H

#include "counters.h"
#include "dht.h"
#include "rendezvous.h"

struct MQTT_Invitations;

/** A search whose subscribers may be anonymous. */
struct MQTT_Inviter;

struct MQTT_InvitationsConfig
{
  const struct MQTT_DhtOps *dht;
  struct MQTT_Counters *counters;
  /** Signs the invitations. */
  struct GNUNET_CRYPTO_EddsaPrivateKey key;
  /** Most codes that are invited for at once. */
  unsigned int limit;
  /** Most callers remembered for a code. */
  unsigned int guests;
  /** How often an invitation is put again. */
  struct GNUNET_TIME_Relative refresh;
};


/**
 * @param config how to invite, copied; what it points to must outlive the invitations
 */
struct MQTT_Invitations *
MQTT_invitations_create (const struct MQTT_InvitationsConfig *config);


/**
 * All inviters must have ended.
 */
void
MQTT_invitations_destroy (struct MQTT_Invitations *invitations);


/**
 * A search begins.
 *
 * @param invitations all invitations
 * @param string what is searched for
 * @param found called for who calls on us for it, never from within this call
 * @param cls closure for @a found
 */
struct MQTT_Inviter *
MQTT_inviter_create (struct MQTT_Invitations *invitations,
                     const char *string,
                     MQTT_RendezvousFound found,
                     void *cls);


/**
 * The search has ended.
 */
void
MQTT_inviter_destroy (struct MQTT_Inviter *inviter);


/**
 * Some search of this peer looks for who accepts in a state: #MQTT_DhtSeen.
 */
void
MQTT_invitations_seen (struct MQTT_Invitations *invitations,
                       const struct GNUNET_HashCode *end);


/**
 * A peer calls on us.
 *
 * @param invitations all invitations
 * @param peer the peer
 * @param end where the searches for its code end; from a stranger
 */
void
MQTT_invitations_called (struct MQTT_Invitations *invitations,
                         const struct GNUNET_PeerIdentity *peer,
                         const struct GNUNET_HashCode *end);

#endif
