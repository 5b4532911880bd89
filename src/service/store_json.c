/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_json.c
 * @brief A whole store as JSON lines, and back.
 *
 * The first line is {"store": VERSION}.  Each other one is a row: the name of its
 * table under "table", and its columns.  Numbers are numbers; bytes are a string
 * if they are UTF-8, otherwise {"base64": TEXT}.  All texts are bytes in the
 * store.
 */
#include "store_tool.h"
#include <gnunet/gnunet_util_lib.h>
#include <jansson.h>

/** The tables, in the order they were made; but the one only there to be written. */
#define TABLES \
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'trial'"

/** The name of the column that is not one. */
#define TABLE "table"

struct Import
{
  sqlite3 *db;
  /** What has written the last row, and its SQL; NULL if there was none. */
  sqlite3_stmt *statement;
  char *sql;
};


/**
 * Version of the store's tables; -1 if it cannot be read.
 */
static int
version_of (sqlite3 *db)
{
  sqlite3_stmt *statement;
  int version = -1;

  if (SQLITE_OK
      != sqlite3_prepare_v2 (db, "PRAGMA user_version", -1, &statement, NULL))
    return -1;
  if (SQLITE_ROW == sqlite3_step (statement))
    version = sqlite3_column_int (statement, 0);
  (void)sqlite3_finalize (statement);
  return version;
}


static json_t *
bytes_to_json (const void *bytes, size_t size)
{
  json_t *value = json_stringn (bytes, size);
  char *base64;

  if (NULL != value)
    return value;
  (void)GNUNET_STRINGS_base64_encode (bytes, size, &base64);
  value = json_pack ("{s:s}", "base64", base64);
  GNUNET_free (base64);
  return value;
}


static json_t *
column_to_json (sqlite3_stmt *statement, int column)
{
  switch (sqlite3_column_type (statement, column))
  {
  case SQLITE_NULL:
    return json_null ();
  case SQLITE_INTEGER:
    return json_integer (sqlite3_column_int64 (statement, column));
  default:
  {
    const void *bytes = sqlite3_column_blob (statement, column);

    return bytes_to_json ((NULL == bytes) ? "" : bytes,
                          (size_t)sqlite3_column_bytes (statement, column));
  }
  }
}


/**
 * @return false if it cannot be written
 */
static bool
put_line (json_t *line, FILE *out)
{
  bool put = (0 == json_dumpf (line, out, JSON_COMPACT | JSON_PRESERVE_ORDER))
             && (EOF != fputc ('\n', out));

  json_decref (line);
  return put;
}


static bool
put_row (const char *table, sqlite3_stmt *statement, FILE *out)
{
  json_t *row = json_object ();

  (void)json_object_set_new (row, TABLE, json_string (table));
  for (int i = 0; i < sqlite3_column_count (statement); i++)
    (void)json_object_set_new (row,
                               sqlite3_column_name (statement, i),
                               column_to_json (statement, i));
  return put_line (row, out);
}


static enum StoreToolResult
export_table (sqlite3 *db, const char *table, FILE *out)
{
  sqlite3_stmt *statement;
  char *sql;
  int result;
  bool written = true;

  (void)GNUNET_asprintf (&sql, "SELECT * FROM %s", table);
  result = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);
  GNUNET_free (sql);
  if (SQLITE_OK != result)
    return MQTT_store_tool_complain (db);
  while (written && (SQLITE_ROW == (result = sqlite3_step (statement))))
    written = put_row (table, statement, out);
  (void)sqlite3_finalize (statement);
  if (!written)
  {
    perror ("cannot write");
    return STORE_TOOL_FAILED;
  }
  return (SQLITE_DONE == result) ? STORE_TOOL_DONE
                                 : MQTT_store_tool_complain (db);
}


/**
 * Export everything, of one moment.
 */
static enum StoreToolResult
export_all (sqlite3 *db, FILE *out)
{
  enum StoreToolResult result = STORE_TOOL_DONE;
  sqlite3_stmt *table;

  if (!put_line (json_pack ("{s:i}", "store", version_of (db)), out))
    return STORE_TOOL_FAILED;
  if (SQLITE_OK
      != sqlite3_prepare_v2 (db, TABLES " ORDER BY rowid", -1, &table, NULL))
    return MQTT_store_tool_complain (db);
  while ((STORE_TOOL_DONE == result) && (SQLITE_ROW == sqlite3_step (table)))
    result = export_table (db,
                           (const char *)sqlite3_column_text (table, 0),
                           out);
  (void)sqlite3_finalize (table);
  return result;
}


enum StoreToolResult
MQTT_store_export (sqlite3 *db, FILE *out)
{
  enum StoreToolResult result;

  if (SQLITE_OK != sqlite3_exec (db, "BEGIN", NULL, NULL, NULL))
    return MQTT_store_tool_complain (db);
  result = export_all (db, out);
  (void)sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return result;
}


/**
 * Bind a value of a row.
 *
 * @return false if it is none
 */
static bool
bind_value (sqlite3_stmt *statement, int column, const json_t *value)
{
  const char *base64 = json_string_value (json_object_get (value, "base64"));
  void *bytes;
  size_t size;
  bool bound;

  if (json_is_null (value))
    return SQLITE_OK == sqlite3_bind_null (statement, column);
  if (json_is_integer (value))
    return SQLITE_OK
           == sqlite3_bind_int64 (statement,
                                  column,
                                  json_integer_value (value));
  if (json_is_string (value))
    return SQLITE_OK
           == sqlite3_bind_blob64 (statement,
                                   column,
                                   json_string_value (value),
                                   json_string_length (value),
                                   SQLITE_TRANSIENT);
  if (NULL == base64)
    return false;
  size = GNUNET_STRINGS_base64_decode (base64, strlen (base64), &bytes);
  bound = (0 < size)
          && (SQLITE_OK
              == sqlite3_bind_blob64 (statement,
                                      column,
                                      bytes,
                                      size,
                                      SQLITE_TRANSIENT));
  GNUNET_free (bytes);
  return bound;
}


/**
 * May it be put into SQL?
 */
static bool
is_name (const char *name)
{
  return ('\0' != name[0])
         && (strlen (name) == strspn (name, "abcdefghijklmnopqrstuvwxyz_"));
}


/**
 * Is it a table of the store's?
 */
static bool
is_table (sqlite3 *db, const char *name)
{
  sqlite3_stmt *statement;
  bool found;

  if ((NULL == name)
      || (SQLITE_OK
          != sqlite3_prepare_v2 (db,
                                 TABLES " AND name = ?",
                                 -1,
                                 &statement,
                                 NULL)))
    return false;
  (void)sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  found = (SQLITE_ROW == sqlite3_step (statement));
  (void)sqlite3_finalize (statement);
  return found;
}


/**
 * The SQL that writes a row.
 */
static char *
sql_of (const char *table, json_t *row)
{
  struct GNUNET_Buffer sql = { 0 };
  const char *separator = "(";
  const char *name;
  json_t *value;

  GNUNET_buffer_write_fstr (&sql, "INSERT INTO %s ", table);
  json_object_foreach (row, name, value)
  {
    if (0 == strcmp (TABLE, name))
      continue;
    GNUNET_buffer_write_fstr (&sql, "%s%s", separator, name);
    separator = ", ";
  }
  GNUNET_buffer_write_str (&sql, ") VALUES (?");
  for (size_t i = 2; i < json_object_size (row); i++)
    GNUNET_buffer_write_str (&sql, ", ?");
  GNUNET_buffer_write_str (&sql, ")");
  return GNUNET_buffer_reap_str (&sql);
}


/**
 * May a row be put into SQL?
 */
static bool
is_row (sqlite3 *db, json_t *row)
{
  bool good = is_table (db, json_string_value (json_object_get (row, TABLE)));
  const char *name;
  json_t *value;

  json_object_foreach (row, name, value)
  {
    good = good && is_name (name);
  }
  return good;
}


/**
 * Have a statement that writes such a row: rows of a table follow each other.
 *
 * @return false if there cannot be one
 */
static bool
prepare_row (struct Import *import, json_t *row)
{
  const char *table = json_string_value (json_object_get (row, TABLE));
  char *sql;

  if (NULL == table)
    return false;
  sql = sql_of (table, row);
  if ((NULL != import->sql) && (0 == strcmp (import->sql, sql)))
  {
    GNUNET_free (sql);
    return SQLITE_OK == sqlite3_reset (import->statement);
  }
  (void)sqlite3_finalize (import->statement);
  import->statement = NULL;
  GNUNET_free (import->sql);
  import->sql = sql;
  return is_row (import->db, row)
         && (SQLITE_OK
             == sqlite3_prepare_v2 (import->db,
                                    sql,
                                    -1,
                                    &import->statement,
                                    NULL));
}


static bool
import_row (struct Import *import, json_t *row)
{
  const char *name;
  json_t *value;
  int column = 1;
  bool good = prepare_row (import, row);

  json_object_foreach (row, name, value)
  {
    if (0 != strcmp (TABLE, name))
      good = good && bind_value (import->statement, column++, value);
  }
  return good && (SQLITE_DONE == sqlite3_step (import->statement));
}


/**
 * Import a line; the first says of which version they are.
 */
static bool
import_line (struct Import *import, bool first, json_t *line)
{
  const json_t *version = json_object_get (line, "store");

  if (first)
    return json_is_integer (version)
           && (version_of (import->db) == json_integer_value (version));
  return json_is_object (line) && import_row (import, line);
}


/**
 * Is there one more line?
 */
static bool
has_more (FILE *in)
{
  int c;

  do
    c = fgetc (in);
  while (('\n' == c) || ('\r' == c));
  return (EOF != c) && (EOF != ungetc (c, in));
}


/**
 * @param[out] number of lines read, the one that is wrong included
 */
static bool
import_all (sqlite3 *db, FILE *in, unsigned long long *number)
{
  struct Import import = { .db = db };
  bool good = true;

  for (*number = 0; good && has_more (in); ++*number)
  {
    json_t *line = json_loadf (in,
                               JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK,
                               NULL);

    good = (NULL != line) && import_line (&import, 0 == *number, line);
    json_decref (line);
  }
  (void)sqlite3_finalize (import.statement);
  GNUNET_free (import.sql);
  return good && !ferror (in) && (0 < *number);
}


/**
 * Say why it was not imported.
 *
 * @param number of the line that was read last
 */
static enum StoreToolResult
complain (sqlite3 *db, FILE *in, unsigned long long number)
{
  switch (sqlite3_errcode (db))
  {
  case SQLITE_FULL:
  case SQLITE_IOERR:
    return MQTT_store_tool_complain (db);
  default:
    break;
  }
  if (ferror (in))
    perror ("cannot read");
  else if (0 == number)
    (void)fprintf (stderr, "There is nothing to import\n");
  else
    (void)fprintf (stderr,
                   "Line %llu is no row of a store of version %d\n",
                   number,
                   version_of (db));
  return STORE_TOOL_FAILED;
}


enum StoreToolResult
MQTT_store_import (sqlite3 *db, FILE *in)
{
  enum StoreToolResult result;
  unsigned long long number;

  if (SQLITE_OK
      != sqlite3_exec (db,
                       "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE;"
                       "PRAGMA defer_foreign_keys = ON",
                       NULL,
                       NULL,
                       NULL))
    return MQTT_store_tool_complain (db);
  if (!import_all (db, in, &number))
    result = complain (db, in, number);
  else if (SQLITE_OK == sqlite3_exec (db, "COMMIT", NULL, NULL, NULL))
    return STORE_TOOL_DONE;
  else
    result = MQTT_store_tool_complain (db);
  (void)sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return result;
}
