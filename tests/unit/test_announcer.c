/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_announcer.c
 * @brief Tests of what is announced for which filters, and when.
 */
#include "run_cases.h"
#include "core/discovery_code.h"
#include "fake_rendezvous.h"
#include "service/announcer.h"

static struct FakeRendezvous rendezvous;
static struct MQTT_Counters *counters;
static struct MQTT_Pacer *pacer;
static struct MQTT_Announcer *announcer;


/** #MQTT_RendezvousFailed */
static void
failed (void *cls)
{
  (void)cls;
  MQTT_announcer_failed (announcer);
}


static void
setup (void)
{
  fake_time_begin ();
  fake_rendezvous_begin (&rendezvous);
  rendezvous.failed = &failed;
  counters = MQTT_counters_create (NULL);
  pacer = MQTT_pacer_create (MS (20), 4);
  announcer = MQTT_announcer_create (&rendezvous.ops,
                                     pacer,
                                     counters,
                                     8,
                                     false);
}


static void
teardown (void)
{
  MQTT_announcer_destroy (announcer);
  MQTT_pacer_destroy (pacer);
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_ANNOUNCEMENTS));
  MQTT_counters_destroy (counters);
  fake_rendezvous_end (&rendezvous);
  fake_time_end ();
}


static void
filter (const char *text, bool added)
{
  MQTT_announcer_filter (announcer, text, strlen (text), added);
}


/** Is the code of a filter announced? */
static bool
stands (const char *text, enum MQTT_CodePrecision precision)
{
  struct MQTT_Code code;
  char regex[MQTT_CODE_REGEX_MAX + 1];

  MQTT_discovery_code (text, strlen (text), precision, &code);
  MQTT_discovery_code_regex (&code, regex);
  return NULL != fake_rendezvous_get (&rendezvous, false, regex);
}


static unsigned int
standing (void)
{
  return fake_rendezvous_standing (&rendezvous, false);
}


static unsigned int
asked (void)
{
  return fake_rendezvous_asked (&rendezvous, false, NULL);
}


START_TEST (announced_at_once_and_three_times_more)
{
  filter ("a/b", true);
  fake_time_settle ();
  ck_assert_uint_eq (1, asked ());
  ck_assert (stands ("a/b", MQTT_CODE_PRECISE));
  fake_time_pass (1400);
  ck_assert_uint_eq (1, asked ());
  fake_time_pass (200);
  ck_assert_uint_eq (2, asked ());
  ck_assert_uint_eq (1, standing ());
  ck_assert (stands ("a/b", MQTT_CODE_PRECISE));
  fake_time_pass (5700);
  ck_assert_uint_eq (2, asked ());
  fake_time_pass (300);
  ck_assert_uint_eq (3, asked ());
  fake_time_pass (23700);
  ck_assert_uint_eq (3, asked ());
  fake_time_pass (300);
  ck_assert_uint_eq (4, asked ());
  fake_time_pass (200000);
  ck_assert_uint_eq (4, asked ());
  ck_assert_uint_eq (1, standing ());
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_ANNOUNCED));
  ck_assert_uint_eq (
    3,
    MQTT_counter (counters, MQTT_COUNT_ANNOUNCEMENTS_REPEATED));
}
END_TEST


START_TEST (ends_with_the_last_subscription)
{
  filter ("a", true);
  filter ("a", true);
  fake_time_pass (200);
  ck_assert_uint_eq (1, standing ());
  filter ("a", false);
  fake_time_pass (200);
  ck_assert_uint_eq (1, standing ());
  filter ("a", false);
  fake_time_pass (200);
  ck_assert_uint_eq (0, standing ());
  ck_assert_uint_eq (1, asked ());
  fake_time_pass (5000);
  ck_assert_uint_eq (1, asked ());
}
END_TEST


START_TEST (changes_only_what_changed)
{
  filter ("a", true);
  filter ("b", true);
  filter ("c", true);
  fake_time_pass (3000);
  ck_assert_uint_eq (6, asked ());
  filter ("b", false);
  filter ("d", true);
  fake_time_pass (1000);
  ck_assert_uint_eq (7, asked ());
  ck_assert_uint_eq (3, standing ());
  ck_assert (stands ("a", MQTT_CODE_PRECISE));
  ck_assert (!stands ("b", MQTT_CODE_PRECISE));
  ck_assert (stands ("c", MQTT_CODE_PRECISE));
  ck_assert (stands ("d", MQTT_CODE_PRECISE));
}
END_TEST


START_TEST (passing_subscription_is_never_announced)
{
  filter ("a", true);
  fake_time_pass (200);
  filter ("b", true);
  filter ("b", false);
  fake_time_pass (200);
  filter ("c", true);
  filter ("c", false);
  filter ("c", true);
  fake_time_pass (200);
  ck_assert_uint_eq (2, asked ());
}
END_TEST


START_TEST (over_budget_codes_get_coarser)
{
  char text[16];

  for (int i = 0; i < 9; i++)
  {
    GNUNET_snprintf (text, sizeof (text), "x/%d", i);
    filter (text, true);
    fake_time_pass (150);
  }
  fake_time_pass (3000);
  ck_assert_uint_eq (1, standing ());
  ck_assert (stands ("x/0", MQTT_CODE_FIRST_LEVEL));
  filter ("x/0", false);
  fake_time_pass (3000);
  ck_assert_uint_eq (8, standing ());
  ck_assert (stands ("x/8", MQTT_CODE_PRECISE));
}
END_TEST


START_TEST (follows_the_pace)
{
  char text[16];

  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (text, sizeof (text), "%d", i);
    filter (text, true);
  }
  fake_time_settle ();
  ck_assert_uint_eq (4, asked ());
  fake_time_pass (79);
  ck_assert_uint_eq (7, asked ());
  fake_time_pass (1);
  ck_assert_uint_eq (8, asked ());
}
END_TEST


START_TEST (failure_announces_all_again)
{
  filter ("a", true);
  filter ("b", true);
  fake_time_pass (1000);
  fake_rendezvous_fail (&rendezvous);
  ck_assert_uint_eq (0, standing ());
  fake_time_pass (100);
  ck_assert_uint_eq (2, standing ());
  ck_assert_uint_eq (4, asked ());
  fake_time_pass (1300);
  ck_assert_uint_eq (4, asked ());
  fake_time_pass (300);
  ck_assert_uint_eq (6, asked ());
  ck_assert_uint_eq (2, standing ());
}
END_TEST


START_TEST (tries_again_while_impossible)
{
  rendezvous.impossible = true;
  filter ("a", true);
  fake_time_pass (5000);
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_ANNOUNCED));
  rendezvous.impossible = false;
  fake_time_pass (2000);
  ck_assert_uint_eq (1, standing ());
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_ANNOUNCED));
}
END_TEST


START_TEST (stands_though_it_cannot_be_repeated)
{
  filter ("a", true);
  fake_time_pass (1000);
  rendezvous.impossible = true;
  fake_time_pass (1000);
  rendezvous.impossible = false;
  fake_time_pass (5000);
  ck_assert_uint_eq (1, standing ());
  ck_assert_uint_eq (2, asked ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("announcer");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, announced_at_once_and_three_times_more);
  tcase_add_test (tc, ends_with_the_last_subscription);
  tcase_add_test (tc, changes_only_what_changed);
  tcase_add_test (tc, passing_subscription_is_never_announced);
  tcase_add_test (tc, over_budget_codes_get_coarser);
  tcase_add_test (tc, follows_the_pace);
  tcase_add_test (tc, failure_announces_all_again);
  tcase_add_test (tc, tries_again_while_impossible);
  tcase_add_test (tc, stands_though_it_cannot_be_repeated);
  return tc;
}


int
main (void)
{
  return run_cases ("announcer", cases ());
}
