/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/topic.h
 * @brief Topic names and topic filters: what is legal, and which filter
 *        matches which name (MQTT 5, section 4.7 and 1.5.4).
 *
 * Knows text only: nothing of indexes, hashes, sessions or the network.
 * Names and filters are bytes with a length, never C strings.
 */
#ifndef MQTT_CORE_TOPIC_H
#define MQTT_CORE_TOPIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Longest topic name or topic filter, in bytes (MQTT 5, section 1.5.4).
 */
#define MQTT_TOPIC_MAX 65535

/**
 * What may be wrong with a topic name or a topic filter.
 */
enum MQTT_TopicError
{
  MQTT_TOPIC_OK = 0,
  /** No character at all (4.7.3). */
  MQTT_TOPIC_EMPTY,
  /** More than #MQTT_TOPIC_MAX bytes. */
  MQTT_TOPIC_TOO_LONG,
  /** U+0000 (1.5.4). */
  MQTT_TOPIC_NUL,
  /** Not well-formed UTF-8: surrogates, overlong forms, above U+10FFFF, cut short (1.5.4). */
  MQTT_TOPIC_NOT_UTF8,
  /** '+' or '#' in a topic name (4.7.1). */
  MQTT_TOPIC_WILDCARD_IN_NAME,
  /** '+' beside other characters in its level (4.7.1.3). */
  MQTT_TOPIC_PLUS_NOT_ALONE,
  /** '#' beside other characters in its level (4.7.1.2). */
  MQTT_TOPIC_HASH_NOT_ALONE,
  /** '#' before the last level (4.7.1.2). */
  MQTT_TOPIC_HASH_NOT_LAST,
  /** "$share/group/filter" with the group or the filter missing or with a wildcard in the group (4.8.2). */
  MQTT_TOPIC_BAD_SHARE
};


/**
 * Is this a legal topic name, something that can be published to?
 *
 * @param name the name's bytes
 * @param size number of bytes
 * @param[out] where offset of the first wrong byte, @a size if something is
 *             missing at the end; set on errors only; may be NULL
 */
enum MQTT_TopicError
MQTT_topic_name_check (const char *name, size_t size, size_t *where);


/**
 * Is this a legal topic filter, something that can be subscribed to?
 * A filter whose first level is exactly "$share" must be a well-formed shared
 * subscription (4.8.2).
 *
 * @param filter the filter's bytes
 * @param size number of bytes
 * @param[out] where offset of the first wrong byte, @a size if something is
 *             missing at the end; set on errors only; may be NULL
 */
enum MQTT_TopicError
MQTT_topic_filter_check (const char *filter, size_t size, size_t *where);


/**
 * Is a legal filter a shared subscription (4.8.2)?
 */
bool
MQTT_topic_filter_is_shared (const char *filter, size_t size);


/**
 * Bytes of a legal filter's "$share/group/", after which follows what is to be
 * matched; 0 if it is not a shared subscription.
 */
size_t
MQTT_topic_filter_share (const char *filter, size_t size);


/**
 * Describe an error for a person, in a few words of English without a full stop.
 */
const char *
MQTT_topic_error_text (enum MQTT_TopicError error);


/**
 * Does @a filter match @a name (4.7)?  Both must be legal; of a shared
 * subscription it is what follows "$share/group/".  '+' and '#' at the first
 * level do not match names that begin with '$'.  Takes time linear in the two
 * sizes, memory constant, no recursion.
 */
bool
MQTT_topic_matches (const char *filter,
                    size_t filter_size,
                    const char *name,
                    size_t name_size);


/**
 * Walks the levels of a topic name or filter, left to right.  A name of n
 * slashes has n + 1 levels, any of which may be empty.
 */
struct MQTT_LevelIterator
{
  /** Start of the next level, borrowed; NULL when all levels were seen. */
  const char *next;
  /** Bytes from @e next to the end. */
  size_t left;
};


/**
 * Start walking.  @a text must outlive the iterator.
 */
struct MQTT_LevelIterator
MQTT_topic_levels (const char *text, size_t size);


/**
 * Get the next level.
 *
 * @param it the iterator
 * @param[out] level start of the level (not terminated)
 * @param[out] size bytes of the level, may be 0
 * @return false when there is no further level
 */
bool
MQTT_topic_level_next (struct MQTT_LevelIterator *it,
                       const char **level,
                       size_t *size);


/**
 * How many levels does this name or filter have?  At least 1.
 */
size_t
MQTT_topic_level_count (const char *text, size_t size);


/**
 * What a level of a filter is.
 */
enum MQTT_LevelKind
{
  MQTT_LEVEL_LITERAL,
  /** "+" */
  MQTT_LEVEL_PLUS,
  /** "#" */
  MQTT_LEVEL_HASH
};


/**
 * Classify one level of a legal filter.
 */
enum MQTT_LevelKind
MQTT_topic_level_kind (const char *level, size_t size);

#endif
