/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/reserve.h
 * @brief Publications at QoS 1 and 2 kept on disk for subscribers that are found
 *        late: all that nobody has got, and others while there is room.
 *
 * In memory are their names, by topic.  All share one bound.
 */
#ifndef MQTT_SERVICE_RESERVE_H
#define MQTT_SERVICE_RESERVE_H

#include "options.h"
#include "../core/groups.h"
#include "promise.h"
#include "store_backlog.h"

/** What all reserves share; embed it. */
struct MQTT_ReservePool
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Store *store;
  /** Those that nobody has got, and those that somebody has, oldest first. */
  struct MQTT_Reserved *open_head;
  struct MQTT_Reserved *open_tail;
  struct MQTT_Reserved *given_head;
  struct MQTT_Reserved *given_tail;
  size_t open_bytes;
  size_t given_bytes;
};

/** A kept publication; to be read only. */
struct MQTT_Reserved
{
  /** Of a topic, oldest first. */
  struct MQTT_Reserved *prev;
  struct MQTT_Reserved *next;
  /** Of the pool. */
  struct MQTT_Reserved *prev_pool;
  struct MQTT_Reserved *next_pool;
  struct MQTT_ReservePool *pool;
  struct MQTT_Reserve *reserve;
  /** For the disk; NULL once it is there. */
  struct MQTT_StoreWait *wait;
  /** The message's name on disk. */
  uint64_t message;
  /** When it was published, monotonic microseconds. */
  uint64_t at_us;
  /** When it is given up, of the calendar. */
  uint64_t expires_us;
  /** Counts the publications to the topic. */
  uint64_t number;
  /** Of the message, and of what is written of those who have got it. */
  size_t size;
  /** Groups that have got it. */
  struct MQTT_Groups *served;
  /** The same of all when it was given last, before that. */
  struct MQTT_Groups *was_served;
  size_t was_size;
  bool was_given;
  /** Somebody has got it. */
  bool given;
  /** It was kept in a former run: who has got it must be looked up. */
  bool restored;
};

/** What is kept of a topic; embed it, all zero is empty. */
struct MQTT_Reserve
{
  struct MQTT_Reserved *head;
  struct MQTT_Reserved *tail;
  /** Those that nobody has got. */
  unsigned int open;
};


/**
 * Is there room for something that nobody may get for now?  If not that is counted.
 */
bool
MQTT_reserve_has_room (const struct MQTT_ReservePool *pool, size_t size);


/**
 * Keep a publication that is in the store, in the present group.  Who has got it is
 * to be said with MQTT_reserved_had(), then room made.
 *
 * @param pool what all reserves share
 * @param reserve the topic's
 * @param what @e message, @e at_us, @e expires_us, @e number, @e size, @e given and
 *        @e served are looked at
 * @return NULL if the store does not take it
 */
struct MQTT_Reserved *
MQTT_reserve_keep (struct MQTT_ReservePool *pool,
                   struct MQTT_Reserve *reserve,
                   const struct MQTT_Reserved *what);


/**
 * One that was kept in a former run: as #MQTT_reserve_keep() has it.
 */
void
MQTT_reserve_restore (struct MQTT_ReservePool *pool,
                      struct MQTT_Reserve *reserve,
                      const struct MQTT_Reserved *what);


/**
 * What was given to somebody makes room, the oldest first, until it and all that is
 * kept are within their bounds.
 */
void
MQTT_reserve_make_room (struct MQTT_ReservePool *pool);


/**
 * Write who has got it as it was published, for runs to come.
 *
 * @param reserved what he has got
 * @param peer who; NULL for members of groups here
 * @param audience for whom there: @e plain and @e groups
 */
void
MQTT_reserved_had (struct MQTT_Reserved *reserved,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct MQTT_Audience *audience);


/**
 * A peer has got it that was found later; that is written as well.
 *
 * @param reserved what it has got
 * @param peer who
 * @param audience for whom there
 */
void
MQTT_reserved_given (struct MQTT_Reserved *reserved,
                     const struct GNUNET_PeerIdentity *peer,
                     const struct MQTT_Audience *audience);


/**
 * Has a peer got it in a former run, for those who are in no group?
 *
 * @param reserved the publication
 * @param peer the peer
 * @param[out] has set if true is returned
 * @return false if that cannot be read now
 */
bool
MQTT_reserved_look (const struct MQTT_Reserved *reserved,
                    const struct GNUNET_PeerIdentity *peer,
                    bool *has);


/**
 * Bytes that are written of somebody who has got a publication.
 */
size_t
MQTT_reserved_had_size (size_t groups);


/**
 * Give up what has expired, of all topics.
 */
void
MQTT_reserve_sweep (struct MQTT_ReservePool *pool);


/**
 * Give up all that is kept of a topic.
 */
void
MQTT_reserve_give_up (struct MQTT_Reserve *reserve);


/**
 * Forget it; it stays on disk, for the next run.
 */
void
MQTT_reserve_clear (struct MQTT_Reserve *reserve);

#endif
