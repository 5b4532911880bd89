/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/link.c
 * @brief One link: the channel that carries it, its pulse and its end; what the
 *        frames on it do is in wire.c.
 */
#include "link.h"
#include "wire.h"

/** Segments under way in a channel's queue: one leaves while the next is filled. */
#define DEPTH 2

/** First pause before a lost peer is tried again. */
#define BACKOFF_START \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)

/** Attempts without an answer after which one pause is longer than CADET keeps a
    tunnel that nobody uses, 90 s.  A peer whose CADET was restarted has lost the keys of the
    tunnel and may be unable to say so: only a new tunnel reaches it. */
#define TUNNEL_ATTEMPTS 4
#define TUNNEL_PAUSE \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 100)

/** How long a peer is tried that was never there: whom the DHT names may not exist. */
#define UNMET_TIME GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MINUTES, 3)

/** How long a link is kept on which nothing is offered. */
#define IDLE_TIME GNUNET_TIME_UNIT_MINUTES


static void
resume (void *cls)
{
  struct MQTT_Link *link = cls;

  link->heard = GNUNET_TIME_absolute_get ();
  if (NULL != link->wire)
    MQTT_wire_release (link->wire);
}


void
MQTT_link_review (struct MQTT_Link *link, bool added, bool ended)
{
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (link->destination);

  link->review_added |= added;
  link->review_ended |= ended;
  if ((!link->review_added && !link->review_ended)
      || MQTT_outbox_is_full (outbox))
    return;
  MQTT_asks_review (link->asks, link->review_added, link->review_ended, outbox);
  MQTT_destination_wake (link->destination);
  link->review_added = false;
  link->review_ended = false;
}


void
MQTT_link_room (struct MQTT_Link *link)
{
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (link->destination);

  link->room = MQTT_outbox_is_full (outbox);
  if (link->room)
    return;
  MQTT_asks_room (link->asks, outbox);
  MQTT_destination_wake (link->destination);
}


struct MQTT_Mailbox *
MQTT_link_mailbox (const struct MQTT_Link *link)
{
  /* When all links end, the mailboxes have ended. */
  return (NULL == link->links->mailboxes)
           ? NULL
           : MQTT_mailboxes_find (link->links->mailboxes, &link->peer);
}


/**
 * The queue has room for what had to wait.
 */
static void
go_on (void *cls)
{
  struct MQTT_Link *link = cls;
  struct MQTT_Mailbox *mailbox = MQTT_link_mailbox (link);

  MQTT_intake_continue (link->intake);
  MQTT_link_review (link, false, false);
  if (link->room)
    MQTT_link_room (link);
  MQTT_offers_continue (link->offers);
  if (NULL != mailbox)
    MQTT_mailbox_continue (mailbox);
}


struct MQTT_Link *
MQTT_link_create (struct MQTT_Links *links,
                  const struct GNUNET_PeerIdentity *peer)
{
  const struct MQTT_Options *options = links->config.options;
  struct MQTT_Link *link = GNUNET_new (struct MQTT_Link);
  struct MQTT_DestinationConfig config = {
    .queue = options->link_queue,
    .segment = options->link_segment,
    .depth = DEPTH,
    .stall_timeout = options->stall_timeout,
    .counters = links->config.counters,
    .queued = MQTT_COUNT_SENT,
    .stalled = MQTT_COUNT_DROPPED_SLOW_LINK,
    .lost = MQTT_COUNT_DROPPED_LOST_LINK,
    .room = &go_on,
    .cls = link,
  };

  link->links = links;
  link->peer = *peer;
  link->destination = MQTT_destination_create (&config);
  MQTT_source_init (&link->source, config.counters, &resume, link);
  link->offers = MQTT_offers_create (link,
                                     options->link_topics,
                                     config.counters);
  link->asks = MQTT_asks_create (&links->config, &link->peer);
  link->intake = MQTT_intake_create (link);
  link->backoff = BACKOFF_START;
  link->reached = GNUNET_TIME_absolute_get ();
  link->idle = GNUNET_TIME_UNIT_FOREVER_ABS;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multipeermap_put (
                   links->by_peer,
                   &link->peer,
                   link,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY));
  MQTT_count (config.counters, MQTT_COUNT_LINKS, 1);
  return link;
}


void
MQTT_link_destroy (struct MQTT_Link *link)
{
  struct MQTT_Links *links = link->links;

  if (NULL != link->wire)
  {
    MQTT_link_put_bye (MQTT_destination_outbox (link->destination));
    MQTT_destination_flush (link->destination);
    MQTT_destination_detach (link->destination);
    MQTT_wire_destroy (link->wire);
  }
  if (NULL != link->candidate)
    MQTT_wire_destroy (link->candidate);
  if (NULL != link->task)
    GNUNET_SCHEDULER_cancel (link->task);
  MQTT_source_done (&link->source);
  MQTT_destination_destroy (link->destination);
  MQTT_offers_destroy (link->offers);
  MQTT_asks_destroy (link->asks);
  MQTT_intake_destroy (link->intake);
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multipeermap_remove (links->by_peer,
                                                          &link->peer,
                                                          link));
  MQTT_count (links->config.counters, MQTT_COUNT_LINKS, -1);
  GNUNET_free (link);
}


static void
schedule (struct MQTT_Link *link,
          struct GNUNET_TIME_Relative delay,
          GNUNET_SCHEDULER_TaskCallback task)
{
  if (NULL != link->task)
    GNUNET_SCHEDULER_cancel (link->task);
  link->task = GNUNET_SCHEDULER_add_delayed (delay, task, link);
}


static void
attempt (void *cls);


static void
use_wire (struct MQTT_Link *link, struct MQTT_Wire *wire);


/**
 * @return how long to wait for the next attempt
 */
static struct GNUNET_TIME_Relative
next_pause (struct MQTT_Link *link)
{
  if (TUNNEL_ATTEMPTS > link->unanswered)
    return link->backoff;
  link->unanswered = 0;
  return GNUNET_TIME_relative_max (link->backoff, TUNNEL_PAUSE);
}


/**
 * There is no wire any more.  Forget what was said on it; go on with the channel
 * that the peer has opened beside it, or try again later.
 */
static void
forget_wire (struct MQTT_Link *link)
{
  struct MQTT_Links *links = link->links;
  struct MQTT_Wire *candidate = link->candidate;
  struct MQTT_Mailbox *mailbox = MQTT_link_mailbox (link);

  link->wire = NULL;
  link->candidate = NULL;
  if (link->up)
    link->reached = GNUNET_TIME_absolute_get ();
  link->up = false;
  MQTT_destination_detach (link->destination);
  MQTT_asks_destroy (link->asks);
  link->asks = MQTT_asks_create (&links->config, &link->peer);
  MQTT_intake_destroy (link->intake);
  link->intake = MQTT_intake_create (link);
  link->room = false;
  if (NULL != mailbox)
    MQTT_mailbox_down (mailbox);
  MQTT_offers_down (link->offers);
  schedule (link, next_pause (link), &attempt);
  link->backoff = GNUNET_TIME_relative_min (
    GNUNET_TIME_randomized_backoff (link->backoff,
                                    links->config.options->reconnect_maximum),
    links->config.options->reconnect_maximum);
  if (NULL != candidate)
    use_wire (link, candidate);
}


/**
 * Give up the wire in use.
 */
static void
close_wire (struct MQTT_Link *link)
{
  struct MQTT_Wire *wire = link->wire;

  forget_wire (link);
  MQTT_wire_destroy (wire);
}


/**
 * Send a sign of life if nothing else was sent, or waits to be.
 */
static void
keep_alive (struct MQTT_Link *link, struct GNUNET_TIME_Relative interval)
{
  struct GNUNET_TIME_Absolute last = MQTT_destination_last_sent (
    link->destination);
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (link->destination);

  if (GNUNET_TIME_absolute_is_future (GNUNET_TIME_absolute_add (last, interval))
      || (0 < MQTT_outbox_bytes (outbox)))
    return;
  MQTT_link_put_ping (outbox);
  MQTT_destination_wake (link->destination);
}


/**
 * Has nothing been offered on this link for long, in either direction?
 */
static bool
is_useless (struct MQTT_Link *link)
{
  if ((0 < MQTT_offers_count (link->offers))
      || !MQTT_asks_are_idle (link->asks))
  {
    link->idle = GNUNET_TIME_UNIT_FOREVER_ABS;
    return false;
  }
  if (GNUNET_TIME_absolute_is_never (link->idle))
    link->idle = GNUNET_TIME_relative_to_absolute (IDLE_TIME);
  return GNUNET_TIME_absolute_is_past (link->idle);
}


/**
 * Task: the pulse of a link that has a wire.
 */
static void
beat (void *cls)
{
  struct MQTT_Link *link = cls;
  struct GNUNET_TIME_Relative timeout = link->links->config.options
                                          ->peer_timeout;
  struct GNUNET_TIME_Absolute deadline = GNUNET_TIME_absolute_add (link->heard,
                                                                   timeout);

  link->task = NULL;
  if (is_useless (link))
  {
    MQTT_link_destroy (link);
    return;
  }
  if (!MQTT_wire_is_held (link->wire)
      && GNUNET_TIME_absolute_is_past (deadline))
  {
    MQTT_count (link->links->config.counters,
                link->up ? MQTT_COUNT_LINKS_TIMED_OUT
                         : MQTT_COUNT_LINKS_UNREACHED,
                1);
    if (!link->up)
      link->unanswered++;
    close_wire (link);
    return;
  }
  if ((NULL != link->candidate)
      && MQTT_wire_is_overdue (link->candidate, timeout))
  {
    MQTT_wire_destroy (link->candidate);
    link->candidate = NULL;
  }
  keep_alive (link, GNUNET_TIME_relative_divide (timeout, 3));
  schedule (link, GNUNET_TIME_relative_divide (timeout, 6), &beat);
}


/**
 * Use a wire from now on: say HELLO on it, and ask.
 */
static void
use_wire (struct MQTT_Link *link, struct MQTT_Wire *wire)
{
  struct MQTT_LinkHello hello = {
    .version = MQTT_LINK_VERSION,
    .run = link->links->run,
    .body_limit = (uint32_t)link->links->body_limit,
  };

  link->wire = wire;
  link->heard = GNUNET_TIME_absolute_get ();
  MQTT_link_put_hello (MQTT_destination_outbox (link->destination), &hello);
  MQTT_destination_attach (link->destination, MQTT_wire_mq (wire));
  MQTT_offers_up (link->offers);
  schedule (
    link,
    GNUNET_TIME_relative_divide (link->links->config.options->peer_timeout, 6),
    &beat);
}


/**
 * Is it time to give up a peer that is not there?
 */
static bool
is_hopeless (const struct MQTT_Link *link)
{
  struct GNUNET_TIME_Relative limit = link->links->config.options->topic_idle;

  if (!link->met)
    limit = GNUNET_TIME_relative_min (limit, UNMET_TIME);
  return GNUNET_TIME_absolute_is_past (
    GNUNET_TIME_absolute_add (link->reached, limit));
}


/**
 * Task: the next attempt to reach a peer, or the end of a link without a use.
 */
static void
attempt (void *cls)
{
  struct MQTT_Link *link = cls;
  struct MQTT_Links *links = link->links;
  struct MQTT_Mailbox *mailbox = MQTT_link_mailbox (link);
  struct MQTT_Wire *wire;

  link->task = NULL;
  if (is_hopeless (link))
    MQTT_offers_end (link->offers);
  /* For what waits for it the peer is tried on. */
  if (NULL != mailbox)
    MQTT_mailbox_continue (mailbox);
  if (0 == MQTT_offers_count (link->offers))
  {
    MQTT_link_destroy (link);
    return;
  }
  wire = MQTT_wire_open (link);
  if (NULL == wire)
  {
    schedule (link, link->backoff, &attempt);
    return;
  }
  MQTT_count (links->config.counters, MQTT_COUNT_LINKS_OPENED, 1);
  use_wire (link, wire);
}


void
MQTT_link_need (struct MQTT_Link *link)
{
  if ((NULL == link->wire) && (NULL == link->task))
    link->task = GNUNET_SCHEDULER_add_now (&attempt, link);
}


/**
 * When both peers open a channel at the same time, both keep that of the lower
 * identity.
 */
static bool
mine_is_preferred (const struct MQTT_Link *link)
{
  return (NULL != link->wire) && MQTT_wire_is_mine (link->wire)
         && (0 > GNUNET_memcmp (&link->links->config.myself, &link->peer));
}


void *
MQTT_link_accept (struct MQTT_Link *link, void *channel)
{
  struct MQTT_Wire *wire;

  if (!link->up && mine_is_preferred (link))
    return NULL;
  MQTT_count (link->links->config.counters, MQTT_COUNT_LINKS_ACCEPTED, 1);
  wire = MQTT_wire_accept (link, channel);
  if (link->up)
  {
    /* The peer may have lost the link without our knowing; he shows that he
       means it by saying HELLO. */
    if (NULL != link->candidate)
      MQTT_wire_destroy (link->candidate);
    link->candidate = wire;
    return wire;
  }
  if (NULL != link->wire)
    close_wire (link);
  use_wire (link, wire);
  return wire;
}


bool
MQTT_link_adopt (struct MQTT_Link *link, uint64_t peer_run)
{
  struct MQTT_Wire *wire = link->candidate;

  /* Both may have opened a channel at the same time, and this one be on its way
     out; what was sent on the one in use would be lost with it. */
  if ((peer_run == link->peer_run) && mine_is_preferred (link))
    return false;
  link->candidate = NULL;
  MQTT_count (link->links->config.counters, MQTT_COUNT_LINKS_LOST, 1);
  close_wire (link);
  use_wire (link, wire);
  return true;
}


void
MQTT_link_lost (struct MQTT_Link *link)
{
  if (link->up)
    MQTT_count (link->links->config.counters, MQTT_COUNT_LINKS_LOST, 1);
  forget_wire (link);
}


void
MQTT_link_leave (struct MQTT_Link *link, bool guilty)
{
  if (guilty)
  {
    link->backoff = link->links->config.options->reconnect_maximum;
    if (NULL != link->candidate)
      MQTT_wire_destroy (link->candidate);
    link->candidate = NULL;
  }
  close_wire (link);
}


void
MQTT_link_reached (struct MQTT_Link *link,
                   uint64_t peer_run,
                   size_t peer_body_limit)
{
  link->up = true;
  link->met = true;
  link->unanswered = 0;
  link->peer_run = peer_run;
  link->peer_body_limit = peer_body_limit;
  link->backoff = BACKOFF_START;
  link->reached = GNUNET_TIME_absolute_get ();
}
