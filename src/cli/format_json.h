/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format_json.h
 * @brief A message as one line of JSON.
 */
#ifndef MQTT_CLI_FORMAT_JSON_H
#define MQTT_CLI_FORMAT_JSON_H

#include "format.h"


/**
 * Write {"tst":…,"topic":…,"qos":…,"retain":…,"payloadlen":…,"payload":…}, and
 * "properties" if the message has any.  A payload or correlation data that is
 * not UTF-8 is given in base64 instead, as "payload-base64" and
 * "correlation-data-base64".
 *
 * @param message the message
 * @param when ISO 8601 time of its arrival, NUL-terminated
 * @param nested the payload is JSON itself, and goes in as such
 * @param sink gets what is written
 * @param cls closure for @a sink
 * @return false if the payload was to be JSON and is not: nothing is written then
 */
bool
CLI_format_json (const struct GNUNET_MQTT_Message *message,
                 const char *when,
                 bool nested,
                 CLI_Sink sink,
                 void *cls);

#endif
