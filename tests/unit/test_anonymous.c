/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_anonymous.c
 * @brief Tests of announcing anonymously, inviting, and calling on who invites.
 */
#include "run_cases.h"
#include "fake_dht.h"
#include "fake_identity.h"
#include "fake_rendezvous.h"
#include "store_fixture.h"
#include "core/anonymous_code.h"
#include "service/anonymous.h"

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
static void
call (void *cls,
      const struct GNUNET_PeerIdentity *peer,
      const struct GNUNET_HashCode *where)
{
  struct Peer *self = cls;

  self->calls++;
  self->host = *peer;
  self->end = *where;
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
static void
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


static void
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


static void
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


static void
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


static void *
announce (unsigned int peer)
{
  void *handle = peers[peer].ops->announce (peers[peer].ops->cls, &code, true);

  ck_assert_ptr_nonnull (handle);
  fake_time_settle ();
  return handle;
}


static void
announce_end (unsigned int peer, void *handle)
{
  peers[peer].ops->announce_end (peers[peer].ops->cls, handle);
}


static void *
search (unsigned int peer, const char *string)
{
  void *handle = peers[peer].ops->search (peers[peer].ops->cls,
                                          string,
                                          &found,
                                          &peers[peer]);

  ck_assert_ptr_nonnull (handle);
  return handle;
}


static void
search_end (unsigned int peer, void *handle)
{
  peers[peer].ops->search_end (peers[peer].ops->cls, handle);
}


/** The peer's search arrives where the code ends. */
static void
arrive (unsigned int peer)
{
  MQTT_anonymous_seen (peers[peer].anonymous, &end);
  fake_time_settle ();
}


static void
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


START_TEST (nothing_tells_subscribers_apart)
{
  void *first = announce (SUBSCRIBER);
  unsigned int count = dht.count;
  void *second = announce (OTHER);

  ck_assert_uint_eq (3, count);
  ck_assert_uint_eq (2 * count, dht.count);
  for (unsigned int i = 0; i < count; i++)
  {
    const struct FakeBlock *one = dht.blocks[i];
    const struct FakeBlock *two = dht.blocks[count + i];

    ck_assert_uint_eq (one->kind, two->kind);
    ck_assert_mem_eq (&one->key, &two->key, sizeof (one->key));
    ck_assert_uint_eq (one->size, two->size);
    ck_assert_mem_eq (one->data, two->data, one->size);
    ck_assert (GNUNET_TIME_absolute_cmp (one->expiration, ==, two->expiration));
  }
  ck_assert_uint_eq (
    0,
    fake_rendezvous_asked (&peers[SUBSCRIBER].rendezvous, false, NULL));
  announce_end (SUBSCRIBER, first);
  announce_end (OTHER, second);
}
END_TEST


START_TEST (announced_again_while_it_stands)
{
  void *handle = announce (SUBSCRIBER);
  void *again = announce (SUBSCRIBER);

  ck_assert_uint_eq (2, fake_dht_puts (&dht, &end) / 2);
  announce_end (SUBSCRIBER, handle);
  ck_assert_uint_eq (1, fake_dht_standing (&dht));
  fake_time_pass (100000);
  ck_assert_uint_eq (3, fake_dht_puts (&dht, &end) / 2);
  announce_end (SUBSCRIBER, again);
  ck_assert_uint_eq (0, fake_dht_standing (&dht));
  fake_time_pass (330000);
  ck_assert_uint_eq (3, fake_dht_puts (&dht, &end) / 2);
}
END_TEST


START_TEST (who_publishes_is_called_on)
{
  void *announcement = announce (SUBSCRIBER);
  void *searching = search (PUBLISHER, searches[0].text);
  struct Peer *subscriber = &peers[SUBSCRIBER];
  struct Peer *publisher = &peers[PUBLISHER];

  ck_assert (!MQTT_anonymous_admits (subscriber->anonymous, &publisher->name));
  arrive (PUBLISHER);
  ck_assert_uint_eq (1, subscriber->calls);
  ck_assert_mem_eq (&publisher->name,
                    &subscriber->host,
                    sizeof (publisher->name));
  ck_assert_mem_eq (&end, &subscriber->end, sizeof (end));
  ck_assert (MQTT_anonymous_admits (subscriber->anonymous, &publisher->name));
  MQTT_anonymous_called (publisher->anonymous, &subscriber->name, &end);
  ck_assert_uint_eq (1, publisher->found);
  ck_assert_mem_eq (&subscriber->name,
                    &publisher->guest,
                    sizeof (subscriber->name));
  /* Found a second time in the DHT, it is not called on a second time. */
  fake_time_pass (1000);
  announce_end (SUBSCRIBER, announcement);
  ck_assert_uint_eq (1, subscriber->calls);
  ck_assert (!MQTT_anonymous_admits (subscriber->anonymous, &publisher->name));
  search_end (PUBLISHER, searching);
}
END_TEST


START_TEST (who_subscribes_later_finds_the_invitation)
{
  void *searching = search (PUBLISHER, searches[0].text);
  void *announcement;

  arrive (PUBLISHER);
  announcement = announce (OTHER);
  ck_assert_uint_eq (1, peers[OTHER].calls);
  announce_end (OTHER, announcement);
  search_end (PUBLISHER, searching);
}
END_TEST


START_TEST (invitations_are_repeated_until_the_search_ends)
{
  static const uint64_t times[] = {
    0, 1500, 7500, 31500, 127500, 227500, 327500
  };
  void *searching = search (PUBLISHER, searches[0].text);
  void *second = search (PUBLISHER, searches[0].text);

  arrive (PUBLISHER);
  arrive (PUBLISHER);
  fake_time_pass (330000);
  ck_assert_uint_eq (7, fake_dht_puts (&dht, &meeting));
  for (unsigned int i = 0; i < 7; i++)
    ck_assert_uint_eq (times[i], dht.blocks[i]->at);
  search_end (PUBLISHER, searching);
  ck_assert_uint_eq (
    1,
    MQTT_counter (peers[PUBLISHER].counters, MQTT_COUNT_INVITATIONS));
  search_end (PUBLISHER, second);
  fake_time_pass (330000);
  ck_assert_uint_eq (7, fake_dht_puts (&dht, &meeting));
}
END_TEST


/* A publisher may have messages for a session that outlives the service, and ask
   before it is found again. */
START_TEST (hosts_are_known_after_a_restart)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  const struct GNUNET_PeerIdentity *publisher = &peers[PUBLISHER].name;
  void *searching = search (PUBLISHER, searches[0].text);
  void *announcement = announce (SUBSCRIBER);

  arrive (PUBLISHER);
  MQTT_anonymous_stop (subscriber->anonymous);
  announce_end (SUBSCRIBER, announcement);
  MQTT_anonymous_destroy (subscriber->anonymous);
  build (subscriber);
  ck_assert (MQTT_anonymous_admits (subscriber->anonymous, publisher));
  /* Unless nothing is sought of it any more. */
  announcement = announce (SUBSCRIBER);
  announce_end (SUBSCRIBER, announcement);
  MQTT_anonymous_destroy (subscriber->anonymous);
  build (subscriber);
  ck_assert (!MQTT_anonymous_admits (subscriber->anonymous, publisher));
  search_end (PUBLISHER, searching);
}
END_TEST


START_TEST (hosts_are_forgotten_after_a_while)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  const struct GNUNET_PeerIdentity *publisher = &peers[PUBLISHER].name;
  void *announcement = announce (SUBSCRIBER);

  put_accept (&peers[PUBLISHER].key, &meeting);
  fake_time_pass (999 * 1000);
  ck_assert (MQTT_anonymous_admits (subscriber->anonymous, publisher));
  fake_time_pass (2000);
  ck_assert (!MQTT_anonymous_admits (subscriber->anonymous, publisher));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


START_TEST (only_for_what_we_search)
{
  void *searching = search (PUBLISHER, searches[0].text);
  struct GNUNET_HashCode stranger = { .bits = { 1 } };

  MQTT_anonymous_seen (peers[PUBLISHER].anonymous, &stranger);
  MQTT_anonymous_seen (peers[OTHER].anonymous, &end);
  fake_time_settle ();
  ck_assert_uint_eq (0, dht.count);
  /* Nor does anybody find us by calling. */
  MQTT_anonymous_called (peers[PUBLISHER].anonymous,
                         &peers[OTHER].name,
                         &stranger);
  MQTT_anonymous_called (peers[PUBLISHER].anonymous, &peers[OTHER].name, &end);
  ck_assert_uint_eq (0, peers[PUBLISHER].found);
  search_end (PUBLISHER, searching);
}
END_TEST


START_TEST (a_second_search_is_told_of_guests)
{
  void *first = search (PUBLISHER, searches[0].text);
  void *second;

  arrive (PUBLISHER);
  MQTT_anonymous_called (peers[PUBLISHER].anonymous,
                         &peers[SUBSCRIBER].name,
                         &end);
  ck_assert_uint_eq (1, peers[PUBLISHER].found);
  second = search (PUBLISHER, searches[0].text);
  ck_assert_uint_eq (1, peers[PUBLISHER].found);
  search_end (PUBLISHER, first);
  arrive (PUBLISHER);
  ck_assert_uint_eq (2, peers[PUBLISHER].found);
  search_end (PUBLISHER, second);
}
END_TEST


START_TEST (guests_and_invitations_are_bounded)
{
  struct MQTT_SearchString others[MQTT_CODE_SEARCHES];
  struct MQTT_Code other;
  struct GNUNET_HashCode other_end;
  void *first = search (PUBLISHER, searches[0].text);
  void *second;

  (void)MQTT_discovery_code_searches ("b", 1, others);
  second = search (PUBLISHER, others[0].text);
  arrive (PUBLISHER);
  MQTT_discovery_code ("b", 1, MQTT_CODE_PRECISE, &other);
  MQTT_anonymous_end (&other, &other_end);
  MQTT_anonymous_seen (peers[PUBLISHER].anonymous, &other_end);
  ck_assert_uint_eq (
    1,
    MQTT_counter (peers[PUBLISHER].counters, MQTT_COUNT_INVITATIONS_TOO_MANY));
  for (unsigned int i = 0; i < 5; i++)
  {
    struct GNUNET_PeerIdentity guest = fake_identity (i);

    MQTT_anonymous_called (peers[PUBLISHER].anonymous, &guest, &end);
  }
  ck_assert_uint_eq (5, peers[PUBLISHER].found);
  arrive (PUBLISHER);
  ck_assert_uint_eq (7, peers[PUBLISHER].found);
  search_end (PUBLISHER, first);
  search_end (PUBLISHER, second);
}
END_TEST


START_TEST (forged_and_own_invitations_are_not_followed)
{
  struct GNUNET_CRYPTO_EddsaPrivateKey everybody;
  struct GNUNET_PeerIdentity name;
  void *announcement = announce (SUBSCRIBER);

  put_accept (&peers[PUBLISHER].key, &end);
  put_accept (&peers[SUBSCRIBER].key, &meeting);
  dht.ops.put (dht.ops.cls,
               MQTT_DHT_ACCEPT,
               &meeting,
               "too short",
               9,
               GNUNET_TIME_UNIT_FOREVER_ABS);
  fake_time_settle ();
  ck_assert_uint_eq (0, peers[SUBSCRIBER].calls);
  /* More hosts than may be: the oldest is forgotten. */
  for (unsigned int i = 1; i < PEERS; i++)
    put_accept (&peers[i].key, &meeting);
  MQTT_anonymous_key (&everybody, &name);
  put_accept (&everybody, &meeting);
  ck_assert_uint_eq (3, peers[SUBSCRIBER].calls);
  ck_assert (!MQTT_anonymous_admits (peers[SUBSCRIBER].anonymous,
                                     &peers[PUBLISHER].name));
  ck_assert (
    MQTT_anonymous_admits (peers[SUBSCRIBER].anonymous, &peers[OTHER].name));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


START_TEST (everybody_is_nobody_who_was_found)
{
  struct GNUNET_CRYPTO_EddsaPrivateKey everybody;
  struct GNUNET_PeerIdentity name;
  void *searching = search (PUBLISHER, searches[0].text);
  struct FakeOperation *operation = fake_rendezvous_get (
    &peers[PUBLISHER].rendezvous,
    true,
    searches[0].text);

  MQTT_anonymous_key (&everybody, &name);
  operation->found (operation->found_cls, &name);
  ck_assert_uint_eq (0, peers[PUBLISHER].found);
  operation->found (operation->found_cls, &peers[OTHER].name);
  ck_assert_uint_eq (1, peers[PUBLISHER].found);
  search_end (PUBLISHER, searching);
}
END_TEST


/** #MQTT_RendezvousFailed */
static void
failed (void *cls)
{
  MQTT_anonymous_failed (cls);
}


START_TEST (what_is_anonymous_outlives_the_other_place)
{
  struct Peer *peer = &peers[SUBSCRIBER];
  void *announcement = announce (SUBSCRIBER);

  (void)search (SUBSCRIBER, searches[1].text);
  ck_assert_ptr_nonnull (peer->ops->announce (peer->ops->cls, &code, false));
  peer->rendezvous.failed = &failed;
  peer->rendezvous.failed_cls = peer->anonymous;
  fake_rendezvous_fail (&peer->rendezvous);
  ck_assert_uint_eq (1, fake_dht_standing (&dht));
  peer->rendezvous.impossible = true;
  ck_assert_ptr_null (peer->ops->announce (peer->ops->cls, &code, false));
  ck_assert_ptr_null (
    peer->ops->search (peer->ops->cls, searches[0].text, &found, peer));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("anonymous");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, nothing_tells_subscribers_apart);
  tcase_add_test (cases, announced_again_while_it_stands);
  tcase_add_test (cases, who_publishes_is_called_on);
  tcase_add_test (cases, who_subscribes_later_finds_the_invitation);
  tcase_add_test (cases, invitations_are_repeated_until_the_search_ends);
  tcase_add_test (cases, hosts_are_known_after_a_restart);
  tcase_add_test (cases, hosts_are_forgotten_after_a_while);
  tcase_add_test (cases, only_for_what_we_search);
  tcase_add_test (cases, a_second_search_is_told_of_guests);
  tcase_add_test (cases, guests_and_invitations_are_bounded);
  tcase_add_test (cases, forged_and_own_invitations_are_not_followed);
  tcase_add_test (cases, everybody_is_nobody_who_was_found);
  tcase_add_test (cases, what_is_anonymous_outlives_the_other_place);
  return run_cases ("anonymous", cases);
}
