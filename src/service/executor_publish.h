/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/executor_publish.h
 * @brief How the will of another peer's client is published here.  Only for
 *        executor.c; knows nothing of which wills there are.
 */
#ifndef MQTT_SERVICE_EXECUTOR_PUBLISH_H
#define MQTT_SERVICE_EXECUTOR_PUBLISH_H

#include "links.h"


/**
 * Publish a will of a peer's client to the subscribers here.  If they cannot keep it,
 * those who are connected hear it.  Groups do not: other peers tell it, too.
 *
 * @param config to whom wills are delivered
 * @param peer the client's peer
 * @param topic the will's topic
 * @param message the will
 * @return false if the peer must not publish to the topic any more: nobody hears it
 */
bool
MQTT_executor_publish (const struct MQTT_LinksConfig *config,
                       const struct GNUNET_PeerIdentity *peer,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message);

#endif
