/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/session.h
 * @brief A program's time with the service: how long it waits for it, and how
 *        the program ends.
 */
#ifndef MQTT_CLI_SESSION_H
#define MQTT_CLI_SESSION_H

#include "exit_codes.h"
#include "gnunet_mqtt_service.h"

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
  /** How the program ends, once @e ended is set. */
  enum CLI_ExitCode code;
  bool ended;
  bool connected;
  struct GNUNET_SCHEDULER_Task *timeout_task;
  struct GNUNET_SCHEDULER_Task *absence_task;
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
 * Disconnect; last thing in the shutdown task.
 *
 * @param session the session
 * @param code how the program ends if nothing but a signal ended it
 */
void
CLI_session_stop (struct CLI_Session *session, enum CLI_ExitCode code);

#endif
