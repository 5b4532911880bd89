/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/offers.h
 * @brief The topics offered to a peer on a link, and what it answers.
 *
 * Several may offer the same topic: the peer is asked once, all hear the answer.
 */
#ifndef MQTT_SERVICE_OFFERS_H
#define MQTT_SERVICE_OFFERS_H

#include "../core/link_frame.h"
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
   * @param age_us for how long it has wanted it at the most, microseconds
   */
  void (*wanted) (void *cls, uint64_t age_us);

  /** The peer does not want the topic; NULL for nobody. */
  void (*refused) (void *cls);

  /** The link is lost, of a topic that was wanted; it is offered again by itself. */
  void (*lost) (void *cls);

  /** The peer is given up: the offer has ended, its handle is invalid. */
  void (*ended) (void *cls);
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
 * Has the link's queue room?
 */
bool
MQTT_offer_has_room (const struct MQTT_Offer *offer);


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
 * Send a message to the peer, at QoS 0.  The topic must be wanted.
 *
 * @param offer the offer
 * @param message the message
 * @param source who waits if the link's queue is full; may be NULL
 */
void
MQTT_offer_publish (struct MQTT_Offer *offer,
                    struct MQTT_Message *message,
                    struct MQTT_Source *source);


/**
 * Is a message larger than the peer takes?  The link must be there.
 */
bool
MQTT_offer_is_too_large (const struct MQTT_Offer *offer,
                         const struct MQTT_Message *message);


/**
 * Send a message at QoS 1 or 2, that is not too large.  The topic must be wanted,
 * and the link's queue have room.
 */
void
MQTT_offer_send (struct MQTT_Offer *offer,
                 const struct MQTT_LinkSerial *serial,
                 struct MQTT_Message *message,
                 uint8_t qos);


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
