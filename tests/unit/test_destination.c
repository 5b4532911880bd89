/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_destination.c
 * @brief Tests of service/destination.h, over a message queue that sends when it
 *        is told.
 */
#include "run_cases.h"
#include "fake_time.h"
#include "service/destination.h"

#define QUEUE 10000
#define SEGMENT 1000
/** Bytes of each message as it is sent. */
#define SIZE 1000

static struct MQTT_Counters *counters;
static struct MQTT_Destination *destination;
static struct GNUNET_MQ_Handle *mq;
static struct MQTT_Source source;
static unsigned int resumed;
static unsigned int rooms;
/** Segments sent; and how many more may be. */
static unsigned int segments;
static unsigned int allowed;
static bool sending;


static void
resume (void *cls)
{
  (void)cls;
  resumed++;
}


static void
note_room (void *cls)
{
  ck_assert_ptr_eq (&rooms, cls);
  rooms++;
}


/** Send on, as far as that is allowed. */
static void
go_on (void)
{
  while (sending && (segments < allowed))
  {
    segments++;
    sending = false;
    GNUNET_MQ_impl_send_continue (mq);
    fake_time_settle ();
  }
}


static void
send_segment (struct GNUNET_MQ_Handle *queue,
              const struct GNUNET_MessageHeader *message,
              void *cls)
{
  (void)queue;
  (void)message;
  (void)cls;
  sending = true;
}


static void
attach (void)
{
  mq = GNUNET_MQ_queue_for_callbacks (&send_segment,
                                      NULL,
                                      NULL,
                                      NULL,
                                      NULL,
                                      NULL,
                                      NULL);
  MQTT_destination_attach (destination, mq);
}


static void
setup (void)
{
  struct MQTT_DestinationConfig config = {
    .queue = QUEUE,
    .segment = SEGMENT,
    .depth = 2,
    .stall_timeout = MS (1000),
    .queued = MQTT_COUNT_SENT,
    .stalled = MQTT_COUNT_DROPPED_SLOW_LINK,
    .waiting = MQTT_COUNT_WAITING_LINK,
    .written = MQTT_COUNT_WRITTEN_LINK,
    .expired = MQTT_COUNT_EXPIRED_LINK,
    .lost = MQTT_COUNT_DROPPED_LOST_LINK,
    .room = &note_room,
    .cls = &rooms,
  };

  resumed = 0;
  rooms = 0;
  segments = 0;
  allowed = 0;
  sending = false;
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  config.counters = counters;
  destination = MQTT_destination_create (&config);
  MQTT_source_init (&source, counters, &resume, NULL);
  attach ();
}


static void
teardown (void)
{
  MQTT_source_done (&source);
  MQTT_destination_destroy (destination);
  GNUNET_MQ_destroy (mq);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return MQTT_counter (counters, which);
}


/** Queue a message, if it is admitted. */
static bool
put (uint64_t expires_us)
{
  static const uint8_t payload[SIZE - sizeof (struct MQTT_FrameHeader)];
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = sizeof (payload),
    .expiry_us = expires_us,
  };
  struct MQTT_Message *message;

  if (!MQTT_destination_admit (destination, &source))
    return false;
  message = MQTT_message_create (&publication, MQTT_stream_now ());
  MQTT_outbox_put_message (MQTT_destination_outbox (destination),
                           6,
                           0,
                           NULL,
                           0,
                           message);
  MQTT_message_unref (message);
  MQTT_destination_wake (destination);
  return true;
}


static void
fill (unsigned int count)
{
  for (unsigned int i = 0; i < count; i++)
    ck_assert (put (MQTT_NEVER));
}


START_TEST (full_queue_makes_sources_wait)
{
  fill (10);
  ck_assert (!MQTT_source_waits (&source));
  fill (1);
  ck_assert (MQTT_source_waits (&source));
  fake_time_settle ();
  allowed = 3;
  go_on ();
  /* Two segments are under way beside what was sent; half of it must leave. */
  ck_assert (MQTT_source_waits (&source));
  allowed = 4;
  go_on ();
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (11, counted (MQTT_COUNT_SENT));
  fake_time_pass (5000);
  ck_assert (put (MQTT_NEVER));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
}
END_TEST


START_TEST (stalled_queue_drops)
{
  fill (11);
  fake_time_pass (900);
  ck_assert (MQTT_source_waits (&source));
  fill (1);
  fake_time_pass (200);
  ck_assert_uint_eq (1, resumed);
  ck_assert (!put (MQTT_NEVER));
  ck_assert (!put (MQTT_NEVER));
  ck_assert (!MQTT_source_waits (&source));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
  allowed = 5;
  go_on ();
  fill (6);
  ck_assert (MQTT_source_waits (&source));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
}
END_TEST


START_TEST (progress_is_no_stall)
{
  fill (20);
  fake_time_settle ();
  for (unsigned int i = 1; i < 9; i++)
  {
    fake_time_pass (900);
    allowed = i;
    go_on ();
    ck_assert (MQTT_source_waits (&source));
  }
  ck_assert_uint_eq (0, counted (MQTT_COUNT_DROPPED_SLOW_LINK));
  fake_time_pass (990);
  ck_assert (MQTT_source_waits (&source));
  fake_time_pass (20);
  ck_assert_uint_eq (1, resumed);
  ck_assert (!put (MQTT_NEVER));
}
END_TEST


START_TEST (detached_queue_is_lost)
{
  fill (11);
  fake_time_settle ();
  MQTT_destination_detach (destination);
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (9, counted (MQTT_COUNT_DROPPED_LOST_LINK));
  ck_assert_uint_eq (0,
                     MQTT_outbox_bytes (MQTT_destination_outbox (destination)));
  GNUNET_MQ_destroy (mq);
  sending = false;
  attach ();
  fill (2);
  fake_time_settle ();
  segments = 0;
  allowed = 2;
  go_on ();
  ck_assert_uint_eq (2, segments);
}
END_TEST


START_TEST (destroyed_with_a_source_waiting)
{
  fill (11);
  MQTT_destination_destroy (destination);
  ck_assert_uint_eq (1, resumed);
  ck_assert_uint_eq (11, counted (MQTT_COUNT_DROPPED_LOST_LINK));
  destination = MQTT_destination_create (&(struct MQTT_DestinationConfig){
    .queue = QUEUE,
    .segment = SEGMENT,
    .depth = 2,
    .counters = counters,
  });
}
END_TEST


START_TEST (expired_messages_are_counted)
{
  ck_assert (put (MQTT_NEVER));
  ck_assert (put (MQTT_NEVER));
  fake_time_settle ();
  for (int i = 0; i < 5; i++)
    ck_assert (put (100 * 1000));
  ck_assert (put (MQTT_NEVER));
  fake_time_pass (200);
  allowed = 10;
  go_on ();
  ck_assert_uint_eq (3, segments);
  ck_assert_uint_eq (5, counted (MQTT_COUNT_EXPIRED_LINK));
}
END_TEST


/* Each message that was queued waits, or has ended, in one way. */
START_TEST (what_becomes_of_messages_is_counted)
{
  fill (6);
  ck_assert_uint_eq (6, counted (MQTT_COUNT_WAITING_LINK));
  /* Two are in the queue below. */
  fake_time_settle ();
  ck_assert_uint_eq (4, counted (MQTT_COUNT_WAITING_LINK));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WRITTEN_LINK));
  allowed = 1;
  go_on ();
  ck_assert_uint_eq (3, counted (MQTT_COUNT_WAITING_LINK));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_WRITTEN_LINK));
  /* Nothing leaves, and they are counted all the same. */
  ck_assert (put (100 * 1000));
  fake_time_pass (200);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_WAITING_LINK));
  allowed = 3;
  go_on ();
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WAITING_LINK));
  MQTT_destination_detach (destination);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WAITING_LINK));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_DROPPED_LOST_LINK));
  GNUNET_MQ_destroy (mq);
  sending = false;
  attach ();
  ck_assert (put (100 * 1000));
  MQTT_destination_clear (destination);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WAITING_LINK));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_DROPPED_LOST_LINK));
  ck_assert_uint_eq (5, counted (MQTT_COUNT_WRITTEN_LINK));
  ck_assert_uint_eq (8, counted (MQTT_COUNT_SENT));
}
END_TEST


START_TEST (held_while_full)
{
  MQTT_destination_hold (destination, &source);
  ck_assert (!MQTT_source_waits (&source));
  MQTT_outbox_reserve (MQTT_destination_outbox (destination), 1, 0, QUEUE);
  MQTT_destination_wake (destination);
  MQTT_destination_hold (destination, &source);
  ck_assert (MQTT_source_waits (&source));
  fake_time_pass (60 * 1000);
  ck_assert (MQTT_source_waits (&source));
  allowed = 100;
  go_on ();
  ck_assert_uint_eq (1, resumed);
}
END_TEST


START_TEST (room_is_told)
{
  fill (11);
  fake_time_settle ();
  ck_assert_uint_eq (0, rooms);
  allowed = 100;
  go_on ();
  ck_assert_uint_gt (rooms, 0);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("destination");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, full_queue_makes_sources_wait);
  tcase_add_test (tc, stalled_queue_drops);
  tcase_add_test (tc, progress_is_no_stall);
  tcase_add_test (tc, detached_queue_is_lost);
  tcase_add_test (tc, destroyed_with_a_source_waiting);
  tcase_add_test (tc, expired_messages_are_counted);
  tcase_add_test (tc, what_becomes_of_messages_is_counted);
  tcase_add_test (tc, held_while_full);
  tcase_add_test (tc, room_is_told);
  return tc;
}


int
main (void)
{
  return run_cases ("destination", cases ());
}
