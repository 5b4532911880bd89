/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/link.h
 * @brief One link: the channel that carries it, its questions and offers, its
 *        pulse and its end.  Only for links.c and offers.c.
 */
#ifndef MQTT_SERVICE_LINK_H
#define MQTT_SERVICE_LINK_H

#include "allowance.h"
#include "asks.h"
#include "destination.h"
#include "executor.h"
#include "mailboxes.h"
#include "offers.h"

/** First pause before a lost peer is tried again. */
#define MQTT_LINK_BACKOFF \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)

struct MQTT_Wire;

struct MQTT_Links
{
  struct MQTT_LinksConfig config;
  const struct MQTT_TransportOps *transport;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  /** Memory for incomplete frames of all links. */
  struct MQTT_FrameBudget budget;
  /** Largest frame body taken. */
  size_t body_limit;
  /** Drawn when the service started. */
  uint64_t run;
  struct MQTT_Mailboxes *mailboxes;
  struct MQTT_Inboxes *inboxes;
  struct MQTT_Executor *executor;
  struct GNUNET_SCHEDULER_Task *review_task;
  /** When the answers may be reviewed next. */
  struct GNUNET_TIME_Absolute review_due;
  bool review_added;
  bool review_ended;
};

struct MQTT_Link
{
  struct MQTT_Links *links;
  struct GNUNET_PeerIdentity peer;
  /** The channel in use; NULL if there is none. */
  struct MQTT_Wire *wire;
  /** A channel that the peer has opened beside it, and not said HELLO on yet;
      there is none without a wire. */
  struct MQTT_Wire *candidate;
  struct MQTT_Destination *destination;
  struct MQTT_Source source;
  /** What the peer may send; it outlives the wires, or a new one would renew it. */
  struct MQTT_Allowance *allowance;
  struct MQTT_Offers *offers;
  struct MQTT_Asks *asks;
  struct MQTT_Intake *intake;
  /** Pulse while there is a wire; next attempt while there is none. */
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_TIME_Relative backoff;
  /** Attempts that were not answered in time, since the last long pause. */
  unsigned int unanswered;
  /** When something arrived last, or the wire was made. */
  struct GNUNET_TIME_Absolute heard;
  /** When the peer was known to be there last, or the link was made. */
  struct GNUNET_TIME_Absolute reached;
  /** Since when neither side offers anything. */
  struct GNUNET_TIME_Absolute idle;
  /** What the peer drew when its service started. */
  uint64_t peer_run;
  /** Largest frame body the peer takes. */
  size_t peer_body_limit;
  /** HELLO has arrived: the peer is there. */
  bool up;
  /** It was there at some time. */
  bool met;
  /** Subscriptions were made or ended that the answers do not know of yet. */
  bool review_added;
  bool review_ended;
  /** The peer is to be told that it may go on with what was returned. */
  bool room;
};


struct MQTT_Link *
MQTT_link_create (struct MQTT_Links *links,
                  const struct GNUNET_PeerIdentity *peer);


/**
 * Say goodbye, and end.  All offers must have ended.
 */
void
MQTT_link_destroy (struct MQTT_Link *link);


/**
 * Something is to be offered: see that the link is made.
 */
void
MQTT_link_need (struct MQTT_Link *link);


/**
 * The peer has opened a channel.
 *
 * @return the wire made of it, closure for the channel's events; NULL if it is
 *         not wanted
 */
void *
MQTT_link_accept (struct MQTT_Link *link, void *channel);


/**
 * Answer the peer's questions anew, as soon as the queue has room.
 *
 * @param link the link
 * @param added subscriptions were made
 * @param ended subscriptions were ended
 */
void
MQTT_link_review (struct MQTT_Link *link, bool added, bool ended);


/**
 * Have the peer go on with what was returned to it, as soon as the queue has room.
 */
void
MQTT_link_room (struct MQTT_Link *link);


/**
 * What waits for the peer.
 *
 * @return NULL if nothing does
 */
struct MQTT_Mailbox *
MQTT_link_mailbox (const struct MQTT_Link *link);


/* The rest is for wire.c and intake.c. */

/**
 * The peer said HELLO on the wire in use.
 *
 * @param link the link
 * @param peer_run what the peer drew when its service started
 * @param peer_body_limit largest frame body the peer takes
 */
void
MQTT_link_reached (struct MQTT_Link *link,
                   uint64_t peer_run,
                   size_t peer_body_limit);


/**
 * The peer said HELLO on the candidate: use it in place of the wire in use, if
 * the peer has started anew or lost that.
 *
 * @param link the link
 * @param peer_run what the peer drew when its service started
 * @return false if the wire in use stays and the candidate is to be closed
 */
bool
MQTT_link_adopt (struct MQTT_Link *link, uint64_t peer_run);


/**
 * The wire in use is gone, and its owner frees it.
 */
void
MQTT_link_lost (struct MQTT_Link *link);


/**
 * Close the wire in use, because the peer has left or has violated the protocol.
 *
 * @param link the link
 * @param guilty violated the protocol
 */
void
MQTT_link_leave (struct MQTT_Link *link, bool guilty);

#endif
