/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/topic.c
 * @brief Legality and matching of topic names and topic filters, as text.
 */
#include "topic.h"
#include "utf8.h"
#include <string.h>

/** First level of a shared subscription, with its slash. */
#define SHARE_PREFIX "$share/"


/**
 * Say where it is wrong, to callers that want to know.
 *
 * @return @a error
 */
static enum MQTT_TopicError
wrong (enum MQTT_TopicError error, size_t at, size_t *where)
{
  if (NULL != where)
    *where = at;
  return error;
}


/**
 * Check what holds for names and filters alike: size and characters.
 */
static enum MQTT_TopicError
check_text (const char *text, size_t size, size_t *where)
{
  size_t good;

  if (0 == size)
    return wrong (MQTT_TOPIC_EMPTY, 0, where);
  if (size > MQTT_TOPIC_MAX)
    return wrong (MQTT_TOPIC_TOO_LONG, MQTT_TOPIC_MAX, where);
  good = MQTT_utf8_span (text, size);
  if (good == size)
    return MQTT_TOPIC_OK;
  return wrong (('\0' == text[good]) ? MQTT_TOPIC_NUL : MQTT_TOPIC_NOT_UTF8,
                good,
                where);
}


/**
 * Offset of the first wildcard, @a size if there is none.
 */
static size_t
find_wildcard (const char *text, size_t size)
{
  for (size_t i = 0; i < size; i++)
    if (('+' == text[i]) || ('#' == text[i]))
      return i;
  return size;
}


enum MQTT_TopicError
MQTT_topic_name_check (const char *name, size_t size, size_t *where)
{
  enum MQTT_TopicError error = check_text (name, size, where);
  size_t wildcard;

  if (MQTT_TOPIC_OK != error)
    return error;
  wildcard = find_wildcard (name, size);
  if (wildcard < size)
    return wrong (MQTT_TOPIC_WILDCARD_IN_NAME, wildcard, where);
  return MQTT_TOPIC_OK;
}


/**
 * Check the "$share/group/" of a filter.
 *
 * @param[out] head bytes of it; 0 if it is not a shared subscription
 */
static enum MQTT_TopicError
check_share (const char *filter, size_t size, size_t *head, size_t *where)
{
  const size_t prefix = strlen (SHARE_PREFIX);
  const char *slash;
  size_t end;
  size_t wildcard;

  *head = 0;
  if ((size == prefix - 1) && (0 == memcmp (filter, SHARE_PREFIX, size)))
    return wrong (MQTT_TOPIC_BAD_SHARE, size, where);
  if ((size < prefix) || (0 != memcmp (filter, SHARE_PREFIX, prefix)))
    return MQTT_TOPIC_OK;
  slash = memchr (filter + prefix, '/', size - prefix);
  end = (NULL == slash) ? size : (size_t)(slash - filter);
  wildcard = prefix + find_wildcard (filter + prefix, end - prefix);
  if (wildcard < end)
    return wrong (MQTT_TOPIC_BAD_SHARE, wildcard, where);
  if ((end == prefix) || (size - end < 2))
    return wrong (MQTT_TOPIC_BAD_SHARE, (end == prefix) ? end : size, where);
  *head = end + 1;
  return MQTT_TOPIC_OK;
}


enum MQTT_TopicError
MQTT_topic_filter_check (const char *filter, size_t size, size_t *where)
{
  enum MQTT_TopicError error = check_text (filter, size, where);
  struct MQTT_LevelIterator it;
  const char *level;
  size_t level_size;
  size_t head;

  if (MQTT_TOPIC_OK == error)
    error = check_share (filter, size, &head, where);
  if (MQTT_TOPIC_OK != error)
    return error;
  it = MQTT_topic_levels (filter + head, size - head);
  while (MQTT_topic_level_next (&it, &level, &level_size))
  {
    size_t wildcard = find_wildcard (level, level_size);
    size_t at = (size_t)(level - filter) + wildcard;

    if (wildcard == level_size)
      continue;
    if ('+' == level[wildcard])
    {
      if (1 != level_size)
        return wrong (MQTT_TOPIC_PLUS_NOT_ALONE, at, where);
      continue;
    }
    if (1 != level_size)
      return wrong (MQTT_TOPIC_HASH_NOT_ALONE, at, where);
    if (NULL != it.next)
      return wrong (MQTT_TOPIC_HASH_NOT_LAST, at, where);
  }
  return MQTT_TOPIC_OK;
}


bool
MQTT_topic_filter_is_shared (const char *filter, size_t size)
{
  return (size >= sizeof (SHARE_PREFIX) - 1)
         && (0 == memcmp (filter, SHARE_PREFIX, sizeof (SHARE_PREFIX) - 1));
}


size_t
MQTT_topic_filter_share (const char *filter, size_t size)
{
  const size_t prefix = strlen (SHARE_PREFIX);
  const char *slash;

  if (!MQTT_topic_filter_is_shared (filter, size))
    return 0;
  slash = memchr (filter + prefix, '/', size - prefix);
  return (NULL == slash) ? 0 : (size_t)(slash - filter) + 1;
}


const char *
MQTT_topic_error_text (enum MQTT_TopicError error)
{
  switch (error)
  {
  case MQTT_TOPIC_OK:
    return "no error";
  case MQTT_TOPIC_EMPTY:
    return "it is empty";
  case MQTT_TOPIC_TOO_LONG:
    return "it is longer than 65535 bytes";
  case MQTT_TOPIC_NUL:
    return "it has a NUL character";
  case MQTT_TOPIC_NOT_UTF8:
    return "it is not well-formed UTF-8";
  case MQTT_TOPIC_WILDCARD_IN_NAME:
    return "a topic to publish to cannot have the wildcards '+' and '#'";
  case MQTT_TOPIC_PLUS_NOT_ALONE:
    return "the wildcard '+' must be a whole level";
  case MQTT_TOPIC_HASH_NOT_ALONE:
    return "the wildcard '#' must be a whole level";
  case MQTT_TOPIC_HASH_NOT_LAST:
    return "the wildcard '#' must be the last level";
  case MQTT_TOPIC_BAD_SHARE:
    return "a shared subscription must read $share/GROUP/FILTER,"
           " without wildcards in GROUP";
  }
  return "unknown error";
}


bool
MQTT_topic_matches (const char *filter,
                    size_t filter_size,
                    const char *name,
                    size_t name_size)
{
  struct MQTT_LevelIterator filter_it = MQTT_topic_levels (filter, filter_size);
  struct MQTT_LevelIterator name_it = MQTT_topic_levels (name, name_size);
  const char *want;
  const char *have;
  size_t want_size;
  size_t have_size;

  if (('$' == name[0]) && (('+' == filter[0]) || ('#' == filter[0])))
    return false;
  while (MQTT_topic_level_next (&filter_it, &want, &want_size))
  {
    enum MQTT_LevelKind kind = MQTT_topic_level_kind (want, want_size);

    /* "a/#" matches "a" as well, so the name may have ended already */
    if (MQTT_LEVEL_HASH == kind)
      return true;
    if (!MQTT_topic_level_next (&name_it, &have, &have_size))
      return false;
    if (MQTT_LEVEL_PLUS == kind)
      continue;
    if ((want_size != have_size) || (0 != memcmp (want, have, want_size)))
      return false;
  }
  return NULL == name_it.next;
}


struct MQTT_LevelIterator
MQTT_topic_levels (const char *text, size_t size)
{
  struct MQTT_LevelIterator it = { .next = text, .left = size };

  return it;
}


bool
MQTT_topic_level_next (struct MQTT_LevelIterator *it,
                       const char **level,
                       size_t *size)
{
  const char *slash;

  if (NULL == it->next)
    return false;
  *level = it->next;
  slash = memchr (it->next, '/', it->left);
  if (NULL == slash)
  {
    *size = it->left;
    it->next = NULL;
    it->left = 0;
    return true;
  }
  *size = (size_t)(slash - it->next);
  it->next = slash + 1;
  it->left -= *size + 1;
  return true;
}


size_t
MQTT_topic_level_count (const char *text, size_t size)
{
  size_t count = 1;

  for (size_t i = 0; i < size; i++)
    if ('/' == text[i])
      count++;
  return count;
}


enum MQTT_LevelKind
MQTT_topic_level_kind (const char *level, size_t size)
{
  if (1 != size)
    return MQTT_LEVEL_LITERAL;
  if ('+' == level[0])
    return MQTT_LEVEL_PLUS;
  if ('#' == level[0])
    return MQTT_LEVEL_HASH;
  return MQTT_LEVEL_LITERAL;
}
