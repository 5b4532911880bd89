/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/client.h
 * @brief One client.  Only for clients.c and the files client_*.c.
 */
#ifndef MQTT_SERVICE_CLIENT_H
#define MQTT_SERVICE_CLIENT_H

#include "../core/ipc_frame.h"
#include "../core/properties.h"
#include "../core/topic.h"
#include "clients.h"
#include "destination.h"
#include "replay.h"

struct MQTT_Clients
{
  struct MQTT_ClientsConfig config;
  /** Memory for incomplete frames of all clients. */
  struct MQTT_FrameBudget budget;
  struct MQTT_Client *head;
  struct MQTT_Client *tail;
  unsigned int count;
};

/** Publications in the client's own name that are answered alike, once their turn has
    come. */
struct MQTT_ClientAnswer
{
  struct MQTT_ClientAnswer *prev;
  struct MQTT_ClientAnswer *next;
  struct MQTT_Client *client;
  /** Not kept yet; NULL: to be answered. */
  struct MQTT_Promise *promise;
  uint32_t count;
  uint8_t reason;
};

/** A session that a client has. */
struct MQTT_ClientSession
{
  /** Among those that wait for room in the client's queue. */
  struct MQTT_ClientSession *prev;
  struct MQTT_ClientSession *next;
  struct MQTT_Client *client;
  struct MQTT_SessionLine line;
  /** The client's name for it. */
  uint32_t number;
  bool paused;
  /** The client wants no messages now. */
  bool told_to_pause;
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
  struct MQTT_Replays replays;
  /** Subscriptions by the client's number. */
  struct GNUNET_CONTAINER_MultiHashMap32 *subscriptions;
  /** Sessions by the client's number; NULL until it opens one. */
  struct GNUNET_CONTAINER_MultiHashMap32 *sessions;
  /** Those that wait for room in the queue, the first first. */
  struct MQTT_ClientSession *paused_head;
  struct MQTT_ClientSession *paused_tail;
  /** Topics by the client's number; NULL until it names one. */
  struct MQTT_ClientTopic *topics;
  /** Identifiers of the topics that the client was told, by our number; NULL until it is told one. */
  uint64_t *told;
  /** Set while a client that is one too many waits to be dropped. */
  struct GNUNET_SCHEDULER_Task *refuse_task;
  /** Publications taken and not answered yet, and those behind them, in order. */
  uint32_t taken;
  struct MQTT_ClientAnswer *answers_head;
  struct MQTT_ClientAnswer *answers_tail;
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
 * Give the topic the number under which the client knows it, telling it if it
 * does not.
 */
uint32_t
MQTT_client_number_topic (struct MQTT_Client *client, struct MQTT_Topic *topic);


/* client_publish.c */

/**
 * #MQTT_IPC_PUBLISH
 */
bool
MQTT_client_publish (struct MQTT_Client *client,
                     const struct MQTT_IpcPublish *publish);


/**
 * Answer the publications whose turn has come.
 */
void
MQTT_client_answer (struct MQTT_Client *client);


/**
 * No publication is answered any more.
 */
void
MQTT_client_forget_answers (struct MQTT_Client *client);


/* client_sessions.c */

/**
 * @return NULL if it is over, or never was
 */
struct MQTT_HostedSession *
MQTT_client_session (const struct MQTT_Client *client, uint32_t number);


/**
 * #MQTT_IPC_OPEN
 */
bool
MQTT_client_open (struct MQTT_Client *client, const struct MQTT_IpcOpen *open);


/**
 * #MQTT_IPC_CLOSE
 */
bool
MQTT_client_close (struct MQTT_Client *client,
                   const struct MQTT_IpcClose *close);


/**
 * #MQTT_IPC_FLOW
 */
void
MQTT_client_flow (struct MQTT_Client *client, const struct MQTT_IpcFlow *flow);


/**
 * The queue has room: sessions go on.
 */
void
MQTT_client_sessions_resume (struct MQTT_Client *client);


/**
 * The client is gone: its sessions lose it.
 */
void
MQTT_client_sessions_lost (struct MQTT_Client *client);

#endif
