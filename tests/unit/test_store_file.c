/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_file.c
 * @brief Tests of service/store.h: which files are opened, and which are refused
 *        and left as they are.
 */
#include "run_cases.h"
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store_fixture.h"
#include "store_v1.h"

static struct StoreFixture f;
static unsigned int rows;


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


/**
 * Run SQL on the file, as somebody else.
 */
static void
change_file (const char *sql)
{
  sqlite3 *db;
  char *error = NULL;

  ck_assert_int_eq (SQLITE_OK, sqlite3_open (f.file, &db));
  (void)sqlite3_exec (db, sql, NULL, NULL, &error);
  ck_assert_pstr_eq (NULL, error);
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
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
  change_file ("PRAGMA user_version = 2");
  expect_refused ();
  change_file ("PRAGMA user_version = 1");
  store_fixture_open (&f);
}
END_TEST


START_TEST (of_another_program)
{
  change_file ("CREATE TABLE message (id INTEGER)");
  expect_refused ();
  change_file ("DROP TABLE message; PRAGMA application_id = 5");
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


static void
see_message (void *cls, const struct MQTT_StoreMessage *message)
{
  (void)cls;
  ck_assert_uint_eq ((1 == message->id) ? 2 : 1, message->qos);
  ck_assert_uint_eq (1000, message->published_us);
  ck_assert_uint_eq (2000, message->expires_us);
  rows++;
}


static void
see_retained (void *cls, const struct MQTT_StoreRetained *retained)
{
  (void)cls;
  ck_assert_uint_eq ((3 == retained->topic.size) ? 1 : 0, retained->message);
  ck_assert_uint_eq (1000, retained->clock_us);
  ck_assert_uint_eq (UINT64_MAX, retained->run);
  ck_assert_uint_eq (13, retained->sequence);
  rows++;
}


static void
see_session (void *cls, const struct MQTT_StoreSession *session)
{
  (void)cls;
  ck_assert_uint_eq (1, session->id);
  ck_assert_mem_eq ("client", session->client.data, session->client.size);
  ck_assert_uint_eq (3000, session->left_us);
  ck_assert_uint_eq (4000, session->expiry_us);
  ck_assert_uint_eq (2, session->will);
  ck_assert_uint_eq (5000, session->will_delay_us);
  ck_assert_uint_eq (18, session->sent_limit);
  rows++;
}


static void
see_subscription (void *cls, const struct MQTT_StoreSubscription *subscription)
{
  (void)cls;
  ck_assert_uint_eq (1, subscription->session);
  ck_assert_mem_eq ("a/#",
                    subscription->filter.data,
                    subscription->filter.size);
  ck_assert_uint_eq (7, subscription->identifier);
  ck_assert_uint_eq (2, subscription->options);
  rows++;
}


static void
see_queued (void *cls, const struct MQTT_StoreQueued *queued)
{
  (void)cls;
  ck_assert_uint_eq (1, queued->session);
  ck_assert_uint_eq (11, queued->position);
  ck_assert_uint_eq (1, queued->message);
  ck_assert_uint_eq (2000, queued->expires_us);
  ck_assert_uint_eq (61, queued->size);
  ck_assert_uint_eq (1, queued->state);
  ck_assert_uint_eq (2, queued->qos);
  ck_assert (queued->retain);
  rows++;
}


static void
see_inbound (void *cls, uint64_t session, uint16_t packet)
{
  (void)cls;
  ck_assert_uint_eq (1, session);
  ck_assert_uint_eq (17, packet);
  rows++;
}


static void
see_outgoing (void *cls, const struct MQTT_StoreOutgoing *outgoing)
{
  (void)cls;
  ck_assert_uint_eq (14, outgoing->sequence);
  ck_assert_uint_eq (16, outgoing->run);
  ck_assert_uint_eq (1, outgoing->message);
  ck_assert_uint_eq (61, outgoing->size);
  ck_assert_uint_eq (1, outgoing->qos);
  rows++;
}


static void
see_interest (void *cls, const struct MQTT_StoreInterest *interest)
{
  (void)cls;
  ck_assert_mem_eq ("a/b", interest->topic.data, interest->topic.size);
  ck_assert_uint_eq (7000, interest->confirmed_us);
  rows++;
}


static void
see_mark (void *cls, const struct MQTT_StoreMark *mark)
{
  (void)cls;
  ck_assert_uint_eq (UINT64_MAX, mark->run);
  ck_assert_uint_eq (15, mark->sequence);
  ck_assert_uint_eq (8000, mark->updated_us);
  rows++;
}


static void
see_kept (void *cls, const struct MQTT_StoreKept *kept)
{
  (void)cls;
  ck_assert_uint_eq (1, kept->message);
  ck_assert (kept->given);
  rows++;
}


START_TEST (version_1)
{
  static const uint64_t ids[] = { 1, 2 };

  change_file (store_v1);
  store_fixture_open (&f);
  ck_assert (MQTT_store_messages_read (f.store, ids, 2, &see_message, NULL));
  ck_assert (MQTT_store_retained_load (f.store, &see_retained, NULL));
  ck_assert (MQTT_store_sessions_load (f.store, &see_session, NULL));
  ck_assert (MQTT_store_subscriptions_load (f.store, &see_subscription, NULL));
  ck_assert (MQTT_store_queues_load (f.store, &see_queued, NULL));
  ck_assert (MQTT_store_inbound_load (f.store, &see_inbound, NULL));
  ck_assert (MQTT_store_outboxes_load (f.store, &see_outgoing, NULL));
  ck_assert (MQTT_store_interests_load (f.store, &see_interest, NULL));
  ck_assert (MQTT_store_marks_load (f.store, &see_mark, NULL));
  ck_assert (MQTT_store_backlog_load (f.store, &see_kept, NULL));
  ck_assert_uint_eq (12, rows);
  ck_assert_uint_eq (3, store_fixture_message (&f, 1));
}
END_TEST


START_TEST (rows_that_make_no_sense)
{
  static const uint64_t ids[] = { 1, 2 };

  change_file (store_v1);
  change_file ("UPDATE message SET properties_size = 10 WHERE id = 1;"
               "UPDATE message SET qos = 3 WHERE id = 2;"
               "UPDATE outbox SET peer = x'01';"
               "UPDATE interest SET peer = 'text';"
               "UPDATE mark SET peer = zeroblob (33);"
               "UPDATE session SET id = -5");
  store_fixture_open (&f);
  ck_assert (MQTT_store_messages_read (f.store, ids, 2, &see_message, NULL));
  ck_assert (MQTT_store_outboxes_load (f.store, &see_outgoing, NULL));
  ck_assert (MQTT_store_interests_load (f.store, &see_interest, NULL));
  ck_assert (MQTT_store_marks_load (f.store, &see_mark, NULL));
  ck_assert_uint_eq (0, rows);
  ck_assert_uint_eq (1, store_fixture_session (&f, "new"));
}
END_TEST


/**
 * Append the SQL of a table, index or trigger.
 */
static int
append_sql (void *cls, int columns, char **values, char **names)
{
  struct GNUNET_Buffer *schema = cls;

  (void)names;
  ck_assert_int_eq (1, columns);
  GNUNET_buffer_write_str (schema, (NULL == values[0]) ? "" : values[0]);
  return 0;
}


static char *
read_schema (void)
{
  struct GNUNET_Buffer schema = { 0 };
  sqlite3 *db;

  ck_assert_int_eq (SQLITE_OK, sqlite3_open (f.file, &db));
  ck_assert_int_eq (SQLITE_OK,
                    sqlite3_exec (db,
                                  "SELECT sql FROM sqlite_schema ORDER BY name",
                                  &append_sql,
                                  &schema,
                                  NULL));
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
  return GNUNET_buffer_reap_str (&schema);
}


/**
 * What was released does not change: a new file is as an old one brought up.
 */
START_TEST (made_as_brought_up)
{
  char *made;
  char *brought_up;

  make_file ();
  made = read_schema ();
  ck_assert_int_eq (0, unlink (f.file));
  change_file (store_v1);
  store_fixture_open (&f);
  MQTT_store_close (f.store);
  f.store = NULL;
  brought_up = read_schema ();
  ck_assert_str_eq (brought_up, made);
  GNUNET_free (made);
  GNUNET_free (brought_up);
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
  tcase_add_test (tc, version_1);
  tcase_add_test (tc, rows_that_make_no_sense);
  tcase_add_test (tc, made_as_brought_up);
  return tc;
}


int
main (void)
{
  return run_cases ("store_file", cases ());
}
