/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_backlog.c
 * @brief Messages that the store keeps for subscribers that are still to be found,
 *        and who has got them.
 */
#include "store_backlog.h"
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
MQTT_store_backlog_remove (struct MQTT_Store *store,
                           const uint64_t *messages,
                           unsigned int count)
{
  struct GNUNET_Buffer list = { 0 };
  struct MQTT_Bytes bytes;

  for (unsigned int i = 0; i < count; i++)
    GNUNET_buffer_write_fstr (&list,
                              "%c%llu",
                              (0 == i) ? '[' : ',',
                              (unsigned long long)messages[i]);
  GNUNET_buffer_write_str (&list, "]");
  bytes = (struct MQTT_Bytes){ .data = list.mem, .size = list.position };
  MQTT_store_remove (store,
                     MQTT_STORE_BACKLOG_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_BYTES (bytes), VALUE_END });
  MQTT_store_remove (store,
                     MQTT_STORE_HAD_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_BYTES (bytes), VALUE_END });
  GNUNET_buffer_clear (&list);
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
      .had = 0 != MQTT_store_column (row, 6),
      .groups = MQTT_store_column_bytes (row, 7),
    };

    callback (cls, &kept);
  }
  return ok;
}


bool
MQTT_store_had_put (struct MQTT_Store *store, const struct MQTT_StoreHad *had)
{
  const struct MQTT_Bytes peer = {
    .data = had->peer,
    .size = (NULL == had->peer) ? 0 : sizeof (*had->peer),
  };

  return MQTT_store_write (store,
                           MQTT_STORE_HAD_PUT,
                           MQTT_STORE_VALUES{
                             VALUE_NUMBER (had->message),
                             VALUE_BYTES (peer),
                             VALUE_NUMBER (had->only),
                             VALUE_BYTES (had->groups),
                             VALUE_END,
                           });
}


bool
MQTT_store_had_has (struct MQTT_Store *store,
                    uint64_t message,
                    const struct GNUNET_PeerIdentity *peer,
                    bool *has)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (
    store,
    MQTT_STORE_HAD_HAS,
    MQTT_STORE_VALUES{ VALUE_NUMBER (message), VALUE_PEER (peer), VALUE_END });

  *has = false;
  while (MQTT_store_next (store, row, &ok))
    *has = true;
  return ok;
}
