/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_channels.h
 * @brief The channel entries that the store keeps.  It knows nothing of what they say.
 */
#ifndef MQTT_SERVICE_STORE_CHANNELS_H
#define MQTT_SERVICE_STORE_CHANNELS_H

#include "store.h"

/**
 * @param cls closure
 * @param entry bytes of an entry, valid until it returns
 * @param size how many
 */
typedef void (*MQTT_StoreChannelCallback) (void *cls,
                                           const void *entry,
                                           size_t size);


/**
 * Write an entry, if it is not there.
 *
 * @return false if it cannot be written
 */
bool
MQTT_store_channel_put (struct MQTT_Store *store,
                        const void *entry,
                        size_t size);


void
MQTT_store_channel_remove (struct MQTT_Store *store,
                           const void *entry,
                           size_t size);


/**
 * Read the entries.
 *
 * @param store the store
 * @param callback called for each; may remove it
 * @param cls closure
 * @return false if they cannot be read
 */
bool
MQTT_store_channels_load (struct MQTT_Store *store,
                          MQTT_StoreChannelCallback callback,
                          void *cls);

#endif
