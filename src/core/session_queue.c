/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_queue.c
 * @brief An array of deliveries that is compacted when it is full.
 */
#include "session_queue.h"
#include <gnunet/gnunet_util_lib.h>

/** Entries of a new array. */
#define CAPACITY_MIN 4


static bool
is_gap (const struct MQTT_SessionEntry *entry)
{
  return MQTT_SESSION_ENTRY_GONE == entry->state;
}


/**
 * Move the entries into an array with room for more, without the gaps.  An index
 * then points to what stood there, or came next.
 */
static void
make_room (struct MQTT_SessionQueue *queue)
{
  struct MQTT_SessionEntry *entries;
  uint32_t kept = 0;
  uint32_t cursor = 0;
  uint32_t unsent = 0;

  for (uint32_t i = queue->first; i < queue->end; i++)
    kept += !is_gap (&queue->entries[i]);
  queue->capacity = GNUNET_MAX (CAPACITY_MIN, 2 * kept);
  entries = malloc (queue->capacity * sizeof (*entries));
  GNUNET_assert (NULL != entries);
  kept = 0;
  for (uint32_t i = queue->first; i < queue->end; i++)
  {
    if (is_gap (&queue->entries[i]))
      continue;
    cursor += (i < queue->cursor);
    unsent += (i < queue->unsent);
    entries[kept++] = queue->entries[i];
  }
  free (queue->entries);
  queue->entries = entries;
  queue->first = 0;
  queue->end = kept;
  queue->cursor = cursor;
  queue->unsent = unsent;
}


struct MQTT_SessionEntry *
MQTT_session_queue_append (struct MQTT_SessionQueue **queue_ptr,
                           const struct MQTT_SessionEntry *entry)
{
  struct MQTT_SessionQueue *queue = *queue_ptr;
  struct MQTT_SessionEntry *place;

  if (NULL == queue)
  {
    queue = GNUNET_new (struct MQTT_SessionQueue);
    queue->sweep_us = UINT64_MAX;
    *queue_ptr = queue;
  }
  if (queue->end == queue->capacity)
    make_room (queue);
  place = &queue->entries[queue->end++];
  *place = *entry;
  queue->live++;
  queue->bytes += entry->size;
  queue->transient += (0 == entry->qos);
  queue->sweep_us = GNUNET_MIN (
    queue->sweep_us,
    GNUNET_MAX (entry->expires_us, queue->sweep_not_before_us));
  return place;
}


void
MQTT_session_queue_free (struct MQTT_SessionQueue **queue)
{
  if (NULL == *queue)
    return;
  free ((*queue)->entries);
  GNUNET_free (*queue);
}


void
MQTT_session_queue_trim (struct MQTT_SessionQueue **queue)
{
  if ((NULL != *queue) && ((*queue)->first == (*queue)->end))
    MQTT_session_queue_free (queue);
}


struct MQTT_SessionEntry *
MQTT_session_queue_find (struct MQTT_SessionQueue *queue, uint64_t position)
{
  uint32_t low;
  uint32_t high;

  if (NULL == queue)
    return NULL;
  low = queue->first;
  high = queue->end;
  while (low < high)
  {
    uint32_t middle = low + (high - low) / 2;

    if (queue->entries[middle].position < position)
      low = middle + 1;
    else
      high = middle;
  }
  if ((low == queue->end) || (queue->entries[low].position != position)
      || is_gap (&queue->entries[low]) || (0 == queue->entries[low].qos))
    return NULL;
  return &queue->entries[low];
}


struct MQTT_SessionEntry *
MQTT_session_queue_find_packet (struct MQTT_SessionQueue *queue,
                                uint16_t packet_id)
{
  struct MQTT_SessionEntry *entry;
  uint64_t first;
  uint32_t ahead;

  if ((NULL == queue) || (queue->first == queue->end) || (0 == packet_id))
    return NULL;
  first = queue->entries[queue->first].position;
  ahead = (uint32_t)packet_id + MQTT_PACKET_IDS
          - MQTT_session_packet_id (first);
  entry = MQTT_session_queue_find (queue, first + ahead % MQTT_PACKET_IDS);
  if ((NULL == entry) || !MQTT_session_queue_is_passed (queue, entry)
      || (MQTT_SESSION_ENTRY_REMOVING == entry->state))
    return NULL;
  return entry;
}


bool
MQTT_session_queue_id_is_free (const struct MQTT_SessionQueue *queue,
                               const struct MQTT_SessionEntry *entry)
{
  return entry->position - queue->entries[queue->first].position
         < MQTT_PACKET_IDS;
}


bool
MQTT_session_queue_is_passed (const struct MQTT_SessionQueue *queue,
                              const struct MQTT_SessionEntry *entry)
{
  return entry < queue->entries + queue->cursor;
}


void
MQTT_session_queue_sent (struct MQTT_SessionQueue *queue,
                         struct MQTT_SessionEntry *entry)
{
  entry->state = MQTT_SESSION_ENTRY_SENT;
  queue->unsent = (uint32_t)(entry - queue->entries) + 1;
  queue->sent++;
  queue->sent_bytes += entry->size;
}


void
MQTT_session_queue_end (struct MQTT_SessionQueue *queue,
                        struct MQTT_SessionEntry *entry)
{
  queue->live--;
  queue->bytes -= entry->size;
  queue->transient -= (0 == entry->qos);
  if (MQTT_SESSION_ENTRY_SENT <= entry->state)
  {
    queue->sent--;
    queue->sent_bytes -= entry->size;
  }
  entry->state = MQTT_SESSION_ENTRY_REMOVING;
}


void
MQTT_session_queue_forget (struct MQTT_SessionQueue *queue,
                           struct MQTT_SessionEntry *entry)
{
  entry->state = MQTT_SESSION_ENTRY_GONE;
  while ((queue->first < queue->end) && is_gap (&queue->entries[queue->first]))
    queue->first++;
}


struct MQTT_SessionEntry *
MQTT_session_queue_oldest_unsent (struct MQTT_SessionQueue *queue)
{
  while ((queue->unsent < queue->end)
         && is_gap (&queue->entries[queue->unsent]))
    queue->unsent++;
  return (queue->unsent == queue->end) ? NULL : &queue->entries[queue->unsent];
}
