/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_text.c
 * @brief What needs no connection: topics, and reason codes in words.
 */
#include "gnunet_mqtt_service.h"
#include "../core/topic.h"


const char *
GNUNET_MQTT_reason_text (enum GNUNET_MQTT_ReasonCode reason)
{
  switch (reason)
  {
  case GNUNET_MQTT_SUCCESS:
    return "success";
  case GNUNET_MQTT_GRANTED_QOS_1:
    return "granted, QoS 1";
  case GNUNET_MQTT_GRANTED_QOS_2:
    return "granted, QoS 2";
  case GNUNET_MQTT_UNSPECIFIED_ERROR:
    return "unspecified error";
  case GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION:
    return "unsupported protocol version";
  case GNUNET_MQTT_TOPIC_FILTER_INVALID:
    return "topic filter invalid";
  case GNUNET_MQTT_TOPIC_NAME_INVALID:
    return "topic name invalid";
  case GNUNET_MQTT_PACKET_TOO_LARGE:
    return "message too large";
  case GNUNET_MQTT_QUOTA_EXCEEDED:
    return "quota exceeded";
  case GNUNET_MQTT_RETAIN_NOT_SUPPORTED:
    return "retained messages are not supported";
  case GNUNET_MQTT_QOS_NOT_SUPPORTED:
    return "QoS not supported";
  case GNUNET_MQTT_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED:
    return "shared subscriptions are not supported";
  }
  return (reason < 0x80) ? "success" : "unknown error";
}


/**
 * @return NULL if there is no error
 */
static const char *
topic_error (enum MQTT_TopicError error)
{
  return (MQTT_TOPIC_OK == error) ? NULL : MQTT_topic_error_text (error);
}


const char *
GNUNET_MQTT_topic_name_check (const char *name, size_t name_size, size_t *where)
{
  return topic_error (MQTT_topic_name_check (name, name_size, where));
}


const char *
GNUNET_MQTT_topic_filter_check (const char *filter,
                                size_t filter_size,
                                size_t *where)
{
  return topic_error (MQTT_topic_filter_check (filter, filter_size, where));
}


bool
GNUNET_MQTT_topic_matches (const char *filter,
                           size_t filter_size,
                           const char *name,
                           size_t name_size)
{
  return MQTT_topic_matches (filter, filter_size, name, name_size);
}
