/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_clients_flow.c
 * @brief Tests of applications that publish more than others read.
 */
#include "run_cases.h"
#include "fake_application.h"
#include "fake_broker.h"
#include "fake_sessions.h"

static struct FakeBroker broker;
static struct FakeApplication one;
static struct FakeApplication two;


static void
setup (void)
{
  fake_broker_begin (&broker);
  broker.peer->options.backlog = 1 << 20;
  fake_broker_build (&broker);
  fake_application_begin (&one, broker.clients);
  fake_application_begin (&two, broker.clients);
}


static void
teardown (void)
{
  fake_application_end (&one);
  fake_application_end (&two);
  fake_broker_check_balance (&broker);
  fake_broker_end (&broker);
  fake_broker_end_world (&broker);
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return fake_broker_counted (&broker, which);
}


/** One publishes more than the other's queue holds, who does not read. */
static void
publish_to_the_deaf (uint8_t qos)
{
  static const struct MQTT_IpcPublish own = { .number = 0 };
  static char payload[15001];

  memset (payload, 'x', 15000);
  fake_application_hello (&one);
  fake_application_hello (&two);
  fake_subscribe (&two, 0, "a", qos, 1);
  fake_application_name (&one, 0, "a");
  two.deaf = true;
  for (int i = 0; i < 40; i++)
    fake_publish (&one, &own, payload, qos);
}


START_TEST (slow_reader_slows_the_publisher)
{
  publish_to_the_deaf (0);
  ck_assert (one.busy);
  ck_assert_uint_lt (one.answered, 30);
  ck_assert_uint_lt (
    MQTT_outbox_bytes (MQTT_destination_outbox (two.client->destination)),
    20000 + 2 * MQTT_STREAM_IPC_SEGMENT);
  fake_application_listen (&two);
  fake_time_pass (100);
  ck_assert_uint_eq (40, one.answered);
  ck_assert_uint_eq (40, counted (MQTT_COUNT_DELIVERED));
  ck_assert_uint_eq (40, counted (MQTT_COUNT_WRITTEN_CLIENT));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WAITING_CLIENT));
  ck_assert_uint_eq (40 + 3, two.frames);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_DROPPED_SLOW_CLIENT));
}
END_TEST


START_TEST (who_reads_nothing_loses)
{
  publish_to_the_deaf (0);
  fake_time_pass (7000);
  ck_assert_uint_eq (40, one.answered);
  ck_assert_uint_gt (counted (MQTT_COUNT_DROPPED_SLOW_CLIENT), 10);
  ck_assert_uint_eq (40,
                     counted (MQTT_COUNT_DELIVERED)
                       + counted (MQTT_COUNT_DROPPED_SLOW_CLIENT));
  fake_application_listen (&two);
  fake_application_publish (&one, 0, "last");
  ck_assert_uint_eq (counted (MQTT_COUNT_DELIVERED) + 3, two.frames);
}
END_TEST


START_TEST (reader_that_leaves_frees_the_publisher)
{
  publish_to_the_deaf (0);
  ck_assert (one.busy);
  fake_application_end (&two);
  fake_time_pass (10);
  ck_assert_uint_eq (40, one.answered);
  ck_assert_uint_gt (counted (MQTT_COUNT_DROPPED_LOST_CLIENT), 0);
  fake_application_begin (&two, broker.clients);
}
END_TEST


/* At any QoS what nobody has read is lost with a client that subscribed in its own name,
   and counted: the rest is on its way, or read. */
START_TEST (what_is_lost_with_a_client_is_counted)
{
  publish_to_the_deaf ((uint8_t)_i);
  fake_time_pass (9);
  ck_assert_uint_lt (3, counted (MQTT_COUNT_DELIVERED));
  ck_assert_uint_lt (2, counted (MQTT_COUNT_WAITING_CLIENT));
  fake_broker_check_balance (&broker);
  fake_application_end (&two);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WAITING_CLIENT));
  ck_assert_uint_lt (2, counted (MQTT_COUNT_DROPPED_LOST_CLIENT));
  ck_assert_uint_ge (counted (MQTT_COUNT_DELIVERED),
                     counted (MQTT_COUNT_DROPPED_LOST_CLIENT));
  fake_application_begin (&two, broker.clients);
}
END_TEST


/** Subscribe to "a", as it was published. */
static void
subscribe_as_published (void)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .subscription = 2,
    .retain_as_published = true,
    .filter = "a",
    .filter_size = 1,
  };

  MQTT_ipc_put_subscribe (two.pending, &subscribe);
  fake_application_send (&two);
  fake_time_pass (20);
}


/* With and without the retain flag a message is one, which ends once: and in a session
   it has ended when it leaves that. */
START_TEST (message_in_two_frames_is_one)
{
  static const struct MQTT_IpcPublish own = { .number = 0 };
  struct MQTT_IpcOpen open = fake_open (1, "c", 0);
  const unsigned int messages = 5;

  fake_application_hello (&one);
  fake_application_hello (&two);
  fake_application_name (&one, 0, "a");
  if (0 == _i)
  {
    fake_subscribe (&two, 0, "a", 0, 1);
    subscribe_as_published ();
  }
  else
  {
    fake_send_open (&two, &open);
    fake_subscribe (&two, 1, "a", 0, 1);
  }
  two.deaf = true;
  for (unsigned int i = 0; i < 4; i++)
  {
    fake_publish (&one, &own, "under way", 0);
    fake_time_pass (10);
  }
  for (unsigned int i = 0; i < messages; i++)
    fake_retain (&one, &own, "brief", 0, 1000 * 1000);
  fake_time_pass (2000);
  fake_application_listen (&two);
  ck_assert_uint_eq (4 + messages, counted (MQTT_COUNT_DELIVERED));
  ck_assert_uint_eq ((0 == _i) ? 0 : 4 + messages,
                     counted (MQTT_COUNT_DELIVERED_SESSIONS));
  ck_assert_uint_eq ((0 == _i) ? messages : 0,
                     counted (MQTT_COUNT_EXPIRED_CLIENT));
  two.deaf = true;
  for (unsigned int i = 0; i < messages; i++)
  {
    fake_retain (&one, &own, "lost", 0, MQTT_NEVER);
    fake_time_pass (10);
  }
  fake_application_end (&two);
  fake_time_pass (10);
  if (0 == _i)
    ck_assert_uint_lt (0, counted (MQTT_COUNT_DROPPED_LOST_CLIENT));
  else
    ck_assert_uint_eq (messages + 4 + messages,
                       counted (MQTT_COUNT_SESSION_DELIVERED));
  ck_assert_uint_le (counted (MQTT_COUNT_DROPPED_LOST_CLIENT),
                     (0 == _i) ? messages : 0);
  fake_application_begin (&two, broker.clients);
}
END_TEST


START_TEST (publisher_that_waits_may_leave)
{
  publish_to_the_deaf (0);
  ck_assert (one.busy);
  fake_application_end (&one);
  fake_application_listen (&two);
  fake_application_begin (&one, broker.clients);
}
END_TEST


/* Who does not read the answers is not read. */
START_TEST (answers_that_are_not_read)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .subscription = 1,
    .filter = "a",
    .filter_size = 1,
  };
  const struct MQTT_Outbox *outbox;

  broker.peer->options.subscriptions_per_client = 0;
  fake_application_hello (&one);
  outbox = MQTT_destination_outbox (one.client->destination);
  one.deaf = true;
  for (int i = 0; i < 50 * 1000; i++)
    MQTT_ipc_put_subscribe (one.pending, &subscribe);
  for (int i = 0; i < 20; i++)
  {
    fake_application_send (&one);
    fake_time_pass (1000);
  }
  ck_assert_uint_lt (MQTT_outbox_bytes (outbox), 100 * 1000);
  fake_application_listen (&one);
  fake_time_pass (1000);
  ck_assert_uint_eq (50 * 1000 + 1, one.frames);
  ck_assert_uint_eq (0, MQTT_outbox_bytes (one.pending));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("clients_flow");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, slow_reader_slows_the_publisher);
  tcase_add_test (tc, who_reads_nothing_loses);
  tcase_add_test (tc, reader_that_leaves_frees_the_publisher);
  tcase_add_loop_test (tc, what_is_lost_with_a_client_is_counted, 0, 3);
  tcase_add_loop_test (tc, message_in_two_frames_is_one, 0, 2);
  tcase_add_test (tc, publisher_that_waits_may_leave);
  tcase_add_test (tc, answers_that_are_not_read);
  return tc;
}


int
main (void)
{
  return run_cases ("clients_flow", cases ());
}
