/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/make_store_v1.c
 * @brief Writes store_v1.h anew: the tables of a store as it is made today, with the
 *        rows that the header has.
 *
 * For as long as version 1 was not released: `make store-fixture`, with STORE_V1 the
 * file to write.
 */
#include <sqlite3.h>
#include "run_cases.h"
#include "store_fixture.h"
#include "store_v1.h"

static FILE *header;

static const char begin[] =
  "/* SPDX-License-Identifier: AGPL-3.0-or-later */\n"
  "/**\n"
  " * @file unit/store_v1.h\n"
  " * @brief A store of version 1, as SQL: not to be changed any more.\n"
  " */\n"
  "#ifndef MQTT_TESTS_UNIT_STORE_V1_H\n"
  "#define MQTT_TESTS_UNIT_STORE_V1_H\n"
  "\n"
  "static const char store_v1[] =\n";


/**
 * Write the rows of a table as they are in the header.
 */
static void
write_rows (const char *table)
{
  char start[128];
  const char *row = store_v1;

  GNUNET_snprintf (start, sizeof (start), "INSERT INTO %s VALUES", table);
  while (NULL != (row = strstr (row, start)))
  {
    const char *end = strstr (row, ");");

    ck_assert_ptr_nonnull (end);
    fprintf (header, "  \"%.*s\"\n", (int)(end + 2 - row), row);
    row = end;
  }
}


/**
 * Write a table with its rows, an index or a trigger.
 *
 * @param values its type, name and SQL; no SQL for what SQLite makes by itself
 */
static int
write_part (void *cls, int columns, char **values, char **names)
{
  (void)cls;
  (void)names;
  ck_assert_int_eq (3, columns);
  if (NULL == values[2])
    return 0;
  fprintf (header, "  \"%s;\"\n", values[2]);
  if (0 == strcmp ("table", values[0]))
    write_rows (values[1]);
  return 0;
}


static int
write_pragma (void *cls, int columns, char **values, char **names)
{
  (void)cls;
  (void)columns;
  fprintf (header, "  \"PRAGMA %s = %s;\"\n", names[0], values[0]);
  return 0;
}


static void
write_file (const char *file)
{
  sqlite3 *db;

  ck_assert_int_eq (SQLITE_OK, sqlite3_open (file, &db));
  (void)sqlite3_exec (db, "PRAGMA application_id", &write_pragma, NULL, NULL);
  (void)sqlite3_exec (db, "PRAGMA user_version", &write_pragma, NULL, NULL);
  fprintf (header,
           "  \"PRAGMA foreign_keys=OFF;\"\n  \"BEGIN TRANSACTION;\"\n");
  (void)sqlite3_exec (db,
                      "SELECT type, name, sql FROM sqlite_schema"
                      " ORDER BY type = 'trigger', type = 'index', rowid",
                      &write_part,
                      NULL,
                      NULL);
  fprintf (header, "  \"COMMIT;\"");
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
}


START_TEST (make)
{
  static struct StoreFixture f;

  header = fopen (getenv ("STORE_V1"), "w");
  ck_assert_ptr_nonnull (header);
  fake_time_begin ();
  store_fixture_begin (&f);
  store_fixture_open (&f);
  MQTT_store_close (f.store);
  f.store = NULL;
  (void)fputs (begin, header);
  write_file (f.file);
  (void)fputs (";\n\n#endif\n", header);
  ck_assert_int_eq (0, fclose (header));
  store_fixture_end (&f);
  fake_time_end ();
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("make_store_v1");

  tcase_add_test (tc, make);
  return tc;
}


int
main (void)
{
  return run_cases ("make_store_v1", cases ());
}
