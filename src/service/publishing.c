/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/publishing.c
 * @brief How what is published at this peer is taken.
 */
#include "publishing.h"


/**
 * @return reason code
 */
static enum GNUNET_MQTT_ReasonCode
check_size (const struct MQTT_Publishing *publishing,
            const struct MQTT_Publication *publication)
{
  if (publication->payload_size > publishing->options->maximum_payload)
    return GNUNET_MQTT_PACKET_TOO_LARGE;
  return GNUNET_MQTT_SUCCESS;
}


/**
 * May this peer publish to a topic of this name?
 *
 * @param permit what was said of it last
 */
static enum GNUNET_MQTT_ReasonCode
allow (const struct MQTT_Publishing *publishing,
       const char *name,
       size_t size,
       struct MQTT_Permit *permit)
{
  if (MQTT_CHANNEL_OK
      == MQTT_ownership_judge (publishing->ownership, name, size, NULL, permit))
    return GNUNET_MQTT_SUCCESS;
  MQTT_count (publishing->counters, MQTT_COUNT_PUBLISH_NOT_ALLOWED, 1);
  return GNUNET_MQTT_NOT_AUTHORIZED;
}


enum GNUNET_MQTT_ReasonCode
MQTT_publishing_allow (const struct MQTT_Publishing *publishing,
                       struct MQTT_Topic *topic)
{
  return allow (publishing, topic->name, topic->name_size, &topic->permit);
}


enum GNUNET_MQTT_ReasonCode
MQTT_publishing_check (const struct MQTT_Publishing *publishing,
                       struct MQTT_Topic *topic,
                       const struct MQTT_Publication *publication)
{
  enum GNUNET_MQTT_ReasonCode reason = check_size (publishing, publication);

  return (GNUNET_MQTT_SUCCESS == reason)
           ? MQTT_publishing_allow (publishing, topic)
           : reason;
}


enum GNUNET_MQTT_ReasonCode
MQTT_publishing_check_will (const struct MQTT_Publishing *publishing,
                            const struct MQTT_IpcWill *will)
{
  enum GNUNET_MQTT_ReasonCode reason = check_size (publishing,
                                                   &will->publication);
  struct MQTT_Permit permit = { 0 };

  return (GNUNET_MQTT_SUCCESS == reason)
           ? allow (publishing, will->topic, will->topic_size, &permit)
           : reason;
}


/**
 * Retain a message, if it is to be.
 *
 * @return false if there is no room
 */
static bool
retain (const struct MQTT_Publishing *publishing,
        struct MQTT_Topic *topic,
        struct MQTT_Message *message)
{
  return !message->retain
         || MQTT_retention_publish (publishing->retention, topic, message);
}


bool
MQTT_publishing_publish (const struct MQTT_Publishing *publishing,
                         struct MQTT_Topic *topic,
                         struct MQTT_Message *message,
                         const struct MQTT_Subscriber *publisher,
                         struct MQTT_Source *source)
{
  struct MQTT_Audience here;

  if (!retain (publishing, topic, message))
    return false;
  MQTT_outreach_choose (publishing->outreaches, topic, message, &here);
  MQTT_router_publish (publishing->router,
                       publishing->outreaches,
                       topic,
                       message,
                       &here,
                       publisher,
                       source);
  return true;
}


struct MQTT_Promise *
MQTT_publishing_promise (const struct MQTT_Publishing *publishing,
                         struct MQTT_Topic *topic,
                         struct MQTT_Message *message,
                         const struct MQTT_Subscriber *publisher,
                         struct MQTT_Source *source)
{
  struct MQTT_Promise *promise;
  struct MQTT_Audience here;

  if (!MQTT_outreach_ready (publishing->outreaches, topic, message, &here)
      || !MQTT_router_ready (topic, message, &here, publisher))
    return NULL;
  if (message->retain)
    MQTT_retention_stamp (publishing->retention, topic, message);
  promise = MQTT_promise_begin (publishing->promises, topic, message);
  if (NULL == promise)
    return NULL;
  if (!retain (publishing, topic, message))
  {
    MQTT_promise_take_back (promise);
    message->stored = 0;
    return NULL;
  }
  MQTT_router_publish (publishing->router,
                       publishing->outreaches,
                       topic,
                       message,
                       &here,
                       publisher,
                       source);
  if (NULL != source)
    MQTT_outreach_slow (publishing->outreaches,
                        topic,
                        MQTT_promise_source (promise));
  return promise;
}
