/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_payload_input.c
 * @brief Tests of cli/payload_input.h.
 */
#include "run_cases.h"
#include <fcntl.h>
#include <gnunet/gnunet_util_lib.h>
#include <unistd.h>
#include "cli/payload_input.h"

/** Bytes written to the pipe at once. */
#define PIECE 1000

/**
 * An input, and what came out of it.
 */
struct Fixture
{
  /** What is written to the pipe. */
  const char *text;
  size_t size;
  bool lines;
  size_t limit;
  /** After how many payloads each pause is. */
  unsigned int pause_after;

  int pipe[2];
  struct CLI_Input *input;
  struct GNUNET_SCHEDULER_Task *task;
  size_t written;
  unsigned int payloads;
  /** Bytes of all payloads, and the last one's. */
  size_t bytes;
  size_t last;
  char *first;
  bool paused;
  bool ended;
  enum CLI_InputEnd end;
};


static void
resume (void *cls)
{
  struct Fixture *f = cls;

  f->paused = false;
  CLI_input_resume (f->input);
}


static void
on_payload (void *cls, const void *payload, size_t size)
{
  struct Fixture *f = cls;

  ck_assert (!f->paused);
  ck_assert (!f->ended);
  if (0 == f->payloads++)
    f->first = GNUNET_strndup (payload, size);
  f->bytes += size;
  f->last = size;
  if ((0 == f->pause_after) || (0 != f->payloads % f->pause_after))
    return;
  f->paused = true;
  CLI_input_pause (f->input);
  (void)GNUNET_SCHEDULER_add_now (&resume, f);
}


static void
stop (void *cls)
{
  struct Fixture *f = cls;

  CLI_input_stop (f->input);
  if (NULL != f->task)
    GNUNET_SCHEDULER_cancel (f->task);
  if (-1 != f->pipe[1])
    ck_assert_int_eq (0, close (f->pipe[1]));
}


static void
on_end (void *cls, enum CLI_InputEnd end)
{
  struct Fixture *f = cls;

  ck_assert (!f->ended);
  f->ended = true;
  f->end = end;
  (void)GNUNET_SCHEDULER_add_now (&stop, f);
}


/**
 * Write the next piece.
 */
static void
write_piece (void *cls)
{
  struct Fixture *f = cls;
  size_t size = GNUNET_MIN (PIECE, f->size - f->written);

  f->task = NULL;
  if (0 == size)
  {
    ck_assert_int_eq (0, close (f->pipe[1]));
    f->pipe[1] = -1;
    return;
  }
  ck_assert_int_eq (size, write (f->pipe[1], f->text + f->written, size));
  f->written += size;
  f->task = GNUNET_SCHEDULER_add_now (&write_piece, f);
}


static void
start (void *cls)
{
  struct Fixture *f = cls;

  ck_assert_int_eq (0, pipe (f->pipe));
  f->input = CLI_input_start (f->pipe[0],
                              f->lines,
                              f->limit,
                              &on_payload,
                              &on_end,
                              f);
  ck_assert_ptr_nonnull (f->input);
  ck_assert_uint_eq (0, f->payloads);
  f->task = GNUNET_SCHEDULER_add_now (&write_piece, f);
}


static void
feed (struct Fixture *f, const char *text, size_t size)
{
  f->text = text;
  f->size = size;
  GNUNET_SCHEDULER_run (&start, f);
  ck_assert (f->ended);
}


START_TEST (one_payload)
{
  struct Fixture f = { .limit = 100 };

  feed (&f, "a\nb\n\0c", 6);
  ck_assert_int_eq (CLI_INPUT_DONE, f.end);
  ck_assert_uint_eq (1, f.payloads);
  ck_assert_uint_eq (6, f.bytes);
  GNUNET_free (f.first);
}
END_TEST


START_TEST (one_may_be_empty)
{
  struct Fixture f = { .limit = 100 };

  feed (&f, "", 0);
  ck_assert_int_eq (CLI_INPUT_DONE, f.end);
  ck_assert_uint_eq (1, f.payloads);
  ck_assert_uint_eq (0, f.bytes);
  GNUNET_free (f.first);
}
END_TEST


START_TEST (each_line)
{
  struct Fixture f = { .lines = true, .limit = 100 };

  feed (&f, "one\n\n\0\r\nlast", 11);
  ck_assert_int_eq (CLI_INPUT_DONE, f.end);
  ck_assert_uint_eq (4, f.payloads);
  ck_assert_str_eq ("one", f.first);
  ck_assert_uint_eq (3 + 0 + 2 + 3, f.bytes);
  ck_assert_uint_eq (3, f.last);
  GNUNET_free (f.first);
}
END_TEST


START_TEST (no_line)
{
  struct Fixture f = { .lines = true, .limit = 100 };

  feed (&f, "", 0);
  ck_assert_int_eq (CLI_INPUT_DONE, f.end);
  ck_assert_uint_eq (0, f.payloads);
}
END_TEST


START_TEST (ends_with_a_line_end)
{
  struct Fixture f = { .lines = true, .limit = 100 };

  feed (&f, "a\n", 2);
  ck_assert_uint_eq (1, f.payloads);
  GNUNET_free (f.first);
}
END_TEST


/** Lines of all lengths, more than is read at once, with pauses. */
START_TEST (many_lines_with_pauses)
{
  static char text[400 * 401 / 2 + 400];
  struct Fixture f = { .lines = true, .limit = 400, .pause_after = 3 };
  size_t at = 0;

  for (size_t i = 0; i < 400; i++)
  {
    memset (text + at, 'x', i + 1);
    text[at + i + 1] = '\n';
    at += i + 2;
  }
  feed (&f, text, sizeof (text));
  ck_assert_int_eq (CLI_INPUT_DONE, f.end);
  ck_assert_uint_eq (400, f.payloads);
  ck_assert_uint_eq (sizeof (text) - 400, f.bytes);
  ck_assert_uint_eq (400, f.last);
  GNUNET_free (f.first);
}
END_TEST


START_TEST (too_large)
{
  struct Fixture fits = { .limit = 5 };
  struct Fixture all = { .limit = 4 };
  struct Fixture line = { .lines = true, .limit = 4 };
  struct Fixture last = { .lines = true, .limit = 4 };

  feed (&fits, "12345", 5);
  ck_assert_int_eq (CLI_INPUT_DONE, fits.end);
  GNUNET_free (fits.first);
  feed (&all, "12345", 5);
  ck_assert_int_eq (CLI_INPUT_TOO_LARGE, all.end);
  ck_assert_uint_eq (0, all.payloads);
  feed (&line, "1234\n12345\n1", 12);
  ck_assert_int_eq (CLI_INPUT_TOO_LARGE, line.end);
  ck_assert_uint_eq (1, line.payloads);
  GNUNET_free (line.first);
  feed (&last, "1234\n12345", 10);
  ck_assert_int_eq (CLI_INPUT_TOO_LARGE, last.end);
  GNUNET_free (last.first);
}
END_TEST


static void
start_with_folder (void *cls)
{
  struct Fixture *f = cls;
  int fd = open ("/", O_RDONLY);

  f->pipe[1] = -1;
  f->input = CLI_input_start (fd, false, 100, &on_payload, &on_end, f);
  ck_assert_ptr_nonnull (f->input);
}


START_TEST (cannot_be_read)
{
  struct Fixture f = { .limit = 100 };

  ck_assert_ptr_null (
    CLI_input_start (-1, false, 100, &on_payload, &on_end, &f));
  GNUNET_SCHEDULER_run (&start_with_folder, &f);
  ck_assert_int_eq (CLI_INPUT_FAILED, f.end);
  ck_assert_uint_eq (0, f.payloads);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("payload_input");

  tcase_add_test (cases, one_payload);
  tcase_add_test (cases, one_may_be_empty);
  tcase_add_test (cases, each_line);
  tcase_add_test (cases, no_line);
  tcase_add_test (cases, ends_with_a_line_end);
  tcase_add_test (cases, many_lines_with_pauses);
  tcase_add_test (cases, too_large);
  tcase_add_test (cases, cannot_be_read);
  return run_cases ("payload_input", cases);
}
