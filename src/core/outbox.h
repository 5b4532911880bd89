/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/outbox.h
 * @brief What waits to be sent to one client or one peer, and how it becomes
 *        segments of a byte stream.
 *
 * A queue of frames in strict order, bounded in bytes.  Messages are held by
 * reference and copied only into the segment that leaves; small ones share a
 * segment, a large one spans many.  Expired messages at QoS 0 are dropped here, if
 * no byte of them has left; at QoS 1 and 2 each is answered, and sent with no time
 * left.  Knows neither sockets nor time, which is an argument.
 */
#ifndef MQTT_CORE_OUTBOX_H
#define MQTT_CORE_OUTBOX_H

#include "message.h"

struct MQTT_Outbox;

/**
 * Flags of frames that carry a message (link PUBLISH; IPC PUBLISH and MESSAGE).
 */
enum MQTT_MessageFlags
{
  /** Two bits: the QoS. */
  MQTT_MESSAGE_QOS = 0x03,
  MQTT_MESSAGE_RETAIN = 0x04,
  /** An 8-byte expiry, remaining microseconds, follows the frame's own fields. */
  MQTT_MESSAGE_EXPIRY = 0x08,
  /** A 4-byte size, not 0, and so many bytes of properties come before the payload. */
  MQTT_MESSAGE_PROPERTIES = 0x10
};


/**
 * @param bytes_limit from how many queued bytes on the outbox counts as full
 */
struct MQTT_Outbox *
MQTT_outbox_create (size_t bytes_limit);


/**
 * Send expired messages at QoS 0 all the same, as ones with no time left: for a stream
 * on which every message is answered.
 */
void
MQTT_outbox_keep_expired (struct MQTT_Outbox *outbox);


/**
 * Destroys the queue and gives back its references.
 */
void
MQTT_outbox_destroy (struct MQTT_Outbox *outbox);


/**
 * Have only whole frames left, so that what is queued next can be understood even if
 * the others are dropped?
 */
bool
MQTT_outbox_is_between (const struct MQTT_Outbox *outbox);


/**
 * Drop all that is queued, which must not have left in part.
 */
void
MQTT_outbox_clear (struct MQTT_Outbox *outbox);


/**
 * Queue a frame without a message.  Always succeeds, also when full: callers
 * bound what they ask for.
 *
 * @param outbox the queue
 * @param type frame type
 * @param flags frame flags
 * @param body body, copied
 * @param size bytes of it
 */
void
MQTT_outbox_put (struct MQTT_Outbox *outbox,
                 uint8_t type,
                 uint8_t flags,
                 const void *body,
                 size_t size);


/**
 * Queue a frame without a message, as MQTT_outbox_put() does, whose body the
 * caller writes.
 *
 * @return where to write its @a size bytes, at once: valid until the next call;
 *         not aligned
 */
void *
MQTT_outbox_reserve (struct MQTT_Outbox *outbox,
                     uint8_t type,
                     uint8_t flags,
                     size_t size);


/**
 * Queue a frame that carries a message: @a head, then expiry and properties
 * where the message has them, then the payload; the flags say which.
 * Always succeeds: ask MQTT_outbox_is_full() before.
 *
 * @param outbox the queue
 * @param type frame type
 * @param flags QoS and #MQTT_MESSAGE_RETAIN, which need not be the message's, and
 *        what the frame has beside enum MQTT_MessageFlags
 * @param head the frame's own fields, copied
 * @param head_size bytes of them
 * @param message the message; a reference is taken
 */
void
MQTT_outbox_put_message (struct MQTT_Outbox *outbox,
                         uint8_t type,
                         uint8_t flags,
                         const void *head,
                         size_t head_size,
                         struct MQTT_Message *message);


/**
 * Does the message that was queued last count as one that waits?  If nothing is said it
 * does at QoS 0.
 */
void
MQTT_outbox_count_last (struct MQTT_Outbox *outbox, bool counts);


/**
 * @return the flags of a message as it was published, but with this QoS
 */
uint8_t
MQTT_outbox_flags (const struct MQTT_Message *message, uint8_t qos);


/**
 * Fill a segment with the next bytes of the stream.
 *
 * @param outbox the queue
 * @param now_us the time, on the clock of the messages
 * @param buffer where to write
 * @param capacity bytes of @a buffer, at least 1
 * @return bytes written; 0 when there is nothing to send
 */
size_t
MQTT_outbox_fill (struct MQTT_Outbox *outbox,
                  uint64_t now_us,
                  void *buffer,
                  size_t capacity);


/**
 * Bytes that wait: frames as they will be sent (the memory of a shared message
 * is not counted beside).
 */
size_t
MQTT_outbox_bytes (const struct MQTT_Outbox *outbox);


/**
 * Messages that count and wait, the one under way included: who queues others keeps
 * account of them himself.
 */
size_t
MQTT_outbox_messages (const struct MQTT_Outbox *outbox);


/**
 * Is the queue at or above its bound?
 */
bool
MQTT_outbox_is_full (const struct MQTT_Outbox *outbox);


/**
 * Has a full queue drained enough (to half its bound) to take more?
 */
bool
MQTT_outbox_has_room (const struct MQTT_Outbox *outbox);


/**
 * Messages that count and were dropped because they expired, since the outbox was
 * made.
 */
uint64_t
MQTT_outbox_expired (const struct MQTT_Outbox *outbox);


/**
 * Messages that count and have left whole, since the outbox was made.
 */
uint64_t
MQTT_outbox_written (const struct MQTT_Outbox *outbox);


/**
 * Read the part of a message frame's body that MQTT_outbox_put_message() writes
 * behind the head.
 *
 * @param flags the frame's flags
 * @param data what follows the frame's own fields
 * @param size bytes of it
 * @param[out] publication set, points into @a data; properties are checked
 * @return false if it is malformed
 */
bool
MQTT_outbox_parse_message (uint8_t flags,
                           const void *data,
                           size_t size,
                           struct MQTT_Publication *publication);

#endif
