/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store.h
 * @brief What must survive a crash, in one file, and when it is safe there.
 *
 * Groups.  Writes gather in a group, which reaches the disk as a whole or not
 * at all: a commit follows a few milliseconds after the first write, or after
 * many.  What is written within one task of the scheduler is in one group.
 * MQTT_store_wait() tells when the group is safe: acknowledge then.
 *
 * Loss.  If the disk fails or is full, the whole group is undone, everything
 * since the last commit: all its waits hear false, the store is failed, and
 * takes nothing until a trial, every few seconds, succeeds.  A caller that
 * heard false
 *  - takes back what it added, and refuses it to whoever waits,
 *  - takes back changes, or makes them again when the store can be written,
 *  - leaves removals as they are: the store keeps them, and repeats them, in
 *    order, ahead of the next group.  A crash before that brings back what was
 *    removed, as one before a commit always does.
 * False is no promise of the opposite: if the commit failed and the machine
 * crashes soon after, the group may turn out to be on the disk.
 *
 * Quota.  Above it the store is full: messages, sessions, subscriptions and
 * interests are refused one by one, which undoes nothing.  What refers to a
 * message already taken (queue, outbox, retained) and marks are taken up to an
 * eighth more, so that a message and all that belongs to it are together.
 *
 * Functions that add return false, or 0, if they did not; then nothing of this
 * call is written.  Nobody is called from within a call but those that read.
 * Reading shows what is written, safe or not; callbacks of reading must not use
 * the store.  A test may link other definitions of these functions.
 *
 * Knows nothing of clients, links and the router.  Times are of the calendar,
 * in microseconds.  Where something else is meant by 0 it is said.
 */
#ifndef MQTT_SERVICE_STORE_H
#define MQTT_SERVICE_STORE_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/message.h"
#include "../core/properties.h"

struct MQTT_Store;
struct MQTT_StoreWait;

struct MQTT_StoreOptions
{
  /** Name of the file; its folder is made, and two more files beside it. */
  const char *file;
  /** Name of one of SQLite's file systems; NULL for the usual one. */
  const char *vfs;
  /** Bytes of the file that may be in use; those beside it come on top. */
  uint64_t quota;
  /** From the first write of a group to its commit; 0: when nothing else is to be done. */
  struct GNUNET_TIME_Relative commit_delay;
  /** Writes after which a group does not wait any longer. */
  unsigned int commit_writes;
  /** From a failure to the next trial. */
  struct GNUNET_TIME_Relative retry;
  /** Called when MQTT_store_is_writable() has changed; NULL for nobody. */
  void (*changed) (void *cls, bool writable);
  void *cls;
};


/**
 * Open a store, or make it.  A file of a newer version, of somebody else or
 * that is broken is left as it is.
 *
 * @param options copied, but @e vfs
 * @return NULL on failure; why was logged
 */
struct MQTT_Store *
MQTT_store_open (const struct MQTT_StoreOptions *options);


/**
 * Commit, tell those who wait, and close.
 */
void
MQTT_store_close (struct MQTT_Store *store);


/**
 * Is there hope for a new message to be taken?
 */
bool
MQTT_store_is_writable (const struct MQTT_Store *store);


/**
 * Bytes of the file that are in use; 0 if that cannot be found out.
 */
uint64_t
MQTT_store_used (struct MQTT_Store *store);


/**
 * Called when a group is on the disk, or lost.  May use the store, but not
 * commit or close it.
 *
 * @param ok is it on the disk?
 */
typedef void (*MQTT_StoreDone) (void *cls, bool ok);


/**
 * Have somebody called when all that was written until now is safe, or lost; in
 * the order of these calls.  Not for calls that returned false: they wrote
 * nothing.  Also for removals: false then says "not yet".
 *
 * @return to cancel it, until it was called
 */
struct MQTT_StoreWait *
MQTT_store_wait (struct MQTT_Store *store, MQTT_StoreDone done, void *cls);


/**
 * Do not call.  What was written stays written.
 */
void
MQTT_store_wait_cancel (struct MQTT_StoreWait *wait);


/**
 * Commit now, and tell those who wait.  Not to be called from callbacks.
 *
 * @return false if something is not on the disk
 */
bool
MQTT_store_commit (struct MQTT_Store *store);


/**
 * Number of the group that is written now: what was written under the same
 * number is safe, or lost, together.
 */
uint64_t
MQTT_store_group (const struct MQTT_Store *store);


/* ---- messages: one copy, kept as long as something refers to it ---- */

struct MQTT_StoreMessage
{
  /** Given by the store, never twice in a run, never 0. */
  uint64_t id;
  /** When it was published. */
  uint64_t published_us;
  /** When it expires; 0 if it does not. */
  uint64_t expires_us;
  struct MQTT_Bytes topic;
  /** Properties, then payload, as in struct MQTT_Message. */
  struct MQTT_Bytes body;
  uint32_t properties_size;
  /** As in struct MQTT_Publication; numbers below 2^63 but for the run. */
  struct MQTT_Version version;
  uint8_t qos;
  bool retain;
  bool will;
};

/**
 * Called for each message read; the bytes are gone afterwards.
 */
typedef void (*MQTT_StoreMessageCallback) (
  void *cls,
  const struct MQTT_StoreMessage *message);


/**
 * Write a message.  Within the same task, put it where it belongs: it is
 * removed with the last thing that refers to it.
 *
 * @param message its id is ignored
 * @return its id, or 0
 */
uint64_t
MQTT_store_message_put (struct MQTT_Store *store,
                        const struct MQTT_StoreMessage *message);


/**
 * Remove a message, if nothing refers to it.
 */
void
MQTT_store_message_drop (struct MQTT_Store *store, uint64_t id);


/**
 * Read messages, in the order given; there may be none of some ids any more.
 *
 * @return false if reading failed
 */
bool
MQTT_store_messages_read (struct MQTT_Store *store,
                          const uint64_t *ids,
                          unsigned int count,
                          MQTT_StoreMessageCallback callback,
                          void *cls);

#endif
