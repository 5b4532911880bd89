/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame.h
 * @brief What the library and the service say to each other, as bytes; version 1.
 *
 * Checked here and nowhere else, in both directions.  Topics are numbered by
 * whoever sends: a NAME binds a number to a text until the next NAME with it.
 * Publications have no number: they are answered in the order they were sent.
 * Subscriptions carry a number of the client's choice.
 */
#ifndef MQTT_CORE_IPC_FRAME_H
#define MQTT_CORE_IPC_FRAME_H

#include "outbox.h"

/** Version of the protocol, said in HELLO. */
#define MQTT_IPC_VERSION 1

/** Topic numbers go from 0 to below this, in each direction. */
#define MQTT_IPC_TOPIC_NUMBERS 1024

/** Most subscriptions one MESSAGE frame names; more take several frames. */
#define MQTT_IPC_SUBSCRIPTIONS_MAX 4096

/** Frame types. */
enum MQTT_IpcFrameType
{
  /** Both ways, first. */
  MQTT_IPC_HELLO = 1,
  /** Both ways. */
  MQTT_IPC_NAME = 2,
  /** Client to service. */
  MQTT_IPC_SUBSCRIBE = 3,
  MQTT_IPC_UNSUBSCRIBE = 4,
  MQTT_IPC_PUBLISH = 5,
  /** Service to client. */
  MQTT_IPC_SUBSCRIBED = 6,
  MQTT_IPC_PUBLISHED = 7,
  MQTT_IPC_MESSAGE = 8
};

/** Who may have sent a frame. */
enum MQTT_IpcSide
{
  MQTT_IPC_FROM_CLIENT,
  MQTT_IPC_FROM_SERVICE
};

struct MQTT_IpcHello
{
  uint8_t version;
  /** From the service: highest QoS of publications; from a client 0. */
  uint8_t maximum_qos;
  /** From the service: are retained messages kept?  From a client false. */
  bool retain_available;
  /** From the service: largest payload it takes, bytes; from a client 0. */
  uint32_t maximum_payload;
};

struct MQTT_IpcName
{
  /** Below #MQTT_IPC_TOPIC_NUMBERS. */
  uint32_t number;
  /** A legal topic name. */
  const char *name;
  size_t name_size;
};

/** Options of a subscription (MQTT 5, 3.8.3.1). */
enum MQTT_IpcSubscribeFlags
{
  MQTT_IPC_SUBSCRIBE_QOS = 0x03,
  MQTT_IPC_SUBSCRIBE_NO_LOCAL = 0x04,
  MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED = 0x08,
  /** Two bits: retain handling, 0 to 2. */
  MQTT_IPC_SUBSCRIBE_RETAIN_HANDLING = 0x30
};

struct MQTT_IpcSubscribe
{
  /** Names the subscription on this connection. */
  uint32_t subscription;
  /** Highest QoS asked for. */
  uint8_t qos;
  bool no_local;
  bool retain_as_published;
  uint8_t retain_handling;
  /** A legal topic filter. */
  const char *filter;
  size_t filter_size;
};

struct MQTT_IpcUnsubscribe
{
  uint32_t subscription;
};

struct MQTT_IpcPublish
{
  /** Of the topic; whether it is bound is not checked here. */
  uint32_t number;
  struct MQTT_Publication publication;
};

struct MQTT_IpcSubscribed
{
  uint32_t subscription;
  /** MQTT 5 reason code: below 0x80 the granted QoS, otherwise why not. */
  uint8_t reason;
};

/** The next @e count publications, in order, ended with this result. */
struct MQTT_IpcPublished
{
  /** At least 1. */
  uint32_t count;
  /** MQTT 5 reason code. */
  uint8_t reason;
};

struct MQTT_IpcMessage
{
  /** Of the topic; whether it is bound is not checked here. */
  uint32_t number;
  /** From 1 to #MQTT_IPC_SUBSCRIPTIONS_MAX. */
  uint16_t subscription_count;
  /** Big-endian, not aligned; read with MQTT_ipc_message_subscription(). */
  const void *subscriptions;
  struct MQTT_Publication publication;
};

/** A decoded frame; pointers lead into the frame's body. */
struct MQTT_IpcFrame
{
  enum MQTT_IpcFrameType type;
  union
  {
    struct MQTT_IpcHello hello;
    struct MQTT_IpcName name;
    struct MQTT_IpcSubscribe subscribe;
    struct MQTT_IpcUnsubscribe unsubscribe;
    struct MQTT_IpcPublish publish;
    struct MQTT_IpcSubscribed subscribed;
    struct MQTT_IpcPublished published;
    struct MQTT_IpcMessage message;
  };
};


/**
 * Check and decode a frame.
 *
 * @param side who sent it; a frame the side may not send is illegal
 * @param type frame type
 * @param flags frame flags
 * @param body frame body, not aligned
 * @param size bytes of it
 * @param[out] frame set if true is returned
 * @return false if it is not legal
 */
bool
MQTT_ipc_frame_decode (enum MQTT_IpcSide side,
                       uint8_t type,
                       uint8_t flags,
                       const void *body,
                       size_t size,
                       struct MQTT_IpcFrame *frame);


/**
 * Read one subscription number of a MESSAGE frame.
 */
uint32_t
MQTT_ipc_message_subscription (const struct MQTT_IpcMessage *message,
                               uint16_t i);


/* Each of these queues one frame.  Values must be in range. */

void
MQTT_ipc_put_hello (struct MQTT_Outbox *outbox,
                    const struct MQTT_IpcHello *hello);

void
MQTT_ipc_put_name (struct MQTT_Outbox *outbox,
                   uint32_t number,
                   const char *name,
                   size_t name_size);

void
MQTT_ipc_put_subscribe (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcSubscribe *subscribe);

void
MQTT_ipc_put_unsubscribe (struct MQTT_Outbox *outbox, uint32_t subscription);

void
MQTT_ipc_put_publish (struct MQTT_Outbox *outbox,
                      uint32_t number,
                      struct MQTT_Message *message);

void
MQTT_ipc_put_subscribed (struct MQTT_Outbox *outbox,
                         uint32_t subscription,
                         uint8_t reason);

void
MQTT_ipc_put_published (struct MQTT_Outbox *outbox,
                        uint32_t count,
                        uint8_t reason);

/**
 * @param subscriptions in host byte order, 1 to #MQTT_IPC_SUBSCRIPTIONS_MAX
 * @param qos QoS of this delivery
 */
void
MQTT_ipc_put_message (struct MQTT_Outbox *outbox,
                      uint32_t number,
                      const uint32_t *subscriptions,
                      uint16_t count,
                      struct MQTT_Message *message,
                      uint8_t qos);

#endif
