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
#include "store_records.h"

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
  size_t size;
  /** Groups that have got it; when it was given last, before that. */
  struct MQTT_Groups *served;
  struct MQTT_Groups *before;
  /** Somebody has got it; and before it was given last. */
  bool given;
  bool was_given;
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
 * Keep a publication that is in the store, in the present group; those that were
 * given to somebody make room for it.
 *
 * @param pool what all reserves share
 * @param reserve the topic's
 * @param what @e message, @e at_us, @e expires_us, @e number, @e size, @e given and
 *        @e served are looked at
 */
void
MQTT_reserve_keep (struct MQTT_ReservePool *pool,
                   struct MQTT_Reserve *reserve,
                   const struct MQTT_Reserved *what);


/**
 * One that was kept in a former run.
 */
void
MQTT_reserve_restore (struct MQTT_ReservePool *pool,
                      struct MQTT_Reserve *reserve,
                      const struct MQTT_Reserved *what);


/**
 * Somebody has got it.
 *
 * @param reserved what he has got
 * @param groups which groups have got it with him
 */
void
MQTT_reserved_given (struct MQTT_Reserved *reserved,
                     struct MQTT_Groups *groups);


/**
 * Give up what has expired, of all topics.
 */
void
MQTT_reserve_sweep (struct MQTT_ReservePool *pool);


/**
 * The topic is forgotten: what nobody has got stays on disk, for the next run.
 */
void
MQTT_reserve_clear (struct MQTT_Reserve *reserve);

#endif
