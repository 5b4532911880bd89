/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/discovery_code.h
 * @brief What of a topic filter is told to the REGEX service, and what of a
 *        topic name is searched for there.
 *
 * A code is coarse on purpose: whoever is found is asked on a link what exactly
 * he wants.  It never misses: if a filter matches a name, the regex of the
 * filter's code at every precision matches one of the name's search strings.
 * Its regex has no loop (a loop can crash the searcher's REGEX service) and
 * what a search string has behind its 24 bytes of prefix is shorter than the 16
 * steps a foreign loop would need.  It shows hashes only, never text.
 *
 * Search strings, of a name of one, two, three and more levels:
 *
 *     PREFIX=
 *     PREFIXbb=
 *     PREFIXbbcc
 *     PREFIXbbcd
 *
 * PREFIX are 24 symbols of the first level's hash, "bb" and "cc" two of the
 * second's and the third's.  The very last symbol of more levels, "d", is the
 * one 16 places behind "c": so one symbol says what two would.  (The REGEX
 * service's work for an announcement grows with the third power of the symbols
 * to choose from, and a search takes a step for each symbol: hence so few.)
 *
 * For filters that begin with a wildcard there is the same with a constant prefix
 * in place of the first level's.  Names that begin with '$' are never searched
 * for under that one, but under a second constant prefix, which a peer with
 * too many '$' filters announces as a whole.
 *
 * Symbols of a prefix are 0 to 9 and A to V, 5 bits each; behind it they are 0 to
 * F, 4 bits each, and G to V for more levels.  The constant prefixes have
 * letters that are not among them, so that no first level has the same.
 */
#ifndef MQTT_CORE_DISCOVERY_CODE_H
#define MQTT_CORE_DISCOVERY_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Symbols of the constant-length prefix; GNUNET_REGEX_INITIAL_BYTES. */
#define MQTT_CODE_PREFIX 24

/** Symbols that hashes are written with; MQTT_CODE_MORE_LEVELS behind that of a
    third level is the one that says "and more levels". */
#define MQTT_CODE_SYMBOLS "0123456789ABCDEFGHIJKLMNOPQRSTUV"
#define MQTT_CODE_MORE_LEVELS 16

/** Levels a code tells apart, the first included. */
#define MQTT_CODE_LEVELS 3

/** Symbols of each level behind the first. */
#define MQTT_CODE_LEVEL_SYMBOLS 2

/** Bytes of the longest search string, without the terminating 0. */
#define MQTT_CODE_SEARCH_MAX \
  (MQTT_CODE_PREFIX + (MQTT_CODE_LEVELS - 1) * MQTT_CODE_LEVEL_SYMBOLS)

/**
 * Bytes of the longest regex, without the terminating 0: prefix, three groups
 * "(0|…|F)", one "(0|…|V)", and "(=|(=|))".
 */
#define MQTT_CODE_REGEX_MAX (MQTT_CODE_PREFIX + 3 * 33 + 65 + 8)

/** Search strings a topic name has at most. */
#define MQTT_CODE_SEARCHES 2

/**
 * How much of a filter a code says, from most to least.
 */
enum MQTT_CodePrecision
{
  /** Three levels and the depth. */
  MQTT_CODE_PRECISE,
  /** Two levels. */
  MQTT_CODE_TWO_LEVELS,
  /** The first level, whatever follows. */
  MQTT_CODE_FIRST_LEVEL,
  /** "This peer may want anything": one code for all filters, one for all '$' filters. */
  MQTT_CODE_ANYTHING
};

/**
 * The code of a filter, comparable with memcmp(): all bytes are set.
 */
struct MQTT_Code
{
  /** 24 symbols, never operators; not terminated. */
  char prefix[MQTT_CODE_PREFIX];
  /** Symbols 0 to F of levels 2 and 3, "++" for any, "##" from a '#' on, NULs where there is none. */
  char levels[MQTT_CODE_LEVELS - 1][MQTT_CODE_LEVEL_SYMBOLS];
  /** '=' exactly this deep, '>' deeper than three levels, '*' either. */
  char end;
};

/**
 * A NUL-terminated ASCII text to search for.
 */
struct MQTT_SearchString
{
  char text[MQTT_CODE_SEARCH_MAX + 1];
};


/**
 * Compute the code of a filter.
 *
 * @param filter legal topic filter, without "$share/…"
 * @param size bytes of it
 * @param precision how much to tell; each precision matches all that the one before matches
 * @param[out] code set
 */
void
MQTT_discovery_code (const char *filter,
                     size_t size,
                     enum MQTT_CodePrecision precision,
                     struct MQTT_Code *code);


/**
 * Make a code coarser: what MQTT_discovery_code() says of the same filter at
 * @a precision.  A code that is coarser already stays as it is.
 *
 * @param[in,out] code the code
 * @param precision how much to tell
 * @param dollar true if the filter begins with '$'
 */
void
MQTT_discovery_code_coarsen (struct MQTT_Code *code,
                             enum MQTT_CodePrecision precision,
                             bool dollar);


/**
 * Was the code made of a filter that begins with a wildcard, or of any filter
 * at all?
 */
bool
MQTT_discovery_code_is_wildcard (const struct MQTT_Code *code);


/**
 * Write a code as a regular expression of the REGEX service.
 *
 * @param code the code
 * @param[out] regex NUL-terminated
 */
void
MQTT_discovery_code_regex (const struct MQTT_Code *code,
                           char regex[MQTT_CODE_REGEX_MAX + 1]);


/**
 * What to search for, to find who may want a topic.
 *
 * @param name legal topic name
 * @param size bytes of it
 * @param[out] searches [0] finds the filters with this first level, the others
 *             what begins with a wildcard or is announced as "anything"
 * @return number of searches, 1 to #MQTT_CODE_SEARCHES
 */
unsigned int
MQTT_discovery_code_searches (
  const char *name,
  size_t size,
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES]);

#endif
