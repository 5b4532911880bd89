/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/executor_publish.c
 * @brief How the will of another peer's client is published here.
 */
#include "executor_publish.h"
#include "promise.h"
#include "router.h"


/**
 * #MQTT_PromiseDone: subscribers see to what they were given.
 */
static void
ignore_kept (void *cls, bool kept)
{
  (void)cls;
  (void)kept;
}


/**
 * May the peer still publish to the topic?
 */
static bool
is_allowed (const struct MQTT_LinksConfig *config,
            const struct GNUNET_PeerIdentity *peer,
            const struct MQTT_Topic *topic)
{
  struct MQTT_Permit permit = { 0 };

  return MQTT_CHANNEL_OK
         == MQTT_ownership_judge (config->ownership,
                                  topic->name,
                                  topic->name_size,
                                  peer,
                                  &permit);
}


bool
MQTT_executor_publish (const struct MQTT_LinksConfig *config,
                       const struct GNUNET_PeerIdentity *peer,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message)
{
  const struct MQTT_Audience audience = { .plain = true };
  struct MQTT_Promise *promise = NULL;

  if (!is_allowed (config, peer, topic))
    return false;
  /* Before it is written. */
  if (message->retain)
    message->version.time_us = GNUNET_TIME_absolute_get ().abs_value_us;
  if ((0 != message->qos)
      && !MQTT_router_ready (topic, message, &audience, NULL))
    message->qos = 0;
  if ((0 != message->qos) && MQTT_router_must_store (topic))
  {
    promise = MQTT_promise_begin (config->promises, topic, message);
    if (NULL == promise)
      message->qos = 0;
  }
  MQTT_copies_take (config->copies, peer, topic, message, false);
  config->deliver (config->cls, topic, message, &audience, NULL);
  if (NULL != promise)
    MQTT_promise_seal (promise, &ignore_kept, NULL);
  return true;
}
