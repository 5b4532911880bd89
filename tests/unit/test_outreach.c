/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach.c
 * @brief Tests of how publications reach the peers that want them, over a fake
 *        meeting place and a fake transport.
 */
#include "run_cases.h"
#include "core/discovery_code.h"
#include "fake_broker.h"
#include "service/outreach.h"

static struct FakeBroker broker;
/** Who publishes. */
static struct FakePeer *peer;
/** Who subscribes; 2 in the meeting place. */
static struct FakePeer *other;
static struct FakeStranger stranger;
static struct MQTT_Source source;
static unsigned int resumed;


static void
resume (void *cls)
{
  (void)cls;
  resumed++;
}


static void
setup (void)
{
  resumed = 0;
  fake_broker_begin (&broker);
  fake_broker_build (&broker);
  peer = broker.peer;
  other = fake_peer_create (&broker.net, 2);
  fake_stranger_begin (&stranger, peer, 3);
  MQTT_source_init (&source, peer->counters, &resume, NULL);
}


static void
teardown (void)
{
  MQTT_source_done (&source);
  fake_stranger_end (&stranger);
  fake_broker_end (&broker);
  fake_peer_destroy (other);
  fake_broker_end_world (&broker);
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return fake_broker_counted (&broker, which);
}


static void
publish (const char *name, const char *payload, bool delivered)
{
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics,
                                              name,
                                              strlen (name));
  struct MQTT_Message *message = fake_message (payload);

  MQTT_outreach_publish (broker.outreaches, topic, message, delivered, &source);
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}


/** One of the searches for a topic finds a peer. */
static void
find (const char *name, unsigned int which, unsigned int number)
{
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  fake_time_pass (10);
  ck_assert_uint_lt (
    which,
    MQTT_discovery_code_searches (name, strlen (name), strings));
  fake_rendezvous_find (&broker.rendezvous, strings[which].text, number);
}


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


START_TEST (publisher_waits_for_the_backlog)
{
  static char payload[10001];

  memset (payload, 'x', 10000);
  for (int i = 0; i < 9; i++)
    publish ("a", payload, false);
  ck_assert (!MQTT_source_waits (&source));
  publish ("b", payload, false);
  ck_assert (MQTT_source_waits (&source));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SLOWED));
  fake_time_pass (1990);
  ck_assert_uint_eq (0, resumed);
  fake_time_pass (20);
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (10, counted (MQTT_COUNT_NO_SUBSCRIBER));
}
END_TEST


START_TEST (delivered_messages_make_room)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");
  static char payload[10001];

  memset (payload, 'x', 10000);
  for (int i = 0; i < 12; i++)
  {
    payload[0] = (char)('a' + i);
    publish ("a", payload, true);
  }
  ck_assert (!MQTT_source_waits (&source));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_BACKLOG_EVICTED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_NO_SUBSCRIBER));
  ck_assert_uint_le (counted (MQTT_COUNT_BACKLOG_BYTES), 100000);
  find ("a", 0, 2);
  fake_time_pass (500);
  ck_assert_uint_eq (9, other->count);
  ck_assert_int_eq (0, strncmp (other->received, "a=d", 3));
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


START_TEST (as_many_topics_as_may_be)
{
  char name[16];

  for (int i = 0; i < 17; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    publish (name, "x", true);
    if (15 == i)
      publish ("0", "x", true);
  }
  ck_assert_uint_eq (1, counted (MQTT_COUNT_TOPICS_FORGOTTEN));
  ck_assert_uint_eq (16, counted (MQTT_COUNT_TOPICS));
  publish ("0", "x", true);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_TOPICS_FORGOTTEN));
  publish ("1", "x", true);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_TOPICS_FORGOTTEN));
}
END_TEST


START_TEST (idle_topics_are_forgotten)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  publish ("a", "1", false);
  publish ("b", "1", false);
  find ("a", 0, 2);
  fake_time_pass (400 * 1000);
  publish ("a", "2", false);
  fake_time_pass (450 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_TOPICS_PUBLISHED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_TOPICS));
  ck_assert_uint_eq (2, fake_rendezvous_standing (&broker.rendezvous, true));
  fake_time_pass (450 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_TOPICS));
  ck_assert_uint_eq (0, fake_rendezvous_standing (&broker.rendezvous, true));
  ck_assert_str_eq ("a=1 a=2 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (unreachable_peer_is_given_up)
{
  publish ("a", "1", false);
  find ("a", 0, 99);
  fake_time_pass (1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
  for (int i = 0; i < 65; i++)
  {
    fake_time_pass (10 * 1000);
    publish ("a", "1", true);
  }
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  find ("a", 0, 99);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (too_many_links)
{
  publish ("a", "1", false);
  publish ("b", "1", false);
  for (unsigned int i = 0; i < 5; i++)
    find ((i < 3) ? "a" : "b", 0, 90 + i);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_LINKS));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_REFUSED));
}
END_TEST


START_TEST (myself_is_not_a_peer)
{
  publish ("a", "1", false);
  find ("a", 0, 1);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (full_link_slows_the_publisher)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");
  static char payload[10001];

  memset (payload, 'x', 10000);
  publish ("a", "1", false);
  find ("a", 0, 2);
  fake_time_pass (3000);
  publish ("a", payload, false);
  publish ("a", payload, false);
  ck_assert (!MQTT_source_waits (&source));
  publish ("a", payload, false);
  ck_assert (MQTT_source_waits (&source));
  fake_time_pass (100);
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (4, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (stalled_link_drops_and_recovers)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");
  static char payload[10001];

  memset (payload, 'x', 10000);
  publish ("a", "1", false);
  find ("a", 0, 2);
  fake_time_pass (3000);
  other->node.deaf = true;
  for (int i = 0; i < 4; i++)
    publish ("a", payload, false);
  ck_assert (MQTT_source_waits (&source));
  fake_time_pass (2900);
  ck_assert (MQTT_source_waits (&source));
  fake_time_pass (300);
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
  publish ("a", payload, false);
  ck_assert (!MQTT_source_waits (&source));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
  fake_node_wake (&other->node);
  fake_time_pass (200);
  publish ("a", "last", false);
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
  ck_assert_uint_eq (6, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, late_find_gets_what_was_kept);
  tcase_add_test (tc, not_what_is_older_than_the_subscription);
  tcase_add_test (tc, window_ends);
  tcase_add_test (tc, publisher_waits_for_the_backlog);
  tcase_add_test (tc, delivered_messages_make_room);
  tcase_add_test (tc, lost_link_gets_what_it_missed);
  tcase_add_test (tc, nothing_is_sent_twice);
  tcase_add_test (tc, unsubscribed_gets_nothing);
  tcase_add_test (tc, peer_that_comes_and_goes_holds_nobody);
  tcase_add_test (tc, as_many_topics_as_may_be);
  tcase_add_test (tc, idle_topics_are_forgotten);
  tcase_add_test (tc, unreachable_peer_is_given_up);
  tcase_add_test (tc, too_many_links);
  tcase_add_test (tc, myself_is_not_a_peer);
  tcase_add_test (tc, full_link_slows_the_publisher);
  tcase_add_test (tc, stalled_link_drops_and_recovers);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach", cases ());
}
