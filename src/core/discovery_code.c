/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/discovery_code.c
 * @brief Codes of filters and search strings of names.  Knows nothing of budgets,
 *        of the REGEX service's API, or of who subscribed.
 */
#include "discovery_code.h"
#include "level_hash.h"
#include "topic.h"
#include <string.h>

/** Any symbol of a level that is not the third and not the last, as a regex. */
#define ANY_SYMBOL "(0|1|2|3|4|5|6|7|8|9|A|B|C|D|E|F)"

/** Any symbol that says "and more levels". */
#define ANY_WITH_MORE "(G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V)"

/** Any of both. */
#define ANY_LAST \
  "(0|1|2|3|4|5|6|7|8|9|A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V)"

/** Bits of a symbol. */
#define PREFIX_BITS 5
#define LEVEL_BITS 4

/** Prefix of filters that begin with a wildcard, and of "anything". */
#define PREFIX_WILDCARD "GNUNETMQTT1WILDCARDFIRST"

/** Prefix of "anything that begins with '$'". */
#define PREFIX_DOLLAR "GNUNETMQTT1ANYDOLLARNAME"

/** Levels behind the first that a code tells apart. */
#define TAIL_LEVELS (MQTT_CODE_LEVELS - 1)

_Static_assert(sizeof (PREFIX_WILDCARD) == MQTT_CODE_PREFIX + 1,
               "a prefix has a fixed size");
_Static_assert(sizeof (PREFIX_DOLLAR) == MQTT_CODE_PREFIX + 1,
               "a prefix has a fixed size");


/**
 * Write the first bits of a level's hash as symbols.
 *
 * @param domain sets hashes of different uses apart
 * @param level the level
 * @param size bytes of it
 * @param bits bits a symbol stands for
 * @param[out] symbols where to write
 * @param count how many to write
 */
static void
hash_symbols (const char *domain,
              const char *level,
              size_t size,
              unsigned int bits,
              char *symbols,
              size_t count)
{
  uint8_t digest[MQTT_LEVEL_DIGEST_SIZE];

  MQTT_level_digest (domain, level, size, digest);
  for (size_t i = 0; i < count; i++)
  {
    size_t bit = i * bits;
    unsigned int pair = (unsigned int)digest[bit / 8] << 8
                        | digest[bit / 8 + 1];
    unsigned int value = pair >> (16 - bits - bit % 8);

    symbols[i] = MQTT_CODE_SYMBOLS[value & ((1U << bits) - 1)];
  }
}


/**
 * Write the symbols of a first level.
 */
static void
first_level (const char *level, size_t size, char prefix[MQTT_CODE_PREFIX])
{
  hash_symbols ("gnunet-mqtt first",
                level,
                size,
                PREFIX_BITS,
                prefix,
                MQTT_CODE_PREFIX);
}


/**
 * Write the symbols of a level behind the first.
 */
static void
tail_level (const char *level,
            size_t size,
            char symbols[MQTT_CODE_LEVEL_SYMBOLS])
{
  hash_symbols ("gnunet-mqtt code",
                level,
                size,
                LEVEL_BITS,
                symbols,
                MQTT_CODE_LEVEL_SYMBOLS);
}


/**
 * The symbol that says "and more levels" beside what @a symbol says.
 */
static char
with_more (char symbol)
{
  return strchr (MQTT_CODE_SYMBOLS, symbol)[MQTT_CODE_MORE_LEVELS];
}


/**
 * Let a code match whatever follows from one of its levels on.
 *
 * @param code the code
 * @param from the level, counted from 0 behind the first
 */
static void
open_end (struct MQTT_Code *code, size_t from)
{
  memset (code->levels[from],
          '#',
          (TAIL_LEVELS - from) * MQTT_CODE_LEVEL_SYMBOLS);
  code->end = '*';
}


/**
 * Fill in what follows the first level of a filter.
 *
 * @param it stands behind the first level
 * @param[in,out] code the code, zero but for the prefix
 */
static void
fill_tail (struct MQTT_LevelIterator *it, struct MQTT_Code *code)
{
  const char *level;
  size_t size;

  for (size_t i = 0; i < TAIL_LEVELS; i++)
  {
    enum MQTT_LevelKind kind;

    if (!MQTT_topic_level_next (it, &level, &size))
    {
      code->end = '=';
      return;
    }
    kind = MQTT_topic_level_kind (level, size);
    if (MQTT_LEVEL_HASH == kind)
    {
      open_end (code, i);
      return;
    }
    if (MQTT_LEVEL_PLUS == kind)
      memset (code->levels[i], '+', MQTT_CODE_LEVEL_SYMBOLS);
    else
      tail_level (level, size, code->levels[i]);
  }
  if (!MQTT_topic_level_next (it, &level, &size))
    code->end = '=';
  else if (MQTT_LEVEL_HASH == MQTT_topic_level_kind (level, size))
    code->end = '*';
  else
    code->end = '>';
}


void
MQTT_discovery_code (const char *filter,
                     size_t size,
                     enum MQTT_CodePrecision precision,
                     struct MQTT_Code *code)
{
  struct MQTT_LevelIterator it = MQTT_topic_levels (filter, size);
  enum MQTT_LevelKind kind;
  const char *level = filter;
  size_t level_size = 0;

  memset (code, 0, sizeof (*code));
  (void)MQTT_topic_level_next (&it, &level, &level_size);
  kind = MQTT_topic_level_kind (level, level_size);
  if (MQTT_LEVEL_LITERAL == kind)
    first_level (level, level_size, code->prefix);
  else
    memcpy (code->prefix, PREFIX_WILDCARD, MQTT_CODE_PREFIX);
  if (MQTT_LEVEL_HASH == kind)
    open_end (code, 0);
  else
    fill_tail (&it, code);
  MQTT_discovery_code_coarsen (code, precision, '$' == filter[0]);
}


void
MQTT_discovery_code_coarsen (struct MQTT_Code *code,
                             enum MQTT_CodePrecision precision,
                             bool dollar)
{
  switch (precision)
  {
  case MQTT_CODE_PRECISE:
    break;
  case MQTT_CODE_TWO_LEVELS:
    /* a filter of one level is as short as it gets */
    if ('\0' != code->levels[0][0])
      open_end (code, ('#' == code->levels[0][0]) ? 0 : 1);
    break;
  case MQTT_CODE_ANYTHING:
    memcpy (code->prefix,
            dollar ? PREFIX_DOLLAR : PREFIX_WILDCARD,
            MQTT_CODE_PREFIX);
    open_end (code, 0);
    break;
  case MQTT_CODE_FIRST_LEVEL:
    open_end (code, 0);
    break;
  }
}


bool
MQTT_discovery_code_is_wildcard (const struct MQTT_Code *code)
{
  return 0 == memcmp (code->prefix, PREFIX_WILDCARD, MQTT_CODE_PREFIX);
}


/**
 * Append a text.
 *
 * @return the end of the result
 */
static char *
append (char *at, const char *text)
{
  size_t size = strlen (text);

  memcpy (at, text, size + 1);
  return at + size;
}


/**
 * Append the regex of a symbol.
 *
 * @param at where
 * @param symbol the symbol, or '+'
 * @return the end of the result
 */
static char *
append_symbol (char *at, char symbol)
{
  const char text[] = { symbol, '\0' };

  return append (at, ('+' == symbol) ? ANY_SYMBOL : text);
}


/**
 * Append the regex of the last symbol of a third level.
 *
 * @param at where
 * @param symbol the symbol, or '+'
 * @param end how a name may go on, see struct MQTT_Code
 */
static void
append_last (char *at, char symbol, char end)
{
  if ('=' == end)
    append_symbol (at, symbol);
  else if ('+' == symbol)
    append (at, ('>' == end) ? ANY_WITH_MORE : ANY_LAST);
  else if ('>' == end)
    append_symbol (at, with_more (symbol));
  else
  {
    const char either[] = { '(', symbol, '|', with_more (symbol), ')', '\0' };

    append (at, either);
  }
}


void
MQTT_discovery_code_regex (const struct MQTT_Code *code,
                           char regex[MQTT_CODE_REGEX_MAX + 1])
{
  const char *second = code->levels[0];
  const char *third = code->levels[1];
  char *at = regex + MQTT_CODE_PREFIX;

  memcpy (regex, code->prefix, MQTT_CODE_PREFIX);
  if ('#' == second[0])
  {
    append (at, "(=|" ANY_SYMBOL ANY_SYMBOL "(=|" ANY_SYMBOL ANY_LAST "))");
    return;
  }
  if ('\0' != second[0])
    for (size_t i = 0; i < MQTT_CODE_LEVEL_SYMBOLS; i++)
      at = append_symbol (at, second[i]);
  if ('#' == third[0])
    append (at, "(=|" ANY_SYMBOL ANY_LAST ")");
  else if ('\0' == third[0])
    append (at, "=");
  else
    append_last (append_symbol (at, third[0]), third[1], code->end);
}


unsigned int
MQTT_discovery_code_searches (
  const char *name,
  size_t size,
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES])
{
  struct MQTT_LevelIterator it = MQTT_topic_levels (name, size);
  const char *level = name;
  size_t level_size = 0;
  char tail[MQTT_CODE_SEARCH_MAX - MQTT_CODE_PREFIX + 1] = { 0 };
  size_t at = 0;

  (void)MQTT_topic_level_next (&it, &level, &level_size);
  first_level (level, level_size, searches[0].text);
  memcpy (searches[1].text,
          ('$' == name[0]) ? PREFIX_DOLLAR : PREFIX_WILDCARD,
          MQTT_CODE_PREFIX);
  while ((at < sizeof (tail) - 1)
         && MQTT_topic_level_next (&it, &level, &level_size))
  {
    tail_level (level, level_size, tail + at);
    at += MQTT_CODE_LEVEL_SYMBOLS;
  }
  if (at < sizeof (tail) - 1)
    tail[at] = '=';
  else if (NULL != it.next)
    tail[at - 1] = with_more (tail[at - 1]);
  for (unsigned int i = 0; i < MQTT_CODE_SEARCHES; i++)
    memcpy (searches[i].text + MQTT_CODE_PREFIX, tail, sizeof (tail));
  return MQTT_CODE_SEARCHES;
}
