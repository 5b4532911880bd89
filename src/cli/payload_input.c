/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/payload_input.c
 * @brief Reads payloads from a file or a pipe.
 */
#include "payload_input.h"
#include <errno.h>
#include <gnunet/gnunet_util_lib.h>
#include <unistd.h>

/** Bytes that are read at once. */
#define CHUNK 65536

struct CLI_Input
{
  int fd;
  struct GNUNET_DISK_FileHandle *file;
  bool lines;
  size_t limit;
  CLI_InputCallback payload;
  CLI_InputEndCallback end;
  void *cls;

  /** Reads; NULL while paused, and after the end. */
  struct GNUNET_SCHEDULER_Task *task;
  bool paused;
  /** Nothing more comes from @e fd. */
  bool exhausted;
  /** @e end was called. */
  bool ended;

  char *buffer;
  size_t capacity;
  /** Where in @e buffer what was not yet given away is. */
  size_t start;
  size_t size;
  /** Bytes of it that hold no line's end. */
  size_t scanned;
};


static void
on_readable (void *cls);


static void
finish (struct CLI_Input *input, enum CLI_InputEnd end)
{
  input->ended = true;
  input->end (input->cls, end);
}


/**
 * Give away the next payload, and skip some bytes behind it.
 */
static void
give (struct CLI_Input *input, size_t size, size_t skip)
{
  const char *payload = input->buffer + input->start;

  input->start += size + skip;
  input->size -= size + skip;
  input->scanned = 0;
  input->payload (input->cls, payload, size);
}


/**
 * Give away the lines that are complete.
 */
static void
give_lines (struct CLI_Input *input)
{
  while (!input->paused && (input->scanned < input->size))
  {
    const char *line = input->buffer + input->start;
    const char *end = memchr (line + input->scanned,
                              '\n',
                              input->size - input->scanned);

    if (NULL == end)
    {
      input->scanned = input->size;
      return;
    }
    if ((size_t)(end - line) > input->limit)
    {
      finish (input, CLI_INPUT_TOO_LARGE);
      return;
    }
    give (input, (size_t)(end - line), 1);
  }
}


/**
 * Do what can be done with what is there, then read on.
 */
static void
go_on (struct CLI_Input *input)
{
  if (input->lines)
    give_lines (input);
  if (input->paused || input->ended)
    return;
  if (input->size > input->limit)
  {
    finish (input, CLI_INPUT_TOO_LARGE);
    return;
  }
  if (!input->exhausted)
  {
    if (NULL == input->task)
      input->task = GNUNET_SCHEDULER_add_read_file (
        GNUNET_TIME_UNIT_FOREVER_REL,
        input->file,
        &on_readable,
        input);
    return;
  }
  /* A last line may lack its end; one payload may be empty. */
  if (!input->lines || (0 != input->size))
    give (input, input->size, 0);
  finish (input, CLI_INPUT_DONE);
}


/**
 * Make room for a chunk behind what is there.
 */
static void
make_room (struct CLI_Input *input)
{
  if ((0 != input->start) && (0 != input->size))
    memmove (input->buffer, input->buffer + input->start, input->size);
  input->start = 0;
  if (input->capacity - input->size >= CHUNK)
    return;
  input->capacity = GNUNET_MAX (2 * input->capacity, input->size + CHUNK);
  /* Not by GNUNET_array_grow(), which ends at 40 MiB. */
  input->buffer = GNUNET_realloc (input->buffer, input->capacity);
}


static void
on_readable (void *cls)
{
  struct CLI_Input *input = cls;
  ssize_t n;

  input->task = NULL;
  make_room (input);
  n = read (input->fd, input->buffer + input->size, CHUNK);
  if ((-1 == n) && (EAGAIN != errno) && (EINTR != errno))
  {
    finish (input, CLI_INPUT_FAILED);
    return;
  }
  input->exhausted = (0 == n);
  if (0 < n)
    input->size += (size_t)n;
  go_on (input);
}


struct CLI_Input *
CLI_input_start (int fd,
                 bool lines,
                 size_t limit,
                 CLI_InputCallback payload,
                 CLI_InputEndCallback end,
                 void *cls)
{
  struct GNUNET_DISK_FileHandle *file = GNUNET_DISK_get_handle_from_int_fd (fd);
  struct CLI_Input *input;

  if (NULL == file)
    return NULL;
  input = GNUNET_new (struct CLI_Input);
  input->fd = fd;
  input->file = file;
  input->lines = lines;
  input->limit = limit;
  input->payload = payload;
  input->end = end;
  input->cls = cls;
  go_on (input);
  return input;
}


void
CLI_input_stop (struct CLI_Input *input)
{
  if (NULL != input->task)
    GNUNET_SCHEDULER_cancel (input->task);
  GNUNET_break (GNUNET_OK == GNUNET_DISK_file_close (input->file));
  GNUNET_free (input->buffer);
  GNUNET_free (input);
}


void
CLI_input_pause (struct CLI_Input *input)
{
  input->paused = true;
}


void
CLI_input_resume (struct CLI_Input *input)
{
  if (!input->paused)
    return;
  input->paused = false;
  if (!input->ended)
    go_on (input);
}
