/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_sessions.h
 * @brief What applications say of sessions, a frame each, and hear of them, a word
 *        each.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_SESSIONS_H
#define MQTT_TESTS_UNIT_FAKE_SESSIONS_H

#include "fake_application.h"

/** A session was told this, and nothing else, since it was last asked. */
#define ck_assert_told(words, application) \
  do \
  { \
    ck_assert_str_eq (words, (application)->told); \
    (application)->told[0] = '\0'; \
  } \
  while (0)


/**
 * What opens session @a number, to be changed and sent.
 */
struct MQTT_IpcOpen
fake_open (uint32_t number, const char *client_id, uint32_t expiry_s);


/**
 * Have it published if the client vanishes.
 */
void
fake_will (struct MQTT_IpcOpen *open,
           const char *topic,
           const char *payload,
           uint8_t qos,
           uint32_t delay_s);


/**
 * Send it, and wait until the answer is there.
 */
void
fake_send_open (struct FakeApplication *application,
                const struct MQTT_IpcOpen *open);


/**
 * Send an acknowledgement.
 */
void
fake_ack (struct FakeApplication *application,
          uint32_t number,
          enum MQTT_IpcAckType type,
          uint16_t packet_id,
          uint8_t reason);


/**
 * Leave, and wait for the disk.
 */
void
fake_close (struct FakeApplication *application,
            uint32_t number,
            uint8_t reason);


/**
 * Subscribe, and wait for the disk.
 */
void
fake_subscribe (struct FakeApplication *application,
                uint32_t number,
                const char *filter,
                uint8_t qos,
                uint32_t identifier);


void
fake_unsubscribe (struct FakeApplication *application,
                  uint32_t number,
                  const char *filter);


/**
 * Publish with the retain flag, without waiting for the disk.
 *
 * @param expiry_us how long it is valid, microseconds; #MQTT_NEVER if it always is
 */
void
fake_retain (struct FakeApplication *application,
             const struct MQTT_IpcPublish *publish,
             const char *payload,
             uint8_t qos,
             uint64_t expiry_us);


/**
 * Publish, without waiting for the disk.
 *
 * @param application the application
 * @param publish session, topic's number, packet identifier and DUP
 * @param payload a text
 * @param qos its QoS
 */
void
fake_publish (struct FakeApplication *application,
              const struct MQTT_IpcPublish *publish,
              const char *payload,
              uint8_t qos);

#endif
