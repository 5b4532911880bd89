/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/common.h
 * @brief What the benchmark programs share: arguments, the clock, counting.
 *
 * Every program measures one thing once, prints its figures on one line of
 * standard output and exits; bench/run repeats and compares.  One that cannot
 * measure says why and exits with 1.  None waits for ever: whoever starts it sets a
 * limit, and what it forks dies with it.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <gnunet/gnunet_util_lib.h>

/** Type of messages on raw channels and connections, from the range for tests. */
#define BENCH_MESSAGE_TYPE 65000

/** Until what was announced can be found everywhere. */
#define BENCH_SETTLE_TIME GNUNET_TIME_UNIT_SECONDS


/**
 * Complain and exit.
 */
_Noreturn void
BENCH_fail (const char *format, ...) __attribute__ ((format (printf, 1, 2)));


/**
 * Read a number from the command line, 1 to 1,000,000,000.
 */
unsigned int
BENCH_number (const char *text);


/**
 * Load the configuration of a peer.
 *
 * @param file as gnunet-mqtt-lab conf prints it
 */
struct GNUNET_CONFIGURATION_Handle *
BENCH_configuration (const char *file);


/**
 * The identity of a peer.
 */
struct GNUNET_PeerIdentity
BENCH_identity (const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * The port of raw channels.
 */
struct GNUNET_HashCode
BENCH_port (void);


/**
 * Nanoseconds on a clock that all processes of this machine share.
 */
uint64_t
BENCH_now (void);


/**
 * Nanoseconds of CPU time that a process has used so far, all threads together.
 *
 * @param pid the process; 0 for this one
 */
uint64_t
BENCH_cpu (pid_t pid);


/**
 * Bytes of memory that a process occupies.
 */
uint64_t
BENCH_resident (pid_t pid);


/**
 * Run two parts of a program in processes of their own.  Never returns: the
 * program ends when @a receive exits.
 *
 * @param receive runs here
 * @param send runs in the other process
 * @param cls closure for both
 */
_Noreturn void
BENCH_split (void (*receive) (void *cls), void (*send) (void *cls), void *cls);


/** Counts messages for a while. */
struct BENCH_Meter
{
  /** How long to count. */
  unsigned int seconds;
  /** When counting began or will begin; 0 before the first message. */
  uint64_t start;
  uint64_t count;
};


/**
 * A message has arrived.  Counts from half a second after the first; when the
 * time is over, prints the messages per second and exits.
 */
void
BENCH_meter_count (struct BENCH_Meter *meter);


/** Times that were measured. */
struct BENCH_Times
{
  uint64_t *ns;
  unsigned int wanted;
  /** Measured so far, those not noted included. */
  unsigned int seen;
  unsigned int count;
};


/**
 * Note a time.  The first tenth is not noted: caches are cold, paths not settled.
 *
 * @param times the times
 * @param ns nanoseconds it took
 * @return false if that was the last one
 */
bool
BENCH_times_add (struct BENCH_Times *times, uint64_t ns);


/**
 * Print 50th and 99th percentile, in microseconds, and exit.
 *
 * @param times at least one
 * @param parts print so many parts of a time only, as with 2 for half
 */
_Noreturn void
BENCH_times_print (struct BENCH_Times *times, unsigned int parts);

#endif
