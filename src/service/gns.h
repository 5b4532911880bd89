/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gns.h
 * @brief Zones of the GNU Name System, as zones.h wants them.
 */
#ifndef MQTT_SERVICE_GNS_H
#define MQTT_SERVICE_GNS_H

#include "zones.h"

struct MQTT_Gns;


/**
 * @param cfg configuration to reach the GNS service, which is asked for at the first
 *            look; must outlive this
 */
struct MQTT_Gns *
MQTT_gns_create (const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * All looks must have ended.
 */
void
MQTT_gns_destroy (struct MQTT_Gns *gns);


/**
 * Functions to look with; valid as long as @a gns.
 */
const struct MQTT_ZoneOps *
MQTT_gns_ops (const struct MQTT_Gns *gns);

#endif
