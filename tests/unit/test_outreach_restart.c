/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_restart.c
 * @brief Tests of what is kept at QoS 1 and 2 for peers that are found by a later run
 *        than that which published it, when others have got it.
 */
#include <sqlite3.h>
#include "outreach_sure_fixture.h"
#include "service/store_backlog.h"
#include "store_faults.h"

/** What a group of these has subscribed to. */
#define GROUP "$share/g/a"
#define OTHER_GROUP "$share/h/a"

/** More messages than are removed at once. */
#define MANY (MQTT_STORE_BACKLOG_BATCH + 6)

/** More calls of the disk than once_beside_faults makes while they may fail. */
#define CALLS 60

/** One more who subscribes; 4 in the meeting place. */
static struct FakePeer *third;
static struct MQTT_Subscription *one;
static struct MQTT_Subscription *two;


static void
setup_three (void)
{
  setup ();
  third = fake_peer_create (&broker.net, 4);
}


static void
teardown_three (void)
{
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
  fake_peer_destroy (third);
  teardown ();
}


static void
subscribe (const char *ones, const char *twos)
{
  one = fake_peer_subscribe_surely (other, ones);
  two = fake_peer_subscribe_surely (third, twos);
}


/**
 * The service is started anew, and finds both.
 */
static void
find_both_later (void)
{
  fake_time_pass (1000);
  fake_broker_restart (&broker);
  fake_time_pass (10 * 1000);
  find ("a", 0, 2);
  find ("a", 1, 4);
  fake_time_pass (10 * 1000);
}


/* Nobody twice, whether he was known when it was published, or found later. */
START_TEST (others_get_it)
{
  uint64_t bytes;

  subscribe ("a", "a");
  ck_assert (promise ("a", "1", 2));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert (promise ("a", "2", 2));
  fake_time_pass (1000);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  bytes = counted (MQTT_COUNT_STORED_BACKLOG_BYTES);
  fake_broker_restart (&broker);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_STORED_BACKLOG));
  ck_assert_uint_eq (bytes, counted (MQTT_COUNT_STORED_BACKLOG_BYTES));
  find_both_later ();
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  ck_assert_str_eq ("a=1 a=2 ", third->received);
  ck_assert_uint_lt (bytes, counted (MQTT_COUNT_STORED_BACKLOG_BYTES));
  find_both_later ();
  ck_assert_uint_eq (2, other->count);
  ck_assert_uint_eq (2, third->count);
}
END_TEST


/* Sent once at QoS 0, it is not sent once more. */
START_TEST (who_wants_less)
{
  one = fake_peer_subscribe (other, "a");
  two = fake_peer_subscribe_surely (third, "a");
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 ", other->received);
  find_both_later ();
  ck_assert_str_eq ("a=1 ", other->received);
  ck_assert_str_eq ("a=1 ", third->received);
}
END_TEST


/* A group has it once, whoever of it is found then; another group has not. */
START_TEST (groups)
{
  subscribe (GROUP, (0 == _i) ? GROUP : OTHER_GROUP);
  ck_assert (promise ("a", "1", 2));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert (promise ("a", "2", 2));
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  find_both_later ();
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  ck_assert_str_eq ((0 == _i) ? "" : "a=1 a=2 ", third->received);
}
END_TEST


/** See struct MQTT_Subscriber. */
static void
deliver_here (void *cls,
              struct MQTT_Topic *topic,
              const uint32_t *numbers,
              size_t count,
              struct MQTT_Message *message,
              uint8_t qos,
              const struct MQTT_Share *share,
              struct MQTT_Source *from)
{
  (void)cls;
  (void)topic;
  (void)numbers;
  (void)count;
  (void)message;
  (void)qos;
  (void)share;
  (void)from;
}


/* A group that got it where it was published has it. */
START_TEST (group_here)
{
  struct MQTT_Subscriber local = { .deliver = &deliver_here };
  struct MQTT_Subscription *member = MQTT_subscriptions_add (
    peer->subscriptions,
    &local,
    GROUP,
    strlen (GROUP),
    1,
    2,
    false);

  subscribe (GROUP, "a");
  ck_assert (promise ("a", "1", 2));
  fake_time_pass (200);
  MQTT_subscriptions_remove (peer->subscriptions, member);
  find_both_later ();
  ck_assert_str_eq ("", other->received);
  ck_assert_str_eq ("a=1 ", third->received);
}
END_TEST


/* Also a peer that got it for a group has it for others only if these were there. */
START_TEST (group_and_plain)
{
  struct MQTT_Subscription *beside = fake_peer_subscribe_surely (other, "a");

  subscribe (GROUP, "a");
  ck_assert (promise ("a", "1", 2));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_uint_eq (1, other->count);
  find_both_later ();
  ck_assert_uint_eq (1, other->count);
  ck_assert_str_eq ("a=1 ", third->received);
  fake_peer_unsubscribe (other, beside);
}
END_TEST


/* Given up in the end, with who has got it. */
START_TEST (comes_to_an_end)
{
  subscribe ("a", "b");
  for (unsigned int i = 0; i < MANY; i++)
    ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (1000);
  if (0 == _i)
    peer->options.topic_idle = MS (300 * 1000);
  else
    peer->options.message_lifetime = MS (300 * 1000);
  fake_broker_restart (&broker);
  fake_time_pass (200 * 1000);
  ck_assert_uint_eq (MANY, store_fixture_messages (&peer->store, 100));
  ck_assert_uint_eq (MANY, counted (MQTT_COUNT_STORED_BACKLOG));
  fake_time_pass (300 * 1000);
  ck_assert_uint_eq (0, store_fixture_messages (&peer->store, 100));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_STORED_BACKLOG));
  fake_broker_restart (&broker);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_STORED_BACKLOG));
}
END_TEST


/* Whatever call of the disk fails, what was promised is put once into the outbox of
   each: what is published, and what is given to who is found.  First none fails, to
   count them. */
START_TEST (once_beside_faults)
{
  struct StoreFault fault = {
    .call = (unsigned int)_i,
    .how = SQLITE_IOERR,
  };

  kept = 0;
  subscribe ("a", "a");
  ck_assert (promise ("a", "1", 2));
  fake_time_pass (500);
  store_faults_set (&fault);
  find ("a", 0, 2);
  fake_time_pass (5 * 1000);
  (void)promise ("a", "2", 2);
  fake_time_pass (5 * 1000);
  store_faults_set (NULL);
  ck_assert ((0 < _i) || (fault.calls < CALLS));
  fake_time_pass (60 * 1000);
  MQTT_links_room (other->links);
  fake_time_pass (1000);
  ck_assert_uint_eq (kept, counted (MQTT_COUNT_OUTBOX_IN));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  find_both_later ();
  ck_assert_uint_eq (2 * kept, counted (MQTT_COUNT_OUTBOX_IN));
  ck_assert_str_eq ((2 == kept) ? "a=1 a=2 " : "a=1 ", third->received);
}
END_TEST


/* What cannot be read of who has got it is not given until it can be. */
START_TEST (not_readable)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  subscribe ("a", "a");
  ck_assert (promise ("a", "1", 2));
  find ("a", 0, 2);
  fake_time_pass (1000);
  for (unsigned int i = 0; i < 100; i++)
    ck_assert_uint_ne (0, store_fixture_message (&peer->store, 5000));
  fake_broker_restart (&broker);
  store_faults_set (&fault);
  find ("a", 0, 2);
  find ("a", 1, 4);
  fake_time_pass (500);
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (0, third->count);
  store_faults_set (NULL);
  fake_time_pass (66 * 1000);
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (1, third->count);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach_restart");

  tcase_add_checked_fixture (tc, &setup_three, &teardown_three);
  tcase_add_test (tc, others_get_it);
  tcase_add_test (tc, who_wants_less);
  tcase_add_loop_test (tc, groups, 0, 2);
  tcase_add_test (tc, group_here);
  tcase_add_test (tc, group_and_plain);
  tcase_add_loop_test (tc, comes_to_an_end, 0, 2);
  tcase_add_loop_test (tc, once_beside_faults, 0, CALLS);
  tcase_add_test (tc, not_readable);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach_restart", cases ());
}
