/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/zones_fixture.h
 * @brief Zones that answer as a test says, and who publishes below their keys.
 */
#ifndef MQTT_TESTS_UNIT_ZONES_FIXTURE_H
#define MQTT_TESTS_UNIT_ZONES_FIXTURE_H

#include "channel_fixture.h"
#include "fake_time.h"
#include "run_cases.h"
#include "service/ownership.h"

/** Looks that the fake zones remember. */
#define LOOKS 512

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
                                       .channel_entries_per_peer = 100,
                                       .zone_looks = 32,
                                       .zone_looks_per_peer = 8,
                                       .zone_pairs = 4096,
                                       .zone_pairs_per_peer = 1024,
                                       .zone_entries_per_peer = 4096,
                                       .zone_patience = {
                                         600 * UINT64_C (1000000) } };
static struct MQTT_Counters *counters;
static struct MQTT_Ownership *ownership;
static struct GNUNET_IDENTITY_PrivateKey ego;
static char *name;
static struct MQTT_Permit permit;


static inline void *
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


static inline void
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
static inline void
name_topic (void)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  char *key = GNUNET_IDENTITY_public_key_to_string (&owner);

  GNUNET_free (name);
  GNUNET_asprintf (&name, "%s/a", key);
  GNUNET_free (key);
}


static inline void
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


static inline void
teardown (void)
{
  GNUNET_free (name);
  MQTT_ownership_destroy (ownership);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


static inline enum MQTT_ChannelVerdict
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
static inline void
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


static inline void
find (const struct MQTT_ChannelEntry *entry)
{
  find_of (entry, &ego);
}


static inline void
finish (void)
{
  struct FakeLook *last = &looks[looked - 1];

  last->text (last->cls, NULL, 0);
  last->open = false;
}


static inline struct MQTT_ChannelEntry
grant (uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant ("", serial);

  entry.not_before_us = 0;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  return entry;
}


static inline void
write_label (const struct GNUNET_PeerIdentity *peer, char label[64])
{
  GNUNET_snprintf (label, 64, "mqtt-%s", GNUNET_i2s_full (peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
}


static inline struct GNUNET_PeerIdentity
numbered (unsigned char number)
{
  struct GNUNET_PeerIdentity peer = channel_peer;

  peer.public_key.q_y[5] = number;
  return peer;
}


/**
 * How often was looked for a peer's entries?
 */
static inline unsigned int
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
static inline void
judge_of (unsigned char peer)
{
  const struct GNUNET_PeerIdentity other = numbered (peer);
  struct MQTT_Permit fresh = { 0 };

  (void)MQTT_ownership_judge (ownership, name, strlen (name), &other, &fresh);
}

#endif
