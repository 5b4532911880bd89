/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions_publish.c
 * @brief Tests of what sessions publish: acknowledgements that hold, publications
 *        half-way, and wills.
 */
#include "sessions_fixture.h"

/** Publish "a" in session 1 of the first application. */
static void
publish_in_c (const char *payload, uint8_t qos, uint16_t packet_id, bool dup)
{
  const struct MQTT_IpcPublish publish = { .session = 1,
                                           .packet_id = packet_id,
                                           .dup = dup };

  fake_publish (&one, &publish, payload, qos);
}


/** The second application hears "a" and "w". */
static void
hear_all (void)
{
  fake_application_subscribe (&two, 1, "a");
  fake_application_subscribe (&two, 2, "w");
}


/** It has heard this, and nothing else. */
static void
expect_heard (const char *words)
{
  fake_time_pass (10);
  ck_assert_str_eq (words, two.received);
}


START_TEST (answers_in_order)
{
  publish ("x", 1);
  publish ("y", 0);
  publish ("z", 2);
  ck_assert_uint_eq (0, two.answered);
  fake_time_pass (10);
  ck_assert_uint_eq (3, two.answered);
  ck_assert_uint_eq (0, two.published.reason);
  publish ("x", 1);
  fake_application_end (&two);
  fake_application_begin (&two, broker.clients);
}
END_TEST


START_TEST (at_every_qos)
{
  hear_all ();
  open_c (&one, 100);
  publish_in_c ("x", 0, 0, false);
  ck_assert_told ("1:opened!00 1:published!00 ", &one);
  publish_in_c ("y", 1, 5, false);
  publish_in_c ("z", 2, 6, false);
  ck_assert_told ("", &one);
  expect_heard ("a=x:1 a=y:1 a=z:1 ");
  ck_assert_told ("1:puback#5!00 1:pubrec#6!00 ", &one);
  publish_in_c ("z", 2, 6, true);
  fake_ack (&one, 1, MQTT_IPC_PUBREL, 6, 0);
  fake_time_pass (10);
  fake_ack (&one, 1, MQTT_IPC_PUBREL, 6, 0);
  ck_assert_told ("1:pubrec#6!00 1:pubcomp#6!00 1:pubcomp#6!92 ", &one);
  expect_heard ("a=x:1 a=y:1 a=z:1 ");
  ck_assert_uint_eq (0, stored ());
}
END_TEST


START_TEST (half_way_at_a_crash)
{
  hear_all ();
  open_c (&one, 100);
  publish_in_c ("x", 2, 6, false);
  fake_time_pass (10);
  ck_assert_told ("1:opened!00 1:pubrec#6!00 ", &one);
  crash ();
  hear_all ();
  open_c (&one, 100);
  publish_in_c ("x", 2, 6, true);
  expect_heard ("");
  ck_assert_told ("1:opened!00+present 1:pubrec#6!00 ", &one);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_PUBLISH_IN));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_REPEATED));
  fake_ack (&one, 1, MQTT_IPC_PUBREL, 6, 0);
  fake_time_pass (10);
  ck_assert_told ("1:pubcomp#6!00 ", &one);
  crash ();
  hear_all ();
  open_c (&one, 100);
  publish_in_c ("y", 2, 6, false);
  expect_heard ("a=y:1 ");
}
END_TEST


/* A client that has forgotten what it sent, and uses its identifiers again. */
START_TEST (half_way_and_forgotten)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);

  hear_all ();
  open_c (&one, 100);
  publish_in_c ("x", 2, 6, false);
  fake_time_pass (10);
  publish_in_c ("y", 2, 7, false);
  publish_in_c ("z", 1, 8, false);
  open.new_client = true;
  fake_send_open (&two, &open);
  ck_assert_told ("1:opened!00+present ", &two);
  open_c (&one, 100);
  one.told[0] = '\0';
  publish_in_c ("X", 2, 6, false);
  publish_in_c ("Y", 2, 7, false);
  publish_in_c ("Z", 1, 8, false);
  expect_heard ("a=x:1 a=y:1 a=z:1 a=X:1 a=Y:1 a=Z:1 ");
  ck_assert_told ("1:pubrec#6!00 1:pubrec#7!00 1:puback#8!00 ", &one);
}
END_TEST


START_TEST (refused_ones)
{
  struct MQTT_IpcPublish publish = { .session = 1, .packet_id = 9 };
  static char payload[100002];

  open_c (&one, 100);
  memset (payload, 'x', 100001);
  publish_in_c (payload, 1, 9, false);
  publish_in_c (payload, 2, 9, false);
  publish_in_c (payload, 0, 0, false);
  ck_assert_told ("1:opened!00 1:puback#9!95 1:pubrec#9!95 1:published!95 ",
                  &one);
  publish_in_c ("x", 1, 1, false);
  publish_in_c ("y", 1, 1, false);
  ck_assert_told ("1:puback#1!91 ", &one);
  for (publish.packet_id = 2; publish.packet_id < 5; publish.packet_id++)
    fake_publish (&one, &publish, "x", 1);
  fake_time_pass (10);
  ck_assert_told ("1:closed!93 ", &one);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_VOID));
  publish_in_c ("z", 1, 5, false);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_PUBLISH_VOID));
  open_c (&one, 100);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 44, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBREC, 44, 0);
  ck_assert_told ("1:opened!00+present 1:pubrel#44!92 ", &one);
  fake_subscribe (&one, 1, "a", 2, 0);
  publish_in_c ("x", 2, 1, false);
  fake_time_pass (10);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  ck_assert_ptr_nonnull (strstr (one.told, "1:closed!82 "));
}
END_TEST


START_TEST (not_to_the_publisher)
{
  const struct MQTT_IpcSubscribe subscribe = { .session = 1,
                                               .no_local = true,
                                               .qos = 1,
                                               .filter = "a",
                                               .filter_size = 1 };

  open_c (&one, 100);
  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  publish_in_c ("x", 1, 1, false);
  fake_time_pass (10);
  ck_assert_told ("1:opened!00 1:subscribed!01 1:puback#1!00 ", &one);
  crash ();
  open_c (&one, 100);
  publish_in_c ("x", 1, 1, false);
  fake_time_pass (10);
  ck_assert_told ("1:opened!00+present 1:puback#1!00 ", &one);
}
END_TEST


/* ---- wills ---- */

/** Session 1 of an application, with a will. */
static void
open_with_will (struct FakeApplication *application,
                uint32_t expiry_s,
                uint32_t delay_s)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", expiry_s);

  fake_will (&open, "w", "gone", 1, delay_s);
  fake_send_open (application, &open);
  ck_assert_uint_eq (1, stored ());
}


/** The first application vanishes. */
static void
vanish (void)
{
  fake_application_end (&one);
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
}


/** Nothing is left of it. */
static void
expect_no_will (void)
{
  ck_assert_uint_eq (0, stored ());
  fake_time_pass (1000 * 1000);
}


START_TEST (will_of_one_that_vanishes)
{
  hear_all ();
  open_with_will (&one, 100, 0);
  expect_heard ("");
  vanish ();
  expect_heard ("w=gone:2 ");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_PUBLISHED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_IN));
  expect_no_will ();
  expect_heard ("w=gone:2 ");
}
END_TEST


START_TEST (will_of_one_without_expiry)
{
  hear_all ();
  open_with_will (&one, 0, 50);
  vanish ();
  expect_heard ("w=gone:2 ");
  expect_no_will ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
}
END_TEST


START_TEST (no_will_after_goodbye)
{
  hear_all ();
  open_with_will (&one, 100, 0);
  fake_close (&one, 1, 0);
  fake_time_pass (10);
  expect_no_will ();
  open_with_will (&one, 0, 0);
  fake_close (&one, 1, 0);
  fake_time_pass (10);
  expect_no_will ();
  crash ();
  expect_heard ("");
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_PUBLISHED));
}
END_TEST


START_TEST (will_that_was_asked_for)
{
  hear_all ();
  open_with_will (&one, 100, 0);
  fake_close (&one, 1, 4);
  expect_heard ("w=gone:2 ");
  expect_no_will ();
}
END_TEST


START_TEST (will_waits)
{
  hear_all ();
  open_with_will (&one, 100, 50);
  vanish ();
  fake_time_pass (40 * 1000);
  expect_heard ("");
  open_c (&one, 100);
  fake_time_pass (40 * 1000);
  expect_heard ("");
  fake_close (&one, 1, 0);
  open_with_will (&one, 100, 50);
  vanish ();
  fake_time_pass (51 * 1000);
  expect_heard ("w=gone:2 ");
  expect_no_will ();
  expect_heard ("w=gone:2 ");
}
END_TEST


START_TEST (will_of_one_that_expires_first)
{
  hear_all ();
  open_with_will (&one, 20, 50);
  vanish ();
  fake_time_pass (21 * 1000);
  expect_heard ("w=gone:2 ");
  expect_no_will ();
}
END_TEST


START_TEST (will_after_a_crash)
{
  hear_all ();
  open_with_will (&one, 100, 2);
  crash ();
  hear_all ();
  expect_heard ("");
  fake_time_pass (2000);
  expect_heard ("w=gone:2 ");
  crash ();
  hear_all ();
  expect_no_will ();
  expect_heard ("");
}
END_TEST


START_TEST (will_of_one_without_expiry_after_a_crash)
{
  const struct MQTT_IpcOpen other = fake_open (2, "d", 1000);

  fake_send_open (&two, &other);
  fake_subscribe (&two, 2, "w", 1, 0);
  open_with_will (&one, 0, 0);
  crash ();
  fake_time_pass (10);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  fake_send_open (&two, &other);
  ck_assert_told ("2:opened!00+present 2:w=gone/1#2 ", &two);
}
END_TEST


START_TEST (will_at_takeover)
{
  hear_all ();
  open_with_will (&one, 100, 0);
  open_c (&two, 100);
  expect_heard ("w=gone:2 ");
  ck_assert_told ("1:opened!00 1:closed!8e ", &one);
  ck_assert_told ("1:opened!00+present ", &two);
  expect_no_will ();
}
END_TEST


/* A session hears of its own client's end, too. */
START_TEST (will_to_itself)
{
  open_with_will (&one, 100, 0);
  fake_subscribe (&one, 1, "w", 2, 0);
  vanish ();
  fake_time_pass (10);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_QUEUED));
  open_c (&one, 100);
  ck_assert_told ("1:opened!00+present 1:w=gone/1#2 ", &one);
  check_balance ();
}
END_TEST


START_TEST (will_that_not_all_can_keep)
{
  struct MQTT_IpcOpen open = fake_open (1, "d", 0);

  hear_all ();
  open_subscriber ();
  fake_subscribe (&one, 1, "w", 2, 0);
  fake_close (&one, 1, 0);
  for (int i = 0; i < 10; i++)
    publish ("x", 1);
  fake_will (&open, "w", "gone", 1, 0);
  fake_send_open (&two, &open);
  fake_close (&two, 1, 4);
  fake_time_pass (10);
  ck_assert_ptr_nonnull (strstr (two.received, "w=gone:2 "));
  ck_assert_uint_eq (10, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


/** Sent again it is the same message. */
START_TEST (sent_again_counts_once)
{
  open_subscriber ();
  publish ("x", 1);
  fake_time_pass (20);
  ck_assert_told ("1:a=x/1#2@7 ", &one);
  open_c (&two, 100);
  fake_time_pass (20);
  ck_assert_told ("1:opened!00+present 1:a=x/1#2@7+dup ", &two);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DELIVERED));
  check_balance ();
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("sessions_publish");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, answers_in_order);
  tcase_add_test (tc, at_every_qos);
  tcase_add_test (tc, half_way_at_a_crash);
  tcase_add_test (tc, half_way_and_forgotten);
  tcase_add_test (tc, refused_ones);
  tcase_add_test (tc, not_to_the_publisher);
  tcase_add_test (tc, will_of_one_that_vanishes);
  tcase_add_test (tc, will_of_one_without_expiry);
  tcase_add_test (tc, no_will_after_goodbye);
  tcase_add_test (tc, will_that_was_asked_for);
  tcase_add_test (tc, will_waits);
  tcase_add_test (tc, will_of_one_that_expires_first);
  tcase_add_test (tc, will_after_a_crash);
  tcase_add_test (tc, will_of_one_without_expiry_after_a_crash);
  tcase_add_test (tc, will_at_takeover);
  tcase_add_test (tc, will_to_itself);
  tcase_add_test (tc, will_that_not_all_can_keep);
  tcase_add_test (tc, sent_again_counts_once);
  return tc;
}


int
main (void)
{
  return run_cases ("sessions_publish", cases ());
}
