/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/inbox.h
 * @brief What was taken of other peers' publications at QoS 1 and 2, so that none
 *        is taken twice; on disk, since either side may be started anew.
 *
 * A mark says that all of a peer's run up to a sequence was taken.  Of a topic of
 * which something was returned, a mark of its own says how far it was: what was
 * returned is sent again later, under its old serial.
 */
#ifndef MQTT_SERVICE_INBOX_H
#define MQTT_SERVICE_INBOX_H

#include "../core/link_frame.h"
#include "options.h"
#include "store_records.h"

struct MQTT_Inbox;
struct MQTT_Inboxes;

/** A publication, as an inbox knows it. */
struct MQTT_InboxItem
{
  struct MQTT_LinkSerial serial;
  /** Hashes of its topic's levels. */
  const uint64_t *hashes;
  size_t levels;
};


/**
 * Make the inboxes, without marks.
 *
 * @param options how many may be kept, and for how long
 * @param store where they are written
 */
struct MQTT_Inboxes *
MQTT_inboxes_create (const struct MQTT_Options *options,
                     struct MQTT_Store *store);


/**
 * Read the marks from disk.
 *
 * @return false if they cannot be read: what was returned might look taken
 */
bool
MQTT_inboxes_load (struct MQTT_Inboxes *inboxes);


void
MQTT_inboxes_destroy (struct MQTT_Inboxes *inboxes);


/**
 * The inbox for a peer, made if there is none; valid until something is taken for
 * another.
 */
struct MQTT_Inbox *
MQTT_inboxes_get (struct MQTT_Inboxes *inboxes,
                  const struct GNUNET_PeerIdentity *peer);


/**
 * A new link to a peer: all that is not acknowledged comes again, in order.
 */
void
MQTT_inboxes_meet (struct MQTT_Inboxes *inboxes,
                   const struct GNUNET_PeerIdentity *peer);


/**
 * Must the link be dropped, since there was too much to know of the peer, and that was
 * forgotten, or since it has begun anew too often?
 */
bool
MQTT_inbox_is_over (const struct MQTT_Inbox *inbox);


/**
 * Was a publication taken before?
 */
bool
MQTT_inbox_has (const struct MQTT_Inbox *inbox,
                const struct MQTT_InboxItem *item);


/**
 * Is it on disk that a publication was taken?  It must have been.
 */
bool
MQTT_inbox_is_safe (const struct MQTT_Inbox *inbox,
                    const struct MQTT_InboxItem *item);


/**
 * Note that a publication is taken, in the present group of the store; if that is
 * lost it was not.  Not from within what the store calls.
 *
 * @return false if the store does not take it
 */
bool
MQTT_inbox_take (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item);


/**
 * Note that a publication is returned, and with it all of its topic that follows.
 *
 * @return false if that is too much to remember: the link must be dropped
 */
bool
MQTT_inbox_return (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item);


/**
 * Note that a topic is not taken for now, whatever of it the peer has left.
 *
 * @param inbox what is known of the peer
 * @param item its topic; the serial does not matter
 * @return false if that is too much to remember: then the peer must not be told
 */
bool
MQTT_inbox_put_off (struct MQTT_Inbox *inbox,
                    const struct MQTT_InboxItem *item);

#endif
