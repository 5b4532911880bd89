/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_cursor.c
 * @brief Tests of core/cursor.h.
 */
#include "run_cases.h"
#include "core/cursor.h"

static const uint8_t bytes[] = { 0x01, 0x23, 0x45, 0x67, 0x89,
                                 0xAB, 0xCD, 0xEF, 0xFE };


START_TEST (reads_big_endian_integers)
{
  struct MQTT_Cursor cursor = { .at = bytes, .left = 7 };
  struct MQTT_Cursor wide = { .at = bytes, .left = sizeof (bytes) };
  uint8_t u8;
  uint16_t u16;
  uint32_t u32;
  uint64_t u64;

  ck_assert (MQTT_cursor_u8 (&cursor, &u8));
  ck_assert_uint_eq (0x01, u8);
  ck_assert (MQTT_cursor_u16 (&cursor, &u16));
  ck_assert_uint_eq (0x2345, u16);
  ck_assert (MQTT_cursor_u32 (&cursor, &u32));
  ck_assert_uint_eq (0x6789ABCD, u32);
  ck_assert_uint_eq (0, cursor.left);
  ck_assert_ptr_eq (bytes + 7, cursor.at);
  ck_assert (MQTT_cursor_u64 (&wide, &u64));
  ck_assert_uint_eq (0x0123456789ABCDEF, u64);
  ck_assert_uint_eq (1, wide.left);
}
END_TEST


START_TEST (refuses_to_read_behind_the_end)
{
  for (size_t left = 0; left < 8; left++)
  {
    struct MQTT_Cursor cursor = { .at = bytes, .left = left };
    uint8_t u8 = 7;
    uint16_t u16 = 7;
    uint32_t u32 = 7;
    uint64_t u64 = 7;

    ck_assert (!MQTT_cursor_u64 (&cursor, &u64));
    if (left < 4)
      ck_assert (!MQTT_cursor_u32 (&cursor, &u32));
    if (left < 2)
      ck_assert (!MQTT_cursor_u16 (&cursor, &u16));
    if (left < 1)
      ck_assert (!MQTT_cursor_u8 (&cursor, &u8));
    ck_assert_uint_eq (7, u8);
    ck_assert_uint_eq (7, u16);
    ck_assert_uint_eq (7, u32);
    ck_assert_uint_eq (7, u64);
    ck_assert_ptr_null (MQTT_cursor_take (&cursor, left + 1));
    ck_assert_ptr_null (MQTT_cursor_take (&cursor, SIZE_MAX));
    ck_assert_ptr_eq (bytes, cursor.at);
    ck_assert_uint_eq (left, cursor.left);
  }
}
END_TEST


START_TEST (takes_bytes_in_place)
{
  struct MQTT_Cursor cursor = { .at = bytes, .left = sizeof (bytes) };

  ck_assert_ptr_eq (bytes, MQTT_cursor_take (&cursor, 0));
  ck_assert_ptr_eq (bytes, MQTT_cursor_take (&cursor, 4));
  ck_assert_ptr_eq (bytes + 4, MQTT_cursor_take (&cursor, 5));
  ck_assert_ptr_null (MQTT_cursor_take (&cursor, 1));
  ck_assert_ptr_nonnull (MQTT_cursor_take (&cursor, 0));
}
END_TEST


START_TEST (nothing_can_be_taken_of_nothing)
{
  struct MQTT_Cursor cursor = { .at = NULL, .left = 0 };

  ck_assert_ptr_nonnull (MQTT_cursor_take (&cursor, 0));
  ck_assert_ptr_null (MQTT_cursor_take (&cursor, 1));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("cursor");

  tcase_add_test (cases, reads_big_endian_integers);
  tcase_add_test (cases, refuses_to_read_behind_the_end);
  tcase_add_test (cases, takes_bytes_in_place);
  tcase_add_test (cases, nothing_can_be_taken_of_nothing);
  return run_cases ("cursor", cases);
}
