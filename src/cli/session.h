/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/session.h
 * @brief A program's time with the service: how long it waits for it, whether it
 *        has a session of its own there, and how the program ends.
 */
#ifndef MQTT_CLI_SESSION_H
#define MQTT_CLI_SESSION_H

#include "exit_codes.h"
#include "gnunet_mqtt_session.h"

/**
 * To be set to 0 but for what is to be set before CLI_session_start().
 */
struct CLI_Session
{
  /** Set before: name of the program, for complaints. */
  const char *program;
  /** Set before: seconds after which it is over; 0 for never. */
  uint64_t timeout;
  /** Set before: once the service was there, wait for it for ever. */
  bool patient;

  struct GNUNET_MQTT_Handle *mqtt;
  /** NULL unless CLI_session_open() was called. */
  struct GNUNET_MQTT_Session *own;
  /** How the program ends, once @e ended is set. */
  enum CLI_ExitCode code;
  bool ended;
  bool connected;
  struct GNUNET_SCHEDULER_Task *timeout_task;
  struct GNUNET_SCHEDULER_Task *absence_task;
  /** Called for each message of @e own. */
  GNUNET_MQTT_SessionMessageCallback message;
  void *message_cls;
};


/**
 * Connect.  Complains and ends the program if there is no service.
 *
 * @return false if the program ends
 */
bool
CLI_session_start (struct CLI_Session *session,
                   const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * End the program, unless something else did: shutdown tasks run next.
 */
void
CLI_session_end (struct CLI_Session *session, enum CLI_ExitCode code);


/**
 * Open a session at the service.  The program ends if it is refused, or taken over.
 *
 * @param session a session that was started
 * @param options which one
 * @param message called for each message; may be NULL
 * @param cls closure for @a message
 * @return false if the options are wrong: it was complained, the program ends
 */
bool
CLI_session_open (struct CLI_Session *session,
                  const struct GNUNET_MQTT_SessionOptions *options,
                  GNUNET_MQTT_SessionMessageCallback message,
                  void *cls);


/**
 * Say goodbye, which drops the will, and disconnect; last thing in the shutdown
 * task.  Nothing is called back any more.  Must outlive the scheduler.
 *
 * @param session the session
 * @param code how the program ends if nothing but a signal ended it
 */
void
CLI_session_stop (struct CLI_Session *session, enum CLI_ExitCode code);

#endif
