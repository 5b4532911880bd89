/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_inbox.c
 * @brief Tests of marks: what was taken is known again, in later runs too, and
 *        nothing else is.
 */
#include "inbox_fixture.h"


START_TEST (what_was_taken_is_known)
{
  struct MQTT_InboxItem it = item (7, 5, 1);

  ck_assert (!has (7, 1, 1));
  take (7, 5, 1);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (has (7, 5, 1));
    ck_assert (has (7, 4, 2));
    ck_assert (!has (7, 6, 1));
    ck_assert (!has (8, 5, 1));
    ck_assert (!MQTT_inbox_has (inbox (2), &it));
    restart ();
  }
  ck_assert_uint_eq (1, count_rows ());
}
END_TEST


/* In this run of ours and in the next, before and after it was caught up with. */
START_TEST (what_was_returned_is_not)
{
  take (7, 5, 1);
  ck_assert (give_back (7, 6, 1));
  ck_assert (!has (7, 6, 1));
  ck_assert (has (7, 5, 1));
  take (7, 9, 2);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (has (7, 9, 2));
    ck_assert (has (7, 8, 2));
    ck_assert (has (7, 5, 1));
    ck_assert (!has (7, 6, 1));
    ck_assert (!has (7, 8, 1));
    restart ();
  }
  take (7, 6, 1);
  ck_assert (has (7, 6, 1));
  ck_assert (!has (7, 8, 1));
  ck_assert (give_back (7, 8, 1));
  restart ();
  ck_assert (has (7, 6, 1));
  ck_assert (!has (7, 8, 1));
  take (7, 8, 1);
  ck_assert_uint_eq (2, count_rows ());
  take (7, 10, 1);
  ck_assert (has (7, 10, 1));
  fake_time_pass (100);
  ck_assert_uint_eq (1, count_rows ());
  ck_assert (has (7, 10, 1));
  ck_assert (!has (7, 11, 1));
}
END_TEST


/* As if it had never been: also of topics that were on their way back. */
START_TEST (group_is_lost)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  take (7, 1, 1);
  ck_assert (give_back (7, 2, 1));
  take (7, 3, 2);
  fake_time_pass (100);
  take (7, 2, 1);
  take (7, 4, 1);
  take (7, 5, 2);
  ck_assert (give_back (7, 6, 3));
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (has (7, 1, 1));
    ck_assert (!has (7, 2, 1));
    ck_assert (has (7, 3, 2));
    ck_assert (!has (7, 4, 1));
    ck_assert (!has (7, 5, 2));
    ck_assert (!has (7, 6, 3));
    if (0 == i)
      fake_time_pass (10 * 1000);
  }
  take (7, 7, 2);
  restart ();
  ck_assert (!has (7, 2, 1));
  ck_assert (!has (7, 6, 3));
  ck_assert (has (7, 7, 2));
}
END_TEST


/* Something of a topic was taken, and what followed returned, in the same group. */
START_TEST (group_is_lost_with_both)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  take (7, 1, 1);
  fake_time_pass (100);
  take (7, 2, 1);
  ck_assert (give_back (7, 3, 1));
  ck_assert (has (7, 2, 1));
  if (0 < _i)
    take (7, 4, 2);
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  fake_time_pass (10 * 1000);
  ck_assert (has (7, 1, 1));
  ck_assert (!has (7, 2, 1));
  ck_assert (!has (7, 3, 1));
  take (7, 5, 2);
  restart ();
  ck_assert (has (7, 1, 1));
  ck_assert (!has (7, 2, 1));
  ck_assert (!has (7, 3, 1));
}
END_TEST


/* The same with two runs: what was left of the first was taken. */
START_TEST (group_is_lost_with_two_runs)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  ck_assert (give_back (1, 5, 1));
  take (1, 9, 2);
  fake_time_pass (100);
  take (1, 5, 1);
  ck_assert (give_back (2, 10, 1));
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  ck_assert (!has (1, 5, 1));
  ck_assert (!has (2, 10, 1));
}
END_TEST


/* A run that begins with low sequences has nothing left of those before. */
START_TEST (sequences_begin_anew)
{
  take (1, 5, 1);
  ck_assert (give_back (1, 6, 2));
  take (1, 7, 3);
  if (0 == _i)
  {
    take (2, 1, 2);
    ck_assert (has (2, 1, 2));
  }
  else
  {
    ck_assert (give_back (2, 1, 2));
    take (2, 2, 1);
    ck_assert (!has (2, 1, 2));
    take (3, 4, 1);
    ck_assert (!has (3, 3, 2));
    take (2, 1, 2);
    take (3, 3, 2);
    ck_assert (has (3, 3, 2));
  }
  ck_assert (!has (1, 7, 3));
  ck_assert (!has (2, 3, 2));
}
END_TEST


/* The sender has begun anew below what was acknowledged, since all that was left was
   what had been returned. */
START_TEST (run_begins_below_what_was_had)
{
  take (1, 5, 1);
  ck_assert (give_back (1, 6, 2));
  take (1, 10, 3);
  ck_assert (!has (2, 7, 3));
  take (2, 7, 3);
  take (2, 9, 3);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (!has (1, 6, 2));
    ck_assert (!has (2, 8, 2));
    ck_assert (has (2, 9, 3));
    restart ();
  }
  take (2, 8, 2);
  ck_assert (has (2, 8, 2));
}
END_TEST


/* The first thing that a run brings is returned, and the next one taken. */
START_TEST (run_begins_with_a_return)
{
  take (1, 10, 1);
  ck_assert (give_back (2, 3, 2));
  take (2, 4, 1);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (!has (2, 3, 2));
    ck_assert (has (2, 4, 1));
    restart ();
  }
  take (2, 5, 1);
  ck_assert (!has (2, 3, 2));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("inbox");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, what_was_taken_is_known);
  tcase_add_test (tc, what_was_returned_is_not);
  tcase_add_test (tc, group_is_lost);
  tcase_add_loop_test (tc, group_is_lost_with_both, 0, 2);
  tcase_add_test (tc, group_is_lost_with_two_runs);
  tcase_add_loop_test (tc, sequences_begin_anew, 0, 2);
  tcase_add_test (tc, run_begins_below_what_was_had);
  tcase_add_test (tc, run_begins_with_a_return);
  return tc;
}


int
main (void)
{
  return run_cases ("inbox", cases ());
}
