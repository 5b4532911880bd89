/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_messages.c
 * @brief Messages of the store.
 */
#include "store_internal.h"


uint64_t
MQTT_store_message_put (struct MQTT_Store *store,
                        const struct MQTT_StoreMessage *message)
{
  const struct MQTT_StoreValue *values = MQTT_STORE_VALUES{
    VALUE_NUMBER (store->next_message),
    VALUE_BYTES (message->topic),
    VALUE_NUMBER (message->qos),
    VALUE_NUMBER (message->retain),
    VALUE_NUMBER (message->published_us),
    VALUE_NUMBER (message->expires_us),
    VALUE_NUMBER (message->properties_size),
    VALUE_NUMBER (message->version.time_us),
    VALUE_NUMBER (message->version.run),
    VALUE_NUMBER (message->version.sequence),
    VALUE_NUMBER (message->will),
    VALUE_BYTES (message->body),
    VALUE_END,
  };

  if (!MQTT_store_make_room (store, message->topic.size + message->body.size)
      || !MQTT_store_write (store, MQTT_STORE_MESSAGE_PUT, values))
    return 0;
  return store->next_message++;
}


uint64_t
MQTT_store_message_newest (const struct MQTT_Store *store)
{
  return store->next_message - 1;
}


void
MQTT_store_message_drop (struct MQTT_Store *store, uint64_t id)
{
  MQTT_store_remove (store,
                     MQTT_STORE_MESSAGE_DROP,
                     MQTT_STORE_VALUES{ VALUE_NUMBER (id), VALUE_END });
}


/**
 * Does a row of the file make sense?  It may have been written by somebody else.
 */
static bool
is_sound (const struct MQTT_StoreMessage *message)
{
  return (message->qos <= 2) && (message->properties_size <= message->body.size)
         && MQTT_properties_check (message->body.data,
                                   message->properties_size);
}


bool
MQTT_store_messages_read (struct MQTT_Store *store,
                          const uint64_t *ids,
                          unsigned int count,
                          MQTT_StoreMessageCallback callback,
                          void *cls)
{
  bool ok = true;

  for (unsigned int i = 0; ok && (i < count); i++)
  {
    sqlite3_stmt *row = MQTT_store_select (
      store,
      MQTT_STORE_MESSAGE_READ,
      MQTT_STORE_VALUES{ VALUE_NUMBER (ids[i]), VALUE_END });
    struct MQTT_StoreMessage message;

    if (!MQTT_store_next (store, row, &ok))
      continue;
    message = (struct MQTT_StoreMessage){
      .id = MQTT_store_column (row, 0),
      .topic = MQTT_store_column_bytes (row, 1),
      .qos = (uint8_t)MQTT_store_column (row, 2),
      .retain = 0 != MQTT_store_column (row, 3),
      .published_us = MQTT_store_column (row, 4),
      .expires_us = MQTT_store_column (row, 5),
      .properties_size = (uint32_t)MQTT_store_column (row, 6),
      .version = { .time_us = MQTT_store_column (row, 7),
                   .run = MQTT_store_column (row, 8),
                   .sequence = MQTT_store_column (row, 9) },
      .will = 0 != MQTT_store_column (row, 10),
      .body = MQTT_store_column_bytes (row, 11),
    };
    if (is_sound (&message))
      callback (cls, &message);
    else
      GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                  "Store %s has a broken message, %llu\n",
                  store->options.file,
                  (unsigned long long)message.id);
    MQTT_store_stop (row);
  }
  return ok;
}
