/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_properties.c
 * @brief Properties that a hostile client or peer may send, or an application ask for.
 *
 * Input: a byte; if it is even, encoded properties follow, otherwise values to
 * encode: the payload format, then bytes each behind a byte with their size.
 */
#include "core/cursor.h"
#include "core/properties.h"
#include "core/seal.h"
#include "fuzz.h"

/** User properties that are encoded at most. */
#define USER_MAX 8


static bool
same_bytes (const struct MQTT_Bytes *a, const struct MQTT_Bytes *b)
{
  if ((NULL == a->data) || (NULL == b->data))
    return a->data == b->data;
  return (a->size == b->size)
         && ((0 == a->size) || (0 == memcmp (a->data, b->data, a->size)));
}


static void
check_same (const struct MQTT_Properties *a, const struct MQTT_Properties *b)
{
  FUZZ_CHECK (a->payload_format == b->payload_format);
  FUZZ_CHECK (same_bytes (&a->content_type, &b->content_type));
  FUZZ_CHECK (same_bytes (&a->response_topic, &b->response_topic));
  FUZZ_CHECK (same_bytes (&a->correlation_data, &b->correlation_data));
  FUZZ_CHECK (a->user_count == b->user_count);
  for (unsigned int i = 0; i < a->user_count; i++)
  {
    FUZZ_CHECK (same_bytes (&a->user[i].name, &b->user[i].name));
    FUZZ_CHECK (same_bytes (&a->user[i].value, &b->user[i].value));
  }
}


/**
 * Encode values; what comes of it must be legal and say the same.
 *
 * @return false if they were refused
 */
static bool
check_encode (const struct MQTT_Properties *in)
{
  struct MQTT_Properties out;
  size_t size;
  void *data = MQTT_properties_encode (in, &size);

  FUZZ_CHECK ((NULL != data) || (0 == size) || (SIZE_MAX == size));
  if (SIZE_MAX == size)
    return false;
  FUZZ_CHECK (MQTT_properties_check (data, size));
  FUZZ_CHECK (MQTT_properties_decode (data, size, &out));
  check_same (in, &out);
  MQTT_properties_done (&out);
  free (data);
  return true;
}


/**
 * A seal is a property, behind legal ones.
 */
static void
check_seal (const void *data, size_t size)
{
  static const char topic[] =
    "000G0543A9Z6S4BZFAMPFGE2D9N49YKEW27X7Q86X7HVHCQJEZHNY0281C/a";
  const struct MQTT_Publication publication = { .properties = data,
                                                .properties_size = size,
                                                .payload = "" };
  struct MQTT_Message *message = MQTT_message_create (&publication, 0);
  struct MQTT_Seal seal;

  if (MQTT_seal_read (message, &seal))
    FUZZ_CHECK (MQTT_properties_check (data, size));
  FUZZ_CHECK (!MQTT_seal_check (topic, sizeof (topic) - 1, message, &seal));
  MQTT_message_unref (message);
}


static void
check_decode (const void *input, size_t size)
{
  void *data = fuzz_copy (input, size);
  struct MQTT_Properties properties;
  bool legal = MQTT_properties_decode (data, size, &properties);

  if (UINT32_MAX >= size)
    check_seal (data, size);
  FUZZ_CHECK (legal == MQTT_properties_check (data, size));
  if (legal)
  {
    FUZZ_CHECK (check_encode (&properties));
    MQTT_properties_done (&properties);
  }
  free (data);
}


/**
 * Take bytes behind a byte with their size.
 */
static bool
take_bytes (struct MQTT_Cursor *cursor, struct MQTT_Bytes *bytes)
{
  uint8_t size;

  if (!MQTT_cursor_u8 (cursor, &size))
    return false;
  bytes->data = MQTT_cursor_take (cursor, size);
  bytes->size = size;
  return NULL != bytes->data;
}


static void
check_values (struct MQTT_Cursor cursor)
{
  struct MQTT_UserProperty user[USER_MAX] = { 0 };
  struct MQTT_Properties properties = { .user = user };

  (void)MQTT_cursor_u8 (&cursor, &properties.payload_format);
  (void)take_bytes (&cursor, &properties.content_type);
  (void)take_bytes (&cursor, &properties.response_topic);
  (void)take_bytes (&cursor, &properties.correlation_data);
  while ((properties.user_count < USER_MAX)
         && take_bytes (&cursor, &user[properties.user_count].name)
         && take_bytes (&cursor, &user[properties.user_count].value))
    properties.user_count++;
  (void)check_encode (&properties);
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (0 == size)
    return 0;
  if (0 == data[0] % 2)
    check_decode (data + 1, size - 1);
  else
    check_values ((struct MQTT_Cursor){ .at = data + 1, .left = size - 1 });
  return 0;
}
