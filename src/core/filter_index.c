/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/filter_index.c
 * @brief The tree of filter levels, and the entries at its nodes.
 *
 * A node is known by a key that is made of its whole path, so the way down does
 * not depend on memory that must be fetched first.
 */
#include "filter_index.h"
#include "level_hash.h"
#include "node_table.h"
#include "topic.h"
#include <gnunet/gnunet_util_lib.h>

/** Stands for the level "+"; no level hashes to it. */
#define LEVEL_PLUS 0

/** Levels of a name whose nodes are fetched ahead. */
#define AHEAD 6

/** Names of so many levels are matched without allocating. */
#define LEVELS_USUAL 32

/**
 * One subscription, in the list of its node; 24 bytes.
 */
struct Entry
{
  /** Key of the node. */
  uint64_t node;
  uint32_t value;
  /** Next in the node's list or in the list of free entries, 0 at the end. */
  uint32_t next;
  /** Previous in the node's list, 0 if first. */
  uint32_t previous;
};

struct MQTT_FilterIndex
{
  struct MQTT_NodeTable nodes;
  /** Key of the node without levels, which is always there. */
  uint64_t root;
  /** Entries by number; the first is not used. */
  struct Entry *entries;
  /** First free entry, 0 if none. */
  uint32_t free;
  /** Entries below this have been used. */
  uint32_t used;
  uint32_t allocated;
  uint32_t count;
};


/**
 * Key of the path that goes on from @a parent with @a level.  Different levels
 * behind one parent give different keys; different parents almost always do.
 */
static uint64_t
child_key (uint64_t parent, uint64_t level)
{
  uint64_t key = parent ^ level;

  key = (key ^ (key >> 30)) * UINT64_C (0xBF58476D1CE4E5B9);
  key = (key ^ (key >> 27)) * UINT64_C (0x94D049BB133111EB);
  key ^= key >> 31;
  return key - (MQTT_NODE_NO_KEY == key);
}


struct MQTT_FilterIndex *
MQTT_filter_index_create (uint64_t seed)
{
  struct MQTT_FilterIndex *index = GNUNET_new (struct MQTT_FilterIndex);

  GNUNET_assert (MQTT_node_table_init (&index->nodes));
  /* Never 0, of which child_key() makes 0 again: "+" would lead nowhere. */
  index->root = child_key (seed | 1, LEVEL_PLUS);
  GNUNET_assert (NULL != MQTT_node_table_add (&index->nodes, index->root));
  index->used = 1;
  return index;
}


void
MQTT_filter_index_destroy (struct MQTT_FilterIndex *index)
{
  MQTT_node_table_done (&index->nodes);
  free (index->entries);
  GNUNET_free (index);
}


/**
 * Free a node and those above it that nothing needs any more.
 */
static void
prune (struct MQTT_FilterIndex *index, uint64_t key)
{
  while (key != index->root)
  {
    struct MQTT_Node *node = MQTT_node_table_find (&index->nodes, key);
    uint64_t parent = node->parent;

    if ((0 != node->exact) || (0 != node->below) || node->plus
        || (0 != node->literals))
      return;
    MQTT_node_table_remove (&index->nodes, node);
    node = MQTT_node_table_find (&index->nodes, parent);
    if (child_key (parent, LEVEL_PLUS) == key)
      node->plus = 0;
    else
      node->literals--;
    key = parent;
  }
}


/**
 * Find or make the node that goes on from @a parent with @a level.
 *
 * @return its key, #MQTT_NODE_NO_KEY if it cannot be made
 */
static uint64_t
descend (struct MQTT_FilterIndex *index, uint64_t parent, uint64_t level)
{
  uint64_t key = child_key (parent, level);
  struct MQTT_Node *node = MQTT_node_table_find (&index->nodes, key);

  if (NULL != node)
    /* another path has this key: one in 2^64 */
    return (node->parent == parent) ? key : MQTT_NODE_NO_KEY;
  node = MQTT_node_table_add (&index->nodes, key);
  if (NULL == node)
    return MQTT_NODE_NO_KEY;
  node->parent = parent;
  node = MQTT_node_table_find (&index->nodes, parent);
  if (LEVEL_PLUS == level)
    node->plus = 1;
  else
    node->literals++;
  return key;
}


/**
 * Get an unused entry.
 *
 * @return its number, 0 if there is no memory
 */
static uint32_t
take_entry (struct MQTT_FilterIndex *index)
{
  uint32_t entry = index->free;

  if (0 != entry)
  {
    index->free = index->entries[entry].next;
    return entry;
  }
  if (index->used >= index->allocated)
  {
    uint32_t more = index->allocated + index->allocated / 4 + 16;
    struct Entry *entries;

    if (more > MQTT_NODES_MAX)
      return 0;
    entries = realloc (index->entries, more * sizeof (struct Entry));
    if (NULL == entries)
      return 0;
    index->entries = entries;
    index->allocated = more;
  }
  return index->used++;
}


/**
 * Note the value of a node's only entry in the node, after its lists changed.
 */
static void
note_single (const struct MQTT_FilterIndex *index, struct MQTT_Node *node)
{
  uint32_t first = (0 != node->exact) ? node->exact : node->below;

  node->single = (0 != first) && (0 == index->entries[first].next)
                 && ((0 == node->exact) || (0 == node->below));
  if (node->single)
    node->value = index->entries[first].value;
}


MQTT_FilterIndexEntry
MQTT_filter_index_add (struct MQTT_FilterIndex *index,
                       const char *filter,
                       size_t size,
                       uint32_t value)
{
  struct MQTT_LevelIterator it = MQTT_topic_levels (filter, size);
  enum MQTT_LevelKind kind = MQTT_LEVEL_LITERAL;
  uint64_t key = index->root;
  struct MQTT_Node *node;
  const char *level;
  size_t level_size;
  uint32_t *first;
  uint32_t entry;

  entry = take_entry (index);
  if (0 == entry)
    return 0;
  while (MQTT_topic_level_next (&it, &level, &level_size))
  {
    uint64_t parent = key;

    kind = MQTT_topic_level_kind (level, level_size);
    if (MQTT_LEVEL_HASH == kind)
      break;
    key = descend (index,
                   parent,
                   (MQTT_LEVEL_PLUS == kind)
                     ? LEVEL_PLUS
                     : MQTT_level_hash (level, level_size));
    if (MQTT_NODE_NO_KEY == key)
    {
      prune (index, parent);
      index->entries[entry].next = index->free;
      index->free = entry;
      return 0;
    }
  }
  node = MQTT_node_table_find (&index->nodes, key);
  first = (MQTT_LEVEL_HASH == kind) ? &node->below : &node->exact;
  index->entries[entry] = (struct Entry){
    .node = key,
    .value = value,
    .next = *first,
  };
  if (0 != *first)
    index->entries[*first].previous = entry;
  *first = entry;
  note_single (index, node);
  index->count++;
  return entry;
}


void
MQTT_filter_index_remove (struct MQTT_FilterIndex *index,
                          MQTT_FilterIndexEntry entry)
{
  struct Entry *gone = &index->entries[entry];
  uint64_t key = gone->node;
  struct MQTT_Node *node = MQTT_node_table_find (&index->nodes, key);

  if (0 != gone->previous)
    index->entries[gone->previous].next = gone->next;
  else if (node->exact == entry)
    node->exact = gone->next;
  else
    node->below = gone->next;
  if (0 != gone->next)
    index->entries[gone->next].previous = gone->previous;
  gone->next = index->free;
  index->free = entry;
  index->count--;
  note_single (index, node);
  prune (index, key);
}


/**
 * A search under way.
 */
struct Search
{
  const struct MQTT_FilterIndex *index;
  MQTT_FilterIndexCallback callback;
  void *cls;
  bool matched;
};

/**
 * A node to look at later.
 */
struct Pending
{
  uint64_t key;
  size_t depth;
};


/**
 * Report a list of entries.
 *
 * @param search the search
 * @param node the node
 * @param first its list @e exact or @e below
 * @return false to end the search
 */
static bool
report (struct Search *search, const struct MQTT_Node *node, uint32_t first)
{
  const struct Entry *entries = search->index->entries;

  if (0 == first)
    return true;
  search->matched = true;
  if (NULL == search->callback)
    return false;
  if (node->single)
    return search->callback (search->cls, node->value);
  for (uint32_t entry = first; 0 != entry; entry = entries[entry].next)
    if (!search->callback (search->cls, entries[entry].value))
      return false;
  return true;
}


/**
 * Have the memory fetched where a node will be looked for soon: with many
 * filters, waiting for memory is most of the work.
 */
static void
fetch (const struct MQTT_FilterIndex *index, uint64_t key)
{
  const struct MQTT_Node *home = MQTT_node_table_home (&index->nodes, key);

  __builtin_prefetch (home);
  __builtin_prefetch (home + 2);
}


/**
 * The node that goes on from @a node with a level of a name, NULL if none does.
 */
static const struct MQTT_Node *
find_literal (const struct MQTT_FilterIndex *index,
              const struct MQTT_Node *node,
              uint64_t hash)
{
  const struct MQTT_Node *child;

  /* hashes may come from a peer, who may lie */
  if ((0 == node->literals) || (hash < MQTT_LEVEL_HASH_MIN))
    return NULL;
  child = MQTT_node_table_find (&index->nodes, child_key (node->key, hash));
  return ((NULL != child) && (child->parent == node->key)) ? child : NULL;
}


/**
 * Walk the tree.
 *
 * @param search the search
 * @param hashes hashes of the name
 * @param count number of them
 * @param dollar does it begin with '$'?
 * @param pending room for @a count nodes: at each depth one at most waits
 */
static void
walk (struct Search *search,
      const uint64_t *hashes,
      size_t count,
      bool dollar,
      struct Pending *pending)
{
  const struct MQTT_FilterIndex *index = search->index;
  const struct MQTT_Node *node = MQTT_node_table_find (&index->nodes,
                                                       index->root);
  size_t waiting = 0;
  size_t depth = 0;

  for (;;)
  {
    bool wild = (0 != depth) || (!dollar);
    const struct MQTT_Node *next = NULL;

    if (wild && (!report (search, node, node->below)))
      return;
    if (depth < count)
    {
      if (wild && node->plus)
      {
        uint64_t key = child_key (node->key, LEVEL_PLUS);

        fetch (index, key);
        if (depth + 1 < count)
          fetch (index, child_key (key, hashes[depth + 1]));
        pending[waiting++] = (struct Pending){ key, depth + 1 };
      }
      next = find_literal (index, node, hashes[depth]);
    }
    else if (!report (search, node, node->exact))
      return;
    if (NULL != next)
    {
      node = next;
      depth++;
      continue;
    }
    if (0 == waiting)
      return;
    waiting--;
    node = MQTT_node_table_find (&index->nodes, pending[waiting].key);
    depth = pending[waiting].depth;
  }
}


bool
MQTT_filter_index_match (const struct MQTT_FilterIndex *index,
                         const uint64_t *hashes,
                         size_t count,
                         bool dollar,
                         MQTT_FilterIndexCallback callback,
                         void *cls)
{
  struct Search search = {
    .index = index,
    .callback = callback,
    .cls = cls,
  };
  struct Pending usual[LEVELS_USUAL];
  struct Pending *pending = usual;
  uint64_t key = index->root;

  for (size_t i = 0; (i < count) && (i < AHEAD); i++)
  {
    key = child_key (key, hashes[i]);
    fetch (index, key);
  }
  if (count > LEVELS_USUAL)
    pending = GNUNET_new_array (count, struct Pending);
  walk (&search, hashes, count, dollar, pending);
  if (pending != usual)
    GNUNET_free (pending);
  return search.matched;
}


size_t
MQTT_filter_index_count (const struct MQTT_FilterIndex *index)
{
  return index->count;
}


size_t
MQTT_filter_index_memory (const struct MQTT_FilterIndex *index)
{
  return sizeof (*index) + MQTT_node_table_memory (&index->nodes)
         + index->allocated * sizeof (struct Entry);
}
