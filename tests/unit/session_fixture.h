/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/session_fixture.h
 * @brief A session whose actions are written down as words, to be compared with
 *        the words of a rule: to be included by one file of a test program.
 */
#ifndef MQTT_TESTS_UNIT_SESSION_FIXTURE_H
#define MQTT_TESTS_UNIT_SESSION_FIXTURE_H

#include "run_cases.h"
#include <stdio.h>
#include <string.h>
#include "core/session.h"

#define NOW UINT64_C (1000000000)
#define SECOND UINT64_C (1000000)
#define NEVER UINT64_MAX

/** What the session wanted since it was last asked. */
static char said[4096];

static struct MQTT_SessionHost host;
static struct MQTT_Session *session;


/** Note one action; messages are numbered as they were enqueued. */
static inline void
note (void *cls, const struct MQTT_SessionAction *action)
{
  static const char *const names[] = {
    "publish", "puback", "pubrec", "pubrel", "pubcomp", "store", "released",
    "remove",  "unhold", "record", "forget", "room",    "will",  "end"
  };
  static const char *const outcomes[] = { "delivered", "rejected", "expired",
                                          "large",     "refused",  "dropped",
                                          "left",      "unloaded" };
  size_t at = strlen (said);

  ck_assert_ptr_eq (&host, cls);
  at += snprintf (said + at, sizeof (said) - at, "%s", names[action->type]);
  if (NULL != action->entry)
    at += snprintf (said + at,
                    sizeof (said) - at,
                    ":%llu",
                    (unsigned long long)action->entry->message);
  if (0 != action->packet_id)
    at += snprintf (said + at, sizeof (said) - at, "#%u", action->packet_id);
  if (0 != action->reason)
    at += snprintf (said + at, sizeof (said) - at, "!%02x", action->reason);
  if (MQTT_SESSION_FORGET == action->type)
    at += snprintf (said + at,
                    sizeof (said) - at,
                    "=%s",
                    outcomes[action->outcome]);
  snprintf (said + at, sizeof (said) - at, "%s ", action->dup ? "+dup" : "");
  ck_assert_uint_lt (at, sizeof (said) - 64);
}


/** The session wanted this, and nothing else, since it was last asked. */
#define assert_said(words) \
  do \
  { \
    ck_assert_str_eq (words, said); \
    said[0] = '\0'; \
  } \
  while (0)


static inline void
set_up (void)
{
  host = (struct MQTT_SessionHost){ .act = &note,
                                    .entries_limit = 4,
                                    .bytes_limit = 100,
                                    .receive_maximum = 2 };
  session = NULL;
  said[0] = '\0';
}


static inline void
tear_down (void)
{
  if (NULL != session)
    MQTT_session_destroy (session);
  ck_assert_int_eq (0, MQTT_session_balance (&host.counters));
  ck_assert_uint_eq (0, host.counters.queued);
}


static inline struct MQTT_SessionConnect
connect_of (uint32_t expiry_s, uint16_t receive_maximum)
{
  return (struct MQTT_SessionConnect){ .expiry_s = expiry_s,
                                       .receive_maximum = receive_maximum };
}


/** A session that is not stored. */
static inline void
create_plain (uint16_t receive_maximum)
{
  struct MQTT_SessionConnect connect = connect_of (0, receive_maximum);

  session = MQTT_session_create (&host, &host, &connect);
  assert_said ("");
}


static inline void
store_all (void)
{
  MQTT_session_stored (session, MQTT_session_changes (session), NOW);
}


/** One that is, with its record on disk. */
static inline void
create_stored (uint32_t expiry_s, uint16_t receive_maximum)
{
  struct MQTT_SessionConnect connect = connect_of (expiry_s, receive_maximum);

  session = MQTT_session_create (&host, &host, &connect);
  assert_said ("record ");
  store_all ();
}


static inline enum MQTT_SessionTaken
offer (uint64_t message, uint8_t qos)
{
  return MQTT_session_enqueue (session, message, 10, qos, NEVER, NOW);
}


static inline bool
reconnect (uint16_t receive_maximum)
{
  struct MQTT_SessionConnect connect = connect_of (100, receive_maximum);

  return MQTT_session_connect (session, &connect, NOW);
}

#endif
