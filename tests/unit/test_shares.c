/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_shares.c
 * @brief Tests of shared subscriptions at one peer, over IPC and with a real store.
 */
#include "sessions_fixture.h"

/** Entries a session may have. */
#define ENTRIES 4


static void
setup_small (void)
{
  fake_broker_begin (&broker);
  broker.peer->options.session_messages = ENTRIES;
  fake_broker_build (&broker);
  begin_applications ();
}


/** Open a session of the first application, and subscribe. */
static void
open_member (uint32_t number,
             const char *client,
             uint32_t expiry_s,
             const char *filter,
             uint8_t qos)
{
  const struct MQTT_IpcOpen open = fake_open (number, client, expiry_s);

  fake_send_open (&one, &open);
  fake_subscribe (&one, number, filter, qos, 0);
  one.told[0] = '\0';
}


/** Come back to a session. */
static void
open_again (uint32_t number, const char *client)
{
  const struct MQTT_IpcOpen open = fake_open (number, client, 200);

  fake_send_open (&one, &open);
  fake_time_pass (10);
}


/** Close a session of the first application. */
static void
leave (uint32_t number)
{
  fake_close (&one, number, 0);
  one.told[0] = '\0';
}


static void
publish_and_wait (const char *payload, uint8_t qos)
{
  publish (payload, qos);
  fake_time_pass (10);
}


START_TEST (by_turns)
{
  open_member (1, "c", 0, "$share/g/a", 1);
  open_member (2, "d", 0, "$share/g/a", 1);
  open_member (3, "e", 0, "$share/h/+", 0);
  publish_and_wait ("v", 1);
  ck_assert_told ("1:a=v/1#2 3:a=v/0 ", &one);
  publish_and_wait ("w", 1);
  ck_assert_told ("2:a=w/1#2 3:a=w/0 ", &one);
  publish_and_wait ("x", 0);
  ck_assert_told ("1:a=x/0 3:a=x/0 ", &one);
  fake_unsubscribe (&one, 2, "$share/g/a");
  ck_assert_told ("2:unsubscribed!00 ", &one);
  publish_and_wait ("y", 0);
  publish_and_wait ("z", 0);
  ck_assert_told ("1:a=y/0 3:a=y/0 1:a=z/0 3:a=z/0 ", &one);
  check_balance ();
}
END_TEST


/* It announces and matches what follows the group. */
START_TEST (own_subscriptions)
{
  fake_application_subscribe (&one, 1, "$share/g/+");
  fake_application_subscribe (&two, 1, "$share/g/+");
  for (char payload[] = "1"; '5' > payload[0]; payload[0]++)
    publish_and_wait (payload, 0);
  ck_assert_str_eq ("a=1:1 a=3:1 ", one.received);
  ck_assert_str_eq ("a=2:1 a=4:1 ", two.received);
  fake_application_unsubscribe (&one, 1);
  publish_and_wait ("5", 0);
  ck_assert_str_eq ("a=2:1 a=4:1 a=5:1 ", two.received);
}
END_TEST


/* Who has subscribed by himself as well gets a message twice (4.8.2). */
START_TEST (beside_a_subscription_of_ones_own)
{
  open_member (1, "c", 0, "$share/g/a", 1);
  fake_subscribe (&one, 1, "+", 1, 5);
  open_member (2, "d", 0, "$share/g/a", 1);
  publish_and_wait ("x", 1);
  ck_assert_told ("1:a=x/1#2@5 1:a=x/1#3 ", &one);
  publish_and_wait ("y", 1);
  ck_assert_told ("1:a=y/1#4@5 2:a=y/1#2 ", &one);
}
END_TEST


START_TEST (connected_ones_first)
{
  open_member (1, "c", 100, "$share/g/a", 1);
  open_member (2, "d", 100, "$share/g/a", 1);
  leave (1);
  publish_and_wait ("x", 1);
  publish_and_wait ("y", 1);
  ck_assert_told ("2:a=x/1#2 2:a=y/1#3 ", &one);
  fake_ack (&one, 2, MQTT_IPC_PUBACK, 2, 0);
  fake_ack (&one, 2, MQTT_IPC_PUBACK, 3, 0);
  leave (2);
  publish_and_wait ("z", 1);
  publish_and_wait ("z", 1);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_QUEUED));
  open_member (1, "c", 100, "b", 1);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_QUEUED));
  open_member (2, "d", 100, "b", 1);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_ack (&one, 2, MQTT_IPC_PUBACK, 4, 0);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


/* One that has as much under way as its client takes is passed over. */
START_TEST (busy_ones_later)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 0);

  open.receive_maximum = 1;
  fake_send_open (&one, &open);
  fake_subscribe (&one, 1, "$share/g/a", 1, 0);
  open_member (2, "d", 0, "$share/g/a", 1);
  publish_and_wait ("w", 1);
  publish_and_wait ("x", 1);
  publish_and_wait ("y", 1);
  ck_assert_told ("1:a=w/1#2 2:a=x/1#2 2:a=y/1#3 ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  publish_and_wait ("z", 1);
  ck_assert_told ("1:a=z/1#3 ", &one);
}
END_TEST


START_TEST (survives_a_crash)
{
  open_member (1, "c", 100, "$share/g/a", 1);
  open_member (2, "d", 100, "$share/g/+", 1);
  crash ();
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SUBSCRIPTIONS));
  publish_and_wait ("x", 1);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_QUEUED));
  open_member (3, "d", 100, "$share/g/a", 1);
  publish_and_wait ("y", 1);
  ck_assert_told ("3:a=y/1#3 3:a=y/1#4 ", &one);
  fake_unsubscribe (&one, 3, "$share/g/+");
  ck_assert_told ("3:unsubscribed!00 ", &one);
  crash ();
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SUBSCRIPTIONS));
  check_balance ();
}
END_TEST


/* A full member is passed over; if all are full the message is refused. */
START_TEST (refused_when_all_are_full)
{
  open_member (1, "c", 100, "$share/g/a", 1);
  open_member (2, "d", 100, "$share/g/a", 2);
  leave (1);
  leave (2);
  for (int i = 0; i < 2 * ENTRIES; i++)
    publish_and_wait ("x", 2);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (2 * ENTRIES, counted (MQTT_COUNT_SESSION_QUEUED));
  publish_and_wait ("y", 1);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, two.published.reason);
  open_member (3, "e", 0, "$share/g/a", 0);
  publish_and_wait ("z", 1);
  ck_assert_told ("3:a=z/0 ", &one);
  check_balance ();
}
END_TEST


/* A session that is to get a message twice needs room for both. */
START_TEST (room_for_all_copies)
{
  open_member (1, "c", 100, "$share/g/a", 1);
  fake_subscribe (&one, 1, "a", 1, 0);
  fake_subscribe (&one, 1, "b", 1, 0);
  fake_application_name (&two, 1, "b");
  leave (1);
  fake_publish (&two, &(struct MQTT_IpcPublish){ .number = 1 }, "only once", 1);
  publish_and_wait ("x", 1);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_SESSION_QUEUED));
  publish_and_wait ("y", 1);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_REFUSED));
  check_balance ();
}
END_TEST


/* Who gets a message beside does not make another one get it for the group, for which
   there is no room: in whatever order groups get it. */
START_TEST (chosen_once)
{
  static const char *const groups[][2] = {
    { "$share/g/a", "$share/h/a" },
    { "$share/h/a", "$share/g/a" },
  };
  struct MQTT_IpcOpen open = fake_open (1, "c", 0);

  open.receive_maximum = 1;
  fake_send_open (&one, &open);
  fake_subscribe (&one, 1, groups[_i][0], 1, 0);
  fake_subscribe (&one, 1, "a", 1, 0);
  open_member (2, "d", 100, groups[_i][0], 1);
  fake_subscribe (&one, 2, groups[_i][1], 1, 0);
  fake_subscribe (&one, 2, "b", 1, 0);
  fake_application_name (&two, 1, "b");
  for (int i = 1; i < ENTRIES; i++)
    fake_publish (&two, &(struct MQTT_IpcPublish){ .number = 1 }, "w", 1);
  publish_and_wait ("x", 1);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_REFUSED));
  ck_assert_uint_eq (ENTRIES + 2, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


/* At QoS 1, and what was not sent at QoS 2, goes to another member. */
START_TEST (left_by_a_session_that_ends)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 0);

  open.receive_maximum = 2;
  fake_send_open (&one, &open);
  fake_subscribe (&one, 1, "$share/g/a", 2, 0);
  publish_and_wait ("w", 2);
  publish_and_wait ("x", 1);
  publish_and_wait ("y", 2);
  one.told[0] = '\0';
  open_member (2, "d", 100, "$share/g/a", 2);
  fake_close (&one, 1, 0);
  fake_time_pass (10);
  ck_assert_told ("1:closed!00 2:a=x/1#2 2:a=y/2#3 ", &one);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_SESSION_LEFT));
  crash ();
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_QUEUED));
  open_member (1, "e", 0, "$share/g/a", 0);
  fake_time_pass (101 * 1000);
  ck_assert_told ("1:a=x/0 ", &one);
  fake_time_pass (10);
  ck_assert_uint_eq (0, stored ());
  check_balance ();
}
END_TEST


/* From one that was on disk to another; also what was taken before a crash. */
START_TEST (left_on_disk)
{
  open_member (1, "c", 50, "$share/g/a", 2);
  leave (1);
  publish_and_wait ("x", 1);
  publish_and_wait ("y", 2);
  crash ();
  open_member (2, "d", 200, "$share/g/a", 2);
  leave (2);
  fake_time_pass (51 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_LEFT));
  ck_assert_uint_eq (2, store_fixture_messages (&broker.peer->store, 200));
  crash ();
  open_again (3, "d");
  ck_assert_told ("3:opened!00+present 3:a=x/1#2 3:a=y/2#3 ", &one);
  check_balance ();
}
END_TEST


/* Much is handed on in several groups of the store; a crash between loses nothing, and
   repeats nothing. */
START_TEST (left_in_parts)
{
  const unsigned int many = 700;

  broker.peer->options.session_messages = 2 * many;
  broker.peer->options.session_bytes = 10 << 20;
  broker.peer->store.options.commit_writes = 1 << 20;
  broker.peer->store.options.commit_delay = MS (500);
  crash ();
  open_member (1, "c", 50, "$share/g/a", 2);
  leave (1);
  for (unsigned int i = 0; i < many; i++)
    publish ("x", (uint8_t)(1 + i % 2));
  fake_time_pass (1000);
  ck_assert_uint_eq (many, counted (MQTT_COUNT_SESSION_QUEUED));
  open_member (2, "d", 500, "$share/g/a", 2);
  leave (2);
  while (0 == counted (MQTT_COUNT_SESSION_LEFT))
    fake_time_pass (100);
  if (0 != _i)
    fake_time_pass (600);
  ck_assert_uint_lt (0, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_gt (many, counted (MQTT_COUNT_SESSION_QUEUED));
  /* Nothing of it holds the identifier. */
  open_member (1, "c", 500, "b", 1);
  if (0 != _i)
    crash ();
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (many, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (many,
                     store_fixture_messages (&broker.peer->store, 2 * many));
  check_balance ();
  crash ();
  ck_assert_uint_eq (many, counted (MQTT_COUNT_SESSION_QUEUED));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("shares");

  tcase_add_checked_fixture (tc, &setup_small, &teardown);
  tcase_add_test (tc, by_turns);
  tcase_add_test (tc, own_subscriptions);
  tcase_add_test (tc, beside_a_subscription_of_ones_own);
  tcase_add_test (tc, connected_ones_first);
  tcase_add_test (tc, busy_ones_later);
  tcase_add_test (tc, survives_a_crash);
  tcase_add_test (tc, refused_when_all_are_full);
  tcase_add_test (tc, room_for_all_copies);
  tcase_add_loop_test (tc, chosen_once, 0, 2);
  tcase_add_test (tc, left_by_a_session_that_ends);
  tcase_add_test (tc, left_on_disk);
  tcase_add_loop_test (tc, left_in_parts, 0, 2);
  return tc;
}


int
main (void)
{
  return run_cases ("shares", cases ());
}
