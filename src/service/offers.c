/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/offers.c
 * @brief The topics offered to a peer on a link, and what is sent of them.
 */
#include "offers_state.h"

/** One number in so many is for topics that are urgent. */
#define URGENT_PART 8

/** Fields that every PUBLISH has beside its properties and payload, at most. */
#define PUBLISH_OVERHEAD \
  (64 + MQTT_LINK_GROUPS_MAX * sizeof (struct MQTT_LinkGroup))


struct MQTT_Offers *
MQTT_offers_create (struct MQTT_Link *link,
                    unsigned int limit,
                    struct MQTT_Counters *counters)
{
  struct MQTT_Offers *offers = GNUNET_new (struct MQTT_Offers);

  offers->link = link;
  offers->limit = limit;
  offers->counters = counters;
  offers->by_topic = GNUNET_CONTAINER_multihashmap32_create (16);
  return offers;
}


void
MQTT_offers_destroy (struct MQTT_Offers *offers)
{
  GNUNET_assert (0 == offers->count);
  if (NULL != offers->retry_task)
    GNUNET_SCHEDULER_cancel (offers->retry_task);
  GNUNET_CONTAINER_multihashmap32_destroy (offers->by_topic);
  MQTT_seeks_clear (&offers->seeks);
  GNUNET_free (offers->slots);
  GNUNET_free (offers);
}


unsigned int
MQTT_offers_count (const struct MQTT_Offers *offers)
{
  return offers->count + (offers->link->up ? 0 : offers->seeks.count);
}


void
MQTT_question_ask (struct MQTT_Question *question)
{
  struct MQTT_Offers *offers = question->offers;
  struct MQTT_Topic *topic = question->topic;
  size_t entry_size;
  const void *entry = MQTT_ownership_entry (
    offers->link->links->config.ownership,
    topic->name,
    topic->name_size,
    &entry_size);

  question->state = MQTT_OFFER_ASKED;
  question->asked_us = MQTT_stream_now ();
  question->named = false;
  question->returned = false;
  question->keeps = false;
  MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_SENT, 1);
  MQTT_link_put_owned_topic (
    MQTT_destination_outbox (offers->link->destination),
    question->number,
    ++offers->slots[question->number].epoch,
    '$' == topic->name[0],
    topic->hashes,
    topic->levels,
    entry,
    entry_size);
  MQTT_destination_wake (offers->link->destination);
}


/**
 * Take a free number.
 *
 * @return false if there is none
 */
static bool
take_number (struct MQTT_Offers *offers, bool urgent, uint32_t *number)
{
  if (!urgent && (offers->count >= offers->limit - offers->limit / URGENT_PART))
    return false;
  while ((offers->lowest_free < offers->allocated)
         && (NULL != offers->slots[offers->lowest_free].question))
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


/**
 * Under what a topic is found.
 */
static uint32_t
key_of (const struct MQTT_Topic *topic)
{
  return (uint32_t)((uintptr_t)topic / sizeof (*topic));
}


/** Whose question is looked for, and what was found. */
struct Look
{
  const struct MQTT_Topic *topic;
  struct MQTT_Question *found;
};


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
compare (void *cls, uint32_t key, void *value)
{
  struct Look *look = cls;
  struct MQTT_Question *question = value;

  (void)key;
  if (question->topic != look->topic)
    return GNUNET_YES;
  look->found = question;
  return GNUNET_NO;
}


static struct MQTT_Question *
find_question (struct MQTT_Offers *offers, const struct MQTT_Topic *topic)
{
  struct Look look = { .topic = topic };

  (void)GNUNET_CONTAINER_multihashmap32_get_multiple (offers->by_topic,
                                                      key_of (topic),
                                                      &compare,
                                                      &look);
  return look.found;
}


/**
 * Ask about a new topic as soon as there is a link, and room in its queue.
 */
static void
introduce (struct MQTT_Question *question)
{
  struct MQTT_Offers *offers = question->offers;
  struct MQTT_Link *link = offers->link;

  if ((NULL != link->wire) && (question->number < offers->next)
      && !MQTT_outbox_is_full (MQTT_destination_outbox (link->destination)))
  {
    MQTT_question_ask (question);
    return;
  }
  offers->next = GNUNET_MIN (offers->next, question->number);
  if (NULL != link->wire)
    MQTT_offers_continue (offers);
  else
    MQTT_link_need (link);
}


/**
 * Give a topic a number.
 *
 * @return NULL if there is none
 */
static struct MQTT_Question *
new_question (struct MQTT_Offers *offers, struct MQTT_Topic *topic, bool urgent)
{
  struct MQTT_Question *question;
  uint32_t number;

  if (!take_number (offers, urgent, &number))
  {
    MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_NOT_ASKED, 1);
    return NULL;
  }
  question = GNUNET_new (struct MQTT_Question);
  question->offers = offers;
  question->topic = MQTT_topic_ref (topic);
  question->number = number;
  offers->slots[number].question = question;
  offers->count++;
  (void)GNUNET_CONTAINER_multihashmap32_put (
    offers->by_topic,
    key_of (topic),
    question,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE);
  introduce (question);
  return question;
}


struct MQTT_Offer *
MQTT_offer_create (struct MQTT_Link *link,
                   struct MQTT_Topic *topic,
                   const struct MQTT_OfferEvents *events,
                   void *cls)
{
  struct MQTT_Question *question = find_question (link->offers, topic);
  struct MQTT_Offer *offer;

  if (NULL == question)
    question = new_question (link->offers, topic, events->urgent);
  if (NULL == question)
    return NULL;
  offer = GNUNET_new (struct MQTT_Offer);
  offer->question = question;
  offer->events = events;
  offer->cls = cls;
  GNUNET_CONTAINER_DLL_insert_tail (question->head, question->tail, offer);
  return offer;
}


void
MQTT_offer_destroy (struct MQTT_Offer *offer)
{
  struct MQTT_Question *question = offer->question;
  struct MQTT_Offers *offers = question->offers;

  (void)MQTT_offer_awaits_no_more (offer);
  GNUNET_CONTAINER_DLL_remove (question->head, question->tail, offer);
  GNUNET_free (offer);
  if (NULL != question->head)
    return;
  offers->slots[question->number].question = NULL;
  offers->lowest_free = GNUNET_MIN (offers->lowest_free, question->number);
  offers->count--;
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (offers->by_topic,
                                               key_of (question->topic),
                                               question));
  MQTT_topic_unref (question->topic);
  offers->memory -= MQTT_groups_memory (question->groups);
  MQTT_groups_unref (question->groups);
  GNUNET_free (question);
}


bool
MQTT_offer_is_wanted (const struct MQTT_Offer *offer)
{
  return MQTT_OFFER_WANTED == offer->question->state;
}


bool
MQTT_offer_is_refused (const struct MQTT_Offer *offer)
{
  return MQTT_OFFER_REFUSED == offer->question->state;
}


bool
MQTT_offer_is_kept (const struct MQTT_Offer *offer)
{
  return offer->question->keeps;
}


void
MQTT_offer_await (struct MQTT_Offer *offer)
{
  if (!offer->awaits)
    offer->question->offers->awaiting++;
  offer->awaits = true;
}


bool
MQTT_offer_has_room (const struct MQTT_Offer *offer)
{
  return !MQTT_outbox_is_full (
    MQTT_destination_outbox (MQTT_offer_link (offer)->destination));
}


bool
MQTT_offer_is_stuck (const struct MQTT_Offer *offer)
{
  return MQTT_destination_is_stuck (MQTT_offer_link (offer)->destination);
}


uint8_t
MQTT_offer_qos (const struct MQTT_Offer *offer)
{
  return offer->question->qos;
}


bool
MQTT_offer_is_durable (const struct MQTT_Offer *offer)
{
  return offer->question->durable;
}


bool
MQTT_offer_is_plain (const struct MQTT_Offer *offer)
{
  return offer->question->plain;
}


struct MQTT_Groups *
MQTT_offer_groups (const struct MQTT_Offer *offer)
{
  return offer->question->groups;
}


uint64_t
MQTT_offer_age (const struct MQTT_Offer *offer)
{
  const struct MQTT_Question *question = offer->question;

  return question->age_us + MQTT_stream_now () - question->answered_us;
}


const struct MQTT_Link *
MQTT_offer_link (const struct MQTT_Offer *offer)
{
  return offer->question->offers->link;
}


bool
MQTT_offer_is_too_large (const struct MQTT_Offer *offer,
                         const struct MQTT_Message *message)
{
  return message->body_size + PUBLISH_OVERHEAD
         > MQTT_offer_link (offer)->peer_body_limit;
}


/**
 * Tell the peer the topic's name, if it does not know it.
 *
 * @return where to queue what needs it
 */
static struct MQTT_Outbox *
put_name (struct MQTT_Question *question)
{
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (
    question->offers->link->destination);

  if (!question->named)
    MQTT_link_put_name (outbox,
                        question->number,
                        question->topic->name,
                        question->topic->name_size);
  question->named = true;
  return outbox;
}


/**
 * Queue a message for the peer.
 */
static void
put_publish (struct MQTT_Question *question,
             const struct MQTT_LinkSerial *serial,
             struct MQTT_Message *message,
             uint8_t qos,
             const struct MQTT_LinkExtras *extras)
{
  struct MQTT_Outbox *outbox = put_name (question);

  MQTT_link_put_publish (outbox,
                         question->number,
                         serial,
                         message,
                         qos,
                         extras);
  /* What has a serial is counted in its mailbox. */
  MQTT_outbox_count_last (outbox, NULL == serial);
  MQTT_destination_wake (question->offers->link->destination);
}


bool
MQTT_offer_publish (struct MQTT_Offer *offer,
                    struct MQTT_Message *message,
                    const struct MQTT_LinkExtras *extras,
                    struct MQTT_Source *source)
{
  struct MQTT_Offers *offers = offer->question->offers;

  if (MQTT_offer_is_too_large (offer, message))
  {
    MQTT_count (offers->counters, MQTT_COUNT_DROPPED_TOO_LARGE, 1);
    return true;
  }
  if (!MQTT_destination_admit (offers->link->destination, source))
    return false;
  put_publish (offer->question, NULL, message, 0, extras);
  return true;
}


void
MQTT_offer_keep (struct MQTT_Offer *offer, struct MQTT_Message *message)
{
  const struct MQTT_LinkExtras extras = { .kept = true };
  struct MQTT_Offers *offers = offer->question->offers;

  if (MQTT_offer_is_too_large (offer, message))
    MQTT_count (offers->counters, MQTT_COUNT_DROPPED_TOO_LARGE, 1);
  else if (MQTT_destination_admit (offers->link->destination, NULL))
    put_publish (offer->question, NULL, message, message->qos, &extras);
}


void
MQTT_offer_slow (struct MQTT_Offer *offer, struct MQTT_Source *source)
{
  if (NULL != source)
    MQTT_destination_slow (MQTT_offer_link (offer)->destination, source);
}


void
MQTT_offer_send (struct MQTT_Offer *offer,
                 const struct MQTT_LinkSerial *serial,
                 struct MQTT_Message *message,
                 uint8_t qos,
                 const struct MQTT_LinkExtras *extras)
{
  struct MQTT_Destination *destination = offer->question->offers->link
                                           ->destination;

  GNUNET_assert (MQTT_destination_admit (destination, NULL));
  MQTT_count (offer->question->offers->counters, MQTT_COUNT_SENT_OUTBOX, 1);
  put_publish (offer->question, serial, message, qos, extras);
}


void
MQTT_offer_will (struct MQTT_Offer *offer,
                 struct MQTT_Message *message,
                 uint32_t delay_s)
{
  struct MQTT_Question *question = offer->question;
  struct MQTT_Offers *offers = question->offers;

  if (MQTT_offer_is_too_large (offer, message))
  {
    MQTT_count (offers->counters, MQTT_COUNT_DROPPED_TOO_LARGE, 1);
    return;
  }
  MQTT_link_put_will (put_name (question), question->number, delay_s, message);
  MQTT_count (offers->counters, MQTT_COUNT_WILLS_SENT, 1);
  MQTT_destination_wake (offers->link->destination);
}


void
MQTT_offer_unwill (struct MQTT_Offer *offer, const struct MQTT_LinkSerial *will)
{
  struct MQTT_Destination *destination = offer->question->offers->link
                                           ->destination;

  MQTT_link_put_unwill (MQTT_destination_outbox (destination), will);
  MQTT_destination_wake (destination);
}


void
MQTT_offer_returned (struct MQTT_Offer *offer)
{
  offer->question->returned = true;
}


bool
MQTT_offer_is_returned (const struct MQTT_Offer *offer)
{
  return offer->question->returned;
}
