/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outbox.c
 * @brief Tests of core/outbox.h: order, bounds, expiry, references.
 */
#include "run_cases.h"
#include <arpa/inet.h>
#include "core/outbox.h"
#include "wire.h"

#define NOW 1000000
#define HEADER sizeof (struct MQTT_FrameHeader)

/** A payload format indicator: the shortest property. */
static const uint8_t one_property[] = { 1, 1 };


/**
 * A message of @a size bytes of payload.
 */
static struct MQTT_Message *
make_message (size_t size, size_t properties_size, uint64_t expiry_us)
{
  uint8_t *payload = malloc (size + 1);
  struct MQTT_Publication publication = { .properties = one_property,
                                          .properties_size = properties_size,
                                          .payload = payload,
                                          .payload_size = size,
                                          .expiry_us = expiry_us,
                                          .qos = 2,
                                          .retain = (0 != properties_size) };
  struct MQTT_Message *message;

  ck_assert_ptr_nonnull (payload);
  for (size_t i = 0; i < size; i++)
    payload[i] = (uint8_t)(i * 7 + size);
  message = MQTT_message_create (&publication, NOW);
  free (payload);
  return message;
}


/**
 * Queue a bit of everything: bodies none, small and large, messages with and
 * without expiry and properties.
 */
static void
put_mixture (struct MQTT_Outbox *outbox)
{
  uint8_t bytes[300];

  for (size_t i = 0; i < sizeof (bytes); i++)
    bytes[i] = (uint8_t)i;
  for (uint8_t i = 0; i < 32; i++)
  {
    struct MQTT_Message *message = make_message (
      i * i,
      (0 != (i & 1)) ? sizeof (one_property) : 0,
      (0 != (i & 2)) ? 5000 : MQTT_NEVER);

    MQTT_outbox_put (outbox, i, 0, bytes, i);
    MQTT_outbox_put_message (outbox, 100 + i, i % 3, bytes, i, message);
    MQTT_outbox_put (outbox, 200 + i, 1, bytes, 9 * i);
    MQTT_message_unref (message);
  }
}


START_TEST (is_empty_at_first)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  uint8_t byte;

  ck_assert_uint_eq (0, MQTT_outbox_fill (outbox, NOW, &byte, 1));
  ck_assert_uint_eq (0, MQTT_outbox_bytes (outbox));
  ck_assert_uint_eq (0, MQTT_outbox_messages (outbox));
  ck_assert_uint_eq (0, MQTT_outbox_expired (outbox));
  ck_assert (!MQTT_outbox_is_full (outbox));
  ck_assert (MQTT_outbox_has_room (outbox));
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (writes_frames)
{
  static const uint8_t expected[] = "\7\1\0\0\0\0\0\3abc"
                                    "\10\0\0\0\0\0\0\0"
                                    "\11\0\0\0\0\0\0\2xy";
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct Wire wire;

  MQTT_outbox_put (outbox, 7, 1, "abc", 3);
  MQTT_outbox_put (outbox, 8, 0, NULL, 0);
  memcpy (MQTT_outbox_reserve (outbox, 9, 0, 2), "xy", 2);
  ck_assert_uint_eq (sizeof (expected) - 1, MQTT_outbox_bytes (outbox));
  wire = wire_take (outbox, NOW, 100);
  ck_assert_uint_eq (sizeof (expected) - 1, wire.size);
  ck_assert_mem_eq (expected, wire.data, wire.size);
  free (wire.data);
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (writes_messages)
{
  static const uint8_t expected[] =
    "\5\136\0\0\0\0\0\26head" /* flags: QoS 2, all, one of the frame's own */
    "\0\0\0\0\0\0\0\144"      /* 100 us are left */
    "\0\0\0\2\1\1"            /* properties */
    "\4\13\22\31";            /* payload */
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *message = make_message (4, 2, 300);
  struct Wire wire;

  MQTT_outbox_put_message (outbox,
                           5,
                           MQTT_outbox_flags (message, 2) | 0x40,
                           "head",
                           4,
                           message);
  MQTT_message_unref (message);
  ck_assert_uint_eq (0, MQTT_outbox_messages (outbox));
  ck_assert_uint_eq (sizeof (expected) - 1, MQTT_outbox_bytes (outbox));
  wire = wire_take (outbox, NOW + 200, 100);
  ck_assert_uint_eq (sizeof (expected) - 1, wire.size);
  ck_assert_mem_eq (expected, wire.data, wire.size);
  ck_assert_uint_eq (0, MQTT_outbox_messages (outbox));
  free (wire.data);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** However small the segments are, the stream is the same. */
START_TEST (segments_of_any_size_carry_the_same)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct Wire whole;

  put_mixture (outbox);
  ck_assert_uint_eq (11, MQTT_outbox_messages (outbox));
  whole = wire_take (outbox, NOW, 1 << 20);
  for (size_t piece = 1; piece < 200; piece++)
  {
    struct Wire wire;

    put_mixture (outbox);
    ck_assert_uint_eq (whole.size, MQTT_outbox_bytes (outbox));
    wire = wire_take (outbox, NOW, piece);
    ck_assert_uint_eq (whole.size, wire.size);
    ck_assert_mem_eq (whole.data, wire.data, whole.size);
    free (wire.data);
  }
  free (whole.data);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Every byte of what has left is no longer counted. */
START_TEST (counts_bytes)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  size_t bytes;
  uint8_t byte;

  put_mixture (outbox);
  bytes = MQTT_outbox_bytes (outbox);
  while (0 != bytes)
  {
    ck_assert_uint_eq (bytes, MQTT_outbox_bytes (outbox));
    ck_assert_uint_eq (1, MQTT_outbox_fill (outbox, NOW, &byte, 1));
    bytes--;
  }
  ck_assert_uint_eq (0, MQTT_outbox_fill (outbox, NOW, &byte, 1));
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Frames go in and out at different paces, so that the ring wraps and grows. */
START_TEST (keeps_order)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  uint32_t in = 0;
  uint32_t out = 0;

  for (uint32_t round = 1; round < 200; round++)
  {
    for (uint32_t i = 0; i < round * 17 % 113; i++)
    {
      MQTT_outbox_put (outbox, 1, 0, &in, sizeof (in));
      in++;
    }
    for (uint32_t i = 0; (i < round * 13 % 101) && (out < in); i++)
    {
      uint8_t frame[HEADER + sizeof (out)];

      ck_assert_uint_eq (sizeof (frame),
                         MQTT_outbox_fill (outbox, NOW, frame, sizeof (frame)));
      ck_assert_mem_eq (&out, frame + HEADER, sizeof (out));
      out++;
    }
    ck_assert_uint_eq ((in - out) * (HEADER + sizeof (in)),
                       MQTT_outbox_bytes (outbox));
  }
  ck_assert_uint_gt (in, out + 100);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** After a burst of many, which does not hold memory for ever. */
START_TEST (goes_on_after_a_burst)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);

  for (int round = 0; round < 3; round++)
  {
    struct Wire wire;

    for (uint32_t i = 0; i < 5000; i++)
      MQTT_outbox_put (outbox, 1, 0, &i, sizeof (i));
    wire = wire_take (outbox, NOW, 60000);
    ck_assert_uint_eq (5000 * (HEADER + 4), wire.size);
    for (uint32_t i = 0; i < 5000; i++)
      ck_assert_mem_eq (&i, wire.data + i * (HEADER + 4) + HEADER, 4);
    free (wire.data);
  }
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (is_full_from_its_bound_on)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  uint8_t bytes[50];

  MQTT_outbox_put (outbox, 1, 0, bytes, 42);
  ck_assert (!MQTT_outbox_is_full (outbox));
  ck_assert (MQTT_outbox_has_room (outbox));
  MQTT_outbox_put (outbox, 1, 0, bytes, 41);
  ck_assert_uint_eq (99, MQTT_outbox_bytes (outbox));
  ck_assert (!MQTT_outbox_is_full (outbox));
  ck_assert (!MQTT_outbox_has_room (outbox));
  MQTT_outbox_fill (outbox, NOW, bytes, 7);
  MQTT_outbox_put (outbox, 1, 0, bytes, 0);
  ck_assert_uint_eq (100, MQTT_outbox_bytes (outbox));
  ck_assert (MQTT_outbox_is_full (outbox));
  MQTT_outbox_fill (outbox, NOW, bytes, 49);
  ck_assert (!MQTT_outbox_has_room (outbox));
  MQTT_outbox_fill (outbox, NOW, bytes, 1);
  ck_assert (MQTT_outbox_has_room (outbox));
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** A bound of 0 lets one frame at a time through, not none. */
START_TEST (is_not_full_when_empty)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (0);

  ck_assert (!MQTT_outbox_is_full (outbox));
  ck_assert (MQTT_outbox_has_room (outbox));
  MQTT_outbox_put (outbox, 1, 0, NULL, 0);
  ck_assert (MQTT_outbox_is_full (outbox));
  ck_assert (!MQTT_outbox_has_room (outbox));
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (drops_expired_messages)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *brief = make_message (10, 0, 100);
  struct MQTT_Message *lasting = make_message (20, 0, 200);
  struct Wire wire;

  MQTT_outbox_put_message (outbox, 1, 0, "h", 1, brief);
  MQTT_outbox_put_message (outbox, 2, 0, "h", 1, lasting);
  MQTT_outbox_put (outbox, 3, 0, NULL, 0);
  MQTT_outbox_put_message (outbox, 4, 0, "h", 1, brief);
  MQTT_outbox_put_message (outbox, 5, 0, "h", 1, brief);
  wire = wire_take (outbox, NOW + 100, 1000);
  ck_assert_uint_eq (HEADER + 1 + 8 + 20 + HEADER, wire.size);
  ck_assert_uint_eq (2, wire.data[0]);
  ck_assert_uint_eq (3, wire.data[wire.size - HEADER]);
  ck_assert_uint_eq (3, MQTT_outbox_expired (outbox));
  ck_assert_uint_eq (0, MQTT_outbox_messages (outbox));
  ck_assert_uint_eq (1, brief->references);
  ck_assert_uint_eq (1, lasting->references);
  free (wire.data);
  MQTT_message_unref (brief);
  MQTT_message_unref (lasting);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Each at QoS 1 and 2 is answered: none may vanish. */
START_TEST (sends_expired_messages_that_are_answered)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *brief = make_message (10, 0, 100);
  struct Wire wire;

  MQTT_outbox_put_message (outbox, 1, 0, "h", 1, brief);
  MQTT_outbox_put_message (outbox, 2, 1, "h", 1, brief);
  MQTT_outbox_put_message (outbox, 3, 2, "h", 1, brief);
  ck_assert_uint_eq (1, MQTT_outbox_messages (outbox));
  wire = wire_take (outbox, NOW + 100, 1000);
  ck_assert_uint_eq (2 * (HEADER + 1 + 8 + 10), wire.size);
  ck_assert_uint_eq (2, wire.data[0]);
  ck_assert_mem_eq ("\0\0\0\0\0\0\0\0", wire.data + HEADER + 1, 8);
  ck_assert_uint_eq (3, wire.data[wire.size / 2]);
  ck_assert_uint_eq (1, MQTT_outbox_expired (outbox));
  ck_assert_uint_eq (0, MQTT_outbox_messages (outbox));
  free (wire.data);
  MQTT_message_unref (brief);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Where every message is answered, none may vanish. */
START_TEST (sends_expired_messages_if_asked)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *message = make_message (10, 0, 100);
  uint8_t frame[HEADER + 1 + 8 + 10];

  MQTT_outbox_keep_expired (outbox);
  for (uint64_t late = 0; late < 3; late++)
  {
    MQTT_outbox_put_message (outbox, 1, 0, "h", 1, message);
    ck_assert_uint_eq (
      sizeof (frame),
      MQTT_outbox_fill (outbox, NOW + 100 + late, frame, sizeof (frame)));
    ck_assert_mem_eq ("h\0\0\0\0\0\0\0\0", frame + HEADER, 9);
  }
  ck_assert_uint_eq (0, MQTT_outbox_expired (outbox));
  ck_assert_uint_eq (0, MQTT_outbox_messages (outbox));
  MQTT_message_unref (message);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Of which a byte has left; what is left of its time then is what it says. */
START_TEST (finishes_a_message_that_expires_under_way)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *message = make_message (30, 2, 100);
  uint8_t frame[HEADER + 1 + 8 + 4 + 2 + 30];

  MQTT_outbox_put_message (outbox, 1, 1, "h", 1, message);
  MQTT_message_unref (message);
  ck_assert_uint_eq (1, MQTT_outbox_fill (outbox, NOW + 60, frame, 1));
  for (size_t i = 1; i < sizeof (frame); i++)
    ck_assert_uint_eq (1,
                       MQTT_outbox_fill (outbox, NOW + 99 + i, frame + i, 1));
  ck_assert_mem_eq ("h\0\0\0\0\0\0\0\50\0\0\0\2\1\1", frame + HEADER, 15);
  ck_assert_uint_eq (0, MQTT_outbox_expired (outbox));
  ck_assert_uint_eq (0, MQTT_outbox_bytes (outbox));
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (carries_large_messages)
{
  const size_t size = 3 << 20;
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *message = make_message (size, 0, MQTT_NEVER);
  struct Wire wire;

  MQTT_outbox_put_message (outbox, 1, 0, "h", 1, message);
  wire = wire_take (outbox, NOW, 61440);
  ck_assert_uint_eq (HEADER + 1 + size, wire.size);
  ck_assert_mem_eq (message->body, wire.data + HEADER + 1, size);
  free (wire.data);
  MQTT_message_unref (message);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Also of a message of which half has left, and of large heads. */
START_TEST (destroying_gives_references_back)
{
  struct MQTT_Message *message = make_message (100, 0, MQTT_NEVER);
  uint8_t head[500] = { 0 };

  for (size_t sent = 0; sent < 1300; sent += 50)
  {
    struct MQTT_Outbox *outbox = MQTT_outbox_create (100);

    MQTT_outbox_put_message (outbox, 1, 0, head, sizeof (head), message);
    MQTT_outbox_put_message (outbox, 1, 0, head, 4, message);
    MQTT_outbox_put_message (outbox, 1, 0, head, sizeof (head), message);
    MQTT_outbox_put (outbox, 1, 0, head, sizeof (head));
    ck_assert_uint_eq (4, message->references);
    for (size_t i = 0; i < sent; i += sizeof (head) / 10)
    {
      uint8_t piece[sizeof (head) / 10];

      MQTT_outbox_fill (outbox, NOW, piece, sizeof (piece));
    }
    MQTT_outbox_destroy (outbox);
    ck_assert_uint_eq (1, message->references);
  }
  MQTT_message_unref (message);
}
END_TEST


/** A frame of which a part has left must come to its end. */
START_TEST (clears_between_frames)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (100);
  struct MQTT_Message *message = make_message (100, 0, MQTT_NEVER);
  uint8_t piece[10];
  struct Wire wire;

  MQTT_outbox_put_message (outbox, 1, 0, "h", 1, message);
  MQTT_outbox_put_message (outbox, 1, 0, "h", 1, message);
  ck_assert (MQTT_outbox_is_between (outbox));
  MQTT_outbox_clear (outbox);
  ck_assert_uint_eq (0, MQTT_outbox_bytes (outbox));
  ck_assert_uint_eq (1, message->references);
  MQTT_outbox_put_message (outbox, 1, 0, "h", 1, message);
  (void)MQTT_outbox_fill (outbox, NOW, piece, sizeof (piece));
  ck_assert (!MQTT_outbox_is_between (outbox));
  wire = wire_take (outbox, NOW, 61440);
  free (wire.data);
  ck_assert (MQTT_outbox_is_between (outbox));
  MQTT_message_unref (message);
  MQTT_outbox_destroy (outbox);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("outbox");

  tcase_add_test (cases, is_empty_at_first);
  tcase_add_test (cases, writes_frames);
  tcase_add_test (cases, writes_messages);
  tcase_add_test (cases, segments_of_any_size_carry_the_same);
  tcase_add_test (cases, counts_bytes);
  tcase_add_test (cases, keeps_order);
  tcase_add_test (cases, goes_on_after_a_burst);
  tcase_add_test (cases, is_full_from_its_bound_on);
  tcase_add_test (cases, is_not_full_when_empty);
  tcase_add_test (cases, drops_expired_messages);
  tcase_add_test (cases, sends_expired_messages_that_are_answered);
  tcase_add_test (cases, sends_expired_messages_if_asked);
  tcase_add_test (cases, finishes_a_message_that_expires_under_way);
  tcase_add_test (cases, carries_large_messages);
  tcase_add_test (cases, destroying_gives_references_back);
  tcase_add_test (cases, clears_between_frames);
  return run_cases ("outbox", cases);
}
