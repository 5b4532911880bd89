/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/retained.c
 * @brief The topics that have a retained message, as a tree of levels.
 */
#include "retained_state.h"
#include "level_hash.h"
#include "topic.h"

/** What a node's place among its siblings takes, measured, beside the node. */
#define PLACE_MEMORY 64

int
MQTT_version_compare (const struct MQTT_Version *one,
                      const struct MQTT_Version *two)
{
  if (one->time_us != two->time_us)
    return (one->time_us < two->time_us) ? -1 : 1;
  if (one->run != two->run)
    return (one->run < two->run) ? -1 : 1;
  return (one->sequence > two->sequence) - (one->sequence < two->sequence);
}


/**
 * Where a level stands among its siblings, by its hash.
 */
static uint32_t
place_of (const struct MQTT_Retained *retained, uint64_t hash)
{
  return (uint32_t)(((hash ^ retained->seed) * UINT64_C (0x9E3779B97F4A7C15))
                    >> 32);
}


/**
 * Where a level stands among its siblings.
 */
static uint32_t
hash_level (const struct MQTT_Retained *retained,
            struct MQTT_RetainedLevel level)
{
  return place_of (retained, MQTT_level_hash (level.text, level.size));
}


static size_t
node_memory (const struct MQTT_RetainedNode *node)
{
  return sizeof (*node) + node->size + PLACE_MEMORY;
}


struct MQTT_Retained *
MQTT_retained_create (size_t limit, uint64_t seed)
{
  struct MQTT_Retained *retained = GNUNET_new (struct MQTT_Retained);

  retained->root = GNUNET_new (struct MQTT_RetainedNode);
  retained->expiries = GNUNET_CONTAINER_heap_create (
    GNUNET_CONTAINER_HEAP_ORDER_MIN);
  retained->limit = limit;
  retained->seed = seed;
  return retained;
}


/** What finding a node below needs to know. */
struct Search
{
  struct MQTT_RetainedLevel level;
  struct MQTT_RetainedNode *found;
};


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
is_level (void *cls, uint32_t key, void *value)
{
  struct Search *search = cls;
  struct MQTT_RetainedNode *node = value;

  (void)key;
  if ((node->size != search->level.size)
      || (0 != memcmp (node->level, search->level.text, node->size)))
    return GNUNET_YES;
  search->found = node;
  return GNUNET_NO;
}


struct MQTT_RetainedNode *
MQTT_retained_below (const struct MQTT_Retained *retained,
                     const struct MQTT_RetainedNode *node,
                     struct MQTT_RetainedLevel level)
{
  struct Search search = { .level = level };

  if (NULL != node->below)
    (void)GNUNET_CONTAINER_multihashmap32_get_multiple (
      node->below,
      hash_level (retained, level),
      &is_level,
      &search);
  return search.found;
}


static struct MQTT_RetainedNode *
add_below (struct MQTT_Retained *retained,
           struct MQTT_RetainedNode *parent,
           struct MQTT_RetainedLevel level)
{
  struct MQTT_RetainedNode *node = GNUNET_malloc (sizeof (*node) + level.size);

  node->parent = parent;
  node->hash = hash_level (retained, level);
  node->size = (uint16_t)level.size;
  GNUNET_memcpy (node->level, level.text, level.size);
  if (NULL == parent->below)
    parent->below = GNUNET_CONTAINER_multihashmap32_create (1);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   parent->below,
                   node->hash,
                   node,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE));
  GNUNET_CONTAINER_MDLL_insert_tail (sibling,
                                     parent->below_head,
                                     parent->below_tail,
                                     node);
  retained->memory += node_memory (node);
  return node;
}


/**
 * Remove a node and those above that nothing needs any more.
 */
static void
prune (struct MQTT_Retained *retained, struct MQTT_RetainedNode *node)
{
  while ((NULL != node->parent) && !node->known && (NULL == node->below))
  {
    struct MQTT_RetainedNode *parent = node->parent;

    if (node->walked)
      MQTT_retained_walks_leave (retained, node);
    GNUNET_assert (GNUNET_YES
                   == GNUNET_CONTAINER_multihashmap32_remove (parent->below,
                                                              node->hash,
                                                              node));
    GNUNET_CONTAINER_MDLL_remove (sibling,
                                  parent->below_head,
                                  parent->below_tail,
                                  node);
    if (0 == GNUNET_CONTAINER_multihashmap32_size (parent->below))
    {
      GNUNET_CONTAINER_multihashmap32_destroy (parent->below);
      parent->below = NULL;
    }
    retained->memory -= node_memory (node);
    GNUNET_free (node);
    node = parent;
  }
}


static struct MQTT_RetainedNode *
find (const struct MQTT_Retained *retained, const char *name, size_t size)
{
  struct MQTT_RetainedNode *node = retained->root;

  for (size_t at = 0; (at <= size) && (NULL != node);)
    node = MQTT_retained_below (retained,
                                node,
                                MQTT_retained_next_level (name, size, &at));
  return ((NULL != node) && node->known) ? node : NULL;
}


static void
forget (struct MQTT_Retained *retained, struct MQTT_RetainedNode *node)
{
  if (NULL != node->expiry)
    (void)GNUNET_CONTAINER_heap_remove_node (node->expiry);
  node->expiry = NULL;
  node->known = false;
  GNUNET_CONTAINER_DLL_remove (retained->head, retained->tail, node);
  retained->count--;
  prune (retained, node);
}


void
MQTT_retained_destroy (struct MQTT_Retained *retained)
{
  struct MQTT_RetainedNode *node = retained->root;

  while (NULL != retained->root->below)
  {
    while (NULL != node->below_head)
      node = node->below_head;
    forget (retained, node);
    node = retained->root;
  }
  GNUNET_assert ((0 == retained->count) && (0 == retained->memory)
                 && (NULL == retained->walks_head));
  GNUNET_CONTAINER_heap_destroy (retained->expiries);
  GNUNET_free (retained->root);
  GNUNET_free (retained);
}


static enum MQTT_RetainedVerdict
compare (const struct MQTT_RetainedNode *node,
         const struct MQTT_Version *version)
{
  int order = (NULL == node)
                ? 1
                : MQTT_version_compare (version, &node->record.version);

  if (0 == order)
    return MQTT_RETAINED_SAME;
  return (0 < order) ? MQTT_RETAINED_NEWER : MQTT_RETAINED_OLDER;
}


enum MQTT_RetainedVerdict
MQTT_retained_compare (const struct MQTT_Retained *retained,
                       const char *name,
                       size_t size,
                       const struct MQTT_Version *version)
{
  return compare (find (retained, name, size), version);
}


/**
 * Find the node of a topic, or make it.
 *
 * @return NULL if there is no room
 */
static struct MQTT_RetainedNode *
reach (struct MQTT_Retained *retained, const char *name, size_t size)
{
  struct MQTT_RetainedNode *node = retained->root;

  for (size_t at = 0; at <= size;)
  {
    struct MQTT_RetainedLevel level = MQTT_retained_next_level (name,
                                                                size,
                                                                &at);
    struct MQTT_RetainedNode *below = MQTT_retained_below (retained,
                                                           node,
                                                           level);

    if (NULL == below)
      below = add_below (retained, node, level);
    node = below;
  }
  if (retained->memory <= retained->limit)
    return node;
  prune (retained, node);
  return NULL;
}


enum MQTT_RetainedVerdict
MQTT_retained_put (struct MQTT_Retained *retained,
                   const char *name,
                   size_t size,
                   const struct MQTT_RetainedRecord *record,
                   struct MQTT_RetainedRecord *replaced)
{
  struct MQTT_RetainedNode *node = find (retained, name, size);
  enum MQTT_RetainedVerdict verdict = compare (node, &record->version);

  if (NULL != replaced)
    *replaced = (struct MQTT_RetainedRecord){ .message = 0 };
  if ((NULL != replaced) && (NULL != node))
    *replaced = node->record;
  if (MQTT_RETAINED_NEWER != verdict)
    return verdict;
  if (NULL == node)
    node = reach (retained, name, size);
  if (NULL == node)
    return MQTT_RETAINED_NO_ROOM;
  if (!node->known)
  {
    GNUNET_CONTAINER_DLL_insert_tail (retained->head, retained->tail, node);
    retained->count++;
  }
  node->known = true;
  node->record = *record;
  if (NULL != node->expiry)
    (void)GNUNET_CONTAINER_heap_remove_node (node->expiry);
  node->expiry = (UINT64_MAX == record->expires_us)
                   ? NULL
                   : GNUNET_CONTAINER_heap_insert (retained->expiries,
                                                   node,
                                                   record->expires_us);
  return MQTT_RETAINED_NEWER;
}


const struct MQTT_RetainedRecord *
MQTT_retained_get (const struct MQTT_Retained *retained,
                   const char *name,
                   size_t size)
{
  const struct MQTT_RetainedNode *node = find (retained, name, size);

  return (NULL == node) ? NULL : &node->record;
}


struct MQTT_RetainedRecord *
MQTT_retained_edit (struct MQTT_Retained *retained,
                    const char *name,
                    size_t size)
{
  struct MQTT_RetainedNode *node = find (retained, name, size);

  return (NULL == node) ? NULL : &node->record;
}


/** What finding a node by the hash of its level needs to know. */
struct HashSearch
{
  uint64_t hash;
  const struct MQTT_RetainedNode *found;
};


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
has_hash (void *cls, uint32_t key, void *value)
{
  struct HashSearch *search = cls;
  const struct MQTT_RetainedNode *node = value;

  (void)key;
  if (search->hash != MQTT_level_hash (node->level, node->size))
    return GNUNET_YES;
  search->found = node;
  return GNUNET_NO;
}


const struct MQTT_RetainedRecord *
MQTT_retained_get_hashes (const struct MQTT_Retained *retained,
                          const uint64_t *hashes,
                          size_t levels)
{
  struct HashSearch search = { .found = retained->root };

  for (size_t i = 0; (i < levels) && (NULL != search.found); i++)
  {
    const struct MQTT_RetainedNode *node = search.found;

    search.hash = hashes[i];
    search.found = NULL;
    if (NULL != node->below)
      (void)GNUNET_CONTAINER_multihashmap32_get_multiple (
        node->below,
        place_of (retained, hashes[i]),
        &has_hash,
        &search);
  }
  return ((NULL != search.found) && search.found->known) ? &search.found->record
                                                         : NULL;
}


void
MQTT_retained_remove (struct MQTT_Retained *retained,
                      const char *name,
                      size_t size)
{
  struct MQTT_RetainedNode *node = find (retained, name, size);

  if (NULL != node)
    forget (retained, node);
}


void
MQTT_retained_tell (const struct MQTT_RetainedNode *node,
                    MQTT_RetainedCallback callback,
                    void *cls)
{
  char name[MQTT_TOPIC_MAX];
  size_t begin = sizeof (name);

  for (const struct MQTT_RetainedNode *at = node; NULL != at->parent;
       at = at->parent)
  {
    if (at != node)
      name[--begin] = '/';
    begin -= at->size;
    GNUNET_memcpy (&name[begin], at->level, at->size);
  }
  callback (cls, &name[begin], sizeof (name) - begin, &node->record);
}


bool
MQTT_retained_turn (struct MQTT_Retained *retained,
                    MQTT_RetainedCallback callback,
                    void *cls)
{
  struct MQTT_RetainedNode *node = retained->head;

  if (NULL == node)
    return false;
  GNUNET_CONTAINER_DLL_remove (retained->head, retained->tail, node);
  GNUNET_CONTAINER_DLL_insert_tail (retained->head, retained->tail, node);
  MQTT_retained_tell (node, callback, cls);
  return true;
}


uint64_t
MQTT_retained_next_us (const struct MQTT_Retained *retained)
{
  const struct MQTT_RetainedNode *node = GNUNET_CONTAINER_heap_peek (
    retained->expiries);

  return (NULL == node) ? UINT64_MAX : node->record.expires_us;
}


void
MQTT_retained_expire (struct MQTT_Retained *retained,
                      uint64_t now_us,
                      MQTT_RetainedCallback callback,
                      void *cls)
{
  struct MQTT_RetainedNode *node;

  while ((NULL != (node = GNUNET_CONTAINER_heap_peek (retained->expiries)))
         && (node->record.expires_us <= now_us))
  {
    MQTT_retained_tell (node, callback, cls);
    forget (retained, node);
  }
}


size_t
MQTT_retained_count (const struct MQTT_Retained *retained)
{
  return retained->count;
}


size_t
MQTT_retained_memory (const struct MQTT_Retained *retained)
{
  return retained->memory;
}
