/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/destination.c
 * @brief Where messages go: a client or a peer, behind a bounded queue.
 */
#include "destination.h"

/** What the counters were told of an outbox. */
struct Told
{
  uint64_t waiting;
  uint64_t written;
  uint64_t expired;
};

struct MQTT_Destination
{
  struct MQTT_DestinationConfig config;
  struct MQTT_Outbox *outbox;
  /** NULL while nothing is attached. */
  struct MQTT_StreamWriter *writer;
  /** Where sources wait that met a full queue. */
  struct MQTT_Gate gate;
  /** Looks for progress while somebody waits. */
  struct GNUNET_SCHEDULER_Task *stall_task;
  struct Told told;
  /** Full and without progress: messages are dropped. */
  bool stalled;
};


struct MQTT_Destination *
MQTT_destination_create (const struct MQTT_DestinationConfig *config)
{
  struct MQTT_Destination *destination = GNUNET_new (struct MQTT_Destination);

  destination->config = *config;
  destination->outbox = MQTT_outbox_create (config->queue);
  return destination;
}


/**
 * Nobody has to wait for this destination now.
 */
static void
release (struct MQTT_Destination *destination)
{
  if (NULL != destination->stall_task)
  {
    GNUNET_SCHEDULER_cancel (destination->stall_task);
    destination->stall_task = NULL;
  }
  MQTT_gate_open (&destination->gate);
}


static void
count_change (struct MQTT_Destination *destination,
              enum MQTT_Counter which,
              uint64_t now,
              uint64_t *told)
{
  if (now != *told)
    MQTT_count (destination->config.counters, which, (int64_t)(now - *told));
  *told = now;
}


/**
 * Count what has become of the messages in the outbox.
 */
static void
count_messages (struct MQTT_Destination *destination)
{
  const struct MQTT_DestinationConfig *config = &destination->config;
  const struct MQTT_Outbox *outbox = destination->outbox;
  struct Told *told = &destination->told;

  count_change (destination,
                config->waiting,
                MQTT_outbox_messages (outbox),
                &told->waiting);
  count_change (destination,
                config->written,
                MQTT_outbox_written (outbox),
                &told->written);
  count_change (destination,
                config->expired,
                MQTT_outbox_expired (outbox),
                &told->expired);
}


/**
 * All that waits is about to be lost.
 */
static void
count_lost (struct MQTT_Destination *destination)
{
  count_messages (destination);
  MQTT_count (destination->config.counters,
              destination->config.lost,
              (int64_t)destination->told.waiting);
  count_change (destination,
                destination->config.waiting,
                0,
                &destination->told.waiting);
}


void
MQTT_destination_destroy (struct MQTT_Destination *destination)
{
  if (NULL != destination->writer)
    MQTT_stream_writer_destroy (destination->writer);
  count_lost (destination);
  release (destination);
  MQTT_outbox_destroy (destination->outbox);
  GNUNET_free (destination);
}


/**
 * Bytes have left: #MQTT_StreamProgress.
 */
static void
progress (void *cls)
{
  struct MQTT_Destination *destination = cls;

  count_messages (destination);
  if (!MQTT_outbox_has_room (destination->outbox))
    return;
  destination->stalled = false;
  /* What waits elsewhere comes before what is yet to be published. */
  if (NULL != destination->config.room)
    destination->config.room (destination->config.cls);
  if (MQTT_outbox_has_room (destination->outbox))
    release (destination);
}


void
MQTT_destination_attach (struct MQTT_Destination *destination,
                         struct GNUNET_MQ_Handle *mq)
{
  GNUNET_assert (NULL == destination->writer);
  destination->writer = MQTT_stream_writer_create (mq,
                                                   destination->outbox,
                                                   destination->config.segment,
                                                   destination->config.depth,
                                                   &progress,
                                                   destination);
  MQTT_destination_wake (destination);
}


void
MQTT_destination_detach (struct MQTT_Destination *destination)
{
  if (NULL != destination->writer)
    MQTT_stream_writer_destroy (destination->writer);
  destination->writer = NULL;
  count_lost (destination);
  MQTT_outbox_destroy (destination->outbox);
  destination->outbox = MQTT_outbox_create (destination->config.queue);
  destination->told = (struct Told){ .waiting = 0 };
  destination->stalled = false;
  release (destination);
}


void
MQTT_destination_clear (struct MQTT_Destination *destination)
{
  if (MQTT_outbox_is_between (destination->outbox))
  {
    count_lost (destination);
    MQTT_outbox_clear (destination->outbox);
  }
  else
    MQTT_destination_detach (destination);
}


struct MQTT_Outbox *
MQTT_destination_outbox (struct MQTT_Destination *destination)
{
  return destination->outbox;
}


void
MQTT_destination_wake (struct MQTT_Destination *destination)
{
  count_messages (destination);
  if (NULL != destination->writer)
    MQTT_stream_writer_wake (destination->writer);
}


void
MQTT_destination_flush (struct MQTT_Destination *destination)
{
  if (NULL != destination->writer)
    MQTT_stream_writer_flush (destination->writer);
}


/**
 * Task: has anything left for the destination since the queue became full?
 */
static void
check_stall (void *cls)
{
  struct MQTT_Destination *destination = cls;
  struct GNUNET_TIME_Absolute deadline = GNUNET_TIME_absolute_add (
    MQTT_destination_last_sent (destination),
    destination->config.stall_timeout);

  destination->stall_task = NULL;
  if (GNUNET_TIME_absolute_is_future (deadline))
  {
    destination->stall_task = GNUNET_SCHEDULER_add_at (deadline,
                                                       &check_stall,
                                                       destination);
    return;
  }
  destination->stalled = true;
  release (destination);
}


void
MQTT_destination_slow (struct MQTT_Destination *destination,
                       struct MQTT_Source *source)
{
  if (!MQTT_outbox_is_full (destination->outbox) || destination->stalled)
    return;
  MQTT_gate_wait (&destination->gate, source);
  if (NULL == destination->stall_task)
    destination->stall_task = GNUNET_SCHEDULER_add_delayed (
      destination->config.stall_timeout,
      &check_stall,
      destination);
}


bool
MQTT_destination_is_stuck (const struct MQTT_Destination *destination)
{
  return MQTT_outbox_is_full (destination->outbox) && destination->stalled;
}


bool
MQTT_destination_admit (struct MQTT_Destination *destination,
                        struct MQTT_Source *source)
{
  if (MQTT_destination_is_stuck (destination))
  {
    MQTT_count (destination->config.counters, destination->config.stalled, 1);
    return false;
  }
  MQTT_destination_slow (destination, source);
  MQTT_count (destination->config.counters, destination->config.queued, 1);
  return true;
}


void
MQTT_destination_hold (struct MQTT_Destination *destination,
                       struct MQTT_Source *source)
{
  if (MQTT_outbox_is_full (destination->outbox))
    MQTT_gate_wait (&destination->gate, source);
}


struct GNUNET_TIME_Absolute
MQTT_destination_last_sent (const struct MQTT_Destination *destination)
{
  return (NULL == destination->writer)
           ? GNUNET_TIME_UNIT_ZERO_ABS
           : MQTT_stream_writer_last (destination->writer);
}
