/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_retained.c
 * @brief Tests of the tree of retained topics: more of them than one piece of GNUnet's
 *        memory may list.
 */
#include "run_cases.h"
#include <stdio.h>
#include "core/retained.h"

/** Siblings: as works, 24 bytes each, they are more than 40 MiB when doubled. */
#define MANY (1024 * 1024)


/** Messages that match, added up; the tree is walked in small steps. */
static uint64_t
sum_of (struct MQTT_Retained *retained, const char *filter)
{
  const size_t most = 4 * MQTT_retained_count (retained) + 8;
  struct MQTT_RetainedWalk *walk = MQTT_retained_walk_begin (retained);
  uint64_t sum = 0;
  size_t total = 0;

  while (!MQTT_retained_walk_is_over (walk))
  {
    unsigned int steps = 2;
    const struct MQTT_RetainedRecord *record = MQTT_retained_walk_next (
      walk,
      filter,
      strlen (filter),
      &steps);

    ck_assert_uint_lt (steps, 2);
    total += 2 - steps;
    if (NULL != record)
      sum += record->message;
  }
  MQTT_retained_walk_end (walk);
  /* It does not begin anew. */
  ck_assert_uint_le (total, most);
  return sum;
}


static void
put (struct MQTT_Retained *retained, const char *name, uint64_t message)
{
  const struct MQTT_RetainedRecord record = {
    .version = { .time_us = 1 },
    .expires_us = UINT64_MAX,
    .message = message,
  };

  ck_assert_int_eq (
    MQTT_RETAINED_NEWER,
    MQTT_retained_put (retained, name, strlen (name), &record, NULL));
}


START_TEST (many_siblings)
{
  struct MQTT_Retained *retained = MQTT_retained_create (SIZE_MAX, 1);
  const uint64_t all = (uint64_t)MANY * (MANY + 1) / 2;
  char name[16];

  for (unsigned int i = 1; i <= MANY; i++)
  {
    snprintf (name, sizeof (name), "a/%x", i);
    put (retained, name, i);
  }
  ck_assert_uint_eq (all, sum_of (retained, "#"));
  ck_assert_uint_eq (all, sum_of (retained, "a/+"));
  ck_assert_uint_eq (0, sum_of (retained, "+"));
  MQTT_retained_destroy (retained);
}
END_TEST


/** What is removed leaves its siblings. */
START_TEST (siblings_come_and_go)
{
  static const char *const names[] = { "$s", "a", "b", "c", "a/x", "$s/x" };
  struct MQTT_Retained *retained = MQTT_retained_create (SIZE_MAX, 1);

  for (unsigned int i = 0; i < 6; i++)
    put (retained, names[i], UINT64_C (1) << i);
  ck_assert_uint_eq (0x1E, sum_of (retained, "#"));
  ck_assert_uint_eq (0x0E, sum_of (retained, "+"));
  ck_assert_uint_eq (0x21, sum_of (retained, "$s/#"));
  ck_assert_uint_eq (0x10, sum_of (retained, "+/x"));
  MQTT_retained_remove (retained, "b", 1);
  ck_assert_uint_eq (0x0A, sum_of (retained, "+"));
  MQTT_retained_remove (retained, "a", 1);
  ck_assert_uint_eq (0x18, sum_of (retained, "#"));
  MQTT_retained_remove (retained, "c", 1);
  put (retained, "b", 64);
  ck_assert_uint_eq (0x50, sum_of (retained, "#"));
  MQTT_retained_destroy (retained);
}
END_TEST


/* A walk goes on from what is removed under its feet. */
START_TEST (removed_during_a_walk)
{
  static const char *const names[] = { "a/b/c", "a/b/d", "a/e", "f", "f/g" };
  struct MQTT_Retained *retained = MQTT_retained_create (SIZE_MAX, 1);
  struct MQTT_RetainedWalk *walk = MQTT_retained_walk_begin (retained);
  const struct MQTT_RetainedRecord *record = NULL;
  unsigned int steps = 1;

  for (unsigned int i = 0; i < 5; i++)
    put (retained, names[i], UINT64_C (1) << i);
  for (int i = 0; i <= _i; i++)
  {
    steps = 1;
    record = MQTT_retained_walk_next (walk, "#", 1, &steps);
  }
  /* The walk is anywhere up to "a/b/c". */
  ck_assert_ptr_null (record);
  for (unsigned int i = 0; i < 3; i++)
    MQTT_retained_remove (retained, names[i], strlen (names[i]));
  steps = 100;
  record = MQTT_retained_walk_next (walk, "#", 1, &steps);
  ck_assert_ptr_nonnull (record);
  ck_assert_uint_eq (8, record->message);
  record = MQTT_retained_walk_next (walk, "#", 1, &steps);
  ck_assert_ptr_nonnull (record);
  ck_assert_uint_eq (16, record->message);
  MQTT_retained_remove (retained, names[4], strlen (names[4]));
  ck_assert_ptr_null (MQTT_retained_walk_next (walk, "#", 1, &steps));
  ck_assert (MQTT_retained_walk_is_over (walk));
  MQTT_retained_walk_end (walk);
  MQTT_retained_destroy (retained);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("retained");

  tcase_set_timeout (cases, 60);
  tcase_add_test (cases, many_siblings);
  tcase_add_test (cases, siblings_come_and_go);
  tcase_add_loop_test (cases, removed_during_a_walk, 0, 3);
  return run_cases ("retained", cases);
}
