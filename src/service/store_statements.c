/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_statements.c
 * @brief The store's prepared statements, and how values get into and out of
 *        them.
 */
#include "store_internal.h"

/** A condition: nothing refers to a message. */
#define UNREFERENCED \
  " AND NOT EXISTS (SELECT 1 FROM queue WHERE message = message.id)" \
  " AND NOT EXISTS (SELECT 1 FROM outbox WHERE message = message.id)" \
  " AND NOT EXISTS (SELECT 1 FROM retained WHERE message = message.id)" \
  " AND NOT EXISTS (SELECT 1 FROM backlog WHERE message = message.id)" \
  " AND NOT EXISTS (SELECT 1 FROM remote_will WHERE message = message.id)" \
  " AND NOT EXISTS (SELECT 1 FROM session WHERE will = message.id)"

/** A run has one mark, and a topic has one for all runs. */
#define MARK_SCOPE "CASE WHEN length (?3) = 0 THEN ?2 ELSE 0 END"

/** A condition: it is among those of a list, which is given as JSON. */
#define AMONG " IN (SELECT value FROM json_each (CAST (?1 AS TEXT)))"

static const char *const texts[MQTT_STORE_STATEMENTS] = {
  [MQTT_STORE_BEGIN] = "BEGIN IMMEDIATE",
  [MQTT_STORE_COMMIT] = "COMMIT",
  [MQTT_STORE_ROLLBACK] = "ROLLBACK",
  /* Changes nothing that anybody reads. */
  [MQTT_STORE_TRY] = "UPDATE trial SET number = number + 1",
  [MQTT_STORE_PAGES] = "PRAGMA page_count",
  [MQTT_STORE_PAGES_FREE] = "PRAGMA freelist_count",
  [MQTT_STORE_PAGE_SIZE] = "PRAGMA page_size",
  [MQTT_STORE_MESSAGE_PUT] =
    "INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
    " ?12)",
  [MQTT_STORE_MESSAGE_DROP] = "DELETE FROM message WHERE id = ?1" UNREFERENCED,
  [MQTT_STORE_MESSAGES_COLLECT] = "DELETE FROM message WHERE true" UNREFERENCED,
  [MQTT_STORE_MESSAGE_READ] = "SELECT * FROM message WHERE id = ?1",
  [MQTT_STORE_RETAINED_PUT] =
    "INSERT INTO retained VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (topic) DO UPDATE SET message = ?2, clock = ?3, run = ?4,"
    " sequence = ?5, expires = ?6, own = ?7, hidden = ?8",
  [MQTT_STORE_RETAINED_REMOVE] = "DELETE FROM retained WHERE topic = ?1",
  [MQTT_STORE_RETAINED_LOAD] =
    "SELECT topic, message, clock, run, sequence, expires, own, hidden,"
    " (SELECT length(body) FROM message WHERE id = message) FROM retained",
  [MQTT_STORE_SESSION_PUT] =
    "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  [MQTT_STORE_SESSION_CHANGE] =
    "UPDATE session SET client = ?2, left = ?3, expiry = ?4, will = ?5,"
    " will_delay = ?6, sent = ?7 WHERE id = ?1",
  [MQTT_STORE_SESSION_BURY] =
    "UPDATE session SET client = ?2, left = 1, expiry = 1000000, will = NULL"
    " WHERE id = ?1",
  [MQTT_STORE_SESSION_REMOVE] = "DELETE FROM session WHERE id = ?1",
  [MQTT_STORE_SESSIONS_LOAD] =
    "SELECT id, client, left, expiry, will, will_delay, sent FROM session",
  [MQTT_STORE_SUBSCRIPTION_PUT] =
    "INSERT INTO subscription VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (session, filter) DO UPDATE SET options = ?3,"
    " identifier = ?4",
  [MQTT_STORE_SUBSCRIPTION_REMOVE] =
    "DELETE FROM subscription WHERE session = ?1 AND filter = ?2",
  [MQTT_STORE_SUBSCRIPTIONS_LOAD] =
    "SELECT session, filter, options, identifier, since FROM subscription"
    " ORDER BY session, filter",
  [MQTT_STORE_QUEUE_PUT] =
    "INSERT INTO queue VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [MQTT_STORE_QUEUE_UPDATE] = "UPDATE queue SET state = ?3"
                              " WHERE session = ?1 AND position = ?2",
  [MQTT_STORE_QUEUE_REMOVE] =
    "DELETE FROM queue WHERE session = ?1 AND position = ?2",
  [MQTT_STORE_QUEUES_LOAD] =
    "SELECT session, position, message, expires, size, qos, retain, state,"
    " extra FROM queue ORDER BY session, position",
  [MQTT_STORE_INBOUND_PUT] = "INSERT OR IGNORE INTO inbound VALUES (?1, ?2)",
  [MQTT_STORE_INBOUND_REMOVE] =
    "DELETE FROM inbound WHERE session = ?1 AND packet = ?2",
  [MQTT_STORE_INBOUND_LOAD] =
    "SELECT session, packet FROM inbound ORDER BY session, packet",
  [MQTT_STORE_OUTBOX_PUT] =
    "INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [MQTT_STORE_OUTBOX_CHANGE] =
    "UPDATE outbox SET groups = ?3 WHERE peer = ?1 AND sequence = ?2",
  [MQTT_STORE_OUTBOX_ACKNOWLEDGED] =
    "DELETE FROM outbox WHERE peer = ?1 AND sequence <= ?2",
  [MQTT_STORE_OUTBOX_REMOVE] =
    "DELETE FROM outbox WHERE peer = ?1 AND sequence = ?2",
  [MQTT_STORE_OUTBOXES_LOAD] =
    "SELECT peer, outbox.sequence, outbox.run, message, outbox.expires, size,"
    " outbox.qos, topic, only, groups FROM outbox JOIN message ON message = "
    "message.id"
    " ORDER BY peer, outbox.sequence",
  [MQTT_STORE_OUTBOX_HAS] =
    "SELECT 1 FROM outbox WHERE message = ?2 AND peer = ?1",
  [MQTT_STORE_INTEREST_PUT] =
    "INSERT INTO interest VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (peer, topic) DO UPDATE SET qos = ?3, confirmed = ?4,"
    " only = ?5, groups = ?6",
  [MQTT_STORE_INTEREST_REMOVE] =
    "DELETE FROM interest WHERE peer = ?1 AND topic = ?2",
  [MQTT_STORE_INTERESTS_LOAD] =
    "SELECT peer, topic, qos, confirmed, only, groups FROM interest"
    " ORDER BY confirmed",
  [MQTT_STORE_MARK_PUT] =
    "INSERT INTO mark VALUES (?1, " MARK_SCOPE ", ?3, ?2, ?4, ?5)"
    " ON CONFLICT (peer, scope, topic) DO UPDATE SET run = ?2, sequence = ?4,"
    " updated = ?5",
  [MQTT_STORE_MARK_REMOVE] =
    "DELETE FROM mark WHERE peer = ?1 AND scope = " MARK_SCOPE
    " AND topic = ?3",
  [MQTT_STORE_MARKS_LOAD] =
    "SELECT peer, run, topic, sequence, updated FROM mark"
    " ORDER BY peer, scope, topic",
  [MQTT_STORE_REMOTE_WILL_PUT] =
    "INSERT INTO remote_will VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  [MQTT_STORE_REMOTE_WILL_REMOVE] =
    "DELETE FROM remote_will WHERE peer = ?1 AND run = ?2 AND sequence = ?3",
  [MQTT_STORE_REMOTE_WILLS_LOAD] =
    "SELECT peer, remote_will.run, remote_will.sequence, message, delay, told,"
    " length(body) + length(topic) FROM remote_will"
    " LEFT JOIN message ON message = message.id ORDER BY told",
  [MQTT_STORE_HOST_PUT] = "INSERT INTO host VALUES (?1, ?2, ?3)"
                          " ON CONFLICT (peer, code) DO UPDATE SET called = ?3",
  [MQTT_STORE_HOST_REMOVE] = "DELETE FROM host WHERE peer = ?1 AND code = ?2",
  [MQTT_STORE_HOSTS_LOAD] =
    "SELECT peer, called, code FROM host ORDER BY called",
  [MQTT_STORE_BACKLOG_PUT] = "INSERT INTO backlog VALUES (?1, ?2)"
                             " ON CONFLICT (message) DO UPDATE SET given = ?2",
  [MQTT_STORE_BACKLOG_REMOVE] = "DELETE FROM backlog WHERE message" AMONG,
  [MQTT_STORE_BACKLOG_LOAD] =
    "SELECT id, given, published, expires, length(body), topic,"
    " had.message IS NOT NULL, groups FROM backlog"
    " JOIN message ON backlog.message = id"
    " LEFT JOIN had ON had.message = id ORDER BY id",
  [MQTT_STORE_HAD_PUT] = "INSERT OR IGNORE INTO had VALUES (?1, ?2, ?3, ?4)",
  [MQTT_STORE_HAD_REMOVE] = "DELETE FROM had WHERE message" AMONG,
  [MQTT_STORE_HAD_HAS] =
    "SELECT 1 FROM had WHERE message = ?1 AND peer = ?2 AND only = 0",
  [MQTT_STORE_CHANNEL_PUT] =
    "INSERT INTO channel_entry VALUES (?1) ON CONFLICT DO NOTHING",
  [MQTT_STORE_CHANNEL_REMOVE] = "DELETE FROM channel_entry WHERE entry = ?1",
  [MQTT_STORE_CHANNELS_LOAD] = "SELECT entry FROM channel_entry",
};


bool
MQTT_store_prepare (struct MQTT_Store *store)
{
  for (unsigned int i = 0; i < MQTT_STORE_STATEMENTS; i++)
    if (SQLITE_OK
        != sqlite3_prepare_v3 (store->db,
                               texts[i],
                               -1,
                               SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i],
                               NULL))
    {
      MQTT_store_complain (store, "is not understood");
      return false;
    }
  return true;
}


void
MQTT_store_finalize (struct MQTT_Store *store)
{
  for (unsigned int i = 0; i < MQTT_STORE_STATEMENTS; i++)
    (void)sqlite3_finalize (store->statements[i]);
}


static int
bind_value (sqlite3_stmt *statement,
            int parameter,
            const struct MQTT_StoreValue *value)
{
  switch (value->kind)
  {
  case MQTT_STORE_NUMBER:
    return sqlite3_bind_int64 (statement,
                               parameter,
                               (sqlite3_int64)value->number);
  case MQTT_STORE_BYTES:
    /* No bytes at no place would be bound as NULL. */
    return sqlite3_bind_blob64 (statement,
                                parameter,
                                (0 == value->bytes.size) ? ""
                                                         : value->bytes.data,
                                value->bytes.size,
                                SQLITE_STATIC);
  case MQTT_STORE_NULL:
  case MQTT_STORE_END:
    break;
  }
  return sqlite3_bind_null (statement, parameter);
}


static int
bind_values (sqlite3_stmt *statement, const struct MQTT_StoreValue *values)
{
  int result = SQLITE_OK;

  if (NULL == values)
    return SQLITE_OK;
  for (int i = 0; (SQLITE_OK == result) && (MQTT_STORE_END != values[i].kind);
       i++)
    result = bind_value (statement, i + 1, &values[i]);
  return result;
}


int
MQTT_store_run (struct MQTT_Store *store,
                enum MQTT_StoreStatement which,
                const struct MQTT_StoreValue *values)
{
  sqlite3_stmt *statement = store->statements[which];
  int result = bind_values (statement, values);

  if (SQLITE_OK == result)
    result = sqlite3_step (statement);
  (void)sqlite3_reset (statement);
  /* The bytes are the caller's: keep no pointers to them. */
  (void)sqlite3_clear_bindings (statement);
  return (SQLITE_DONE == result) ? SQLITE_OK : result;
}


sqlite3_stmt *
MQTT_store_select (struct MQTT_Store *store,
                   enum MQTT_StoreStatement which,
                   const struct MQTT_StoreValue *values)
{
  (void)bind_values (store->statements[which], values);
  return store->statements[which];
}


bool
MQTT_store_next (struct MQTT_Store *store, sqlite3_stmt *statement, bool *ok)
{
  int result = sqlite3_step (statement);

  if (SQLITE_ROW == result)
    return true;
  if (SQLITE_DONE != result)
  {
    *ok = false;
    MQTT_store_complain (store, "cannot be read");
    /* Some failures end the transaction. */
    if (store->open && (0 != sqlite3_get_autocommit (store->db)))
      MQTT_store_fail (store, "lost what was being written");
  }
  MQTT_store_stop (statement);
  return false;
}


void
MQTT_store_stop (sqlite3_stmt *statement)
{
  (void)sqlite3_reset (statement);
  (void)sqlite3_clear_bindings (statement);
}


uint64_t
MQTT_store_column (sqlite3_stmt *statement, int column)
{
  return (uint64_t)sqlite3_column_int64 (statement, column);
}


struct MQTT_Bytes
MQTT_store_column_bytes (sqlite3_stmt *statement, int column)
{
  /* In this order: asking for the bytes may change their number. */
  const void *data = sqlite3_column_blob (statement, column);
  int size = sqlite3_column_bytes (statement, column);

  return (struct MQTT_Bytes){
    .data = data,
    .size = (NULL == data) ? 0 : (size_t)size,
  };
}


bool
MQTT_store_column_peer (sqlite3_stmt *statement,
                        int column,
                        struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Bytes bytes = MQTT_store_column_bytes (statement, column);

  if (sizeof (*peer) != bytes.size)
    return false;
  GNUNET_memcpy (peer, bytes.data, bytes.size);
  return true;
}
