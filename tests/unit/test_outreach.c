/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach.c
 * @brief Tests of how publications reach the peers that want them, over a fake
 *        meeting place and a fake transport.
 */
#include "outreach_fixture.h"


START_TEST (late_find_gets_what_was_kept)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a/#");

  publish ("a", "1", false);
  publish ("a", "2", false);
  fake_time_pass (500);
  publish ("a", "3", false);
  ck_assert_uint_eq (2, fake_rendezvous_standing (&broker.rendezvous, true));
  find ("a", 0, 2);
  find ("a", 1, 2);
  find ("a", 0, 2);
  fake_time_pass (50);
  ck_assert_str_eq ("a=1 a=2 a=3 ", other->received);
  publish ("a", "4", false);
  fake_time_pass (50);
  ck_assert_str_eq ("a=1 a=2 a=3 a=4 ", other->received);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_QUESTIONS_SENT));
  fake_time_pass (3000);
  publish ("a", "5", false);
  fake_time_pass (50);
  ck_assert_str_eq ("a=1 a=2 a=3 a=4 a=5 ", other->received);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_NO_SUBSCRIBER));
  ck_assert_uint_eq (5, counted (MQTT_COUNT_SENT));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (not_what_is_older_than_the_subscription)
{
  struct MQTT_Subscription *subscription;

  publish ("a", "old", false);
  fake_time_pass (1000);
  subscription = fake_peer_subscribe (other, "a");
  fake_time_pass (200);
  publish ("a", "new", false);
  find ("a", 0, 2);
  fake_time_pass (50);
  ck_assert_str_eq ("a=new ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (who_wants_the_like_is_asked)
{
  struct MQTT_Subscription *one = fake_peer_subscribe (other, "a/x");
  struct MQTT_Subscription *two = fake_peer_subscribe (other, "a/y");
  struct MQTT_Subscription *three = fake_peer_subscribe (other, "b/y");

  publish ("a/x", "1", false);
  find ("a/x", 0, 2);
  fake_time_pass (50);
  publish ("a/y", "2", false);
  publish ("b/y", "3", false);
  fake_time_pass (900);
  ck_assert_str_eq ("a/x=1 ", other->received);
  fake_time_pass (200);
  ck_assert_str_eq ("a/x=1 a/y=2 ", other->received);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_QUESTIONS_SENT));
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (other, two);
  fake_peer_unsubscribe (other, three);
}
END_TEST


/* A guess that was right outlives the loss of its link. */
START_TEST (who_wanted_the_like_is_kept)
{
  struct MQTT_Subscription *one = fake_peer_subscribe (other, "a/x");
  struct MQTT_Subscription *two = fake_peer_subscribe (other, "a/y");

  publish ("a/x", "1", false);
  find ("a/x", 0, 2);
  fake_time_pass (50);
  publish ("a/y", "2", false);
  fake_time_pass (1100);
  ck_assert_str_eq ("a/x=1 a/y=2 ", other->received);
  fake_time_pass (5000);
  broker.net.silent = true;
  fake_time_pass (25 * 1000);
  ck_assert_uint_lt (0, counted (MQTT_COUNT_LINKS_TIMED_OUT));
  broker.net.silent = false;
  fake_time_pass (40 * 1000);
  publish ("a/y", "3", false);
  fake_time_pass (500);
  ck_assert_str_eq ("a/x=1 a/y=2 a/y=3 ", other->received);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (other, two);
}
END_TEST


START_TEST (who_wants_the_like_is_asked_beside_who_was_found)
{
  struct MQTT_Subscription *one = fake_peer_subscribe (other, "a/x");
  struct MQTT_Subscription *two = fake_peer_subscribe (other, "a/y");

  publish ("a/y", "1", false);
  find ("a/y", 0, 3);
  publish ("a/x", "2", false);
  fake_time_pass (1100);
  ck_assert_str_eq ("", other->received);
  /* Late, but in time for the second round. */
  find ("a/x", 0, 2);
  fake_time_pass (600);
  ck_assert_str_eq ("a/x=2 a/y=1 ", other->received);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (other, two);
}
END_TEST


START_TEST (window_ends)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  publish ("a", "1", false);
  publish ("a", "2", true);
  fake_time_pass (1990);
  ck_assert_uint_ne (0, counted (MQTT_COUNT_BACKLOG_BYTES));
  fake_time_pass (20);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_BACKLOG_BYTES));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_NO_SUBSCRIBER));
  publish ("a", "3", false);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_NO_SUBSCRIBER));
  find ("a", 0, 2);
  fake_time_pass (50);
  ck_assert_str_eq ("", other->received);
  publish ("a", "4", false);
  fake_time_pass (50);
  ck_assert_str_eq ("a=4 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (lost_link_gets_what_it_missed)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  publish ("a", "1", false);
  find ("a", 0, 2);
  fake_time_pass (5000);
  publish ("a", "2", false);
  fake_time_pass (50);
  fake_net_cut (&broker.net);
  publish ("a", "3", false);
  fake_time_pass (100);
  publish ("a", "4", false);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  fake_time_pass (1000);
  publish ("a", "5", false);
  fake_time_pass (50);
  ck_assert_str_eq ("a=1 a=2 a=3 a=4 a=5 ", other->received);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_NO_SUBSCRIBER));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (nothing_is_sent_twice)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");
  struct MQTT_Subscription *again;

  publish ("a", "1", false);
  find ("a", 0, 2);
  fake_time_pass (50);
  fake_net_cut (&broker.net);
  fake_time_pass (400);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_QUESTIONS_WANTED));
  publish ("a", "2", false);
  fake_time_pass (50);
  fake_peer_unsubscribe (other, subscription);
  fake_time_pass (50);
  again = fake_peer_subscribe (other, "a");
  fake_time_pass (50);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_QUESTIONS_WANTED));
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  fake_peer_unsubscribe (other, again);
}
END_TEST


START_TEST (unsubscribed_gets_nothing)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  publish ("a", "1", false);
  find ("a", 0, 2);
  fake_time_pass (50);
  fake_peer_unsubscribe (other, subscription);
  fake_time_pass (50);
  publish ("a", "2", false);
  fake_time_pass (3000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_NO_SUBSCRIBER));
  subscription = fake_peer_subscribe (other, "+");
  fake_time_pass (50);
  publish ("a", "3", false);
  fake_time_pass (50);
  ck_assert_str_eq ("a=1 a=3 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/** A peer that is reached, wants the topic, and goes. */
static void
flap (void)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_LinkWant want = { .number = 0 };

  fake_time_pass (300);
  ck_assert_ptr_nonnull (stranger.end);
  fake_stranger_hello (&stranger);
  want.epoch = stranger.topic.epoch;
  MQTT_link_put_want (outbox, &want);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  fake_stranger_close (&stranger, stranger.end);
}


START_TEST (peer_that_comes_and_goes_holds_nobody)
{
  static char payload[60001];

  memset (payload, 'x', 60000);
  publish ("a", "1", false);
  find ("a", 0, 3);
  for (int i = 0; i < 10; i++)
    flap ();
  publish ("a", payload, false);
  publish ("a", payload, false);
  ck_assert (MQTT_source_waits (&source));
  for (int i = 0; i < 16; i++)
    flap ();
  ck_assert_uint_eq (1, resumed);
}
END_TEST


START_TEST (myself_is_not_a_peer)
{
  publish ("a", "1", false);
  find ("a", 0, 1);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, late_find_gets_what_was_kept);
  tcase_add_test (tc, not_what_is_older_than_the_subscription);
  tcase_add_test (tc, who_wants_the_like_is_asked);
  tcase_add_test (tc, who_wanted_the_like_is_kept);
  tcase_add_test (tc, who_wants_the_like_is_asked_beside_who_was_found);
  tcase_add_test (tc, window_ends);
  tcase_add_test (tc, lost_link_gets_what_it_missed);
  tcase_add_test (tc, nothing_is_sent_twice);
  tcase_add_test (tc, unsubscribed_gets_nothing);
  tcase_add_test (tc, peer_that_comes_and_goes_holds_nobody);
  tcase_add_test (tc, myself_is_not_a_peer);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach", cases ());
}
