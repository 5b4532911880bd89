/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach.h
 * @brief How what is published here reaches the peers that want it: searches
 *        for them, offers to those found, and a backlog for those found late.
 */
#ifndef MQTT_SERVICE_OUTREACH_H
#define MQTT_SERVICE_OUTREACH_H

#include "copies.h"
#include "interests.h"
#include "links.h"
#include "searches.h"

struct MQTT_Outreaches;

struct MQTT_OutreachConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Searches *searches;
  struct MQTT_Links *links;
  struct MQTT_Topics *topics;
  struct MQTT_Interests *interests;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
  struct MQTT_Promises *promises;
  /** How members of groups here get what a peer has not delivered. */
  MQTT_LinksDeliver deliver;
  /** Closure for @e deliver. */
  void *cls;
  /** What of retained messages is sent to a peer that wants a topic. */
  struct MQTT_Copies *copies;
};


/**
 * Makes them, and looks again for subscribers of what nobody has got in former
 * runs.
 *
 * @param config what to work with, copied; what it points to must outlive them
 */
struct MQTT_Outreaches *
MQTT_outreaches_create (const struct MQTT_OutreachConfig *config);


/**
 * Ends all searches and offers.
 */
void
MQTT_outreaches_destroy (struct MQTT_Outreaches *all);


/**
 * Choose for each group who gets a message: members here, or a peer that has some.
 * MQTT_outreach_publish() may follow within the same task.
 *
 * @param all all outreaches
 * @param topic its topic
 * @param message the message
 * @param[out] here for whom it is of those who subscribe here; valid until the next
 *             call for this topic
 */
void
MQTT_outreach_choose (struct MQTT_Outreaches *all,
                      struct MQTT_Topic *topic,
                      const struct MQTT_Message *message,
                      struct MQTT_Audience *here);


/**
 * The same as MQTT_outreach_choose() for a message at QoS 1 or 2.  Is there room
 * wherever it is to be kept for other peers?  If not it must not be acknowledged, and
 * not be published.
 */
bool
MQTT_outreach_ready (struct MQTT_Outreaches *all,
                     struct MQTT_Topic *topic,
                     const struct MQTT_Message *message,
                     struct MQTT_Audience *here);


/**
 * Have who has published at QoS 1 or 2 wait while the mailboxes of peers that he
 * publishes to are filling, and they are there to empty them.
 *
 * @param all all outreaches
 * @param topic what he publishes to
 * @param source who waits
 */
void
MQTT_outreach_slow (const struct MQTT_Outreaches *all,
                    const struct MQTT_Topic *topic,
                    struct MQTT_Source *source);


/**
 * Publish a message to the peers that want it, known or found in time.  At QoS 1 or
 * 2 it is kept for them if it is in the store, in the present group of which all is
 * written that this needs; otherwise it is sent as one at QoS 0.
 *
 * @param all all outreaches
 * @param topic its topic
 * @param message the message; references are taken
 * @param delivered somebody here has got it
 * @param source who waits if queues are full
 */
void
MQTT_outreach_publish (struct MQTT_Outreaches *all,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message,
                       bool delivered,
                       struct MQTT_Source *source);


/**
 * What a topic has retained is to be offered to those who subscribe to it: keep it
 * known, and its searches alive.  To be said again and again.
 */
void
MQTT_outreach_hold (struct MQTT_Outreaches *all, struct MQTT_Topic *topic);


/**
 * Others are refused than before, and their links are gone: forget those who are not
 * entitled to anything any more, and try those again who may be spoken to.
 */
void
MQTT_outreaches_enforce (struct MQTT_Outreaches *all);


/**
 * A peer may want a topic, though no search has found it for that: ask.
 */
void
MQTT_outreach_guess (struct MQTT_Outreaches *all,
                     struct MQTT_Topic *topic,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * A peer has an older retained message of a topic: send it ours.
 */
void
MQTT_outreach_correct (struct MQTT_Outreaches *all,
                       struct MQTT_Topic *topic,
                       const struct GNUNET_PeerIdentity *peer);

#endif
