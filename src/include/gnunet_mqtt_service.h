/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file include/gnunet_mqtt_service.h
 * @brief Publish/subscribe without a broker: the API of libgnunetmqtt.
 *
 * Applications talk to the `mqtt` service of their own peer, which finds the
 * subscribers at other peers.  Terms and reason codes are those of MQTT
 * version 5.0 (OASIS standard, 2019), cited below by section.
 *
 * All calls belong into tasks of the GNUnet scheduler, and callbacks come from
 * there.  From any callback any call is allowed, GNUNET_MQTT_disconnect()
 * included, except where a comment says otherwise.  All sizes are in bytes;
 * texts are UTF-8 and not terminated; memory that is passed in is copied before
 * the call returns, memory that is passed to a callback is borrowed until the
 * callback returns.
 *
 * @defgroup mqtt  MQTT service
 * @{
 */
#ifndef GNUNET_MQTT_SERVICE_H
#define GNUNET_MQTT_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <gnunet/gnunet_util_lib.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Version of this API: 0x00MMmmpp.
 */
#define GNUNET_MQTT_VERSION 0x00000100

/**
 * Most bytes of a topic name or topic filter (1.5.4).
 */
#define GNUNET_MQTT_TOPIC_MAX 65535

/**
 * Most bytes of payload that a service takes unless configured otherwise
 * (MAXIMUM_PAYLOAD in section [mqtt]).
 */
#define GNUNET_MQTT_PAYLOAD_DEFAULT_MAX (16 * 1024 * 1024)

/**
 * Most bytes that the properties of a message take, as MQTT 5 encodes them (3.3.2.3),
 * without message expiry interval and subscription identifiers.
 */
#define GNUNET_MQTT_PROPERTIES_MAX (256 * 1024)

/**
 * Most user properties of a message.
 */
#define GNUNET_MQTT_USER_PROPERTIES_MAX 1024

/**
 * How a request ended; the values are the reason codes of MQTT 5 (2.4).
 */
enum GNUNET_MQTT_ReasonCode
{
  /** Done.  Of a subscription: granted, at QoS 0. */
  GNUNET_MQTT_SUCCESS = 0x00,
  GNUNET_MQTT_GRANTED_QOS_1 = 0x01,
  GNUNET_MQTT_GRANTED_QOS_2 = 0x02,
  /** Of a session that is closed: publish the will all the same. */
  GNUNET_MQTT_DISCONNECT_WITH_WILL = 0x04,
  /** Done, but nobody is known who wants the message. */
  GNUNET_MQTT_NO_MATCHING_SUBSCRIBERS = 0x10,
  /** There was nothing to unsubscribe from. */
  GNUNET_MQTT_NO_SUBSCRIPTION_EXISTED = 0x11,
  GNUNET_MQTT_UNSPECIFIED_ERROR = 0x80,
  /** No message of MQTT can be so: GNUNET_MQTT_message_check() alone says it. */
  GNUNET_MQTT_MALFORMED_PACKET = 0x81,
  GNUNET_MQTT_PROTOCOL_ERROR = 0x82,
  /** What was asked for is legal; why it is refused has no code of its own. */
  GNUNET_MQTT_IMPLEMENTATION_SPECIFIC_ERROR = 0x83,
  /** The service does not speak this library's protocol. */
  GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION = 0x84,
  GNUNET_MQTT_CLIENT_IDENTIFIER_NOT_VALID = 0x85,
  GNUNET_MQTT_NOT_AUTHORIZED = 0x87,
  /** The connection to the service was lost. */
  GNUNET_MQTT_SERVER_UNAVAILABLE = 0x88,
  GNUNET_MQTT_SERVER_SHUTTING_DOWN = 0x8B,
  /** Another client has opened a session with this identifier. */
  GNUNET_MQTT_SESSION_TAKEN_OVER = 0x8E,
  GNUNET_MQTT_TOPIC_FILTER_INVALID = 0x8F,
  GNUNET_MQTT_TOPIC_NAME_INVALID = 0x90,
  GNUNET_MQTT_PACKET_IDENTIFIER_IN_USE = 0x91,
  GNUNET_MQTT_PACKET_IDENTIFIER_NOT_FOUND = 0x92,
  GNUNET_MQTT_RECEIVE_MAXIMUM_EXCEEDED = 0x93,
  /** Payload or properties larger than the service takes. */
  GNUNET_MQTT_PACKET_TOO_LARGE = 0x95,
  /** A configured bound is reached, such as the subscriptions of one client. */
  GNUNET_MQTT_QUOTA_EXCEEDED = 0x97,
  GNUNET_MQTT_RETAIN_NOT_SUPPORTED = 0x9A,
  GNUNET_MQTT_QOS_NOT_SUPPORTED = 0x9B,
  GNUNET_MQTT_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9E
};

/**
 * Describe a reason code in a few words of English.
 */
const char *
GNUNET_MQTT_reason_text (enum GNUNET_MQTT_ReasonCode reason);


/**
 * Is this a legal topic name (4.7), one that can be published to?
 *
 * @param name the name
 * @param name_size bytes of it
 * @param[out] where offset of the first wrong byte, @a name_size if something is
 *             missing at the end; set if it is wrong; may be NULL
 * @return NULL if it is legal, otherwise what is wrong, in a few words of English
 */
const char *
GNUNET_MQTT_topic_name_check (const char *name,
                              size_t name_size,
                              size_t *where);


/**
 * Is this a legal topic filter (4.7), one that can be subscribed to?
 *
 * @param filter the filter
 * @param filter_size bytes of it
 * @param[out] where offset of the first wrong byte, @a filter_size if something is
 *             missing at the end; set if it is wrong; may be NULL
 * @return NULL if it is legal, otherwise what is wrong, in a few words of English
 */
const char *
GNUNET_MQTT_topic_filter_check (const char *filter,
                                size_t filter_size,
                                size_t *where);


/**
 * Does a filter match a topic name (4.7)?  Both must be legal; of a shared
 * subscription (4.8.2), pass what follows "$share/GROUP/".
 */
bool
GNUNET_MQTT_topic_matches (const char *filter,
                           size_t filter_size,
                           const char *name,
                           size_t name_size);


/* ------------------------------ connection ------------------------------ */

/**
 * Connection to the service.
 */
struct GNUNET_MQTT_Handle;

/**
 * Called when the service is there, and when it is gone.
 *
 * @param cls closure
 * @param connected #GNUNET_YES: connected, requests are being served;
 *        #GNUNET_NO: lost, or not there within some seconds; the library goes on
 *        trying;
 *        #GNUNET_SYSERR: the service speaks another version of the protocol, the
 *        library does not try again; all that is asked for is answered with
 *        #GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION
 */
typedef void (*GNUNET_MQTT_StatusCallback) (
  void *cls,
  enum GNUNET_GenericReturnValue connected);


/**
 * Connect to the service of this peer.  The connection is made, and made again
 * whenever it is lost, in the background; subscriptions and publications may be
 * asked for at once, and those that are live are asked for again after a
 * restart of the service without the application's doing.  A publication that
 * was under way when the service vanished may then arrive twice, at any QoS: who
 * needs exactly once opens a session (gnunet_mqtt_session.h).
 *
 * @param cfg configuration of the peer, must outlive the handle
 * @param status called when the connection comes and goes; may be NULL
 * @param cls closure for @a status
 * @return the handle; NULL if the configuration names no mqtt service
 */
struct GNUNET_MQTT_Handle *
GNUNET_MQTT_connect (const struct GNUNET_CONFIGURATION_Handle *cfg,
                     GNUNET_MQTT_StatusCallback status,
                     void *cls);


/**
 * Disconnect.  Ends all subscriptions and gives up publications that were not
 * yet answered, without calling back.  All that belongs to the handle is
 * invalid afterwards.
 */
void
GNUNET_MQTT_disconnect (struct GNUNET_MQTT_Handle *handle);


/* ------------------------------- messages ------------------------------- */

/**
 * A user property (3.3.2.3.7), name and value both UTF-8.
 */
struct GNUNET_MQTT_UserProperty
{
  const char *name;
  size_t name_size;
  const char *value;
  size_t value_size;
};

/**
 * A message, as it is published and as it is received.  Set what is not needed
 * to 0; #GNUNET_MQTT_MESSAGE_INIT does.
 */
struct GNUNET_MQTT_Message
{
  /** Topic name, UTF-8. */
  const char *topic;
  size_t topic_size;
  /** Payload, any bytes; may be NULL if its size is 0. */
  const void *payload;
  size_t payload_size;
  /** QoS: 0, 1 or 2 (4.3). */
  uint8_t qos;
  /** Published: keep it for later subscribers (3.3.1.3).  Received: it was kept. */
  bool retain;
  /** 1 if the payload is said to be UTF-8 (3.3.2.3.2), otherwise 0. */
  uint8_t payload_format;
  /** It is said, also if it is 0 (MQTT-3.3.2-4).  1 is said in any case. */
  bool has_payload_format;
  /** There is a message expiry interval, also if it is zero: it expires unless it can
      be delivered at once.  Another one needs no saying. */
  bool has_expiry;
  /** Message expiry interval (3.3.2.3.3).  Received: what is left of it, not zero if there is one. */
  struct GNUNET_TIME_Relative expiry;
  /** Content type (3.3.2.3.9), UTF-8; NULL if none. */
  const char *content_type;
  size_t content_type_size;
  /** Response topic (3.3.2.3.5), a topic name; NULL if none. */
  const char *response_topic;
  size_t response_topic_size;
  /** Correlation data (3.3.2.3.6); NULL if none. */
  const void *correlation_data;
  size_t correlation_data_size;
  /** User properties, in order; NULL if none. */
  const struct GNUNET_MQTT_UserProperty *user_properties;
  unsigned int user_property_count;
  /**
   * Received only: counts deliveries on this handle.  A message that matches
   * several subscriptions of the handle is delivered to each, one after the
   * other and under the same number (a new one after each 4,096 of them).
   */
  uint64_t delivery;
  /** In sessions: packet identifier (2.2.1); see enum GNUNET_MQTT_Acknowledge.  0 at QoS 0. */
  uint16_t packet_id;
  /** In sessions: it may have been sent before (3.3.1.1). */
  bool dup;
};

/** A message that says nothing. */
#define GNUNET_MQTT_MESSAGE_INIT \
  { \
    .topic = NULL \
  }


/**
 * Is this a legal message, one that can be published or be a will?  Knows nothing of
 * what a service takes: payloads above its bound, too, are answered with
 * #GNUNET_MQTT_PACKET_TOO_LARGE when they are published.
 *
 * @param message the message; packet_id and dup are not looked at
 * @return #GNUNET_MQTT_SUCCESS, or what is wrong:
 *         #GNUNET_MQTT_TOPIC_NAME_INVALID: its topic is no topic name
 *         (GNUNET_MQTT_topic_name_check() says why);
 *         #GNUNET_MQTT_PACKET_TOO_LARGE: it may be legal in MQTT, but has more than
 *         #GNUNET_MQTT_USER_PROPERTIES_MAX user properties, its properties take more than
 *         #GNUNET_MQTT_PROPERTIES_MAX bytes, or its payload 4 GiB - 1 MiB or more;
 *         #GNUNET_MQTT_PROTOCOL_ERROR: its payload format is above 1, or its response
 *         topic no topic name;
 *         #GNUNET_MQTT_MALFORMED_PACKET: its QoS is above 2, a text is not UTF-8, or a
 *         text or the correlation data has more than 65,535 bytes
 */
enum GNUNET_MQTT_ReasonCode
GNUNET_MQTT_message_check (const struct GNUNET_MQTT_Message *message);


/**
 * A publication that was not yet answered.
 */
struct GNUNET_MQTT_Publication;

/**
 * A publication was answered; its handle is invalid now.
 *
 * @param cls closure
 * @param reason below 0x80: the peer has taken the message, for every subscriber
 *        that is known and those who are found within the discovery window.  At
 *        QoS 0 it may be dropped all the same, for one who reads nothing or is
 *        lost: see the counters.  At QoS 1 and 2 it is on disk, and will be
 *        delivered unless it expires.  Otherwise why it was refused.
 */
typedef void (*GNUNET_MQTT_PublishContinuation) (
  void *cls,
  enum GNUNET_MQTT_ReasonCode reason);


/**
 * Publish a message, at any QoS, retained or not.  At QoS 2 subscribers get it
 * once, unless the service is killed before it has answered: the library then
 * publishes again, and it may arrive twice.  Sessions do not have this gap.
 *
 * Messages of one handle are taken by the service in the order of the calls.
 * While the service is slowed (a subscriber, or the way to it, takes less than
 * is published) answers come later, and the library holds what was not
 * answered: an application that publishes much waits for continuations, say
 * with at most 1,000 publications or 1 MiB under way.
 *
 * @param handle the connection
 * @param message what to publish
 * @param continuation called once with the result, never from within this call; may be NULL
 * @param cls closure for @a continuation
 * @return handle of the publication; NULL if the message is illegal, as
 *         GNUNET_MQTT_message_check() says; @a continuation is not called then
 */
struct GNUNET_MQTT_Publication *
GNUNET_MQTT_publish (struct GNUNET_MQTT_Handle *handle,
                     const struct GNUNET_MQTT_Message *message,
                     GNUNET_MQTT_PublishContinuation continuation,
                     void *cls);


/**
 * Give up a publication that was not yet answered.  Its continuation is not
 * called.  If it has left for the service already, it is published all the same.
 */
void
GNUNET_MQTT_publish_cancel (struct GNUNET_MQTT_Publication *publication);


/* ----------------------------- subscriptions ----------------------------- */

/**
 * A subscription.
 */
struct GNUNET_MQTT_Subscription;

/**
 * May other peers learn from GNUnet's DHT that this peer subscribes?
 */
enum GNUNET_MQTT_Anonymity
{
  /** As ANONYMOUS in section [mqtt] of the peer's configuration says; if it says
      nothing, they may. */
  GNUNET_MQTT_ANONYMITY_CONFIGURED = 0,
  /** Not from what is stored there.  Peers that say they publish what matches do: they
      are called on. */
  GNUNET_MQTT_ANONYMITY_ANONYMOUS = 1,
  /** Yes. */
  GNUNET_MQTT_ANONYMITY_NAMED = 2
};

/**
 * Options of a subscription (3.8.3.1).  All 0 is the default.
 */
struct GNUNET_MQTT_SubscribeOptions
{
  /** Highest QoS wanted. */
  uint8_t qos;
  /** Leave out what this handle publishes itself. */
  bool no_local;
  /** Deliver the retain flag as it was published. */
  bool retain_as_published;
  /** 0: retained messages at every subscribe; 1: only if new; 2: none. */
  uint8_t retain_handling;
  /** What peers may know of it; not of another subscription to the same filter. */
  enum GNUNET_MQTT_Anonymity anonymity;
  /** In sessions: subscription identifier (3.8.2.1.2), at most 268,435,455; 0 for none. */
  uint32_t identifier;
};

/**
 * A subscription was answered, at first and after each reconnect.
 *
 * @param cls closure
 * @param reason below 0x80: granted, with this QoS; otherwise why not: the
 *        subscription stays without effect until GNUNET_MQTT_unsubscribe(), which
 *        must be called all the same
 */
typedef void (*GNUNET_MQTT_SubscribeCallback) (
  void *cls,
  enum GNUNET_MQTT_ReasonCode reason);

/**
 * A message arrived.
 *
 * @param cls closure
 * @param message the message, borrowed until the callback returns
 */
typedef void (*GNUNET_MQTT_MessageCallback) (
  void *cls,
  const struct GNUNET_MQTT_Message *message);


/**
 * Subscribe.  The same filter may be subscribed to several times; each
 * subscription gets its own callback.  What is published while there is no
 * connection is missed, at any QoS: sessions do not miss it.
 *
 * @param handle the connection
 * @param filter topic filter, or "$share/GROUP/FILTER": each message goes to
 *        one of those who subscribe so, at whatever peer (4.8.2)
 * @param filter_size bytes of it
 * @param options options; NULL for the default
 * @param status called with the service's answers, never from within this call; may be NULL
 * @param message called for each message; never before @a status was
 * @param cls closure for @a status and @a message
 * @return the subscription; NULL if the filter is illegal
 *         (GNUNET_MQTT_topic_filter_check() says why), an option is out of range, or
 *         no_local is asked of a shared subscription
 */
struct GNUNET_MQTT_Subscription *
GNUNET_MQTT_subscribe (struct GNUNET_MQTT_Handle *handle,
                       const char *filter,
                       size_t filter_size,
                       const struct GNUNET_MQTT_SubscribeOptions *options,
                       GNUNET_MQTT_SubscribeCallback status,
                       GNUNET_MQTT_MessageCallback message,
                       void *cls);


/**
 * End a subscription.  From this call on its callbacks are not called.
 */
void
GNUNET_MQTT_unsubscribe (struct GNUNET_MQTT_Subscription *subscription);

#ifdef __cplusplus
}
#endif

#endif

/** @} */
