/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_frames.h
 * @brief Streams of frames from arbitrary bytes, for links and clients alike.
 */
#ifndef MQTT_TESTS_FUZZ_FUZZ_FRAMES_H
#define MQTT_TESTS_FUZZ_FUZZ_FRAMES_H

#include <arpa/inet.h>
#include "core/frame.h"
#include "core/outbox.h"
#include "fuzz.h"

/** Largest body of a frame. */
#define FUZZ_BODY_MAX 32768


/**
 * Read a stream that arrives in pieces, and check that memory stays bounded and
 * that no frame comes after a failure.
 *
 * @param data the stream
 * @param size bytes of it
 * @param piece bytes of a piece, at least 1
 * @param callback called for each frame
 * @param cls closure for @a callback
 */
static inline void
fuzz_read (const uint8_t *data,
           size_t size,
           size_t piece,
           MQTT_FrameCallback callback,
           void *cls)
{
  struct MQTT_FrameBudget budget = { .limit = 20000 };
  struct MQTT_FrameReader *reader = MQTT_frame_reader_create (FUZZ_BODY_MAX,
                                                              &budget,
                                                              callback,
                                                              cls);
  enum MQTT_FrameResult result = MQTT_FRAME_OK;

  for (size_t at = 0; (MQTT_FRAME_OK == result) && (at < size); at += piece)
  {
    size_t n = (piece < size - at) ? piece : size - at;
    uint8_t *copy = fuzz_copy (data + at, n);

    result = MQTT_frame_reader_feed (reader, copy, n);
    free (copy);
    FUZZ_CHECK (budget.used <= budget.limit);
    FUZZ_CHECK (MQTT_frame_reader_pending (reader) <= at + n);
  }
  if (MQTT_FRAME_OK != result)
  {
    FUZZ_CHECK (0 == budget.used);
    FUZZ_CHECK (result == MQTT_frame_reader_feed (reader, data, size));
  }
  MQTT_frame_reader_destroy (reader);
  FUZZ_CHECK (0 == budget.used);
}


/**
 * @return where to put a decoded frame again, for fuzz_expect_same()
 */
static inline struct MQTT_Outbox *
fuzz_outbox (void)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_outbox_keep_expired (outbox);
  return outbox;
}


/**
 * The outbox must hold one frame, the same as was decoded, byte for byte.
 *
 * @param outbox from fuzz_outbox(), destroyed here
 */
static inline void
fuzz_expect_same (struct MQTT_Outbox *outbox,
                  uint8_t type,
                  uint8_t flags,
                  const void *body,
                  size_t size)
{
  static uint8_t buffer[sizeof (struct MQTT_FrameHeader) + FUZZ_BODY_MAX + 1];
  const struct MQTT_FrameHeader header = { .type = type,
                                           .flags = flags,
                                           .size = htonl ((uint32_t)size) };

  FUZZ_CHECK (sizeof (header) + size
              == MQTT_outbox_fill (outbox, 0, buffer, sizeof (buffer)));
  FUZZ_CHECK (0 == memcmp (buffer, &header, sizeof (header)));
  FUZZ_CHECK ((0 == size)
              || (0 == memcmp (buffer + sizeof (header), body, size)));
  FUZZ_CHECK (0 == MQTT_outbox_bytes (outbox));
  FUZZ_CHECK (0 == MQTT_outbox_messages (outbox));
  MQTT_outbox_destroy (outbox);
}

#endif
