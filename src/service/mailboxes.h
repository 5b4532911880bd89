/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailboxes.h
 * @brief The mailboxes of all peers for which there is something at QoS 1 or 2,
 *        whether there is a link to them or not.
 */
#ifndef MQTT_SERVICE_MAILBOXES_H
#define MQTT_SERVICE_MAILBOXES_H

#include "mailbox.h"

struct MQTT_Mailboxes;


/**
 * @param links way to the peers
 * @param config of the links; must outlive the mailboxes
 * @param run of this service, said with what is put into them from now on
 */
struct MQTT_Mailboxes *
MQTT_mailboxes_create (struct MQTT_Links *links,
                       const struct MQTT_LinksConfig *config,
                       uint64_t run);


/**
 * What is in them stays on disk.  Ends their offers.
 */
void
MQTT_mailboxes_destroy (struct MQTT_Mailboxes *mailboxes);


/**
 * Read from disk what is left of former runs, and begin to send it.
 *
 * @return false if it cannot be read: nothing may be put in then, which might get the
 *         sequence of what is there
 */
bool
MQTT_mailboxes_start (struct MQTT_Mailboxes *mailboxes);


/**
 * @return NULL if there is none, which is an empty one
 */
struct MQTT_Mailbox *
MQTT_mailboxes_find (const struct MQTT_Mailboxes *mailboxes,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * Put a message that the store has into a peer's mailbox, in the present group of
 * the store: see MQTT_mailbox_put().
 *
 * @param mailboxes all mailboxes
 * @param peer for whom it is
 * @param topic its topic
 * @param message the message
 * @param qos at which it is to be sent, 1 or 2
 * @return false if the store does not take it
 */
bool
MQTT_mailboxes_put (struct MQTT_Mailboxes *mailboxes,
                    const struct GNUNET_PeerIdentity *peer,
                    struct MQTT_Topic *topic,
                    struct MQTT_Message *message,
                    uint8_t qos);


/**
 * Have who has put something into a peer's mailbox wait, if that is filling: see
 * MQTT_mailbox_slow().
 */
void
MQTT_mailboxes_slow (const struct MQTT_Mailboxes *mailboxes,
                     const struct GNUNET_PeerIdentity *peer,
                     const struct MQTT_Topic *topic,
                     struct MQTT_Source *source);


/**
 * May a message be put into a peer's mailbox?  If not it was counted.
 */
bool
MQTT_mailboxes_have_room (const struct MQTT_Mailboxes *mailboxes,
                          const struct GNUNET_PeerIdentity *peer,
                          const struct MQTT_Topic *topic,
                          const struct MQTT_Message *message);

#endif
