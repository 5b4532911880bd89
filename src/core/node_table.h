/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/node_table.h
 * @brief The nodes of the filter index, each found by its 64-bit key in about one
 *        look at memory.
 *
 * One flat array, sorted by key, with gaps: a key says where about its node is,
 * and nodes that want the same place stand side by side.  So a search ends at the
 * first key that is not smaller, and growing is one pass from front to back.
 * Keys must be spread evenly, and nobody else may be able to choose them.
 * Knows nothing of topics.
 */
#ifndef MQTT_CORE_NODE_TABLE_H
#define MQTT_CORE_NODE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** No node has this key: it marks gaps. */
#define MQTT_NODE_NO_KEY UINT64_MAX

/** Most nodes of a table. */
#define MQTT_NODES_MAX (UINT32_C (1) << 30)

/**
 * What follows one path of levels, "+" among them, from the start of a filter.
 * 32 bytes, half a cache line.
 */
struct MQTT_Node
{
  /** Key of the path. */
  uint64_t key;
  /** Key of the path without its last level. */
  uint64_t parent;
  /** First entry whose filter ends here, 0 if none. */
  uint32_t exact;
  /** First entry whose filter ends here with a "#" more, 0 if none. */
  uint32_t below;
  /** Value of the entry, if it is the only one of this node: saves the look at it. */
  uint32_t value;
  /** Has the node one entry and no more? */
  uint32_t single : 1;
  /** Does a node follow for the level "+"? */
  uint32_t plus : 1;
  /** How many nodes follow for other levels? */
  uint32_t literals : 30;
};

/**
 * The table.  Its memory moves when a node is added or removed.
 */
struct MQTT_NodeTable
{
  /** @e places of them, the last always a gap. */
  struct MQTT_Node *nodes;
  size_t places;
  /** Keys are spread over so many places from the first on. */
  size_t homes;
  /** Number of nodes. */
  size_t used;
};


/**
 * Make an empty table, to be freed with MQTT_node_table_done().
 *
 * @return false if there is no memory
 */
bool
MQTT_node_table_init (struct MQTT_NodeTable *table);


void
MQTT_node_table_done (struct MQTT_NodeTable *table);


/**
 * Find a node.
 *
 * @return the node, valid until the table changes; NULL if there is none
 */
struct MQTT_Node *
MQTT_node_table_find (const struct MQTT_NodeTable *table, uint64_t key);


/**
 * Add a node, zero but for its key.
 *
 * @param table the table
 * @param key key that is not in the table, not #MQTT_NODE_NO_KEY
 * @return the node, valid until the table changes; NULL if the table is full or
 *         there is no memory
 */
struct MQTT_Node *
MQTT_node_table_add (struct MQTT_NodeTable *table, uint64_t key);


/**
 * Remove a node.
 */
void
MQTT_node_table_remove (struct MQTT_NodeTable *table, struct MQTT_Node *node);


/**
 * Bytes of memory the table holds.
 */
size_t
MQTT_node_table_memory (const struct MQTT_NodeTable *table);


/**
 * Where a key's node stands if nothing is in its way.
 */
static inline struct MQTT_Node *
MQTT_node_table_home (const struct MQTT_NodeTable *table, uint64_t key)
{
  return table->nodes + (size_t)(((unsigned __int128)key * table->homes) >> 64);
}

#endif
