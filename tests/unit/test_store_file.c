/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_file.c
 * @brief Tests of service/store.h: which files are opened, and which are refused
 *        and left as they are.
 */
#include "run_cases.h"
#include <sys/stat.h>
#include <unistd.h>
#include "store_fixture.h"

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


static void
write_file (const void *data, size_t size)
{
  (void)unlink (f.file);
  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_DISK_fn_write (f.file,
                                          data,
                                          size,
                                          GNUNET_DISK_PERM_USER_READ
                                            | GNUNET_DISK_PERM_USER_WRITE));
}


/**
 * @param[out] size bytes of the result
 * @return to be freed
 */
static uint8_t *
read_file (size_t *size)
{
  uint64_t file_size;
  uint8_t *data;

  ck_assert_int_eq (
    GNUNET_OK,
    GNUNET_DISK_file_size (f.file, &file_size, GNUNET_NO, GNUNET_YES));
  *size = (size_t)file_size;
  data = GNUNET_malloc (*size + 1);
  ck_assert_int_eq ((ssize_t)*size, GNUNET_DISK_fn_read (f.file, data, *size));
  return data;
}


/**
 * The file is refused, and not touched.
 */
static void
expect_refused (void)
{
  size_t size;
  size_t size_after;
  uint8_t *before = read_file (&size);
  uint8_t *after;

  ck_assert_ptr_null (MQTT_store_open (&f.options));
  after = read_file (&size_after);
  ck_assert_uint_eq (size, size_after);
  ck_assert_mem_eq (before, after, size);
  GNUNET_free (before);
  GNUNET_free (after);
}


/**
 * Leave a file with a message in it.
 */
static void
make_file (void)
{
  store_fixture_open (&f);
  ck_assert (store_fixture_enqueue (&f,
                                    store_fixture_session (&f, "c"),
                                    1,
                                    store_fixture_message (&f, 100000)));
  MQTT_store_close (f.store);
  f.store = NULL;
}


START_TEST (newer_version)
{
  make_file ();
  store_fixture_change (&f, "PRAGMA user_version = 5");
  expect_refused ();
  store_fixture_change (&f, "PRAGMA user_version = 4");
  store_fixture_open (&f);
}
END_TEST


START_TEST (of_another_program)
{
  store_fixture_change (&f, "CREATE TABLE message (id INTEGER)");
  expect_refused ();
  store_fixture_change (&f, "DROP TABLE message; PRAGMA application_id = 5");
  expect_refused ();
}
END_TEST


START_TEST (not_a_database)
{
  write_file ("no database, but long enough to look like one, at first sight",
              61);
  expect_refused ();
}
END_TEST


START_TEST (cut_short)
{
  size_t size;
  uint8_t *data;

  make_file ();
  data = read_file (&size);
  ck_assert_uint_gt (size, 100000);
  /* To SQLite a file of one byte is an empty one. */
  for (size_t left = size - 4096; left > 1; left /= 2)
  {
    write_file (data, left);
    expect_refused ();
  }
  GNUNET_free (data);
}
END_TEST


START_TEST (overwritten)
{
  size_t size;
  uint8_t *data;

  make_file ();
  data = read_file (&size);
  /* The tables' names, behind the header. */
  memset (data + 100, 0xff, 3996);
  write_file (data, size);
  expect_refused ();
  GNUNET_free (data);
}
END_TEST


START_TEST (not_a_file)
{
  char target[128];

  GNUNET_snprintf (target, sizeof (target), "%s/elsewhere", f.folder);
  make_file ();
  ck_assert_int_eq (0, rename (f.file, target));
  ck_assert_int_eq (0, symlink (target, f.file));
  ck_assert_ptr_null (MQTT_store_open (&f.options));
  ck_assert_int_eq (0, unlink (f.file));
  ck_assert_int_eq (0, mkdir (f.file, S_IRWXU));
  ck_assert_ptr_null (MQTT_store_open (&f.options));
  ck_assert_int_eq (0, rmdir (f.file));
  f.options.file = "/dev/null/store.db";
  ck_assert_ptr_null (MQTT_store_open (&f.options));
}
END_TEST


static void
expect_private (const char *suffix)
{
  struct stat status;
  char *name;

  GNUNET_asprintf (&name, "%s%s", f.file, suffix);
  ck_assert_int_eq (0, stat (name, &status));
  ck_assert_uint_eq (S_IRUSR | S_IWUSR, status.st_mode & 07777);
  GNUNET_free (name);
}


START_TEST (for_nobody_else_to_read)
{
  mode_t mask = umask (0);

  store_fixture_open (&f);
  ck_assert_uint_ne (0, store_fixture_session (&f, "c"));
  ck_assert (MQTT_store_commit (f.store));
  expect_private ("");
  expect_private ("-wal");
  MQTT_store_close (f.store);
  ck_assert_int_eq (0, chmod (f.file, 0644));
  store_fixture_open (&f);
  expect_private ("");
  (void)umask (mask);
}
END_TEST


START_TEST (open_already)
{
  store_fixture_open (&f);
  ck_assert_ptr_null (MQTT_store_open (&f.options));
  ck_assert_uint_ne (0, store_fixture_session (&f, "c"));
  ck_assert (MQTT_store_commit (f.store));
}
END_TEST


START_TEST (made_in_a_new_folder)
{
  char file[128];

  GNUNET_snprintf (file, sizeof (file), "%s/a/b/store.db", f.folder);
  f.options.file = file;
  store_fixture_open (&f);
  ck_assert_uint_ne (0, store_fixture_session (&f, "c"));
  store_fixture_reopen (&f);
  ck_assert_uint_eq (0, store_fixture_session (&f, "c"));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_file");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, newer_version);
  tcase_add_test (tc, of_another_program);
  tcase_add_test (tc, not_a_database);
  tcase_add_test (tc, cut_short);
  tcase_add_test (tc, overwritten);
  tcase_add_test (tc, not_a_file);
  tcase_add_test (tc, for_nobody_else_to_read);
  tcase_add_test (tc, open_already);
  tcase_add_test (tc, made_in_a_new_folder);
  return tc;
}


int
main (void)
{
  return run_cases ("store_file", cases ());
}
