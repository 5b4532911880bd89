/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/executor.h
 * @brief Executes the wills of other peers' clients when these peers have vanished:
 *        for the subscribers here, once.
 *
 * Knows nothing of links but the peers they lead to.  What comes from peers was
 * decoded, and may say anything.
 */
#ifndef MQTT_SERVICE_EXECUTOR_H
#define MQTT_SERVICE_EXECUTOR_H

#include "../core/link_frame.h"
#include "links.h"

struct MQTT_Executor;


/**
 * Make it, and read from disk which wills there are; their peers count as gone from
 * now on.
 *
 * @param config limits, store, and to whom wills are delivered; must outlive it
 */
struct MQTT_Executor *
MQTT_executor_create (const struct MQTT_LinksConfig *config);


void
MQTT_executor_destroy (struct MQTT_Executor *executor);


/**
 * A peer has come, or has gone.
 */
void
MQTT_executor_peer (struct MQTT_Executor *executor,
                    const struct GNUNET_PeerIdentity *peer,
                    bool there);


/**
 * A segment from a peer has been read, and what it says done.
 */
void
MQTT_executor_heard (struct MQTT_Executor *executor,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * Others are refused than before.  While everybody is, what is due waits; after that
 * peers have their time anew to come back.
 */
void
MQTT_executor_enforce (struct MQTT_Executor *executor);


/**
 * A peer tells a will.
 *
 * @param executor the executor
 * @param peer the peer
 * @param topic the will's topic; NULL if that is not wanted here
 * @param will the will
 */
void
MQTT_executor_will (struct MQTT_Executor *executor,
                    const struct GNUNET_PeerIdentity *peer,
                    const struct MQTT_Topic *topic,
                    const struct MQTT_LinkWill *will);


/**
 * A peer takes a will back, which may be unknown here.
 */
void
MQTT_executor_unwill (struct MQTT_Executor *executor,
                      const struct GNUNET_PeerIdentity *peer,
                      const struct MQTT_LinkSerial *will);


/**
 * Deliver what a peer has published, unless it is a will that was told here before.
 *
 * @param executor the executor
 * @param peer the peer
 * @param topic its topic
 * @param message the message
 * @param audience for whom of the subscribers it is
 * @param source who waits if queues are full
 */
void
MQTT_executor_deliver (struct MQTT_Executor *executor,
                       const struct GNUNET_PeerIdentity *peer,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message,
                       const struct MQTT_Audience *audience,
                       struct MQTT_Source *source);

#endif
