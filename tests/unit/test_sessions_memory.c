/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions_memory.c
 * @brief Tests of what bounds the memory of sessions.
 */
#include "sessions_fixture.h"

/** Levels of a topic, and what matches it with each of them literal or "+". */
#define LEVELS 6
#define FILTERS (1 << LEVELS)

/** Number of that topic. */
#define DEEP 1


/** A filter that matches "l/l/l/l/l/l". */
static const char *
filter_of (unsigned int which)
{
  static char filter[2 * LEVELS];

  for (unsigned int i = 0; i < LEVELS; i++)
  {
    filter[2 * i] = (0 == (which & (1u << i))) ? 'l' : '+';
    filter[2 * i + 1] = '/';
  }
  filter[sizeof (filter) - 1] = '\0';
  return filter;
}


/** Identifiers that come with a message are in memory like itself. */
START_TEST (identifiers_count)
{
  const struct MQTT_IpcPublish deep = { .number = DEEP };
  /* Without them all would fit. */
  const unsigned int messages = 20;
  const size_t bytes = messages * 200;

  broker.peer->options.session_messages = 1000;
  broker.peer->options.session_bytes = bytes;
  crash ();
  open_c (&one, 100);
  for (unsigned int i = 0; i < FILTERS; i++)
    fake_subscribe (&one, 1, filter_of (i), 1, 1 + i);
  fake_close (&one, 1, 0);
  fake_application_name (&two, DEEP, "l/l/l/l/l/l");
  for (unsigned int i = 0; i < messages; i++)
  {
    fake_publish (&two, &deep, "x", 1);
    fake_time_pass (10);
  }
  ck_assert_uint_eq (messages, two.answered);
  ck_assert_uint_lt (1, counted (MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_le (counted (MQTT_COUNT_SESSION_QUEUED),
                     bytes / (FILTERS * sizeof (uint32_t)));
  /* Nothing was taken and then refused. */
  ck_assert_uint_eq (messages - counted (MQTT_COUNT_SESSION_QUEUED),
                     counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_REFUSED));
  check_balance ();
}
END_TEST


/** Sessions that do not outlive their connection share a bound. */
START_TEST (all_in_memory_is_bounded)
{
  const unsigned int sessions = 10;
  const unsigned int each = 5;
  const size_t limit = 20000;
  char payload[1001];
  char name[2] = "a";

  broker.peer->options.session_memory = limit;
  memset (payload, 'x', sizeof (payload) - 1);
  payload[sizeof (payload) - 1] = '\0';
  for (unsigned int i = 0; i < sessions; i++)
  {
    struct MQTT_IpcOpen open;

    name[0] = (char)('a' + i);
    open = fake_open (1 + i, name, 0);
    fake_send_open (&one, &open);
    fake_subscribe (&one, 1 + i, name, 2, 0);
    fake_application_name (&two, 1 + i, name);
  }
  /* At QoS 0 nothing waits unless the connection is full. */
  one.deaf = (0 == _i);
  for (unsigned int i = 0; i < sessions * each; i++)
  {
    const struct MQTT_IpcPublish publish = { .number = 1 + i % sessions };

    fake_publish (&two, &publish, payload, (uint8_t)_i);
    fake_time_pass (10);
    ck_assert_uint_le (counted (MQTT_COUNT_SESSION_MEMORY), limit);
  }
  fake_time_pass (10 * 1000);
  ck_assert_uint_lt (limit / 2, counted (MQTT_COUNT_SESSION_MEMORY));
  if (0 == _i)
    ck_assert_uint_lt (0, counted (MQTT_COUNT_SESSION_DROPPED));
  else
    ck_assert_uint_eq (sessions * each - counted (MQTT_COUNT_SESSION_QUEUED),
                       counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_REFUSED));
  fake_application_listen (&one);
  fake_time_pass (100);
  for (unsigned int i = 0; i < sessions; i++)
    fake_close (&one, 1 + i, 0);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSION_MEMORY));
  check_balance ();
}
END_TEST


/** What many sessions send does not get past a connection that is full. */
START_TEST (full_connection)
{
  const struct MQTT_IpcPublish own = { .number = 0 };
  const unsigned int sessions = 100;
  char payload[1001];
  char name[4];

  memset (payload, 'x', sizeof (payload) - 1);
  payload[sizeof (payload) - 1] = '\0';
  for (unsigned int i = 0; i < sessions; i++)
  {
    struct MQTT_IpcOpen open;

    (void)snprintf (name, sizeof (name), "%u", i);
    open = fake_open (1 + i, name, 0);
    fake_send_open (&one, &open);
    fake_subscribe (&one, 1 + i, "a", 2, 0);
  }
  one.deaf = true;
  fake_publish (&two, &own, payload, (uint8_t)_i);
  fake_time_pass (10);
  /* The connection takes 20 kB, and what is under way. */
  ck_assert_uint_lt (counted (MQTT_COUNT_DELIVERED), 70);
  fake_application_listen (&one);
  fake_time_pass (100);
  ck_assert_uint_eq (sessions, counted (MQTT_COUNT_DELIVERED));
  check_balance ();
}
END_TEST


/* No session is there for longer than is allowed: one that is made, changed or found. */
START_TEST (expiry_is_lowered)
{
  const struct MQTT_IpcClose change = {
    .session = 1,
    .has_expiry = true,
    .expiry_s = MQTT_SESSION_NO_EXPIRY,
  };

  if (2 != _i)
  {
    broker.peer->options.session_expiry_maximum = GNUNET_TIME_UNIT_MINUTES;
    crash ();
  }
  open_c (&one, (1 == _i) ? 10 : MQTT_SESSION_NO_EXPIRY);
  ck_assert_told ("1:opened!00 ", &one);
  MQTT_ipc_put_close (one.pending, &change);
  fake_application_send (&one);
  if (2 == _i)
  {
    broker.peer->options.session_expiry_maximum = GNUNET_TIME_UNIT_MINUTES;
    crash ();
  }
  ck_assert_uint_lt (0, counted (MQTT_COUNT_SESSION_EXPIRIES_LOWERED));
  fake_time_pass (50 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SESSIONS));
  fake_time_pass (15 * 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SESSIONS));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("sessions_memory");

  tcase_set_timeout (cases, 60);
  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, identifiers_count);
  tcase_add_loop_test (cases, all_in_memory_is_bounded, 0, 2);
  tcase_add_loop_test (cases, full_connection, 0, 2);
  tcase_add_loop_test (cases, expiry_is_lowered, 0, 3);
  return run_cases ("sessions_memory", cases);
}
