/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_links_refused.c
 * @brief Tests of what becomes of links, and of what was to be sent on them, when peers
 *        are put on a blacklist.
 */
#include "outreach_sure_fixture.h"
#include "blacklist_fixture.h"

static struct BlacklistFixture list;
static struct MQTT_Subscription *subscription;


/**
 * As the service does: #MQTT_BlacklistsChanged.
 */
static void
enforce (void *cls)
{
  (void)cls;
  MQTT_interests_enforce (broker.interests, list.lists);
  MQTT_links_enforce (peer->links);
  MQTT_outreaches_enforce (broker.outreaches);
  MQTT_mailboxes_enforce (MQTT_links_mailboxes (peer->links));
}


static void
follow (bool refuse)
{
  blacklist_begin (&list, peer->counters, refuse, &enforce, NULL);
  peer->links->config.blacklists = list.lists;
}


static void
begin (void)
{
  setup ();
  other->subscriber.durable = true;
  subscription = fake_peer_subscribe_surely (other, "a");
  follow (false);
}


static void
end (void)
{
  fake_peer_unsubscribe (other, subscription);
  blacklist_end (&list);
  teardown ();
}


/** The peers meet, and something is published. */
static void
meet (void)
{
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 ", other->received);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
}


static bool
is_linked (void)
{
  return MQTT_links_is_up (peer->links, &other->node.identity);
}


START_TEST (a_link_in_use_is_dropped)
{
  meet ();
  ck_assert (is_linked ());
  blacklist_peer (&list, &other->node.identity);
  ck_assert (!is_linked ());
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_CUT));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_INTERESTS));
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (SETTLED);
  ck_assert_str_eq ("a=1 ", other->received);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (links_to_others_stay)
{
  meet ();
  blacklist_peer (&list, &stranger.node.identity);
  ck_assert (is_linked ());
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_CUT));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
}
END_TEST


START_TEST (who_calls_is_refused)
{
  blacklist_peer (&list, &stranger.node.identity);
  fake_stranger_open (&stranger);
  fake_time_pass (10);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_BLACKLISTED));
}
END_TEST


START_TEST (who_is_found_is_not_asked)
{
  blacklist_peer (&list, &other->node.identity);
  ck_assert (promise ("a", "1", 1));
  find ("a", 0, 2);
  fake_time_pass (SETTLED);
  ck_assert_uint_eq (0, peer->node.opened);
  ck_assert_uint_lt (0, counted (MQTT_COUNT_LINKS_BLACKLISTED));
  ck_assert_str_eq ("", other->received);
}
END_TEST


START_TEST (who_is_taken_off_is_found_again)
{
  meet ();
  blacklist_peer (&list, &other->node.identity);
  fake_time_pass (SETTLED);
  blacklist_nobody (&list);
  fake_time_pass (200);
  ck_assert (is_linked ());
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
}
END_TEST


START_TEST (what_waits_for_him_is_given_up)
{
  meet ();
  broker.net.silent = true;
  ck_assert (promise ("a", "2", 1));
  ck_assert (promise ("a", "3", 1));
  fake_time_pass (200);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_OUTBOX));
  blacklist_peer (&list, &other->node.identity);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_OUTBOX_UNWANTED));
}
END_TEST


START_TEST (without_a_list_all_wait)
{
  blacklist_end (&list);
  follow (true);
  meet ();
  blacklist_say (&list, MQTT_BLACKLIST_FAILED, NULL);
  ck_assert (!is_linked ());
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (200);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX));
  ck_assert_str_eq ("a=1 ", other->received);
  blacklist_nobody (&list);
  fake_time_pass (SETTLED);
  ck_assert_str_eq ("a=1 a=2 ", other->received);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("links refused");

  tcase_add_checked_fixture (tc, &begin, &end);
  tcase_add_test (tc, a_link_in_use_is_dropped);
  tcase_add_test (tc, links_to_others_stay);
  tcase_add_test (tc, who_calls_is_refused);
  tcase_add_test (tc, who_is_found_is_not_asked);
  tcase_add_test (tc, who_is_taken_off_is_found_again);
  tcase_add_test (tc, what_waits_for_him_is_given_up);
  tcase_add_test (tc, without_a_list_all_wait);
  return tc;
}


int
main (void)
{
  return run_cases ("links refused", cases ());
}
