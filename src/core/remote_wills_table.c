/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/remote_wills_table.c
 * @brief The wills of other peers' clients, found by name, peer and time.
 */
#include "remote_wills_state.h"


struct MQTT_RemoteWills *
MQTT_remote_wills_create (const struct MQTT_RemoteWillsLimits *limits)
{
  struct MQTT_RemoteWills *wills = GNUNET_new (struct MQTT_RemoteWills);

  wills->limits = *limits;
  wills->by_name = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  wills->peers = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  wills->due = GNUNET_CONTAINER_heap_create (GNUNET_CONTAINER_HEAP_ORDER_MIN);
  return wills;
}


/**
 * Under what a will is found: the bytes of its name.
 */
static struct GNUNET_HashCode
key_of (const struct MQTT_RemoteWillName *name)
{
  struct GNUNET_HashCode key = { 0 };
  uint8_t *at = (uint8_t *)&key;

  /* The map looks at the first bytes first. */
  memcpy (at, &name->sequence, sizeof (name->sequence));
  at += sizeof (name->sequence);
  memcpy (at, &name->run, sizeof (name->run));
  at += sizeof (name->run);
  memcpy (at, &name->peer, sizeof (name->peer));
  return key;
}


struct MQTT_RemoteWillEntry *
MQTT_remote_wills_find (const struct MQTT_RemoteWills *wills,
                        const struct MQTT_RemoteWillName *name)
{
  struct GNUNET_HashCode key = key_of (name);

  return GNUNET_CONTAINER_multihashmap_get (wills->by_name, &key);
}


/* ---- peers ---- */

struct MQTT_RemoteWillPeer *
MQTT_remote_wills_get_peer (struct MQTT_RemoteWills *wills,
                            const struct GNUNET_PeerIdentity *identity,
                            bool there,
                            uint64_t now_us)
{
  struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_multipeermap_get (
    wills->peers,
    identity);

  if (NULL != peer)
    return peer;
  peer = GNUNET_new (struct MQTT_RemoteWillPeer);
  peer->identity = *identity;
  peer->there = there;
  peer->since_us = now_us;
  (void)GNUNET_CONTAINER_multipeermap_put (
    wills->peers,
    &peer->identity,
    peer,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY);
  return peer;
}


uint64_t
MQTT_remote_wills_due_us (const struct MQTT_RemoteWills *wills,
                          const struct MQTT_RemoteWillPeer *peer)
{
  uint64_t patience_us = peer->since_us + wills->limits.timeout_us;

  /* One that has vanished again had no time to tell its wills. */
  if (peer->there)
    return ((0 == peer->unconfirmed) || (peer->heard_us < patience_us))
             ? UINT64_MAX
             : patience_us;
  return (0 == peer->held) ? UINT64_MAX
                           : patience_us + peer->held_head->will.delay_us;
}


void
MQTT_remote_wills_update (struct MQTT_RemoteWills *wills,
                          struct MQTT_RemoteWillPeer *peer)
{
  uint64_t when_us = MQTT_remote_wills_due_us (wills, peer);

  if (NULL != peer->due)
    (void)GNUNET_CONTAINER_heap_remove_node (peer->due);
  peer->due = NULL;
  if (UINT64_MAX != when_us)
    peer->due = GNUNET_CONTAINER_heap_insert (wills->due, peer, when_us);
  if (0 < peer->held + peer->told)
    return;
  (void)GNUNET_CONTAINER_multipeermap_remove (wills->peers,
                                              &peer->identity,
                                              peer);
  GNUNET_free (peer);
}


/* ---- entries ---- */

struct MQTT_RemoteWillEntry *
MQTT_remote_will_new (struct MQTT_RemoteWills *wills,
                      struct MQTT_RemoteWillPeer *peer,
                      const struct MQTT_RemoteWill *will)
{
  struct MQTT_RemoteWillEntry *entry = GNUNET_new (struct MQTT_RemoteWillEntry);

  entry->peer = peer;
  entry->key = key_of (&will->name);
  entry->will = *will;
  (void)GNUNET_CONTAINER_multihashmap_put (
    wills->by_name,
    &entry->key,
    entry,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY);
  return entry;
}


void
MQTT_remote_will_free (struct MQTT_RemoteWills *wills,
                       struct MQTT_RemoteWillEntry *entry)
{
  (void)GNUNET_CONTAINER_multihashmap_remove (wills->by_name,
                                              &entry->key,
                                              entry);
  GNUNET_free (entry);
}


void
MQTT_remote_will_join_held (struct MQTT_RemoteWills *wills,
                            struct MQTT_RemoteWillEntry *entry,
                            bool confirmed)
{
  struct MQTT_RemoteWillPeer *peer = entry->peer;
  struct MQTT_RemoteWillEntry *after = peer->held_tail;

  while ((NULL != after) && (after->will.delay_us > entry->will.delay_us))
    after = after->prev_PEER;
  GNUNET_CONTAINER_MDLL_insert_after (PEER,
                                      peer->held_head,
                                      peer->held_tail,
                                      after,
                                      entry);
  entry->confirmed = confirmed;
  peer->unconfirmed += confirmed ? 0 : 1;
  peer->held++;
  peer->bytes += entry->will.bytes;
  wills->held++;
  wills->bytes += entry->will.bytes;
}


void
MQTT_remote_will_leave_held (struct MQTT_RemoteWills *wills,
                             struct MQTT_RemoteWillEntry *entry)
{
  struct MQTT_RemoteWillPeer *peer = entry->peer;

  GNUNET_CONTAINER_MDLL_remove (PEER, peer->held_head, peer->held_tail, entry);
  peer->unconfirmed -= entry->confirmed ? 0 : 1;
  peer->held--;
  peer->bytes -= entry->will.bytes;
  wills->held--;
  wills->bytes -= entry->will.bytes;
}


/**
 * Have a will that was told forgotten as soon as possible: it does not count any more.
 */
static void
hurry (struct MQTT_RemoteWills *wills, struct MQTT_RemoteWillEntry *entry)
{
  MQTT_remote_will_leave_told (wills, entry);
  entry->peer = NULL;
  entry->will.told_us = 0;
  GNUNET_CONTAINER_MDLL_insert (TOLD,
                                wills->told_head,
                                wills->told_tail,
                                entry);
}


/**
 * The same for the oldest of all that count.
 */
static void
hurry_oldest (struct MQTT_RemoteWills *wills)
{
  struct MQTT_RemoteWillEntry *entry = wills->told_head;
  struct MQTT_RemoteWillPeer *peer;

  while (NULL == entry->peer)
    entry = entry->next_TOLD;
  peer = entry->peer;
  hurry (wills, entry);
  MQTT_remote_wills_update (wills, peer);
}


void
MQTT_remote_will_join_told (struct MQTT_RemoteWills *wills,
                            struct MQTT_RemoteWillEntry *entry)
{
  struct MQTT_RemoteWillPeer *peer = entry->peer;
  unsigned int share = wills->limits.count / MQTT_REMOTE_WILLS_SHARE;

  entry->will.message = 0;
  GNUNET_CONTAINER_MDLL_insert_tail (PEER,
                                     peer->told_head,
                                     peer->told_tail,
                                     entry);
  GNUNET_CONTAINER_MDLL_insert_tail (TOLD,
                                     wills->told_head,
                                     wills->told_tail,
                                     entry);
  peer->told++;
  wills->told++;
  if (peer->told > share)
    hurry (wills, peer->told_head);
  else if (wills->told > wills->limits.count)
    hurry_oldest (wills);
}


void
MQTT_remote_will_leave_told (struct MQTT_RemoteWills *wills,
                             struct MQTT_RemoteWillEntry *entry)
{
  struct MQTT_RemoteWillPeer *peer = entry->peer;

  GNUNET_CONTAINER_MDLL_remove (TOLD,
                                wills->told_head,
                                wills->told_tail,
                                entry);
  /* Of one that is about to be forgotten. */
  if (NULL == peer)
    return;
  GNUNET_CONTAINER_MDLL_remove (PEER, peer->told_head, peer->told_tail, entry);
  peer->told--;
  wills->told--;
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
free_one (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  (void)cls;
  (void)key;
  GNUNET_free (value);
  return GNUNET_OK;
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
free_peer (void *cls, const struct GNUNET_PeerIdentity *identity, void *value)
{
  struct MQTT_RemoteWillPeer *peer = value;

  (void)cls;
  (void)identity;
  if (NULL != peer->due)
    (void)GNUNET_CONTAINER_heap_remove_node (peer->due);
  GNUNET_free (peer);
  return GNUNET_OK;
}


void
MQTT_remote_wills_destroy (struct MQTT_RemoteWills *wills)
{
  GNUNET_CONTAINER_multihashmap_iterate (wills->by_name, &free_one, NULL);
  GNUNET_CONTAINER_multipeermap_iterate (wills->peers, &free_peer, NULL);
  GNUNET_CONTAINER_multihashmap_destroy (wills->by_name);
  GNUNET_CONTAINER_multipeermap_destroy (wills->peers);
  GNUNET_CONTAINER_heap_destroy (wills->due);
  GNUNET_free (wills);
}
