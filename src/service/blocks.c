/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blocks.c
 * @brief Watches the DHT for channel entries.
 */
#include "blocks.h"
#include <gnunet/gnunet_dht_service.h>
#include "../core/channel_block.h"

/** Blocks that are read for a pair in #MQTT_ZONES_PAUSE: each costs a signature's check. */
#define BLOCKS_MAX 64

/** How many peers are to be asked. */
#define REPLICATION 3

/** Requests that the DHT's library expects. */
#define HASH_TABLE 16

struct Watch
{
  /** Of the peer's, the one that was needed longest ago first. */
  struct Watch *prev;
  struct Watch *next;
  struct Share *share;
  struct GNUNET_HashCode key;
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_DHT_GetHandle *get;
  /** Blocks that were read since some moment. */
  unsigned int seen;
  struct GNUNET_TIME_Absolute seen_since;
};

/** What is watched for one peer, one at least. */
struct Share
{
  struct Share *prev;
  struct Share *next;
  struct MQTT_Blocks *blocks;
  struct GNUNET_PeerIdentity peer;
  struct Watch *head;
  struct Watch *tail;
  unsigned int count;
};

struct MQTT_Blocks
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  MQTT_ZonesFound found;
  void *cls;
  /** NULL until it is needed. */
  struct GNUNET_DHT_Handle *dht;
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  struct Share *head;
  struct Share *tail;
};


struct MQTT_Blocks *
MQTT_blocks_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                    const struct MQTT_Options *options,
                    struct MQTT_Counters *counters,
                    MQTT_ZonesFound found,
                    void *cls)
{
  struct MQTT_Blocks *blocks = GNUNET_new (struct MQTT_Blocks);

  blocks->cfg = cfg;
  blocks->options = options;
  blocks->counters = counters;
  blocks->found = found;
  blocks->cls = cls;
  blocks->by_key = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  blocks->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  return blocks;
}


static void
forget (struct Watch *watch)
{
  struct Share *share = watch->share;
  struct MQTT_Blocks *blocks = share->blocks;

  GNUNET_DHT_get_stop (watch->get);
  GNUNET_CONTAINER_DLL_remove (share->head, share->tail, watch);
  (void)GNUNET_CONTAINER_multihashmap_remove (blocks->by_key,
                                              &watch->key,
                                              watch);
  GNUNET_free (watch);
  if (0 < --share->count)
    return;
  GNUNET_CONTAINER_DLL_remove (blocks->head, blocks->tail, share);
  (void)GNUNET_CONTAINER_multipeermap_remove (blocks->by_peer,
                                              &share->peer,
                                              share);
  GNUNET_free (share);
}


void
MQTT_blocks_destroy (struct MQTT_Blocks *blocks)
{
  while (NULL != blocks->head)
    forget (blocks->head->head);
  if (NULL != blocks->dht)
    GNUNET_DHT_disconnect (blocks->dht);
  GNUNET_CONTAINER_multihashmap_destroy (blocks->by_key);
  GNUNET_CONTAINER_multipeermap_destroy (blocks->by_peer);
  GNUNET_free (blocks);
}


/**
 * A block was found: #GNUNET_DHT_GetIterator
 */
static void /* NOLINTNEXTLINE(readability-function-size): GNUnet's */
handle_block (void *cls,
              struct GNUNET_TIME_Absolute expiration,
              const struct GNUNET_HashCode *key,
              const struct GNUNET_PeerIdentity *trunc_peer,
              const struct GNUNET_DHT_PathElement *get_path,
              unsigned int get_path_length,
              const struct GNUNET_DHT_PathElement *put_path,
              unsigned int put_path_length,
              enum GNUNET_BLOCK_Type type,
              size_t size,
              const void *data)
{
  struct Watch *watch = cls;
  struct MQTT_Blocks *blocks = watch->share->blocks;

  (void)expiration;
  (void)key;
  (void)trunc_peer;
  (void)get_path;
  (void)get_path_length;
  (void)put_path;
  (void)put_path_length;
  (void)type;
  if (BLOCKS_MAX <= watch->seen++)
    return;
  MQTT_count (blocks->counters, MQTT_COUNT_BLOCKS_FOUND, 1);
  blocks->found (blocks->cls, data, size, &watch->owner, &watch->share->peer);
}


/**
 * Make room for one more watch of a peer: it gives up one of its own if it has its share,
 * or else the peer that has the most.
 */
static void
make_room (struct MQTT_Blocks *blocks, const struct GNUNET_PeerIdentity *peer)
{
  const struct Share *share = GNUNET_CONTAINER_multipeermap_get (
    blocks->by_peer,
    peer);

  if ((NULL == share)
      || (blocks->options->channel_watches_per_peer > share->count))
  {
    if (blocks->options->channel_watches
        > GNUNET_CONTAINER_multihashmap_size (blocks->by_key))
      return;
    share = blocks->head;
    for (const struct Share *pos = share; NULL != pos; pos = pos->next)
      if (pos->count > share->count)
        share = pos;
    GNUNET_assert (NULL != share);
  }
  MQTT_count (blocks->counters, MQTT_COUNT_BLOCKS_NOT_WATCHED, 1);
  forget (share->head);
}


static struct Share *
get_share (struct MQTT_Blocks *blocks, const struct GNUNET_PeerIdentity *peer)
{
  struct Share *share = GNUNET_CONTAINER_multipeermap_get (blocks->by_peer,
                                                           peer);

  if (NULL != share)
    return share;
  share = GNUNET_new (struct Share);
  share->blocks = blocks;
  share->peer = *peer;
  GNUNET_CONTAINER_DLL_insert_tail (blocks->head, blocks->tail, share);
  (void)GNUNET_CONTAINER_multipeermap_put (
    blocks->by_peer,
    &share->peer,
    share,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return share;
}


/**
 * Begin to watch.
 */
static void
begin (struct MQTT_Blocks *blocks,
       const struct GNUNET_HashCode *key,
       const struct GNUNET_IDENTITY_PublicKey *owner,
       const struct GNUNET_PeerIdentity *peer)
{
  struct Watch *watch = GNUNET_new (struct Watch);

  make_room (blocks, peer);
  watch->share = get_share (blocks, peer);
  watch->share->count++;
  watch->key = *key;
  watch->owner = *owner;
  watch->seen_since = GNUNET_TIME_absolute_get ();
  watch->get = GNUNET_DHT_get_start (blocks->dht,
                                     MQTT_CHANNEL_BLOCK_TYPE,
                                     &watch->key,
                                     REPLICATION,
                                     GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                                     NULL,
                                     0,
                                     &handle_block,
                                     watch);
  GNUNET_CONTAINER_DLL_insert_tail (watch->share->head,
                                    watch->share->tail,
                                    watch);
  (void)GNUNET_CONTAINER_multihashmap_put (
    blocks->by_key,
    &watch->key,
    watch,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
}


void
MQTT_blocks_watch (struct MQTT_Blocks *blocks,
                   const struct GNUNET_IDENTITY_PublicKey *owner,
                   const struct GNUNET_PeerIdentity *peer)
{
  struct GNUNET_HashCode key;
  struct Watch *watch;

  if (NULL == blocks->dht)
    blocks->dht = GNUNET_DHT_connect (blocks->cfg, HASH_TABLE);
  if (NULL == blocks->dht)
    return;
  MQTT_channel_block_key (owner, peer, &key);
  watch = GNUNET_CONTAINER_multihashmap_get (blocks->by_key, &key);
  if (NULL == watch)
  {
    begin (blocks, &key, owner, peer);
    return;
  }
  if (!GNUNET_TIME_absolute_is_future (
        GNUNET_TIME_absolute_add (watch->seen_since, MQTT_ZONES_PAUSE)))
  {
    watch->seen = 0;
    watch->seen_since = GNUNET_TIME_absolute_get ();
  }
  GNUNET_CONTAINER_DLL_remove (watch->share->head, watch->share->tail, watch);
  GNUNET_CONTAINER_DLL_insert_tail (watch->share->head,
                                    watch->share->tail,
                                    watch);
}
