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
/** Others than the ego's zone are looked into. */
static bool many_owners;

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
  if (!many_owners)
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


/**
 * The topic is one below the ego's key from now on.
 */
static void
name_topic (void)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  char *key = GNUNET_IDENTITY_public_key_to_string (&owner);

  GNUNET_free (name);
  GNUNET_asprintf (&name, "%s/a", key);
  GNUNET_free (key);
}


static void
setup (void)
{
  looked = 0;
  ended = 0;
  away = false;
  many_owners = false;
  permit = (struct MQTT_Permit){ 0 };
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  ownership = MQTT_ownership_create (&options, counters, &channel_other_peer);
  MQTT_ownership_look (ownership, &ops);
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  name_topic ();
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
 * The last look finds an entry that somebody has signed.
 */
static void
find_of (const struct MQTT_ChannelEntry *entry,
         const struct GNUNET_IDENTITY_PrivateKey *signer)
{
  struct FakeLook *last = &looks[looked - 1];
  struct Wire wire = channel_sign (entry, signer);
  char *text = MQTT_channel_entry_to_text (wire.data, wire.size);

  last->text (last->cls, text, strlen (text));
  GNUNET_free (text);
  GNUNET_free (wire.data);
}


static void
find (const struct MQTT_ChannelEntry *entry)
{
  find_of (entry, &ego);
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


static void
write_label (const struct GNUNET_PeerIdentity *peer, char label[64])
{
  GNUNET_snprintf (label, 64, "mqtt-%s", GNUNET_i2s_full (peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
}


START_TEST (what_is_not_known_is_looked_for)
{
  const struct MQTT_ChannelEntry entry = grant (1);
  char label[64];

  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ());
  ck_assert_uint_eq (1, looked);
  write_label (&channel_peer, label);
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


/** A zone speaks for its owner: throwaway egos in it fill nobody's share. */
START_TEST (entries_of_others_are_left_out)
{
  struct MQTT_ChannelEntry entry = grant (1);

  (void)judge ();
  for (unsigned int i = 0; i < 20; i++)
  {
    const struct GNUNET_IDENTITY_PrivateKey other = channel_ego (
      GNUNET_IDENTITY_TYPE_EDDSA);

    entry.revokes = (0 == i % 2);
    find_of (&entry, &other);
  }
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_CHANNEL_CHECKED));
  ck_assert_uint_eq (20, MQTT_counter (counters, MQTT_COUNT_CHANNEL_UNFIT));
  entry.revokes = false;
  find (&entry);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
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


static struct GNUNET_PeerIdentity
numbered (unsigned char number)
{
  struct GNUNET_PeerIdentity peer = channel_peer;

  peer.public_key.q_y[5] = number;
  return peer;
}


/**
 * How often was looked for a peer's entries?
 */
static unsigned int
looked_for (unsigned char number)
{
  const struct GNUNET_PeerIdentity peer = numbered (number);
  unsigned int count = 0;
  char label[64];

  write_label (&peer, label);
  for (unsigned int i = 0; i < looked; i++)
    count += (0 == strcmp (label, looks[i].label));
  return count;
}


/**
 * A peer publishes below the key.
 */
static void
judge_of (unsigned char peer)
{
  const struct GNUNET_PeerIdentity other = numbered (peer);
  struct MQTT_Permit fresh = { 0 };

  (void)MQTT_ownership_judge (ownership, name, strlen (name), &other, &fresh);
}


START_TEST (too_many_looks_wait_for_their_turn)
{
  for (unsigned char i = 0; i < 50; i++)
    judge_of (i);
  ck_assert_uint_eq (32, looked);
  finish ();
  ck_assert_uint_eq (33, looked);
  finish ();
  ck_assert_uint_eq (34, looked);
  away = true;
  finish ();
  (void)judge ();
  away = false;
  ck_assert_uint_eq (34, looked);
  MQTT_ownership_destroy (ownership);
  ck_assert_uint_eq (31, ended);
  ownership = MQTT_ownership_create (&options, counters, &channel_other_peer);
}
END_TEST


/**
 * A peer publishes below the key of an owner of whom nobody has heard.
 */
static void
judge_made_up (unsigned char peer)
{
  many_owners = true;
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  name_topic ();
  judge_of (peer);
}


START_TEST (many_owners_of_one_peer_do_not_hold_up_others)
{
  const struct FakeLook *first = &looks[0];

  for (unsigned int i = 0; i < 33; i++)
    judge_made_up (1);
  ck_assert_uint_eq (8, looked);
  judge_made_up (2);
  ck_assert_uint_eq (1, looked_for (2));
  /* What he has waiting goes on in his own place. */
  first->text (first->cls, NULL, 0);
  ck_assert_uint_eq (9, looked_for (1));
  judge_made_up (2);
  ck_assert_uint_eq (2, looked_for (2));
  ck_assert_uint_eq (9, looked_for (1));
}
END_TEST


/** Eight peers have taken all places, and more waits: each has one turn, and a ninth. */
START_TEST (peers_take_turns)
{
  for (unsigned int i = 0; i < 80; i++)
    judge_made_up ((unsigned char)(i % 8));
  for (unsigned int i = 0; i < 3; i++)
    judge_made_up (9);
  ck_assert_uint_eq (32, looked);
  for (unsigned int i = 0; i < 9; i++)
    looks[i].text (looks[i].cls, NULL, 0);
  for (unsigned char i = 0; i < 8; i++)
    ck_assert_uint_eq (5, looked_for (i));
  ck_assert_uint_eq (1, looked_for (9));
}
END_TEST


/** GNS never says that there is nothing. */
START_TEST (looks_that_find_nothing_give_way)
{
  for (unsigned int i = 0; i < 32; i++)
    judge_made_up ((unsigned char)(i % 4));
  fake_time_pass (90 * 1000);
  ck_assert_uint_eq (0, ended);
  judge_made_up (9);
  ck_assert_uint_eq (0, looked_for (9));
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (1, looked_for (9));
  /* More than the share of one. */
  for (unsigned int i = 0; i < 9; i++)
    judge_made_up (9);
  ck_assert_uint_eq (8, looked_for (9));
  fake_time_pass (50 * 1000);
  ck_assert_uint_eq (8, looked_for (9));
  fake_time_pass (20 * 1000);
  ck_assert_uint_eq (10, looked_for (9));
}
END_TEST


START_TEST (what_waits_is_bounded)
{
  for (unsigned int i = 0; i < 1100; i++)
    judge_made_up (1);
  ck_assert_uint_eq (8, looked);
  ck_assert_uint_eq (76, MQTT_counter (counters, MQTT_COUNT_ZONES_NOT_ASKED));
  judge_made_up (2);
  ck_assert_uint_eq (9, looked);
}
END_TEST


/** The places that five peers might take are shared by them. */
START_TEST (what_waits_is_bounded_for_all)
{
  for (unsigned int i = 0; i < 5000; i++)
    judge_made_up ((unsigned char)(i % 5));
  ck_assert_uint_eq (32, looked);
  judge_made_up (9);
  finish ();
  finish ();
  finish ();
  finish ();
  finish ();
  finish ();
  ck_assert_uint_eq (38, looked);
  ck_assert_uint_eq (1, looked_for (9));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_ZONES_NOT_ASKED));
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
  tcase_add_test (cases, entries_of_others_are_left_out);
  tcase_add_test (cases, one_look_at_a_time_and_a_minute);
  tcase_add_test (cases, free_topics_are_not_looked_for);
  tcase_add_test (cases, too_many_looks_wait_for_their_turn);
  tcase_add_test (cases, many_owners_of_one_peer_do_not_hold_up_others);
  tcase_add_test (cases, peers_take_turns);
  tcase_add_test (cases, looks_that_find_nothing_give_way);
  tcase_add_test (cases, what_waits_is_bounded);
  tcase_add_test (cases, what_waits_is_bounded_for_all);
  return run_cases ("zones", cases);
}
