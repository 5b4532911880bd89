/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_tool.c
 * @brief Tests of service/store_tool.h: lists, export, import and verification.
 */
#include "run_cases.h"
#include <unistd.h>
#include "service/store_tool.h"
#include "service/store_backlog.h"
#include "store_fixture.h"
#include "service/store_wills.h"

static struct StoreFixture f;
/** What was printed. */
static char *text;
static size_t size;


static void
setup (void)
{
  fake_time_begin ();
  store_fixture_begin (&f);
  store_fixture_open (&f);
}


static void
teardown (void)
{
  free (text);
  text = NULL;
  store_fixture_end (&f);
  fake_time_end ();
}


/**
 * Keep a message for others, that a peer and a group here have got.
 */
static void
keep (uint64_t id, const struct GNUNET_PeerIdentity *peer)
{
  ck_assert (MQTT_store_backlog_put (f.store, id, true));
  ck_assert (MQTT_store_had_put (
    f.store,
    &(struct MQTT_StoreHad){ .message = id, .peer = peer }));
  ck_assert (
    MQTT_store_had_put (f.store,
                        &(struct MQTT_StoreHad){ .message = id,
                                                 .groups = BYTES ("12345678"),
                                                 .only = true }));
}


/**
 * Write something of everything, with bytes that are no text.
 */
static void
fill (void)
{
  static const struct GNUNET_PeerIdentity peer = { .public_key = {
                                                     .q_y = { 200 } } };
  const struct MQTT_StoreMessage message = {
    .topic = BYTES ("a/\xc3\xa4\t"),
    .body = { .data = "\xff\0p", .size = 3 },
    .properties_size = 1,
    .qos = 2,
    .retain = true,
    .published_us = 1700000000000000,
  };
  uint64_t session = store_fixture_session (&f, "me");
  uint64_t id = MQTT_store_message_put (f.store, &message);

  ck_assert (store_fixture_enqueue (&f, session, 1, id));
  ck_assert (MQTT_store_subscription_put (
    f.store,
    &(struct MQTT_StoreSubscription){ .session = session,
                                      .filter = BYTES ("a/#"),
                                      .identifier = 7,
                                      .options = 2 }));
  ck_assert (MQTT_store_retained_put (
    f.store,
    &(struct MQTT_StoreRetained){ .topic = message.topic,
                                  .message = id,
                                  .clock_us = 1700000000000000,
                                  .run = UINT64_MAX }));
  ck_assert (MQTT_store_retained_put (
    f.store,
    &(struct MQTT_StoreRetained){ .topic = BYTES ("gone") }));
  ck_assert (
    MQTT_store_outbox_put (f.store,
                           &(struct MQTT_StoreOutgoing){ .peer = peer,
                                                         .sequence = 3,
                                                         .message = id }));
  keep (id, &peer);
  ck_assert (MQTT_store_interest_put (
    f.store,
    &(struct MQTT_StoreInterest){ .peer = peer, .topic = message.topic }));
  ck_assert (MQTT_store_remote_will_put (
    f.store,
    &(struct MQTT_StoreRemoteWill){ .peer = peer,
                                    .run = UINT64_MAX,
                                    .sequence = 5,
                                    .message = id,
                                    .delay_us = 30000000 }));
  ck_assert (MQTT_store_remote_will_put (
    f.store,
    &(struct MQTT_StoreRemoteWill){ .peer = peer,
                                    .run = UINT64_MAX,
                                    .sequence = 4,
                                    .told_us = 1700000000000000 }));
  ck_assert (
    MQTT_store_mark_put (f.store, &(struct MQTT_StoreMark){ .peer = peer }));
  ck_assert (MQTT_store_commit (f.store));
}


/**
 * Open a copy of the store, which stays open itself.
 */
static char *
look (sqlite3 **db)
{
  char *copy = MQTT_store_snapshot (f.file);

  ck_assert_ptr_nonnull (copy);
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_tool_open (copy, "it", db));
  return copy;
}


static void
look_away (char *copy, sqlite3 *db)
{
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
  MQTT_store_snapshot_remove (copy);
}


/**
 * Have a list printed.
 */
static void
list (const char *name)
{
  sqlite3 *db;
  char *copy = look (&db);
  FILE *out;

  free (text);
  out = open_memstream (&text, &size);
  ck_assert (MQTT_store_list_exists (name));
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_list (db, name, out));
  ck_assert_int_eq (0, fclose (out));
  look_away (copy, db);
}


/**
 * Export a store.
 */
static void
export_from (const char *file)
{
  sqlite3 *db;
  FILE *out;

  free (text);
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_tool_open (file, "it", &db));
  out = open_memstream (&text, &size);
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_export (db, out));
  ck_assert_int_eq (0, fclose (out));
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
}


/**
 * Import into a new store of the same name.
 */
static enum StoreToolResult
import_anew (char *lines, size_t bytes)
{
  enum StoreToolResult result;
  sqlite3 *db;
  FILE *in;

  store_fixture_end (&f);
  store_fixture_begin (&f);
  store_fixture_open (&f);
  MQTT_store_close (f.store);
  f.store = NULL;
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_tool_open (f.file, "it", &db));
  in = fmemopen ((void *)lines, bytes, "r");
  result = MQTT_store_import (db, in);
  ck_assert_int_eq (0, fclose (in));
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
  return result;
}


static enum StoreToolResult
verify (const char *file)
{
  enum StoreToolResult result;
  sqlite3 *db;
  FILE *out;

  free (text);
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_tool_open (file, "it", &db));
  out = open_memstream (&text, &size);
  result = MQTT_store_verify (db, out);
  ck_assert_int_eq (0, fclose (out));
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
  return result;
}


START_TEST (lists)
{
  fill ();
  list ("sessions");
  ck_assert_ptr_nonnull (strstr (text, "client\tleft\t"));
  ck_assert_ptr_nonnull (strstr (text, "\nme\t"));
  list ("subscriptions");
  ck_assert_ptr_nonnull (strstr (text, "\nme\ta/#\t2\t2\t7\n"));
  list ("queues");
  ck_assert_ptr_nonnull (strstr (text, "\nme\t1\t"));
  ck_assert_ptr_nonnull (strstr (text, "\ta/\xc3\xa4\\x09\n"));
  list ("retained");
  ck_assert_ptr_nonnull (strstr (text, "\t2\t2\t2023-11-14T22:13:20Z\t-\n"));
  ck_assert_ptr_nonnull (strstr (text, "\ngone\t-\tcleared\t"));
  list ("outboxes");
  ck_assert_ptr_nonnull (strstr (text, "\t3\t"));
  list ("backlog");
  ck_assert_ptr_nonnull (strstr (text, "\n1\t2\t2\there\t1\t-\ta/"));
  ck_assert_ptr_nonnull (strstr (text, "\t0\t-\ta/"));
  list ("interests");
  ck_assert_ptr_nonnull (strstr (text, "\ta/"));
  list ("wills");
  ck_assert_ptr_nonnull (strstr (text, "\t5\t30\t-\ta/"));
  ck_assert_ptr_nonnull (strstr (text, "\t4\t0\t2023-11-14T22:13:20Z\t-\n"));
  ck_assert (!MQTT_store_list_exists ("export"));
}
END_TEST


START_TEST (comes_back_as_it_was)
{
  struct StoreQueue queue;
  char *first;
  size_t first_size;

  fill ();
  MQTT_store_close (f.store);
  f.store = NULL;
  export_from (f.file);
  first = text;
  first_size = size;
  text = NULL;
  ck_assert_ptr_nonnull (strstr (first, "{\"base64\":\"/wBw\"}"));
  ck_assert_int_eq (STORE_TOOL_DONE, import_anew (first, first_size));
  export_from (f.file);
  ck_assert_uint_eq (first_size, size);
  ck_assert_mem_eq (first, text, size);
  ck_assert_int_eq (STORE_TOOL_DONE, verify (f.file));
  free (first);
  store_fixture_open (&f);
  store_fixture_queue (&f, &queue);
  ck_assert_uint_eq (1, queue.count);
}
END_TEST


/** A mark, but for its peer. */
#define MARK "\"scope\":1,\"topic\":\"\",\"run\":1,\"sequence\":1,\"updated\":1"

/** What cannot be imported, behind a right first line. */
static const char *const wrong[] = {
  "no json\n",
  "[1]\n",
  "{\"table\":\"nothing\",\"a\":1}\n",
  "{\"table\":\"sqlite_schema\",\"name\":\"a\"}\n",
  "{\"table\":\"trial\",\"number\":1}\n",
  "{\"table\":\"mark\"}\n",
  "{\"table\":\"mark\",\"a) VALUES (1);--\":1}\n",
  "{\"table\":\"mark\",\"peer\":{\"base64\":\"\"}," MARK "}\n",
  "{\"table\":\"mark\",\"peer\":true," MARK "}\n",
  /* Refers to a session that is not there. */
  "{\"table\":\"subscription\",\"session\":1,\"filter\":\"a\",\"options\":0,"
  "\"identifier\":0,\"since\":0}\n",
};


START_TEST (takes_all_or_nothing)
{
  char *lines;

  ck_assert_int_lt (0,
                    GNUNET_asprintf (&lines,
                                     "{\"store\":4}\n"
                                     "{\"table\":\"mark\",\"peer\":\"p\"," MARK
                                     "}\n%s",
                                     wrong[_i]));
  ck_assert_int_eq (STORE_TOOL_FAILED, import_anew (lines, strlen (lines)));
  export_from (f.file);
  ck_assert_str_eq ("{\"store\":4}\n", text);
  GNUNET_free (lines);
}
END_TEST


START_TEST (wants_the_same_version)
{
  static char other[] = "{\"store\":5}\n";
  static char none[] = "{}\n";

  ck_assert_int_eq (STORE_TOOL_FAILED, import_anew (other, sizeof (other) - 1));
  ck_assert_int_eq (STORE_TOOL_FAILED, import_anew (none, sizeof (none) - 1));
}
END_TEST


START_TEST (finds_what_is_wrong)
{
  sqlite3 *db;

  fill ();
  MQTT_store_close (f.store);
  f.store = NULL;
  ck_assert_int_eq (STORE_TOOL_DONE, verify (f.file));
  ck_assert_uint_eq (0, size);
  ck_assert_int_eq (STORE_TOOL_DONE, MQTT_store_tool_open (f.file, "it", &db));
  ck_assert_int_eq (SQLITE_OK,
                    sqlite3_exec (db,
                                  "UPDATE message SET qos = 3;"
                                  "UPDATE queue SET message = 77;"
                                  "UPDATE mark SET peer = x'00';"
                                  "UPDATE had SET groups = x'00';"
                                  "UPDATE had SET message = 9 WHERE only",
                                  NULL,
                                  NULL,
                                  NULL));
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
  ck_assert_int_eq (STORE_TOOL_BROKEN, verify (f.file));
  ck_assert_ptr_nonnull (strstr (text, "QoS that there is not"));
  ck_assert_ptr_nonnull (strstr (text, "refers to nothing, in table: queue"));
  ck_assert_ptr_nonnull (strstr (text, "wrong size, in a mark: 00"));
  ck_assert_ptr_nonnull (strstr (text, "groups of a wrong size, of who has"));
  ck_assert_ptr_nonnull (strstr (text, "that is not kept, number: 9"));
}
END_TEST


START_TEST (refuses_other_files)
{
  sqlite3 *db;

  ck_assert_int_eq (STORE_TOOL_NO_STORE,
                    MQTT_store_tool_open ("/dev/null", "it", &db));
  ck_assert_int_eq (STORE_TOOL_NO_STORE,
                    MQTT_store_tool_open ("/nowhere/at/all", "it", &db));
  MQTT_store_close (f.store);
  f.store = NULL;
  store_fixture_change (&f, "PRAGMA user_version = 1000");
  ck_assert_int_eq (STORE_TOOL_NO_STORE,
                    MQTT_store_tool_open (f.file, "it", &db));
}
END_TEST


START_TEST (finds_what_is_damaged)
{
  static const char damage[4096];
  FILE *file;
  sqlite3 *db;

  fill ();
  MQTT_store_close (f.store);
  f.store = NULL;
  /* First one page, then those behind the tenth. */
  file = fopen (f.file, "r+");
  ck_assert_ptr_nonnull (file);
  ck_assert_int_eq (0, fseek (file, sizeof (damage), SEEK_SET));
  ck_assert_uint_eq (1, fwrite (damage, sizeof (damage), 1, file));
  ck_assert_int_eq (0, fclose (file));
  ck_assert_int_eq (STORE_TOOL_BROKEN, verify (f.file));
  ck_assert_int_eq (0, truncate (f.file, 40960));
  ck_assert_int_eq (STORE_TOOL_BROKEN,
                    MQTT_store_tool_open (f.file, "it", &db));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("store_tool");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, lists);
  tcase_add_test (cases, comes_back_as_it_was);
  tcase_add_loop_test (cases,
                       takes_all_or_nothing,
                       0,
                       sizeof (wrong) / sizeof (wrong[0]));
  tcase_add_test (cases, wants_the_same_version);
  tcase_add_test (cases, finds_what_is_wrong);
  tcase_add_test (cases, refuses_other_files);
  tcase_add_test (cases, finds_what_is_damaged);
  return run_cases ("store_tool", cases);
}
