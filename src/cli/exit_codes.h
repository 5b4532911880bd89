/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/exit_codes.h
 * @brief How the programs tell what became of them.  Scripts rely on the numbers.
 */
#ifndef MQTT_CLI_EXIT_CODES_H
#define MQTT_CLI_EXIT_CODES_H

enum CLI_ExitCode
{
  /** All was done that was asked for. */
  CLI_DONE = 0,
  /** Wrong options, or a wrong topic: nothing was done. */
  CLI_WRONG_USE = 1,
  /** The service cannot be reached, or speaks another protocol. */
  CLI_NO_SERVICE = 2,
  /** The time given with --timeout is over. */
  CLI_TIMEOUT = 3,
  /** The service has refused a message or a subscription. */
  CLI_REFUSED = 4,
  /** Input cannot be read, or output not be written. */
  CLI_IO_ERROR = 5,
  /** Interrupted before everything was published. */
  CLI_INTERRUPTED = 6
};

/** The same for --help. */
#define CLI_EXIT_CODES_HELP \
  "Exit codes: 0 done, 1 wrong use, 2 no service, 3 timeout, 4 refused by " \
  "the\n" \
  "service, 5 input or output failed, 6 interrupted before all was published."

#endif
