/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_memory.c
 * @brief Memory of all sessions together: what they have no use for is given back, and
 *        there is a bound of what waits for all sessions together in memory only: at QoS 0,
 *        and for sessions that do not outlive their connection.
 *
 * Each session may have an even part of it, whatever the others have: so there is
 * twice the bound at most, and who is quick does not suffer from who is slow.
 */
#include "hosted.h"
#include <malloc.h>

/** How long after a client has left. */
#define TRIM_DELAY GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 5)


/**
 * Task: give back what is free.  Without, the C library keeps it: what was needed for
 * a moment stands between what stays.
 */
static void
trim (void *cls)
{
  struct MQTT_Sessions *sessions = cls;

  sessions->trim_task = NULL;
  (void)malloc_trim (0);
}


void
MQTT_sessions_trim (struct MQTT_Sessions *sessions)
{
  if (NULL == sessions->trim_task)
    sessions->trim_task = GNUNET_SCHEDULER_add_delayed (TRIM_DELAY,
                                                        &trim,
                                                        sessions);
}


/**
 * Task: somebody has room again.
 */
static void
tell_room (void *cls)
{
  struct MQTT_Sessions *sessions = cls;

  sessions->room_task = NULL;
  sessions->config.room (sessions->config.cls);
}


void
MQTT_sessions_room (struct MQTT_Sessions *sessions)
{
  if ((NULL != sessions->config.room) && (NULL == sessions->room_task))
    sessions->room_task = GNUNET_SCHEDULER_add_now (&tell_room, sessions);
}


/**
 * Add to what is in memory.
 */
static void
add (struct MQTT_Sessions *sessions, int64_t bytes)
{
  sessions->in_memory += (size_t)bytes;
  MQTT_count (sessions->config.publishing->counters,
              MQTT_COUNT_SESSION_MEMORY,
              bytes);
}


bool
MQTT_hosted_memory_fits (struct MQTT_HostedSession *hosted, size_t bytes)
{
  struct MQTT_Sessions *sessions = hosted->sessions;
  const struct MQTT_Options *options = sessions->config.publishing->options;
  size_t limit = options->session_memory;
  size_t waiting;

  (void)MQTT_session_queued (hosted->core, &waiting);
  if ((sessions->in_memory + bytes <= limit)
      || (waiting + bytes <= limit / options->sessions))
    return true;
  sessions->memory_awaited = true;
  return false;
}


void
MQTT_hosted_memory_use (struct MQTT_HostedSession *hosted, size_t bytes)
{
  add (hosted->sessions, (int64_t)bytes);
}


void
MQTT_hosted_memory_free (struct MQTT_HostedSession *hosted, size_t bytes)
{
  struct MQTT_Sessions *sessions = hosted->sessions;

  add (sessions, -(int64_t)bytes);
  if (!sessions->memory_awaited
      || (sessions->in_memory
          > sessions->config.publishing->options->session_memory / 2))
    return;
  sessions->memory_awaited = false;
  MQTT_sessions_room (sessions);
}
