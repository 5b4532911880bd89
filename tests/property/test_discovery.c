/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_discovery.c
 * @brief Discovery codes never miss, never loop and tell no text.
 */
#include "../unit/run_cases.h"
#include <regex.h>
#include "core/discovery_code.h"
#include "nasty.h"

/** Names, filters made for each of them, and names that each filter meets. */
#define NAMES 400
#define FILTERS 5
#define PARTNERS 50

static uint64_t seed;


/**
 * Compile the regex of a code, so that it must match a whole text.
 */
static void
compile (const char *regex, regex_t *compiled)
{
  char anchored[MQTT_CODE_REGEX_MAX + 5];

  snprintf (anchored, sizeof (anchored), "^(%s)$", regex);
  ck_assert_int_eq (0, regcomp (compiled, anchored, REG_EXTENDED));
}


/**
 * What must hold of any regex that is announced.
 */
static void
assert_harmless (const char *regex, const struct Levels *filter)
{
  size_t size = strlen (regex);

  ck_assert_uint_le (size, MQTT_CODE_REGEX_MAX);
  ck_assert_uint_le (MQTT_CODE_PREFIX,
                     strspn (regex, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  /* nothing that repeats, and nothing that stems from a topic */
  ck_assert_uint_eq (size,
                     MQTT_CODE_PREFIX
                       + strspn (regex + MQTT_CODE_PREFIX,
                                 "0123456789ABCDEFGHIJKLMNOPQRSTUV()|="));
  for (size_t i = 0; i < filter->count; i++)
    if (filter->level[i].size == strlen ("SECRETLEVEL"))
      ck_assert_ptr_null (strstr (regex, "SECRETLEVEL"));
}


/**
 * Does a regex match what is searched for?
 */
static bool
is_found (const regex_t *compiled, const struct Text *name)
{
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  unsigned int count = MQTT_discovery_code_searches (name->bytes,
                                                     name->size,
                                                     searches);
  bool found = false;

  ck_assert_uint_ge (count, 1);
  ck_assert_uint_le (count, MQTT_CODE_SEARCHES);
  for (unsigned int i = 0; i < count; i++)
  {
    ck_assert_uint_lt (strlen (searches[i].text), sizeof (searches[i].text));
    ck_assert_uint_gt (strlen (searches[i].text), MQTT_CODE_PREFIX);
    if (0 == regexec (compiled, searches[i].text, 0, NULL, 0))
      found = true;
  }
  return found;
}


/**
 * How often a precise code was right, and how often wrong.
 */
struct Score
{
  unsigned int matches;
  unsigned int strangers;
  unsigned int strangers_found;
};


/**
 * Let a filter at every precision meet names.
 */
static void
meet (const struct Levels *filter_levels,
      const struct Text *names,
      size_t count,
      struct Score *score)
{
  struct Text filter = join (filter_levels);
  bool found[MQTT_CODE_ANYTHING + 1][PARTNERS];

  for (int precision = 0; precision <= MQTT_CODE_ANYTHING; precision++)
  {
    struct MQTT_Code code;
    char regex[MQTT_CODE_REGEX_MAX + 1];
    regex_t compiled;

    MQTT_discovery_code (filter.bytes, filter.size, precision, &code);
    MQTT_discovery_code_regex (&code, regex);
    assert_harmless (regex, filter_levels);
    compile (regex, &compiled);
    for (size_t i = 0; i < count; i++)
    {
      found[precision][i] = is_found (&compiled, &names[i]);
      ck_assert_msg (found[precision][i]
                       || (!reference_matches (&filter, &names[i])),
                     "precision %d of '%.*s' misses '%.*s'",
                     precision,
                     (int)filter.size,
                     filter.bytes,
                     (int)names[i].size,
                     names[i].bytes);
      /* each precision finds all that the one before does */
      ck_assert ((0 == precision) || found[precision][i]
                 || (!found[precision - 1][i]));
    }
    regfree (&compiled);
  }
  for (size_t i = 0; i < count; i++)
    if (reference_matches (&filter, &names[i]))
      score->matches++;
    else
    {
      score->strangers++;
      score->strangers_found += found[MQTT_CODE_PRECISE][i];
    }
  text_done (&filter);
}


START_TEST (codes_never_miss)
{
  struct Random random = { .state = seed };
  struct Score score = { 0 };

  for (unsigned int i = 0; i < NAMES; i++)
  {
    struct Levels levels = nasty_name (&random);
    struct Text names[PARTNERS];

    /* the name itself, its like, and others */
    names[0] = join (&levels);
    for (unsigned int k = 1; k < PARTNERS; k++)
    {
      struct Levels other = levels;

      if (0 == k % 2)
        other = nasty_name (&random);
      else
        other.level[random_below (&random, other.count)] = nasty_level (
          &random);
      names[k] = join (&other);
    }
    for (unsigned int k = 0; k < FILTERS; k++)
    {
      struct Levels filter = nasty_filter (&random, &levels);

      meet (&filter, names, PARTNERS, &score);
    }
    for (unsigned int k = 0; k < PARTNERS; k++)
      text_done (&names[k]);
  }
  ck_assert_uint_eq (NAMES * FILTERS * PARTNERS,
                     score.matches + score.strangers);
  ck_assert_uint_gt (score.matches, NAMES * FILTERS * PARTNERS / 10);
  /* and they do tell topics apart */
  ck_assert_uint_lt (score.strangers_found, score.strangers / 5);
}
END_TEST


START_TEST (wildcards_find_no_dollar_names)
{
  struct Random random = { .state = seed };
  unsigned int dollars = 0;

  for (unsigned int i = 0; i < NAMES; i++)
  {
    struct Levels filter = nasty_name (&random);
    struct Text text;
    struct MQTT_Code code;
    char regex[MQTT_CODE_REGEX_MAX + 1];
    regex_t compiled;

    filter.level[0].bytes = random_one_in (&random, 2) ? "+" : "a";
    filter.level[0].size = 1;
    text = join (&filter);
    MQTT_discovery_code (text.bytes,
                         text.size,
                         random_below (&random, MQTT_CODE_ANYTHING + 1),
                         &code);
    MQTT_discovery_code_regex (&code, regex);
    compile (regex, &compiled);
    for (unsigned int k = 0; k < PARTNERS; k++)
    {
      struct Text name = nasty_name_text (&random);

      if ('$' == name.bytes[0])
      {
        dollars++;
        ck_assert (!is_found (&compiled, &name));
      }
      text_done (&name);
    }
    regfree (&compiled);
    text_done (&text);
  }
  ck_assert_uint_gt (dollars, NAMES);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("discovery");

  seed = nasty_seed ();
  tcase_add_test (cases, codes_never_miss);
  tcase_add_test (cases, wildcards_find_no_dollar_names);
  return run_cases ("discovery", cases);
}
