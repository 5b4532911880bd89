/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_text.c
 * @brief Channel entries as text that survives the mail.
 */
#include "channel_entry.h"
#include <string.h>

/** Bits of a character behind the prefix. */
#define CHARACTER_BITS 5

/** Most characters behind the prefix. */
#define CHARACTERS_MAX \
  ((MQTT_CHANNEL_ENTRY_MAX * 8 + CHARACTER_BITS - 1) / CHARACTER_BITS)

#define PREFIX_SIZE (sizeof (MQTT_CHANNEL_TEXT_PREFIX) - 1)


char *
MQTT_channel_entry_to_text (const void *data, size_t size)
{
  char *code = GNUNET_STRINGS_data_to_string_alloc (data, size);
  char *text;

  GNUNET_asprintf (&text, MQTT_CHANNEL_TEXT_PREFIX "%s", code);
  GNUNET_free (code);
  return text;
}


static bool
is_space (char c)
{
  return (' ' == c) || ('\t' == c) || ('\r' == c) || ('\n' == c);
}


/**
 * Copy a text without its white space.
 *
 * @param[out] out room for @a room characters
 * @return how many there are, or more than @a room if they are too many
 */
static size_t
strip (const char *text, size_t size, char *out, size_t room)
{
  size_t count = 0;

  for (size_t i = 0; (i < size) && (count <= room); i++)
  {
    if (is_space (text[i]))
      continue;
    if (count < room)
      out[count] = text[i];
    count++;
  }
  return count;
}


void *
MQTT_channel_entry_from_text (const char *text, size_t text_size, size_t *size)
{
  char bare[PREFIX_SIZE + CHARACTERS_MAX];
  size_t count = strip (text, text_size, bare, sizeof (bare));
  void *data;

  if ((count <= PREFIX_SIZE) || (count > sizeof (bare))
      || (0 != memcmp (bare, MQTT_CHANNEL_TEXT_PREFIX, PREFIX_SIZE)))
    return NULL;
  count -= PREFIX_SIZE;
  *size = count * CHARACTER_BITS / 8;
  data = GNUNET_malloc (GNUNET_MAX (*size, 1));
  if ((0 < *size)
      && (GNUNET_OK
          == GNUNET_STRINGS_string_to_data (bare + PREFIX_SIZE,
                                            count,
                                            data,
                                            *size)))
    return data;
  GNUNET_free (data);
  return NULL;
}
