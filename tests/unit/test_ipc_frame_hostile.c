/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_ipc_frame_hostile.c
 * @brief Tests of core/ipc_frame.h: what is not legal, or comes from the wrong
 *        side, is refused.
 */
#include "run_cases.h"
#include "ipc_samples.h"


/** Both sides, every cut, and a byte too many where the size is fixed. */
START_TEST (cut_and_misdirected_frames_are_refused)
{
  for (size_t i = 0; i < SAMPLES; i++)
  {
    const struct Sample *sample = &samples[i];
    struct MQTT_FrameHeader header;
    struct Wire body = make_sample (sample->type, &header);
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

      ck_assert_int_eq (
        legal && sample->from_client,
        decode_from (MQTT_IPC_FROM_CLIENT, &header, &cut, &frame));
      ck_assert_int_eq (
        legal && sample->from_service,
        decode_from (MQTT_IPC_FROM_SERVICE, &header, &cut, &frame));
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
  case MQTT_IPC_OPEN:
    ck_assert_uint_ge (frame->open.receive_maximum, 1);
    ck_assert_uint_ge (frame->open.maximum_packet, 1);
    ck_assert_ptr_null (
      memchr (frame->open.client_id, 0, frame->open.client_id_size));
    if (!frame->open.has_will)
      break;
    ck_assert_ptr_null (
      memchr (frame->open.will.topic, '+', frame->open.will.topic_size));
    wire_use_publication (&frame->open.will.publication);
    break;
  case MQTT_IPC_ACK:
    ck_assert_int_ge (frame->ack.type, MQTT_IPC_PUBACK);
    ck_assert_int_le (frame->ack.type, MQTT_IPC_PUBCOMP);
    ck_assert_uint_ge (frame->ack.packet_id, 1);
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
    struct Wire body = make_sample (samples[i].type, &header);

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


/* Sessions, an expiry, and a will but for its last fields and its topic. */
#define OWN "\0\0\0\0"
#define NINE "\0\0\0\11"
#define ANY "\377\377\377\377"
#define OFTEN "\0\0\16\20"
#define ZEROS "\0\0\0\0\0\0\0\0"
#define PEER ZEROS ZEROS ZEROS ZEROS
#define NEVER "\377\377\377\377\377\377\377\377\0\0\0\0\0\0\0\0"

static const struct
{
  enum MQTT_IpcFrameType type;
  uint8_t flags;
  const char *body;
  size_t size;
} bad[] = {
  { 0, 0, "", 0 },                                    /* no such type */
  { 18, 0, "", 0 },                                   /* no such type */
  { MQTT_IPC_HELLO, 1, "\3", 1 },                     /* flag */
  { MQTT_IPC_HELLO, 0, "\3\3\0\0\0\0\0\0" PEER, 40 }, /* QoS 3 */
  { MQTT_IPC_HELLO, 0, "\3\0\2\0\0\0\0\0" PEER, 40 }, /* not a truth value */
  { MQTT_IPC_HELLO, 0, "\3\0\0\1\0\0\0\0" PEER, 40 }, /* reserved */
  { MQTT_IPC_NAME, 0, "\0\0\4\0a", 5 },               /* number 1024 */
  { MQTT_IPC_NAME, 0, "\0\0\0\1#", 5 },               /* a filter */
  { MQTT_IPC_SUBSCRIBE, 0x03, OWN "\0\0\0\1a", 9 },   /* QoS 3 */
  { MQTT_IPC_SUBSCRIBE, 0x30, OWN "\0\0\0\1a", 9 },   /* retain handling 3 */
  { MQTT_IPC_SUBSCRIBE, 0xc0, OWN "\0\0\0\1a", 9 },   /* two that exclude */
  { MQTT_IPC_SUBSCRIBE, 0, OWN "\0\0\0\1a#", 10 },    /* not a filter */
  { MQTT_IPC_UNSUBSCRIBE, 1, OWN "\0\0\0\1", 8 },     /* flag */
  { MQTT_IPC_UNSUBSCRIBE, 0, OWN "\0\0\0\1a", 9 },    /* a filter */
  { MQTT_IPC_UNSUBSCRIBE, 0, NINE "\0\0\0\0", 8 },    /* no filter */
  { MQTT_IPC_UNSUBSCRIBE, 0, NINE "\0\0\0\1a", 9 },   /* a number */
  { MQTT_IPC_UNSUBSCRIBE, 0, NINE "\0\0\0\0a#", 10 }, /* not a filter */
  { MQTT_IPC_PUBLISH, 0, OWN "\4\0\0\0", 8 },         /* number 1024 */
  { MQTT_IPC_PUBLISH, 3, OWN "\0\1\0\0", 8 },         /* QoS 3 */
  { MQTT_IPC_PUBLISH, 0x80, OWN "\0\1\0\0", 8 },      /* flag */
  { MQTT_IPC_PUBLISH, 1, OWN "\0\1\0\1", 8 },         /* an identifier */
  { MQTT_IPC_PUBLISH, 0x21, OWN "\0\1\0\0", 8 },      /* DUP */
  { MQTT_IPC_PUBLISH, 0, NINE "\0\1\0\1", 8 },        /* an identifier */
  { MQTT_IPC_PUBLISH, 0x20, NINE "\0\1\0\0", 8 },     /* DUP */
  { MQTT_IPC_PUBLISH, 1, NINE "\0\1\0\0", 8 },        /* no identifier */
  { MQTT_IPC_SUBSCRIBED, 1, OWN "\0\0\0\1\0", 9 },    /* flag */
  { MQTT_IPC_UNSUBSCRIBED, 1, NINE "\0", 5 },         /* flag */
  { MQTT_IPC_UNSUBSCRIBED, 0, OWN "\0", 5 },          /* own session */
  { MQTT_IPC_PUBLISHED, 1, OWN "\0\0\0\1\0", 9 },     /* flag */
  { MQTT_IPC_PUBLISHED, 0, OWN "\0\0\0\0\0", 9 },     /* none */
  { MQTT_IPC_MESSAGE, 0, OWN "\4\0\0\0\0\1\0\0----", 16 }, /* number 1024 */
  { MQTT_IPC_MESSAGE, 0, OWN "\0\1\0\0\0\0\0\0----", 16 }, /* no subscription */
  { MQTT_IPC_MESSAGE, 0, OWN "\0\1\0\0\0\2\0\0----", 16 }, /* cut */
  { MQTT_IPC_MESSAGE, 0, OWN "\0\1\0\0\0\1\0\1----", 16 }, /* reserved */
  { MQTT_IPC_MESSAGE, 3, OWN "\0\1\0\0\0\1\0\0----", 16 }, /* QoS 3 */
  { MQTT_IPC_MESSAGE, 1, NINE "\0\1\0\0\0\1\0\0----", 16 }, /* no identifier */
  { MQTT_IPC_OPEN,
    0,
    NINE OFTEN ANY "\0\0\0\1"
                   "a",
    17 }, /* receive maximum 0 */
  { MQTT_IPC_OPEN,
    0,
    OWN OFTEN ANY "\0\1\0\1"
                  "a",
    17 }, /* own session */
  { MQTT_IPC_OPEN,
    8,
    NINE OFTEN ANY "\0\1\0\1"
                   "a",
    17 }, /* flag */
  { MQTT_IPC_OPEN,
    0,
    NINE OFTEN ANY "\0\1\0\0",
    16 }, /* no client identifier */
  { MQTT_IPC_OPEN,
    0,
    NINE OFTEN ANY "\0\1\0\1"
                   "\xff",
    17 }, /* not UTF-8 */
  { MQTT_IPC_OPEN,
    0,
    NINE OFTEN ANY "\0\1\0\1"
                   "ab",
    18 }, /* more */
  { MQTT_IPC_OPEN,
    2,
    NINE OFTEN ANY "\0\1\0\1"
                   "a" NEVER "\0\1\3\0"
                   "t",
    38 }, /* QoS 3 */
  { MQTT_IPC_OPEN,
    2,
    NINE OFTEN ANY "\0\1\0\1"
                   "a" NEVER "\0\1\0\2"
                   "t",
    38 }, /* not a truth value */
  { MQTT_IPC_OPEN,
    2,
    NINE OFTEN ANY "\0\1\0\1"
                   "a" NEVER "\0\1\0\0"
                   "+",
    38 }, /* a filter */
  { MQTT_IPC_OPEN,
    2,
    NINE OFTEN ANY "\0\1\0\1"
                   "a" NEVER "\0\0\0\0",
    37 }, /* no topic */
  { MQTT_IPC_OPEN,
    0,
    NINE OFTEN OWN "\0\1\0\1"
                   "a",
    17 },                                           /* maximum packet 0 */
  { MQTT_IPC_OPENED, 0, OWN OWN "\0\1\0", 11 },     /* own session */
  { MQTT_IPC_OPENED, 0, NINE OWN "\0\0\0", 11 },    /* receive maximum 0 */
  { MQTT_IPC_OPENED, 1, NINE OWN "\0\1\x85", 11 },  /* present, but refused */
  { MQTT_IPC_OPENED, 2, NINE OWN "\0\1\0", 11 },    /* flag */
  { MQTT_IPC_OPENED, 0, NINE NINE "\0\1\x85", 11 }, /* expiry, but refused */
  { MQTT_IPC_FLOW, 0, OWN, 4 },                     /* own session */
  { MQTT_IPC_FLOW, 2, NINE, 4 },                    /* flag */
  { MQTT_IPC_CLOSE, 0, OWN "\0\0\0\0\0", 9 },       /* own session */
  { MQTT_IPC_CLOSE, 0, NINE "\0\0\0\1\0", 9 },      /* expiry that is none */
  { MQTT_IPC_CLOSE, 2, NINE "\0\0\0\1\0", 9 },      /* flag */
  { MQTT_IPC_CLOSED, 0, OWN "\0", 5 },              /* own session */
  { MQTT_IPC_CLOSED, 1, NINE "\0", 5 },             /* flag */
  { MQTT_IPC_CHANNEL, 1, PEER PEER PEER PEER PEER, 160 }, /* flag */
  { MQTT_IPC_CHANNELED, 1, "\0", 1 },                     /* flag */
  { MQTT_IPC_CHANNELED, 0, "\14", 1 },                    /* no such verdict */
  { MQTT_IPC_ACK, 0, OWN "\0\1\4\0", 8 },                 /* own session */
  { MQTT_IPC_ACK, 0, NINE "\0\0\4\0", 8 },                /* no identifier */
  { MQTT_IPC_ACK, 0, NINE "\0\1\3\0", 8 },                /* PUBLISH */
  { MQTT_IPC_ACK, 0, NINE "\0\1\10\0", 8 },               /* SUBSCRIBE */
  { MQTT_IPC_ACK, 1, NINE "\0\1\4\0", 8 },                /* flag */
};


START_TEST (values_out_of_range_are_refused)
{
  for (size_t i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
  {
    struct Wire body = wire_copy (bad[i].body, bad[i].size);

    for (int side = MQTT_IPC_FROM_CLIENT; side <= MQTT_IPC_FROM_SERVICE; side++)
    {
      struct MQTT_IpcFrame frame;

      ck_assert_msg (!MQTT_ipc_frame_decode (side,
                                             bad[i].type,
                                             bad[i].flags,
                                             body.data,
                                             body.size,
                                             &frame),
                     "number %zu was taken",
                     i);
    }
    free (body.data);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("ipc_frame_hostile");

  tcase_add_test (cases, cut_and_misdirected_frames_are_refused);
  tcase_add_test (cases, changed_frames_do_no_harm);
  tcase_add_test (cases, values_out_of_range_are_refused);
  return run_cases ("ipc_frame_hostile", cases);
}
