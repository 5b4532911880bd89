/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions.c
 * @brief Tests of service/sessions.h: sessions of clients, over IPC and with a real
 *        store: their lives, queues, and crashes of the service.
 */
#include <time.h>
#include "sessions_fixture.h"

START_TEST (is_found_again)
{
  open_c (&one, 100);
  ck_assert_told ("1:opened!00 ", &one);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS_CONNECTED));
  fake_close (&one, 1, 0);
  ck_assert_told ("1:closed!00 ", &one);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS_CONNECTED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  open_c (&two, 100);
  ck_assert_told ("1:opened!00+present ", &two);
  fake_close (&two, 1, 0);
  fake_time_pass (101 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
  open_c (&one, 0);
  ck_assert_told ("1:opened!00 ", &one);
  fake_close (&one, 1, 0);
  fake_time_pass (1);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
}
END_TEST


START_TEST (ends_with_a_clean_start)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);

  open_subscriber ();
  fake_close (&one, 1, 0);
  publish ("x", 1);
  open.clean_start = true;
  fake_send_open (&two, &open);
  ck_assert_told ("1:opened!00 ", &two);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_LEFT));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SUBSCRIPTIONS));
  check_balance ();
}
END_TEST


START_TEST (is_taken_over)
{
  open_subscriber ();
  open_c (&two, 100);
  ck_assert_told ("1:closed!8e ", &one);
  ck_assert_told ("1:opened!00+present ", &two);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS_TAKEN_OVER));
  publish ("x", 1);
  fake_time_pass (10);
  ck_assert_told ("", &one);
  ck_assert_told ("1:a=x/1#2@7 ", &two);
  /* What the old client says, which has not heard yet. */
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_close (&one, 1, 0);
  ck_assert_told ("", &one);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_QUEUED));
  open_c (&one, 100);
  ck_assert_told ("1:closed!8e ", &two);
  ck_assert_told ("1:opened!00+present 1:a=x/1#2@7+dup ", &one);
}
END_TEST


START_TEST (is_taken_over_at_once)
{
  const struct MQTT_IpcOpen open = fake_open (1, "c", 100);
  const struct MQTT_IpcOpen other = fake_open (2, "c", 100);

  MQTT_ipc_put_open (one.pending, &open);
  MQTT_ipc_put_open (one.pending, &other);
  fake_application_send (&one);
  fake_time_pass (10);
  ck_assert_told ("1:opened!8e 2:opened!00+present ", &one);
}
END_TEST


/* Queued while it is away, in order, whole; and delivered once. */
START_TEST (queues_while_away)
{
  open_subscriber ();
  fake_close (&one, 1, 0);
  publish ("lost", 0);
  publish ("x", 1);
  publish ("y", 2);
  fake_time_pass (10);
  ck_assert_uint_eq (3, two.answered);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_DROPPED));
  ck_assert_told ("1:closed!00 ", &one);
  open_c (&one, 100);
  fake_time_pass (10);
  ck_assert_told ("1:opened!00+present 1:a=x/1#2@7 1:a=y/2#3@7 ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBREC, 3, 0);
  fake_time_pass (10);
  ck_assert_told ("1:pubrel#3!00 ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBCOMP, 3, 0);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_DELIVERED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  fake_time_pass (10);
  ck_assert_uint_eq (0, stored ());
  check_balance ();
}
END_TEST


/* One without expiry lives and ends with its connection. */
START_TEST (in_memory_only)
{
  open_c (&one, 0);
  fake_subscribe (&one, 1, "a", 1, 0);
  fake_unsubscribe (&one, 1, "b");
  ck_assert_told ("1:opened!00 1:subscribed!01 1:unsubscribed!11 ", &one);
  publish ("x", 1);
  ck_assert_told ("1:a=x/1#2 ", &one);
  publish ("y", 0);
  ck_assert_told ("1:a=y/0 ", &one);
  fake_time_pass (10);
  ck_assert_uint_eq (2, two.answered);
  ck_assert_uint_eq (0, stored ());
  crash ();
  open_c (&one, 0);
  ck_assert_told ("1:opened!00 ", &one);
  check_balance ();
}
END_TEST


START_TEST (survives_a_crash)
{
  open_subscriber ();
  fake_subscribe (&one, 1, "+", 1, 0);
  publish ("x", 1);
  publish ("y", 2);
  fake_time_pass (10);
  ck_assert_told ("1:subscribed!01 1:a=x/1#2@7 1:a=y/2#3@7 ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBREC, 3, 0);
  fake_time_pass (10);
  crash ();
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_UNLOADED));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_RESTORED));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SUBSCRIPTIONS));
  publish ("z", 1);
  fake_time_pass (10);
  open_c (&one, 100);
  fake_time_pass (10);
  ck_assert_told ("1:opened!00+present 1:a=x/1#2@7+dup 1:pubrel#3!00 "
                  "1:a=z/1#259@7 ",
                  &one);
  fake_ack (&one, 1, MQTT_IPC_PUBCOMP, 3, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 259, 0);
  fake_time_pass (10);
  ck_assert_uint_eq (0, stored ());
  crash ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


START_TEST (expires_after_a_crash)
{
  open_subscriber ();
  publish ("x", 1);
  fake_time_pass (10);
  crash ();
  fake_time_pass (99 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  fake_time_pass (2 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SUBSCRIPTIONS));
  crash ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (0, stored ());
  check_balance ();
}
END_TEST


START_TEST (unsubscribes_for_good)
{
  open_subscriber ();
  fake_unsubscribe (&one, 1, "a");
  ck_assert_told ("1:unsubscribed!00 ", &one);
  crash ();
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SUBSCRIPTIONS));
}
END_TEST


/** For how long has "a" been wanted?  Seconds. */
static uint64_t
age (void)
{
  struct MQTT_Topic *topic = MQTT_topics_get (broker.peer->topics, "a", 1);
  struct MQTT_Wanted wanted;

  ck_assert (MQTT_subscriptions_wanted (broker.peer->subscriptions,
                                        topic->hashes,
                                        topic->levels,
                                        false,
                                        NULL,
                                        NULL,
                                        &wanted));
  MQTT_groups_unref (wanted.groups);
  MQTT_topic_unref (topic);
  return (MQTT_stream_now () - wanted.since_us) / 1000 / 1000;
}


/* What was published meanwhile is due to it: the age says from when on. */
START_TEST (is_as_old_as_it_is)
{
  open_subscriber ();
  ck_assert_uint_eq (0, age ());
  fake_time_pass (5000);
  fake_subscribe (&one, 1, "a", 0, 8);
  ck_assert_uint_eq (5, age ());
  fake_time_pass (5000);
  crash ();
  ck_assert_uint_eq (10, age ());
  open_c (&one, 100);
  fake_subscribe (&one, 1, "a", 1, 8);
  fake_time_pass (5000);
  crash ();
  ck_assert_uint_eq (15, age ());
}
END_TEST


START_TEST (replaces_a_subscription)
{
  open_subscriber ();
  fake_subscribe (&one, 1, "a", 0, 8);
  ck_assert_told ("1:subscribed!00 ", &one);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SUBSCRIPTIONS));
  publish ("x", 2);
  ck_assert_told ("1:a=x/0@8 ", &one);
  crash ();
  open_c (&one, 100);
  publish ("y", 2);
  ck_assert_told ("1:opened!00+present 1:a=y/0@8 ", &one);
  fake_subscribe (&one, 1, "a", 0, 1 << 28);
  ck_assert_told ("1:closed!82 ", &one);
}
END_TEST


/* A full session: the publisher is told so, and nobody else gets the message. */
START_TEST (refuses_before_it_acknowledges)
{
  const struct MQTT_IpcOpen other = fake_open (2, "other", 0);

  open_subscriber ();
  fake_close (&one, 1, 0);
  fake_send_open (&one, &other);
  fake_subscribe (&one, 2, "a", 0, 0);
  for (int i = 0; i < 10; i++)
    publish ("x", 1);
  fake_time_pass (10);
  ck_assert_uint_eq (10, two.answered);
  ck_assert_uint_eq (0, two.published.reason);
  one.told[0] = '\0';
  publish ("too much", 1);
  ck_assert_uint_eq (11, two.answered);
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, two.published.reason);
  ck_assert_uint_eq (10, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_told ("", &one);
  publish ("at once", 0);
  ck_assert_told ("2:a=at once/0 ", &one);
  ck_assert_uint_eq (0, broker.rooms);
  open_c (&one, 100);
  for (uint16_t i = 2; i < 12; i++)
    fake_ack (&one, 1, MQTT_IPC_PUBACK, i, 0);
  ck_assert_uint_eq (1, broker.rooms);
  ck_assert_uint_eq (21, counted (MQTT_COUNT_SESSION_DELIVERED));
  check_balance ();
}
END_TEST


START_TEST (drops_the_oldest_if_told_to)
{
  fake_application_end (&one);
  fake_application_end (&two);
  broker.peer->options.session_drop_oldest = true;
  fake_broker_restart (&broker);
  begin_applications ();
  open_subscriber ();
  fake_close (&one, 1, 0);
  for (int i = 0; i < 12; i++)
    publish ((i < 2) ? "old" : "x", 1);
  fake_time_pass (10);
  ck_assert_uint_eq (12, two.answered);
  ck_assert_uint_eq (0, two.published.reason);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_DROPPED));
  crash ();
  ck_assert_uint_eq (10, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


START_TEST (is_refused)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);
  char name[65];

  memset (name, 'n', sizeof (name));
  open.client_id = name;
  open.client_id_size = sizeof (name);
  fake_send_open (&one, &open);
  ck_assert_told ("1:opened!85 ", &one);
  open = fake_open (1, "c", 100);
  fake_will (&open, "w", "gone", 1, 0);
  broker.peer->options.maximum_payload = 3;
  fake_send_open (&one, &open);
  ck_assert_told ("1:opened!95 ", &one);
  broker.peer->options.sessions = 1;
  open_c (&one, 0);
  open = fake_open (2, "d", 0);
  fake_send_open (&one, &open);
  ck_assert_told ("1:opened!00 2:opened!97 ", &one);
  broker.peer->options.sessions = 10;
  broker.peer->options.sessions_per_client = 1;
  fake_send_open (&one, &open);
  fake_send_open (&two, &open);
  ck_assert_told ("2:opened!97 ", &one);
  ck_assert_told ("2:opened!00 ", &two);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_SESSIONS_REFUSED));
  ck_assert_uint_eq (0, stored ());
}
END_TEST


START_TEST (a_thousand_on_one_connection)
{
  for (uint32_t i = 1; i <= 1000; i++)
  {
    char name[16];
    struct MQTT_IpcOpen open;

    GNUNET_snprintf (name, sizeof (name), "client %u", i);
    open = fake_open (i, name, 100);
    MQTT_ipc_put_open (one.pending, &open);
  }
  fake_application_send (&one);
  fake_time_pass (10);
  ck_assert_uint_eq (1000, counted (MQTT_COUNT_SESSIONS_CONNECTED));
  one.told[0] = '\0';
  fake_subscribe (&one, 1000, "a", 1, 0);
  publish ("x", 1);
  fake_time_pass (10);
  ck_assert_told ("1000:subscribed!01 1000:a=x/1#2 ", &one);
  fake_application_end (&one);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS_CONNECTED));
  ck_assert_uint_eq (1000, counted (MQTT_COUNT_SESSIONS));
  fake_application_begin (&one, broker.clients);
  fake_time_pass (101 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
  check_balance ();
}
END_TEST


/* A client that does not read: its session waits, and loses nothing. */
START_TEST (waits_for_a_slow_client)
{
  static char payload[15001];

  memset (payload, 'x', 15000);
  open_subscriber ();
  one.deaf = true;
  for (int i = 0; i < 6; i++)
    publish (payload, 1);
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (6, two.answered);
  ck_assert_uint_lt (
    MQTT_outbox_bytes (MQTT_destination_outbox (one.client->destination)),
    20000 + 15000 + 200);
  fake_application_listen (&one);
  fake_time_pass (100);
  for (uint16_t i = 2; i < 8; i++)
    fake_ack (&one, 1, MQTT_IPC_PUBACK, i, 0);
  ck_assert_uint_eq (6, counted (MQTT_COUNT_SESSION_DELIVERED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_DROPPED_SLOW_CLIENT));
  check_balance ();
}
END_TEST


/* At QoS 0 nothing is lost for want of speed: who publishes is slowed. */
START_TEST (slows_the_publisher)
{
  static char payload[15001];

  memset (payload, 'x', 15000);
  open_c (&one, 0);
  fake_subscribe (&one, 1, "a", 0, 0);
  one.deaf = true;
  for (int i = 0; i < 40; i++)
    publish (payload, 0);
  ck_assert (two.busy);
  ck_assert_uint_lt (two.answered, 30);
  fake_application_listen (&one);
  fake_time_pass (100);
  ck_assert_uint_eq (40, two.answered);
  ck_assert_uint_eq (40, counted (MQTT_COUNT_SESSION_DELIVERED));
  /* Not for ever. */
  one.deaf = true;
  for (int i = 0; i < 40; i++)
    publish (payload, 0);
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (80, two.answered);
  ck_assert_uint_gt (counted (MQTT_COUNT_SESSION_DROPPED), 10);
  ck_assert_uint_lt (counted (MQTT_COUNT_SESSION_DROPPED), 40);
  check_balance ();
}
END_TEST


/* With 100,000 messages waiting, a second of the processor at most. */
START_TEST (starts_quickly)
{
  const unsigned int count = 100 * 1000;
  struct StoreFixture *store = &broker.peer->store;
  uint64_t message;
  clock_t begin;

  broker.peer->options.session_messages = count;
  broker.peer->options.session_bytes = 1 << 30;
  open_subscriber ();
  fake_close (&one, 1, 0);
  for (uint64_t i = 1; i <= count; i++)
  {
    message = store_fixture_message (store, 100);
    ck_assert (store_fixture_enqueue (store, 1, i, message));
  }
  ck_assert (MQTT_store_commit (store->store));
  begin = clock ();
  crash ();
  ck_assert_int_lt (clock () - begin, CLOCKS_PER_SEC);
  ck_assert_uint_eq (count, counted (MQTT_COUNT_SESSION_QUEUED));
  open_c (&one, 100);
  fake_time_pass (10);
  ck_assert_ptr_nonnull (strstr (one.told, "1:opened!00+present 1:a/b=xxxx"));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("sessions");

  tcase_set_timeout (tc, 60);
  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, is_found_again);
  tcase_add_test (tc, ends_with_a_clean_start);
  tcase_add_test (tc, is_taken_over);
  tcase_add_test (tc, is_taken_over_at_once);
  tcase_add_test (tc, queues_while_away);
  tcase_add_test (tc, in_memory_only);
  tcase_add_test (tc, survives_a_crash);
  tcase_add_test (tc, expires_after_a_crash);
  tcase_add_test (tc, unsubscribes_for_good);
  tcase_add_test (tc, replaces_a_subscription);
  tcase_add_test (tc, is_as_old_as_it_is);
  tcase_add_test (tc, refuses_before_it_acknowledges);
  tcase_add_test (tc, drops_the_oldest_if_told_to);
  tcase_add_test (tc, is_refused);
  tcase_add_test (tc, a_thousand_on_one_connection);
  tcase_add_test (tc, waits_for_a_slow_client);
  tcase_add_test (tc, slows_the_publisher);
  tcase_add_test (tc, starts_quickly);
  return tc;
}


int
main (void)
{
  return run_cases ("sessions", cases ());
}
