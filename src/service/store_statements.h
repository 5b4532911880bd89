/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_statements.h
 * @brief The store's prepared statements, and how values get into and out of
 *        them.  Knows nothing of groups.
 */
#ifndef MQTT_SERVICE_STORE_STATEMENTS_H
#define MQTT_SERVICE_STORE_STATEMENTS_H

#include <sqlite3.h>
#include "store.h"

/** Their texts are in store_statements.c. */
enum MQTT_StoreStatement
{
  MQTT_STORE_BEGIN,
  MQTT_STORE_COMMIT,
  MQTT_STORE_ROLLBACK,
  MQTT_STORE_TRY,
  MQTT_STORE_PAGES,
  MQTT_STORE_PAGES_FREE,
  MQTT_STORE_PAGE_SIZE,
  MQTT_STORE_MESSAGE_PUT,
  MQTT_STORE_MESSAGE_DROP,
  MQTT_STORE_MESSAGES_COLLECT,
  MQTT_STORE_MESSAGE_READ,
  MQTT_STORE_RETAINED_PUT,
  MQTT_STORE_RETAINED_REMOVE,
  MQTT_STORE_RETAINED_LOAD,
  MQTT_STORE_SESSION_PUT,
  MQTT_STORE_SESSION_CHANGE,
  MQTT_STORE_SESSION_REMOVE,
  MQTT_STORE_SESSIONS_LOAD,
  MQTT_STORE_SUBSCRIPTION_PUT,
  MQTT_STORE_SUBSCRIPTION_REMOVE,
  MQTT_STORE_SUBSCRIPTIONS_LOAD,
  MQTT_STORE_QUEUE_PUT,
  MQTT_STORE_QUEUE_UPDATE,
  MQTT_STORE_QUEUE_REMOVE,
  MQTT_STORE_QUEUES_LOAD,
  MQTT_STORE_INBOUND_PUT,
  MQTT_STORE_INBOUND_REMOVE,
  MQTT_STORE_INBOUND_LOAD,
  MQTT_STORE_OUTBOX_PUT,
  MQTT_STORE_OUTBOX_CHANGE,
  MQTT_STORE_OUTBOX_ACKNOWLEDGED,
  MQTT_STORE_OUTBOX_REMOVE,
  MQTT_STORE_OUTBOXES_LOAD,
  MQTT_STORE_OUTBOX_HAS,
  MQTT_STORE_INTEREST_PUT,
  MQTT_STORE_INTEREST_REMOVE,
  MQTT_STORE_INTERESTS_LOAD,
  MQTT_STORE_MARK_PUT,
  MQTT_STORE_MARK_REMOVE,
  MQTT_STORE_MARKS_LOAD,
  MQTT_STORE_REMOTE_WILL_PUT,
  MQTT_STORE_REMOTE_WILL_REMOVE,
  MQTT_STORE_REMOTE_WILLS_LOAD,
  MQTT_STORE_HOST_PUT,
  MQTT_STORE_HOST_REMOVE,
  MQTT_STORE_HOSTS_LOAD,
  MQTT_STORE_BACKLOG_PUT,
  MQTT_STORE_BACKLOG_REMOVE,
  MQTT_STORE_BACKLOG_LOAD,
  MQTT_STORE_CHANNEL_PUT,
  MQTT_STORE_CHANNEL_REMOVE,
  MQTT_STORE_CHANNELS_LOAD,
  MQTT_STORE_STATEMENTS
};

/** Values that a removal has at most. */
#define MQTT_STORE_REMOVAL_VALUES 3

enum MQTT_StoreValueKind
{
  /** Behind the last value. */
  MQTT_STORE_END,
  MQTT_STORE_NUMBER,
  MQTT_STORE_BYTES,
  MQTT_STORE_NULL
};

/** A value for a parameter of a statement; bytes are borrowed. */
struct MQTT_StoreValue
{
  enum MQTT_StoreValueKind kind;
  uint64_t number;
  struct MQTT_Bytes bytes;
};

/** Lists of values are written with these. */
#define MQTT_STORE_VALUES (const struct MQTT_StoreValue[])
#define VALUE_END \
  { \
    .kind = MQTT_STORE_END \
  }
#define VALUE_NUMBER(n) \
  { \
    .kind = MQTT_STORE_NUMBER, .number = (n) \
  }
#define VALUE_BYTES(b) \
  { \
    .kind = MQTT_STORE_BYTES, .bytes = (b) \
  }
#define VALUE_PEER(p) \
  { \
    .kind = MQTT_STORE_BYTES, .bytes = {.data = (p), .size = sizeof (*(p)) } \
  }
/** An id of something that there may be none of. */
#define VALUE_ID(n) \
  { \
    .kind = (0 == (n)) ? MQTT_STORE_NULL : MQTT_STORE_NUMBER, .number = (n) \
  }

struct MQTT_Store;


/**
 * Prepare all statements.
 */
bool
MQTT_store_prepare (struct MQTT_Store *store);


/**
 * Free all statements.
 */
void
MQTT_store_finalize (struct MQTT_Store *store);


/**
 * Run a statement without results.
 *
 * @param values for its parameters, or NULL
 * @return result code of SQLite, SQLITE_OK if it was run
 */
int
MQTT_store_run (struct MQTT_Store *store,
                enum MQTT_StoreStatement which,
                const struct MQTT_StoreValue *values);


/**
 * Begin to read: the first row is got with MQTT_store_next().
 */
sqlite3_stmt *
MQTT_store_select (struct MQTT_Store *store,
                   enum MQTT_StoreStatement which,
                   const struct MQTT_StoreValue *values);


/**
 * Get the next row.  At the end, or on failure, the statement is ready for its
 * next use.
 *
 * @param[out] ok set to false on failure, which was logged
 * @return false if there is none
 */
bool
MQTT_store_next (struct MQTT_Store *store, sqlite3_stmt *statement, bool *ok);


/**
 * End reading before the last row.
 */
void
MQTT_store_stop (sqlite3_stmt *statement);


uint64_t
MQTT_store_column (sqlite3_stmt *statement, int column);


/**
 * @return valid until the next row
 */
struct MQTT_Bytes
MQTT_store_column_bytes (sqlite3_stmt *statement, int column);


/**
 * Get a peer's identity.
 *
 * @return false if it is not one
 */
bool
MQTT_store_column_peer (sqlite3_stmt *statement,
                        int column,
                        struct GNUNET_PeerIdentity *peer);

#endif
