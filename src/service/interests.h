/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/interests.h
 * @brief Which peers' durable sessions want which topics that were published here:
 *        remembered on disk, so that they get what is published while they are
 *        away, for longer than anything else is known of them.
 */
#ifndef MQTT_SERVICE_INTERESTS_H
#define MQTT_SERVICE_INTERESTS_H

#include "counters.h"
#include "options.h"
#include "store_records.h"
#include "topics.h"

struct MQTT_Blacklists;
struct MQTT_Interests;

/**
 * @param cls closure
 * @param peer who wants the topic
 * @param qos highest QoS it wants
 * @param audience for whom
 */
typedef void (*MQTT_InterestCallback) (void *cls,
                                       const struct GNUNET_PeerIdentity *peer,
                                       uint8_t qos,
                                       const struct MQTT_Audience *audience);


/**
 * Make them, and read them from disk.
 *
 * @param options how many, and for how long
 * @param counters where to count
 * @param store where they are written
 */
struct MQTT_Interests *
MQTT_interests_create (const struct MQTT_Options *options,
                       struct MQTT_Counters *counters,
                       struct MQTT_Store *store);


void
MQTT_interests_destroy (struct MQTT_Interests *interests);


/**
 * A peer says that it wants a topic; or would, if it had been asked.  If there are
 * too many that is only counted.
 *
 * @param interests all interests
 * @param topic the topic
 * @param peer who wants it
 * @param qos highest QoS it wants
 * @param audience for whom: @e plain and @e groups
 */
void
MQTT_interest_confirm (struct MQTT_Interests *interests,
                       const struct MQTT_Topic *topic,
                       const struct GNUNET_PeerIdentity *peer,
                       uint8_t qos,
                       const struct MQTT_Audience *audience);


/**
 * A peer says that it does not want a topic, or not durably.
 */
void
MQTT_interest_forget (struct MQTT_Interests *interests,
                      const struct MQTT_Topic *topic,
                      const struct GNUNET_PeerIdentity *peer);


/**
 * Others are refused than before: forget what those on blacklists want.
 */
void
MQTT_interests_enforce (struct MQTT_Interests *interests,
                        const struct MQTT_Blacklists *blacklists);


/**
 * Is a peer remembered to want a topic?
 */
bool
MQTT_interest_holds (struct MQTT_Interests *interests,
                     const struct MQTT_Topic *topic,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * Tell who wants a topic.
 *
 * @param interests all interests
 * @param topic the topic
 * @param callback called for each; must not confirm or forget
 * @param cls closure for @a callback
 */
void
MQTT_interests_of (struct MQTT_Interests *interests,
                   const struct MQTT_Topic *topic,
                   MQTT_InterestCallback callback,
                   void *cls);

#endif
