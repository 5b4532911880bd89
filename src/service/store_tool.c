/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_tool.c
 * @brief Opens a store's file for who looks at it from outside.
 */
#include "store_tool.h"
#include "store_schema.h"

/** How long to wait for another program to let go of the file, milliseconds. */
#define BUSY_MS 1000


enum StoreToolResult
MQTT_store_tool_complain (sqlite3 *db)
{
  (void)fprintf (stderr, "%s\n", sqlite3_errmsg (db));
  return STORE_TOOL_FAILED;
}


/**
 * Is it a store, of the version that this program knows?
 */
static bool
is_store (sqlite3 *db)
{
  sqlite3_stmt *statement;
  bool known = false;

  if (SQLITE_OK
      != sqlite3_prepare_v2 (db,
                             "SELECT application_id, user_version FROM "
                             "pragma_application_id, pragma_user_version",
                             -1,
                             &statement,
                             NULL))
    return false;
  if (SQLITE_ROW == sqlite3_step (statement))
    known = (MQTT_STORE_APPLICATION_ID == sqlite3_column_int (statement, 0))
            && ((int)MQTT_store_schema_version
                == sqlite3_column_int (statement, 1));
  (void)sqlite3_finalize (statement);
  return known;
}


enum StoreToolResult
MQTT_store_tool_open (const char *file, sqlite3 **db)
{
  if ((SQLITE_OK == sqlite3_open_v2 (file, db, SQLITE_OPEN_READWRITE, NULL))
      && (SQLITE_OK == sqlite3_busy_timeout (*db, BUSY_MS)) && is_store (*db))
    return STORE_TOOL_DONE;
  (void)fprintf (stderr,
                 "%s is no store of version %u (%s)\n",
                 file,
                 MQTT_store_schema_version,
                 sqlite3_errmsg (*db));
  (void)sqlite3_close (*db);
  return STORE_TOOL_NO_STORE;
}
