/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gnunet-mqtt-store.c
 * @brief What the service keeps on disk: looked at, exported, imported, verified.
 */
#include <gnunet/gnunet_util_lib.h>
#include <unistd.h>
#include "options.h"
#include "store.h"
#include "store_tool.h"

#define PROGRAM "gnunet-mqtt-store"
#define USAGE PROGRAM " [OPTIONS] COMMAND"
#define ABOUT \
  "Look at what the mqtt service keeps on disk, and move it.\n" \
  "Commands: sessions, subscriptions, queues, retained, outboxes, " \
  "backlog,\n" \
  "interests, wills, export, import, verify."

struct Tool
{
  char *file;
  enum StoreToolResult result;
};


/**
 * Remove a store that an import has begun.
 */
static void
discard (const char *file)
{
  char *log;

  (void)GNUNET_asprintf (&log, "%s-wal", file);
  (void)unlink (log);
  (void)unlink (file);
  GNUNET_free (log);
}


/**
 * Make a store where there is none, and import into it.
 */
static enum StoreToolResult
make (const char *file)
{
  const struct MQTT_StoreOptions options = {
    .file = file,
    .quota = INT64_MAX,
  };
  struct MQTT_Store *store = MQTT_store_open (&options);
  enum StoreToolResult result;
  sqlite3 *db;

  if (NULL == store)
    return STORE_TOOL_FAILED;
  MQTT_store_close (store);
  result = MQTT_store_tool_open (file, file, &db);
  if (STORE_TOOL_DONE != result)
    return result;
  result = MQTT_store_import (db, stdin);
  (void)sqlite3_close (db);
  return result;
}


static enum StoreToolResult
import (const char *file)
{
  enum StoreToolResult result;

  if (GNUNET_NO != GNUNET_DISK_file_test (file))
  {
    (void)fprintf (stderr, "%s: %s is there already\n", PROGRAM, file);
    return STORE_TOOL_NO_STORE;
  }
  result = make (file);
  if (STORE_TOOL_DONE != result)
    discard (file);
  return result;
}


/**
 * Run a command that reads.
 */
static enum StoreToolResult
read_store (sqlite3 *db, const char *command)
{
  enum StoreToolResult result;

  if (0 == strcmp ("export", command))
    result = MQTT_store_export (db, stdout);
  else if (0 == strcmp ("verify", command))
    result = MQTT_store_verify (db, stdout);
  else
    result = MQTT_store_list (db, command, stdout);
  if ((STORE_TOOL_DONE == result) && (0 != fflush (stdout)))
  {
    perror (PROGRAM);
    result = STORE_TOOL_FAILED;
  }
  return result;
}


/**
 * Run a command that reads, on a copy: the service, if it runs, lets nobody else
 * read, and what was not closed is brought into order by whoever opens it.
 */
static enum StoreToolResult
look (const char *file, const char *command)
{
  enum StoreToolResult result;
  char *copy;
  sqlite3 *db;

  if (GNUNET_YES != GNUNET_DISK_file_test_read (file))
  {
    (void)fprintf (stderr, "%s: cannot read %s\n", PROGRAM, file);
    return STORE_TOOL_NO_STORE;
  }
  copy = MQTT_store_snapshot (file);
  if (NULL == copy)
  {
    (void)fprintf (stderr, "%s: cannot copy %s\n", PROGRAM, file);
    return STORE_TOOL_FAILED;
  }
  result = MQTT_store_tool_open (copy, file, &db);
  if (STORE_TOOL_DONE == result)
  {
    result = read_store (db, command);
    (void)sqlite3_close (db);
  }
  MQTT_store_snapshot_remove (copy);
  return result;
}


/**
 * Main task.
 */
static void
run (void *cls,
     char *const *args,
     const char *cfgfile,
     const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct Tool *tool = cls;

  (void)cfgfile;
  tool->result = STORE_TOOL_WRONG_USE;
  if ((NULL == args[0]) || (NULL != args[1])
      || (!MQTT_store_list_exists (args[0]) && (0 != strcmp ("export", args[0]))
          && (0 != strcmp ("import", args[0]))
          && (0 != strcmp ("verify", args[0]))))
  {
    (void)fprintf (stderr, "%s\n%s\n", USAGE, ABOUT);
    return;
  }
  if ((NULL == tool->file)
      && (GNUNET_OK
          != GNUNET_CONFIGURATION_get_value_filename (cfg,
                                                      MQTT_OPTIONS_SECTION,
                                                      "STORE",
                                                      &tool->file)))
  {
    (void)fprintf (stderr, "%s: no STORE is configured\n", PROGRAM);
    return;
  }
  tool->result = (0 == strcmp ("import", args[0])) ? import (tool->file)
                                                   : look (tool->file, args[0]);
}


int
main (int argc, char *const *argv)
{
  struct Tool tool = { .result = STORE_TOOL_WRONG_USE };
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_option_filename ('f',
                                   "file",
                                   "FILE",
                                   "the store, if not the configured one",
                                   &tool.file),
    GNUNET_GETOPT_OPTION_END
  };

  if (GNUNET_NO
      == GNUNET_PROGRAM_run (argc, argv, USAGE, ABOUT, options, &run, &tool))
    tool.result = STORE_TOOL_DONE;
  GNUNET_free (tool.file);
  return tool.result;
}
