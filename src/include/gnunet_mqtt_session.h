/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file include/gnunet_mqtt_session.h
 * @brief Sessions: subscriptions, messages and a will that the service keeps
 *        under a client identifier, also while the client is away (4.1).
 *
 * For who needs exactly once, or messages that were published while it was not
 * there, or speaks for others: one connection carries thousands of sessions.
 * What gnunet_mqtt_service.h says of calls, sizes, texts and memory holds here.
 *
 * @addtogroup mqtt
 * @{
 */
#ifndef GNUNET_MQTT_SESSION_H
#define GNUNET_MQTT_SESSION_H

#include "gnunet_mqtt_service.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Most bytes of a client identifier (1.5.4).
 */
#define GNUNET_MQTT_CLIENT_ID_MAX 65535

/**
 * Most sessions of a handle.
 */
#define GNUNET_MQTT_SESSIONS_MAX 65536

/**
 * A session that this handle has opened.
 */
struct GNUNET_MQTT_Session;

/**
 * Who acknowledges, at QoS 1 and 2, and who chooses packet identifiers.
 *
 * Unless the application passes packets, the library follows 4.3: it chooses the
 * identifiers of publications, holds back what is above the service's receive
 * maximum, and answers the service.  After a reconnect it opens the session
 * again, repeats what was not acknowledged, and if the service has lost the
 * session subscribes anew.
 */
enum GNUNET_MQTT_Acknowledge
{
  /** The library does, when the message callback has returned. */
  GNUNET_MQTT_ACKNOWLEDGE_AUTOMATIC,
  /**
   * The application does, with GNUNET_MQTT_session_acknowledge().  What it has
   * not acknowledged when it ends is delivered again to who opens the session next.
   */
  GNUNET_MQTT_ACKNOWLEDGE_BY_APPLICATION,
  /**
   * Packets pass, for a gateway: identifiers and DUP flags of publications are
   * taken as they are in the message, acknowledgements go both ways as they are.
   * Nothing is repeated: when the connection to the service is lost the session is
   * closed with #GNUNET_MQTT_SERVER_UNAVAILABLE.
   *
   * Reason codes are those of MQTT 5.  MQTT 3.1.1 has none in PUBACK, PUBREC, PUBREL,
   * PUBCOMP, UNSUBACK and DISCONNECT: of a publication that is refused, and of a session
   * that is closed, a gateway tells such a client by closing its connection.  SUBACK
   * has 0x80 for all failures, CONNACK 1 for
   * #GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION, 2 for
   * #GNUNET_MQTT_CLIENT_IDENTIFIER_NOT_VALID, 5 for #GNUNET_MQTT_NOT_AUTHORIZED and 3 for
   * the rest.  Its clients do not know the receive maximum: see hold_back.
   */
  GNUNET_MQTT_ACKNOWLEDGE_PACKETS
};

/**
 * What is published when the client vanishes (3.1.2.5).
 */
struct GNUNET_MQTT_Will
{
  /** Its expiry counts from when it is published. */
  struct GNUNET_MQTT_Message message;
  /** How long the client must be gone (3.1.3.2.2); in seconds, rounded up. */
  struct GNUNET_TIME_Relative delay;
};

/**
 * What a session is opened with.  Set what is not needed to 0.
 */
struct GNUNET_MQTT_SessionOptions
{
  /** Client identifier, UTF-8, from 1 byte to #GNUNET_MQTT_CLIENT_ID_MAX.  Who opens a session takes it from who has it. */
  const char *client_id;
  size_t client_id_size;
  /** How long the session stays without its client (3.1.2.11.2); in seconds, rounded up; forever is possible, zero ends it with the connection. */
  struct GNUNET_TIME_Relative expiry;
  /** NULL if none. */
  const struct GNUNET_MQTT_Will *will;
  /** Most deliveries at QoS 1 and 2 not acknowledged (3.1.2.11.3); 0 for the most there is, 65,535. */
  uint16_t receive_maximum;
  /** Largest PUBLISH packet of MQTT 5 the client takes (3.1.2.11.4), bytes, its topic in
      full; 0 for any.  Larger messages end without it (MQTT-3.1.2-25), and are counted;
      of a shared subscription another member gets them, where one is connected that
      takes them, or none is connected. */
  uint32_t maximum_packet;
  /** If packets pass: the client does not know the service's receive maximum (MQTT
      3.1.1).  Publications above it wait in the library, with all behind them; otherwise
      the service ends the session with #GNUNET_MQTT_RECEIVE_MAXIMUM_EXCEEDED.  A gateway
      bounds what waits by reading no more of a client that has much unacknowledged. */
  bool hold_back;
  /** Begin anew: what the service keeps under the identifier is dropped. */
  bool clean_start;
  enum GNUNET_MQTT_Acknowledge acknowledge;
};

/**
 * What the service says of a session that it has opened (3.2.2).
 */
struct GNUNET_MQTT_SessionOpened
{
  /** The service had the session already, with its subscriptions and messages. */
  bool present;
  /** The session expiry interval it has (3.2.2.3.2): what was asked for, or less; forever
      if it does not expire. */
  struct GNUNET_TIME_Relative expiry;
  /** May messages be retained? */
  bool retain_available;
  /** Highest QoS of publications. */
  uint8_t maximum_qos;
  /** Most publications at QoS 1 and 2 not acknowledged. */
  uint16_t receive_maximum;
  /** Largest payload, bytes. */
  uint32_t maximum_payload;
};

/**
 * The session is open, at first and after each reconnect.  If it is not present,
 * packet identifiers of messages that were received before mean nothing any more.
 */
typedef void (*GNUNET_MQTT_SessionOpenedCallback) (
  void *cls,
  const struct GNUNET_MQTT_SessionOpened *opened);

/**
 * The session was refused, or is not this client's any more: the service is not
 * asked again.  What was not answered will be, with the same reason.
 * GNUNET_MQTT_session_close() must be called all the same.
 *
 * @param cls closure
 * @param reason why, such as #GNUNET_MQTT_SESSION_TAKEN_OVER
 */
typedef void (*GNUNET_MQTT_SessionClosedCallback) (
  void *cls,
  enum GNUNET_MQTT_ReasonCode reason);

/**
 * A message arrived, once for all subscriptions of the session that match.
 *
 * @param cls closure
 * @param message the message, borrowed until the callback returns
 * @param identifiers identifiers of the subscriptions that have one (3.3.2.3.8)
 * @param identifier_count how many
 */
typedef void (*GNUNET_MQTT_SessionMessageCallback) (
  void *cls,
  const struct GNUNET_MQTT_Message *message,
  const uint32_t *identifiers,
  unsigned int identifier_count);

/**
 * The values are the packet types of MQTT 5 (2.1.2).
 */
enum GNUNET_MQTT_PacketType
{
  GNUNET_MQTT_PUBACK = 4,
  GNUNET_MQTT_PUBREC = 5,
  GNUNET_MQTT_PUBREL = 6,
  GNUNET_MQTT_PUBCOMP = 7
};

/**
 * The service acknowledges; only if packets pass.
 */
typedef void (*GNUNET_MQTT_SessionAcknowledgedCallback) (
  void *cls,
  enum GNUNET_MQTT_PacketType type,
  uint16_t packet_id,
  enum GNUNET_MQTT_ReasonCode reason);

/**
 * What is called back; any may be NULL.
 */
struct GNUNET_MQTT_SessionCallbacks
{
  GNUNET_MQTT_SessionOpenedCallback opened;
  GNUNET_MQTT_SessionClosedCallback closed;
  GNUNET_MQTT_SessionMessageCallback message;
  GNUNET_MQTT_SessionAcknowledgedCallback acknowledged;
};

/**
 * A request was answered.
 *
 * @param cls closure
 * @param reason below 0x80: done; otherwise why not
 */
typedef void (*GNUNET_MQTT_SessionContinuation) (
  void *cls,
  enum GNUNET_MQTT_ReasonCode reason);


/**
 * Open a session.  It may be used at once.
 *
 * @param handle the connection
 * @param options what to open, copied
 * @param callbacks what to call, copied; never called from within calls
 * @param cls closure for @a callbacks
 * @return the session, to be closed with GNUNET_MQTT_session_close(); NULL if the
 *         client identifier is not legal, the will is not a legal message, or there
 *         are #GNUNET_MQTT_SESSIONS_MAX
 */
struct GNUNET_MQTT_Session *
GNUNET_MQTT_session_open (struct GNUNET_MQTT_Handle *handle,
                          const struct GNUNET_MQTT_SessionOptions *options,
                          const struct GNUNET_MQTT_SessionCallbacks *callbacks,
                          void *cls);


/**
 * Leave a session.  It is invalid from now on, and nothing of it is called back.
 * Publications that were not answered are given up, but not those the service
 * has.  A message whose callback is running will be acknowledged, if the library
 * does that.  Without this call, if the connection ends, the client has vanished.
 *
 * @param session the session
 * @param reason #GNUNET_MQTT_SUCCESS: the will is dropped; otherwise it is
 *        published (3.14.2.1), after its delay
 * @param expiry how long the session stays from now on, as in the options; NULL
 *        to leave it as it is.  One that was opened with zero cannot be changed.
 * @param continuation called when the service has done so, and a crash cannot undo
 *        it, or there is no connection, it is lost or the disk fails
 *        (#GNUNET_MQTT_SERVER_UNAVAILABLE: it has or has not); may be NULL
 * @param cls closure for @a continuation
 */
void
GNUNET_MQTT_session_close (struct GNUNET_MQTT_Session *session,
                           enum GNUNET_MQTT_ReasonCode reason,
                           const struct GNUNET_TIME_Relative *expiry,
                           GNUNET_MQTT_SessionContinuation continuation,
                           void *cls);


/**
 * Publish a message.  Messages of one session are taken by the service in the
 * order of the calls.  As with GNUNET_MQTT_publish(), an application that publishes
 * much waits for continuations.
 *
 * @param session the session
 * @param message what to publish; packet_id and dup are looked at only if packets
 *        pass, and then packet_id must not be 0 at QoS 1 and 2
 * @param continuation called once with the result, never from within this call;
 *        may be NULL.  At QoS 1 and 2 the message is on disk if it is below 0x80; at
 *        QoS 0 see #GNUNET_MQTT_PublishContinuation.  If packets pass, it is called
 *        at QoS 1 and 2 only for what is not sent: the rest is acknowledged.
 * @param cls closure for @a continuation
 * @return #GNUNET_SYSERR if the message is illegal, as in GNUNET_MQTT_publish();
 *         @a continuation is not called then
 */
enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_publish (struct GNUNET_MQTT_Session *session,
                             const struct GNUNET_MQTT_Message *message,
                             GNUNET_MQTT_SessionContinuation continuation,
                             void *cls);


/**
 * Subscribe.  Replaces the session's subscription to the same filter (3.8.4).
 * Messages arrive by the session's callback, from subscriptions of former
 * connections, too.
 *
 * @param session the session
 * @param filter topic filter, or "$share/GROUP/FILTER": each message goes to
 *        one of those who subscribe so, at whatever peer (4.8.2)
 * @param filter_size bytes of it
 * @param options options; NULL for the default
 * @param answered called with the answer, never from within this call, and again
 *        when the library had to subscribe anew; may be NULL.  Below 0x80: granted,
 *        with this QoS.
 * @param cls closure for @a answered, valid until the session is closed or the
 *        subscription is ended or replaced
 * @return #GNUNET_SYSERR if the filter is illegal, an option is out of range, or
 *         no_local is asked of a shared subscription
 */
enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_subscribe (
  struct GNUNET_MQTT_Session *session,
  const char *filter,
  size_t filter_size,
  const struct GNUNET_MQTT_SubscribeOptions *options,
  GNUNET_MQTT_SessionContinuation answered,
  void *cls);


/**
 * End a subscription.  Messages may arrive for it until this is answered, and
 * those that are under way after it.
 *
 * @param session the session
 * @param filter topic filter
 * @param filter_size bytes of it
 * @param continuation called once with the answer, never from within this call; may
 *        be NULL.  #GNUNET_MQTT_NO_SUBSCRIPTION_EXISTED if there was none.
 * @param cls closure for @a continuation
 * @return #GNUNET_SYSERR if the filter is illegal
 */
enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_unsubscribe (struct GNUNET_MQTT_Session *session,
                                 const char *filter,
                                 size_t filter_size,
                                 GNUNET_MQTT_SessionContinuation continuation,
                                 void *cls);


/**
 * Have messages of a session wait at the service, while others go on: a slow client of
 * a gateway does not stop the rest.  Those that are under way still arrive, and
 * acknowledgements and answers do.  Messages at QoS 0 that find the session's queue
 * full are dropped, and counted; at QoS 1 and 2 they are refused, as by any session
 * that is full.  Stays so when the session is opened again after a reconnect.
 */
void
GNUNET_MQTT_session_pause (struct GNUNET_MQTT_Session *session);


/**
 * Messages go on.
 */
void
GNUNET_MQTT_session_resume (struct GNUNET_MQTT_Session *session);


/**
 * Acknowledge a message, if the application does that.  Also possible while the
 * connection is lost: the library answers when the service asks again (but then
 * forgets a refusal, and the message arrives again).
 *
 * @param session the session
 * @param packet_id of the message
 * @param reason #GNUNET_MQTT_SUCCESS, or from 0x80 on why it is refused, which ends
 *        it as well
 * @return #GNUNET_NO if no message with this identifier waits to be acknowledged
 */
enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_acknowledge (struct GNUNET_MQTT_Session *session,
                                 uint16_t packet_id,
                                 enum GNUNET_MQTT_ReasonCode reason);


/**
 * Send an acknowledgement, if packets pass.
 *
 * @param session the session
 * @param type which one
 * @param packet_id of the message, not 0
 * @param reason reason code
 * @return #GNUNET_NO if the session is not open: nothing is sent
 */
enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_send_ack (struct GNUNET_MQTT_Session *session,
                              enum GNUNET_MQTT_PacketType type,
                              uint16_t packet_id,
                              enum GNUNET_MQTT_ReasonCode reason);

#ifdef __cplusplus
}
#endif

#endif

/** @} */
