/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/remote_wills.h
 * @brief The wills of other peers' clients: held for the case that the peer
 *        vanishes, and remembered once they were told, so that none is told twice.
 *
 * Decides, and leaves it to the caller to write, publish and forget.  Holds no
 * message, only the caller's name for it.  Time is an argument.
 *
 * A peer is there, or it is gone.  When it has been gone for the timeout and a will's
 * delay, the will is due.  A peer that comes back tells its wills once more: what it
 * has not told, and it is still heard of after the timeout, is not its will any more.
 */
#ifndef MQTT_CORE_REMOTE_WILLS_H
#define MQTT_CORE_REMOTE_WILLS_H

#include <gnunet/gnunet_util_lib.h>

/** One peer may have this part of what there may be in all. */
#define MQTT_REMOTE_WILLS_SHARE 8

struct MQTT_RemoteWills;

struct MQTT_RemoteWillsLimits
{
  /** Wills held, and as many that are remembered as told. */
  unsigned int count;
  /** Bytes of those held. */
  size_t bytes;
  /** How long a peer is gone before its wills without a delay are due. */
  uint64_t timeout_us;
  /** How long it is remembered that a will was told. */
  uint64_t memory_us;
};

struct MQTT_RemoteWillName
{
  /** The peer whose client's will it is. */
  struct GNUNET_PeerIdentity peer;
  /** Given by that peer. */
  uint64_t run;
  uint64_t sequence;
};

struct MQTT_RemoteWill
{
  struct MQTT_RemoteWillName name;
  /** The caller's name for what is to be published; 0 once it was told. */
  uint64_t message;
  size_t bytes;
  /** Will delay interval. */
  uint64_t delay_us;
  /** When it was told, if it was. */
  uint64_t told_us;
};

/** What is known of a will. */
enum MQTT_RemoteWillState
{
  MQTT_REMOTE_WILL_UNKNOWN,
  MQTT_REMOTE_WILL_HELD,
  MQTT_REMOTE_WILL_TOLD,
  /** Unknown, and there is no room for it. */
  MQTT_REMOTE_WILL_NO_ROOM
};

/** What is to be done. */
enum MQTT_RemoteWillDeed
{
  MQTT_REMOTE_WILL_NOTHING,
  /** Publish it; it counts as told now. */
  MQTT_REMOTE_WILL_TELL,
  /** It is nobody's will any more, and is not held now. */
  MQTT_REMOTE_WILL_DROP,
  /** It was told long ago, or too many were since; it is not known now. */
  MQTT_REMOTE_WILL_FORGET
};


struct MQTT_RemoteWills *
MQTT_remote_wills_create (const struct MQTT_RemoteWillsLimits *limits);


void
MQTT_remote_wills_destroy (struct MQTT_RemoteWills *wills);


/**
 * A peer that is there tells a will.  One that is held is its will for longer.
 *
 * @param wills all wills
 * @param name what it is called
 * @param bytes memory of what would be published
 * @return unknown: it may be put
 */
enum MQTT_RemoteWillState
MQTT_remote_wills_hear (struct MQTT_RemoteWills *wills,
                        const struct MQTT_RemoteWillName *name,
                        size_t bytes);


/**
 * Hold a will that is not known, of a peer that is there.
 */
void
MQTT_remote_wills_put (struct MQTT_RemoteWills *wills,
                       const struct MQTT_RemoteWill *will,
                       uint64_t now_us);


/**
 * Take up a will of a former run, held or told, those told in their order; its peer
 * is gone until it is heard of.
 */
void
MQTT_remote_wills_restore (struct MQTT_RemoteWills *wills,
                           const struct MQTT_RemoteWill *will,
                           uint64_t now_us);


/**
 * The peer takes a will back.
 *
 * @param wills all wills
 * @param name what it is called
 * @param[out] message set to the caller's name for it
 * @return false if it is not held
 */
bool
MQTT_remote_wills_take_back (struct MQTT_RemoteWills *wills,
                             const struct MQTT_RemoteWillName *name,
                             uint64_t *message);


/**
 * The peer has published a will itself: it counts as told from now on.
 *
 * @param wills all wills
 * @param name what it is called
 * @param[out] message set to the caller's name for it, 0 if it was not held
 * @param now_us the time
 * @return false if it was told before
 */
bool
MQTT_remote_wills_claim (struct MQTT_RemoteWills *wills,
                         const struct MQTT_RemoteWillName *name,
                         uint64_t *message,
                         uint64_t now_us);


/**
 * A will that counts as told was not, after all.
 */
void
MQTT_remote_wills_forget (struct MQTT_RemoteWills *wills,
                          const struct MQTT_RemoteWillName *name);


/**
 * A peer has come, or has gone.
 */
void
MQTT_remote_wills_peer (struct MQTT_RemoteWills *wills,
                        const struct GNUNET_PeerIdentity *identity,
                        bool there,
                        uint64_t now_us);


/**
 * Something was heard of a peer that is there.
 *
 * @return true if something is to be done for that
 */
bool
MQTT_remote_wills_heard (struct MQTT_RemoteWills *wills,
                         const struct GNUNET_PeerIdentity *identity,
                         uint64_t now_us);


/**
 * Who is gone could not come back until now: all such peers count as gone from now on.
 */
void
MQTT_remote_wills_wait_anew (struct MQTT_RemoteWills *wills, uint64_t now_us);


/**
 * Are wills of a peer held?
 */
bool
MQTT_remote_wills_any (const struct MQTT_RemoteWills *wills,
                       const struct GNUNET_PeerIdentity *identity);


/**
 * What is to be done now?  To be asked until nothing is.
 *
 * @param wills all wills
 * @param now_us the time
 * @param[out] will set to the will that it concerns, as it was before
 */
enum MQTT_RemoteWillDeed
MQTT_remote_wills_due (struct MQTT_RemoteWills *wills,
                       uint64_t now_us,
                       struct MQTT_RemoteWill *will);


/**
 * When to ask that next; UINT64_MAX for never.
 */
uint64_t
MQTT_remote_wills_next_us (const struct MQTT_RemoteWills *wills);


/**
 * Wills held, in all.
 */
unsigned int
MQTT_remote_wills_held (const struct MQTT_RemoteWills *wills);

#endif
