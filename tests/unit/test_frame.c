/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_frame.c
 * @brief Tests of core/frame.h.
 */
#include "run_cases.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "core/frame.h"

#define HEADER sizeof (struct MQTT_FrameHeader)

/** Bodies of the frames of the stream that is read again and again. */
static const size_t sizes[] = { 0, 1, 7, 100, 600, 0, 5000, 8, 0 };

#define FRAMES (sizeof (sizes) / sizeof (sizes[0]))

/**
 * Checks that the frames of the stream come, each once and in order.
 */
struct Expect
{
  /** The stream from the next frame on. */
  const uint8_t *stream;
  /** Its number. */
  size_t next;
  /** The frame with this number is refused. */
  size_t refuse;
  /** Bodies must lie in the stream itself. */
  bool in_place;
};


static bool
expect_frame (void *cls,
              uint8_t type,
              uint8_t flags,
              const void *body,
              size_t size)
{
  struct Expect *expect = cls;

  ck_assert_uint_lt (expect->next, FRAMES);
  ck_assert_uint_eq (sizes[expect->next], size);
  ck_assert_uint_eq (expect->next + 1, type);
  ck_assert_uint_eq (expect->next + 2, flags);
  if (expect->in_place)
    ck_assert_ptr_eq (expect->stream + HEADER, body);
  ck_assert_mem_eq (expect->stream + HEADER, body, size);
  expect->stream += HEADER + size;
  return expect->refuse != expect->next++;
}


static size_t
write_header (uint8_t *at,
              uint8_t type,
              uint8_t flags,
              uint16_t reserved,
              uint32_t size)
{
  const struct MQTT_FrameHeader header = { .type = type,
                                           .flags = flags,
                                           .reserved = htons (reserved),
                                           .size = htonl (size) };

  memcpy (at, &header, sizeof (header));
  return sizeof (header);
}


/**
 * The stream of all frames.
 *
 * @param[out] size bytes of it
 * @return to be freed
 */
static uint8_t *
make_stream (size_t *size)
{
  uint8_t *stream;
  uint8_t *at;

  *size = FRAMES * HEADER;
  for (size_t i = 0; i < FRAMES; i++)
    *size += sizes[i];
  stream = malloc (*size);
  ck_assert_ptr_nonnull (stream);
  at = stream;
  for (size_t i = 0; i < FRAMES; i++)
  {
    at += write_header (at, i + 1, i + 2, 0, sizes[i]);
    for (size_t j = 0; j < sizes[i]; j++)
      *at++ = (uint8_t)(i * 31 + j);
  }
  return stream;
}


START_TEST (whole_frames_are_read_in_place)
{
  struct MQTT_FrameBudget budget = { .limit = 0 };
  size_t size;
  uint8_t *stream = make_stream (&size);
  struct Expect expect = { .stream = stream,
                           .refuse = FRAMES,
                           .in_place = true };
  struct MQTT_FrameReader *reader = MQTT_frame_reader_create (5000,
                                                              &budget,
                                                              &expect_frame,
                                                              &expect);

  ck_assert_int_eq (MQTT_FRAME_OK,
                    MQTT_frame_reader_feed (reader, stream, size));
  ck_assert_uint_eq (FRAMES, expect.next);
  ck_assert_uint_eq (0, MQTT_frame_reader_pending (reader));
  ck_assert_int_eq (MQTT_FRAME_OK, MQTT_frame_reader_feed (reader, NULL, 0));
  MQTT_frame_reader_destroy (reader);
  free (stream);
}
END_TEST


/**
 * Feed pieces from blocks of their own, so that reads behind them are seen.
 */
static void
feed_copy (struct MQTT_FrameReader *reader, const uint8_t *data, size_t size)
{
  uint8_t *copy = malloc (size);

  ck_assert_ptr_nonnull (copy);
  memcpy (copy, data, size);
  ck_assert_int_eq (MQTT_FRAME_OK, MQTT_frame_reader_feed (reader, copy, size));
  free (copy);
}


START_TEST (streams_may_be_cut_anywhere)
{
  struct MQTT_FrameBudget budget = { .limit = 1 << 20 };
  size_t size;
  uint8_t *stream = make_stream (&size);

  for (size_t cut = 1; cut < size; cut++)
  {
    struct Expect expect = { .stream = stream, .refuse = FRAMES };
    struct MQTT_FrameReader *reader = MQTT_frame_reader_create (5000,
                                                                &budget,
                                                                &expect_frame,
                                                                &expect);

    feed_copy (reader, stream, cut);
    feed_copy (reader, stream + cut, size - cut);
    ck_assert_uint_eq (FRAMES, expect.next);
    ck_assert_uint_eq (0, MQTT_frame_reader_pending (reader));
    ck_assert_uint_eq (0, budget.used);
    MQTT_frame_reader_destroy (reader);
  }
  free (stream);
}
END_TEST


START_TEST (streams_may_come_in_small_pieces)
{
  struct MQTT_FrameBudget budget = { .limit = 1 << 20 };
  size_t size;
  uint8_t *stream = make_stream (&size);

  for (size_t piece = 1; piece < 700; piece++)
  {
    struct Expect expect = { .stream = stream, .refuse = FRAMES };
    struct MQTT_FrameReader *reader = MQTT_frame_reader_create (5000,
                                                                &budget,
                                                                &expect_frame,
                                                                &expect);

    for (size_t at = 0; at < size; at += piece)
      feed_copy (reader, stream + at, (size - at < piece) ? size - at : piece);
    ck_assert_uint_eq (FRAMES, expect.next);
    ck_assert_uint_eq (0, MQTT_frame_reader_pending (reader));
    MQTT_frame_reader_destroy (reader);
  }
  ck_assert_uint_eq (0, budget.used);
  free (stream);
}
END_TEST


/**
 * Feed a header, whole or byte by byte, and after it again.
 */
static void
check_header_refused (uint16_t reserved,
                      uint32_t size,
                      enum MQTT_FrameResult result)
{
  struct MQTT_FrameBudget budget = { .limit = UINT32_MAX };
  uint8_t header[HEADER];

  write_header (header, 1, 2, reserved, size);
  for (int whole = 0; whole < 2; whole++)
  {
    struct Expect expect = { .refuse = FRAMES };
    struct MQTT_FrameReader *reader = MQTT_frame_reader_create (5000,
                                                                &budget,
                                                                &expect_frame,
                                                                &expect);

    if (whole)
      ck_assert_int_eq (result,
                        MQTT_frame_reader_feed (reader, header, HEADER));
    else
      for (size_t i = 0; i < HEADER; i++)
        ck_assert_int_eq ((HEADER - 1 == i) ? result : MQTT_FRAME_OK,
                          MQTT_frame_reader_feed (reader, header + i, 1));
    write_header (header, 1, 2, 0, 0);
    ck_assert_int_eq (result, MQTT_frame_reader_feed (reader, header, HEADER));
    ck_assert_int_eq (result, MQTT_frame_reader_feed (reader, NULL, 0));
    ck_assert_uint_eq (0, expect.next);
    ck_assert_uint_eq (0, MQTT_frame_reader_pending (reader));
    ck_assert_uint_eq (0, budget.used);
    MQTT_frame_reader_destroy (reader);
    write_header (header, 1, 2, reserved, size);
  }
}


START_TEST (bad_headers_end_reading)
{
  check_header_refused (1, 0, MQTT_FRAME_MALFORMED);
  check_header_refused (0x8000, 10, MQTT_FRAME_MALFORMED);
  check_header_refused (0, 5001, MQTT_FRAME_TOO_LARGE);
  check_header_refused (0, UINT32_MAX, MQTT_FRAME_TOO_LARGE);
}
END_TEST


/** Refused in place, or at the end of the buffer. */
START_TEST (refused_frames_end_reading)
{
  struct MQTT_FrameBudget budget = { .limit = 1 << 20 };
  size_t size;
  uint8_t *stream = make_stream (&size);

  for (size_t piece = 1; piece <= size; piece += size - 1)
  {
    for (size_t refuse = 0; refuse < FRAMES; refuse++)
    {
      struct Expect expect = { .stream = stream, .refuse = refuse };
      struct MQTT_FrameReader *reader = MQTT_frame_reader_create (5000,
                                                                  &budget,
                                                                  &expect_frame,
                                                                  &expect);

      for (size_t at = 0; at < size; at += piece)
        (void)MQTT_frame_reader_feed (reader, stream + at, piece);
      ck_assert_int_eq (MQTT_FRAME_REFUSED,
                        MQTT_frame_reader_feed (reader, stream, size));
      ck_assert_uint_eq (refuse + 1, expect.next);
      ck_assert_uint_eq (0, budget.used);
      MQTT_frame_reader_destroy (reader);
    }
  }
  free (stream);
}
END_TEST


static bool
count_frame (void *cls,
             uint8_t type,
             uint8_t flags,
             const void *body,
             size_t size)
{
  unsigned int *count = cls;

  (void)type;
  (void)flags;
  (void)body;
  (void)size;
  (*count)++;
  return true;
}


START_TEST (memory_grows_with_what_arrives)
{
  const size_t announced = 16 << 20;
  struct MQTT_FrameBudget budget = { .limit = SIZE_MAX };
  unsigned int count = 0;
  struct MQTT_FrameReader *reader = MQTT_frame_reader_create (announced,
                                                              &budget,
                                                              &count_frame,
                                                              &count);
  uint8_t piece[1000] = { 0 };
  size_t arrived = HEADER;

  write_header (piece, 1, 0, 0, announced);
  MQTT_frame_reader_feed (reader, piece, HEADER);
  ck_assert_uint_eq (0, budget.used);
  memset (piece, 0, sizeof (piece));
  while (arrived < announced + HEADER)
  {
    size_t n = announced + HEADER - arrived;

    if (n > sizeof (piece))
      n = sizeof (piece);
    ck_assert_uint_eq (arrived, MQTT_frame_reader_pending (reader));
    ck_assert_uint_le (budget.used, 2 * arrived + sizeof (piece));
    ck_assert_uint_le (budget.used, announced + HEADER);
    ck_assert_int_eq (MQTT_FRAME_OK, MQTT_frame_reader_feed (reader, piece, n));
    arrived += n;
  }
  ck_assert_uint_eq (1, count);
  ck_assert_uint_eq (0, budget.used);
  ck_assert_uint_eq (0, MQTT_frame_reader_pending (reader));
  MQTT_frame_reader_destroy (reader);
}
END_TEST


/** One hoards; who needs memory too fails, who does not goes on. */
START_TEST (the_budget_is_shared)
{
  struct MQTT_FrameBudget budget = { .limit = 4000 };
  unsigned int count = 0;
  struct MQTT_FrameReader *hoarder = MQTT_frame_reader_create (10000,
                                                               &budget,
                                                               &count_frame,
                                                               &count);
  struct MQTT_FrameReader *second = MQTT_frame_reader_create (10000,
                                                              &budget,
                                                              &count_frame,
                                                              &count);
  struct MQTT_FrameReader *modest = MQTT_frame_reader_create (10000,
                                                              &budget,
                                                              &count_frame,
                                                              &count);
  uint8_t frame[HEADER + 9000] = { 0 };

  write_header (frame, 1, 0, 0, 9000);
  ck_assert_int_eq (MQTT_FRAME_OK,
                    MQTT_frame_reader_feed (hoarder, frame, 3500));
  ck_assert_uint_le (3500, budget.used);
  ck_assert_int_eq (MQTT_FRAME_NO_MEMORY,
                    MQTT_frame_reader_feed (second, frame, 1000));
  ck_assert_uint_eq (0, MQTT_frame_reader_pending (second));
  write_header (frame, 1, 0, 0, 100);
  ck_assert_int_eq (MQTT_FRAME_OK, MQTT_frame_reader_feed (modest, frame, 50));
  ck_assert_int_eq (MQTT_FRAME_OK,
                    MQTT_frame_reader_feed (modest, frame + 50, 58));
  ck_assert_uint_eq (1, count);
  ck_assert_int_eq (MQTT_FRAME_NO_MEMORY,
                    MQTT_frame_reader_feed (hoarder, frame, 1000));
  ck_assert_uint_eq (0, budget.used);
  MQTT_frame_reader_destroy (hoarder);
  MQTT_frame_reader_destroy (second);
  MQTT_frame_reader_destroy (modest);
}
END_TEST


/** The bound was lowered while readers held more. */
START_TEST (the_budget_may_shrink)
{
  struct MQTT_FrameBudget budget = { .limit = 4000 };
  unsigned int count = 0;
  struct MQTT_FrameReader *reader = MQTT_frame_reader_create (10000,
                                                              &budget,
                                                              &count_frame,
                                                              &count);
  uint8_t frame[HEADER + 2000] = { 0 };

  write_header (frame, 1, 0, 0, 10000);
  MQTT_frame_reader_feed (reader, frame, sizeof (frame));
  budget.limit = 100;
  ck_assert_int_eq (MQTT_FRAME_NO_MEMORY,
                    MQTT_frame_reader_feed (reader, frame, sizeof (frame)));
  ck_assert_uint_eq (0, budget.used);
  MQTT_frame_reader_destroy (reader);
}
END_TEST


START_TEST (destroying_gives_memory_back)
{
  struct MQTT_FrameBudget budget = { .limit = 4000 };
  unsigned int count = 0;
  struct MQTT_FrameReader *reader = MQTT_frame_reader_create (10000,
                                                              &budget,
                                                              &count_frame,
                                                              &count);
  uint8_t frame[HEADER + 2000] = { 0 };

  write_header (frame, 1, 0, 0, 10000);
  ck_assert_int_eq (MQTT_FRAME_OK,
                    MQTT_frame_reader_feed (reader, frame, sizeof (frame)));
  ck_assert_uint_eq (sizeof (frame), MQTT_frame_reader_pending (reader));
  ck_assert_uint_ne (0, budget.used);
  MQTT_frame_reader_destroy (reader);
  ck_assert_uint_eq (0, budget.used);
  ck_assert_uint_eq (0, count);
}
END_TEST


START_TEST (results_have_texts)
{
  for (int i = MQTT_FRAME_OK; i <= MQTT_FRAME_NO_MEMORY + 1; i++)
    for (int j = MQTT_FRAME_OK; j < i; j++)
      ck_assert_str_ne (MQTT_frame_result_text (i), MQTT_frame_result_text (j));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("frame");

  tcase_add_test (cases, whole_frames_are_read_in_place);
  tcase_add_test (cases, streams_may_be_cut_anywhere);
  tcase_add_test (cases, streams_may_come_in_small_pieces);
  tcase_add_test (cases, bad_headers_end_reading);
  tcase_add_test (cases, refused_frames_end_reading);
  tcase_add_test (cases, memory_grows_with_what_arrives);
  tcase_add_test (cases, the_budget_is_shared);
  tcase_add_test (cases, the_budget_may_shrink);
  tcase_add_test (cases, destroying_gives_memory_back);
  tcase_add_test (cases, results_have_texts);
  return run_cases ("frame", cases);
}
