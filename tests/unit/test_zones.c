/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_zones.c
 * @brief Tests of service/zones.h: entries that are found in an owner's zone.
 */
#include "channel_fixture.h"
#include "fake_time.h"
#include "run_cases.h"
#include "service/ownership.h"

/** Looks that the fake zones remember. */
#define LOOKS 64

/** What is looked for, and not answered yet. */
struct FakeLook
{
  MQTT_ZoneText text;
  void *cls;
  char label[64];
  bool open;
};

static struct FakeLook looks[LOOKS];
static unsigned int looked;
static unsigned int ended;
/** There is no GNS. */
static bool away;

static struct MQTT_Options options = { .channel_entries = 100,
                                       .channel_entries_per_peer = 100 };
static struct MQTT_Counters *counters;
static struct MQTT_Ownership *ownership;
static struct GNUNET_IDENTITY_PrivateKey ego;
static char *name;
static struct MQTT_Permit permit;


static void *
look (void *cls,
      const struct GNUNET_IDENTITY_PublicKey *zone,
      const char *label,
      MQTT_ZoneText text,
      void *text_cls)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  struct FakeLook *made = &looks[looked];

  (void)cls;
  ck_assert_uint_lt (looked, LOOKS);
  if (away)
    return NULL;
  looked++;
  ck_assert_mem_eq (&owner, zone, sizeof (owner));
  made->text = text;
  made->cls = text_cls;
  made->open = true;
  GNUNET_snprintf (made->label, sizeof (made->label), "%s", label);
  return made;
}


static void
end (void *cls, void *handle)
{
  struct FakeLook *made = handle;

  (void)cls;
  ck_assert (made->open);
  made->open = false;
  ended++;
}


static const struct MQTT_ZoneOps ops = { .look = &look, .end = &end };


static void
setup (void)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  char *key;

  looked = 0;
  ended = 0;
  away = false;
  permit = (struct MQTT_Permit){ 0 };
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  ownership = MQTT_ownership_create (&options, counters, &channel_other_peer);
  MQTT_ownership_look (ownership, &ops);
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  owner = channel_owner (&ego);
  key = GNUNET_IDENTITY_public_key_to_string (&owner);
  GNUNET_asprintf (&name, "%s/a", key);
  GNUNET_free (key);
}


static void
teardown (void)
{
  GNUNET_free (name);
  MQTT_ownership_destroy (ownership);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


static enum MQTT_ChannelVerdict
judge (void)
{
  return MQTT_ownership_judge (ownership,
                               name,
                               strlen (name),
                               &channel_peer,
                               &permit);
}


/**
 * The last look finds an entry.
 */
static void
find (const struct MQTT_ChannelEntry *entry)
{
  struct FakeLook *last = &looks[looked - 1];
  struct Wire wire = channel_sign (entry, &ego);
  char *text = MQTT_channel_entry_to_text (wire.data, wire.size);

  last->text (last->cls, text, strlen (text));
  GNUNET_free (text);
  GNUNET_free (wire.data);
}


static void
finish (void)
{
  struct FakeLook *last = &looks[looked - 1];

  last->text (last->cls, NULL, 0);
  last->open = false;
}


static struct MQTT_ChannelEntry
grant (uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant ("", serial);

  entry.not_before_us = 0;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  return entry;
}


START_TEST (what_is_not_known_is_looked_for)
{
  const struct MQTT_ChannelEntry entry = grant (1);
  char label[64];

  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ());
  ck_assert_uint_eq (1, looked);
  GNUNET_snprintf (label,
                   sizeof (label),
                   "mqtt-%s",
                   GNUNET_i2s_full (&channel_peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
  ck_assert_str_eq (label, looks[0].label);
  find (&entry);
  finish ();
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  ck_assert_uint_eq (1, looked);
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_ZONES_ASKED));
}
END_TEST


START_TEST (a_revocation_is_seen_within_a_minute)
{
  struct MQTT_ChannelEntry entry = grant (1);

  (void)judge ();
  find (&entry);
  finish ();
  for (int i = 0; i < 50; i++)
  {
    fake_time_pass (1000);
    ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  }
  ck_assert_uint_eq (1, looked);
  fake_time_pass (11000);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  ck_assert_uint_eq (2, looked);
  entry.serial = 2;
  entry.revokes = true;
  find (&entry);
  finish ();
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ());
}
END_TEST


START_TEST (what_does_not_belong_there_is_left_out)
{
  struct MQTT_ChannelEntry entry = grant (1);
  struct FakeLook *first = &looks[0];

  (void)judge ();
  entry.peer = channel_other_peer;
  find (&entry);
  first->text (first->cls, "no entry", 8);
  first->text (first->cls, "", 0);
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_CHANNEL_ENTRIES));
  entry.peer = channel_peer;
  for (uint64_t i = 0; i < 100; i++)
  {
    entry.serial = i;
    find (&entry);
  }
  finish ();
  /* Only so many are read. */
  entry.serial = 70;
  {
    struct Wire wire = channel_sign (&entry, &ego);

    ck_assert_int_eq (
      MQTT_CHANNEL_OK,
      MQTT_ownership_show (ownership, wire.data, wire.size, NULL));
    GNUNET_free (wire.data);
  }
}
END_TEST


START_TEST (one_look_at_a_time_and_a_minute)
{
  (void)judge ();
  fake_time_pass (61000);
  (void)judge ();
  ck_assert_uint_eq (1, looked);
  finish ();
  fake_time_pass (61000);
  (void)judge ();
  ck_assert_uint_eq (2, looked);
}
END_TEST


START_TEST (free_topics_are_not_looked_for)
{
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_judge (ownership, "a/b", 3, &channel_peer, &permit));
  ck_assert_uint_eq (0, looked);
}
END_TEST


START_TEST (too_many_looks_are_not_begun)
{
  struct GNUNET_PeerIdentity peer = channel_peer;

  for (int i = 0; i < 50; i++)
  {
    struct MQTT_Permit fresh = { 0 };

    peer.public_key.q_y[5] = (unsigned char)i;
    (void)MQTT_ownership_judge (ownership, name, strlen (name), &peer, &fresh);
  }
  ck_assert_uint_eq (32, looked);
  away = true;
  finish ();
  (void)judge ();
  away = false;
  ck_assert_uint_eq (32, looked);
  MQTT_ownership_destroy (ownership);
  ck_assert_uint_eq (31, ended);
  ownership = MQTT_ownership_create (&options, counters, &channel_other_peer);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("zones");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, what_is_not_known_is_looked_for);
  tcase_add_test (cases, a_revocation_is_seen_within_a_minute);
  tcase_add_test (cases, what_does_not_belong_there_is_left_out);
  tcase_add_test (cases, one_look_at_a_time_and_a_minute);
  tcase_add_test (cases, free_topics_are_not_looked_for);
  tcase_add_test (cases, too_many_looks_are_not_begun);
  return run_cases ("zones", cases);
}
