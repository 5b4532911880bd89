/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_behind.c
 * @brief Tests of peers that are given at QoS 0 what was kept: as much at a time as
 *        their links hold, all of it and in order; and of those that come again.
 */
#include "outreach_sure_fixture.h"

/** Bytes of a payload. */
#define LARGE 10000

/** Most bytes that waited on the link. */
static size_t most;


/** A payload that begins with a letter. */
static const char *
payload (char letter)
{
  static char text[LARGE + 1];

  memset (text, 'x', LARGE);
  text[0] = letter;
  return text;
}


/** Let time pass, and see how much waits on the link. */
static void
watch (unsigned int ms)
{
  const struct MQTT_Link *link = fake_peer_link (peer, &other->node);

  while (0 < ms--)
  {
    fake_time_pass (1);
    most = GNUNET_MAX (
      most,
      MQTT_outbox_bytes (MQTT_destination_outbox (link->destination)));
  }
}


/** First letters of what has arrived, in order. */
static const char *
letters (void)
{
  static char list[32];
  const char *at = other->received;
  size_t count = 0;

  while (NULL != (at = strchr (at, '=')))
    list[count++] = *++at;
  list[count] = '\0';
  return list;
}


START_TEST (backlog_goes_as_the_link_takes_it)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  most = 0;
  for (const char *c = "abcdefgh"; '\0' != *c; c++)
    publish ("a", payload (*c), true);
  find ("a", 0, 2);
  while (0 == other->count)
    watch (1);
  publish ("a", payload ('i'), true);
  ck_assert (MQTT_source_waits (&source));
  watch (4000);
  ck_assert_str_eq ("abcdefghi", letters ());
  ck_assert_uint_le (most, peer->options.link_queue + LARGE + 100);
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_BACKLOG_BYTES));
  publish ("a", payload ('j'), true);
  watch (100);
  ck_assert_str_eq ("abcdefghij", letters ());
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* The same with what was published at QoS 1. */
START_TEST (reserve_goes_as_the_link_takes_it)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  most = 0;
  for (const char *c = "abcdefgh"; '\0' != *c; c++)
    ck_assert (promise ("a", payload (*c), 1));
  find ("a", 0, 2);
  while (0 == other->count)
    watch (1);
  ck_assert (promise ("a", payload ('i'), 1));
  watch (4000);
  ck_assert_str_eq ("abcdefghi", letters ());
  ck_assert_uint_le (most, peer->options.link_queue + LARGE + 100);
  ck_assert (promise ("a", payload ('j'), 1));
  watch (100);
  ck_assert_str_eq ("abcdefghij", letters ());
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* What it has not got when the link is lost it gets on the next. */
START_TEST (link_is_lost_meanwhile)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "a");

  for (const char *c = "abcdefgh"; '\0' != *c; c++)
    publish ("a", payload (*c), true);
  find ("a", 0, 2);
  while (2 > other->count)
    fake_time_pass (1);
  fake_net_cut (&broker.net);
  fake_time_pass (1900);
  ck_assert_ptr_nonnull (strchr (letters (), 'h'));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/** See struct MQTT_OfferEvents. */
static void
ignore (void *cls)
{
  (void)cls;
}


/** See struct MQTT_OfferEvents. */
static void
ignore_wanted (void *cls, uint64_t age_us)
{
  (void)cls;
  (void)age_us;
}


/* Who was given up, and makes a link by himself, is offered the topic at once. */
START_TEST (given_up_and_back)
{
  static const struct MQTT_OfferEvents events = { .wanted = &ignore_wanted,
                                                  .refused = &ignore,
                                                  .lost = &ignore,
                                                  .ended = &ignore };
  struct MQTT_Topic *topic = MQTT_topics_get (other->topics, "b", 1);
  struct MQTT_Subscription *subscription;
  struct MQTT_Offer *offer;

  other->subscriber.durable = true;
  subscription = fake_peer_subscribe_surely (other, "a");
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (100);
  ck_assert_str_eq ("a=1 ", other->received);
  broker.net.silent = true;
  fake_net_cut (&broker.net);
  for (int i = 0; i < 20; i++)
  {
    fake_time_pass (50 * 1000);
    publish ("a", "lost", true);
  }
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  broker.net.silent = false;
  offer = MQTT_offer_create (fake_peer_link (other, &peer->node),
                             topic,
                             &events,
                             NULL);
  fake_time_pass (5000);
  publish ("a", "2", true);
  fake_time_pass (1000);
  publish ("a", "3", true);
  fake_time_pass (1000);
  ck_assert_ptr_nonnull (strstr (other->received, "a=3 "));
  MQTT_offer_destroy (offer);
  MQTT_topic_unref (topic);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach_behind");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, backlog_goes_as_the_link_takes_it);
  tcase_add_test (tc, reserve_goes_as_the_link_takes_it);
  tcase_add_test (tc, link_is_lost_meanwhile);
  tcase_add_test (tc, given_up_and_back);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach_behind", cases ());
}
