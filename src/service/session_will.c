/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_will.c
 * @brief Wills: kept in the store, published when their time has come (3.1.2.5).
 */
#include "hosted.h"
#include "will_record.h"


uint64_t
MQTT_hosted_will_put (struct MQTT_Sessions *sessions,
                      const struct MQTT_IpcWill *will)
{
  const struct MQTT_Bytes topic = {
    .data = will->topic,
    .size = will->topic_size,
  };
  struct MQTT_Publication publication = will->publication;

  publication.will = true;
  publication.version = (struct MQTT_Version){
    .run = sessions->run,
    .sequence = ++sessions->last_will,
  };
  return MQTT_will_write (sessions->config.store, &topic, &publication);
}


void
MQTT_hosted_will_announce (struct MQTT_HostedSession *hosted,
                           uint64_t will,
                           uint32_t delay_s)
{
  struct MQTT_Testaments *testaments = hosted->sessions->config.testaments;

  if ((will == hosted->announced) || (NULL == testaments))
    return;
  if (NULL != hosted->testament)
    MQTT_testament_end (hosted->testament, false);
  hosted->testament = (0 == will)
                        ? NULL
                        : MQTT_testament_create (testaments, will, delay_s);
  hosted->announced = will;
}


void
MQTT_hosted_will_take (struct MQTT_HostedSession *hosted)
{
  bool read;

  GNUNET_assert (NULL == hosted->due_will);
  read = MQTT_will_read (hosted->sessions->config.store,
                         hosted->sessions->config.topics,
                         hosted->will,
                         &hosted->due_topic,
                         &hosted->due_will);
  hosted->will = 0;
  if (read)
  {
    hosted->due_testament = hosted->testament;
    hosted->testament = NULL;
    hosted->announced = 0;
    return;
  }
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
  struct MQTT_Testament *testament = hosted->due_testament;
  struct MQTT_Promise *promise = NULL;
  struct MQTT_Audience here;

  hosted->due_will = NULL;
  hosted->due_topic = NULL;
  hosted->due_testament = NULL;
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
      (void)MQTT_retention_publish (publishing->retention, topic, message);
    MQTT_outreach_choose (publishing->outreaches, topic, message, &here);
    MQTT_router_publish (publishing->router,
                         publishing->outreaches,
                         topic,
                         message,
                         &here,
                         &hosted->subscriber,
                         NULL);
    MQTT_count (publishing->counters, MQTT_COUNT_WILLS_PUBLISHED, 1);
  }
  /* At QoS 0 what was published may be lost, and the will with it. */
  if (NULL != testament)
    MQTT_testament_end (testament, NULL != promise);
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}
