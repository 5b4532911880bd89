/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/hosts.h
 * @brief Publishers that we have called on as an anonymous subscriber, and for which
 *        codes: only they may know of anonymous subscriptions that these cover.
 *
 * They are remembered on disk, so that one with messages for a session that has
 * outlived our service may ask before it has been found again.
 */
#ifndef MQTT_SERVICE_HOSTS_H
#define MQTT_SERVICE_HOSTS_H

#include "options.h"
#include "store.h"

struct MQTT_Hosts;


/**
 * Read who was called on before.
 *
 * @param options how many, and for how long
 * @param store where they are; must outlive the hosts
 */
struct MQTT_Hosts *
MQTT_hosts_create (const struct MQTT_Options *options,
                   struct MQTT_Store *store);


/**
 * They stay on disk.
 */
void
MQTT_hosts_destroy (struct MQTT_Hosts *hosts);


/**
 * A publisher is called on for a code, now.  If there are too many, who was called on
 * longest ago is forgotten.
 *
 * @param hosts all hosts
 * @param peer the publisher
 * @param end where searches for the code end
 */
void
MQTT_hosts_note (struct MQTT_Hosts *hosts,
                 const struct GNUNET_PeerIdentity *peer,
                 const struct GNUNET_HashCode *end);


/**
 * Nothing is sought of a peer by a code any more: that is forgotten when publishers have
 * had the time to invite for what may be sought instead.  What it still has for a
 * session here is refused once it is forgotten.
 */
void
MQTT_hosts_forget (struct MQTT_Hosts *hosts,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct GNUNET_HashCode *end);


/**
 * Was a peer called on for a code, or for one that is not known?  Takes the same time
 * however many there are.
 *
 * @param hosts all hosts
 * @param peer the peer
 * @param end where searches for the code end
 */
bool
MQTT_hosts_have (const struct MQTT_Hosts *hosts,
                 const struct GNUNET_PeerIdentity *peer,
                 const struct GNUNET_HashCode *end);

#endif
