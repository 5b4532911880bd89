/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_retention.c
 * @brief Tests of retained messages on one peer: kept, cleared, told to those who
 *        subscribe.
 */
#include "sessions_fixture.h"
#include <sqlite3.h>
#include "store_faults.h"

/** More than a client's queue holds, together. */
#define MANY 60

static const struct MQTT_IpcPublish own = { .number = 0 };


/** Retain "a", published in the name of the second application. */
static void
retain (const char *payload, uint8_t qos)
{
  fake_retain (&two, &own, payload, qos, MQTT_NEVER);
  fake_time_pass (20);
}


/** Subscribe to "a" in session 1. */
static void
subscribe_with (uint8_t handling, bool as_published)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .session = 1,
    .qos = 2,
    .retain_handling = handling,
    .retain_as_published = as_published,
    .filter = "a",
    .filter_size = 1,
  };

  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  fake_time_pass (20);
}


/** An application was sent these messages, in session 0, and no others. */
static void
check_received (struct FakeApplication *application, const char *messages)
{
  ck_assert_str_eq (messages, application->received);
  application->received[0] = '\0';
}


START_TEST (is_told_to_who_subscribes)
{
  ck_assert (one.hello.retain_available);
  retain ("x", (uint8_t)_i);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, two.published.reason);
  ck_assert_uint_eq (1, two.answered);
  fake_application_subscribe (&one, 5, "#");
  check_received (&one, "a=x*:5 ");
  retain ("y", (uint8_t)_i);
  check_received (&one, "a=y:5 ");
  fake_application_subscribe (&one, 6, "a");
  check_received (&one, "a=y*:6 ");
  fake_application_subscribe (&one, 7, "b");
  check_received (&one, "");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_RETAINED_TOLD));
}
END_TEST


START_TEST (flag_as_published)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .subscription = 3,
    .retain_as_published = true,
    .retain_handling = MQTT_IPC_RETAINED_NEVER,
    .filter = "+",
    .filter_size = 1,
  };

  retain ("x", 0);
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "a=x*:5 ");
  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  check_received (&one, "");
  retain ("y", 0);
  check_received (&one, "a=y:5 a=y*:3 ");
  publish ("z", 0);
  check_received (&one, "a=z:5 3 ");
}
END_TEST


START_TEST (is_cleared)
{
  fake_application_subscribe (&one, 5, "a");
  retain ("", 0);
  check_received (&one, "a=:5 ");
  /* Others may have a message. */
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  retain ("x", 1);
  retain ("", (uint8_t)_i);
  check_received (&one, "a=x:5 a=:5 ");
  fake_application_subscribe (&one, 6, "a");
  check_received (&one, "");
  ck_assert_uint_eq (0, stored ());
  crash ();
  fake_application_subscribe (&one, 6, "a");
  check_received (&one, "");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  fake_time_pass (25 * 3600 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
  /* The library of the tests does not count so far. */
  fake_time_rewind ();
  fake_time_pass (100);
}
END_TEST


START_TEST (survives_a_crash)
{
  retain ("x", (uint8_t)_i);
  crash ();
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "a=x*:5 ");
  retain ("y", (uint8_t)_i);
  crash ();
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "a=y*:5 ");
  /* Until then both are kept for who is found late. */
  fake_time_pass (1100 * 1000);
  ck_assert_uint_eq (1, stored ());
}
END_TEST


START_TEST (handling_says_when)
{
  open_c (&one, 100);
  ck_assert_told ("1:opened!00 ", &one);
  retain ("x", 1);
  subscribe_with (MQTT_IPC_RETAINED_NEVER, false);
  ck_assert_told ("1:subscribed!02 ", &one);
  subscribe_with (MQTT_IPC_RETAINED_IF_NEW, false);
  ck_assert_told ("1:subscribed!02 ", &one);
  subscribe_with (MQTT_IPC_RETAINED_ALWAYS, false);
  ck_assert_told ("1:subscribed!02 1:a=x/1#2+retain ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_unsubscribe (&one, 1, "a");
  ck_assert_told ("1:unsubscribed!00 ", &one);
  subscribe_with (MQTT_IPC_RETAINED_IF_NEW, true);
  ck_assert_told ("1:subscribed!02 1:a=x/1#3+retain ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 3, 0);
  retain ("y", 0);
  ck_assert_told ("1:a=y/0+retain ", &one);
  check_balance ();
}
END_TEST


/** What is under way to a session outlives its being replaced. */
START_TEST (is_queued_like_others)
{
  retain ("x", 2);
  open_c (&one, 100);
  subscribe_with (MQTT_IPC_RETAINED_ALWAYS, false);
  ck_assert_told ("1:opened!00 1:subscribed!02 1:a=x/2#2+retain ", &one);
  retain ("", 0);
  ck_assert_told ("1:a=/0 ", &one);
  crash ();
  open_c (&one, 100);
  ck_assert_told ("1:opened!00+present 1:a=x/2#2+dup+retain ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBREC, 2, 0);
  fake_time_pass (20);
  fake_ack (&one, 1, MQTT_IPC_PUBCOMP, 2, 0);
  fake_time_pass (20);
  ck_assert_uint_eq (0, stored ());
  check_balance ();
}
END_TEST


START_TEST (expires)
{
  const uint64_t second_us = 1000 * 1000;

  fake_retain (&two, &own, "x", 0, 100 * second_us);
  fake_time_pass (40 * 1000);
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "a=x*:5 ");
  ck_assert_uint_le (one.expiry_us, 60 * second_us);
  ck_assert_uint_ge (one.expiry_us, 58 * second_us);
  crash ();
  fake_time_pass (61 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED_EXPIRED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
  ck_assert_uint_eq (0, stored ());
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "");
}
END_TEST


/** Retain a message with each of many topics, "r/000" and so on, of 1,000 bytes. */
static void
retain_many (unsigned int count, uint8_t qos)
{
  char payload[1001];
  char topic[16];

  for (unsigned int i = 0; i < count; i++)
  {
    const struct MQTT_IpcPublish publish = { .number = 1 + i };

    memset (payload, 'x', sizeof (payload) - 1);
    payload[sizeof (payload) - 1] = '\0';
    (void)snprintf (topic, sizeof (topic), "r/%03u", i);
    fake_application_name (&two, 1 + i, topic);
    fake_retain (&two, &publish, payload, qos, MQTT_NEVER);
    fake_time_pass (20);
  }
}


START_TEST (no_room)
{
  uint64_t kept;

  fake_application_subscribe (&one, 5, "#");
  retain_many (300, (uint8_t)_i);
  kept = counted (MQTT_COUNT_RETAINED);
  ck_assert_uint_lt (kept, 300);
  ck_assert_uint_gt (kept, 150);
  ck_assert_uint_eq (300 - kept, counted (MQTT_COUNT_RETAINED_REFUSED));
  ck_assert_uint_eq (300 - kept, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, two.published.reason);
  ck_assert_uint_eq (kept, counted (MQTT_COUNT_DELIVERED));
  ck_assert_uint_eq (kept, store_fixture_messages (&broker.peer->store, 300));
  ck_assert_uint_le (counted (MQTT_COUNT_RETAINED_MEMORY), 40000);
}
END_TEST


/** Who reads nothing is sent no more than his queue holds. */
START_TEST (slow_reader)
{
  char topic[8];
  const char *at = one.received;

  retain_many (MANY, 0);
  one.deaf = true;
  fake_application_subscribe (&one, 5, "r/#");
  fake_time_pass (1000);
  ck_assert_uint_gt (counted (MQTT_COUNT_DELIVERED), 10);
  ck_assert_uint_lt (counted (MQTT_COUNT_DELIVERED), MANY - 10);
  fake_application_listen (&one);
  fake_time_pass (1000);
  ck_assert_uint_eq (MANY, counted (MQTT_COUNT_DELIVERED));
  for (unsigned int i = 0; i < MANY; i++)
  {
    (void)snprintf (topic, sizeof (topic), "r/%03u=", i);
    at = strstr (at, topic);
    ck_assert_ptr_nonnull (at);
  }
}
END_TEST


/** What takes its place while it waits is not followed by what was there. */
START_TEST (changes_while_told)
{
  const struct MQTT_IpcPublish last = { .number = MANY };

  retain_many (MANY, 0);
  one.deaf = true;
  fake_application_subscribe (&one, 5, "r/#");
  fake_retain (&two, &last, "new", 0, MQTT_NEVER);
  fake_time_pass (100);
  fake_application_listen (&one);
  fake_time_pass (1000);
  ck_assert_ptr_nonnull (strstr (one.received, "r/059=new:5 "));
  ck_assert_ptr_null (strstr (one.received, "r/059=x"));
  ck_assert_uint_eq (MANY, counted (MQTT_COUNT_DELIVERED));
}
END_TEST


START_TEST (ends_with_the_subscription)
{
  uint64_t delivered;

  retain_many (MANY, 0);
  one.deaf = true;
  fake_application_subscribe (&one, 5, "r/#");
  fake_application_unsubscribe (&one, 5);
  delivered = counted (MQTT_COUNT_DELIVERED);
  fake_application_listen (&one);
  fake_time_pass (1000);
  ck_assert_uint_eq (delivered, counted (MQTT_COUNT_DELIVERED));
}
END_TEST


/** A session gets them as it acknowledges, and live ones beside. */
START_TEST (leaves_room_in_sessions)
{
  static const char released[] = "+retain ";
  unsigned int got = 0;

  retain_many (MANY, 1);
  open_c (&one, 100);
  fake_subscribe (&one, 1, "r/#", 1, 0);
  fake_subscribe (&one, 1, "a", 1, 0);
  ck_assert_uint_le (counted (MQTT_COUNT_SESSION_IN), 10);
  for (uint16_t id = 2; id <= MANY + 1; id++)
  {
    fake_ack (&one, 1, MQTT_IPC_PUBACK, id, 0);
    fake_time_pass (20);
  }
  for (const char *at = one.told; NULL != (at = strstr (at, released)); at++)
    got++;
  ck_assert_uint_eq (MANY, got);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_REFUSED));
  check_balance ();
}
END_TEST


/* What is published right behind SUBSCRIBE is delivered once. */
START_TEST (is_told_once)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .session = (uint32_t)_i,
    .subscription = 3,
    .qos = 2,
    .filter = "#",
    .filter_size = 1,
  };

  retain ("old", 1);
  open_c (&one, 100);
  ck_assert_told ("1:opened!00 ", &one);
  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_retain (&one, &own, "new", 1, MQTT_NEVER);
  fake_time_pass (100);
  if (0 == _i)
    check_received (&one, "a=new:3 ");
  else
    ck_assert_told ("1:subscribed!02 1:a=new/1#2@3 ", &one);
}
END_TEST


/* Subscribing again, without retained messages, leaves what was still to be told; so
   does the disk that refuses it. */
START_TEST (goes_on_with_another_subscription)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .session = 1,
    .qos = 1,
    .retain_handling = (uint8_t)(_i % 2 + 1),
    .filter = "r/#",
    .filter_size = 3,
  };
  struct StoreFault fault = { .call = 1, .how = SQLITE_FULL, .lasting = true };
  unsigned int got = 0;

  retain_many (MANY, 1);
  open_c (&one, 100);
  fake_subscribe (&one, 1, "r/#", 1, 0);
  ck_assert_uint_le (counted (MQTT_COUNT_SESSION_IN), 10);
  if (1 < _i)
    store_faults_set (&fault);
  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  fake_time_pass (100);
  store_faults_set (NULL);
  fake_time_pass (10 * 1000);
  for (uint16_t id = 2; id <= MANY + 1; id++)
  {
    fake_ack (&one, 1, MQTT_IPC_PUBACK, id, 0);
    fake_time_pass (20);
  }
  for (const char *at = one.told; NULL != (at = strstr (at, "+retain ")); at++)
    got++;
  ck_assert_uint_eq (MANY, got);
}
END_TEST


/** With many who are being told, nobody's list holds all there is. */
START_TEST (is_told_in_parts)
{
  const unsigned int many = 150;
  const uint32_t last = 10;
  char word[40];
  const char *at = one.told;

  /* What nobody gets waits for somebody, and would be too much. */
  fake_application_subscribe (&one, 5, "r/#");
  retain_many (many, 1);
  fake_application_unsubscribe (&one, 5);
  for (uint32_t number = 1; number <= last; number++)
  {
    struct MQTT_IpcOpen open = fake_open (number, word, 0);

    (void)snprintf (word, sizeof (word), "client %u", number);
    open.client_id_size = strlen (word);
    fake_send_open (&one, &open);
    fake_subscribe (&one, number, "r/#", 1, 0);
  }
  ck_assert_uint_lt (counted (MQTT_COUNT_RETAINED_TOLD), last * 11);
  for (unsigned int i = 0; i < many; i++)
  {
    (void)snprintf (word, sizeof (word), "%u:r/%03u=", last, i);
    at = strstr (at, word);
    ck_assert_ptr_nonnull (at);
    at = strchr (at, '#');
    ck_assert_ptr_nonnull (at);
    fake_ack (&one,
              last,
              MQTT_IPC_PUBACK,
              (uint16_t)strtoul (at + 1, NULL, 10),
              0);
    fake_time_pass (20);
  }
  ck_assert_ptr_null (strchr (at + 1, '#'));
  check_balance ();
}
END_TEST


START_TEST (will_is_retained)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 0);

  fake_will (&open, "a", "gone", (uint8_t)_i, 0);
  open.will.publication.retain = true;
  fake_send_open (&one, &open);
  ck_assert_told ("1:opened!00 ", &one);
  fake_close (&one, 1, 4);
  fake_time_pass (20);
  fake_application_subscribe (&two, 5, "a");
  check_received (&two, "a=gone*:5 ");
}
END_TEST


START_TEST (is_as_before_if_lost)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_FULL, .lasting = true };

  retain ("x", 1);
  store_faults_set (&fault);
  retain ("y", (uint8_t)_i);
  fake_time_pass (100);
  store_faults_set (NULL);
  fake_time_pass (10 * 1000);
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "a=x*:5 ");
  retain ("z", 1);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, two.published.reason);
  crash ();
  fake_application_subscribe (&one, 5, "a");
  check_received (&one, "a=z*:5 ");
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("retention");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_loop_test (cases, is_told_to_who_subscribes, 0, 3);
  tcase_add_test (cases, flag_as_published);
  tcase_add_loop_test (cases, is_cleared, 0, 3);
  tcase_add_loop_test (cases, survives_a_crash, 0, 3);
  tcase_add_test (cases, handling_says_when);
  tcase_add_test (cases, is_queued_like_others);
  tcase_add_test (cases, expires);
  tcase_add_loop_test (cases, no_room, 0, 2);
  tcase_add_test (cases, slow_reader);
  tcase_add_test (cases, changes_while_told);
  tcase_add_test (cases, ends_with_the_subscription);
  tcase_add_test (cases, leaves_room_in_sessions);
  tcase_add_loop_test (cases, is_told_once, 0, 2);
  tcase_add_loop_test (cases, goes_on_with_another_subscription, 0, 4);
  tcase_add_test (cases, is_told_in_parts);
  tcase_add_loop_test (cases, will_is_retained, 0, 2);
  tcase_add_loop_test (cases, is_as_before_if_lost, 0, 2);
  return run_cases ("retention", cases);
}
