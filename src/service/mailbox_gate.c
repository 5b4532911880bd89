/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox_gate.c
 * @brief Who fills the mailbox of a peer that is there waits until it has emptied
 *        some of it; for one that is away or takes nothing nobody waits, until
 *        there is no room at all.
 */
#include "mailbox_state.h"
#include "../stream/stream.h"

/** Publishers wait from one in so many parts of the bounds on, until less than the
    second is left.  What is above is for what they have under way by then, and for
    while the peer is away. */
#define CLOSE_PART 2
#define OPEN_PART 4

/** While publishers wait, the bounds may be passed by one in so many parts. */
#define SLACK_PART 2

/** How often is looked for progress within the stall timeout. */
#define LOOKS 4


/**
 * Is one in so many parts of the bounds in use, beside what is without hope?
 */
static bool
is_filled (const struct MQTT_Mailbox *mailbox, unsigned int part)
{
  const struct MQTT_Options *options = mailbox->config->options;

  return (mailbox->letters - mailbox->hopeless
          >= GNUNET_MAX (1, options->outbox_messages / part))
         || (mailbox->bytes - mailbox->hopeless_bytes
             >= GNUNET_MAX (1, options->outbox / part));
}


/**
 * Is there hope that the peer takes what is put in for a topic?
 */
static bool
is_emptied (const struct MQTT_Mailbox *mailbox, const struct MQTT_Topic *topic)
{
  const struct MQTT_Lane *lane;

  if (mailbox->stalled || !MQTT_links_is_up (mailbox->links, &mailbox->peer))
    return false;
  lane = MQTT_lane_find (mailbox, topic);
  return (NULL == lane) || !lane->hopeless;
}


bool
MQTT_mailbox_has_room (const struct MQTT_Mailbox *mailbox,
                       const struct MQTT_Topic *topic,
                       size_t size)
{
  const struct MQTT_Options *options = mailbox->config->options;
  unsigned int letters = options->outbox_messages;
  size_t bytes = options->outbox;

  if ((mailbox->letters < letters) && (mailbox->bytes < bytes)
      && (size <= bytes - mailbox->bytes))
    return true;
  if (!is_emptied (mailbox, topic))
    return false;
  letters += letters / SLACK_PART;
  bytes += bytes / SLACK_PART;
  return (mailbox->letters < letters) && (mailbox->bytes < bytes)
         && (size <= bytes - mailbox->bytes);
}


/**
 * Task: let those go on who wait.  Not done from within what frees letters: they
 * may publish at once.
 */
static void
open_gate (void *cls)
{
  struct MQTT_Mailbox *mailbox = cls;

  mailbox->open_task = NULL;
  if (NULL != mailbox->stall_task)
    GNUNET_SCHEDULER_cancel (mailbox->stall_task);
  mailbox->stall_task = NULL;
  MQTT_gate_open (&mailbox->gate);
}


static void
open_soon (struct MQTT_Mailbox *mailbox)
{
  if ((NULL == mailbox->open_task) && MQTT_gate_is_waited_for (&mailbox->gate))
    mailbox->open_task = GNUNET_SCHEDULER_add_now (&open_gate, mailbox);
}


void
MQTT_mailbox_ease (struct MQTT_Mailbox *mailbox)
{
  if (!is_filled (mailbox, OPEN_PART))
    open_soon (mailbox);
}


/** Looking for lanes without hope. */
struct Judgement
{
  /** Those passed before then are. */
  uint64_t before_us;
  /** One more is. */
  bool more;
};


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
judge (void *cls, uint32_t key, void *value)
{
  struct Judgement *judgement = cls;
  struct MQTT_Lane *lane = value;

  (void)key;
  if (!lane->passed || lane->hopeless
      || (lane->since_us > judgement->before_us))
    return GNUNET_YES;
  MQTT_lane_set_hopeless (lane, true);
  judgement->more = true;
  return GNUNET_YES;
}


/**
 * Find the lanes that the peer has taken nothing of within the stall timeout.
 *
 * @return true if there are more than before
 */
static bool
judge_lanes (struct MQTT_Mailbox *mailbox, uint64_t before_us)
{
  struct Judgement judgement = { .before_us = before_us };

  (void)GNUNET_CONTAINER_multihashmap32_iterate (mailbox->lanes,
                                                 &judge,
                                                 &judgement);
  return judgement.more;
}


/**
 * When the stall timeout that ends now began.
 */
static uint64_t
begin_of_timeout (const struct MQTT_Mailbox *mailbox)
{
  uint64_t now_us = MQTT_stream_now ();

  return now_us
         - GNUNET_MIN (now_us,
                       mailbox->config->options->stall_timeout.rel_value_us);
}


static void
look_later (struct MQTT_Mailbox *mailbox);


/**
 * Task: has the peer taken anything, of each topic, within the stall timeout?
 */
static void
look (void *cls)
{
  struct MQTT_Mailbox *mailbox = cls;
  uint64_t before_us = begin_of_timeout (mailbox);

  mailbox->stall_task = NULL;
  mailbox->stalled = (mailbox->progress_us <= before_us);
  if (judge_lanes (mailbox, before_us) || mailbox->stalled)
    open_soon (mailbox);
  else
    look_later (mailbox);
}


static void
look_later (struct MQTT_Mailbox *mailbox)
{
  mailbox->stall_task = GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_divide (mailbox->config->options->stall_timeout,
                                 LOOKS),
    &look,
    mailbox);
}


static bool
must_wait (const struct MQTT_Mailbox *mailbox, const struct MQTT_Topic *topic)
{
  return is_filled (mailbox, CLOSE_PART) && is_emptied (mailbox, topic);
}


void
MQTT_mailbox_slow (struct MQTT_Mailbox *mailbox,
                   const struct MQTT_Topic *topic,
                   struct MQTT_Source *source)
{
  if (!must_wait (mailbox, topic))
    return;
  if (NULL == mailbox->stall_task)
  {
    /* Nobody has looked while nobody waited. */
    (void)judge_lanes (mailbox, begin_of_timeout (mailbox));
    if (!must_wait (mailbox, topic))
      return;
    mailbox->progress_us = MQTT_stream_now ();
    look_later (mailbox);
  }
  MQTT_gate_wait (&mailbox->gate, source);
}


void
MQTT_mailbox_gate_down (struct MQTT_Mailbox *mailbox)
{
  mailbox->stalled = false;
  open_soon (mailbox);
}


void
MQTT_mailbox_gate_end (struct MQTT_Mailbox *mailbox)
{
  if (NULL != mailbox->open_task)
    GNUNET_SCHEDULER_cancel (mailbox->open_task);
  mailbox->open_task = NULL;
  if (NULL != mailbox->stall_task)
    GNUNET_SCHEDULER_cancel (mailbox->stall_task);
  mailbox->stall_task = NULL;
  MQTT_gate_open (&mailbox->gate);
}
