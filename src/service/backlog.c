/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/backlog.c
 * @brief The last publications to a topic, kept for subscribers that are still
 *        to be found.
 */
#include "backlog.h"


static size_t
memory_of (const struct MQTT_Kept *kept)
{
  return sizeof (*kept) + MQTT_message_memory (kept->message);
}


static void
account (struct MQTT_BacklogPool *pool, const struct MQTT_Kept *kept, bool add)
{
  size_t size = memory_of (kept);

  pool->used = add ? pool->used + size : pool->used - size;
  MQTT_count (pool->counters,
              MQTT_COUNT_BACKLOG_BYTES,
              add ? (int64_t)size : -(int64_t)size);
}


static void
give_up_oldest (struct MQTT_BacklogPool *pool, struct MQTT_Backlog *backlog)
{
  struct MQTT_Kept *kept = backlog->head;

  if (!kept->delivered)
    MQTT_count (pool->counters, MQTT_COUNT_NO_SUBSCRIBER, 1);
  account (pool, kept, false);
  GNUNET_CONTAINER_DLL_remove (backlog->head, backlog->tail, kept);
  MQTT_message_unref (kept->message);
  MQTT_groups_unref (kept->served);
  GNUNET_free (kept);
}


void
MQTT_backlog_keep (struct MQTT_BacklogPool *pool,
                   struct MQTT_Backlog *backlog,
                   const struct MQTT_Kept *what,
                   struct MQTT_Source *source)
{
  struct MQTT_Kept *kept = GNUNET_new (struct MQTT_Kept);

  *kept = *what;
  MQTT_message_ref (kept->message);
  MQTT_groups_ref (kept->served);
  GNUNET_CONTAINER_DLL_insert_tail (backlog->head, backlog->tail, kept);
  account (pool, kept, true);
  if (kept->precious && (0 < pool->limit))
  {
    if (pool->used > pool->limit)
      MQTT_gate_wait (&pool->gate, source);
    return;
  }
  while ((pool->used > pool->limit) && (NULL != backlog->head))
  {
    MQTT_count (pool->counters, MQTT_COUNT_BACKLOG_EVICTED, 1);
    give_up_oldest (pool, backlog);
  }
}


void
MQTT_backlog_expire (struct MQTT_BacklogPool *pool,
                     struct MQTT_Backlog *backlog,
                     uint64_t before_us)
{
  while ((NULL != backlog->head) && (backlog->head->at_us < before_us))
    give_up_oldest (pool, backlog);
  if (pool->used <= pool->limit / 2)
    MQTT_gate_open (&pool->gate);
}


void
MQTT_backlog_clear (struct MQTT_BacklogPool *pool, struct MQTT_Backlog *backlog)
{
  MQTT_backlog_expire (pool, backlog, UINT64_MAX);
}
