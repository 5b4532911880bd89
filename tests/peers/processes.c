/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/processes.c
 * @brief Finds, kills, measures and searches the processes of a group's peers.
 *
 * Only processes whose command line names the peer's own configuration, in the
 * group's temporary folder, are ever touched.
 */
#include "processes.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>

/** Longest wait for a process to appear; ARM takes its time to restart one. */
#define PATIENCE_S 60

/** Larger pieces of memory are what sanitizers only reserve, bytes. */
#define PIECE_MAX (UINT64_C (256) << 20)

/** What is looked for, and what was found. */
struct Search
{
  /** What the command line ends with, "gnunet-service-x\0-c\0FILE\0". */
  char *wanted;
  size_t wanted_size;
  /** Not this one. */
  pid_t except;
  pid_t found;
};


static FILE *
open_proc (pid_t pid, const char *name)
{
  char *path;
  FILE *file;

  GNUNET_asprintf (&path, "/proc/%d/%s", (int)pid, name);
  file = fopen (path, "r");
  GNUNET_free (path);
  return file;
}


/**
 * @return bytes read, 0 if there is no such file
 */
static size_t
read_proc (pid_t pid, const char *name, char *buffer, size_t size)
{
  FILE *file = open_proc (pid, name);
  size_t length;

  if (NULL == file)
    return 0;
  length = fread (buffer, 1, size - 1, file);
  buffer[length] = '\0';
  fclose (file);
  return length;
}


static bool
is_wanted (const struct Search *search, pid_t pid)
{
  char line[4096];
  size_t size = read_proc (pid, "cmdline", line, sizeof (line));

  return (size >= search->wanted_size) && (pid != search->except)
         && (0
             == memcmp (line + size - search->wanted_size,
                        search->wanted,
                        search->wanted_size));
}


static bool
find (void *cls)
{
  struct Search *search = cls;
  DIR *folder = opendir ("/proc");
  const struct dirent *entry;

  if (NULL == folder)
    return false;
  while ((0 == search->found) && (NULL != (entry = readdir (folder))))
  {
    pid_t pid = (pid_t)strtol (entry->d_name, NULL, 10);

    if ((0 < pid) && is_wanted (search, pid))
      search->found = pid;
  }
  closedir (folder);
  return 0 != search->found;
}


/**
 * Wait until a service's process is there that is not @a except.
 */
static pid_t
wait_for (struct Group *group,
          unsigned int peer,
          const char *service,
          pid_t except)
{
  struct Search search = { .except = except };
  char *file = group_config_file (group, peer);
  char *what;

  search.wanted_size = (size_t)GNUNET_asprintf (&search.wanted,
                                                "gnunet-service-%s%c-c%c%s",
                                                service,
                                                '\0',
                                                '\0',
                                                file)
                       + 1;
  GNUNET_asprintf (&what, "service %s of peer %u", service, peer);
  group_wait (group, PATIENCE_S, &find, &search, what);
  GNUNET_free (what);
  GNUNET_free (search.wanted);
  GNUNET_free (file);
  return search.found;
}


pid_t
process_of_service (struct Group *group, unsigned int peer, const char *service)
{
  return wait_for (group, peer, service, 0);
}


void
process_kill_service (struct Group *group,
                      unsigned int peer,
                      const char *service)
{
  pid_t pid = process_of_service (group, peer, service);

  group_check (group, 0 == kill (pid, SIGKILL), "cannot kill %s", service);
  (void)wait_for (group, peer, service, pid);
}


uint64_t
process_peak_memory (pid_t pid)
{
  char text[4096];
  const char *line;

  if (0 == read_proc (pid, "status", text, sizeof (text)))
    return 0;
  line = strstr (text, "VmHWM:");
  /* The number is in kB. */
  return (NULL == line) ? 0 : 1024 * strtoull (&line[6], NULL, 10);
}


/**
 * Look for bytes in a piece of a process's memory, as far as it can be read.
 */
static bool
piece_holds (FILE *memory,
             uint64_t begin,
             uint64_t end,
             const void *bytes,
             size_t size)
{
  char *piece = GNUNET_malloc_large (end - begin);
  size_t length = 0;
  bool found = false;

  if ((NULL != piece) && (0 == fseeko (memory, (off_t)begin, SEEK_SET)))
    length = fread (piece, 1, end - begin, memory);
  for (size_t at = 0; !found && (at + size <= length); at++)
    found = (0 == memcmp (piece + at, bytes, size));
  GNUNET_free (piece);
  return found;
}


enum GNUNET_GenericReturnValue
process_holds (pid_t pid, const void *bytes, size_t size)
{
  FILE *map = open_proc (pid, "maps");
  FILE *memory = open_proc (pid, "mem");
  bool readable = (NULL != map) && (NULL != memory);
  bool found = false;
  char line[4096];

  while (readable && !found && (NULL != fgets (line, sizeof (line), map)))
  {
    char *rest;
    uint64_t begin = strtoull (line, &rest, 16);
    uint64_t end = strtoull (rest + 1, &rest, 16);

    found = (0 == strncmp (rest, " rw", 3)) && (end - begin <= PIECE_MAX)
            && piece_holds (memory, begin, end, bytes, size);
  }
  if (NULL != map)
    fclose (map);
  if (NULL != memory)
    fclose (memory);
  if (!readable)
    return GNUNET_SYSERR;
  return found ? GNUNET_YES : GNUNET_NO;
}
