/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/deadlines.c
 * @brief A binary heap whose elements know their places.
 */
#include "deadlines.h"
#include <gnunet/gnunet_util_lib.h>

/** Places of a new heap. */
#define PLACES_MIN 16


void
MQTT_deadlines_done (struct MQTT_Deadlines *deadlines)
{
  GNUNET_assert (0 == deadlines->count);
  GNUNET_free (deadlines->heap);
  deadlines->allocated = 0;
}


static void
put (struct MQTT_Deadlines *deadlines,
     uint32_t place,
     struct MQTT_Deadline *deadline)
{
  deadlines->heap[place] = deadline;
  deadline->place = place;
}


/**
 * Move a deadline up from a free place to where it belongs, if that is above.
 *
 * @return where it could stand
 */
static uint32_t
rise (struct MQTT_Deadlines *deadlines, uint32_t place, uint64_t when_us)
{
  for (; (1 < place) && (when_us < deadlines->heap[place / 2]->when_us);
       place /= 2)
    put (deadlines, place, deadlines->heap[place / 2]);
  return place;
}


/**
 * The same, downwards.
 */
static uint32_t
sink (struct MQTT_Deadlines *deadlines, uint32_t place, uint64_t when_us)
{
  struct MQTT_Deadline **heap = deadlines->heap;
  uint32_t child;

  for (; (child = 2 * place) <= deadlines->count; place = child)
  {
    if ((child < deadlines->count)
        && (heap[child + 1]->when_us < heap[child]->when_us))
      child++;
    if (when_us <= heap[child]->when_us)
      break;
    put (deadlines, place, heap[child]);
  }
  return place;
}


/**
 * Put a deadline where it belongs; @a place is free.
 */
static void
settle (struct MQTT_Deadlines *deadlines,
        uint32_t place,
        struct MQTT_Deadline *deadline)
{
  place = rise (deadlines, place, deadline->when_us);
  place = sink (deadlines, place, deadline->when_us);
  put (deadlines, place, deadline);
}


/**
 * Take a deadline away; the last one comes in its place.
 */
static void
take_away (struct MQTT_Deadlines *deadlines, struct MQTT_Deadline *deadline)
{
  struct MQTT_Deadline *last = deadlines->heap[deadlines->count--];

  if (last != deadline)
    settle (deadlines, deadline->place, last);
  deadline->place = 0;
}


/**
 * Get a place at the end.
 */
static uint32_t
add_place (struct MQTT_Deadlines *deadlines)
{
  if (deadlines->count + 1 >= deadlines->allocated)
  {
    deadlines->allocated = GNUNET_MAX (PLACES_MIN, 2 * deadlines->allocated);
    deadlines->heap = GNUNET_realloc (deadlines->heap,
                                      deadlines->allocated
                                        * sizeof (deadlines->heap[0]));
  }
  return ++deadlines->count;
}


void
MQTT_deadline_set (struct MQTT_Deadlines *deadlines,
                   struct MQTT_Deadline *deadline,
                   uint64_t when_us)
{
  uint32_t place = deadline->place;

  if (MQTT_DEADLINE_NEVER == when_us)
  {
    if (0 != place)
      take_away (deadlines, deadline);
    return;
  }
  if (0 == place)
    place = add_place (deadlines);
  deadline->when_us = when_us;
  settle (deadlines, place, deadline);
}


struct MQTT_Deadline *
MQTT_deadlines_first (const struct MQTT_Deadlines *deadlines)
{
  return (0 == deadlines->count) ? NULL : deadlines->heap[1];
}
