/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/retained_state.h
 * @brief The tree of topics.  Only for retained.c and retained_match.c.
 */
#ifndef MQTT_CORE_RETAINED_STATE_H
#define MQTT_CORE_RETAINED_STATE_H

#include <gnunet/gnunet_util_lib.h>
#include "retained.h"

/**
 * A level of topics that begin alike.  There is no node with neither a record nor
 * nodes below, but the root.
 */
struct MQTT_RetainedNode
{
  struct MQTT_RetainedNode *parent;
  /** Among those with a record, in the order of their turns. */
  struct MQTT_RetainedNode *prev;
  struct MQTT_RetainedNode *next;
  /** Among those below the same node. */
  struct MQTT_RetainedNode *prev_sibling;
  struct MQTT_RetainedNode *next_sibling;
  /** Nodes below, by hash of their level; NULL if none. */
  struct GNUNET_CONTAINER_MultiHashMap32 *below;
  /** The same, one after the other. */
  struct MQTT_RetainedNode *below_head;
  struct MQTT_RetainedNode *below_tail;
  /** Place among those that expire; NULL if it does not. */
  struct GNUNET_CONTAINER_HeapNode *expiry;
  struct MQTT_RetainedRecord record;
  uint32_t hash;
  /** Is there a record? */
  bool known;
  /** A walk may be at it. */
  bool walked;
  uint16_t size;
  /** The level's text, not terminated. */
  char level[];
};

struct MQTT_Retained
{
  struct MQTT_RetainedNode *root;
  /** Nodes with records. */
  struct MQTT_RetainedNode *head;
  struct MQTT_RetainedNode *tail;
  /** Mixed into hashes, so that nobody can choose levels that have the same. */
  uint64_t seed;
  /** Nodes with records that expire, soonest first. */
  struct GNUNET_CONTAINER_Heap *expiries;
  struct MQTT_RetainedWalk *walks_head;
  struct MQTT_RetainedWalk *walks_tail;
  size_t limit;
  size_t memory;
  size_t count;
};

struct MQTT_RetainedWalk
{
  struct MQTT_RetainedWalk *prev;
  struct MQTT_RetainedWalk *next;
  struct MQTT_Retained *retained;
  /** How far it is; at the root, in the end. */
  struct MQTT_RetainedNode *node;
  /** Levels above the node. */
  size_t depth;
  /** It has done with the node, and all below; else it has not begun with it. */
  bool below_done;
};

/** A level of a topic name or filter. */
struct MQTT_RetainedLevel
{
  const char *text;
  size_t size;
};


/**
 * Take the next level of a topic name or filter.
 *
 * @param name the name
 * @param size bytes of it
 * @param[in,out] at offset of the level; beyond @a size when there is none any more
 */
static inline struct MQTT_RetainedLevel
MQTT_retained_next_level (const char *name, size_t size, size_t *at)
{
  const char *begin = name + *at;
  const char *slash = memchr (begin, '/', size - *at);
  struct MQTT_RetainedLevel level = { .text = begin };

  level.size = (NULL == slash) ? size - *at : (size_t)(slash - begin);
  *at += level.size + 1;
  return level;
}


/**
 * Find a node below another one.
 *
 * @return NULL if there is none
 */
struct MQTT_RetainedNode *
MQTT_retained_below (const struct MQTT_Retained *retained,
                     const struct MQTT_RetainedNode *node,
                     struct MQTT_RetainedLevel level);


/**
 * A node is about to be removed: walks that are at it go on from it.
 */
void
MQTT_retained_walks_leave (struct MQTT_Retained *retained,
                           const struct MQTT_RetainedNode *node);


/**
 * Call back with a node's topic.
 */
void
MQTT_retained_tell (const struct MQTT_RetainedNode *node,
                    MQTT_RetainedCallback callback,
                    void *cls);

#endif
