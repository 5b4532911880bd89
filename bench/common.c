/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/common.c
 * @brief What the benchmark programs share.
 */
#include "common.h"
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define SECOND UINT64_C (1000000000)


_Noreturn void
BENCH_fail (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  (void)fputs ("bench: ", stderr);
  (void)vfprintf (stderr, format, arguments);
  (void)fputc ('\n', stderr);
  va_end (arguments);
  exit (EXIT_FAILURE);
}


unsigned int
BENCH_number (const char *text)
{
  char *end;
  unsigned long value = strtoul (text, &end, 10);

  if (('\0' != *end) || (0 == value) || (1000000000 < value))
    BENCH_fail ("not a number: %s", text);
  return (unsigned int)value;
}


struct GNUNET_CONFIGURATION_Handle *
BENCH_configuration (const char *file)
{
  struct GNUNET_CONFIGURATION_Handle *cfg = GNUNET_CONFIGURATION_create ();

  (void)GNUNET_log_setup ("bench", "WARNING", NULL);
  if (GNUNET_OK != GNUNET_CONFIGURATION_load (cfg, file))
    BENCH_fail ("cannot load %s", file);
  return cfg;
}


struct GNUNET_PeerIdentity
BENCH_identity (const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct GNUNET_PeerIdentity identity;

  if (GNUNET_OK != GNUNET_CRYPTO_get_peer_identity (cfg, &identity))
    BENCH_fail ("a peer without a key");
  return identity;
}


struct GNUNET_HashCode
BENCH_port (void)
{
  static const char name[] = "gnunet-mqtt bench";
  struct GNUNET_HashCode port;

  GNUNET_CRYPTO_hash (name, sizeof (name), &port);
  return port;
}


static uint64_t
read_clock (clockid_t clock)
{
  struct timespec now;

  if (0 != clock_gettime (clock, &now))
    BENCH_fail ("a clock cannot be read");
  return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}


uint64_t
BENCH_now (void)
{
  return read_clock (CLOCK_MONOTONIC);
}


uint64_t
BENCH_cpu (pid_t pid)
{
  clockid_t clock;

  if (0 != clock_getcpuclockid (pid, &clock))
    BENCH_fail ("no process %d", (int)pid);
  return read_clock (clock);
}


uint64_t
BENCH_resident (pid_t pid)
{
  char name[64];
  char line[128];
  FILE *file;
  char *field;

  (void)snprintf (name, sizeof (name), "/proc/%d/statm", (int)pid);
  file = fopen (name, "r");
  if ((NULL == file) || (NULL == fgets (line, sizeof (line), file)))
    BENCH_fail ("cannot read %s", name);
  (void)fclose (file);
  /* The second field, in pages. */
  field = strchr (line, ' ');
  if (NULL == field)
    BENCH_fail ("cannot read %s", name);
  return strtoull (field, NULL, 10) * (uint64_t)sysconf (_SC_PAGESIZE);
}


_Noreturn void
BENCH_split (void (*receive) (void *cls), void (*send) (void *cls), void *cls)
{
  pid_t parent = getpid ();
  pid_t child = fork ();

  if (-1 == child)
    BENCH_fail ("cannot fork");
  if (0 != child)
  {
    receive (cls);
    BENCH_fail ("the receiver has given up");
  }
  if ((0 == prctl (PR_SET_PDEATHSIG, SIGKILL)) && (parent == getppid ()))
    send (cls);
  exit (EXIT_FAILURE);
}


void
BENCH_meter_count (struct BENCH_Meter *meter)
{
  uint64_t now = BENCH_now ();

  if (0 == meter->start)
    meter->start = now + SECOND / 2;
  if (now < meter->start)
    return;
  if (0 == meter->count)
    meter->start = now;
  if (now - meter->start >= meter->seconds * SECOND)
  {
    printf ("%.1f\n",
            (double)meter->count * SECOND / (double)(now - meter->start));
    exit (EXIT_SUCCESS);
  }
  meter->count++;
}


bool
BENCH_times_add (struct BENCH_Times *times, uint64_t ns)
{
  if (NULL == times->ns)
    times->ns = GNUNET_new_array (times->wanted, uint64_t);
  times->seen++;
  if (times->seen > times->wanted / 10)
    times->ns[times->count++] = ns;
  return times->seen < times->wanted;
}


static int
compare (const void *a, const void *b)
{
  uint64_t one = *(const uint64_t *)a;
  uint64_t two = *(const uint64_t *)b;

  return (one > two) - (one < two);
}


static uint64_t
percentile (const struct BENCH_Times *times, unsigned int percent)
{
  return times->ns[(uint64_t)times->count * percent / 100];
}


_Noreturn void
BENCH_times_print (struct BENCH_Times *times, unsigned int parts)
{
  double unit = 1000.0 * parts;

  qsort (times->ns, times->count, sizeof (*times->ns), &compare);
  printf ("%.1f %.1f\n",
          (double)percentile (times, 50) / unit,
          (double)percentile (times, 99) / unit);
  exit (EXIT_SUCCESS);
}
