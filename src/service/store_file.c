/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_file.c
 * @brief Opens the store's file, if it is ours, and brings it to the present
 *        version.  Does not touch a file that it refuses.
 */
#include "store_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/** How long to wait for another process to let go of the file, milliseconds. */
#define BUSY_MS 1000

/** Once a transaction was large, its file is cut to this size, bytes. */
#define JOURNAL_BYTES "16777216"

/** Pages above the quota that are left for removals, beside an eighth of it. */
#define SPARE_PAGES 256


void
MQTT_store_complain (const struct MQTT_Store *store, const char *what)
{
  GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
              "Store %s %s: %s\n",
              store->options.file,
              what,
              sqlite3_errmsg (store->db));
}


int
MQTT_store_exec (struct MQTT_Store *store, const char *sql)
{
  return sqlite3_exec (store->db, sql, NULL, NULL, NULL);
}


bool
MQTT_store_number (struct MQTT_Store *store, const char *sql, uint64_t *number)
{
  sqlite3_stmt *statement;
  bool found;

  if (SQLITE_OK != sqlite3_prepare_v2 (store->db, sql, -1, &statement, NULL))
    return false;
  found = SQLITE_ROW == sqlite3_step (statement);
  if (found)
    *number = (uint64_t)sqlite3_column_int64 (statement, 0);
  (void)sqlite3_finalize (statement);
  return found;
}


/**
 * Make the file if there is none, for nobody else to read; SQLite gives those
 * beside it the same mode.
 */
static bool
make_file (const char *file)
{
  struct stat status;
  int fd;

  if (GNUNET_OK != GNUNET_DISK_directory_create_for_file (file))
    return false;
  if (0 != lstat (file, &status))
  {
    fd = open (file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (-1 == fd)
    {
      GNUNET_log_strerror_file (GNUNET_ERROR_TYPE_ERROR, "open", file);
      return false;
    }
    (void)close (fd);
    return true;
  }
  if (!S_ISREG (status.st_mode) || (geteuid () != status.st_uid))
  {
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
                "Store %s is not a file of ours\n",
                file);
    return false;
  }
  if ((0 != (status.st_mode & (S_IRWXG | S_IRWXO)))
      && (0 != chmod (file, S_IRUSR | S_IWUSR)))
  {
    GNUNET_log_strerror_file (GNUNET_ERROR_TYPE_ERROR, "chmod", file);
    return false;
  }
  return true;
}


/**
 * Whose file is it?
 *
 * @param[out] version set; 0 for a new file
 */
static bool
identify (struct MQTT_Store *store, uint64_t *version)
{
  uint64_t application;
  uint64_t tables;

  if (!MQTT_store_number (store, "PRAGMA application_id", &application)
      || !MQTT_store_number (store, "PRAGMA user_version", version)
      || !MQTT_store_number (store,
                             "SELECT count(*) FROM sqlite_schema",
                             &tables))
  {
    MQTT_store_complain (store, "cannot be read");
    return false;
  }
  if (((0 == application) && (0 == *version) && (0 == tables))
      || ((MQTT_STORE_APPLICATION_ID == application)
          && (*version <= MQTT_store_schema_version)))
    return true;
  if (MQTT_STORE_APPLICATION_ID != application)
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
                "Store %s is a file of another program\n",
                store->options.file);
  else
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
                "Store %s is of version %llu; this program knows versions up "
                "to %u\n",
                store->options.file,
                (unsigned long long)*version,
                MQTT_store_schema_version);
  return false;
}


/**
 * Take one step to the next version, wholly or not at all.
 */
static bool
migrate_step (struct MQTT_Store *store, unsigned int version)
{
  char number[100];

  GNUNET_snprintf (number,
                   sizeof (number),
                   "PRAGMA application_id = %d; PRAGMA user_version = %u",
                   MQTT_STORE_APPLICATION_ID,
                   version + 1);
  if ((SQLITE_OK == MQTT_store_exec (store, "BEGIN IMMEDIATE"))
      && (SQLITE_OK
          == MQTT_store_exec (store, MQTT_store_schema_step (version)))
      && (SQLITE_OK == MQTT_store_exec (store, number))
      && (SQLITE_OK == MQTT_store_exec (store, "COMMIT")))
    return true;
  MQTT_store_complain (store, "cannot be brought to the present version");
  (void)MQTT_store_exec (store, "ROLLBACK");
  return false;
}


/**
 * Set what belongs to the connection, and touches nothing.
 */
static bool
set_up (struct MQTT_Store *store)
{
  (void)sqlite3_extended_result_codes (store->db, 0);
  (void)sqlite3_busy_timeout (store->db, BUSY_MS);
  (void)
    sqlite3_db_config (store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (SQLITE_OK
      == MQTT_store_exec (store,
                          "PRAGMA locking_mode = EXCLUSIVE;"
                          "PRAGMA trusted_schema = OFF;"
                          "PRAGMA foreign_keys = ON;"
                          "PRAGMA cell_size_check = ON;"
                          "PRAGMA temp_store = MEMORY"))
    return true;
  MQTT_store_complain (store, "cannot be opened");
  return false;
}


/**
 * SQLite says which mode there is now, which need not be the one asked for.
 */
static int
see_mode (void *cls, int columns, char **values, char **names)
{
  bool *is_wal = cls;

  (void)names;
  *is_wal = (1 == columns) && (NULL != values[0])
            && (0 == strcmp ("wal", values[0]));
  return 0;
}


/**
 * Have every commit on the disk, and no more on it than allowed.
 */
static bool
set_up_writing (struct MQTT_Store *store)
{
  uint64_t limit = store->options.quota;
  uint64_t size;
  bool is_wal = false;
  char sql[100];

  if (!MQTT_store_number (store, "PRAGMA page_size", &size) || (0 == size))
    return false;
  limit = limit / size + limit / 8 / size + SPARE_PAGES;
  GNUNET_snprintf (sql,
                   sizeof (sql),
                   "PRAGMA max_page_count = %llu",
                   (unsigned long long)limit);
  if ((SQLITE_OK != MQTT_store_exec (store, sql))
      || (SQLITE_OK
          != sqlite3_exec (store->db,
                           "PRAGMA journal_mode = WAL",
                           &see_mode,
                           &is_wal,
                           NULL))
      || !is_wal
      || (SQLITE_OK
          != MQTT_store_exec (store,
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA journal_size_limit = " JOURNAL_BYTES)))
    return false;
  (void)
    sqlite3_db_config (store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return true;
}


bool
MQTT_store_file_open (struct MQTT_Store *store)
{
  uint64_t version;

  if (!make_file (store->options.file))
    return false;
  if (SQLITE_OK
      != sqlite3_open_v2 (store->options.file,
                          &store->db,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                          store->options.vfs))
  {
    MQTT_store_complain (store, "cannot be opened");
    return false;
  }
  if (!set_up (store) || !identify (store, &version))
    return false;
  if (!set_up_writing (store))
  {
    MQTT_store_complain (store, "cannot be written");
    return false;
  }
  for (; version < MQTT_store_schema_version; version++)
    if (!migrate_step (store, (unsigned int)version))
      return false;
  return true;
}
