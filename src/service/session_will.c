/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_will.c
 * @brief Wills: kept in the store, published when their time has come (3.1.2.5).
 */
#include "hosted.h"
#include "will_record.h"

struct MQTT_HostedWill
{
  /** The will that other peers are told of, and how they are; NULL if they are not. */
  uint64_t announced;
  struct MQTT_Testament *testament;
  /** A will to be published as soon as the core can be called; else NULL. */
  struct MQTT_Message *message;
  struct MQTT_Topic *topic;
  struct MQTT_Testament *due;
};


static struct MQTT_HostedWill *
get_work (struct MQTT_HostedSession *hosted)
{
  if (NULL == hosted->will_work)
    hosted->will_work = GNUNET_new (struct MQTT_HostedWill);
  return hosted->will_work;
}


/**
 * Free it if there is nothing to be done with a will.
 */
static void
trim_work (struct MQTT_HostedSession *hosted)
{
  const struct MQTT_HostedWill *work = hosted->will_work;

  if ((0 == work->announced) && (NULL == work->message))
    GNUNET_free (hosted->will_work);
}


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
  struct MQTT_HostedWill *work = hosted->will_work;

  if ((will == ((NULL == work) ? 0 : work->announced)) || (NULL == testaments))
    return;
  work = get_work (hosted);
  if (NULL != work->testament)
    MQTT_testament_end (work->testament, false);
  work->testament = (0 == will)
                      ? NULL
                      : MQTT_testament_create (testaments, will, delay_s);
  work->announced = will;
  trim_work (hosted);
}


void
MQTT_hosted_will_take (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedWill *work = get_work (hosted);
  bool read;

  GNUNET_assert (NULL == work->message);
  read = MQTT_will_read (hosted->sessions->config.store,
                         hosted->sessions->config.topics,
                         hosted->will,
                         &work->topic,
                         &work->message);
  hosted->will = 0;
  if (read)
  {
    work->due = work->testament;
    work->testament = NULL;
    work->announced = 0;
    return;
  }
  trim_work (hosted);
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
  struct MQTT_HostedWill *work = hosted->will_work;
  struct MQTT_Message *message;
  struct MQTT_Topic *topic;
  struct MQTT_Testament *testament;
  struct MQTT_Promise *promise = NULL;

  if ((NULL == work) || (NULL == work->message))
    return;
  message = work->message;
  topic = work->topic;
  testament = work->due;
  work->message = NULL;
  trim_work (hosted);
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
    MQTT_router_publish (publishing->router,
                         publishing->outreaches,
                         topic,
                         message,
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
