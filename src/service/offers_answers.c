/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/offers_answers.c
 * @brief When a peer is asked about the topics offered to it, and what it answers.
 */
#include "offers_state.h"

/** After that a topic is offered again that the peer had no room for. */
#define RETRY_PAUSE GNUNET_TIME_UNIT_MINUTES


/**
 * Number the topics anew, densely: a peer that knows none yet expects low numbers.
 */
static void
renumber (struct MQTT_Offers *offers)
{
  uint32_t number = 0;

  for (unsigned int i = 0; i < offers->allocated; i++)
  {
    struct MQTT_Question *question = offers->slots[i].question;

    if (NULL == question)
      continue;
    offers->slots[i].question = NULL;
    offers->slots[number].question = question;
    question->number = number++;
  }
  offers->lowest_free = number;
}


void
MQTT_offers_up (struct MQTT_Offers *offers)
{
  renumber (offers);
  offers->next = 0;
  MQTT_offers_continue (offers);
}


/**
 * Tell those who wait for room, as long as there is some.
 */
static void
tell_room (struct MQTT_Offers *offers)
{
  const struct MQTT_Outbox *outbox = MQTT_destination_outbox (
    offers->link->destination);

  for (unsigned int i = 0; (i < offers->allocated) && (0 < offers->awaiting)
                           && !MQTT_outbox_is_full (outbox);
       i++)
  {
    struct MQTT_Question *question = offers->slots[offers->await_next].question;
    struct MQTT_Offer *next;

    offers->await_next = (offers->await_next + 1) % offers->allocated;
    for (struct MQTT_Offer *offer = (NULL == question) ? NULL : question->head;
         NULL != offer;
         offer = next)
    {
      next = offer->next;
      if (MQTT_offer_awaits_no_more (offer))
        offer->events->room (offer->cls);
    }
  }
}


void
MQTT_offers_continue (struct MQTT_Offers *offers)
{
  const struct MQTT_Outbox *outbox = MQTT_destination_outbox (
    offers->link->destination);

  for (; (offers->next < offers->allocated) && !MQTT_outbox_is_full (outbox);
       offers->next++)
  {
    struct MQTT_Question *question = offers->slots[offers->next].question;

    if ((NULL != question) && (MQTT_OFFER_UNASKED == question->state))
      MQTT_question_ask (question);
  }
  tell_room (offers);
}


/**
 * Tell all who offer a topic that it is out of reach.
 */
static void
tell_lost (struct MQTT_Question *question)
{
  struct MQTT_Offer *next;

  for (struct MQTT_Offer *offer = question->head; NULL != offer; offer = next)
  {
    next = offer->next;
    offer->events->lost (offer->cls);
  }
}


/**
 * Nobody who offers a topic waits for room any more.
 */
static void
await_no_more (struct MQTT_Question *question)
{
  for (struct MQTT_Offer *offer = question->head; NULL != offer;
       offer = offer->next)
    (void)MQTT_offer_awaits_no_more (offer);
}


void
MQTT_offers_down (struct MQTT_Offers *offers)
{
  for (unsigned int i = 0; i < offers->allocated; i++)
  {
    struct MQTT_Question *question = offers->slots[i].question;
    enum MQTT_OfferState before;

    if (NULL == question)
      continue;
    before = question->state;
    question->state = MQTT_OFFER_UNASKED;
    question->returned = false;
    question->keeps = false;
    await_no_more (question);
    if (MQTT_OFFER_WANTED == before)
      tell_lost (question);
  }
}


void
MQTT_offers_end (struct MQTT_Offers *offers)
{
  for (unsigned int i = 0; i < offers->allocated; i++)
    while (NULL != offers->slots[i].question)
    {
      struct MQTT_Offer *offer = offers->slots[i].question->head;

      offer->events->ended (offer->cls);
      MQTT_offer_destroy (offer);
    }
}


/**
 * Find the question that the peer speaks of.
 *
 * @param offers the offers
 * @param number number of the topic
 * @param epoch which of the questions under this number
 * @param[out] question set; NULL if it has ended since, or the number was given away
 * @return false if it was never asked
 */
static bool
find (struct MQTT_Offers *offers,
      uint32_t number,
      uint32_t epoch,
      struct MQTT_Question **question)
{
  const struct MQTT_OfferSlot *slot;

  if ((number >= offers->allocated) || (0 == epoch)
      || (epoch > offers->slots[number].epoch))
    return false;
  slot = &offers->slots[number];
  *question = (epoch == slot->epoch) ? slot->question : NULL;
  return true;
}


/**
 * For how long a topic has been wanted, at the most: an answer may have been any
 * part of the time since the question on its way.
 */
static uint64_t
longest_age (const struct MQTT_Question *question, uint64_t age_us)
{
  uint64_t age = GNUNET_MIN (age_us, UINT64_MAX / 2);

  return (MQTT_OFFER_ASKED == question->state)
           ? age + MQTT_stream_now () - question->asked_us
           : age;
}


/**
 * Note what groups the peer has named, unless it names too many.
 *
 * @return false if these are the ones it has named before
 */
static bool
note_groups (struct MQTT_Question *question, const struct MQTT_LinkWant *want)
{
  struct MQTT_Offers *offers = question->offers;
  struct MQTT_Groups *groups = MQTT_groups_create (&want->groups);

  if (MQTT_groups_equal (groups, question->groups))
  {
    MQTT_groups_unref (groups);
    return false;
  }
  offers->memory -= MQTT_groups_memory (question->groups);
  MQTT_groups_unref (question->groups);
  question->groups = NULL;
  if (offers->memory + MQTT_groups_memory (groups)
      > offers->link->links->config.options->link_topic_memory)
  {
    MQTT_count (offers->counters, MQTT_COUNT_GROUPS_REFUSED, 1);
    MQTT_groups_unref (groups);
    return true;
  }
  offers->memory += MQTT_groups_memory (groups);
  question->groups = groups;
  return true;
}


/**
 * The peer wants a topic; tell all who offer it.
 */
static void
note_want (struct MQTT_Question *question, const struct MQTT_LinkWant *want)
{
  struct MQTT_Offer *next;
  uint64_t age_us = longest_age (question, want->age_us);

  if (MQTT_OFFER_WANTED != question->state)
  {
    question->age_us = age_us;
    question->answered_us = MQTT_stream_now ();
  }
  question->state = MQTT_OFFER_WANTED;
  question->qos = want->qos;
  question->durable = want->durable;
  question->plain = want->plain;
  question->keeps = want->keeps;
  for (struct MQTT_Offer *offer = question->head; NULL != offer; offer = next)
  {
    next = offer->next;
    offer->events->wanted (offer->cls, age_us);
  }
}


/**
 * The peer goes on with what it has returned, but for what was sent meanwhile.
 */
static void
ask_anew (struct MQTT_Question *question)
{
  bool wanted = (MQTT_OFFER_WANTED == question->state);

  MQTT_question_ask (question);
  if (wanted)
    tell_lost (question);
}


/**
 * The peer does not want a topic; tell all who offer it.
 *
 * @param question the topic's
 * @param keeps what is to be retained is kept all the same
 */
static void
note_refusal (struct MQTT_Question *question, bool keeps)
{
  struct MQTT_Offer *next;

  question->state = MQTT_OFFER_REFUSED;
  question->keeps = keeps;
  for (struct MQTT_Offer *offer = question->head; NULL != offer; offer = next)
  {
    next = offer->next;
    if (keeps && (NULL != offer->events->keeps))
      offer->events->keeps (offer->cls);
    else if (NULL != offer->events->refused)
      offer->events->refused (offer->cls);
  }
}


bool
MQTT_offers_want (struct MQTT_Offers *offers, const struct MQTT_LinkWant *want)
{
  struct MQTT_Question *question;
  bool regrouped;

  if (!find (offers, want->number, want->epoch, &question))
    return false;
  if (NULL == question)
    return true;
  MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_WANTED, 1);
  regrouped = note_groups (question, want);
  if (want->keeps && (0 == want->groups.count))
    note_refusal (question, true);
  else if (question->returned)
    ask_anew (question);
  else if (regrouped || (question->plain != want->plain)
           || (MQTT_OFFER_WANTED != question->state)
           || (question->qos != want->qos)
           || (question->durable != want->durable)
           || (question->keeps != want->keeps))
    note_want (question, want);
  return true;
}


/**
 * Ask again about a topic, under a lower number if one is free by now: the peer may
 * have no use for high ones.
 */
static void
unask (struct MQTT_Question *question)
{
  struct MQTT_Offers *offers = question->offers;

  question->state = MQTT_OFFER_UNASKED;
  while ((offers->lowest_free < question->number)
         && (NULL != offers->slots[offers->lowest_free].question))
    offers->lowest_free++;
  if (offers->lowest_free >= question->number)
    return;
  offers->slots[question->number].question = NULL;
  question->number = offers->lowest_free;
  offers->slots[question->number].question = question;
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
    if ((NULL != offers->slots[i].question)
        && (MQTT_OFFER_PUT_OFF == offers->slots[i].question->state))
      unask (offers->slots[i].question);
  offers->next = 0;
  if (NULL != offers->link->wire)
    MQTT_offers_continue (offers);
}


/**
 * The peer does not take a topic now: offer it again after a while.
 *
 * @param noted others may go ahead of it
 */
static void
put_off (struct MQTT_Question *question, bool noted)
{
  struct MQTT_Offers *offers = question->offers;
  struct MQTT_Mailbox *mailbox = MQTT_link_mailbox (offers->link);

  question->state = MQTT_OFFER_PUT_OFF;
  question->returned |= noted;
  if (NULL == offers->retry_task)
    offers->retry_task = GNUNET_SCHEDULER_add_delayed (RETRY_PAUSE,
                                                       &retry,
                                                       offers);
  if (NULL != mailbox)
    MQTT_mailbox_continue (mailbox);
}


/**
 * The peer knows no entry that is good now.  One that has expired there may have been
 * renewed here.
 */
static void
note_not_allowed (struct MQTT_Question *question)
{
  bool wanted = (MQTT_OFFER_WANTED == question->state);

  if (wanted
      && (MQTT_stream_now () - question->asked_us > RETRY_PAUSE.rel_value_us))
  {
    ask_anew (question);
    return;
  }
  put_off (question, true);
  if (wanted)
    tell_lost (question);
}


bool
MQTT_offers_refuse (struct MQTT_Offers *offers,
                    const struct MQTT_LinkRefuse *refuse)
{
  struct MQTT_Question *question;

  if (!find (offers, refuse->number, refuse->epoch, &question))
    return false;
  if (NULL == question)
    return true;
  MQTT_count (offers->counters, MQTT_COUNT_QUESTIONS_REFUSED, 1);
  switch (refuse->why)
  {
  case MQTT_LINK_NOT_WANTED:
    if ((MQTT_OFFER_REFUSED != question->state) || question->keeps)
      note_refusal (question, false);
    break;
  case MQTT_LINK_TOO_MANY:
  case MQTT_LINK_PUT_OFF:
    put_off (question, MQTT_LINK_PUT_OFF == refuse->why);
    break;
  case MQTT_LINK_NOT_ALLOWED:
    note_not_allowed (question);
    break;
  }
  return true;
}
