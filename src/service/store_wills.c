/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_wills.c
 * @brief What the store keeps of the wills of other peers' clients.
 */
#include "store_wills.h"
#include "store_internal.h"


bool
MQTT_store_remote_will_put (struct MQTT_Store *store,
                            const struct MQTT_StoreRemoteWill *will)
{
  return MQTT_store_write (store,
                           MQTT_STORE_REMOTE_WILL_PUT,
                           MQTT_STORE_VALUES{
                             VALUE_PEER (&will->peer),
                             VALUE_NUMBER (will->run),
                             VALUE_NUMBER (will->sequence),
                             VALUE_ID (will->message),
                             VALUE_NUMBER (will->delay_us),
                             VALUE_NUMBER (will->told_us),
                             VALUE_END,
                           });
}


void
MQTT_store_remote_will_remove (struct MQTT_Store *store,
                               const struct MQTT_StoreRemoteWill *will)
{
  MQTT_store_remove (store,
                     MQTT_STORE_REMOTE_WILL_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_PEER (&will->peer),
                                        VALUE_NUMBER (will->run),
                                        VALUE_NUMBER (will->sequence),
                                        VALUE_END });
}


bool
MQTT_store_remote_wills_load (struct MQTT_Store *store,
                              MQTT_StoreRemoteWillCallback callback,
                              void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store,
                                         MQTT_STORE_REMOTE_WILLS_LOAD,
                                         NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreRemoteWill will = {
      .run = MQTT_store_column (row, 1),
      .sequence = MQTT_store_column (row, 2),
      .message = MQTT_store_column (row, 3),
      .delay_us = MQTT_store_column (row, 4),
      .told_us = MQTT_store_column (row, 5),
      .bytes = MQTT_store_column (row, 6),
    };

    if (MQTT_store_column_peer (row, 0, &will.peer))
      callback (cls, &will);
  }
  return ok;
}
