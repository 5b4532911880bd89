/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/retained_match.c
 * @brief Which topics of the tree match a filter?  Without recursion: a topic has
 *        up to 65,536 levels.
 */
#include "retained_state.h"

/** What is still to be looked at during a match. */
struct Work
{
  struct MQTT_RetainedNode *node;
  /** Offset of the filter's level that is to match a node below; beyond the end if the filter has ended. */
  size_t at;
  /** All that follows matches. */
  bool all;
  /** So do the siblings behind it: they wait here as one, however many they are. */
  bool siblings;
};

struct Match
{
  const struct MQTT_Retained *retained;
  const char *filter;
  size_t size;
  struct Work *works;
  unsigned int count;
  unsigned int allocated;
};


static void
push (struct Match *match, const struct Work *work)
{
  if (match->count == match->allocated)
    GNUNET_array_grow (match->works,
                       match->allocated,
                       2 * match->allocated + 16);
  match->works[match->count++] = *work;
}


/**
 * All nodes below match a level.
 */
static void
push_below (struct Match *match,
            const struct MQTT_RetainedNode *node,
            size_t at,
            bool all)
{
  if (NULL != node->below_head)
    push (match,
          &(struct Work){ .node = node->below_head,
                          .at = at,
                          .all = all,
                          .siblings = true });
}


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
 * Go on from a node.
 *
 * @return true if the node's own topic matches
 */
static bool
descend (struct Match *match, const struct Work *work)
{
  struct MQTT_RetainedLevel level;
  struct MQTT_RetainedNode *below;
  size_t next = work->at;

  if (work->all)
  {
    push_below (match, work->node, next, true);
    return true;
  }
  if (work->at > match->size)
    return true;
  level = MQTT_retained_next_level (match->filter, match->size, &next);
  if ((1 == level.size) && ('#' == level.text[0]))
  {
    push_below (match, work->node, next, true);
    return true;
  }
  if ((1 == level.size) && ('+' == level.text[0]))
  {
    push_below (match, work->node, next, false);
    return false;
  }
  below = MQTT_retained_below (match->retained, work->node, level);
  if (NULL != below)
    push (match, &(struct Work){ .node = below, .at = next });
  return false;
}


void
MQTT_retained_match (const struct MQTT_Retained *retained,
                     const char *filter,
                     size_t size,
                     MQTT_RetainedCallback callback,
                     void *cls)
{
  struct Match match = { .retained = retained, .filter = filter, .size = size };

  push (&match, &(struct Work){ .node = retained->root });
  while (0 < match.count)
  {
    struct Work work = match.works[--match.count];

    if (work.siblings && (NULL != work.node->next_sibling))
    {
      struct Work others = work;

      others.node = work.node->next_sibling;
      push (&match, &others);
    }
    if (work.siblings && is_hidden (work.node))
      continue;
    if (descend (&match, &work) && work.node->known)
      MQTT_retained_tell (work.node, callback, cls);
  }
  GNUNET_array_grow (match.works, match.allocated, 0);
}
