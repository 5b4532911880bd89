/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_turns.c
 * @brief Tests of core/turns.h.
 */
#include "run_cases.h"
#include "core/turns.h"

#define MEMBERS 5

/** Who may be chosen. */
struct Members
{
  enum MQTT_Prospect prospects[MEMBERS];
  enum MQTT_Prospect enough;
  unsigned int asked;
};


/**
 * #MQTT_TurnProspect
 */
static enum MQTT_Prospect
prospect_of (void *cls, size_t which)
{
  struct Members *members = cls;

  members->asked++;
  return members->prospects[which];
}


static size_t
choose (struct Members *members, size_t turn, enum MQTT_Prospect expected)
{
  size_t chosen = MEMBERS;

  members->asked = 0;
  ck_assert_int_eq (expected,
                    MQTT_turn_choose (MEMBERS,
                                      turn,
                                      members->enough,
                                      &prospect_of,
                                      members,
                                      &chosen));
  return chosen;
}


START_TEST (goes_round)
{
  struct Members members = { .asked = 0 };

  for (size_t turn = 0; turn < 3 * MEMBERS; turn++)
  {
    ck_assert_uint_eq (turn % MEMBERS,
                       choose (&members, turn, MQTT_PROSPECT_NOW));
    ck_assert_uint_eq (1, members.asked);
  }
}
END_TEST


START_TEST (stops_at_who_is_good_enough)
{
  struct Members members = {
    .prospects = { MQTT_PROSPECT_REFUSED,
                   MQTT_PROSPECT_KEPT,
                   MQTT_PROSPECT_KEPT,
                   MQTT_PROSPECT_NOW,
                   MQTT_PROSPECT_KEPT },
    .enough = MQTT_PROSPECT_KEPT,
  };

  ck_assert_uint_eq (1, choose (&members, 0, MQTT_PROSPECT_KEPT));
  ck_assert_uint_eq (2, members.asked);
  ck_assert_uint_eq (3, choose (&members, 3, MQTT_PROSPECT_NOW));
  ck_assert_uint_eq (1, members.asked);
}
END_TEST


START_TEST (passes_over_who_is_not_as_good)
{
  struct Members members = { .prospects = { MQTT_PROSPECT_REFUSED,
                                            MQTT_PROSPECT_KEPT,
                                            MQTT_PROSPECT_SOON,
                                            MQTT_PROSPECT_DROPPED,
                                            MQTT_PROSPECT_SOON } };

  ck_assert_uint_eq (2, choose (&members, 0, MQTT_PROSPECT_SOON));
  ck_assert_uint_eq (MEMBERS, members.asked);
  ck_assert_uint_eq (4, choose (&members, 3, MQTT_PROSPECT_SOON));
  members.prospects[2] = MQTT_PROSPECT_DOUBTFUL;
  members.prospects[4] = MQTT_PROSPECT_DOUBTFUL;
  ck_assert_uint_eq (1, choose (&members, 4, MQTT_PROSPECT_KEPT));
  members.prospects[1] = MQTT_PROSPECT_REFUSED;
  ck_assert_uint_eq (4, choose (&members, 3, MQTT_PROSPECT_DOUBTFUL));
}
END_TEST


START_TEST (chooses_who_drops_if_there_is_no_other)
{
  struct Members members = { .asked = 0 };

  for (size_t i = 0; i < MEMBERS; i++)
    members.prospects[i] = MQTT_PROSPECT_DROPPED;
  ck_assert_uint_eq (3, choose (&members, 3, MQTT_PROSPECT_DROPPED));
  members.prospects[1] = MQTT_PROSPECT_REFUSED;
  ck_assert_uint_eq (1, choose (&members, 3, MQTT_PROSPECT_REFUSED));
}
END_TEST


START_TEST (remembers_the_turn_of_each_group)
{
  struct MQTT_Turns turns = { .beginning = 0 };

  MQTT_turns_advance (&turns, 1, 6);
  MQTT_turns_advance (&turns, 2, 8);
  ck_assert_uint_eq (7, MQTT_turns_next (&turns, 1));
  ck_assert_uint_eq (9, MQTT_turns_next (&turns, 2));
  ck_assert_uint_eq (7, MQTT_turns_next (&turns, 1));
}
END_TEST


/**
 * Two groups at one place that get every message: none may be bound to one member.
 */
START_TEST (is_fair_to_groups_at_one_place)
{
  struct MQTT_Turns turns = { .beginning = 0 };
  const uint64_t groups[] = { 3, 3 + MQTT_TURNS_PLACES };
  unsigned int first[2] = { 0 };

  for (unsigned int i = 0; i < 1000; i++)
    for (size_t g = 0; g < 2; g++)
    {
      uint32_t next = MQTT_turns_next (&turns, groups[g]);

      first[g] += (0 == next % 2);
      MQTT_turns_advance (&turns, groups[g], next % 2);
    }
  for (size_t g = 0; g < 2; g++)
    ck_assert_msg ((400 < first[g]) && (600 > first[g]), "%u", first[g]);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("turns");

  tcase_add_test (cases, goes_round);
  tcase_add_test (cases, stops_at_who_is_good_enough);
  tcase_add_test (cases, passes_over_who_is_not_as_good);
  tcase_add_test (cases, chooses_who_drops_if_there_is_no_other);
  tcase_add_test (cases, remembers_the_turn_of_each_group);
  tcase_add_test (cases, is_fair_to_groups_at_one_place);
  return run_cases ("turns", cases);
}
