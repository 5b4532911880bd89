/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_deadlines.c
 * @brief Tests of core/deadlines.h.
 */
#include "run_cases.h"
#include "core/deadlines.h"

#define THINGS 50

static struct MQTT_Deadlines deadlines;
static struct MQTT_Deadline things[THINGS];


static void
setup (void)
{
  memset (&deadlines, 0, sizeof (deadlines));
  memset (things, 0, sizeof (things));
}


static void
teardown (void)
{
  for (unsigned int i = 0; i < THINGS; i++)
    MQTT_deadline_set (&deadlines, &things[i], MQTT_DEADLINE_NEVER);
  MQTT_deadlines_done (&deadlines);
}


static void
set (unsigned int which, uint64_t when_us)
{
  MQTT_deadline_set (&deadlines, &things[which], when_us);
}


START_TEST (first_is_first)
{
  ck_assert_ptr_null (MQTT_deadlines_first (&deadlines));
  set (0, 30);
  set (1, 10);
  set (2, 20);
  ck_assert_ptr_eq (&things[1], MQTT_deadlines_first (&deadlines));
  set (1, 40);
  ck_assert_ptr_eq (&things[2], MQTT_deadlines_first (&deadlines));
  set (0, 0);
  ck_assert_ptr_eq (&things[0], MQTT_deadlines_first (&deadlines));
}
END_TEST


START_TEST (never_is_in_no_place)
{
  set (0, MQTT_DEADLINE_NEVER);
  ck_assert_ptr_null (MQTT_deadlines_first (&deadlines));
  set (0, 10);
  set (1, 20);
  set (0, MQTT_DEADLINE_NEVER);
  set (0, MQTT_DEADLINE_NEVER);
  ck_assert_uint_eq (0, things[0].place);
  ck_assert_ptr_eq (&things[1], MQTT_deadlines_first (&deadlines));
}
END_TEST


/**
 * The first as a look at all of them finds it.
 */
static uint64_t
earliest (const uint64_t *when_us)
{
  uint64_t first_us = MQTT_DEADLINE_NEVER;

  for (unsigned int i = 0; i < THINGS; i++)
    if (when_us[i] < first_us)
      first_us = when_us[i];
  return first_us;
}


START_TEST (agrees_with_a_list)
{
  uint64_t when_us[THINGS];

  memset (when_us, 0xff, sizeof (when_us));
  for (unsigned int round = 0; round < 20000; round++)
  {
    unsigned int which = (31 * round + round / 7) % THINGS;
    const struct MQTT_Deadline *first;

    when_us[which] = (0 == round % 3) ? MQTT_DEADLINE_NEVER
                                      : (7919 * (uint64_t)round) % 1000;
    set (which, when_us[which]);
    first = MQTT_deadlines_first (&deadlines);
    ck_assert_uint_eq (earliest (when_us),
                       (NULL == first) ? MQTT_DEADLINE_NEVER : first->when_us);
    for (unsigned int i = 0; i < THINGS; i++)
      ck_assert_int_eq (MQTT_DEADLINE_NEVER == when_us[i],
                        0 == things[i].place);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("deadlines");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, first_is_first);
  tcase_add_test (cases, never_is_in_no_place);
  tcase_add_test (cases, agrees_with_a_list);
  return run_cases ("deadlines", cases);
}
