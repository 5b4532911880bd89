/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_code_plan_changes.c
 * @brief A plan of codes under random additions and removals stays within its
 *        budget and misses nothing.
 */
#include "../unit/run_cases.h"
#include <regex.h>
#include "core/code_plan.h"
#include "nasty.h"

/** Plans, and changes of each. */
#define PLANS 60
#define CHANGES 200

/** After so many changes the plan is asked. */
#define ASK_EVERY 20

/** Filters held at most, and names they meet. */
#define SLOTS 80
#define NAMES 30

static uint64_t seed;


/**
 * Let half of all names and filters begin with one of many '$' levels.
 */
static struct Text
join_dollar (struct Levels *levels, struct Random *random)
{
  static char *const dollars[] = { "$0", "$1", "$2", "$3", "$4",
                                   "$5", "$6", "$7", "$8", "$9" };

  if (random_one_in (random, 2))
  {
    levels->level[0] = (struct Text){ dollars[random_below (random, 10)], 2 };
    if (1 == levels->count)
      levels->level[levels->count++] = nasty_level (random);
  }
  return join (levels);
}


static int
compare_codes (const void *a, const void *b)
{
  return memcmp (a, b, sizeof (struct MQTT_Code));
}


/**
 * Precise codes of filters, sorted, each once.
 *
 * @return how many
 */
static unsigned int
precise_codes (const struct Text *filters, struct MQTT_Code *codes)
{
  unsigned int count = 0;
  unsigned int distinct = 0;

  for (unsigned int i = 0; i < SLOTS; i++)
    if (NULL != filters[i].bytes)
      MQTT_discovery_code (filters[i].bytes,
                           filters[i].size,
                           MQTT_CODE_PRECISE,
                           &codes[count++]);
  qsort (codes, count, sizeof (codes[0]), &compare_codes);
  for (unsigned int i = 0; i < count; i++)
    if ((0 == distinct)
        || (0 != compare_codes (&codes[distinct - 1], &codes[i])))
      codes[distinct++] = codes[i];
  return distinct;
}


/**
 * Does a code match a search string of a name?
 */
static bool
is_found (const regex_t *compiled, unsigned int count, const struct Text *name)
{
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  unsigned int searches_count = MQTT_discovery_code_searches (name->bytes,
                                                              name->size,
                                                              searches);

  for (unsigned int i = 0; i < count; i++)
    for (unsigned int k = 0; k < searches_count; k++)
      if (0 == regexec (&compiled[i], searches[k].text, 0, NULL, 0))
        return true;
  return false;
}


/**
 * Does what the plan says find all names that match a filter?
 *
 * @return number of matches
 */
static unsigned int
assert_finds (const struct MQTT_Code *codes,
              unsigned int count,
              const struct Text *filters,
              struct Random *random)
{
  regex_t compiled[SLOTS];
  unsigned int matches = 0;

  for (unsigned int i = 0; i < count; i++)
  {
    char regex[MQTT_CODE_REGEX_MAX + 1];

    MQTT_discovery_code_regex (&codes[i], regex);
    ck_assert_int_eq (0, regcomp (&compiled[i], regex, REG_EXTENDED));
  }
  for (unsigned int k = 0; k < NAMES; k++)
  {
    struct Levels levels = nasty_name (random);
    struct Text name = join_dollar (&levels, random);

    for (unsigned int i = 0; i < SLOTS; i++)
    {
      if ((NULL == filters[i].bytes)
          || (!reference_matches (&filters[i], &name)))
        continue;
      matches++;
      ck_assert_msg (is_found (compiled, count, &name),
                     "'%.*s' misses '%.*s'",
                     (int)filters[i].size,
                     filters[i].bytes,
                     (int)name.size,
                     name.bytes);
    }
    text_done (&name);
  }
  for (unsigned int i = 0; i < count; i++)
    regfree (&compiled[i]);
  return matches;
}


/**
 * Ask a plan, and see that the answer is right.
 *
 * @return number of matches
 */
static unsigned int
assert_plan (struct MQTT_CodePlan *plan,
             unsigned int budget,
             const struct Text *filters,
             struct Random *random)
{
  struct MQTT_Code precise[SLOTS] = { 0 };
  unsigned int precise_count = precise_codes (filters, precise);
  unsigned int count;
  const struct MQTT_Code *codes = MQTT_code_plan_codes (plan, &count);

  ck_assert_uint_le (count, budget);
  for (unsigned int i = 1; i < count; i++)
    ck_assert_int_lt (compare_codes (&codes[i - 1], &codes[i]), 0);
  ck_assert (MQTT_code_plan_is_coarse (plan) == (precise_count > budget));
  if (precise_count <= budget)
  {
    ck_assert_uint_eq (precise_count, count);
    if (0 != count)
      ck_assert_mem_eq (precise, codes, count * sizeof (codes[0]));
  }
  return assert_finds (codes, count, filters, random);
}


/**
 * Take a filter out of a slot, or put one in.
 */
static void
change (struct MQTT_CodePlan *plan, struct Text *slot, struct Random *random)
{
  if (NULL == slot->bytes)
  {
    struct Levels name = nasty_name (random);
    struct Levels filter = nasty_filter (random, &name);

    *slot = join_dollar (&filter, random);
    MQTT_code_plan_add (plan, slot->bytes, slot->size);
    return;
  }
  MQTT_code_plan_remove (plan, slot->bytes, slot->size);
  text_done (slot);
}


START_TEST (plans_fit_and_never_miss)
{
  struct Random random = { .state = seed };
  unsigned int matches = 0;

  for (unsigned int i = 0; i < PLANS; i++)
  {
    unsigned int budget = 2 + random_below (&random, SLOTS / 2);
    struct MQTT_CodePlan *plan = MQTT_code_plan_create (budget);
    struct Text *filters = calloc (SLOTS, sizeof (struct Text));

    ck_assert_ptr_nonnull (filters);
    for (unsigned int k = 0; k < CHANGES; k++)
    {
      change (plan, &filters[random_below (&random, SLOTS)], &random);
      if (0 == k % ASK_EVERY)
        matches += assert_plan (plan, budget, filters, &random);
    }
    for (unsigned int k = 0; k < SLOTS; k++)
      if (NULL != filters[k].bytes)
        change (plan, &filters[k], &random);
    (void)assert_plan (plan, budget, filters, &random);
    MQTT_code_plan_destroy (plan);
    free (filters);
  }
  ck_assert_uint_gt (matches, PLANS * CHANGES / ASK_EVERY);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("code_plan_changes");

  seed = nasty_seed ();
  tcase_add_test (cases, plans_fit_and_never_miss);
  return run_cases ("code_plan_changes", cases);
}
