/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions_faults.c
 * @brief Tests of sessions while the disk fails: what was said to clients holds, and
 *        what cannot hold is not said.
 */
#include "sessions_fixture.h"
#include <sqlite3.h>
#include "store_faults.h"

static struct StoreFault fault;


/** The disk fails from now on. */
static void
break_disk (void)
{
  fault = (struct StoreFault){ .call = 1, .how = SQLITE_FULL, .lasting = true };
  store_faults_set (&fault);
}


/** It is well again, and the store has noticed. */
static void
mend_disk (void)
{
  store_faults_set (NULL);
  fake_time_pass (10 * 1000);
}


START_TEST (no_session_is_opened)
{
  const struct MQTT_IpcOpen open = fake_open (2, "d", 0);

  break_disk ();
  open_c (&one, 100);
  fake_send_open (&one, &open);
  fake_time_pass (100);
  ck_assert_ptr_nonnull (strstr (one.told, "2:opened!00 "));
  ck_assert_ptr_nonnull (strstr (one.told, "1:opened!88 "));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  one.told[0] = '\0';
  open_c (&one, 100);
  ck_assert_told ("1:opened!97 ", &one);
  mend_disk ();
  open_c (&one, 100);
  ck_assert_told ("1:opened!00 ", &one);
}
END_TEST


START_TEST (a_subscription_is_taken_back)
{
  open_subscriber ();
  break_disk ();
  fake_subscribe (&one, 1, "b", 1, 0);
  fake_subscribe (&one, 1, "c", 1, 0);
  fake_time_pass (100);
  ck_assert_told ("1:subscribed!80 1:subscribed!97 ", &one);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SUBSCRIPTIONS));
  mend_disk ();
  break_disk ();
  fake_subscribe (&one, 1, "a", 0, 9);
  fake_time_pass (100);
  ck_assert_told ("1:subscribed!80 ", &one);
  publish ("x", 0);
  ck_assert_told ("1:a=x/0@7 ", &one);
  mend_disk ();
  crash ();
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SUBSCRIPTIONS));
}
END_TEST


/* All that was asked of one filter. */
START_TEST (subscriptions_are_taken_back)
{
  struct MQTT_IpcSubscribe subscribe = {
    .session = 1,
    .qos = 1,
    .filter = (0 == _i) ? "a" : "+",
    .filter_size = 1,
  };

  open_subscriber ();
  break_disk ();
  for (subscribe.subscription = 8; subscribe.subscription < 11;
       subscribe.subscription++)
    MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  fake_time_pass (100);
  ck_assert_told ("1:subscribed!80 1:subscribed!80 1:subscribed!80 ", &one);
  publish ("x", 0);
  ck_assert_told ("1:a=x/0@7 ", &one);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SUBSCRIPTIONS));
}
END_TEST


START_TEST (a_publication_is_refused)
{
  const struct MQTT_IpcPublish in_c = { .session = 1, .packet_id = 5 };

  open_subscriber ();
  break_disk ();
  publish ("x", 1);
  fake_publish (&one, &in_c, "y", 2);
  fake_time_pass (100);
  ck_assert_uint_eq (1, two.answered);
  ck_assert_uint_eq (GNUNET_MQTT_UNSPECIFIED_ERROR, two.published.reason);
  ck_assert_told ("1:pubrec#5!80 ", &one);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_PUBLISH_UNDONE));
  publish ("x", 1);
  fake_publish (&one, &in_c, "y", 2);
  ck_assert_told ("1:pubrec#5!97 ", &one);
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, two.published.reason);
  publish ("at once", 0);
  ck_assert_told ("1:a=at once/0@7 ", &one);
  mend_disk ();
  ck_assert_told ("", &one);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_PUBLISH_UNDONE));
  ck_assert_uint_eq (4, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (5, counted (MQTT_COUNT_PUBLISH_IN));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  publish ("z", 1);
  fake_publish (&one, &in_c, "y", 2);
  fake_time_pass (20);
  ck_assert_ptr_nonnull (strstr (one.told, "1:a=z/1"));
  ck_assert_ptr_nonnull (strstr (one.told, "1:pubrec#5!00 "));
  check_balance ();
}
END_TEST


/* What the client has done is asked of the store until it is there. */
START_TEST (acknowledgements_are_not_lost)
{
  open_subscriber ();
  publish ("x", 1);
  publish ("y", 2);
  fake_time_pass (10);
  ck_assert_told ("1:a=x/1#2@7 1:a=y/2#3@7 ", &one);
  break_disk ();
  fake_ack (&one, 1, MQTT_IPC_PUBREC, 3, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_time_pass (8 * 1000);
  ck_assert_told ("", &one);
  mend_disk ();
  ck_assert_told ("1:pubrel#3!00 ", &one);
  crash ();
  open_c (&one, 100);
  ck_assert_told ("1:opened!00+present 1:pubrel#3!00 ", &one);
  check_balance ();
}
END_TEST


/* What was lost in one or in many groups is asked for in one. */
START_TEST (what_is_lost_is_made_up_for_at_once)
{
  const uint16_t many = 10;
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);

  open.receive_maximum = many;
  fake_send_open (&one, &open);
  fake_subscribe (&one, 1, "a", 2, 0);
  for (uint16_t i = 0; i < many; i++)
    publish ("x", 2);
  fake_time_pass (100);
  break_disk ();
  for (uint16_t i = 0; i < many; i++)
  {
    fake_ack (&one, 1, MQTT_IPC_PUBREC, (uint16_t)(2 + i), 0);
    if (0 != _i)
      fake_time_pass (2000);
  }
  fake_time_pass (100);
  one.told[0] = '\0';
  fault = (struct StoreFault){ .call = 0 };
  fake_time_pass (10 * 1000);
  ck_assert_ptr_nonnull (strstr (one.told, "pubrel"));
  ck_assert_uint_lt (0, fault.syncs);
  ck_assert_uint_gt (many, fault.syncs);
}
END_TEST


/* It leaves while nothing can be written. */
START_TEST (the_record_is_not_lost)
{
  open_subscriber ();
  break_disk ();
  fake_close (&one, 1, 0);
  fake_time_pass (8 * 1000);
  mend_disk ();
  crash ();
  fake_time_pass (90 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
}
END_TEST


/* What was lost of a session is not in the way of those who open it later. */
START_TEST (the_first_record_is_lost)
{
  const struct MQTT_IpcOpen open = fake_open (1, "c", 100);
  const struct MQTT_IpcClose leave = { .session = 1 };

  MQTT_ipc_put_open (one.pending, &open);
  MQTT_ipc_put_close (one.pending, &leave);
  break_disk ();
  fake_application_send (&one);
  fake_time_pass (100);
  ck_assert_told ("1:closed!88 ", &one);
  mend_disk ();
  open_c (&one, 100);
  fake_subscribe (&one, 1, "a", 2, 7);
  ck_assert_told ("1:opened!00+present 1:subscribed!02 ", &one);
  crash ();
  open_c (&one, 100);
  ck_assert_told ("1:opened!00+present ", &one);
  publish ("x", 1);
  fake_time_pass (10);
  ck_assert_told ("1:a=x/1#2@7 ", &one);
}
END_TEST


/* Who is refused does not undo the will of who was connected before. */
START_TEST (opening_in_vain_leaves_the_will)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);
  const struct MQTT_IpcOpen other = fake_open (2, "d", 0);

  fake_send_open (&two, &other);
  fake_subscribe (&two, 2, "w", 0, 0);
  ck_assert_told ("2:opened!00 2:subscribed!00 ", &two);
  fake_will (&open, "w", "gone", 1, 60);
  fake_send_open (&one, &open);
  ck_assert_told ("1:opened!00 ", &one);
  fake_application_end (&one);
  fake_time_pass (10);
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
  break_disk ();
  fake_will (&open, "w", "other", 1, 0);
  open.has_will = (0 != _i);
  fake_send_open (&one, &open);
  fake_time_pass (100);
  ck_assert_told ("1:opened!88 ", &one);
  mend_disk ();
  ck_assert_told ("", &two);
  fake_time_pass (60 * 1000);
  ck_assert_told ("2:w=gone/0 ", &two);
  fake_time_pass (60 * 1000);
  ck_assert_uint_eq (0, stored ());
}
END_TEST


/* Nobody is told that he has left before a crash cannot undo it. */
START_TEST (leaving_is_not_said_too_early)
{
  const struct MQTT_IpcClose leave = { .session = 1 };
  struct MQTT_IpcOpen open = fake_open (1, "c", (0 == _i) ? 100 : 0);

  fake_will (&open, "w", "gone", 1, 0);
  fake_send_open (&one, &open);
  ck_assert_told ("1:opened!00 ", &one);
  MQTT_ipc_put_close (one.pending, &leave);
  fake_application_send (&one);
  ck_assert_told ("", &one);
  fake_time_pass (10);
  ck_assert_told ("1:closed!00 ", &one);
  fake_send_open (&one, &open);
  break_disk ();
  fake_close (&one, 1, 0);
  fake_time_pass (100);
  ck_assert_ptr_nonnull (strstr (one.told, "1:closed!88 "));
  mend_disk ();
}
END_TEST


/* The client vanishes before it can be told. */
START_TEST (leaves_and_vanishes)
{
  const struct MQTT_IpcClose leave = { .session = 1 };

  open_subscriber ();
  MQTT_ipc_put_close (one.pending, &leave);
  fake_application_send (&one);
  fake_application_end (&one);
  fake_time_pass (10);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS_CONNECTED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  fake_application_begin (&one, broker.clients);
}
END_TEST


/* What a member leaves to its group outlives the loss of the group of the store. */
START_TEST (what_is_left_to_others_is_not_lost)
{
  const struct MQTT_IpcOpen open = fake_open (2, "d", 1000);

  open_c (&one, 100);
  fake_subscribe (&one, 1, "$share/g/a", 1, 0);
  publish ("x", 1);
  publish ("y", 1);
  fake_time_pass (10);
  fake_close (&one, 1, 0);
  fake_send_open (&two, &open);
  fake_subscribe (&two, 2, "$share/g/a", 1, 0);
  ck_assert_told ("2:opened!00 2:subscribed!01 ", &two);
  if (0 != _i)
    fake_close (&two, 2, 0);
  fake_time_pass (99 * 1000);
  two.told[0] = '\0';
  break_disk ();
  fake_time_pass (5 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  ck_assert_told ("", &two);
  mend_disk ();
  if (0 != _i)
    crash ();
  if (0 != _i)
    fake_send_open (&two, &open);
  fake_time_pass (100);
  ck_assert_ptr_nonnull (strstr (two.told, "2:a=x/1"));
  ck_assert_ptr_nonnull (strstr (two.told, "2:a=y/1"));
  check_balance ();
}
END_TEST


/** All that can happen to a session, with the disk failing at the n-th call. */
static void
live (void)
{
  const struct MQTT_IpcPublish in_c = { .session = 1, .packet_id = 5 };
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);

  fake_will (&open, "w", "gone", 1, 0);
  fake_send_open (&one, &open);
  fake_subscribe (&one, 1, "#", 2, 0);
  publish ("x", 1);
  fake_publish (&one, &in_c, "y", 2);
  fake_time_pass (20);
  fake_ack (&one, 1, MQTT_IPC_PUBREL, 5, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBREC, 3, 0);
  fake_time_pass (20);
  fake_ack (&one, 1, MQTT_IPC_PUBCOMP, 3, 0);
  fake_application_end (&one);
  fake_time_pass (20);
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
  fake_application_name (&one, 0, "a");
}


/* Wherever the disk fails, for once or for a while: nothing hangs or is lost from the
   counts, and a session can be had when it is well again. */
START_TEST (at_every_call)
{
  fault = (struct StoreFault){ .how = SQLITE_IOERR };
  for (fault.call = 1; (1 == fault.call) || (fault.calls >= fault.call - 1);
       fault.call++)
  {
    fault.lasting = (0 != _i);
    fault.calls = 0;
    store_faults_set (&fault);
    live ();
    if (fault.calls < fault.call)
      break;
    mend_disk ();
    check_balance ();
    open_c (&one, 100);
    ck_assert_ptr_nonnull (strstr (one.told, "1:opened!00"));
    ck_assert_ptr_null (strstr (one.told, "closed"));
    fake_close (&one, 1, 0);
    fake_time_pass (101 * 1000);
    ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
    ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
    fake_time_pass (10);
    ck_assert_uint_eq (0, stored ());
    one.told[0] = '\0';
  }
  fake_time_rewind ();
  /* The test began a little later. */
  fake_time_pass (100);
  store_faults_set (NULL);
  ck_assert_uint_gt (fault.call, 10);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("sessions_faults");

  tcase_set_timeout (tc, 60);
  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, no_session_is_opened);
  tcase_add_test (tc, a_subscription_is_taken_back);
  tcase_add_loop_test (tc, subscriptions_are_taken_back, 0, 2);
  tcase_add_test (tc, a_publication_is_refused);
  tcase_add_test (tc, acknowledgements_are_not_lost);
  tcase_add_loop_test (tc, what_is_lost_is_made_up_for_at_once, 0, 2);
  tcase_add_test (tc, the_record_is_not_lost);
  tcase_add_test (tc, the_first_record_is_lost);
  tcase_add_loop_test (tc, opening_in_vain_leaves_the_will, 0, 2);
  tcase_add_loop_test (tc, leaving_is_not_said_too_early, 0, 2);
  tcase_add_test (tc, leaves_and_vanishes);
  tcase_add_loop_test (tc, what_is_left_to_others_is_not_lost, 0, 2);
  tcase_add_loop_test (tc, at_every_call, 0, 2);
  return tc;
}


int
main (void)
{
  return run_cases ("sessions_faults", cases ());
}
