/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/node_table.c
 * @brief A sorted array with gaps.  Keeps two rules: keys ascend, gaps left out,
 *        and between a node and its home there is no gap.
 */
#include "node_table.h"
#include <stdlib.h>
#include <string.h>

/** Homes of an empty table. */
#define HOMES_MIN 64

/** The array is aligned to a cache line, in bytes. */
#define CACHE_LINE 64


static bool
is_gap (const struct MQTT_Node *node)
{
  return MQTT_NODE_NO_KEY == node->key;
}


/**
 * Allocate an empty array.  Behind the homes it has room for nodes that are
 * pushed on by others.
 *
 * @return false if there is no memory; then @a table is untouched
 */
static bool
allocate (struct MQTT_NodeTable *table, size_t homes)
{
  size_t places = homes + homes / 32 + 64;
  size_t size;

  places += places % 2;
  size = places * sizeof (struct MQTT_Node);
  table->nodes = aligned_alloc (CACHE_LINE, size);
  if (NULL == table->nodes)
    return false;
  memset (table->nodes, 0xFF, size);
  table->places = places;
  table->homes = homes;
  table->used = 0;
  return true;
}


bool
MQTT_node_table_init (struct MQTT_NodeTable *table)
{
  return allocate (table, HOMES_MIN);
}


void
MQTT_node_table_done (struct MQTT_NodeTable *table)
{
  free (table->nodes);
}


/**
 * First node, or gap, in or behind a key's home whose key is not smaller.
 */
static struct MQTT_Node *
find_place (const struct MQTT_NodeTable *table, uint64_t key)
{
  struct MQTT_Node *node = MQTT_node_table_home (table, key);

  while (node->key < key)
    node++;
  return node;
}


struct MQTT_Node *
MQTT_node_table_find (const struct MQTT_NodeTable *table, uint64_t key)
{
  struct MQTT_Node *node = find_place (table, key);

  return (node->key == key) ? node : NULL;
}


/**
 * Move everything into a larger array.
 *
 * @return false if that cannot be; then nothing has changed
 */
static bool
grow (struct MQTT_NodeTable *table)
{
  struct MQTT_NodeTable larger;
  struct MQTT_Node *free_from;

  if (!allocate (&larger, table->homes + table->homes / 4))
    return false;
  free_from = larger.nodes;
  for (size_t i = 0; i < table->places; i++)
  {
    struct MQTT_Node *node = &table->nodes[i];
    struct MQTT_Node *to;

    if (is_gap (node))
      continue;
    to = MQTT_node_table_home (&larger, node->key);
    if (to < free_from)
      to = free_from;
    if (to == &larger.nodes[larger.places - 1])
    {
      /* too many keys at the upper end: they are not spread evenly */
      free (larger.nodes);
      return false;
    }
    *to = *node;
    free_from = to + 1;
  }
  larger.used = table->used;
  free (table->nodes);
  *table = larger;
  return true;
}


/**
 * Make room for a node by pushing those from its place on to the next gap.
 *
 * @return false if the last place would be needed; then nothing has changed
 */
static bool
make_gap (struct MQTT_NodeTable *table, struct MQTT_Node *place)
{
  struct MQTT_Node *gap = place;

  while (!is_gap (gap))
    gap++;
  if (gap == &table->nodes[table->places - 1])
    return false;
  memmove (place + 1, place, (size_t)(gap - place) * sizeof (*place));
  return true;
}


struct MQTT_Node *
MQTT_node_table_add (struct MQTT_NodeTable *table, uint64_t key)
{
  struct MQTT_Node *place;

  if (MQTT_NODES_MAX == table->used)
    return NULL;
  /* at 6/7 a search looks at 4 nodes in the mean */
  if ((table->used > table->homes - table->homes / 7) && (!grow (table)))
    return NULL;
  place = find_place (table, key);
  if (!make_gap (table, place))
  {
    if (!grow (table))
      return NULL;
    place = find_place (table, key);
    if (!make_gap (table, place))
      return NULL;
  }
  memset (place, 0, sizeof (*place));
  place->key = key;
  table->used++;
  return place;
}


void
MQTT_node_table_remove (struct MQTT_NodeTable *table, struct MQTT_Node *node)
{
  struct MQTT_Node *last = node;

  /* pull back those that are not at home */
  while ((!is_gap (last + 1))
         && (MQTT_node_table_home (table, last[1].key) != last + 1))
    last++;
  memmove (node, node + 1, (size_t)(last - node) * sizeof (*node));
  memset (last, 0xFF, sizeof (*last));
  table->used--;
}


size_t
MQTT_node_table_memory (const struct MQTT_NodeTable *table)
{
  return table->places * sizeof (struct MQTT_Node);
}
