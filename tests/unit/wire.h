/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/wire.h
 * @brief Bytes of frames, for tests: in blocks of exactly their size, so that
 *        AddressSanitizer sees every read behind them.
 */
#ifndef MQTT_TESTS_UNIT_WIRE_H
#define MQTT_TESTS_UNIT_WIRE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include "core/frame.h"
#include "core/outbox.h"

/**
 * Bytes on the heap.
 */
struct Wire
{
  uint8_t *data;
  size_t size;
};


/** The message that tests put into frames. */
static const struct MQTT_Publication wire_publication = {
  .properties = "\1\1",
  .properties_size = 2,
  .payload = "pay\0load",
  .payload_size = 8,
  .expiry_us = 5000,
  .qos = 2,
  .retain = true
};


/**
 * Was that message decoded, with this QoS?
 */
static inline void
wire_assert_publication (const struct MQTT_Publication *out, uint8_t qos)
{
  ck_assert_uint_eq (wire_publication.properties_size, out->properties_size);
  ck_assert_mem_eq (wire_publication.properties, out->properties, 2);
  ck_assert_uint_eq (wire_publication.payload_size, out->payload_size);
  ck_assert_mem_eq (wire_publication.payload, out->payload, 8);
  ck_assert_uint_eq (wire_publication.expiry_us, out->expiry_us);
  ck_assert_uint_eq (qos, out->qos);
  ck_assert (out->retain);
}


/**
 * Read all that a decoded message points to.
 */
static inline void
wire_use_publication (const struct MQTT_Publication *publication)
{
  ck_assert_uint_le (publication->qos, 2);
  MQTT_message_unref (MQTT_message_create (publication, 0));
}


/**
 * Copy bytes; none are at NULL.
 */
static inline struct Wire
wire_copy (const void *data, size_t size)
{
  struct Wire wire = { .data = NULL, .size = size };

  if (0 == size)
    return wire;
  wire.data = malloc (size);
  ck_assert_ptr_nonnull (wire.data);
  memcpy (wire.data, data, size);
  return wire;
}


/**
 * Take all that an outbox sends, in pieces of at most @a piece bytes.
 */
static inline struct Wire
wire_take (struct MQTT_Outbox *outbox, uint64_t now_us, size_t piece)
{
  struct Wire wire = { .data = NULL, .size = 0 };
  size_t n;

  do
  {
    wire.data = realloc (wire.data, wire.size + piece);
    ck_assert_ptr_nonnull (wire.data);
    n = MQTT_outbox_fill (outbox, now_us, wire.data + wire.size, piece);
    ck_assert_uint_le (n, piece);
    wire.size += n;
  }
  while (0 != n);
  ck_assert_uint_eq (0, MQTT_outbox_bytes (outbox));
  return wire;
}


/**
 * The body of the one frame that an outbox sends; its header is checked.
 *
 * @param[out] header set
 */
static inline struct Wire
wire_take_body (struct MQTT_Outbox *outbox,
                uint64_t now_us,
                struct MQTT_FrameHeader *header)
{
  struct Wire whole = wire_take (outbox, now_us, 4096);
  struct Wire body;

  ck_assert_uint_ge (whole.size, sizeof (*header));
  memcpy (header, whole.data, sizeof (*header));
  body = wire_copy (whole.data + sizeof (*header),
                    whole.size - sizeof (*header));
  free (whole.data);
  ck_assert_uint_eq (0, header->reserved);
  ck_assert_uint_eq (body.size, __builtin_bswap32 (header->size));
  return body;
}

#endif
