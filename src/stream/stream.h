/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file stream/stream.h
 * @brief A byte stream of frames over a GNUnet message queue: how an outbox
 *        leaves, segment by segment, and how segments become frames again.
 *
 * Used for the connections of clients and for the links between peers alike.
 * Knows the scheduler and message queues; what frames mean it does not know.
 */
#ifndef MQTT_STREAM_STREAM_H
#define MQTT_STREAM_STREAM_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/frame.h"
#include "../core/outbox.h"

/**
 * Type of the one GNUnet message that is sent, between library and service and
 * between peers: a header and the next bytes of the stream, at least one.
 */
#define MQTT_MESSAGE_TYPE_SEGMENT 1990

/** Bytes of a segment on a local connection. */
#define MQTT_STREAM_IPC_SEGMENT 61440

/** Largest frame body taken before HELLO: nothing large is held for strangers. */
#define MQTT_STREAM_HELLO_LIMIT 1024

struct MQTT_StreamWriter;

/**
 * Called, from a task of its own, when a segment has left or the outbox has
 * become shorter: segments were handed over, or messages expired.  May queue
 * more; must not destroy the writer.
 */
typedef void (*MQTT_StreamProgress) (void *cls);


/**
 * Start sending an outbox.
 *
 * @param mq where to, must outlive the writer
 * @param outbox what to send, must outlive the writer
 * @param segment_size most bytes of stream in a segment, at most #MQTT_STREAM_IPC_SEGMENT
 * @param depth most segments handed to @a mq and not yet sent, at least 1
 * @param progress called when there may be more room; may be NULL
 * @param cls closure for @a progress
 */
struct MQTT_StreamWriter *
MQTT_stream_writer_create (struct GNUNET_MQ_Handle *mq,
                           struct MQTT_Outbox *outbox,
                           size_t segment_size,
                           unsigned int depth,
                           MQTT_StreamProgress progress,
                           void *cls);


/**
 * Stop sending; no callback follows.  Call it before the message queue is
 * destroyed.  If the queue lives on, it still sends the segments it was given.
 */
void
MQTT_stream_writer_destroy (struct MQTT_StreamWriter *writer);


/**
 * Something was queued in the outbox: send it when the current task has ended,
 * so that all it queues shares segments.  Cheap to call often.
 */
void
MQTT_stream_writer_wake (struct MQTT_StreamWriter *writer);


/**
 * Hand over now whatever fits in one segment, past the depth: for the last words on a stream.
 */
void
MQTT_stream_writer_flush (struct MQTT_StreamWriter *writer);


/**
 * When did a segment leave last?  Start of the writer if none did.
 */
struct GNUNET_TIME_Absolute
MQTT_stream_writer_last (const struct MQTT_StreamWriter *writer);


/**
 * Microseconds on the monotonic clock that messages expire by.
 */
uint64_t
MQTT_stream_now (void);

#endif
