/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_message.c
 * @brief Messages as applications see them, and as they travel.
 */
#include "../core/properties.h"
#include "../core/seal.h"
#include "mqtt_api.h"

/** Largest payload, in bytes: with it, a frame's size still fits 32 bits. */
#define PAYLOAD_MAX (UINT32_MAX - 1024 * 1024)


/**
 * Encode the properties of a message.
 *
 * @param message the message
 * @param[out] size bytes of the result, SIZE_MAX if they are illegal
 * @return NULL if there are none, or on error
 */
static void *
encode_properties (const struct GNUNET_MQTT_Message *message, size_t *size)
{
  struct MQTT_Properties properties = {
    .content_type = { message->content_type, message->content_type_size },
    .response_topic = { message->response_topic, message->response_topic_size },
    .correlation_data = { message->correlation_data,
                          message->correlation_data_size },
    .user_count = message->user_property_count,
    .payload_format = message->payload_format
  };
  struct MQTT_UserProperty *user;
  void *encoded;

  if (MQTT_USER_PROPERTIES_MAX < message->user_property_count)
  {
    *size = SIZE_MAX;
    return NULL;
  }
  user = GNUNET_new_array (GNUNET_MAX (1, properties.user_count),
                           struct MQTT_UserProperty);
  for (unsigned int i = 0; i < properties.user_count; i++)
  {
    const struct GNUNET_MQTT_UserProperty *from = &message->user_properties[i];

    user[i].name.data = from->name;
    user[i].name.size = from->name_size;
    user[i].value.data = from->value;
    user[i].value.size = from->value_size;
  }
  properties.user = user;
  encoded = MQTT_properties_encode (&properties, size);
  GNUNET_free (user);
  return encoded;
}


/**
 * Have what is to be retained, and a will, signed by the topic's owner, if he is
 * known here.
 *
 * @param[in,out] publication its properties become those with the seal
 * @param[in,out] properties the same, to be freed
 * @return false if they are too many
 */
static bool
seal (struct GNUNET_MQTT_Handle *h,
      const struct GNUNET_MQTT_Message *message,
      struct MQTT_Publication *publication,
      void **properties)
{
  const struct GNUNET_IDENTITY_PrivateKey *key;
  void *sealed;

  if (!publication->retain && !publication->will)
    return true;
  key = MQTT_api_channels_key (h, message->topic, message->topic_size);
  if (NULL == key)
    return true;
  h->sealed_us = GNUNET_MAX (h->sealed_us + 1,
                             GNUNET_TIME_absolute_get ().abs_value_us);
  sealed = MQTT_seal_sign (message->topic,
                           message->topic_size,
                           publication,
                           h->sealed_us,
                           key,
                           &publication->properties_size);
  GNUNET_free (*properties);
  *properties = sealed;
  publication->properties = sealed;
  return NULL != sealed;
}


struct MQTT_Message *
MQTT_api_message_encode (struct GNUNET_MQTT_Handle *h,
                         const struct GNUNET_MQTT_Message *message,
                         bool will)
{
  struct MQTT_Publication publication = { .payload = message->payload,
                                          .payload_size = message->payload_size,
                                          .expiry_us = MQTT_NEVER,
                                          .qos = message->qos,
                                          .retain = message->retain,
                                          .will = will };
  struct MQTT_Message *encoded = NULL;
  void *properties = NULL;
  uint64_t now_us = 0;

  if ((2 < message->qos) || (PAYLOAD_MAX < message->payload_size)
      || (1 < message->payload_format))
    return NULL;
  if ((NULL != message->content_type) || (NULL != message->response_topic)
      || (NULL != message->correlation_data) || (0 != message->payload_format)
      || (0 != message->user_property_count))
  {
    properties = encode_properties (message, &publication.properties_size);
    if (SIZE_MAX == publication.properties_size)
      return NULL;
    publication.properties = properties;
  }
  if (!GNUNET_TIME_relative_is_zero (message->expiry)
      && !GNUNET_TIME_relative_is_forever (message->expiry))
  {
    publication.expiry_us = message->expiry.rel_value_us;
    now_us = MQTT_stream_now ();
  }
  if (seal (h, message, &publication, &properties))
  {
    /* A will's time does not pass yet. */
    if (will)
      publication.expiry_us = MQTT_NEVER;
    encoded = MQTT_message_create (&publication, now_us);
  }
  GNUNET_free (properties);
  return encoded;
}


/**
 * Decode the properties of a message, which are legal.
 */
static void
decode_properties (const struct MQTT_Publication *publication,
                   struct GNUNET_MQTT_Message *message)
{
  struct MQTT_Properties properties;
  struct GNUNET_MQTT_UserProperty *user;

  if (!MQTT_properties_decode (publication->properties,
                               publication->properties_size,
                               &properties))
    return;
  message->payload_format = properties.payload_format;
  message->content_type = properties.content_type.data;
  message->content_type_size = properties.content_type.size;
  message->response_topic = properties.response_topic.data;
  message->response_topic_size = properties.response_topic.size;
  message->correlation_data = properties.correlation_data.data;
  message->correlation_data_size = properties.correlation_data.size;
  if (0 != properties.user_count)
  {
    user = GNUNET_new_array (properties.user_count,
                             struct GNUNET_MQTT_UserProperty);
    for (unsigned int i = 0; i < properties.user_count; i++)
    {
      user[i].name = properties.user[i].name.data;
      user[i].name_size = properties.user[i].name.size;
      user[i].value = properties.user[i].value.data;
      user[i].value_size = properties.user[i].value.size;
    }
    message->user_properties = user;
    message->user_property_count = properties.user_count;
  }
  MQTT_properties_done (&properties);
}


void
MQTT_api_message_decode (const struct MQTT_ApiName *name,
                         const struct MQTT_Publication *publication,
                         struct GNUNET_MQTT_Message *message)
{
  memset (message, 0, sizeof (*message));
  message->topic = name->text;
  message->topic_size = name->size;
  message->payload = publication->payload;
  message->payload_size = publication->payload_size;
  message->qos = publication->qos;
  message->retain = publication->retain;
  /* Zero would say that it never expires. */
  if (MQTT_NEVER != publication->expiry_us)
    message->expiry.rel_value_us = GNUNET_MAX (1, publication->expiry_us);
  if (0 != publication->properties_size)
    decode_properties (publication, message);
}


void
MQTT_api_message_done (struct GNUNET_MQTT_Message *message)
{
  GNUNET_free_nz ((void *)message->user_properties);
}
