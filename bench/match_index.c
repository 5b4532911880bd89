/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/match_index.c
 * @brief What the filter index costs: CPU time of finding a topic's matches,
 *        the hashing of its levels included, and memory.
 *
 * Usage: match_index FILTERS TOPICS
 * Prints: microseconds a topic, bytes a filter, matches a topic
 */
#include "common.h"
#include <stdio.h>
#include "core/filter_index.h"
#include "core/level_hash.h"
#include "filters.h"

/** Topics are written down before the clock runs. */
struct Name
{
  char text[BENCH_NAME_SIZE];
  size_t size;
};


static bool
count (void *cls, uint32_t value)
{
  uint64_t *matches = cls;

  (void)value;
  (*matches)++;
  return true;
}


static void
match (struct MQTT_FilterIndex *index,
       const struct Name *name,
       uint64_t *matches)
{
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (name->text, name->size, &levels);

  (void)MQTT_filter_index_match (index, hashes, levels, false, &count, matches);
  GNUNET_free (hashes);
}


int
main (int argc, char **argv)
{
  struct MQTT_FilterIndex *index = MQTT_filter_index_create (BENCH_now ());
  char filter[BENCH_NAME_SIZE];
  unsigned int filters;
  unsigned int topics;
  struct Name *names;
  uint64_t matches = 0;
  uint64_t start;

  if (3 != argc)
    BENCH_fail ("usage: %s FILTERS TOPICS", argv[0]);
  filters = BENCH_number (argv[1]);
  topics = BENCH_number (argv[2]);
  names = GNUNET_malloc_large (topics * sizeof (*names));
  if (NULL == names)
    BENCH_fail ("no memory");
  for (unsigned int i = 0; i < filters; i++)
    if (0
        == MQTT_filter_index_add (index,
                                  filter,
                                  BENCH_filter (filters, i, filter),
                                  i))
      BENCH_fail ("the index is full");
  for (unsigned int i = 0; i < topics; i++)
    names[i].size = BENCH_topic (filters, i, names[i].text);
  start = BENCH_cpu (0);
  for (unsigned int i = 0; i < topics; i++)
    match (index, &names[i], &matches);
  printf ("%.4f %.1f %.3f\n",
          (double)(BENCH_cpu (0) - start) / topics / 1000,
          (double)MQTT_filter_index_memory (index) / filters,
          (double)matches / topics);
}
