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
};

struct Match
{
  const struct MQTT_Retained *retained;
  const char *filter;
  size_t size;
  struct Work *works;
  unsigned int count;
  unsigned int allocated;
  /** For the nodes below that are being looked at. */
  size_t next;
  bool all;
};


static void
push (struct Match *match, struct MQTT_RetainedNode *node, size_t at, bool all)
{
  if (match->count == match->allocated)
    GNUNET_array_grow (match->works,
                       match->allocated,
                       2 * match->allocated + 16);
  match->works[match->count++] = (struct Work){ .node = node,
                                                .at = at,
                                                .all = all };
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback: a node below matches "+" or
 * "#", unless it begins a topic of the '$' kind (4.7.2).
 */
static enum GNUNET_GenericReturnValue
push_below (void *cls, uint32_t key, void *value)
{
  struct Match *match = cls;
  struct MQTT_RetainedNode *node = value;

  (void)key;
  if ((NULL != node->parent->parent) || (0 == node->size)
      || ('$' != node->level[0]))
    push (match, node, match->next, match->all);
  return GNUNET_YES;
}


static void
push_all_below (struct Match *match, const struct MQTT_RetainedNode *node)
{
  if (NULL != node->below)
    (void)GNUNET_CONTAINER_multihashmap32_iterate (node->below,
                                                   &push_below,
                                                   match);
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

  match->next = work->at;
  match->all = true;
  if (work->all)
  {
    push_all_below (match, work->node);
    return true;
  }
  if (work->at > match->size)
    return true;
  level = MQTT_retained_next_level (match->filter, match->size, &match->next);
  if ((1 == level.size) && ('#' == level.text[0]))
  {
    push_all_below (match, work->node);
    return true;
  }
  match->all = false;
  if ((1 == level.size) && ('+' == level.text[0]))
  {
    push_all_below (match, work->node);
    return false;
  }
  below = MQTT_retained_below (match->retained, work->node, level);
  if (NULL != below)
    push (match, below, match->next, false);
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

  push (&match, retained->root, 0, false);
  while (0 < match.count)
  {
    struct Work work = match.works[--match.count];

    if (descend (&match, &work) && work.node->known)
      MQTT_retained_tell (work.node, callback, cls);
  }
  GNUNET_array_grow (match.works, match.allocated, 0);
}
