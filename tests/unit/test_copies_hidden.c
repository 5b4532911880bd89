/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_copies_hidden.c
 * @brief Tests of retained messages that are wanted anonymously only: they are there
 *        for who wants them, and other peers do not learn of it.
 */
#include "copies_fixture.h"

static void
subscribe_anonymously (uint32_t number, const char *filter)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .subscription = number,
    .anonymous = true,
    .filter = filter,
    .filter_size = strlen (filter),
  };

  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
}


/** An anonymous subscriber, number 5, has called on the stranger, and has "x" from
    it; nobody else is called on. */
static void
begin_hidden (void)
{
  subscribe_anonymously (5, "+");
  broker.peer->admits = true;
  stranger_asks ();
  ck_assert (stranger.wanted[0]);
  fake_stranger_name (&stranger, 0, "a");
  stranger_keeps ("x", -1000);
  ck_assert_received ("a=x*:5 ");
  broker.peer->admits = false;
}


/** The stranger goes, and others would serve in its place. */
static void
lose_stranger (void)
{
  fake_stranger_close (&stranger, stranger.end);
  fake_time_pass (20 * 1000);
}


/** No peer is told anything by which it would know that "a" is here. */
static void
ck_assert_hidden (void)
{
  fake_time_pass (2000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  ck_assert_uint_eq (0, broker.peer->announced[false]);
  ck_assert (!is_searched ());
  stranger_asks ();
  ck_assert (!stranger.wanted[0]);
}


START_TEST (is_there_for_others_here)
{
  begin_hidden ();
  subscribe_anonymously (6, "a");
  ck_assert_received ("a=x*:6 ");
  lose_stranger ();
  ck_assert_hidden ();
  subscribe_anonymously (7, "a");
  ck_assert_received ("a=x*:7 ");
}
END_TEST


START_TEST (stays_hidden)
{
  begin_hidden ();
  crash ();
  ck_assert_hidden ();
  lose_stranger ();
  ck_assert_hidden ();
  subscribe_anonymously (5, "a");
  ck_assert_received ("a=x*:5 ");
}
END_TEST


/** What is wanted for a group does not tell that it is kept. */
START_TEST (group_does_not_keep)
{
  begin_hidden ();
  fake_application_subscribe (&two, 1, "$share/g/a");
  stranger_asks ();
  ck_assert (stranger.wanted[0]);
  ck_assert_uint_eq (1, stranger.want.groups.count);
  ck_assert (!stranger.want.keeps);
}
END_TEST


/** Who has an older one is not asked whether it wants ours. */
START_TEST (does_not_correct)
{
  begin_hidden ();
  stranger_keeps ("old", -5000);
  fake_time_pass (2000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_QUESTIONS_SENT));
  ck_assert_received ("");
}
END_TEST


/** Who wants what is published here does not get what is kept of others. */
START_TEST (is_not_sent)
{
  static const struct MQTT_IpcPublish publish = { .number = 0 };
  struct FakeStranger other;

  begin_hidden ();
  fake_stranger_begin (&other, broker.peer, 4);
  fake_publish (&two, &publish, "live", 0);
  fake_time_pass (20);
  fake_rendezvous_find (&broker.rendezvous, search_text (), 4);
  fake_time_pass (20);
  fake_stranger_hello (&other);
  fake_stranger_want (&other);
  fake_time_pass (20);
  ck_assert_str_eq ("live/0 ", other.published);
  fake_stranger_end (&other);
}
END_TEST


/** As soon as somebody has subscribed by name it is served like any other. */
START_TEST (is_shown)
{
  begin_hidden ();
  fake_application_subscribe (&two, 1, "a");
  fake_time_pass (2000);
  lose_stranger ();
  ck_assert (is_searched ());
  if (0 == _i)
    return;
  /* Also after that. */
  crash ();
  fake_time_pass (2000);
  ck_assert_uint_eq (1, broker.peer->announced[false]);
}
END_TEST


/** Once it is hidden nobody can tell it from one that was forgotten. */
START_TEST (is_hidden_when_names_have_gone)
{
  fake_application_subscribe (&two, 1, "a");
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  stranger_keeps ("x", -1000);
  subscribe_anonymously (5, "a");
  ck_assert_received ("a=x*:5 ");
  fake_application_unsubscribe (&two, 1);
  fake_time_pass (2000);
  ck_assert (stranger.want.keeps);
  ck_assert_uint_eq (1, broker.peer->announced[false]);
  fake_time_pass (102 * 1000);
  ck_assert_hidden ();
  subscribe_anonymously (6, "a");
  ck_assert_received ("a=x*:6 ");
}
END_TEST


START_TEST (is_forgotten)
{
  begin_hidden ();
  fake_time_pass (200 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  fake_application_unsubscribe (&one, 5);
  fake_time_pass (99 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED));
  fake_time_pass (4 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
  ck_assert_uint_eq (0, stored ());
}
END_TEST


/** What is published here is known to be here. */
START_TEST (own_is_not_hidden)
{
  begin_hidden ();
  retain_here ("y", 0);
  ck_assert_received ("a=y:5 ");
  fake_time_pass (2000);
  ck_assert_uint_eq (1, broker.peer->announced[false]);
  ck_assert (is_searched ());
  crash ();
  fake_time_pass (2000);
  ck_assert (is_searched ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("copies_hidden");

  tcase_add_checked_fixture (tc, &setup_stranger, &teardown_stranger);
  tcase_add_test (tc, is_there_for_others_here);
  tcase_add_test (tc, stays_hidden);
  tcase_add_test (tc, group_does_not_keep);
  tcase_add_test (tc, does_not_correct);
  tcase_add_test (tc, is_not_sent);
  tcase_add_loop_test (tc, is_shown, 0, 2);
  tcase_add_test (tc, is_hidden_when_names_have_gone);
  tcase_add_test (tc, is_forgotten);
  tcase_add_test (tc, own_is_not_hidden);
  return tc;
}


int
main (void)
{
  return run_cases ("copies_hidden", cases ());
}
