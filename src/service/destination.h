/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/destination.h
 * @brief Where messages go: a client or a peer, behind a bounded queue.
 *
 * When the queue is full, sources wait.  When it is full and makes no progress
 * for the stall timeout, messages to it are dropped instead, and counted, so
 * that one who does not read cannot stop the others for good.
 */
#ifndef MQTT_SERVICE_DESTINATION_H
#define MQTT_SERVICE_DESTINATION_H

#include "../stream/stream.h"
#include "gate.h"

struct MQTT_Destination;

/** How a destination behaves. */
struct MQTT_DestinationConfig
{
  /** Queued bytes from which on it is full. */
  size_t queue;
  /** Most bytes of a segment. */
  size_t segment;
  /** Most segments under way in the message queue. */
  unsigned int depth;
  struct GNUNET_TIME_Relative stall_timeout;
  struct MQTT_Counters *counters;
  /** Counted for each message queued, and dropped because it stalled. */
  enum MQTT_Counter queued;
  enum MQTT_Counter stalled;
  /** Of those queued, how many wait, and were written, expired, or lost with it: all
      but those of which who queues them keeps account (MQTT_outbox_count_last()). */
  enum MQTT_Counter waiting;
  enum MQTT_Counter written;
  enum MQTT_Counter expired;
  enum MQTT_Counter lost;
  /** Called, from a task of its own, whenever something has left and the queue
      has room; may queue more; may be NULL. */
  void (*room) (void *cls);
  /** Closure for @e room. */
  void *cls;
};


/**
 * @param config how to behave, copied
 */
struct MQTT_Destination *
MQTT_destination_create (const struct MQTT_DestinationConfig *config);


/**
 * Ends it; what is queued is lost and counted, who waits goes on.
 */
void
MQTT_destination_destroy (struct MQTT_Destination *destination);


/**
 * Start sending.  There must be no message queue yet.
 */
void
MQTT_destination_attach (struct MQTT_Destination *destination,
                         struct GNUNET_MQ_Handle *mq);


/**
 * The message queue is about to end: stop using it.  What is queued is lost and
 * counted, since nobody knows how much of it arrived; who waits goes on.
 */
void
MQTT_destination_detach (struct MQTT_Destination *destination);


/**
 * Nothing of what is queued may be sent any more: it is lost and counted.  If a part of
 * it has left, nothing can follow, and sending stops.
 */
void
MQTT_destination_clear (struct MQTT_Destination *destination);


/**
 * The queue, to put frames without messages into.  Call
 * MQTT_destination_wake() after.
 */
struct MQTT_Outbox *
MQTT_destination_outbox (struct MQTT_Destination *destination);


/**
 * Frames were put into the queue.
 */
void
MQTT_destination_wake (struct MQTT_Destination *destination);


/**
 * Send now, past the order of things, as much as one segment holds.
 */
void
MQTT_destination_flush (struct MQTT_Destination *destination);


/**
 * Is it full without progress, so that messages to it are dropped?
 */
bool
MQTT_destination_is_stuck (const struct MQTT_Destination *destination);


/**
 * May a message be queued?  If not, it was counted as dropped.
 *
 * @param destination where to
 * @param source who must wait if the queue is full; NULL for nobody
 * @return true if the caller is to put one message into the outbox now, which was
 *         counted as queued, and to call MQTT_destination_wake()
 */
bool
MQTT_destination_admit (struct MQTT_Destination *destination,
                        struct MQTT_Source *source);


/**
 * Have a source wait if the queue is full and has not stalled: for one whose message
 * waits elsewhere until there is room.
 */
void
MQTT_destination_slow (struct MQTT_Destination *destination,
                       struct MQTT_Source *source);


/**
 * Have a source wait if the queue is full: for one whose requests are answered
 * there.
 */
void
MQTT_destination_hold (struct MQTT_Destination *destination,
                       struct MQTT_Source *source);


/**
 * When did bytes leave for it last?
 */
struct GNUNET_TIME_Absolute
MQTT_destination_last_sent (const struct MQTT_Destination *destination);

#endif
