/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/reserve.c
 * @brief Publications at QoS 1 and 2 kept on disk for subscribers found late.
 */
#include "reserve.h"

/** This part of the bound may be taken by what somebody has got. */
#define GIVEN_PART 8


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
  GNUNET_free (reserved);
}


static void
give_up (struct MQTT_Reserved *reserved)
{
  MQTT_store_backlog_remove (reserved->pool->store, reserved->message);
  drop (reserved);
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
  GNUNET_CONTAINER_DLL_insert_tail (reserve->head, reserve->tail, reserved);
  link_in (reserved);
  MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG, 1);
  MQTT_count (pool->counters,
              MQTT_COUNT_STORED_BACKLOG_BYTES,
              (int64_t)reserved->size);
  return reserved;
}


/**
 * Give up the oldest of those that were given to somebody, until they and all are
 * within their bounds.
 */
static void
make_room (struct MQTT_ReservePool *pool)
{
  size_t limit = pool->options->stored_backlog;

  while ((NULL != pool->given_head)
         && ((pool->given_bytes > limit / GIVEN_PART)
             || (pool->open_bytes + pool->given_bytes > limit)))
    give_up (pool->given_head);
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


void
MQTT_reserve_keep (struct MQTT_ReservePool *pool,
                   struct MQTT_Reserve *reserve,
                   const struct MQTT_Reserved *what)
{
  struct MQTT_Reserved *reserved;

  if (!MQTT_store_backlog_put (pool->store, what->message, what->given))
    return;
  reserved = append (pool, reserve, what);
  reserved->wait = MQTT_store_wait (pool->store, &handle_stored, reserved);
  make_room (pool);
}


void
MQTT_reserve_restore (struct MQTT_ReservePool *pool,
                      struct MQTT_Reserve *reserve,
                      const struct MQTT_Reserved *what)
{
  (void)append (pool, reserve, what);
}


static void
set_given (struct MQTT_Reserved *reserved, bool given)
{
  link_out (reserved);
  reserved->given = given;
  link_in (reserved);
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
    set_given (reserved, false);
}


void
MQTT_reserved_given (struct MQTT_Reserved *reserved)
{
  struct MQTT_Store *store = reserved->pool->store;

  if (reserved->given)
    return;
  set_given (reserved, true);
  /* If it is not taken, the next run gives it once more. */
  if (MQTT_store_backlog_put (store, reserved->message, true)
      && (NULL == reserved->wait))
    reserved->wait = MQTT_store_wait (store, &handle_given, reserved);
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

  for (struct MQTT_Reserved *at = pool->open_head; NULL != at; at = next)
  {
    next = at->next_pool;
    if (!is_expired (at))
      continue;
    MQTT_count (pool->counters, MQTT_COUNT_STORED_BACKLOG_EXPIRED, 1);
    give_up (at);
  }
  for (struct MQTT_Reserved *at = pool->given_head; NULL != at; at = next)
  {
    next = at->next_pool;
    if (is_expired (at))
      give_up (at);
  }
}


void
MQTT_reserve_clear (struct MQTT_Reserve *reserve)
{
  while (NULL != reserve->head)
    if (reserve->head->given)
      give_up (reserve->head);
    else
      drop (reserve->head);
}
