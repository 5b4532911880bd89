/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_verify.c
 * @brief Checks a store's file, and that what is in it fits together.
 */
#include "store_tool.h"

/** A question whose answer is what is wrong, a row each; none if nothing is. */
struct Check
{
  /** Put before each row. */
  const char *complaint;
  const char *sql;
};

static const struct Check checks[] = {
  { "file",
    "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'" },
  { "row that refers to nothing, in table",
    "SELECT \"table\" FROM pragma_foreign_key_check" },
  { "message that nothing refers to, number",
    "SELECT id FROM message"
    " WHERE id NOT IN (SELECT message FROM queue)"
    " AND id NOT IN (SELECT message FROM outbox)"
    " AND id NOT IN (SELECT message FROM backlog)"
    " AND id NOT IN (SELECT message FROM retained WHERE message NOT NULL)"
    " AND id NOT IN (SELECT message FROM remote_will WHERE message NOT NULL)"
    " AND id NOT IN (SELECT will FROM session WHERE will NOT NULL)" },
  { "message that is shorter than its properties, number",
    "SELECT id FROM message WHERE properties_size > length(body)" },
  { "message of a QoS that there is not, number",
    "SELECT id FROM message WHERE qos NOT BETWEEN 0 AND 2" },
  { "retained message of another topic, number",
    "SELECT message.id FROM retained JOIN message ON message.id = message"
    " WHERE message.topic <> retained.topic" },
  { "identity of a peer of a wrong size, in an outbox",
    "SELECT hex(peer) FROM outbox WHERE length(peer) <> 32" },
  { "identity of a peer of a wrong size, in an interest",
    "SELECT hex(peer) FROM interest WHERE length(peer) <> 32" },
  { "groups of a wrong size, in an outbox",
    "SELECT hex(peer) FROM outbox WHERE length(groups) % 8 <> 0" },
  { "groups of a wrong size, in an interest",
    "SELECT hex(peer) FROM interest WHERE length(groups) % 8 <> 0" },
  { "message that somebody has, and that is not kept, number",
    "SELECT message FROM had"
    " WHERE message NOT IN (SELECT message FROM backlog)" },
  { "identity of a peer of a wrong size, of who has a message",
    "SELECT hex(peer) FROM had WHERE length(peer) NOT IN (0, 32)" },
  { "groups of a wrong size, of who has a message",
    "SELECT hex(peer) FROM had WHERE length(groups) % 8 <> 0" },
  { "identity of a peer of a wrong size, in a mark",
    "SELECT hex(peer) FROM mark WHERE length(peer) <> 32" },
  { "identity of a peer of a wrong size, of a will",
    "SELECT hex(peer) FROM remote_will WHERE length(peer) <> 32" },
  { "identity of a publisher of a wrong size",
    "SELECT hex(peer) FROM host WHERE length(peer) <> 32" },
  { "code of a wrong size, of a publisher",
    "SELECT hex(peer) FROM host WHERE length(code) <> 64" },
};


/**
 * @param[in,out] broken set to true if something is wrong
 */
static enum StoreToolResult
run_check (sqlite3 *db, const struct Check *check, FILE *out, bool *broken)
{
  sqlite3_stmt *statement;
  int result;

  if (SQLITE_OK != sqlite3_prepare_v2 (db, check->sql, -1, &statement, NULL))
    return MQTT_store_tool_complain (db);
  while (SQLITE_ROW == (result = sqlite3_step (statement)))
  {
    *broken = true;
    (void)fprintf (out,
                   "%s: %s\n",
                   check->complaint,
                   (const char *)sqlite3_column_text (statement, 0));
  }
  (void)sqlite3_finalize (statement);
  return (SQLITE_DONE == result) ? STORE_TOOL_DONE
                                 : MQTT_store_tool_complain (db);
}


enum StoreToolResult
MQTT_store_verify (sqlite3 *db, FILE *out)
{
  enum StoreToolResult result = STORE_TOOL_DONE;
  bool broken = false;

  for (size_t i = 0; (STORE_TOOL_DONE == result)
                     && (i < sizeof (checks) / sizeof (checks[0]));
       i++)
    result = run_check (db, &checks[i], out, &broken);
  if ((STORE_TOOL_DONE == result) && broken)
    return STORE_TOOL_BROKEN;
  return result;
}
