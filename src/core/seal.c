/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/seal.c
 * @brief The signature of a topic's owner over a message.
 */
#include "seal.h"
#include "curve_point.h"
#include "properties.h"

/** Bytes of a signature, of keys of both types. */
#define SIGNATURE_SIZE 64

/** Identifier of user properties (2.2.2.2). */
#define USER_PROPERTY 38

/** Characters of the value, without the zero that ends a string. */
#define TEXT_SIZE ((sizeof (struct WireSeal) * 8 + 4) / 5)

/** What the value encodes, big-endian. */
struct WireSeal
{
  uint64_t time_us;
  uint64_t expiry_us;
  uint8_t signature[SIGNATURE_SIZE];
} __attribute__ ((packed));

/** The property, sizes big-endian. */
struct WireProperty
{
  uint8_t id;
  uint16_t name_size;
  char name[sizeof (MQTT_SEAL_NAME) - 1];
  uint16_t text_size;
  char text[TEXT_SIZE];
} __attribute__ ((packed));

/** What is signed. */
struct Signed
{
  struct GNUNET_CRYPTO_EccSignaturePurpose purpose;
  struct GNUNET_HashCode hash;
};

_Static_assert(sizeof (struct Signed)
                 == sizeof (struct GNUNET_CRYPTO_EccSignaturePurpose)
                      + sizeof (struct GNUNET_HashCode),
               "what is signed has no holes");

/** What the hash begins with, big-endian. */
struct Hashed
{
  uint64_t time_us;
  uint64_t expiry_us;
  uint32_t topic_size;
  uint32_t properties_size;
} __attribute__ ((packed));


/**
 * Put together what is signed.
 *
 * @param wire the seal's numbers
 * @param publication the message; its properties are those before the seal
 */
static void
prepare (struct Signed *block,
         const struct WireSeal *wire,
         const char *topic,
         size_t topic_size,
         const struct MQTT_Publication *publication)
{
  const struct Hashed head = {
    .time_us = wire->time_us,
    .expiry_us = wire->expiry_us,
    .topic_size = htonl ((uint32_t)topic_size),
    .properties_size = htonl ((uint32_t)publication->properties_size),
  };
  struct GNUNET_HashContext *context = GNUNET_CRYPTO_hash_context_start ();

  GNUNET_CRYPTO_hash_context_read (context, &head, sizeof (head));
  GNUNET_CRYPTO_hash_context_read (context, topic, topic_size);
  GNUNET_CRYPTO_hash_context_read (context,
                                   publication->properties,
                                   publication->properties_size);
  GNUNET_CRYPTO_hash_context_read (context,
                                   publication->payload,
                                   publication->payload_size);
  GNUNET_CRYPTO_hash_context_finish (context, &block->hash);
  block->purpose.size = htonl (sizeof (*block));
  block->purpose.purpose = htonl (
    publication->will ? MQTT_SEAL_PURPOSE_WILL : MQTT_SEAL_PURPOSE_RETAINED);
}


/**
 * Write the property.
 */
static void
write_property (struct WireProperty *property, const struct WireSeal *wire)
{
  property->id = USER_PROPERTY;
  property->name_size = htons (sizeof (property->name));
  memcpy (property->name, MQTT_SEAL_NAME, sizeof (property->name));
  property->text_size = htons (sizeof (property->text));
  GNUNET_assert (NULL
                 != GNUNET_STRINGS_data_to_string (wire,
                                                   sizeof (*wire),
                                                   property->text,
                                                   sizeof (property->text)));
}


void *
MQTT_seal_sign (const char *topic,
                size_t topic_size,
                const struct MQTT_Publication *publication,
                uint64_t time_us,
                const struct GNUNET_IDENTITY_PrivateKey *key,
                size_t *size)
{
  struct WireSeal wire = {
    .time_us = GNUNET_htonll (time_us),
    .expiry_us = GNUNET_htonll (publication->expiry_us),
  };
  /* The result may be to go where this is read. */
  size_t before = publication->properties_size;
  struct Signed block;
  struct WireProperty property;
  uint8_t *properties;

  prepare (&block, &wire, topic, topic_size, publication);
  if (GNUNET_OK
      != GNUNET_IDENTITY_sign_raw_ (key, &block.purpose, wire.signature))
    return NULL;
  write_property (&property, &wire);
  properties = GNUNET_malloc (before + sizeof (property));
  GNUNET_memcpy (properties, publication->properties, before);
  memcpy (properties + before, &property, sizeof (property));
  *size = before + sizeof (property);
  if (MQTT_properties_check (properties, *size))
    return properties;
  GNUNET_free (properties);
  return NULL;
}


/**
 * Find a seal behind other properties.
 *
 * @param[out] wire set if there is one
 */
static bool
find (const struct MQTT_Message *message, struct WireSeal *wire)
{
  struct WireProperty property;
  size_t before;

  if (sizeof (property) > message->properties_size)
    return false;
  before = message->properties_size - sizeof (property);
  memcpy (&property, message->body + before, sizeof (property));
  return (USER_PROPERTY == property.id)
         && (htons (sizeof (property.name)) == property.name_size)
         && (0
             == memcmp (property.name, MQTT_SEAL_NAME, sizeof (property.name)))
         && (htons (sizeof (property.text)) == property.text_size)
         /* Not something within another one. */
         && MQTT_properties_check (message->body, before)
         && (GNUNET_OK
             == GNUNET_STRINGS_string_to_data (property.text,
                                               sizeof (property.text),
                                               wire,
                                               sizeof (*wire)));
}


static struct MQTT_Seal
seal_of (const struct WireSeal *wire)
{
  return (struct MQTT_Seal){
    .time_us = GNUNET_ntohll (wire->time_us),
    .expiry_us = GNUNET_ntohll (wire->expiry_us),
  };
}


bool
MQTT_seal_read (const struct MQTT_Message *message, struct MQTT_Seal *seal)
{
  struct WireSeal wire;

  if (!find (message, &wire))
    return false;
  *seal = seal_of (&wire);
  return true;
}


bool
MQTT_seal_check (const char *topic,
                 size_t topic_size,
                 const struct MQTT_Message *message,
                 struct MQTT_Seal *seal)
{
  const struct MQTT_Publication publication = {
    .properties = message->body,
    .properties_size = message->properties_size - sizeof (struct WireProperty),
    .payload = message->body + message->properties_size,
    .payload_size = message->body_size - message->properties_size,
    .will = message->will,
  };
  struct MQTT_OwnedTopic owned;
  struct WireSeal wire;
  struct Signed block;

  if (!find (message, &wire) || !MQTT_owned_topic (topic, topic_size, &owned)
      || !MQTT_curve_point_check (owned.owner.eddsa_key.q_y))
    return false;
  *seal = seal_of (&wire);
  prepare (&block, &wire, topic, topic_size, &publication);
  return GNUNET_OK
         == GNUNET_IDENTITY_signature_verify_raw_ (
           ntohl (block.purpose.purpose),
           &block.purpose,
           wire.signature,
           &owned.owner);
}
