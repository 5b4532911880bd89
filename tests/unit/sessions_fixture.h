/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/sessions_fixture.h
 * @brief A service with a real store, and two applications: to be included by one
 *        file of a test program.
 */
#ifndef MQTT_TESTS_UNIT_SESSIONS_FIXTURE_H
#define MQTT_TESTS_UNIT_SESSIONS_FIXTURE_H

#include "run_cases.h"
#include "fake_broker.h"
#include "fake_sessions.h"

static struct FakeBroker broker;
static struct FakeApplication one;
static struct FakeApplication two;


static inline void
begin_applications (void)
{
  fake_application_begin (&one, broker.clients);
  fake_application_begin (&two, broker.clients);
  fake_application_hello (&one);
  fake_application_hello (&two);
  fake_application_name (&one, 0, "a");
  fake_application_name (&two, 0, "a");
}


static inline void
setup (void)
{
  fake_broker_begin (&broker);
  fake_broker_build (&broker);
  begin_applications ();
}


static inline void
teardown (void)
{
  fake_application_end (&one);
  fake_application_end (&two);
  fake_broker_check_balance (&broker);
  fake_broker_end (&broker);
  fake_broker_end_world (&broker);
}


static inline uint64_t
counted (enum MQTT_Counter which)
{
  return fake_broker_counted (&broker, which);
}


/** Messages in the store, but for those that wait for late finds. */
static inline uint64_t
stored (void)
{
  return store_fixture_messages (&broker.peer->store, 200)
         - counted (MQTT_COUNT_STORED_BACKLOG);
}


/** Every message is somewhere. */
static inline void
check_balance (void)
{
  fake_broker_check_balance (&broker);
}


/** The service dies, and starts again. */
static inline void
crash (void)
{
  fake_broker_restart (&broker);
  fake_application_lose (&one);
  fake_application_lose (&two);
  fake_application_end (&one);
  fake_application_end (&two);
  begin_applications ();
}


/** Session 1 of an application, whose client is "c". */
static inline void
open_c (struct FakeApplication *application, uint32_t expiry_s)
{
  const struct MQTT_IpcOpen open = fake_open (1, "c", expiry_s);

  fake_send_open (application, &open);
}


/** Publish "a" in the name of the second application. */
static inline void
publish (const char *payload, uint8_t qos)
{
  static const struct MQTT_IpcPublish own = { .number = 0 };

  fake_publish (&two, &own, payload, qos);
}


/** A session that outlives connections, and has subscribed to "a". */
static inline void
open_subscriber (void)
{
  open_c (&one, 100);
  fake_subscribe (&one, 1, "a", 2, 7);
  ck_assert_told ("1:opened!00 1:subscribed!02 ", &one);
}

#endif
