/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/cadet.h
 * @brief Channels to other peers over CADET.
 */
#ifndef MQTT_SERVICE_CADET_H
#define MQTT_SERVICE_CADET_H

#include "transport.h"

struct MQTT_Cadet;


/**
 * Connect to CADET and open our port.
 *
 * @param cfg configuration
 * @param events who is told, copied
 * @return NULL if there is no CADET in the configuration
 */
struct MQTT_Cadet *
MQTT_cadet_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   const struct MQTT_TransportEvents *events);


/**
 * Disconnect.  All channels must have been closed.
 */
void
MQTT_cadet_destroy (struct MQTT_Cadet *cadet);


/**
 * The functions, valid until MQTT_cadet_destroy().
 */
const struct MQTT_TransportOps *
MQTT_cadet_ops (struct MQTT_Cadet *cadet);

#endif
