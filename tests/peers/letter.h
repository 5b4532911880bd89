/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/letter.h
 * @brief Published messages, and which of them one subscription awaits.
 *
 * Messages are compared in all they say, as published and as received.  Knows
 * nothing of connections.
 */
#ifndef MQTT_TESTS_PEERS_LETTER_H
#define MQTT_TESTS_PEERS_LETTER_H

#include "gnunet_mqtt_service.h"

/** A message that was published; counted references.  Whether it says that it is
    retained depends on who gets it. */
struct Letter;

/** What a subscription awaits. */
struct LetterBox;


/**
 * @param publisher stands for the publisher, compared only
 * @param number grows from message to message of a publisher
 * @param message what it says
 */
struct Letter *
letter_create (const void *publisher,
               uint64_t number,
               const struct GNUNET_MQTT_Message *message);


/** Give back a reference. */
void
letter_free (struct Letter *letter);


struct LetterBox *
letter_box_create (void);


void
letter_box_free (struct LetterBox *box);


/**
 * Await a letter.
 *
 * @param box the box, takes a reference
 * @param letter the letter; no two may say the same
 * @param retained whether it says here that it is retained
 * @param must whether it is missing until it arrives
 */
void
letter_box_expect (struct LetterBox *box,
                   struct Letter *letter,
                   bool retained,
                   bool must);


/**
 * A message has arrived.
 *
 * @param box the box
 * @param message the message
 * @param again it may have arrived already
 * @return NULL if it was awaited and comes in order, otherwise what is wrong,
 *         to be freed
 */
char *
letter_box_take (struct LetterBox *box,
                 const struct GNUNET_MQTT_Message *message,
                 bool again);


/**
 * What follows the last arrivals, of the same publishers on the same topics, must
 * arrive too.
 */
void
letter_box_demand_rest (struct LetterBox *box);


/**
 * @return number of letters that are missing
 */
unsigned int
letter_box_missing (const struct LetterBox *box);


/**
 * @return description of a missing letter, NULL if there is none
 */
const char *
letter_box_first_missing (const struct LetterBox *box);

#endif
