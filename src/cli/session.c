/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/session.c
 * @brief How long a program waits for the service, and how it ends.
 */
#include "session.h"
#include "options.h"

/** Seconds without the service after which it is given up. */
#define ABSENCE_MAX 10

/** Seconds that the service has to answer a goodbye. */
#define GOODBYE_MAX 2


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
    if (session->ended || (session->connected && session->patient))
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


static void
on_message (void *cls,
            const struct GNUNET_MQTT_Message *message,
            const uint32_t *identifiers,
            unsigned int identifier_count)
{
  struct CLI_Session *session = cls;

  if (NULL != session->message)
    session->message (session->message_cls,
                      message,
                      identifiers,
                      identifier_count);
}


static void
on_closed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct CLI_Session *session = cls;

  if (session->ended)
    return;
  CLI_complain (session->program,
                "the session has ended: %s",
                GNUNET_MQTT_reason_text (reason));
  CLI_session_end (session, CLI_REFUSED);
}


bool
CLI_session_open (struct CLI_Session *session,
                  const struct GNUNET_MQTT_SessionOptions *options,
                  GNUNET_MQTT_SessionMessageCallback message,
                  void *cls)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .closed = &on_closed,
    .message = &on_message
  };

  session->message = message;
  session->message_cls = cls;
  session->own = GNUNET_MQTT_session_open (session->mqtt,
                                           options,
                                           &callbacks,
                                           session);
  if (NULL != session->own)
    return true;
  CLI_complain (session->program,
                "not a legal client identifier or will: a text is not UTF-8");
  CLI_session_end (session, CLI_WRONG_USE);
  return false;
}


/**
 * There was time enough for a goodbye.
 */
static void
disconnect (void *cls)
{
  struct CLI_Session *session = cls;

  stop_waiting (&session->timeout_task);
  GNUNET_MQTT_disconnect (session->mqtt);
  session->mqtt = NULL;
}


static void
on_goodbye_late (void *cls)
{
  struct CLI_Session *session = cls;

  session->timeout_task = NULL;
  disconnect (session);
}


static void
on_goodbye (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  (void)reason;
  disconnect (cls);
}


void
CLI_session_stop (struct CLI_Session *session, enum CLI_ExitCode code)
{
  if (!session->ended)
    session->code = code;
  session->ended = true;
  stop_waiting (&session->timeout_task);
  stop_waiting (&session->absence_task);
  if (NULL == session->mqtt)
    return;
  if (NULL == session->own)
  {
    disconnect (session);
    return;
  }
  session->timeout_task = after_seconds (GOODBYE_MAX,
                                         &on_goodbye_late,
                                         session);
  GNUNET_MQTT_session_close (session->own,
                             GNUNET_MQTT_SUCCESS,
                             NULL,
                             &on_goodbye,
                             session);
  session->own = NULL;
}
