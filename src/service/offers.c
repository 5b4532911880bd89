/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/offers.c
 * @brief The topics offered to a peer on a link, and what it answers.
 */
#include "offers.h"
#include "link.h"
#include "../stream/stream.h"

/** After that a topic is offered again that the peer had no room for. */
#define RETRY_PAUSE GNUNET_TIME_UNIT_MINUTES

/** Fields that every PUBLISH has beside its properties and payload, at most. */
#define PUBLISH_OVERHEAD 16

enum State
{
  /** The link is not there, or its queue has no room. */
  UNASKED,
  /** No answer yet. */
  ASKED,
  WANTED,
  REFUSED,
  /** The peer has no room for it now. */
  PUT_OFF
};

struct MQTT_Offer
{
  struct MQTT_Offers *offers;
  struct MQTT_Topic *topic;
  const struct MQTT_OfferEvents *events;
  void *cls;
  uint32_t number;
  /** When the question was queued, microseconds. */
  uint64_t asked_us;
  enum State state;
  /** The peer knows the topic's text. */
  bool named;
};

/** A number, in use or not. */
struct Slot
{
  struct MQTT_Offer *offer;
  /** Of the last question under this number; grows for as long as there is a link. */
  uint32_t epoch;
};

struct MQTT_Offers
{
  struct MQTT_Link *link;
  struct MQTT_Counters *counters;
  struct Slot *slots;
  unsigned int allocated;
  unsigned int limit;
  unsigned int count;
  /** No number below this one is free. */
  unsigned int lowest_free;
  /** While there is a link, every topic whose number is below this one was asked about. */
  unsigned int next;
  /** Offers again what was put off; NULL if nothing was. */
  struct GNUNET_SCHEDULER_Task *retry_task;
};


struct MQTT_Offers *
MQTT_offers_create (struct MQTT_Link *link,
                    unsigned int limit,
                    struct MQTT_Counters *counters)
{
  struct MQTT_Offers *offers = GNUNET_new (struct MQTT_Offers);

  offers->link = link;
  offers->limit = limit;
  offers->counters = counters;
  return offers;
}


void
MQTT_offers_destroy (struct MQTT_Offers *offers)
{
  GNUNET_assert (0 == offers->count);
  if (NULL != offers->retry_task)
    GNUNET_SCHEDULER_cancel (offers->retry_task);
  GNUNET_free (offers->slots);
  GNUNET_free (offers);
}


unsigned int
MQTT_offers_count (const struct MQTT_Offers *offers)
{
  return offers->count;
}


/**
 * Ask the peer about a topic.
 */
static void
ask (struct MQTT_Offer *offer)
{
  struct MQTT_Offers *offers = offer->offers;
  struct MQTT_Topic *topic = offer->topic;

  offer->state = ASKED;
  offer->asked_us = MQTT_stream_now ();
  offer->named = false;
  MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_SENT, 1);
  MQTT_link_put_topic (MQTT_destination_outbox (offers->link->destination),
                       offer->number,
                       ++offers->slots[offer->number].epoch,
                       '$' == topic->name[0],
                       topic->hashes,
                       topic->levels);
  MQTT_destination_wake (offers->link->destination);
}


/**
 * Take a free number.
 *
 * @return false if there is none
 */
static bool
take_number (struct MQTT_Offers *offers, uint32_t *number)
{
  while ((offers->lowest_free < offers->allocated)
         && (NULL != offers->slots[offers->lowest_free].offer))
    offers->lowest_free++;
  if (offers->lowest_free >= offers->limit)
    return false;
  if (offers->lowest_free == offers->allocated)
    GNUNET_array_grow (offers->slots,
                       offers->allocated,
                       GNUNET_MIN (offers->limit, 2 * offers->allocated + 8));
  *number = offers->lowest_free;
  return true;
}


struct MQTT_Offer *
MQTT_offer_create (struct MQTT_Link *link,
                   struct MQTT_Topic *topic,
                   const struct MQTT_OfferEvents *events,
                   void *cls)
{
  struct MQTT_Offers *offers = link->offers;
  struct MQTT_Offer *offer;
  uint32_t number;

  if (!take_number (offers, &number))
  {
    MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_NOT_ASKED, 1);
    return NULL;
  }
  offer = GNUNET_new (struct MQTT_Offer);
  offer->offers = offers;
  offer->topic = MQTT_topic_ref (topic);
  offer->events = events;
  offer->cls = cls;
  offer->number = number;
  offers->slots[number].offer = offer;
  offers->count++;
  if ((NULL != link->wire) && (number < offers->next)
      && !MQTT_outbox_is_full (MQTT_destination_outbox (link->destination)))
  {
    ask (offer);
    return offer;
  }
  offers->next = GNUNET_MIN (offers->next, number);
  if (NULL != link->wire)
    MQTT_offers_continue (offers);
  else
    MQTT_link_need (link);
  return offer;
}


void
MQTT_offer_destroy (struct MQTT_Offer *offer)
{
  struct MQTT_Offers *offers = offer->offers;

  offers->slots[offer->number].offer = NULL;
  offers->lowest_free = GNUNET_MIN (offers->lowest_free, offer->number);
  offers->count--;
  MQTT_topic_unref (offer->topic);
  GNUNET_free (offer);
}


bool
MQTT_offer_is_wanted (const struct MQTT_Offer *offer)
{
  return WANTED == offer->state;
}


const struct MQTT_Link *
MQTT_offer_link (const struct MQTT_Offer *offer)
{
  return offer->offers->link;
}


void
MQTT_offer_publish (struct MQTT_Offer *offer,
                    struct MQTT_Message *message,
                    struct MQTT_Source *source)
{
  struct MQTT_Link *link = offer->offers->link;
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (link->destination);

  if (message->body_size + PUBLISH_OVERHEAD > link->peer_body_limit)
  {
    MQTT_count (offer->offers->counters, MQTT_COUNT_DROPPED_TOO_LARGE, 1);
    return;
  }
  if (!MQTT_destination_admit (link->destination, source))
    return;
  if (!offer->named)
  {
    MQTT_link_put_name (outbox,
                        offer->number,
                        offer->topic->name,
                        offer->topic->name_size);
    offer->named = true;
  }
  MQTT_link_put_publish (outbox, offer->number, message, message->qos);
}


void
MQTT_offers_up (struct MQTT_Offers *offers)
{
  offers->next = 0;
  MQTT_offers_continue (offers);
}


void
MQTT_offers_continue (struct MQTT_Offers *offers)
{
  const struct MQTT_Outbox *outbox = MQTT_destination_outbox (
    offers->link->destination);

  for (; (offers->next < offers->allocated) && !MQTT_outbox_is_full (outbox);
       offers->next++)
  {
    struct MQTT_Offer *offer = offers->slots[offers->next].offer;

    if ((NULL != offer) && (UNASKED == offer->state))
      ask (offer);
  }
}


void
MQTT_offers_down (struct MQTT_Offers *offers)
{
  for (unsigned int i = 0; i < offers->allocated; i++)
  {
    struct MQTT_Offer *offer = offers->slots[i].offer;
    enum State before;

    if (NULL == offer)
      continue;
    before = offer->state;
    offer->state = UNASKED;
    if (WANTED == before)
      offer->events->lost (offer->cls);
  }
}


void
MQTT_offers_end (struct MQTT_Offers *offers)
{
  for (unsigned int i = 0; i < offers->allocated; i++)
  {
    struct MQTT_Offer *offer = offers->slots[i].offer;

    if (NULL == offer)
      continue;
    offer->events->ended (offer->cls);
    MQTT_offer_destroy (offer);
  }
}


/**
 * Find the offer that the peer speaks of.
 *
 * @param offers the offers
 * @param number number of the topic
 * @param epoch which of the questions under this number
 * @param[out] offer set; NULL if it has ended since, or the number was given away
 * @return false if it was never asked
 */
static bool
find (struct MQTT_Offers *offers,
      uint32_t number,
      uint32_t epoch,
      struct MQTT_Offer **offer)
{
  if ((number >= offers->allocated) || (0 == epoch)
      || (epoch > offers->slots[number].epoch))
    return false;
  *offer = (epoch == offers->slots[number].epoch) ? offers->slots[number].offer
                                                  : NULL;
  return true;
}


/**
 * For how long a topic has been wanted, at the most: an answer may have been any
 * part of the time since the question on its way.
 */
static uint64_t
longest_age (const struct MQTT_Offer *offer, uint64_t age_us)
{
  if (ASKED != offer->state)
    return age_us;
  return GNUNET_MIN (age_us, UINT64_MAX / 2) + MQTT_stream_now ()
         - offer->asked_us;
}


bool
MQTT_offers_want (struct MQTT_Offers *offers, const struct MQTT_LinkWant *want)
{
  struct MQTT_Offer *offer;
  uint64_t age_us;

  if (!find (offers, want->number, want->epoch, &offer))
    return false;
  if (NULL == offer)
    return true;
  MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_WANTED, 1);
  if (WANTED == offer->state)
    return true;
  age_us = longest_age (offer, want->age_us);
  offer->state = WANTED;
  offer->events->wanted (offer->cls, age_us);
  return true;
}


/**
 * Task: offer again what was put off.
 */
static void
retry (void *cls)
{
  struct MQTT_Offers *offers = cls;

  offers->retry_task = NULL;
  for (unsigned int i = 0; i < offers->allocated; i++)
    if ((NULL != offers->slots[i].offer)
        && (PUT_OFF == offers->slots[i].offer->state))
      offers->slots[i].offer->state = UNASKED;
  offers->next = 0;
  if (NULL != offers->link->wire)
    MQTT_offers_continue (offers);
}


bool
MQTT_offers_refuse (struct MQTT_Offers *offers,
                    const struct MQTT_LinkRefuse *refuse)
{
  struct MQTT_Offer *offer;

  if (!find (offers, refuse->number, refuse->epoch, &offer))
    return false;
  if (NULL == offer)
    return true;
  MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_REFUSED, 1);
  offer->state = REFUSED;
  if (MQTT_LINK_TOO_MANY != refuse->why)
    return true;
  offer->state = PUT_OFF;
  if (NULL == offers->retry_task)
    offers->retry_task = GNUNET_SCHEDULER_add_delayed (RETRY_PAUSE,
                                                       &retry,
                                                       offers);
  return true;
}
