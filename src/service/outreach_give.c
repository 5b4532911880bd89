/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_give.c
 * @brief What a peer is given of a topic published here: what is published, and
 *        what was kept until the peer was found.
 */
#include "outreach_state.h"
#include "../stream/stream.h"

/** Time an answer may have taken to get here, microseconds: messages this much
    older than a subscription are sent to it rather than risk to miss one. */
#define ANSWER_SLACK_US (500 * 1000)


bool
MQTT_leg_give (struct MQTT_Leg *leg,
               struct MQTT_Message *message,
               const struct MQTT_Audience *audience,
               struct MQTT_Source *source)
{
  const struct MQTT_LinkExtras extras = {
    .groups = MQTT_groups_names (audience->groups),
    .only = !audience->plain,
  };
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
  MQTT_offer_publish (leg->offer, message, &extras, source);
  return true;
}


/**
 * Was something published after the peer began to want the topic?
 *
 * @param now_us the time
 * @param at_us when it was published
 * @param age_us for how long the topic has been wanted
 */
static bool
is_due (uint64_t now_us, uint64_t at_us, uint64_t age_us)
{
  uint64_t passed_us = now_us - GNUNET_MIN (now_us, at_us);

  return (passed_us <= ANSWER_SLACK_US)
         || (passed_us - ANSWER_SLACK_US <= age_us);
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


static bool
is_anybody (const struct MQTT_Audience *audience)
{
  return audience->plain || (NULL != audience->groups);
}


static void
give_backlog (struct MQTT_Leg *leg, uint64_t age_us)
{
  uint64_t now_us = MQTT_stream_now ();

  for (struct MQTT_Kept *kept = leg->outreach->backlog.head; NULL != kept;
       kept = kept->next)
  {
    struct MQTT_Audience due;

    if (!is_due (now_us, kept->at_us, age_us))
      continue;
    due = audience_of (leg, kept->number >= leg->unsent, kept->served);
    if (is_anybody (&due) && MQTT_leg_give (leg, kept->message, &due, NULL))
    {
      struct MQTT_Groups *served = kept->served;

      kept->delivered = true;
      kept->served = MQTT_groups_plus (served, due.groups);
      MQTT_groups_unref (served);
    }
    MQTT_groups_unref (due.groups);
  }
  if (leg->plain)
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
 * Give the peer a publication of the reserve, as far as it is due to it.
 *
 * @return false if the store does not take it now
 */
static bool
give_reserved (struct MQTT_Leg *leg, struct MQTT_Reserved *reserved)
{
  struct MQTT_Audience due = audience_of (leg,
                                          reserved->number >= leg->unput,
                                          reserved->served);
  struct MQTT_Shelved shelved;
  bool given;
  bool gone;

  if (!is_anybody (&due))
    return true;
  given = MQTT_shelf_get (leg->outreach->all->config.shelf,
                          reserved->message,
                          &shelved)
          && MQTT_leg_give (leg, shelved.message, &due, NULL);
  gone = shelved.gone;
  MQTT_shelf_put_back (&shelved);
  if (given)
    MQTT_reserved_given (reserved, due.groups);
  else if (!gone && due.plain)
    leg->unput = reserved->number;
  MQTT_groups_unref (due.groups);
  return given || gone;
}


/**
 * Give the peer what is due to it of the reserve.
 *
 * @return false if the store does not take it now: it is tried again
 */
static bool
give_reserve (struct MQTT_Leg *leg, uint64_t age_us)
{
  uint64_t now_us = MQTT_stream_now ();

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
    if (is_due (now_us, reserved->at_us, age_us)
        && !give_reserved (leg, reserved))
      return false;
  if (leg->plain)
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
  return (leg->unput >= number) || !MQTT_leg_is_wanted (leg)
         || give_reserve (leg, MQTT_offer_age (leg->offer));
}


bool
MQTT_leg_publish (struct MQTT_Leg *leg,
                  struct MQTT_Message *message,
                  struct MQTT_Source *source)
{
  uint64_t count = leg->outreach->count;
  bool stored = (0 != message->stored);
  const struct MQTT_Audience audience = {
    .plain = leg->plain,
    .groups = leg->chosen,
  };

  if (!is_anybody (&audience)
      || (leg->plain && stored && !catch_up (leg, count - 1))
      || !MQTT_leg_give (leg, message, &audience, source))
    return false;
  if (leg->plain && stored)
    leg->unput = count;
  else if (leg->plain)
    leg->unsent = count;
  return true;
}


void
MQTT_outreach_catch_up (struct MQTT_Outreach *outreach)
{
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
    (void)catch_up (leg, outreach->count);
}


void
MQTT_leg_give_kept (struct MQTT_Leg *leg, uint64_t age_us)
{
  give_backlog (leg, age_us);
  (void)give_reserve (leg, age_us);
}
