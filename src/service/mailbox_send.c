/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox_send.c
 * @brief How letters are sent to a peer: when their topics are wanted, and as many
 *        as may be under way.
 */
#include "mailbox_state.h"

/** Most letters under way. */
#define UNDER_WAY_MAX 65536

/** While one waits for its topic to be wanted, the topics of so many that follow
    are asked about, too. */
#define AHEAD 256


/**
 * Task: go on with what was passed.  One walk for all topics that were wanted in one
 * segment.
 */
static void
rewind_cursor (void *cls)
{
  struct MQTT_Mailbox *mailbox = cls;

  mailbox->rewind_task = NULL;
  mailbox->cursor = mailbox->head;
  MQTT_mailbox_continue (mailbox);
}


/**
 * The peer wants a topic: see struct MQTT_OfferEvents.
 */
static void
handle_wanted (void *cls, uint64_t age_us)
{
  struct MQTT_Lane *lane = cls;
  struct MQTT_Mailbox *mailbox = lane->mailbox;

  (void)age_us;
  if (lane->passed && (NULL == mailbox->rewind_task))
    mailbox->rewind_task = GNUNET_SCHEDULER_add_now (&rewind_cursor, mailbox);
  MQTT_lane_set_passed (lane, false);
  MQTT_mailbox_continue (mailbox);
}


/**
 * The peer does not want a topic: see struct MQTT_OfferEvents.
 */
static void
handle_refused (void *cls)
{
  struct MQTT_Lane *lane = cls;
  struct MQTT_Mailbox *mailbox = lane->mailbox;

  MQTT_lane_give_up (lane);
  MQTT_mailbox_continue (mailbox);
}


/**
 * The topic is out of reach: see struct MQTT_OfferEvents.  What is under way is
 * seen to when the whole link is lost.
 */
static void
handle_lost (void *cls)
{
  (void)cls;
}


/**
 * The peer was given up: see struct MQTT_OfferEvents.
 */
static void
handle_ended (void *cls)
{
  struct MQTT_Lane *lane = cls;

  lane->offer = NULL;
}


static const struct MQTT_OfferEvents lane_events = {
  .wanted = &handle_wanted,
  .refused = &handle_refused,
  .lost = &handle_lost,
  .ended = &handle_ended,
  .urgent = true,
};


/**
 * See that a topic is offered, if that is possible now.
 */
static void
offer (struct MQTT_Lane *lane)
{
  struct MQTT_Link *link;

  if (NULL != lane->offer)
    return;
  link = MQTT_links_get (lane->mailbox->links, &lane->mailbox->peer);
  if (NULL != link)
    lane->offer = MQTT_offer_create (link, lane->topic, &lane_events, lane);
}


/**
 * Have the topics of the next letters asked about.
 */
static void
look_ahead (struct MQTT_Mailbox *mailbox)
{
  const struct MQTT_Letter *letter = mailbox->cursor;

  for (unsigned int i = 0; (i < AHEAD) && (NULL != letter); i++)
  {
    offer (letter->lane);
    letter = letter->next;
  }
}


bool
MQTT_letter_is_expired (const struct MQTT_Letter *letter)
{
  const struct GNUNET_TIME_Absolute expires = {
    .abs_value_us = letter->expires_us,
  };

  return (0 != letter->expires_us) && GNUNET_TIME_absolute_is_past (expires);
}


/**
 * Send a letter, whose topic is wanted.
 *
 * @return false if it cannot be read now
 */
static bool
send_letter (struct MQTT_Mailbox *mailbox, struct MQTT_Letter *letter)
{
  struct MQTT_Shelved shelved;
  struct MQTT_Lane *lane = letter->lane;

  if (!MQTT_shelf_get (mailbox->config->shelf, letter->message, &shelved))
  {
    if (shelved.gone)
      MQTT_letter_give_up (letter, MQTT_COUNT_OUTBOX_BROKEN);
    return shelved.gone;
  }
  if (MQTT_offer_is_too_large (lane->offer, shelved.message))
  {
    MQTT_letter_give_up (letter, MQTT_COUNT_OUTBOX_TOO_LARGE);
  }
  else
  {
    mailbox->cursor = letter->next;
    MQTT_letter_send (letter);
    MQTT_offer_send (lane->offer,
                     &letter->serial,
                     shelved.message,
                     letter->qos);
  }
  MQTT_shelf_put_back (&shelved);
  return true;
}


/**
 * May more be under way?
 */
static bool
is_open (const struct MQTT_Mailbox *mailbox)
{
  return (mailbox->under_way < UNDER_WAY_MAX)
         && (mailbox->under_way_bytes < mailbox->config->options->link_window);
}


/**
 * Has the peer no room for a topic now?  Then its letters are passed.
 */
static bool
is_returned (struct MQTT_Lane *lane)
{
  if ((NULL != lane->offer) && MQTT_offer_is_returned (lane->offer))
    MQTT_lane_set_passed (lane, true);
  return lane->passed;
}


/**
 * Deal with a letter that is neither under way nor returned.
 *
 * @return false if it and those behind it have to wait
 */
static bool
advance (struct MQTT_Mailbox *mailbox, struct MQTT_Letter *letter)
{
  struct MQTT_Lane *lane = letter->lane;

  if (MQTT_letter_is_expired (letter))
  {
    MQTT_letter_give_up (letter, MQTT_COUNT_OUTBOX_EXPIRED);
    return true;
  }
  offer (lane);
  if (NULL == lane->offer)
    return false;
  /* Others may offer the topic, and the peer have no room for it. */
  if (is_returned (lane))
    return true;
  if (MQTT_offer_is_refused (lane->offer))
  {
    MQTT_lane_give_up (lane);
    return true;
  }
  if (!MQTT_offer_is_wanted (lane->offer))
  {
    look_ahead (mailbox);
    return false;
  }
  if (!MQTT_offer_has_room (lane->offer))
    return false;
  return send_letter (mailbox, letter);
}


void
MQTT_mailbox_continue (struct MQTT_Mailbox *mailbox)
{
  struct MQTT_Letter *letter;

  /* Nothing of a topic may go ahead of what was passed. */
  if (NULL != mailbox->rewind_task)
    return;
  while ((NULL != (letter = mailbox->cursor)) && (NULL == letter->wait)
         && is_open (mailbox))
    if (letter->sent || is_returned (letter->lane))
      mailbox->cursor = letter->next;
    else if (!advance (mailbox, letter))
      return;
}
