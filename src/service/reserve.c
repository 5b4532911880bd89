/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/reserve.c
 * @brief Publications at QoS 1 and 2 kept on disk for subscribers found late.
 */
#include "reserve.h"

/** This part of the bound may be taken by what somebody has got. */
#define GIVEN_PART 8

/** When that is full, so much of it is freed: many at once are cheaper. */
#define FREED_PART 64

/** What a row takes of somebody who has got a publication, beside his groups. */
#define HAD_BYTES 64


/**
 * Put it among those of its kind.
 */
static void
link_in (struct MQTT_Reserved *reserved)
{
  struct MQTT_ReservePool *pool = reserved->pool;

  if (reserved->given)
  {
    GNUNET_CONTAINER_MDLL_insert_tail (pool,
                                       pool->given_head,
                                       pool->given_tail,
                                       reserved);
    pool->given_bytes += reserved->size;
    return;
  }
  GNUNET_CONTAINER_MDLL_insert_tail (pool,
                                     pool->open_head,
                                     pool->open_tail,
                                     reserved);
  pool->open_bytes += reserved->size;
  reserved->reserve->open++;
}


static void
link_out (struct MQTT_Reserved *reserved)
{
  struct MQTT_ReservePool *pool = reserved->pool;

  if (reserved->given)
  {
    GNUNET_CONTAINER_MDLL_remove (pool,
                                  pool->given_head,
                                  pool->given_tail,
                                  reserved);
    pool->given_bytes -= reserved->size;
    return;
  }
  GNUNET_CONTAINER_MDLL_remove (pool,
                                pool->open_head,
                                pool->open_tail,
                                reserved);
  pool->open_bytes -= reserved->size;
  reserved->reserve->open--;
}


/**
 * Forget it; its row stays.
 */
static void
drop (struct MQTT_Reserved *reserved)
{
  struct MQTT_Reserve *reserve = reserved->reserve;
  struct MQTT_Counters *counters = reserved->pool->counters;

  if (NULL != reserved->wait)
    MQTT_store_wait_cancel (reserved->wait);
  link_out (reserved);
  GNUNET_CONTAINER_DLL_remove (reserve->head, reserve->tail, reserved);
  MQTT_count (counters, MQTT_COUNT_STORED_BACKLOG, -1);
  MQTT_count (counters,
              MQTT_COUNT_STORED_BACKLOG_BYTES,
              -(int64_t)reserved->size);
  MQTT_groups_unref (reserved->served);
  MQTT_groups_unref (reserved->was_served);
  GNUNET_free (reserved);
}


/** Names of publications that are to be removed from the disk. */
struct Batch
{
  unsigned int count;
  uint64_t messages[MQTT_STORE_BACKLOG_BATCH];
};


static void
remove_all (struct MQTT_ReservePool *pool, struct Batch *batch)
{
  if (0 < batch->count)
    MQTT_store_backlog_remove (pool->store, batch->messages, batch->count);
  batch->count = 0;
}


/**
 * Forget a publication; its row goes with the batch.
 */
static void
give_up (struct MQTT_Reserved *reserved, struct Batch *batch)
{
  struct MQTT_ReservePool *pool = reserved->pool;

  batch->messages[batch->count++] = reserved->message;
  drop (reserved);
  if (MQTT_STORE_BACKLOG_BATCH == batch->count)
    remove_all (pool, batch);
}


bool
MQTT_reserve_has_room (const struct MQTT_ReservePool *pool, size_t size)
{
  size_t limit = pool->options->stored_backlog;

  if ((pool->open_bytes < limit) && (size <= limit - pool->open_bytes))
    return true;
  MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG_FULL, 1);
  return false;
}


static struct MQTT_Reserved *
append (struct MQTT_ReservePool *pool,
        struct MQTT_Reserve *reserve,
        const struct MQTT_Reserved *what)
{
  struct MQTT_Reserved *reserved = GNUNET_new (struct MQTT_Reserved);

  *reserved = *what;
  reserved->pool = pool;
  reserved->reserve = reserve;
  reserved->served = MQTT_groups_ref (what->served);
  GNUNET_CONTAINER_DLL_insert_tail (reserve->head, reserve->tail, reserved);
  link_in (reserved);
  MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG, 1);
  MQTT_count (pool->counters,
              MQTT_COUNT_STORED_BACKLOG_BYTES,
              (int64_t)reserved->size);
  return reserved;
}


void
MQTT_reserve_make_room (struct MQTT_ReservePool *pool)
{
  size_t limit = pool->options->stored_backlog;
  size_t part = limit / GIVEN_PART;
  struct Batch batch = { .count = 0 };

  part = GNUNET_MIN (part, limit - GNUNET_MIN (limit, pool->open_bytes));
  if (pool->given_bytes <= part)
    return;
  while ((NULL != pool->given_head)
         && (pool->given_bytes > part - part / FREED_PART))
  {
    MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG_GIVEN_UP, 1);
    give_up (pool->given_head, &batch);
  }
  remove_all (pool, &batch);
}


/**
 * It is on disk, or lost with its group: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_Reserved *reserved = cls;

  reserved->wait = NULL;
  if (!ok)
    drop (reserved);
}


struct MQTT_Reserved *
MQTT_reserve_keep (struct MQTT_ReservePool *pool,
                   struct MQTT_Reserve *reserve,
                   const struct MQTT_Reserved *what)
{
  struct MQTT_Reserved *reserved;

  if (!MQTT_store_backlog_put (pool->store, what->message, what->given))
    return NULL;
  reserved = append (pool, reserve, what);
  reserved->wait = MQTT_store_wait (pool->store, &handle_stored, reserved);
  return reserved;
}


void
MQTT_reserve_restore (struct MQTT_ReservePool *pool,
                      struct MQTT_Reserve *reserve,
                      const struct MQTT_Reserved *what)
{
  append (pool, reserve, what)->restored = true;
}


static void
set_given (struct MQTT_Reserved *reserved, bool given)
{
  if (given == reserved->given)
    return;
  link_out (reserved);
  reserved->given = given;
  link_in (reserved);
}


static void
set_size (struct MQTT_Reserved *reserved, size_t size)
{
  struct MQTT_ReservePool *pool = reserved->pool;
  size_t *bytes = reserved->given ? &pool->given_bytes : &pool->open_bytes;

  MQTT_count (pool->counters,
              MQTT_COUNT_STORED_BACKLOG_BYTES,
              (int64_t)size - (int64_t)reserved->size);
  *bytes = *bytes - reserved->size + size;
  reserved->size = size;
}


size_t
MQTT_reserved_had_size (size_t groups)
{
  return HAD_BYTES + groups;
}


void
MQTT_reserved_had (struct MQTT_Reserved *reserved,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct MQTT_Audience *audience)
{
  const struct MQTT_StoreHad had = {
    .message = reserved->message,
    .peer = peer,
    .groups = MQTT_store_groups (audience->groups),
    .only = !audience->plain,
  };

  /* If it is not taken the group is lost, and what was given with it. */
  if (MQTT_store_had_put (reserved->pool->store, &had))
    set_size (reserved,
              reserved->size + MQTT_reserved_had_size (had.groups.size));
}


bool
MQTT_reserved_look (const struct MQTT_Reserved *reserved,
                    const struct GNUNET_PeerIdentity *peer,
                    bool *has)
{
  *has = false;
  return !reserved->restored
         || MQTT_store_had_has (reserved->pool->store,
                                reserved->message,
                                peer,
                                has);
}


/**
 * That somebody has got it is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_given (void *cls, bool ok)
{
  struct MQTT_Reserved *reserved = cls;

  reserved->wait = NULL;
  if (!ok)
  {
    set_given (reserved, reserved->was_given);
    set_size (reserved, reserved->was_size);
    MQTT_groups_unref (reserved->served);
    reserved->served = MQTT_groups_ref (reserved->was_served);
  }
  MQTT_groups_unref (reserved->was_served);
  reserved->was_served = NULL;
}


void
MQTT_reserved_given (struct MQTT_Reserved *reserved,
                     const struct GNUNET_PeerIdentity *peer,
                     const struct MQTT_Audience *audience)
{
  struct MQTT_Store *store = reserved->pool->store;
  struct MQTT_Groups *served = reserved->served;

  if (NULL == reserved->wait)
  {
    reserved->was_given = reserved->given;
    reserved->was_size = reserved->size;
    reserved->was_served = MQTT_groups_ref (served);
    reserved->wait = MQTT_store_wait (store, &handle_given, reserved);
  }
  reserved->served = MQTT_groups_plus (served, audience->groups);
  MQTT_groups_unref (served);
  if (!reserved->given)
    (void)MQTT_store_backlog_put (store, reserved->message, true);
  set_given (reserved, true);
  MQTT_reserved_had (reserved, peer, audience);
}


static bool
is_expired (const struct MQTT_Reserved *reserved)
{
  const struct GNUNET_TIME_Absolute expires = {
    .abs_value_us = reserved->expires_us,
  };

  return GNUNET_TIME_absolute_is_past (expires);
}


void
MQTT_reserve_sweep (struct MQTT_ReservePool *pool)
{
  struct MQTT_Reserved *next;
  struct Batch batch = { .count = 0 };

  for (struct MQTT_Reserved *at = pool->open_head; NULL != at; at = next)
  {
    next = at->next_pool;
    if (!is_expired (at))
      continue;
    MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG_EXPIRED, 1);
    give_up (at, &batch);
  }
  for (struct MQTT_Reserved *at = pool->given_head; NULL != at; at = next)
  {
    next = at->next_pool;
    if (is_expired (at))
      give_up (at, &batch);
  }
  remove_all (pool, &batch);
}


void
MQTT_reserve_give_up (struct MQTT_Reserve *reserve)
{
  struct Batch batch = { .count = 0 };
  struct MQTT_ReservePool *pool;

  if (NULL == reserve->head)
    return;
  pool = reserve->head->pool;
  while (NULL != reserve->head)
  {
    MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG_GIVEN_UP, 1);
    give_up (reserve->head, &batch);
  }
  remove_all (pool, &batch);
}


void
MQTT_reserve_clear (struct MQTT_Reserve *reserve)
{
  while (NULL != reserve->head)
    drop (reserve->head);
}
