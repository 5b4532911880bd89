/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/hosted.h
 * @brief One session, as the files of service/sessions.h share it; nobody else
 *        includes this.
 */
#ifndef MQTT_SERVICE_HOSTED_H
#define MQTT_SERVICE_HOSTED_H

#include "../core/deadlines.h"
#include "replay.h"
#include "sessions.h"
#include "store_records.h"
#include "will_reader.h"

/** Nothing is to be done. */
#define MQTT_HOSTED_NEVER MQTT_DEADLINE_NEVER

/** State of an entry in the store: it had its PUBREC. */
#define MQTT_HOSTED_RELEASED 1

/** Pause before the store is asked again for what it lost, microseconds. */
#define MQTT_HOSTED_RETRY_US 1000000

struct MQTT_Sessions
{
  struct MQTT_SessionsConfig config;
  struct MQTT_SessionHost host;
  struct MQTT_SubscriptionMemory memory;
  /** Sessions by the hash of their client identifier. */
  struct GNUNET_CONTAINER_MultiHashMap32 *by_client;
  /** Their subscriptions by the hash of session and filter. */
  struct GNUNET_CONTAINER_MultiHashMap32 *subscriptions;
  /** Secret, so that nobody can choose what has the same hash. */
  uint64_t salt;
  /** Sessions by when something is to be done for them. */
  struct MQTT_Deadlines deadlines;
  struct GNUNET_SCHEDULER_Task *tick_task;
  struct GNUNET_SCHEDULER_Task *reap_task;
  struct GNUNET_SCHEDULER_Task *room_task;
  struct GNUNET_SCHEDULER_Task *trim_task;
  /** Sessions that have ended and are to be freed. */
  struct MQTT_HostedSession *ended;
  /** What those that have ended have left. */
  struct MQTT_HostedLegacy *legacies_head;
  struct MQTT_HostedLegacy *legacies_tail;
  /** What statistics were told. */
  struct MQTT_SessionCounters told;
  struct MQTT_WillReader *will_reader;
  /** Names of wills: drawn when the service starts, and counted. */
  uint64_t run;
  uint64_t last_will;
  /** Bytes of what is in memory only. */
  size_t in_memory;
  /** Somebody was told that there is no room for more. */
  bool memory_awaited;
  bool stopped;
};

enum MQTT_HostedBatchState
{
  /** In a group that is not on disk yet. */
  MQTT_BATCH_WRITTEN,
  MQTT_BATCH_STORED,
  /** Not taken by the store, or in a group that was lost. */
  MQTT_BATCH_LOST
};

/** Changes, one after the other, that have the same fate. */
struct MQTT_HostedBatch
{
  struct MQTT_HostedBatch *prev;
  struct MQTT_HostedBatch *next;
  struct MQTT_HostedSession *hosted;
  struct MQTT_StoreWait *wait;
  size_t count;
  /** Group of the store in which they were written. */
  uint64_t group;
  enum MQTT_HostedBatchState state;
  /** The core was told that it is lost. */
  bool told;
};

enum MQTT_HostedLeftState
{
  MQTT_LEFT_WAITING,
  /** Another member has got it, which is not on disk yet; or nobody can have it. */
  MQTT_LEFT_GIVEN,
  /** The store does not take it. */
  MQTT_LEFT_REFUSED,
  /** It cannot be read now. */
  MQTT_LEFT_UNREAD
};

/** A message of a group whose member is about to end. */
struct MQTT_HostedLeft
{
  struct MQTT_HostedLeft *prev;
  struct MQTT_HostedLeft *next;
  struct MQTT_Delivery *delivery;
  /** The message, once it was read since it is to be given again; else NULL. */
  struct MQTT_Shelved shelved;
  uint64_t position;
  enum MQTT_HostedLeftState state;
};

/** What a session has left to others, until that is on disk.  Of session_leave.c. */
struct MQTT_HostedLegacy;

/** A client that has come, until it is told that it has its session. */
struct MQTT_HostedOpening
{
  /** Changes to be on disk before, and the group in which the last of them are. */
  size_t changes;
  uint64_t group;
  /** Id of the message that is the client's will. */
  uint64_t will;
  /** What the session was before, with its will, where the client finds one. */
  struct MQTT_SessionRecord before;
  uint64_t will_before;
  /** The client finds a session. */
  bool present;
};

/** What is done with a session's will; there while anything is.  Of session_will.c. */
struct MQTT_HostedWill;

struct MQTT_HostedSession
{
  /** When it is to be looked after next.  First, so that it is found by it. */
  struct MQTT_Deadline deadline;
  uint32_t client_size;
  /** Among those that have ended. */
  struct MQTT_HostedSession *next;
  struct MQTT_Sessions *sessions;
  struct MQTT_Session *core;
  /** NULL while nobody is connected. */
  struct MQTT_SessionLine *line;
  struct MQTT_Subscriber subscriber;
  struct MQTT_Replays replays;

  struct MQTT_Subscription *subscriptions_head;
  struct MQTT_Subscription *subscriptions_tail;
  uint32_t subscription_count;
  /** Counts lines. */
  uint32_t line_number;
  /** Changes that the core waits for, oldest first. */
  struct MQTT_HostedBatch *batches_head;
  struct MQTT_HostedBatch *batches_tail;
  struct MQTT_HostedPublication *publications_head;
  struct MQTT_HostedPublication *publications_tail;
  struct MQTT_HostedReply *replies_head;
  struct MQTT_HostedReply *replies_tail;
  /** What it leaves to others, while it ends; NULL if nothing. */
  struct MQTT_HostedLegacy *legacy;
  /** When the store is to be asked again. */
  uint64_t retry_us;
  /** When a message is to be read again that could not be read. */
  uint64_t reread_us;
  /** Its id in the store; 0: it is in memory only. */
  uint64_t stored;
  /** Id of the message that is its will. */
  uint64_t will;
  struct MQTT_HostedWill *will_work;
  /** NULL unless a client has come, and is not told yet. */
  struct MQTT_HostedOpening *opening;
  /** Identifier and QoS of a message that was to be sent and is gone; 0 for none. */
  uint16_t gone_id;
  uint8_t gone_qos;
  bool ended;
  /** The core asks again: the change is in a batch already. */
  bool again;
  /** What became of it. */
  bool again_written;
  char client[];
};


/** The calendar's time, microseconds. */
static inline uint64_t
MQTT_hosted_now (void)
{
  return GNUNET_TIME_absolute_get ().abs_value_us;
}


/* sessions.c */

/**
 * Hash of a text, for the tables here.
 *
 * @param sessions all sessions
 * @param owner the session to which it belongs; NULL for none
 * @param text the text
 * @param size bytes of it
 */
uint32_t
MQTT_hosted_hash (const struct MQTT_Sessions *sessions,
                  const struct MQTT_HostedSession *owner,
                  const void *text,
                  size_t size);


/**
 * @return the session with this client identifier; NULL if there is none
 */
struct MQTT_HostedSession *
MQTT_hosted_find (const struct MQTT_Sessions *sessions,
                  const char *client,
                  size_t client_size);


/**
 * @param client client identifier of no session
 * @return a session without a core
 */
struct MQTT_HostedSession *
MQTT_hosted_add (struct MQTT_Sessions *sessions,
                 const char *client,
                 size_t client_size);


/**
 * Free it with all that is in memory.
 */
void
MQTT_hosted_free (struct MQTT_HostedSession *hosted);


/**
 * To be called after functions of the core: does what could not be done from within
 * its actions, and notes when it is to be called next.
 */
void
MQTT_hosted_after (struct MQTT_HostedSession *hosted);


/**
 * Nobody finds it any more; to be freed by a task.
 */
void
MQTT_hosted_end (struct MQTT_HostedSession *hosted);


/**
 * Take the line from the client.
 */
void
MQTT_hosted_kick (struct MQTT_HostedSession *hosted, uint8_t reason);


/* session_open.c */

/**
 * Lower a session expiry interval to what may be had, and count that.
 *
 * @param sessions all sessions
 * @param expiry_s what is asked for, seconds; #MQTT_SESSION_NO_EXPIRY
 */
uint32_t
MQTT_hosted_expiry (const struct MQTT_Sessions *sessions, uint32_t expiry_s);


/**
 * Changes are on disk: are those on which the client's answer waits?
 */
void
MQTT_hosted_opening_stored (struct MQTT_HostedSession *hosted, size_t count);


/**
 * Changes are lost on which the client's answer waits: there is no session for it.
 */
void
MQTT_hosted_opening_lost (struct MQTT_HostedSession *hosted);


/* session_actions.c */

/**
 * #MQTT_SessionHost
 */
void
MQTT_hosted_act (void *cls, const struct MQTT_SessionAction *action);


/**
 * Tell the core what became of changes, and ask the store again for those it lost.
 */
void
MQTT_hosted_settle (struct MQTT_HostedSession *hosted);


/**
 * Forget all changes.
 */
void
MQTT_hosted_forget_changes (struct MQTT_HostedSession *hosted);


/* session_will.c */

/**
 * Write a will to the store.
 *
 * @return its id, or 0
 */
uint64_t
MQTT_hosted_will_put (struct MQTT_Sessions *sessions,
                      const struct MQTT_IpcWill *will);


/**
 * Have other peers told of the will that the session has now, and not of another.
 *
 * @param hosted the session
 * @param will id of the will, 0 for none
 * @param delay_s how long after the end of the connection it is published, seconds
 */
void
MQTT_hosted_will_announce (struct MQTT_HostedSession *hosted,
                           uint64_t will,
                           uint32_t delay_s);


/**
 * Read the session's will, to be published as soon as the core can be called, or when
 * it can be read.  To be called before its record in the store is changed or removed.
 */
void
MQTT_hosted_will_take (struct MQTT_HostedSession *hosted);


/**
 * Is that a record of a will whose session has no more to do with it?
 */
bool
MQTT_hosted_will_is_left (const struct MQTT_StoreSession *record);


/**
 * Publish the will of such a record.
 */
void
MQTT_hosted_will_restore (struct MQTT_Sessions *sessions,
                          const struct MQTT_StoreSession *record);


/**
 * Publish the will that was taken, if any was.
 */
void
MQTT_hosted_will_publish (struct MQTT_HostedSession *hosted);


/* session_publish.c */

/**
 * The client's publications under way are not answered any more.
 */
void
MQTT_hosted_forget_publications (struct MQTT_HostedSession *hosted);


/* session_deliver.c */

/**
 * Make it a subscriber.
 */
void
MQTT_hosted_subscriber_init (struct MQTT_HostedSession *hosted);


/**
 * End what was to be sent and is gone, and go on with what follows; try again what
 * could not be read.
 */
void
MQTT_hosted_read_on (struct MQTT_HostedSession *hosted);


/**
 * Send what an action says to the client.
 */
void
MQTT_hosted_send (struct MQTT_HostedSession *hosted,
                  const struct MQTT_SessionAction *action);


/* session_memory.c */

/**
 * Tell, from a task, that somebody has room again.
 */
void
MQTT_sessions_room (struct MQTT_Sessions *sessions);


/**
 * A client has left: have, from a task, the memory given back that many who leave at
 * once need for a moment.
 */
void
MQTT_sessions_trim (struct MQTT_Sessions *sessions);


/**
 * May the session have so many bytes more in memory only?  If not, it is told when
 * there is room again.
 */
bool
MQTT_hosted_memory_fits (struct MQTT_HostedSession *hosted, size_t bytes);


/**
 * It has them.
 */
void
MQTT_hosted_memory_use (struct MQTT_HostedSession *hosted, size_t bytes);


/**
 * It has them no more.
 */
void
MQTT_hosted_memory_free (struct MQTT_HostedSession *hosted, size_t bytes);


/* session_leave.c */

/**
 * The session will not deliver this entry any more, and forgets it.
 */
void
MQTT_hosted_forget_entry (struct MQTT_HostedSession *hosted,
                          const struct MQTT_SessionAction *action);


/**
 * The session has ended, and has no subscriptions: give what is left to others, and
 * remove it from the store.  Another session may have its client identifier at once.
 */
void
MQTT_hosted_leave (struct MQTT_HostedSession *hosted);


/**
 * Forget what was left and is not on disk yet.
 */
void
MQTT_hosted_forget_legacies (struct MQTT_Sessions *sessions);


/* session_subscribe.c */

/**
 * End all its subscriptions, in memory.
 */
void
MQTT_hosted_forget_subscriptions (struct MQTT_HostedSession *hosted);


/* session_subscriptions.c */

/**
 * Take up a subscription that was on disk.
 */
void
MQTT_hosted_restore_subscription (
  struct MQTT_HostedSession *hosted,
  const struct MQTT_StoreSubscription *subscription);


/* session_load.c */

/**
 * Take up what is in the store.
 *
 * @return false if it cannot be read
 */
bool
MQTT_sessions_load (struct MQTT_Sessions *sessions);

#endif
