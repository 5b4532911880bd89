/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_groups_away.c
 * @brief Tests of what becomes of publications for groups whose members vanish or
 *        leave, at the peer that was chosen.
 */
#include <sqlite3.h>
#include "outreach_groups_fixture.h"
#include "store_faults.h"

/** Milliseconds after which a peer that was lost has been given up. */
#define VANISHED 60000

static struct MQTT_Subscription *one;
static struct MQTT_Subscription *two;


/**
 * Let there be members at both peers, and both be found.
 */
static void
begin (void)
{
  setup_groups ();
  one = fake_peer_subscribe_surely (other, GROUP);
  two = fake_peer_subscribe_surely (third, GROUP);
  publish_some (1, 1, 10);
  find ("a", 0, 2);
  fake_time_pass (200);
  find ("a", 0, 4);
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (1, other->count);
}


static void
end (void)
{
  if (NULL != one)
    fake_peer_unsubscribe (other, one);
  if (NULL != two)
    fake_peer_unsubscribe (third, two);
  teardown_groups ();
}


START_TEST (vanishes)
{
  other->node.deaf = true;
  publish_some (6, 1, 1000);
  ck_assert_uint_eq (3, third->count);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_OUTBOX));
  fake_time_pass (VANISHED);
  ck_assert_uint_eq (6, third->count);
  check_each_once ();
  ck_assert_uint_eq (3, counted (MQTT_COUNT_GROUPS_HANDED_ON));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_GROUPS_REPEATED));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_OUTBOX_HANDED_ON));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  /* What comes then goes to who is there. */
  publish_some (4, 1, 1000);
  ck_assert_uint_eq (10, third->count);
  other->node.deaf = false;
}
END_TEST


START_TEST (members_here_take_over)
{
  fake_peer_unsubscribe (third, two);
  two = NULL;
  fake_time_pass (200);
  other->node.deaf = true;
  publish_some (3, 2, 1000);
  ck_assert_uint_eq (0, local_count);
  join_here ();
  fake_time_pass (VANISHED);
  ck_assert_uint_eq (3, local_count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  other->node.deaf = false;
}
END_TEST


/* While the store takes nothing it stays where it is. */
START_TEST (not_while_the_store_fails)
{
  struct StoreFault fault = {
    .call = 1,
    .how = SQLITE_IOERR,
    .lasting = true,
  };

  other->node.deaf = true;
  publish_some (4, 1, 1000);
  store_faults_set (&fault);
  fake_time_pass (VANISHED);
  store_faults_set (NULL);
  fake_time_pass (2 * VANISHED);
  ck_assert_uint_eq (4, third->count);
  check_each_once ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  other->node.deaf = false;
}
END_TEST


/* Others there who are in no group get it when the peer comes back. */
START_TEST (the_rest_stays)
{
  struct MQTT_Subscription *plain = fake_peer_subscribe_surely (other, "a");
  unsigned int grouped;

  fake_time_pass (200);
  grouped = other->grouped;
  broker.net.silent = true;
  fake_net_cut (&broker.net);
  publish_some (4, 1, 100);
  join_here ();
  fake_time_pass (VANISHED);
  ck_assert_uint_eq (4, local_count);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_OUTBOX));
  broker.net.silent = false;
  fake_time_pass (4 * VANISHED);
  ck_assert_uint_eq (5, other->count);
  ck_assert_uint_eq (grouped, other->grouped);
  ck_assert (other->plain);
  fake_peer_unsubscribe (other, plain);
}
END_TEST


/**
 * Have all members leave a peer, while publications for them wait or are under way.
 */
static void
leave_behind (bool under_way)
{
  other->node.deaf = under_way;
  for (unsigned int i = 0; i < 4; i++)
    ck_assert (publish_next (1));
  if (under_way)
    fake_time_pass (100);
  fake_peer_unsubscribe (other, one);
  one = NULL;
  if (under_way)
    fake_time_pass (100);
  other->node.deaf = false;
  fake_node_wake (&other->node);
  fake_time_pass (5000);
}


/* A publication that is under way meets no member any more. */
START_TEST (members_leave)
{
  leave_behind (0 != _i);
  check_each_once ();
  ck_assert_uint_eq (4, third->count);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_GROUPS_HANDED_ON));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (_i,
                     MQTT_counter (other->counters, MQTT_COUNT_GROUPS_LATE));
}
END_TEST


/* The same, while others there want the topic. */
START_TEST (members_leave_others_stay)
{
  struct MQTT_Subscription *plain = fake_peer_subscribe_surely (other, "+");

  fake_time_pass (200);
  leave_behind (0 != _i);
  ck_assert_uint_eq (5, other->count);
  ck_assert_uint_eq (4, third->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  fake_peer_unsubscribe (other, plain);
}
END_TEST


START_TEST (nobody_is_left)
{
  for (unsigned int i = 0; i < 4; i++)
    ck_assert (publish_next (1));
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
  one = NULL;
  two = NULL;
  fake_time_pass (5000);
  ck_assert_uint_eq (1, other->count + third->count);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_GROUPS_GONE));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
}
END_TEST


/* What waits for a durable member is kept over a restart with its group, and given to
   others when they are found. */
START_TEST (kept_on_disk)
{
  fake_peer_unsubscribe (third, two);
  fake_peer_unsubscribe (other, one);
  other->subscriber.durable = true;
  one = fake_peer_subscribe_surely (other, GROUP);
  fake_time_pass (1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  broker.net.silent = true;
  fake_broker_restart (&broker);
  publish_some (3, 1, 1000);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_OUTBOX));
  fake_broker_restart (&broker);
  fake_time_pass (5000);
  other->node.deaf = (0 == _i);
  broker.net.silent = false;
  two = fake_peer_subscribe_surely (third, GROUP);
  publish_some (1, 1, 100);
  find ("a", 0, 4);
  fake_time_pass (2 * VANISHED);
  if (0 == _i)
    ck_assert_uint_eq (4, counted (MQTT_COUNT_GROUPS_HANDED_ON));
  else
    ck_assert_uint_le (4, other->count);
  check_each_once ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  other->node.deaf = false;
}
END_TEST


/* The members that something waits for have gone before this run; others are found. */
START_TEST (left_while_searching)
{
  fake_peer_unsubscribe (third, two);
  fake_peer_unsubscribe (other, one);
  other->subscriber.durable = true;
  one = fake_peer_subscribe_surely (other, GROUP);
  fake_time_pass (1000);
  broker.net.silent = true;
  fake_broker_restart (&broker);
  publish_some (3, 1, 1000);
  fake_peer_unsubscribe (other, one);
  one = NULL;
  fake_broker_restart (&broker);
  broker.net.silent = false;
  two = fake_peer_subscribe_surely (third, GROUP);
  fake_time_pass (500);
  find ("a", 0, 4);
  fake_time_pass (VANISHED);
  ck_assert_uint_eq (3, third->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_GROUPS_GONE));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("outreach_groups_away");

  tcase_add_checked_fixture (cases, &begin, &end);
  tcase_add_test (cases, vanishes);
  tcase_add_test (cases, members_here_take_over);
  tcase_add_test (cases, not_while_the_store_fails);
  tcase_add_test (cases, the_rest_stays);
  tcase_add_loop_test (cases, members_leave, 0, 2);
  tcase_add_loop_test (cases, members_leave_others_stay, 0, 2);
  tcase_add_test (cases, nobody_is_left);
  tcase_add_loop_test (cases, kept_on_disk, 0, 2);
  tcase_add_test (cases, left_while_searching);
  return run_cases ("outreach_groups_away", cases);
}
