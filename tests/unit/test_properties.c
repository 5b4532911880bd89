/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_properties.c
 * @brief Tests of core/properties.h.
 */
#include "run_cases.h"
#include <gnunet/gnunet_util_lib.h>
#include "core/properties.h"
#include "wire.h"

/** One of each, and two user properties. */
static const char everything[] = "\1\1"
                                 "\3\0\12text/plain"
                                 "\10\0\3a/b"
                                 "\11\0\2\0\377"
                                 "\46\0\1k\0\1v"
                                 "\46\0\0\0\2\303\244";

#define EVERYTHING (sizeof (everything) - 1)

/** A string literal as bytes. */
#define BYTES(literal) \
  (struct MQTT_Bytes) \
  { \
    .data = (literal), .size = sizeof (literal) - 1 \
  }


static bool
bytes_equal (const struct MQTT_Bytes *a, const struct MQTT_Bytes *b)
{
  if ((NULL == a->data) || (NULL == b->data))
    return a->data == b->data;
  return (a->size == b->size) && (0 == memcmp (a->data, b->data, a->size));
}


/**
 * Do both functions that judge properties say this?
 */
static void
assert_check (bool expected, const void *data, size_t size)
{
  struct Wire wire = wire_copy (data, size);
  struct MQTT_Properties properties;

  ck_assert_int_eq (expected, MQTT_properties_check (wire.data, wire.size));
  ck_assert_int_eq (expected,
                    MQTT_properties_decode (wire.data, wire.size, &properties));
  if (expected)
    MQTT_properties_done (&properties);
  free (wire.data);
}


START_TEST (decodes_everything)
{
  struct MQTT_Properties p;

  ck_assert (MQTT_properties_decode (everything, EVERYTHING, &p));
  ck_assert_uint_eq (1, p.payload_format);
  ck_assert (bytes_equal (&BYTES ("text/plain"), &p.content_type));
  ck_assert (bytes_equal (&BYTES ("a/b"), &p.response_topic));
  ck_assert (bytes_equal (&BYTES ("\0\377"), &p.correlation_data));
  ck_assert_uint_eq (2, p.user_count);
  ck_assert (bytes_equal (&BYTES ("k"), &p.user[0].name));
  ck_assert (bytes_equal (&BYTES ("v"), &p.user[0].value));
  ck_assert (bytes_equal (&BYTES (""), &p.user[1].name));
  ck_assert (bytes_equal (&BYTES ("\303\244"), &p.user[1].value));
  MQTT_properties_done (&p);
  ck_assert_ptr_null (p.user);
  ck_assert_uint_eq (0, p.user_count);
}
END_TEST


/** What is said is said also where it says what holds anyway (MQTT-3.3.2-4). */
START_TEST (payload_format_0_is_carried)
{
  const struct MQTT_Properties said = { .has_payload_format = true };
  struct MQTT_Properties p;
  size_t size;
  uint8_t *data = MQTT_properties_encode (&said, &size);

  ck_assert_uint_eq (2, size);
  ck_assert_mem_eq ("\1\0", data, 2);
  ck_assert_uint_eq (2, MQTT_properties_size (&said));
  ck_assert (MQTT_properties_decode (data, size, &p));
  ck_assert (p.has_payload_format);
  ck_assert_uint_eq (0, p.payload_format);
  MQTT_properties_done (&p);
  GNUNET_free (data);
}
END_TEST


START_TEST (nothing_is_legal)
{
  struct MQTT_Properties p;
  size_t size = 1;

  ck_assert (MQTT_properties_check (NULL, 0));
  ck_assert (MQTT_properties_decode (NULL, 0, &p));
  ck_assert_ptr_null (p.content_type.data);
  ck_assert_ptr_null (p.response_topic.data);
  ck_assert_ptr_null (p.correlation_data.data);
  ck_assert_uint_eq (0, p.user_count);
  ck_assert_uint_eq (0, p.payload_format);
  ck_assert (!p.has_payload_format);
  ck_assert_ptr_null (MQTT_properties_encode (&p, &size));
  ck_assert_uint_eq (0, size);
  MQTT_properties_done (&p);
}
END_TEST


START_TEST (encodes_what_it_decodes)
{
  struct MQTT_Properties p;
  size_t size;
  void *data;

  ck_assert (MQTT_properties_decode (everything, EVERYTHING, &p));
  data = MQTT_properties_encode (&p, &size);
  ck_assert_ptr_nonnull (data);
  ck_assert_uint_eq (EVERYTHING, size);
  ck_assert_mem_eq (everything, data, size);
  GNUNET_free (data);
  MQTT_properties_done (&p);
}
END_TEST


/** Empty is not the same as absent. */
START_TEST (keeps_empty_values)
{
  const struct MQTT_Properties in = { .content_type = BYTES (""),
                                      .correlation_data = BYTES ("") };
  struct MQTT_Properties out;
  size_t size;
  void *data = MQTT_properties_encode (&in, &size);

  ck_assert_uint_eq (6, size);
  ck_assert_mem_eq ("\3\0\0\11\0\0", data, size);
  ck_assert (MQTT_properties_decode (data, size, &out));
  ck_assert (bytes_equal (&in.content_type, &out.content_type));
  ck_assert (bytes_equal (&in.correlation_data, &out.correlation_data));
  ck_assert (bytes_equal (&in.response_topic, &out.response_topic));
  MQTT_properties_done (&out);
  GNUNET_free (data);
}
END_TEST


/** Cut within a property it is illegal, between two it is not. */
START_TEST (cut_properties_are_refused)
{
  static const size_t between[] = { 0, 2, 15, 21, 26, 33, EVERYTHING };
  size_t next = 0;

  for (size_t size = 0; size <= EVERYTHING; size++)
  {
    assert_check (between[next] == size, everything, size);
    if (between[next] == size)
      next++;
  }
}
END_TEST


/** Whatever is changed, what is accepted can be encoded again. */
START_TEST (changed_properties_do_no_harm)
{
  char changed[EVERYTHING];

  for (size_t i = 0; i < EVERYTHING; i++)
  {
    for (int xor = 1; xor < 256; xor ++)
    {
      struct MQTT_Properties p;
      size_t size;
      void *data;

      memcpy (changed, everything, EVERYTHING);
      changed[i] = (char)(changed[i] ^ xor);
      if (!MQTT_properties_decode (changed, EVERYTHING, &p))
        continue;
      data = MQTT_properties_encode (&p, &size);
      ck_assert_ptr_nonnull (data);
      ck_assert (MQTT_properties_check (data, size));
      GNUNET_free (data);
      MQTT_properties_done (&p);
    }
  }
}
END_TEST


START_TEST (illegal_properties_are_refused)
{
  static const struct MQTT_Bytes illegal[] = {
    BYTES ("\0"),                 /* no such identifier */
    BYTES ("\2\0\0\0\1"),         /* message expiry: not carried here */
    BYTES ("\13\1"),              /* subscription identifier: likewise */
    BYTES ("\43\0\1"),            /* topic alias: likewise */
    BYTES ("\246\0\0\0\0\0"),     /* identifier of two bytes */
    BYTES ("\1\2"),               /* payload format above 1 */
    BYTES ("\1\1\1\1"),           /* twice */
    BYTES ("\3\0\0\3\0\0"),       /* twice */
    BYTES ("\10\0\1a\10\0\1a"),   /* twice */
    BYTES ("\11\0\0\11\0\0"),     /* twice */
    BYTES ("\3\0\1\377"),         /* not UTF-8 */
    BYTES ("\3\0\1\0"),           /* U+0000 */
    BYTES ("\3\0\3\355\240\200"), /* surrogate */
    BYTES ("\10\0\0"),            /* empty response topic */
    BYTES ("\10\0\3a/#"),         /* wildcard in response topic */
    BYTES ("\10\0\1+"),           /* likewise */
    BYTES ("\46\0\1\377\0\0"),    /* name not UTF-8 */
    BYTES ("\46\0\0\0\1\377"),    /* value not UTF-8 */
  };

  for (size_t i = 0; i < sizeof (illegal) / sizeof (illegal[0]); i++)
    assert_check (false, illegal[i].data, illegal[i].size);
}
END_TEST


START_TEST (user_properties_are_bounded)
{
  const size_t one = 5;
  char *many = calloc (MQTT_USER_PROPERTIES_MAX + 1, one);
  struct MQTT_UserProperty user[MQTT_USER_PROPERTIES_MAX + 1] = { 0 };
  struct MQTT_Properties p = { .user = user };
  size_t size;
  void *data;

  ck_assert_ptr_nonnull (many);
  for (size_t i = 0; i <= MQTT_USER_PROPERTIES_MAX; i++)
    many[i * one] = '\46';
  assert_check (true, many, MQTT_USER_PROPERTIES_MAX * one);
  assert_check (false, many, (MQTT_USER_PROPERTIES_MAX + 1) * one);
  p.user_count = MQTT_USER_PROPERTIES_MAX;
  data = MQTT_properties_encode (&p, &size);
  ck_assert_uint_eq (MQTT_USER_PROPERTIES_MAX * one, size);
  ck_assert_mem_eq (many, data, size);
  GNUNET_free (data);
  p.user_count = MQTT_USER_PROPERTIES_MAX + 1;
  ck_assert_ptr_null (MQTT_properties_encode (&p, &size));
  ck_assert_uint_eq (SIZE_MAX, size);
  free (many);
}
END_TEST


/**
 * Encode user properties that together have @a total bytes when encoded.
 *
 * @return bytes of the encoding, SIZE_MAX if it was refused
 */
static size_t
encode_total (size_t total)
{
  static const char text[UINT16_MAX] = { [0 ... UINT16_MAX - 1] = 'x' };
  struct MQTT_UserProperty user[8] = { 0 };
  struct MQTT_Properties p = { .user = user };
  size_t size;
  void *data;

  while (0 != total)
  {
    struct MQTT_Bytes *value = &user[p.user_count++].value;

    value->data = text;
    value->size = GNUNET_MIN (total - 5, 60000);
    total -= value->size + 5;
  }
  data = MQTT_properties_encode (&p, &size);
  ck_assert_int_eq (NULL == data, SIZE_MAX == size);
  if (NULL != data)
    assert_check (true, data, size);
  GNUNET_free (data);
  return size;
}


START_TEST (size_is_bounded)
{
  uint8_t *many = calloc (1, MQTT_PROPERTIES_MAX + 1);

  ck_assert_ptr_nonnull (many);
  ck_assert_uint_eq (MQTT_PROPERTIES_MAX, encode_total (MQTT_PROPERTIES_MAX));
  ck_assert_uint_eq (SIZE_MAX, encode_total (MQTT_PROPERTIES_MAX + 1));
  assert_check (false, many, MQTT_PROPERTIES_MAX + 1);
  free (many);
}
END_TEST


START_TEST (illegal_values_are_not_encoded)
{
  static const char text[UINT16_MAX + 1] = { 0 };
  const struct MQTT_Bytes too_long = { .data = text, .size = sizeof (text) };
  const struct MQTT_UserProperty long_name = { .name = too_long };
  const struct MQTT_UserProperty bad_value = { .value = BYTES ("\377") };
  const struct MQTT_Properties illegal[] = {
    { .payload_format = 2 },
    { .content_type = BYTES ("\377") },
    { .content_type = too_long },
    { .response_topic = BYTES ("") },
    { .response_topic = BYTES ("#") },
    { .correlation_data = too_long },
    { .user = &long_name, .user_count = 1 },
    { .user = &bad_value, .user_count = 1 },
  };

  for (size_t i = 0; i < sizeof (illegal) / sizeof (illegal[0]); i++)
  {
    size_t size = 0;

    ck_assert_ptr_null (MQTT_properties_encode (&illegal[i], &size));
    ck_assert_uint_eq (SIZE_MAX, size);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("properties");

  tcase_add_test (cases, decodes_everything);
  tcase_add_test (cases, nothing_is_legal);
  tcase_add_test (cases, payload_format_0_is_carried);
  tcase_add_test (cases, encodes_what_it_decodes);
  tcase_add_test (cases, keeps_empty_values);
  tcase_add_test (cases, cut_properties_are_refused);
  tcase_add_test (cases, changed_properties_do_no_harm);
  tcase_add_test (cases, illegal_properties_are_refused);
  tcase_add_test (cases, user_properties_are_bounded);
  tcase_add_test (cases, size_is_bounded);
  tcase_add_test (cases, illegal_values_are_not_encoded);
  return run_cases ("properties", cases);
}
