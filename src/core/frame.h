/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/frame.h
 * @brief Frames in a byte stream that arrives in pieces.
 *
 * Links between peers and connections of clients carry the same thing: a
 * reliable, ordered stream of bytes, cut anywhere into segments.  This cuts it
 * into frames again.  What a frame's type and body mean is said in link_frame.h
 * and ipc_frame.h.
 *
 * Memory grows with the bytes that have arrived, never with the size that a
 * stranger announces, and counts against a budget shared by all readers of a kind.
 */
#ifndef MQTT_CORE_FRAME_H
#define MQTT_CORE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Head of every frame, big-endian.
 */
struct MQTT_FrameHeader
{
  /** What the body is. */
  uint8_t type;
  /** Meaning depends on @e type. */
  uint8_t flags;
  /** 0 when sent; a frame in which it is not 0 is refused. */
  uint16_t reserved;
  /** Bytes of the body that follows. */
  uint32_t size;
} __attribute__ ((packed));

/**
 * Memory that several readers may use together for frames that are not complete.
 */
struct MQTT_FrameBudget
{
  size_t limit;
  size_t used;
};

/**
 * Called for each complete frame.
 *
 * @param cls closure
 * @param type type of the frame
 * @param flags its flags
 * @param body its body, borrowed for the call, not aligned
 * @param size bytes of the body
 * @return false if the frame is not acceptable; reading ends, nothing is freed
 */
typedef bool (*MQTT_FrameCallback) (void *cls,
                                    uint8_t type,
                                    uint8_t flags,
                                    const void *body,
                                    size_t size);

/**
 * Why reading ended.
 */
enum MQTT_FrameResult
{
  MQTT_FRAME_OK = 0,
  /** The callback refused a frame. */
  MQTT_FRAME_REFUSED,
  /** A frame with bits set that must not be. */
  MQTT_FRAME_MALFORMED,
  /** A frame larger than this reader takes. */
  MQTT_FRAME_TOO_LARGE,
  /** No room left in the budget. */
  MQTT_FRAME_NO_MEMORY
};

struct MQTT_FrameReader;


/**
 * @param body_limit largest body accepted, in bytes
 * @param budget shared memory bound, must outlive the reader
 * @param callback called for each frame, from within MQTT_frame_reader_feed()
 * @param cls closure for @a callback
 */
struct MQTT_FrameReader *
MQTT_frame_reader_create (size_t body_limit,
                          struct MQTT_FrameBudget *budget,
                          MQTT_FrameCallback callback,
                          void *cls);


/**
 * Change the largest body accepted, from the next frame on; may be called from
 * within the callback.
 */
void
MQTT_frame_reader_limit (struct MQTT_FrameReader *reader, size_t body_limit);


/**
 * Must not be called from within the callback.
 */
void
MQTT_frame_reader_destroy (struct MQTT_FrameReader *reader);


/**
 * Read the next bytes of the stream.  A frame that lies within @a data whole is
 * handed on in place, without a copy.
 *
 * @return #MQTT_FRAME_OK, or what was wrong: then the stream is lost and must
 *         be dropped (feeding on gives the same result)
 */
enum MQTT_FrameResult
MQTT_frame_reader_feed (struct MQTT_FrameReader *reader,
                        const void *data,
                        size_t size);


/**
 * @return bytes of an unfinished frame that are held
 */
size_t
MQTT_frame_reader_pending (const struct MQTT_FrameReader *reader);


/**
 * Describe a result for a log line.
 */
const char *
MQTT_frame_result_text (enum MQTT_FrameResult result);

#endif
