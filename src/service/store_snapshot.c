/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_snapshot.c
 * @brief A copy of a store of one moment, beside a service that holds it locked.
 *
 * SQLite adds to the log and moves what is there into the file, but begins the log
 * anew only when all was moved, and with another header.  So a file and a log
 * that are copied one after the other belong together if the log's header was
 * the same before and after: what the file had half of is whole in the log.
 */
#include "store_tool.h"
#include <fcntl.h>
#include <gnunet/gnunet_util_lib.h>
#include <unistd.h>

/** Bytes of the log's header. */
#define HEADER 32

/** How often to try; the log begins anew every few thousand writes. */
#define TRIES 50

/** Bytes copied at a time. */
#define CHUNK (1024 * 1024)


/**
 * Copy a file; one that is not there counts as empty.
 */
static bool
copy (const char *from, const char *to)
{
  char *chunk = GNUNET_malloc (CHUNK);
  int in = open (from, O_RDONLY | O_CLOEXEC);
  int out = open (to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ssize_t got = 0;
  bool good = (0 <= out);

  while (good && (0 <= in) && (0 < (got = read (in, chunk, CHUNK))))
    good = (got == write (out, chunk, (size_t)got));
  if (0 <= in)
    (void)close (in);
  if (0 <= out)
    good = (0 == close (out)) && good;
  GNUNET_free (chunk);
  return good && (0 <= got);
}


/**
 * Read the header of a log; one that is not there has zeros.
 */
static void
read_header (const char *file, uint8_t header[HEADER])
{
  memset (header, 0, HEADER);
  if ((GNUNET_YES != GNUNET_DISK_file_test_read (file))
      || (HEADER != GNUNET_DISK_fn_read (file, header, HEADER)))
    memset (header, 0, HEADER);
}


char *
MQTT_store_snapshot (const char *file)
{
  char *folder = GNUNET_DISK_mkdtemp ("gnunet-mqtt-store-");
  char *log;
  char *copied;
  char *copied_log;
  uint8_t before[HEADER];
  uint8_t after[HEADER];
  bool good = false;

  if (NULL == folder)
    return NULL;
  (void)GNUNET_asprintf (&log, "%s-wal", file);
  (void)GNUNET_asprintf (&copied, "%s/store", folder);
  (void)GNUNET_asprintf (&copied_log, "%s-wal", copied);
  for (unsigned int i = 0; !good && (i < TRIES); i++)
  {
    read_header (log, before);
    good = copy (file, copied) && copy (log, copied_log);
    read_header (log, after);
    good = good && (0 == memcmp (before, after, HEADER));
  }
  GNUNET_free (log);
  GNUNET_free (copied_log);
  if (!good)
  {
    (void)GNUNET_DISK_directory_remove (folder);
    GNUNET_free (copied);
  }
  GNUNET_free (folder);
  return copied;
}


void
MQTT_store_snapshot_remove (char *copy)
{
  *strrchr (copy, '/') = '\0';
  (void)GNUNET_DISK_directory_remove (copy);
  GNUNET_free (copy);
}
