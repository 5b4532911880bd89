/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/turns.h
 * @brief Lets a scenario be one function that reads from top to bottom.
 *
 * The function has a thread of its own, which runs in turn with the GNUnet
 * scheduler, never beside it: each of its turns is a task, in which all of
 * GNUnet may be called.  It gives the turn away by waiting.  Knows nothing of
 * peers.
 */
#ifndef MQTT_TESTS_PEERS_TURNS_H
#define MQTT_TESTS_PEERS_TURNS_H

#include <stdbool.h>
#include <gnunet/gnunet_util_lib.h>

struct Turns;

/**
 * @param cls closure
 * @return true if what is waited for has happened
 */
typedef bool (*TurnsCondition) (void *cls);


/**
 * Begin with a task of its own.
 *
 * @param body the function
 * @param done called from a task when it has returned; must call turns_free()
 * @param cls closure for both
 */
struct Turns *
turns_begin (void (*body) (void *cls), void (*done) (void *cls), void *cls);


void
turns_free (struct Turns *turns);


/**
 * Wait.  Only for the body.
 *
 * @param turns the turns
 * @param limit for how long at most
 * @param condition what is waited for, asked every few milliseconds from a
 *        task; NULL to let the time pass
 * @param cls closure for @a condition
 * @return false if the time has passed first
 */
bool
turns_wait (struct Turns *turns,
            struct GNUNET_TIME_Relative limit,
            TurnsCondition condition,
            void *cls);


/**
 * End the body from wherever it is.  Only for the body.
 */
void
turns_quit (struct Turns *turns) __attribute__ ((noreturn));

#endif
