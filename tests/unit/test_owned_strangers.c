/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_owned_strangers.c
 * @brief Tests of topics that belong to somebody: what a stranger may not publish, and
 *        what his entries cost.
 */
#include "blacklist_fixture.h"
#include "core/level_hash.h"
#include "owned_fixture.h"
#include "run_cases.h"
#include "stranger_fixture.h"


static void
setup (void)
{
  begin_stranger ();
  own ();
}


static void
teardown (void)
{
  GNUNET_free (news);
  end_stranger ();
}


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
 * The topic that was asked about is wanted: the stranger publishes.
 */
static void
publish_named (uint32_t number)
{
  ck_assert_str_eq ("3", stranger.heard);
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_stranger_name (&stranger, number, news);
  fake_stranger_publish (&stranger, number, "1");
}


/**
 * The last question, or publication, was answered with "not allowed".
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
  /* With the name, and not with the messages. */
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_CHECKED));
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
  wire.size--;
  ask (0, &wire);
  publish_named (0);
  expect_not_allowed (1);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_FORGED));
  wire.size++;
  /* Replayed: it was granted to somebody else. */
  entry.peer = channel_other_peer;
  ask_with (0, &entry);
  publish_named (0);
  expect_not_allowed (2);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_WRONG_PEER));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_CHECKED));
  /* No honest peer shows what is not signed. */
  wire.data[wire.size - 1] ^= 1;
  ask (0, &wire);
  ck_assert_uint_eq (0, stranger.closed);
  fake_stranger_name (&stranger, 0, news);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_FORGED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
  ck_assert_str_eq ("", peer->received);
  GNUNET_free (wire.data);
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
  default: /* Another ego's. */
    use_topic ("a");
    ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  }
  meet ();
  ask_with (0, &entry);
  publish_named (0);
  expect_not_allowed (1);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_UNFIT));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_CHECKED));
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/** It is taken from the peer that it excludes; one older than the grant is not. */
START_TEST (a_revocation_on_a_link_counts)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  struct MQTT_ChannelEntry revocation = grant (&stranger.node, "a", 1);
  struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 2);

  revocation.revokes = true;
  show (peer, &entry);
  meet ();
  ask_with (0, &revocation);
  publish_named (0);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_SUPERSEDED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_CHECKED));
  revocation.serial = 3;
  ask_with (1, &revocation);
  publish_named (1);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_NOT_ALLOWED, stranger.refuse.why);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_CHECKED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_UNFIT));
  /* The grant of before does not help any more. */
  ask_with (2, &entry);
  publish_named (2);
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_SUPERSEDED));
  ck_assert_uint_eq (0, stranger.closed);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/** Of topics that nobody wants, by many owners: no entry is read. */
START_TEST (a_flood_of_entries_costs_no_checks)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "b");
  struct MQTT_ChannelEntry entry = grant (&stranger.node, "", 1);

  meet ();
  for (uint32_t i = 0; i < 50; i++)
  {
    struct Wire wire;

    ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
    use_topic ("a");
    entry.revokes = (0 != i % 2);
    wire = channel_sign (&entry, &ego);
    wire.data[wire.size - 1] ^= (unsigned char)(i % 3);
    ask (i, &wire);
    ck_assert_str_eq ("4", stranger.heard);
    ck_assert_int_eq (MQTT_LINK_NOT_WANTED, stranger.refuse.why);
    GNUNET_free (wire.data);
  }
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_CHECKED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, stranger.closed);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/** Of topics that are wanted, by many owners: they push out each other, and are slowed. */
START_TEST (a_flood_of_good_entries_is_bounded)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  peer->options.link_question_rate = 1000;
  peer->options.link_burst = GNUNET_TIME_UNIT_SECONDS;
  show (peer, &entry);
  entry.peer = stranger.node.identity;
  meet ();
  fake_time_pass (1000);
  for (uint32_t i = 0; i < 20; i++)
  {
    ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
    use_topic ("a");
    ask_with (i, &entry);
    fake_stranger_name (&stranger, i, news);
  }
  ck_assert_uint_ge (6, counted (MQTT_COUNT_CHANNEL_CHECKED));
  ck_assert_uint_lt (0, counted (MQTT_COUNT_LIMITED_QUESTIONS));
  fake_time_pass (10000);
  ck_assert_uint_eq (21, counted (MQTT_COUNT_CHANNEL_CHECKED));
  ck_assert_uint_eq (11, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (10, counted (MQTT_COUNT_CHANNEL_DISPLACED));
  ck_assert_uint_eq (0, stranger.closed);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/** The entry is kept with the question, and read when somebody wants the topic. */
START_TEST (who_subscribes_later_hears_it)
{
  const struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);
  struct MQTT_Subscription *subscription;

  meet ();
  ask_with (0, &entry);
  ck_assert_str_eq ("4", stranger.heard);
  memset (stranger.heard, 0, sizeof (stranger.heard));
  subscription = fake_peer_subscribe (peer, "#");
  fake_time_pass (100);
  publish_named (0);
  ck_assert_uint_eq (1, peer->count);
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
  publish_named (1);
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_NOT_ALLOWED, stranger.refuse.why);
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


static struct BlacklistFixture list;


/** #MQTT_BlacklistsChanged */
static void
enforce (void *cls)
{
  MQTT_ownership_enforce (cls, list.lists);
}


START_TEST (of_an_owner_on_a_blacklist_nothing_is_heard)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_BlacklistEntry listed = MQTT_blacklist_owner (&owner);
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  const struct MQTT_ChannelEntry entry = grant (&stranger.node, "a", 1);

  blacklist_begin (&list, peer->counters, false, &enforce, peer->ownership);
  meet ();
  ask_with (0, &entry);
  publish_named (0);
  ck_assert_uint_eq (1, peer->count);
  blacklist_say (&list, MQTT_BLACKLIST_SURE, &listed);
  fake_stranger_publish (&stranger, 0, "2");
  ck_assert_uint_eq (1, peer->count);
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_NOT_ALLOWED, stranger.refuse.why);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  /* It is the owner who is on the list, not the peer. */
  ck_assert_uint_eq (0, stranger.closed);
  blacklist_nobody (&list);
  ask_with (1, &entry);
  publish_named (1);
  ck_assert_uint_eq (2, peer->count);
  fake_peer_unsubscribe (peer, subscription);
  blacklist_end (&list);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("owned_strangers");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, a_stranger_with_an_entry_is_heard);
  tcase_add_test (cases, without_an_entry_the_name_is_refused);
  tcase_add_test (cases, forged_entries_are_refused);
  tcase_add_loop_test (cases, unfit_entries_are_refused, 0, 4);
  tcase_add_test (cases, a_revocation_on_a_link_counts);
  tcase_add_test (cases, a_flood_of_entries_costs_no_checks);
  tcase_add_test (cases, a_flood_of_good_entries_is_bounded);
  tcase_add_test (cases, who_subscribes_later_hears_it);
  tcase_add_test (cases, a_revocation_counts_at_once);
  tcase_add_test (cases, an_entry_expires_on_the_way);
  tcase_add_test (cases, of_an_owner_on_a_blacklist_nothing_is_heard);
  return run_cases ("owned_strangers", cases);
}
