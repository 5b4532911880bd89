/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/properties.c
 * @brief Reads and writes the properties that a publication carries.
 */
#include "properties.h"
#include <gnunet/gnunet_util_lib.h>
#include "cursor.h"
#include "topic.h"
#include "utf8.h"

/** Identifiers, all of one byte (2.2.2.2). */
enum PropertyId
{
  PAYLOAD_FORMAT = 1,
  CONTENT_TYPE = 3,
  RESPONSE_TOPIC = 8,
  CORRELATION_DATA = 9,
  USER_PROPERTY = 38
};

/**
 * One property as it stands in the encoding.
 */
struct Property
{
  uint8_t id;
  /** Of the payload format indicator. */
  uint8_t byte;
  /** Of all others. */
  struct MQTT_Bytes value;
  /** Of user properties. */
  struct MQTT_Bytes name;
};


/**
 * Read bytes that follow their 2-byte length.
 */
static bool
read_bytes (struct MQTT_Cursor *cursor, struct MQTT_Bytes *bytes)
{
  uint16_t size;

  if (!MQTT_cursor_u16 (cursor, &size))
    return false;
  bytes->data = MQTT_cursor_take (cursor, size);
  bytes->size = size;
  return NULL != bytes->data;
}


/**
 * Read bytes that must be a UTF-8 string (1.5.4).
 */
static bool
read_string (struct MQTT_Cursor *cursor, struct MQTT_Bytes *string)
{
  return read_bytes (cursor, string)
         && (string->size == MQTT_utf8_span (string->data, string->size));
}


/**
 * Read the next property and check it by itself.
 */
static bool
read_property (struct MQTT_Cursor *cursor, struct Property *property)
{
  if (!MQTT_cursor_u8 (cursor, &property->id))
    return false;
  switch (property->id)
  {
  case PAYLOAD_FORMAT:
    return MQTT_cursor_u8 (cursor, &property->byte) && (1 >= property->byte);
  case CONTENT_TYPE:
    return read_string (cursor, &property->value);
  case RESPONSE_TOPIC:
    return read_bytes (cursor, &property->value)
           && (MQTT_TOPIC_OK
               == MQTT_topic_name_check (property->value.data,
                                         property->value.size,
                                         NULL));
  case CORRELATION_DATA:
    return read_bytes (cursor, &property->value);
  case USER_PROPERTY:
    return read_string (cursor, &property->name)
           && read_string (cursor, &property->value);
  default:
    return false;
  }
}


/**
 * Note a property.  A user property is only counted if @a user is NULL.
 */
static void
store_property (const struct Property *property,
                struct MQTT_Properties *properties,
                struct MQTT_UserProperty *user)
{
  switch (property->id)
  {
  case PAYLOAD_FORMAT:
    properties->payload_format = property->byte;
    properties->has_payload_format = true;
    break;
  case CONTENT_TYPE:
    properties->content_type = property->value;
    break;
  case RESPONSE_TOPIC:
    properties->response_topic = property->value;
    break;
  case CORRELATION_DATA:
    properties->correlation_data = property->value;
    break;
  case USER_PROPERTY:
    if (NULL != user)
    {
      user[properties->user_count].name = property->name;
      user[properties->user_count].value = property->value;
    }
    properties->user_count++;
    break;
  }
}


/**
 * Check properties and decode them.
 *
 * @param data encoded properties
 * @param size bytes of them
 * @param[out] properties set, also if they are illegal
 * @param user where to put user properties; NULL: count them
 * @return false if they are illegal
 */
static bool
read_all (const void *data,
          size_t size,
          struct MQTT_Properties *properties,
          struct MQTT_UserProperty *user)
{
  struct MQTT_Cursor cursor = { .at = data, .left = size };
  uint64_t seen = 0;

  memset (properties, 0, sizeof (*properties));
  if (MQTT_PROPERTIES_MAX < size)
    return false;
  while (0 != cursor.left)
  {
    struct Property property;
    uint64_t bit;

    if (!read_property (&cursor, &property))
      return false;
    bit = UINT64_C (1) << property.id;
    if ((USER_PROPERTY != property.id) && (0 != (seen & bit)))
      return false;
    seen |= bit;
    store_property (&property, properties, user);
    if (MQTT_USER_PROPERTIES_MAX < properties->user_count)
      return false;
  }
  return true;
}


bool
MQTT_properties_check (const void *data, size_t size)
{
  struct MQTT_Properties properties;

  return read_all (data, size, &properties, NULL);
}


bool
MQTT_properties_decode (const void *data,
                        size_t size,
                        struct MQTT_Properties *properties)
{
  struct MQTT_UserProperty *user;

  if (!read_all (data, size, properties, NULL))
    return false;
  if (0 == properties->user_count)
    return true;
  user = GNUNET_new_array (properties->user_count, struct MQTT_UserProperty);
  (void)read_all (data, size, properties, user);
  properties->user = user;
  return true;
}


void
MQTT_properties_done (struct MQTT_Properties *properties)
{
  /* The array is const only for those who fill it in to encode it. */
  GNUNET_free_nz ((void *)properties->user);
  properties->user = NULL;
  properties->user_count = 0;
}


/**
 * Where the encoding is written, or only measured.
 */
struct Writer
{
  /** NULL: measure. */
  uint8_t *at;
  size_t size;
  /** Something was too long for its 2-byte length. */
  bool overflow;
};


static void
write_data (struct Writer *writer, const void *data, size_t size)
{
  if (NULL != writer->at)
  {
    GNUNET_memcpy (writer->at, data, size);
    writer->at += size;
  }
  writer->size += size;
}


static void
write_bytes (struct Writer *writer, const struct MQTT_Bytes *bytes)
{
  uint16_t size = htons ((uint16_t)bytes->size);

  if (UINT16_MAX < bytes->size)
  {
    writer->overflow = true;
    return;
  }
  write_data (writer, &size, sizeof (size));
  write_data (writer, bytes->data, bytes->size);
}


/**
 * Write a property that may be absent.
 */
static void
write_property (struct Writer *writer,
                uint8_t id,
                const struct MQTT_Bytes *bytes)
{
  if (NULL == bytes->data)
    return;
  write_data (writer, &id, sizeof (id));
  write_bytes (writer, bytes);
}


static void
write_all (struct Writer *writer, const struct MQTT_Properties *properties)
{
  if (properties->has_payload_format || (0 != properties->payload_format))
  {
    const uint8_t format[] = { PAYLOAD_FORMAT, properties->payload_format };

    write_data (writer, format, sizeof (format));
  }
  write_property (writer, CONTENT_TYPE, &properties->content_type);
  write_property (writer, RESPONSE_TOPIC, &properties->response_topic);
  write_property (writer, CORRELATION_DATA, &properties->correlation_data);
  for (unsigned int i = 0; i < properties->user_count; i++)
  {
    const uint8_t id = USER_PROPERTY;

    write_data (writer, &id, sizeof (id));
    write_bytes (writer, &properties->user[i].name);
    write_bytes (writer, &properties->user[i].value);
  }
}


size_t
MQTT_properties_size (const struct MQTT_Properties *properties)
{
  struct Writer measure = { .at = NULL };

  write_all (&measure, properties);
  return measure.overflow ? SIZE_MAX : measure.size;
}


void *
MQTT_properties_encode (const struct MQTT_Properties *properties, size_t *size)
{
  struct Writer writer = { .at = NULL };
  size_t measured;
  uint8_t *data;

  *size = SIZE_MAX;
  if (MQTT_USER_PROPERTIES_MAX < properties->user_count)
    return NULL;
  measured = MQTT_properties_size (properties);
  if (MQTT_PROPERTIES_MAX < measured)
    return NULL;
  *size = measured;
  if (0 == measured)
    return NULL;
  data = GNUNET_malloc (measured);
  writer.at = data;
  write_all (&writer, properties);
  if (MQTT_properties_check (data, measured))
    return data;
  GNUNET_free (data);
  *size = SIZE_MAX;
  return NULL;
}
