/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format_write.c
 * @brief Writes messages as a format says.
 */
#include "format_item.h"
#include <inttypes.h>
#include "format_encode.h"
#include "format_json.h"

/** Most bytes of what strftime() makes of one letter. */
#define TIME_SIZE 256

/**
 * A message that is being written.
 */
struct Writer
{
  const struct GNUNET_MQTT_Message *message;
  const struct timespec *when;
  CLI_Sink sink;
  void *cls;
};


/**
 * Fill up to the least width, on one side.
 *
 * @param writer the writer
 * @param item says the width
 * @param size bytes of what is to be filled up
 * @param before on this side (true) or behind
 */
static void
fill (const struct Writer *writer,
      const struct CLI_FormatItem *item,
      size_t size,
      bool before)
{
  char c = (item->zeros && before
            && CLI_format_is_one_of (item->letter, CLI_FORMAT_ZEROS))
             ? '0'
             : ' ';

  if (before == item->left)
    return;
  for (; size < item->width; size++)
    writer->sink (writer->cls, &c, 1);
}


static void
write_bytes (const struct Writer *writer,
             const struct CLI_FormatItem *item,
             const void *data,
             size_t size)
{
  size = GNUNET_MIN (size, item->precision);
  fill (writer, item, size, true);
  if (0 != size)
    writer->sink (writer->cls, data, size);
  fill (writer, item, size, false);
}


static void
write_number (const struct Writer *writer,
              const struct CLI_FormatItem *item,
              uint64_t number)
{
  char text[24];
  int size = snprintf (text, sizeof (text), "%" PRIu64, number);

  write_bytes (writer, item, text, (size_t)size);
}


/**
 * Write the time as strftime() says.
 */
static void
write_time (const struct Writer *writer,
            const struct CLI_FormatItem *item,
            const char *format)
{
  char text[TIME_SIZE];
  struct tm tm;

  if (NULL == localtime_r (&writer->when->tv_sec, &tm))
    return;
  write_bytes (writer, item, text, strftime (text, sizeof (text), format, &tm));
}


static void
write_unix_time (const struct Writer *writer, const struct CLI_FormatItem *item)
{
  char text[48];
  int size = snprintf (text,
                       sizeof (text),
                       "%lld.%09ld",
                       (long long)writer->when->tv_sec,
                       writer->when->tv_nsec);

  write_bytes (writer, item, text, (size_t)size);
}


/**
 * Write the payload in hex or base64.
 */
static void
write_encoded (const struct Writer *writer, const struct CLI_FormatItem *item)
{
  const void *data = writer->message->payload;
  size_t size = writer->message->payload_size;
  size_t length = ('b' == item->letter) ? CLI_base64_size (size) : 2 * size;

  fill (writer, item, length, true);
  if ('b' == item->letter)
    CLI_encode_base64 (data, size, writer->sink, writer->cls);
  else
    CLI_encode_hex (data, size, 'X' == item->letter, writer->sink, writer->cls);
  fill (writer, item, length, false);
}


/**
 * Write "name:value name:value".
 */
static void
write_user_properties (const struct Writer *writer,
                       const struct CLI_FormatItem *item)
{
  struct GNUNET_Buffer text = { 0 };

  for (unsigned int i = 0; i < writer->message->user_property_count; i++)
  {
    const struct GNUNET_MQTT_UserProperty *user = &writer->message
                                                     ->user_properties[i];

    if (0 != i)
      GNUNET_buffer_write_str (&text, " ");
    GNUNET_buffer_write (&text, user->name, user->name_size);
    GNUNET_buffer_write_str (&text, ":");
    GNUNET_buffer_write (&text, user->value, user->value_size);
  }
  write_bytes (writer, item, text.mem, text.position);
  GNUNET_buffer_clear (&text);
}


/**
 * Write JSON; its time is ISO 8601 with microseconds.
 *
 * @return false if the payload was to be JSON and is not
 */
static bool
write_json (const struct Writer *writer, bool nested)
{
  char when[TIME_SIZE] = "";
  size_t size;
  struct tm tm;

  if (NULL != localtime_r (&writer->when->tv_sec, &tm))
  {
    size = strftime (when, sizeof (when), "%Y-%m-%dT%H:%M:%S.", &tm);
    size += (size_t)snprintf (when + size,
                              sizeof (when) - size,
                              "%06u",
                              (unsigned int)(writer->when->tv_nsec / 1000));
    (void)strftime (when + size, sizeof (when) - size, "%z", &tm);
  }
  return CLI_format_json (writer->message,
                          when,
                          nested,
                          writer->sink,
                          writer->cls);
}


uint64_t
CLI_expiry_seconds (const struct GNUNET_MQTT_Message *message)
{
  uint64_t us = message->expiry.rel_value_us;

  return us / 1000000 + ((0 != us % 1000000) ? 1 : 0);
}


/**
 * Write a number, or nothing if it is 0.
 */
static void
write_if_given (const struct Writer *writer,
                const struct CLI_FormatItem *item,
                uint64_t number)
{
  if (0 == number)
    write_bytes (writer, item, NULL, 0);
  else
    write_number (writer, item, number);
}


/**
 * Write what a '%' and a letter stand for.
 *
 * @return false if the payload was to be JSON and is not
 */
static bool
write_letter (const struct Writer *writer, const struct CLI_FormatItem *item)
{
  const struct GNUNET_MQTT_Message *m = writer->message;

  switch (item->letter)
  {
  case 't':
    write_bytes (writer, item, m->topic, m->topic_size);
    return true;
  case 'p':
    write_bytes (writer, item, m->payload, m->payload_size);
    return true;
  case 'C':
    write_bytes (writer, item, m->content_type, m->content_type_size);
    return true;
  case 'R':
    write_bytes (writer, item, m->response_topic, m->response_topic_size);
    return true;
  case 'D':
    write_bytes (writer, item, m->correlation_data, m->correlation_data_size);
    return true;
  case 'P':
    write_user_properties (writer, item);
    return true;
  case 'l':
    write_number (writer, item, m->payload_size);
    return true;
  case 'q':
    write_number (writer, item, m->qos);
    return true;
  case 'r':
    write_number (writer, item, m->retain);
    return true;
  case 'E':
    write_if_given (writer, item, CLI_expiry_seconds (m));
    return true;
  case 'F':
    write_if_given (writer, item, m->payload_format);
    return true;
  case 'I':
    write_time (writer, item, "%Y-%m-%dT%H:%M:%S%z");
    return true;
  case 'U':
    write_unix_time (writer, item);
    return true;
  case 'j':
  case 'J':
    return write_json (writer, 'J' == item->letter);
  default:
    write_encoded (writer, item);
    return true;
  }
}


/**
 * Write what an '@' and a letter stand for.
 */
static void
write_time_letter (const struct Writer *writer,
                   const struct CLI_FormatItem *item)
{
  const char format[] = { '%', item->letter, '\0' };
  char nanoseconds[16];

  if ('N' != item->letter)
  {
    write_time (writer, item, format);
    return;
  }
  snprintf (nanoseconds, sizeof (nanoseconds), "%09ld", writer->when->tv_nsec);
  write_bytes (writer, item, nanoseconds, strlen (nanoseconds));
}


bool
CLI_format_write (const struct CLI_Format *format,
                  const struct GNUNET_MQTT_Message *message,
                  const struct timespec *when,
                  CLI_Sink sink,
                  void *cls)
{
  const struct Writer writer = { .message = message,
                                 .when = when,
                                 .sink = sink,
                                 .cls = cls };
  bool complete = true;

  for (unsigned int i = 0; i < format->count; i++)
  {
    const struct CLI_FormatItem *item = &format->items[i];

    if ('%' == item->kind)
      complete &= write_letter (&writer, item);
    else if ('@' == item->kind)
      write_time_letter (&writer, item);
    else
      sink (cls, format->text + item->offset, item->size);
  }
  return complete;
}
