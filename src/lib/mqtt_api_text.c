/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_text.c
 * @brief What needs no connection: topics, and reason codes in words.
 */
#include "gnunet_mqtt_service.h"
#include "../core/topic.h"

static const struct
{
  enum GNUNET_MQTT_ReasonCode reason;
  const char *text;
} texts[] = {
  { GNUNET_MQTT_SUCCESS, "success" },
  { GNUNET_MQTT_GRANTED_QOS_1, "granted, QoS 1" },
  { GNUNET_MQTT_GRANTED_QOS_2, "granted, QoS 2" },
  { GNUNET_MQTT_DISCONNECT_WITH_WILL, "disconnect with will message" },
  { GNUNET_MQTT_NO_MATCHING_SUBSCRIBERS, "no matching subscribers" },
  { GNUNET_MQTT_NO_SUBSCRIPTION_EXISTED, "no subscription existed" },
  { GNUNET_MQTT_UNSPECIFIED_ERROR, "unspecified error" },
  { GNUNET_MQTT_MALFORMED_PACKET, "malformed message" },
  { GNUNET_MQTT_PROTOCOL_ERROR, "protocol error" },
  { GNUNET_MQTT_IMPLEMENTATION_SPECIFIC_ERROR,
    "implementation specific error" },
  { GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION, "unsupported protocol version" },
  { GNUNET_MQTT_CLIENT_IDENTIFIER_NOT_VALID, "client identifier not valid" },
  { GNUNET_MQTT_NOT_AUTHORIZED, "not authorized" },
  { GNUNET_MQTT_SERVER_UNAVAILABLE, "service unavailable" },
  { GNUNET_MQTT_SERVER_SHUTTING_DOWN, "service shutting down" },
  { GNUNET_MQTT_SESSION_TAKEN_OVER, "session taken over" },
  { GNUNET_MQTT_TOPIC_FILTER_INVALID, "topic filter invalid" },
  { GNUNET_MQTT_TOPIC_NAME_INVALID, "topic name invalid" },
  { GNUNET_MQTT_PACKET_IDENTIFIER_IN_USE, "packet identifier in use" },
  { GNUNET_MQTT_PACKET_IDENTIFIER_NOT_FOUND, "packet identifier not found" },
  { GNUNET_MQTT_RECEIVE_MAXIMUM_EXCEEDED, "receive maximum exceeded" },
  { GNUNET_MQTT_PACKET_TOO_LARGE, "message too large" },
  { GNUNET_MQTT_QUOTA_EXCEEDED, "quota exceeded" },
  { GNUNET_MQTT_RETAIN_NOT_SUPPORTED, "retained messages are not supported" },
  { GNUNET_MQTT_QOS_NOT_SUPPORTED, "QoS not supported" },
  { GNUNET_MQTT_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
    "shared subscriptions are not supported" }
};


const char *
GNUNET_MQTT_reason_text (enum GNUNET_MQTT_ReasonCode reason)
{
  for (size_t i = 0; i < sizeof (texts) / sizeof (texts[0]); i++)
    if (texts[i].reason == reason)
      return texts[i].text;
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
