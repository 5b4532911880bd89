/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/code_plan.c
 * @brief Codes of all filters, counted, and made coarser until they fit.
 */
#include "code_plan.h"
#include <gnunet/gnunet_util_lib.h>

/** So many changes are collected at least before they are sorted in. */
#define CHANGES_MIN 1024

/**
 * A precise code.
 */
struct Item
{
  struct MQTT_Code code;
  /** Does the filter begin with '$'? */
  bool dollar;
  /** Users, or a change of their number. */
  int32_t count;
};

/**
 * The codes of one first level, which stand side by side in the items.
 */
struct Group
{
  /** Its items. */
  const struct Item *items;
  size_t size;
  /** Number of distinct codes at each precision up to the first level. */
  size_t codes[MQTT_CODE_FIRST_LEVEL + 1];
  /** What was decided for it. */
  enum MQTT_CodePrecision precision;
  /** How coarse it may get by itself. */
  enum MQTT_CodePrecision coarsest;
  /** Next of the groups with as many codes, NULL at the end. */
  struct Group *next;
};

/**
 * All groups.  Arrays of two are indexed by whether filters begin with '$'.
 */
struct Groups
{
  struct Group *groups;
  size_t count;
  /** Is "anything" announced instead of groups? */
  bool anything[2];
  /** Number of codes to announce. */
  size_t codes[2];
};

struct MQTT_CodePlan
{
  /** First @e sorted distinct items, then changes as they came. */
  struct Item *items;
  size_t sorted;
  size_t count;
  size_t allocated;
  /** What to announce, as of the last time it was worked out. */
  struct MQTT_Code *codes;
  unsigned int codes_count;
  unsigned int budget;
  bool coarse;
  /** Has anything changed since? */
  bool stale;
};


/**
 * Allocate an array; GNUNET_malloc() refuses more than 40 MiB.
 */
static void *
allocate (size_t count, size_t size)
{
  return GNUNET_realloc (NULL, GNUNET_MAX (1, count) * size);
}


struct MQTT_CodePlan *
MQTT_code_plan_create (unsigned int budget)
{
  struct MQTT_CodePlan *plan = GNUNET_new (struct MQTT_CodePlan);

  plan->budget = GNUNET_MAX (2, budget);
  return plan;
}


void
MQTT_code_plan_destroy (struct MQTT_CodePlan *plan)
{
  GNUNET_free (plan->items);
  GNUNET_free (plan->codes);
  GNUNET_free (plan);
}


static int
compare_codes (const void *a, const void *b)
{
  return memcmp (a, b, sizeof (struct MQTT_Code));
}


/**
 * Add an item to sorted ones, the last of which may have the same code or have
 * no users left.
 *
 * @param items sorted items
 * @param count number of them
 * @param item what to add
 * @return number of them now
 */
static size_t
fold (struct Item *items, size_t count, const struct Item *item)
{
  struct Item *last = (0 == count) ? NULL : &items[count - 1];

  if ((NULL != last) && (0 == compare_codes (&last->code, &item->code)))
  {
    last->count += item->count;
    return count;
  }
  if ((NULL != last) && (0 >= last->count))
    count--;
  items[count] = *item;
  return count + 1;
}


/**
 * Sort the changes in.
 */
static void
sort_in (struct MQTT_CodePlan *plan)
{
  const struct Item *item = plan->items;
  const struct Item *item_end = item + plan->sorted;
  const struct Item *change = item_end;
  const struct Item *change_end = item + plan->count;
  struct Item *merged;
  size_t count = 0;

  qsort (plan->items + plan->sorted,
         plan->count - plan->sorted,
         sizeof (struct Item),
         &compare_codes);
  merged = allocate (plan->count, sizeof (struct Item));
  while ((item < item_end) || (change < change_end))
  {
    bool take_item = (change == change_end)
                     || ((item < item_end)
                         && (0 >= compare_codes (item, change)));

    count = fold (merged, count, take_item ? item++ : change++);
  }
  if ((0 < count) && (0 >= merged[count - 1].count))
    count--;
  GNUNET_free (plan->items);
  plan->items = merged;
  plan->allocated = plan->count;
  plan->count = count;
  plan->sorted = count;
}


/**
 * Note a change of the number of a filter's users.
 */
static void
change (struct MQTT_CodePlan *plan,
        const char *filter,
        size_t size,
        int32_t difference)
{
  struct Item *item;

  if (plan->count == plan->allocated)
  {
    plan->allocated += plan->allocated / 2 + 16;
    plan->items = GNUNET_realloc (plan->items,
                                  plan->allocated * sizeof (struct Item));
  }
  item = &plan->items[plan->count++];
  MQTT_discovery_code (filter, size, MQTT_CODE_PRECISE, &item->code);
  item->dollar = ('$' == filter[0]);
  item->count = difference;
  plan->stale = true;
  if (plan->count - plan->sorted > GNUNET_MAX (CHANGES_MIN, plan->sorted))
    sort_in (plan);
}


void
MQTT_code_plan_add (struct MQTT_CodePlan *plan, const char *filter, size_t size)
{
  change (plan, filter, size, 1);
}


void
MQTT_code_plan_remove (struct MQTT_CodePlan *plan,
                       const char *filter,
                       size_t size)
{
  change (plan, filter, size, -1);
}


/**
 * Write distinct codes of a group.
 *
 * @param group the group
 * @param precision how much to tell
 * @param[out] codes where to write; NULL to count only
 * @return how many there are
 */
static size_t
distinct_codes (const struct Group *group,
                enum MQTT_CodePrecision precision,
                struct MQTT_Code *codes)
{
  struct MQTT_Code last;
  size_t count = 0;

  for (size_t i = 0; i < group->size; i++)
  {
    struct MQTT_Code code = group->items[i].code;

    MQTT_discovery_code_coarsen (&code, precision, group->items[i].dollar);
    if ((0 != count) && (0 == compare_codes (&code, &last)))
      continue;
    last = code;
    if (NULL != codes)
      codes[count] = code;
    count++;
  }
  return count;
}


/**
 * Find the groups.
 */
static void
find_groups (const struct MQTT_CodePlan *plan, struct Groups *all)
{
  all->groups = allocate (plan->count, sizeof (struct Group));
  all->count = 0;
  for (size_t i = 0; i < plan->count;)
  {
    struct Group *group = &all->groups[all->count++];
    const struct Item *items = &plan->items[i];
    size_t size = 1;

    while ((i + size < plan->count)
           && (0
               == memcmp (items[0].code.prefix,
                          items[size].code.prefix,
                          MQTT_CODE_PREFIX)))
      size++;
    group->items = items;
    group->size = size;
    group->codes[MQTT_CODE_PRECISE] = size;
    group->codes[MQTT_CODE_TWO_LEVELS] = distinct_codes (group,
                                                         MQTT_CODE_TWO_LEVELS,
                                                         NULL);
    group->codes[MQTT_CODE_FIRST_LEVEL] = 1;
    /* any first level and whatever follows, that is "anything" */
    group->coarsest = MQTT_discovery_code_is_wildcard (&items[0].code)
                        ? MQTT_CODE_TWO_LEVELS
                        : MQTT_CODE_FIRST_LEVEL;
    i += size;
  }
}


/**
 * Make the most crowded groups coarser until all codes fit.
 *
 * @param all the groups
 * @param budget most codes
 * @param crowds for each number of codes from 0 to @a most the groups that have
 *        so many
 * @param most largest number of codes of a group
 */
static void
coarsen_crowds (struct Groups *all,
                size_t budget,
                struct Group **crowds,
                size_t most)
{
  while ((all->codes[false] + all->codes[true] > budget) && (most > 1))
  {
    struct Group *group = crowds[most];
    size_t codes;

    if (NULL == group)
    {
      most--;
      continue;
    }
    crowds[most] = group->next;
    if (group->precision == group->coarsest)
      continue;
    group->precision++;
    codes = group->codes[group->precision];
    all->codes[group->items[0].dollar] -= most - codes;
    group->next = crowds[codes];
    crowds[codes] = group;
  }
}


/**
 * Decide the precision of each group.  Sets the number of codes, which may be
 * above the budget.
 */
static void
fit_groups (struct Groups *all, size_t budget)
{
  struct Group **crowds;
  size_t most = 1;

  for (size_t i = 0; i < all->count; i++)
    most = GNUNET_MAX (most, all->groups[i].size);
  crowds = allocate (most + 1, sizeof (struct Group *));
  memset (crowds, 0, (most + 1) * sizeof (struct Group *));
  all->codes[false] = all->anything[false] ? 1 : 0;
  all->codes[true] = all->anything[true] ? 1 : 0;
  for (size_t i = all->count; i > 0; i--)
  {
    struct Group *group = &all->groups[i - 1];
    bool dollar = group->items[0].dollar;

    if (all->anything[dollar])
      continue;
    group->precision = MQTT_CODE_PRECISE;
    all->codes[dollar] += group->size;
    group->next = crowds[group->size];
    crowds[group->size] = group;
  }
  coarsen_crowds (all, budget, crowds, most);
  GNUNET_free (crowds);
}


/**
 * Write the codes that were decided on.
 */
static void
write_codes (struct MQTT_CodePlan *plan, const struct Groups *all)
{
  struct MQTT_Code *at;

  GNUNET_free (plan->codes);
  plan->codes = allocate (all->codes[false] + all->codes[true],
                          sizeof (struct MQTT_Code));
  plan->coarse = all->anything[false] || all->anything[true];
  at = plan->codes;
  for (size_t i = 0; i < all->count; i++)
  {
    const struct Group *group = &all->groups[i];

    if (all->anything[group->items[0].dollar])
      continue;
    if (MQTT_CODE_PRECISE != group->precision)
      plan->coarse = true;
    at += distinct_codes (group, group->precision, at);
  }
  if (all->anything[false])
    MQTT_discovery_code ("#", 1, MQTT_CODE_ANYTHING, at++);
  if (all->anything[true])
    MQTT_discovery_code ("$", 1, MQTT_CODE_ANYTHING, at++);
  plan->codes_count = (unsigned int)(at - plan->codes);
  qsort (plan->codes,
         plan->codes_count,
         sizeof (struct MQTT_Code),
         &compare_codes);
}


/**
 * Work out what to announce.
 */
static void
work_out (struct MQTT_CodePlan *plan)
{
  struct Groups all = { 0 };

  find_groups (plan, &all);
  fit_groups (&all, plan->budget);
  while (all.codes[false] + all.codes[true] > plan->budget)
  {
    all.anything[all.codes[true] > all.codes[false]] = true;
    fit_groups (&all, plan->budget);
  }
  write_codes (plan, &all);
  GNUNET_free (all.groups);
}


const struct MQTT_Code *
MQTT_code_plan_codes (struct MQTT_CodePlan *plan, unsigned int *count)
{
  if (plan->stale)
  {
    if (plan->count > plan->sorted)
      sort_in (plan);
    work_out (plan);
    plan->stale = false;
  }
  *count = plan->codes_count;
  return plan->codes;
}


bool
MQTT_code_plan_is_coarse (const struct MQTT_CodePlan *plan)
{
  return plan->coarse;
}
