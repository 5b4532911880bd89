/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_retained.c
 * @brief Retained messages of the store, and topics that were cleared.
 */
#include "store_internal.h"


bool
MQTT_store_retained_put (struct MQTT_Store *store,
                         const struct MQTT_StoreRetained *retained)
{
  return MQTT_store_write (store,
                           MQTT_STORE_RETAINED_PUT,
                           MQTT_STORE_VALUES{
                             VALUE_BYTES (retained->topic),
                             VALUE_ID (retained->message),
                             VALUE_NUMBER (retained->clock_us),
                             VALUE_NUMBER (retained->run),
                             VALUE_NUMBER (retained->sequence),
                             VALUE_NUMBER (retained->expires_us),
                             VALUE_NUMBER (retained->own),
                             VALUE_NUMBER (retained->hidden),
                             VALUE_END,
                           });
}


void
MQTT_store_retained_remove (struct MQTT_Store *store,
                            const struct MQTT_Bytes *topic)
{
  MQTT_store_remove (store,
                     MQTT_STORE_RETAINED_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_BYTES (*topic), VALUE_END });
}


bool
MQTT_store_retained_load (struct MQTT_Store *store,
                          MQTT_StoreRetainedCallback callback,
                          void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_RETAINED_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreRetained retained = {
      .topic = MQTT_store_column_bytes (row, 0),
      .message = MQTT_store_column (row, 1),
      .clock_us = MQTT_store_column (row, 2),
      .run = MQTT_store_column (row, 3),
      .sequence = MQTT_store_column (row, 4),
      .expires_us = MQTT_store_column (row, 5),
      .own = 0 != MQTT_store_column (row, 6),
      .hidden = 0 != MQTT_store_column (row, 7),
      .size = MQTT_store_column (row, 8),
    };

    callback (cls, &retained);
  }
  return ok;
}
