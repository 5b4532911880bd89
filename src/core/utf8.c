/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/utf8.c
 * @brief Well-formed UTF-8, by table 3-7 of the Unicode standard.
 */
#include "utf8.h"
#include <stdint.h>


/**
 * @return bytes of the character at @a text, 0 if it is not well-formed
 */
static size_t
character_size (const uint8_t *text, size_t left)
{
  /* the second byte alone rules out overlong forms, surrogates and the rest */
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  size_t size;

  if (text[0] < 0xC2)
    return 0;
  if (text[0] < 0xE0)
    size = 2;
  else if (text[0] < 0xF0)
    size = 3;
  else if (text[0] < 0xF5)
    size = 4;
  else
    return 0;
  if (size > left)
    return 0;
  if (0xE0 == text[0])
    low = 0xA0;
  else if (0xED == text[0])
    high = 0x9F;
  else if (0xF0 == text[0])
    low = 0x90;
  else if (0xF4 == text[0])
    high = 0x8F;
  if ((text[1] < low) || (text[1] > high))
    return 0;
  for (size_t i = 2; i < size; i++)
    if (0x80 != (text[i] & 0xC0))
      return 0;
  return size;
}


size_t
MQTT_utf8_span (const char *text, size_t size)
{
  const uint8_t *bytes = (const uint8_t *)text;
  size_t at = 0;

  while (at < size)
  {
    size_t step = 1;

    if (0 == bytes[at])
      break;
    if (bytes[at] >= 0x80)
      step = character_size (bytes + at, size - at);
    if (0 == step)
      break;
    at += step;
  }
  return at;
}
