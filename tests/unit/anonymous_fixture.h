/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/anonymous_fixture.h
 * @brief Peers that share a DHT, for the tests of anonymous subscriptions.
 */
#ifndef MQTT_TESTS_UNIT_ANONYMOUS_FIXTURE_H
#define MQTT_TESTS_UNIT_ANONYMOUS_FIXTURE_H

#include "run_cases.h"
#include "fake_dht.h"
#include "fake_identity.h"
#include "fake_rendezvous.h"
#include "store_fixture.h"
#include "core/anonymous_code.h"
#include "service/anonymous.h"
#include "service/store_records.h"

/** Peers. */
enum
{
  SUBSCRIBER,
  PUBLISHER,
  OTHER,
  PEERS
};

/** A peer, and what has happened at it. */
struct Peer
{
  struct FakeRendezvous rendezvous;
  struct StoreFixture store;
  struct MQTT_Counters *counters;
  struct MQTT_Anonymous *anonymous;
  const struct MQTT_RendezvousOps *ops;
  struct GNUNET_CRYPTO_EddsaPrivateKey key;
  struct GNUNET_PeerIdentity name;
  /** Whom it was to call on. */
  unsigned int calls;
  struct GNUNET_PeerIdentity host;
  struct GNUNET_HashCode end;
  /** It has no room for a link, or refuses whom to call on. */
  bool refuses;
  /** Whom a search has found. */
  unsigned int found;
  struct GNUNET_PeerIdentity guest;
};

static struct MQTT_Options options;
static struct FakeDht dht;
static struct Peer peers[PEERS];
/** The code of "a/b", where searches for it end, and who knows that meets. */
static struct MQTT_Code code;
static struct GNUNET_HashCode end;
static struct GNUNET_HashCode meeting;
static struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];


/** #MQTT_VisitsCall */
static bool
call (void *cls,
      const struct GNUNET_PeerIdentity *peer,
      const struct GNUNET_HashCode *where)
{
  struct Peer *self = cls;

  self->calls++;
  self->host = *peer;
  self->end = *where;
  return !self->refuses;
}


/** #MQTT_RendezvousFound */
static void
found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct Peer *self = cls;

  self->found++;
  self->guest = *peer;
}


/** Make the meeting place of a peer. */
static inline void
build (struct Peer *peer)
{
  struct MQTT_AnonymousConfig config = {
    .options = &options,
    .named = &peer->rendezvous.ops,
    .dht = &dht.ops,
    .counters = peer->counters,
    .store = peer->store.store,
    .key = peer->key,
    .call = &call,
    .cls = peer,
  };

  peer->anonymous = MQTT_anonymous_create (&config);
  peer->ops = MQTT_anonymous_ops (peer->anonymous);
}


static inline void
start_peer (struct Peer *peer)
{
  memset (peer, 0, sizeof (*peer));
  fake_rendezvous_begin (&peer->rendezvous);
  store_fixture_begin (&peer->store);
  store_fixture_open (&peer->store);
  peer->counters = MQTT_counters_create (NULL);
  GNUNET_CRYPTO_eddsa_key_create (&peer->key);
  GNUNET_CRYPTO_eddsa_key_get_public (&peer->key, &peer->name.public_key);
  build (peer);
}


static inline void
setup (void)
{
  fake_time_begin ();
  fake_dht_begin (&dht);
  options = (struct MQTT_Options){
    .links = 2,
    .invitations = 1,
    .announce_refresh = MS (100000),
    .anonymous_watch = MS (10000),
    .interest_lifetime = MS (1000000),
  };
  for (unsigned int i = 0; i < PEERS; i++)
    start_peer (&peers[i]);
  MQTT_discovery_code ("a/b", 3, MQTT_CODE_PRECISE, &code);
  MQTT_anonymous_end (&code, &end);
  MQTT_anonymous_meeting (&end, &meeting);
  (void)MQTT_discovery_code_searches ("a/b", 3, searches);
}


static inline void
teardown (void)
{
  for (unsigned int i = 0; i < PEERS; i++)
  {
    MQTT_anonymous_destroy (peers[i].anonymous);
    ck_assert_uint_eq (
      0,
      MQTT_counter (peers[i].counters, MQTT_COUNT_INVITATIONS));
    MQTT_counters_destroy (peers[i].counters);
    fake_rendezvous_end (&peers[i].rendezvous);
    store_fixture_end (&peers[i].store);
  }
  fake_dht_end (&dht);
  fake_time_end ();
}


static inline void *
announce (unsigned int peer)
{
  void *handle = peers[peer].ops->announce (peers[peer].ops->cls, &code, true);

  ck_assert_ptr_nonnull (handle);
  fake_time_settle ();
  return handle;
}


static inline void
announce_end (unsigned int peer, void *handle)
{
  peers[peer].ops->announce_end (peers[peer].ops->cls, handle);
}


static inline void *
search (unsigned int peer, const char *string)
{
  void *handle = peers[peer].ops->search (peers[peer].ops->cls,
                                          string,
                                          &found,
                                          &peers[peer]);

  ck_assert_ptr_nonnull (handle);
  return handle;
}


static inline void
search_end (unsigned int peer, void *handle)
{
  peers[peer].ops->search_end (peers[peer].ops->cls, handle);
}


/** The peer's search arrives where the code ends. */
static inline void
arrive (unsigned int peer)
{
  MQTT_anonymous_seen (peers[peer].anonymous, &end);
  fake_time_settle ();
}


static inline void
put_accept (const struct GNUNET_CRYPTO_EddsaPrivateKey *key,
            const struct GNUNET_HashCode *under)
{
  struct GNUNET_TIME_Absolute expiration = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_UNIT_HOURS);
  uint8_t block[MQTT_REGEX_ACCEPT_SIZE];

  MQTT_regex_accept_write (key, under, expiration, block);
  dht.ops.put (dht.ops.cls,
               MQTT_DHT_ACCEPT,
               &meeting,
               block,
               sizeof (block),
               expiration);
  fake_time_settle ();
}


/** May a peer know of a subscription with a filter? */
static inline bool
may_know (const struct MQTT_Anonymous *anonymous,
          const struct GNUNET_PeerIdentity *peer,
          const char *filter)
{
  struct MQTT_Covers *covers = MQTT_covers_create ();
  struct MQTT_Cover *cover = MQTT_covers_get (covers, filter, strlen (filter));
  bool admits = MQTT_anonymous_admits (anonymous, peer, cover);

  MQTT_cover_unref (cover);
  MQTT_covers_destroy (covers);
  return admits;
}


/** #MQTT_StoreHostCallback */
static inline void
count_host (void *cls, const struct MQTT_StoreHost *host)
{
  unsigned int *count = cls;

  (void)host;
  (*count)++;
}


/** Publishers that a peer has in its store. */
static inline unsigned int
hosts_stored (const struct Peer *peer)
{
  unsigned int count = 0;

  ck_assert (MQTT_store_hosts_load (peer->store.store, &count_host, &count));
  return count;
}

#endif
