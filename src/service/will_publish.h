/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/will_publish.h
 * @brief Publishes the wills of other peers' clients.  Only for executor.c.
 */
#ifndef MQTT_SERVICE_WILL_PUBLISH_H
#define MQTT_SERVICE_WILL_PUBLISH_H

#include "links.h"


/**
 * Publish a will of a peer's client to the subscribers here.  If they cannot keep it,
 * those who are connected hear it.  Groups do not: other peers tell it, too.
 *
 * @param config to whom it is delivered
 * @param peer the peer
 * @param topic the will's topic
 * @param message the will; its QoS is lowered if it cannot be kept
 */
void
MQTT_will_publish (const struct MQTT_LinksConfig *config,
                   const struct GNUNET_PeerIdentity *peer,
                   struct MQTT_Topic *topic,
                   struct MQTT_Message *message);

#endif
