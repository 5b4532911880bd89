/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/broker.h
 * @brief All that the service of a peer is made of, but for GNUnet's own part of it.
 */
#ifndef MQTT_SERVICE_BROKER_H
#define MQTT_SERVICE_BROKER_H

#include "clients.h"

struct MQTT_Broker;


/**
 * Begin.
 *
 * @param cfg the peer's configuration, must outlive it
 * @return NULL if the configuration is wrong, the store cannot be used, or a service
 *         of GNUnet's lacks; that was logged
 */
struct MQTT_Broker *
MQTT_broker_create (const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * End, and have the store written.  Clients that are connected are told to
 * MQTT_client_disconnect() meanwhile.
 */
void
MQTT_broker_destroy (struct MQTT_Broker *broker);


/**
 * Who is connected.
 *
 * @return NULL once it ends
 */
struct MQTT_Clients *
MQTT_broker_clients (const struct MQTT_Broker *broker);

#endif
