/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_calls.c
 * @brief Tests of calls on publishers, and of who learns of anonymous
 *        subscriptions.
 */
#include "run_cases.h"
#include "fake_peer.h"
#include "service/links.h"
#include "service/offers.h"

static struct FakeNet net;
static struct FakePeer *subscriber;
static struct FakePeer *publisher;
static struct MQTT_Offer *offer;
static struct MQTT_Subscription *subscription;
/** What is called for. */
static const struct GNUNET_HashCode end = { .bits = { 1, 2, 3 } };


static void
ignore_wanted (void *cls, uint64_t age_us)
{
  (void)cls;
  (void)age_us;
}


static void
ignore (void *cls)
{
  (void)cls;
}


static void
note_ended (void *cls)
{
  (void)cls;
  offer = NULL;
}


static const struct MQTT_OfferEvents events = {
  .wanted = &ignore_wanted,
  .refused = &ignore,
  .lost = &ignore,
  .ended = &note_ended,
};


static void
setup (void)
{
  memset (&net, 0, sizeof (net));
  offer = NULL;
  subscription = NULL;
  fake_time_begin ();
  subscriber = fake_peer_create (&net, 1);
  publisher = fake_peer_create (&net, 2);
}


static void
teardown (void)
{
  if (NULL != offer)
    MQTT_offer_destroy (offer);
  if (NULL != subscription)
    fake_peer_unsubscribe (subscriber, subscription);
  fake_peer_destroy (subscriber);
  fake_peer_destroy (publisher);
  fake_net_end (&net);
  fake_time_end ();
}


static void
call (void)
{
  ck_assert (
    MQTT_links_call (subscriber->links, &publisher->node.identity, &end));
}


static void
subscribe_anonymously (void)
{
  subscription = MQTT_subscriptions_add (subscriber->subscriptions,
                                         &subscriber->subscriber,
                                         "a",
                                         1,
                                         1,
                                         0,
                                         MQTT_SUBSCRIPTION_ANONYMOUS);
}


static void
ask (void)
{
  struct MQTT_Topic *topic = MQTT_topics_get (publisher->topics, "a", 1);

  offer = MQTT_offer_create (fake_peer_link (publisher, &subscriber->node),
                             topic,
                             &events,
                             NULL);
  MQTT_topic_unref (topic);
  fake_time_pass (20);
}


START_TEST (a_call_opens_the_link)
{
  call ();
  fake_time_pass (20);
  ck_assert_uint_eq (1, publisher->calls);
  ck_assert_mem_eq (&end, &publisher->sought, sizeof (end));
  ck_assert_mem_eq (&subscriber->node.identity,
                    &publisher->caller,
                    sizeof (publisher->caller));
  ck_assert_uint_eq (0, publisher->node.opened);
  /* On a link that is there it goes at once. */
  call ();
  fake_time_pass (20);
  ck_assert_uint_eq (2, publisher->calls);
  ck_assert_uint_eq (1, subscriber->node.opened);
}
END_TEST


START_TEST (a_link_that_was_only_called_on_ends)
{
  call ();
  fake_time_pass (20);
  ck_assert_uint_eq (1, MQTT_counter (subscriber->counters, MQTT_COUNT_LINKS));
  fake_time_pass (80 * 1000);
  ck_assert_uint_eq (0, MQTT_counter (subscriber->counters, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, MQTT_counter (publisher->counters, MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (called_again_when_the_link_comes_back)
{
  call ();
  fake_time_pass (20);
  fake_net_cut (&net);
  fake_time_pass (2000);
  ck_assert_uint_eq (2, publisher->calls);
  ck_assert_uint_eq (2, subscriber->node.opened);
}
END_TEST


START_TEST (who_is_not_there_is_given_up)
{
  net.silent = true;
  call ();
  fake_time_pass (100 * 1000);
  ck_assert_uint_eq (1, MQTT_counter (subscriber->counters, MQTT_COUNT_LINKS));
  fake_time_pass (400 * 1000);
  ck_assert_uint_eq (0, MQTT_counter (subscriber->counters, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, publisher->calls);
}
END_TEST


START_TEST (strangers_do_not_learn)
{
  subscribe_anonymously ();
  ask ();
  ck_assert (MQTT_offer_is_refused (offer));
  fake_time_pass (5000);
  ck_assert (MQTT_offer_is_refused (offer));
  /* Once it is called on, it is told without asking again. */
  call ();
  subscriber->admits = true;
  fake_time_pass (1000);
  ck_assert (MQTT_offer_is_wanted (offer));
  ck_assert_uint_eq (
    1,
    MQTT_counter (publisher->counters, MQTT_COUNT_QUESTIONS_SENT));
}
END_TEST


START_TEST (of_both_kinds_only_the_named_one_is_told)
{
  struct MQTT_Subscription *named;

  subscription = MQTT_subscriptions_add (subscriber->subscriptions,
                                         &subscriber->subscriber,
                                         "+",
                                         1,
                                         1,
                                         2,
                                         MQTT_SUBSCRIPTION_ANONYMOUS);
  named = fake_peer_subscribe (subscriber, "a");
  ask ();
  ck_assert (MQTT_offer_is_wanted (offer));
  ck_assert_uint_eq (0, MQTT_offer_qos (offer));
  fake_peer_unsubscribe (subscriber, named);
  fake_time_pass (20);
  ck_assert (MQTT_offer_is_refused (offer));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("calls");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, a_call_opens_the_link);
  tcase_add_test (cases, a_link_that_was_only_called_on_ends);
  tcase_add_test (cases, called_again_when_the_link_comes_back);
  tcase_add_test (cases, who_is_not_there_is_given_up);
  tcase_add_test (cases, strangers_do_not_learn);
  tcase_add_test (cases, of_both_kinds_only_the_named_one_is_told);
  return run_cases ("calls", cases);
}
