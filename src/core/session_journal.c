/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_journal.c
 * @brief A queue that moves to the front of its array before it grows.
 */
#include "session_journal.h"
#include <gnunet/gnunet_util_lib.h>

/** Changes of a new journal. */
#define CAPACITY_MIN 2


/**
 * Make room for one more: by moving to the front if half of the array is free.
 */
static void
make_room (struct MQTT_SessionJournal **journal)
{
  struct MQTT_SessionJournal *old = *journal;
  uint32_t capacity = CAPACITY_MIN;

  if ((NULL != old) && (old->first >= old->capacity / 2))
  {
    old->end -= old->first;
    memmove (old->changes,
             old->changes + old->first,
             old->end * sizeof (old->changes[0]));
    old->first = 0;
    return;
  }
  if (NULL != old)
    capacity = 2 * old->capacity;
  *journal = realloc (old, sizeof (*old) + capacity * sizeof (old->changes[0]));
  GNUNET_assert (NULL != *journal);
  (*journal)->capacity = capacity;
  if (NULL == old)
    (*journal)->first = (*journal)->end = 0;
}


void
MQTT_session_journal_append (struct MQTT_SessionJournal **journal,
                             enum MQTT_SessionChangeKind kind,
                             uint64_t number)
{
  if ((NULL == *journal) || ((*journal)->end == (*journal)->capacity))
    make_room (journal);
  (*journal)->changes[(*journal)->end++] = (struct MQTT_SessionChange){
    .number = number,
    .kind = kind
  };
}


const struct MQTT_SessionChange *
MQTT_session_journal_first (const struct MQTT_SessionJournal *journal)
{
  return MQTT_session_journal_at (journal, 0);
}


const struct MQTT_SessionChange *
MQTT_session_journal_at (const struct MQTT_SessionJournal *journal, size_t i)
{
  return (i < MQTT_session_journal_count (journal))
           ? &journal->changes[journal->first + i]
           : NULL;
}


struct MQTT_SessionChange
MQTT_session_journal_take (struct MQTT_SessionJournal **journal)
{
  struct MQTT_SessionJournal *j = *journal;
  struct MQTT_SessionChange change = j->changes[j->first++];

  if (j->first == j->end)
  {
    free (j);
    *journal = NULL;
  }
  return change;
}


size_t
MQTT_session_journal_count (const struct MQTT_SessionJournal *journal)
{
  return (NULL == journal) ? 0 : journal->end - journal->first;
}
