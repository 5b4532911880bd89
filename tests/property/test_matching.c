/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_matching.c
 * @brief Both ways to match agree with the standard, on random topics.
 */
#include "../unit/run_cases.h"
#include <gnunet/gnunet_util_lib.h>
#include "core/filter_index.h"
#include "core/level_hash.h"
#include "core/topic.h"
#include "nasty.h"

/** Pairs of a name and a filter, each made for the other. */
#define PAIRS 100000

/** Filters in one index, names asked of it, and how often that is done. */
#define FILTERS 400
#define NAMES 400
#define ROUNDS 5

static uint64_t seed;


static void
assert_legal (const struct Text *name, const struct Text *filter)
{
  ck_assert_int_eq (MQTT_TOPIC_OK,
                    MQTT_topic_name_check (name->bytes, name->size, NULL));
  if ((filter->size >= 6) && (0 == memcmp (filter->bytes, "$share", 6)))
    return; /* matching is asked what follows "$share/group/" only */
  ck_assert_int_eq (
    MQTT_TOPIC_OK,
    MQTT_topic_filter_check (filter->bytes, filter->size, NULL));
}


static bool
index_matches (const struct MQTT_FilterIndex *index,
               const struct Text *name,
               MQTT_FilterIndexCallback callback,
               void *cls)
{
  size_t count;
  uint64_t *hashes = MQTT_level_hash_all (name->bytes, name->size, &count);
  bool matched = MQTT_filter_index_match (index,
                                          hashes,
                                          count,
                                          '$' == name->bytes[0],
                                          callback,
                                          cls);

  GNUNET_free (hashes);
  return matched;
}


START_TEST (pairs)
{
  struct Random random = { .state = seed };
  struct MQTT_FilterIndex *index = MQTT_filter_index_create (
    random_next (&random));
  unsigned int matches = 0;

  for (unsigned int i = 0; i < PAIRS; i++)
  {
    struct Levels name_levels = nasty_name (&random);
    struct Levels filter_levels = nasty_filter (&random, &name_levels);
    struct Text name = join (&name_levels);
    struct Text filter = join (&filter_levels);
    bool expected = reference_matches (&filter, &name);
    MQTT_FilterIndexEntry entry = MQTT_filter_index_add (index,
                                                         filter.bytes,
                                                         filter.size,
                                                         i);

    assert_legal (&name, &filter);
    matches += expected;
    ck_assert_msg (expected
                     == MQTT_topic_matches (filter.bytes,
                                            filter.size,
                                            name.bytes,
                                            name.size),
                   "MQTT_topic_matches: '%.*s' and '%.*s'",
                   (int)filter.size,
                   filter.bytes,
                   (int)name.size,
                   name.bytes);
    ck_assert_msg (expected == index_matches (index, &name, NULL, NULL),
                   "MQTT_filter_index_match: '%.*s' and '%.*s'",
                   (int)filter.size,
                   filter.bytes,
                   (int)name.size,
                   name.bytes);
    MQTT_filter_index_remove (index, entry);
    text_done (&name);
    text_done (&filter);
  }
  ck_assert_uint_eq (0, MQTT_filter_index_count (index));
  ck_assert_uint_gt (matches, PAIRS / 4);
  ck_assert_uint_gt (PAIRS - matches, PAIRS / 10);
  MQTT_filter_index_destroy (index);
}
END_TEST


static bool
count_up (void *cls, uint32_t value)
{
  unsigned int *found = cls;

  found[value]++;
  return true;
}


START_TEST (many_filters_at_once)
{
  struct Random random = { .state = seed };
  struct Text filters[FILTERS];
  unsigned int matches = 0;

  for (unsigned int round = 0; round < ROUNDS; round++)
  {
    struct MQTT_FilterIndex *index = MQTT_filter_index_create (
      random_next (&random));

    for (uint32_t i = 0; i < FILTERS; i++)
    {
      filters[i] = nasty_filter_text (&random);
      ck_assert_uint_ne (
        0,
        MQTT_filter_index_add (index, filters[i].bytes, filters[i].size, i));
    }
    for (unsigned int k = 0; k < NAMES; k++)
    {
      struct Text name = nasty_name_text (&random);
      unsigned int found[FILTERS] = { 0 };

      (void)index_matches (index, &name, &count_up, found);
      for (unsigned int i = 0; i < FILTERS; i++)
      {
        ck_assert_msg (found[i] == reference_matches (&filters[i], &name),
                       "'%.*s' was found %u times for '%.*s'",
                       (int)filters[i].size,
                       filters[i].bytes,
                       found[i],
                       (int)name.size,
                       name.bytes);
        matches += found[i];
      }
      text_done (&name);
    }
    for (unsigned int i = 0; i < FILTERS; i++)
      text_done (&filters[i]);
    MQTT_filter_index_destroy (index);
  }
  ck_assert_uint_gt (matches, ROUNDS * NAMES);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("matching");

  seed = nasty_seed ();
  tcase_add_test (cases, pairs);
  tcase_add_test (cases, many_filters_at_once);
  return run_cases ("matching", cases);
}
