/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/channel_dht.c
 * @brief Puts a channel entry into the DHT.
 */
#include "channel_dht.h"
#include <gnunet/gnunet_dht_service.h>

/** At how many peers it is to be kept. */
#define REPLICATION 5

/** For how long. */
#define LIFETIME GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_DAYS, 30)

struct CLI_ChannelDht
{
  struct GNUNET_DHT_Handle *handle;
  struct GNUNET_DHT_PutHandle *put;
  CLI_ChannelDhtDone done;
  void *cls;
};


static void
on_put (void *cls)
{
  struct CLI_ChannelDht *dht = cls;

  dht->put = NULL;
  dht->done (dht->cls);
}


struct CLI_ChannelDht *
CLI_channel_dht_put (const struct GNUNET_CONFIGURATION_Handle *cfg,
                     const char *text,
                     CLI_ChannelDhtDone done,
                     void *cls)
{
  struct CLI_ChannelDht *dht = GNUNET_new (struct CLI_ChannelDht);
  struct GNUNET_HashCode key;
  size_t size;
  void *block = GNUNET_MQTT_channel_block (text, strlen (text), &key, &size);

  dht->done = done;
  dht->cls = cls;
  dht->handle = GNUNET_DHT_connect (cfg, 1);
  dht->put = GNUNET_DHT_put (dht->handle,
                             &key,
                             REPLICATION,
                             GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                             GNUNET_MQTT_CHANNEL_BLOCK_TYPE,
                             size,
                             block,
                             GNUNET_TIME_relative_to_absolute (LIFETIME),
                             &on_put,
                             dht);
  GNUNET_free (block);
  return dht;
}


void
CLI_channel_dht_close (struct CLI_ChannelDht *dht)
{
  if (NULL != dht->put)
    GNUNET_DHT_put_cancel (dht->put);
  GNUNET_DHT_disconnect (dht->handle);
  GNUNET_free (dht);
}
