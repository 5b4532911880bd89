/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/channel_fixture.h
 * @brief Egos, peers and channel entries for tests.
 */
#ifndef MQTT_TESTS_UNIT_CHANNEL_FIXTURE_H
#define MQTT_TESTS_UNIT_CHANNEL_FIXTURE_H

#include <check.h>
#include <gnunet/gnunet_util_lib.h>
#include "core/channel_entry.h"
#include "wire.h"

/** Some moment, microseconds since 1970. */
#define NOW UINT64_C (1700000000000000)

/** Types of keys that egos may have. */
static const enum GNUNET_IDENTITY_KeyType channel_key_types[] = {
  GNUNET_IDENTITY_TYPE_ECDSA,
  GNUNET_IDENTITY_TYPE_EDDSA
};

#define CHANNEL_KEY_TYPES 2

static const struct GNUNET_PeerIdentity channel_peer = {
  .public_key = { .q_y = { 1, 2, 3 } }
};

static const struct GNUNET_PeerIdentity channel_other_peer = {
  .public_key = { .q_y = { 1, 2, 4 } }
};


/**
 * A new ego's private key.
 */
static inline struct GNUNET_IDENTITY_PrivateKey
channel_ego (enum GNUNET_IDENTITY_KeyType type)
{
  struct GNUNET_IDENTITY_PrivateKey key = { .type = htonl (type) };

  if (GNUNET_IDENTITY_TYPE_ECDSA == type)
    GNUNET_CRYPTO_ecdsa_key_create (&key.ecdsa_key);
  else
    GNUNET_CRYPTO_eddsa_key_create (&key.eddsa_key);
  return key;
}


static inline struct GNUNET_IDENTITY_PublicKey
channel_owner (const struct GNUNET_IDENTITY_PrivateKey *ego)
{
  struct GNUNET_IDENTITY_PublicKey owner;

  ck_assert_int_eq (GNUNET_OK, GNUNET_IDENTITY_key_get_public (ego, &owner));
  return owner;
}


/**
 * A grant for #channel_peer, from an hour before #NOW to an hour after.
 */
static inline struct MQTT_ChannelEntry
channel_grant (const char *prefix, uint64_t serial)
{
  const uint64_t hour_us = UINT64_C (3600000000);
  const struct MQTT_ChannelEntry entry = { .peer = channel_peer,
                                           .not_before_us = NOW - hour_us,
                                           .expiry_us = NOW + hour_us,
                                           .serial = serial,
                                           .prefix = prefix,
                                           .prefix_size = strlen (prefix) };

  return entry;
}


/**
 * Sign; the bytes are in a block of their size.
 */
static inline struct Wire
channel_sign (const struct MQTT_ChannelEntry *entry,
              const struct GNUNET_IDENTITY_PrivateKey *ego)
{
  struct Wire wire;

  wire.data = MQTT_channel_entry_sign (entry, ego, &wire.size);
  ck_assert_ptr_nonnull (wire.data);
  return wire;
}


/**
 * The topic KEY/below.
 */
static inline struct MQTT_OwnedTopic
channel_topic (const struct GNUNET_IDENTITY_PrivateKey *ego, const char *below)
{
  const struct MQTT_OwnedTopic topic = { .owner = channel_owner (ego),
                                         .below = below,
                                         .below_size = strlen (below) };

  return topic;
}

#endif
