/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_publish_packet.c
 * @brief Tests of core/publish_packet.h.
 */
#include "run_cases.h"
#include <stdlib.h>
#include "core/publish_packet.h"


static uint64_t
size_of (size_t topic_size,
         size_t properties_size,
         size_t payload_size,
         uint64_t expiry_us,
         uint8_t qos,
         const uint32_t *identifiers,
         size_t count)
{
  uint8_t *body = calloc (1, 1 + properties_size + payload_size);
  const struct MQTT_Publication publication = {
    .properties = body,
    .properties_size = properties_size,
    .payload = body,
    .payload_size = payload_size,
    .expiry_us = expiry_us
  };
  struct MQTT_Message *message = MQTT_message_create (&publication, 0);
  uint64_t size = MQTT_publish_packet_size (topic_size,
                                            message,
                                            qos,
                                            identifiers,
                                            count);

  MQTT_message_unref (message);
  free (body);
  return size;
}


/* 30 06 00 01 61 00 68 69: "hi" on "a" (3.3). */
START_TEST (as_the_standard_has_it)
{
  ck_assert_uint_eq (8, size_of (1, 0, 2, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (6, size_of (1, 0, 0, MQTT_NEVER, 0, NULL, 0));
}
END_TEST


START_TEST (fields_that_may_be_there)
{
  static const uint32_t identifiers[] = { 127, 128, 268435455 };

  ck_assert_uint_eq (10, size_of (1, 0, 2, MQTT_NEVER, 1, NULL, 0));
  ck_assert_uint_eq (10, size_of (1, 0, 2, MQTT_NEVER, 2, NULL, 0));
  ck_assert_uint_eq (13, size_of (1, 0, 2, 5000, 0, NULL, 0));
  ck_assert_uint_eq (11, size_of (1, 3, 2, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (8 + 2 + 3 + 5,
                     size_of (1, 0, 2, MQTT_NEVER, 0, identifiers, 3));
}
END_TEST


/* Where a length takes one byte more (1.5.5). */
START_TEST (lengths_grow)
{
  ck_assert_uint_eq (2 + 127, size_of (1, 0, 123, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (3 + 128, size_of (1, 0, 124, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (3 + 16383, size_of (1, 0, 16379, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (4 + 16384, size_of (1, 0, 16380, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (4 + 2097151,
                     size_of (1, 0, 2097147, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (5 + 2097152,
                     size_of (1, 0, 2097148, MQTT_NEVER, 0, NULL, 0));
  /* Of the properties: 3 + 127, and 3 + 1 + 128. */
  ck_assert_uint_eq (3 + 3 + 1 + 127,
                     size_of (1, 127, 0, MQTT_NEVER, 0, NULL, 0));
  ck_assert_uint_eq (3 + 3 + 2 + 128,
                     size_of (1, 128, 0, MQTT_NEVER, 0, NULL, 0));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("publish_packet");

  tcase_add_test (cases, as_the_standard_has_it);
  tcase_add_test (cases, fields_that_may_be_there);
  tcase_add_test (cases, lengths_grow);
  return run_cases ("publish_packet", cases);
}
