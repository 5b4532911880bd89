/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format.c
 * @brief Takes format texts apart.
 */
#include "format_item.h"
#include <limits.h>

/** Greatest width that may be asked for. */
#define WIDTH_MAX 9999

/**
 * A format that is being read.
 */
struct Parser
{
  const char *start;
  const char *at;
  const char *why;
  struct CLI_Format *format;
  size_t text_size;
};


static void
add_item (struct Parser *parser, const struct CLI_FormatItem *item)
{
  GNUNET_array_append (parser->format->items, parser->format->count, *item);
}


/**
 * Add one character of text, to the last item if that is text.
 */
static void
add_character (struct Parser *parser, char c)
{
  struct CLI_Format *format = parser->format;
  struct CLI_FormatItem item = { .offset = parser->text_size };

  if ((0 == format->count) || ('\0' != format->items[format->count - 1].kind))
    add_item (parser, &item);
  format->items[format->count - 1].size++;
  format->text[parser->text_size++] = c;
}


/**
 * Read a width, if there is one.
 */
static unsigned int
parse_width (struct Parser *parser)
{
  unsigned int width = 0;

  for (; ('0' <= *parser->at) && ('9' >= *parser->at); parser->at++)
  {
    width = 10 * width + (unsigned int)(*parser->at - '0');
    if (WIDTH_MAX < width)
    {
      parser->why = "greater than 9999";
      return 0;
    }
  }
  return width;
}


/**
 * Read what follows a '%'.
 */
static void
parse_percent (struct Parser *parser)
{
  struct CLI_FormatItem item = { .kind = '%', .precision = UINT_MAX };
  const char *flags = parser->at;
  bool precise = false;

  for (;; parser->at++)
  {
    if ('-' == *parser->at)
      item.left = true;
    else if ('0' == *parser->at)
      item.zeros = true;
    else
      break;
  }
  item.width = parse_width (parser);
  if ((NULL == parser->why) && ('.' == *parser->at))
  {
    parser->at++;
    precise = true;
    item.precision = parse_width (parser);
  }
  if (NULL != parser->why)
    return;
  item.letter = *parser->at;
  if (!CLI_format_is_one_of (item.letter, CLI_FORMAT_WIDTH "%jJ"))
    parser->why = ('\0' == item.letter) ? "a letter must follow '%'"
                                        : "no such letter";
  else if ((flags != parser->at)
           && !CLI_format_is_one_of (item.letter, CLI_FORMAT_WIDTH))
    parser->why = "takes no width";
  else if (precise && !CLI_format_is_one_of (item.letter, CLI_FORMAT_PRECISION))
    parser->why = "takes no greatest width";
  if (NULL != parser->why)
    return;
  parser->at++;
  if ('%' == item.letter)
    add_character (parser, '%');
  else
    add_item (parser, &item);
}


/**
 * Read what follows an '@'.
 */
static void
parse_time (struct Parser *parser)
{
  struct CLI_FormatItem item = { .kind = '@',
                                 .letter = *parser->at,
                                 .precision = UINT_MAX };

  if ('\0' == item.letter)
  {
    parser->why = "a letter must follow '@'";
    return;
  }
  parser->at++;
  if ('@' == item.letter)
    add_character (parser, '@');
  else
    add_item (parser, &item);
}


/**
 * Read what follows a '\'.
 */
static void
parse_escape (struct Parser *parser)
{
  static const char names[] = "\\0aenrtv";
  static const char meanings[] = "\\\0\a\033\n\r\t\v";
  const char *name = strchr (names, *parser->at);

  if ((NULL == name) || ('\0' == *name))
  {
    parser->why = "one of \\ 0 a e n r t v must follow '\\'";
    return;
  }
  parser->at++;
  add_character (parser, meanings[name - names]);
}


struct CLI_Format *
CLI_format_parse (const char *text, size_t *where, const char **why)
{
  struct Parser parser = { .start = text,
                           .at = text,
                           .format = GNUNET_new (struct CLI_Format) };

  parser.format->text = GNUNET_malloc (strlen (text) + 1);
  while ((NULL == parser.why) && ('\0' != *parser.at))
  {
    char c = *parser.at++;

    if ('%' == c)
      parse_percent (&parser);
    else if ('@' == c)
      parse_time (&parser);
    else if ('\\' == c)
      parse_escape (&parser);
    else
      add_character (&parser, c);
  }
  if (NULL == parser.why)
    return parser.format;
  *where = (size_t)(parser.at - parser.start);
  *why = parser.why;
  CLI_format_free (parser.format);
  return NULL;
}


void
CLI_format_free (struct CLI_Format *format)
{
  GNUNET_array_grow (format->items, format->count, 0);
  GNUNET_free (format->text);
  GNUNET_free (format);
}
