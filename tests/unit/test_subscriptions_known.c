/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_subscriptions_known.c
 * @brief Tests of what a peer that asks learns of anonymous subscriptions: of each by
 *        itself.
 */
#include "run_cases.h"
#include "core/level_hash.h"
#include "fake_identity.h"
#include "fake_time.h"
#include "service/topics.h"

static struct MQTT_Counters *counters;
static struct MQTT_Subscriptions *subscriptions;
static struct MQTT_Topics *topics;
static struct MQTT_Subscriber subscriber;
static struct GNUNET_PeerIdentity asking;
/** The filter of which it may know, and how often that was asked. */
static const char *covered;
static unsigned int asked;


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


static void
setup (void)
{
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  subscriptions = MQTT_subscriptions_create (counters, &observe, NULL);
  topics = MQTT_topics_create (subscriptions, counters, 10000);
  asking = fake_identity (7);
}


static void
teardown (void)
{
  MQTT_topics_destroy (topics);
  MQTT_subscriptions_destroy (subscriptions);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


static struct MQTT_Subscription *
add (const char *filter)
{
  return MQTT_subscriptions_add (subscriptions,
                                 &subscriber,
                                 filter,
                                 strlen (filter),
                                 1,
                                 1,
                                 MQTT_SUBSCRIPTION_ANONYMOUS);
}


/** #MQTT_SubscriptionsAdmit */
static bool
admit (void *cls,
       const struct GNUNET_PeerIdentity *peer,
       const struct MQTT_Cover *cover)
{
  struct MQTT_Covers *covers = MQTT_covers_create ();
  struct MQTT_Cover *its = MQTT_covers_get (covers, covered, strlen (covered));
  bool equal = (0 == memcmp (its->ends, cover->ends, sizeof (its->ends)));

  ck_assert_ptr_eq (&covered, cls);
  ck_assert_mem_eq (&asking, peer, sizeof (asking));
  asked++;
  MQTT_cover_unref (its);
  MQTT_covers_destroy (covers);
  return equal;
}


/** Is "a" wanted, as the peer asks? */
static bool
is_wanted (const char *filter)
{
  struct MQTT_SubscriptionsAsker asker = { .peer = &asking,
                                           .admits = &admit,
                                           .cls = &covered };
  struct MQTT_Wanted by = { 0 };
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all ("a", 1, &levels);
  bool wanted;

  covered = filter;
  wanted = MQTT_subscriptions_wanted (subscriptions,
                                      hashes,
                                      levels,
                                      false,
                                      &asker,
                                      NULL,
                                      &by);
  GNUNET_free (hashes);
  MQTT_groups_unref (by.groups);
  return wanted;
}


/** Has a topic members of a group that the peer may know of? */
static bool
has_group (struct MQTT_Topic *topic,
           const struct MQTT_LinkGroup *name,
           const char *filter)
{
  struct MQTT_SubscriptionsAsker asker = { .peer = &asking,
                                           .admits = &admit,
                                           .cls = &covered };

  covered = filter;
  return MQTT_topic_has_group (topic, name, &asker);
}


START_TEST (of_each_by_itself)
{
  struct MQTT_Subscription *one = add ("a");
  struct MQTT_Subscription *two = add ("+");

  ck_assert (is_wanted ("a"));
  ck_assert (is_wanted ("+"));
  ck_assert (!is_wanted ("#"));
  MQTT_subscriptions_remove (subscriptions, two);
  ck_assert (!is_wanted ("+"));
  MQTT_subscriptions_remove (subscriptions, one);
}
END_TEST


/** What decides is what is to be matched. */
START_TEST (of_members_of_groups)
{
  struct MQTT_Subscription *one = add ("$share/g/a");
  struct MQTT_Topic *topic = MQTT_topics_get (topics, "a", 1);
  const struct MQTT_LinkGroup *name = &one->share->name;

  ck_assert (is_wanted ("a"));
  ck_assert (has_group (topic, name, "a"));
  ck_assert (!is_wanted ("$share/g/a"));
  ck_assert (!has_group (topic, name, "$share/g/a"));
  ck_assert (!MQTT_topic_has_group (topic, name, NULL));
  MQTT_topic_unref (topic);
  MQTT_subscriptions_remove (subscriptions, one);
}
END_TEST


/** However many want the same, the peer's right is looked up once for a question. */
START_TEST (of_equals_at_once)
{
  static const char *const filters[] = { "a", "$share/g/a" };
  struct MQTT_Subscription *made[1000];
  struct MQTT_Topic *topic = MQTT_topics_get (topics, "a", 1);
  struct MQTT_LinkGroup name = MQTT_group_name (filters[1],
                                                strlen (filters[1]));

  for (unsigned int i = 0; i < 1000; i++)
    made[i] = add (filters[_i]);
  ck_assert (!is_wanted ("b"));
  ck_assert_uint_eq (1, asked);
  ck_assert (is_wanted ("a"));
  ck_assert_uint_eq (2, asked);
  ck_assert (!has_group (topic, &name, "b"));
  ck_assert_uint_eq (2 + _i, asked);
  for (unsigned int i = 0; i < 1000; i++)
    MQTT_subscriptions_remove (subscriptions, made[i]);
  MQTT_topic_unref (topic);
}
END_TEST


/** It may be made anonymous, and named again. */
START_TEST (of_what_has_changed)
{
  struct MQTT_Subscription *one = add ("a");

  for (unsigned int i = 0; i < 2; i++)
  {
    MQTT_subscriptions_change (subscriptions, one, 1, 1, 0);
    ck_assert (is_wanted ("b"));
    MQTT_subscriptions_change (subscriptions,
                               one,
                               1,
                               1,
                               MQTT_SUBSCRIPTION_ANONYMOUS);
    ck_assert (!is_wanted ("b"));
    ck_assert (is_wanted ("a"));
  }
  MQTT_subscriptions_remove (subscriptions, one);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("subscriptions_known");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, of_each_by_itself);
  tcase_add_test (cases, of_members_of_groups);
  tcase_add_loop_test (cases, of_equals_at_once, 0, 2);
  tcase_add_test (cases, of_what_has_changed);
  return run_cases ("subscriptions_known", cases);
}
