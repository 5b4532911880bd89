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


int
main (void)
{
  TCase *cases = tcase_create ("sessions_memory");

  tcase_set_timeout (cases, 60);
  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, identifiers_count);
  return run_cases ("sessions_memory", cases);
}
