/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/cursor.h
 * @brief The one bounds-checked way to read bytes that somebody else wrote.
 *
 * Every message from a peer, a client or a file is read through a cursor.
 * A read that does not fit changes nothing and says so; nothing here asserts.
 */
#ifndef MQTT_CORE_CURSOR_H
#define MQTT_CORE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What is left to read.  The bytes are borrowed.
 */
struct MQTT_Cursor
{
  const uint8_t *at;
  size_t left;
};


/**
 * Take the next @a size bytes.
 *
 * @return where they start, NULL if fewer are left (then nothing is taken);
 *         not aligned: read it through packed structs only
 */
const void *
MQTT_cursor_take (struct MQTT_Cursor *cursor, size_t size);


/**
 * Read big-endian integers.
 *
 * @return false if too few bytes are left; then @a value is untouched
 */
bool
MQTT_cursor_u8 (struct MQTT_Cursor *cursor, uint8_t *value);

bool
MQTT_cursor_u16 (struct MQTT_Cursor *cursor, uint16_t *value);

bool
MQTT_cursor_u32 (struct MQTT_Cursor *cursor, uint32_t *value);

bool
MQTT_cursor_u64 (struct MQTT_Cursor *cursor, uint64_t *value);

#endif
