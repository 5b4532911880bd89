/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/blacklist.c
 * @brief A blacklist as it was read.
 */
#include "blacklist.h"
#include <stdlib.h>

struct MQTT_Blacklist
{
  struct MQTT_BlacklistEntry *entries;
  unsigned int count;
  /** They are in order, each once. */
  bool sorted;
};


struct MQTT_Blacklist *
MQTT_blacklist_create (void)
{
  return GNUNET_new (struct MQTT_Blacklist);
}


void
MQTT_blacklist_destroy (struct MQTT_Blacklist *list)
{
  if (NULL == list)
    return;
  GNUNET_array_grow (list->entries, list->count, 0);
  GNUNET_free (list);
}


void
MQTT_blacklist_add (struct MQTT_Blacklist *list,
                    const struct MQTT_BlacklistEntry *entry)
{
  if (MQTT_BLACKLIST_NOBODY == entry->kind)
    return;
  GNUNET_array_append (list->entries, list->count, *entry);
  list->sorted = false;
}


/**
 * The order of entries, for qsort() and bsearch().
 */
static int
compare (const void *one, const void *other)
{
  return memcmp (one, other, sizeof (struct MQTT_BlacklistEntry));
}


static void
sort (struct MQTT_Blacklist *list)
{
  unsigned int kept = 0;

  if (list->sorted || (0 == list->count))
    return;
  qsort (list->entries, list->count, sizeof (list->entries[0]), &compare);
  for (unsigned int i = 1; i < list->count; i++)
    if (0 != compare (&list->entries[kept], &list->entries[i]))
      list->entries[++kept] = list->entries[i];
  GNUNET_array_grow (list->entries, list->count, kept + 1);
  list->sorted = true;
}


bool
MQTT_blacklist_has (struct MQTT_Blacklist *list,
                    const struct MQTT_BlacklistEntry *entry)
{
  sort (list);
  return (0 < list->count)
         && (NULL
             != bsearch (entry,
                         list->entries,
                         list->count,
                         sizeof (list->entries[0]),
                         &compare));
}


bool
MQTT_blacklist_equal (struct MQTT_Blacklist *one, struct MQTT_Blacklist *other)
{
  sort (one);
  sort (other);
  if (one->count != other->count)
    return false;
  return (0 == one->count)
         || (0
             == memcmp (one->entries,
                        other->entries,
                        one->count * sizeof (one->entries[0])));
}


unsigned int
MQTT_blacklist_count (struct MQTT_Blacklist *list)
{
  sort (list);
  return list->count;
}
