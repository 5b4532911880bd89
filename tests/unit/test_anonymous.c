/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_anonymous.c
 * @brief Tests of announcing anonymously, and calling on who invites.
 */
#include "anonymous_fixture.h"


/** May a peer know that somebody has subscribed to "a/b"? */
static bool
is_admitted (const struct MQTT_Anonymous *anonymous,
             const struct GNUNET_PeerIdentity *peer)
{
  return may_know (anonymous, peer, "a/b");
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

  ck_assert (!is_admitted (subscriber->anonymous, &publisher->name));
  arrive (PUBLISHER);
  ck_assert_uint_eq (1, subscriber->calls);
  ck_assert_mem_eq (&publisher->name,
                    &subscriber->host,
                    sizeof (publisher->name));
  ck_assert_mem_eq (&end, &subscriber->end, sizeof (end));
  ck_assert (is_admitted (subscriber->anonymous, &publisher->name));
  MQTT_anonymous_called (publisher->anonymous, &subscriber->name, &end);
  ck_assert_uint_eq (1, publisher->found);
  ck_assert_mem_eq (&subscriber->name,
                    &publisher->guest,
                    sizeof (subscriber->name));
  /* Found a second time in the DHT, it is not called on a second time. */
  fake_time_pass (1000);
  announce_end (SUBSCRIBER, announcement);
  ck_assert_uint_eq (1, subscriber->calls);
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
  ck_assert (is_admitted (subscriber->anonymous, publisher));
  /* Unless nothing is sought of it any more. */
  announcement = announce (SUBSCRIBER);
  announce_end (SUBSCRIBER, announcement);
  MQTT_anonymous_destroy (subscriber->anonymous);
  build (subscriber);
  fake_time_pass (101 * 1000);
  ck_assert (!is_admitted (subscriber->anonymous, publisher));
  search_end (PUBLISHER, searching);
}
END_TEST


/* The DHT has some invitations of one publisher at once. */
START_TEST (called_on_once_for_each_invitation)
{
  void *announcement = announce (SUBSCRIBER);

  for (unsigned int i = 1; i <= 8; i++)
  {
    put_accept (&peers[PUBLISHER].key, &meeting);
    fake_time_pass (15 * 1000);
    ck_assert_uint_eq (i, peers[SUBSCRIBER].calls);
  }
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


START_TEST (called_on_later_if_that_is_not_possible)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  void *announcement = announce (SUBSCRIBER);

  subscriber->refuses = true;
  put_accept (&peers[PUBLISHER].key, &meeting);
  ck_assert_uint_eq (1, subscriber->calls);
  subscriber->refuses = false;
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (2, subscriber->calls);
  ck_assert_uint_eq (
    1,
    MQTT_counter (subscriber->counters, MQTT_COUNT_CALLS_MADE));
  fake_time_pass (60 * 1000);
  ck_assert_uint_eq (2, subscriber->calls);
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


/* Who invites for one code learns nothing of others: it may be anybody who has seen the
   code's states. */
START_TEST (hosts_may_know_of_their_code)
{
  static const struct
  {
    const char *filter;
    /** The least code of "a/b" that covers it. */
    int precision;
  } filters[] = {
    { "a/b", MQTT_CODE_PRECISE },     { "a/b/#", MQTT_CODE_TWO_LEVELS },
    { "a/c", MQTT_CODE_FIRST_LEVEL }, { "b/b", MQTT_CODE_ANYTHING },
    { "#", MQTT_CODE_ANYTHING },      { "$a/b", MQTT_CODE_ANYTHING + 1 },
  };
  const struct MQTT_Anonymous *anonymous = peers[SUBSCRIBER].anonymous;
  const struct GNUNET_PeerIdentity *publisher = &peers[PUBLISHER].name;
  void *announcement;

  MQTT_discovery_code_coarsen (&code, (enum MQTT_CodePrecision)_i, false);
  MQTT_anonymous_end (&code, &end);
  MQTT_anonymous_meeting (&end, &meeting);
  announcement = announce (SUBSCRIBER);
  put_accept (&peers[PUBLISHER].key, &meeting);
  for (unsigned int i = 0; i < sizeof (filters) / sizeof (filters[0]); i++)
    ck_assert_int_eq (filters[i].precision <= _i,
                      may_know (anonymous, publisher, filters[i].filter));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


/* For what they were called on stands in a store from version 4 on. */
START_TEST (hosts_of_version_3_may_know_of_all)
{
  static const char *const filters[] = { "a/b", "b/b", "#", "$a/b" };
  struct Peer *subscriber = &peers[SUBSCRIBER];
  const struct GNUNET_PeerIdentity publisher = fake_identity (5);

  MQTT_anonymous_destroy (subscriber->anonymous);
  MQTT_store_close (subscriber->store.store);
  store_fixture_change (
    &subscriber->store,
    "PRAGMA user_version = 3;"
    "DROP TABLE host;"
    "CREATE TABLE host ("
    " peer BLOB PRIMARY KEY, called INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO host VALUES ("
    "X'0000000500000000000000000000000000000000000000000000000000000000',"
    " 1000000000000000)");
  store_fixture_open (&subscriber->store);
  build (subscriber);
  for (unsigned int i = 0; i < sizeof (filters) / sizeof (filters[0]); i++)
  {
    ck_assert (may_know (subscriber->anonymous, &publisher, filters[i]));
    ck_assert (
      !may_know (subscriber->anonymous, &peers[OTHER].name, filters[i]));
  }
  fake_time_pass (1001 * 1000);
  ck_assert (!is_admitted (subscriber->anonymous, &publisher));
}
END_TEST


/* What was announced by one code may be announced by another one. */
START_TEST (hosts_are_known_until_they_have_invited_anew)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  const struct GNUNET_PeerIdentity *publisher = &peers[PUBLISHER].name;
  void *announcement = announce (SUBSCRIBER);

  put_accept (&peers[PUBLISHER].key, &meeting);
  announce_end (SUBSCRIBER, announcement);
  fake_time_pass (99 * 1000);
  ck_assert (is_admitted (subscriber->anonymous, publisher));
  if (0 == _i)
  {
    fake_time_pass (2000);
    ck_assert (!is_admitted (subscriber->anonymous, publisher));
    return;
  }
  announcement = announce (SUBSCRIBER);
  ck_assert_uint_eq (2, subscriber->calls);
  fake_time_pass (900 * 1000);
  ck_assert (is_admitted (subscriber->anonymous, publisher));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


START_TEST (hosts_are_forgotten_after_a_while)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  const struct GNUNET_PeerIdentity *publisher = &peers[PUBLISHER].name;
  void *announcement = announce (SUBSCRIBER);

  put_accept (&peers[PUBLISHER].key, &meeting);
  fake_time_pass (999 * 1000);
  ck_assert (is_admitted (subscriber->anonymous, publisher));
  fake_time_pass (2000);
  ck_assert (!is_admitted (subscriber->anonymous, publisher));
  announce_end (SUBSCRIBER, announcement);
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
  for (unsigned int i = 1; i < PEERS; i++)
    put_accept (&peers[i].key, &meeting);
  MQTT_anonymous_key (&everybody, &name);
  put_accept (&everybody, &meeting);
  ck_assert_uint_eq (3, peers[SUBSCRIBER].calls);
  ck_assert (is_admitted (peers[SUBSCRIBER].anonymous, &peers[OTHER].name));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


/* Anybody can invite under as many names as he likes. */
START_TEST (hosts_are_so_many_at_most)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  void *announcement = announce (SUBSCRIBER);
  struct GNUNET_PeerIdentity last;

  for (unsigned int i = 0; i < 20; i++)
  {
    struct GNUNET_CRYPTO_EddsaPrivateKey key;

    GNUNET_CRYPTO_eddsa_key_create (&key);
    GNUNET_CRYPTO_eddsa_key_get_public (&key, &last.public_key);
    put_accept (&key, &meeting);
  }
  ck_assert_uint_eq (8 * options.links, hosts_stored (subscriber));
  ck_assert (is_admitted (subscriber->anonymous, &last));
  announce_end (SUBSCRIBER, announcement);
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
  tcase_add_test (cases, hosts_are_known_after_a_restart);
  tcase_add_loop_test (cases,
                       hosts_may_know_of_their_code,
                       0,
                       MQTT_CODE_ANYTHING + 1);
  tcase_add_test (cases, hosts_of_version_3_may_know_of_all);
  tcase_add_test (cases, called_on_once_for_each_invitation);
  tcase_add_test (cases, called_on_later_if_that_is_not_possible);
  tcase_add_loop_test (cases,
                       hosts_are_known_until_they_have_invited_anew,
                       0,
                       2);
  tcase_add_test (cases, hosts_are_forgotten_after_a_while);
  tcase_add_test (cases, forged_and_own_invitations_are_not_followed);
  tcase_add_test (cases, hosts_are_so_many_at_most);
  tcase_add_test (cases, what_is_anonymous_outlives_the_other_place);
  return run_cases ("anonymous", cases);
}
