/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_groups.c
 * @brief Tests of who gets what is published for groups of shared subscriptions that
 *        have members at several peers, all of them there.
 */
#include "outreach_groups_fixture.h"


/**
 * Let both peers be found.
 */
static void
find_both (void)
{
  publish_some (1, 0, 10);
  find ("a", 0, 2);
  fake_time_pass (200);
  find ("a", 0, 4);
  fake_time_pass (10 * 1000);
}


START_TEST (by_turns)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);

  find_both ();
  publish_some (10, (uint8_t)_i, 500);
  check_each_once ();
  ck_assert_uint_le (5, other->count);
  ck_assert_uint_le (5, third->count);
  ck_assert (!other->plain);
  ck_assert_uint_eq ((0 == _i) ? 0 : 10, kept);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
}
END_TEST


/* Who wants it beside gets all, and of the group one each. */
START_TEST (beside_plain_subscribers)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);
  struct MQTT_Subscription *plain = fake_peer_subscribe_surely (third, "+");

  find_both ();
  publish_some (10, (uint8_t)_i, 500);
  ck_assert_uint_eq (11, third->count);
  ck_assert_uint_eq (11, other->grouped + third->grouped);
  ck_assert_uint_le (5, other->grouped);
  ck_assert_uint_eq (other->grouped, other->count);
  ck_assert_uint_le (5, third->grouped);
  ck_assert (third->plain);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
  fake_peer_unsubscribe (third, plain);
}
END_TEST


START_TEST (members_here_and_elsewhere)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);

  join_here ();
  find_both ();
  publish_some (12, (uint8_t)_i, 500);
  ck_assert_uint_eq (13, other->count + third->count + local_count);
  ck_assert_uint_le (4, other->count);
  ck_assert_uint_le (4, third->count);
  ck_assert_uint_le (4, local_count);
  MQTT_subscriptions_remove (peer->subscriptions, local_member);
  local_member = NULL;
  publish_some (4, (uint8_t)_i, 500);
  ck_assert_uint_eq (17, other->count + third->count + local_count);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
}
END_TEST


START_TEST (of_each_group_one)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);
  struct MQTT_Subscription *more = fake_peer_subscribe_surely (other,
                                                               "$share/h/+");
  unsigned int before;

  find_both ();
  before = other->count;
  publish_some (10, (uint8_t)_i, 500);
  /* The other group has members there only. */
  ck_assert_uint_eq (before + 10, other->count);
  ck_assert_uint_eq (before + 10, other->grouped);
  ck_assert_uint_le (5, third->count);
  ck_assert_uint_gt (10, third->count);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (other, more);
  fake_peer_unsubscribe (third, two);
}
END_TEST


/* What is kept until somebody is found goes to the first one of the group. */
START_TEST (found_late)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);

  publish_some (3, (uint8_t)_i, 100);
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 a=3 ", other->received);
  find ("a", 0, 4);
  fake_time_pass (200);
  ck_assert_uint_eq (0, third->count);
  publish_some (4, (uint8_t)_i, 500);
  check_each_once ();
  ck_assert_uint_eq (2, third->count);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
}
END_TEST


/* What a member here has got is not given to others who are found. */
START_TEST (found_later_than_members_here)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);

  publish_some (2, (uint8_t)_i, 100);
  join_here ();
  publish_some (3, (uint8_t)_i, 100);
  ck_assert_uint_eq (3, local_count);
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  fake_peer_unsubscribe (other, one);
}
END_TEST


/* A group that comes to a peer which is known gets what follows, and those there who
   have had it do not get it twice. */
START_TEST (members_come)
{
  struct MQTT_Subscription *plain = fake_peer_subscribe_surely (other, "a");
  struct MQTT_Subscription *one;

  publish_some (1, (uint8_t)_i, 100);
  find ("a", 0, 2);
  fake_time_pass (1000);
  one = fake_peer_subscribe_surely (other, GROUP);
  fake_time_pass (200);
  publish_some (2, (uint8_t)_i, 500);
  check_each_once ();
  ck_assert_uint_eq (2, other->grouped);
  fake_peer_unsubscribe (other, plain);
  fake_time_pass (200);
  publish_some (2, (uint8_t)_i, 500);
  check_each_once ();
  ck_assert (!other->plain);
  ck_assert_uint_eq (4, other->grouped);
  fake_peer_unsubscribe (other, one);
}
END_TEST


/* A peer that has no room is passed over, and if none has it is refused. */
START_TEST (one_has_no_room)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);

  peer->options.outbox_messages = 4;
  find_both ();
  other->busy = true;
  publish_some (2, 1, 500);
  for (unsigned int i = 0; i < 10; i++)
    publish_some (1, 1, 100);
  ck_assert_uint_le (10, third->count);
  third->busy = true;
  for (unsigned int i = 0; i < 12; i++)
    (void)publish_next (1);
  ck_assert (!publish_next (1));
  ck_assert_uint_lt (0, counted (MQTT_COUNT_OUTBOX_FULL));
  other->busy = false;
  third->busy = false;
  MQTT_links_room (other->links);
  MQTT_links_room (third->links);
  fake_time_pass (5000);
  ck_assert_uint_eq (1 + kept, other->count + third->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
}
END_TEST


/* A peer that is slow to acknowledge gets less. */
START_TEST (one_is_behind)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, GROUP);
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, GROUP);

  peer->options.link_window = 300;
  find_both ();
  other->node.deaf = true;
  for (unsigned int i = 0; i < 30; i++)
    publish_some (1, 1, 20);
  ck_assert_uint_le (24, third->count);
  other->node.deaf = false;
  fake_node_wake (&other->node);
  fake_time_pass (1000);
  check_each_once ();
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
}
END_TEST


/* Groups that are not named are served by each peer for itself. */
START_TEST (more_groups_than_are_named)
{
  struct MQTT_Subscription *many[MQTT_LINK_GROUPS_MAX + 2];
  char filter[32];

  for (size_t i = 0; i < MQTT_LINK_GROUPS_MAX + 2; i++)
  {
    (void)snprintf (filter, sizeof (filter), "$share/%zu/a", i);
    many[i] = fake_peer_subscribe_surely (other, filter);
  }
  publish_some (1, 1, 100);
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_uint_eq (1, other->count);
  ck_assert (other->plain);
  ck_assert_uint_eq (MQTT_LINK_GROUPS_MAX, other->groups->count);
  ck_assert_uint_eq (1,
                     MQTT_counter (other->counters, MQTT_COUNT_GROUPS_UNNAMED));
  for (size_t i = 0; i < MQTT_LINK_GROUPS_MAX + 2; i++)
  {
    bool named = MQTT_groups_have (other->groups, &many[i]->share->name);

    ck_assert (named
               != MQTT_audience_has (&other->rest, &many[i]->share->name));
    fake_peer_unsubscribe (other, many[i]);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("outreach_groups");

  tcase_add_checked_fixture (cases, &setup_groups, &teardown_groups);
  tcase_add_loop_test (cases, by_turns, 0, 3);
  tcase_add_loop_test (cases, beside_plain_subscribers, 0, 3);
  tcase_add_loop_test (cases, members_here_and_elsewhere, 0, 3);
  tcase_add_loop_test (cases, of_each_group_one, 0, 3);
  tcase_add_loop_test (cases, found_late, 0, 3);
  tcase_add_loop_test (cases, found_later_than_members_here, 0, 3);
  tcase_add_loop_test (cases, members_come, 0, 3);
  tcase_add_test (cases, one_has_no_room);
  tcase_add_test (cases, one_is_behind);
  tcase_add_test (cases, more_groups_than_are_named);
  return run_cases ("outreach_groups", cases);
}
