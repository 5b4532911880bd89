/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions_unread.c
 * @brief Tests of messages of sessions, wills and retained messages that cannot be read
 *        from the disk, for a moment or any more.
 */
#include "sessions_fixture.h"
#include <sqlite3.h>
#include "store_faults.h"

static struct StoreFault fault;


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
  if (!crashes)
    fake_application_begin (&one, broker.clients);
}
END_TEST


/* The disk fails when it is to be told: it comes a little later. */
START_TEST (retained_is_read_a_little_later)
{
  static const struct MQTT_IpcPublish own = { .number = 0 };
  /* More than the page that SQLite has read already. */
  static char large[20001];

  memset (large, 'x', sizeof (large) - 1);
  fake_retain (&two, &own, large, 1, MQTT_NEVER);
  fake_time_pass (20);
  broker.peer->options.shelf = 0;
  crash ();
  fault = (struct StoreFault){ .call = 1,
                               .how = SQLITE_IOERR,
                               .lasting = (1 == _i) };
  store_faults_set (&fault);
  fake_application_subscribe (&one, 5, "#");
  fake_time_pass (500);
  ck_assert_uint_le (1, fault.calls);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_DELIVERED));
  store_faults_set (NULL);
  fake_time_pass (2000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DELIVERED));
}
END_TEST


int
main (void)
{
  TCase *tc = tcase_create ("sessions_unread");

  tcase_set_timeout (tc, 60);
  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc, what_is_left_to_others_is_read_a_little_later, 1, 6);
  tcase_add_loop_test (tc, reading_fails_for_a_moment, 0, 10);
  tcase_add_loop_test (tc, message_is_gone, 0, 2);
  tcase_add_loop_test (tc, will_is_read_a_little_later, 0, 24);
  tcase_add_loop_test (tc, retained_is_read_a_little_later, 0, 2);
  return run_cases ("sessions_unread", tc);
}
