/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_records.h
 * @brief What the store keeps beside messages: retained messages, sessions with
 *        subscriptions and queues, and what concerns other peers.
 *
 * The rules are those of store.h.  Each *_load reads all there is, for the start,
 * and returns false if reading failed; bytes are gone after the callback.
 */
#ifndef MQTT_SERVICE_STORE_RECORDS_H
#define MQTT_SERVICE_STORE_RECORDS_H

#include "../core/groups.h"
#include "store.h"

/* ---- retained messages ---- */

struct MQTT_StoreRetained
{
  struct MQTT_Bytes topic;
  /** 0: the topic was cleared. */
  uint64_t message;
  /** What decides which one is newer: the publisher's clock, run, sequence. */
  uint64_t clock_us;
  uint64_t run;
  uint64_t sequence;
  /** When it may be forgotten; 0 for never. */
  uint64_t expires_us;
  /** Bytes of the message: told when it is read. */
  uint64_t size;
  /** It was published here. */
  bool own;
  /** No other peer may learn that it is here. */
  bool hidden;
};

typedef void (*MQTT_StoreRetainedCallback) (
  void *cls,
  const struct MQTT_StoreRetained *retained);


/**
 * Retain a message or, also when the store is full, note that the topic was
 * cleared; in place of what there was.
 */
bool
MQTT_store_retained_put (struct MQTT_Store *store,
                         const struct MQTT_StoreRetained *retained);


/**
 * Forget a topic.
 */
void
MQTT_store_retained_remove (struct MQTT_Store *store,
                            const struct MQTT_Bytes *topic);


bool
MQTT_store_retained_load (struct MQTT_Store *store,
                          MQTT_StoreRetainedCallback callback,
                          void *cls);


/* ---- sessions, and what they subscribed to ---- */

struct MQTT_StoreSession
{
  /** Given by the store, never twice in a run; 0 for one that is new. */
  uint64_t id;
  /** Client identifier: any bytes, no two sessions have the same. */
  struct MQTT_Bytes client;
  /** When its client left; 0 if it is there. */
  uint64_t left_us;
  /** How long it lasts after that. */
  uint64_t expiry_us;
  /** Id of the message that is its will; 0 if it has none. */
  uint64_t will;
  uint64_t will_delay_us;
  /** Up to this position of its queue messages may have been sent. */
  uint64_t sent_limit;
};

struct MQTT_StoreSubscription
{
  uint64_t session;
  struct MQTT_Bytes filter;
  /** When it was made first: kept when it is replaced. */
  uint64_t since_us;
  /** Subscription identifier; 0 for none. */
  uint32_t identifier;
  /** Options of MQTT 5 (3.8.3.1). */
  uint8_t options;
};

typedef void (*MQTT_StoreSessionCallback) (
  void *cls,
  const struct MQTT_StoreSession *session);

typedef void (*MQTT_StoreSubscriptionCallback) (
  void *cls,
  const struct MQTT_StoreSubscription *subscription);


/**
 * Write a new session, or, also when the store is full, change one.
 *
 * @return its id; 0 if it was not written, or the identifier is taken, or there
 *         is no such session or will
 */
uint64_t
MQTT_store_session_put (struct MQTT_Store *store,
                        const struct MQTT_StoreSession *session);


/**
 * Remove a session with its subscriptions, queue, identifiers and will.
 */
void
MQTT_store_session_remove (struct MQTT_Store *store, uint64_t session);


/**
 * Give a session's identifier free: it is called as no client is, and has expired.
 */
bool
MQTT_store_session_bury (struct MQTT_Store *store, uint64_t session);


bool
MQTT_store_sessions_load (struct MQTT_Store *store,
                          MQTT_StoreSessionCallback callback,
                          void *cls);


/**
 * Write a subscription, in place of one to the same filter.
 */
bool
MQTT_store_subscription_put (struct MQTT_Store *store,
                             const struct MQTT_StoreSubscription *subscription);


void
MQTT_store_subscription_remove (struct MQTT_Store *store,
                                uint64_t session,
                                const struct MQTT_Bytes *filter);


/**
 * Read all subscriptions, those of a session one after the other.
 */
bool
MQTT_store_subscriptions_load (struct MQTT_Store *store,
                               MQTT_StoreSubscriptionCallback callback,
                               void *cls);


/* ---- queues of sessions ---- */

struct MQTT_StoreQueued
{
  uint64_t session;
  /** Its place; to grow within a session. */
  uint64_t position;
  uint64_t message;
  /** The message's expiry and size in memory: known without reading it. */
  uint64_t expires_us;
  uint64_t size;
  /** What else is said with it, such as subscription identifiers. */
  struct MQTT_Bytes extra;
  /** How far the exchange is; for the caller to define. */
  uint8_t state;
  uint8_t qos;
  bool retain;
};

typedef void (
  *MQTT_StoreQueuedCallback) (void *cls, const struct MQTT_StoreQueued *queued);


bool
MQTT_store_queue_put (struct MQTT_Store *store,
                      const struct MQTT_StoreQueued *queued);


/**
 * Change the state of a queued message, if it is there.
 */
bool
MQTT_store_queue_update (struct MQTT_Store *store,
                         uint64_t session,
                         uint64_t position,
                         uint8_t state);


void
MQTT_store_queue_remove (struct MQTT_Store *store,
                         uint64_t session,
                         uint64_t position);


/**
 * Read the queues of all sessions, one after the other, in order.
 */
bool
MQTT_store_queues_load (struct MQTT_Store *store,
                        MQTT_StoreQueuedCallback callback,
                        void *cls);


/* ---- publications at QoS 2 that sessions have not released ---- */

typedef void (*MQTT_StoreInboundCallback) (void *cls,
                                           uint64_t session,
                                           uint16_t packet);


/**
 * Write the packet identifier of a publication; it may be there.
 */
bool
MQTT_store_inbound_put (struct MQTT_Store *store,
                        uint64_t session,
                        uint16_t packet);


void
MQTT_store_inbound_remove (struct MQTT_Store *store,
                           uint64_t session,
                           uint16_t packet);


/**
 * Read the identifiers of all sessions, one after the other.
 */
bool
MQTT_store_inbound_load (struct MQTT_Store *store,
                         MQTT_StoreInboundCallback callback,
                         void *cls);


/* ---- other peers: what is to be sent, what they want, what was received ---- */

struct MQTT_StoreOutgoing
{
  struct GNUNET_PeerIdentity peer;
  /** Sequence number on the link, below 2^63.  It grows from run to run, as long
      as something is left, so that its order is that of publication. */
  uint64_t sequence;
  /** The run of ours in which it was given: what the peer marks it by. */
  uint64_t run;
  uint64_t message;
  /** As in struct MQTT_StoreQueued. */
  uint64_t expires_us;
  uint64_t size;
  /** The message's topic: told when it is read. */
  struct MQTT_Bytes topic;
  /** Names of the groups that it is for. */
  struct MQTT_Bytes groups;
  uint8_t qos;
  /** It is for nobody else. */
  bool only;
};

struct MQTT_StoreInterest
{
  struct GNUNET_PeerIdentity peer;
  struct MQTT_Bytes topic;
  /** When the peer last confirmed it. */
  uint64_t confirmed_us;
  /** Names of the groups that want it there. */
  struct MQTT_Bytes groups;
  uint8_t qos;
  /** Nobody else does. */
  bool only;
};

/** All up to a sequence number was received of one run of a peer; or of one topic,
    the latest being of this run. */
struct MQTT_StoreMark
{
  struct GNUNET_PeerIdentity peer;
  uint64_t run;
  /** Of this topic alone, which the caller names as it likes; no bytes: of all that
      have no mark of their own. */
  struct MQTT_Bytes topic;
  uint64_t sequence;
  /** When that was. */
  uint64_t updated_us;
};

/**
 * Groups as the store has them, as long as they are referred to.
 */
static inline struct MQTT_Bytes
MQTT_store_groups (const struct MQTT_Groups *groups)
{
  struct MQTT_LinkGroups names = MQTT_groups_names (groups);

  return (struct MQTT_Bytes){
    .data = names.names,
    .size = names.count * sizeof (*names.names),
  };
}

typedef void (*MQTT_StoreOutgoingCallback) (
  void *cls,
  const struct MQTT_StoreOutgoing *outgoing);

typedef void (*MQTT_StoreInterestCallback) (
  void *cls,
  const struct MQTT_StoreInterest *interest);

typedef void (*MQTT_StoreMarkCallback) (void *cls,
                                        const struct MQTT_StoreMark *mark);


bool
MQTT_store_outbox_put (struct MQTT_Store *store,
                       const struct MQTT_StoreOutgoing *outgoing);


/**
 * Change for which groups a message is, if it is there.
 */
bool
MQTT_store_outbox_change (struct MQTT_Store *store,
                          const struct GNUNET_PeerIdentity *peer,
                          uint64_t sequence,
                          const struct MQTT_Bytes *groups);


/**
 * Does a message wait for a peer?
 */
bool
MQTT_store_outbox_has (struct MQTT_Store *store,
                       const struct GNUNET_PeerIdentity *peer,
                       uint64_t message);


/**
 * Remove what a peer has: everything up to a sequence number.
 */
void
MQTT_store_outbox_acknowledged (struct MQTT_Store *store,
                                const struct GNUNET_PeerIdentity *peer,
                                uint64_t sequence);


/**
 * Remove one message, which need not be sent any more.
 */
void
MQTT_store_outbox_remove (struct MQTT_Store *store,
                          const struct GNUNET_PeerIdentity *peer,
                          uint64_t sequence);


/**
 * Read the outboxes of all peers, one after the other, in order.
 */
bool
MQTT_store_outboxes_load (struct MQTT_Store *store,
                          MQTT_StoreOutgoingCallback callback,
                          void *cls);


/**
 * Write what a peer wants, in place of what was known of that topic.
 */
bool
MQTT_store_interest_put (struct MQTT_Store *store,
                         const struct MQTT_StoreInterest *interest);


void
MQTT_store_interest_remove (struct MQTT_Store *store,
                            const struct GNUNET_PeerIdentity *peer,
                            const struct MQTT_Bytes *topic);


/**
 * Read the interests, the one confirmed longest ago first.
 */
bool
MQTT_store_interests_load (struct MQTT_Store *store,
                           MQTT_StoreInterestCallback callback,
                           void *cls);


/**
 * Write how far a run or a topic of a peer was received, in place of what was known.
 */
bool
MQTT_store_mark_put (struct MQTT_Store *store,
                     const struct MQTT_StoreMark *mark);


void
MQTT_store_mark_remove (struct MQTT_Store *store,
                        const struct GNUNET_PeerIdentity *peer,
                        uint64_t run,
                        const struct MQTT_Bytes *topic);


bool
MQTT_store_marks_load (struct MQTT_Store *store,
                       MQTT_StoreMarkCallback callback,
                       void *cls);


/* ---- publishers ---- */

/** A publisher that an anonymous subscriber here has called on. */
struct MQTT_StoreHost
{
  struct GNUNET_PeerIdentity peer;
  /** Where searches for the code end that it was called on for; zeros if that is not
      known. */
  struct GNUNET_HashCode end;
  /** When, last. */
  uint64_t called_us;
};

typedef void (*MQTT_StoreHostCallback) (void *cls,
                                        const struct MQTT_StoreHost *host);


/**
 * Write that a publisher was called on for a code, in place of when it was before.
 */
bool
MQTT_store_host_put (struct MQTT_Store *store,
                     const struct MQTT_StoreHost *host);


void
MQTT_store_host_remove (struct MQTT_Store *store,
                        const struct MQTT_StoreHost *host);


/**
 * Read the publishers, the one called on longest ago first.
 */
bool
MQTT_store_hosts_load (struct MQTT_Store *store,
                       MQTT_StoreHostCallback callback,
                       void *cls);

#endif
