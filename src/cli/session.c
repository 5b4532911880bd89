/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/session.c
 * @brief How long a program waits for the service, and how it ends.
 */
#include "session.h"
#include "options.h"

/** Seconds without the service after which it is given up. */
#define ABSENCE_MAX 10


void
CLI_session_end (struct CLI_Session *session, enum CLI_ExitCode code)
{
  if (session->ended)
    return;
  session->ended = true;
  session->code = code;
  GNUNET_SCHEDULER_shutdown ();
}


static void
complain_about_absence (const struct CLI_Session *session, uint64_t seconds)
{
  CLI_complain (session->program,
                "no mqtt service within %llu s (is the peer running, and is "
                "this its configuration?)",
                (unsigned long long)seconds);
}


static void
on_timeout (void *cls)
{
  struct CLI_Session *session = cls;

  session->timeout_task = NULL;
  if (!session->connected)
    complain_about_absence (session, session->timeout);
  CLI_session_end (session, session->connected ? CLI_TIMEOUT : CLI_NO_SERVICE);
}


static void
on_absence (void *cls)
{
  struct CLI_Session *session = cls;

  session->absence_task = NULL;
  complain_about_absence (session, ABSENCE_MAX);
  CLI_session_end (session, CLI_NO_SERVICE);
}


static struct GNUNET_SCHEDULER_Task *
after_seconds (uint64_t seconds,
               GNUNET_SCHEDULER_TaskCallback task,
               struct CLI_Session *session)
{
  return GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, seconds),
    task,
    session);
}


static void
stop_waiting (struct GNUNET_SCHEDULER_Task **task)
{
  if (NULL != *task)
    GNUNET_SCHEDULER_cancel (*task);
  *task = NULL;
}


static void
on_status (void *cls, enum GNUNET_GenericReturnValue connected)
{
  struct CLI_Session *session = cls;

  switch (connected)
  {
  case GNUNET_YES:
    session->connected = true;
    stop_waiting (&session->absence_task);
    return;
  case GNUNET_NO:
    if (session->connected && session->patient)
      return;
    session->connected = false;
    if (NULL == session->absence_task)
      session->absence_task = after_seconds (ABSENCE_MAX, &on_absence, session);
    return;
  case GNUNET_SYSERR:
    CLI_complain (session->program,
                  "the mqtt service speaks another version of the protocol");
    CLI_session_end (session, CLI_NO_SERVICE);
    return;
  }
}


bool
CLI_session_start (struct CLI_Session *session,
                   const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  session->mqtt = GNUNET_MQTT_connect (cfg, &on_status, session);
  if (NULL == session->mqtt)
  {
    CLI_complain (session->program,
                  "the configuration has no mqtt service (use -c?)");
    CLI_session_end (session, CLI_NO_SERVICE);
    return false;
  }
  session->absence_task = after_seconds (ABSENCE_MAX, &on_absence, session);
  if (0 != session->timeout)
    session->timeout_task = after_seconds (session->timeout,
                                           &on_timeout,
                                           session);
  return true;
}


void
CLI_session_stop (struct CLI_Session *session, enum CLI_ExitCode code)
{
  if (!session->ended)
    session->code = code;
  session->ended = true;
  stop_waiting (&session->timeout_task);
  stop_waiting (&session->absence_task);
  if (NULL != session->mqtt)
    GNUNET_MQTT_disconnect (session->mqtt);
  session->mqtt = NULL;
}
