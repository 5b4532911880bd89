/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/zone_pairs.h
 * @brief The pairs of an owner and a peer whose entries zones.c looks for: what becomes of
 *        each, and which gives way to others.  Only for zones.c.
 *
 * Knows nothing of how is looked.
 */
#ifndef MQTT_SERVICE_ZONE_PAIRS_H
#define MQTT_SERVICE_ZONE_PAIRS_H

#include "zones.h"

/** What becomes of a pair. */
enum MQTT_ZoneState
{
  /** It was looked for. */
  MQTT_ZONE_DONE,
  /** It is to be looked for in its turn. */
  MQTT_ZONE_WAITING,
  MQTT_ZONE_LOOKING,
  MQTT_ZONE_STATES
};

/** An owner and a peer. */
struct MQTT_ZonePair
{
  /** Of the peer's in the same state, the one that is so for longest first. */
  struct MQTT_ZonePair *prev;
  struct MQTT_ZonePair *next;
  struct MQTT_ZoneShare *share;
  struct GNUNET_HashCode key;
  struct GNUNET_IDENTITY_PublicKey owner;
  enum MQTT_ZoneState state;
  /** Since when it is in that state. */
  struct GNUNET_TIME_Absolute since;
  /** The look, while it is under way, the texts of it, and who looks. */
  void *look;
  unsigned int texts;
  struct MQTT_Zones *zones;
};

struct MQTT_ZonePairList
{
  struct MQTT_ZonePair *head;
  struct MQTT_ZonePair *tail;
  unsigned int count;
};

/** The pairs of a peer, one at least. */
struct MQTT_ZoneShare
{
  /** The one whose last turn is longest ago first. */
  struct MQTT_ZoneShare *prev;
  struct MQTT_ZoneShare *next;
  struct MQTT_ZonePairs *pairs;
  struct GNUNET_PeerIdentity peer;
  /** By state. */
  struct MQTT_ZonePairList lists[MQTT_ZONE_STATES];
  unsigned int count;
  /** Texts that were found since some moment. */
  unsigned int texts;
  struct GNUNET_TIME_Absolute texts_since;
};

struct MQTT_ZonePairs
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  struct MQTT_ZoneShare *head;
  struct MQTT_ZoneShare *tail;
  /** By state. */
  unsigned int counts[MQTT_ZONE_STATES];
};


/**
 * @param options bounds, must outlive the pairs
 * @param counters where to count
 */
struct MQTT_ZonePairs *
MQTT_zone_pairs_create (const struct MQTT_Options *options,
                        struct MQTT_Counters *counters);


/**
 * @param pairs none may be looked for
 */
void
MQTT_zone_pairs_destroy (struct MQTT_ZonePairs *pairs);


/**
 * Get a pair; it is made if it is not there, and waits.  Others may be forgotten then, but
 * not those that are looked for.
 *
 * @return NULL if there is no room: too many wait
 */
struct MQTT_ZonePair *
MQTT_zone_pairs_get (struct MQTT_ZonePairs *pairs,
                     const struct GNUNET_IDENTITY_PublicKey *owner,
                     const struct GNUNET_PeerIdentity *peer);


void
MQTT_zone_pair_change (struct MQTT_ZonePair *pair, enum MQTT_ZoneState state);


/**
 * A peer has had its turn.
 */
void
MQTT_zone_pairs_put_last (struct MQTT_ZonePairs *pairs,
                          struct MQTT_ZoneShare *share);

#endif
