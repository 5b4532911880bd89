/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_faults.c
 * @brief Tests of service/store.h: whichever call to the file system fails, what
 *        was acknowledged is there, groups are whole, and the store recovers.
 */
#include "run_cases.h"
#include <sqlite3.h>
#include <unistd.h>
#include "store_faults.h"
#include "store_fixture.h"

/** Groups, and messages in each; those of group 0 are at 1, 2, 3. */
#define GROUPS 4
#define MESSAGES 3

/** More calls than the scenario makes. */
#define CALLS 2000

/** What happened, as far as the caller knows. */
struct Ledger
{
  uint64_t session;
  bool acknowledged[GROUPS];
};

static struct StoreFixture f;
static struct StoreQueue queue;
static uint64_t mark;


static void
note (void *cls, bool ok)
{
  bool *acknowledged = cls;

  *acknowledged = ok;
}


/**
 * Write one group: messages to the queue, one of them long and in an outbox as
 * well, and the mark; from the second group on, the first message of the one
 * before is removed.
 */
static void
write_group (struct Ledger *ledger, unsigned int group)
{
  struct MQTT_StoreMark updated = { .run = 1, .sequence = group + 1 };
  bool ok = MQTT_store_mark_put (f.store, &updated);

  for (unsigned int i = 0; ok && (i < MESSAGES); i++)
  {
    uint64_t id = store_fixture_message (&f, (0 == i) ? 10000 : 100);
    struct MQTT_StoreOutgoing outgoing = {
      .sequence = group,
      .message = id,
    };

    ok = (0 != id)
         && store_fixture_enqueue (&f,
                                   ledger->session,
                                   group * MESSAGES + i + 1,
                                   id)
         && ((0 != i) || MQTT_store_outbox_put (f.store, &outgoing));
  }
  if (group > 0)
    MQTT_store_queue_remove (f.store,
                             ledger->session,
                             (group - 1) * MESSAGES + 1);
  if (ok)
    (void)MQTT_store_wait (f.store, &note, &ledger->acknowledged[group]);
  (void)MQTT_store_commit (f.store);
}


/**
 * All that may fail.
 *
 * @return false if not even a session could be had
 */
static bool
run_scenario (struct Ledger *ledger)
{
  bool ok = false;

  f.store = MQTT_store_open (&f.options);
  if (NULL == f.store)
    return false;
  ledger->session = store_fixture_session (&f, "c");
  if (0 != ledger->session)
    (void)MQTT_store_wait (f.store, &note, &ok);
  (void)MQTT_store_commit (f.store);
  for (unsigned int i = 0; ok && (i < GROUPS); i++)
    write_group (ledger, i);
  return ok;
}


static void
note_mark (void *cls, const struct MQTT_StoreMark *updated)
{
  (void)cls;
  mark = updated->sequence;
}


/**
 * Is what is there what the caller knows?
 */
static void
check_ledger (const struct Ledger *ledger)
{
  uint64_t last = 0;

  mark = 0;
  store_fixture_queue (&f, &queue);
  ck_assert (MQTT_store_marks_load (f.store, &note_mark, NULL));
  for (unsigned int i = 0; i < GROUPS; i++)
  {
    const bool *at = &queue.at[i * MESSAGES + 1];
    bool there = at[1];

    ck_assert (there || !ledger->acknowledged[i]);
    ck_assert (there == at[2]);
    ck_assert (there || !at[0]);
    if (there)
      last = i + 1;
    if ((i + 1 < GROUPS) && ledger->acknowledged[i + 1])
      ck_assert (!at[0]);
  }
  ck_assert_uint_eq (last, mark);
}


static void
copy_file (const char *from, const char *to, const char *suffix)
{
  char *source;
  char *target;

  GNUNET_asprintf (&source, "%s%s", from, suffix);
  GNUNET_asprintf (&target, "%s%s", to, suffix);
  (void)unlink (target);
  if (0 == access (source, R_OK))
    ck_assert_int_eq (GNUNET_OK, GNUNET_DISK_file_copy (source, target));
  GNUNET_free (source);
  GNUNET_free (target);
}


/**
 * Open what a process that is killed now would leave.
 */
static void
check_after_crash (const struct Ledger *ledger)
{
  struct MQTT_Store *store = f.store;
  char copy[128];

  GNUNET_snprintf (copy, sizeof (copy), "%s/copy.db", f.folder);
  copy_file (f.file, copy, "");
  copy_file (f.file, copy, "-wal");
  copy_file (f.file, copy, "-journal");
  f.options.file = copy;
  store_fixture_open (&f);
  check_ledger (ledger);
  MQTT_store_close (f.store);
  f.options.file = f.file;
  f.store = store;
}


/**
 * Go on with a disk that is well: the next trial succeeds.
 */
static void
recover (void)
{
  bool ok = false;

  ck_assert (MQTT_store_commit (f.store) || MQTT_store_commit (f.store));
  ck_assert (MQTT_store_is_writable (f.store));
  ck_assert_uint_ne (0, store_fixture_message (&f, 10));
  (void)MQTT_store_wait (f.store, &note, &ok);
  ck_assert (MQTT_store_commit (f.store));
  ck_assert (ok);
}


/**
 * Run the scenario with a fault, and without from then on.
 *
 * @param closes is the store closed while the fault is still there?
 * @return false if there were not so many calls that the fault could happen
 */
static bool
survive (struct StoreFault *fault, bool closes)
{
  struct Ledger ledger = { 0 };
  bool began;

  store_fixture_begin (&f);
  f.options.vfs = STORE_FAULTS_VFS;
  store_faults_set (fault);
  began = run_scenario (&ledger);
  if (began && closes)
    MQTT_store_close (f.store);
  store_faults_set (NULL);
  if (began)
    check_after_crash (&ledger);
  if (began && !closes)
    recover ();
  if ((NULL != f.store) && !(began && closes))
    MQTT_store_close (f.store);
  store_fixture_open (&f);
  check_ledger (&ledger);
  /* What was removed is gone, if there was time to do it again. */
  for (unsigned int i = 0; began && !closes && (i + 1 < GROUPS); i++)
    ck_assert (!queue.at[i * MESSAGES + 1]);
  store_fixture_end (&f);
  return fault->calls >= fault->call;
}


/** The ways to fail. */
static const struct
{
  int how;
  bool lasting;
  bool closes;
} ways[] = {
  { SQLITE_IOERR, false, false }, { SQLITE_IOERR, false, true },
  { SQLITE_IOERR, true, false },  { SQLITE_IOERR, true, true },
  { SQLITE_FULL, false, false },  { SQLITE_FULL, false, true },
  { SQLITE_FULL, true, false },   { SQLITE_FULL, true, true },
};


START_TEST (nothing_is_lost)
{
  unsigned int call = 1;

  for (; call < CALLS; call++)
  {
    struct StoreFault fault = {
      .call = call,
      .how = ways[_i].how,
      .lasting = ways[_i].lasting,
    };

    if (!survive (&fault, ways[_i].closes))
      break;
  }
  /* It made calls, and did not make them without end. */
  ck_assert_uint_gt (call, 50);
  ck_assert_uint_lt (call, CALLS);
}
END_TEST


static void
setup (void)
{
  GNUNET_log_skip (INT_MAX, GNUNET_NO);
  fake_time_begin ();
  store_faults_register ();
}


static void
teardown (void)
{
  fake_time_end ();
}


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_faults");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc,
                       nothing_is_lost,
                       0,
                       sizeof (ways) / sizeof (ways[0]));
  return tc;
}


int
main (void)
{
  return run_cases ("store_faults", cases ());
}
