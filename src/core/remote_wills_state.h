/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/remote_wills_state.h
 * @brief What the files of the wills of other peers' clients share; nobody else
 *        includes this.
 */
#ifndef MQTT_CORE_REMOTE_WILLS_STATE_H
#define MQTT_CORE_REMOTE_WILLS_STATE_H

#include "remote_wills.h"

/** A will that is held, or was told. */
struct MQTT_RemoteWillEntry
{
  /** Held: those of its peer, the shortest delay first; told: the oldest first. */
  struct MQTT_RemoteWillEntry *prev_PEER;
  struct MQTT_RemoteWillEntry *next_PEER;
  /** Of all that were told, the oldest first. */
  struct MQTT_RemoteWillEntry *prev_TOLD;
  struct MQTT_RemoteWillEntry *next_TOLD;
  /** NULL: it is about to be forgotten. */
  struct MQTT_RemoteWillPeer *peer;
  struct GNUNET_HashCode key;
  struct MQTT_RemoteWill will;
  /** Held, and told by the peer since it is there. */
  bool confirmed;
};

/** A peer with wills. */
struct MQTT_RemoteWillPeer
{
  struct GNUNET_PeerIdentity identity;
  struct MQTT_RemoteWillEntry *held_head;
  struct MQTT_RemoteWillEntry *held_tail;
  struct MQTT_RemoteWillEntry *told_head;
  struct MQTT_RemoteWillEntry *told_tail;
  /** Among all by when something is to be done; NULL if nothing is. */
  struct GNUNET_CONTAINER_HeapNode *due;
  unsigned int held;
  unsigned int unconfirmed;
  unsigned int told;
  size_t bytes;
  /** Since when it is there, or gone. */
  uint64_t since_us;
  /** When something was heard of it last. */
  uint64_t heard_us;
  bool there;
};

struct MQTT_RemoteWills
{
  struct MQTT_RemoteWillsLimits limits;
  struct GNUNET_CONTAINER_MultiHashMap *by_name;
  struct GNUNET_CONTAINER_MultiPeerMap *peers;
  struct GNUNET_CONTAINER_Heap *due;
  struct MQTT_RemoteWillEntry *told_head;
  struct MQTT_RemoteWillEntry *told_tail;
  unsigned int held;
  unsigned int told;
  size_t bytes;
};


/**
 * @return NULL if it is not known
 */
struct MQTT_RemoteWillEntry *
MQTT_remote_wills_find (const struct MQTT_RemoteWills *wills,
                        const struct MQTT_RemoteWillName *name);


/**
 * Get a peer, made if it is not known.
 *
 * @param there is it, if it is made
 */
struct MQTT_RemoteWillPeer *
MQTT_remote_wills_get_peer (struct MQTT_RemoteWills *wills,
                            const struct GNUNET_PeerIdentity *identity,
                            bool there,
                            uint64_t now_us);


/**
 * When is something to be done about the wills of a peer that are held?
 */
uint64_t
MQTT_remote_wills_due_us (const struct MQTT_RemoteWills *wills,
                          const struct MQTT_RemoteWillPeer *peer);


/**
 * What concerns a peer has changed.  It is freed if it has no wills.
 */
void
MQTT_remote_wills_update (struct MQTT_RemoteWills *wills,
                          struct MQTT_RemoteWillPeer *peer);


/**
 * @return neither held nor told yet
 */
struct MQTT_RemoteWillEntry *
MQTT_remote_will_new (struct MQTT_RemoteWills *wills,
                      struct MQTT_RemoteWillPeer *peer,
                      const struct MQTT_RemoteWill *will);


/**
 * Free what is neither held nor told any more.
 */
void
MQTT_remote_will_free (struct MQTT_RemoteWills *wills,
                       struct MQTT_RemoteWillEntry *entry);


void
MQTT_remote_will_join_held (struct MQTT_RemoteWills *wills,
                            struct MQTT_RemoteWillEntry *entry,
                            bool confirmed);


void
MQTT_remote_will_leave_held (struct MQTT_RemoteWills *wills,
                             struct MQTT_RemoteWillEntry *entry);


/**
 * If there are too many by now, the oldest is about to be forgotten.
 */
void
MQTT_remote_will_join_told (struct MQTT_RemoteWills *wills,
                            struct MQTT_RemoteWillEntry *entry);


void
MQTT_remote_will_leave_told (struct MQTT_RemoteWills *wills,
                             struct MQTT_RemoteWillEntry *entry);

#endif
