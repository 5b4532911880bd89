/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/promise.h
 * @brief A message at QoS 1 or 2 is taken: it is on disk with all that was decided
 *        about it before anybody is told so.
 *
 * Within one task: begin, give the message to whom it concerns (each writes what
 * refers to it), seal.  Knows nothing of who these are, but that they may have
 * the publisher wait.
 */
#ifndef MQTT_SERVICE_PROMISE_H
#define MQTT_SERVICE_PROMISE_H

#include "gate.h"
#include "options.h"
#include "shelf.h"

struct MQTT_Promises;
struct MQTT_Promise;

/**
 * What was promised holds, or does not.
 *
 * @param cls closure
 * @param kept is it on disk?
 */
typedef void (*MQTT_PromiseDone) (void *cls, bool kept);


/**
 * @param options times
 * @param counters where to count
 * @param store where messages are written
 * @param shelf where they are found again
 */
struct MQTT_Promises *
MQTT_promises_create (const struct MQTT_Options *options,
                      struct MQTT_Counters *counters,
                      struct MQTT_Store *store,
                      struct MQTT_Shelf *shelf);


/**
 * Promises not sealed or not answered are dropped, nobody is called.
 */
void
MQTT_promises_destroy (struct MQTT_Promises *promises);


/**
 * Write a message: its name on disk is set.
 *
 * @param promises all promises
 * @param topic its topic
 * @param message the message, not on disk yet
 * @return to be sealed within this task; NULL if the store cannot take it
 */
struct MQTT_Promise *
MQTT_promise_begin (struct MQTT_Promises *promises,
                    struct MQTT_Topic *topic,
                    struct MQTT_Message *message);


/**
 * Nothing more refers to the message from now on.  If nothing does at all it is
 * removed.
 *
 * @param promise the promise
 * @param done called once, never from within this call
 * @param cls closure for @a done
 */
void
MQTT_promise_seal (struct MQTT_Promise *promise,
                   MQTT_PromiseDone done,
                   void *cls);


/**
 * Who waits at gates in place of the publisher: while it does, what was promised is
 * not called done, so that his window does not open.
 */
struct MQTT_Source *
MQTT_promise_source (struct MQTT_Promise *promise);


/**
 * The message is not taken after all; nobody was given it.  Not once sealed.
 */
void
MQTT_promise_take_back (struct MQTT_Promise *promise);


/**
 * Do not call, once sealed; the message is published all the same.
 */
void
MQTT_promise_abandon (struct MQTT_Promise *promise);


/**
 * When a copy of a message ends that nobody has taken: when the message expires
 * or, if it does not, at the end of its lifetime.
 *
 * @return microseconds of the calendar
 */
uint64_t
MQTT_promise_limit (const struct MQTT_Promises *promises,
                    const struct MQTT_Message *message);

#endif
