/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/store_v4.h
 * @brief A store of version 4, as SQL behind that of unit/store_v1.h: what it has
 *        beside.  Not to be changed any more.
 */
#ifndef MQTT_TESTS_UNIT_STORE_V4_H
#define MQTT_TESTS_UNIT_STORE_V4_H

/** An identity, and 64 bytes of a code. */
#define V4_PEER \
  "X'0000000500000000000000000000000000000000000000000000000000000000'"
#define V4_CODE \
  "CAST ('cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc'" \
  " AS BLOB)"

static const char store_v4[] =
  "PRAGMA user_version = 4;"
  "BEGIN TRANSACTION;"
  "CREATE TABLE had ( message INTEGER NOT NULL, peer BLOB NOT NULL, only "
  "INTEGER NOT NULL, groups BLOB NOT NULL, PRIMARY KEY (message, peer, only, "
  "groups)) WITHOUT ROWID;"
  "INSERT INTO had VALUES(1," V4_PEER ",0,X'');"
  "INSERT INTO had VALUES(1,X'',1,X'0102030405060708');"
  "CREATE TABLE host ( peer BLOB NOT NULL, code BLOB NOT NULL, called INTEGER "
  "NOT NULL, PRIMARY KEY (peer, code)) WITHOUT ROWID;"
  "INSERT INTO host VALUES(" V4_PEER "," V4_CODE ",9000);"
  "ALTER TABLE retained ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;"
  "INSERT INTO retained VALUES(X'68696464656e',NULL,1000,-1,13,6000,0,1);"
  "CREATE TABLE channel_entry (entry BLOB PRIMARY KEY) WITHOUT ROWID;"
  "INSERT INTO channel_entry VALUES(X'656e747279');"
  "INSERT INTO mark VALUES(" V4_PEER ",0,X'612f62',-1,15,8000);"
  "COMMIT;";

#endif
