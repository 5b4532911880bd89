/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_ownership.c
 * @brief Tests of service/ownership.h, and of what an application may publish to
 *        topics that belong to somebody.
 */
#include "blacklist_fixture.h"
#include "channel_fixture.h"
#include "fake_application.h"
#include "fake_broker.h"
#include "fake_sessions.h"
#include "gnunet_mqtt_service.h"
#include "run_cases.h"

static struct FakeBroker broker;
static struct FakeApplication one;
static struct GNUNET_IDENTITY_PrivateKey ego;
/** KEY/news and KEY/a, of the ego. */
static char *news;
static char *other;


static char *
below_key (const char *below)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  char *key = GNUNET_IDENTITY_public_key_to_string (&owner);
  char *topic;

  GNUNET_asprintf (&topic, "/%s/%s", key, below);
  GNUNET_free (key);
  return topic;
}


static void
setup (void)
{
  fake_broker_begin (&broker);
  fake_broker_build (&broker);
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
  ego = channel_ego (GNUNET_IDENTITY_TYPE_ECDSA);
  news = below_key ("news");
  other = below_key ("a");
  fake_application_name (&one, 0, news);
  fake_application_name (&one, 1, other);
  fake_application_name (&one, 2, "free");
}


static void
teardown (void)
{
  GNUNET_free (news);
  GNUNET_free (other);
  fake_application_end (&one);
  fake_broker_end (&broker);
  fake_broker_end_world (&broker);
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return fake_broker_counted (&broker, which);
}


/**
 * A grant for the broker's peer, for ever.
 */
static struct MQTT_ChannelEntry
grant (const char *prefix, uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant (prefix, serial);

  entry.peer = broker.peer->node.identity;
  entry.not_before_us = 0;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  return entry;
}


/**
 * The application shows bytes.
 *
 * @return what it is told
 */
static uint8_t
show_bytes (const struct Wire *wire)
{
  const struct MQTT_IpcChannel channel = { .entry = wire->data,
                                           .entry_size = wire->size };

  one.channeled.verdict = UINT8_MAX;
  MQTT_ipc_put_channel (one.pending, &channel);
  fake_application_send (&one);
  return one.channeled.verdict;
}


static uint8_t
show (const struct MQTT_ChannelEntry *entry)
{
  struct Wire wire = channel_sign (entry, &ego);
  uint8_t verdict = show_bytes (&wire);

  GNUNET_free (wire.data);
  return verdict;
}


static uint8_t
show_grant (const char *prefix, uint64_t serial)
{
  const struct MQTT_ChannelEntry entry = grant (prefix, serial);

  return show (&entry);
}


/**
 * @return the reason code of a publication to one of the three topics
 */
static uint8_t
publish (uint32_t number)
{
  unsigned int before = one.answered;

  fake_application_publish (&one, number, "x");
  ck_assert_uint_eq (before + 1, one.answered);
  return one.published.reason;
}


START_TEST (hello_says_which_peer)
{
  ck_assert_mem_eq (&broker.peer->node.identity,
                    &one.hello.peer,
                    sizeof (one.hello.peer));
}
END_TEST


START_TEST (without_an_entry_nothing_is_taken)
{
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (2));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_NOT_ALLOWED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISHED));
}
END_TEST


START_TEST (an_entry_opens_its_topics)
{
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("news", 1));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (1));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("", 2));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (1));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_ENTRIES));
}
END_TEST


START_TEST (a_revocation_closes_them)
{
  struct MQTT_ChannelEntry entry = grant ("", 2);

  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("", 1));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  entry.revokes = true;
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show (&entry));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  ck_assert_uint_eq (MQTT_CHANNEL_SUPERSEDED, show_grant ("", 1));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_SUPERSEDED));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("news", 3));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (1));
}
END_TEST


START_TEST (forgeries_are_refused)
{
  struct MQTT_ChannelEntry entry = grant ("", 1);
  struct Wire wire = channel_sign (&entry, &ego);

  wire.data[wire.size - 1] ^= 1;
  ck_assert_uint_eq (MQTT_CHANNEL_BAD_SIGNATURE, show_bytes (&wire));
  wire.data[0] = 9;
  ck_assert_uint_eq (MQTT_CHANNEL_MALFORMED, show_bytes (&wire));
  GNUNET_free (wire.data);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_FORGED));
  /* Good, but for another peer. */
  entry.peer = channel_other_peer;
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show (&entry));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  /* An ego's own, but of another one. */
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("", 1));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
}
END_TEST


START_TEST (time_opens_and_closes)
{
  const uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  struct MQTT_ChannelEntry entry = grant ("", 1);

  entry.not_before_us = now_us + 5000000;
  entry.expiry_us = now_us + 10000000;
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show (&entry));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  fake_time_pass (4900);
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  fake_time_pass (200);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  fake_time_pass (4800);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  fake_time_pass (200);
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
}
END_TEST


START_TEST (shown_by_another_peer_is_refused)
{
  struct MQTT_Ownership *ownership = broker.peer->ownership;
  const struct MQTT_ChannelEntry entry = channel_grant ("", 1);
  struct Wire wire = channel_sign (&entry, &ego);

  ck_assert_int_eq (
    MQTT_CHANNEL_WRONG_PEER,
    MQTT_ownership_show (ownership, wire.data, wire.size, &channel_other_peer));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_WRONG_PEER));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_show (ownership, wire.data, wire.size, &channel_peer));
  GNUNET_free (wire.data);
}
END_TEST


static struct BlacklistFixture list;


/** #MQTT_BlacklistsChanged */
static void
enforce (void *cls)
{
  MQTT_ownership_enforce (cls, list.lists);
}


START_TEST (an_owner_on_a_blacklist_is_refused)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_owner (&owner);
  struct MQTT_Ownership *ownership = broker.peer->ownership;

  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("", 1));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  blacklist_begin (&list, broker.peer->counters, false, &enforce, ownership);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  blacklist_say (&list, MQTT_BLACKLIST_SURE, &entry);
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (0));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (1));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (2));
  blacklist_nobody (&list);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  blacklist_end (&list);
}
END_TEST


START_TEST (entries_outlive_a_restart)
{
  struct MQTT_ChannelEntry revocation = grant ("a", 3);

  revocation.revokes = true;
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("news", 1));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("", 2));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show (&revocation));
  fake_time_pass (1000);
  fake_broker_restart (&broker);
  fake_application_lose (&one);
  fake_application_end (&one);
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
  fake_application_name (&one, 0, news);
  fake_application_name (&one, 1, other);
  /* Not the one that was replaced. */
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, publish (0));
  ck_assert_uint_eq (GNUNET_MQTT_NOT_AUTHORIZED, publish (1));
  ck_assert_uint_eq (MQTT_CHANNEL_SUPERSEDED, show_grant ("a", 2));
}
END_TEST


/** Fewer may be kept than the service had. */
START_TEST (what_a_restart_forgets_is_counted)
{
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("news", 1));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("a", 1));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("b", 1));
  fake_time_pass (1000);
  broker.peer->options.channel_entries = 1;
  fake_broker_restart (&broker);
  fake_application_lose (&one);
  fake_application_end (&one);
  fake_application_begin (&one, broker.clients);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_CHANNEL_DISPLACED));
}
END_TEST


START_TEST (a_will_needs_an_entry)
{
  const struct MQTT_IpcWill will = { .topic = news,
                                     .topic_size = strlen (news) };

  ck_assert_int_eq (GNUNET_MQTT_NOT_AUTHORIZED,
                    MQTT_publishing_check_will (&broker.publishing, &will));
  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("news", 1));
  ck_assert_int_eq (GNUNET_MQTT_SUCCESS,
                    MQTT_publishing_check_will (&broker.publishing, &will));
}
END_TEST


/** It is refused, and not lost, which would mean that the disk has failed. */
START_TEST (a_will_of_an_owner_on_a_blacklist_is_refused)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_owner (&owner);
  struct MQTT_IpcOpen open = fake_open (1, "c", 0);

  ck_assert_uint_eq (MQTT_CHANNEL_OK, show_grant ("", 1));
  fake_will (&open, news, "gone", 1, 0);
  fake_send_open (&one, &open);
  blacklist_begin (&list,
                   broker.peer->counters,
                   false,
                   &enforce,
                   broker.peer->ownership);
  blacklist_say (&list, MQTT_BLACKLIST_SURE, &entry);
  fake_application_end (&one);
  fake_application_begin (&one, broker.clients);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_NOT_ALLOWED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_PUBLISHED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_LOST));
  blacklist_end (&list);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("ownership");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, hello_says_which_peer);
  tcase_add_test (cases, without_an_entry_nothing_is_taken);
  tcase_add_test (cases, an_entry_opens_its_topics);
  tcase_add_test (cases, a_revocation_closes_them);
  tcase_add_test (cases, forgeries_are_refused);
  tcase_add_test (cases, time_opens_and_closes);
  tcase_add_test (cases, shown_by_another_peer_is_refused);
  tcase_add_test (cases, an_owner_on_a_blacklist_is_refused);
  tcase_add_test (cases, entries_outlive_a_restart);
  tcase_add_test (cases, what_a_restart_forgets_is_counted);
  tcase_add_test (cases, a_will_needs_an_entry);
  tcase_add_test (cases, a_will_of_an_owner_on_a_blacklist_is_refused);
  return run_cases ("ownership", cases);
}
