/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_anonymous.c
 * @brief The states of an anonymous code lead a search where its regex would, and
 *        who searches knows beforehand where that may be.
 *
 * The blocks are read here a second time, as GNUnet's REGEX service reads them.
 */
#include "../unit/run_cases.h"
#include <regex.h>
#include "core/anonymous_code.h"
#include "nasty.h"

/** Names, and filters that each of them meets. */
#define NAMES 300
#define FILTERS 8

/** States of a code. */
#define STATES_MAX 3

static uint64_t seed;

/** A state as it stands in the DHT. */
struct State
{
  struct GNUNET_HashCode key;
  uint8_t *block;
  size_t size;
};

struct States
{
  struct State states[STATES_MAX];
  unsigned int count;
};


/** #MQTT_AnonymousState */
static void
note_state (void *cls,
            const struct GNUNET_HashCode *key,
            const void *block,
            size_t size)
{
  struct States *all = cls;
  struct State *state = &all->states[all->count++];

  ck_assert_uint_le (all->count, STATES_MAX);
  state->key = *key;
  state->size = size;
  state->block = GNUNET_memdup (block, size);
}


static void
states_done (struct States *all)
{
  for (unsigned int i = 0; i < all->count; i++)
    GNUNET_free (all->states[i].block);
}


static size_t
number (const uint8_t *at)
{
  return (size_t)at[0] << 8 | at[1];
}


/**
 * Follow the longest edge of a state that a text begins with.
 *
 * @param state the state; checked as a whole
 * @param[in,out] text moved behind the edge's label
 * @param[out] next where it leads
 * @return false if there is none
 */
static bool
follow (const struct State *state,
        const char **text,
        struct GNUNET_HashCode *next)
{
  const uint8_t *block = state->block;
  size_t proof_size = number (block);
  size_t edges = number (block + 4);
  size_t destinations = number (block + 6);
  const uint8_t *edge = block + 8 + destinations * sizeof (*next);
  const uint8_t *proof = edge + 4 * edges;
  const uint8_t *label = proof + proof_size;
  struct GNUNET_HashCode key;
  size_t longest = 0;

  ck_assert_uint_lt (state->size, 60000);
  GNUNET_CRYPTO_hash (proof, proof_size, &key);
  ck_assert_int_eq (0, GNUNET_memcmp (&key, &state->key));
  for (size_t i = 0; i < edges; i++, edge += 4)
  {
    size_t size = number (edge + 2);

    ck_assert_uint_lt (number (edge), destinations);
    ck_assert_uint_gt (size, 0);
    if ((size > longest) && (0 == strncmp (*text, (const char *)label, size)))
    {
      longest = size;
      memcpy (next, block + 8 + number (edge) * sizeof (*next), sizeof (*next));
    }
    label += size;
  }
  ck_assert_ptr_eq (label, block + state->size);
  *text += longest;
  return 0 < longest;
}


/**
 * Search as the REGEX service does.
 *
 * @param[out] end key of the state where the search ends
 * @return false if it ends nowhere
 */
static bool
search (const struct States *all,
        const char *string,
        struct GNUNET_HashCode *end)
{
  const char *rest = string + MQTT_CODE_PREFIX;

  GNUNET_CRYPTO_hash (string, MQTT_CODE_PREFIX, end);
  for (unsigned int steps = 0; steps <= STATES_MAX; steps++)
  {
    const struct State *state = NULL;

    for (unsigned int i = 0; i < all->count; i++)
      if (0 == GNUNET_memcmp (end, &all->states[i].key))
        state = &all->states[i];
    if (NULL == state)
      return false;
    if ('\0' == *rest)
      return GNUNET_YES == number (state->block + 2);
    if (!follow (state, &rest, end))
      return false;
  }
  ck_abort_msg ("the search does not end");
}


/**
 * Is it known of a search string where a code ends?
 */
static bool
is_foreseen (const char *string, const struct GNUNET_HashCode *end)
{
  struct MQTT_Code codes[MQTT_ANONYMOUS_CODES];
  unsigned int count = MQTT_anonymous_codes (string, codes);
  unsigned int hits = 0;

  ck_assert_uint_le (count, MQTT_ANONYMOUS_CODES);
  for (unsigned int i = 0; i < count; i++)
  {
    struct GNUNET_HashCode candidate;

    MQTT_anonymous_end (&codes[i], &candidate);
    hits += (0 == GNUNET_memcmp (end, &candidate));
  }
  ck_assert_uint_le (hits, 1);
  return 1 == hits;
}


/**
 * A code meets a search string.
 *
 * @return true if they match
 */
static bool
meet (const struct MQTT_Code *code, const char *string)
{
  char regex[MQTT_CODE_REGEX_MAX + 1];
  char anchored[MQTT_CODE_REGEX_MAX + 5];
  struct States states = { .count = 0 };
  struct GNUNET_HashCode expected;
  struct GNUNET_HashCode end;
  regex_t compiled;
  bool matches;

  MQTT_discovery_code_regex (code, regex);
  snprintf (anchored, sizeof (anchored), "^(%s)$", regex);
  ck_assert_int_eq (0, regcomp (&compiled, anchored, REG_EXTENDED));
  matches = (0 == regexec (&compiled, string, 0, NULL, 0));
  regfree (&compiled);
  MQTT_anonymous_states (code, &note_state, &states);
  ck_assert (matches == search (&states, string, &end));
  states_done (&states);
  MQTT_anonymous_end (code, &expected);
  ck_assert (!matches || (0 == GNUNET_memcmp (&end, &expected)));
  ck_assert (matches == is_foreseen (string, &expected));
  return matches;
}


START_TEST (states_match_as_the_regex_does)
{
  struct Random random = { .state = seed };
  unsigned int matches = 0;
  unsigned int all = 0;

  for (unsigned int i = 0; i < NAMES; i++)
  {
    struct Levels levels = nasty_name (&random);
    struct Text name = join (&levels);
    struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
    unsigned int count = MQTT_discovery_code_searches (name.bytes,
                                                       name.size,
                                                       searches);

    for (unsigned int k = 0; k < FILTERS; k++)
    {
      struct Levels other = (0 == k % 4) ? nasty_name (&random) : levels;
      struct Levels filter = nasty_filter (&random, &other);
      struct Text text = join (&filter);
      struct MQTT_Code code;

      MQTT_discovery_code (text.bytes,
                           text.size,
                           k % (MQTT_CODE_ANYTHING + 1),
                           &code);
      for (unsigned int n = 0; n < count; n++, all++)
        matches += meet (&code, searches[n].text);
      text_done (&text);
    }
    text_done (&name);
  }
  ck_assert_uint_gt (matches, all / 10);
  ck_assert_uint_lt (matches, all - all / 10);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("anonymous");

  seed = nasty_seed ();
  tcase_set_timeout (cases, 60);
  tcase_add_test (cases, states_match_as_the_regex_does);
  return run_cases ("anonymous", cases);
}
