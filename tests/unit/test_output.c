/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_output.c
 * @brief Tests of cli/output.h.
 */
#include "run_cases.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>
#include "cli/output.h"

/** More than a pipe and the buffer hold. */
#define LARGE (4 * 1024 * 1024)

/**
 * Reads a pipe to its end, slowly at first.
 */
struct Reader
{
  int fd;
  pthread_t thread;
  size_t size;
  uint64_t sum;
};


static uint8_t
byte_at (size_t i)
{
  return (uint8_t)(i * 31 + i / 251);
}


static void *
read_all (void *cls)
{
  struct Reader *reader = cls;
  uint8_t data[3001];
  ssize_t n;

  usleep (50000);
  while (0 < (n = read (reader->fd, data, sizeof (data))))
    for (ssize_t i = 0; i < n; i++)
      reader->sum += (uint64_t)data[i] * (++reader->size % 65521);
  return NULL;
}


/**
 * Write LARGE bytes in pieces, to a pipe that @a flags were set for.
 */
static void
write_large (size_t piece, int flags)
{
  static uint8_t data[LARGE];
  struct Reader reader = { 0 };
  struct CLI_Output *output;
  uint64_t sum = 0;
  int fds[2];

  for (size_t i = 0; i < LARGE; i++)
  {
    data[i] = byte_at (i);
    sum += (uint64_t)data[i] * ((i + 1) % 65521);
  }
  ck_assert_int_eq (0, pipe (fds));
  ck_assert_int_eq (0, fcntl (fds[1], F_SETFL, flags));
  reader.fd = fds[0];
  ck_assert_int_eq (0,
                    pthread_create (&reader.thread, NULL, &read_all, &reader));
  output = CLI_output_create (fds[1]);
  for (size_t at = 0; at < LARGE; at += piece)
    CLI_output_write (output,
                      data + at,
                      (piece < LARGE - at) ? piece : LARGE - at);
  CLI_output_flush (output, true);
  ck_assert_int_eq (CLI_OUTPUT_OPEN, CLI_output_state (output));
  CLI_output_destroy (output);
  close (fds[1]);
  pthread_join (reader.thread, NULL);
  close (fds[0]);
  ck_assert_uint_eq (LARGE, reader.size);
  ck_assert_uint_eq (sum, reader.sum);
}


START_TEST (loses_nothing)
{
  write_large (7, 0);
  write_large (5000, 0);
  write_large (65536, 0);
  write_large (LARGE, 0);
  write_large (5000, O_NONBLOCK);
}
END_TEST


START_TEST (collects)
{
  struct CLI_Output *output;
  char data[8];
  int fds[2];

  ck_assert_int_eq (0, pipe (fds));
  ck_assert_int_eq (0, fcntl (fds[0], F_SETFL, O_NONBLOCK));
  output = CLI_output_create (fds[1]);
  CLI_output_write (output, "ab", 2);
  CLI_output_write (output, "", 0);
  CLI_output_write (output, "c", 1);
  ck_assert_int_eq (-1, read (fds[0], data, sizeof (data)));
  CLI_output_flush (output, true);
  ck_assert_int_eq (3, read (fds[0], data, sizeof (data)));
  ck_assert_mem_eq ("abc", data, 3);
  CLI_output_flush (output, true);
  ck_assert_int_eq (-1, read (fds[0], data, sizeof (data)));
  CLI_output_destroy (output);
  close (fds[0]);
  close (fds[1]);
}
END_TEST


START_TEST (nobody_reads)
{
  static char data[LARGE];
  struct CLI_Output *output;
  int fds[2];

  signal (SIGPIPE, SIG_IGN);
  ck_assert_int_eq (0, pipe (fds));
  close (fds[0]);
  output = CLI_output_create (fds[1]);
  CLI_output_write (output, data, sizeof (data));
  ck_assert_int_eq (CLI_OUTPUT_CLOSED, CLI_output_state (output));
  CLI_output_write (output, data, sizeof (data));
  CLI_output_flush (output, true);
  ck_assert_int_eq (CLI_OUTPUT_CLOSED, CLI_output_state (output));
  CLI_output_destroy (output);
  close (fds[1]);
}
END_TEST


START_TEST (cannot_be_written)
{
  int fd = open ("/dev/full", O_WRONLY);
  struct CLI_Output *output = CLI_output_create (fd);

  CLI_output_write (output, "x", 1);
  CLI_output_flush (output, true);
  ck_assert_int_eq (CLI_OUTPUT_FAILED, CLI_output_state (output));
  ck_assert_int_eq (ENOSPC, CLI_output_errno (output));
  CLI_output_destroy (output);
  close (fd);
}
END_TEST


static void
ignore_signal (int number)
{
  (void)number;
}


/**
 * Send signals until told to end: one that comes before the other thread waits
 * does not count.
 *
 * @param cls the `atomic_bool` that tells
 */
static void *
interrupt_process (void *cls)
{
  atomic_bool *over = cls;
  sigset_t all;

  /* The signal is for the thread that waits. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, NULL);
  while (!atomic_load (over))
  {
    kill (getpid (), SIGTERM);
    usleep (10000);
  }
  return NULL;
}


/** The reader sleeps: a signal ends the wait, though it restarts system calls. */
START_TEST (is_interrupted)
{
  static char data[LARGE];
  struct sigaction action = { .sa_handler = &ignore_signal,
                              .sa_flags = SA_RESTART };
  struct CLI_Output *output;
  atomic_bool over = false;
  pthread_t thread;
  int fds[2];

  sigaction (SIGTERM, &action, NULL);
  ck_assert_int_eq (0, pipe (fds));
  output = CLI_output_create (fds[1]);
  ck_assert_int_eq (0,
                    pthread_create (&thread, NULL, &interrupt_process, &over));
  CLI_output_write (output, data, sizeof (data));
  ck_assert_int_eq (CLI_OUTPUT_INTERRUPTED, CLI_output_state (output));
  atomic_store (&over, true);
  pthread_join (thread, NULL);
  CLI_output_destroy (output);
  close (fds[0]);
  close (fds[1]);
}
END_TEST


/**
 * Read what is in a pipe, which does not block.
 *
 * @param from how many bytes were read before
 * @return how many are now
 */
static size_t
take_all (int fd, size_t from)
{
  uint8_t data[3001];
  ssize_t n;

  while (0 < (n = read (fd, data, sizeof (data))))
    for (ssize_t i = 0; i < n; i++)
      ck_assert_uint_eq (byte_at (from++), data[i]);
  return from;
}


START_TEST (does_not_wait_when_told)
{
  static uint8_t data[2 * 60000];
  struct CLI_Output *output;
  size_t taken;
  int fds[2];

  for (size_t i = 0; i < sizeof (data); i++)
    data[i] = byte_at (i);
  ck_assert_int_eq (0, pipe (fds));
  ck_assert_int_eq (0, fcntl (fds[0], F_SETFL, O_NONBLOCK));
  output = CLI_output_create (fds[1]);
  CLI_output_write (output, data, 60000);
  CLI_output_flush (output, true);
  CLI_output_write (output, data + 60000, 60000);
  CLI_output_flush (output, false);
  ck_assert_int_eq (CLI_OUTPUT_OPEN, CLI_output_state (output));
  taken = take_all (fds[0], 0);
  ck_assert_uint_ge (taken, 60000);
  ck_assert_uint_lt (taken, sizeof (data));
  /* What there was no room for is not lost. */
  CLI_output_flush (output, false);
  ck_assert_uint_eq (sizeof (data), take_all (fds[0], taken));
  CLI_output_destroy (output);
  close (fds[0]);
  close (fds[1]);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("output");

  tcase_add_test (cases, loses_nothing);
  tcase_add_test (cases, collects);
  tcase_add_test (cases, nobody_reads);
  tcase_add_test (cases, cannot_be_written);
  tcase_add_test (cases, is_interrupted);
  tcase_add_test (cases, does_not_wait_when_told);
  return run_cases ("output", cases);
}
