/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_legs.c
 * @brief The ways from a topic published here to the peers that want it.
 */
#include "outreach_state.h"

static struct MQTT_Leg *
new_leg (struct MQTT_Outreach *outreach, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Leg *leg = GNUNET_new (struct MQTT_Leg);

  leg->outreach = outreach;
  leg->peer = *peer;
  MQTT_source_init (&leg->source,
                    outreach->all->config.counters,
                    &MQTT_leg_resume,
                    leg);
  GNUNET_CONTAINER_DLL_insert_tail (outreach->legs_head,
                                    outreach->legs_tail,
                                    leg);
  return leg;
}


/**
 * Forget a leg, which has no offer.
 */
static void
free_leg (struct MQTT_Leg *leg)
{
  if (NULL != leg->wait)
    MQTT_store_wait_cancel (leg->wait);
  MQTT_source_done (&leg->source);
  GNUNET_CONTAINER_DLL_remove (leg->outreach->legs_head,
                               leg->outreach->legs_tail,
                               leg);
  MQTT_leg_want (leg, false, NULL);
  MQTT_groups_unref (leg->chosen);
  GNUNET_free (leg);
}


void
MQTT_leg_end (struct MQTT_Leg *leg)
{
  if (NULL != leg->offer)
    MQTT_offer_destroy (leg->offer);
  free_leg (leg);
}


bool
MQTT_leg_is_wanted (const struct MQTT_Leg *leg)
{
  return (NULL != leg->offer) && MQTT_offer_is_wanted (leg->offer);
}


void
MQTT_leg_want (struct MQTT_Leg *leg, bool plain, struct MQTT_Groups *groups)
{
  struct MQTT_Groups *before = leg->groups;

  leg->plain = plain;
  leg->groups = MQTT_groups_ref (groups);
  leg->outreach->regroup |= !MQTT_groups_equal (before, groups);
  MQTT_groups_unref (before);
}


bool
MQTT_leg_is_kept (const struct MQTT_Leg *leg)
{
  return (NULL != leg->offer) && MQTT_offer_is_kept (leg->offer);
}


/**
 * Remember, or do not, that the peer wants the topic.
 */
static void
note_interest (const struct MQTT_Leg *leg)
{
  struct MQTT_Interests *interests = leg->outreach->all->config.interests;
  const struct MQTT_Audience audience = {
    .plain = leg->plain,
    .groups = leg->groups,
  };

  if (leg->durable)
    MQTT_interest_confirm (interests,
                           leg->outreach->topic,
                           &leg->peer,
                           leg->qos,
                           &audience);
  else
    MQTT_interest_forget (interests, leg->outreach->topic, &leg->peer);
}


/**
 * A peer wants the topic: see struct MQTT_OfferEvents.
 */
static void
handle_wanted (void *cls, uint64_t age_us)
{
  struct MQTT_Leg *leg = cls;

  if (!leg->met && !leg->guessed)
    MQTT_copies_newcomer (leg->outreach->all->config.copies,
                          &leg->peer,
                          leg->outreach->topic);
  leg->met = true;
  leg->guessed = false;
  leg->qos = MQTT_offer_qos (leg->offer);
  leg->durable = (0 < leg->qos) && MQTT_offer_is_durable (leg->offer);
  MQTT_leg_want (leg,
                 MQTT_offer_is_plain (leg->offer),
                 MQTT_offer_groups (leg->offer));
  note_interest (leg);
  MQTT_leg_give_kept (leg, age_us);
  MQTT_leg_give_retained (leg);
}


/**
 * There is room on the link: see struct MQTT_OfferEvents.
 */
static void
handle_room (void *cls)
{
  MQTT_leg_give_retained (cls);
}


/**
 * A peer does not want the topic: see struct MQTT_OfferEvents.
 */
static void
handle_refused (void *cls)
{
  struct MQTT_Leg *leg = cls;

  MQTT_source_done (&leg->source);
  leg->qos = 0;
  leg->durable = false;
  MQTT_leg_want (leg, false, NULL);
  note_interest (leg);
}


/**
 * A peer only keeps what is to be retained: see struct MQTT_OfferEvents.
 */
static void
handle_keeps (void *cls)
{
  struct MQTT_Leg *leg = cls;

  handle_refused (leg);
  leg->guessed = false;
  MQTT_leg_give_retained (leg);
}


/**
 * A peer that wants the topic is out of reach: see struct MQTT_OfferEvents.
 */
static void
handle_lost (void *cls)
{
  struct MQTT_Leg *leg = cls;

  MQTT_source_done (&leg->source);
  MQTT_outreach_window_reopen (leg->outreach);
}


/**
 * If a leg has no offer and is not durable, the peer is not entitled to anything; the
 * leg is freed, unless it knows what the peer got of the reserve and must not get
 * again.
 */
static void
free_useless (struct MQTT_Leg *leg)
{
  if ((NULL != leg->offer) || leg->durable)
    return;
  leg->qos = 0;
  MQTT_leg_want (leg, false, NULL);
  if ((0 == leg->unput) || (NULL == leg->outreach->reserve.head))
    free_leg (leg);
}


/**
 * A peer was given up: see struct MQTT_OfferEvents.
 */
static void
handle_ended (void *cls)
{
  struct MQTT_Leg *leg = cls;

  leg->offer = NULL;
  MQTT_source_done (&leg->source);
  free_useless (leg);
}


static const struct MQTT_OfferEvents offer_events = {
  .wanted = &handle_wanted,
  .refused = &handle_refused,
  .keeps = &handle_keeps,
  .room = &handle_room,
  .lost = &handle_lost,
  .ended = &handle_ended,
};


/**
 * Offer the topic to the peer of a leg.
 */
static void
offer (struct MQTT_Leg *leg)
{
  struct MQTT_Outreach *outreach = leg->outreach;
  struct MQTT_Link *link = MQTT_links_get (outreach->all->config.links,
                                           &leg->peer);

  if (NULL == link)
    return;
  leg->offer = MQTT_offer_create (link, outreach->topic, &offer_events, leg);
  if (NULL == leg->offer)
    return;
  /* It may have been asked already, for what waits in its mailbox. */
  if (MQTT_offer_is_wanted (leg->offer))
    handle_wanted (leg, MQTT_offer_age (leg->offer));
  else if (MQTT_offer_is_kept (leg->offer))
    handle_keeps (leg);
  else if (MQTT_offer_is_refused (leg->offer))
    handle_refused (leg);
}


/**
 * @return NULL if there is none to this peer
 */
static struct MQTT_Leg *
find_leg (const struct MQTT_Outreach *outreach,
          const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Leg *leg = outreach->legs_head;

  while ((NULL != leg) && (0 != GNUNET_memcmp (peer, &leg->peer)))
    leg = leg->next;
  return leg;
}


void
MQTT_outreach_keep (struct MQTT_Outreach *outreach,
                    const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Leg *leg = find_leg (outreach, peer);

  if ((NULL != leg) && (MQTT_leg_is_wanted (leg) || MQTT_leg_is_kept (leg)))
    MQTT_leg_give_retained (leg);
  else
    MQTT_outreach_found (outreach, peer);
}


void
MQTT_outreach_found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Outreach *outreach = cls;
  struct MQTT_Leg *leg = find_leg (outreach, peer);

  if (NULL == leg)
  {
    leg = new_leg (outreach, peer);
    leg->guessed = outreach->guessing;
  }
  leg->guessed &= outreach->guessing;
  if (NULL == leg->offer)
    offer (leg);
  free_useless (leg);
}


void
MQTT_outreach_guess (struct MQTT_Outreaches *all,
                     struct MQTT_Topic *topic,
                     const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);

  outreach->guessing = true;
  MQTT_outreach_found (outreach, peer);
  outreach->guessing = false;
}


/**
 * A peer is remembered to want the topic: #MQTT_InterestCallback.
 */
static void
recall (void *cls,
        const struct GNUNET_PeerIdentity *peer,
        uint8_t qos,
        const struct MQTT_Audience *audience)
{
  struct MQTT_Leg *leg = new_leg (cls, peer);

  leg->qos = qos;
  leg->durable = true;
  MQTT_leg_want (leg, audience->plain, audience->groups);
}


void
MQTT_outreach_recall (struct MQTT_Outreach *outreach)
{
  MQTT_interests_of (outreach->all->config.interests,
                     outreach->topic,
                     &recall,
                     outreach);
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
    offer (leg);
}


void
MQTT_outreaches_enforce (struct MQTT_Outreaches *all)
{
  for (struct MQTT_Outreach *outreach = all->head; NULL != outreach;
       outreach = outreach->next)
  {
    MQTT_outreach_confirm (outreach);
    for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg;
         leg = leg->next)
      if (NULL == leg->offer)
        offer (leg);
    for (unsigned int i = 0; i < outreach->search_count; i++)
      MQTT_search_known (outreach->searches[i]);
  }
}


void
MQTT_outreach_confirm (struct MQTT_Outreach *outreach)
{
  struct MQTT_Interests *interests = outreach->all->config.interests;
  struct MQTT_Leg *next;

  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = next)
  {
    next = leg->next;
    /* It was given up, and has come by itself, or for what is in its mailbox. */
    if ((NULL == leg->offer)
        && MQTT_links_is_up (outreach->all->config.links, &leg->peer))
      offer (leg);
    if (leg->durable && MQTT_leg_is_wanted (leg))
      note_interest (leg);
    else if (leg->durable)
      leg->durable = MQTT_interest_holds (interests,
                                          outreach->topic,
                                          &leg->peer);
    free_useless (leg);
  }
}
