/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_will.c
 * @brief Wills: kept in the store, published when their time has come (3.1.2.5).
 */
#include "hosted.h"
#include "../stream/stream.h"


uint64_t
MQTT_hosted_will_put (struct MQTT_Sessions *sessions,
                      const struct MQTT_IpcWill *will)
{
  const struct MQTT_Publication *publication = &will->publication;
  uint64_t now_us = MQTT_hosted_now ();
  struct MQTT_Message *message = MQTT_message_create (publication, now_us);
  const struct MQTT_StoreMessage record = {
    .published_us = now_us,
    /* Tells the interval, which begins when it is published. */
    .expires_us = (MQTT_NEVER == publication->expiry_us) ? 0
                                                         : message->expires_us,
    .topic = { .data = will->topic, .size = will->topic_size },
    .body = { .data = message->body, .size = message->body_size },
    .properties_size = message->properties_size,
    .version = message->version,
    .qos = message->qos,
    .retain = message->retain,
    .will = message->will,
  };
  uint64_t id = MQTT_store_message_put (sessions->config.store, &record);

  MQTT_message_unref (message);
  return id;
}


/**
 * The will was read: #MQTT_StoreMessageCallback.
 */
static void
handle_read (void *cls, const struct MQTT_StoreMessage *record)
{
  struct MQTT_HostedSession *hosted = cls;
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

  hosted->due_topic = MQTT_topics_get (hosted->sessions->config.topics,
                                       record->topic.data,
                                       record->topic.size);
  if (NULL != hosted->due_topic)
    hosted->due_will = MQTT_message_create (&publication, MQTT_stream_now ());
}


void
MQTT_hosted_will_take (struct MQTT_HostedSession *hosted)
{
  GNUNET_assert (NULL == hosted->due_will);
  (void)MQTT_store_messages_read (hosted->sessions->config.store,
                                  &hosted->will,
                                  1,
                                  &handle_read,
                                  hosted);
  hosted->will = 0;
  if (NULL != hosted->due_will)
    return;
  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "Will of \"%.*s\" cannot be published: it cannot be read\n",
              (int)hosted->client_size,
              hosted->client);
  MQTT_count (hosted->sessions->config.publishing->counters,
              MQTT_COUNT_WILLS_LOST,
              1);
}


/**
 * It is on disk with all to whom it goes, or lost: #MQTT_PromiseDone.
 */
static void
handle_promised (void *cls, bool kept)
{
  struct MQTT_Counters *counters = cls;

  MQTT_count (counters,
              kept ? MQTT_COUNT_WILLS_PUBLISHED : MQTT_COUNT_WILLS_LOST,
              1);
}


void
MQTT_hosted_will_publish (struct MQTT_HostedSession *hosted)
{
  const struct MQTT_Publishing *publishing = hosted->sessions->config
                                               .publishing;
  struct MQTT_Message *message = hosted->due_will;
  struct MQTT_Topic *topic = hosted->due_topic;
  struct MQTT_Promise *promise = NULL;

  hosted->due_will = NULL;
  hosted->due_topic = NULL;
  if (GNUNET_MQTT_SUCCESS != MQTT_publishing_allow (publishing, topic))
  {
    MQTT_count (publishing->counters, MQTT_COUNT_WILLS_LOST, 1);
    MQTT_message_unref (message);
    MQTT_topic_unref (topic);
    return;
  }
  if (0 != message->qos)
    promise = MQTT_publishing_promise (publishing,
                                       topic,
                                       message,
                                       &hosted->subscriber,
                                       NULL);
  if (NULL != promise)
    MQTT_promise_seal (promise, &handle_promised, publishing->counters);
  else
  {
    /* Nobody is there to be refused: those who are connected hear it. */
    message->qos = 0;
    if (message->retain)
      (void)MQTT_retention_take (publishing->retention, topic, message);
    MQTT_router_publish (publishing->router,
                         publishing->outreaches,
                         topic,
                         message,
                         &hosted->subscriber,
                         NULL);
    MQTT_count (publishing->counters, MQTT_COUNT_WILLS_PUBLISHED, 1);
  }
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}
