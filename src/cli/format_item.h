/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format_item.h
 * @brief A format text taken apart: what format.c makes and format_write.c uses.
 */
#ifndef MQTT_CLI_FORMAT_ITEM_H
#define MQTT_CLI_FORMAT_ITEM_H

#include "format.h"

/** Letters that can be filled up to a least width. */
#define CLI_FORMAT_WIDTH "tpxXblqrCRDEFPIU"

/** Those of them that are filled with zeros on demand. */
#define CLI_FORMAT_ZEROS "EFlxX"

/** Those of the first that can be cut to a greatest width. */
#define CLI_FORMAT_PRECISION "CIRt"

/**
 * One part of a format.
 */
struct CLI_FormatItem
{
  /** '%' or '@': stands for what @e letter says; 0: @e size bytes of text. */
  char kind;
  char letter;
  /** Align left. */
  bool left;
  /** Fill with zeros. */
  bool zeros;
  unsigned int width;
  /** Most bytes that are shown. */
  unsigned int precision;
  /** Of text: where in that of the format. */
  size_t offset;
  size_t size;
};

struct CLI_Format
{
  struct CLI_FormatItem *items;
  unsigned int count;
  /** What is written as it is, escapes resolved; of all items. */
  char *text;
};


static inline bool
CLI_format_is_one_of (char letter, const char *letters)
{
  return ('\0' != letter) && (NULL != strchr (letters, letter));
}

#endif
