/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_zones_turns.c
 * @brief Tests of service/zones.h: peers take turns, and none is believed whose
 *        entries are not looked for.
 */
#include "zones_fixture.h"


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
  /* Who has as many as the others takes nothing from them. */
  ck_assert_uint_eq (5000 - 4096 + 1,
                     MQTT_counter (counters, MQTT_COUNT_ZONES_NOT_ASKED));
}
END_TEST


/**
 * The ego's zone grants, and has nothing to add.
 */
static void
begin_granted (const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_ChannelEntry entry = grant (1);

  entry.peer = *peer;
  (void)MQTT_ownership_judge (ownership, name, strlen (name), peer, &permit);
  find (&entry);
  finish ();
}


/**
 * A peer publishes below made-up keys, between two publications below one that is real.
 */
static void
publish_below_others (unsigned char peer, unsigned int owners)
{
  const struct GNUNET_IDENTITY_PrivateKey real = ego;

  for (unsigned int i = 0; i < owners; i++)
    judge_made_up (peer);
  ego = real;
  name_topic ();
}


static void
wait_minutes (unsigned int minutes)
{
  for (unsigned int i = 0; i < minutes; i++)
  {
    fake_time_pass (60 * 1000);
    (void)judge ();
  }
}


/** Its revocation may be there, and it is the peer that keeps it from being seen. */
START_TEST (who_has_not_been_looked_for_is_not_believed)
{
  begin_granted (&channel_peer);
  publish_below_others (0, 200);
  wait_minutes (10);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  wait_minutes (3);
  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ());
  ck_assert_uint_lt (0, MQTT_counter (counters, MQTT_COUNT_ZONES_OVERDUE));
  /* It has its turn. */
  wait_minutes (20);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
}
END_TEST


/** There is no room to have it looked for again. */
START_TEST (who_has_too_much_looked_for_is_not_believed)
{
  begin_granted (&channel_peer);
  publish_below_others (0, 1200);
  permit = (struct MQTT_Permit){ 0 };
  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ());
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_ZONES_OVERDUE));
}
END_TEST


START_TEST (this_peer_is_believed)
{
  const struct GNUNET_PeerIdentity myself = numbered (1);

  MQTT_ownership_destroy (ownership);
  ownership = MQTT_ownership_create (&options, counters, &myself);
  MQTT_ownership_look (ownership, &ops);
  begin_granted (&myself);
  publish_below_others (1, 1200);
  fake_time_pass (61 * 1000);
  permit = (struct MQTT_Permit){ 0 };
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_judge (ownership, name, strlen (name), NULL, &permit));
}
END_TEST


/** Each text may be worth a signature's check. */
START_TEST (a_peer_has_only_so_much_read_in_a_minute)
{
  for (unsigned int i = 0; i < 100; i++)
  {
    judge_made_up (1);
    for (unsigned int text = 0; (looked == i + 1) && (text < 64); text++)
      looks[i].text (looks[i].cls, "no entry", 8);
    if (looked == i + 1)
      finish ();
  }
  ck_assert_uint_eq (64, looked);
  judge_made_up (2);
  ck_assert_uint_eq (65, looked);
  fake_time_pass (71 * 1000);
  ck_assert_uint_eq (65 + 8, looked);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("zones_turns");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, too_many_looks_wait_for_their_turn);
  tcase_add_test (cases, many_owners_of_one_peer_do_not_hold_up_others);
  tcase_add_test (cases, peers_take_turns);
  tcase_add_test (cases, looks_that_find_nothing_give_way);
  tcase_add_test (cases, what_waits_is_bounded);
  tcase_add_test (cases, what_waits_is_bounded_for_all);
  tcase_add_test (cases, who_has_not_been_looked_for_is_not_believed);
  tcase_add_test (cases, who_has_too_much_looked_for_is_not_believed);
  tcase_add_test (cases, this_peer_is_believed);
  tcase_add_test (cases, a_peer_has_only_so_much_read_in_a_minute);
  return run_cases ("zones_turns", cases);
}
