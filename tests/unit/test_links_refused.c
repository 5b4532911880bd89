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
  MQTT_testaments_enforce (broker.testaments, list.lists);
  MQTT_links_enforce (peer->links);
  MQTT_outreaches_enforce (broker.outreaches);
  MQTT_mailboxes_enforce (MQTT_links_mailboxes (peer->links));
}


static void
follow (bool refuse)
{
  peer->links->config.blacklists = NULL;
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


/* What is queued in the same task must not leave with the goodbye. */
START_TEST (nothing_more_is_sent_to_him)
{
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_peer (
    &other->node.identity);

  meet ();
  fake_time_pass (BLACKLIST_INTERVAL);
  publish ("a", "2", false);
  blacklist_answer (&list, MQTT_BLACKLIST_SURE, &entry);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 ", other->received);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_LOST_LINK));
  ck_assert_uint_eq (0,
                     MQTT_counter (other->counters, MQTT_COUNT_LINKS_DROPPED));
}
END_TEST


static unsigned int ended;


/** What was offered goes to somebody else: see struct MQTT_OfferEvents. */
static void
link_to_another (void *cls)
{
  const struct GNUNET_PeerIdentity another = fake_identity (20);

  (void)cls;
  ended++;
  (void)MQTT_links_get (peer->links, &another);
}


/* A link that ends may have others made, in place of those who were never there: of
   others on the list, too, and never in its own place. */
START_TEST (those_who_were_never_there_make_room)
{
  static const struct MQTT_OfferEvents events = { .ended = &link_to_another };
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics, "a", 1);
  char data[4][MQTT_BLACKLIST_RECORD_MAX];
  struct GNUNET_GNSRECORD_Data records[4];
  struct GNUNET_PeerIdentity there = fake_identity (20);

  ended = 0;
  for (unsigned int i = 0; i < 4; i++)
  {
    const struct GNUNET_PeerIdentity who = fake_identity (10 + i);
    const struct MQTT_BlacklistEntry entry = MQTT_blacklist_peer (&who);

    records[i] = (struct GNUNET_GNSRECORD_Data){
      .data = data[i],
      .data_size = MQTT_blacklist_entry_write (&entry, data[i]),
      .record_type = MQTT_BLACKLIST_RECORD,
    };
    (void)MQTT_offer_create (MQTT_links_get (peer->links, &who),
                             topic,
                             &events,
                             NULL);
  }
  fake_time_pass (BLACKLIST_INTERVAL);
  list.looked (list.cls, MQTT_BLACKLIST_SURE, 4, records);
  list.looked = NULL;
  ck_assert_uint_eq (4, ended);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
  ck_assert (!GNUNET_TIME_relative_is_forever (
    MQTT_links_silence (peer->links, &there)));
  MQTT_topic_unref (topic);
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


/* Nobody is on a list that cannot be read. */
START_TEST (who_calls_in_between_is_put_off)
{
  blacklist_end (&list);
  follow (true);
  blacklist_say (&list, MQTT_BLACKLIST_FAILED, NULL);
  fake_stranger_open (&stranger);
  fake_time_pass (10);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_BLACKLISTED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_PUT_OFF));
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
  tcase_add_test (tc, nothing_more_is_sent_to_him);
  tcase_add_test (tc, those_who_were_never_there_make_room);
  tcase_add_test (tc, links_to_others_stay);
  tcase_add_test (tc, who_calls_is_refused);
  tcase_add_test (tc, who_calls_in_between_is_put_off);
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
