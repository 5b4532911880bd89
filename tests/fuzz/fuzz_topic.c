/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_topic.c
 * @brief Names and filters that anybody may send, and all that is made of them.
 *
 * Input: the size of the filter in two bytes, the filter, the name.
 */
#include <gnunet/gnunet_common.h>
#include "core/cursor.h"
#include "core/discovery_code.h"
#include "core/filter_index.h"
#include "core/level_hash.h"
#include "core/topic.h"
#include "fuzz.h"


/**
 * Levels and slashes are all there is to a text.
 */
static void
check_levels (const char *text, size_t size)
{
  struct MQTT_LevelIterator it = MQTT_topic_levels (text, size);
  const char *level;
  size_t level_size;
  size_t count = 0;
  size_t sum = 0;

  while (MQTT_topic_level_next (&it, &level, &level_size))
  {
    FUZZ_CHECK ((0 == level_size) || (NULL == memchr (level, '/', level_size)));
    sum += level_size;
    count++;
  }
  FUZZ_CHECK (count == MQTT_topic_level_count (text, size));
  FUZZ_CHECK (sum + count - 1 == size);
}


/**
 * A name is a filter that matches itself.
 */
static bool
check_name (const char *name, size_t size)
{
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  size_t where = SIZE_MAX;
  unsigned int count;

  if (MQTT_TOPIC_OK != MQTT_topic_name_check (name, size, &where))
  {
    FUZZ_CHECK (where <= size);
    return false;
  }
  FUZZ_CHECK (SIZE_MAX == where);
  check_levels (name, size);
  FUZZ_CHECK (MQTT_topic_matches (name, size, name, size));
  count = MQTT_discovery_code_searches (name, size, searches);
  FUZZ_CHECK ((1 <= count) && (MQTT_CODE_SEARCHES >= count));
  for (unsigned int i = 0; i < count; i++)
    FUZZ_CHECK (MQTT_CODE_SEARCH_MAX
                >= strnlen (searches[i].text, sizeof (searches[i].text)));
  return true;
}


/**
 * Is it a legal filter that can be matched, not a shared one?
 */
static bool
check_filter (const char *filter, size_t size)
{
  static const char share[] = "$share/";
  const size_t share_size = sizeof (share) - 1;
  size_t where = SIZE_MAX;

  if (MQTT_TOPIC_OK != MQTT_topic_filter_check (filter, size, &where))
  {
    FUZZ_CHECK (where <= size);
    return false;
  }
  FUZZ_CHECK (SIZE_MAX == where);
  check_levels (filter, size);
  if ((size >= share_size) && (0 == memcmp (filter, share, share_size)))
    return false;
  for (int precision = MQTT_CODE_PRECISE; precision <= MQTT_CODE_ANYTHING;
       precision++)
  {
    char regex[MQTT_CODE_REGEX_MAX + 1];
    struct MQTT_Code code;

    MQTT_discovery_code (filter, size, precision, &code);
    MQTT_discovery_code_regex (&code, regex);
    FUZZ_CHECK (MQTT_CODE_REGEX_MAX >= strnlen (regex, sizeof (regex)));
  }
  return true;
}


/**
 * The index finds the filter if the text matches, and only then.
 */
static void
check_match (const char *filter,
             size_t filter_size,
             const char *name,
             size_t name_size)
{
  struct MQTT_FilterIndex *index = MQTT_filter_index_create (1);
  MQTT_FilterIndexEntry entry = MQTT_filter_index_add (index,
                                                       filter,
                                                       filter_size,
                                                       1);
  size_t count;
  uint64_t *hashes = MQTT_level_hash_all (name, name_size, &count);
  bool dollar = ('$' == name[0]);

  FUZZ_CHECK (0 != entry);
  FUZZ_CHECK (
    MQTT_topic_matches (filter, filter_size, name, name_size)
    == MQTT_filter_index_match (index, hashes, count, dollar, NULL, NULL));
  MQTT_filter_index_remove (index, entry);
  FUZZ_CHECK (0 == MQTT_filter_index_count (index));
  FUZZ_CHECK (
    !MQTT_filter_index_match (index, hashes, count, dollar, NULL, NULL));
  GNUNET_free (hashes);
  MQTT_filter_index_destroy (index);
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct MQTT_Cursor cursor = { .at = data, .left = size };
  const void *start;
  uint16_t filter_size;
  size_t name_size;
  char *filter;
  char *name;
  bool name_legal;

  if (!MQTT_cursor_u16 (&cursor, &filter_size)
      || (NULL == (start = MQTT_cursor_take (&cursor, filter_size))))
    return 0;
  filter = fuzz_copy (start, filter_size);
  name_size = cursor.left;
  name = fuzz_copy (cursor.at, name_size);
  name_legal = check_name (name, name_size);
  if (check_filter (filter, filter_size) && name_legal)
    check_match (filter, filter_size, name, name_size);
  free (filter);
  free (name);
  return 0;
}
