/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_links.c
 * @brief Tests of the links of two peers to each other: who opens, what keeps
 *        them, how they end and come back.
 */
#include "run_cases.h"
#include "fake_peer.h"
#include "service/offers.h"
#include "service/wire.h"

static struct FakeNet net;
/** The lower identity. */
static struct FakePeer *low;
static struct FakePeer *high;
static struct MQTT_Offer *offers[2];
/** What the owner of the offer was told: wanted, lost, ended. */
static char events_seen[2][64];


static void
see (void *cls, char event)
{
  char *seen = cls;

  seen[strlen (seen)] = event;
}


static void
handle_wanted (void *cls, uint64_t age_us)
{
  (void)age_us;
  see (cls, 'w');
}


static void
handle_lost (void *cls)
{
  see (cls, 'l');
}


static void
handle_ended (void *cls)
{
  see (cls, 'e');
  offers[(cls == events_seen[0]) ? 0 : 1] = NULL;
}


static const struct MQTT_OfferEvents events = {
  .wanted = &handle_wanted,
  .lost = &handle_lost,
  .ended = &handle_ended,
};


static void
setup (void)
{
  memset (&net, 0, sizeof (net));
  memset (offers, 0, sizeof (offers));
  memset (events_seen, 0, sizeof (events_seen));
  fake_time_begin ();
  low = fake_peer_create (&net, 1);
  high = fake_peer_create (&net, 2);
}


static void
teardown (void)
{
  for (int i = 0; i < 2; i++)
    if (NULL != offers[i])
      MQTT_offer_destroy (offers[i]);
  fake_peer_destroy (low);
  fake_peer_destroy (high);
  fake_net_end (&net);
  fake_time_end ();
}


static uint64_t
counted (const struct FakePeer *peer, enum MQTT_Counter which)
{
  return MQTT_counter (peer->counters, which);
}


/** One peer offers a topic to the other. */
static void
offer (int i, struct FakePeer *from, struct FakePeer *to)
{
  struct MQTT_Topic *topic = MQTT_topics_get (from->topics, "a", 1);

  offers[i] = MQTT_offer_create (fake_peer_link (from, &to->node),
                                 topic,
                                 &events,
                                 events_seen[i]);
  MQTT_topic_unref (topic);
}


static void
publish (int i, const char *payload)
{
  struct MQTT_Message *message = fake_message (payload);

  MQTT_offer_publish (offers[i], message, NULL, NULL);
  MQTT_message_unref (message);
}


START_TEST (messages_flow)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  offer (0, low, high);
  fake_time_pass (20);
  ck_assert_str_eq ("w", events_seen[0]);
  for (int i = 0; i < 100; i++)
    publish (0, "x");
  publish (0, "last");
  fake_time_pass (20);
  ck_assert_uint_eq (101, high->count);
  ck_assert_uint_eq (1, counted (low, MQTT_COUNT_LINKS_OPENED));
  ck_assert_uint_eq (1, counted (high, MQTT_COUNT_LINKS_ACCEPTED));
  ck_assert_uint_eq (0, high->node.opened);
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (both_open_at_once)
{
  struct MQTT_Subscription *one = fake_peer_subscribe (high, "a");
  struct MQTT_Subscription *two = fake_peer_subscribe (low, "a");

  offer (0, low, high);
  if (1 == _i)
    fake_time_settle ();
  if (2 == _i)
    fake_time_pass (1);
  offer (1, high, low);
  fake_time_pass (20);
  ck_assert_uint_eq (1, fake_node_ends (&low->node));
  ck_assert_uint_eq (1, fake_node_ends (&high->node));
  ck_assert (MQTT_wire_is_mine (fake_peer_link (low, &high->node)->wire));
  ck_assert (!MQTT_wire_is_mine (fake_peer_link (high, &low->node)->wire));
  ck_assert_str_eq ("w", events_seen[0]);
  ck_assert_str_eq ("w", events_seen[1]);
  publish (0, "to high");
  publish (1, "to low");
  fake_time_pass (2000);
  ck_assert_str_eq ("a=to high ", high->received);
  ck_assert_str_eq ("a=to low ", low->received);
  ck_assert_uint_eq (1, low->node.opened);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS_LOST));
  ck_assert_uint_eq (0, counted (high, MQTT_COUNT_LINKS_LOST));
  fake_peer_unsubscribe (high, one);
  fake_peer_unsubscribe (low, two);
}
END_TEST


START_TEST (idle_link_is_kept_alive)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  offer (0, low, high);
  fake_time_pass (300 * 1000);
  ck_assert_str_eq ("w", events_seen[0]);
  ck_assert_uint_eq (1, low->node.opened);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS_TIMED_OUT));
  publish (0, "x");
  fake_time_pass (20);
  ck_assert_uint_eq (1, high->count);
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (silent_peer_times_out)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  offer (0, low, high);
  fake_time_pass (100);
  net.silent = true;
  fake_time_pass (12 * 1000);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS_TIMED_OUT));
  fake_time_pass (6 * 1000);
  ck_assert_uint_eq (1, counted (low, MQTT_COUNT_LINKS_TIMED_OUT));
  ck_assert_uint_eq (1, counted (high, MQTT_COUNT_LINKS_TIMED_OUT));
  ck_assert_str_eq ("wl", events_seen[0]);
  fake_time_pass (40 * 1000);
  ck_assert_uint_ge (counted (low, MQTT_COUNT_LINKS_UNREACHED), 2);
  net.silent = false;
  fake_time_pass (20 * 1000);
  ck_assert_str_eq ("wlw", events_seen[0]);
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (lost_link_comes_back)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  offer (0, low, high);
  fake_time_pass (100);
  for (int i = 0; i < 3; i++)
  {
    fake_net_cut (&net);
    fake_time_pass (200);
    ck_assert_uint_eq (0, fake_node_ends (&low->node));
    fake_time_pass (100);
  }
  ck_assert_str_eq ("wlwlwlw", events_seen[0]);
  ck_assert_uint_eq (3, counted (low, MQTT_COUNT_LINKS_LOST));
  ck_assert_uint_eq (3, counted (high, MQTT_COUNT_LINKS_LOST));
  ck_assert_uint_eq (4, low->node.opened);
  publish (0, "x");
  fake_time_pass (20);
  ck_assert_str_eq ("a=x ", high->received);
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (attempts_become_rarer)
{
  offer (0, low, high);
  fake_time_pass (100);
  net.silent = true;
  for (int i = 0; i < 20; i++)
  {
    fake_net_cut (&net);
    fake_time_pass (1000);
  }
  ck_assert_uint_le (low->node.opened, 15);
  ck_assert_uint_ge (low->node.opened, 8);
}
END_TEST


START_TEST (goodbye)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  offer (0, low, high);
  offer (1, high, low);
  fake_time_pass (100);
  MQTT_offer_destroy (offers[0]);
  offers[0] = NULL;
  fake_peer_destroy (low);
  fake_time_pass (5);
  ck_assert_uint_eq (0, fake_node_ends (&high->node));
  ck_assert_uint_eq (0, counted (high, MQTT_COUNT_LINKS_LOST));
  ck_assert_uint_eq (0, counted (high, MQTT_COUNT_LINKS_TIMED_OUT));
  MQTT_offer_destroy (offers[1]);
  offers[1] = NULL;
  fake_peer_unsubscribe (high, subscription);
  fake_peer_destroy (high);
  fake_net_end (&net);
  memset (&net, 0, sizeof (net));
  low = fake_peer_create (&net, 1);
  high = fake_peer_create (&net, 2);
}
END_TEST


START_TEST (link_without_a_use_ends)
{
  offer (0, low, high);
  fake_time_pass (100);
  ck_assert_uint_eq (1, counted (high, MQTT_COUNT_LINKS));
  MQTT_offer_destroy (offers[0]);
  offers[0] = NULL;
  fake_time_pass (55 * 1000);
  ck_assert_uint_eq (1, counted (low, MQTT_COUNT_LINKS));
  fake_time_pass (15 * 1000);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS));
  fake_time_pass (5 * 1000);
  ck_assert_uint_eq (0, counted (high, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, high->node.opened);
}
END_TEST


/* Neither tells the other that it does not offer the topic any more. */
START_TEST (link_that_both_have_done_with_ends)
{
  low->options.topic_idle = MS (300 * 1000);
  high->options.topic_idle = MS (300 * 1000);
  offer (0, low, high);
  offer (1, high, low);
  fake_time_pass (200 * 1000);
  for (int i = 0; i < 2; i++)
    MQTT_offer_destroy (offers[i]);
  memset (offers, 0, sizeof (offers));
  fake_time_pass (90 * 1000);
  ck_assert_uint_eq (1, counted (low, MQTT_COUNT_LINKS));
  fake_time_pass (120 * 1000);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, counted (high, MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (link_in_use_stays)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  high->options.topic_idle = MS (300 * 1000);
  offer (0, low, high);
  for (int i = 0; i < 10; i++)
  {
    fake_time_pass (200 * 1000);
    publish (0, "x");
  }
  fake_time_pass (1000);
  ck_assert_str_eq ("w", events_seen[0]);
  ck_assert_uint_eq (10, high->count);
  fake_time_rewind ();
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (link_that_is_only_got_ends)
{
  ck_assert_ptr_nonnull (fake_peer_link (low, &high->node));
  fake_time_pass (5);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, low->node.opened);
}
END_TEST


START_TEST (peer_is_given_up)
{
  offer (0, low, high);
  fake_time_pass (100);
  ck_assert_uint_eq (1, counted (high, MQTT_COUNT_LINKS));
  net.silent = true;
  fake_time_pass (500 * 1000);
  ck_assert_ptr_nonnull (offers[0]);
  fake_time_pass (300 * 1000);
  ck_assert_str_eq ("e", events_seen[0]);
  ck_assert_ptr_null (offers[0]);
  ck_assert_uint_eq (0, counted (low, MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (reader_holds_the_link)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");
  static char payload[5001];

  memset (payload, 'x', 5000);
  offer (0, low, high);
  fake_time_pass (100);
  high->closed = true;
  for (int i = 0; i < 20; i++)
    publish (0, payload);
  fake_time_pass (1000);
  ck_assert_uint_eq (1, high->count);
  ck_assert_uint_gt (MQTT_outbox_bytes (MQTT_destination_outbox (
                       fake_peer_link (low, &high->node)->destination)),
                     80000);
  /* Held for long, and not taken for vanished. */
  fake_time_pass (60 * 1000);
  ck_assert_uint_eq (0, counted (high, MQTT_COUNT_LINKS_TIMED_OUT));
  high->closed = false;
  MQTT_gate_open (&high->gate);
  fake_time_pass (1000);
  ck_assert_uint_eq (20, high->count);
  ck_assert_uint_eq (1, counted (high, MQTT_COUNT_SLOWED));
  ck_assert_str_eq ("w", events_seen[0]);
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (held_link_is_lost)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (high, "a");

  offer (0, low, high);
  fake_time_pass (100);
  high->closed = true;
  publish (0, "1");
  fake_time_pass (10);
  publish (0, "2");
  fake_time_pass (10);
  fake_net_cut (&net);
  fake_time_pass (300);
  ck_assert_uint_eq (1, high->count);
  high->closed = false;
  MQTT_gate_open (&high->gate);
  fake_time_pass (10);
  publish (0, "3");
  fake_time_pass (10);
  ck_assert_str_eq ("a=1 a=3 ", high->received);
  fake_peer_unsubscribe (high, subscription);
}
END_TEST


START_TEST (too_many_links)
{
  struct FakeStranger strangers[5];

  for (unsigned int i = 0; i < 5; i++)
  {
    fake_stranger_begin (&strangers[i], low, 10 + i);
    fake_stranger_open (&strangers[i]);
    if (i < 4)
      fake_stranger_hello (&strangers[i]);
  }
  ck_assert_uint_eq (1, strangers[4].closed);
  ck_assert_uint_eq (0, strangers[0].closed);
  ck_assert_uint_eq (4, counted (low, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (1, counted (low, MQTT_COUNT_LINKS_REFUSED));
  ck_assert_ptr_null (fake_peer_link (low, &high->node));
  for (unsigned int i = 0; i < 5; i++)
    fake_stranger_end (&strangers[i]);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("links");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, messages_flow);
  tcase_add_loop_test (tc, both_open_at_once, 0, 3);
  tcase_add_test (tc, idle_link_is_kept_alive);
  tcase_add_test (tc, silent_peer_times_out);
  tcase_add_test (tc, lost_link_comes_back);
  tcase_add_test (tc, attempts_become_rarer);
  tcase_add_test (tc, goodbye);
  tcase_add_test (tc, link_without_a_use_ends);
  tcase_add_test (tc, link_that_both_have_done_with_ends);
  tcase_add_test (tc, link_in_use_stays);
  tcase_add_test (tc, link_that_is_only_got_ends);
  tcase_add_test (tc, peer_is_given_up);
  tcase_add_test (tc, reader_holds_the_link);
  tcase_add_test (tc, held_link_is_lost);
  tcase_add_test (tc, too_many_links);
  return tc;
}


int
main (void)
{
  return run_cases ("links", cases ());
}
