/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_limits.c
 * @brief Tests of the bounds on the way of publications to other peers.
 */
#include "outreach_fixture.h"


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


START_TEST (as_much_memory_as_may_be)
{
  char *name = GNUNET_malloc (30002);

  memset (name, '/', 30000);
  peer->options.published_topics = 1000;
  for (name[0] = '0'; name[0] < 'z'; name[0]++)
    publish (name, "1", false);
  ck_assert_uint_lt (0, counted (MQTT_COUNT_TOPICS_FORGOTTEN));
  ck_assert_uint_lt (5, counted (MQTT_COUNT_TOPICS_PUBLISHED));
  ck_assert_uint_le (counted (MQTT_COUNT_TOPIC_BYTES),
                     peer->options.topic_memory / 2);
  GNUNET_free (name);
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


/* Who was never there makes room for others. */
START_TEST (too_many_links)
{
  publish ("a", "1", false);
  publish ("b", "1", false);
  for (unsigned int i = 0; i < 5; i++)
    find ((i < 3) ? "a" : "b", 0, 90 + i);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_LINKS));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_GIVEN_UP));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_REFUSED));
}
END_TEST


START_TEST (who_was_never_there_is_given_up_soon)
{
  publish ("a", "1", false);
  find ("a", 0, 99);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
  for (int i = 0; i < 25; i++)
  {
    fake_time_pass (10 * 1000);
    publish ("a", "1", true);
  }
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
  TCase *tc = tcase_create ("outreach_limits");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, publisher_waits_for_the_backlog);
  tcase_add_test (tc, delivered_messages_make_room);
  tcase_add_test (tc, as_many_topics_as_may_be);
  tcase_add_test (tc, as_much_memory_as_may_be);
  tcase_add_test (tc, idle_topics_are_forgotten);
  tcase_add_test (tc, unreachable_peer_is_given_up);
  tcase_add_test (tc, too_many_links);
  tcase_add_test (tc, who_was_never_there_is_given_up_soon);
  tcase_add_test (tc, full_link_slows_the_publisher);
  tcase_add_test (tc, stalled_link_drops_and_recovers);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach_limits", cases ());
}
