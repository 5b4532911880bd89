/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/store_fixture.c
 * @brief A store in a temporary folder, and short ways to write to it.
 */
#include "store_fixture.h"
#include <sqlite3.h>


static void
append (char *list, bool good)
{
  size_t length = strlen (list);

  ck_assert_uint_lt (length, 255);
  list[length] = good ? '+' : '-';
}


static void
note_change (void *cls, bool writable)
{
  struct StoreFixture *fixture = cls;

  append (fixture->changes, writable);
}


static void
note_room (void *cls)
{
  struct StoreFixture *fixture = cls;

  fixture->rooms++;
}


static void
note_heard (void *cls, bool ok)
{
  struct StoreFixture *fixture = cls;

  append (fixture->heard, ok);
}


void
store_fixture_begin (struct StoreFixture *fixture)
{
  const char *tmp = getenv ("TMPDIR");

  memset (fixture, 0, sizeof (*fixture));
  GNUNET_snprintf (fixture->folder,
                   sizeof (fixture->folder),
                   "%s/store.XXXXXX",
                   (NULL == tmp) ? "/tmp" : tmp);
  ck_assert_ptr_nonnull (mkdtemp (fixture->folder));
  GNUNET_snprintf (fixture->file,
                   sizeof (fixture->file),
                   "%s/store.db",
                   fixture->folder);
  fixture->options = (struct MQTT_StoreOptions){
    .file = fixture->file,
    .quota = 64 * 1024 * 1024,
    .commit_delay = MS (5),
    .commit_writes = 100,
    .retry = MS (4000),
    .changed = &note_change,
    .room = &note_room,
    .cls = fixture,
  };
}


void
store_fixture_end (struct StoreFixture *fixture)
{
  if (NULL != fixture->store)
    MQTT_store_close (fixture->store);
  ck_assert_int_eq (GNUNET_OK, GNUNET_DISK_directory_remove (fixture->folder));
}


void
store_fixture_open (struct StoreFixture *fixture)
{
  fixture->store = MQTT_store_open (&fixture->options);
  ck_assert_ptr_nonnull (fixture->store);
}


void
store_fixture_reopen (struct StoreFixture *fixture)
{
  MQTT_store_close (fixture->store);
  store_fixture_open (fixture);
}


void
store_fixture_change (const struct StoreFixture *fixture, const char *sql)
{
  sqlite3 *db;
  char *error = NULL;

  ck_assert_int_eq (SQLITE_OK, sqlite3_open (fixture->file, &db));
  (void)sqlite3_exec (db, sql, NULL, NULL, &error);
  ck_assert_pstr_eq (NULL, error);
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
}


struct MQTT_StoreWait *
store_fixture_wait (struct StoreFixture *fixture)
{
  return MQTT_store_wait (fixture->store, &note_heard, fixture);
}


uint64_t
store_fixture_message (struct StoreFixture *fixture, size_t size)
{
  uint8_t *payload = GNUNET_malloc (size + 1);
  struct MQTT_StoreMessage message = {
    .topic = BYTES ("a/b"),
    .body = { payload, size },
    .published_us = 1,
    .qos = 1,
  };
  uint64_t id;

  memset (payload, 'x', size);
  id = MQTT_store_message_put (fixture->store, &message);
  GNUNET_free (payload);
  return id;
}


uint64_t
store_fixture_session (struct StoreFixture *fixture, const char *client)
{
  struct MQTT_StoreSession session = {
    .client = BYTES (client),
    .expiry_us = 1000,
  };

  return MQTT_store_session_put (fixture->store, &session);
}


bool
store_fixture_enqueue (struct StoreFixture *fixture,
                       uint64_t session,
                       uint64_t position,
                       uint64_t message)
{
  struct MQTT_StoreQueued queued = {
    .session = session,
    .position = position,
    .message = message,
    .size = 100,
    .qos = 1,
  };

  return MQTT_store_queue_put (fixture->store, &queued);
}


static void
note_queued (void *cls, const struct MQTT_StoreQueued *queued)
{
  struct StoreQueue *queue = cls;

  queue->count++;
  if (queued->position >= 256)
    return;
  queue->at[queued->position] = true;
  queue->messages[queued->position] = queued->message;
}


void
store_fixture_queue (struct StoreFixture *fixture, struct StoreQueue *queue)
{
  memset (queue, 0, sizeof (*queue));
  ck_assert (MQTT_store_queues_load (fixture->store, &note_queued, queue));
}


static void
count_message (void *cls, const struct MQTT_StoreMessage *message)
{
  unsigned int *count = cls;

  (void)message;
  (*count)++;
}


unsigned int
store_fixture_messages (struct StoreFixture *fixture, uint64_t last)
{
  unsigned int count = 0;

  for (uint64_t id = 1; id <= last; id++)
    ck_assert (MQTT_store_messages_read (fixture->store,
                                         &id,
                                         1,
                                         &count_message,
                                         &count));
  return count;
}
