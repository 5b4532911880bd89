/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file plugin/plugin_block_mqtt.c
 * @brief Has a peer's DHT check channel entries that it keeps and passes on.
 *
 * Runs within GNUnet's DHT service, and in whatever else uses blocks.  All it is given
 * comes from strangers.
 */
#include <gnunet/gnunet_block_group_lib.h>
#include <gnunet/gnunet_block_plugin.h>
#include "../core/channel_block.h"

/** Bits a block sets in a filter of those that were seen. */
#define FILTER_BITS 16

/** Bytes of a filter whose size nobody says. */
#define FILTER_SIZE 8


/**
 * #GNUNET_BLOCK_GetKeyFunction
 */
static enum GNUNET_GenericReturnValue
get_key (void *cls,
         enum GNUNET_BLOCK_Type type,
         const void *block,
         size_t size,
         struct GNUNET_HashCode *key)
{
  struct MQTT_ChannelEntry entry;

  (void)cls;
  (void)type;
  memset (key, 0, sizeof (*key));
  if (MQTT_channel_entry_read_again (block, size, &entry))
    MQTT_channel_block_key (&entry.owner, &entry.peer, key);
  return GNUNET_OK;
}


/**
 * #GNUNET_BLOCK_GroupCreateFunction
 */
static struct GNUNET_BLOCK_Group *
create_group (void *cls,
              enum GNUNET_BLOCK_Type type,
              const void *raw_data,
              size_t raw_data_size,
              va_list va)
{
  const char *what = va_arg (va, const char *);
  size_t size = FILTER_SIZE;

  if (0 == strcmp (what, "seen-set-size"))
    size = GNUNET_BLOCK_GROUP_compute_bloomfilter_size (
      va_arg (va, unsigned int),
      FILTER_BITS);
  else if (0 == strcmp (what, "filter-size"))
    size = va_arg (va, unsigned int);
  return GNUNET_BLOCK_GROUP_bf_create (cls,
                                       size,
                                       FILTER_BITS,
                                       type,
                                       raw_data,
                                       raw_data_size);
}


/**
 * #GNUNET_BLOCK_QueryEvaluationFunction
 */
static enum GNUNET_GenericReturnValue
check_query (void *cls,
             enum GNUNET_BLOCK_Type type,
             const struct GNUNET_HashCode *query,
             const void *xquery,
             size_t xquery_size)
{
  (void)cls;
  (void)type;
  (void)query;
  return MQTT_channel_query_check (xquery, xquery_size) ? GNUNET_OK : GNUNET_NO;
}


/**
 * #GNUNET_BLOCK_BlockEvaluationFunction
 */
static enum GNUNET_GenericReturnValue
check_block (void *cls,
             enum GNUNET_BLOCK_Type type,
             const void *block,
             size_t size)
{
  uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;

  (void)cls;
  (void)type;
  return MQTT_channel_block_check (block, size, now_us) ? GNUNET_OK : GNUNET_NO;
}


/**
 * #GNUNET_BLOCK_ReplyEvaluationFunction
 */
static enum GNUNET_BLOCK_ReplyEvaluationResult
check_reply (void *cls,
             enum GNUNET_BLOCK_Type type,
             struct GNUNET_BLOCK_Group *group,
             const struct GNUNET_HashCode *query,
             const void *xquery,
             size_t xquery_size,
             const void *reply,
             size_t reply_size)
{
  struct GNUNET_HashCode hash;

  (void)cls;
  (void)type;
  (void)query;
  if (!MQTT_channel_query_matches (xquery, xquery_size, reply, reply_size))
    return GNUNET_BLOCK_REPLY_IRRELEVANT;
  GNUNET_CRYPTO_hash (reply, reply_size, &hash);
  return (GNUNET_YES == GNUNET_BLOCK_GROUP_bf_test_and_set (group, &hash))
           ? GNUNET_BLOCK_REPLY_OK_DUPLICATE
           : GNUNET_BLOCK_REPLY_OK_MORE;
}


/** Entry points, found by their names. */
void *
libgnunet_plugin_block_mqtt_init (void *cls);

void *
libgnunet_plugin_block_mqtt_done (void *cls);


void *
libgnunet_plugin_block_mqtt_init (void *cls)
{
  static const enum GNUNET_BLOCK_Type types[] = {
    MQTT_CHANNEL_BLOCK_TYPE,
    GNUNET_BLOCK_TYPE_ANY,
  };
  struct GNUNET_BLOCK_PluginFunctions *functions = GNUNET_new (
    struct GNUNET_BLOCK_PluginFunctions);

  (void)cls;
  functions->types = types;
  functions->get_key = &get_key;
  functions->create_group = &create_group;
  functions->check_query = &check_query;
  functions->check_block = &check_block;
  functions->check_reply = &check_reply;
  return functions;
}


void *
libgnunet_plugin_block_mqtt_done (void *cls)
{
  GNUNET_free (cls);
  return NULL;
}
