/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_utf8.c
 * @brief Tests of core/utf8.h.
 */
#include "run_cases.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/utf8.h"


/**
 * Check a text in memory of exactly its size.
 */
static size_t
span (const char *text, size_t size)
{
  char *copy = malloc (size);
  size_t result;

  ck_assert ((NULL != copy) || (0 == size));
  if (0 != size)
    memcpy (copy, text, size);
  result = MQTT_utf8_span (copy, size);
  free (copy);
  return result;
}


/**
 * Write a code point in @a size bytes, whether or not it is well-formed so.
 */
static void
encode (uint32_t point, size_t size, char *bytes)
{
  static const uint8_t marks[] = { 0x00, 0xC0, 0xE0, 0xF0, 0xF8 };

  for (size_t i = size - 1; i > 0; i--)
  {
    bytes[i] = (char)(0x80 | (point & 0x3F));
    point >>= 6;
  }
  bytes[0] = (char)((1 == size) ? point : (marks[size - 1] | point));
}


/**
 * Bytes that a code point takes, 0 if it is none that a text may have.
 */
static size_t
expected_size (uint32_t point)
{
  if ((0 == point) || ((0xD800 <= point) && (point <= 0xDFFF))
      || (0x10FFFF < point))
    return 0;
  if (point < 0x80)
    return 1;
  if (point < 0x800)
    return 2;
  return (point < 0x10000) ? 3 : 4;
}


START_TEST (every_code_point_in_every_length)
{
  /* each length holds so many bits */
  static const uint32_t limits[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };

  for (size_t size = 1; size <= 4; size++)
    for (uint32_t point = 0; point < limits[size]; point++)
    {
      char bytes[4];
      size_t good = (expected_size (point) == size) ? size : 0;

      encode (point, size, bytes);
      if (good != MQTT_utf8_span (bytes, size))
        ck_abort_msg ("U+%04X in %zu bytes", point, size);
    }
}
END_TEST


START_TEST (names_the_first_wrong_character)
{
  ck_assert_uint_eq (0, MQTT_utf8_span (NULL, 0));
  ck_assert_uint_eq (0, span ("", 0));
  ck_assert_uint_eq (3, span ("a/b", 3));
  ck_assert_uint_eq (1, span ("a\0b", 3));
  ck_assert_uint_eq (4, span ("a\xC3\xA4z\xFFy", 6));
  ck_assert_uint_eq (3, span ("a\xC3\xA4\xC3", 4));
  ck_assert_uint_eq (0, span ("\xC0\x80", 2));
  ck_assert_uint_eq (0, span ("\xFE\xBF\xBF\xBF\xBF\xBF", 6));
}
END_TEST


START_TEST (characters_cut_short_are_not_read_past)
{
  static const char *const whole[] = { "\xC2\x80",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF" };

  for (size_t i = 0; i < sizeof (whole) / sizeof (whole[0]); i++)
  {
    size_t size = strlen (whole[i]);

    ck_assert_uint_eq (size, span (whole[i], size));
    for (size_t cut = 0; cut < size; cut++)
      ck_assert_uint_eq (0, span (whole[i], cut));
    for (size_t at = 1; at < size; at++)
    {
      char broken[5] = { 0 };

      memcpy (broken, whole[i], size);
      broken[at] = 'x';
      ck_assert_uint_eq (0, span (broken, size));
    }
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("utf8");

  tcase_add_test (cases, every_code_point_in_every_length);
  tcase_add_test (cases, names_the_first_wrong_character);
  tcase_add_test (cases, characters_cut_short_are_not_read_past);
  return run_cases ("utf8", cases);
}
