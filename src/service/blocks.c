/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blocks.c
 * @brief Watches the DHT for channel entries.
 */
#include "blocks.h"
#include <gnunet/gnunet_dht_service.h>
#include "../core/channel_block.h"

/** Most pairs of owner and peer that are watched for at once. */
#define WATCHES_MAX 256

/** Blocks that are read for one call of MQTT_blocks_watch(): each costs a signature's
    check. */
#define BLOCKS_MAX 64

/** How many peers are to be asked. */
#define REPLICATION 3

/** Requests that the DHT's library expects. */
#define HASH_TABLE 16

struct Watch
{
  /** The one that was needed longest ago first. */
  struct Watch *prev;
  struct Watch *next;
  struct MQTT_Blocks *blocks;
  struct GNUNET_HashCode key;
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_PeerIdentity peer;
  struct GNUNET_DHT_GetHandle *get;
  unsigned int seen;
};

struct MQTT_Blocks
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct MQTT_Counters *counters;
  MQTT_ZonesFound found;
  void *cls;
  /** NULL until it is needed. */
  struct GNUNET_DHT_Handle *dht;
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
  struct Watch *head;
  struct Watch *tail;
};


struct MQTT_Blocks *
MQTT_blocks_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                    struct MQTT_Counters *counters,
                    MQTT_ZonesFound found,
                    void *cls)
{
  struct MQTT_Blocks *blocks = GNUNET_new (struct MQTT_Blocks);

  blocks->cfg = cfg;
  blocks->counters = counters;
  blocks->found = found;
  blocks->cls = cls;
  blocks->by_key = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  return blocks;
}


static void
forget (struct Watch *watch)
{
  struct MQTT_Blocks *blocks = watch->blocks;

  GNUNET_DHT_get_stop (watch->get);
  GNUNET_CONTAINER_DLL_remove (blocks->head, blocks->tail, watch);
  (void)GNUNET_CONTAINER_multihashmap_remove (blocks->by_key,
                                              &watch->key,
                                              watch);
  GNUNET_free (watch);
}


void
MQTT_blocks_destroy (struct MQTT_Blocks *blocks)
{
  while (NULL != blocks->head)
    forget (blocks->head);
  if (NULL != blocks->dht)
    GNUNET_DHT_disconnect (blocks->dht);
  GNUNET_CONTAINER_multihashmap_destroy (blocks->by_key);
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
  struct MQTT_Blocks *blocks = watch->blocks;

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
  blocks->found (blocks->cls, data, size, &watch->owner, &watch->peer);
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
  struct Watch *watch;

  if (WATCHES_MAX <= GNUNET_CONTAINER_multihashmap_size (blocks->by_key))
    forget (blocks->head);
  watch = GNUNET_new (struct Watch);
  watch->blocks = blocks;
  watch->key = *key;
  watch->owner = *owner;
  watch->peer = *peer;
  watch->get = GNUNET_DHT_get_start (blocks->dht,
                                     MQTT_CHANNEL_BLOCK_TYPE,
                                     &watch->key,
                                     REPLICATION,
                                     GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                                     NULL,
                                     0,
                                     &handle_block,
                                     watch);
  GNUNET_CONTAINER_DLL_insert_tail (blocks->head, blocks->tail, watch);
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
  watch->seen = 0;
  GNUNET_CONTAINER_DLL_remove (blocks->head, blocks->tail, watch);
  GNUNET_CONTAINER_DLL_insert_tail (blocks->head, blocks->tail, watch);
}
