/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/sessions.h
 * @brief The sessions of all client identifiers, connected or not: each a
 *        core/session with its subscriptions, its will and its place in the store.
 *
 * Knows nothing of how clients are connected: a client that has a session gives it
 * a line.
 */
#ifndef MQTT_SERVICE_SESSIONS_H
#define MQTT_SERVICE_SESSIONS_H

#include "../core/ipc_frame.h"
#include "../core/session.h"
#include "delivery.h"
#include "publishing.h"
#include "subscription_memory.h"
#include "testament.h"

struct MQTT_Sessions;
struct MQTT_HostedSession;

struct MQTT_SessionsConfig
{
  const struct MQTT_Publishing *publishing;
  struct MQTT_Subscriptions *subscriptions;
  struct MQTT_Topics *topics;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
  /** Who tells other peers of wills; NULL for nobody. */
  struct MQTT_Testaments *testaments;
  /** A session that was full has room again; from a task of its own; NULL for nobody. */
  void (*room) (void *cls);
  void *cls;
};

/**
 * What a session says on its line.  None of these may end the session.
 */
struct MQTT_SessionLineType
{
  /** The session was opened, or could not be; then it is not the line's any more. */
  void (*opened) (void *cls, uint8_t reason, bool present);
  /** Can it take no more messages until MQTT_hosted_resume()? */
  bool (*full) (void *cls);
  /** Send PUBLISH: packet identifier, QoS and DUP are those of the action.
      @return false if it can take no more until MQTT_hosted_resume() */
  bool (*message) (void *cls,
                   const struct MQTT_SessionAction *action,
                   struct MQTT_Topic *topic,
                   struct MQTT_Message *message,
                   const struct MQTT_Delivery *delivery);
  /** Send one of #MQTT_SESSION_SEND_PUBACK to #MQTT_SESSION_SEND_PUBCOMP. */
  void (*answer) (void *cls, const struct MQTT_SessionAction *action);
  /** A message was queued: have who published it wait, if the line is full. */
  void (*slow) (void *cls, struct MQTT_Source *source);
  /** Answers to SUBSCRIBE, UNSUBSCRIBE, and PUBLISH at QoS 0, each in order. */
  void (*subscribed) (void *cls, uint32_t identifier, uint8_t reason);
  void (*unsubscribed) (void *cls, uint8_t reason);
  void (*published) (void *cls, uint8_t reason);
  /** The session was taken from it, or left by MQTT_hosted_close(). */
  void (*closed) (void *cls, uint8_t reason);
};

/**
 * The way to the client that has a session.  Embedded in whatever it is.
 */
struct MQTT_SessionLine
{
  /** Set while it is the session's. */
  struct MQTT_HostedSession *session;
  const struct MQTT_SessionLineType *type;
  void *cls;
  /** Set while the client has left, and is to be told: cancel it if the line goes. */
  struct MQTT_StoreWait *leaving;
  /** Largest PUBLISH the client takes, as in struct MQTT_IpcOpen. */
  uint32_t maximum_packet;
  /** What it will be told; private. */
  uint8_t leaving_reason;
};


/**
 * Take up what is in the store.
 *
 * @param config what to work with, copied; what it points to must outlive them
 * @return NULL if the store cannot be read
 */
struct MQTT_Sessions *
MQTT_sessions_create (const struct MQTT_SessionsConfig *config);


/**
 * Put all away; what is in the store stays there.  No line may be left.
 */
void
MQTT_sessions_destroy (struct MQTT_Sessions *sessions);


/**
 * The service stops: from now on a line that is lost tells its session nothing, so
 * that the next run finds it connected, as after a crash.
 */
void
MQTT_sessions_stop (struct MQTT_Sessions *sessions);


/**
 * What all subscriptions share, those of others included.
 */
struct MQTT_SubscriptionMemory *
MQTT_sessions_subscription_memory (struct MQTT_Sessions *sessions);


/**
 * A client asks for a session.  Who has it loses it.
 *
 * @param sessions all sessions
 * @param open what it asks for
 * @param line the way to it
 * @return reason code: if success, @e opened of the line is called, from here or
 *         later; else nothing was changed
 */
enum GNUNET_MQTT_ReasonCode
MQTT_sessions_open (struct MQTT_Sessions *sessions,
                    const struct MQTT_IpcOpen *open,
                    struct MQTT_SessionLine *line);


/**
 * The client leaves its session, which is not the line's any more.  @e closed of the
 * line is called when that is on disk, from here or later.
 */
void
MQTT_hosted_close (struct MQTT_HostedSession *hosted,
                   const struct MQTT_IpcClose *close);


/**
 * The client is gone, without a word.
 */
void
MQTT_hosted_lost (struct MQTT_HostedSession *hosted);


/**
 * Its session expiry interval, seconds.
 */
uint32_t
MQTT_hosted_chosen_expiry (const struct MQTT_HostedSession *hosted);


/**
 * The line can take no more until MQTT_hosted_resume().
 */
void
MQTT_hosted_pause (struct MQTT_HostedSession *hosted);


/**
 * The line can take more.
 */
void
MQTT_hosted_resume (struct MQTT_HostedSession *hosted);


/* What the client sent.  Its line may be closed from within these. */

void
MQTT_hosted_acknowledge (struct MQTT_HostedSession *hosted,
                         const struct MQTT_IpcAck *ack);


/**
 * @param hosted the session
 * @param publish what is published
 * @param topic its topic; NULL if it was refused
 * @param source who waits if queues are full
 */
void
MQTT_hosted_publish (struct MQTT_HostedSession *hosted,
                     const struct MQTT_IpcPublish *publish,
                     struct MQTT_Topic *topic,
                     struct MQTT_Source *source);


void
MQTT_hosted_subscribe (struct MQTT_HostedSession *hosted,
                       const struct MQTT_IpcSubscribe *subscribe);


void
MQTT_hosted_unsubscribe (struct MQTT_HostedSession *hosted,
                         const struct MQTT_IpcUnsubscribe *unsubscribe);

#endif
