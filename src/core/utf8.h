/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/utf8.h
 * @brief What a string of MQTT may consist of (MQTT 5, section 1.5.4).
 *
 * Knows nothing of topics or properties.
 */
#ifndef MQTT_CORE_UTF8_H
#define MQTT_CORE_UTF8_H

#include <stddef.h>


/**
 * How much of a text, from its start, is well-formed UTF-8 without U+0000?
 * Surrogates, overlong forms, characters above U+10FFFF and characters that are
 * cut short are not well-formed.
 *
 * @param text the text, not terminated; may be NULL if @a size is 0
 * @param size bytes of it
 * @return offset of the first character that is wrong, @a size if none is
 */
size_t
MQTT_utf8_span (const char *text, size_t size);

#endif
