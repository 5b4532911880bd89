/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_list.c
 * @brief Lists of what is in a store, for people.
 */
#include "store_tool.h"
#include <gnunet/gnunet_util_lib.h>
#include <inttypes.h>

/** A time of the calendar as text; nothing for 0. */
#define TIME(column) \
  "CASE " column \
  " WHEN 0 THEN '-' ELSE strftime ('%Y-%m-%dT%H:%M:%SZ', " column \
  " / 1000000, 'unixepoch') END"

struct List
{
  const char *name;
  const char *sql;
};

static const struct List lists[] = {
  { "sessions",
    "SELECT client, CASE left WHEN 0 THEN 'connected' ELSE " TIME (
      "left") " END AS left,"
              " expiry / 1000000 AS expiry,"
              " (SELECT count(*) FROM subscription WHERE session = session.id)"
              "  AS subscriptions,"
              " (SELECT count(*) FROM queue WHERE queue.session = session.id)"
              "  AS queued,"
              " (SELECT ifnull(sum(size), 0) FROM queue"
              "  WHERE queue.session = session.id) AS bytes,"
              " will IS NOT NULL AS will FROM session ORDER BY client" },
  { "subscriptions",
    "SELECT client, filter, options & 3 AS qos, options, identifier"
    " FROM subscription JOIN session ON session.id = session"
    " ORDER BY client, filter" },
  { "queues",
    "SELECT client, position, queue.qos AS qos, state, size,"
    " " TIME ("queue.expires") " AS expires, topic FROM queue"
                               " JOIN session ON session.id = session"
                               " JOIN message ON message.id = message"
                               " ORDER BY client, position" },
  { "retained",
    "SELECT retained.topic AS topic, ifnull(qos, '-') AS qos,"
    " ifnull(length(body) - properties_size, 'cleared') AS size,"
    " " TIME ("retained.clock") " AS published, " TIME (
      "retained.expires") " AS expires FROM retained"
                          " LEFT JOIN message ON message.id = message"
                          " ORDER BY retained.topic" },
  { "outboxes",
    "SELECT peer (peer) AS peer, outbox.sequence AS sequence,"
    " outbox.qos AS qos, size, length(groups) / 8 AS groups,"
    " " TIME ("outbox.expires") " AS expires, topic FROM outbox"
                                " JOIN message ON message.id = message"
                                " ORDER BY peer, outbox.sequence" },
  { "backlog",
    "SELECT id AS message, qos, length(body) - properties_size AS size,"
    " CASE length(peer) WHEN 0 THEN 'here' ELSE ifnull(peer (peer), '-') END"
    " AS had, ifnull(length(groups) / 8, 0) AS groups,"
    " " TIME ("expires") " AS expires, topic FROM backlog"
                         " JOIN message ON id = backlog.message"
                         " LEFT JOIN had ON had.message = id"
                         " ORDER BY id, had" },
  { "interests",
    "SELECT peer (peer) AS peer, qos, length(groups) / 8 AS groups, " TIME (
      "confirmed") " AS confirmed, topic FROM interest ORDER BY peer, topic" },
  { "wills",
    "SELECT peer (peer) AS peer, remote_will.sequence AS sequence,"
    " delay / 1000000 AS delay, " TIME ("told") " AS told,"
                                                " ifnull(topic, '-') AS topic"
                                                " FROM remote_will LEFT JOIN"
                                                " message ON message.id ="
                                                " message ORDER BY peer, told,"
                                                " remote_will.sequence" },
};


static const struct List *
find (const char *name)
{
  for (size_t i = 0; i < sizeof (lists) / sizeof (lists[0]); i++)
    if (0 == strcmp (name, lists[i].name))
      return &lists[i];
  return NULL;
}


bool
MQTT_store_list_exists (const char *name)
{
  return NULL != find (name);
}


/**
 * Print bytes so that they cannot end the column or the line.
 */
static void
print_bytes (const unsigned char *bytes, int size, FILE *out)
{
  for (int i = 0; i < size; i++)
    if ((' ' > bytes[i]) || (0x7F == bytes[i]) || ('\\' == bytes[i]))
      (void)fprintf (out, "\\x%02x", bytes[i]);
    else
      (void)fputc (bytes[i], out);
}


/**
 * SQL function: a peer's identity as text.
 */
static void
peer (sqlite3_context *context, int count, sqlite3_value **values)
{
  struct GNUNET_PeerIdentity identity;

  (void)count;
  if (SQLITE_NULL == sqlite3_value_type (values[0]))
    return;
  if (sizeof (identity) != (size_t)sqlite3_value_bytes (values[0]))
  {
    sqlite3_result_text (context, "?", -1, SQLITE_STATIC);
    return;
  }
  GNUNET_memcpy (&identity, sqlite3_value_blob (values[0]), sizeof (identity));
  sqlite3_result_text (context,
                       GNUNET_i2s_full (&identity),
                       -1,
                       SQLITE_TRANSIENT);
}


static void
print_row (sqlite3_stmt *statement, FILE *out)
{
  int columns = sqlite3_column_count (statement);

  for (int i = 0; i < columns; i++)
  {
    const unsigned char *bytes = sqlite3_column_blob (statement, i);

    print_bytes (bytes, sqlite3_column_bytes (statement, i), out);
    (void)fputc ((i + 1 < columns) ? '\t' : '\n', out);
  }
}


enum StoreToolResult
MQTT_store_list (sqlite3 *db, const char *name, FILE *out)
{
  sqlite3_stmt *statement;
  int result;

  if ((SQLITE_OK
       != sqlite3_create_function (db,
                                   "peer",
                                   1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                   NULL,
                                   &peer,
                                   NULL,
                                   NULL))
      || (SQLITE_OK
          != sqlite3_prepare_v2 (db, find (name)->sql, -1, &statement, NULL)))
    return MQTT_store_tool_complain (db);
  for (int i = 0; i < sqlite3_column_count (statement); i++)
    (void)fprintf (out,
                   "%s%c",
                   sqlite3_column_name (statement, i),
                   (i + 1 < sqlite3_column_count (statement)) ? '\t' : '\n');
  while (SQLITE_ROW == (result = sqlite3_step (statement)))
    print_row (statement, out);
  (void)sqlite3_finalize (statement);
  return (SQLITE_DONE == result) ? STORE_TOOL_DONE
                                 : MQTT_store_tool_complain (db);
}
