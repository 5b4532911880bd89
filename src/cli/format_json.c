/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format_json.c
 * @brief A message as one line of JSON.
 */
#include "format_json.h"
#include "format_encode.h"
#include <jansson.h>

/**
 * Where jansson's output goes.
 */
struct Target
{
  CLI_Sink sink;
  void *cls;
};


static int
to_sink (const char *data, size_t size, void *cls)
{
  const struct Target *target = cls;

  target->sink (target->cls, data, size);
  return 0;
}


/**
 * Add correlation data as a string, or in base64 under another name.
 */
static void
add_correlation_data (json_t *object, const struct GNUNET_MQTT_Message *message)
{
  json_t *string = json_stringn (message->correlation_data,
                                 message->correlation_data_size);
  char *base64;

  if (NULL != string)
  {
    json_object_set_new (object, "correlation-data", string);
    return;
  }
  GNUNET_STRINGS_base64_encode (message->correlation_data,
                                message->correlation_data_size,
                                &base64);
  json_object_set_new (object, "correlation-data-base64", json_string (base64));
  GNUNET_free (base64);
}


/**
 * @return array of objects, for names may repeat and their order means something
 */
static json_t *
user_properties (const struct GNUNET_MQTT_Message *message)
{
  json_t *array = json_array ();

  for (unsigned int i = 0; i < message->user_property_count; i++)
  {
    const struct GNUNET_MQTT_UserProperty *user = &message->user_properties[i];

    json_array_append_new (array,
                           json_pack ("{s:s%, s:s%}",
                                      "name",
                                      user->name,
                                      user->name_size,
                                      "value",
                                      user->value,
                                      user->value_size));
  }
  return array;
}


/**
 * @return object, without members if the message has no properties
 */
static json_t *
properties (const struct GNUNET_MQTT_Message *message)
{
  json_t *object = json_object ();

  if (0 != message->user_property_count)
    json_object_set_new (object, "user-properties", user_properties (message));
  if (NULL != message->content_type)
    json_object_set_new (
      object,
      "content-type",
      json_stringn (message->content_type, message->content_type_size));
  if (NULL != message->correlation_data)
    add_correlation_data (object, message);
  if (NULL != message->response_topic)
    json_object_set_new (
      object,
      "response-topic",
      json_stringn (message->response_topic, message->response_topic_size));
  if (0 != message->payload_format)
    json_object_set_new (object,
                         "payload-format-indicator",
                         json_integer (message->payload_format));
  if (!GNUNET_TIME_relative_is_zero (message->expiry))
    json_object_set_new (
      object,
      "message-expiry-interval",
      json_integer ((json_int_t)CLI_expiry_seconds (message)));
  return object;
}


static void
put (const struct Target *target, const char *text)
{
  target->sink (target->cls, text, strlen (text));
}


static bool
is_json (const struct GNUNET_MQTT_Message *message)
{
  json_t *payload;

  if (0 == message->payload_size)
    return false;
  payload = json_loadb (message->payload,
                        message->payload_size,
                        JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL
                          | JSON_ALLOW_NUL,
                        NULL);
  json_decref (payload);
  return NULL != payload;
}


/**
 * Write a payload that is JSON as it is, for jansson would change numbers; but
 * on one line: line ends in JSON are never within a string.
 */
static void
put_nested (const struct Target *target,
            const struct GNUNET_MQTT_Message *message)
{
  const char *at = message->payload;
  const char *end = at + message->payload_size;

  put (target, "\"payload\":");
  while (at < end)
  {
    const char *stop = at;

    while ((stop < end) && ('\n' != *stop) && ('\r' != *stop))
      stop++;
    target->sink (target->cls, at, (size_t)(stop - at));
    at = (stop < end) ? stop + 1 : end;
  }
}


/**
 * Write a payload as a string, or in base64 under another name.
 */
static void
put_payload (struct Target *target, const struct GNUNET_MQTT_Message *message)
{
  json_t *string = (0 == message->payload_size)
                     ? json_string ("")
                     : json_stringn (message->payload, message->payload_size);

  if (NULL != string)
  {
    put (target, "\"payload\":");
    json_dump_callback (string, &to_sink, target, JSON_ENCODE_ANY);
    json_decref (string);
    return;
  }
  put (target, "\"payload-base64\":\"");
  CLI_encode_base64 (message->payload,
                     message->payload_size,
                     target->sink,
                     target->cls);
  put (target, "\"");
}


bool
CLI_format_json (const struct GNUNET_MQTT_Message *message,
                 const char *when,
                 bool nested,
                 CLI_Sink sink,
                 void *cls)
{
  struct Target target = { .sink = sink, .cls = cls };
  json_t *object;
  json_t *more;

  if (nested && !is_json (message))
    return false;
  object = json_pack ("{s:s, s:s%, s:i, s:i, s:I}",
                      "tst",
                      when,
                      "topic",
                      message->topic,
                      message->topic_size,
                      "qos",
                      (int)message->qos,
                      "retain",
                      (int)message->retain,
                      "payloadlen",
                      (json_int_t)message->payload_size);
  more = properties (message);
  if (0 != json_object_size (more))
    json_object_set (object, "properties", more);
  json_decref (more);
  put (&target, "{");
  json_dump_callback (object, &to_sink, &target, JSON_COMPACT | JSON_EMBED);
  json_decref (object);
  put (&target, ",");
  if (nested)
    put_nested (&target, message);
  else
    put_payload (&target, message);
  put (&target, "}");
  return true;
}
