/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/dht.c
 * @brief The DHT of this peer.
 */
#include "dht.h"
#include <gnunet/gnunet_dht_service.h>

/** Copies of a block, as the REGEX service asks for. */
#define REPLICATION 5

/** The same of an invitation: it should pass those who look for it already, since
    what is put reaches nobody else before he asks anew. */
#define REPLICATION_INVITATION GNUNET_DHT_MAXIMUM_REPLICATION_LEVEL

/** Searches that the API's table is made for. */
#define TABLE_SIZE 64

struct MQTT_Dht
{
  struct GNUNET_DHT_Handle *handle;
  struct GNUNET_DHT_MonitorHandle *monitor;
  struct MQTT_DhtOps ops;
  MQTT_DhtSeen seen;
  void *cls;
};

/** A search. */
struct Get
{
  struct GNUNET_DHT_GetHandle *handle;
  MQTT_DhtResult result;
  void *cls;
};


static void
put (void *cls,
     enum MQTT_DhtKind kind,
     const struct GNUNET_HashCode *key,
     const void *block,
     size_t size,
     struct GNUNET_TIME_Absolute expiration)
{
  const struct MQTT_Dht *dht = cls;

  (void)GNUNET_DHT_put (
    dht->handle,
    key,
    (MQTT_DHT_INVITATION == kind) ? REPLICATION_INVITATION : REPLICATION,
    GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
    (MQTT_DHT_STATE == kind) ? GNUNET_BLOCK_TYPE_REGEX
                             : GNUNET_BLOCK_TYPE_REGEX_ACCEPT,
    size,
    block,
    expiration,
    NULL,
    NULL);
}


/**
 * #GNUNET_DHT_GetIterator
 */
static void /* NOLINTNEXTLINE(readability-function-size): GNUnet's */
handle_result (void *cls,
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
  struct Get *get = cls;

  (void)expiration;
  (void)key;
  (void)trunc_peer;
  (void)get_path;
  (void)get_path_length;
  (void)put_path;
  (void)put_path_length;
  (void)type;
  get->result (get->cls, data, size);
}


static void *
start_get (void *cls,
           const struct GNUNET_HashCode *key,
           MQTT_DhtResult result,
           void *result_cls)
{
  const struct MQTT_Dht *dht = cls;
  struct Get *get = GNUNET_new (struct Get);

  get->result = result;
  get->cls = result_cls;
  get->handle = GNUNET_DHT_get_start (dht->handle,
                                      GNUNET_BLOCK_TYPE_REGEX_ACCEPT,
                                      key,
                                      REPLICATION,
                                      GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                                      NULL,
                                      0,
                                      &handle_result,
                                      get);
  return get;
}


static void
end_get (void *cls, void *handle)
{
  struct Get *get = handle;

  (void)cls;
  GNUNET_DHT_get_stop (get->handle);
  GNUNET_free (get);
}


/**
 * A GET passes this peer: #GNUNET_DHT_MonitorGetCB.
 */
static void
handle_get (void *cls,
            enum GNUNET_DHT_RouteOption options,
            enum GNUNET_BLOCK_Type type,
            uint32_t hop_count,
            uint32_t replication,
            const struct GNUNET_HashCode *key)
{
  struct MQTT_Dht *dht = cls;

  (void)options;
  (void)replication;
  /* The service tells of more than was asked for. */
  if ((0 == hop_count) && (GNUNET_BLOCK_TYPE_REGEX_ACCEPT == type))
    dht->seen (dht->cls, key);
}


struct MQTT_Dht *
MQTT_dht_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                 MQTT_DhtSeen seen,
                 void *cls)
{
  struct MQTT_Dht *dht = GNUNET_new (struct MQTT_Dht);

  dht->handle = GNUNET_DHT_connect (cfg, TABLE_SIZE);
  if (NULL == dht->handle)
  {
    GNUNET_free (dht);
    return NULL;
  }
  dht->seen = seen;
  dht->cls = cls;
  dht->monitor = GNUNET_DHT_monitor_start (dht->handle,
                                           GNUNET_BLOCK_TYPE_REGEX_ACCEPT,
                                           NULL,
                                           &handle_get,
                                           NULL,
                                           NULL,
                                           dht);
  dht->ops = (struct MQTT_DhtOps){
    .put = &put,
    .get = &start_get,
    .get_end = &end_get,
    .cls = dht,
  };
  return dht;
}


void
MQTT_dht_destroy (struct MQTT_Dht *dht)
{
  GNUNET_DHT_monitor_stop (dht->monitor);
  GNUNET_DHT_disconnect (dht->handle);
  GNUNET_free (dht);
}


const struct MQTT_DhtOps *
MQTT_dht_ops (struct MQTT_Dht *dht)
{
  return &dht->ops;
}
