/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/retained_match.c
 * @brief Which topics of the tree match a filter?  Without recursion: a topic has
 *        up to 65,536 levels.
 *
 * A walk goes from a node to those below, then to its siblings, and leaves out what
 * cannot match.  All it remembers is how far it is.
 */
#include "retained_state.h"

/** What a walk matches, while it goes on. */
struct Filter
{
  const char *text;
  size_t size;
  /** Offset of the level that the walk's node has to match; the last one if there are
      no more. */
  size_t at;
  /** Number of levels, without "#". */
  size_t levels;
  /** It ends with "#": all that follows matches. */
  bool all;
};


struct MQTT_RetainedWalk *
MQTT_retained_walk_begin (struct MQTT_Retained *retained)
{
  struct MQTT_RetainedWalk *walk = GNUNET_new (struct MQTT_RetainedWalk);

  walk->retained = retained;
  walk->node = retained->root;
  GNUNET_CONTAINER_DLL_insert (retained->walks_head,
                               retained->walks_tail,
                               walk);
  return walk;
}


void
MQTT_retained_walk_end (struct MQTT_RetainedWalk *walk)
{
  GNUNET_CONTAINER_DLL_remove (walk->retained->walks_head,
                               walk->retained->walks_tail,
                               walk);
  GNUNET_free (walk);
}


void
MQTT_retained_walks_leave (struct MQTT_Retained *retained,
                           const struct MQTT_RetainedNode *node)
{
  for (struct MQTT_RetainedWalk *walk = retained->walks_head; NULL != walk;
       walk = walk->next)
  {
    if (node != walk->node)
      continue;
    walk->below_done = (NULL == node->next_sibling);
    walk->depth -= walk->below_done;
    walk->node = walk->below_done ? node->parent : node->next_sibling;
    walk->node->walked = true;
  }
}


/* ---- the filter ---- */

static struct MQTT_RetainedLevel
level_at (const struct Filter *filter, size_t at)
{
  return MQTT_retained_next_level (filter->text, filter->size, &at);
}


static bool
is_wildcard (struct MQTT_RetainedLevel level)
{
  return (1 == level.size)
         && (('+' == level.text[0]) || ('#' == level.text[0]));
}


/**
 * Begin to read the filter, where the walk is.
 */
static struct Filter
read_filter (const struct MQTT_RetainedWalk *walk,
             const char *text,
             size_t size)
{
  struct Filter filter = { .text = text, .size = size };
  size_t next = 0;

  while (next <= size)
  {
    if (filter.levels < GNUNET_MAX (1, walk->depth))
      filter.at = next;
    filter.levels++;
    (void)MQTT_retained_next_level (text, size, &next);
  }
  filter.all = (0 != size) && ('#' == text[size - 1])
               && ((1 == size) || ('/' == text[size - 2]));
  filter.levels -= filter.all;
  return filter;
}


/**
 * The walk goes one level down; its depth is that of the node above.
 */
static void
read_on (struct Filter *filter, size_t depth)
{
  if ((0 != depth) && (depth < filter->levels + filter->all))
    (void)MQTT_retained_next_level (filter->text, filter->size, &filter->at);
}


/**
 * The walk goes one level up; its depth is that of the node below.
 */
static void
read_back (struct Filter *filter, size_t depth)
{
  if ((1 == depth) || (depth > filter->levels + filter->all))
    return;
  do
    filter->at--;
  while ((0 < filter->at) && ('/' != filter->text[filter->at - 1]));
}


/* ---- going on ---- */

/**
 * Is it a topic of the '$' kind, that "+" and "#" do not match (4.7.2)?
 */
static bool
is_hidden (const struct MQTT_RetainedNode *node)
{
  return (NULL != node->parent) && (NULL == node->parent->parent)
         && (0 != node->size) && ('$' == node->level[0]);
}


/**
 * Does a node's level match?
 */
static bool
fits (const struct MQTT_RetainedNode *node, const struct Filter *filter)
{
  struct MQTT_RetainedLevel level = level_at (filter, filter->at);

  if (NULL == node->parent)
    return true;
  if (is_wildcard (level))
    return !is_hidden (node);
  return (node->size == level.size)
         && (0 == memcmp (node->level, level.text, level.size));
}


/**
 * Go down from the walk's node, which fits, if anything below may match.
 */
static void
go_down (struct MQTT_RetainedWalk *walk, struct Filter *filter)
{
  struct Filter next = *filter;
  struct MQTT_RetainedLevel level;
  struct MQTT_RetainedNode *below;

  walk->below_done = true;
  if ((walk->depth >= filter->levels) && !filter->all)
    return;
  read_on (&next, walk->depth);
  level = level_at (&next, next.at);
  below = is_wildcard (level)
            ? walk->node->below_head
            : MQTT_retained_below (walk->retained, walk->node, level);
  if (NULL == below)
    return;
  *filter = next;
  walk->node = below;
  walk->depth++;
  walk->below_done = false;
}


/**
 * Go on from the walk's node, with which and all below it has done.
 */
static void
go_past (struct MQTT_RetainedWalk *walk, struct Filter *filter)
{
  struct MQTT_RetainedNode *sibling = is_wildcard (
                                        level_at (filter, filter->at))
                                        ? walk->node->next_sibling
                                        : NULL;

  walk->below_done = (NULL == sibling);
  if (NULL == sibling)
  {
    walk->node = walk->node->parent;
    read_back (filter, walk->depth--);
  }
  else
    walk->node = sibling;
}


const struct MQTT_RetainedRecord *
MQTT_retained_walk_next (struct MQTT_RetainedWalk *walk,
                         const char *text,
                         size_t size,
                         unsigned int *steps)
{
  struct Filter filter = read_filter (walk, text, size);
  const struct MQTT_RetainedRecord *found = NULL;

  while ((NULL == found) && (0 < *steps) && !MQTT_retained_walk_is_over (walk))
  {
    const struct MQTT_RetainedNode *node = walk->node;

    --*steps;
    if (walk->below_done)
      go_past (walk, &filter);
    else if (!fits (node, &filter))
      walk->below_done = true;
    else
    {
      if (node->known
          && ((walk->depth == filter.levels)
              || (filter.all && (walk->depth > filter.levels))))
        found = &node->record;
      go_down (walk, &filter);
    }
  }
  walk->node->walked = true;
  return found;
}


bool
MQTT_retained_walk_is_over (const struct MQTT_RetainedWalk *walk)
{
  return walk->below_done && (NULL == walk->node->parent);
}
