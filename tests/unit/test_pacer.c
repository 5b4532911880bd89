/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_pacer.c
 * @brief Tests of service/pacer.h.
 */
#include "run_cases.h"
#include "fake_time.h"
#include "service/pacer.h"

#define PACE 20
#define BURST 4
#define JOBS 40

static struct MQTT_Pacer *pacer;
static struct MQTT_PacerJob jobs[JOBS];
/** What has run, one letter each. */
static char ran[256];
/** When, in milliseconds. */
static uint64_t times[256];
static unsigned int count;
/** Submitted from within the first job that runs; NULL for none. */
static struct MQTT_PacerJob *more;


static void
run (void *cls)
{
  struct MQTT_PacerJob *job = cls;

  times[count] = fake_time_now ();
  ran[count++] = (char)('a' + (job - jobs));
  if (NULL == more)
    return;
  MQTT_pacer_submit (pacer, more, MQTT_PACER_FIRST);
  more = NULL;
}


static void
setup (void)
{
  memset (jobs, 0, sizeof (jobs));
  memset (ran, 0, sizeof (ran));
  count = 0;
  more = NULL;
  for (int i = 0; i < JOBS; i++)
  {
    jobs[i].run = &run;
    jobs[i].cls = &jobs[i];
  }
  fake_time_begin ();
  pacer = MQTT_pacer_create (MS (PACE), BURST);
}


static void
teardown (void)
{
  MQTT_pacer_destroy (pacer);
  fake_time_end ();
}


static void
submit (char job, enum MQTT_PacerPriority priority)
{
  MQTT_pacer_submit (pacer, &jobs[job - 'a'], priority);
}


START_TEST (never_more_than_the_pace)
{
  for (int i = 0; i < JOBS; i++)
    MQTT_pacer_submit (pacer, &jobs[i], MQTT_PACER_FIRST);
  ck_assert_uint_eq (0, count);
  fake_time_settle ();
  ck_assert_uint_eq (BURST, count);
  fake_time_pass (JOBS * PACE);
  ck_assert_uint_eq (JOBS, count);
  for (unsigned int i = BURST; i < JOBS; i++)
    ck_assert_uint_eq ((i - BURST + 1) * PACE, times[i]);
}
END_TEST


START_TEST (burst_after_a_pause)
{
  submit ('a', MQTT_PACER_FIRST);
  fake_time_pass (10 * PACE);
  for (int i = 1; i < 10; i++)
    MQTT_pacer_submit (pacer, &jobs[i], MQTT_PACER_FIRST);
  fake_time_settle ();
  ck_assert_uint_eq (1 + BURST, count);
  fake_time_pass (PACE);
  ck_assert_uint_eq (2 + BURST, count);
  fake_time_pass (10 * PACE);
  submit ('a', MQTT_PACER_FIRST);
  fake_time_pass (PACE / 2);
  submit ('b', MQTT_PACER_FIRST);
  submit ('c', MQTT_PACER_FIRST);
  submit ('d', MQTT_PACER_FIRST);
  submit ('e', MQTT_PACER_FIRST);
  fake_time_settle ();
  ck_assert_str_eq ("abcdefghijabcd", ran);
}
END_TEST


START_TEST (urgent_goes_first)
{
  submit ('a', MQTT_PACER_LAST);
  submit ('b', MQTT_PACER_SECOND);
  submit ('c', MQTT_PACER_FIRST);
  submit ('d', MQTT_PACER_SECOND);
  submit ('e', MQTT_PACER_FIRST);
  fake_time_pass (1000);
  ck_assert_str_eq ("cebda", ran);
}
END_TEST


START_TEST (submitted_again)
{
  submit ('a', MQTT_PACER_SECOND);
  submit ('b', MQTT_PACER_SECOND);
  submit ('c', MQTT_PACER_LAST);
  submit ('a', MQTT_PACER_SECOND);
  submit ('a', MQTT_PACER_LAST);
  submit ('c', MQTT_PACER_FIRST);
  fake_time_pass (1000);
  ck_assert_str_eq ("cab", ran);
  submit ('c', MQTT_PACER_FIRST);
  fake_time_pass (1000);
  ck_assert_str_eq ("cabc", ran);
}
END_TEST


START_TEST (withdrawn)
{
  submit ('a', MQTT_PACER_FIRST);
  submit ('b', MQTT_PACER_FIRST);
  MQTT_pacer_withdraw (pacer, &jobs[0]);
  MQTT_pacer_withdraw (pacer, &jobs[0]);
  MQTT_pacer_withdraw (pacer, &jobs[2]);
  fake_time_pass (1000);
  ck_assert_str_eq ("b", ran);
  submit ('a', MQTT_PACER_FIRST);
  MQTT_pacer_withdraw (pacer, &jobs[0]);
  fake_time_pass (1000);
  ck_assert_str_eq ("b", ran);
}
END_TEST


START_TEST (a_job_submits_itself)
{
  more = &jobs[0];
  submit ('a', MQTT_PACER_FIRST);
  fake_time_pass (1000);
  ck_assert_str_eq ("aa", ran);
}
END_TEST


START_TEST (pause_holds_all)
{
  submit ('a', MQTT_PACER_FIRST);
  MQTT_pacer_pause (pacer, MS (300));
  submit ('b', MQTT_PACER_FIRST);
  fake_time_pass (299);
  ck_assert_uint_eq (0, count);
  MQTT_pacer_pause (pacer, MS (0));
  fake_time_pass (500);
  ck_assert_str_eq ("ab", ran);
  ck_assert_uint_eq (300, times[0]);
  ck_assert_uint_eq (300 + PACE, times[1]);
}
END_TEST


START_TEST (destroyed_with_jobs_queued)
{
  submit ('a', MQTT_PACER_FIRST);
  submit ('b', MQTT_PACER_LAST);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("pacer");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, never_more_than_the_pace);
  tcase_add_test (tc, burst_after_a_pause);
  tcase_add_test (tc, urgent_goes_first);
  tcase_add_test (tc, submitted_again);
  tcase_add_test (tc, withdrawn);
  tcase_add_test (tc, a_job_submits_itself);
  tcase_add_test (tc, pause_holds_all);
  tcase_add_test (tc, destroyed_with_jobs_queued);
  return tc;
}


int
main (void)
{
  return run_cases ("pacer", cases ());
}
