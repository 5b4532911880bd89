/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/cursor.c
 * @brief Bounds-checked reading.  Knows nothing of what the bytes mean.
 */
#include "cursor.h"


const void *
MQTT_cursor_take (struct MQTT_Cursor *cursor, size_t size)
{
  const uint8_t *start = cursor->at;

  if (size > cursor->left)
    return NULL;
  if (0 == size)
    return (NULL == start) ? (const void *)"" : start;
  cursor->at += size;
  cursor->left -= size;
  return start;
}


/**
 * Read a big-endian integer of at most 8 bytes.
 *
 * @return false if too few bytes are left
 */
static bool
read_integer (struct MQTT_Cursor *cursor, size_t size, uint64_t *value)
{
  const uint8_t *bytes = MQTT_cursor_take (cursor, size);

  if (NULL == bytes)
    return false;
  *value = 0;
  for (size_t i = 0; i < size; i++)
    *value = (*value << 8) | bytes[i];
  return true;
}


bool
MQTT_cursor_u8 (struct MQTT_Cursor *cursor, uint8_t *value)
{
  uint64_t wide;

  if (!read_integer (cursor, sizeof (*value), &wide))
    return false;
  *value = (uint8_t)wide;
  return true;
}


bool
MQTT_cursor_u16 (struct MQTT_Cursor *cursor, uint16_t *value)
{
  uint64_t wide;

  if (!read_integer (cursor, sizeof (*value), &wide))
    return false;
  *value = (uint16_t)wide;
  return true;
}


bool
MQTT_cursor_u32 (struct MQTT_Cursor *cursor, uint32_t *value)
{
  uint64_t wide;

  if (!read_integer (cursor, sizeof (*value), &wide))
    return false;
  *value = (uint32_t)wide;
  return true;
}


bool
MQTT_cursor_u64 (struct MQTT_Cursor *cursor, uint64_t *value)
{
  return read_integer (cursor, sizeof (*value), value);
}
