/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_legs.c
 * @brief The ways from a topic published here to the peers that want it.
 */
#include "outreach_state.h"
#include "../stream/stream.h"

/** Time an answer may have taken to get here, microseconds: messages this much
    older than a subscription are sent to it rather than risk to miss one, unless they
    are retained: what is, is sent anyway, as such. */
#define ANSWER_SLACK_US (500 * 1000)


static struct MQTT_Leg *
new_leg (struct MQTT_Outreach *outreach, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Leg *leg = GNUNET_new (struct MQTT_Leg);

  leg->outreach = outreach;
  leg->peer = *peer;
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
  GNUNET_CONTAINER_DLL_remove (leg->outreach->legs_head,
                               leg->outreach->legs_tail,
                               leg);
  GNUNET_free (leg);
}


void
MQTT_leg_end (struct MQTT_Leg *leg)
{
  if (NULL != leg->offer)
    MQTT_offer_destroy (leg->offer);
  free_leg (leg);
}


static bool
is_wanted (const struct MQTT_Leg *leg)
{
  return (NULL != leg->offer) && MQTT_offer_is_wanted (leg->offer);
}


/**
 * Does the peer not want the topic, but keep what is to be retained?
 */
static bool
is_kept (const struct MQTT_Leg *leg)
{
  return (NULL != leg->offer) && MQTT_offer_is_kept (leg->offer);
}


/**
 * Send a message at QoS 0.  If it is to be retained and is lost, what is retained
 * follows as soon as it can.
 */
static void
send_message (struct MQTT_Leg *leg,
              struct MQTT_Message *message,
              struct MQTT_Source *source)
{
  if (!MQTT_offer_publish (leg->offer, message, source) && message->retain)
    MQTT_offer_await (leg->offer);
}


/**
 * Send the peer what is retained, unless it has that or is to get it otherwise.
 */
static void
give_retained (struct MQTT_Leg *leg)
{
  const struct MQTT_Outreach *outreach = leg->outreach;
  struct MQTT_Shelved shelved;

  if (!MQTT_offer_has_room (leg->offer))
    MQTT_offer_await (leg->offer);
  else if (MQTT_copies_get (outreach->all->config.copies,
                            &leg->peer,
                            outreach->topic,
                            &shelved))
  {
    MQTT_offer_keep (leg->offer, shelved.message);
    MQTT_shelf_put_back (&shelved);
  }
}


/**
 * Give the peer a message: into its mailbox, or at QoS 0 onto the link.
 *
 * @return false if it does not get it, or only keeps it
 */
static bool
give (struct MQTT_Leg *leg,
      struct MQTT_Message *message,
      struct MQTT_Source *source)
{
  uint8_t qos = GNUNET_MIN (leg->qos, message->qos);

  if ((0 < qos) && (0 != message->stored))
    return MQTT_mailboxes_put (
      MQTT_links_mailboxes (leg->outreach->all->config.links),
      &leg->peer,
      leg->outreach->topic,
      message,
      qos);
  if (!is_wanted (leg) && (!is_kept (leg) || !message->retain))
    return false;
  send_message (leg, message, source);
  return is_wanted (leg);
}


/**
 * Was something published after the peer began to want the topic?
 *
 * @param at_us when it was published
 * @param age_us for how long the topic has been wanted
 * @param slack_us how much earlier it may have been published
 */
static bool
is_due (uint64_t at_us, uint64_t age_us, uint64_t slack_us)
{
  uint64_t now_us = MQTT_stream_now ();
  uint64_t passed_us = now_us - GNUNET_MIN (now_us, at_us);

  return (passed_us <= slack_us) || (passed_us - slack_us <= age_us);
}


/**
 * The same of a message.
 */
static bool
is_message_due (const struct MQTT_Message *message,
                uint64_t at_us,
                uint64_t age_us)
{
  return is_due (at_us, age_us, message->retain ? 0 : ANSWER_SLACK_US);
}


static void
give_backlog (struct MQTT_Leg *leg, uint64_t age_us)
{
  for (struct MQTT_Kept *kept = leg->outreach->backlog.head; NULL != kept;
       kept = kept->next)
    if ((kept->number >= leg->unsent)
        && is_message_due (kept->message, kept->at_us, age_us))
      kept->delivered |= give (leg, kept->message, NULL);
  leg->unsent = leg->outreach->count;
}


/**
 * What the peer was given of the reserve is in its mailbox for good, or lost with
 * the group: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_Leg *leg = cls;

  leg->wait = NULL;
  if (!ok)
    leg->unput = leg->before;
}


/**
 * Give the peer what is due to it of the reserve.
 *
 * @return false if the store does not take it now: it is tried again
 */
static bool
give_reserve (struct MQTT_Leg *leg, uint64_t age_us)
{
  if ((NULL == leg->wait) && (NULL != leg->outreach->reserve.head))
  {
    leg->before = leg->unput;
    leg->wait = MQTT_store_wait (leg->outreach->all->config.store,
                                 &handle_stored,
                                 leg);
  }
  for (struct MQTT_Reserved *reserved = leg->outreach->reserve.head;
       NULL != reserved;
       reserved = reserved->next)
  {
    struct MQTT_Shelved shelved;
    bool given;
    bool passed;

    if ((reserved->number < leg->unput)
        || !is_due (reserved->at_us, age_us, ANSWER_SLACK_US))
      continue;
    given = MQTT_shelf_get (leg->outreach->all->config.shelf,
                            reserved->message,
                            &shelved);
    passed = given ? !is_message_due (shelved.message, reserved->at_us, age_us)
                   : shelved.gone;
    given = given && !passed && give (leg, shelved.message, NULL);
    MQTT_shelf_put_back (&shelved);
    if (passed)
      continue;
    if (!given)
    {
      leg->unput = reserved->number;
      return false;
    }
    MQTT_reserved_given (reserved);
  }
  leg->unput = leg->outreach->count;
  return true;
}


/**
 * Give the peer what it has missed while the store took nothing, if it has.
 *
 * @param number of the first publication that need not be looked at
 * @return false if it cannot be given now
 */
static bool
catch_up (struct MQTT_Leg *leg, uint64_t number)
{
  return (leg->unput >= number) || !is_wanted (leg)
         || give_reserve (leg, MQTT_offer_age (leg->offer));
}


bool
MQTT_leg_publish (struct MQTT_Leg *leg,
                  struct MQTT_Message *message,
                  struct MQTT_Source *source)
{
  uint64_t count = leg->outreach->count;
  bool stored = (0 != message->stored);

  if ((stored && !catch_up (leg, count - 1)) || !give (leg, message, source))
    return false;
  if (stored)
    leg->unput = count;
  else
    leg->unsent = count;
  return true;
}


void
MQTT_outreach_catch_up (struct MQTT_Outreach *outreach)
{
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
    (void)catch_up (leg, outreach->count);
}


/**
 * Remember, or do not, that the peer wants the topic.
 */
static void
note_interest (const struct MQTT_Leg *leg)
{
  struct MQTT_Interests *interests = leg->outreach->all->config.interests;

  if (leg->durable)
    MQTT_interest_confirm (interests,
                           leg->outreach->topic,
                           &leg->peer,
                           leg->qos);
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

  leg->guessed = false;
  leg->qos = MQTT_offer_qos (leg->offer);
  leg->durable = (0 < leg->qos) && MQTT_offer_is_durable (leg->offer);
  note_interest (leg);
  give_backlog (leg, age_us);
  (void)give_reserve (leg, age_us);
  give_retained (leg);
}


/**
 * There is room on the link: see struct MQTT_OfferEvents.
 */
static void
handle_room (void *cls)
{
  give_retained (cls);
}


/**
 * A peer does not want the topic: see struct MQTT_OfferEvents.
 */
static void
handle_refused (void *cls)
{
  struct MQTT_Leg *leg = cls;

  leg->qos = 0;
  leg->durable = false;
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
  give_retained (leg);
}


/**
 * A peer that wants the topic is out of reach: see struct MQTT_OfferEvents.
 */
static void
handle_lost (void *cls)
{
  struct MQTT_Leg *leg = cls;

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

  if ((NULL != leg) && (is_wanted (leg) || is_kept (leg)))
    give_retained (leg);
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


/**
 * A peer is remembered to want the topic: #MQTT_InterestCallback.
 */
static void
recall (void *cls, const struct GNUNET_PeerIdentity *peer, uint8_t qos)
{
  struct MQTT_Leg *leg = new_leg (cls, peer);

  leg->qos = qos;
  leg->durable = true;
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
MQTT_outreach_confirm (struct MQTT_Outreach *outreach)
{
  struct MQTT_Interests *interests = outreach->all->config.interests;
  struct MQTT_Leg *next;

  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = next)
  {
    next = leg->next;
    if (leg->durable && is_wanted (leg))
      note_interest (leg);
    else if (leg->durable)
      leg->durable = MQTT_interest_holds (interests,
                                          outreach->topic,
                                          &leg->peer);
    free_useless (leg);
  }
}


bool
MQTT_outreach_has_room (const struct MQTT_Outreach *outreach,
                        const struct MQTT_Message *message)
{
  const struct MQTT_Mailboxes *mailboxes = MQTT_links_mailboxes (
    outreach->all->config.links);
  bool any = false;

  for (const struct MQTT_Leg *leg = outreach->legs_head; NULL != leg;
       leg = leg->next)
  {
    if (0 == leg->qos)
      continue;
    if (!MQTT_mailboxes_have_room (mailboxes, &leg->peer, message))
      return false;
    any = true;
  }
  return any
         || MQTT_reserve_has_room (&outreach->all->reserves,
                                   MQTT_message_memory (message)
                                     + outreach->topic->name_size);
}
