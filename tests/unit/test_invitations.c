/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_invitations.c
 * @brief Tests of inviting anonymous subscribers.
 */
#include "anonymous_fixture.h"


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


int
main (void)
{
  TCase *cases = tcase_create ("invitations");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, invitations_are_repeated_until_the_search_ends);
  tcase_add_test (cases, only_for_what_we_search);
  tcase_add_test (cases, a_second_search_is_told_of_guests);
  tcase_add_test (cases, guests_and_invitations_are_bounded);
  tcase_add_test (cases, everybody_is_nobody_who_was_found);
  return run_cases ("invitations", cases);
}
