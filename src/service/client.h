/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/client.h
 * @brief One client.  Only for clients.c and client_requests.c.
 */
#ifndef MQTT_SERVICE_CLIENT_H
#define MQTT_SERVICE_CLIENT_H

#include "../core/ipc_frame.h"
#include "../core/properties.h"
#include "../core/topic.h"
#include "clients.h"
#include "destination.h"

struct MQTT_Clients
{
  struct MQTT_ClientsConfig config;
  /** Memory for incomplete frames of all clients. */
  struct MQTT_FrameBudget budget;
  /** Bytes that all their subscriptions take. */
  size_t subscription_memory;
  struct MQTT_Client *head;
  struct MQTT_Client *tail;
  unsigned int count;
};

/** What a client means by a topic's number. */
struct MQTT_ClientTopic
{
  /** NULL if there was no memory for it, or the number is not in use. */
  struct MQTT_Topic *topic;
  bool refused;
};

struct MQTT_Client
{
  struct MQTT_Client *prev;
  struct MQTT_Client *next;
  struct MQTT_Clients *clients;
  struct GNUNET_SERVICE_Client *handle;
  struct MQTT_Destination *destination;
  struct MQTT_FrameReader *reader;
  struct MQTT_Source source;
  struct MQTT_Subscriber subscriber;
  /** Subscriptions by the client's number. */
  struct GNUNET_CONTAINER_MultiHashMap32 *subscriptions;
  /** Bytes they take. */
  size_t subscription_memory;
  /** Topics by the client's number; NULL until it names one. */
  struct MQTT_ClientTopic *topics;
  /** Identifiers of the topics that the client was told, by our number; NULL until it is told one. */
  uint64_t *told;
  /** Set while a client that is one too many waits to be dropped. */
  struct GNUNET_SCHEDULER_Task *refuse_task;
  /** Publications taken and not answered yet. */
  uint32_t taken;
  /** The client has said HELLO. */
  bool greeted;
  /** The client speaks another version. */
  bool foreign;
  /** The next segment is not read, because queues are full. */
  bool held;
};


/**
 * A frame has arrived: #MQTT_FrameCallback with the client as closure.
 */
bool
MQTT_client_frame (void *cls,
                   uint8_t type,
                   uint8_t flags,
                   const void *body,
                   size_t size);


/**
 * Answer the publications that were taken.
 */
void
MQTT_client_answer (struct MQTT_Client *client);

#endif
