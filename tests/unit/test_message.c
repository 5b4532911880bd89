/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_message.c
 * @brief Tests of core/message.h.
 */
#include "run_cases.h"
#include <stdlib.h>
#include <string.h>
#include "core/message.h"

#define NOW 1000000


START_TEST (copies_what_it_is_given)
{
  uint8_t properties[] = { 1, 1 };
  char payload[] = "pay\0load";
  const struct MQTT_Publication in = { .properties = properties,
                                       .properties_size = sizeof (properties),
                                       .payload = payload,
                                       .payload_size = sizeof (payload),
                                       .expiry_us = 500,
                                       .qos = 2,
                                       .retain = true };
  struct MQTT_Message *message = MQTT_message_create (&in, NOW);

  memset (properties, 0xff, sizeof (properties));
  memset (payload, 0xff, sizeof (payload));
  ck_assert_uint_eq (2, message->properties_size);
  ck_assert_uint_eq (2 + sizeof (payload), message->body_size);
  ck_assert_mem_eq ("\1\1pay\0load", message->body, 2 + sizeof (payload));
  ck_assert_uint_eq (NOW + 500, message->expires_us);
  ck_assert_uint_eq (2, message->qos);
  ck_assert (message->retain);
  MQTT_message_unref (message);
}
END_TEST


START_TEST (may_be_empty)
{
  const struct MQTT_Publication in = { .expiry_us = MQTT_NEVER };
  struct MQTT_Message *message = MQTT_message_create (&in, NOW);

  ck_assert_uint_eq (0, message->properties_size);
  ck_assert_uint_eq (0, message->body_size);
  ck_assert_uint_eq (0, message->qos);
  ck_assert (!message->retain);
  ck_assert_uint_eq (MQTT_NEVER, message->expires_us);
  ck_assert_uint_ge (MQTT_message_memory (message), sizeof (*message));
  MQTT_message_unref (message);
}
END_TEST


/** Larger than GNUnet's allocator gives. */
START_TEST (may_be_large)
{
  size_t size = 48 * 1024 * 1024;
  uint8_t *payload = calloc (1, size);
  const struct MQTT_Publication in = { .payload = payload,
                                       .payload_size = size,
                                       .expiry_us = MQTT_NEVER };
  struct MQTT_Message *message;

  ck_assert_ptr_nonnull (payload);
  payload[size - 1] = 7;
  message = MQTT_message_create (&in, NOW);
  ck_assert_uint_eq (size, message->body_size);
  ck_assert_mem_eq (payload, message->body, size);
  ck_assert_uint_ge (MQTT_message_memory (message), size);
  MQTT_message_unref (message);
  free (payload);
}
END_TEST


START_TEST (expires)
{
  const struct MQTT_Publication in = { .expiry_us = 10 };
  struct MQTT_Message *message = MQTT_message_create (&in, NOW);

  ck_assert (!MQTT_message_expired (message, NOW));
  ck_assert (!MQTT_message_expired (message, NOW + 9));
  ck_assert (MQTT_message_expired (message, NOW + 10));
  ck_assert (MQTT_message_expired (message, UINT64_MAX));
  MQTT_message_unref (message);
}
END_TEST


START_TEST (never_expires)
{
  const struct MQTT_Publication in = { .expiry_us = MQTT_NEVER };
  struct MQTT_Message *message = MQTT_message_create (&in, NOW);

  ck_assert (!MQTT_message_expired (message, UINT64_MAX));
  MQTT_message_unref (message);
}
END_TEST


/** An expiry so long that the sum overflows is long, and an expiry still. */
START_TEST (expiry_saturates)
{
  const uint64_t expiries[] = { MQTT_NEVER - 1,
                                MQTT_NEVER - NOW,
                                MQTT_NEVER - NOW - 1 };

  for (size_t i = 0; i < sizeof (expiries) / sizeof (expiries[0]); i++)
  {
    const struct MQTT_Publication in = { .expiry_us = expiries[i] };
    struct MQTT_Message *message = MQTT_message_create (&in, NOW);

    ck_assert_uint_eq (MQTT_NEVER - 1, message->expires_us);
    ck_assert (!MQTT_message_expired (message, NOW));
    MQTT_message_unref (message);
  }
}
END_TEST


/** AddressSanitizer sees an early free and a leak. */
START_TEST (lives_as_long_as_its_references)
{
  const struct MQTT_Publication in = { .payload = "x",
                                       .payload_size = 1,
                                       .expiry_us = MQTT_NEVER };
  struct MQTT_Message *message = MQTT_message_create (&in, NOW);

  ck_assert_uint_eq (1, message->references);
  ck_assert_ptr_eq (message, MQTT_message_ref (message));
  ck_assert_uint_eq (2, message->references);
  MQTT_message_unref (message);
  ck_assert_uint_eq (1, message->references);
  ck_assert_uint_eq ('x', message->body[0]);
  MQTT_message_unref (message);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("message");

  tcase_add_test (cases, copies_what_it_is_given);
  tcase_add_test (cases, may_be_empty);
  tcase_add_test (cases, may_be_large);
  tcase_add_test (cases, expires);
  tcase_add_test (cases, never_expires);
  tcase_add_test (cases, expiry_saturates);
  tcase_add_test (cases, lives_as_long_as_its_references);
  return run_cases ("message", cases);
}
