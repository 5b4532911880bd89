/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/link.c
 * @brief One link: what it is made of, and what goes on when its queue has room.
 *        How its peer is reached is in link_reach.c, what the frames on it do in
 *        wire.c.
 */
#include "link.h"
#include "wire.h"

/** Segments under way in a channel's queue: one leaves while the next is filled. */
#define DEPTH 2


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
    .waiting = MQTT_COUNT_WAITING_LINK,
    .written = MQTT_COUNT_WRITTEN_LINK,
    .expired = MQTT_COUNT_EXPIRED_LINK,
    .lost = MQTT_COUNT_DROPPED_LOST_LINK,
    .room = &go_on,
    .cls = link,
  };

  link->links = links;
  link->peer = *peer;
  link->destination = MQTT_destination_create (&config);
  MQTT_source_init (&link->source, config.counters, &resume, link);
  /* A link that was lost is kept for so long, and its allowance with it. */
  link->allowance = MQTT_allowance_create (options,
                                           MQTT_LINK_BACKOFF.rel_value_us,
                                           config.counters,
                                           &link->source);
  link->offers = MQTT_offers_create (link,
                                     options->link_topics,
                                     config.counters);
  link->asks = MQTT_asks_create (&links->config, &link->peer);
  link->intake = MQTT_intake_create (link);
  link->backoff = MQTT_LINK_BACKOFF;
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
  MQTT_allowance_destroy (link->allowance);
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
