/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_filter_index_changes.c
 * @brief The filter index under random additions and removals agrees with a list.
 */
#include "../unit/run_cases.h"
#include <gnunet/gnunet_util_lib.h>
#include "core/filter_index.h"
#include "core/level_hash.h"
#include "nasty.h"

/** Filters held at most. */
#define SLOTS 300

/** Additions and removals. */
#define CHANGES 60000

/** After so many of them everything is compared. */
#define COMPARE_EVERY 50

static uint64_t seed;

/** A filter that may be held. */
struct Slot
{
  struct Text filter;
  /** 0 if it is not held. */
  MQTT_FilterIndexEntry entry;
};


static bool
count_up (void *cls, uint32_t value)
{
  unsigned int *found = cls;

  found[value]++;
  return true;
}


/**
 * Does the index find what the list has?
 *
 * @return number of filters that match
 */
static unsigned int
compare (const struct MQTT_FilterIndex *index,
         const struct Slot *slots,
         const struct Text *name)
{
  unsigned int found[SLOTS] = { 0 };
  unsigned int matches = 0;
  size_t held = 0;
  size_t count;
  uint64_t *hashes = MQTT_level_hash_all (name->bytes, name->size, &count);

  (void)MQTT_filter_index_match (index,
                                 hashes,
                                 count,
                                 '$' == name->bytes[0],
                                 &count_up,
                                 found);
  GNUNET_free (hashes);
  for (unsigned int i = 0; i < SLOTS; i++)
  {
    bool expected = (0 != slots[i].entry)
                    && reference_matches (&slots[i].filter, name);

    ck_assert_uint_eq (expected, found[i]);
    held += (0 != slots[i].entry);
    matches += expected;
  }
  ck_assert_uint_eq (held, MQTT_filter_index_count (index));
  return matches;
}


START_TEST (index_agrees_with_a_list)
{
  struct Random random = { .state = seed };
  struct MQTT_FilterIndex *index = MQTT_filter_index_create (
    random_next (&random));
  struct Slot slots[SLOTS] = { 0 };
  unsigned int matches = 0;

  for (unsigned int change = 0; change < CHANGES; change++)
  {
    struct Slot *slot = &slots[random_below (&random, SLOTS)];

    if (0 != slot->entry)
    {
      MQTT_filter_index_remove (index, slot->entry);
      text_done (&slot->filter);
      slot->entry = 0;
    }
    else
    {
      slot->filter = nasty_filter_text (&random);
      slot->entry = MQTT_filter_index_add (index,
                                           slot->filter.bytes,
                                           slot->filter.size,
                                           (uint32_t)(slot - slots));
      ck_assert_uint_ne (0, slot->entry);
    }
    if (0 == change % COMPARE_EVERY)
    {
      struct Text name = nasty_name_text (&random);

      matches += compare (index, slots, &name);
      text_done (&name);
    }
  }
  ck_assert_uint_gt (matches, CHANGES / COMPARE_EVERY);
  for (unsigned int i = 0; i < SLOTS; i++)
    if (0 != slots[i].entry)
    {
      MQTT_filter_index_remove (index, slots[i].entry);
      text_done (&slots[i].filter);
    }
  ck_assert_uint_eq (0, MQTT_filter_index_count (index));
  MQTT_filter_index_destroy (index);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("filter_index_changes");

  seed = nasty_seed ();
  tcase_add_test (cases, index_agrees_with_a_list);
  return run_cases ("filter_index_changes", cases);
}
