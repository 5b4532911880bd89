/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/output.h
 * @brief Standard output that loses nothing: collects, writes, and waits while
 *        nobody reads.
 *
 * While it waits nothing else happens in the program: the library then takes
 * nothing more from the service, which slows the publishers.  A request to end
 * (SIGINT, SIGTERM, SIGHUP, SIGQUIT) ends the wait.
 */
#ifndef MQTT_CLI_OUTPUT_H
#define MQTT_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * What became of the output.
 */
enum CLI_OutputState
{
  CLI_OUTPUT_OPEN = 0,
  /** Whoever read it does so no more. */
  CLI_OUTPUT_CLOSED,
  /** The program was asked to end while it waited. */
  CLI_OUTPUT_INTERRUPTED,
  /** It cannot be written: errno was kept. */
  CLI_OUTPUT_FAILED
};

struct CLI_Output;


/**
 * @param fd where to write; not closed
 */
struct CLI_Output *
CLI_output_create (int fd);


/**
 * What was not flushed is lost.
 */
void
CLI_output_destroy (struct CLI_Output *output);


/**
 * Take output; a `CLI_Sink`.  Writes when much has come together.
 *
 * @param cls the `struct CLI_Output`
 * @param data what to write
 * @param size bytes of it
 */
void
CLI_output_write (void *cls, const void *data, size_t size);


/**
 * Write all that was taken.
 *
 * @param wait for room; otherwise as much as there is room for
 */
void
CLI_output_flush (struct CLI_Output *output, bool wait);


/**
 * Once it is not open any more, it takes and writes nothing.
 */
enum CLI_OutputState
CLI_output_state (const struct CLI_Output *output);


/**
 * @return errno of #CLI_OUTPUT_FAILED
 */
int
CLI_output_errno (const struct CLI_Output *output);

#endif
