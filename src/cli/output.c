/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/output.c
 * @brief Standard output that loses nothing.
 */
#include "output.h"
#include <errno.h>
#include <gnunet/gnunet_util_lib.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

/** Bytes that are collected. */
#define BUFFER_SIZE 65536

/** Milliseconds after which it is looked for requests to end. */
#define LOOK_MS 100

struct CLI_Output
{
  int fd;
  int error;
  enum CLI_OutputState state;
  size_t used;
  char buffer[BUFFER_SIZE];
};


struct CLI_Output *
CLI_output_create (int fd)
{
  struct CLI_Output *output = GNUNET_new (struct CLI_Output);

  output->fd = fd;
  return output;
}


void
CLI_output_destroy (struct CLI_Output *output)
{
  GNUNET_free (output);
}


/**
 * The signals by which GNUnet's scheduler is asked to end.
 */
static void
ending_signals (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGHUP);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGQUIT);
  sigaddset (set, SIGTERM);
}


static bool
is_asked_to_end (void)
{
  sigset_t pending;

  return (0 == sigpending (&pending))
         && ((1 == sigismember (&pending, SIGHUP))
             || (1 == sigismember (&pending, SIGINT))
             || (1 == sigismember (&pending, SIGQUIT))
             || (1 == sigismember (&pending, SIGTERM)));
}


/**
 * Wait until something can be written, or an error be seen by writing.  The
 * signals are held back meanwhile, so that none slips through between looking
 * and waiting; the scheduler gets them afterwards.
 *
 * @return false if there is no room, and no waiting for it
 */
static bool
wait_for_room (struct CLI_Output *output, bool wait)
{
  struct pollfd room = { .fd = output->fd, .events = POLLOUT };
  sigset_t ending;
  sigset_t before;
  int ready;

  if (!wait)
    return 0 < poll (&room, 1, 0);
  ending_signals (&ending);
  sigprocmask (SIG_BLOCK, &ending, &before);
  do
    ready = poll (&room, 1, LOOK_MS);
  while (((0 == ready) || ((-1 == ready) && (EINTR == errno)))
         && !is_asked_to_end ());
  sigprocmask (SIG_SETMASK, &before, NULL);
  if (0 < ready)
    return true;
  output->state = CLI_OUTPUT_INTERRUPTED;
  return false;
}


/**
 * Write what can be written at once.
 *
 * @param[in,out] data what to write; moved on
 * @param[in,out] size bytes of it
 * @return false if that is all for now
 */
static bool
write_some (struct CLI_Output *output,
            const char **data,
            size_t *size,
            bool wait)
{
  ssize_t n;

  if (!wait_for_room (output, wait))
    return false;
  /* When there is room, then so much that this does not block. */
  n = write (output->fd, *data, GNUNET_MIN (*size, PIPE_BUF));
  if (0 <= n)
  {
    *data += n;
    *size -= (size_t)n;
    return true;
  }
  if ((EINTR == errno) || (EAGAIN == errno))
    return wait;
  output->state = (EPIPE == errno) ? CLI_OUTPUT_CLOSED : CLI_OUTPUT_FAILED;
  output->error = errno;
  return false;
}


void
CLI_output_flush (struct CLI_Output *output, bool wait)
{
  const char *data = output->buffer;

  while ((CLI_OUTPUT_OPEN == output->state) && (0 != output->used)
         && write_some (output, &data, &output->used, wait))
    ;
  memmove (output->buffer, data, output->used);
}


void
CLI_output_write (void *cls, const void *data, size_t size)
{
  struct CLI_Output *output = cls;
  const char *at = data;

  if (size > BUFFER_SIZE - output->used)
    CLI_output_flush (output, true);
  /* What does not fit once the buffer is empty goes around it. */
  while ((CLI_OUTPUT_OPEN == output->state) && (size > BUFFER_SIZE))
    (void)write_some (output, &at, &size, true);
  if (CLI_OUTPUT_OPEN != output->state)
    return;
  GNUNET_memcpy (output->buffer + output->used, at, size);
  output->used += size;
}


enum CLI_OutputState
CLI_output_state (const struct CLI_Output *output)
{
  return output->state;
}


int
CLI_output_errno (const struct CLI_Output *output)
{
  return output->error;
}
