/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_give.c
 * @brief What the peers are given that want a topic: what is published, what was
 *        kept until they were found, and what is retained.
 */
#include "outreach_state.h"
#include "../stream/stream.h"

/** Time an answer may have taken to get here, microseconds: messages this much
    older than a subscription are sent to it rather than risk to miss one, unless they
    are retained: what is, is sent anyway, as such. */
#define ANSWER_SLACK_US (500 * 1000)


/**
 * Send a message at QoS 0.  If it is to be retained and is lost, what is retained
 * follows as soon as it can.
 */
static void
send_message (struct MQTT_Leg *leg,
              struct MQTT_Message *message,
              const struct MQTT_Audience *audience,
              struct MQTT_Source *source)
{
  const struct MQTT_LinkExtras extras = {
    .groups = MQTT_groups_names (audience->groups),
    .only = !audience->plain,
  };

  if (!MQTT_offer_publish (leg->offer, message, &extras, source)
      && message->retain)
    MQTT_offer_await (leg->offer);
}


bool
MQTT_leg_give (struct MQTT_Leg *leg,
               struct MQTT_Message *message,
               const struct MQTT_Audience *audience,
               struct MQTT_Source *source)
{
  uint8_t qos = GNUNET_MIN (leg->qos, message->qos);

  if ((0 < qos) && (0 != message->stored))
    return MQTT_mailboxes_put (
      MQTT_links_mailboxes (leg->outreach->all->config.links),
      &leg->peer,
      leg->outreach->topic,
      message,
      qos,
      audience);
  if (!MQTT_leg_is_wanted (leg))
    return false;
  send_message (leg, message, audience, source);
  return true;
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


static bool
is_anybody (const struct MQTT_Audience *audience)
{
  return audience->plain || (NULL != audience->groups);
}


/**
 * For whom there a publication is that was kept.
 *
 * @param leg the way there
 * @param missed those who are in no group have not got it
 * @param served groups that have
 * @return @e groups to be given back
 */
static struct MQTT_Audience
audience_of (const struct MQTT_Leg *leg,
             bool missed,
             const struct MQTT_Groups *served)
{
  return (struct MQTT_Audience){
    .plain = leg->plain && missed,
    .groups = MQTT_groups_minus (leg->groups, served),
  };
}


/**
 * Leave out those who get a message anyway, as a retained one; groups do not.
 *
 * @return false if nobody is left
 */
static bool
narrow (struct MQTT_Audience *audience,
        const struct MQTT_Message *message,
        uint64_t at_us,
        uint64_t age_us)
{
  audience->plain = audience->plain
                    && (!message->retain || is_due (at_us, age_us, 0));
  return is_anybody (audience);
}


/**
 * Must what is kept for the peer wait for room in the link's queue?  While it does
 * the window is open, and what is published is kept, too.
 */
static bool
must_wait (struct MQTT_Leg *leg)
{
  if (!MQTT_leg_is_wanted (leg))
    return false;
  MQTT_offer_slow (leg->offer, &leg->source);
  if (!MQTT_source_waits (&leg->source))
    return false;
  MQTT_outreach_window_reopen (leg->outreach);
  return true;
}


/**
 * Give the peer a publication of the backlog, as far as it is due to it.
 *
 * @return false if it has to wait
 */
static bool
give_kept (struct MQTT_Leg *leg, struct MQTT_Kept *kept, uint64_t age_us)
{
  struct MQTT_Audience due = audience_of (leg,
                                          kept->number >= leg->unsent,
                                          kept->served);
  bool any = narrow (&due, kept->message, kept->at_us, age_us);
  bool waits = any && must_wait (leg);

  if (any && !waits && MQTT_leg_give (leg, kept->message, &due, NULL))
  {
    struct MQTT_Groups *served = kept->served;

    kept->delivered = true;
    kept->served = MQTT_groups_plus (served, due.groups);
    MQTT_groups_unref (served);
  }
  MQTT_groups_unref (due.groups);
  return !waits;
}


static void
give_backlog (struct MQTT_Leg *leg, uint64_t age_us)
{
  struct MQTT_Kept *kept = leg->outreach->backlog.head;

  for (; NULL != kept; kept = kept->next)
    if (is_due (kept->at_us, age_us, ANSWER_SLACK_US)
        && !give_kept (leg, kept, age_us))
      break;
  if (leg->plain)
    leg->unsent = (NULL == kept) ? leg->outreach->count
                                 : GNUNET_MAX (leg->unsent, kept->number);
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
 * Give the peer a publication of the reserve, as far as it is due to it.
 *
 * @return false if the store, or the link's queue, does not take it now
 */
static bool
give_reserved (struct MQTT_Leg *leg,
               struct MQTT_Reserved *reserved,
               uint64_t age_us)
{
  struct MQTT_Audience due;
  bool passed;
  bool given = false;
  struct MQTT_Shelved shelved;
  bool had;

  if (!MQTT_reserved_look (reserved, &leg->peer, &had))
    return false;
  due = audience_of (leg,
                     !had && (reserved->number >= leg->unput),
                     reserved->served);
  passed = !is_anybody (&due);
  if (!passed && ((0 < leg->qos) || !must_wait (leg)))
  {
    if (MQTT_shelf_get (leg->outreach->all->config.shelf,
                        reserved->message,
                        &shelved))
    {
      passed = !narrow (&due, shelved.message, reserved->at_us, age_us);
      given = !passed && MQTT_leg_give (leg, shelved.message, &due, NULL);
    }
    else
      passed = shelved.gone;
    MQTT_shelf_put_back (&shelved);
  }
  if (given)
    MQTT_reserved_given (reserved, &leg->peer, &due);
  MQTT_groups_unref (due.groups);
  return given || passed;
}


/**
 * Give the peer what is due to it of the reserve.
 *
 * @return false if the store, or the link's queue, does not take it now: it is tried
 *         again
 */
static bool
give_reserve (struct MQTT_Leg *leg, uint64_t age_us)
{
  struct MQTT_Reserved *reserved = leg->outreach->reserve.head;

  if ((NULL == leg->wait) && (NULL != reserved))
  {
    leg->before = leg->unput;
    leg->wait = MQTT_store_wait (leg->outreach->all->config.store,
                                 &handle_stored,
                                 leg);
  }
  for (; NULL != reserved; reserved = reserved->next)
    if (is_due (reserved->at_us, age_us, ANSWER_SLACK_US)
        && !give_reserved (leg, reserved, age_us))
      break;
  if (leg->plain)
    leg->unput = (NULL == reserved) ? leg->outreach->count
                                    : GNUNET_MAX (leg->unput, reserved->number);
  return NULL == reserved;
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
  return (leg->unput >= number) || !MQTT_leg_is_wanted (leg)
         || give_reserve (leg, MQTT_offer_age (leg->offer));
}


void
MQTT_leg_give_kept (struct MQTT_Leg *leg, uint64_t age_us)
{
  give_backlog (leg, age_us);
  (void)give_reserve (leg, age_us);
}


void
MQTT_leg_give_retained (struct MQTT_Leg *leg)
{
  const struct MQTT_Outreach *outreach = leg->outreach;
  struct MQTT_Shelved shelved;

  if (!leg->plain && !MQTT_leg_is_kept (leg))
    return;
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


void
MQTT_leg_resume (void *cls)
{
  struct MQTT_Leg *leg = cls;

  if (MQTT_leg_is_wanted (leg))
    MQTT_leg_give_kept (leg, MQTT_offer_age (leg->offer));
}


bool
MQTT_outreach_is_behind (const struct MQTT_Outreach *outreach)
{
  const struct MQTT_Leg *leg = outreach->legs_head;

  while ((NULL != leg) && !MQTT_source_waits (&leg->source))
    leg = leg->next;
  return NULL != leg;
}


/**
 * Give the peer what is published now, for those it is for.
 */
static bool
publish (struct MQTT_Leg *leg,
         struct MQTT_Message *message,
         const struct MQTT_Audience *audience,
         struct MQTT_Source *source)
{
  uint64_t count = leg->outreach->count;
  bool stored = (0 != message->stored);

  if (MQTT_source_waits (&leg->source)
      && (0 == GNUNET_MIN (leg->qos, message->qos)))
  {
    MQTT_offer_slow (leg->offer, source);
    return false;
  }
  if ((leg->plain && stored && !catch_up (leg, count - 1))
      || !MQTT_leg_give (leg, message, audience, source))
    return false;
  if (leg->plain && stored)
    leg->unput = count;
  else if (leg->plain)
    leg->unsent = count;
  return true;
}


bool
MQTT_leg_publish (struct MQTT_Leg *leg,
                  struct MQTT_Message *message,
                  struct MQTT_Source *source)
{
  /* There is nobody of these. */
  const struct MQTT_Audience keeps = { .plain = true };
  const struct MQTT_Audience audience = {
    .plain = leg->plain,
    .groups = leg->chosen,
  };

  if (is_anybody (&audience))
    return publish (leg, message, &audience, source);
  if (MQTT_leg_is_kept (leg) && message->retain)
    send_message (leg, message, &keeps, source);
  return false;
}


void
MQTT_outreach_catch_up (struct MQTT_Outreach *outreach)
{
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
    (void)catch_up (leg, outreach->count);
}


bool
MQTT_outreach_has_room (const struct MQTT_Outreach *outreach,
                        const struct MQTT_Message *message)
{
  const struct MQTT_Outreaches *all = outreach->all;
  const struct MQTT_Mailboxes *mailboxes = MQTT_links_mailboxes (
    all->config.links);
  bool any = false;

  for (const struct MQTT_Leg *leg = outreach->legs_head; NULL != leg;
       leg = leg->next)
  {
    if ((0 == leg->qos) || (!leg->plain && (NULL == leg->chosen)))
      continue;
    if (!MQTT_mailboxes_have_room (mailboxes,
                                   &leg->peer,
                                   outreach->topic,
                                   message))
    {
      MQTT_count (all->config.counters, MQTT_COUNT_OUTBOX_FULL, 1);
      return false;
    }
    any = true;
  }
  return any
         || MQTT_reserve_has_room (&all->reserves,
                                   MQTT_message_memory (message)
                                     + outreach->topic->name_size);
}


void
MQTT_outreach_slow (const struct MQTT_Outreaches *all,
                    const struct MQTT_Topic *topic,
                    struct MQTT_Source *source)
{
  const struct MQTT_Mailboxes *mailboxes = MQTT_links_mailboxes (
    all->config.links);
  const struct MQTT_Outreach *outreach = topic->outreach;

  if (NULL == outreach)
    return;
  for (const struct MQTT_Leg *leg = outreach->legs_head; NULL != leg;
       leg = leg->next)
    if (0 < leg->qos)
      MQTT_mailboxes_slow (mailboxes, &leg->peer, topic, source);
}
