/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_discovery.c
 * @brief Tests of searches and announcements at one pace, and of searches that
 *        kill the meeting place.
 */
#include "run_cases.h"
#include "fake_identity.h"
#include "fake_rendezvous.h"
#include "service/discovery.h"

#define USERS 16

/** One user of a search. */
struct User
{
  struct MQTT_SearchUser *handle;
  char name[16];
  unsigned int found;
  struct GNUNET_PeerIdentity last;
};

static struct FakeRendezvous rendezvous;
static struct MQTT_Options options;
static struct MQTT_Counters *counters;
static struct MQTT_Discovery *discovery;
static struct User users[USERS];


/** #MQTT_RendezvousFailed */
static void
failed (void *cls)
{
  (void)cls;
  MQTT_discovery_failed (discovery);
}


/** #MQTT_RendezvousFound */
static void
found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct User *user = cls;

  user->found++;
  user->last = *peer;
}


static void
setup (void)
{
  struct GNUNET_PeerIdentity myself = fake_identity (1);

  fake_time_begin ();
  fake_rendezvous_begin (&rendezvous);
  rendezvous.failed = &failed;
  counters = MQTT_counters_create (NULL);
  memset (users, 0, sizeof (users));
  options = (struct MQTT_Options){
    .links = 3,
    .announcements = 8,
    .anonymous_announcements = 8,
    .searches = 4,
    .pace = MS (20),
    .discovery_window = MS (2000),
  };
  discovery = MQTT_discovery_create (&options,
                                     counters,
                                     &rendezvous.ops,
                                     &myself);
}


static void
teardown (void)
{
  for (int i = 0; i < USERS; i++)
    if (NULL != users[i].handle)
      MQTT_search_leave (users[i].handle);
  ck_assert_uint_eq (0, fake_rendezvous_standing (&rendezvous, true));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_SEARCHES));
  MQTT_discovery_destroy (discovery);
  MQTT_counters_destroy (counters);
  fake_rendezvous_end (&rendezvous);
  fake_time_end ();
}


static void
join (int i, const char *string)
{
  users[i].handle = MQTT_searches_join (MQTT_discovery_searches (discovery),
                                        string,
                                        MQTT_PACER_FIRST,
                                        &found,
                                        &users[i]);
}


static void
leave (int i)
{
  MQTT_search_leave (users[i].handle);
  users[i].handle = NULL;
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return MQTT_counter (counters, which);
}


static unsigned int
standing (void)
{
  return fake_rendezvous_standing (&rendezvous, true);
}


START_TEST (users_share_a_search)
{
  join (0, "s");
  join (1, "s");
  join (2, "t");
  fake_time_settle ();
  ck_assert_uint_eq (2, standing ());
  fake_rendezvous_find (&rendezvous, "s", 7);
  ck_assert_uint_eq (1, users[0].found);
  ck_assert_uint_eq (1, users[1].found);
  ck_assert_uint_eq (0, users[2].found);
  fake_rendezvous_find (&rendezvous, "s", 7);
  ck_assert_uint_eq (2, users[0].found);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PEERS_FOUND));
  leave (0);
  ck_assert_uint_eq (2, standing ());
  leave (1);
  ck_assert_uint_eq (1, standing ());
}
END_TEST


START_TEST (latecomers_learn_what_is_known)
{
  join (0, "s");
  fake_time_settle ();
  fake_rendezvous_find (&rendezvous, "s", 7);
  fake_rendezvous_find (&rendezvous, "s", 8);
  join (1, "s");
  ck_assert_uint_eq (0, users[1].found);
  MQTT_search_known (users[1].handle);
  ck_assert_uint_eq (2, users[1].found);
  ck_assert_uint_eq (2, users[0].found);
}
END_TEST


START_TEST (myself_is_not_found)
{
  join (0, "s");
  fake_time_settle ();
  fake_rendezvous_find (&rendezvous, "s", 1);
  ck_assert_uint_eq (0, users[0].found);
}
END_TEST


START_TEST (peers_beyond_the_limit)
{
  join (0, "s");
  fake_time_settle ();
  for (unsigned int i = 2; i < 6; i++)
    fake_rendezvous_find (&rendezvous, "s", i);
  ck_assert_uint_eq (4, users[0].found);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PEERS_FORGOTTEN));
  fake_rendezvous_find (&rendezvous, "s", 4);
  ck_assert_uint_eq (5, users[0].found);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PEERS_FORGOTTEN));
  fake_rendezvous_find (&rendezvous, "s", 2);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_PEERS_FORGOTTEN));
}
END_TEST


START_TEST (left_before_its_turn)
{
  char name[16];

  for (int i = 0; i < 4; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    join (i, name);
  }
  join (4, "s");
  leave (4);
  fake_time_pass (100);
  ck_assert_uint_eq (0, fake_rendezvous_asked (&rendezvous, true, "s"));
}
END_TEST


START_TEST (one_pace_for_all)
{
  char name[16];

  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    MQTT_discovery_filter (discovery, name, strlen (name), false, true);
    if (i < 4)
      join (i, name);
  }
  for (uint64_t passed = 0; passed <= 240; passed += 20)
  {
    fake_time_settle ();
    ck_assert_uint_eq (GNUNET_MIN (12, 4 + passed / 20), rendezvous.count);
    fake_time_pass (20);
  }
  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    MQTT_discovery_filter (discovery, name, strlen (name), false, false);
  }
}
END_TEST


START_TEST (rotation_within_the_budget)
{
  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (users[i].name, sizeof (users[i].name), "%d", i);
    join (i, users[i].name);
  }
  fake_time_pass (100);
  ck_assert_uint_eq (4, standing ());
  fake_rendezvous_find (&rendezvous, "0", 7);
  MQTT_search_touch (users[0].handle);
  fake_time_pass (1800);
  ck_assert_uint_eq (4, standing ());
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SEARCHES_ROTATED));
  fake_time_pass (400);
  ck_assert_uint_eq (4, standing ());
  ck_assert_uint_eq (4, counted (MQTT_COUNT_SEARCHES_ROTATED));
  for (int i = 0; i < 8; i++)
    ck_assert_uint_eq (
      1,
      fake_rendezvous_asked (&rendezvous, true, users[i].name));
  MQTT_search_known (users[0].handle);
  ck_assert_uint_eq (2, users[0].found);
}
END_TEST


START_TEST (rotated_returns_when_touched)
{
  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (users[i].name, sizeof (users[i].name), "%d", i);
    join (i, users[i].name);
  }
  fake_time_pass (2500);
  ck_assert (!MQTT_search_touch (users[0].handle));
  ck_assert (!MQTT_search_touch (users[7].handle));
  fake_time_pass (10 * 1000);
  ck_assert (MQTT_search_touch (users[0].handle));
  ck_assert (!MQTT_search_touch (users[0].handle));
  ck_assert (!MQTT_search_touch (users[7].handle));
  fake_time_pass (100);
  ck_assert_ptr_nonnull (fake_rendezvous_get (&rendezvous, true, "0"));
  ck_assert_ptr_nonnull (fake_rendezvous_get (&rendezvous, true, "7"));
  ck_assert_ptr_null (fake_rendezvous_get (&rendezvous, true, "4"));
  ck_assert_uint_eq (4, standing ());
}
END_TEST


START_TEST (impossible_now)
{
  rendezvous.impossible = true;
  join (0, "s");
  fake_time_pass (100);
  rendezvous.impossible = false;
  ck_assert (MQTT_search_touch (users[0].handle));
  fake_time_pass (100);
  ck_assert_uint_eq (1, standing ());
}
END_TEST


START_TEST (failure_asks_all_again_at_the_pace)
{
  char name[16];
  uint64_t failed_at;
  unsigned int before;

  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    MQTT_discovery_filter (discovery, name, strlen (name), false, true);
    if (i < 4)
      join (i, name);
  }
  fake_time_pass (5000);
  before = rendezvous.count;
  failed_at = fake_time_now ();
  fake_rendezvous_fail (&rendezvous);
  fake_time_pass (249);
  ck_assert_uint_eq (before, rendezvous.count);
  fake_time_pass (1000);
  ck_assert_uint_eq (before + 12, rendezvous.count);
  ck_assert_uint_eq (4, standing ());
  ck_assert_uint_eq (8, fake_rendezvous_standing (&rendezvous, false));
  for (unsigned int i = 0; i < 12; i++)
    ck_assert_uint_ge (rendezvous.operations[before + i]->at,
                       failed_at + 250 + (i < 4 ? 0 : i - 3) * 20);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_REGEX_FAILURES));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SEARCHES_GIVEN_UP));
  for (int i = 0; i < 8; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    MQTT_discovery_filter (discovery, name, strlen (name), false, false);
  }
}
END_TEST


START_TEST (poisoned_search_is_given_up)
{
  rendezvous.poison = "2";
  for (int i = 0; i < 4; i++)
  {
    GNUNET_snprintf (users[i].name, sizeof (users[i].name), "%d", i);
    join (i, users[i].name);
  }
  fake_time_pass (20 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SEARCHES_GIVEN_UP));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_REGEX_FAILURES));
  ck_assert_uint_eq (3, fake_rendezvous_asked (&rendezvous, true, "2"));
  ck_assert_ptr_nonnull (fake_rendezvous_get (&rendezvous, true, "0"));
  ck_assert_ptr_nonnull (fake_rendezvous_get (&rendezvous, true, "1"));
  ck_assert_ptr_nonnull (fake_rendezvous_get (&rendezvous, true, "3"));
  ck_assert_ptr_null (fake_rendezvous_get (&rendezvous, true, "2"));
  for (int i = 0; i < 50; i++)
  {
    fake_time_pass (60 * 1000);
    ck_assert (!MQTT_search_touch (users[2].handle));
  }
  ck_assert_uint_eq (3, fake_rendezvous_asked (&rendezvous, true, "2"));
  rendezvous.poison = NULL;
  fake_time_pass (11 * 60 * 1000);
  ck_assert (MQTT_search_touch (users[2].handle));
  fake_time_pass (2000);
  ck_assert_ptr_nonnull (fake_rendezvous_get (&rendezvous, true, "2"));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_REGEX_FAILURES));
  fake_time_rewind ();
}
END_TEST


START_TEST (innocent_suspects_are_acquitted)
{
  for (int i = 0; i < 4; i++)
  {
    GNUNET_snprintf (users[i].name, sizeof (users[i].name), "%d", i);
    join (i, users[i].name);
  }
  fake_time_pass (100);
  fake_rendezvous_fail (&rendezvous);
  fake_time_pass (6000);
  ck_assert_uint_eq (4, standing ());
  /* Once more, each long after its trial: nobody is a suspect now. */
  fake_rendezvous_fail (&rendezvous);
  fake_time_pass (400);
  ck_assert_uint_eq (4, standing ());
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SEARCHES_GIVEN_UP));
}
END_TEST


START_TEST (on_trial_and_left)
{
  rendezvous.poison = "s";
  join (0, "s");
  join (1, "t");
  fake_time_pass (100);
  fake_time_pass (300);
  leave (0);
  leave (1);
  fake_time_pass (5000);
  ck_assert_uint_eq (0, standing ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("discovery");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, users_share_a_search);
  tcase_add_test (tc, latecomers_learn_what_is_known);
  tcase_add_test (tc, myself_is_not_found);
  tcase_add_test (tc, peers_beyond_the_limit);
  tcase_add_test (tc, left_before_its_turn);
  tcase_add_test (tc, one_pace_for_all);
  tcase_add_test (tc, rotation_within_the_budget);
  tcase_add_test (tc, rotated_returns_when_touched);
  tcase_add_test (tc, impossible_now);
  tcase_add_test (tc, failure_asks_all_again_at_the_pace);
  tcase_add_test (tc, poisoned_search_is_given_up);
  tcase_add_test (tc, innocent_suspects_are_acquitted);
  tcase_add_test (tc, on_trial_and_left);
  return tc;
}


int
main (void)
{
  return run_cases ("discovery", cases ());
}
