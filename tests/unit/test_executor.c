/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_executor.c
 * @brief Tests of service/executor.h on a link, against a stranger with wills.
 */
#include "run_cases.h"
#include <sqlite3.h>
#include "executor_fixture.h"

START_TEST (told_when_its_peer_has_vanished)
{
  meet ();
  tell (0, 1, 0);
  tell (0, 2, 10);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_HELD));
  fake_time_pass (LONG);
  ck_assert_uint_eq (0, peer->count);
  meet ();
  tell (0, 1, 0);
  tell (0, 2, 10);
  part ();
  fake_time_pass (14900);
  ck_assert_uint_eq (0, peer->count);
  fake_time_pass (200);
  ck_assert_str_eq ("a=gone ", peer->received);
  fake_time_pass (9700);
  ck_assert_uint_eq (1, peer->count);
  fake_time_pass (300);
  ck_assert_uint_eq (2, peer->count);
  ck_assert_uint_eq (1, peer->qos);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_TOLD));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
}
END_TEST


START_TEST (not_told_twice)
{
  meet ();
  tell (0, 1, 0);
  part ();
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
  if (1 == _i)
    fake_peer_restart (peer);
  meet ();
  tell (0, 1, 0);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  publish (1, 0, 0);
  publish (1, 1, 1);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_REPEATED));
  /* It is done with. */
  fake_time_pass (20);
  ck_assert_str_eq ("9", stranger.heard);
  publish (2, 1, 2);
  ck_assert_uint_eq (2, peer->count);
}
END_TEST


/* As it was published here: nobody else may do it. */
START_TEST (retained_when_it_is_told)
{
  struct MQTT_Message *message = new_will (1, 1);
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics, "a", 1);

  message->retain = true;
  meet ();
  tell_message (0, message, 0);
  part ();
  ck_assert_ptr_null (MQTT_retention_record (peer->retention, topic));
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_ptr_nonnull (MQTT_retention_record (peer->retention, topic));
  MQTT_topic_unref (topic);
}
END_TEST


START_TEST (told_after_a_restart)
{
  meet ();
  tell (0, 1, 0);
  fake_time_pass (20);
  fake_peer_restart (peer);
  fake_time_pass (14000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  fake_peer_restart (peer);
  fake_time_pass (14000);
  ck_assert_uint_eq (0, peer->count);
  fake_time_pass (2000);
  ck_assert_uint_eq (1, peer->count);
  fake_peer_restart (peer);
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
}
END_TEST


START_TEST (what_its_peer_publishes_is_heard_once)
{
  meet ();
  tell (0, 1, 0);
  publish (1, _i, 1);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  publish (1, 0, 0);
  part ();
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (0, store_fixture_messages (&peer->store, 100));
}
END_TEST


START_TEST (what_is_taken_back_is_gone)
{
  meet ();
  tell (0, 1, 0);
  take_back (2);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  take_back (1);
  take_back (1);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (0, stranger.closed);
  part ();
  fake_time_pass (LONG);
  ck_assert_uint_eq (0, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_TAKEN_BACK));
  ck_assert_uint_eq (0, store_fixture_messages (&peer->store, 100));
}
END_TEST


START_TEST (what_is_not_told_again_does_not_hold)
{
  meet ();
  tell (0, 1, 0);
  tell (0, 2, 0);
  part ();
  fake_time_pass (10000);
  meet ();
  tell (0, 2, 0);
  fake_time_pass (14000);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_HELD));
  meet ();
  tell (0, 2, 0);
  fake_time_pass (10000);
  ping ();
  fake_time_pass (4900);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_HELD));
  fake_time_pass (200);
  ping ();
  fake_time_pass (10);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (0, peer->count);
}
END_TEST


START_TEST (told_of_who_vanishes_as_it_comes_back)
{
  meet ();
  tell (0, 1, 0);
  part ();
  fake_time_pass (10000);
  /* The link ends after its peer has been silent for the timeout. */
  meet ();
  fake_time_pass (2 * LONG);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_TIMED_OUT));
  fake_time_pass (2000);
  ck_assert_str_eq ("a=gone ", peer->received);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
}
END_TEST


START_TEST (endless_wills)
{
  meet ();
  for (uint64_t i = 1; i <= 1000; i++)
    tell (0, i, 0);
  ck_assert_uint_eq (10, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (990, counted (MQTT_COUNT_WILLS_REFUSED));
  ck_assert_uint_eq (10, store_fixture_messages (&peer->store, 2000));
  ck_assert_uint_eq (0, stranger.closed);
}
END_TEST


START_TEST (a_will_that_is_not_wanted)
{
  meet ();
  fake_peer_unsubscribe (peer, subscription);
  fake_time_pass (20);
  ck_assert_str_eq ("4", stranger.heard);
  tell (0, 1, 0);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (0, stranger.closed);
  subscription = fake_peer_subscribe (peer, "a");
}
END_TEST


/* Other peers tell it, too: nobody could choose one member. */
START_TEST (groups_do_not_hear_it)
{
  struct MQTT_Subscription *member = fake_peer_subscribe (peer, "$share/g/a");

  meet ();
  tell (0, 1, 0);
  part ();
  fake_time_pass (15100);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (0, peer->grouped);
  fake_peer_unsubscribe (peer, member);
}
END_TEST


START_TEST (a_will_without_a_topic)
{
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  if (1 == _i)
    fake_stranger_ask (&stranger, 0, "a");
  tell (0, 1, 0);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
}
END_TEST


/* What did not reach the disk is not held; it can be told again. */
START_TEST (a_will_without_a_disk)
{
  struct StoreFault fault = {
    .call = 1,
    .how = SQLITE_IOERR,
    .lasting = true,
  };

  meet ();
  store_faults_set (&fault);
  tell (0, 1, 0);
  fake_time_pass (20);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_REFUSED));
  store_faults_set (NULL);
  fake_time_pass (10000);
  tell (0, 1, 0);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  part ();
  /* If nothing can be written when it is due, it is told all the same. */
  store_faults_set (&fault);
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
  store_faults_set (NULL);
  fake_time_pass (10000);
  fake_peer_restart (peer);
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
}
END_TEST


/* The n-th call of the disk fails when it is due, or all do for a while: it is told a
   little later. */
START_TEST (read_a_little_later)
{
  struct StoreFault fault = {
    .call = GNUNET_MAX (1, (unsigned int)_i),
    .how = SQLITE_IOERR,
    .lasting = (0 == _i),
  };
  /* More than the page that SQLite has read already. */
  static char large[9001];
  struct MQTT_Message *message;

  memset (large, 'x', sizeof (large) - 1);
  message = fake_message (large);
  message->will = true;
  message->version.run = 9;
  message->version.sequence = 1;
  message->qos = 1;
  meet ();
  tell_message (0, message, 0);
  fake_time_pass (20);
  fake_peer_restart (peer);
  store_faults_set (&fault);
  fake_time_pass (LONG);
  store_faults_set (NULL);
  fake_time_pass (2000);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_LOST));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  fake_time_pass (10000);
  ck_assert_uint_eq (0, store_fixture_messages (&peer->store, 100));
}
END_TEST


START_TEST (gone_before_it_is_told)
{
  meet ();
  tell (0, 1, 0);
  fake_time_pass (20);
  peer->change = "PRAGMA foreign_keys = OFF; DELETE FROM message";
  fake_peer_restart (peer);
  fake_time_pass (LONG);
  ck_assert_uint_eq (0, peer->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("executor");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, told_when_its_peer_has_vanished);
  tcase_add_loop_test (tc, not_told_twice, 0, 2);
  tcase_add_test (tc, retained_when_it_is_told);
  tcase_add_test (tc, told_after_a_restart);
  tcase_add_loop_test (tc, what_its_peer_publishes_is_heard_once, 0, 3);
  tcase_add_test (tc, what_is_taken_back_is_gone);
  tcase_add_test (tc, what_is_not_told_again_does_not_hold);
  tcase_add_test (tc, told_of_who_vanishes_as_it_comes_back);
  tcase_add_test (tc, endless_wills);
  tcase_add_test (tc, a_will_that_is_not_wanted);
  tcase_add_test (tc, groups_do_not_hear_it);
  tcase_add_loop_test (tc, a_will_without_a_topic, 0, 2);
  tcase_add_test (tc, a_will_without_a_disk);
  tcase_add_loop_test (tc, read_a_little_later, 0, 4);
  tcase_add_test (tc, gone_before_it_is_told);
  return tc;
}


int
main (void)
{
  return run_cases ("executor", cases ());
}
