/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/stream_fixture.h
 * @brief A stream writer over a message queue that sends nowhere.
 */
#ifndef MQTT_TESTS_UNIT_STREAM_FIXTURE_H
#define MQTT_TESTS_UNIT_STREAM_FIXTURE_H

#include <check.h>
#include "stream/stream.h"

#define SEGMENT 1000
#define DEPTH 2

/**
 * How the queue under test tells that it has sent.
 */
enum Manner
{
  /** When the test says so. */
  HELD,
  /** In a task of its own. */
  LATER,
  /** In two steps, as queues over sockets do. */
  IN_FLIGHT,
  /** From within being asked, as CADET does while it has no service. */
  AT_ONCE
};

struct Fixture
{
  struct GNUNET_MQ_Handle *mq;
  struct MQTT_Outbox *outbox;
  struct MQTT_StreamWriter *writer;
  struct GNUNET_SCHEDULER_Task *sending;
  enum Manner manner;

  /** What was sent. */
  uint8_t stream[1 << 20];
  size_t stream_size;
  unsigned int segments;
  unsigned int progressed;
  /** What progress() puts, and how often. */
  size_t more_size;
  unsigned int more;
};


static inline void
send_done (void *cls)
{
  struct Fixture *f = cls;

  f->sending = NULL;
  GNUNET_MQ_impl_send_continue (f->mq);
}


static inline void
send_begun (void *cls)
{
  struct Fixture *f = cls;

  f->sending = GNUNET_SCHEDULER_add_now (&send_done, f);
  GNUNET_MQ_impl_send_in_flight (f->mq);
}


static inline void
fake_send (struct GNUNET_MQ_Handle *mq,
           const struct GNUNET_MessageHeader *message,
           void *cls)
{
  struct Fixture *f = cls;
  size_t size = ntohs (message->size) - sizeof (*message);

  ck_assert_uint_eq (MQTT_MESSAGE_TYPE_SEGMENT, ntohs (message->type));
  ck_assert_uint_ge (size, 1);
  ck_assert_uint_le (size, SEGMENT);
  ck_assert_uint_le (f->stream_size + size, sizeof (f->stream));
  memcpy (f->stream + f->stream_size, &message[1], size);
  f->stream_size += size;
  f->segments++;
  if (LATER == f->manner)
    f->sending = GNUNET_SCHEDULER_add_now (&send_done, f);
  else if (IN_FLIGHT == f->manner)
    f->sending = GNUNET_SCHEDULER_add_now (&send_begun, f);
  else if (AT_ONCE == f->manner)
    GNUNET_MQ_impl_send_continue (mq);
}


static inline void
fake_destroy (struct GNUNET_MQ_Handle *mq, void *cls)
{
  struct Fixture *f = cls;

  (void)mq;
  if (NULL != f->sending)
    GNUNET_SCHEDULER_cancel (f->sending);
}


static inline void
count_progress (void *cls)
{
  struct Fixture *f = cls;

  f->progressed++;
  if (0 == f->more)
    return;
  f->more--;
  (void)MQTT_outbox_reserve (f->outbox, 1, 0, f->more_size);
  MQTT_stream_writer_wake (f->writer);
}


static inline struct Fixture *
setup (enum Manner manner)
{
  struct Fixture *f = GNUNET_new (struct Fixture);

  f->manner = manner;
  f->mq = GNUNET_MQ_queue_for_callbacks (&fake_send,
                                         &fake_destroy,
                                         NULL,
                                         f,
                                         NULL,
                                         NULL,
                                         NULL);
  f->outbox = MQTT_outbox_create (SEGMENT);
  f->writer = MQTT_stream_writer_create (f->mq,
                                         f->outbox,
                                         SEGMENT,
                                         DEPTH,
                                         &count_progress,
                                         f);
  return f;
}


/** Also a task: the message queue may need the scheduler. */
static inline void
teardown (void *cls)
{
  struct Fixture *f = cls;

  if (NULL != f->writer)
    MQTT_stream_writer_destroy (f->writer);
  MQTT_outbox_destroy (f->outbox);
  GNUNET_MQ_destroy (f->mq);
  GNUNET_free (f);
}

#endif
