/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_tool.h
 * @brief What gnunet-mqtt-store does with a store's file: look, export, import,
 *        verify.  Works on the tables as they are, beside a service that runs.
 */
#ifndef MQTT_SERVICE_STORE_TOOL_H
#define MQTT_SERVICE_STORE_TOOL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

/** How the program ends. */
enum StoreToolResult
{
  STORE_TOOL_DONE = 0,
  STORE_TOOL_WRONG_USE = 1,
  /** There is no such file, or it is not a store this program knows. */
  STORE_TOOL_NO_STORE = 2,
  /** The file, the input or the output fails; why was told. */
  STORE_TOOL_FAILED = 3,
  /** The file is damaged, or what was verified is not as it should be. */
  STORE_TOOL_BROKEN = 4
};


/**
 * Open a store as it is.
 *
 * @param file its name
 * @param name what to call it in a complaint
 * @param[out] db set if #STORE_TOOL_DONE is returned; to be closed with
 *        sqlite3_close()
 */
enum StoreToolResult
MQTT_store_tool_open (const char *file, const char *name, sqlite3 **db);


/**
 * Copy a store as it is at one moment, though a service has it open.
 *
 * @param file its name
 * @return name of the copy, for MQTT_store_snapshot_remove(); NULL on failure
 */
char *
MQTT_store_snapshot (const char *file);


/**
 * Remove a copy.
 *
 * @param copy its name, freed
 */
void
MQTT_store_snapshot_remove (char *copy);


/**
 * Tell what SQLite says of the last call that failed.
 *
 * @return how the program is to end
 */
enum StoreToolResult
MQTT_store_tool_complain (sqlite3 *db);


/**
 * Is there a list of this name?
 */
bool
MQTT_store_list_exists (const char *name);


/**
 * Print a list, a line for each entry, behind one with the names of the columns.
 *
 * @param db the store
 * @param name of the list: sessions, subscriptions, queues, retained, outboxes, interests
 * @param out where to
 */
enum StoreToolResult
MQTT_store_list (sqlite3 *db, const char *name, FILE *out);


/**
 * Print everything, a JSON object a line.
 */
enum StoreToolResult
MQTT_store_export (sqlite3 *db, FILE *out);


/**
 * Read what MQTT_store_export() has printed into an empty store: all of it, or
 * nothing.
 */
enum StoreToolResult
MQTT_store_import (sqlite3 *db, FILE *in);


/**
 * Check the file, and that what is in it fits together.
 */
enum StoreToolResult
MQTT_store_verify (sqlite3 *db, FILE *out);

#endif
