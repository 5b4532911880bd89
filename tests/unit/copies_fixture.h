/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/copies_fixture.h
 * @brief A service with two applications, and a stranger who has retained messages:
 *        to be included by one file of a test program.
 */
#ifndef MQTT_TESTS_UNIT_COPIES_FIXTURE_H
#define MQTT_TESTS_UNIT_COPIES_FIXTURE_H

#include "core/discovery_code.h"
#include "sessions_fixture.h"

/** Its identity is higher than the service's. */
static struct FakeStranger stranger;


static inline void
setup_stranger (void)
{
  setup ();
  fake_stranger_begin (&stranger, broker.peer, 3);
}


static inline void
teardown_stranger (void)
{
  fake_stranger_end (&stranger);
  teardown ();
}


/** So many milliseconds before now, or after it. */
static inline struct MQTT_Version
version_at (int64_t milliseconds)
{
  uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;

  return (struct MQTT_Version){ .time_us = now_us
                                           + (uint64_t)(milliseconds * 1000),
                                .run = 7,
                                .sequence = 1 };
}


/** The stranger opens a channel and asks about "a", as number 0. */
static inline void
stranger_asks (void)
{
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  fake_stranger_ask (&stranger, 0, "a");
}


/** The stranger has what "a" has retained, from so many milliseconds ago. */
static inline void
stranger_keeps (const char *payload, int64_t milliseconds)
{
  const struct MQTT_Version version = version_at (milliseconds);

  fake_stranger_retain (&stranger, 0, payload, &version, true);
  fake_time_pass (20);
}


/** Retain "a", published here. */
static inline void
retain_here (const char *payload, uint8_t qos)
{
  static const struct MQTT_IpcPublish own = { .number = 0 };

  fake_retain (&two, &own, payload, qos, MQTT_NEVER);
  fake_time_pass (20);
}


/** The first application was sent these messages, and no others. */
static inline void
ck_assert_received (const char *messages)
{
  ck_assert_str_eq (messages, one.received);
  one.received[0] = '\0';
}


/** The stranger was sent these publications, and no others. */
static inline void
ck_assert_published (const char *publications)
{
  ck_assert_str_eq (publications, stranger.published);
  stranger.published[0] = '\0';
}


/** The text by which "a" is looked for. */
static inline const char *
search_text (void)
{
  static struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  (void)MQTT_discovery_code_searches ("a", 1, strings);
  return strings[0].text;
}


/** Is "a" being looked for? */
static inline bool
is_searched (void)
{
  return NULL != fake_rendezvous_get (&broker.rendezvous, true, search_text ());
}

#endif
