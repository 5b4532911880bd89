/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_group.c
 * @brief Tests of service/store.h: when groups are committed, who hears of it,
 *        and what is left of one that was lost.
 */
#include "run_cases.h"
#include <sqlite3.h>
#include "store_faults.h"
#include "store_fixture.h"

static struct StoreFixture f;
static struct StoreFault fault;
static struct StoreQueue queue;
static uint64_t session;
/** Who was called, in order. */
static char called[64];


static void
setup (void)
{
  fake_time_begin ();
  store_faults_register ();
  store_fixture_begin (&f);
  f.options.vfs = STORE_FAULTS_VFS;
  store_fixture_open (&f);
  session = store_fixture_session (&f, "c");
  ck_assert (MQTT_store_commit (f.store));
  memset (&fault, 0, sizeof (fault));
  memset (called, 0, sizeof (called));
}


static void
teardown (void)
{
  store_faults_set (NULL);
  store_fixture_end (&f);
  fake_time_end ();
}


/**
 * From now on, the disk fails.
 */
static void
break_disk (void)
{
  fault.call = 1;
  fault.calls = 0;
  fault.how = SQLITE_IOERR;
  fault.lasting = true;
  store_faults_set (&fault);
}


static void
heal_disk (void)
{
  store_faults_set (NULL);
}


static void
call (void *cls, bool ok)
{
  const char *name = cls;

  ck_assert (ok);
  called[strlen (called)] = *name;
}


static void
put (uint64_t position)
{
  ck_assert (store_fixture_enqueue (&f,
                                    session,
                                    position,
                                    store_fixture_message (&f, 100)));
}


/**
 * Which positions are in the queue, of those up to 9?
 */
static const char *
positions (void)
{
  static char text[16];
  unsigned int n = 0;

  store_fixture_queue (&f, &queue);
  for (unsigned int i = 0; i < 10; i++)
    if (queue.at[i])
      text[n++] = (char)('0' + i);
  text[n] = '\0';
  return text;
}


START_TEST (commits_after_the_delay)
{
  put (1);
  (void)store_fixture_wait (&f);
  ck_assert_str_eq ("", f.heard);
  fake_time_pass (4);
  ck_assert_str_eq ("", f.heard);
  (void)store_fixture_wait (&f);
  fake_time_pass (1);
  ck_assert_str_eq ("++", f.heard);
  (void)store_fixture_wait (&f);
  fake_time_pass (5);
  ck_assert_str_eq ("+++", f.heard);
}
END_TEST


START_TEST (commits_when_there_is_much)
{
  /* Two writes each, of which a hundred are enough. */
  for (uint64_t i = 1; i < 50; i++)
    put (i);
  (void)store_fixture_wait (&f);
  fake_time_settle ();
  ck_assert_str_eq ("", f.heard);
  put (50);
  ck_assert_str_eq ("", f.heard);
  fake_time_settle ();
  ck_assert_str_eq ("+", f.heard);
}
END_TEST


START_TEST (commits_at_leisure)
{
  MQTT_store_close (f.store);
  f.options.commit_delay = GNUNET_TIME_UNIT_ZERO;
  store_fixture_open (&f);
  put (1);
  (void)store_fixture_wait (&f);
  ck_assert_str_eq ("", f.heard);
  fake_time_settle ();
  ck_assert_str_eq ("+", f.heard);
}
END_TEST


START_TEST (commits_to_the_disk)
{
  store_faults_set (&fault);
  put (1);
  ck_assert_uint_eq (0, fault.syncs);
  for (unsigned int i = 1; i <= 3; i++)
  {
    put (i + 1);
    ck_assert (MQTT_store_commit (f.store));
    ck_assert_uint_eq (i, fault.syncs);
  }
  ck_assert (MQTT_store_commit (f.store));
  ck_assert_uint_eq (3, fault.syncs);
}
END_TEST


START_TEST (called_in_order)
{
  struct MQTT_StoreWait *wait;

  put (1);
  (void)MQTT_store_wait (f.store, &call, "a");
  put (2);
  wait = MQTT_store_wait (f.store, &call, "b");
  (void)MQTT_store_wait (f.store, &call, "c");
  put (3);
  (void)MQTT_store_wait (f.store, &call, "d");
  MQTT_store_wait_cancel (wait);
  fake_time_pass (5);
  ck_assert_str_eq ("acd", called);
}
END_TEST


static void
write_more (void *cls, bool ok)
{
  ck_assert (ok);
  put (2);
  (void)MQTT_store_wait (f.store, &call, cls);
}


START_TEST (written_when_called)
{
  put (1);
  (void)MQTT_store_wait (f.store, &write_more, "b");
  (void)MQTT_store_wait (f.store, &call, "a");
  fake_time_pass (5);
  ck_assert_str_eq ("a", called);
  fake_time_pass (5);
  ck_assert_str_eq ("ab", called);
}
END_TEST


START_TEST (closing_commits)
{
  put (1);
  (void)store_fixture_wait (&f);
  store_fixture_reopen (&f);
  ck_assert_str_eq ("+", f.heard);
  ck_assert_str_eq ("1", positions ());
}
END_TEST


START_TEST (lost_as_a_whole)
{
  put (1);
  ck_assert (MQTT_store_commit (f.store));
  put (2);
  (void)store_fixture_wait (&f);
  MQTT_store_queue_remove (f.store, session, 1);
  put (3);
  (void)store_fixture_wait (&f);
  break_disk ();
  fake_time_pass (5);
  ck_assert_str_eq ("--", f.heard);
  ck_assert_str_eq ("-", f.changes);
  ck_assert (!MQTT_store_is_writable (f.store));
  ck_assert_uint_eq (0, store_fixture_message (&f, 1));
  ck_assert (!store_fixture_enqueue (&f, session, 4, 1));
  heal_disk ();
  ck_assert_str_eq ("1", positions ());
  /* The trial repeats what was removed, and nothing else. */
  fake_time_pass (4000);
  ck_assert_str_eq ("-+", f.changes);
  ck_assert_str_eq ("", positions ());
  put (5);
  (void)store_fixture_wait (&f);
  fake_time_pass (5);
  ck_assert_str_eq ("--+", f.heard);
  store_fixture_reopen (&f);
  ck_assert_str_eq ("5", positions ());
}
END_TEST


START_TEST (tries_until_it_works)
{
  put (1);
  break_disk ();
  (void)store_fixture_wait (&f);
  fake_time_pass (5);
  ck_assert_str_eq ("-", f.heard);
  fake_time_pass (20000);
  ck_assert_str_eq ("-", f.changes);
  ck_assert_uint_lt (4, fault.calls);
  heal_disk ();
  fake_time_pass (4000);
  ck_assert_str_eq ("-+", f.changes);
}
END_TEST


START_TEST (a_removal_hastens_the_trial)
{
  put (1);
  ck_assert (MQTT_store_commit (f.store));
  put (2);
  break_disk ();
  fake_time_pass (5);
  heal_disk ();
  MQTT_store_queue_remove (f.store, session, 1);
  (void)store_fixture_wait (&f);
  fake_time_pass (249);
  ck_assert_str_eq ("-", f.changes);
  fake_time_pass (1);
  ck_assert_str_eq ("-+", f.changes);
  ck_assert_str_eq ("+", f.heard);
  ck_assert_str_eq ("", positions ());
}
END_TEST


START_TEST (removed_and_put_again)
{
  put (1);
  ck_assert (MQTT_store_commit (f.store));
  MQTT_store_queue_remove (f.store, session, 1);
  break_disk ();
  ck_assert (!MQTT_store_commit (f.store));
  heal_disk ();
  ck_assert (MQTT_store_commit (f.store));
  put (1);
  store_fixture_reopen (&f);
  ck_assert_str_eq ("1", positions ());
}
END_TEST


static void
count_one (void *cls, const struct MQTT_StoreMessage *message)
{
  unsigned int *count = cls;

  ck_assert_uint_eq (100000, message->body.size);
  (*count)++;
}


START_TEST (reading_fails)
{
  uint64_t id = store_fixture_message (&f, 100000);
  unsigned int count = 0;

  ck_assert (store_fixture_enqueue (&f, session, 1, id));
  store_fixture_reopen (&f);
  put (2);
  (void)store_fixture_wait (&f);
  break_disk ();
  ck_assert (!MQTT_store_messages_read (f.store, &id, 1, &count_one, &count));
  heal_disk ();
  ck_assert_uint_eq (0, count);
  fake_time_pass (8000);
  ck_assert (MQTT_store_messages_read (f.store, &id, 1, &count_one, &count));
  ck_assert_uint_eq (1, count);
  /* What was being written is there, or its writer was told. */
  ck_assert_str_eq (('+' == f.heard[0]) ? "12" : "1", positions ());
  put (3);
}
END_TEST


START_TEST (closed_while_it_fails)
{
  put (1);
  (void)store_fixture_wait (&f);
  break_disk ();
  MQTT_store_close (f.store);
  ck_assert_str_eq ("-", f.heard);
  heal_disk ();
  store_fixture_open (&f);
  ck_assert_str_eq ("", positions ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_group");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, commits_after_the_delay);
  tcase_add_test (tc, commits_when_there_is_much);
  tcase_add_test (tc, commits_at_leisure);
  tcase_add_test (tc, commits_to_the_disk);
  tcase_add_test (tc, called_in_order);
  tcase_add_test (tc, written_when_called);
  tcase_add_test (tc, closing_commits);
  tcase_add_test (tc, lost_as_a_whole);
  tcase_add_test (tc, tries_until_it_works);
  tcase_add_test (tc, a_removal_hastens_the_trial);
  tcase_add_test (tc, removed_and_put_again);
  tcase_add_test (tc, reading_fails);
  tcase_add_test (tc, closed_while_it_fails);
  return tc;
}


int
main (void)
{
  return run_cases ("store_group", cases ());
}
