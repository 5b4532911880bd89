/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/topic_complaint.c
 * @brief Shows a person what is wrong with a topic, and where.
 */
#include "topic_complaint.h"
#include <gnunet/gnunet_util_lib.h>
#include <jansson.h>
#include "gnunet_mqtt_service.h"
#include "options.h"

/** Bytes that are shown before the mistake, and behind it, at most. */
#define CONTEXT 32


static bool
is_utf8 (const char *text, size_t size)
{
  json_t *string = json_stringn (text, size);

  json_decref (string);
  return NULL != string;
}


/**
 * Does a character begin here, or the text end?
 */
static bool
is_boundary (const char *text, size_t size, size_t at)
{
  return (at == size) || (0x80 != (text[at] & 0xC0));
}


/**
 * Append text as a terminal can show it.
 *
 * @return columns it takes, each character counted as one
 */
static size_t
show (struct GNUNET_Buffer *out, const char *text, size_t size)
{
  bool utf8 = is_utf8 (text, size);
  size_t columns = 0;

  for (size_t i = 0; i < size; i++)
  {
    unsigned char c = (unsigned char)text[i];

    if ((0x20 > c) || (0x7F == c) || ((0x80 <= c) && !utf8))
    {
      GNUNET_buffer_write_fstr (out, "\\x%02x", c);
      columns += 4;
      continue;
    }
    GNUNET_buffer_write (out, &text[i], 1);
    if (is_boundary (text, size, i))
      columns++;
  }
  return columns;
}


/**
 * Append the part of the topic around the mistake.
 *
 * @return columns before the mistake
 */
static size_t
show_part (struct GNUNET_Buffer *out,
           const char *topic,
           size_t size,
           size_t where)
{
  size_t start = (where > CONTEXT) ? where - CONTEXT : 0;
  size_t end = (size - where > CONTEXT) ? where + CONTEXT : size;
  size_t columns;

  while ((start < where) && !is_boundary (topic, size, start))
    start++;
  while ((end > where) && !is_boundary (topic, size, end))
    end--;
  if (0 != start)
    GNUNET_buffer_write_str (out, "...");
  columns = (0 != start) ? strlen ("...") : 0;
  columns += show (out, topic + start, where - start);
  (void)show (out, topic + where, end - where);
  if (end != size)
    GNUNET_buffer_write_str (out, "...");
  return columns;
}


char *
CLI_topic_complaint (const char *kind,
                     const char *topic,
                     size_t size,
                     size_t where,
                     const char *why)
{
  struct GNUNET_Buffer out = { 0 };
  size_t columns;

  GNUNET_buffer_write_fstr (&out, "%s \"", kind);
  (void)show_part (&out, topic, size, where);
  GNUNET_buffer_write_fstr (&out,
                            "\" is wrong at byte %zu: %s\n    ",
                            where + 1,
                            why);
  columns = show_part (&out, topic, size, where);
  GNUNET_buffer_write_fstr (&out, "\n    %*s^", (int)columns, "");
  return GNUNET_buffer_reap_str (&out);
}


bool
CLI_check_topic_name (const char *program, const char *kind, const char *name)
{
  size_t where = 0;
  const char *why;
  char *complaint;

  if (NULL == name)
    return true;
  why = GNUNET_MQTT_topic_name_check (name, strlen (name), &where);
  if (NULL == why)
    return true;
  complaint = CLI_topic_complaint (kind, name, strlen (name), where, why);
  CLI_complain (program, "%s", complaint);
  GNUNET_free (complaint);
  return false;
}
