/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_queues.c
 * @brief What waits in the store for sessions, and what they have half received.
 */
#include "store_internal.h"


bool
MQTT_store_queue_put (struct MQTT_Store *store,
                      const struct MQTT_StoreQueued *queued)
{
  if (!MQTT_store_write (store,
                         MQTT_STORE_QUEUE_PUT,
                         MQTT_STORE_VALUES{
                           VALUE_NUMBER (queued->session),
                           VALUE_NUMBER (queued->position),
                           VALUE_NUMBER (queued->message),
                           VALUE_NUMBER (queued->expires_us),
                           VALUE_NUMBER (queued->size),
                           VALUE_NUMBER (queued->qos),
                           VALUE_NUMBER (queued->retain),
                           VALUE_NUMBER (queued->state),
                           VALUE_BYTES (queued->extra),
                           VALUE_END,
                         }))
    return false;
  /* Refused is the message, if anything. */
  MQTT_store_use_room (store, queued->extra.size);
  return true;
}


bool
MQTT_store_queue_update (struct MQTT_Store *store,
                         uint64_t session,
                         uint64_t position,
                         uint8_t state)
{
  return MQTT_store_write (store,
                           MQTT_STORE_QUEUE_UPDATE,
                           MQTT_STORE_VALUES{
                             VALUE_NUMBER (session),
                             VALUE_NUMBER (position),
                             VALUE_NUMBER (state),
                             VALUE_END,
                           });
}


void
MQTT_store_queue_remove (struct MQTT_Store *store,
                         uint64_t session,
                         uint64_t position)
{
  MQTT_store_remove (store,
                     MQTT_STORE_QUEUE_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_NUMBER (session),
                                        VALUE_NUMBER (position),
                                        VALUE_END });
}


bool
MQTT_store_queues_load (struct MQTT_Store *store,
                        MQTT_StoreQueuedCallback callback,
                        void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_QUEUES_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreQueued queued = {
      .session = MQTT_store_column (row, 0),
      .position = MQTT_store_column (row, 1),
      .message = MQTT_store_column (row, 2),
      .expires_us = MQTT_store_column (row, 3),
      .size = MQTT_store_column (row, 4),
      .qos = (uint8_t)MQTT_store_column (row, 5),
      .retain = 0 != MQTT_store_column (row, 6),
      .state = (uint8_t)MQTT_store_column (row, 7),
      .extra = MQTT_store_column_bytes (row, 8),
    };

    callback (cls, &queued);
  }
  return ok;
}


bool
MQTT_store_inbound_put (struct MQTT_Store *store,
                        uint64_t session,
                        uint16_t packet)
{
  return MQTT_store_write (store,
                           MQTT_STORE_INBOUND_PUT,
                           MQTT_STORE_VALUES{ VALUE_NUMBER (session),
                                              VALUE_NUMBER (packet),
                                              VALUE_END });
}


void
MQTT_store_inbound_remove (struct MQTT_Store *store,
                           uint64_t session,
                           uint16_t packet)
{
  MQTT_store_remove (store,
                     MQTT_STORE_INBOUND_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_NUMBER (session),
                                        VALUE_NUMBER (packet),
                                        VALUE_END });
}


bool
MQTT_store_inbound_load (struct MQTT_Store *store,
                         MQTT_StoreInboundCallback callback,
                         void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_INBOUND_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
    callback (cls,
              MQTT_store_column (row, 0),
              (uint16_t)MQTT_store_column (row, 1));
  return ok;
}
