/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_ipc_frame.c
 * @brief Tests of core/ipc_frame.h: what is put is decoded, what is not legal,
 *        or comes from the wrong side, is refused.
 */
#include "run_cases.h"
#include "core/ipc_frame.h"
#include "wire.h"

#define NOW 1000000

static const struct MQTT_IpcHello hello = { .version = MQTT_IPC_VERSION,
                                            .maximum_qos = 2,
                                            .retain_available = true,
                                            .maximum_payload = 0x12345678 };

static const struct MQTT_IpcSubscribe subscribe = { .subscription = 77,
                                                    .qos = 1,
                                                    .no_local = true,
                                                    .retain_as_published = true,
                                                    .retain_handling = 2,
                                                    .filter = "a/+",
                                                    .filter_size = 3 };

static const uint32_t subscriptions[] = { 1, UINT32_MAX, 0x12345678 };

/**
 * A frame, who may send it, and what is left of it when it is cut.
 */
struct Sample
{
  enum MQTT_IpcFrameType type;
  bool from_client;
  bool from_service;
  /** Bytes of the body. */
  size_t size;
  /** Least bytes that are a legal body. */
  size_t least;
};

static const struct Sample samples[] = {
  { MQTT_IPC_HELLO, false, true, 8, 8 },
  { MQTT_IPC_NAME, true, true, 7, 5 },
  { MQTT_IPC_SUBSCRIBE, true, false, 7, 5 },
  { MQTT_IPC_UNSUBSCRIBE, true, false, 4, 4 },
  { MQTT_IPC_PUBLISH, true, false, 26, 18 },
  { MQTT_IPC_SUBSCRIBED, false, true, 5, 5 },
  { MQTT_IPC_PUBLISHED, false, true, 5, 5 },
  { MQTT_IPC_MESSAGE, false, true, 42, 34 },
};

#define SAMPLES (sizeof (samples) / sizeof (samples[0]))


/**
 * Put a frame and take it from the outbox.
 */
static struct Wire
make_frame (enum MQTT_IpcFrameType type, struct MQTT_FrameHeader *header)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct Wire body;

  switch (type)
  {
  case MQTT_IPC_HELLO:
    MQTT_ipc_put_hello (outbox, &hello);
    break;
  case MQTT_IPC_NAME:
    MQTT_ipc_put_name (outbox, 1023, "a/b", 3);
    break;
  case MQTT_IPC_SUBSCRIBE:
    MQTT_ipc_put_subscribe (outbox, &subscribe);
    break;
  case MQTT_IPC_UNSUBSCRIBE:
    MQTT_ipc_put_unsubscribe (outbox, 77);
    break;
  case MQTT_IPC_PUBLISH:
    MQTT_ipc_put_publish (outbox, 17, message);
    break;
  case MQTT_IPC_SUBSCRIBED:
    MQTT_ipc_put_subscribed (outbox, 77, 0x8f);
    break;
  case MQTT_IPC_PUBLISHED:
    MQTT_ipc_put_published (outbox, 1000, 0x97);
    break;
  case MQTT_IPC_MESSAGE:
    MQTT_ipc_put_message (outbox, 17, subscriptions, 3, message, 1);
    break;
  }
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, header);
  MQTT_outbox_destroy (outbox);
  ck_assert_int_eq (type, header->type);
  return body;
}


static bool
decode_from_service (const struct MQTT_FrameHeader *header,
                     const struct Wire *body,
                     struct MQTT_IpcFrame *frame)
{
  return MQTT_ipc_frame_decode (MQTT_IPC_FROM_SERVICE,
                                header->type,
                                header->flags,
                                body->data,
                                body->size,
                                frame);
}


/**
 * Decode a frame as it was put, or fail.
 *
 * @return its body, to be freed after use of @a frame
 */
static struct Wire
decode_sample (enum MQTT_IpcSide side,
               enum MQTT_IpcFrameType type,
               struct MQTT_IpcFrame *frame)
{
  struct MQTT_FrameHeader header;
  struct Wire body = make_frame (type, &header);

  ck_assert (MQTT_ipc_frame_decode (side,
                                    header.type,
                                    header.flags,
                                    body.data,
                                    body.size,
                                    frame));
  ck_assert_int_eq (type, frame->type);
  return body;
}


START_TEST (hello_of_the_service)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_SERVICE,
                                    MQTT_IPC_HELLO,
                                    &frame);

  ck_assert_uint_eq (hello.version, frame.hello.version);
  ck_assert_uint_eq (hello.maximum_qos, frame.hello.maximum_qos);
  ck_assert (frame.hello.retain_available);
  ck_assert_uint_eq (hello.maximum_payload, frame.hello.maximum_payload);
  free (body.data);
}
END_TEST


START_TEST (hello_of_a_client)
{
  static const struct MQTT_IpcHello client = { .version = MQTT_IPC_VERSION };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  MQTT_ipc_put_hello (outbox, &client);
  body = wire_take_body (outbox, NOW, &header);
  for (size_t i = 0; i < body.size; i++)
  {
    ck_assert (MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                                      header.type,
                                      header.flags,
                                      body.data,
                                      body.size,
                                      &frame));
    ck_assert_uint_eq (MQTT_IPC_VERSION, frame.hello.version);
    /* What only a service says, a client must not. */
    body.data[i] ^= 1;
    ck_assert_int_eq (0 == i,
                      MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                                             header.type,
                                             header.flags,
                                             body.data,
                                             body.size,
                                             &frame));
    body.data[i] ^= 1;
  }
  free (body.data);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Of a version that is not ours nothing else is known. */
START_TEST (hello_of_another_version_says_so)
{
  static const uint8_t later[] = { 2, 9, 9, 9, 9, 9, 9, 9, 9, 9 };

  for (size_t size = 1; size <= sizeof (later); size++)
  {
    for (int side = MQTT_IPC_FROM_CLIENT; side <= MQTT_IPC_FROM_SERVICE; side++)
    {
      struct MQTT_IpcFrame frame;

      ck_assert (
        MQTT_ipc_frame_decode (side, MQTT_IPC_HELLO, 0, later, size, &frame));
      ck_assert_uint_eq (2, frame.hello.version);
      ck_assert_uint_eq (0, frame.hello.maximum_payload);
    }
  }
}
END_TEST


START_TEST (names_and_filters_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_SERVICE,
                                    MQTT_IPC_NAME,
                                    &frame);

  ck_assert_uint_eq (1023, frame.name.number);
  ck_assert_uint_eq (3, frame.name.name_size);
  ck_assert_mem_eq ("a/b", frame.name.name, 3);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_CLIENT, MQTT_IPC_SUBSCRIBE, &frame);
  ck_assert_uint_eq (77, frame.subscribe.subscription);
  ck_assert_uint_eq (1, frame.subscribe.qos);
  ck_assert (frame.subscribe.no_local);
  ck_assert (frame.subscribe.retain_as_published);
  ck_assert_uint_eq (2, frame.subscribe.retain_handling);
  ck_assert_uint_eq (3, frame.subscribe.filter_size);
  ck_assert_mem_eq ("a/+", frame.subscribe.filter, 3);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_CLIENT, MQTT_IPC_UNSUBSCRIBE, &frame);
  ck_assert_uint_eq (77, frame.unsubscribe.subscription);
  free (body.data);
}
END_TEST


START_TEST (answers_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_SERVICE,
                                    MQTT_IPC_SUBSCRIBED,
                                    &frame);

  ck_assert_uint_eq (77, frame.subscribed.subscription);
  ck_assert_uint_eq (0x8f, frame.subscribed.reason);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_PUBLISHED, &frame);
  ck_assert_uint_eq (1000, frame.published.count);
  ck_assert_uint_eq (0x97, frame.published.reason);
  free (body.data);
}
END_TEST


START_TEST (messages_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_CLIENT,
                                    MQTT_IPC_PUBLISH,
                                    &frame);

  ck_assert_uint_eq (17, frame.publish.number);
  wire_assert_publication (&frame.publish.publication, 2);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_MESSAGE, &frame);
  ck_assert_uint_eq (17, frame.message.number);
  ck_assert_uint_eq (3, frame.message.subscription_count);
  for (uint16_t i = 0; i < 3; i++)
    ck_assert_uint_eq (subscriptions[i],
                       MQTT_ipc_message_subscription (&frame.message, i));
  wire_assert_publication (&frame.message.publication, 1);
  free (body.data);
}
END_TEST


START_TEST (one_message_for_many_subscriptions)
{
  static uint32_t many[MQTT_IPC_SUBSCRIPTIONS_MAX];
  const uint16_t most = MQTT_IPC_SUBSCRIPTIONS_MAX;
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  for (uint32_t i = 0; i < most; i++)
    many[i] = i * i;
  MQTT_ipc_put_message (outbox, 0, many, most, message, 0);
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  ck_assert (decode_from_service (&header, &body, &frame));
  ck_assert_uint_eq (most, frame.message.subscription_count);
  for (uint32_t i = 0; i < most; i++)
    ck_assert_uint_eq (many[i],
                       MQTT_ipc_message_subscription (&frame.message, i));
  wire_assert_publication (&frame.message.publication, 0);
  /* One more is too many, although there are bytes enough. */
  body.data[5]++;
  ck_assert (!decode_from_service (&header, &body, &frame));
  free (body.data);
}
END_TEST


/** Both sides, every cut, and a byte too many where the size is fixed. */
START_TEST (cut_and_misdirected_frames_are_refused)
{
  for (size_t i = 0; i < SAMPLES; i++)
  {
    const struct Sample *sample = &samples[i];
    struct MQTT_FrameHeader header;
    struct Wire body = make_frame (sample->type, &header);
    size_t most = sample->size + ((sample->least == sample->size) ? 1 : 0);

    ck_assert_uint_eq (sample->size, body.size);
    ck_assert (0 < most);
    body.data = realloc (body.data, most);
    ck_assert_ptr_nonnull (body.data);
    body.data[most - 1] = (most > body.size) ? 0 : body.data[most - 1];
    for (size_t size = 0; size <= most; size++)
    {
      bool legal = (size >= sample->least) && (size <= sample->size);
      struct Wire cut = wire_copy (body.data, size);
      struct MQTT_IpcFrame frame;

      ck_assert_int_eq (legal && sample->from_client,
                        MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                                               header.type,
                                               header.flags,
                                               cut.data,
                                               cut.size,
                                               &frame));
      ck_assert_int_eq (legal && sample->from_service,
                        decode_from_service (&header, &cut, &frame));
      free (cut.data);
    }
    free (body.data);
  }
}
END_TEST


/**
 * Use all of a decoded frame, and check what is promised of it.
 */
static void
use_frame (const struct MQTT_IpcFrame *frame)
{
  switch (frame->type)
  {
  case MQTT_IPC_NAME:
    ck_assert_uint_lt (frame->name.number, MQTT_IPC_TOPIC_NUMBERS);
    ck_assert_ptr_null (memchr (frame->name.name, 0, frame->name.name_size));
    break;
  case MQTT_IPC_SUBSCRIBE:
    ck_assert_uint_le (frame->subscribe.qos, 2);
    ck_assert_uint_le (frame->subscribe.retain_handling, 2);
    ck_assert_uint_ge (frame->subscribe.filter_size, 1);
    break;
  case MQTT_IPC_PUBLISH:
    ck_assert_uint_lt (frame->publish.number, MQTT_IPC_TOPIC_NUMBERS);
    wire_use_publication (&frame->publish.publication);
    break;
  case MQTT_IPC_PUBLISHED:
    ck_assert_uint_ge (frame->published.count, 1);
    break;
  case MQTT_IPC_MESSAGE:
    ck_assert_uint_lt (frame->message.number, MQTT_IPC_TOPIC_NUMBERS);
    for (uint16_t i = 0; i < frame->message.subscription_count; i++)
      (void)MQTT_ipc_message_subscription (&frame->message, i);
    wire_use_publication (&frame->message.publication);
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
    enum MQTT_IpcSide side = samples[i].from_client ? MQTT_IPC_FROM_CLIENT
                                                    : MQTT_IPC_FROM_SERVICE;
    struct MQTT_FrameHeader header;
    struct Wire body = make_frame (samples[i].type, &header);

    for (size_t at = 0; at < 2 + body.size; at++)
    {
      for (int xor = 1; xor < 256; xor ++)
      {
        uint8_t type = header.type ^ ((0 == at) ? xor : 0);
        uint8_t flags = header.flags ^ ((1 == at) ? xor : 0);
        struct Wire changed = wire_copy (body.data, body.size);
        struct MQTT_IpcFrame frame;

        if (2 <= at)
          changed.data[at - 2] ^= xor;
        if (MQTT_ipc_frame_decode (side,
                                   type,
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


START_TEST (values_out_of_range_are_refused)
{
  static const struct
  {
    enum MQTT_IpcFrameType type;
    uint8_t flags;
    const char *body;
    size_t size;
  } bad[] = {
    { 0, 0, "", 0 },                                     /* no such type */
    { 9, 0, "", 0 },                                     /* no such type */
    { MQTT_IPC_HELLO, 1, "\2", 1 },                      /* flag */
    { MQTT_IPC_HELLO, 0, "\1\3\0\0\0\0\0\0", 8 },        /* QoS 3 */
    { MQTT_IPC_HELLO, 0, "\1\0\2\0\0\0\0\0", 8 },        /* not a truth value */
    { MQTT_IPC_HELLO, 0, "\1\0\0\1\0\0\0\0", 8 },        /* reserved */
    { MQTT_IPC_NAME, 0, "\0\0\4\0a", 5 },                /* number 1024 */
    { MQTT_IPC_NAME, 0, "\0\0\0\1#", 5 },                /* a filter */
    { MQTT_IPC_SUBSCRIBE, 0x03, "\0\0\0\1a", 5 },        /* QoS 3 */
    { MQTT_IPC_SUBSCRIBE, 0x30, "\0\0\0\1a", 5 },        /* retain handling 3 */
    { MQTT_IPC_SUBSCRIBE, 0x40, "\0\0\0\1a", 5 },        /* flag */
    { MQTT_IPC_SUBSCRIBE, 0, "\0\0\0\1a#", 6 },          /* not a filter */
    { MQTT_IPC_UNSUBSCRIBE, 1, "\0\0\0\1", 4 },          /* flag */
    { MQTT_IPC_PUBLISH, 0, "\0\0\4\0", 4 },              /* number 1024 */
    { MQTT_IPC_PUBLISH, 3, "\0\0\0\1", 4 },              /* QoS 3 */
    { MQTT_IPC_PUBLISH, 0x80, "\0\0\0\1", 4 },           /* flag */
    { MQTT_IPC_SUBSCRIBED, 1, "\0\0\0\1\0", 5 },         /* flag */
    { MQTT_IPC_PUBLISHED, 1, "\0\0\0\1\0", 5 },          /* flag */
    { MQTT_IPC_PUBLISHED, 0, "\0\0\0\0\0", 5 },          /* none */
    { MQTT_IPC_MESSAGE, 0, "\0\0\4\0\0\1\0\0----", 12 }, /* number 1024 */
    { MQTT_IPC_MESSAGE, 0, "\0\0\0\1\0\0\0\0----", 12 }, /* no subscription */
    { MQTT_IPC_MESSAGE, 0, "\0\0\0\1\0\2\0\0----", 12 }, /* cut */
    { MQTT_IPC_MESSAGE, 0, "\0\0\0\1\0\1\0\1----", 12 }, /* reserved */
    { MQTT_IPC_MESSAGE, 3, "\0\0\0\1\0\1\0\0----", 12 }, /* QoS 3 */
  };

  for (size_t i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
  {
    struct Wire body = wire_copy (bad[i].body, bad[i].size);

    for (int side = MQTT_IPC_FROM_CLIENT; side <= MQTT_IPC_FROM_SERVICE; side++)
    {
      struct MQTT_IpcFrame frame;

      ck_assert (!MQTT_ipc_frame_decode (side,
                                         bad[i].type,
                                         bad[i].flags,
                                         body.data,
                                         body.size,
                                         &frame));
    }
    free (body.data);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("ipc_frame");

  tcase_add_test (cases, hello_of_the_service);
  tcase_add_test (cases, hello_of_a_client);
  tcase_add_test (cases, hello_of_another_version_says_so);
  tcase_add_test (cases, names_and_filters_are_carried);
  tcase_add_test (cases, answers_are_carried);
  tcase_add_test (cases, messages_are_carried);
  tcase_add_test (cases, one_message_for_many_subscriptions);
  tcase_add_test (cases, cut_and_misdirected_frames_are_refused);
  tcase_add_test (cases, changed_frames_do_no_harm);
  tcase_add_test (cases, values_out_of_range_are_refused);
  return run_cases ("ipc_frame", cases);
}
