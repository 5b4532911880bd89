/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame.h
 * @brief What the library and the service say to each other, as bytes; version 3.
 *
 * Checked here and nowhere else, in both directions.  Topics are numbered by
 * whoever sends: a NAME binds a number to a text until the next NAME with it.
 *
 * A connection carries sessions, which the client numbers.  Number 0 is the
 * connection's own: there from HELLO on, clean, without expiry or will.
 *
 *  - Its publications, at any QoS, have no packet identifier: they are answered by
 *    PUBLISHED in the order they were sent.  Its deliveries need no answer.  Its
 *    subscriptions are named by their number, and there may be several to a filter.
 *  - Other sessions begin with OPEN, which is answered by OPENED, and end with
 *    CLOSE or CLOSED.  At QoS 1 and 2 they exchange packet identifiers and
 *    acknowledgements as MQTT 5 has it (4.3), retransmission after a reconnect
 *    included; at QoS 0 their publications are answered by PUBLISHED.  A subscription
 *    is named by its filter, and replaced by another to it (3.8.4); its number
 *    is the subscription identifier of the client's choice, 0 for none.
 *
 * What is said of a session crosses what the other side says of its end: either
 * side ignores frames about a session that it knows to be over, or does not know.
 * A client gives the number of a session to another one only when it has had
 * OPENED with a failure or CLOSED; one of them answers CLOSE, too.
 */
#ifndef MQTT_CORE_IPC_FRAME_H
#define MQTT_CORE_IPC_FRAME_H

#include "channel_entry.h"
#include "outbox.h"

/** Version of the protocol, said in HELLO. */
#define MQTT_IPC_VERSION 3

/** Topic numbers go from 0 to below this, in each direction. */
#define MQTT_IPC_TOPIC_NUMBERS 1024

/** Most sessions of a connection, beside its own. */
#define MQTT_IPC_SESSIONS_MAX 65536

/** Most bytes of a client identifier (1.5.4). */
#define MQTT_IPC_CLIENT_ID_MAX 65535

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
  MQTT_IPC_MESSAGE = 8,
  /** Client to service. */
  MQTT_IPC_OPEN = 9,
  MQTT_IPC_CLOSE = 10,
  /** Service to client. */
  MQTT_IPC_OPENED = 11,
  MQTT_IPC_CLOSED = 12,
  /** Both ways: PUBACK, PUBREC, PUBREL and PUBCOMP of MQTT 5. */
  MQTT_IPC_ACK = 13,
  /** Service to client; not in session 0. */
  MQTT_IPC_UNSUBSCRIBED = 14,
  /** Client to service. */
  MQTT_IPC_CHANNEL = 15,
  /** Service to client. */
  MQTT_IPC_CHANNELED = 16,
  /** Client to service; not in session 0. */
  MQTT_IPC_FLOW = 17
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
  /** From the service: the peer it belongs to; from a client zeros. */
  struct GNUNET_PeerIdentity peer;
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
  MQTT_IPC_SUBSCRIBE_RETAIN_HANDLING = 0x30,
  MQTT_IPC_SUBSCRIBE_RETAIN_NEVER = 0x20,
  /** Not even peers that could want to know learn it from the DHT. */
  MQTT_IPC_SUBSCRIBE_ANONYMOUS = 0x40,
  /** Not anonymous, whatever the configuration says; excludes the one before. */
  MQTT_IPC_SUBSCRIBE_NAMED = 0x80
};

/**
 * When retained messages follow a subscription (3.8.3.1).
 */
enum MQTT_IpcRetained
{
  MQTT_IPC_RETAINED_ALWAYS = 0,
  /** If there was none with this filter. */
  MQTT_IPC_RETAINED_IF_NEW = 1,
  MQTT_IPC_RETAINED_NEVER = 2
};

struct MQTT_IpcSubscribe
{
  uint32_t session;
  /** In session 0 names the subscription, below 2^31; in others the subscription identifier, 0 for none. */
  uint32_t subscription;
  /** Highest QoS asked for. */
  uint8_t qos;
  bool no_local;
  bool retain_as_published;
  /** An enum MQTT_IpcRetained. */
  uint8_t retain_handling;
  /** At most one of the two; as configured if none. */
  bool anonymous;
  bool named;
  /** A legal topic filter; a shared one begins with "$share/". */
  const char *filter;
  size_t filter_size;
};

struct MQTT_IpcUnsubscribe
{
  uint32_t session;
  /** In session 0 which one; in others 0. */
  uint32_t subscription;
  /** In session 0 NULL; in others which one. */
  const char *filter;
  size_t filter_size;
};

struct MQTT_IpcPublish
{
  uint32_t session;
  /** 0 at QoS 0 and in session 0, otherwise not 0. */
  uint16_t packet_id;
  /** It was sent before, on another connection (3.3.1.1). */
  bool dup;
  /** Of the topic; whether it is bound is not checked here. */
  uint32_t number;
  struct MQTT_Publication publication;
};

struct MQTT_IpcSubscribed
{
  uint32_t session;
  /** As in the request, which are answered in order. */
  uint32_t subscription;
  /** MQTT 5 reason code: below 0x80 the granted QoS, otherwise why not. */
  uint8_t reason;
};

/** What an UNSUBACK says.  UNSUBSCRIBE is answered so in order, but not in session 0. */
struct MQTT_IpcUnsubscribed
{
  /** Not 0. */
  uint32_t session;
  /** MQTT 5 reason code: 0, 0x11 if there was none, or why not. */
  uint8_t reason;
};

/** The next @e count publications of the session that are answered so, in order,
    ended with this result. */
struct MQTT_IpcPublished
{
  uint32_t session;
  /** At least 1. */
  uint32_t count;
  /** MQTT 5 reason code. */
  uint8_t reason;
};

struct MQTT_IpcMessage
{
  uint32_t session;
  /** 0 at QoS 0 and in session 0, otherwise not 0. */
  uint16_t packet_id;
  /** It may have been sent before. */
  bool dup;
  /** Of the topic; whether it is bound is not checked here. */
  uint32_t number;
  /** From 1 (in session 0, otherwise from 0) to #MQTT_IPC_SUBSCRIPTIONS_MAX. */
  uint16_t subscription_count;
  /** Big-endian, not aligned; read with MQTT_ipc_message_subscription(). */
  const void *subscriptions;
  struct MQTT_Publication publication;
};

/** A will (3.1.3.2 to 3.1.3.4): like a publication, but told beforehand: its
    expiry counts from when it is published. */
struct MQTT_IpcWill
{
  /** A legal topic name. */
  const char *topic;
  size_t topic_size;
  /** Will delay interval, seconds. */
  uint32_t delay_s;
  struct MQTT_Publication publication;
};

/** What a CONNECT says. */
struct MQTT_IpcOpen
{
  /** Not 0, and not in use on this connection. */
  uint32_t session;
  /** Session expiry interval, seconds; UINT32_MAX for never. */
  uint32_t expiry_s;
  /** Largest PUBLISH that the client takes, bytes as MQTT 5 encodes it (3.1.2.11.4): at
      least 1; UINT32_MAX for any.  A larger one ends unsent (MQTT-3.1.2-25). */
  uint32_t maximum_packet;
  /** At least 1. */
  uint16_t receive_maximum;
  bool clean_start;
  /** The client knows nothing of the session from before: publications that were
      left half-way end (as by PUBREL), so that their identifiers are free for others
      by the time of OPENED. */
  bool new_client;
  bool has_will;
  /** Client identifier, legal UTF-8, from 1 to #MQTT_IPC_CLIENT_ID_MAX bytes. */
  const char *client_id;
  size_t client_id_size;
  /** Only if @e has_will. */
  struct MQTT_IpcWill will;
};

/** What a CONNACK says; the session is the client's if @e reason is 0. */
struct MQTT_IpcOpened
{
  uint32_t session;
  /** The session expiry interval that the service has chosen, as in OPEN; 0 with a
      failure. */
  uint32_t expiry_s;
  /** The service's receive maximum, at least 1. */
  uint16_t receive_maximum;
  /** MQTT 5 reason code. */
  uint8_t reason;
  /** Never with a failure. */
  bool present;
};

/** What a DISCONNECT of a client says. */
struct MQTT_IpcClose
{
  uint32_t session;
  /** The session expiry interval is changed to @e expiry_s, which is 0 if not. */
  bool has_expiry;
  uint32_t expiry_s;
  /** MQTT 5 reason code: 0 for a clean goodbye, 4 or a failure to have the will published. */
  uint8_t reason;
};

/** The session is not this connection's any more. */
struct MQTT_IpcClosed
{
  uint32_t session;
  /** MQTT 5 reason code: 0 answers CLOSE; 0x8E: another client has taken it. */
  uint8_t reason;
};

/** Values are the packet types of MQTT 5 (2.1.2). */
enum MQTT_IpcAckType
{
  MQTT_IPC_PUBACK = 4,
  MQTT_IPC_PUBREC = 5,
  MQTT_IPC_PUBREL = 6,
  MQTT_IPC_PUBCOMP = 7
};

struct MQTT_IpcAck
{
  uint32_t session;
  enum MQTT_IpcAckType type;
  /** Not 0. */
  uint16_t packet_id;
  /** MQTT 5 reason code. */
  uint8_t reason;
};

/** A channel entry that lets the service's peer publish, or that revokes one. */
struct MQTT_IpcChannel
{
  /** Not checked here: for MQTT_channel_entry_read(). */
  const void *entry;
  /** From #MQTT_CHANNEL_ENTRY_FIXED to #MQTT_CHANNEL_ENTRY_MAX. */
  size_t entry_size;
};

/** The first CHANNEL that was not answered yet was taken, or why not. */
struct MQTT_IpcChanneled
{
  /** An enum MQTT_ChannelVerdict. */
  uint8_t verdict;
};

/** Messages of the session wait, or go on.  Answered by nothing: those under way
    arrive.  At first they go on. */
struct MQTT_IpcFlow
{
  uint32_t session;
  bool paused;
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
    struct MQTT_IpcUnsubscribed unsubscribed;
    struct MQTT_IpcPublished published;
    struct MQTT_IpcMessage message;
    struct MQTT_IpcOpen open;
    struct MQTT_IpcClose close;
    struct MQTT_IpcOpened opened;
    struct MQTT_IpcClosed closed;
    struct MQTT_IpcAck ack;
    struct MQTT_IpcChannel channel;
    struct MQTT_IpcChanneled channeled;
    struct MQTT_IpcFlow flow;
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
MQTT_ipc_put_unsubscribe (struct MQTT_Outbox *outbox,
                          const struct MQTT_IpcUnsubscribe *unsubscribe);

/** @param publish the publication in it is ignored: @a message is sent */
void
MQTT_ipc_put_publish (struct MQTT_Outbox *outbox,
                      const struct MQTT_IpcPublish *publish,
                      struct MQTT_Message *message);

void
MQTT_ipc_put_subscribed (struct MQTT_Outbox *outbox,
                         const struct MQTT_IpcSubscribed *subscribed);

void
MQTT_ipc_put_unsubscribed (struct MQTT_Outbox *outbox,
                           const struct MQTT_IpcUnsubscribed *unsubscribed);

void
MQTT_ipc_put_published (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcPublished *published);

/**
 * @param delivery session, packet identifier, DUP and topic number are taken from it
 * @param subscriptions in host byte order
 * @param count how many, at most #MQTT_IPC_SUBSCRIPTIONS_MAX
 * @param message what is delivered
 * @param qos QoS of this delivery
 * @param retain retain flag of this delivery
 */
void
MQTT_ipc_put_message (struct MQTT_Outbox *outbox,
                      const struct MQTT_IpcMessage *delivery,
                      const uint32_t *subscriptions,
                      uint16_t count,
                      struct MQTT_Message *message,
                      uint8_t qos,
                      bool retain);

void
MQTT_ipc_put_open (struct MQTT_Outbox *outbox, const struct MQTT_IpcOpen *open);

void
MQTT_ipc_put_close (struct MQTT_Outbox *outbox,
                    const struct MQTT_IpcClose *close);

void
MQTT_ipc_put_opened (struct MQTT_Outbox *outbox,
                     const struct MQTT_IpcOpened *opened);

void
MQTT_ipc_put_closed (struct MQTT_Outbox *outbox,
                     const struct MQTT_IpcClosed *closed);

void
MQTT_ipc_put_ack (struct MQTT_Outbox *outbox, const struct MQTT_IpcAck *ack);

void
MQTT_ipc_put_channel (struct MQTT_Outbox *outbox,
                      const struct MQTT_IpcChannel *channel);

void
MQTT_ipc_put_channeled (struct MQTT_Outbox *outbox,
                        const struct MQTT_IpcChanneled *channeled);

void
MQTT_ipc_put_flow (struct MQTT_Outbox *outbox, const struct MQTT_IpcFlow *flow);

#endif
