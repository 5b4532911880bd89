/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blacklist_gns.h
 * @brief Looks up names by the GNU Name System, as blacklists.h wants it.
 *
 * A label of an ego's zone, as in "blacklist.alice", is read from NAMESTORE, which
 * knows at once what has changed, and what is not there.  Any other name, that ends
 * in a zone's key, or in what section [gns] has a key for, is asked of GNS.
 */
#ifndef MQTT_SERVICE_BLACKLIST_GNS_H
#define MQTT_SERVICE_BLACKLIST_GNS_H

#include "blacklists.h"

struct MQTT_BlacklistGns;


/**
 * @param cfg configuration to reach the services, which are asked for at the first look;
 *            must outlive this
 */
struct MQTT_BlacklistGns *
MQTT_blacklist_gns_create (const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * All looks must have ended.
 */
void
MQTT_blacklist_gns_destroy (struct MQTT_BlacklistGns *gns);


/**
 * Functions to look with; valid as long as @a gns.
 */
const struct MQTT_BlacklistOps *
MQTT_blacklist_gns_ops (const struct MQTT_BlacklistGns *gns);

#endif
