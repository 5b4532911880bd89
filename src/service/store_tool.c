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
  switch (sqlite3_errcode (db))
  {
  case SQLITE_CORRUPT:
    return STORE_TOOL_BROKEN;
  case SQLITE_CANTOPEN:
  case SQLITE_NOTADB:
    return STORE_TOOL_NO_STORE;
  default:
    return STORE_TOOL_FAILED;
  }
}


/**
 * Read what a file says that it is.
 *
 * @return what SQLite says of it
 */
static int
read_header (sqlite3 *db, int *application, int *version)
{
  sqlite3_stmt *statement;
  int result = sqlite3_prepare_v2 (db,
                                   "SELECT application_id, user_version FROM "
                                   "pragma_application_id, pragma_user_version",
                                   -1,
                                   &statement,
                                   NULL);

  if (SQLITE_OK != result)
    return result;
  if (SQLITE_ROW == sqlite3_step (statement))
  {
    *application = sqlite3_column_int (statement, 0);
    *version = sqlite3_column_int (statement, 1);
  }
  return sqlite3_finalize (statement);
}


enum StoreToolResult
MQTT_store_tool_open (const char *file, const char *name, sqlite3 **db)
{
  enum StoreToolResult result = STORE_TOOL_NO_STORE;
  int application = 0;
  int version = 0;

  if ((SQLITE_OK != sqlite3_open_v2 (file, db, SQLITE_OPEN_READWRITE, NULL))
      || (SQLITE_OK != sqlite3_busy_timeout (*db, BUSY_MS))
      || (SQLITE_OK != read_header (*db, &application, &version)))
  {
    (void)fprintf (stderr, "%s: ", name);
    result = MQTT_store_tool_complain (*db);
  }
  else if (MQTT_STORE_APPLICATION_ID != application)
    (void)fprintf (stderr, "%s is no store\n", name);
  else if ((int)MQTT_store_schema_version != version)
    (void)fprintf (stderr,
                   "%s is a store of version %d, not %u\n",
                   name,
                   version,
                   MQTT_store_schema_version);
  else
    return STORE_TOOL_DONE;
  (void)sqlite3_close (*db);
  return result;
}
