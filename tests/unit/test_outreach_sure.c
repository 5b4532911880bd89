/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_sure.c
 * @brief Tests of how publications at QoS 1 and 2 reach the peers that want them,
 *        away or not found yet, across restarts of who publishes.
 */
#include "outreach_sure_fixture.h"


/** No message is left on disk. */
static void
check_clean (void)
{
  ck_assert_uint_eq (0, store_fixture_messages (&peer->store, 100));
}


START_TEST (found_late)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a/#");

  ck_assert (promise ("a", "1", 1));
  ck_assert (promise ("a/b", "2", 2));
  fake_time_pass (60 * 1000);
  find ("a", 0, 2);
  find ("a/b", 0, 2);
  fake_time_pass (200);
  ck_assert (promise ("a", "3", 1));
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a/b=2 a=3 ", other->received);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (not_what_is_older_than_the_subscription)
{
  struct MQTT_Subscription *subscription;

  ck_assert (promise ("a", "1", 1));
  fake_time_pass (10 * 1000);
  subscription = fake_peer_subscribe_surely (other, "a");
  fake_time_pass (10 * 1000);
  ck_assert (promise ("a", "2", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=2 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* Also what somebody else has got, while there is room. */
START_TEST (found_later_than_others)
{
  struct FakePeer *third = fake_peer_create (&broker.net, 4);
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, "a");
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, "a");

  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (50 * 1000);
  /* The discovery window has long ended, but one has just come. */
  ck_assert (promise ("a", "2", 1));
  find ("a", 1, 4);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  ck_assert_str_eq ("a=1 a=2 ", third->received);
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
  fake_peer_destroy (third);
}
END_TEST


/* However long nobody has come or gone, as long as the topic is in use. */
START_TEST (found_long_after_others)
{
  struct FakePeer *third = fake_peer_create (&broker.net, 4);
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (other, "a");
  struct MQTT_Subscription *two = fake_peer_subscribe_surely (third, "a");

  peer->options.topic_idle = MS (100 * 1000);
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  for (int i = 0; i < 20; i++)
  {
    fake_time_pass (30 * 1000);
    ck_assert (promise ("a", "2", 1));
  }
  fake_time_pass (200);
  ck_assert_uint_eq (21, counted (MQTT_COUNT_STORED_BACKLOG));
  find ("a", 1, 4);
  fake_time_pass (1000);
  ck_assert_str_eq (other->received, third->received);
  ck_assert_uint_eq (21 * 4, strlen (third->received));
  fake_time_pass (300 * 1000);
  ck_assert_uint_eq (21, counted (MQTT_COUNT_STORED_BACKLOG_GIVEN_UP));
  check_clean ();
  fake_peer_unsubscribe (other, one);
  fake_peer_unsubscribe (third, two);
  fake_peer_destroy (third);
}
END_TEST


START_TEST (nobody_is_found)
{
  peer->options.message_lifetime = MS (100 * 1000);
  ck_assert (promise ("a", "1", 1));
  fake_time_pass (90 * 1000);
  ck_assert_uint_eq (1, store_fixture_messages (&peer->store, 100));
  fake_time_pass (90 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_STORED_BACKLOG_EXPIRED));
  check_clean ();
}
END_TEST


START_TEST (found_in_a_later_run)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");

  ck_assert (promise ("a", "1", 1));
  fake_time_pass (10 * 1000);
  fake_broker_restart (&broker);
  fake_time_pass (10 * 1000);
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 ", other->received);
  /* Once only. */
  fake_net_cut (&broker.net);
  fake_time_pass (SETTLED);
  ck_assert_str_eq ("a=1 ", other->received);
  fake_broker_restart (&broker);
  fake_time_pass (800 * 1000);
  check_clean ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_STORED_BACKLOG));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* An entry for who is away, though nothing is heard of him. */
START_TEST (durable_peer_is_away)
{
  struct MQTT_Subscription *subscription;

  other->subscriber.durable = true;
  subscription = fake_peer_subscribe_surely (other, "a");
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  broker.net.silent = true;
  fake_broker_restart (&broker);
  fake_time_pass (10 * 1000);
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (700 * 1000);
  ck_assert (promise ("a", "3", 2));
  ck_assert (promise ("b", "4", 2));
  fake_time_pass (1000);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_OUTBOX));
  broker.net.silent = false;
  fake_time_pass (4 * SETTLED);
  ck_assert_str_eq ("a=1 a=2 a=3 ", other->received);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (interest_ends)
{
  struct MQTT_Subscription *subscription;

  other->subscriber.durable = true;
  subscription = fake_peer_subscribe_surely (other, "a");
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  switch (_i)
  {
  case 0:
    /* He says so. */
    fake_peer_unsubscribe (other, subscription);
    fake_time_pass (200);
    fake_broker_restart (&broker);
    break;
  case 1:
    /* He is away for too long. */
    broker.net.silent = true;
    fake_broker_restart (&broker);
    fake_time_pass (1100 * 1000);
    break;
  case 2:
    /* He was away for too long when this run began. */
    peer->options.interest_lifetime = MS (1);
    fake_broker_restart (&broker);
    break;
  }
  ck_assert (promise ("a", "2", 1));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_INTERESTS));
  fake_time_pass (200);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  /* What he has got is kept, too, for others, until the topic is forgotten. */
  ck_assert_uint_eq ((1 == _i) ? 1 : 2, counted (MQTT_COUNT_STORED_BACKLOG));
  if (0 != _i)
    fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* A peer whose link is lost is entitled to what is published, at first. */
START_TEST (link_is_lost)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");

  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (5000);
  fake_net_cut (&broker.net);
  publish ("a", "q", false);
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (10);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX));
  ck_assert (promise ("a", "3", 1));
  fake_time_pass (2000);
  ck_assert_ptr_nonnull (strstr (other->received, "a=1 "));
  ck_assert_ptr_nonnull (strstr (other->received, "a=2 a=3 "));
  ck_assert_ptr_nonnull (strstr (other->received, "a=q "));
  ck_assert_uint_eq (4, other->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* What is wanted changes while the topic is wanted all the time. */
START_TEST (answer_changes)
{
  struct MQTT_Subscription *one = fake_peer_subscribe (other, "a");
  struct MQTT_Subscription *two;

  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (5000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_INTERESTS));
  other->subscriber.durable = true;
  two = fake_peer_subscribe_surely (other, "+");
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  fake_peer_unsubscribe (other, two);
  fake_time_pass (200);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_INTERESTS));
  ck_assert (promise ("a", "3", 1));
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX_IN));
  ck_assert_str_eq ("a=1 a=2 a=3 ", other->received);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_QUESTIONS_SENT));
  fake_peer_unsubscribe (other, one);
}
END_TEST


/* Who has no durable session is entitled until he is given up; what was published
   until then waits for him, and nothing more. */
START_TEST (peer_is_gone)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");

  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (5000);
  broker.net.silent = true;
  fake_time_pass (30 * 1000);
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (800 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX));
  ck_assert (promise ("a", "3", 1));
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX));
  broker.net.silent = false;
  fake_time_pass (120 * 1000);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  find ("a", 0, 2);
  fake_time_pass (1000);
  ck_assert_str_eq ("a=1 a=2 a=3 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* Refused before it is promised: nothing that is promised is dropped. */
START_TEST (outbox_is_full)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");
  static char payload[3001];
  unsigned int promised = 1;

  memset (payload, 'x', 3000);
  if (0 == _i)
    peer->options.outbox_messages = 20;
  else
    peer->options.outbox = 60000;
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  fake_net_cut (&broker.net);
  broker.net.silent = true;
  while (promise ("a", payload, 1))
    promised++;
  ck_assert_uint_le (20, promised);
  ck_assert_uint_ge (21, promised);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX_FULL));
  fake_time_pass (100);
  ck_assert_uint_eq (promised, kept);
  broker.net.silent = false;
  fake_time_pass (SETTLED);
  ck_assert_uint_eq (promised, other->count);
  ck_assert (promise ("a", "1", 1));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (reserve_is_full)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "+");
  static char payload[9001];
  unsigned int promised = 0;

  memset (payload, 'x', 9000);
  while (promise ((0 == promised % 2) ? "a" : "b", payload, 1))
    promised++;
  ck_assert_uint_eq (11, promised);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_STORED_BACKLOG_FULL));
  find ("a", 0, 2);
  fake_time_pass (500);
  ck_assert_uint_eq (6, other->count);
  /* Who is found later gets what is left of those; others come first. */
  while (promise ("c", payload, 1))
    promised++;
  ck_assert_uint_eq (11 + 6, promised);
  find ("b", 0, 2);
  find ("c", 0, 2);
  fake_time_pass (500);
  ck_assert_uint_eq (11 + 6, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* QoS is the lower of both. */
START_TEST (who_wants_less)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert (promise ("a", "2", 2));
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  ck_assert_uint_eq (0, other->qos);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX_IN));
  fake_peer_unsubscribe (other, subscription);
  subscription = fake_peer_subscribe_surely (other, "a");
  fake_time_pass (200);
  ck_assert (promise ("a", "3", 1));
  fake_time_pass (200);
  ck_assert_uint_eq (1, other->qos);
  ck_assert (promise ("a", "4", 2));
  fake_time_pass (200);
  ck_assert_uint_eq (2, other->qos);
  ck_assert_uint_eq (4, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach_sure");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, found_late);
  tcase_add_test (tc, not_what_is_older_than_the_subscription);
  tcase_add_test (tc, found_later_than_others);
  tcase_add_test (tc, found_long_after_others);
  tcase_add_test (tc, nobody_is_found);
  tcase_add_test (tc, found_in_a_later_run);
  tcase_add_test (tc, durable_peer_is_away);
  tcase_add_loop_test (tc, interest_ends, 0, 3);
  tcase_add_test (tc, link_is_lost);
  tcase_add_test (tc, answer_changes);
  tcase_add_test (tc, peer_is_gone);
  tcase_add_loop_test (tc, outbox_is_full, 0, 2);
  tcase_add_test (tc, reserve_is_full);
  tcase_add_test (tc, who_wants_less);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach_sure", cases ());
}
