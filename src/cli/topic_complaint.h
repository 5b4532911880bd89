/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/topic_complaint.h
 * @brief Shows a person what is wrong with a topic, and where.
 */
#ifndef MQTT_CLI_TOPIC_COMPLAINT_H
#define MQTT_CLI_TOPIC_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>


/**
 * Describe the mistake:
 *
 *     topic filter "a/#/b" is wrong at byte 3: '#' must be the last level
 *         a/#/b
 *           ^
 *
 * Control characters and what is not UTF-8 are shown as "\xNN", of long topics
 * only the part around the mistake.
 *
 * @param kind "topic filter" or "topic name"
 * @param topic the topic
 * @param size bytes of it
 * @param where offset of the first wrong byte
 * @param why what is wrong
 * @return NUL-terminated lines, without the last new line; free with GNUNET_free()
 */
char *
CLI_topic_complaint (const char *kind,
                     const char *topic,
                     size_t size,
                     size_t where,
                     const char *why);


/**
 * Check a topic name.
 *
 * @param program name of the program, for the complaint
 * @param kind what to call it
 * @param name the name; NULL is right
 * @return false if it is wrong, and was complained about
 */
bool
CLI_check_topic_name (const char *program, const char *kind, const char *name);

#endif
