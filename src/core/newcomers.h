/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/newcomers.h
 * @brief Peers that have just shown that they want something below a first level, and
 *        may want all else below it: who offers topics in turns knows whom to.
 *
 * A few at once; if there are more, the oldest one has to find the rest by itself.
 * Knows nothing of links.
 */
#ifndef MQTT_CORE_NEWCOMERS_H
#define MQTT_CORE_NEWCOMERS_H

#include <gnunet/gnunet_util_lib.h>
#include <stdbool.h>

/** Newcomers at once. */
#define MQTT_NEWCOMERS_MAX 16

/** Embed it, all 0 at first; fields are private. */
struct MQTT_Newcomers
{
  struct
  {
    struct GNUNET_PeerIdentity peer;
    /** Hash of the first level. */
    uint64_t first;
    /** Turns until all topics have had one; 0: there is no newcomer here. */
    size_t left;
  } at[MQTT_NEWCOMERS_MAX];
  /** The place that is taken next. */
  unsigned int next;
};


/**
 * Add a peer.
 *
 * @param newcomers all of them
 * @param peer the peer
 * @param first hash of the first level
 * @param turns how many turns there are until all topics have had one
 * @return false if it is known already, or there are no turns
 */
bool
MQTT_newcomers_add (struct MQTT_Newcomers *newcomers,
                    const struct GNUNET_PeerIdentity *peer,
                    uint64_t first,
                    size_t turns);


/**
 * To whom is a topic to be offered?
 *
 * @param newcomers all of them
 * @param first hash of the topic's first level
 * @param[in,out] at 0 for the first peer, then as it was left
 * @return a peer, NULL if there are no more
 */
const struct GNUNET_PeerIdentity *
MQTT_newcomers_next (const struct MQTT_Newcomers *newcomers,
                     uint64_t first,
                     unsigned int *at);


/**
 * So many topics have had their turn.
 *
 * @return true if there are newcomers still
 */
bool
MQTT_newcomers_turn (struct MQTT_Newcomers *newcomers, size_t turns);

#endif
