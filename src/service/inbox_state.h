/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/inbox_state.h
 * @brief Marks, as the files inbox*.c know them.  Only for these.
 */
#ifndef MQTT_SERVICE_INBOX_STATE_H
#define MQTT_SERVICE_INBOX_STATE_H

#include "inbox.h"

/** Most marks of runs of one peer: what is left of it is of a few runs. */
#define MQTT_INBOX_RUNS 16

struct MQTT_Mark
{
  /** In Inboxes: those whose latest move is not on disk yet. */
  struct MQTT_Mark *prev_unsafe;
  struct MQTT_Mark *next_unsafe;
  /** In Inboxes: of whole runs those by their last move; of topics those that are
      to be written with the next move of any. */
  struct MQTT_Mark *prev;
  struct MQTT_Mark *next;
  /** In Inbox, of whole runs: in the same order. */
  struct MQTT_Mark *prev_own;
  struct MQTT_Mark *next_own;
  struct MQTT_Inbox *inbox;
  /** Of a topic: the run of the latest of it. */
  uint64_t run;
  /** Hash of the hashes of the topic's levels; all zero: of the whole run. */
  struct GNUNET_HashCode topic;
  uint64_t sequence;
  /** What they are if the present group is lost. */
  uint64_t safe;
  uint64_t safe_run;
  bool of_topic;
  bool unsafe;
  /** Of a topic: it is among those that are to be written. */
  bool unwritten;
  /** Of a topic: not needed any more once it is on disk. */
  bool done;
};

/** What is known of one peer. */
struct MQTT_Inbox
{
  struct MQTT_Inboxes *inboxes;
  struct GNUNET_PeerIdentity peer;
  /** Marks of runs, and of topics. */
  struct GNUNET_CONTAINER_MultiHashMap *marks;
  /** Of whole runs, that moved longest ago first. */
  struct MQTT_Mark *own_head;
  struct MQTT_Mark *own_tail;
  /** How many are of whole runs. */
  unsigned int runs;
  /** How many are of topics. */
  unsigned int topics;
  /** The highest sequence taken, of all runs. */
  uint64_t highest;
  /** How often it has begun anew on this link. */
  unsigned int anews;
  /** If there is a link it must be dropped: marks were forgotten, or it has begun anew
      too often. */
  bool over;
};

struct MQTT_Inboxes
{
  const struct MQTT_Options *options;
  struct MQTT_Store *store;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  /** For the present group; NULL if it has no marks. */
  struct MQTT_StoreWait *wait;
  struct MQTT_Mark *unsafe_head;
  struct MQTT_Mark *unsafe_tail;
  /** Of whole runs, that moved longest ago first. */
  struct MQTT_Mark *runs_head;
  struct MQTT_Mark *runs_tail;
  struct MQTT_Mark *unwritten_head;
  struct MQTT_Mark *unwritten_tail;
  unsigned int runs;
  /** How many are of topics. */
  unsigned int topics;
};


/**
 * @return NULL if there is none
 */
struct MQTT_Mark *
MQTT_mark_find_run (const struct MQTT_Inbox *inbox, uint64_t run);


/**
 * The mark of an item's topic.
 *
 * @return NULL if there is none
 */
struct MQTT_Mark *
MQTT_mark_find_topic (const struct MQTT_Inbox *inbox,
                      const struct MQTT_InboxItem *item);


/**
 * Make a mark, in memory only.
 *
 * @param inbox for whom
 * @param run of which run
 * @param topic of which topic; NULL for the whole run
 * @param sequence where it is
 */
struct MQTT_Mark *
MQTT_mark_new (struct MQTT_Inbox *inbox,
               uint64_t run,
               const struct GNUNET_HashCode *topic,
               uint64_t sequence);


/**
 * Forget a mark for good; with the last of a whole run those of topics.
 */
void
MQTT_mark_remove (struct MQTT_Mark *mark);


/**
 * The peer has begun with low sequences again: forget for good what that has made
 * useless.  Of topics that are behind something may be left.
 *
 * @param inbox what is known of the peer
 * @param serial the first of the new run
 */
void
MQTT_inbox_begin_anew (struct MQTT_Inbox *inbox,
                       const struct MQTT_LinkSerial *serial);


/**
 * May one more mark of a topic be made?
 */
bool
MQTT_inbox_has_room (const struct MQTT_Inbox *inbox);


/**
 * There is no room for a mark of a topic: forget all that is known of the peer that
 * has most of them, for good.  What it must not lose it sends again, on a new link.
 *
 * @param inbox who needs room, may be that peer
 */
void
MQTT_inbox_make_room (struct MQTT_Inbox *inbox);


/**
 * Forget all that is known of a peer, for good; if there is a link it must be dropped.
 */
void
MQTT_inbox_wipe (struct MQTT_Inbox *inbox);


/**
 * Free an inbox if it has no marks.
 */
void
MQTT_inbox_clean (struct MQTT_Inbox *inbox);


/**
 * Bytes that name a mark's topic on disk, none for the whole run.
 */
struct MQTT_Bytes
MQTT_mark_topic (const struct MQTT_Mark *mark);


/**
 * The mark of a whole run moves: it is the last to be forgotten.
 */
void
MQTT_mark_touch (struct MQTT_Mark *mark);


void
MQTT_mark_set_unsafe (struct MQTT_Mark *mark, bool unsafe);


/**
 * @param mark of a topic
 */
void
MQTT_mark_set_unwritten (struct MQTT_Mark *mark, bool unwritten);

#endif
