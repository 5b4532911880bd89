/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_retained.c
 * @brief The tree of retained topics under random changes agrees with a list.
 */
#include "../unit/run_cases.h"
#include <gnunet/gnunet_util_lib.h>
#include "core/level_hash.h"
#include "core/retained.h"
#include "nasty.h"

/** Topics at most. */
#define SLOTS 200

/** Changes. */
#define CHANGES 100000

/** After so many of them a filter is matched. */
#define MATCH_EVERY 10

/** Room for all topics of the list, so that there is always enough. */
#define PLENTY (64 * 1024 * 1024)

static uint64_t seed;

/** A topic that may be known. */
struct Slot
{
  struct Text name;
  struct MQTT_RetainedRecord record;
  bool known;
};

/** What a walk through the tree comes by. */
struct Walk
{
  struct Slot *slots;
  unsigned int found[SLOTS];
  unsigned int count;
};


static void
ck_assert_same (const struct MQTT_RetainedRecord *one,
                const struct MQTT_RetainedRecord *two)
{
  ck_assert_int_eq (0, MQTT_version_compare (&one->version, &two->version));
  ck_assert_uint_eq (one->message, two->message);
  ck_assert_uint_eq (one->expires_us, two->expires_us);
  ck_assert_uint_eq (one->server, two->server);
}


/**
 * #MQTT_RetainedCallback
 */
static void
visit (void *cls,
       const char *name,
       size_t size,
       const struct MQTT_RetainedRecord *record)
{
  struct Walk *walk = cls;
  unsigned int i = (unsigned int)(record->version.run - 1);

  ck_assert_uint_lt (i, SLOTS);
  ck_assert (walk->slots[i].known);
  ck_assert_uint_eq (walk->slots[i].name.size, size);
  ck_assert_mem_eq (walk->slots[i].name.bytes, name, size);
  ck_assert_same (&walk->slots[i].record, record);
  walk->found[i]++;
  walk->count++;
}


/**
 * Topics with other texts than all before.
 */
static void
name_slots (struct Random *random, struct Slot *slots)
{
  for (unsigned int i = 0; i < SLOTS; i++)
  {
    unsigned int j;

    do
    {
      text_done (&slots[i].name);
      slots[i].name = nasty_name_text (random);
      for (j = 0; j < i; j++)
        if ((slots[i].name.size == slots[j].name.size)
            && (0
                == memcmp (slots[i].name.bytes,
                           slots[j].name.bytes,
                           slots[i].name.size)))
          break;
    }
    while (j < i);
  }
}


/**
 * Change a topic; its version names the slot in its run.
 */
static void
change (struct MQTT_Retained *retained,
        struct Random *random,
        struct Slot *slot,
        unsigned int i)
{
  struct MQTT_RetainedRecord record = {
    .version = { .time_us = random_below (random, 100), .run = i + 1 },
    .message = random_below (random, 3),
    .expires_us = random_one_in (random, 2) ? UINT64_MAX
                                            : random_below (random, 1000),
  };
  struct MQTT_RetainedRecord replaced;
  enum MQTT_RetainedVerdict verdict = MQTT_RETAINED_NEWER;

  if (random_one_in (random, 3))
  {
    MQTT_retained_remove (retained, slot->name.bytes, slot->name.size);
    slot->known = false;
    return;
  }
  if (slot->known && (record.version.time_us == slot->record.version.time_us))
    verdict = MQTT_RETAINED_SAME;
  else if (slot->known
           && (record.version.time_us < slot->record.version.time_us))
    verdict = MQTT_RETAINED_OLDER;
  ck_assert_int_eq (verdict,
                    MQTT_retained_compare (retained,
                                           slot->name.bytes,
                                           slot->name.size,
                                           &record.version));
  ck_assert_int_eq (verdict,
                    MQTT_retained_put (retained,
                                       slot->name.bytes,
                                       slot->name.size,
                                       &record,
                                       &replaced));
  if (slot->known)
    ck_assert_same (&slot->record, &replaced);
  if (MQTT_RETAINED_NEWER != verdict)
    return;
  slot->record = record;
  slot->known = true;
}


/**
 * Walk some way through the tree.
 */
static void
walk_on (struct MQTT_RetainedWalk *tree_walk,
         const struct Text *filter,
         unsigned int steps,
         struct Walk *walk)
{
  while ((0 < steps) && !MQTT_retained_walk_is_over (tree_walk))
  {
    const struct MQTT_RetainedRecord *record = MQTT_retained_walk_next (
      tree_walk,
      filter->bytes,
      filter->size,
      &steps);

    if (NULL == record)
      continue;
    ck_assert_uint_lt (record->version.run - 1, SLOTS);
    walk->found[record->version.run - 1]++;
    walk->count++;
  }
}


/**
 * Does the tree find for a filter what the list has?
 */
static void
compare (struct MQTT_Retained *retained,
         struct Random *random,
         struct Slot *slots)
{
  struct Text filter = nasty_filter_text (random);
  struct Walk walk = { .slots = slots };
  struct MQTT_RetainedWalk *tree_walk = MQTT_retained_walk_begin (retained);

  while (!MQTT_retained_walk_is_over (tree_walk))
    walk_on (tree_walk,
             &filter,
             1 + (unsigned int)random_below (random, 20),
             &walk);
  MQTT_retained_walk_end (tree_walk);
  for (unsigned int i = 0; i < SLOTS; i++)
    ck_assert_uint_eq (slots[i].known
                         && reference_matches (&filter, &slots[i].name),
                       walk.found[i]);
  text_done (&filter);
}


/**
 * Does the tree find, while it changes, what is there all the time?
 */
static void
change_during_walks (struct MQTT_Retained *retained,
                     struct Random *random,
                     struct Slot *slots)
{
  struct Text filter = nasty_filter_text (random);
  struct Walk walk = { .slots = slots };
  struct MQTT_RetainedWalk *tree_walk = MQTT_retained_walk_begin (retained);
  bool steady[SLOTS];

  for (unsigned int i = 0; i < SLOTS; i++)
    steady[i] = slots[i].known && reference_matches (&filter, &slots[i].name);
  while (!MQTT_retained_walk_is_over (tree_walk))
  {
    unsigned int i = (unsigned int)random_below (random, SLOTS);

    change (retained, random, &slots[i], i);
    steady[i] &= slots[i].known;
    walk_on (tree_walk, &filter, 1 + i % 4, &walk);
  }
  MQTT_retained_walk_end (tree_walk);
  for (unsigned int i = 0; i < SLOTS; i++)
    ck_assert (!steady[i] || (1 == walk.found[i]));
  text_done (&filter);
}


/**
 * Has each topic its turn, and do all before one has it again?
 */
static void
make_turns (struct MQTT_Retained *retained, struct Slot *slots)
{
  struct Walk walk = { .slots = slots };
  size_t count = MQTT_retained_count (retained);

  for (size_t i = 0; i < 2 * count; i++)
    ck_assert (MQTT_retained_turn (retained, &visit, &walk));
  ck_assert ((0 != count) || !MQTT_retained_turn (retained, &visit, &walk));
  for (unsigned int i = 0; i < SLOTS; i++)
    ck_assert_uint_eq (slots[i].known ? 2 : 0, walk.found[i]);
}


/**
 * Is a topic found by its hashes if it is known?  And change what is the caller's.
 */
static void
look_up (struct MQTT_Retained *retained, struct Slot *slot, uint32_t server)
{
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (slot->name.bytes,
                                          slot->name.size,
                                          &levels);
  struct MQTT_RetainedRecord *record = MQTT_retained_edit (retained,
                                                           slot->name.bytes,
                                                           slot->name.size);

  ck_assert (slot->known == (NULL != record));
  ck_assert (slot->known
             == (NULL != MQTT_retained_get_hashes (retained, hashes, levels)));
  GNUNET_free (hashes);
  if (NULL == record)
    return;
  record->server = server;
  slot->record.server = server;
}


/**
 * Let time pass, and everything that expires by then.
 */
static void
expire (struct MQTT_Retained *retained,
        struct Random *random,
        struct Slot *slots)
{
  uint64_t now_us = random_below (random, 1000);
  struct Walk walk = { .slots = slots };

  MQTT_retained_expire (retained, now_us, &visit, &walk);
  for (unsigned int i = 0; i < SLOTS; i++)
  {
    bool expired = slots[i].known && (slots[i].record.expires_us <= now_us);

    ck_assert_uint_eq (expired, walk.found[i]);
    slots[i].known &= !expired;
  }
  ck_assert_uint_gt (MQTT_retained_next_us (retained), now_us);
}


START_TEST (agrees_with_a_list)
{
  struct Random random = { seed };
  struct Slot slots[SLOTS] = { { .known = false } };
  struct MQTT_Retained *retained = MQTT_retained_create (PLENTY,
                                                         random_next (&random));
  size_t known = 0;

  name_slots (&random, slots);
  for (unsigned int n = 0; n < CHANGES; n++)
  {
    unsigned int i = (unsigned int)random_below (&random, SLOTS);

    change (retained, &random, &slots[i], i);
    if (0 == n % MATCH_EVERY)
    {
      compare (retained, &random, slots);
      look_up (retained, &slots[(i + n) % SLOTS], n);
    }
    if (0 == n % (10 * MATCH_EVERY))
      change_during_walks (retained, &random, slots);
    if (0 == n % 1000)
      make_turns (retained, slots);
    if (0 == n % 1000)
      expire (retained, &random, slots);
  }
  for (unsigned int i = 0; i < SLOTS; i++)
  {
    const struct MQTT_RetainedRecord *record = MQTT_retained_get (
      retained,
      slots[i].name.bytes,
      slots[i].name.size);

    known += slots[i].known;
    ck_assert (slots[i].known == (NULL != record));
    text_done (&slots[i].name);
  }
  ck_assert_uint_eq (known, MQTT_retained_count (retained));
  MQTT_retained_destroy (retained);
}
END_TEST


START_TEST (has_no_room_beyond_its_limit)
{
  struct MQTT_Retained *retained = MQTT_retained_create (10000, 1);
  struct MQTT_RetainedRecord record = { .expires_us = UINT64_MAX };
  char name[16];
  unsigned int n = 0;
  enum MQTT_RetainedVerdict verdict;

  do
  {
    size_t size = (size_t)GNUNET_snprintf (name, sizeof (name), "a/%u/b", n++);

    verdict = MQTT_retained_put (retained, name, size, &record, NULL);
    ck_assert_uint_le (MQTT_retained_memory (retained), 10000);
  }
  while (MQTT_RETAINED_NEWER == verdict);
  ck_assert_int_eq (MQTT_RETAINED_NO_ROOM, verdict);
  ck_assert_uint_gt (n, 10);
  ck_assert_uint_eq (n - 1, MQTT_retained_count (retained));
  /* What is known changes all the same, and what is forgotten makes room. */
  record.version.sequence = 1;
  ck_assert_int_eq (MQTT_RETAINED_NEWER,
                    MQTT_retained_put (retained, "a/1/b", 5, &record, NULL));
  MQTT_retained_remove (retained, "a/1/b", 5);
  ck_assert_int_eq (MQTT_RETAINED_NEWER,
                    MQTT_retained_put (retained, "a/x/b", 5, &record, NULL));
  while (0 < n--)
    MQTT_retained_remove (
      retained,
      name,
      (size_t)GNUNET_snprintf (name, sizeof (name), "a/%u/b", n));
  MQTT_retained_remove (retained, "a/x/b", 5);
  ck_assert_uint_eq (0, MQTT_retained_memory (retained));
  MQTT_retained_destroy (retained);
}
END_TEST


START_TEST (orders_versions)
{
  static const struct MQTT_Version versions[] = {
    { 1, 1, 1 }, { 1, 1, 2 }, { 1, 2, 0 }, { 2, 0, 0 }, { UINT64_MAX, 0, 0 },
  };

  for (unsigned int i = 0; i < 5; i++)
    for (unsigned int j = 0; j < 5; j++)
    {
      int order = MQTT_version_compare (&versions[i], &versions[j]);

      ck_assert_int_eq ((i > j) - (i < j), (order > 0) - (order < 0));
    }
}
END_TEST


/** Walk through all that matches. */
static void
walk_all (struct MQTT_Retained *retained, const char *text, struct Walk *walk)
{
  char bytes[4];
  const struct Text filter = { .bytes = bytes, .size = strlen (text) };
  struct MQTT_RetainedWalk *tree_walk = MQTT_retained_walk_begin (retained);

  memcpy (bytes, text, filter.size);
  walk_on (tree_walk, &filter, UINT_MAX, walk);
  ck_assert (MQTT_retained_walk_is_over (tree_walk));
  MQTT_retained_walk_end (tree_walk);
}


/* As many levels as a topic can have, and a filter that visits all of them. */
START_TEST (goes_deep)
{
  struct MQTT_Retained *retained = MQTT_retained_create (PLENTY, 1);
  struct MQTT_RetainedRecord record = { .version = { .run = 1 },
                                        .expires_us = UINT64_MAX };
  struct Slot slot = { .record = record, .known = true };
  struct Walk walk = { .slots = &slot };

  slot.name.size = 65535;
  slot.name.bytes = malloc (slot.name.size);
  ck_assert_ptr_nonnull (slot.name.bytes);
  memset (slot.name.bytes, '/', slot.name.size);
  ck_assert_int_eq (MQTT_RETAINED_NEWER,
                    MQTT_retained_put (retained,
                                       slot.name.bytes,
                                       slot.name.size,
                                       &record,
                                       NULL));
  walk_all (retained, "#", &walk);
  walk_all (retained, "+/#", &walk);
  walk_all (retained, "+/+", &walk);
  ck_assert_uint_eq (2, walk.count);
  MQTT_retained_destroy (retained);
  text_done (&slot.name);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("retained");

  seed = nasty_seed ();
  tcase_add_test (cases, agrees_with_a_list);
  tcase_add_test (cases, has_no_room_beyond_its_limit);
  tcase_add_test (cases, orders_versions);
  tcase_add_test (cases, goes_deep);
  return run_cases ("retained", cases);
}
