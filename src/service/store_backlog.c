/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_backlog.c
 * @brief Messages that the store keeps for subscribers that are still to be found.
 */
#include "store_internal.h"


bool
MQTT_store_backlog_put (struct MQTT_Store *store, uint64_t message, bool given)
{
  return MQTT_store_write (store,
                           MQTT_STORE_BACKLOG_PUT,
                           MQTT_STORE_VALUES{
                             VALUE_NUMBER (message),
                             VALUE_NUMBER (given),
                             VALUE_END,
                           });
}


void
MQTT_store_backlog_remove (struct MQTT_Store *store, uint64_t message)
{
  MQTT_store_remove (store,
                     MQTT_STORE_BACKLOG_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_NUMBER (message), VALUE_END });
}


bool
MQTT_store_backlog_load (struct MQTT_Store *store,
                         MQTT_StoreKeptCallback callback,
                         void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_BACKLOG_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreKept kept = {
      .message = MQTT_store_column (row, 0),
      .given = 0 != MQTT_store_column (row, 1),
      .published_us = MQTT_store_column (row, 2),
      .expires_us = MQTT_store_column (row, 3),
      .body_size = MQTT_store_column (row, 4),
      .topic = MQTT_store_column_bytes (row, 5),
    };

    callback (cls, &kept);
  }
  return ok;
}
