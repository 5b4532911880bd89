/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_full.c
 * @brief Tests of service/store.h: a store that is full refuses, loses nothing,
 *        and takes more once there is room.
 */
#include "run_cases.h"
#include <sqlite3.h>
#include "store_faults.h"
#include "store_fixture.h"

#define QUOTA (1024 * 1024)

static struct StoreFixture f;
static uint64_t session;
/** Messages that are queued; the positions are 1 and up. */
static uint64_t queued;


static void
setup (void)
{
  fake_time_begin ();
  store_faults_register ();
  store_fixture_begin (&f);
  f.options.vfs = STORE_FAULTS_VFS;
  f.options.quota = QUOTA;
  store_fixture_open (&f);
  session = store_fixture_session (&f, "c");
  queued = 0;
}


static void
teardown (void)
{
  store_faults_set (NULL);
  store_fixture_end (&f);
  fake_time_end ();
}


static bool
put (size_t size)
{
  uint64_t id = store_fixture_message (&f, size);

  if (0 == id)
    return false;
  ck_assert (store_fixture_enqueue (&f, session, ++queued, id));
  return true;
}


/**
 * Fill it, a commit now and then, and see that nothing was lost.
 */
static void
fill (void)
{
  while (put (1000))
    if (0 == queued % 10)
    {
      (void)store_fixture_wait (&f);
      fake_time_pass (5);
    }
  (void)store_fixture_wait (&f);
  fake_time_pass (5);
  ck_assert_ptr_null (strchr (f.heard, '-'));
}


static uint64_t
count (void)
{
  struct StoreQueue queue;

  store_fixture_queue (&f, &queue);
  return queue.count;
}


START_TEST (refuses_and_recovers)
{
  uint64_t first;
  uint64_t kept;
  struct MQTT_StoreRetained cleared = { .topic = BYTES ("t") };
  struct MQTT_StoreSession change = { .id = session, .client = BYTES ("c") };

  fill ();
  ck_assert_uint_gt (queued, 700);
  ck_assert_str_eq ("-", f.changes);
  ck_assert (!MQTT_store_is_writable (f.store));
  ck_assert_uint_le (MQTT_store_used (f.store), QUOTA);
  ck_assert_uint_eq (queued, count ());
  /* Nothing new, but what refers to what there is. */
  ck_assert_uint_eq (0, store_fixture_session (&f, "d"));
  ck_assert (store_fixture_enqueue (&f, session, 9999, 1));
  ck_assert (MQTT_store_retained_put (f.store, &cleared));
  ck_assert_uint_eq (session, MQTT_store_session_put (f.store, &change));
  ck_assert (MQTT_store_commit (f.store));
  ck_assert (!MQTT_store_is_writable (f.store));
  MQTT_store_queue_remove (f.store, session, 9999);
  /* A sixteenth must be free. */
  first = queued;
  for (kept = queued; kept > 0 && !MQTT_store_is_writable (f.store); kept--)
  {
    MQTT_store_queue_remove (f.store, session, kept);
    ck_assert (MQTT_store_commit (f.store));
  }
  ck_assert_uint_gt (first - kept, first / 20);
  ck_assert_uint_lt (first - kept, first / 10);
  ck_assert_str_eq ("-+", f.changes);
  queued = kept;
  fill ();
  ck_assert_str_eq ("-+-", f.changes);
  store_fixture_reopen (&f);
  ck_assert_uint_eq (queued, count ());
}
END_TEST


START_TEST (too_large_for_what_is_left)
{
  ck_assert (put (100));
  (void)store_fixture_wait (&f);
  ck_assert (!put (QUOTA));
  fake_time_pass (5);
  /* Nothing but that message was refused, and a small one fits. */
  ck_assert_str_eq ("+", f.heard);
  ck_assert_str_eq ("", f.changes);
  ck_assert (put (100));
}
END_TEST


/* Who was refused hears when it is worth while to try again: also if the store was
   never full. */
START_TEST (room_for_what_was_too_large)
{
  while (MQTT_store_used (f.store) < QUOTA / 2)
  {
    ck_assert (put (10000));
    ck_assert (MQTT_store_commit (f.store));
  }
  ck_assert (!put (QUOTA * 6 / 10));
  ck_assert (put (1));
  ck_assert (MQTT_store_commit (f.store));
  ck_assert_str_eq ("", f.changes);
  ck_assert_uint_eq (0, f.rooms);
  for (; 0 == f.rooms; queued--)
  {
    ck_assert_uint_lt (0, queued);
    MQTT_store_queue_remove (f.store, session, queued);
    ck_assert (MQTT_store_commit (f.store));
  }
  ck_assert_uint_lt (10, queued);
  ck_assert (put (QUOTA * 6 / 10));
  ck_assert (MQTT_store_commit (f.store));
  ck_assert_uint_eq (1, f.rooms);
}
END_TEST


/* It is full and has room again within one group. */
START_TEST (full_for_a_moment)
{
  fill ();
  while (!MQTT_store_is_writable (f.store))
  {
    MQTT_store_queue_remove (f.store, session, queued--);
    ck_assert (MQTT_store_commit (f.store));
  }
  ck_assert_str_eq ("-+", f.changes);
  ck_assert_uint_eq (1, f.rooms);
  while (put (1000))
    continue;
  ck_assert (!MQTT_store_is_writable (f.store));
  for (int i = 0; i < 200; i++)
    MQTT_store_queue_remove (f.store, session, queued--);
  ck_assert (MQTT_store_commit (f.store));
  ck_assert (MQTT_store_is_writable (f.store));
  ck_assert_str_eq ("-+", f.changes);
  ck_assert_uint_eq (2, f.rooms);
}
END_TEST


START_TEST (the_limit_above_the_quota)
{
  struct StoreQueue queue;
  uint64_t position = 1000;
  uint64_t id = store_fixture_message (&f, 1);

  ck_assert (store_fixture_enqueue (&f, session, ++queued, id));
  ck_assert (MQTT_store_commit (f.store));
  /* Nobody should; there is an end all the same, and the group is lost. */
  while (store_fixture_enqueue (&f, session, position, id))
    position++;
  ck_assert_uint_gt (position, 10000);
  (void)store_fixture_wait (&f);
  fake_time_settle ();
  ck_assert_str_eq ("-", f.heard);
  ck_assert_str_eq ("-", f.changes);
  store_fixture_queue (&f, &queue);
  ck_assert_uint_eq (1, queue.count);
  fake_time_pass (4000);
  ck_assert_str_eq ("-+", f.changes);
  ck_assert (put (100));
}
END_TEST


START_TEST (disk_is_full)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_FULL, .lasting = true };

  ck_assert (put (100));
  ck_assert (MQTT_store_commit (f.store));
  store_faults_set (&fault);
  ck_assert (put (100));
  (void)store_fixture_wait (&f);
  fake_time_pass (5);
  ck_assert_str_eq ("-", f.heard);
  ck_assert_str_eq ("-", f.changes);
  ck_assert (!put (100));
  MQTT_store_queue_remove (f.store, session, 1);
  fake_time_pass (8000);
  ck_assert_str_eq ("-", f.changes);
  store_faults_set (NULL);
  fake_time_pass (4000);
  ck_assert_str_eq ("-+", f.changes);
  ck_assert_uint_eq (0, count ());
  ck_assert (put (100));
  store_fixture_reopen (&f);
  ck_assert_uint_eq (1, count ());
}
END_TEST


START_TEST (opened_while_full)
{
  fill ();
  f.changes[0] = '\0';
  MQTT_store_close (f.store);
  store_fixture_open (&f);
  ck_assert (!put (5000));
  ck_assert_uint_eq (queued, count ());
  f.options.quota = QUOTA / 2;
  store_fixture_reopen (&f);
  ck_assert (!put (1));
  MQTT_store_session_remove (f.store, session);
  fake_time_pass (5);
  ck_assert (MQTT_store_is_writable (f.store));
  ck_assert_uint_eq (0, count ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_full");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, refuses_and_recovers);
  tcase_add_test (tc, too_large_for_what_is_left);
  tcase_add_test (tc, room_for_what_was_too_large);
  tcase_add_test (tc, full_for_a_moment);
  tcase_add_test (tc, the_limit_above_the_quota);
  tcase_add_test (tc, disk_is_full);
  tcase_add_test (tc, opened_while_full);
  return tc;
}


int
main (void)
{
  return run_cases ("store_full", cases ());
}
