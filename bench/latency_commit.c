/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/latency_commit.c
 * @brief How long SQLite takes for one row to be on the disk, at 100 rows a second,
 *        in WAL mode with all safety.
 *
 * Usage: latency_commit FOLDER PAYLOAD-BYTES COUNT
 * Prints: 50th and 99th percentile, microseconds
 */
#include "common.h"
#include <sqlite3.h>
#include <unistd.h>

/** From one commit to the next, microseconds. */
#define INTERVAL_US 10000


static void
check (sqlite3 *db, int result, int expected)
{
  if (expected != result)
    BENCH_fail ("SQLite: %s", sqlite3_errmsg (db));
}


int
main (int argc, char **argv)
{
  struct BENCH_Times times = { .count = 0 };
  sqlite3_stmt *insert;
  sqlite3 *db;
  char *file;
  int size;
  uint64_t begin;

  if (4 != argc)
    BENCH_fail ("usage: %s FOLDER PAYLOAD-BYTES COUNT", argv[0]);
  size = (int)BENCH_number (argv[2]);
  times.wanted = BENCH_number (argv[3]);
  (void)GNUNET_asprintf (&file, "%s/commit-%ld", argv[1], (long)getpid ());
  if (SQLITE_OK != sqlite3_open (file, &db))
    BENCH_fail ("cannot open %s", file);
  check (db,
         sqlite3_exec (db,
                       "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)",
                       NULL,
                       NULL,
                       NULL),
         SQLITE_OK);
  check (db,
         sqlite3_prepare_v2 (db,
                             "INSERT INTO t (body) VALUES (?)",
                             -1,
                             &insert,
                             NULL),
         SQLITE_OK);
  do
  {
    (void)usleep (INTERVAL_US);
    begin = BENCH_now ();
    check (db, sqlite3_bind_zeroblob (insert, 1, size), SQLITE_OK);
    check (db, sqlite3_step (insert), SQLITE_DONE);
    check (db, sqlite3_reset (insert), SQLITE_OK);
  }
  while (BENCH_times_add (&times, BENCH_now () - begin));
  (void)unlink (file);
  BENCH_times_print (&times, 1);
}
