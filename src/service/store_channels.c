/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_channels.c
 * @brief The channel entries that the store keeps.
 */
#include "store_channels.h"
#include "store_internal.h"


bool
MQTT_store_channel_put (struct MQTT_Store *store,
                        const void *entry,
                        size_t size)
{
  const struct MQTT_Bytes bytes = { .data = entry, .size = size };

  return MQTT_store_make_room (store, size)
         && MQTT_store_write (
           store,
           MQTT_STORE_CHANNEL_PUT,
           MQTT_STORE_VALUES{ VALUE_BYTES (bytes), VALUE_END });
}


void
MQTT_store_channel_remove (struct MQTT_Store *store,
                           const void *entry,
                           size_t size)
{
  const struct MQTT_Bytes bytes = { .data = entry, .size = size };

  MQTT_store_remove (store,
                     MQTT_STORE_CHANNEL_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_BYTES (bytes), VALUE_END });
}


bool
MQTT_store_channels_load (struct MQTT_Store *store,
                          MQTT_StoreChannelCallback callback,
                          void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_CHANNELS_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    const struct MQTT_Bytes entry = MQTT_store_column_bytes (row, 0);

    callback (cls, entry.data, entry.size);
  }
  return ok;
}
