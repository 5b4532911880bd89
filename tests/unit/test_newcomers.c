/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_newcomers.c
 * @brief Tests of core/newcomers.h.
 */
#include "core/newcomers.h"
#include "fake_identity.h"
#include "run_cases.h"

static struct MQTT_Newcomers newcomers;


static void
setup (void)
{
  newcomers = (struct MQTT_Newcomers){ .next = 0 };
}


static bool
add (uint32_t who, uint64_t first, size_t turns)
{
  const struct GNUNET_PeerIdentity peer = fake_identity (who);

  return MQTT_newcomers_add (&newcomers, &peer, first, turns);
}


/**
 * How many are offered topics with this first level?
 */
static unsigned int
count (uint64_t first)
{
  unsigned int at = 0;
  unsigned int found = 0;

  while (NULL != MQTT_newcomers_next (&newcomers, first, &at))
    found++;
  return found;
}


START_TEST (are_offered_what_begins_alike)
{
  const struct GNUNET_PeerIdentity one = fake_identity (1);
  unsigned int at = 0;

  ck_assert_uint_eq (0, count (7));
  ck_assert (add (1, 7, 10));
  ck_assert (add (2, 8, 10));
  ck_assert_uint_eq (1, count (7));
  ck_assert_mem_eq (&one,
                    MQTT_newcomers_next (&newcomers, 7, &at),
                    sizeof (one));
  ck_assert_uint_eq (0, count (9));
}
END_TEST


START_TEST (are_added_once_for_a_first_level)
{
  ck_assert (add (1, 7, 10));
  ck_assert (!add (1, 7, 10));
  ck_assert (add (1, 8, 10));
  ck_assert (!add (2, 7, 0));
  ck_assert_uint_eq (1, count (7));
}
END_TEST


START_TEST (are_none_when_all_topics_had_their_turn)
{
  ck_assert (add (1, 7, 10));
  ck_assert (add (2, 7, 11));
  ck_assert (MQTT_newcomers_turn (&newcomers, 9));
  ck_assert_uint_eq (2, count (7));
  ck_assert (MQTT_newcomers_turn (&newcomers, 1));
  ck_assert_uint_eq (1, count (7));
  ck_assert (!MQTT_newcomers_turn (&newcomers, 64));
  ck_assert_uint_eq (0, count (7));
  ck_assert (add (1, 7, 10));
}
END_TEST


START_TEST (the_oldest_makes_room)
{
  const struct GNUNET_PeerIdentity second = fake_identity (2);
  unsigned int at = 1;

  for (uint32_t i = 1; i <= MQTT_NEWCOMERS_MAX + 1; i++)
    ck_assert (add (i, 7, 10));
  ck_assert_uint_eq (MQTT_NEWCOMERS_MAX, count (7));
  ck_assert_mem_eq (&second,
                    MQTT_newcomers_next (&newcomers, 7, &at),
                    sizeof (second));
  ck_assert (add (1, 7, 10));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("newcomers");

  tcase_add_checked_fixture (tc, &setup, NULL);
  tcase_add_test (tc, are_offered_what_begins_alike);
  tcase_add_test (tc, are_added_once_for_a_first_level);
  tcase_add_test (tc, are_none_when_all_topics_had_their_turn);
  tcase_add_test (tc, the_oldest_makes_room);
  return tc;
}


int
main (void)
{
  return run_cases ("newcomers", cases ());
}
