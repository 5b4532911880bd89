/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/owned_topic.h
 * @brief Topics that belong to somebody: their first level is a public key.
 *
 * "KEY/news" and "/KEY/news" are two topics, and both belong to KEY: what is
 * below the key is "news" in both.  KEY is an ego's key in GNUnet's text form, as
 * gnunet-identity shows it.  That form has several spellings (lower case, O for
 * 0); each makes another topic, and all of them belong to the key.  Any other
 * topic is free: "//KEY/news", "a/KEY", or a text that is no key by one character.
 */
#ifndef MQTT_CORE_OWNED_TOPIC_H
#define MQTT_CORE_OWNED_TOPIC_H

#include <gnunet/gnunet_identity_service.h>
#include <stdbool.h>
#include <stddef.h>

/** Characters of a public key's text form, of either type. */
#define MQTT_OWNED_KEY_TEXT 58

/** A topic that belongs to somebody. */
struct MQTT_OwnedTopic
{
  struct GNUNET_IDENTITY_PublicKey owner;
  /** What follows the key and its slash; borrowed from the topic, may be empty. */
  const char *below;
  size_t below_size;
};


/**
 * Is this the type of a key that an ego may have, in network byte order?
 */
bool
MQTT_owned_key_type (uint32_t type);


/**
 * Read a public key's text form.
 *
 * @param text any bytes
 * @param size how many
 * @param[out] key set if it is one
 * @return false if it is none
 */
bool
MQTT_owned_key (const char *text,
                size_t size,
                struct GNUNET_IDENTITY_PublicKey *key);


/**
 * Whose is a topic?
 *
 * @param topic a legal topic name
 * @param size bytes of it
 * @param[out] owned set if it is owned
 * @return false if it is free
 */
bool
MQTT_owned_topic (const char *topic,
                  size_t size,
                  struct MQTT_OwnedTopic *owned);

#endif
