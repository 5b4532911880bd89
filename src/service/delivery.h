/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/delivery.h
 * @brief What a session's entry calls its message: where that is, and what is said
 *        to the client with it.
 *
 * Belongs to one entry.  Knows neither sessions nor the store, but what is to be
 * kept there as bytes.
 */
#ifndef MQTT_SERVICE_DELIVERY_H
#define MQTT_SERVICE_DELIVERY_H

#include "../core/properties.h"
#include "topics.h"

/** Of a subscription's number: the retain flag is sent as it was published. */
#define MQTT_DELIVERY_AS_PUBLISHED (UINT32_C (1) << 31)

/** Largest subscription identifier (3.3.2.3.8). */
#define MQTT_DELIVERY_IDENTIFIER_MAX 268435455

struct MQTT_Delivery
{
  /** Name of the message on the shelf; 0: it is here. */
  uint64_t stored;
  /** References; both NULL if it is on the shelf. */
  struct MQTT_Message *message;
  struct MQTT_Topic *topic;
  /** Key of the group of which the session got it; NULL if of none. */
  struct GNUNET_HashCode *share;
  /** Retain flag of this delivery. */
  bool retain;
  /** Subscription identifiers to be told. */
  uint16_t count;
  uint32_t identifiers[];
};


/**
 * @param topic the message's topic
 * @param message the message; if it has a name on disk no reference is taken to
 *        either
 * @param in_memory true: take references all the same
 * @param numbers subscriptions that match: identifiers, 0 for none, perhaps with
 *        #MQTT_DELIVERY_AS_PUBLISHED
 * @param count how many
 */
struct MQTT_Delivery *
MQTT_delivery_create (struct MQTT_Topic *topic,
                      struct MQTT_Message *message,
                      bool in_memory,
                      const uint32_t *numbers,
                      size_t count);


/**
 * Bytes that the identifiers of so many subscriptions take in it, if all have one.
 */
size_t
MQTT_delivery_identifiers_memory (size_t count);


/**
 * The session gets it as a member of a group.
 */
void
MQTT_delivery_set_share (struct MQTT_Delivery *delivery,
                         const struct MQTT_Share *share);


void
MQTT_delivery_destroy (struct MQTT_Delivery *delivery);


/**
 * What is kept on disk beside the name and the retain flag.
 *
 * @param[out] size bytes of it
 * @return to be freed with GNUNET_free(); NULL if @a size is 0
 */
void *
MQTT_delivery_encode (const struct MQTT_Delivery *delivery, size_t *size);


/**
 * Make one again from what was on disk.
 *
 * @return NULL if that makes no sense
 */
struct MQTT_Delivery *
MQTT_delivery_decode (uint64_t stored,
                      bool retain,
                      const struct MQTT_Bytes *bytes);


/**
 * The number by which an entry knows it.
 */
static inline uint64_t
MQTT_delivery_name (const struct MQTT_Delivery *delivery)
{
  uint64_t name = 0;

  memcpy (&name, &delivery, sizeof (delivery));
  return name;
}


static inline struct MQTT_Delivery *
MQTT_delivery_of (uint64_t name)
{
  struct MQTT_Delivery *delivery;

  memcpy (&delivery, &name, sizeof (delivery));
  return delivery;
}

#endif
