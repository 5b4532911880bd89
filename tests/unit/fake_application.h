/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_application.h
 * @brief An application that is connected to the service, without a socket.
 *
 * Comes with GNUNET_SERVICE_client_continue() and its like, which then act on
 * applications of this kind.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_APPLICATION_H
#define MQTT_TESTS_UNIT_FAKE_APPLICATION_H

#include "core/ipc_frame.h"
#include "fake_time.h"
#include "service/client.h"

struct FakeApplication
{
  struct MQTT_Client *client;
  struct GNUNET_MQ_Handle *mq;
  /** What the service has not read yet. */
  struct MQTT_Outbox *pending;
  struct MQTT_FrameReader *reader;
  struct MQTT_FrameBudget budget;
  struct GNUNET_SCHEDULER_Task *send_task;
  struct GNUNET_SCHEDULER_Task *pump_task;
  struct GNUNET_SCHEDULER_Task *drop_task;
  /** Segment that the service sends, and the application has not read. */
  const struct GNUNET_MessageHeader *segment;
  /** The service has not read the last segment to its end. */
  bool busy;
  /** It reads nothing. */
  bool deaf;
  /** The service has dropped it. */
  bool dropped;

  /** Type of each frame that has arrived, one digit each. */
  char heard[512];
  unsigned int frames;
  struct MQTT_IpcHello hello;
  struct MQTT_IpcSubscribed subscribed;
  struct MQTT_IpcPublished published;
  struct MQTT_IpcChanneled channeled;
  /** Publications answered. */
  unsigned int answered;
  /** "topic=payload:subscriptions ", with "*" for the retain flag, of each message. */
  char received[4096];
  /** Expiry interval of the last one that had one, microseconds. */
  uint64_t expiry_us;
  char names[MQTT_IPC_TOPIC_NUMBERS][32];
  /** What its sessions were told, a word each: see fake_sessions.c. */
  char told[16384];
  /** The last OPENED. */
  struct MQTT_IpcOpened opened;
};


/**
 * Connect.
 *
 * @param[out] application begun
 */
void
fake_application_begin (struct FakeApplication *application,
                        struct MQTT_Clients *clients);


/**
 * Disconnect, unless it was dropped.
 */
void
fake_application_end (struct FakeApplication *application);


/**
 * The service is gone, and has ended its side of the connection.
 */
void
fake_application_lose (struct FakeApplication *application);


/**
 * Send what is in @e pending, and let it arrive.
 */
void
fake_application_send (struct FakeApplication *application);


/**
 * It reads again.
 */
void
fake_application_listen (struct FakeApplication *application);


/**
 * A frame that concerns a session has arrived.
 *
 * @return false if it does not
 */
bool
fake_sessions_hear (struct FakeApplication *application,
                    const struct MQTT_IpcFrame *frame);


/* These send one frame each. */

void
fake_application_hello (struct FakeApplication *application);

void
fake_application_subscribe (struct FakeApplication *application,
                            uint32_t number,
                            const char *filter);

void
fake_application_unsubscribe (struct FakeApplication *application,
                              uint32_t number);

void
fake_application_name (struct FakeApplication *application,
                       uint32_t number,
                       const char *topic);

void
fake_application_publish (struct FakeApplication *application,
                          uint32_t number,
                          const char *payload);

#endif
