/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_schema.c
 * @brief The tables of the store, as steps from one version to the next.  A step
 *        that was released is never changed.
 *
 * Numbers of 64 bits are kept as SQLite has them, with a sign: only what is
 * below 2^63 is compared in SQL.
 */
#include "store_schema.h"

/** Has a message removed that nothing refers to any more, whenever a row that did is
    changed or removed. */
#define COLLECT(trigger, event, id) \
  "CREATE TRIGGER " trigger " AFTER " event \
  " BEGIN DELETE FROM message WHERE id = " id \
  "  AND NOT EXISTS (SELECT 1 FROM queue WHERE message = " id ")" \
  "  AND NOT EXISTS (SELECT 1 FROM outbox WHERE message = " id ")" \
  "  AND NOT EXISTS (SELECT 1 FROM retained WHERE message = " id ")" \
  "  AND NOT EXISTS (SELECT 1 FROM backlog WHERE message = " id ")" \
  "  AND NOT EXISTS (SELECT 1 FROM remote_will WHERE message = " id ")" \
  "  AND NOT EXISTS (SELECT 1 FROM session WHERE will = " id ");" \
  " END;"

#define COLLECT_ALL \
  COLLECT ("backlog_removed", "DELETE ON backlog", "OLD.message") \
  COLLECT ("queue_removed", "DELETE ON queue", "OLD.message") \
  COLLECT ("outbox_removed", "DELETE ON outbox", "OLD.message") \
  COLLECT ("remote_will_removed", "DELETE ON remote_will", "OLD.message") \
  COLLECT ("retained_removed", "DELETE ON retained", "OLD.message") \
  COLLECT ("retained_changed", "UPDATE ON retained", "OLD.message") \
  COLLECT ("session_removed", "DELETE ON session", "OLD.will") \
  COLLECT ("session_changed", "UPDATE ON session", "OLD.will")

static const char *const steps[] = {
  "CREATE TABLE message ("
  " id INTEGER PRIMARY KEY, topic BLOB NOT NULL, qos INTEGER NOT NULL,"
  " retain INTEGER NOT NULL, published INTEGER NOT NULL,"
  " expires INTEGER NOT NULL, properties_size INTEGER NOT NULL,"
  " clock INTEGER NOT NULL, run INTEGER NOT NULL, sequence INTEGER NOT NULL,"
  " will INTEGER NOT NULL, body BLOB NOT NULL);"

  "CREATE TABLE retained ("
  " topic BLOB PRIMARY KEY, message INTEGER REFERENCES message,"
  " clock INTEGER NOT NULL, run INTEGER NOT NULL, sequence INTEGER NOT NULL,"
  " expires INTEGER NOT NULL, own INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE INDEX retained_message ON retained (message)"
  " WHERE message IS NOT NULL;"

  "CREATE TABLE session ("
  " id INTEGER PRIMARY KEY, client BLOB NOT NULL UNIQUE,"
  " left INTEGER NOT NULL, expiry INTEGER NOT NULL,"
  " will INTEGER REFERENCES message, will_delay INTEGER NOT NULL,"
  " sent INTEGER NOT NULL);"
  "CREATE INDEX session_will ON session (will) WHERE will IS NOT NULL;"

  "CREATE TABLE subscription ("
  " session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,"
  " filter BLOB NOT NULL, options INTEGER NOT NULL,"
  " identifier INTEGER NOT NULL, since INTEGER NOT NULL,"
  " PRIMARY KEY (session, filter)) WITHOUT ROWID;"

  "CREATE TABLE queue ("
  " session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,"
  " position INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES message,"
  " expires INTEGER NOT NULL, size INTEGER NOT NULL, qos INTEGER NOT NULL,"
  " retain INTEGER NOT NULL, state INTEGER NOT NULL, extra BLOB NOT NULL,"
  " PRIMARY KEY (session, position)) WITHOUT ROWID;"
  "CREATE INDEX queue_message ON queue (message);"

  "CREATE TABLE inbound ("
  " session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,"
  " packet INTEGER NOT NULL, PRIMARY KEY (session, packet)) WITHOUT ROWID;"

  "CREATE TABLE outbox ("
  " peer BLOB NOT NULL, sequence INTEGER NOT NULL, run INTEGER NOT NULL,"
  " message INTEGER NOT NULL REFERENCES message, expires INTEGER NOT NULL,"
  " size INTEGER NOT NULL, qos INTEGER NOT NULL, only INTEGER NOT NULL,"
  " groups BLOB NOT NULL, PRIMARY KEY (peer, sequence)) WITHOUT ROWID;"
  "CREATE INDEX outbox_message ON outbox (message);"

  "CREATE TABLE interest ("
  " peer BLOB NOT NULL, topic BLOB NOT NULL, qos INTEGER NOT NULL,"
  " confirmed INTEGER NOT NULL, only INTEGER NOT NULL, groups BLOB NOT NULL,"
  " PRIMARY KEY (peer, topic)) WITHOUT ROWID;"

  "CREATE TABLE mark ("
  " peer BLOB NOT NULL, scope INTEGER NOT NULL, topic BLOB NOT NULL,"
  " run INTEGER NOT NULL, sequence INTEGER NOT NULL, updated INTEGER NOT NULL,"
  " PRIMARY KEY (peer, scope, topic)) WITHOUT ROWID;"

  "CREATE TABLE backlog ("
  " message INTEGER PRIMARY KEY REFERENCES message, given INTEGER NOT NULL);"

  "CREATE TABLE remote_will ("
  " peer BLOB NOT NULL, run INTEGER NOT NULL, sequence INTEGER NOT NULL,"
  " message INTEGER REFERENCES message, delay INTEGER NOT NULL,"
  " told INTEGER NOT NULL, PRIMARY KEY (peer, run, sequence)) WITHOUT ROWID;"
  "CREATE INDEX remote_will_message ON remote_will (message)"
  " WHERE message IS NOT NULL;"

  /* Only there to be written, to see whether that works. */
  "CREATE TABLE trial (number INTEGER NOT NULL);"
  "INSERT INTO trial VALUES (0);"

  COLLECT_ALL,

  /* Of those that were given to somebody it is not known to whom.  Rows go in the
     same group as those of the backlog, many at once: a reference would have each
     looked for by itself. */
  "DELETE FROM backlog WHERE given <> 0;"
  "CREATE TABLE had ("
  " message INTEGER NOT NULL,"
  " peer BLOB NOT NULL, only INTEGER NOT NULL, groups BLOB NOT NULL,"
  " PRIMARY KEY (message, peer, only, groups)) WITHOUT ROWID;",

  "CREATE TABLE host ("
  " peer BLOB PRIMARY KEY, called INTEGER NOT NULL) WITHOUT ROWID;"
  "ALTER TABLE retained ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;"
  "CREATE TABLE channel_entry (entry BLOB PRIMARY KEY) WITHOUT ROWID;",

  /* For which code they were called on is not known of those that were: they have
     zeros in its place. */
  "ALTER TABLE host RENAME TO host_of_any;"
  "CREATE TABLE host ("
  " peer BLOB NOT NULL, code BLOB NOT NULL, called INTEGER NOT NULL,"
  " PRIMARY KEY (peer, code)) WITHOUT ROWID;"
  "INSERT INTO host SELECT peer, zeroblob (64), called FROM host_of_any;"
  "DROP TABLE host_of_any;",
};

const unsigned int MQTT_store_schema_version = sizeof (steps)
                                               / sizeof (steps[0]);


const char *
MQTT_store_schema_step (unsigned int version)
{
  return steps[version];
}
