/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_inbox_bounds.c
 * @brief Tests of marks when there are too many: what is forgotten, and that nothing
 *        that was not taken looks as if it had been.
 */
#include "inbox_fixture.h"


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
  ck_assert (MQTT_inbox_is_over (inbox (1)));
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
  ck_assert (!MQTT_inbox_is_over (inbox (2)));
  ck_assert (MQTT_inbox_is_over (inbox (1)));
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


/* To begin anew costs a look at all marks: not again and again on one link. */
START_TEST (begins_anew_too_often)
{
  const struct GNUNET_PeerIdentity peer = fake_identity (1);

  take (1, 100, 1);
  for (uint64_t run = 2; run < 18; run++)
    take (run, 100 - run, 1);
  ck_assert (!MQTT_inbox_is_over (inbox (1)));
  take (18, 50, 1);
  ck_assert (MQTT_inbox_is_over (inbox (1)));
  MQTT_inboxes_meet (inboxes, &peer);
  ck_assert (!MQTT_inbox_is_over (inbox (1)));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("inbox_bounds");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, oldest_runs_are_forgotten);
  tcase_add_test (tc, one_peer_makes_up_runs);
  tcase_add_loop_test (tc, run_is_forgotten_and_topic_is_not, 0, 2);
  tcase_add_test (tc, too_many_topics);
  tcase_add_test (tc, too_many_topics_of_all);
  tcase_add_loop_test (tc, topic_is_put_off, 0, 2);
  tcase_add_test (tc, group_is_lost_with_what_is_put_off);
  tcase_add_test (tc, marks_do_not_last_for_ever);
  tcase_add_test (tc, begins_anew_too_often);
  return tc;
}


int
main (void)
{
  return run_cases ("inbox_bounds", cases ());
}
