/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file stream/stream.c
 * @brief Empties an outbox into a GNUnet message queue.
 *
 * The queue tells that a segment has left from within its own sending, where
 * its owner must not be dropped; so all that may follow is done in a task.
 */
#include "stream.h"
#include <stdbool.h>
#include <time.h>

/**
 * A segment that the queue has and has not sent.
 */
struct Segment
{
  struct Segment *next;
  struct Segment *prev;
  struct MQTT_StreamWriter *writer;
  struct GNUNET_MQ_Envelope *envelope;
};

struct MQTT_StreamWriter
{
  struct GNUNET_MQ_Handle *mq;
  struct MQTT_Outbox *outbox;
  size_t segment_size;
  unsigned int depth;
  MQTT_StreamProgress progress;
  void *cls;

  /** What the queue has and has not sent, in order. */
  struct Segment *head;
  struct Segment *tail;
  unsigned int unsent;

  struct GNUNET_TIME_Absolute last;
  /** A segment has left that the owner was not told of. */
  bool left;
  /** Runs send_task(); NULL if there is no need to. */
  struct GNUNET_SCHEDULER_Task *task;
};


struct MQTT_StreamWriter *
MQTT_stream_writer_create (struct GNUNET_MQ_Handle *mq,
                           struct MQTT_Outbox *outbox,
                           size_t segment_size,
                           unsigned int depth,
                           MQTT_StreamProgress progress,
                           void *cls)
{
  struct MQTT_StreamWriter *writer = GNUNET_new (struct MQTT_StreamWriter);

  writer->mq = mq;
  writer->outbox = outbox;
  writer->segment_size = GNUNET_MIN (segment_size, MQTT_STREAM_IPC_SEGMENT);
  writer->depth = depth;
  writer->progress = progress;
  writer->cls = cls;
  writer->last = GNUNET_TIME_absolute_get ();
  return writer;
}


static void
forget_segment (struct Segment *segment)
{
  struct MQTT_StreamWriter *writer = segment->writer;

  GNUNET_CONTAINER_DLL_remove (writer->head, writer->tail, segment);
  writer->unsent--;
  GNUNET_free (segment);
}


void
MQTT_stream_writer_destroy (struct MQTT_StreamWriter *writer)
{
  while (NULL != writer->head)
  {
    /* Not cancelled: a service's queue cannot cancel after a failed write, which
       is when most writers are destroyed. */
    GNUNET_MQ_notify_sent (writer->head->envelope, NULL, NULL);
    forget_segment (writer->head);
  }
  if (NULL != writer->task)
    GNUNET_SCHEDULER_cancel (writer->task);
  GNUNET_free (writer);
}


/**
 * The queue has sent a segment, and its envelope is the queue's alone now.
 *
 * @param cls the `struct Segment`
 */
static void
segment_sent (void *cls)
{
  struct Segment *segment = cls;
  struct MQTT_StreamWriter *writer = segment->writer;

  writer->last = GNUNET_TIME_absolute_get ();
  writer->left = true;
  forget_segment (segment);
  MQTT_stream_writer_wake (writer);
}


/**
 * Hand one segment to the queue.
 *
 * @return false if there is nothing to send
 */
static bool
send_segment (struct MQTT_StreamWriter *writer)
{
  size_t room = GNUNET_MIN (MQTT_outbox_bytes (writer->outbox),
                            writer->segment_size);
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope;
  struct Segment *segment;
  size_t size;

  if (0 == room)
    return false;
  envelope = GNUNET_MQ_msg_extra (message, room, MQTT_MESSAGE_TYPE_SEGMENT);
  size = MQTT_outbox_fill (writer->outbox,
                           MQTT_stream_now (),
                           &message[1],
                           room);
  if (0 == size)
  {
    GNUNET_MQ_discard (envelope);
    return false;
  }
  /* Less than foreseen if messages had expired. */
  message->size = htons ((uint16_t)(sizeof (*message) + size));
  segment = GNUNET_new (struct Segment);
  segment->writer = writer;
  segment->envelope = envelope;
  GNUNET_CONTAINER_DLL_insert_tail (writer->head, writer->tail, segment);
  writer->unsent++;
  GNUNET_MQ_notify_sent (envelope, &segment_sent, segment);
  /* May call segment_sent() at once. */
  GNUNET_MQ_send (writer->mq, envelope);
  return true;
}


/**
 * Send what there is, as far as the depth allows, and tell the owner if that
 * or an earlier segment made a difference.
 *
 * @param cls the `struct MQTT_StreamWriter`
 */
static void
send_task (void *cls)
{
  struct MQTT_StreamWriter *writer = cls;
  size_t before = MQTT_outbox_bytes (writer->outbox);
  bool more = true;

  writer->task = NULL;
  while (more && (writer->unsent < writer->depth))
    more = send_segment (writer);
  if (!writer->left && (before == MQTT_outbox_bytes (writer->outbox)))
    return;
  writer->left = false;
  if (NULL != writer->progress)
    writer->progress (writer->cls);
}


void
MQTT_stream_writer_wake (struct MQTT_StreamWriter *writer)
{
  if (NULL == writer->task)
    writer->task = GNUNET_SCHEDULER_add_now (&send_task, writer);
}


void
MQTT_stream_writer_flush (struct MQTT_StreamWriter *writer)
{
  (void)send_segment (writer);
}


struct GNUNET_TIME_Absolute
MQTT_stream_writer_last (const struct MQTT_StreamWriter *writer)
{
  return writer->last;
}


uint64_t
MQTT_stream_now (void)
{
  struct timespec now;

  (void)clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}
