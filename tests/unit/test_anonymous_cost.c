/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_anonymous_cost.c
 * @brief Tests of what the questions of a peer cost that may not know of anonymous
 *        subscriptions.
 */
#include "anonymous_fixture.h"
#include <time.h>
#include "core/level_hash.h"
#include "service/subscriptions.h"

#define SUBSCRIPTIONS 1000
#define QUESTIONS 1000

/** Codes that the peer was called on for. */
#define CODES 1000

static struct MQTT_Subscriptions *subscriptions;
static struct MQTT_Subscriber subscriber;


/** #MQTT_SubscriptionsObserver */
static void
observe (void *cls, const char *filter, size_t size, bool anonymous, bool added)
{
  (void)cls;
  (void)filter;
  (void)size;
  (void)anonymous;
  (void)added;
}


/** #MQTT_SubscriptionsAdmit */
static bool
admit (void *cls,
       const struct GNUNET_PeerIdentity *peer,
       const struct MQTT_Cover *cover)
{
  return MQTT_anonymous_admits (cls, peer, cover);
}


/**
 * Have called on the publisher for many codes, of which none covers "a/b".
 */
static void
call_on (void)
{
  struct Peer *self = &peers[SUBSCRIBER];
  struct MQTT_StoreHost host = {
    .peer = peers[PUBLISHER].name,
    .called_us = GNUNET_TIME_absolute_get ().abs_value_us,
  };

  options.links = CODES;
  for (unsigned int i = 0; i < CODES; i++)
  {
    GNUNET_CRYPTO_hash (&i, sizeof (i), &host.end);
    ck_assert (MQTT_store_host_put (self->store.store, &host));
  }
  MQTT_anonymous_destroy (self->anonymous);
  build (self);
}


/**
 * Have the peer ask whether "a/b" is wanted, again and again.
 *
 * @return CPU time of it
 */
static clock_t
ask (bool wanted)
{
  struct Peer *self = &peers[SUBSCRIBER];
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all ("a/b", 3, &levels);
  clock_t began = clock ();

  for (unsigned int i = 0; i < QUESTIONS; i++)
  {
    struct MQTT_SubscriptionsAsker asker = { .peer = &peers[PUBLISHER].name,
                                             .admits = &admit,
                                             .cls = self->anonymous };
    struct MQTT_Wanted by = { 0 };

    ck_assert_int_eq (wanted,
                      MQTT_subscriptions_wanted (subscriptions,
                                                 hashes,
                                                 levels,
                                                 false,
                                                 &asker,
                                                 NULL,
                                                 &by));
    MQTT_groups_unref (by.groups);
  }
  GNUNET_free (hashes);
  return clock () - began;
}


/** Time of the questions when as many sessions want the topic. */
static clock_t
ask_of (unsigned int flags, const char *const *filters, unsigned int count)
{
  struct MQTT_Subscription *made[SUBSCRIPTIONS];
  clock_t took;

  for (unsigned int i = 0; i < SUBSCRIPTIONS; i++)
  {
    const char *filter = filters[i % count];

    made[i] = MQTT_subscriptions_add (subscriptions,
                                      &subscriber,
                                      filter,
                                      strlen (filter),
                                      1,
                                      1,
                                      flags);
  }
  took = ask (0 == flags);
  for (unsigned int i = 0; i < SUBSCRIPTIONS; i++)
    MQTT_subscriptions_remove (subscriptions, made[i]);
  return took;
}


/* A named run ends at the first 64; the other goes through all thousand, but works
   nothing out for any of them.  To hash for each takes a thousand times as long. */
START_TEST (costs_about_what_named_ones_do)
{
  static const char *const filters[] = { "a/b", "a/+", "+/b", "a/#", "#" };
  const unsigned int count = (0 == _i) ? 1 : 5;
  struct MQTT_Counters *counters = MQTT_counters_create (NULL);
  clock_t named;
  clock_t anonymous;

  call_on ();
  subscriptions = MQTT_subscriptions_create (counters, &observe, NULL);
  named = ask_of (0, filters, count);
  anonymous = ask_of (MQTT_SUBSCRIPTION_ANONYMOUS, filters, count);
  ck_assert_int_le (anonymous, 50 * named);
  MQTT_subscriptions_destroy (subscriptions);
  MQTT_counters_destroy (counters);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("anonymous_cost");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_loop_test (cases, costs_about_what_named_ones_do, 0, 2);
  return run_cases ("anonymous_cost", cases);
}
