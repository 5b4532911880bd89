/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_ids.c
 * @brief A sorted array of packet identifiers.
 */
#include "session_ids.h"
#include <gnunet/gnunet_util_lib.h>

/** Identifiers of a new array, and most of one. */
#define CAPACITY_MIN 4
#define CAPACITY_MAX UINT16_MAX


/**
 * @return index of the first identifier that is not smaller
 */
static size_t
lower_bound (const struct MQTT_SessionIds *ids, uint16_t packet_id)
{
  size_t low = 0;
  size_t high = ids->count;

  while (low < high)
  {
    size_t middle = low + (high - low) / 2;

    if (ids->ids[middle].packet_id < packet_id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}


struct MQTT_SessionId *
MQTT_session_ids_find (struct MQTT_SessionIds *ids, uint16_t packet_id)
{
  size_t i;

  if (NULL == ids)
    return NULL;
  i = lower_bound (ids, packet_id);
  if ((i == ids->count) || (ids->ids[i].packet_id != packet_id))
    return NULL;
  return &ids->ids[i];
}


void
MQTT_session_ids_add (struct MQTT_SessionIds **ids_ptr,
                      struct MQTT_SessionId id)
{
  struct MQTT_SessionIds *ids = *ids_ptr;
  size_t i;

  if ((NULL == ids) || (ids->count == ids->capacity))
  {
    size_t capacity = (NULL == ids)
                        ? CAPACITY_MIN
                        : GNUNET_MIN (2 * (size_t)ids->capacity, CAPACITY_MAX);

    ids = realloc (ids, sizeof (*ids) + capacity * sizeof (ids->ids[0]));
    GNUNET_assert (NULL != ids);
    if (NULL == *ids_ptr)
      ids->count = ids->counted = 0;
    ids->capacity = (uint16_t)capacity;
    *ids_ptr = ids;
  }
  i = lower_bound (ids, id.packet_id);
  memmove (&ids->ids[i + 1],
           &ids->ids[i],
           (ids->count - i) * sizeof (ids->ids[0]));
  ids->ids[i] = id;
  ids->count++;
  ids->counted += id.counted;
}


void
MQTT_session_ids_remove (struct MQTT_SessionIds **ids_ptr,
                         struct MQTT_SessionId *id)
{
  struct MQTT_SessionIds *ids = *ids_ptr;

  ids->counted -= id->counted;
  ids->count--;
  memmove (id, id + 1, (size_t)(&ids->ids[ids->count] - id) * sizeof (*id));
  if (0 == ids->count)
  {
    free (ids);
    *ids_ptr = NULL;
  }
}


void
MQTT_session_ids_clear (struct MQTT_SessionIds **ids)
{
  free (*ids);
  *ids = NULL;
}


void
MQTT_session_ids_count (struct MQTT_SessionIds *ids,
                        struct MQTT_SessionId *id,
                        bool counted)
{
  ids->counted += counted - id->counted;
  id->counted = counted;
}
