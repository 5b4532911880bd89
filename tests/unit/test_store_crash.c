/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_crash.c
 * @brief Tests of service/store.h: a process that is killed while it writes
 *        leaves what was acknowledged, and nothing half done.
 */
#include "run_cases.h"
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "store_fixture.h"

/** How often the process is killed. */
#define ROUNDS 20

/** Messages that are written and removed together. */
#define BATCH 3

static struct StoreFixture f;


static void
setup (void)
{
  fake_time_begin ();
  store_fixture_begin (&f);
}


static void
teardown (void)
{
  store_fixture_end (&f);
  fake_time_end ();
}


/** What the process that is killed writes with. */
struct Writer
{
  uint64_t session;
  /** The last batch that was written. */
  uint64_t batch;
  /** Where to say which one is safe. */
  int pipe;
};


/**
 * Say that all up to the present batch is safe.
 */
static void
acknowledge (void *cls, bool ok)
{
  const struct Writer *writer = cls;

  if (!ok
      || (sizeof (writer->batch)
          != write (writer->pipe, &writer->batch, sizeof (writer->batch))))
    _exit (1);
}


/**
 * Batch n is at positions 3n to 3n+2, and the mark says n; two batches back they
 * are removed again.
 */
static bool
write_batch (struct Writer *writer)
{
  uint64_t n = ++writer->batch;
  struct MQTT_StoreMark mark = { .run = 1, .sequence = n };

  for (uint64_t i = 0; i < BATCH; i++)
  {
    uint64_t id = store_fixture_message (&f, 100 + n % 7 * 1000);

    if (!store_fixture_enqueue (&f, writer->session, BATCH * n + i, id))
      return false;
    if (n > 2)
      MQTT_store_queue_remove (f.store, writer->session, BATCH * (n - 2) + i);
  }
  return MQTT_store_mark_put (f.store, &mark);
}


/**
 * Write without end.
 */
static _Noreturn void
write_on (struct Writer *writer)
{
  store_fixture_open (&f);
  for (;;)
  {
    for (uint64_t i = 0; i <= writer->batch % 4; i++)
      if (!write_batch (writer))
        _exit (1);
    (void)MQTT_store_wait (f.store, &acknowledge, writer);
    (void)MQTT_store_commit (f.store);
  }
}


/** What is found after the process was killed. */
struct Found
{
  uint64_t mark;
  uint64_t least;
  uint64_t most;
  uint64_t count;
};


static void
find_mark (void *cls, const struct MQTT_StoreMark *mark)
{
  struct Found *found = cls;

  found->mark = mark->sequence;
}


static void
find_queued (void *cls, const struct MQTT_StoreQueued *queued)
{
  struct Found *found = cls;

  if (0 == found->count++)
    found->least = queued->position;
  found->most = queued->position;
}


/**
 * Only whole batches, the last two, and the mark of the last.
 */
static uint64_t
check (uint64_t acknowledged)
{
  struct Found found = { 0 };
  uint64_t kept;

  store_fixture_open (&f);
  ck_assert (MQTT_store_marks_load (f.store, &find_mark, &found));
  ck_assert (MQTT_store_queues_load (f.store, &find_queued, &found));
  ck_assert_uint_ge (found.mark, acknowledged);
  kept = GNUNET_MIN (2, found.mark);
  ck_assert_uint_eq (BATCH * kept, found.count);
  if (0 != kept)
  {
    ck_assert_uint_eq (BATCH * (found.mark - kept + 1), found.least);
    ck_assert_uint_eq (BATCH * found.mark + BATCH - 1, found.most);
  }
  return found.mark;
}


/**
 * Let a process write, and kill it after a while.
 *
 * @return the last batch that it said is safe
 */
static uint64_t
kill_one (struct Writer *writer, unsigned int microseconds)
{
  struct timespec pause = { .tv_nsec = (long)microseconds * 1000 };
  uint64_t acknowledged = 0;
  int status;
  int pipes[2];
  pid_t pid;

  ck_assert_int_eq (0, pipe (pipes));
  writer->pipe = pipes[1];
  pid = fork ();
  ck_assert_int_ge (pid, 0);
  if (0 == pid)
    write_on (writer);
  (void)close (pipes[1]);
  /* The pause begins when it writes. */
  ck_assert_int_eq (sizeof (acknowledged),
                    read (pipes[0], &acknowledged, sizeof (acknowledged)));
  (void)nanosleep (&pause, NULL);
  ck_assert_int_eq (0, kill (pid, SIGKILL));
  ck_assert_int_eq (pid, waitpid (pid, &status, 0));
  ck_assert (WIFSIGNALED (status));
  while (sizeof (acknowledged)
         == read (pipes[0], &acknowledged, sizeof (acknowledged)))
    ;
  (void)close (pipes[0]);
  return acknowledged;
}


START_TEST (killed_while_writing)
{
  struct Writer writer = { 0 };

  store_fixture_open (&f);
  writer.session = store_fixture_session (&f, "c");
  MQTT_store_close (f.store);
  for (unsigned int i = 0; i < ROUNDS; i++)
  {
    writer.batch = check (kill_one (&writer, 977 * i));
    MQTT_store_close (f.store);
  }
  f.store = NULL;
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_crash");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, killed_while_writing);
  return tc;
}


int
main (void)
{
  return run_cases ("store_crash", cases ());
}
