/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_remote_wills.c
 * @brief Tests of core/remote_wills.h.
 */
#include "run_cases.h"
#include "core/remote_wills.h"

#define TIMEOUT 15
#define MEMORY 1000

static const struct MQTT_RemoteWillsLimits limits = { .count = 32,
                                                      .bytes = 3200,
                                                      .timeout_us = TIMEOUT,
                                                      .memory_us = MEMORY };
static struct MQTT_RemoteWills *wills;
static struct MQTT_RemoteWill got;


static void
setup (void)
{
  wills = MQTT_remote_wills_create (&limits);
}


static void
teardown (void)
{
  MQTT_remote_wills_destroy (wills);
}


static struct GNUNET_PeerIdentity
peer (uint32_t number)
{
  struct GNUNET_PeerIdentity identity = { 0 };

  memcpy (&identity, &number, sizeof (number));
  return identity;
}


static struct MQTT_RemoteWillName
name (uint32_t number, uint64_t sequence)
{
  return (struct MQTT_RemoteWillName){ .peer = peer (number),
                                       .run = UINT64_MAX,
                                       .sequence = sequence };
}


/**
 * A peer tells a will, whose message is called as it is.
 */
static enum MQTT_RemoteWillState
hear (uint32_t number, uint64_t sequence, uint64_t delay_us, uint64_t now_us)
{
  const struct MQTT_RemoteWill will = { .name = name (number, sequence),
                                        .message = sequence,
                                        .bytes = 10,
                                        .delay_us = delay_us };
  enum MQTT_RemoteWillState state = MQTT_remote_wills_hear (wills,
                                                            &will.name,
                                                            will.bytes);

  if (MQTT_REMOTE_WILL_UNKNOWN == state)
    MQTT_remote_wills_put (wills, &will, now_us);
  return state;
}


static bool
claim (uint32_t number, uint64_t sequence, uint64_t now_us)
{
  struct MQTT_RemoteWillName which = name (number, sequence);
  uint64_t message;

  return MQTT_remote_wills_claim (wills, &which, &message, now_us);
}


static void
see (uint32_t number, bool there, uint64_t now_us)
{
  struct GNUNET_PeerIdentity identity = peer (number);

  MQTT_remote_wills_peer (wills, &identity, there, now_us);
}


static bool
hear_of (uint32_t number, uint64_t now_us)
{
  struct GNUNET_PeerIdentity identity = peer (number);

  return MQTT_remote_wills_heard (wills, &identity, now_us);
}


static enum MQTT_RemoteWillDeed
due (uint64_t now_us)
{
  return MQTT_remote_wills_due (wills, now_us, &got);
}


START_TEST (a_peer_that_is_gone_for_long_has_its_wills_told)
{
  struct GNUNET_PeerIdentity identity = peer (1);

  ck_assert_int_eq (MQTT_REMOTE_WILL_UNKNOWN, hear (1, 1, 0, 0));
  ck_assert_int_eq (MQTT_REMOTE_WILL_UNKNOWN, hear (1, 2, 100, 0));
  ck_assert_int_eq (MQTT_REMOTE_WILL_UNKNOWN, hear (1, 3, 50, 0));
  ck_assert_uint_eq (UINT64_MAX, MQTT_remote_wills_next_us (wills));
  see (1, false, 1000);
  ck_assert_uint_eq (1000 + TIMEOUT, MQTT_remote_wills_next_us (wills));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (999 + TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (1000 + TIMEOUT));
  ck_assert_uint_eq (1, got.message);
  ck_assert_mem_eq (&identity, &got.name.peer, sizeof (identity));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (1049 + TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (1050 + TIMEOUT));
  ck_assert_uint_eq (3, got.message);
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (1100 + TIMEOUT));
  ck_assert_uint_eq (2, got.message);
  ck_assert_uint_eq (0, MQTT_remote_wills_held (wills));
}
END_TEST


START_TEST (nothing_is_told_while_it_is_away_for_a_moment)
{
  hear (1, 1, 0, 0);
  see (1, false, 100);
  see (1, true, 100 + TIMEOUT - 1);
  ck_assert_int_eq (MQTT_REMOTE_WILL_HELD, hear (1, 1, 0, 100 + TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (900));
  /* The time begins anew. */
  see (1, false, 900);
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (899 + TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (900 + TIMEOUT));
}
END_TEST


START_TEST (what_is_taken_back_is_not_told)
{
  struct MQTT_RemoteWillName one = name (1, 1);
  uint64_t message = 0;

  ck_assert (!MQTT_remote_wills_take_back (wills, &one, &message));
  hear (1, 1, 0, 0);
  ck_assert (MQTT_remote_wills_take_back (wills, &one, &message));
  ck_assert_uint_eq (1, message);
  ck_assert (!MQTT_remote_wills_take_back (wills, &one, &message));
  see (1, false, 0);
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (UINT64_MAX / 2));
  /* Another one may not do so. */
  hear (1, 1, 0, 0);
  one = name (2, 1);
  ck_assert (!MQTT_remote_wills_take_back (wills, &one, &message));
}
END_TEST


START_TEST (what_was_told_is_not_told_again)
{
  hear (1, 1, 0, 0);
  see (1, false, 0);
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (TIMEOUT));
  see (1, true, 20);
  ck_assert_int_eq (MQTT_REMOTE_WILL_TOLD, hear (1, 1, 0, 20));
  ck_assert (!claim (1, 1, 30));
  /* That of another peer is another one. */
  ck_assert (claim (2, 1, 30));
  see (1, false, 100);
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (900));
}
END_TEST


START_TEST (what_its_peer_has_published_is_not_told)
{
  struct MQTT_RemoteWillName one = name (1, 1);
  uint64_t message = 0;

  hear (1, 1, 0, 0);
  ck_assert (MQTT_remote_wills_claim (wills, &one, &message, 10));
  ck_assert_uint_eq (1, message);
  ck_assert (!MQTT_remote_wills_claim (wills, &one, &message, 10));
  see (1, false, 10);
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (900));
  ck_assert_int_eq (MQTT_REMOTE_WILL_TOLD, hear (1, 1, 0, 900));
  /* If that was undone, it was not. */
  MQTT_remote_wills_forget (wills, &one);
  ck_assert (MQTT_remote_wills_claim (wills, &one, &message, 910));
  ck_assert_uint_eq (0, message);
}
END_TEST


START_TEST (who_comes_back_tells_its_wills_again)
{
  struct GNUNET_PeerIdentity identity = peer (1);

  hear (1, 1, 0, 0);
  hear (1, 2, 0, 0);
  see (1, false, 10);
  see (1, true, 20);
  hear (1, 2, 0, 21);
  ck_assert (!hear_of (1, 19 + TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (100));
  ck_assert (hear_of (1, 20 + TIMEOUT));
  ck_assert_uint_eq (20 + TIMEOUT, MQTT_remote_wills_next_us (wills));
  ck_assert_int_eq (MQTT_REMOTE_WILL_DROP, due (20 + TIMEOUT));
  ck_assert_uint_eq (1, got.message);
  ck_assert (!hear_of (1, 100));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (UINT64_MAX / 2));
  ck_assert (MQTT_remote_wills_any (wills, &identity));
  /* It may hold once more, under the same name. */
  ck_assert_int_eq (MQTT_REMOTE_WILL_UNKNOWN, hear (1, 1, 0, 100));
}
END_TEST


START_TEST (who_vanishes_as_it_comes_back_has_its_wills_told)
{
  hear (1, 1, 0, 0);
  see (1, false, 10);
  see (1, true, 20);
  ck_assert (!hear_of (1, 21));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (30 + TIMEOUT));
  see (1, false, 30 + TIMEOUT);
  ck_assert (!hear_of (1, 35 + TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (29 + 2 * TIMEOUT));
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (30 + 2 * TIMEOUT));
  ck_assert_uint_eq (1, got.message);
}
END_TEST


START_TEST (names_of_what_was_told_are_forgotten)
{
  claim (1, 1, 10);
  claim (1, 2, 20);
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (9 + MEMORY));
  ck_assert_int_eq (MQTT_REMOTE_WILL_FORGET, due (10 + MEMORY));
  ck_assert_uint_eq (1, got.name.sequence);
  ck_assert_int_eq (MQTT_REMOTE_WILL_NOTHING, due (10 + MEMORY));
  ck_assert (!claim (1, 2, 20 + MEMORY));
  ck_assert (claim (1, 1, 20 + MEMORY));
}
END_TEST


START_TEST (a_peer_has_its_share)
{
  const unsigned int share = limits.count / MQTT_REMOTE_WILLS_SHARE;
  struct MQTT_RemoteWillName large = name (9, 1);
  uint64_t held = 0;

  for (uint32_t number = 1; number <= 2 * MQTT_REMOTE_WILLS_SHARE; number++)
    for (uint64_t i = 1; i <= 100; i++)
      held += (MQTT_REMOTE_WILL_UNKNOWN == hear (number, i, i, 0)) ? 1 : 0;
  ck_assert_uint_eq (limits.count, held);
  ck_assert_uint_eq (limits.count, MQTT_remote_wills_held (wills));
  /* What it has can be held on to. */
  ck_assert_int_eq (MQTT_REMOTE_WILL_HELD, hear (1, share, 0, 0));
  ck_assert_int_eq (MQTT_REMOTE_WILL_NO_ROOM, hear (1, share + 1, 0, 0));
  teardown ();
  setup ();
  ck_assert_int_eq (MQTT_REMOTE_WILL_NO_ROOM,
                    MQTT_remote_wills_hear (wills, &large, 401));
  ck_assert_int_eq (MQTT_REMOTE_WILL_UNKNOWN,
                    MQTT_remote_wills_hear (wills, &large, 400));
}
END_TEST


START_TEST (the_oldest_names_make_room)
{
  const unsigned int share = limits.count / MQTT_REMOTE_WILLS_SHARE;
  unsigned int forgotten = 0;

  for (uint64_t i = 1; i <= 100; i++)
    ck_assert (claim (1, i, i));
  while (MQTT_REMOTE_WILL_FORGET == due (100))
    forgotten++;
  ck_assert_uint_eq (100 - share, forgotten);
  ck_assert (!claim (1, 100, 100));
  /* In all. */
  for (uint32_t number = 2; number < 100; number++)
    ck_assert (claim (number, 1, 100));
  for (forgotten = 0; MQTT_REMOTE_WILL_FORGET == due (100); forgotten++)
    ;
  ck_assert_uint_eq (98 + share - limits.count, forgotten);
  ck_assert (!claim (99, 1, 100));
  ck_assert (claim (2, 1, 100));
}
END_TEST


START_TEST (all_holds_after_a_restart)
{
  struct MQTT_RemoteWill held = { .name = name (1, 1),
                                  .message = 7,
                                  .bytes = 1,
                                  .delay_us = 5 };
  struct MQTT_RemoteWill told = { .name = name (1, 2), .told_us = 10 };

  MQTT_remote_wills_restore (wills, &told, 100);
  MQTT_remote_wills_restore (wills, &held, 100);
  ck_assert (!claim (1, 2, 100));
  ck_assert_uint_eq (105 + TIMEOUT, MQTT_remote_wills_next_us (wills));
  ck_assert_int_eq (MQTT_REMOTE_WILL_TELL, due (105 + TIMEOUT));
  ck_assert_uint_eq (7, got.message);
  ck_assert_int_eq (MQTT_REMOTE_WILL_FORGET, due (10 + MEMORY));
  ck_assert_uint_eq (2, got.name.sequence);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("remote wills");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, a_peer_that_is_gone_for_long_has_its_wills_told);
  tcase_add_test (cases, nothing_is_told_while_it_is_away_for_a_moment);
  tcase_add_test (cases, what_is_taken_back_is_not_told);
  tcase_add_test (cases, what_was_told_is_not_told_again);
  tcase_add_test (cases, what_its_peer_has_published_is_not_told);
  tcase_add_test (cases, who_comes_back_tells_its_wills_again);
  tcase_add_test (cases, who_vanishes_as_it_comes_back_has_its_wills_told);
  tcase_add_test (cases, names_of_what_was_told_are_forgotten);
  tcase_add_test (cases, a_peer_has_its_share);
  tcase_add_test (cases, the_oldest_names_make_room);
  tcase_add_test (cases, all_holds_after_a_restart);
  return run_cases ("remote wills", cases);
}
