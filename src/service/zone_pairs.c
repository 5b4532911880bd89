/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/zone_pairs.c
 * @brief The pairs of an owner and a peer whose entries are looked for.
 */
#include "zone_pairs.h"


struct MQTT_ZonePairs *
MQTT_zone_pairs_create (const struct MQTT_Options *options,
                        struct MQTT_Counters *counters)
{
  struct MQTT_ZonePairs *pairs = GNUNET_new (struct MQTT_ZonePairs);

  pairs->options = options;
  pairs->counters = counters;
  pairs->by_key = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  pairs->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  return pairs;
}


static void
enter (struct MQTT_ZonePair *pair, enum MQTT_ZoneState state)
{
  struct MQTT_ZonePairList *list = &pair->share->lists[state];

  pair->state = state;
  pair->since = GNUNET_TIME_absolute_get ();
  GNUNET_CONTAINER_DLL_insert_tail (list->head, list->tail, pair);
  list->count++;
  pair->share->pairs->counts[state]++;
}


static void
leave (struct MQTT_ZonePair *pair)
{
  struct MQTT_ZonePairList *list = &pair->share->lists[pair->state];

  GNUNET_CONTAINER_DLL_remove (list->head, list->tail, pair);
  list->count--;
  pair->share->pairs->counts[pair->state]--;
}


void
MQTT_zone_pair_change (struct MQTT_ZonePair *pair, enum MQTT_ZoneState state)
{
  leave (pair);
  enter (pair, state);
}


/**
 * Forget a pair, and its peer if it was the last.
 */
static void
forget (struct MQTT_ZonePair *pair)
{
  struct MQTT_ZoneShare *share = pair->share;
  struct MQTT_ZonePairs *pairs = share->pairs;

  leave (pair);
  (void)GNUNET_CONTAINER_multihashmap_remove (pairs->by_key, &pair->key, pair);
  GNUNET_free (pair);
  if (0 < --share->count)
    return;
  GNUNET_CONTAINER_DLL_remove (pairs->head, pairs->tail, share);
  (void)GNUNET_CONTAINER_multipeermap_remove (pairs->by_peer,
                                              &share->peer,
                                              share);
  GNUNET_free (share);
}


/**
 * The pair of a peer that gives way first: what was looked for longest ago, or else what
 * waits and came last.
 *
 * @return NULL if all are looked for now
 */
static struct MQTT_ZonePair *
get_least (const struct MQTT_ZoneShare *share)
{
  return (NULL != share->lists[MQTT_ZONE_DONE].head)
           ? share->lists[MQTT_ZONE_DONE].head
           : share->lists[MQTT_ZONE_WAITING].tail;
}


void
MQTT_zone_pairs_destroy (struct MQTT_ZonePairs *pairs)
{
  while (NULL != pairs->head)
    forget (get_least (pairs->head));
  GNUNET_CONTAINER_multihashmap_destroy (pairs->by_key);
  GNUNET_CONTAINER_multipeermap_destroy (pairs->by_peer);
  GNUNET_free (pairs);
}


/**
 * How many pairs of a peer might give way?
 */
static unsigned int
idle_of (const struct MQTT_ZoneShare *share)
{
  return share->lists[MQTT_ZONE_DONE].count
         + share->lists[MQTT_ZONE_WAITING].count;
}


/**
 * Which pair has to give way when there are too many in all?  One of the peer that has the
 * most.  What waits gives way only to a peer that has less, or it might never have its turn.
 *
 * @param pairs the pairs
 * @param share those of the peer that needs the place; NULL if it has none
 * @return NULL if there is none
 */
static struct MQTT_ZonePair *
get_least_of_all (const struct MQTT_ZonePairs *pairs,
                  const struct MQTT_ZoneShare *share)
{
  const unsigned int idle = (NULL == share) ? 0 : idle_of (share);
  const struct MQTT_ZoneShare *largest = pairs->head;

  for (const struct MQTT_ZoneShare *pos = pairs->head; NULL != pos;
       pos = pos->next)
    if (idle_of (pos) > idle_of (largest))
      largest = pos;
  GNUNET_assert (NULL != largest);
  return ((0 < largest->lists[MQTT_ZONE_DONE].count)
          || (idle_of (largest) > idle + 1))
           ? get_least (largest)
           : NULL;
}


/**
 * Make room for one more pair of a peer.
 *
 * @param pairs the pairs
 * @param share those of the peer, which may be gone then; NULL if it has none
 * @return false if there is none: too many wait
 */
static bool
make_room (struct MQTT_ZonePairs *pairs, const struct MQTT_ZoneShare *share)
{
  struct MQTT_ZonePair *least;

  if ((NULL != share) && (pairs->options->zone_pairs_per_peer <= share->count))
    least = share->lists[MQTT_ZONE_DONE].head;
  else if (pairs->options->zone_pairs
           <= GNUNET_CONTAINER_multihashmap_size (pairs->by_key))
    least = get_least_of_all (pairs, share);
  else
    return true;
  if ((NULL == least) || (MQTT_ZONE_WAITING == least->state))
    MQTT_count (pairs->counters, MQTT_COUNT_ZONES_NOT_ASKED, 1);
  if (NULL == least)
    return false;
  forget (least);
  return true;
}


static struct MQTT_ZoneShare *
get_share (struct MQTT_ZonePairs *pairs, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_ZoneShare *share = GNUNET_CONTAINER_multipeermap_get (
    pairs->by_peer,
    peer);

  if (NULL != share)
    return share;
  share = GNUNET_new (struct MQTT_ZoneShare);
  share->pairs = pairs;
  share->peer = *peer;
  GNUNET_CONTAINER_DLL_insert_tail (pairs->head, pairs->tail, share);
  (void)GNUNET_CONTAINER_multipeermap_put (
    pairs->by_peer,
    &share->peer,
    share,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return share;
}


struct MQTT_ZonePair *
MQTT_zone_pairs_get (struct MQTT_ZonePairs *pairs,
                     const struct GNUNET_IDENTITY_PublicKey *owner,
                     const struct GNUNET_PeerIdentity *peer)
{
  const struct
  {
    struct GNUNET_IDENTITY_PublicKey owner;
    struct GNUNET_PeerIdentity peer;
  } __attribute__ ((packed)) both = { .owner = *owner, .peer = *peer };
  struct GNUNET_HashCode key;
  struct MQTT_ZonePair *pair;

  GNUNET_CRYPTO_hash (&both, sizeof (both), &key);
  pair = GNUNET_CONTAINER_multihashmap_get (pairs->by_key, &key);
  if (NULL != pair)
    return pair;
  if (!make_room (pairs,
                  GNUNET_CONTAINER_multipeermap_get (pairs->by_peer, peer)))
    return NULL;
  pair = GNUNET_new (struct MQTT_ZonePair);
  pair->share = get_share (pairs, peer);
  pair->key = key;
  pair->owner = *owner;
  pair->share->count++;
  enter (pair, MQTT_ZONE_WAITING);
  (void)GNUNET_CONTAINER_multihashmap_put (
    pairs->by_key,
    &pair->key,
    pair,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return pair;
}


void
MQTT_zone_pairs_put_last (struct MQTT_ZonePairs *pairs,
                          struct MQTT_ZoneShare *share)
{
  GNUNET_CONTAINER_DLL_remove (pairs->head, pairs->tail, share);
  GNUNET_CONTAINER_DLL_insert_tail (pairs->head, pairs->tail, share);
}
