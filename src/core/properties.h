/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/properties.h
 * @brief The properties of a publication, in the encoding of MQTT 5 (2.2.2.2 and 3.3.2.3).
 *
 * They travel unchanged from publisher to subscriber: payload format indicator
 * (1), content type (3), response topic (8), correlation data (9) and user
 * properties (38).  Message expiry, topic alias and subscription identifiers are
 * not among them: they are said elsewhere.
 */
#ifndef MQTT_CORE_PROPERTIES_H
#define MQTT_CORE_PROPERTIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Most bytes of encoded properties that are accepted. */
#define MQTT_PROPERTIES_MAX 262144

/** Most user properties that are accepted on one message. */
#define MQTT_USER_PROPERTIES_MAX 1024

/** Bytes that are borrowed; @e data is NULL when there are none. */
struct MQTT_Bytes
{
  const void *data;
  size_t size;
};

struct MQTT_UserProperty
{
  struct MQTT_Bytes name;
  struct MQTT_Bytes value;
};

/**
 * Decoded properties.  Bytes are borrowed, from the caller or from the encoded form.
 */
struct MQTT_Properties
{
  /** 3.3.2.3.9; a UTF-8 string, data NULL if absent. */
  struct MQTT_Bytes content_type;
  /** 3.3.2.3.5; a legal topic name, data NULL if absent. */
  struct MQTT_Bytes response_topic;
  /** 3.3.2.3.6; any bytes, data NULL if absent. */
  struct MQTT_Bytes correlation_data;
  /** 3.3.2.3.7; in order. */
  const struct MQTT_UserProperty *user;
  unsigned int user_count;
  /** 3.3.2.3.2; 1 if the payload is said to be UTF-8. */
  uint8_t payload_format;
  /** It is said, also where it is 0. */
  bool has_payload_format;
};


/**
 * Are these bytes properties that may be sent on: known, complete, none twice
 * but user properties, strings well-formed, the response topic a topic name,
 * within the two bounds above?
 */
bool
MQTT_properties_check (const void *data, size_t size);


/**
 * Decode properties.
 *
 * @param data encoded properties, need not have been checked
 * @param size bytes of them
 * @param[out] properties set; @e user is an array to be freed by
 *             MQTT_properties_done(), the rest points into @a data
 * @return false if MQTT_properties_check() would be; then nothing is to be freed
 */
bool
MQTT_properties_decode (const void *data,
                        size_t size,
                        struct MQTT_Properties *properties);


/**
 * Free what MQTT_properties_decode() allocated.
 */
void
MQTT_properties_done (struct MQTT_Properties *properties);


/**
 * Bytes that properties take when they are encoded; SIZE_MAX if something is too long
 * for that.
 */
size_t
MQTT_properties_size (const struct MQTT_Properties *properties);


/**
 * Encode properties.
 *
 * @param properties what to encode
 * @param[out] size bytes of the result, 0 if there is nothing to say
 * @return the encoding, free with GNUNET_free(); NULL if @a size is 0 or the
 *         properties are illegal or too many (then @a size is SIZE_MAX)
 */
void *
MQTT_properties_encode (const struct MQTT_Properties *properties, size_t *size);

#endif
