/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_discovery_code.c
 * @brief Tests of core/discovery_code.h.
 */
#include "run_cases.h"
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include "core/discovery_code.h"

/** Prefix of the first level "a"; from sha256sum of "gnunet-mqtt first\0a". */
#define PREFIX_A "D77C569SOJN20C5AS7FI8DTE"

/**
 * Symbols of the levels "b" and "c", from sha256sum of "gnunet-mqtt code\0b"; and
 * of "c" when more levels follow, which is 16 symbols on in 0 to V.
 */
#define LEVEL_B "17"
#define LEVEL_C "F6"
#define LEVEL_C_MORE "FM"
#define LEVEL_C_EITHER "F(6|M)"

#define PREFIX_WILDCARD "GNUNETMQTT1WILDCARDFIRST"
#define PREFIX_DOLLAR "GNUNETMQTT1ANYDOLLARNAME"

/** Levels of a regex that may be any. */
#define ANY_SYMBOL "(0|1|2|3|4|5|6|7|8|9|A|B|C|D|E|F)"
#define ANY_WITH_MORE "(G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V)"
#define ANY_LAST \
  "(0|1|2|3|4|5|6|7|8|9|A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V)"
#define ANY_LEVEL ANY_SYMBOL ANY_SYMBOL

/** Regex of all that begins with a prefix, or with a prefix and a level. */
#define ALL_OF_TWO(prefix) prefix "(=|" ANY_SYMBOL ANY_LAST ")"
#define ALL_OF(prefix) prefix "(=|" ALL_OF_TWO (ANY_LEVEL) ")"


static void
assert_regex (const char *filter,
              enum MQTT_CodePrecision precision,
              const char *expected)
{
  struct MQTT_Code code;
  char regex[MQTT_CODE_REGEX_MAX + 1];

  memset (&code, 0x55, sizeof (code));
  MQTT_discovery_code (filter, strlen (filter), precision, &code);
  MQTT_discovery_code_regex (&code, regex);
  ck_assert_str_eq (expected, regex);
}


START_TEST (precise_codes)
{
  static const struct
  {
    const char *filter;
    const char *regex;
  } codes[] = {
    { "a", PREFIX_A "=" },
    { "a/b", PREFIX_A LEVEL_B "=" },
    { "a/b/c", PREFIX_A LEVEL_B LEVEL_C },
    { "a/b/c/d", PREFIX_A LEVEL_B LEVEL_C_MORE },
    { "a/b/c/+", PREFIX_A LEVEL_B LEVEL_C_MORE },
    { "a/b/c/d/e/#", PREFIX_A LEVEL_B LEVEL_C_MORE },
    { "a/b/c/#", PREFIX_A LEVEL_B LEVEL_C_EITHER },
    { "a/b/+", PREFIX_A LEVEL_B ANY_LEVEL },
    { "a/b/+/d", PREFIX_A LEVEL_B ANY_SYMBOL ANY_WITH_MORE },
    { "a/b/+/#", PREFIX_A LEVEL_B ANY_SYMBOL ANY_LAST },
    { "a/b/#", ALL_OF_TWO (PREFIX_A LEVEL_B) },
    { "a/#", ALL_OF (PREFIX_A) },
    { "a/+", PREFIX_A ANY_LEVEL "=" },
    { "a/+/#", ALL_OF_TWO (PREFIX_A ANY_LEVEL) },
    { "a/+/c", PREFIX_A ANY_LEVEL LEVEL_C },
    { "a/+/c/#", PREFIX_A ANY_LEVEL LEVEL_C_EITHER },
    { "a/+/+/#", PREFIX_A ANY_LEVEL ANY_SYMBOL ANY_LAST },
    { "+", PREFIX_WILDCARD "=" },
    { "+/b", PREFIX_WILDCARD LEVEL_B "=" },
    { "#", ALL_OF (PREFIX_WILDCARD) },
    { "+/#", ALL_OF (PREFIX_WILDCARD) },
  };

  for (size_t i = 0; i < sizeof (codes) / sizeof (codes[0]); i++)
    assert_regex (codes[i].filter, MQTT_CODE_PRECISE, codes[i].regex);
}
END_TEST


START_TEST (coarser_codes)
{
  assert_regex ("a", MQTT_CODE_TWO_LEVELS, PREFIX_A "=");
  assert_regex ("a/#", MQTT_CODE_TWO_LEVELS, ALL_OF (PREFIX_A));
  assert_regex ("a/b", MQTT_CODE_TWO_LEVELS, ALL_OF_TWO (PREFIX_A LEVEL_B));
  assert_regex ("a/b/c/d", MQTT_CODE_TWO_LEVELS, ALL_OF_TWO (PREFIX_A LEVEL_B));
  assert_regex ("a/+/c", MQTT_CODE_TWO_LEVELS, ALL_OF_TWO (PREFIX_A ANY_LEVEL));
  assert_regex ("a", MQTT_CODE_FIRST_LEVEL, ALL_OF (PREFIX_A));
  assert_regex ("a/b/c", MQTT_CODE_FIRST_LEVEL, ALL_OF (PREFIX_A));
  assert_regex ("+/b", MQTT_CODE_FIRST_LEVEL, ALL_OF (PREFIX_WILDCARD));
  assert_regex ("a/b/c", MQTT_CODE_ANYTHING, ALL_OF (PREFIX_WILDCARD));
  assert_regex ("#", MQTT_CODE_ANYTHING, ALL_OF (PREFIX_WILDCARD));
  assert_regex ("$SYS/b/c", MQTT_CODE_ANYTHING, ALL_OF (PREFIX_DOLLAR));
}
END_TEST


START_TEST (coarsening_is_the_same_as_coding)
{
  static const char *const texts[] = { "a", "a/#", "+/b", "a/b/c/d", "$a/+/b" };

  for (size_t i = 0; i < sizeof (texts) / sizeof (texts[0]); i++)
    for (int from = MQTT_CODE_PRECISE; from <= MQTT_CODE_ANYTHING; from++)
      for (int to = from; to <= MQTT_CODE_ANYTHING; to++)
      {
        struct MQTT_Code coarsened;
        struct MQTT_Code coded;
        size_t size = strlen (texts[i]);

        MQTT_discovery_code (texts[i], size, from, &coarsened);
        MQTT_discovery_code_coarsen (&coarsened, to, '$' == texts[i][0]);
        MQTT_discovery_code (texts[i], size, to, &coded);
        ck_assert_mem_eq (&coded, &coarsened, sizeof (coded));
      }
}
END_TEST


START_TEST (finer_precision_of_a_coarse_code)
{
  struct MQTT_Code code;
  struct MQTT_Code before;

  MQTT_discovery_code ("a/b", 3, MQTT_CODE_FIRST_LEVEL, &code);
  before = code;
  MQTT_discovery_code_coarsen (&code, MQTT_CODE_PRECISE, false);
  ck_assert_mem_eq (&before, &code, sizeof (code));
  MQTT_discovery_code_coarsen (&code, MQTT_CODE_TWO_LEVELS, false);
  ck_assert_mem_eq (&before, &code, sizeof (code));
}
END_TEST


START_TEST (wildcard_codes_are_known)
{
  struct MQTT_Code code;

  MQTT_discovery_code ("+/a", 3, MQTT_CODE_PRECISE, &code);
  ck_assert (MQTT_discovery_code_is_wildcard (&code));
  MQTT_discovery_code ("#", 1, MQTT_CODE_PRECISE, &code);
  ck_assert (MQTT_discovery_code_is_wildcard (&code));
  MQTT_discovery_code ("a", 1, MQTT_CODE_ANYTHING, &code);
  ck_assert (MQTT_discovery_code_is_wildcard (&code));
  MQTT_discovery_code ("a/+", 3, MQTT_CODE_PRECISE, &code);
  ck_assert (!MQTT_discovery_code_is_wildcard (&code));
  MQTT_discovery_code ("$a", 2, MQTT_CODE_ANYTHING, &code);
  ck_assert (!MQTT_discovery_code_is_wildcard (&code));
}
END_TEST


static void
assert_searches (const char *name, const char *first, const char *second)
{
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];

  memset (searches, 0x55, sizeof (searches));
  ck_assert_uint_eq (
    2,
    MQTT_discovery_code_searches (name, strlen (name), searches));
  ck_assert_str_eq (first, searches[0].text);
  ck_assert_str_eq (second, searches[1].text);
}


START_TEST (search_strings)
{
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];

  assert_searches ("a", PREFIX_A "=", PREFIX_WILDCARD "=");
  assert_searches ("a/b", PREFIX_A LEVEL_B "=", PREFIX_WILDCARD LEVEL_B "=");
  assert_searches ("a/b/c",
                   PREFIX_A LEVEL_B LEVEL_C,
                   PREFIX_WILDCARD LEVEL_B LEVEL_C);
  assert_searches ("a/b/c/",
                   PREFIX_A LEVEL_B LEVEL_C_MORE,
                   PREFIX_WILDCARD LEVEL_B LEVEL_C_MORE);
  assert_searches ("a/b/c/d/e",
                   PREFIX_A LEVEL_B LEVEL_C_MORE,
                   PREFIX_WILDCARD LEVEL_B LEVEL_C_MORE);
  ck_assert_uint_eq (2, MQTT_discovery_code_searches ("$a/b", 4, searches));
  ck_assert_str_eq (PREFIX_DOLLAR LEVEL_B "=", searches[1].text);
  ck_assert (0 != memcmp (PREFIX_A, searches[0].text, MQTT_CODE_PREFIX));
}
END_TEST


START_TEST (searches_are_too_short_for_a_foreign_loop)
{
  /* a search that visits one state 16 times ends its REGEX service */
  ck_assert_int_lt (MQTT_CODE_SEARCH_MAX - MQTT_CODE_PREFIX, 16);
}
END_TEST


START_TEST (longest_topics)
{
  const size_t size = 65535;
  char *text = malloc (size);
  char regex[MQTT_CODE_REGEX_MAX + 1];
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  struct MQTT_Code code;
  regex_t compiled;

  ck_assert_ptr_nonnull (text);
  for (int fill = 0; fill < 2; fill++)
  {
    memset (text, (0 == fill) ? '/' : 'x', size);
    for (int precision = 0; precision <= MQTT_CODE_ANYTHING; precision++)
    {
      bool matched = false;

      MQTT_discovery_code (text, size, precision, &code);
      MQTT_discovery_code_regex (&code, regex);
      ck_assert_int_eq (0, regcomp (&compiled, regex, REG_EXTENDED));
      ck_assert_uint_eq (2,
                         MQTT_discovery_code_searches (text, size, searches));
      for (unsigned int i = 0; i < 2; i++)
      {
        ck_assert_uint_le (strlen (searches[i].text), MQTT_CODE_SEARCH_MAX);
        if (0 == regexec (&compiled, searches[i].text, 0, NULL, 0))
          matched = true;
      }
      regfree (&compiled);
      ck_assert (matched);
    }
  }
  free (text);
}
END_TEST


START_TEST (bounds_are_reached)
{
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  struct MQTT_Code code;
  char regex[MQTT_CODE_REGEX_MAX + 1];

  MQTT_discovery_code ("a/#", 3, MQTT_CODE_PRECISE, &code);
  MQTT_discovery_code_regex (&code, regex);
  ck_assert_uint_eq (MQTT_CODE_REGEX_MAX, strlen (regex));
  (void)MQTT_discovery_code_searches ("a/b/c/d", 7, searches);
  ck_assert_uint_eq (MQTT_CODE_SEARCH_MAX, strlen (searches[0].text));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("discovery_code");

  tcase_add_test (cases, precise_codes);
  tcase_add_test (cases, coarser_codes);
  tcase_add_test (cases, coarsening_is_the_same_as_coding);
  tcase_add_test (cases, finer_precision_of_a_coarse_code);
  tcase_add_test (cases, wildcard_codes_are_known);
  tcase_add_test (cases, search_strings);
  tcase_add_test (cases, searches_are_too_short_for_a_foreign_loop);
  tcase_add_test (cases, longest_topics);
  tcase_add_test (cases, bounds_are_reached);
  return run_cases ("discovery_code", cases);
}
