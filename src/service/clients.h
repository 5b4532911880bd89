/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/clients.h
 * @brief The applications connected to this service, and what they ask.
 *
 * Knows IPC frames, sessions and how to publish; nothing of other peers.
 */
#ifndef MQTT_SERVICE_CLIENTS_H
#define MQTT_SERVICE_CLIENTS_H

#include "sessions.h"

struct MQTT_Clients;
struct MQTT_Client;

struct MQTT_ClientsConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Subscriptions *subscriptions;
  struct MQTT_Topics *topics;
  struct MQTT_Sessions *sessions;
  const struct MQTT_Publishing *publishing;
};


/**
 * @param config what to work with, copied; what it points to must outlive them
 */
struct MQTT_Clients *
MQTT_clients_create (const struct MQTT_ClientsConfig *config);


/**
 * Ends what is left of the clients' state; their connections are GNUnet's.
 */
void
MQTT_clients_destroy (struct MQTT_Clients *clients);


/**
 * A client has connected.  If there are too many, it is dropped by itself.
 *
 * @param clients all clients
 * @param handle its connection
 * @param mq its message queue
 * @return the client
 */
struct MQTT_Client *
MQTT_client_connect (struct MQTT_Clients *clients,
                     struct GNUNET_SERVICE_Client *handle,
                     struct GNUNET_MQ_Handle *mq);


/**
 * A client is gone: its subscriptions end.
 */
void
MQTT_client_disconnect (struct MQTT_Client *client);


/**
 * Bytes have arrived from a client.  Reads on, or drops it, by itself.
 *
 * @param client the client
 * @param data bytes of its stream
 * @param size how many, at least one
 */
void
MQTT_client_segment (struct MQTT_Client *client, const void *data, size_t size);

#endif
