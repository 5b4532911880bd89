/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_link_frame.c
 * @brief Tests of core/link_frame.h: what is put is decoded, what is not legal
 *        is refused.
 */
#include "run_cases.h"
#include "core/link_frame.h"
#include "wire.h"

#define NOW 1000000

static const uint64_t hashes[] = { 1, UINT64_MAX, 0x0123456789abcdef };

static const struct MQTT_LinkHello hello = { .version = MQTT_LINK_VERSION,
                                             .run = 0x1122334455667788,
                                             .features = 0x99aabbcc,
                                             .body_limit = 0xddeeff00 };

static const struct MQTT_LinkWant want = { .number = 17,
                                           .epoch = 18,
                                           .age_us = 0x123456789a,
                                           .qos = 2,
                                           .durable = true };

static const struct MQTT_LinkSerial serial = { .run = UINT64_MAX,
                                               .sequence = INT64_MAX };

static const struct MQTT_LinkRefuse refuse = { .number = 17,
                                               .epoch = 18,
                                               .why = MQTT_LINK_PUT_OFF };

static const struct MQTT_Version version = { .time_us = 20,
                                             .run = UINT64_MAX,
                                             .sequence = INT64_MAX };

/**
 * A frame and what is left of it when it is cut.
 */
struct Sample
{
  enum MQTT_LinkFrameType type;
  /** Bytes of the body. */
  size_t size;
  /** Least bytes that are a legal body. */
  size_t least;
  /** Of so many more bytes, each multiple is legal too. */
  size_t step;
};

static const struct Sample samples[] = {
  { MQTT_LINK_HELLO, 20, 20, 1 }, { MQTT_LINK_TOPIC, 32, 16, 8 },
  { MQTT_LINK_WANT, 16, 16, 1 },  { MQTT_LINK_REFUSE, 9, 9, 1 },
  { MQTT_LINK_NAME, 7, 5, 1 },    { MQTT_LINK_PUBLISH, 42, 34, 1 },
  { MQTT_LINK_PING, 0, 0, 1 },    { MQTT_LINK_BYE, 0, 0, 1 },
  { MQTT_LINK_ACK, 16, 16, 1 },   { MQTT_LINK_RETURN, 16, 16, 1 },
  { MQTT_LINK_WILL, 46, 38, 1 },  { MQTT_LINK_UNWILL, 16, 16, 1 }
};

#define SAMPLES (sizeof (samples) / sizeof (samples[0]))


/**
 * Put a frame and take it from the outbox.
 */
static struct Wire
make_frame (enum MQTT_LinkFrameType type, struct MQTT_FrameHeader *header)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct Wire body;

  if (MQTT_LINK_WILL == type)
    message->version = version;
  switch (type)
  {
  case MQTT_LINK_HELLO:
    MQTT_link_put_hello (outbox, &hello);
    break;
  case MQTT_LINK_TOPIC:
    MQTT_link_put_topic (outbox, 17, 18, true, hashes, 3);
    break;
  case MQTT_LINK_WANT:
    MQTT_link_put_want (outbox, &want);
    break;
  case MQTT_LINK_REFUSE:
    MQTT_link_put_refuse (outbox, &refuse);
    break;
  case MQTT_LINK_NAME:
    MQTT_link_put_name (outbox, 17, "a/b", 3);
    break;
  case MQTT_LINK_PUBLISH:
    MQTT_link_put_publish (outbox, 17, &serial, message, 1, NULL);
    break;
  case MQTT_LINK_PING:
    MQTT_link_put_ping (outbox);
    break;
  case MQTT_LINK_BYE:
    MQTT_link_put_bye (outbox);
    break;
  case MQTT_LINK_ACK:
    MQTT_link_put_ack (outbox, &serial);
    break;
  case MQTT_LINK_RETURN:
    MQTT_link_put_return (outbox, &serial);
    break;
  case MQTT_LINK_WILL:
    MQTT_link_put_will (outbox, 17, 19, message);
    break;
  case MQTT_LINK_UNWILL:
    MQTT_link_put_unwill (outbox, &serial);
    break;
  }
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, header);
  MQTT_outbox_destroy (outbox);
  ck_assert_int_eq (type, header->type);
  return body;
}


/**
 * Decode a frame as it was put, or fail.
 *
 * @return its body, to be freed after use of @a frame
 */
static struct Wire
decode_sample (enum MQTT_LinkFrameType type, struct MQTT_LinkFrame *frame)
{
  struct MQTT_FrameHeader header;
  struct Wire body = make_frame (type, &header);

  ck_assert_int_eq (MQTT_LINK_DECODED,
                    MQTT_link_frame_decode (header.type,
                                            header.flags,
                                            body.data,
                                            body.size,
                                            frame));
  ck_assert_int_eq (type, frame->type);
  return body;
}


START_TEST (hello_says_who)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_HELLO, &frame);

  ck_assert_uint_eq (hello.version, frame.hello.version);
  ck_assert_uint_eq (hello.run, frame.hello.run);
  ck_assert_uint_eq (hello.features, frame.hello.features);
  ck_assert_uint_eq (hello.body_limit, frame.hello.body_limit);
  free (body.data);
}
END_TEST


/** Of a version that is not ours nothing else is known. */
START_TEST (hello_of_another_version_says_so)
{
  static const uint8_t bodies[][3] = { { 0 }, { 2, 1, 2 }, { 255, 3, 4 } };

  for (size_t i = 0; i < 3; i++)
  {
    for (size_t size = 1; size <= sizeof (bodies[i]); size++)
    {
      struct MQTT_LinkFrame frame;

      ck_assert_int_eq (
        MQTT_LINK_DECODED,
        MQTT_link_frame_decode (MQTT_LINK_HELLO, 0, bodies[i], size, &frame));
      ck_assert_uint_eq (bodies[i][0], frame.hello.version);
      ck_assert_uint_eq (0, frame.hello.run);
      ck_assert_uint_eq (0, frame.hello.body_limit);
    }
  }
}
END_TEST


START_TEST (topic_carries_hashes)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_TOPIC, &frame);

  ck_assert_uint_eq (17, frame.topic.number);
  ck_assert_uint_eq (18, frame.topic.epoch);
  ck_assert (frame.topic.dollar);
  ck_assert_uint_eq (3, frame.topic.count);
  for (size_t i = 0; i < 3; i++)
    ck_assert_uint_eq (hashes[i], MQTT_link_topic_hash (&frame.topic, i));
  ck_assert_mem_eq ("\x01\x23\x45\x67\x89\xab\xcd\xef", body.data + 24, 8);
  free (body.data);
}
END_TEST


START_TEST (topics_have_bounded_depth)
{
  const size_t most = MQTT_LINK_LEVELS_MAX;
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  uint64_t *many = calloc (most + 1, sizeof (*many));
  struct MQTT_FrameHeader header;
  struct MQTT_LinkFrame frame;
  struct Wire body;

  ck_assert_ptr_nonnull (many);
  many[most - 1] = 5;
  for (size_t count = most; count <= most + 1; count++)
  {
    MQTT_link_put_topic (outbox, 1, 2, false, many, count);
    body = wire_take_body (outbox, NOW, &header);
    ck_assert_int_eq ((count == most) ? MQTT_LINK_DECODED : MQTT_LINK_BAD,
                      MQTT_link_frame_decode (header.type,
                                              header.flags,
                                              body.data,
                                              body.size,
                                              &frame));
    if (count == most)
    {
      ck_assert_uint_eq (most, frame.topic.count);
      ck_assert (!frame.topic.dollar);
      ck_assert_uint_eq (5, MQTT_link_topic_hash (&frame.topic, most - 1));
    }
    free (body.data);
  }
  free (many);
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (answers_repeat_the_question)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_WANT, &frame);

  ck_assert_uint_eq (want.number, frame.want.number);
  ck_assert_uint_eq (want.epoch, frame.want.epoch);
  ck_assert_uint_eq (want.age_us, frame.want.age_us);
  ck_assert_uint_eq (want.qos, frame.want.qos);
  ck_assert (frame.want.durable);
  free (body.data);
  body = decode_sample (MQTT_LINK_REFUSE, &frame);
  ck_assert_uint_eq (refuse.number, frame.refuse.number);
  ck_assert_uint_eq (refuse.epoch, frame.refuse.epoch);
  ck_assert_int_eq (refuse.why, frame.refuse.why);
  free (body.data);
}
END_TEST


START_TEST (name_carries_text)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_NAME, &frame);

  ck_assert_uint_eq (17, frame.name.number);
  ck_assert_uint_eq (3, frame.name.name_size);
  ck_assert_mem_eq ("a/b", frame.name.name, 3);
  free (body.data);
}
END_TEST


START_TEST (publish_carries_a_message)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_PUBLISH, &frame);

  ck_assert_uint_eq (17, frame.publish.number);
  ck_assert_uint_eq (serial.run, frame.publish.serial.run);
  ck_assert_uint_eq (serial.sequence, frame.publish.serial.sequence);
  wire_assert_publication (&frame.publish.publication, 1);
  free (body.data);
}
END_TEST


START_TEST (will_has_a_name_and_a_delay)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_WILL, &frame);

  ck_assert_uint_eq (17, frame.will.number);
  ck_assert_uint_eq (19, frame.will.delay_s);
  ck_assert (frame.will.publication.will);
  ck_assert_uint_eq (version.run, frame.will.publication.version.run);
  ck_assert_uint_eq (version.sequence, frame.will.publication.version.sequence);
  free (body.data);
  body = decode_sample (MQTT_LINK_UNWILL, &frame);
  ck_assert_uint_eq (serial.run, frame.unwill.run);
  ck_assert_uint_eq (serial.sequence, frame.unwill.sequence);
  free (body.data);
}
END_TEST


START_TEST (answers_name_a_publication)
{
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_sample (MQTT_LINK_ACK, &frame);

  ck_assert_uint_eq (serial.run, frame.ack.run);
  ck_assert_uint_eq (serial.sequence, frame.ack.sequence);
  free (body.data);
  body = decode_sample (MQTT_LINK_RETURN, &frame);
  ck_assert_uint_eq (serial.run, frame.returned.run);
  ck_assert_uint_eq (serial.sequence, frame.returned.sequence);
  free (body.data);
}
END_TEST


START_TEST (ping_and_bye_say_nothing)
{
  struct MQTT_LinkFrame frame;

  free (decode_sample (MQTT_LINK_PING, &frame).data);
  free (decode_sample (MQTT_LINK_BYE, &frame).data);
}
END_TEST


START_TEST (cut_frames_are_refused)
{
  for (size_t i = 0; i < SAMPLES; i++)
  {
    struct MQTT_FrameHeader header;
    struct Wire body = make_frame (samples[i].type, &header);

    ck_assert_uint_eq (samples[i].size, body.size);
    for (size_t size = 0; size <= body.size; size++)
    {
      bool legal = (size >= samples[i].least)
                   && (0 == (size - samples[i].least) % samples[i].step);
      struct Wire cut = wire_copy (body.data, size);
      struct MQTT_LinkFrame frame;

      ck_assert_int_eq (legal ? MQTT_LINK_DECODED : MQTT_LINK_BAD,
                        MQTT_link_frame_decode (header.type,
                                                header.flags,
                                                cut.data,
                                                cut.size,
                                                &frame));
      free (cut.data);
    }
    free (body.data);
  }
}
END_TEST


START_TEST (trailing_bytes_are_refused)
{
  static const enum MQTT_LinkFrameType fixed[] = {
    MQTT_LINK_HELLO, MQTT_LINK_WANT, MQTT_LINK_REFUSE, MQTT_LINK_TOPIC,
    MQTT_LINK_PING,  MQTT_LINK_BYE,  MQTT_LINK_ACK,    MQTT_LINK_RETURN
  };

  for (size_t i = 0; i < sizeof (fixed) / sizeof (fixed[0]); i++)
  {
    struct MQTT_FrameHeader header;
    struct Wire body = make_frame (fixed[i], &header);
    struct MQTT_LinkFrame frame;

    body.data = realloc (body.data, body.size + 1);
    ck_assert_ptr_nonnull (body.data);
    body.data[body.size] = 0;
    ck_assert_int_eq (MQTT_LINK_BAD,
                      MQTT_link_frame_decode (header.type,
                                              header.flags,
                                              body.data,
                                              body.size + 1,
                                              &frame));
    free (body.data);
  }
}
END_TEST


/**
 * Use all of a decoded frame, and check what is promised of it.
 */
static void
use_frame (const struct MQTT_LinkFrame *frame)
{
  switch (frame->type)
  {
  case MQTT_LINK_TOPIC:
    ck_assert_uint_ge (frame->topic.count, 1);
    for (size_t i = 0; i < frame->topic.count; i++)
      (void)MQTT_link_topic_hash (&frame->topic, i);
    break;
  case MQTT_LINK_WANT:
    ck_assert_uint_le (frame->want.qos, 2);
    break;
  case MQTT_LINK_REFUSE:
    ck_assert_int_le (frame->refuse.why, MQTT_LINK_NOT_ALLOWED);
    break;
  case MQTT_LINK_NAME:
    ck_assert_uint_ge (frame->name.name_size, 1);
    ck_assert_ptr_null (memchr (frame->name.name, 0, frame->name.name_size));
    break;
  case MQTT_LINK_ACK:
    ck_assert_uint_ge (frame->ack.sequence, 1);
    ck_assert_uint_le (frame->ack.sequence, INT64_MAX);
    break;
  case MQTT_LINK_PUBLISH:
    ck_assert_int_eq (0 == frame->publish.publication.qos,
                      0 == frame->publish.serial.sequence);
    wire_use_publication (&frame->publish.publication);
    break;
  default:
    break;
  }
}


/** Every type and flag, and every change of one byte of the body. */
START_TEST (changed_frames_do_no_harm)
{
  unsigned int decoded = 0;

  for (size_t i = 0; i < SAMPLES; i++)
  {
    struct MQTT_FrameHeader header;
    struct Wire body = make_frame (samples[i].type, &header);

    for (size_t at = 0; at < 2 + body.size; at++)
    {
      for (int xor = 1; xor < 256; xor ++)
      {
        uint8_t type = header.type ^ ((0 == at) ? xor : 0);
        uint8_t flags = header.flags ^ ((1 == at) ? xor : 0);
        struct Wire changed = wire_copy (body.data, body.size);
        struct MQTT_LinkFrame frame;

        if (2 <= at)
          changed.data[at - 2] ^= xor;
        if (MQTT_LINK_DECODED
            == MQTT_link_frame_decode (type,
                                       flags,
                                       changed.data,
                                       changed.size,
                                       &frame))
        {
          use_frame (&frame);
          decoded++;
        }
        free (changed.data);
      }
    }
    free (body.data);
  }
  ck_assert_uint_gt (decoded, 1000);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("link_frame");

  tcase_add_test (cases, hello_says_who);
  tcase_add_test (cases, hello_of_another_version_says_so);
  tcase_add_test (cases, topic_carries_hashes);
  tcase_add_test (cases, topics_have_bounded_depth);
  tcase_add_test (cases, answers_repeat_the_question);
  tcase_add_test (cases, name_carries_text);
  tcase_add_test (cases, publish_carries_a_message);
  tcase_add_test (cases, will_has_a_name_and_a_delay);
  tcase_add_test (cases, answers_name_a_publication);
  tcase_add_test (cases, ping_and_bye_say_nothing);
  tcase_add_test (cases, cut_frames_are_refused);
  tcase_add_test (cases, trailing_bytes_are_refused);
  tcase_add_test (cases, changed_frames_do_no_harm);
  return run_cases ("link_frame", cases);
}
