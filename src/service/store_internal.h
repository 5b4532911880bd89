/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_internal.h
 * @brief What the files of the store share, and nobody else includes.
 */
#ifndef MQTT_SERVICE_STORE_INTERNAL_H
#define MQTT_SERVICE_STORE_INTERNAL_H

#include <sqlite3.h>
#include "store.h"
#include "store_records.h"
#include "store_schema.h"
#include "store_statements.h"

/** A removal of the present group, to be repeated if that is lost. */
struct MQTT_StoreRemoval;

struct MQTT_Store
{
  sqlite3 *db;
  sqlite3_stmt *statements[MQTT_STORE_STATEMENTS];
  /** Its @e file is ours. */
  struct MQTT_StoreOptions options;
  struct MQTT_StoreWait *waits_head;
  struct MQTT_StoreWait *waits_tail;
  struct MQTT_StoreRemoval *removals_head;
  struct MQTT_StoreRemoval *removals_tail;
  /** Commits, or tries again. */
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_TIME_Absolute due;
  /** Number of the present group. */
  uint64_t group;
  /** Bytes that the group may still add. */
  uint64_t room;
  /** Bytes of the smallest that the quota had no room for; 0: none was refused. */
  uint64_t refused;
  uint64_t next_message;
  uint64_t next_session;
  /** Writes of the present group. */
  unsigned int writes;
  /** Is a transaction begun? */
  bool open;
  /** Was the group lost, and those who wait are still to be told? */
  bool lost;
  /** Nothing can be written until a trial succeeds. */
  bool failed;
  /** Above the quota. */
  bool full;
  /** What was last said of MQTT_store_is_writable(). */
  bool told;
};


/* store_file.c */

/**
 * Open the file, check whose it is, and bring it to the present version.
 */
bool
MQTT_store_file_open (struct MQTT_Store *store);


/**
 * Log what SQLite says of the last call that failed.
 */
void
MQTT_store_complain (const struct MQTT_Store *store, const char *what);


/**
 * Run SQL without parameters and results.
 */
int
MQTT_store_exec (struct MQTT_Store *store, const char *sql);


/**
 * Ask for a number.
 *
 * @return false if there is no answer
 */
bool
MQTT_store_number (struct MQTT_Store *store, const char *sql, uint64_t *number);


/* store_group.c */

/**
 * Run a statement that adds or changes, as part of the present group.
 *
 * @return false if it did not
 */
bool
MQTT_store_write (struct MQTT_Store *store,
                  enum MQTT_StoreStatement which,
                  const struct MQTT_StoreValue *values);


/**
 * Run a statement that removes, as part of the present group or of one to come.
 *
 * @param values as many as #MQTT_STORE_REMOVAL_VALUES, or less
 */
void
MQTT_store_remove (struct MQTT_Store *store,
                   enum MQTT_StoreStatement which,
                   const struct MQTT_StoreValue *values);


/**
 * Is there room for so many more bytes?  They count as added then.
 */
bool
MQTT_store_make_room (struct MQTT_Store *store, uint64_t bytes);


/**
 * So many bytes more are added in any case: to something for which there was room.
 */
void
MQTT_store_use_room (struct MQTT_Store *store, uint64_t bytes);


/**
 * Note that SQLite failed; the group is lost.
 */
void
MQTT_store_fail (struct MQTT_Store *store, const char *what);


/**
 * Undo and free what the group holds, when the store is closed.
 */
void
MQTT_store_group_done (struct MQTT_Store *store);

#endif
