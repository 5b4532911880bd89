/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_link_frame_range.c
 * @brief Tests of core/link_frame.h: types and values that are out of range.
 */
#include "run_cases.h"
#include "core/link_frame.h"
#include "wire.h"


START_TEST (types_of_later_versions)
{
  for (int type = 0; type < 256; type++)
  {
    struct MQTT_LinkFrame frame;
    enum MQTT_LinkDecoded expected = MQTT_LINK_BAD;

    if ((MQTT_LINK_PING == type) || (MQTT_LINK_BYE == type))
      expected = MQTT_LINK_DECODED;
    else if ((MQTT_LINK_UNWILL < type) && (0 == type % 2))
      expected = MQTT_LINK_IGNORE;
    ck_assert_int_eq (expected,
                      MQTT_link_frame_decode (type, 0, NULL, 0, &frame));
  }
}
END_TEST


/** Frames with values out of range. */
static const struct
{
  enum MQTT_LinkFrameType type;
  uint8_t flags;
  const char *body;
  size_t size;
} bad[] = {
  { MQTT_LINK_HELLO, 1, "\2", 1 },                             /* flag */
  { MQTT_LINK_TOPIC, 4, "\0\0\0\1\0\0\0\1--------", 16 },      /* flag */
  { MQTT_LINK_TOPIC, 2, "\0\0\0\1\0\0\0\1\0\0--------", 18 },  /* no entry */
  { MQTT_LINK_TOPIC, 2, "\0\0\0\1\0\0\0\1\0\11--------", 18 }, /* cut */
  { MQTT_LINK_TOPIC, 2, "\0\0\0\1\0\0\0\1\0\10--------", 18 }, /* no level */
  { MQTT_LINK_TOPIC, 0, "\0\0\0\1\0\0\0\1", 8 },               /* no level */
  { MQTT_LINK_WANT, 3, "\0\0\0\1\0\0\0\1--------", 16 },       /* QoS 3 */
  { MQTT_LINK_WANT, 64, "\0\0\0\1\0\0\0\1--------", 16 },      /* flag */
  { MQTT_LINK_WANT, 33, "\0\0\0\1\0\0\0\1--------", 16 },      /* QoS 1, kept */
  { MQTT_LINK_WANT, 36, "\0\0\0\1\0\0\0\1--------", 16 },    /* durable, kept */
  { MQTT_LINK_WANT, 48, "\0\0\0\1\0\0\0\1--------", 16 },    /* plain, kept */
  { MQTT_LINK_WANT, 8, "\0\0\0\1\0\0\0\1--------\0\0", 18 }, /* no group */
  { MQTT_LINK_WANT, 16, "\0\0\0\1\0\0\0\1--------", 16 },    /* beside none */
  { MQTT_LINK_REFUSE, 0, "\0\0\0\1\0\0\0\1\4", 9 },         /* no such reason */
  { MQTT_LINK_NAME, 0, "\0\0\0\1a/+", 7 },                  /* a filter */
  { MQTT_LINK_NAME, 0, "\0\0\0\1\377", 5 },                 /* not UTF-8 */
  { MQTT_LINK_NAME, 0, "\0\0\0\1a\0b", 7 },                 /* U+0000 */
  { MQTT_LINK_PUBLISH, 3, "\0\0\0\1----------------", 20 }, /* QoS 3 */
  { MQTT_LINK_PUBLISH, 1, "\0\0\0\1", 4 },                  /* no serial */
  { MQTT_LINK_ACK, 0, "--------\0\0\0\0\0\0\0\0", 16 },     /* sequence 0 */
  { MQTT_LINK_ACK, 0, "--------\200\0\0\0\0\0\0\0", 16 },   /* above 2^63 */
  { MQTT_LINK_RETURN, 1, "----------------", 16 },          /* flag */
  { MQTT_LINK_PUBLISH, 0x40, "\0\0\0\1", 4 },               /* flag */
  { MQTT_LINK_PUBLISH, 0x20, "\0\0\0\1\0", 5 },             /* no extras */
  { MQTT_LINK_PUBLISH, 0x20, "\0\0\0\1\20", 5 },            /* others */
  { MQTT_LINK_PUBLISH, 0x20, "\0\0\0\1\2", 5 },             /* no version */
  { MQTT_LINK_PUBLISH, 0x20, "\0\0\0\1\10", 5 },            /* no name */
  { MQTT_LINK_PUBLISH, 0x20, "\0\0\0\1\4\0", 6 },           /* no group */
  { MQTT_LINK_PUBLISH, 0x20, "\0\0\0\1\4\1-------", 13 },   /* cut group */
  { MQTT_LINK_UNWILL, 0, "--------\0\0\0\0\0\0\0\0", 16 },  /* sequence 0 */
  { MQTT_LINK_PUBLISH, 0x10, "\0\0\0\1\0\0\0\0", 8 },       /* no properties */
  { MQTT_LINK_PUBLISH, 0x10, "\0\0\0\1\0\0\0\1", 8 },       /* cut properties */
  { MQTT_LINK_PUBLISH, 0x10, "\0\0\0\1\377\377\377\377--", 10 },
  { MQTT_LINK_PUBLISH, 0x10, "\0\0\0\1\0\0\0\2\1\2", 10 }, /* bad property */
  { MQTT_LINK_PUBLISH, 8, "\0\0\0\1\377\377\377\377\377\377\377\377", 12 },
  { MQTT_LINK_PING, 1, "", 0 }, /* flag */
};


START_TEST (values_out_of_range_are_refused)
{
  for (size_t i = 0; i < sizeof (bad) / sizeof (bad[0]); i++)
  {
    struct Wire body = wire_copy (bad[i].body, bad[i].size);
    struct MQTT_LinkFrame frame;

    ck_assert_int_eq (MQTT_LINK_BAD,
                      MQTT_link_frame_decode (bad[i].type,
                                              bad[i].flags,
                                              body.data,
                                              body.size,
                                              &frame));
    free (body.data);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("link_frame_range");

  tcase_add_test (cases, types_of_later_versions);
  tcase_add_test (cases, values_out_of_range_are_refused);
  return run_cases ("link_frame_range", cases);
}
