/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/asks.h
 * @brief The topics a peer has asked about on a link, what it was told, and
 *        what it publishes.
 *
 * All input here comes from a stranger.  A function that returns false has met
 * what an honest peer does not say; the link is dropped then.
 */
#ifndef MQTT_SERVICE_ASKS_H
#define MQTT_SERVICE_ASKS_H

#include "allowance.h"
#include "intake.h"

struct MQTT_Asks;


/**
 * @param config limits, counters, subscriptions, topics; must outlive the asks
 * @param peer who asks; must outlive the asks
 */
struct MQTT_Asks *
MQTT_asks_create (const struct MQTT_LinksConfig *config,
                  const struct GNUNET_PeerIdentity *peer);


void
MQTT_asks_destroy (struct MQTT_Asks *asks);


/**
 * Is no topic asked about, or have those not been used for so long that a
 * publisher would have forgotten them?  The peer does not tell when it has.
 */
bool
MQTT_asks_are_idle (const struct MQTT_Asks *asks);


/**
 * The peer asks about a topic.
 *
 * @param asks the peer's questions
 * @param topic the question
 * @param intake notes what is put off
 * @param outbox where the answer goes
 */
bool
MQTT_asks_topic (struct MQTT_Asks *asks,
                 const struct MQTT_LinkTopic *topic,
                 struct MQTT_Intake *intake,
                 struct MQTT_Outbox *outbox);


/**
 * The peer tells the text of a topic it was told is wanted.  If there is no
 * memory for it, the topic is refused after all.  Only now is the entry read that came
 * with the question.
 *
 * @param asks the peer's questions
 * @param name the text
 * @param intake notes what is put off
 * @param outbox where the refusal goes
 * @param allowance the peer's, to which the check of a signature is counted
 */
bool
MQTT_asks_name (struct MQTT_Asks *asks,
                const struct MQTT_LinkName *name,
                struct MQTT_Intake *intake,
                struct MQTT_Outbox *outbox,
                struct MQTT_Allowance *allowance);


/**
 * The peer publishes.
 *
 * @param asks the peer's questions
 * @param publish the publication
 * @param intake takes it, if it is at QoS 1 or 2
 * @param source who waits if queues are full
 * @param outbox where is said that the peer may not publish to the topic any more
 */
bool
MQTT_asks_publish (struct MQTT_Asks *asks,
                   const struct MQTT_LinkPublish *publish,
                   struct MQTT_Intake *intake,
                   struct MQTT_Source *source,
                   struct MQTT_Outbox *outbox);


/**
 * The peer tells a will.
 *
 * @param asks the peer's questions
 * @param will the will
 * @param intake takes it
 * @param outbox where is said that the peer may not publish to the topic any more
 */
bool
MQTT_asks_will (struct MQTT_Asks *asks,
                const struct MQTT_LinkWill *will,
                struct MQTT_Intake *intake,
                struct MQTT_Outbox *outbox);


/**
 * Subscribers that had no room have some: have the peer go on with the topics of
 * which something was returned.
 */
void
MQTT_asks_room (struct MQTT_Asks *asks, struct MQTT_Outbox *outbox);


/**
 * Subscriptions have changed: tell what has changed of the answers.
 *
 * @param asks the peer's questions
 * @param added look at what was refused
 * @param ended look at what is wanted
 * @param outbox where new answers go
 */
void
MQTT_asks_review (struct MQTT_Asks *asks,
                  bool added,
                  bool ended,
                  struct MQTT_Outbox *outbox);

#endif
