/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format.h
 * @brief Writes messages as a format text says, in the letters of mosquitto_sub.
 *
 * Pure: the time is an argument, and output goes to a function.
 *
 *     %t topic             %p payload            %x %X payload in hex
 *     %b payload in base64 %l payload's bytes    %q QoS    %r retain, 0 or 1
 *     %C content type      %R response topic     %D correlation data
 *     %E expiry, seconds   %F payload format     %P user properties
 *     %j JSON              %J JSON, the payload being JSON
 *     %I ISO 8601 time     %U Unix time          %% @@ \\ themselves
 *     @X what strftime() makes of %X             @N nanoseconds
 *     \0 \a \e \n \r \t \v as in C
 *
 * Between '%' and all but %, j and J there may be '-' (align left), '0' (fill
 * with zeros: E, F, l, x, X) and a least width; and for C, I, R, t then '.' and a
 * greatest width; widths in bytes.
 */
#ifndef MQTT_CLI_FORMAT_H
#define MQTT_CLI_FORMAT_H

#include <time.h>
#include "gnunet_mqtt_service.h"

struct CLI_Format;

/**
 * Takes output, in order.
 */
typedef void (*CLI_Sink) (void *cls, const void *data, size_t size);


/**
 * Read a format text.
 *
 * @param text NUL-terminated
 * @param[out] where offset of the first mistake, if there is one
 * @param[out] why what is wrong, in a few words
 * @return NULL if there is a mistake
 */
struct CLI_Format *
CLI_format_parse (const char *text, size_t *where, const char **why);


void
CLI_format_free (struct CLI_Format *format);


/**
 * Write a message.
 *
 * @param format the format
 * @param message the message
 * @param when when it was received
 * @param sink gets what is written
 * @param cls closure for @a sink
 * @return false if the format has a %J and the payload is not JSON: nothing is
 *         written in its place
 */
bool
CLI_format_write (const struct CLI_Format *format,
                  const struct GNUNET_MQTT_Message *message,
                  const struct timespec *when,
                  CLI_Sink sink,
                  void *cls);


/**
 * What is left until a message expires, in seconds, rounded up; 0 if it does not.
 */
uint64_t
CLI_expiry_seconds (const struct GNUNET_MQTT_Message *message);

#endif
