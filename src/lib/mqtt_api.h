/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api.h
 * @brief What the files of the library share: the handle, and who does what.
 *
 * mqtt_api.c owns the connection: it is made, greeted, lost and made again
 * there.  It tells mqtt_api_publish.c, mqtt_api_subscribe.c and mqtt_api_session.c
 * when a connection begins and ends, and hands them the frames that are theirs.
 *
 * Every application callback may end the handle.  It is called between
 * MQTT_api_enter() and MQTT_api_leave(), or from a function below that returns
 * false once the handle was ended; then nothing more may be called back.
 */
#ifndef MQTT_LIB_MQTT_API_H
#define MQTT_LIB_MQTT_API_H

#include "gnunet_mqtt_service.h"
#include "../core/ipc_frame.h"
#include "../stream/stream.h"
#include "topic_cache.h"

/**
 * A text that the service bound to a topic number.
 */
struct MQTT_ApiName
{
  /** NULL if the number is not bound. */
  char *text;
  size_t size;
};

struct GNUNET_MQTT_Handle
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  GNUNET_MQTT_StatusCallback status;
  void *cls;

  /** The connection; all NULL while there is none. */
  struct GNUNET_MQ_Handle *mq;
  struct MQTT_Outbox *outbox;
  struct MQTT_StreamWriter *writer;
  struct MQTT_FrameReader *reader;
  struct MQTT_FrameBudget budget;
  /** Waits to connect, or for the service's HELLO. */
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_TIME_Relative backoff;
  /** When the service said HELLO. */
  struct GNUNET_TIME_Absolute since;
  /** What this service takes: largest payload in bytes, highest QoS, retained messages. */
  uint32_t maximum_payload;
  uint8_t maximum_qos;
  bool retain_available;
  /** The peer it belongs to. */
  struct GNUNET_PeerIdentity peer;
  /** HELLO was received: requests go out at once. */
  bool ready;
  /** The service speaks another version: there will be no connection. */
  bool failed;
  /** The application knows that there is no connection. */
  bool told_away;
  /** The application has disconnected, from within a callback. */
  bool gone;
  /** Calls of MQTT_api_enter() under way. */
  unsigned int depth;

  /** Time of the last signature over a message, microseconds since 1970. */
  uint64_t sealed_us;
  /** Entries the service is shown, and answers to come, in order. */
  struct GNUNET_MQTT_Channel *channels_head;
  struct GNUNET_MQTT_Channel *channels_tail;
  struct MQTT_ApiShown *shown_head;
  struct MQTT_ApiShown *shown_tail;

  /** Publications that were not answered, oldest first. */
  struct GNUNET_MQTT_Publication *publications_head;
  struct GNUNET_MQTT_Publication *publications_tail;
  struct MQTT_TopicCache *topics;
  /** Answers publications that the service will not be asked about. */
  struct GNUNET_SCHEDULER_Task *answer_task;

  /** Subscriptions, oldest first, and by number. */
  struct GNUNET_MQTT_Subscription *subscriptions_head;
  struct GNUNET_MQTT_Subscription *subscriptions_tail;
  struct GNUNET_CONTAINER_MultiHashMap32 *subscriptions;
  uint32_t last_subscription;
  struct MQTT_ApiName names[MQTT_IPC_TOPIC_NUMBERS];
  uint64_t deliveries;

  /** Sessions, oldest first, and by number. */
  struct GNUNET_MQTT_Session *sessions_head;
  struct GNUNET_MQTT_Session *sessions_tail;
  struct GNUNET_CONTAINER_MultiHashMap32 *sessions;
  uint32_t last_session;
};


/* ------------------------------ mqtt_api.c ------------------------------ */

/**
 * Application callbacks follow: keep the handle until MQTT_api_leave().
 */
void
MQTT_api_enter (struct GNUNET_MQTT_Handle *h);


/**
 * Application callbacks are over.
 *
 * @return false if the application has disconnected: then the handle is, or is
 *         about to be, freed
 */
bool
MQTT_api_leave (struct GNUNET_MQTT_Handle *h);


/**
 * Queue a publication, after the name of its topic if the service does not know it.
 *
 * @param h the handle, connected
 * @param publish session, packet identifier and DUP; the topic number is set
 * @param topic its topic
 * @param message the rest
 */
void
MQTT_api_put_publish (struct GNUNET_MQTT_Handle *h,
                      struct MQTT_IpcPublish *publish,
                      struct MQTT_CachedTopic *topic,
                      struct MQTT_Message *message);


/* ---------------------------- mqtt_api_show.c ---------------------------- */

/**
 * A connection is ready: show the entries.
 */
void
MQTT_api_channels_resume (struct GNUNET_MQTT_Handle *h);


/**
 * The connection is lost: what was shown will not be answered any more.
 */
void
MQTT_api_channels_suspend (struct GNUNET_MQTT_Handle *h);


/**
 * Forget all entries.
 */
void
MQTT_api_channels_done (struct GNUNET_MQTT_Handle *h);


/**
 * Get the key of a topic's owner, if the application has given it.
 *
 * @return NULL if it has not, or the topic is free
 */
const struct GNUNET_IDENTITY_PrivateKey *
MQTT_api_channels_key (const struct GNUNET_MQTT_Handle *h,
                       const char *topic,
                       size_t topic_size);


/**
 * The service has taken an entry, or not.  Calls back.
 *
 * @return false if none was shown, or the handle was ended
 */
bool
MQTT_api_channel_answered (struct GNUNET_MQTT_Handle *h,
                           const struct MQTT_IpcChanneled *answer);


/* -------------------------- mqtt_api_publish.c -------------------------- */

/**
 * A connection is ready: send what was not answered.  Or there never will be
 * one: refuse it all, soon.
 */
void
MQTT_api_publish_resume (struct GNUNET_MQTT_Handle *h);


/**
 * The connection is lost: what was sent will not be answered any more.
 */
void
MQTT_api_publish_suspend (struct GNUNET_MQTT_Handle *h);


/**
 * Forget all publications.
 */
void
MQTT_api_publish_done (struct GNUNET_MQTT_Handle *h);


/**
 * The service has answered.  Calls back.
 *
 * @return false if more was answered than sent, or the handle was ended
 */
bool
MQTT_api_publish_answered (struct GNUNET_MQTT_Handle *h,
                           const struct MQTT_IpcPublished *published);


/* ------------------------- mqtt_api_subscribe.c ------------------------- */

/** As MQTT_api_publish_resume(). */
void
MQTT_api_subscribe_resume (struct GNUNET_MQTT_Handle *h);


/** As MQTT_api_publish_suspend(); the service's topic numbers end, too. */
void
MQTT_api_subscribe_suspend (struct GNUNET_MQTT_Handle *h);


/** As MQTT_api_publish_done(). */
void
MQTT_api_subscribe_done (struct GNUNET_MQTT_Handle *h);


/**
 * May a subscription be asked for?
 *
 * @param options NULL for the default
 */
bool
MQTT_api_subscribe_legal (const char *filter,
                          size_t filter_size,
                          const struct GNUNET_MQTT_SubscribeOptions *options);


/**
 * The service has answered.  Calls back.
 *
 * @return false if the handle was ended
 */
bool
MQTT_api_subscribe_answered (struct GNUNET_MQTT_Handle *h,
                             const struct MQTT_IpcSubscribed *subscribed);


/**
 * The service binds a topic number.
 */
void
MQTT_api_name (struct GNUNET_MQTT_Handle *h, const struct MQTT_IpcName *name);


/**
 * A message arrived.  Calls back.
 *
 * @return false if its topic number is not bound, or the handle was ended
 */
bool
MQTT_api_deliver (struct GNUNET_MQTT_Handle *h,
                  const struct MQTT_IpcMessage *message);


/* -------------------------- mqtt_api_session.c -------------------------- */

/** As MQTT_api_publish_resume(). */
void
MQTT_api_sessions_resume (struct GNUNET_MQTT_Handle *h);


/** As MQTT_api_publish_suspend(). */
void
MQTT_api_sessions_suspend (struct GNUNET_MQTT_Handle *h);


/** As MQTT_api_publish_done(). */
void
MQTT_api_sessions_done (struct GNUNET_MQTT_Handle *h);


/* ----------------------- mqtt_api_session_frame.c ----------------------- */

/**
 * The service opens or refuses a session.  May call back.
 *
 * @return false if that was not asked for, or the handle was ended
 */
bool
MQTT_api_session_opened (struct GNUNET_MQTT_Handle *h,
                         const struct MQTT_IpcOpened *frame);


/**
 * The service closes a session.  May call back.
 *
 * @return false if it was not open, or the handle was ended
 */
bool
MQTT_api_session_closed (struct GNUNET_MQTT_Handle *h,
                         const struct MQTT_IpcClosed *frame);


/**
 * A frame for a session arrived: MESSAGE, PUBLISHED, SUBSCRIBED, UNSUBSCRIBED or
 * ACK.  May call back.
 *
 * @param h the handle
 * @param number the session
 * @param frame the frame
 * @return false if it is not acceptable, or the handle was ended
 */
bool
MQTT_api_session_frame (struct GNUNET_MQTT_Handle *h,
                        uint32_t number,
                        const struct MQTT_IpcFrame *frame);


/* -------------------------- mqtt_api_message.c -------------------------- */

/**
 * Encode what an application publishes, all but the topic.
 *
 * @param h knows the keys of the topic's owner, if they are the application's
 * @param message what is published; its topic is a legal name
 * @param will it is a will: does not expire yet
 * @return the message, with one reference; NULL if it is not legal
 */
struct MQTT_Message *
MQTT_api_message_encode (struct GNUNET_MQTT_Handle *h,
                         const struct GNUNET_MQTT_Message *message,
                         bool will);


/**
 * Decode what the service delivers.
 *
 * @param name the topic
 * @param publication the rest; its properties are legal
 * @param[out] message set, all but @e delivery, @e packet_id and @e dup; points into
 *             the others, to be freed with MQTT_api_message_done()
 */
void
MQTT_api_message_decode (const struct MQTT_ApiName *name,
                         const struct MQTT_Publication *publication,
                         struct GNUNET_MQTT_Message *message);


void
MQTT_api_message_done (struct GNUNET_MQTT_Message *message);

#endif
