/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/offers_state.h
 * @brief What offers.c and offers_answers.c know of the topics offered to a peer.
 *        Only for these two.
 */
#ifndef MQTT_SERVICE_OFFERS_STATE_H
#define MQTT_SERVICE_OFFERS_STATE_H

#include "link.h"
#include "offers.h"
#include "seeks.h"
#include "../stream/stream.h"

/** What the peer says of a topic. */
enum MQTT_OfferState
{
  /** The link is not there, or its queue has no room. */
  MQTT_OFFER_UNASKED,
  /** No answer yet. */
  MQTT_OFFER_ASKED,
  MQTT_OFFER_WANTED,
  MQTT_OFFER_REFUSED,
  /** The peer has no room for it now. */
  MQTT_OFFER_PUT_OFF
};

struct MQTT_Offer
{
  struct MQTT_Offer *prev;
  struct MQTT_Offer *next;
  struct MQTT_Question *question;
  const struct MQTT_OfferEvents *events;
  void *cls;
  /** The owner waits for room in the link's queue. */
  bool awaits;
};

/** A topic that is offered, and has a number. */
struct MQTT_Question
{
  struct MQTT_Offers *offers;
  struct MQTT_Topic *topic;
  /** Who offers it, at least one. */
  struct MQTT_Offer *head;
  struct MQTT_Offer *tail;
  uint32_t number;
  /** When the question was queued, microseconds. */
  uint64_t asked_us;
  /** When the last answer came, and for how long the topic had been wanted then. */
  uint64_t answered_us;
  uint64_t age_us;
  enum MQTT_OfferState state;
  uint8_t qos;
  bool durable;
  bool plain;
  struct MQTT_Groups *groups;
  /** It does not want it for those who are in no group, but what is to be retained
      is kept. */
  bool keeps;
  /** The peer knows the topic's text. */
  bool named;
  /** The peer takes nothing at QoS 1 and 2 until it is asked anew. */
  bool returned;
};

/** A number, in use or not. */
struct MQTT_OfferSlot
{
  struct MQTT_Question *question;
  /** Of the last question under this number; grows for as long as there is a link. */
  uint32_t epoch;
};

struct MQTT_Offers
{
  struct MQTT_Link *link;
  struct MQTT_Counters *counters;
  struct MQTT_Seeks seeks;
  /** Questions by their topics, which are compared as pointers. */
  struct GNUNET_CONTAINER_MultiHashMap32 *by_topic;
  struct MQTT_OfferSlot *slots;
  unsigned int allocated;
  unsigned int limit;
  /** Questions. */
  unsigned int count;
  /** Bytes of groups that the peer has named. */
  size_t memory;
  /** No number below this one is free. */
  unsigned int lowest_free;
  /** While there is a link, every topic whose number is below this one was asked about. */
  unsigned int next;
  /** Offers whose owners wait for room, and the first number to look for them at. */
  unsigned int awaiting;
  unsigned int await_next;
  /** Offers again what was put off; NULL if nothing was. */
  struct GNUNET_SCHEDULER_Task *retry_task;
};


/**
 * Does the owner not wait for room any more?
 */
static inline bool
MQTT_offer_awaits_no_more (struct MQTT_Offer *offer)
{
  bool awaited = offer->awaits;

  offer->awaits = false;
  if (awaited)
    offer->question->offers->awaiting--;
  return awaited;
}


/**
 * Ask the peer about a topic.
 */
void
MQTT_question_ask (struct MQTT_Question *question);

#endif
