/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_code_plan.c
 * @brief Tests of core/code_plan.h.
 */
#include "run_cases.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/code_plan.h"


/**
 * Add a filter, or with @a times -1 remove it.
 */
static void __attribute__ ((format (printf, 3, 4)))
change (struct MQTT_CodePlan *plan, int times, const char *format, ...)
{
  char filter[100];
  va_list arguments;
  int size;

  va_start (arguments, format);
  size = vsnprintf (filter, sizeof (filter), format, arguments);
  va_end (arguments);
  for (int i = 0; i < times; i++)
    MQTT_code_plan_add (plan, filter, (size_t)size);
  for (int i = 0; i > times; i--)
    MQTT_code_plan_remove (plan, filter, (size_t)size);
}


/**
 * Is this what the plan says?
 *
 * @param count number of filters
 * @param ... for each a filter and a precision, in any order
 */
static void
assert_plan (struct MQTT_CodePlan *plan, unsigned int count, ...)
{
  unsigned int have;
  const struct MQTT_Code *codes = MQTT_code_plan_codes (plan, &have);
  va_list arguments;

  ck_assert_uint_eq (count, have);
  for (unsigned int i = 1; i < have; i++)
    ck_assert_int_lt (memcmp (&codes[i - 1], &codes[i], sizeof (codes[i])), 0);
  va_start (arguments, count);
  for (unsigned int i = 0; i < count; i++)
  {
    const char *filter = va_arg (arguments, const char *);
    int precision = va_arg (arguments, int);
    struct MQTT_Code code;
    bool found = false;

    MQTT_discovery_code (filter, strlen (filter), precision, &code);
    for (unsigned int k = 0; k < have; k++)
      if (0 == memcmp (&code, &codes[k], sizeof (code)))
        found = true;
    ck_assert_msg (found, "'%s' is not announced", filter);
  }
  va_end (arguments);
}


START_TEST (nothing_to_announce)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (10);

  assert_plan (plan, 0);
  change (plan, 2, "a");
  change (plan, -2, "a");
  assert_plan (plan, 0);
  ck_assert (!MQTT_code_plan_is_coarse (plan));
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (filters_are_counted)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (10);

  change (plan, 3, "a/b");
  change (plan, 1, "#");
  change (plan, 1, "a/b/c/d");
  change (plan, 1, "a/b/c/+");
  assert_plan (plan,
               3,
               "a/b",
               MQTT_CODE_PRECISE,
               "#",
               MQTT_CODE_PRECISE,
               "a/b/c/d",
               MQTT_CODE_PRECISE);
  change (plan, -2, "a/b");
  change (plan, -1, "#");
  change (plan, -1, "a/b/c/d");
  assert_plan (plan, 2, "a/b", MQTT_CODE_PRECISE, "a/b/c/+", MQTT_CODE_PRECISE);
  change (plan, -1, "a/b/c/+");
  change (plan, -1, "a/b");
  assert_plan (plan, 0);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (unchanged_plan_stays)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (10);
  const struct MQTT_Code *codes;
  unsigned int count;

  change (plan, 1, "a");
  codes = MQTT_code_plan_codes (plan, &count);
  ck_assert_ptr_eq (codes, MQTT_code_plan_codes (plan, &count));
  ck_assert_uint_eq (1, count);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (most_crowded_level_first)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (6);

  for (int i = 0; i < 3; i++)
    change (plan, 1, "crowded/x/%d", i);
  for (int i = 0; i < 2; i++)
    change (plan, 1, "small/x/%d", i);
  change (plan, 1, "one");
  ck_assert (!MQTT_code_plan_is_coarse (plan));
  assert_plan (plan,
               6,
               "crowded/x/0",
               MQTT_CODE_PRECISE,
               "crowded/x/1",
               MQTT_CODE_PRECISE,
               "crowded/x/2",
               MQTT_CODE_PRECISE,
               "small/x/0",
               MQTT_CODE_PRECISE,
               "small/x/1",
               MQTT_CODE_PRECISE,
               "one",
               MQTT_CODE_PRECISE);
  ck_assert (!MQTT_code_plan_is_coarse (plan));
  change (plan, 1, "another");
  assert_plan (plan,
               5,
               "crowded/x/2",
               MQTT_CODE_TWO_LEVELS,
               "small/x/0",
               MQTT_CODE_PRECISE,
               "small/x/1",
               MQTT_CODE_PRECISE,
               "one",
               MQTT_CODE_PRECISE,
               "another",
               MQTT_CODE_PRECISE);
  ck_assert (MQTT_code_plan_is_coarse (plan));
  change (plan, -1, "another");
  assert_plan (plan,
               6,
               "crowded/x/0",
               MQTT_CODE_PRECISE,
               "crowded/x/1",
               MQTT_CODE_PRECISE,
               "crowded/x/2",
               MQTT_CODE_PRECISE,
               "small/x/0",
               MQTT_CODE_PRECISE,
               "small/x/1",
               MQTT_CODE_PRECISE,
               "one",
               MQTT_CODE_PRECISE);
  ck_assert (!MQTT_code_plan_is_coarse (plan));
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (level_by_level)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (4);

  /* as many at two levels as at three: both steps are needed */
  for (int i = 0; i < 4; i++)
    change (plan, 1, "a/%d/x", i);
  change (plan, 1, "b/x/y");
  assert_plan (plan,
               2,
               "a/0",
               MQTT_CODE_FIRST_LEVEL,
               "b/x/y",
               MQTT_CODE_PRECISE);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (too_many_first_levels)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (4);

  for (int i = 0; i < 5; i++)
    change (plan, 1, "level%d/x", i);
  change (plan, 1, "$a/x/y");
  change (plan, 1, "$a/x/z");
  change (plan, 1, "$b/x");
  assert_plan (plan,
               4,
               "x",
               MQTT_CODE_ANYTHING,
               "$a/x/y",
               MQTT_CODE_PRECISE,
               "$a/x/z",
               MQTT_CODE_PRECISE,
               "$b/x",
               MQTT_CODE_PRECISE);
  ck_assert (MQTT_code_plan_is_coarse (plan));
  change (plan, 1, "$c/x");
  assert_plan (plan,
               4,
               "x",
               MQTT_CODE_ANYTHING,
               "$a/x",
               MQTT_CODE_TWO_LEVELS,
               "$b/x",
               MQTT_CODE_PRECISE,
               "$c/x",
               MQTT_CODE_PRECISE);
  change (plan, 1, "$d/x");
  assert_plan (plan, 2, "x", MQTT_CODE_ANYTHING, "$x", MQTT_CODE_ANYTHING);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (too_many_dollar_levels)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (3);

  for (int i = 0; i < 5; i++)
    change (plan, 1, "$%d", i);
  change (plan, 1, "a/x/y");
  change (plan, 1, "+/x/y");
  assert_plan (plan,
               3,
               "$",
               MQTT_CODE_ANYTHING,
               "a/x/y",
               MQTT_CODE_PRECISE,
               "+/x/y",
               MQTT_CODE_PRECISE);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (crowded_wildcards)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (4);

  for (int i = 0; i < 5; i++)
    change (plan, 1, "+/x/%d", i);
  change (plan, 1, "a/x");
  assert_plan (plan, 2, "+/x", MQTT_CODE_TWO_LEVELS, "a/x", MQTT_CODE_PRECISE);
  /* what comes next is "anything", for all */
  for (int i = 0; i < 5; i++)
    change (plan, 1, "+/%d/x", i);
  assert_plan (plan, 1, "a/x", MQTT_CODE_ANYTHING);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (budget_is_at_least_two)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (0);

  change (plan, 1, "a/b");
  change (plan, 1, "c/d");
  assert_plan (plan, 2, "a/b", MQTT_CODE_PRECISE, "c/d", MQTT_CODE_PRECISE);
  change (plan, 1, "$a");
  assert_plan (plan, 2, "a", MQTT_CODE_ANYTHING, "$a", MQTT_CODE_PRECISE);
  change (plan, 1, "$b");
  assert_plan (plan, 2, "a", MQTT_CODE_ANYTHING, "$", MQTT_CODE_ANYTHING);
  MQTT_code_plan_destroy (plan);
}
END_TEST


START_TEST (order_of_changes_does_not_matter)
{
  struct MQTT_CodePlan *plans[2];
  const struct MQTT_Code *codes[2];
  unsigned int counts[2];

  for (int k = 0; k < 2; k++)
    plans[k] = MQTT_code_plan_create (100);
  for (int i = 0; i < 1000; i++)
  {
    int last = 999 - i;

    change (plans[0], 1, "%d/%d/%d", i % 50, i % 7, i);
    change (plans[1], 2, "%d/%d/%d", last % 50, last % 7, last);
    if (0 == i % 100)
      codes[1] = MQTT_code_plan_codes (plans[1], &counts[1]);
  }
  for (int k = 0; k < 2; k++)
    codes[k] = MQTT_code_plan_codes (plans[k], &counts[k]);
  ck_assert_uint_eq (counts[0], counts[1]);
  ck_assert_uint_gt (counts[0], 50);
  ck_assert_uint_le (counts[0], 100);
  ck_assert_mem_eq (codes[0], codes[1], counts[0] * sizeof (codes[0][0]));
  for (int k = 0; k < 2; k++)
    MQTT_code_plan_destroy (plans[k]);
}
END_TEST


START_TEST (hundred_thousand_filters)
{
  struct MQTT_CodePlan *plan = MQTT_code_plan_create (256);
  unsigned int count;

  for (int i = 0; i < 100000; i++)
    change (plan, 1, "site%d/%d/%d", i % 200, i % 1000, i);
  (void)MQTT_code_plan_codes (plan, &count);
  ck_assert_uint_ge (count, 200);
  ck_assert_uint_le (count, 256);
  for (int i = 0; i < 100000; i++)
    change (plan, 1, "%d", i);
  assert_plan (plan, 1, "x", MQTT_CODE_ANYTHING);
  for (int i = 0; i < 100000; i++)
    change (plan, -1, "%d", i);
  for (int i = 10; i < 100000; i++)
    change (plan, -1, "site%d/%d/%d", i % 200, i % 1000, i);
  (void)MQTT_code_plan_codes (plan, &count);
  ck_assert_uint_eq (10, count);
  ck_assert (!MQTT_code_plan_is_coarse (plan));
  MQTT_code_plan_destroy (plan);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("code_plan");

  tcase_add_test (cases, nothing_to_announce);
  tcase_add_test (cases, filters_are_counted);
  tcase_add_test (cases, unchanged_plan_stays);
  tcase_add_test (cases, most_crowded_level_first);
  tcase_add_test (cases, level_by_level);
  tcase_add_test (cases, too_many_first_levels);
  tcase_add_test (cases, too_many_dollar_levels);
  tcase_add_test (cases, crowded_wildcards);
  tcase_add_test (cases, budget_is_at_least_two);
  tcase_add_test (cases, order_of_changes_does_not_matter);
  tcase_add_test (cases, hundred_thousand_filters);
  return run_cases ("code_plan", cases);
}
