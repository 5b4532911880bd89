/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/options.h
 * @brief Command line options that libgnunetutil does not have, and what else a
 *        program does before it begins.
 *
 * Every option has a letter: GNUNET_GETOPT tells options apart by it alone.
 */
#ifndef MQTT_CLI_OPTIONS_H
#define MQTT_CLI_OPTIONS_H

#include <gnunet/gnunet_util_lib.h>
#include <stdbool.h>

/**
 * A number and its bounds.
 */
struct CLI_Number
{
  uint64_t value;
  uint64_t least;
  uint64_t most;
  /** Was it given? */
  bool given;
};

/**
 * An option that may be given several times, in order.
 */
struct CLI_Texts
{
  char **at;
  unsigned int count;
};


/**
 * A decimal number without sign; others are refused, with a complaint that
 * names the bounds.
 */
struct GNUNET_GETOPT_CommandLineOption
CLI_option_number (char letter,
                   const char *name,
                   const char *argument,
                   const char *description,
                   struct CLI_Number *number);


/**
 * A text that may be given several times; free with CLI_texts_free().
 */
struct GNUNET_GETOPT_CommandLineOption
CLI_option_texts (char letter,
                  const char *name,
                  const char *argument,
                  const char *description,
                  struct CLI_Texts *texts);


void
CLI_texts_free (struct CLI_Texts *texts);


/**
 * -v, --version: our version in place of GNUnet's.
 */
struct GNUNET_GETOPT_CommandLineOption
CLI_option_version (void);


/**
 * Complain on standard error: "PROGRAM: …", and a new line.
 */
void
CLI_complain (const char *program, const char *format, ...)
  __attribute__ ((format (printf, 2, 3)));


/**
 * First thing in main(): standard input, output and error that are closed must
 * not become the descriptors of something else.  Reading or writing them fails
 * afterwards, as it should.
 */
void
CLI_secure_descriptors (void);

#endif
