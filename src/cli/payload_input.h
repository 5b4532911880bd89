/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/payload_input.h
 * @brief Reads payloads from a file or a pipe: one, or one a line.
 *
 * Any bytes; holds no more than one payload and a little.  Knows the scheduler,
 * so that everything else goes on while there is nothing to read.
 */
#ifndef MQTT_CLI_PAYLOAD_INPUT_H
#define MQTT_CLI_PAYLOAD_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct CLI_Input;

/**
 * Why reading ended.
 */
enum CLI_InputEnd
{
  /** All was read. */
  CLI_INPUT_DONE,
  /** A payload is larger than the limit. */
  CLI_INPUT_TOO_LARGE,
  /** Cannot be read; errno says why. */
  CLI_INPUT_FAILED
};

/**
 * A payload was read.  May pause the input; must not stop it.
 *
 * @param cls closure
 * @param payload borrowed until this returns; if it is all of the input, until
 *        CLI_input_stop()
 * @param size bytes of it
 */
typedef void (*CLI_InputCallback) (void *cls, const void *payload, size_t size);

/**
 * Nothing more is read.  Must not stop the input.
 */
typedef void (*CLI_InputEndCallback) (void *cls, enum CLI_InputEnd end);


/**
 * Start to read.
 *
 * @param fd where from; closed in the end
 * @param lines one payload a line, without the line's end ("\n"); otherwise all
 *        is one payload
 * @param limit most bytes of a payload
 * @param payload called for each, never from within this call
 * @param end called once, last; never from within this call
 * @param cls closure of both
 * @return NULL if @a fd cannot be used; errno says why
 */
struct CLI_Input *
CLI_input_start (int fd,
                 bool lines,
                 size_t limit,
                 CLI_InputCallback payload,
                 CLI_InputEndCallback end,
                 void *cls);


void
CLI_input_stop (struct CLI_Input *input);


/**
 * No payload until CLI_input_resume().
 */
void
CLI_input_pause (struct CLI_Input *input);


/**
 * May call back at once.
 */
void
CLI_input_resume (struct CLI_Input *input);

#endif
