/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_subscriptions.c
 * @brief Tests of service/subscriptions.h and service/topics.h.
 */
#include "run_cases.h"
#include "core/level_hash.h"
#include "fake_time.h"
#include "service/topics.h"

/** Bytes for topics: a few. */
#define TOPIC_MEMORY 1000

static struct MQTT_Counters *counters;
static struct MQTT_Subscriptions *subscriptions;
static struct MQTT_Topics *topics;
static struct MQTT_Subscriber subscribers[3];
/** What the observer was told: "+filter-filter". */
static char observed[256];


/** #MQTT_SubscriptionsObserver */
static void
observe (void *cls, const char *filter, size_t size, bool anonymous, bool added)
{
  size_t used = strlen (observed);

  ck_assert_ptr_eq (&counters, cls);
  snprintf (observed + used,
            sizeof (observed) - used,
            "%s%c%.*s",
            anonymous ? "?" : "",
            added ? '+' : '-',
            (int)size,
            filter);
}


static void
setup (void)
{
  memset (observed, 0, sizeof (observed));
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  subscriptions = MQTT_subscriptions_create (counters, &observe, &counters);
  topics = MQTT_topics_create (subscriptions, counters, TOPIC_MEMORY);
}


static void
teardown (void)
{
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_SUBSCRIPTIONS));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_TOPICS));
  MQTT_topics_destroy (topics);
  MQTT_subscriptions_destroy (subscriptions);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


static struct MQTT_Subscription *
add (int subscriber, const char *filter, uint32_t number, uint8_t qos)
{
  return MQTT_subscriptions_add (subscriptions,
                                 &subscribers[subscriber],
                                 filter,
                                 strlen (filter),
                                 number,
                                 qos,
                                 false);
}


static void
end (struct MQTT_Subscription *subscription)
{
  MQTT_subscriptions_remove (subscriptions, subscription);
}


static struct MQTT_Topic *
get (const char *name)
{
  return MQTT_topics_get (topics, name, strlen (name));
}


/** What wanted() has found. */
static bool durable;


/** Is a topic wanted, as a peer asks? */
static bool
wanted (const char *name, uint64_t *since_us, uint8_t *qos)
{
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (name, strlen (name), &levels);
  struct MQTT_Wanted by;
  bool result = MQTT_subscriptions_wanted (subscriptions,
                                           hashes,
                                           levels,
                                           '$' == name[0],
                                           NULL,
                                           NULL,
                                           &by);

  GNUNET_free (hashes);
  if (result)
  {
    *since_us = by.since_us;
    *qos = by.qos;
    durable = by.durable;
    MQTT_groups_unref (by.groups);
  }
  return result;
}


START_TEST (observer_is_told)
{
  struct MQTT_Subscription *a = add (0, "a", 1, 0);
  struct MQTT_Subscription *b = add (0, "b/#", 2, 0);

  ck_assert_str_eq ("+a+b/#", observed);
  ck_assert_uint_eq (2, MQTT_counter (counters, MQTT_COUNT_SUBSCRIPTIONS));
  end (a);
  a = add (1, "c", 1, 0);
  end (b);
  end (a);
  ck_assert_str_eq ("+a+b/#-a+c-b/#-c", observed);
}
END_TEST


START_TEST (matches_are_sorted_by_subscriber)
{
  struct MQTT_Subscription *made[6];
  struct MQTT_Topic *topic = get ("a/b");
  const struct MQTT_Subscription *const *matches;
  size_t count;

  made[0] = add (1, "a/+", 9, 0);
  made[1] = add (0, "#", 5, 0);
  made[2] = add (1, "a/b", 3, 0);
  made[3] = add (2, "b", 1, 0);
  made[4] = add (0, "a/b", 7, 0);
  made[5] = add (1, "#", 6, 0);
  matches = MQTT_topic_matches_now (topic, &count);
  ck_assert_uint_eq (5, count);
  ck_assert_ptr_eq (made[1], matches[0]);
  ck_assert_ptr_eq (made[4], matches[1]);
  ck_assert_ptr_eq (made[2], matches[2]);
  ck_assert_ptr_eq (made[5], matches[3]);
  ck_assert_ptr_eq (made[0], matches[4]);
  for (int i = 0; i < 6; i++)
    end (made[i]);
  ck_assert_ptr_null (MQTT_topic_matches_now (topic, &count));
  ck_assert_uint_eq (0, count);
  MQTT_topic_unref (topic);
}
END_TEST


START_TEST (topics_follow_the_subscriptions)
{
  struct MQTT_Topic *topic = get ("$a");
  struct MQTT_Subscription *any = add (0, "#", 1, 0);
  struct MQTT_Subscription *exact;
  size_t count;

  ck_assert_ptr_null (MQTT_topic_matches_now (topic, &count));
  exact = add (0, "$a", 2, 0);
  ck_assert_ptr_eq (exact, MQTT_topic_matches_now (topic, &count)[0]);
  ck_assert_uint_eq (1, count);
  end (any);
  ck_assert_uint_eq (1, (MQTT_topic_matches_now (topic, &count), count));
  end (exact);
  ck_assert_uint_eq (0, (MQTT_topic_matches_now (topic, &count), count));
  MQTT_topic_unref (topic);
}
END_TEST


START_TEST (wanted_by_the_first_and_the_most)
{
  struct MQTT_Subscription *one;
  struct MQTT_Subscription *two;
  uint64_t first_us;
  uint64_t since_us = 0;
  uint8_t qos = 9;

  ck_assert (!wanted ("a", &since_us, &qos));
  one = add (0, "a", 1, 0);
  first_us = one->since_us;
  fake_time_pass (1000);
  two = add (1, "+", 1, 2);
  ck_assert_uint_eq (first_us + 1000 * 1000, two->since_us);
  ck_assert (wanted ("a", &since_us, &qos));
  ck_assert_uint_eq (first_us, since_us);
  /* Longer ago than the clock can tell. */
  two->since_us = UINT64_MAX;
  ck_assert (wanted ("a", &since_us, &qos));
  ck_assert_uint_eq (UINT64_MAX, since_us);
  two->since_us = first_us + 1000 * 1000;
  ck_assert_uint_eq (2, qos);
  end (one);
  ck_assert (wanted ("a", &since_us, &qos));
  ck_assert_uint_eq (first_us + 1000 * 1000, since_us);
  ck_assert (!wanted ("$a", &since_us, &qos));
  end (two);
  ck_assert (!wanted ("a", &since_us, &qos));
}
END_TEST


/* At QoS 0 nothing outlives a connection. */
START_TEST (wanted_durably)
{
  struct MQTT_Subscription *one = add (0, "a", 1, 2);
  struct MQTT_Subscription *two;
  uint64_t since_us;
  uint8_t qos;

  subscribers[2].durable = true;
  two = add (2, "a", 1, 0);
  ck_assert (wanted ("a", &since_us, &qos));
  ck_assert (!durable);
  end (two);
  two = add (2, "+", 1, 1);
  ck_assert (wanted ("a", &since_us, &qos));
  ck_assert (durable);
  subscribers[2].durable = false;
  end (one);
  end (two);
}
END_TEST


/** Who wants "a", beside those who are known to? */
static struct MQTT_Wanted
who_wants (const struct MQTT_Audience *known)
{
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all ("a", 1, &levels);
  struct MQTT_Wanted by;

  (void)MQTT_subscriptions_wanted (subscriptions,
                                   hashes,
                                   levels,
                                   false,
                                   NULL,
                                   known,
                                   &by);
  GNUNET_free (hashes);
  return by;
}


START_TEST (wanted_by_groups)
{
  struct MQTT_Subscription *one = add (0, "$share/g/a", 1, 1);
  struct MQTT_Subscription *two;
  struct MQTT_Subscription *plain;
  struct MQTT_Wanted by = who_wants (NULL);
  struct MQTT_Audience known = { .groups = by.groups };

  ck_assert (!by.plain);
  ck_assert_uint_eq (1, by.groups->count);
  ck_assert (MQTT_groups_have (by.groups, &one->share->name));
  ck_assert_uint_eq (one->since_us, by.news_us);
  fake_time_pass (1000);
  two = add (1, "$share/g/a", 1, 2);
  by = who_wants (&known);
  /* A group that is known has no news. */
  ck_assert_uint_eq (INT64_MAX, by.news_us);
  ck_assert_uint_eq (one->since_us, by.since_us);
  ck_assert (MQTT_groups_equal (known.groups, by.groups));
  MQTT_groups_unref (by.groups);
  fake_time_pass (1000);
  plain = add (1, "+", 2, 0);
  by = who_wants (&known);
  ck_assert (by.plain);
  ck_assert_uint_eq (plain->since_us, by.news_us);
  ck_assert_uint_eq (one->since_us, by.since_us);
  ck_assert_uint_eq (2, by.qos);
  MQTT_groups_unref (by.groups);
  MQTT_groups_unref (known.groups);
  end (one);
  end (two);
  by = who_wants (NULL);
  ck_assert_ptr_null (by.groups);
  end (plain);
}
END_TEST


/* Those that come first in the order of their names, in whatever order they came. */
START_TEST (wanted_by_more_groups_than_are_named)
{
  struct MQTT_Subscription *made[100];
  struct MQTT_Wanted by;
  struct MQTT_Wanted again;
  char filter[16];

  for (uint32_t i = 0; i < 100; i++)
  {
    GNUNET_snprintf (filter, sizeof (filter), "$share/%u/a", i);
    made[i] = add (0, filter, i, 0);
  }
  by = who_wants (NULL);
  ck_assert (by.more);
  ck_assert (by.plain);
  ck_assert_uint_eq (MQTT_LINK_GROUPS_MAX, by.groups->count);
  for (uint32_t i = 0; i < 100; i++)
  {
    const struct MQTT_LinkGroup *name = &made[i]->share->name;
    bool first = 0 >= memcmp (name,
                              &by.groups->names[MQTT_LINK_GROUPS_MAX - 1],
                              sizeof (*name));

    ck_assert_int_eq (first, MQTT_groups_have (by.groups, name));
  }
  end (made[17]);
  made[17] = add (1, "$share/17/a", 17, 0);
  again = who_wants (NULL);
  ck_assert (MQTT_groups_equal (by.groups, again.groups));
  MQTT_groups_unref (by.groups);
  MQTT_groups_unref (again.groups);
  for (uint32_t i = 0; i < 100; i++)
    end (made[i]);
}
END_TEST


START_TEST (slots_are_used_again)
{
  struct MQTT_Subscription *made[100];
  char filter[16];
  size_t count;
  struct MQTT_Topic *topic = get ("7");

  for (int round = 0; round < 3; round++)
  {
    for (uint32_t i = 0; i < 100; i++)
    {
      GNUNET_snprintf (filter, sizeof (filter), "%u", i % 50);
      made[i] = add (0, filter, i, 0);
    }
    ck_assert_uint_eq (7, MQTT_topic_matches_now (topic, &count)[0]->number);
    ck_assert_uint_eq (2, count);
    for (int i = round; i < 100 + round; i++)
      end (made[(31 * i) % 100]);
  }
  MQTT_topic_unref (topic);
}
END_TEST


START_TEST (changes_in_place)
{
  struct MQTT_Topic *topic = get ("a");
  struct MQTT_Subscription *low = add (0, "a", 1, 0);
  struct MQTT_Subscription *high = add (0, "a", 3, 0);
  const struct MQTT_Subscription *const *matches;
  size_t count;

  ck_assert_uint_eq (1, MQTT_topic_matches_now (topic, &count)[0]->number);
  MQTT_subscriptions_change (subscriptions,
                             low,
                             5,
                             2,
                             MQTT_SUBSCRIPTION_NO_LOCAL
                               | MQTT_SUBSCRIPTION_ANONYMOUS);
  ck_assert_str_eq ("+a+a?+a-a", observed);
  matches = MQTT_topic_matches_now (topic, &count);
  ck_assert_uint_eq (2, count);
  ck_assert_ptr_eq (high, matches[0]);
  ck_assert_ptr_eq (low, matches[1]);
  ck_assert_uint_eq (5, low->number);
  ck_assert_uint_eq (2, low->qos);
  ck_assert (low->no_local && low->anonymous);
  end (low);
  end (high);
  MQTT_topic_unref (topic);
}
END_TEST


START_TEST (a_topic_is_one_object)
{
  struct MQTT_Topic *one = get ("a/b");
  struct MQTT_Topic *two = get ("a/b");
  struct MQTT_Topic *other = get ("a");
  uint64_t id = one->id;

  ck_assert_ptr_eq (one, two);
  ck_assert_ptr_ne (one, other);
  ck_assert_uint_ne (id, other->id);
  ck_assert_uint_eq (2, one->levels);
  ck_assert_uint_eq (3, one->name_size);
  ck_assert_uint_eq (2, MQTT_counter (counters, MQTT_COUNT_TOPICS));
  MQTT_topic_unref (one);
  ck_assert_uint_eq (2, MQTT_counter (counters, MQTT_COUNT_TOPICS));
  MQTT_topic_unref (two);
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_TOPICS));
  one = get ("a/b");
  ck_assert_uint_ne (id, one->id);
  MQTT_topic_unref (MQTT_topic_ref (one));
  MQTT_topic_unref (one);
  MQTT_topic_unref (other);
}
END_TEST


START_TEST (matches_count_as_memory)
{
  struct MQTT_Subscription *many[40];
  struct MQTT_Topic *topic = get ("a");
  struct MQTT_Topic *other = get ("b");
  uint64_t before = MQTT_counter (counters, MQTT_COUNT_TOPIC_BYTES);
  size_t count;

  for (uint32_t i = 0; i < 40; i++)
    many[i] = add (0, "#", i, 0);
  ck_assert_ptr_nonnull (MQTT_topic_matches_now (topic, &count));
  ck_assert_uint_eq (40, count);
  ck_assert_uint_eq (before + 40 * sizeof (void *),
                     MQTT_counter (counters, MQTT_COUNT_TOPIC_BYTES));
  /* There is no memory to keep them twice. */
  for (int i = 0; i < 2; i++)
  {
    ck_assert_ptr_nonnull (MQTT_topic_matches_now (other, &count));
    ck_assert_uint_eq (40, count);
    ck_assert_uint_le (MQTT_counter (counters, MQTT_COUNT_TOPIC_BYTES),
                       TOPIC_MEMORY);
  }
  for (uint32_t i = 0; i < 40; i++)
    MQTT_subscriptions_remove (subscriptions, many[i]);
  MQTT_topic_unref (topic);
  MQTT_topic_unref (other);
}
END_TEST


START_TEST (topics_share_a_bound)
{
  struct MQTT_Topic *all[16];
  struct MQTT_Topic *again;
  char name[] = "a";
  unsigned int count = 0;

  while (NULL != (all[count] = get (name)))
  {
    name[0]++;
    ck_assert_uint_lt (++count, 16);
  }
  ck_assert_uint_lt (1, count);
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_TOPICS_REFUSED));
  ck_assert_uint_le (MQTT_counter (counters, MQTT_COUNT_TOPIC_BYTES),
                     TOPIC_MEMORY);
  again = get ("a");
  ck_assert_ptr_eq (all[0], again);
  MQTT_topic_unref (again);
  ck_assert (!MQTT_topics_reserve (topics, TOPIC_MEMORY));
  for (unsigned int i = 0; i < count; i++)
    MQTT_topic_unref (all[i]);
  ck_assert (!MQTT_topics_reserve (topics, TOPIC_MEMORY / 2 + 1));
  ck_assert (MQTT_topics_reserve (topics, TOPIC_MEMORY / 2));
  MQTT_topics_release (topics, TOPIC_MEMORY / 2);
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_TOPIC_BYTES));
}
END_TEST


int
main (void)
{
  TCase *tc = tcase_create ("subscriptions");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, observer_is_told);
  tcase_add_test (tc, matches_are_sorted_by_subscriber);
  tcase_add_test (tc, topics_follow_the_subscriptions);
  tcase_add_test (tc, wanted_by_the_first_and_the_most);
  tcase_add_test (tc, wanted_durably);
  tcase_add_test (tc, wanted_by_groups);
  tcase_add_test (tc, wanted_by_more_groups_than_are_named);
  tcase_add_test (tc, slots_are_used_again);
  tcase_add_test (tc, changes_in_place);
  tcase_add_test (tc, a_topic_is_one_object);
  tcase_add_test (tc, topics_share_a_bound);
  tcase_add_test (tc, matches_count_as_memory);
  return run_cases ("subscriptions", tc);
}
