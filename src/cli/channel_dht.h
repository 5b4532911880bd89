/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/channel_dht.h
 * @brief Puts a channel entry into the DHT, where peers that have the block plugin
 *        see it at once.
 *
 * There it is in the clear: whoever passes it on learns who may publish what.
 */
#ifndef MQTT_CLI_CHANNEL_DHT_H
#define MQTT_CLI_CHANNEL_DHT_H

#include "gnunet_mqtt_channel.h"

struct CLI_ChannelDht;

/**
 * It was handed over.
 */
typedef void (*CLI_ChannelDhtDone) (void *cls);


/**
 * Put an entry into the DHT.
 *
 * @param cfg configuration of the peer
 * @param text the entry, good and NUL-terminated
 * @param done called when the DHT service has it, never from within this call
 * @param cls closure for @a done
 */
struct CLI_ChannelDht *
CLI_channel_dht_put (const struct GNUNET_CONFIGURATION_Handle *cfg,
                     const char *text,
                     CLI_ChannelDhtDone done,
                     void *cls);


/**
 * End, also before it is done; not to be called from the callback.
 */
void
CLI_channel_dht_close (struct CLI_ChannelDht *dht);

#endif
