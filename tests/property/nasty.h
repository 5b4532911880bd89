/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/nasty.h
 * @brief Random topic names and filters of the kind that breaks things, and what
 *        matches what, told a second time.
 */
#ifndef MQTT_TESTS_PROPERTY_NASTY_H
#define MQTT_TESTS_PROPERTY_NASTY_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/** Most levels of a nasty name or filter. */
#define NASTY_LEVELS_MAX 48

/** A random sequence. */
struct Random
{
  uint64_t state;
};

/** Bytes on the heap, in a block of exactly their size. */
struct Text
{
  char *bytes;
  size_t size;
};

/** A name or filter as its levels. */
struct Levels
{
  struct Text level[NASTY_LEVELS_MAX];
  size_t count;
};


/**
 * The seed of this run: from the environment, to repeat a run, or the clock.
 * It is printed, as a comment of TAP.
 */
static inline uint64_t
nasty_seed (void)
{
  const char *given = getenv ("MQTT_TEST_SEED");
  struct timespec now;
  unsigned long long seed;

  timespec_get (&now, TIME_UTC);
  seed = (NULL != given)
           ? strtoull (given, NULL, 10)
           : (unsigned long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
  printf ("# MQTT_TEST_SEED=%llu repeats this run\n", seed);
  fflush (stdout);
  return seed;
}


static inline uint64_t
random_next (struct Random *random)
{
  uint64_t z = random->state += UINT64_C (0x9E3779B97F4A7C15);

  z = (z ^ (z >> 30)) * UINT64_C (0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94D049BB133111EB);
  return z ^ (z >> 31);
}


/**
 * A number from 0 to below @a limit.
 */
static inline size_t
random_below (struct Random *random, size_t limit)
{
  return random_next (random) % limit;
}


/**
 * True in one of @a n cases.
 */
static inline bool
random_one_in (struct Random *random, size_t n)
{
  return 0 == random_below (random, n);
}


/**
 * A level that may stand in a name.  Few of them, so that many are equal.
 */
static inline struct Text
nasty_level (struct Random *random)
{
  static char *const words[] = {
    "",
    "",
    "a",
    "a",
    "b",
    "$",
    "$SYS",
    "$share",
    " ",
    "\xC3\xA4",
    "\xF0\x9F\x98\x80",
    "(a|b)*",
    "?",
    "=",
    ">",
    ".",
    "\x01\x7F",
    "SECRETLEVEL",
    "GNUNETMQTT1WILDCARDFIRST",
  };
  static char longest[3000];
  size_t pick = random_below (random, sizeof (words) / sizeof (words[0]) + 1);
  struct Text level;

  if (pick < sizeof (words) / sizeof (words[0]))
  {
    level.bytes = words[pick];
    level.size = strlen (level.bytes);
    return level;
  }
  if ('\0' == longest[0])
    memset (longest, 'x', sizeof (longest));
  level.bytes = longest;
  level.size = sizeof (longest) - random_below (random, 2);
  return level;
}


static inline struct Levels
nasty_name (struct Random *random)
{
  struct Levels name;

  name.count = 1
               + random_below (random,
                               random_one_in (random, 20) ? NASTY_LEVELS_MAX - 1
                                                          : 5);
  for (size_t i = 0; i < name.count; i++)
    name.level[i] = nasty_level (random);
  return name;
}


/**
 * A filter that matches a name, or almost does.
 */
static inline struct Levels
nasty_filter (struct Random *random, const struct Levels *name)
{
  static char plus[] = "+";
  static char hash[] = "#";
  struct Levels filter = *name;

  for (size_t i = 0; i < filter.count; i++)
    if (random_one_in (random, 4))
      filter.level[i] = (struct Text){ plus, 1 };
    else if (random_one_in (random, 20))
      filter.level[i] = nasty_level (random);
  if (random_one_in (random, 3))
  {
    size_t from = random_below (random, filter.count + 1);

    filter.level[from] = (struct Text){ hash, 1 };
    filter.count = from + 1;
  }
  else if (random_one_in (random, 10) && (filter.count > 1))
    filter.count--;
  else if (random_one_in (random, 10) && (filter.count < NASTY_LEVELS_MAX - 1))
    filter.level[filter.count++] = nasty_level (random);
  return filter;
}


/**
 * Join levels.  No level at all, which no topic may have, becomes "a".
 *
 * @return the text, to be freed with text_done()
 */
static inline struct Text
join (const struct Levels *levels)
{
  struct Text text = { NULL, 0 };
  size_t at = 0;

  for (size_t i = 0; i < levels->count; i++)
    text.size += levels->level[i].size + (0 != i);
  if (0 == text.size)
  {
    text.size = 1;
    text.bytes = strdup ("a");
    ck_assert_ptr_nonnull (text.bytes);
    return text;
  }
  text.bytes = malloc (text.size);
  ck_assert_ptr_nonnull (text.bytes);
  for (size_t i = 0; i < levels->count; i++)
  {
    if (0 != i)
      text.bytes[at++] = '/';
    memcpy (text.bytes + at, levels->level[i].bytes, levels->level[i].size);
    at += levels->level[i].size;
  }
  return text;
}


static inline void
text_done (struct Text *text)
{
  free (text->bytes);
  text->bytes = NULL;
}


/**
 * A random name as text.
 */
static inline struct Text
nasty_name_text (struct Random *random)
{
  struct Levels name = nasty_name (random);

  return join (&name);
}


/**
 * A random filter as text.
 */
static inline struct Text
nasty_filter_text (struct Random *random)
{
  struct Levels name = nasty_name (random);
  struct Levels filter = nasty_filter (random, &name);

  return join (&filter);
}


/**
 * Do two levels, which end at a slash or at the end of the text, agree?
 */
static inline bool
same_level (const char *a, const char *a_end, const char *b, const char *b_end)
{
  for (;; a++, b++)
  {
    bool a_ends = (a == a_end) || ('/' == *a);
    bool b_ends = (b == b_end) || ('/' == *b);

    if (a_ends || b_ends)
      return a_ends && b_ends;
    if (*a != *b)
      return false;
  }
}


/**
 * MQTT 5, section 4.7, to the letter, from some level on.
 */
static inline bool
reference_matches_from (const char *filter,
                        const char *filter_end,
                        const char *name,
                        const char *name_end)
{
  const char *filter_slash;
  const char *name_slash;

  if ((filter + 1 == filter_end) && ('#' == *filter))
    return true;
  if (((filter == filter_end) || ('+' != *filter))
      && (!same_level (filter, filter_end, name, name_end)))
    return false;
  filter_slash = memchr (filter, '/', (size_t)(filter_end - filter));
  name_slash = memchr (name, '/', (size_t)(name_end - name));
  if (NULL == name_slash)
    /* the "#" includes the parent level */
    return (NULL == filter_slash)
           || ((filter_slash + 2 == filter_end) && ('#' == filter_slash[1]));
  return (NULL != filter_slash)
         && reference_matches_from (filter_slash + 1,
                                    filter_end,
                                    name_slash + 1,
                                    name_end);
}


/**
 * Does a filter match a name?
 */
static inline bool
reference_matches (const struct Text *filter, const struct Text *name)
{
  if (('$' == name->bytes[0])
      && (('#' == filter->bytes[0]) || ('+' == filter->bytes[0])))
    return false;
  return reference_matches_from (filter->bytes,
                                 filter->bytes + filter->size,
                                 name->bytes,
                                 name->bytes + name->size);
}

#endif
