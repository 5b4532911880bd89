/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_owned.c
 * @brief Tests of topics that belong to somebody, between peers: what a stranger may
 *        not publish, and how an honest peer shows that it may.
 */
#include "outreach_sure_fixture.h"
#include "channel_fixture.h"
#include "core/level_hash.h"

static struct GNUNET_IDENTITY_PrivateKey ego;
static char *news;


/**
 * The topic is the one below the ego's key from now on.
 */
static void
use_topic (const char *below)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  char *key = GNUNET_IDENTITY_public_key_to_string (&owner);

  GNUNET_free (news);
  GNUNET_asprintf (&news, "/%s/%s", key, below);
  GNUNET_free (key);
}


static void
setup_owned (void)
{
  setup ();
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  news = NULL;
  use_topic ("a");
}


static void
teardown_owned (void)
{
  GNUNET_free (news);
  teardown ();
}


/**
 * A grant for a peer, for ever.
 */
static struct MQTT_ChannelEntry
grant (const struct FakeNode *publisher, const char *prefix, uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant (prefix, serial);

  entry.peer = publisher->identity;
  entry.not_before_us = 0;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  return entry;
}


/**
 * A peer is shown an entry by one of its applications.
 */
static void
show (struct FakePeer *to, const struct MQTT_ChannelEntry *entry)
{
  struct Wire wire = channel_sign (entry, &ego);

  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_show (to->ownership, wire.data, wire.size, NULL));
  GNUNET_free (wire.data);
}


/* ---- a stranger publishes ---- */

/**
 * The stranger asks about the topic, with an entry unless that is NULL.
 */
static void
ask (uint32_t number, const struct Wire *entry)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (news, strlen (news), &levels);

  memset (stranger.heard, 0, sizeof (stranger.heard));
  stranger.refuse.why = 99;
  MQTT_link_put_owned_topic (outbox,
                             number,
                             1,
                             false,
                             hashes,
                             levels,
                             (NULL == entry) ? NULL : entry->data,
                             (NULL == entry) ? 0 : entry->size);
  GNUNET_free (hashes);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


static void
ask_with (uint32_t number, const struct MQTT_ChannelEntry *entry)
{
  struct Wire wire = channel_sign (entry, &ego);

  ask (number, &wire);
  GNUNET_free (wire.data);
}


static void
meet (void)
{
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
}


/**
 * The last question was answered with "not allowed".
 */
static void
expect_not_allowed (unsigned int times)
{
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_NOT_ALLOWED, stranger.refuse.why);
  ck_assert_uint_eq (times, counted (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  ck_assert_uint_eq (0, stranger.closed);
  ck_assert_str_eq ("", peer->received);
}


START_TEST (a_stranger_with_an_entry_is_heard)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  const struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);

  meet ();
  ask_with (0, &entry);
  ck_assert_str_eq ("3", stranger.heard);
  fake_stranger_name (&stranger, 0, news);
  fake_stranger_publish (&stranger, 0, "1");
  fake_stranger_publish (&stranger, 0, "2");
  ck_assert_uint_eq (2, peer->count);
  ck_assert_str_eq ("3", stranger.heard);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


START_TEST (without_an_entry_the_name_is_refused)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");

  meet ();
  ask (0, NULL);
  ck_assert_str_eq ("3", stranger.heard);
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_stranger_name (&stranger, 0, news);
  fake_stranger_publish (&stranger, 0, "1");
  expect_not_allowed (1);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


START_TEST (forged_entries_are_refused)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);
  struct Wire wire = channel_sign (&entry, &ego);

  meet ();
  wire.data[wire.size - 1] ^= 1;
  ask (0, &wire);
  expect_not_allowed (1);
  wire.data[wire.size - 1] ^= 1;
  wire.size--;
  ask (0, &wire);
  expect_not_allowed (2);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_FORGED));
  GNUNET_free (wire.data);
  /* Replayed: it was granted to somebody else. */
  entry.peer = other->node.identity;
  ask_with (0, &entry);
  expect_not_allowed (3);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_WRONG_PEER));
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/** Good entries that do not fit. */
START_TEST (unfit_entries_are_refused)
{
  const uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);

  switch (_i)
  {
  case 0: /* Of /KEY/ab only the beginning is granted. */
    use_topic ("ab");
    break;
  case 1:
    entry.not_before_us = now_us + 60000000;
    break;
  case 2:
    entry.expiry_us = now_us - 1;
    break;
  default:
    entry.revokes = true;
  }
  meet ();
  ask_with (0, &entry);
  ck_assert_str_eq ("3", stranger.heard);
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_stranger_name (&stranger, 0, news);
  fake_stranger_publish (&stranger, 0, "1");
  expect_not_allowed (1);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


START_TEST (a_revocation_counts_at_once)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);
  struct MQTT_ChannelEntry revocation = grant (&stranger.node, "", 2);

  meet ();
  ask_with (0, &entry);
  fake_stranger_name (&stranger, 0, news);
  fake_stranger_publish (&stranger, 0, "1");
  ck_assert_uint_eq (1, peer->count);
  revocation.revokes = true;
  show (peer, &revocation);
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_stranger_publish (&stranger, 0, "2");
  fake_stranger_publish (&stranger, 0, "3");
  ck_assert_uint_eq (1, peer->count);
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_NOT_ALLOWED, stranger.refuse.why);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  /* The entry of before does not help any more; a newer one does. */
  ask_with (1, &entry);
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_SUPERSEDED));
  entry.serial = 3;
  ask_with (1, &entry);
  ck_assert_str_eq ("3", stranger.heard);
  fake_stranger_name (&stranger, 1, news);
  fake_stranger_publish (&stranger, 1, "4");
  ck_assert_uint_eq (2, peer->count);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


START_TEST (an_entry_expires_on_the_way)
{
  const uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);

  entry.expiry_us = now_us + 5000000;
  meet ();
  ask_with (0, &entry);
  fake_stranger_name (&stranger, 0, news);
  fake_stranger_publish (&stranger, 0, "1");
  fake_time_pass (4900);
  fake_stranger_publish (&stranger, 0, "2");
  ck_assert_uint_eq (2, peer->count);
  fake_time_pass (200);
  fake_stranger_publish (&stranger, 0, "3");
  ck_assert_uint_eq (2, peer->count);
  ck_assert_int_eq (MQTT_LINK_NOT_ALLOWED, stranger.refuse.why);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/* ---- an honest peer publishes ---- */

static uint64_t
counted_there (enum MQTT_Counter which)
{
  return MQTT_counter (other->counters, which);
}


START_TEST (the_entry_goes_with_the_question)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  show (peer, &entry);
  publish (news, "1", false);
  find (news, 0, 2);
  fake_time_pass (50);
  publish (news, "2", false);
  fake_time_pass (50);
  ck_assert_uint_eq (2, other->count);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (a_renewed_entry_is_shown_when_the_old_one_has_expired)
{
  const uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "#");
  struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  entry.expiry_us = now_us + 120000000;
  show (peer, &entry);
  publish (news, "1", false);
  find (news, 0, 2);
  fake_time_pass (50);
  ck_assert_uint_eq (1, other->count);
  entry.serial = 2;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  show (peer, &entry);
  fake_time_pass (121000);
  publish (news, "2", false);
  fake_time_pass (100);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  publish (news, "3", false);
  fake_time_pass (100);
  ck_assert_uint_lt (1, other->count);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (who_is_not_allowed_asks_again_after_a_while)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  publish (news, "1", false);
  find (news, 0, 2);
  fake_time_pass (50);
  ck_assert_uint_eq (0, other->count);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  show (peer, &entry);
  fake_time_pass (61000);
  publish (news, "2", false);
  fake_time_pass (100);
  ck_assert_uint_eq (1, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/** At QoS 1 what is not allowed waits, and others go ahead. */
START_TEST (what_is_not_allowed_waits)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  ck_assert (promise (news, "1", 1));
  ck_assert (promise ("b", "2", 1));
  find (news, 0, 2);
  find ("b", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("b=2 ", other->received);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  show (peer, &entry);
  fake_time_pass (61000);
  ck_assert_uint_eq (2, other->count);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/** What was published before a restart is sent after it, since the entry is known. */
START_TEST (the_entry_is_shown_after_a_restart)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  show (peer, &entry);
  ck_assert (promise (news, "1", 1));
  fake_time_pass (1000);
  fake_broker_restart (&broker);
  find (news, 0, 2);
  fake_time_pass (SETTLED);
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (0, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("outreach_owned");

  tcase_add_checked_fixture (cases, &setup_owned, &teardown_owned);
  tcase_add_test (cases, a_stranger_with_an_entry_is_heard);
  tcase_add_test (cases, without_an_entry_the_name_is_refused);
  tcase_add_test (cases, forged_entries_are_refused);
  tcase_add_loop_test (cases, unfit_entries_are_refused, 0, 4);
  tcase_add_test (cases, a_revocation_counts_at_once);
  tcase_add_test (cases, an_entry_expires_on_the_way);
  tcase_add_test (cases, the_entry_goes_with_the_question);
  tcase_add_test (cases, a_renewed_entry_is_shown_when_the_old_one_has_expired);
  tcase_add_test (cases, who_is_not_allowed_asks_again_after_a_while);
  tcase_add_test (cases, what_is_not_allowed_waits);
  tcase_add_test (cases, the_entry_is_shown_after_a_restart);
  return run_cases ("outreach_owned", cases);
}
