/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/remote_wills.c
 * @brief The wills of other peers' clients: which are to be told, and when.
 */
#include "remote_wills_state.h"


/* ---- what is heard of wills ---- */

enum MQTT_RemoteWillState
MQTT_remote_wills_hear (struct MQTT_RemoteWills *wills,
                        const struct MQTT_RemoteWillName *name,
                        size_t bytes)
{
  const struct MQTT_RemoteWillsLimits *limits = &wills->limits;
  const struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_multipeermap_get (
    wills->peers,
    &name->peer);
  struct MQTT_RemoteWillEntry *entry = MQTT_remote_wills_find (wills, name);
  unsigned int held = (NULL == peer) ? 0 : peer->held;
  size_t used = (NULL == peer) ? 0 : peer->bytes;

  if ((NULL != entry) && (0 == entry->will.message))
    return MQTT_REMOTE_WILL_TOLD;
  if (NULL != entry)
  {
    entry->peer->unconfirmed -= entry->confirmed ? 0 : 1;
    entry->confirmed = true;
    MQTT_remote_wills_update (wills, entry->peer);
    return MQTT_REMOTE_WILL_HELD;
  }
  if ((held >= limits->count / MQTT_REMOTE_WILLS_SHARE)
      || (wills->held >= limits->count)
      || (used + bytes > limits->bytes / MQTT_REMOTE_WILLS_SHARE)
      || (wills->bytes + bytes > limits->bytes))
    return MQTT_REMOTE_WILL_NO_ROOM;
  return MQTT_REMOTE_WILL_UNKNOWN;
}


void
MQTT_remote_wills_put (struct MQTT_RemoteWills *wills,
                       const struct MQTT_RemoteWill *will,
                       uint64_t now_us)
{
  struct MQTT_RemoteWillPeer *peer = MQTT_remote_wills_get_peer (
    wills,
    &will->name.peer,
    true,
    now_us);

  MQTT_remote_will_join_held (wills,
                              MQTT_remote_will_new (wills, peer, will),
                              true);
  MQTT_remote_wills_update (wills, peer);
}


void
MQTT_remote_wills_restore (struct MQTT_RemoteWills *wills,
                           const struct MQTT_RemoteWill *will,
                           uint64_t now_us)
{
  struct MQTT_RemoteWillPeer *peer = MQTT_remote_wills_get_peer (
    wills,
    &will->name.peer,
    false,
    now_us);
  struct MQTT_RemoteWillEntry *entry = MQTT_remote_will_new (wills, peer, will);

  if (0 != will->message)
    MQTT_remote_will_join_held (wills, entry, false);
  else
    MQTT_remote_will_join_told (wills, entry);
  MQTT_remote_wills_update (wills, peer);
}


bool
MQTT_remote_wills_take_back (struct MQTT_RemoteWills *wills,
                             const struct MQTT_RemoteWillName *name,
                             uint64_t *message)
{
  struct MQTT_RemoteWillEntry *entry = MQTT_remote_wills_find (wills, name);
  struct MQTT_RemoteWillPeer *peer;

  if ((NULL == entry) || (0 == entry->will.message))
    return false;
  *message = entry->will.message;
  peer = entry->peer;
  MQTT_remote_will_leave_held (wills, entry);
  MQTT_remote_will_free (wills, entry);
  MQTT_remote_wills_update (wills, peer);
  return true;
}


bool
MQTT_remote_wills_claim (struct MQTT_RemoteWills *wills,
                         const struct MQTT_RemoteWillName *name,
                         uint64_t *message,
                         uint64_t now_us)
{
  const struct MQTT_RemoteWill fresh = { .name = *name };
  struct MQTT_RemoteWillEntry *entry = MQTT_remote_wills_find (wills, name);

  *message = 0;
  if ((NULL != entry) && (0 == entry->will.message))
    return false;
  if (NULL != entry)
  {
    *message = entry->will.message;
    MQTT_remote_will_leave_held (wills, entry);
  }
  else
    entry = MQTT_remote_will_new (
      wills,
      MQTT_remote_wills_get_peer (wills, &name->peer, true, now_us),
      &fresh);
  entry->will.told_us = now_us;
  MQTT_remote_will_join_told (wills, entry);
  MQTT_remote_wills_update (wills, entry->peer);
  return true;
}


void
MQTT_remote_wills_forget (struct MQTT_RemoteWills *wills,
                          const struct MQTT_RemoteWillName *name)
{
  struct MQTT_RemoteWillEntry *entry = MQTT_remote_wills_find (wills, name);
  struct MQTT_RemoteWillPeer *peer;

  if ((NULL == entry) || (0 != entry->will.message))
    return;
  peer = entry->peer;
  MQTT_remote_will_leave_told (wills, entry);
  MQTT_remote_will_free (wills, entry);
  if (NULL != peer)
    MQTT_remote_wills_update (wills, peer);
}


void
MQTT_remote_wills_peer (struct MQTT_RemoteWills *wills,
                        const struct GNUNET_PeerIdentity *identity,
                        bool there,
                        uint64_t now_us)
{
  struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_multipeermap_get (
    wills->peers,
    identity);

  if ((NULL == peer) || (there == peer->there))
    return;
  peer->there = there;
  peer->since_us = now_us;
  for (struct MQTT_RemoteWillEntry *entry = peer->held_head; NULL != entry;
       entry = entry->next_PEER)
    entry->confirmed = false;
  peer->unconfirmed = peer->held;
  MQTT_remote_wills_update (wills, peer);
}


bool
MQTT_remote_wills_heard (struct MQTT_RemoteWills *wills,
                         const struct GNUNET_PeerIdentity *identity,
                         uint64_t now_us)
{
  struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_multipeermap_get (
    wills->peers,
    identity);

  if ((NULL == peer) || !peer->there || (0 == peer->unconfirmed))
    return false;
  peer->heard_us = now_us;
  MQTT_remote_wills_update (wills, peer);
  return MQTT_remote_wills_due_us (wills, peer) <= now_us;
}


/** When it is, while peers are told so. */
struct Clock
{
  struct MQTT_RemoteWills *wills;
  uint64_t now_us;
};


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
wait_anew (void *cls, const struct GNUNET_PeerIdentity *identity, void *value)
{
  const struct Clock *clock = cls;
  struct MQTT_RemoteWillPeer *peer = value;

  (void)identity;
  if (peer->there)
    return GNUNET_OK;
  peer->since_us = clock->now_us;
  MQTT_remote_wills_update (clock->wills, peer);
  return GNUNET_OK;
}


void
MQTT_remote_wills_wait_anew (struct MQTT_RemoteWills *wills, uint64_t now_us)
{
  struct Clock clock = { .wills = wills, .now_us = now_us };

  GNUNET_CONTAINER_multipeermap_iterate (wills->peers, &wait_anew, &clock);
}


bool
MQTT_remote_wills_any (const struct MQTT_RemoteWills *wills,
                       const struct GNUNET_PeerIdentity *identity)
{
  const struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_multipeermap_get (
    wills->peers,
    identity);

  return (NULL != peer) && (0 < peer->held);
}


/* ---- what is to be done ---- */

/**
 * Drop the first will that a peer, which is there, has not told again.
 */
static void
drop (struct MQTT_RemoteWills *wills,
      struct MQTT_RemoteWillPeer *peer,
      struct MQTT_RemoteWill *will)
{
  struct MQTT_RemoteWillEntry *entry = peer->held_head;

  while (entry->confirmed)
    entry = entry->next_PEER;
  *will = entry->will;
  MQTT_remote_will_leave_held (wills, entry);
  MQTT_remote_will_free (wills, entry);
}


/**
 * Tell the first will of a peer that is gone.
 */
static void
tell (struct MQTT_RemoteWills *wills,
      struct MQTT_RemoteWillPeer *peer,
      struct MQTT_RemoteWill *will,
      uint64_t now_us)
{
  struct MQTT_RemoteWillEntry *entry = peer->held_head;

  *will = entry->will;
  MQTT_remote_will_leave_held (wills, entry);
  entry->will.told_us = now_us;
  MQTT_remote_will_join_told (wills, entry);
}


/**
 * When the oldest of those that were told is to be forgotten.
 */
static uint64_t
forget_us (const struct MQTT_RemoteWills *wills)
{
  const struct MQTT_RemoteWillEntry *oldest = wills->told_head;

  if (NULL == oldest)
    return UINT64_MAX;
  return (0 == oldest->will.told_us)
           ? 0
           : oldest->will.told_us + wills->limits.memory_us;
}


enum MQTT_RemoteWillDeed
MQTT_remote_wills_due (struct MQTT_RemoteWills *wills,
                       uint64_t now_us,
                       struct MQTT_RemoteWill *will)
{
  enum MQTT_RemoteWillDeed deed = MQTT_REMOTE_WILL_NOTHING;
  struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_heap_peek (wills->due);

  if (forget_us (wills) <= now_us)
  {
    *will = wills->told_head->will;
    MQTT_remote_wills_forget (wills, &will->name);
    return MQTT_REMOTE_WILL_FORGET;
  }
  if ((NULL == peer) || (MQTT_remote_wills_due_us (wills, peer) > now_us))
    return MQTT_REMOTE_WILL_NOTHING;
  if (peer->there)
  {
    drop (wills, peer, will);
    deed = MQTT_REMOTE_WILL_DROP;
  }
  else
  {
    tell (wills, peer, will, now_us);
    deed = MQTT_REMOTE_WILL_TELL;
  }
  MQTT_remote_wills_update (wills, peer);
  return deed;
}


uint64_t
MQTT_remote_wills_next_us (const struct MQTT_RemoteWills *wills)
{
  const struct MQTT_RemoteWillPeer *peer = GNUNET_CONTAINER_heap_peek (
    wills->due);

  return GNUNET_MIN (forget_us (wills),
                     (NULL == peer) ? UINT64_MAX
                                    : MQTT_remote_wills_due_us (wills, peer));
}


unsigned int
MQTT_remote_wills_held (const struct MQTT_RemoteWills *wills)
{
  return wills->held;
}
