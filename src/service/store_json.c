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
 * The statement that writes a row.
 *
 * @return NULL if it cannot be one
 */
static sqlite3_stmt *
prepare_row (sqlite3 *db, json_t *row)
{
  const char *table = json_string_value (json_object_get (row, TABLE));
  struct GNUNET_Buffer sql = { 0 };
  sqlite3_stmt *statement = NULL;
  const char *name;
  json_t *value;
  const char *separator = "(";
  char *text;

  if (!is_table (db, table))
    return NULL;
  GNUNET_buffer_write_fstr (&sql, "INSERT INTO %s ", table);
  (void)json_object_del (row, TABLE);
  json_object_foreach (row, name, value)
  {
    if (!is_name (name))
    {
      GNUNET_buffer_clear (&sql);
      return NULL;
    }
    GNUNET_buffer_write_fstr (&sql, "%s%s", separator, name);
    separator = ", ";
  }
  GNUNET_buffer_write_str (&sql, ") VALUES (?");
  for (size_t i = 1; i < json_object_size (row); i++)
    GNUNET_buffer_write_str (&sql, ", ?");
  GNUNET_buffer_write_str (&sql, ")");
  text = GNUNET_buffer_reap_str (&sql);
  if (SQLITE_OK != sqlite3_prepare_v2 (db, text, -1, &statement, NULL))
    statement = NULL;
  GNUNET_free (text);
  return statement;
}


static bool
import_row (sqlite3 *db, json_t *row)
{
  sqlite3_stmt *statement = prepare_row (db, row);
  const char *name;
  json_t *value;
  int column = 1;
  bool good = (NULL != statement);

  json_object_foreach (row, name, value)
    good = good && bind_value (statement, column++, value);
  good = good && (SQLITE_DONE == sqlite3_step (statement));
  (void)sqlite3_finalize (statement);
  return good;
}


/**
 * Import a line; the first says of which version they are.
 */
static bool
import_line (sqlite3 *db, bool first, json_t *line)
{
  const json_t *version = json_object_get (line, "store");

  if (first)
    return json_is_integer (version)
           && (version_of (db) == json_integer_value (version));
  return json_is_object (line) && import_row (db, line);
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
 * @param[in,out] number of lines read, the one that is wrong included
 */
static bool
import_all (sqlite3 *db, FILE *in, unsigned long long *number)
{
  bool good = true;

  while (good && has_more (in))
  {
    json_t *line = json_loadf (in,
                               JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK,
                               NULL);

    good = (NULL != line) && import_line (db, 0 == *number, line);
    json_decref (line);
    ++*number;
  }
  return good && !ferror (in) && (0 < *number);
}


enum StoreToolResult
MQTT_store_import (sqlite3 *db, FILE *in)
{
  unsigned long long number = 0;

  if (SQLITE_OK
      != sqlite3_exec (db,
                       "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE;"
                       "PRAGMA defer_foreign_keys = ON",
                       NULL,
                       NULL,
                       NULL))
    return MQTT_store_tool_complain (db);
  if (!import_all (db, in, &number))
  {
    (void)fprintf (stderr,
                   "Line %llu is no row of a store of version %d\n",
                   number,
                   version_of (db));
    (void)sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
    return STORE_TOOL_FAILED;
  }
  if (SQLITE_OK == sqlite3_exec (db, "COMMIT", NULL, NULL, NULL))
    return STORE_TOOL_DONE;
  (void)MQTT_store_tool_complain (db);
  (void)sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return STORE_TOOL_FAILED;
}
