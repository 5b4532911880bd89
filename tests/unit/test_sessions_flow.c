/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions_flow.c
 * @brief Tests of what clients say of how much they take, over IPC and with a real
 *        store: sessions that pause, and the largest packet.
 */
#include "sessions_fixture.h"


static void
say_flow (uint32_t number, bool paused)
{
  const struct MQTT_IpcFlow flow = { .session = number, .paused = paused };

  MQTT_ipc_put_flow (one.pending, &flow);
  fake_application_send (&one);
}


static void
publish_and_wait (const char *payload, uint8_t qos)
{
  publish (payload, qos);
  fake_time_pass (10);
}


/** A session that takes packets up to this size, subscribed to @a filter. */
static void
open_limited (uint32_t number,
              const char *client,
              uint32_t maximum_packet,
              const char *filter,
              uint32_t identifier)
{
  struct MQTT_IpcOpen open = fake_open (number, client, 100);

  open.maximum_packet = maximum_packet;
  fake_send_open (&one, &open);
  fake_subscribe (&one, number, filter, 1, identifier);
  one.told[0] = '\0';
}


/* One waits, the other goes on; answers come all the same. */
START_TEST (one_pauses)
{
  open_limited (1, "c", UINT32_MAX, "a", 0);
  open_limited (2, "d", UINT32_MAX, "a", 0);
  say_flow (1, true);
  publish_and_wait ("v", 0);
  publish_and_wait ("w", 1);
  ck_assert_told ("2:a=v/0 2:a=w/1#2 ", &one);
  fake_subscribe (&one, 1, "b", 0, 0);
  ck_assert_told ("1:subscribed!00 ", &one);
  say_flow (1, false);
  ck_assert_told ("1:a=v/0 1:a=w/1#2 ", &one);
  say_flow (1, false);
  publish_and_wait ("x", 0);
  ck_assert_told ("1:a=x/0 2:a=x/0 ", &one);
  check_balance ();
}
END_TEST


/* What does not fit is dropped at QoS 0, and counted; nobody waits for it. */
START_TEST (a_full_pause_drops)
{
  open_limited (1, "c", UINT32_MAX, "a", 0);
  say_flow (1, true);
  for (int i = 0; i < 12; i++)
    publish_and_wait ("x", 0);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_DROPPED));
  ck_assert_uint_eq (10, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (12, counted (MQTT_COUNT_PUBLISHED));
  check_balance ();
  say_flow (1, false);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


/* Before the client is told that it has the session, and for one that it has not. */
START_TEST (pauses_at_any_time)
{
  const struct MQTT_IpcOpen open = fake_open (1, "c", 100);

  open_subscriber ();
  publish_and_wait ("v", 1);
  ck_assert_told ("1:a=v/1#2@7 ", &one);
  fake_close (&one, 1, 0);
  ck_assert_told ("1:closed!00 ", &one);
  say_flow (1, true);
  say_flow (99, false);
  MQTT_ipc_put_open (one.pending, &open);
  fake_application_send (&one);
  say_flow (1, false);
  ck_assert_told ("", &one);
  fake_time_pass (10);
  ck_assert_told ("1:opened!00+present 1:a=v/1#2@7+dup ", &one);
  fake_close (&one, 1, 0);
  MQTT_ipc_put_open (one.pending, &open);
  fake_application_send (&one);
  say_flow (1, true);
  one.told[0] = '\0';
  fake_time_pass (10);
  ck_assert_told ("1:opened!00+present ", &one);
  say_flow (1, false);
  ck_assert_told ("1:a=v/1#2@7+dup ", &one);
}
END_TEST


/* Of a group those who read come first. */
START_TEST (a_group_passes_over_who_pauses)
{
  open_limited (1, "c", UINT32_MAX, "$share/g/a", 0);
  open_limited (2, "d", UINT32_MAX, "$share/g/a", 0);
  say_flow (1, true);
  publish_and_wait ("v", 0);
  publish_and_wait ("w", 1);
  ck_assert_told ("2:a=v/0 2:a=w/1#2 ", &one);
}
END_TEST


/* 8 bytes of PUBLISH with "hi" on "a" at QoS 0, 10 at QoS 1. */
START_TEST (larger_ones_are_not_sent)
{
  open_limited (1, "c", 10, "a", 0);
  publish_and_wait ("hi", 1);
  ck_assert_told ("1:a=hi/1#2 ", &one);
  publish_and_wait ("hi!", 1);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_TOO_LARGE));
  publish_and_wait ("hi!!", 0);
  ck_assert_told ("1:a=hi!!/0 ", &one);
  publish_and_wait ("hi!!!", 0);
  ck_assert_told ("", &one);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_SESSION_TOO_LARGE));
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  fake_time_pass (10);
  ck_assert_uint_eq (0, stored ());
  check_balance ();
}
END_TEST


/* What counts is what the client says when it is delivered. */
START_TEST (the_next_client_may_take_less)
{
  open_limited (1, "c", UINT32_MAX, "a", 0);
  fake_close (&one, 1, 0);
  publish_and_wait ("hi!", 1);
  publish_and_wait ("hi", 1);
  one.told[0] = '\0';
  open_limited (1, "c", 10, "b", 0);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_TOO_LARGE));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_QUEUED));
  check_balance ();
}
END_TEST


/* With its subscription identifier it is too large by 2 bytes. */
START_TEST (a_group_passes_over_who_takes_less)
{
  open_limited (1, "c", 11, "$share/g/a", 7);
  open_limited (2, "d", 100, "$share/g/a", 0);
  publish_and_wait ("hi", 1);
  publish_and_wait ("hi", 1);
  ck_assert_told ("2:a=hi/1#2 2:a=hi/1#3 ", &one);
  fake_close (&one, 2, 0);
  ck_assert_told ("2:closed!00 ", &one);
  /* Who is away may come back taking more. */
  publish_and_wait ("hi", 1);
  ck_assert_told ("", &one);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_TOO_LARGE));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_SESSION_QUEUED));
  fake_unsubscribe (&one, 2, "$share/g/a");
  check_balance ();
}
END_TEST


/* When nobody can take it, it ends. */
START_TEST (a_group_of_small_ones)
{
  open_limited (1, "c", 9, "$share/g/a", 0);
  open_limited (2, "d", 9, "$share/g/a", 0);
  publish_and_wait ("hi", 1);
  ck_assert_told ("", &one);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_TOO_LARGE));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  publish_and_wait ("h", 1);
  ck_assert_told ("2:a=h/1#2 ", &one);
  check_balance ();
}
END_TEST


/* 3.2.2.3.2 */
START_TEST (expiry_is_told)
{
  open_c (&one, 100);
  ck_assert_uint_eq (100, one.opened.expiry_s);
  fake_close (&one, 1, 0);
  open_c (&one, 0);
  ck_assert_uint_eq (0, one.opened.expiry_s);
  open_c (&two, UINT32_MAX);
  ck_assert_uint_eq (UINT32_MAX, two.opened.expiry_s);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("sessions_flow");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, one_pauses);
  tcase_add_test (cases, a_full_pause_drops);
  tcase_add_test (cases, pauses_at_any_time);
  tcase_add_test (cases, a_group_passes_over_who_pauses);
  tcase_add_test (cases, larger_ones_are_not_sent);
  tcase_add_test (cases, the_next_client_may_take_less);
  tcase_add_test (cases, a_group_passes_over_who_takes_less);
  tcase_add_test (cases, a_group_of_small_ones);
  tcase_add_test (cases, expiry_is_told);
  return run_cases ("sessions_flow", cases);
}
