/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/links.h
 * @brief The links to other peers: at most one each.
 *
 * Knows nothing of discovery and of clients.  Topics that are published here
 * reach peers as offers (offers.h); what peers publish comes out of the deliver
 * function.
 */
#ifndef MQTT_SERVICE_LINKS_H
#define MQTT_SERVICE_LINKS_H

#include "copies.h"
#include "options.h"
#include "shelf.h"
#include "transport.h"

struct MQTT_Blacklists;
struct MQTT_Links;
struct MQTT_Link;
struct MQTT_Mailboxes;
struct MQTT_Promises;

/**
 * A peer published a message.
 *
 * @param cls closure
 * @param topic its topic
 * @param message the message
 * @param audience for whom it is
 * @param source who waits if queues are full; may be NULL
 */
typedef void (*MQTT_LinksDeliver) (void *cls,
                                   struct MQTT_Topic *topic,
                                   struct MQTT_Message *message,
                                   const struct MQTT_Audience *audience,
                                   struct MQTT_Source *source);

/**
 * A peer calls on us, as an anonymous subscriber.
 *
 * @param cls closure
 * @param peer the peer
 * @param end what it seeks: see struct MQTT_LinkSeek
 */
typedef void (*MQTT_LinksCalled) (void *cls,
                                  const struct GNUNET_PeerIdentity *peer,
                                  const struct GNUNET_HashCode *end);

struct MQTT_LinksConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Subscriptions *subscriptions;
  struct MQTT_Topics *topics;
  struct MQTT_Ownership *ownership;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
  struct MQTT_Promises *promises;
  struct MQTT_Copies *copies;
  /** Who is refused; NULL for nobody. */
  const struct MQTT_Blacklists *blacklists;
  struct GNUNET_PeerIdentity myself;
  MQTT_LinksDeliver deliver;
  /** Closure for @e deliver. */
  void *cls;
  MQTT_LinksCalled called;
  MQTT_SubscriptionsAdmit admits;
  /** Closure for both. */
  void *anonymous_cls;
};


/**
 * @param config what the links work with, copied; what it points to must outlive them
 */
struct MQTT_Links *
MQTT_links_create (const struct MQTT_LinksConfig *config);


/**
 * How the transport tells the links what happens.
 */
struct MQTT_TransportEvents
MQTT_links_events (struct MQTT_Links *links);


/**
 * Start to use a transport, and to send what is left of former runs.  Durable
 * subscribers must be known by now: peers are told what is wanted.
 *
 * @param links the links
 * @param ops the transport's functions, must outlive the links
 * @return false if what is left of former runs cannot be read: the service must not
 *         go on
 */
bool
MQTT_links_start (struct MQTT_Links *links,
                  const struct MQTT_TransportOps *ops);


/**
 * Say goodbye to all peers and close the links.  All offers must have ended.
 */
void
MQTT_links_destroy (struct MQTT_Links *links);


/**
 * Get the link to a peer; it is opened as soon as something is offered on it.
 *
 * @return the link, valid until the next task unless something is offered on
 *         it; NULL if there are too many, or the peer is refused
 */
struct MQTT_Link *
MQTT_links_get (struct MQTT_Links *links,
                const struct GNUNET_PeerIdentity *peer);


/**
 * For how long was a peer not there?
 *
 * @return zero if there is a link that works, for ever if there is none at all
 */
struct GNUNET_TIME_Relative
MQTT_links_silence (const struct MQTT_Links *links,
                    const struct GNUNET_PeerIdentity *peer);


/**
 * Is there a link to a peer, on which it has said HELLO?
 */
bool
MQTT_links_is_up (const struct MQTT_Links *links,
                  const struct GNUNET_PeerIdentity *peer);


/**
 * Call on a publisher, as an anonymous subscriber; from now on it is admitted.  The
 * link is opened for it.
 *
 * @return false if there can be no link now
 */
bool
MQTT_links_call (struct MQTT_Links *links,
                 const struct GNUNET_PeerIdentity *peer,
                 const struct GNUNET_HashCode *end);


/**
 * A subscription was made or ended: answer the peers' questions anew, soon.
 *
 * @param links the links
 * @param added made, or ended
 */
void
MQTT_links_review (struct MQTT_Links *links, bool added);


/**
 * Others are refused than before: drop the links to those who are.
 */
void
MQTT_links_enforce (struct MQTT_Links *links);


/**
 * Subscribers that were not ready, or the store, have room again: have the peers go
 * on with what was returned to them.
 */
void
MQTT_links_room (struct MQTT_Links *links);


/**
 * What waits for the peers.
 */
struct MQTT_Mailboxes *
MQTT_links_mailboxes (struct MQTT_Links *links);

#endif
