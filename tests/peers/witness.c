/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/witness.c
 * @brief Sees all that passes the DHTs of a group.
 */
#include "witness.h"
#include "gnunet_mqtt_channel.h"
#include <gnunet/gnunet_dht_service.h>

/** How long answers are waited for. */
#define INSPECTION_MS 5000

/** Something that was seen: bytes of key, ways and data, one behind the other. */
struct Record
{
  struct Record *next;
  enum GNUNET_BLOCK_Type type;
  size_t size;
  uint8_t bytes[];
};

/** A peer that is watched. */
struct Watch
{
  struct Witness *witness;
  struct GNUNET_DHT_Handle *dht;
  struct GNUNET_DHT_MonitorHandle *monitor;
  struct GNUNET_DHT_GetHandle **gets;
  unsigned int get_count;
};

struct Witness
{
  struct Group *group;
  struct Watch *watches;
  struct Record *records;
  /** Keys under which something of ours was seen. */
  struct GNUNET_CONTAINER_MultiHashMap *keys;
  /** Answers to the inspection. */
  unsigned int answers;
};

/** A piece of a record. */
struct Piece
{
  const void *bytes;
  size_t size;
};


static bool
is_ours (enum GNUNET_BLOCK_Type type)
{
  return (GNUNET_BLOCK_TYPE_REGEX == type)
         || (GNUNET_BLOCK_TYPE_REGEX_ACCEPT == type)
         || (GNUNET_MQTT_CHANNEL_BLOCK_TYPE == (unsigned int)type);
}


/**
 * Note what was seen.
 */
static void
note (struct Witness *witness,
      enum GNUNET_BLOCK_Type type,
      const struct GNUNET_HashCode *key,
      const struct Piece *pieces,
      unsigned int count)
{
  size_t size = sizeof (*key);
  struct Record *record;

  for (unsigned int i = 0; i < count; i++)
    size += pieces[i].size;
  record = GNUNET_malloc (sizeof (*record) + size);
  record->type = type;
  record->size = sizeof (*key);
  memcpy (record->bytes, key, sizeof (*key));
  for (unsigned int i = 0; i < count; i++)
    if (0 != pieces[i].size)
    {
      memcpy (record->bytes + record->size, pieces[i].bytes, pieces[i].size);
      record->size += pieces[i].size;
    }
  record->next = witness->records;
  witness->records = record;
  if (is_ours (type))
    (void)GNUNET_CONTAINER_multihashmap_put (
      witness->keys,
      key,
      witness,
      GNUNET_CONTAINER_MULTIHASHMAPOPTION_REPLACE);
}


/** #GNUNET_DHT_MonitorGetCB */
static void
see_get (void *cls,
         enum GNUNET_DHT_RouteOption options,
         enum GNUNET_BLOCK_Type type,
         uint32_t hop_count,
         uint32_t replication,
         const struct GNUNET_HashCode *key)
{
  struct Watch *watch = cls;

  (void)options;
  (void)hop_count;
  (void)replication;
  note (watch->witness, type, key, NULL, 0);
}


/** #GNUNET_DHT_MonitorGetRespCB */
static void /* NOLINTNEXTLINE(readability-function-size): GNUnet's */
see_response (void *cls,
              enum GNUNET_BLOCK_Type type,
              const struct GNUNET_PeerIdentity *trunc_peer,
              const struct GNUNET_DHT_PathElement *get_path,
              unsigned int get_path_length,
              const struct GNUNET_DHT_PathElement *put_path,
              unsigned int put_path_length,
              struct GNUNET_TIME_Absolute expiration,
              const struct GNUNET_HashCode *key,
              const void *data,
              size_t size)
{
  struct Watch *watch = cls;
  const struct Piece pieces[] = {
    { trunc_peer, (NULL == trunc_peer) ? 0 : sizeof (*trunc_peer) },
    { get_path, get_path_length * sizeof (*get_path) },
    { put_path, put_path_length * sizeof (*put_path) },
    { data, size },
  };

  (void)expiration;
  note (watch->witness, type, key, pieces, 4);
}


/** #GNUNET_DHT_MonitorPutCB */
static void /* NOLINTNEXTLINE(readability-function-size): GNUnet's */
see_put (void *cls,
         enum GNUNET_DHT_RouteOption options,
         enum GNUNET_BLOCK_Type type,
         uint32_t hop_count,
         uint32_t replication,
         const struct GNUNET_PeerIdentity *trunc_peer,
         unsigned int path_length,
         const struct GNUNET_DHT_PathElement *path,
         struct GNUNET_TIME_Absolute expiration,
         const struct GNUNET_HashCode *key,
         const void *data,
         size_t size)
{
  (void)options;
  (void)hop_count;
  (void)replication;
  see_response (cls,
                type,
                trunc_peer,
                NULL,
                0,
                path,
                path_length,
                expiration,
                key,
                data,
                size);
}


/** #GNUNET_DHT_GetIterator */
static void /* NOLINTNEXTLINE(readability-function-size): GNUnet's */
see_result (void *cls,
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

  watch->witness->answers++;
  see_response (cls,
                type,
                trunc_peer,
                get_path,
                get_path_length,
                put_path,
                put_path_length,
                expiration,
                key,
                data,
                size);
}


static void
end_watch (struct Watch *watch)
{
  for (unsigned int i = 0; i < watch->get_count; i++)
    GNUNET_DHT_get_stop (watch->gets[i]);
  GNUNET_array_grow (watch->gets, watch->get_count, 0);
  GNUNET_DHT_monitor_stop (watch->monitor);
  GNUNET_DHT_disconnect (watch->dht);
}


static void
end_witness (void *cls)
{
  struct Witness *witness = cls;

  for (unsigned int i = 0; i < group_size (witness->group); i++)
    end_watch (&witness->watches[i]);
  while (NULL != witness->records)
  {
    struct Record *record = witness->records;

    witness->records = record->next;
    GNUNET_free (record);
  }
  GNUNET_CONTAINER_multihashmap_destroy (witness->keys);
  GNUNET_free (witness->watches);
  GNUNET_free (witness);
}


struct Witness *
witness_create (struct Group *group)
{
  struct Witness *witness = GNUNET_new (struct Witness);

  witness->group = group;
  witness->keys = GNUNET_CONTAINER_multihashmap_create (64, GNUNET_NO);
  witness->watches = GNUNET_new_array (group_size (group), struct Watch);
  for (unsigned int i = 0; i < group_size (group); i++)
  {
    struct Watch *watch = &witness->watches[i];

    watch->witness = witness;
    watch->dht = GNUNET_DHT_connect (group_cfg (group, i), 64);
    watch->monitor = GNUNET_DHT_monitor_start (watch->dht,
                                               GNUNET_BLOCK_TYPE_ANY,
                                               NULL,
                                               &see_get,
                                               &see_response,
                                               &see_put,
                                               watch);
  }
  group_at_end (group, &end_witness, witness);
  return witness;
}


/**
 * #GNUNET_CONTAINER_MultiHashMapIteratorCallback: ask a peer for all that is under a
 * key, of whatever type.
 */
static enum GNUNET_GenericReturnValue
inspect_key (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Watch *watch = cls;

  (void)value;
  GNUNET_array_append (
    watch->gets,
    watch->get_count,
    GNUNET_DHT_get_start (watch->dht,
                          GNUNET_BLOCK_TYPE_ANY,
                          key,
                          1,
                          GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE
                            | GNUNET_DHT_RO_RECORD_ROUTE,
                          NULL,
                          0,
                          &see_result,
                          watch));
  return GNUNET_YES;
}


void
witness_inspect (struct Witness *witness)
{
  for (unsigned int i = 0; i < group_size (witness->group); i++)
    (void)GNUNET_CONTAINER_multihashmap_iterate (witness->keys,
                                                 &inspect_key,
                                                 &witness->watches[i]);
  group_pause (witness->group, INSPECTION_MS);
  group_check (witness->group,
               GNUNET_CONTAINER_multihashmap_size (witness->keys)
                 <= witness->answers,
               "only %u answers for %u keys",
               witness->answers,
               GNUNET_CONTAINER_multihashmap_size (witness->keys));
}


static bool
contains (const struct Record *record, const void *what, size_t size)
{
  for (size_t at = 0; at + size <= record->size; at++)
    if (0 == memcmp (record->bytes + at, what, size))
      return true;
  return false;
}


/**
 * Is it of a type of ours, or under a key of ours?  What asks for any type is the
 * inspection.
 */
static bool
concerns_us (const struct Witness *witness, const struct Record *record)
{
  const struct GNUNET_HashCode *key = (const void *)record->bytes;

  return (GNUNET_BLOCK_TYPE_ANY != record->type)
         && (is_ours (record->type)
             || (GNUNET_YES
                 == GNUNET_CONTAINER_multihashmap_contains (witness->keys,
                                                            key)));
}


struct Sight
witness_look (const struct Witness *witness, const void *what, size_t size)
{
  struct Sight sight = { .ours = 0 };

  for (const struct Record *record = witness->records; NULL != record;
       record = record->next)
  {
    bool found = contains (record, what, size);
    bool ours = concerns_us (witness, record);

    sight.ours += ours;
    sight.ours_with += ours && found;
    sight.all_with += found;
  }
  return sight;
}
