/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox.h
 * @brief Publications at QoS 1 and 2 for one peer: on disk until the peer says
 *        that it has them.
 *
 * In memory are names of messages, not messages.  A letter is sent once it is on
 * disk, in the order of sequence; letters of one topic never pass each other.
 * What was sent on a link that is lost is sent again on the next.
 */
#ifndef MQTT_SERVICE_MAILBOX_H
#define MQTT_SERVICE_MAILBOX_H

#include "../core/link_frame.h"
#include "links.h"
#include "store_records.h"

struct MQTT_Mailbox;


/**
 * @param links way to the peer, and what they work with
 * @param config of the links; must outlive it
 * @param peer whose mailbox it is
 */
struct MQTT_Mailbox *
MQTT_mailbox_create (struct MQTT_Links *links,
                     const struct MQTT_LinksConfig *config,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * What is in it stays on disk.
 */
void
MQTT_mailbox_destroy (struct MQTT_Mailbox *mailbox);


/**
 * Is there nothing in it, on disk neither?
 */
bool
MQTT_mailbox_is_empty (const struct MQTT_Mailbox *mailbox);


/**
 * May something be put into it?  It may hold more while the peer takes what is in it
 * and publishers wait for that.
 *
 * @param mailbox the mailbox
 * @param topic its topic
 * @param size bytes it counts for
 */
bool
MQTT_mailbox_has_room (const struct MQTT_Mailbox *mailbox,
                       const struct MQTT_Topic *topic,
                       size_t size);


/**
 * Have who has put something into it wait until it is emptier, if it is filling
 * and the peer is there to empty it.  While the peer has taken nothing for the stall
 * timeout, or nothing of this topic, nobody waits.
 *
 * @param mailbox the mailbox
 * @param topic what he publishes to
 * @param source who waits
 */
void
MQTT_mailbox_slow (struct MQTT_Mailbox *mailbox,
                   const struct MQTT_Topic *topic,
                   struct MQTT_Source *source);


/**
 * Does something wait in it for what is under way?
 */
bool
MQTT_mailbox_is_behind (const struct MQTT_Mailbox *mailbox);


/**
 * Put a message that the store has into the mailbox, in the present group of the
 * store.  Its bounds are not looked at.
 *
 * @param mailbox the mailbox
 * @param serial its serial, above all that are in it
 * @param topic its topic
 * @param message the message
 * @param qos at which it is to be sent
 * @param audience for whom: @e plain and @e groups
 * @return false if the store does not take it
 */
bool
MQTT_mailbox_put (struct MQTT_Mailbox *mailbox,
                  const struct MQTT_LinkSerial *serial,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message,
                  uint8_t qos,
                  const struct MQTT_Audience *audience);


/**
 * Something was found on disk.
 *
 * @param mailbox the mailbox
 * @param outgoing what, above all that is in it
 * @param topic its topic
 */
void
MQTT_mailbox_restore (struct MQTT_Mailbox *mailbox,
                      const struct MQTT_StoreOutgoing *outgoing,
                      struct MQTT_Topic *topic);


/**
 * Something was found on disk that is left there for a later run.
 */
void
MQTT_mailbox_leave (struct MQTT_Mailbox *mailbox);


/**
 * Send what can be sent; have a link made if there is something.
 */
void
MQTT_mailbox_continue (struct MQTT_Mailbox *mailbox);


/**
 * The peer is to get nothing of what is in it, which is not under way.
 */
void
MQTT_mailbox_give_up (struct MQTT_Mailbox *mailbox);


/**
 * Remove what has expired.
 */
void
MQTT_mailbox_sweep (struct MQTT_Mailbox *mailbox);


/**
 * The link is lost: nobody knows what has arrived.
 */
void
MQTT_mailbox_down (struct MQTT_Mailbox *mailbox);


/**
 * The peer has taken a letter and those sent before.
 *
 * @return false if it was not sent on this link
 */
bool
MQTT_mailbox_acknowledged (struct MQTT_Mailbox *mailbox,
                           const struct MQTT_LinkSerial *serial);


/**
 * The peer has not taken a letter, nor what followed of its topic.
 *
 * @return false if it was not sent on this link
 */
bool
MQTT_mailbox_returned (struct MQTT_Mailbox *mailbox,
                       const struct MQTT_LinkSerial *serial);

#endif
