/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/owned_fixture.h
 * @brief A topic that belongs to an ego, and entries for who may publish to it.
 */
#ifndef MQTT_TESTS_UNIT_OWNED_FIXTURE_H
#define MQTT_TESTS_UNIT_OWNED_FIXTURE_H

#include "channel_fixture.h"
#include "fake_peer.h"

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
own (void)
{
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  news = NULL;
  use_topic ("a");
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

#endif
