/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_copies.c
 * @brief Tests of retained messages that other peers have: which are kept, and who
 *        is told of them.
 */
#include "copies_fixture.h"


/** The stranger is told that "a" is wanted, and says its name. */
static void
be_wanted (void)
{
  stranger_asks ();
  ck_assert (stranger.wanted[0]);
  fake_stranger_name (&stranger, 0, "a");
}


START_TEST (is_told_and_kept)
{
  fake_application_subscribe (&one, 5, "+");
  be_wanted ();
  stranger_keeps ("x", -1000);
  ck_assert_received ("a=x*:5 ");
  fake_application_subscribe (&one, 6, "a");
  ck_assert_received ("a=x*:6 ");
  crash ();
  fake_application_subscribe (&one, 5, "a");
  ck_assert_received ("a=x*:5 ");
}
END_TEST


/** Who does not want retained messages is not told of those that are found late. */
START_TEST (handling_says_never)
{
  const struct MQTT_IpcSubscribe never = {
    .subscription = 5,
    .retain_handling = MQTT_IPC_RETAINED_NEVER,
    .filter = "a",
    .filter_size = 1,
  };

  MQTT_ipc_put_subscribe (one.pending, &never);
  fake_application_send (&one);
  open_c (&two, 100);
  fake_subscribe (&two, 1, "a", 2, 7);
  be_wanted ();
  two.told[0] = '\0';
  stranger_keeps ("x", -1000);
  ck_assert_received ("");
  ck_assert_told ("1:a=x/0@7+retain ", &two);
}
END_TEST


START_TEST (group_gets_none)
{
  fake_application_subscribe (&one, 5, "$share/g/a");
  be_wanted ();
  stranger_keeps ("x", -1000);
  ck_assert_received ("");
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
}
END_TEST


/** Members of a group are told of nothing, though the message is kept. */
START_TEST (group_beside_what_is_kept)
{
  retain_here ("x", 0);
  fake_application_subscribe (&one, 5, "$share/g/a");
  be_wanted ();
  ck_assert (stranger.want.keeps);
  ck_assert (!stranger.want.plain);
  ck_assert_uint_eq (1, stranger.want.groups.count);
  stranger_keeps ("y", 1000);
  ck_assert_received ("");
  fake_application_subscribe (&one, 6, "a");
  ck_assert_received ("a=y*:6 ");
  ck_assert (stranger.want.plain);
  ck_assert (!stranger.want.keeps);
}
END_TEST


/** What was just published is kept, too, and not told again. */
START_TEST (live_is_kept)
{
  const struct MQTT_Version version = version_at (0);

  fake_application_subscribe (&one, 5, "a");
  be_wanted ();
  fake_stranger_retain (&stranger, 0, "x", &version, false);
  ck_assert_str_eq ("a=x ", broker.peer->received);
  fake_stranger_retain (&stranger, 0, "x", &version, true);
  fake_time_pass (20);
  ck_assert_received ("");
  fake_application_subscribe (&one, 6, "a");
  ck_assert_received ("a=x*:6 ");
}
END_TEST


START_TEST (newest_wins)
{
  retain_here ("x", 0);
  fake_application_subscribe (&one, 5, "a");
  ck_assert_received ("a=x*:5 ");
  be_wanted ();
  stranger_keeps ("old", -1000);
  ck_assert_received ("");
  stranger_keeps ("new", 1000);
  ck_assert_received ("a=new*:5 ");
  /* Ours is above the one that it replaces, though its clock was ahead. */
  retain_here ("y", 0);
  ck_assert_received ("a=y:5 ");
  fake_application_subscribe (&one, 6, "a");
  ck_assert_received ("a=y*:6 ");
}
END_TEST


START_TEST (deletion_is_kept)
{
  retain_here ("x", 0);
  be_wanted ();
  stranger_keeps ("", 1000);
  fake_application_subscribe (&one, 5, "a");
  ck_assert_received ("");
  stranger_keeps ("old", 500);
  ck_assert_received ("");
  crash ();
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  fake_application_subscribe (&one, 5, "a");
  stranger_keeps ("old", -1000);
  ck_assert_received ("");
}
END_TEST


START_TEST (clock_far_ahead)
{
  const struct MQTT_Version version = version_at (3700 * 1000);

  fake_application_subscribe (&one, 5, "a");
  be_wanted ();
  fake_stranger_retain (&stranger, 0, "x", &version, true);
  fake_stranger_retain (&stranger, 0, "y", &version, false);
  ck_assert_str_eq ("a=y ", broker.peer->received);
  ck_assert_received ("");
  ck_assert_uint_eq (2, counted (MQTT_COUNT_RETAINED_AHEAD));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
}
END_TEST


START_TEST (unwanted_is_not_kept)
{
  fake_application_subscribe (&one, 5, "a");
  be_wanted ();
  fake_application_unsubscribe (&one, 5);
  stranger_keeps ("x", -1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
}
END_TEST


/** What nobody here wants any more is kept for a while, and wanted for that. */
START_TEST (is_forgotten)
{
  fake_application_subscribe (&one, 5, "a");
  be_wanted ();
  stranger_keeps ("x", -1000);
  fake_application_unsubscribe (&one, 5);
  fake_time_pass (2000);
  ck_assert (stranger.wanted[0]);
  ck_assert (stranger.want.keeps);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  stranger_keeps ("y", 0);
  fake_application_subscribe (&one, 6, "a");
  ck_assert_received ("a=x*:5 a=y*:6 ");
  fake_time_pass (2000);
  fake_application_unsubscribe (&one, 6);
  fake_time_pass (99 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  fake_time_pass (4 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
  ck_assert_uint_eq (0, stored ());
}
END_TEST


/** What was published here is kept though nobody wants it, and for that only. */
START_TEST (own_is_wanted)
{
  const struct MQTT_Version version = version_at (1000);

  retain_here ("x", 0);
  be_wanted ();
  ck_assert (stranger.want.keeps);
  ck_assert_uint_eq (0, stranger.want.qos);
  fake_stranger_retain (&stranger, 0, "y", &version, false);
  fake_time_pass (5 * 1000);
  fake_application_subscribe (&one, 5, "a");
  ck_assert_received ("a=y*:5 ");
  ck_assert (!stranger.want.keeps);
}
END_TEST


/** Have the stranger send what many topics have, of 1,000 bytes. */
static void
flood (unsigned int count)
{
  char payload[1001];
  char topic[24];

  memset (payload, 'x', sizeof (payload) - 1);
  payload[sizeof (payload) - 1] = '\0';
  stranger_asks ();
  for (unsigned int i = 0; i < count; i++)
  {
    const struct MQTT_Version version = version_at (-1000);

    (void)snprintf (topic, sizeof (topic), "flood/%u", i);
    fake_stranger_ask (&stranger, 1 + i % 8, topic);
    fake_stranger_name (&stranger, 1 + i % 8, topic);
    fake_stranger_retain (&stranger, 1 + i % 8, payload, &version, true);
  }
  fake_time_pass (20);
}


START_TEST (room_is_left)
{
  broker.peer->options.retained_copies = (0 == _i) ? 50000 : 10000000;
  fake_application_subscribe (&one, 5, "#");
  flood (300);
  ck_assert_uint_eq (300,
                     counted (MQTT_COUNT_RETAINED_COPIED)
                       + counted (MQTT_COUNT_RETAINED_NOT_COPIED));
  ck_assert_uint_gt (counted (MQTT_COUNT_RETAINED_COPIED), 40);
  ck_assert_uint_le (counted (MQTT_COUNT_RETAINED_COPIED),
                     (0 == _i) ? 50 : 250);
  ck_assert_uint_le (counted (MQTT_COUNT_RETAINED_MEMORY), 31000);
  retain_here ("x", 1);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, two.published.reason);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED_REFUSED));
}
END_TEST


/** Who reads nothing is told the rest later. */
START_TEST (slow_reader)
{
  one.deaf = true;
  broker.peer->options.retained_copies = 10000000;
  fake_application_subscribe (&one, 5, "#");
  flood (100);
  fake_time_pass (1000);
  ck_assert_uint_lt (counted (MQTT_COUNT_RETAINED_TOLD), 60);
  fake_application_listen (&one);
  fake_time_pass (1000);
  ck_assert_uint_eq (100, counted (MQTT_COUNT_RETAINED_TOLD));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED_UNTOLD));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("copies");

  tcase_add_checked_fixture (cases, &setup_stranger, &teardown_stranger);
  tcase_add_test (cases, is_told_and_kept);
  tcase_add_test (cases, handling_says_never);
  tcase_add_test (cases, group_gets_none);
  tcase_add_test (cases, group_beside_what_is_kept);
  tcase_add_test (cases, live_is_kept);
  tcase_add_test (cases, newest_wins);
  tcase_add_test (cases, deletion_is_kept);
  tcase_add_test (cases, clock_far_ahead);
  tcase_add_test (cases, unwanted_is_not_kept);
  tcase_add_test (cases, is_forgotten);
  tcase_add_test (cases, own_is_wanted);
  tcase_add_loop_test (cases, room_is_left, 0, 2);
  tcase_add_test (cases, slow_reader);
  return run_cases ("copies", cases);
}
