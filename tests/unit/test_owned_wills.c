/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_owned_wills.c
 * @brief Tests of wills on topics that belong to somebody, told by a stranger.
 */
#include "channel_fixture.h"
#include "core/level_hash.h"
#include "stranger_fixture.h"
#include "run_cases.h"

/** A peer is gone for good. */
#define LONG 16000

static struct MQTT_Subscription *subscription;
static struct GNUNET_IDENTITY_PrivateKey ego;
static char *news;


static void
setup (void)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  char *key;

  begin_stranger ();
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  owner = channel_owner (&ego);
  key = GNUNET_IDENTITY_public_key_to_string (&owner);
  GNUNET_asprintf (&news, "%s/a", key);
  GNUNET_free (key);
  subscription = fake_peer_subscribe_surely (peer, news);
}


static void
teardown (void)
{
  fake_peer_unsubscribe (peer, subscription);
  end_stranger ();
  GNUNET_free (news);
}


/**
 * What lets the stranger publish to the topic, or forbids it.
 */
static struct Wire
sign_entry (bool revokes, uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant ("a", serial);

  entry.peer = stranger.node.identity;
  entry.not_before_us = 0;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  entry.revokes = revokes;
  return channel_sign (&entry, &ego);
}


/**
 * The stranger asks about the topic.
 *
 * @param granted he has an entry
 */
static void
meet (bool granted)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct Wire wire = sign_entry (false, 1);
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (news, strlen (news), &levels);

  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  MQTT_link_put_owned_topic (outbox,
                             0,
                             1,
                             false,
                             hashes,
                             levels,
                             granted ? wire.data : NULL,
                             granted ? wire.size : 0);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  GNUNET_free (hashes);
  GNUNET_free (wire.data);
  fake_stranger_name (&stranger, 0, news);
}


/** The stranger tells a will for the topic. */
static void
tell (void)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = fake_message ("gone");

  message->will = true;
  message->version.run = 9;
  message->version.sequence = 1;
  message->qos = 1;
  MQTT_link_put_will (outbox, 0, 0, message);
  MQTT_message_unref (message);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


/** @param entry given back */
static void
show (struct Wire *entry)
{
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_show (peer->ownership, entry->data, entry->size, NULL));
  GNUNET_free (entry->data);
}


static void
vanish (void)
{
  fake_stranger_close (&stranger, stranger.end);
  fake_time_pass (LONG);
}


START_TEST (with_an_entry_it_is_told)
{
  meet (true);
  tell ();
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  vanish ();
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_TOLD));
}
END_TEST


START_TEST (without_an_entry_it_is_not_held)
{
  meet (false);
  tell ();
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_REFUSED));
  vanish ();
  ck_assert_uint_eq (0, peer->count);
}
END_TEST


/** He may tell it again, when he may publish it. */
START_TEST (revoked_meanwhile_it_is_not_told)
{
  struct Wire revocation = sign_entry (true, 2);
  struct Wire grant = sign_entry (false, 3);

  meet (true);
  tell ();
  show (&revocation);
  vanish ();
  ck_assert_uint_eq (0, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_LOST));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  show (&grant);
  meet (false);
  tell ();
  vanish ();
  ck_assert_uint_eq (1, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_TOLD));
}
END_TEST


/** The peer that holds it starts again, and still knows the entry. */
START_TEST (after_a_restart_it_is_told)
{
  meet (true);
  tell ();
  fake_stranger_close (&stranger, stranger.end);
  fake_peer_restart (peer);
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, peer->count);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("owned_wills");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, with_an_entry_it_is_told);
  tcase_add_test (cases, without_an_entry_it_is_not_held);
  tcase_add_test (cases, revoked_meanwhile_it_is_not_told);
  tcase_add_test (cases, after_a_restart_it_is_told);
  return run_cases ("owned_wills", cases);
}
