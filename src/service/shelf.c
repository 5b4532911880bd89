/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/shelf.c
 * @brief Stored messages by their names, some of them in memory.
 */
#include "shelf.h"
#include "../stream/stream.h"

/** A message in memory. */
struct Place
{
  /** In the order of use, the latest last. */
  struct Place *prev;
  struct Place *next;
  struct MQTT_Shelved shelved;
  uint64_t name;
};

struct MQTT_Shelf
{
  struct MQTT_Store *store;
  struct MQTT_Topics *topics;
  /** Places by the lower half of their names, which is as good as unique. */
  struct GNUNET_CONTAINER_MultiHashMap32 *places;
  struct Place *head;
  struct Place *tail;
  size_t limit;
  size_t used;
};

/** What reading a message needs to know. */
struct Reading
{
  struct MQTT_Shelf *shelf;
  struct MQTT_Shelved *shelved;
  /** It is there. */
  bool found;
};


uint64_t
MQTT_shelf_calendar (uint64_t monotonic_us)
{
  uint64_t now_us = MQTT_stream_now ();
  struct GNUNET_TIME_Absolute calendar = GNUNET_TIME_absolute_get ();

  if (MQTT_NEVER == monotonic_us)
    return 0;
  return (monotonic_us < now_us)
           ? calendar.abs_value_us - (now_us - monotonic_us)
           : calendar.abs_value_us
               + GNUNET_MIN (monotonic_us - now_us,
                             UINT64_MAX - 1 - calendar.abs_value_us);
}


uint64_t
MQTT_shelf_monotonic (uint64_t calendar_us)
{
  uint64_t now_us = MQTT_stream_now ();
  struct GNUNET_TIME_Absolute calendar = GNUNET_TIME_absolute_get ();

  if (0 == calendar_us)
    return MQTT_NEVER;
  if (calendar_us < calendar.abs_value_us)
    return now_us - GNUNET_MIN (now_us, calendar.abs_value_us - calendar_us);
  return now_us
         + GNUNET_MIN (calendar_us - calendar.abs_value_us,
                       MQTT_NEVER - 1 - now_us);
}


struct MQTT_Shelf *
MQTT_shelf_create (struct MQTT_Store *store,
                   struct MQTT_Topics *topics,
                   size_t limit)
{
  struct MQTT_Shelf *shelf = GNUNET_new (struct MQTT_Shelf);

  shelf->store = store;
  shelf->topics = topics;
  shelf->limit = limit;
  shelf->places = GNUNET_CONTAINER_multihashmap32_create (64);
  return shelf;
}


static void
clear (struct MQTT_Shelf *shelf, struct Place *place)
{
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (shelf->places,
                                               (uint32_t)place->name,
                                               place));
  GNUNET_CONTAINER_DLL_remove (shelf->head, shelf->tail, place);
  shelf->used -= MQTT_message_memory (place->shelved.message);
  MQTT_shelf_put_back (&place->shelved);
  GNUNET_free (place);
}


void
MQTT_shelf_destroy (struct MQTT_Shelf *shelf)
{
  while (NULL != shelf->head)
    clear (shelf, shelf->head);
  GNUNET_CONTAINER_multihashmap32_destroy (shelf->places);
  GNUNET_free (shelf);
}


/**
 * Keep a message in memory, in place of those that were not used for longest.
 */
static void
keep (struct MQTT_Shelf *shelf, const struct MQTT_Shelved *shelved)
{
  size_t memory = MQTT_message_memory (shelved->message);
  struct Place *place;

  if (memory > shelf->limit)
    return;
  while (memory > shelf->limit - shelf->used)
    clear (shelf, shelf->head);
  place = GNUNET_new (struct Place);
  place->name = shelved->message->stored;
  place->shelved.message = MQTT_message_ref (shelved->message);
  place->shelved.topic = MQTT_topic_ref (shelved->topic);
  if (GNUNET_OK
      != GNUNET_CONTAINER_multihashmap32_put (
        shelf->places,
        (uint32_t)place->name,
        place,
        GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY))
  {
    MQTT_shelf_put_back (&place->shelved);
    GNUNET_free (place);
    return;
  }
  GNUNET_CONTAINER_DLL_insert_tail (shelf->head, shelf->tail, place);
  shelf->used += memory;
}


bool
MQTT_shelf_store (struct MQTT_Shelf *shelf,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message)
{
  const struct MQTT_StoreMessage record = {
    .published_us = GNUNET_TIME_absolute_get ().abs_value_us,
    .expires_us = MQTT_shelf_calendar (message->expires_us),
    .topic = { .data = topic->name, .size = topic->name_size },
    .body = { .data = message->body, .size = message->body_size },
    .properties_size = message->properties_size,
    .version = message->version,
    .qos = message->qos,
    .retain = message->retain,
    .will = message->will,
  };

  message->stored = MQTT_store_message_put (shelf->store, &record);
  if (0 == message->stored)
    return false;
  keep (shelf, &(struct MQTT_Shelved){ .message = message, .topic = topic });
  return true;
}


/**
 * A message was read: #MQTT_StoreMessageCallback.
 */
static void
handle_read (void *cls, const struct MQTT_StoreMessage *record)
{
  struct Reading *reading = cls;
  uint64_t now_us = MQTT_stream_now ();
  uint64_t expires_us = MQTT_shelf_monotonic (record->expires_us);
  const uint8_t *body = record->body.data;
  struct MQTT_Publication publication = {
    .properties = body,
    .properties_size = record->properties_size,
    .payload = body + record->properties_size,
    .payload_size = record->body.size - record->properties_size,
    .expiry_us = MQTT_NEVER,
    .version = record->version,
    .qos = record->qos,
    .retain = record->retain,
    .will = record->will,
  };
  struct MQTT_Topic *topic = MQTT_topics_get (reading->shelf->topics,
                                              record->topic.data,
                                              record->topic.size);

  reading->found = true;
  if (NULL == topic)
    return;
  reading->shelved->topic = topic;
  reading->shelved->message = MQTT_message_create (&publication, now_us);
  reading->shelved->message->expires_us = expires_us;
  reading->shelved->message->stored = record->id;
}


bool
MQTT_shelf_get (struct MQTT_Shelf *shelf,
                uint64_t name,
                struct MQTT_Shelved *shelved)
{
  struct Place *place = GNUNET_CONTAINER_multihashmap32_get (shelf->places,
                                                             (uint32_t)name);
  struct Reading reading = { .shelf = shelf, .shelved = shelved };
  bool read;

  if ((NULL != place) && (name == place->name))
  {
    GNUNET_CONTAINER_DLL_remove (shelf->head, shelf->tail, place);
    GNUNET_CONTAINER_DLL_insert_tail (shelf->head, shelf->tail, place);
    shelved->message = MQTT_message_ref (place->shelved.message);
    shelved->topic = MQTT_topic_ref (place->shelved.topic);
    shelved->gone = false;
    return true;
  }
  *shelved = (struct MQTT_Shelved){ .message = NULL };
  read = MQTT_store_messages_read (shelf->store,
                                   &name,
                                   1,
                                   &handle_read,
                                   &reading);
  shelved->gone = read && !reading.found;
  if (NULL == shelved->message)
    return false;
  keep (shelf, shelved);
  return true;
}


void
MQTT_shelf_put_back (struct MQTT_Shelved *shelved)
{
  if (NULL != shelved->message)
    MQTT_message_unref (shelved->message);
  if (NULL != shelved->topic)
    MQTT_topic_unref (shelved->topic);
  *shelved = (struct MQTT_Shelved){ .message = NULL };
}
