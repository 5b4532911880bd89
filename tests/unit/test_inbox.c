/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_inbox.c
 * @brief Tests of marks: what was taken is known again, in later runs too, and
 *        nothing else is.
 */
#include <sqlite3.h>
#include "run_cases.h"
#include "service/inbox.h"
#include "store_faults.h"
#include "store_fixture.h"

static struct StoreFixture f;
static struct MQTT_Options options;
static struct MQTT_Inboxes *inboxes;
static unsigned int rows;


static void
setup (void)
{
  fake_time_begin ();
  store_faults_register ();
  store_fixture_begin (&f);
  f.options.vfs = STORE_FAULTS_VFS;
  store_fixture_open (&f);
  options = (struct MQTT_Options){
    .marks = 3,
    .link_topics = 2,
    .interest_lifetime = MS (100 * 1000),
  };
  inboxes = MQTT_inboxes_create (&options, f.store);
  ck_assert (MQTT_inboxes_load (inboxes));
}


static void
teardown (void)
{
  MQTT_inboxes_destroy (inboxes);
  store_fixture_end (&f);
  fake_time_end ();
}


/** Begin a new run of ours. */
static void
restart (void)
{
  MQTT_inboxes_destroy (inboxes);
  store_fixture_reopen (&f);
  inboxes = MQTT_inboxes_create (&options, f.store);
  ck_assert (MQTT_inboxes_load (inboxes));
}


/** A publication to a topic of one level, whose hash is the topic's number. */
static struct MQTT_InboxItem
item (uint64_t run, uint64_t sequence, uint64_t topic)
{
  static uint64_t hashes[16];

  hashes[topic] = topic;
  return (struct MQTT_InboxItem){
    .serial = { .run = run, .sequence = sequence },
    .hashes = &hashes[topic],
    .levels = 1,
  };
}


static struct MQTT_Inbox *
inbox (unsigned int peer)
{
  const struct GNUNET_PeerIdentity identity = fake_identity (peer);

  return MQTT_inboxes_get (inboxes, &identity);
}


static bool
has (uint64_t run, uint64_t sequence, uint64_t topic)
{
  struct MQTT_InboxItem it = item (run, sequence, topic);

  return MQTT_inbox_has (inbox (1), &it);
}


static void
take (uint64_t run, uint64_t sequence, uint64_t topic)
{
  struct MQTT_InboxItem it = item (run, sequence, topic);

  ck_assert (MQTT_inbox_take (inbox (1), &it));
}


static bool
give_back (uint64_t run, uint64_t sequence, uint64_t topic)
{
  struct MQTT_InboxItem it = item (run, sequence, topic);

  return MQTT_inbox_return (inbox (1), &it);
}


static void
count_row (void *cls, const struct MQTT_StoreMark *mark)
{
  (void)cls;
  (void)mark;
  rows++;
}


/** @return marks on disk */
static unsigned int
count_rows (void)
{
  rows = 0;
  ck_assert (MQTT_store_marks_load (f.store, &count_row, NULL));
  return rows;
}


START_TEST (what_was_taken_is_known)
{
  struct MQTT_InboxItem it = item (7, 5, 1);

  ck_assert (!has (7, 1, 1));
  take (7, 5, 1);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (has (7, 5, 1));
    ck_assert (has (7, 4, 2));
    ck_assert (!has (7, 6, 1));
    ck_assert (!has (8, 5, 1));
    ck_assert (!MQTT_inbox_has (inbox (2), &it));
    restart ();
  }
  ck_assert_uint_eq (1, count_rows ());
}
END_TEST


/* In this run of ours and in the next, before and after it was caught up with. */
START_TEST (what_was_returned_is_not)
{
  take (7, 5, 1);
  ck_assert (give_back (7, 6, 1));
  ck_assert (!has (7, 6, 1));
  ck_assert (has (7, 5, 1));
  take (7, 9, 2);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (has (7, 9, 2));
    ck_assert (has (7, 8, 2));
    ck_assert (has (7, 5, 1));
    ck_assert (!has (7, 6, 1));
    ck_assert (!has (7, 8, 1));
    restart ();
  }
  take (7, 6, 1);
  ck_assert (has (7, 6, 1));
  ck_assert (!has (7, 8, 1));
  ck_assert (give_back (7, 8, 1));
  restart ();
  ck_assert (has (7, 6, 1));
  ck_assert (!has (7, 8, 1));
  take (7, 8, 1);
  ck_assert_uint_eq (2, count_rows ());
  take (7, 10, 1);
  ck_assert (has (7, 10, 1));
  fake_time_pass (100);
  ck_assert_uint_eq (1, count_rows ());
  ck_assert (has (7, 10, 1));
  ck_assert (!has (7, 11, 1));
}
END_TEST


/* As if it had never been: also of topics that were on their way back. */
START_TEST (group_is_lost)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  take (7, 1, 1);
  ck_assert (give_back (7, 2, 1));
  take (7, 3, 2);
  fake_time_pass (100);
  take (7, 2, 1);
  take (7, 4, 1);
  take (7, 5, 2);
  ck_assert (give_back (7, 6, 3));
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (has (7, 1, 1));
    ck_assert (!has (7, 2, 1));
    ck_assert (has (7, 3, 2));
    ck_assert (!has (7, 4, 1));
    ck_assert (!has (7, 5, 2));
    ck_assert (!has (7, 6, 3));
    if (0 == i)
      fake_time_pass (10 * 1000);
  }
  take (7, 7, 2);
  restart ();
  ck_assert (!has (7, 2, 1));
  ck_assert (!has (7, 6, 3));
  ck_assert (has (7, 7, 2));
}
END_TEST


/* Something of a topic was taken, and what followed returned, in the same group. */
START_TEST (group_is_lost_with_both)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  take (7, 1, 1);
  fake_time_pass (100);
  take (7, 2, 1);
  ck_assert (give_back (7, 3, 1));
  ck_assert (has (7, 2, 1));
  if (0 < _i)
    take (7, 4, 2);
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  fake_time_pass (10 * 1000);
  ck_assert (has (7, 1, 1));
  ck_assert (!has (7, 2, 1));
  ck_assert (!has (7, 3, 1));
  take (7, 5, 2);
  restart ();
  ck_assert (has (7, 1, 1));
  ck_assert (!has (7, 2, 1));
  ck_assert (!has (7, 3, 1));
}
END_TEST


/* The same with two runs: what was left of the first was taken. */
START_TEST (group_is_lost_with_two_runs)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  ck_assert (give_back (1, 5, 1));
  take (1, 9, 2);
  fake_time_pass (100);
  take (1, 5, 1);
  ck_assert (give_back (2, 10, 1));
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  ck_assert (!has (1, 5, 1));
  ck_assert (!has (2, 10, 1));
}
END_TEST


START_TEST (oldest_runs_are_forgotten)
{
  for (uint64_t run = 1; run <= 3; run++)
    take (run, run, 1);
  take (1, 4, 1);
  take (4, 5, 1);
  ck_assert (has (1, 4, 1));
  ck_assert (!has (2, 2, 1));
  ck_assert (has (3, 3, 1));
  ck_assert (has (4, 5, 1));
  fake_time_pass (100);
  ck_assert_uint_eq (3, count_rows ());
}
END_TEST


/* Who makes up runs loses marks of his own, and nobody else does. */
START_TEST (one_peer_makes_up_runs)
{
  struct MQTT_InboxItem honest = item (9, 1, 1);

  options.marks = 20;
  ck_assert (MQTT_inbox_take (inbox (2), &honest));
  for (uint64_t run = 1; run <= 40; run++)
    take (run, run, 1);
  ck_assert (MQTT_inbox_has (inbox (2), &honest));
  ck_assert (!has (24, 24, 1));
  for (uint64_t run = 25; run <= 40; run++)
    ck_assert (has (run, run, 1));
  fake_time_pass (100);
  ck_assert_uint_eq (17, count_rows ());
}
END_TEST


/* What was returned by a peer is not had because the runs of others take the place of
   its run. */
START_TEST (run_is_forgotten_and_topic_is_not)
{
  struct MQTT_InboxItem others = item (9, 1, 1);

  take (1, 5, 1);
  ck_assert (give_back (1, 6, 2));
  take (1, 7, 1);
  ck_assert (MQTT_inbox_take (inbox (2), &others));
  ck_assert (MQTT_inbox_take (inbox (3), &others));
  if (0 == _i)
  {
    take (2, 9, 1);
    ck_assert (!has (2, 8, 2));
  }
  else
  {
    take (2, 8, 2);
    ck_assert (has (2, 8, 2));
    ck_assert (!has (2, 9, 2));
  }
}
END_TEST


/* A run that begins with low sequences has nothing left of those before. */
START_TEST (sequences_begin_anew)
{
  take (1, 5, 1);
  ck_assert (give_back (1, 6, 2));
  take (1, 7, 3);
  if (0 == _i)
  {
    take (2, 1, 2);
    ck_assert (has (2, 1, 2));
  }
  else
  {
    ck_assert (give_back (2, 1, 2));
    take (2, 2, 1);
    ck_assert (!has (2, 1, 2));
    take (3, 4, 1);
    ck_assert (!has (3, 3, 2));
    take (2, 1, 2);
    take (3, 3, 2);
    ck_assert (has (3, 3, 2));
  }
  ck_assert (!has (1, 7, 3));
  ck_assert (!has (2, 3, 2));
}
END_TEST


/* The sender has begun anew below what was acknowledged, since all that was left was
   what had been returned. */
START_TEST (run_begins_below_what_was_had)
{
  take (1, 5, 1);
  ck_assert (give_back (1, 6, 2));
  take (1, 10, 3);
  ck_assert (!has (2, 7, 3));
  take (2, 7, 3);
  take (2, 9, 3);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (!has (1, 6, 2));
    ck_assert (!has (2, 8, 2));
    ck_assert (has (2, 9, 3));
    restart ();
  }
  take (2, 8, 2);
  ck_assert (has (2, 8, 2));
}
END_TEST


/* The first thing that a run brings is returned, and the next one taken. */
START_TEST (run_begins_with_a_return)
{
  take (1, 10, 1);
  ck_assert (give_back (2, 3, 2));
  take (2, 4, 1);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (!has (2, 3, 2));
    ck_assert (has (2, 4, 1));
    restart ();
  }
  take (2, 5, 1);
  ck_assert (!has (2, 3, 2));
}
END_TEST


/* All marks of the peer are forgotten then: it does not meet the bound for good, and
   nothing looks taken that was not. */
START_TEST (too_many_topics)
{
  const struct GNUNET_PeerIdentity peer = fake_identity (1);

  take (7, 4, 3);
  ck_assert (give_back (7, 5, 1));
  ck_assert (give_back (7, 6, 2));
  take (7, 7, 3);
  ck_assert (!give_back (7, 8, 4));
  ck_assert (MQTT_inbox_is_wiped (inbox (1)));
  ck_assert (!give_back (7, 8, 4));
  ck_assert (!has (7, 7, 3));
  fake_time_pass (100);
  ck_assert_uint_eq (0, count_rows ());
  MQTT_inboxes_meet (inboxes, &peer);
  ck_assert (give_back (7, 5, 1));
  take (7, 7, 3);
  ck_assert (!has (7, 6, 1));
}
END_TEST


/* Of all peers together, too: it hits who has most of them. */
START_TEST (too_many_topics_of_all)
{
  struct MQTT_InboxItem one = item (9, 1, 1);
  struct MQTT_InboxItem two = item (9, 2, 2);

  ck_assert (give_back (7, 5, 1));
  ck_assert (give_back (7, 6, 2));
  take (7, 7, 3);
  ck_assert (MQTT_inbox_return (inbox (2), &one));
  ck_assert (MQTT_inbox_return (inbox (2), &two));
  ck_assert (!MQTT_inbox_is_wiped (inbox (2)));
  ck_assert (MQTT_inbox_is_wiped (inbox (1)));
  ck_assert (!has (7, 7, 3));
}
END_TEST


/* What of a topic is left out before anything of it has come is known to be new. */
START_TEST (topic_is_put_off)
{
  struct MQTT_InboxItem off = item (0, 0, 2);
  struct MQTT_InboxItem more = item (0, 0, 3);
  struct MQTT_InboxItem most = item (0, 0, 4);

  if (0 < _i)
    take (7, 4, 2);
  ck_assert (MQTT_inbox_put_off (inbox (1), &off));
  ck_assert (MQTT_inbox_put_off (inbox (1), &more));
  ck_assert (!MQTT_inbox_put_off (inbox (1), &most));
  ck_assert (MQTT_inbox_put_off (inbox (1), &off));
  take (7, 8, 1);
  for (int i = 0; i < 2; i++)
  {
    ck_assert (!has (7, 5, 2));
    ck_assert (!has (7, 7, 3));
    ck_assert (has (7, 7, 1));
    ck_assert (has (7, 4, 2) == (0 < _i));
    restart ();
  }
  take (7, 5, 2);
  ck_assert (has (7, 5, 2));
  ck_assert (!has (7, 6, 2));
}
END_TEST


/* What was taken of it in a group that is lost was not. */
START_TEST (group_is_lost_with_what_is_put_off)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };
  struct MQTT_InboxItem off = item (0, 0, 2);

  take (7, 1, 2);
  fake_time_pass (100);
  take (7, 2, 2);
  ck_assert (MQTT_inbox_put_off (inbox (1), &off));
  store_faults_set (&fault);
  fake_time_pass (100);
  store_faults_set (NULL);
  ck_assert (has (7, 1, 2));
  ck_assert (!has (7, 2, 2));
}
END_TEST


START_TEST (marks_do_not_last_for_ever)
{
  take (1, 5, 1);
  fake_time_pass (60 * 1000);
  take (2, 5, 1);
  ck_assert (give_back (2, 6, 1));
  take (2, 7, 2);
  fake_time_pass (60 * 1000);
  restart ();
  ck_assert (!has (1, 5, 1));
  ck_assert (has (2, 5, 1));
  ck_assert (!has (2, 6, 1));
  /* What was returned may be waited for, for longer than that. */
  take (2, 8, 2);
  fake_time_pass (60 * 1000);
  restart ();
  ck_assert (has (2, 8, 2));
  ck_assert (!has (2, 6, 1));
  fake_time_pass (120 * 1000);
  restart ();
  ck_assert (!has (2, 5, 1));
  fake_time_pass (100);
  ck_assert_uint_eq (0, count_rows ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("inbox");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, what_was_taken_is_known);
  tcase_add_test (tc, what_was_returned_is_not);
  tcase_add_test (tc, group_is_lost);
  tcase_add_loop_test (tc, group_is_lost_with_both, 0, 2);
  tcase_add_test (tc, group_is_lost_with_two_runs);
  tcase_add_test (tc, oldest_runs_are_forgotten);
  tcase_add_test (tc, one_peer_makes_up_runs);
  tcase_add_loop_test (tc, run_is_forgotten_and_topic_is_not, 0, 2);
  tcase_add_loop_test (tc, sequences_begin_anew, 0, 2);
  tcase_add_test (tc, run_begins_below_what_was_had);
  tcase_add_test (tc, run_begins_with_a_return);
  tcase_add_test (tc, too_many_topics);
  tcase_add_test (tc, too_many_topics_of_all);
  tcase_add_loop_test (tc, topic_is_put_off, 0, 2);
  tcase_add_test (tc, group_is_lost_with_what_is_put_off);
  tcase_add_test (tc, marks_do_not_last_for_ever);
  return tc;
}


int
main (void)
{
  return run_cases ("inbox", cases ());
}
