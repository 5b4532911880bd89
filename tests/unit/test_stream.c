/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_stream.c
 * @brief Tests of stream/stream.h over a message queue that sends nowhere.
 *
 * The scheduler returns when it has nothing left to do, so a test runs it once
 * for each thing that it does.
 */
#include "run_cases.h"
#include <unistd.h>
#include "stream_fixture.h"

static void
put (struct Fixture *f, size_t frame_size)
{
  size_t size = frame_size - sizeof (struct MQTT_FrameHeader);

  memset (MQTT_outbox_reserve (f->outbox, 1, 0, size), 'x', size);
}


/** Queue frames small and large, and wake the writer after each. */
static void
put_mixture (void *cls)
{
  struct Fixture *f = cls;

  for (size_t i = 0; i < 500; i++)
  {
    uint8_t *body = MQTT_outbox_reserve (f->outbox, 1, 0, i);

    memset (body, (int)i, i);
    MQTT_stream_writer_wake (f->writer);
  }
}


static bool
expect_mixture (void *cls,
                uint8_t type,
                uint8_t flags,
                const void *body,
                size_t size)
{
  size_t *next = cls;
  const uint8_t *bytes = body;

  (void)type;
  (void)flags;
  ck_assert_uint_eq (*next, size);
  for (size_t i = 0; i < size; i++)
    ck_assert_uint_eq ((uint8_t)*next, bytes[i]);
  (*next)++;
  return true;
}


START_TEST (all_arrives_in_order)
{
  for (int manner = LATER; manner <= AT_ONCE; manner++)
  {
    struct Fixture *f = setup (manner);
    struct MQTT_FrameBudget budget = { .limit = 1 << 20 };
    size_t next = 0;
    struct MQTT_FrameReader *reader = MQTT_frame_reader_create (1000,
                                                                &budget,
                                                                &expect_mixture,
                                                                &next);

    GNUNET_SCHEDULER_run (&put_mixture, f);
    ck_assert_uint_eq (0, MQTT_outbox_bytes (f->outbox));
    ck_assert_uint_eq ((f->stream_size + SEGMENT - 1) / SEGMENT, f->segments);
    ck_assert_uint_ge (f->progressed, 1);
    ck_assert_int_eq (
      MQTT_FRAME_OK,
      MQTT_frame_reader_feed (reader, f->stream, f->stream_size));
    ck_assert_uint_eq (500, next);
    MQTT_frame_reader_destroy (reader);
    GNUNET_SCHEDULER_run (&teardown, f);
  }
}
END_TEST


static void
put_ten (void *cls)
{
  struct Fixture *f = cls;

  for (int i = 0; i < 10; i++)
  {
    put (f, 20);
    MQTT_stream_writer_wake (f->writer);
    ck_assert_uint_eq (0, f->segments);
  }
}


START_TEST (one_task_shares_a_segment)
{
  struct Fixture *f = setup (LATER);

  GNUNET_SCHEDULER_run (&put_ten, f);
  ck_assert_uint_eq (1, f->segments);
  ck_assert_uint_eq (200, f->stream_size);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


static void
wake (void *cls)
{
  struct Fixture *f = cls;

  MQTT_stream_writer_wake (f->writer);
}


START_TEST (nothing_is_sent_for_nothing)
{
  struct Fixture *f = setup (LATER);

  GNUNET_SCHEDULER_run (&wake, f);
  ck_assert_uint_eq (0, f->segments);
  ck_assert_uint_eq (0, f->progressed);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


/** Queue ten segments and a bit. */
static void
put_much (void *cls)
{
  struct Fixture *f = cls;

  put (f, 10 * SEGMENT + 20);
  MQTT_stream_writer_wake (f->writer);
}


START_TEST (depth_bounds_what_the_queue_holds)
{
  struct Fixture *f = setup (HELD);

  GNUNET_SCHEDULER_run (&put_much, f);
  ck_assert_uint_eq (DEPTH, GNUNET_MQ_get_length (f->mq));
  ck_assert_uint_eq (1, f->progressed);
  GNUNET_SCHEDULER_run (&wake, f);
  ck_assert_uint_eq (DEPTH, GNUNET_MQ_get_length (f->mq));
  ck_assert_uint_eq (1, f->progressed);
  for (unsigned int i = 1; i <= 11; i++)
  {
    ck_assert_uint_eq (i, f->segments);
    GNUNET_SCHEDULER_run (&send_done, f);
    ck_assert_uint_eq ((i < 10) ? DEPTH : 11 - i, GNUNET_MQ_get_length (f->mq));
    ck_assert_uint_eq (1 + i, f->progressed);
  }
  ck_assert_uint_eq (10 * SEGMENT + 20, f->stream_size);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


static void
flush (void *cls)
{
  struct Fixture *f = cls;
  unsigned int before = GNUNET_MQ_get_length (f->mq);
  bool empty = (0 == MQTT_outbox_bytes (f->outbox));

  MQTT_stream_writer_flush (f->writer);
  ck_assert_uint_eq (before + (empty ? 0 : 1), GNUNET_MQ_get_length (f->mq));
}


START_TEST (flush_goes_past_the_depth)
{
  struct Fixture *f = setup (HELD);

  GNUNET_SCHEDULER_run (&put_much, f);
  for (int i = 0; i < 12; i++)
    GNUNET_SCHEDULER_run (&flush, f);
  ck_assert_uint_eq (11, GNUNET_MQ_get_length (f->mq));
  for (int i = 0; i < 11; i++)
    GNUNET_SCHEDULER_run (&send_done, f);
  ck_assert_uint_eq (10 * SEGMENT + 20, f->stream_size);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


START_TEST (progress_may_queue_more)
{
  struct Fixture *f = setup (IN_FLIGHT);

  f->more_size = 3 * SEGMENT;
  f->more = 20;
  GNUNET_SCHEDULER_run (&put_much, f);
  ck_assert_uint_eq (0, f->more);
  ck_assert_uint_eq (10 * SEGMENT + 20 + 20 * (3 * SEGMENT + 8),
                     f->stream_size);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


/**
 * Queue a message that has expired, and say so.
 */
static void
put_expired (struct Fixture *f, size_t size)
{
  uint8_t *payload = GNUNET_malloc (size);
  const struct MQTT_Publication publication = { .payload = payload,
                                                .payload_size = size,
                                                .expiry_us = 1 };
  struct MQTT_Message *message = MQTT_message_create (&publication,
                                                      MQTT_stream_now () - 1);

  MQTT_outbox_put_message (f->outbox, 1, 0, NULL, 0, message);
  MQTT_message_unref (message);
  GNUNET_free (payload);
}


static void
put_only_expired (void *cls)
{
  struct Fixture *f = cls;

  put_expired (f, 100);
  put_expired (f, 5000);
  MQTT_stream_writer_wake (f->writer);
}


START_TEST (progress_when_messages_expired)
{
  struct Fixture *f = setup (LATER);

  GNUNET_SCHEDULER_run (&put_only_expired, f);
  ck_assert_uint_eq (0, f->segments);
  ck_assert_uint_eq (2, MQTT_outbox_expired (f->outbox));
  ck_assert_uint_eq (1, f->progressed);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


static void
put_around_expired (void *cls)
{
  struct Fixture *f = cls;

  put (f, 100);
  put_expired (f, 500);
  put (f, 100);
  put_expired (f, 500);
  MQTT_stream_writer_wake (f->writer);
}


START_TEST (segments_shrink_when_messages_expired)
{
  struct Fixture *f = setup (LATER);

  GNUNET_SCHEDULER_run (&put_around_expired, f);
  ck_assert_uint_eq (1, f->segments);
  ck_assert_uint_eq (200, f->stream_size);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


static void
destroy_writer (void *cls)
{
  struct Fixture *f = cls;

  MQTT_stream_writer_destroy (f->writer);
  f->writer = NULL;
}


/** With a task pending, before anything was handed over. */
static void
wake_and_destroy (void *cls)
{
  put_much (cls);
  destroy_writer (cls);
}


/** The queue lives on and sends what it has; AddressSanitizer sees callbacks. */
START_TEST (no_callback_follows_destroying)
{
  for (unsigned int sent = 0; sent <= 10; sent++)
  {
    struct Fixture *f = setup (HELD);
    unsigned int progressed;

    GNUNET_SCHEDULER_run (&put_much, f);
    for (unsigned int i = 0; i < sent; i++)
      GNUNET_SCHEDULER_run (&send_done, f);
    progressed = f->progressed;
    GNUNET_SCHEDULER_run (&destroy_writer, f);
    while (0 != GNUNET_MQ_get_length (f->mq))
      GNUNET_SCHEDULER_run (&send_done, f);
    ck_assert_uint_eq (GNUNET_MIN (DEPTH + sent, 11), f->segments);
    ck_assert_uint_eq (progressed, f->progressed);
    GNUNET_SCHEDULER_run (&teardown, f);
  }
}
END_TEST


START_TEST (may_be_destroyed_while_awake)
{
  struct Fixture *f = setup (LATER);

  GNUNET_SCHEDULER_run (&wake_and_destroy, f);
  ck_assert_uint_eq (0, f->segments);
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


/** The queue is destroyed with what it has not sent. */
START_TEST (may_be_destroyed_with_its_queue)
{
  for (unsigned int sent = 0; sent <= 11; sent++)
  {
    struct Fixture *f = setup (HELD);

    GNUNET_SCHEDULER_run (&put_much, f);
    for (unsigned int i = 0; i < sent; i++)
      GNUNET_SCHEDULER_run (&send_done, f);
    ck_assert_uint_eq (GNUNET_MIN (1 + sent, 11), f->segments);
    GNUNET_SCHEDULER_run (&teardown, f);
  }
}
END_TEST


START_TEST (remembers_when_it_sent_last)
{
  struct GNUNET_TIME_Absolute before = GNUNET_TIME_absolute_get ();
  struct Fixture *f = setup (HELD);
  struct GNUNET_TIME_Absolute start = MQTT_stream_writer_last (f->writer);

  ck_assert (GNUNET_TIME_absolute_cmp (start, >=, before));
  GNUNET_SCHEDULER_run (&put_much, f);
  ck_assert (
    GNUNET_TIME_absolute_cmp (start, ==, MQTT_stream_writer_last (f->writer)));
  (void)usleep (2000);
  GNUNET_SCHEDULER_run (&send_done, f);
  ck_assert (
    GNUNET_TIME_absolute_cmp (start, <, MQTT_stream_writer_last (f->writer)));
  GNUNET_SCHEDULER_run (&teardown, f);
}
END_TEST


START_TEST (the_clock_counts_microseconds)
{
  uint64_t start = MQTT_stream_now ();
  uint64_t passed;

  (void)usleep (20000);
  passed = MQTT_stream_now () - start;
  ck_assert_uint_ge (passed, 20000);
  ck_assert_uint_lt (passed, 20000000);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("stream");

  tcase_add_test (cases, all_arrives_in_order);
  tcase_add_test (cases, one_task_shares_a_segment);
  tcase_add_test (cases, nothing_is_sent_for_nothing);
  tcase_add_test (cases, depth_bounds_what_the_queue_holds);
  tcase_add_test (cases, flush_goes_past_the_depth);
  tcase_add_test (cases, progress_may_queue_more);
  tcase_add_test (cases, progress_when_messages_expired);
  tcase_add_test (cases, segments_shrink_when_messages_expired);
  tcase_add_test (cases, no_callback_follows_destroying);
  tcase_add_test (cases, may_be_destroyed_while_awake);
  tcase_add_test (cases, may_be_destroyed_with_its_queue);
  tcase_add_test (cases, remembers_when_it_sent_last);
  tcase_add_test (cases, the_clock_counts_microseconds);
  return run_cases ("stream", cases);
}
