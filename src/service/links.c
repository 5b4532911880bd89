/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/links.c
 * @brief The links to other peers: at most one each.
 */
#include "links.h"
#include "../core/properties.h"
#include "blacklists.h"
#include "rest.h"
#include "wire.h"

/** Fields of a frame beside what varies, at most. */
#define FRAME_OVERHEAD 64

/** Least time between two reviews of what the peers were told. */
#define REVIEW_PAUSE \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 5)

/** Those who are refused, and to whom there are links. */
struct Refused
{
  struct GNUNET_PeerIdentity *peers;
  unsigned int count;
};


struct MQTT_Links *
MQTT_links_create (const struct MQTT_LinksConfig *config)
{
  struct MQTT_Links *links = GNUNET_new (struct MQTT_Links);
  size_t publish = config->options->maximum_payload + MQTT_PROPERTIES_MAX
                   + MQTT_LINK_GROUPS_MAX * sizeof (struct MQTT_LinkGroup)
                   + FRAME_OVERHEAD;
  size_t topic = MQTT_LINK_LEVELS_MAX * sizeof (uint64_t) + FRAME_OVERHEAD;

  links->config = *config;
  links->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  links->budget.limit = config->options->assembly;
  links->body_limit = GNUNET_MAX (publish, topic);
  links->run = GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                                         UINT64_MAX);
  links->mailboxes = MQTT_mailboxes_create (links, &links->config, links->run);
  links->inboxes = MQTT_inboxes_create (config->options, config->store);
  links->executor = MQTT_executor_create (&links->config);
  return links;
}


/**
 * @return NULL if there is none
 */
static struct MQTT_Link *
find (const struct MQTT_Links *links, const struct GNUNET_PeerIdentity *peer)
{
  return GNUNET_CONTAINER_multipeermap_get (links->by_peer, peer);
}


/**
 * A peer has opened a channel: see struct MQTT_TransportEvents.
 */
static void *
handle_incoming (void *cls,
                 void *channel,
                 const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Links *links = cls;
  struct MQTT_Link *link = MQTT_links_get (links, peer);

  return (NULL == link) ? NULL : MQTT_link_accept (link, channel);
}


struct MQTT_TransportEvents
MQTT_links_events (struct MQTT_Links *links)
{
  return (struct MQTT_TransportEvents){
    .incoming = &handle_incoming,
    .segment = &MQTT_wire_segment,
    .closed = &MQTT_wire_closed,
    .cls = links,
  };
}


bool
MQTT_links_start (struct MQTT_Links *links, const struct MQTT_TransportOps *ops)
{
  links->transport = ops;
  return MQTT_inboxes_load (links->inboxes)
         && MQTT_mailboxes_start (links->mailboxes);
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
destroy_link (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  (void)cls;
  (void)peer;
  MQTT_link_destroy (value);
  return GNUNET_OK;
}


void
MQTT_links_destroy (struct MQTT_Links *links)
{
  if (NULL != links->review_task)
    GNUNET_SCHEDULER_cancel (links->review_task);
  MQTT_mailboxes_destroy (links->mailboxes);
  links->mailboxes = NULL;
  GNUNET_CONTAINER_multipeermap_iterate (links->by_peer, &destroy_link, NULL);
  GNUNET_CONTAINER_multipeermap_destroy (links->by_peer);
  MQTT_inboxes_destroy (links->inboxes);
  MQTT_executor_destroy (links->executor);
  GNUNET_free (links);
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator: find the link that waits for longest for a
 * peer that was never there.
 */
static enum GNUNET_GenericReturnValue
find_unmet (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct MQTT_Link **oldest = cls;
  struct MQTT_Link *link = value;

  (void)peer;
  if (!link->met
      && ((NULL == *oldest)
          || GNUNET_TIME_absolute_cmp (link->reached, <, (*oldest)->reached)))
    *oldest = link;
  return GNUNET_OK;
}


/**
 * End a link with what is offered on it, which may make links to others: not in its own
 * place, and it must be looked up whether these are there.
 */
static void
end_link (struct MQTT_Link *link)
{
  link->met = true;
  MQTT_offers_end (link->offers);
  MQTT_destination_clear (link->destination);
  MQTT_link_destroy (link);
}


/**
 * Make room for one more link: anybody can have the DHT name peers that do not
 * exist, and they must not keep out those that do.
 *
 * @return false if all peers were there
 */
static bool
make_room (struct MQTT_Links *links)
{
  struct MQTT_Link *oldest = NULL;

  GNUNET_CONTAINER_multipeermap_iterate (links->by_peer, &find_unmet, &oldest);
  if (NULL == oldest)
    return false;
  MQTT_count (links->config.counters, MQTT_COUNT_LINKS_GIVEN_UP, 1);
  end_link (oldest);
  return true;
}


/**
 * Count that a peer is refused: since it is on a list, or since everybody is.
 */
static void
count_refused (const struct MQTT_Links *links,
               const struct GNUNET_PeerIdentity *peer)
{
  bool named = MQTT_blacklists_name_peer (links->config.blacklists, peer);

  MQTT_count (links->config.counters,
              named ? MQTT_COUNT_LINKS_BLACKLISTED : MQTT_COUNT_LINKS_PUT_OFF,
              1);
}


struct MQTT_Link *
MQTT_links_get (struct MQTT_Links *links,
                const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Link *link = find (links, peer);

  if (NULL != link)
    return link;
  if (MQTT_blacklists_refuse (links->config.blacklists, peer))
  {
    count_refused (links, peer);
    return NULL;
  }
  if ((GNUNET_CONTAINER_multipeermap_size (links->by_peer)
       >= links->config.options->links)
      && !make_room (links))
  {
    MQTT_count (links->config.counters, MQTT_COUNT_LINKS_REFUSED, 1);
    return NULL;
  }
  link = find (links, peer);
  if (NULL != link)
    return link;
  link = MQTT_link_create (links, peer);
  MQTT_link_need (link);
  return link;
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator: gather those who are refused.
 */
static enum GNUNET_GenericReturnValue
find_refused (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct Refused *refused = cls;
  struct MQTT_Link *link = value;

  if (MQTT_blacklists_refuse (link->links->config.blacklists, peer))
    GNUNET_array_append (refused->peers, refused->count, *peer);
  return GNUNET_OK;
}


/**
 * Drop a link that is in use.
 */
static void
cut (struct MQTT_Link *link)
{
  struct MQTT_Mailbox *mailbox = MQTT_link_mailbox (link);

  MQTT_count (link->links->config.counters, MQTT_COUNT_LINKS_CUT, 1);
  if (NULL != mailbox)
    MQTT_mailbox_down (mailbox);
  end_link (link);
}


void
MQTT_links_enforce (struct MQTT_Links *links)
{
  struct Refused refused = { .count = 0 };

  /* Ends of links may make links to others, in place of some of these. */
  GNUNET_CONTAINER_multipeermap_iterate (links->by_peer,
                                         &find_refused,
                                         &refused);
  for (unsigned int i = 0; i < refused.count; i++)
  {
    struct MQTT_Link *link = find (links, &refused.peers[i]);

    if (NULL != link)
      cut (link);
  }
  GNUNET_array_grow (refused.peers, refused.count, 0);
  MQTT_executor_enforce (links->executor);
}


struct GNUNET_TIME_Relative
MQTT_links_silence (const struct MQTT_Links *links,
                    const struct GNUNET_PeerIdentity *peer)
{
  const struct MQTT_Link *link = find (links, peer);

  if (NULL == link)
    return GNUNET_TIME_UNIT_FOREVER_REL;
  return link->up ? GNUNET_TIME_UNIT_ZERO
                  : GNUNET_TIME_absolute_get_duration (link->reached);
}


bool
MQTT_links_is_up (const struct MQTT_Links *links,
                  const struct GNUNET_PeerIdentity *peer)
{
  const struct MQTT_Link *link = find (links, peer);

  return (NULL != link) && link->up;
}


bool
MQTT_links_call (struct MQTT_Links *links,
                 const struct GNUNET_PeerIdentity *peer,
                 const struct GNUNET_HashCode *end)
{
  const struct MQTT_LinkSeek seek = { .end = *end };
  struct MQTT_Link *link = MQTT_links_get (links, peer);

  if (NULL == link)
    return false;
  MQTT_offers_seek (link->offers, &seek);
  /* It may have been told that nothing is wanted of what it asked about before; the
     caller is still to note that it may know. */
  MQTT_links_review (links, true);
  return true;
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
review_link (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct MQTT_Links *links = cls;
  struct MQTT_Link *link = value;

  (void)peer;
  MQTT_link_review (link, links->review_added, links->review_ended);
  return GNUNET_OK;
}


/**
 * Task: answer the peers' questions anew.
 */
static void
review (void *cls)
{
  struct MQTT_Links *links = cls;
  struct GNUNET_TIME_Absolute begin = GNUNET_TIME_absolute_get ();

  links->review_task = NULL;
  GNUNET_CONTAINER_multipeermap_iterate (links->by_peer, &review_link, links);
  links->review_added = false;
  links->review_ended = false;
  links->review_due = MQTT_rest_end (begin, REVIEW_PAUSE);
}


void
MQTT_links_review (struct MQTT_Links *links, bool added)
{
  links->review_added |= added;
  links->review_ended |= !added;
  if (NULL == links->review_task)
    links->review_task = GNUNET_SCHEDULER_add_at (links->review_due,
                                                  &review,
                                                  links);
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
go_on (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  (void)cls;
  (void)peer;
  MQTT_link_room (value);
  return GNUNET_OK;
}


void
MQTT_links_room (struct MQTT_Links *links)
{
  GNUNET_CONTAINER_multipeermap_iterate (links->by_peer, &go_on, NULL);
}


struct MQTT_Mailboxes *
MQTT_links_mailboxes (struct MQTT_Links *links)
{
  return links->mailboxes;
}
