/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_blacklists_lost.c
 * @brief Tests of when a blacklist counts as one that cannot be read.
 */
#include "run_cases.h"
#include "blacklist_fixture.h"

static struct BlacklistFixture list;
static struct MQTT_Counters *counters;
static const struct GNUNET_PeerIdentity peer = { { { 1, 2, 3 } } };
static unsigned int changes;


static void
changed (void *cls)
{
  (void)cls;
  changes++;
}


static void
setup (void)
{
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  changes = 0;
}


static void
teardown (void)
{
  blacklist_end (&list);
  ck_assert_ptr_null (list.looked);
  ck_assert_ptr_null (list.far);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


/** For so many looks there is nothing at this peer. */
static void
miss (unsigned int looks)
{
  for (unsigned int i = 0; i < looks; i++)
    blacklist_say (&list, MQTT_BLACKLIST_FOUND, NULL);
}


static uint64_t
unavailable (void)
{
  return MQTT_counter (counters, MQTT_COUNT_BLACKLISTS_UNAVAILABLE);
}


/** The look elsewhere has found a list on which nobody is. */
static void
answer_far (void)
{
  static const struct GNUNET_GNSRECORD_Data nobody = {
    .data = "mqtt-blacklist nobody",
    .data_size = 21,
    .record_type = GNUNET_DNSPARSER_TYPE_TXT,
  };
  MQTT_BlacklistLooked looked = list.far;

  list.far = NULL;
  looked (list.far_cls, MQTT_BLACKLIST_FOUND, 1, &nobody);
}


/* GNS looks for what is not there for ever. */
START_TEST (a_list_that_vanishes_is_missed)
{
  bool refuse = (0 != _i);

  blacklist_begin (&list, counters, refuse, &changed, NULL);
  blacklist_peer (&list, &peer);
  miss (1);
  ck_assert_ptr_nonnull (list.far);
  miss (299);
  ck_assert_uint_eq (0, unavailable ());
  ck_assert (!MQTT_blacklists_refuse_all (list.lists));
  miss (1);
  ck_assert_uint_eq (1, unavailable ());
  ck_assert (refuse == MQTT_blacklists_refuse_all (list.lists));
  ck_assert (MQTT_blacklists_name_peer (list.lists, &peer));
  ck_assert_uint_eq (refuse ? 3 : 2, changes);
  miss (1000);
  ck_assert_uint_eq (refuse ? 3 : 2, changes);
  answer_far ();
  ck_assert_uint_eq (0, unavailable ());
  ck_assert (!MQTT_blacklists_refuse (list.lists, &peer));
}
END_TEST


START_TEST (a_list_that_is_back_has_its_time_anew)
{
  blacklist_begin (&list, counters, true, &changed, NULL);
  for (unsigned int i = 0; i < 3; i++)
  {
    miss (200);
    ck_assert_ptr_nonnull (list.far);
    blacklist_peer (&list, &peer);
    ck_assert_ptr_null (list.far);
  }
  ck_assert_uint_eq (0, unavailable ());
  ck_assert_uint_eq (2, changes);
}
END_TEST


/* GNS may answer before it can look. */
START_TEST (a_look_that_fails_at_the_start_is_none)
{
  blacklist_follow (&list, counters, false, &changed, NULL);
  for (unsigned int i = 0; i < 50; i++)
    blacklist_say (&list, MQTT_BLACKLIST_FAILED, NULL);
  ck_assert (MQTT_blacklists_refuse_all (list.lists));
  ck_assert_uint_eq (0, changes);
  if (0 == _i)
    blacklist_peer (&list, &peer);
  else
    fake_time_pass (1000);
  ck_assert_uint_eq (1, changes);
  ck_assert (!MQTT_blacklists_refuse_all (list.lists));
  ck_assert ((0 == _i) == MQTT_blacklists_refuse (list.lists, &peer));
  ck_assert_uint_eq (_i, unavailable ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("blacklists lost");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc, a_list_that_vanishes_is_missed, 0, 2);
  tcase_add_test (tc, a_list_that_is_back_has_its_time_anew);
  tcase_add_loop_test (tc, a_look_that_fails_at_the_start_is_none, 0, 2);
  return tc;
}


int
main (void)
{
  return run_cases ("blacklists lost", cases ());
}
