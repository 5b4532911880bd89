/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/seal.h
 * @brief The signature of a topic's owner over what is to be retained there, or is a
 *        will: with it any peer may hand the message on.
 *
 * It travels as the last user property of the message, #MQTT_SEAL_NAME, so whoever
 * keeps or carries the message need not know of it.  The value is GNUnet's base 32 of
 * these bytes, numbers big-endian:
 *
 *     time u64, microseconds since 1970 on the signer's clock
 *     expiry interval u64, microseconds; 2^64 - 1 for none
 *     signature: 64 bytes, over SHA-512 of
 *       both numbers,
 *       sizes u32 of the topic's name and of the properties before this one,
 *       the topic's name, these properties, the payload;
 *       with MQTT_SEAL_PURPOSE_RETAINED or MQTT_SEAL_PURPOSE_WILL
 *
 * QoS is not signed, since it may get lower on the way, nor is the retain flag.
 */
#ifndef MQTT_CORE_SEAL_H
#define MQTT_CORE_SEAL_H

#include "message.h"
#include "owned_topic.h"

/** Signature purposes, "MQTR" and "MQTW".  GNUnet's own are small numbers. */
#define MQTT_SEAL_PURPOSE_RETAINED 0x4D515452
#define MQTT_SEAL_PURPOSE_WILL 0x4D515457

/** Name of the user property. */
#define MQTT_SEAL_NAME "gnunet-owner"

/** What a seal says. */
struct MQTT_Seal
{
  /** When it was signed: of what is retained its version has this time; a will was
      published later. */
  uint64_t time_us;
  /** For how long the message is good from its version's time on; #MQTT_NEVER for ever. */
  uint64_t expiry_us;
};


/**
 * Sign a publication.
 *
 * @param topic name of its topic
 * @param topic_size bytes of it
 * @param publication what to sign; has no seal, and legal properties
 * @param time_us the time, microseconds since 1970; each one is used once
 * @param key the owner's private key
 * @param[out] size bytes of the result
 * @return the publication's properties with the seal, free with GNUNET_free(); NULL if
 *         these are too many
 */
void *
MQTT_seal_sign (const char *topic,
                size_t topic_size,
                const struct MQTT_Publication *publication,
                uint64_t time_us,
                const struct GNUNET_IDENTITY_PrivateKey *key,
                size_t *size);


/**
 * Read what a message's seal says, whether that is true or not.
 *
 * @param message the message
 * @param[out] seal set if there is one
 * @return false if there is none
 */
bool
MQTT_seal_read (const struct MQTT_Message *message, struct MQTT_Seal *seal);


/**
 * Is a message sealed by the owner of its topic?
 *
 * @param topic name of its topic
 * @param topic_size bytes of it
 * @param message the message
 * @param[out] seal set if it is
 */
bool
MQTT_seal_check (const char *topic,
                 size_t topic_size,
                 const struct MQTT_Message *message,
                 struct MQTT_Seal *seal);

#endif
