/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/executor_fixture.h
 * @brief A peer that holds wills, and a stranger who tells them: to be included by one
 *        file of a test program.
 */
#ifndef MQTT_TESTS_UNIT_EXECUTOR_FIXTURE_H
#define MQTT_TESTS_UNIT_EXECUTOR_FIXTURE_H

#include "stranger_fixture.h"
#include "store_faults.h"

/** A peer is gone for good, or has to have told its wills again. */
#define LONG 16000

static struct MQTT_Subscription *subscription;


static inline void
setup (void)
{
  begin_stranger ();
  subscription = fake_peer_subscribe_surely (peer, "a");
}


static inline void
teardown (void)
{
  store_faults_set (NULL);
  fake_peer_unsubscribe (peer, subscription);
  end_stranger ();
}


/** The stranger has a link, and has asked about "a". */
static inline void
meet (void)
{
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a");
  memset (stranger.heard, 0, sizeof (stranger.heard));
}


static inline void
part (void)
{
  fake_stranger_close (&stranger, stranger.end);
}


/** The stranger gives a sign of life. */
static inline void
ping (void)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_link_put_ping (outbox);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


static inline struct MQTT_Message *
new_will (uint64_t sequence, uint8_t qos)
{
  struct MQTT_Message *message = fake_message ("gone");

  message->will = true;
  message->version.run = 9;
  message->version.sequence = sequence;
  message->qos = qos;
  return message;
}


/** @param message given back */
static inline void
tell_message (uint32_t number, struct MQTT_Message *message, uint32_t delay_s)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_link_put_will (outbox, number, delay_s, message);
  MQTT_message_unref (message);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


static inline void
tell (uint32_t number, uint64_t sequence, uint32_t delay_s)
{
  tell_message (number, new_will (sequence, 1), delay_s);
}


static inline void
take_back (uint64_t sequence)
{
  const struct MQTT_LinkSerial name = { .run = 9, .sequence = sequence };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_link_put_unwill (outbox, &name);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


/** The stranger publishes a will himself, as his serial-th message. */
static inline void
publish (uint64_t sequence, uint8_t qos, uint64_t serial)
{
  const struct MQTT_LinkSerial name = { .run = 7, .sequence = serial };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = new_will (sequence, qos);

  MQTT_link_put_publish (outbox,
                         0,
                         (0 == qos) ? NULL : &name,
                         message,
                         qos,
                         NULL);
  MQTT_message_unref (message);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}

#endif
