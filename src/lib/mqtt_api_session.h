/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session.h
 * @brief What the files of the library share about a session.  Only for
 *        mqtt_api_session*.c.
 *
 * mqtt_api_session.c is its life, mqtt_api_session_open.c how an application opens
 * and leaves it, mqtt_api_session_frame.c finds it for frames that arrive.  What
 * goes on in it is in a file each: publications, deliveries and subscriptions;
 * none knows of the others.
 */
#ifndef MQTT_LIB_MQTT_API_SESSION_H
#define MQTT_LIB_MQTT_API_SESSION_H

#include "gnunet_mqtt_session.h"
#include "../core/session_ids.h"
#include "mqtt_api.h"

enum MQTT_ApiSessionState
{
  /** There is no connection. */
  MQTT_API_SESSION_WAITING,
  /** OPEN was sent. */
  MQTT_API_SESSION_OPENING,
  MQTT_API_SESSION_OPEN,
  /** The application has left, CLOSE was sent. */
  MQTT_API_SESSION_CLOSING,
  /** Nothing more is said to the service, or heard from it. */
  MQTT_API_SESSION_OVER
};

/** Answers that come from here, not from the service. */
struct MQTT_ApiAnswer;

/** Publications of a session, in order. */
struct MQTT_ApiPublication;

struct MQTT_ApiPublications
{
  struct MQTT_ApiPublication *head;
  struct MQTT_ApiPublication *tail;
};

/** Requests to subscribe, or to end a subscription. */
struct MQTT_ApiRequest;

/** What the application asks for as it leaves. */
struct MQTT_ApiClose
{
  struct MQTT_IpcClose close;
  GNUNET_MQTT_SessionContinuation continuation;
  void *cls;
};

struct GNUNET_MQTT_Session
{
  struct GNUNET_MQTT_Session *next;
  struct GNUNET_MQTT_Session *prev;
  struct GNUNET_MQTT_Handle *h;
  struct GNUNET_MQTT_SessionCallbacks callbacks;
  void *cls;
  enum GNUNET_MQTT_Acknowledge acknowledge;
  /** Publications above the service's receive maximum wait here. */
  bool counts;
  /** The application wants no messages now. */
  bool paused;
  enum MQTT_ApiSessionState state;
  /** What it is opened with, next time; texts are the session's own. */
  struct MQTT_IpcOpen open;
  /** The will, all but topic, delay and expiry; NULL if none. */
  struct MQTT_Message *will;

  /** Says what is to be said without the service. */
  struct GNUNET_SCHEDULER_Task *task;
  struct MQTT_ApiAnswer *answers_head;
  struct MQTT_ApiAnswer *answers_tail;
  /** The service was asked for it, and may have it also without a connection. */
  bool asked;
  /** Why it is over. */
  enum GNUNET_MQTT_ReasonCode reason;
  /** The application was told that it is over. */
  bool told;
  /** A callback of the application is under way. */
  bool calling;
  /** The application has left, from within a callback: @e close is to be done. */
  bool leaving;
  /** The application has left: only the answer to @e close is awaited. */
  bool left;
  struct MQTT_ApiClose close;

  /** The service's, of this connection. */
  uint16_t receive_maximum;
  /** Publications that were not sent on this connection. */
  struct MQTT_ApiPublications waiting;
  /** Sent, and not answered. */
  struct MQTT_ApiPublications sent;
  /** Had PUBREC: the application knows, the service was sent PUBREL. */
  struct MQTT_ApiPublications released;
  /** Identifiers of publications at QoS 1 and 2, and whether they were sent on this
      connection; none unless @e counts. */
  struct MQTT_SessionIds *publishing;
  uint16_t last_packet_id;

  /** Identifiers of deliveries: the application has not acknowledged yet
      (MQTT_SESSION_ID_STORING), or has, but the service may ask again (MQTT_SESSION_ID_HELD). */
  struct MQTT_SessionIds *delivered;

  /** Requests that were not answered, oldest first. */
  struct MQTT_ApiRequest *requests_head;
  struct MQTT_ApiRequest *requests_tail;
  /** Subscriptions that were granted, by hash of their filter; NULL if none. */
  struct GNUNET_CONTAINER_MultiHashMap *subscriptions;
};


/* -------------------------- mqtt_api_session.c -------------------------- */

/**
 * Does the library follow 4.3, and not the application?
 */
bool
MQTT_api_session_cares (const struct GNUNET_MQTT_Session *session);


/**
 * Ask the service for a session if there is a connection.
 */
void
MQTT_api_session_send_open (struct GNUNET_MQTT_Session *session);


/**
 * Nothing more will be heard of a session from the service: tell the application,
 * from a task.
 */
void
MQTT_api_session_end (struct GNUNET_MQTT_Session *session,
                      enum GNUNET_MQTT_ReasonCode reason);


/**
 * The application leaves, as @e close says.
 */
void
MQTT_api_session_close_now (struct GNUNET_MQTT_Session *session);


/**
 * The application has left, and the service has answered, or never will: free
 * the session.  Calls back.
 */
void
MQTT_api_session_finish (struct GNUNET_MQTT_Session *session,
                         enum GNUNET_MQTT_ReasonCode reason);


/**
 * A callback of the application follows: keep the session until
 * MQTT_api_session_leave().
 */
void
MQTT_api_session_enter (struct GNUNET_MQTT_Session *session);


/**
 * The callback is over.
 *
 * @return false if the application has left the session, or disconnected: nothing
 *         more may be done with the session
 */
bool
MQTT_api_session_leave (struct GNUNET_MQTT_Session *session);


/**
 * Call a continuation back.
 *
 * @param session the session
 * @param continuation may be NULL
 * @param cls its closure
 * @param reason what to tell
 * @return as MQTT_api_session_leave()
 */
bool
MQTT_api_session_answer (struct GNUNET_MQTT_Session *session,
                         GNUNET_MQTT_SessionContinuation continuation,
                         void *cls,
                         enum GNUNET_MQTT_ReasonCode reason);


/**
 * Call a continuation back from a task.  Parameters are those of
 * MQTT_api_session_answer().
 */
void
MQTT_api_session_answer_later (struct GNUNET_MQTT_Session *session,
                               GNUNET_MQTT_SessionContinuation continuation,
                               void *cls,
                               enum GNUNET_MQTT_ReasonCode reason);


/**
 * Queue an acknowledgement.
 */
void
MQTT_api_session_put_ack (struct GNUNET_MQTT_Session *session,
                          enum MQTT_IpcAckType type,
                          uint16_t packet_id,
                          uint8_t reason);


/* ---------------------- mqtt_api_session_publish.c ---------------------- */

/**
 * The session is open: send what was not answered, as the service knows it or not.
 */
void
MQTT_api_session_publish_resume (struct GNUNET_MQTT_Session *session,
                                 bool present);


/**
 * The connection is lost: what was sent waits again.
 */
void
MQTT_api_session_publish_suspend (struct GNUNET_MQTT_Session *session);


/**
 * The session is over: answer all publications, from a task.
 */
void
MQTT_api_session_publish_fail (struct GNUNET_MQTT_Session *session);


/**
 * Forget all publications.
 */
void
MQTT_api_session_publish_done (struct GNUNET_MQTT_Session *session);


/**
 * The service has answered publications at QoS 0.  Calls back.
 *
 * @return false if more was answered than sent
 */
bool
MQTT_api_session_published (struct GNUNET_MQTT_Session *session,
                            uint32_t count,
                            uint8_t reason);


/**
 * The service has sent PUBACK, PUBREC or PUBCOMP.  Calls back.
 */
void
MQTT_api_session_acknowledged (struct GNUNET_MQTT_Session *session,
                               const struct MQTT_IpcAck *ack);


/**
 * An acknowledgement passes to the application: what had to wait for it is sent.
 */
void
MQTT_api_session_passed (struct GNUNET_MQTT_Session *session,
                         const struct MQTT_IpcAck *ack);


/* ---------------------- mqtt_api_session_deliver.c ---------------------- */

/**
 * A message arrived.  Calls back.
 *
 * @return false if its topic number is not bound
 */
bool
MQTT_api_session_deliver (struct GNUNET_MQTT_Session *session,
                          const struct MQTT_IpcMessage *message);


/**
 * Tell the service whether messages are to wait.
 */
void
MQTT_api_session_put_flow (struct GNUNET_MQTT_Session *session);


/**
 * The service has sent PUBREL.
 */
void
MQTT_api_session_released (struct GNUNET_MQTT_Session *session,
                           const struct MQTT_IpcAck *ack);


/* --------------------- mqtt_api_session_subscribe.c --------------------- */

/** As MQTT_api_session_publish_resume(). */
void
MQTT_api_session_subscribe_resume (struct GNUNET_MQTT_Session *session,
                                   bool present);


/** As MQTT_api_session_publish_suspend(). */
void
MQTT_api_session_subscribe_suspend (struct GNUNET_MQTT_Session *session);


/** As MQTT_api_session_publish_fail(). */
void
MQTT_api_session_subscribe_fail (struct GNUNET_MQTT_Session *session);


/** As MQTT_api_session_publish_done(). */
void
MQTT_api_session_subscribe_done (struct GNUNET_MQTT_Session *session);


/**
 * The service has answered the oldest request of its kind.  Calls back.
 *
 * @param session the session
 * @param subscribe to subscribe, or to end a subscription?
 * @param reason the answer
 * @return false if there is none
 */
bool
MQTT_api_session_request_answered (struct GNUNET_MQTT_Session *session,
                                   bool subscribe,
                                   uint8_t reason);

#endif
