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
  publish ("x", 1);
  fake_publish (&one, &in_c, "y", 2);
  ck_assert_told ("1:pubrec#5!97 ", &one);
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, two.published.reason);
  publish ("at once", 0);
  ck_assert_told ("1:a=at once/0@7 ", &one);
  mend_disk ();
  ck_assert_told ("", &one);
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


/* The disk fails when what is left is to be read: it is given a little later. */
START_TEST (what_is_left_to_others_is_read_a_little_later)
{
  const struct MQTT_IpcOpen open = fake_open (2, "d", 1000);
  /* More than the page that SQLite has read already. */
  static char large[20001];

  open_c (&one, 100);
  fake_subscribe (&one, 1, "$share/g/a", 1, 0);
  memset (large, 'x', sizeof (large) - 1);
  publish (large, 1);
  fake_close (&one, 1, 0);
  fake_time_pass (10);
  broker.peer->options.shelf = 0;
  crash ();
  fake_send_open (&two, &open);
  fake_subscribe (&two, 2, "$share/g/a", 1, 0);
  fake_time_pass (99 * 1000);
  two.told[0] = '\0';
  fault = (struct StoreFault){ .call = (unsigned int)_i, .how = SQLITE_IOERR };
  store_faults_set (&fault);
  fake_time_pass (1000);
  store_faults_set (NULL);
  fake_time_pass (10 * 1000);
  ck_assert_ptr_nonnull (strstr (two.told, "2:a=xxxxxxxxxxxxxxxxxxxx/1#"));
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


/* The n-th call of the disk fails when a message is to be read, or all do: it comes a
   little later, and the client need not come again. */
START_TEST (reading_fails_for_a_moment)
{
  struct MQTT_IpcOpen open = fake_open (1, "c", 100);
  /* More than the page that SQLite has read already. */
  static char large[20001];

  open_subscriber ();
  fake_close (&one, 1, 0);
  for (int i = 0; i < 3; i++)
  {
    memset (large, 'x' + i, sizeof (large) - 1);
    publish (large, 1);
  }
  fake_time_pass (100);
  broker.peer->options.shelf = 0;
  crash ();
  open.receive_maximum = 1;
  fake_send_open (&one, &open);
  fake_time_pass (100);
  ck_assert_told ("1:opened!00+present 1:a=xxxxxxxxxxxxxxxxxxxx/1#2@7 ", &one);
  fault = (struct StoreFault){ .call = GNUNET_MAX (1, (unsigned int)_i),
                               .how = SQLITE_IOERR,
                               .lasting = (0 == _i) };
  store_faults_set (&fault);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_time_pass (100);
  store_faults_set (NULL);
  fake_time_pass (20 * 1000);
  ck_assert_told ("1:a=yyyyyyyyyyyyyyyyyyyy/1#3@7 ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 3, 0);
  fake_time_pass (100);
  ck_assert_told ("1:a=zzzzzzzzzzzzzzzzzzzz/1#4@7 ", &one);
  if (0 == _i)
    ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_UNREADABLE));
}
END_TEST


/* What somebody else has removed stops nothing. */
START_TEST (message_is_gone)
{
  open_subscriber ();
  fake_close (&one, 1, 0);
  publish ("x", 1);
  publish ("y", (uint8_t)(1 + _i));
  publish ("z", 1);
  fake_time_pass (100);
  broker.peer->options.shelf = 0;
  broker.peer->change = "DELETE FROM message WHERE body = X'79'";
  crash ();
  open_c (&one, 100);
  fake_time_pass (100);
  ck_assert_told ("1:opened!00+present 1:a=x/1#2@7 1:a=z/1#4@7 ", &one);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 2, 0);
  fake_ack (&one, 1, MQTT_IPC_PUBACK, 4, 0);
  fake_time_pass (100);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSION_UNREADABLE));
  check_balance ();
}
END_TEST


/** Session 1 with a large will, which SQLite does not have in memory any more. */
static void
open_with_unread_will (uint32_t expiry_s, uint32_t delay_s)
{
  const struct MQTT_IpcOpen other = fake_open (2, "d", 1000);
  struct MQTT_IpcOpen open = fake_open (1, "c", expiry_s);
  static char large[90001];

  fake_send_open (&two, &other);
  fake_subscribe (&two, 2, "a", 1, 0);
  fake_close (&two, 2, 0);
  memset (large, 'w', sizeof (large) - 1);
  fake_will (&open, "w", large, 1, delay_s);
  fake_send_open (&one, &open);
  for (int i = 0; i < 30; i++)
  {
    publish (large, 1);
    fake_time_pass (10);
  }
}


/* The n-th call of the disk fails when a will is due, or all do for a while: it is
   published a little later, also if its session has ended, or the service. */
START_TEST (will_is_read_a_little_later)
{
  const int call = _i / 4;
  const bool lives = (0 != (_i & 1));
  const bool crashes = (0 != call) && (0 != (_i & 2));
  const struct MQTT_IpcOpen hearer = fake_open (3, "h", 1000);

  broker.peer->options.shelf = 0;
  broker.peer->options.session_messages = 100;
  broker.peer->options.session_bytes = 10 << 20;
  crash ();
  fake_send_open (&two, &hearer);
  fake_subscribe (&two, 3, "w", 1, 0);
  open_with_unread_will (lives ? 1000 : 0, 0);
  two.told[0] = '\0';
  fault = (struct StoreFault){ .call = (unsigned int)GNUNET_MAX (1, call),
                               .how = SQLITE_IOERR,
                               .lasting = (0 == call) };
  store_faults_set (&fault);
  fake_application_end (&one);
  fake_time_pass (900);
  store_faults_set (NULL);
  if (crashes)
  {
    fake_application_begin (&one, broker.clients);
    crash ();
    fake_send_open (&two, &hearer);
  }
  fake_time_pass (20 * 1000);
  ck_assert_ptr_nonnull (strstr (two.told, "3:w=wwww"));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_LOST));
  ck_assert_uint_eq (lives ? 3 : 2, counted (MQTT_COUNT_SESSIONS));
  fake_application_begin (&one, broker.clients);
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
  tcase_add_test (tc, the_record_is_not_lost);
  tcase_add_test (tc, the_first_record_is_lost);
  tcase_add_loop_test (tc, opening_in_vain_leaves_the_will, 0, 2);
  tcase_add_loop_test (tc, leaving_is_not_said_too_early, 0, 2);
  tcase_add_test (tc, leaves_and_vanishes);
  tcase_add_loop_test (tc, what_is_left_to_others_is_not_lost, 0, 2);
  tcase_add_loop_test (tc, what_is_left_to_others_is_read_a_little_later, 1, 6);
  tcase_add_loop_test (tc, reading_fails_for_a_moment, 0, 10);
  tcase_add_loop_test (tc, message_is_gone, 0, 2);
  tcase_add_loop_test (tc, will_is_read_a_little_later, 0, 24);
  tcase_add_loop_test (tc, at_every_call, 0, 2);
  return tc;
}


int
main (void)
{
  return run_cases ("sessions_faults", cases ());
}
