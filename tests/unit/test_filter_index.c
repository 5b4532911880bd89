/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_filter_index.c
 * @brief Tests of core/filter_index.h.
 */
#include "run_cases.h"
#include <stdio.h>
#include <string.h>
#include <gnunet/gnunet_util_lib.h>
#include "core/filter_index.h"
#include "core/level_hash.h"
#include "no_memory.h"

#define SEED UINT64_C (0x0123456789ABCDEF)

static struct MQTT_FilterIndex *filters;

/** How often each value was found; values of tests are small. */
static unsigned int found[8192];


static void
set_up (void)
{
  filters = MQTT_filter_index_create (SEED);
}


static void
tear_down (void)
{
  MQTT_filter_index_destroy (filters);
}


static MQTT_FilterIndexEntry
add (const char *filter, uint32_t value)
{
  MQTT_FilterIndexEntry entry = MQTT_filter_index_add (filters,
                                                       filter,
                                                       strlen (filter),
                                                       value);

  ck_assert_uint_ne (0, entry);
  return entry;
}


static bool
note (void *cls, uint32_t value)
{
  unsigned int *left = cls;

  found[value]++;
  (*left)--;
  return 0 != *left;
}


/**
 * Search, and note what is found.
 *
 * @param most end the search after so many
 * @return how many were found
 */
static unsigned int
search (const char *name, size_t size, unsigned int most)
{
  size_t count;
  uint64_t *hashes = MQTT_level_hash_all (name, size, &count);
  unsigned int left = most;
  bool dollar = '$' == name[0];
  bool matched;

  memset (found, 0, sizeof (found));
  matched = MQTT_filter_index_match (filters,
                                     hashes,
                                     count,
                                     dollar,
                                     &note,
                                     &left);
  ck_assert (matched == (left < most));
  ck_assert (
    matched
    == MQTT_filter_index_match (filters, hashes, count, dollar, NULL, NULL));
  GNUNET_free (hashes);
  return most - left;
}


/**
 * Are exactly these values found?
 *
 * @param values digits, ascending; each stands for a value, found once
 */
static void
assert_found (const char *name, const char *values)
{
  char text[11] = { 0 };
  size_t at = 0;

  (void)search (name, strlen (name), 1000);
  for (unsigned int value = 0; value < 10; value++)
  {
    ck_assert_uint_le (found[value], 1);
    if (0 != found[value])
      text[at++] = (char)('0' + value);
  }
  ck_assert_str_eq (values, text);
}


START_TEST (finds_every_kind_of_filter)
{
  assert_found ("a", "");
  add ("a/b", 0);
  add ("a/+", 1);
  add ("a/#", 2);
  add ("#", 3);
  add ("+/b", 4);
  add ("+", 5);
  add ("a/b/c", 6);
  add ("+/#", 7);
  add ("a/b/#", 8);
  add ("/a", 9);
  assert_found ("a/b", "0123478");
  assert_found ("a", "2357");
  assert_found ("a/", "1237");
  assert_found ("b", "357");
  assert_found ("a/b/c", "23678");
  assert_found ("a/b/d", "2378");
  assert_found ("/a", "379");
  assert_found ("/b", "347");
  assert_found ("x/y/z", "37");
}
END_TEST


START_TEST (wildcards_spare_dollar_names)
{
  add ("#", 0);
  add ("+", 1);
  add ("+/#", 2);
  add ("+/x", 3);
  add ("$SYS/#", 4);
  add ("$SYS/+", 5);
  add ("$SYS", 6);
  assert_found ("$SYS", "46");
  assert_found ("$SYS/x", "45");
  assert_found ("$other", "");
  assert_found ("SYS/x", "023");
}
END_TEST


/** A seed is random: every value comes up some day. */
START_TEST (any_seed_does)
{
  static const uint64_t seeds[] = { 0, 1, 2, UINT64_MAX - 1, UINT64_MAX };

  for (size_t i = 0; i < sizeof (seeds) / sizeof (seeds[0]); i++)
  {
    tear_down ();
    filters = MQTT_filter_index_create (seeds[i]);
    add ("+/+", 0);
    add ("+", 1);
    add ("+/b/#", 2);
    assert_found ("a/b", "02");
    assert_found ("a", "1");
    assert_found ("a/b/c", "2");
  }
}
END_TEST


START_TEST (empty_levels_are_levels)
{
  add ("/", 0);
  add ("//", 1);
  add ("+/+", 2);
  add ("/+", 3);
  add ("/#", 4);
  add ("//#", 5);
  add ("a//b", 6);
  add ("a/+/b", 7);
  assert_found ("/", "02345");
  assert_found ("//", "145");
  assert_found ("a//b", "67");
  assert_found ("a/b", "2");
  assert_found ("a", "");
}
END_TEST


START_TEST (same_filter_many_times)
{
  MQTT_FilterIndexEntry exact[3];
  MQTT_FilterIndexEntry below[3];

  for (unsigned int i = 0; i < 3; i++)
  {
    exact[i] = add ("a", i);
    below[i] = add ("a/#", 3 + i);
  }
  assert_found ("a", "012345");
  MQTT_filter_index_remove (filters, exact[1]);
  assert_found ("a", "02345");
  MQTT_filter_index_remove (filters, below[2]);
  assert_found ("a", "0234");
  MQTT_filter_index_remove (filters, below[0]);
  assert_found ("a", "024");
  assert_found ("a/x", "4");
  MQTT_filter_index_remove (filters, exact[0]);
  assert_found ("a", "24");
  MQTT_filter_index_remove (filters, exact[2]);
  assert_found ("a", "4");
  MQTT_filter_index_remove (filters, below[1]);
  assert_found ("a", "");
  ck_assert_uint_eq (0, MQTT_filter_index_count (filters));
}
END_TEST


START_TEST (one_value_may_have_many_filters)
{
  add ("a/b", 1);
  add ("a/+", 1);
  ck_assert_uint_eq (2, search ("a/b", 3, 1000));
  ck_assert_uint_eq (2, found[1]);
}
END_TEST


START_TEST (levels_go_when_nothing_needs_them)
{
  MQTT_FilterIndexEntry deep = add ("a/+/c/d", 0);
  MQTT_FilterIndexEntry middle = add ("a/+", 1);
  MQTT_FilterIndexEntry below = add ("a/+/c/#", 2);
  size_t memory = MQTT_filter_index_memory (filters);

  MQTT_filter_index_remove (filters, deep);
  assert_found ("a/b/c/d", "2");
  MQTT_filter_index_remove (filters, middle);
  assert_found ("a/b", "");
  assert_found ("a/b/c", "2");
  MQTT_filter_index_remove (filters, below);
  assert_found ("a/b/c", "");
  /* if not, ever new filters would need ever more memory */
  for (unsigned int i = 0; i < 100000; i++)
  {
    char text[30];

    snprintf (text, sizeof (text), "%u/+/%u/#", i, i);
    MQTT_filter_index_remove (filters, add (text, 0));
  }
  ck_assert_uint_eq (memory, MQTT_filter_index_memory (filters));
}
END_TEST


START_TEST (search_ends_when_told)
{
  add ("a/b", 0);
  add ("a/b", 1);
  add ("a/+", 2);
  add ("a/#", 3);
  add ("a/#", 4);
  add ("#", 5);
  for (unsigned int most = 1; most <= 6; most++)
    ck_assert_uint_eq (most, search ("a/b", 3, most));
  ck_assert_uint_eq (6, search ("a/b", 3, 7));
}
END_TEST


/**
 * Searches for the same again, within a search.
 */
static bool
search_again (void *cls, uint32_t value)
{
  const uint64_t *hashes = cls;
  unsigned int left = 1000;

  (void)value;
  ck_assert (MQTT_filter_index_match (filters, hashes, 2, false, &note, &left));
  return true;
}


START_TEST (search_within_search)
{
  size_t count;
  uint64_t *hashes = MQTT_level_hash_all ("a/b", 3, &count);

  memset (found, 0, sizeof (found));
  add ("+/b", 0);
  add ("a/+", 1);
  add ("a/+", 2);
  ck_assert (MQTT_filter_index_match (filters,
                                      hashes,
                                      count,
                                      false,
                                      &search_again,
                                      hashes));
  for (unsigned int value = 0; value < 3; value++)
    ck_assert_uint_eq (3, found[value]);
  GNUNET_free (hashes);
}
END_TEST


START_TEST (false_hashes_find_no_wildcards_twice)
{
  uint64_t hashes[2];

  add ("+", 0);
  add ("+/+", 1);
  add ("x", 2);
  for (uint64_t first = 0; first < MQTT_LEVEL_HASH_MIN; first++)
    for (uint64_t second = 0; second < MQTT_LEVEL_HASH_MIN; second++)
    {
      unsigned int left = 1000;

      memset (found, 0, sizeof (found));
      hashes[0] = first;
      hashes[1] = second;
      ck_assert (
        MQTT_filter_index_match (filters, hashes, 1, false, &note, &left));
      ck_assert (
        MQTT_filter_index_match (filters, hashes, 2, false, &note, &left));
      ck_assert (
        !MQTT_filter_index_match (filters, hashes, 2, true, &note, &left));
      ck_assert_uint_eq (998, left);
      ck_assert_uint_eq (1, found[0]);
      ck_assert_uint_eq (1, found[1]);
    }
}
END_TEST


START_TEST (deepest_filters)
{
  const size_t size = 65400;
  char *slashes = malloc (size + 1);
  char *pluses = malloc (size + 1);
  MQTT_FilterIndexEntry entries[3];

  ck_assert_ptr_nonnull (slashes);
  ck_assert_ptr_nonnull (pluses);
  memset (slashes, '/', size);
  slashes[size] = '\0';
  for (size_t i = 0; i < size; i++)
    pluses[i] = (0 == i % 2) ? '+' : '/';
  pluses[size] = '\0';
  entries[0] = add (slashes, 0);
  entries[1] = add (pluses, 1);
  pluses[size - 2] = '/';
  pluses[size - 1] = '#';
  entries[2] = add (pluses, 2);
  assert_found (slashes, "02");
  slashes[size / 2] = '\0';
  assert_found (slashes, "12");
  slashes[size / 2 - 1] = '\0';
  assert_found (slashes, "2");
  slashes[size / 2 - 2] = '\0';
  assert_found (slashes, "");
  for (unsigned int i = 0; i < 3; i++)
    MQTT_filter_index_remove (filters, entries[i]);
  assert_found (slashes, "");
  ck_assert_uint_eq (0, MQTT_filter_index_count (filters));
  free (slashes);
  free (pluses);
}
END_TEST


START_TEST (wildcards_in_every_combination)
{
  const unsigned int levels = 12;

  for (unsigned int value = 0; value < 1U << levels; value++)
  {
    char text[2 * 12] = { 0 };

    for (unsigned int i = 0; i < levels; i++)
    {
      text[2 * i] = (0 != (value >> i & 1)) ? '+' : 'x';
      text[2 * i + 1] = (i + 1 < levels) ? '/' : '\0';
    }
    add (text, value);
  }
  ck_assert_uint_eq (1U << levels,
                     search ("x/x/x/x/x/x/x/x/x/x/x/x", 23, 100000));
  for (unsigned int value = 0; value < 1U << levels; value++)
    ck_assert_uint_eq (1, found[value]);
  ck_assert_uint_eq (1, search ("y/y/y/y/y/y/y/y/y/y/y/y", 23, 100000));
  ck_assert_uint_eq (2, search ("y/y/y/y/y/x/y/y/y/y/y/y", 23, 100000));
}
END_TEST


START_TEST (level_size_does_not_matter)
{
  const size_t size = 60000;
  char *text = malloc (size + 3);
  size_t memory;

  ck_assert_ptr_nonnull (text);
  memset (text, 'x', size);
  memory = MQTT_filter_index_memory (filters);
  memcpy (text + size, "/+", 3);
  add (text, 0);
  ck_assert_uint_lt (MQTT_filter_index_memory (filters), memory + 1000);
  text[size + 1] = 'y';
  assert_found (text, "0");
  text[size - 1] = 'y';
  assert_found (text, "");
  free (text);
}
END_TEST


START_TEST (memory_for_many_filters)
{
  const unsigned int count = 100000;

  for (unsigned int i = 0; i < count; i++)
  {
    char text[60];

    snprintf (text,
              sizeof (text),
              (0 == i % 10)   ? "site/+/device%u/%u"
              : (1 == i % 10) ? "site/%u/device/%u/#"
                              : "site/%u/device/%u",
              i / 100,
              i);
    add (text, i);
  }
  ck_assert_uint_eq (count, MQTT_filter_index_count (filters));
  ck_assert_uint_le (MQTT_filter_index_memory (filters), (size_t)100 * count);
}
END_TEST


START_TEST (full_index_stays_as_it_was)
{
  char text[60];
  uint32_t held = 0;

  no_memory = true;
  for (;; held++)
  {
    snprintf (text, sizeof (text), "%u/+/%u/%u/%u", held, held, held, held);
    if (0 == MQTT_filter_index_add (filters, text, strlen (text), held))
      break;
  }
  ck_assert_uint_gt (held, 5);
  ck_assert_uint_eq (held, MQTT_filter_index_count (filters));
  for (uint32_t i = 0; i <= held; i++)
  {
    snprintf (text, sizeof (text), "%u/x/%u/%u/%u", i, i, i, i);
    ck_assert_uint_eq (i < held, search (text, strlen (text), 1000));
  }
  no_memory = false;
  snprintf (text, sizeof (text), "%u/+/%u/%u/%u", held, held, held, held);
  ck_assert_uint_eq (held + 1, add (text, held));
  ck_assert_uint_eq (1, search (text, strlen (text), 1000));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("filter_index");

  tcase_add_checked_fixture (cases, &set_up, &tear_down);
  tcase_add_test (cases, finds_every_kind_of_filter);
  tcase_add_test (cases, wildcards_spare_dollar_names);
  tcase_add_test (cases, any_seed_does);
  tcase_add_test (cases, empty_levels_are_levels);
  tcase_add_test (cases, same_filter_many_times);
  tcase_add_test (cases, one_value_may_have_many_filters);
  tcase_add_test (cases, levels_go_when_nothing_needs_them);
  tcase_add_test (cases, search_ends_when_told);
  tcase_add_test (cases, search_within_search);
  tcase_add_test (cases, false_hashes_find_no_wildcards_twice);
  tcase_add_test (cases, deepest_filters);
  tcase_add_test (cases, wildcards_in_every_combination);
  tcase_add_test (cases, level_size_does_not_matter);
  tcase_add_test (cases, memory_for_many_filters);
  tcase_add_test (cases, full_index_stays_as_it_was);
  return run_cases ("filter_index", cases);
}
