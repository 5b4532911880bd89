/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/will_record.c
 * @brief A will in the store.
 */
#include "will_record.h"
#include "../stream/stream.h"

/** What reading one needs to know. */
struct Reading
{
  struct MQTT_Topics *topics;
  struct MQTT_Shelved *will;
  /** It is there. */
  bool found;
};


uint64_t
MQTT_will_write (struct MQTT_Store *store,
                 const struct MQTT_Bytes *topic,
                 const struct MQTT_Publication *will)
{
  uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  struct MQTT_Message *message = MQTT_message_create (will, now_us);
  const struct MQTT_StoreMessage record = {
    .published_us = now_us,
    .expires_us = (MQTT_NEVER == will->expiry_us) ? 0 : message->expires_us,
    .topic = *topic,
    .body = { .data = message->body, .size = message->body_size },
    .properties_size = message->properties_size,
    .version = message->version,
    .qos = message->qos,
    .retain = message->retain,
    .will = message->will,
  };
  uint64_t id = MQTT_store_message_put (store, &record);

  MQTT_message_unref (message);
  return id;
}


/**
 * The will was read: #MQTT_StoreMessageCallback.
 */
static void
handle_read (void *cls, const struct MQTT_StoreMessage *record)
{
  struct Reading *reading = cls;
  const uint8_t *body = record->body.data;
  const struct MQTT_Publication publication = {
    .properties = body,
    .properties_size = record->properties_size,
    .payload = body + record->properties_size,
    .payload_size = record->body.size - record->properties_size,
    .expiry_us = (0 == record->expires_us)
                   ? MQTT_NEVER
                   : record->expires_us - record->published_us,
    .version = record->version,
    .qos = record->qos,
    .retain = record->retain,
    .will = record->will,
  };

  reading->found = true;
  reading->will->topic = MQTT_topics_get (reading->topics,
                                          record->topic.data,
                                          record->topic.size);
  if (NULL != reading->will->topic)
    reading->will->message = MQTT_message_create (&publication,
                                                  MQTT_stream_now ());
}


bool
MQTT_will_read (struct MQTT_Store *store,
                struct MQTT_Topics *topics,
                uint64_t id,
                struct MQTT_Shelved *will)
{
  struct Reading reading = { .topics = topics, .will = will };
  bool read;

  *will = (struct MQTT_Shelved){ .message = NULL };
  read = MQTT_store_messages_read (store, &id, 1, &handle_read, &reading);
  will->gone = read && !reading.found;
  return NULL != will->message;
}
