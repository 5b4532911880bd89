/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/offers.h
 * @brief The topics offered to a peer on a link, and what it answers.
 *
 * Several may offer the same topic: the peer is asked once, all hear the answer.
 */
#ifndef MQTT_SERVICE_OFFERS_H
#define MQTT_SERVICE_OFFERS_H

#include "../core/groups.h"
#include "links.h"

struct MQTT_Offer;
struct MQTT_Offers;

/** What the owner of offers is told. */
struct MQTT_OfferEvents
{
  /**
   * The peer wants the topic now; or it did, and how has changed.
   *
   * @param cls closure of the offer
   * @param age_us for how long it has wanted it at the most, microseconds; if it
   *        did before: for how long those have who are new
   */
  void (*wanted) (void *cls, uint64_t age_us);

  /** The peer does not want the topic; NULL for nobody. */
  void (*refused) (void *cls);

  /** The peer does not want the topic, but keeps what is to be retained; NULL: as
      @e refused. */
  void (*keeps) (void *cls);

  /** The link's queue has room, for which MQTT_offer_await() has asked; NULL if it
      does not. */
  void (*room) (void *cls);

  /** The link is lost, of a topic that was wanted; it is offered again by itself. */
  void (*lost) (void *cls);

  /** The peer is given up: the offer has ended, its handle is invalid. */
  void (*ended) (void *cls);

  /** Something waits for the answer, and holds up others: there is a number for it when
      there is none for new topics any more. */
  bool urgent;
};


/**
 * Offer a topic to a peer.  If that knows it already, nobody is told what it has
 * answered: look.
 *
 * @param link the link to the peer
 * @param topic the topic; a reference is taken
 * @param events who is told; never from within this call
 * @param cls closure for @a events
 * @return NULL if as many topics are offered on the link as may be
 */
struct MQTT_Offer *
MQTT_offer_create (struct MQTT_Link *link,
                   struct MQTT_Topic *topic,
                   const struct MQTT_OfferEvents *events,
                   void *cls);


/**
 * Do not offer the topic any more.
 */
void
MQTT_offer_destroy (struct MQTT_Offer *offer);


/**
 * Is the topic wanted, and the link there?
 */
bool
MQTT_offer_is_wanted (const struct MQTT_Offer *offer);


/**
 * Has the peer said that it does not want the topic?
 */
bool
MQTT_offer_is_refused (const struct MQTT_Offer *offer);


/**
 * Has it said so, but that it keeps what is to be retained?
 */
bool
MQTT_offer_is_kept (const struct MQTT_Offer *offer);


/**
 * Have the owner told once the link's queue has room, unless the link is lost before.
 */
void
MQTT_offer_await (struct MQTT_Offer *offer);


/**
 * Has the link's queue room?
 */
bool
MQTT_offer_has_room (const struct MQTT_Offer *offer);


/**
 * Does the link drop what is sent at QoS 0?
 */
bool
MQTT_offer_is_stuck (const struct MQTT_Offer *offer);


/**
 * Highest QoS that the peer wants; of the last answer.
 */
uint8_t
MQTT_offer_qos (const struct MQTT_Offer *offer);


/**
 * Does it want it for a subscriber that outlives its connection?  Of the last
 * answer.
 */
bool
MQTT_offer_is_durable (const struct MQTT_Offer *offer);


/**
 * Does it want it for subscribers that are in no group?  Of the last answer.
 */
bool
MQTT_offer_is_plain (const struct MQTT_Offer *offer);


/**
 * The groups that it wants it for; of the last answer.  Borrowed.
 */
struct MQTT_Groups *
MQTT_offer_groups (const struct MQTT_Offer *offer);


/**
 * For how long the peer has wanted the topic, at the most; it must be wanted.
 */
uint64_t
MQTT_offer_age (const struct MQTT_Offer *offer);


/**
 * The link it is made on.
 */
const struct MQTT_Link *
MQTT_offer_link (const struct MQTT_Offer *offer);


/**
 * Send a message to the peer, at QoS 0.  The topic must be wanted, or kept.
 *
 * @param offer the offer
 * @param message the message
 * @param extras what else to say; NULL for nothing
 * @param source who waits if the link's queue is full; may be NULL
 * @return false if it is lost, since the queue is full and makes no progress
 */
bool
MQTT_offer_publish (struct MQTT_Offer *offer,
                    struct MQTT_Message *message,
                    const struct MQTT_LinkExtras *extras,
                    struct MQTT_Source *source);


/**
 * Is a message larger than the peer takes?  The link must be there.
 */
bool
MQTT_offer_is_too_large (const struct MQTT_Offer *offer,
                         const struct MQTT_Message *message);


/**
 * Have a source wait if the link's queue is full and moves.
 */
void
MQTT_offer_slow (struct MQTT_Offer *offer, struct MQTT_Source *source);


/**
 * Send a message at QoS 1 or 2, that is not too large.  The topic must be wanted,
 * and the link's queue have room.
 */
void
MQTT_offer_send (struct MQTT_Offer *offer,
                 const struct MQTT_LinkSerial *serial,
                 struct MQTT_Message *message,
                 uint8_t qos,
                 const struct MQTT_LinkExtras *extras);


/**
 * Tell the peer a will of a session here.  The topic must be wanted, and the link's
 * queue have room.  One that is larger than the peer takes is not told.
 *
 * @param offer the offer
 * @param message the will, with its name
 * @param delay_s will delay interval, seconds
 */
void
MQTT_offer_will (struct MQTT_Offer *offer,
                 struct MQTT_Message *message,
                 uint32_t delay_s);


/**
 * Take back a will that was told.  The link must be there.
 */
void
MQTT_offer_unwill (struct MQTT_Offer *offer,
                   const struct MQTT_LinkSerial *will);


/**
 * Send what is retained to the peer, as what is kept here.  The topic must be wanted,
 * or kept, and the link's queue have room.
 */
void
MQTT_offer_keep (struct MQTT_Offer *offer, struct MQTT_Message *message);


/**
 * The peer takes nothing more at QoS 1 or 2 until it is asked anew; that is done
 * when it says so.
 */
void
MQTT_offer_returned (struct MQTT_Offer *offer);


/**
 * Is that so?
 */
bool
MQTT_offer_is_returned (const struct MQTT_Offer *offer);


/* The rest is for link.c. */

/**
 * @param link the link, whose offers they are
 * @param limit most offers
 * @param counters where to count
 */
struct MQTT_Offers *
MQTT_offers_create (struct MQTT_Link *link,
                    unsigned int limit,
                    struct MQTT_Counters *counters);


/**
 * All offers must have ended.
 */
void
MQTT_offers_destroy (struct MQTT_Offers *offers);


/**
 * Call on the peer: it is told as soon as the link is there, and again whenever it has
 * been lost.
 */
void
MQTT_offers_seek (struct MQTT_Offers *offers, const struct MQTT_LinkSeek *seek);


/**
 * What the link is needed for: topics that are offered, and calls that the peer does
 * not know of.
 */
unsigned int
MQTT_offers_count (const struct MQTT_Offers *offers);


/**
 * The link is there: ask about all topics, as far as its queue has room.
 */
void
MQTT_offers_up (struct MQTT_Offers *offers);


/**
 * The link's queue has room: go on asking.
 */
void
MQTT_offers_continue (struct MQTT_Offers *offers);


/**
 * The link is lost.
 */
void
MQTT_offers_down (struct MQTT_Offers *offers);


/**
 * The peer is given up: end all offers.
 */
void
MQTT_offers_end (struct MQTT_Offers *offers);


/**
 * @return false if the peer answers what was never asked
 */
bool
MQTT_offers_want (struct MQTT_Offers *offers, const struct MQTT_LinkWant *want);


/**
 * @return false if the peer answers what was never asked
 */
bool
MQTT_offers_refuse (struct MQTT_Offers *offers,
                    const struct MQTT_LinkRefuse *refuse);

#endif
