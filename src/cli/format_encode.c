/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format_encode.c
 * @brief Bytes as text, in pieces.
 */
#include "format_encode.h"

/** Bytes encoded at once; a multiple of 3, so that base64 pads the last only. */
#define PIECE 3072


void
CLI_encode_hex (const void *data,
                size_t size,
                bool upper_case,
                CLI_Sink sink,
                void *cls)
{
  const char *digits = upper_case ? "0123456789ABCDEF" : "0123456789abcdef";
  const uint8_t *at = data;
  char text[2 * PIECE];

  while (0 != size)
  {
    size_t n = GNUNET_MIN (size, PIECE);

    for (size_t i = 0; i < n; i++)
    {
      text[2 * i] = digits[at[i] >> 4];
      text[2 * i + 1] = digits[at[i] & 15];
    }
    sink (cls, text, 2 * n);
    at += n;
    size -= n;
  }
}


size_t
CLI_base64_size (size_t size)
{
  return (size + 2) / 3 * 4;
}


void
CLI_encode_base64 (const void *data, size_t size, CLI_Sink sink, void *cls)
{
  const uint8_t *at = data;

  while (0 != size)
  {
    size_t n = GNUNET_MIN (size, PIECE);
    char *text;
    size_t length = GNUNET_STRINGS_base64_encode (at, n, &text);

    sink (cls, text, length);
    GNUNET_free (text);
    at += n;
    size -= n;
  }
}
