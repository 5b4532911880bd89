/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/deadlines.h
 * @brief Of many things, what is due first?
 *
 * A heap of pointers: a thing that waits for nothing costs it nothing, and one that
 * waits no allocation of its own.  Knows no clock, and not what is due.
 */
#ifndef MQTT_CORE_DEADLINES_H
#define MQTT_CORE_DEADLINES_H

#include <stdint.h>

/** Nothing is ever due. */
#define MQTT_DEADLINE_NEVER UINT64_MAX

/**
 * When something is due.  Embedded in whatever it is; 0 at first, read only.
 */
struct MQTT_Deadline
{
  /** Valid while it has a place. */
  uint64_t when_us;
  /** Place in the heap, from 1 on; 0: it is never due. */
  uint32_t place;
};

/**
 * All of them; 0 at first, fields are private.
 */
struct MQTT_Deadlines
{
  /** The one at place n is not before that at n / 2; nothing is at place 0. */
  struct MQTT_Deadline **heap;
  uint32_t count;
  uint32_t allocated;
};


/**
 * Free what is allocated.  None must be due any more.
 */
void
MQTT_deadlines_done (struct MQTT_Deadlines *deadlines);


/**
 * Say when something is due.
 *
 * @param deadlines all of them; keep a pointer to @a deadline while it is due
 * @param deadline its deadline
 * @param when_us when; #MQTT_DEADLINE_NEVER to remove it
 */
void
MQTT_deadline_set (struct MQTT_Deadlines *deadlines,
                   struct MQTT_Deadline *deadline,
                   uint64_t when_us);


/**
 * @return what is due first; NULL if nothing ever is
 */
struct MQTT_Deadline *
MQTT_deadlines_first (const struct MQTT_Deadlines *deadlines);

#endif
