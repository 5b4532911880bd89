/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailboxes.c
 * @brief The mailboxes of all peers.
 */
#include "mailboxes.h"
#include "blacklists.h"

/** How often those are looked at that nothing happens to. */
#define ROUND GNUNET_TIME_UNIT_MINUTES

struct MQTT_Mailboxes
{
  struct MQTT_Links *links;
  const struct MQTT_LinksConfig *config;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  /** The last one given: of all peers, so that it never goes back. */
  struct MQTT_LinkSerial last;
  struct GNUNET_SCHEDULER_Task *round_task;
  MQTT_MailboxesHandOn hand_on;
  /** Closure for @e hand_on. */
  void *cls;
};

/** Mailboxes of peers on blacklists. */
struct Refused
{
  const struct MQTT_Blacklists *blacklists;
  struct MQTT_Mailbox **mailboxes;
  unsigned int count;
};


struct MQTT_Mailboxes *
MQTT_mailboxes_create (struct MQTT_Links *links,
                       const struct MQTT_LinksConfig *config,
                       uint64_t run)
{
  struct MQTT_Mailboxes *mailboxes = GNUNET_new (struct MQTT_Mailboxes);

  mailboxes->links = links;
  mailboxes->config = config;
  mailboxes->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_NO);
  mailboxes->last.run = run;
  return mailboxes;
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
destroy_mailbox (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  (void)cls;
  (void)peer;
  MQTT_mailbox_destroy (value);
  return GNUNET_OK;
}


void
MQTT_mailboxes_destroy (struct MQTT_Mailboxes *mailboxes)
{
  if (NULL != mailboxes->round_task)
    GNUNET_SCHEDULER_cancel (mailboxes->round_task);
  GNUNET_CONTAINER_multipeermap_iterate (mailboxes->by_peer,
                                         &destroy_mailbox,
                                         NULL);
  GNUNET_CONTAINER_multipeermap_destroy (mailboxes->by_peer);
  GNUNET_free (mailboxes);
}


struct MQTT_Mailbox *
MQTT_mailboxes_find (const struct MQTT_Mailboxes *mailboxes,
                     const struct GNUNET_PeerIdentity *peer)
{
  return GNUNET_CONTAINER_multipeermap_get (mailboxes->by_peer, peer);
}


void
MQTT_mailboxes_groups (struct MQTT_Mailboxes *mailboxes,
                       MQTT_MailboxesHandOn hand_on,
                       void *cls)
{
  mailboxes->hand_on = hand_on;
  mailboxes->cls = cls;
}


enum MQTT_HandedOn
MQTT_mailboxes_hand_on (const struct MQTT_Mailboxes *mailboxes,
                        struct MQTT_Topic *topic,
                        uint64_t message,
                        const struct MQTT_LinkGroup *group,
                        const struct GNUNET_PeerIdentity *from,
                        bool must)
{
  if (NULL == mailboxes->hand_on)
    return MQTT_HAND_ON_LATER;
  return mailboxes->hand_on (mailboxes->cls, topic, message, group, from, must);
}


static struct MQTT_Mailbox *
get (struct MQTT_Mailboxes *mailboxes, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Mailbox *mailbox = MQTT_mailboxes_find (mailboxes, peer);

  if (NULL != mailbox)
    return mailbox;
  mailbox = MQTT_mailbox_create (mailboxes->links, mailboxes->config, peer);
  (void)GNUNET_CONTAINER_multipeermap_put (
    mailboxes->by_peer,
    peer,
    mailbox,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return mailbox;
}


/**
 * #MQTT_StoreOutgoingCallback
 */
static void
restore (void *cls, const struct MQTT_StoreOutgoing *outgoing)
{
  struct MQTT_Mailboxes *mailboxes = cls;
  struct MQTT_Mailbox *mailbox = get (mailboxes, &outgoing->peer);
  struct MQTT_Topic *topic = MQTT_topics_get (mailboxes->config->topics,
                                              outgoing->topic.data,
                                              outgoing->topic.size);

  mailboxes->last.sequence = GNUNET_MAX (mailboxes->last.sequence,
                                         outgoing->sequence);
  if (NULL == topic)
  {
    /* The next run may have memory for it. */
    MQTT_mailbox_leave (mailbox);
    return;
  }
  MQTT_mailbox_restore (mailbox, outgoing, topic);
  MQTT_topic_unref (topic);
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator: remove what has expired and, if nothing is
 * left, the mailbox; see that there is a link if something is.
 */
static enum GNUNET_GenericReturnValue
look_after (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct MQTT_Mailboxes *mailboxes = cls;
  struct MQTT_Mailbox *mailbox = value;

  MQTT_mailbox_sweep (mailbox);
  if (!MQTT_mailbox_is_empty (mailbox))
  {
    MQTT_mailbox_continue (mailbox);
    return GNUNET_OK;
  }
  (void)GNUNET_CONTAINER_multipeermap_remove (mailboxes->by_peer,
                                              peer,
                                              mailbox);
  MQTT_mailbox_destroy (mailbox);
  return GNUNET_OK;
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator: gather those of peers on blacklists.
 */
static enum GNUNET_GenericReturnValue
find_refused (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct Refused *refused = cls;
  struct MQTT_Mailbox *mailbox = value;

  if (MQTT_blacklists_name_peer (refused->blacklists, peer))
    GNUNET_array_append (refused->mailboxes, refused->count, mailbox);
  return GNUNET_OK;
}


/**
 * Task: look after all of them.
 */
static void
make_round (void *cls)
{
  struct MQTT_Mailboxes *mailboxes = cls;

  mailboxes->round_task = GNUNET_SCHEDULER_add_delayed (ROUND,
                                                        &make_round,
                                                        mailboxes);
  GNUNET_CONTAINER_multipeermap_iterate (mailboxes->by_peer,
                                         &look_after,
                                         mailboxes);
}


void
MQTT_mailboxes_enforce (struct MQTT_Mailboxes *mailboxes)
{
  struct Refused refused = { .blacklists = mailboxes->config->blacklists };

  /* What is for groups is put into others'. */
  GNUNET_CONTAINER_multipeermap_iterate (mailboxes->by_peer,
                                         &find_refused,
                                         &refused);
  for (unsigned int i = 0; i < refused.count; i++)
    MQTT_mailbox_give_up (refused.mailboxes[i]);
  GNUNET_array_grow (refused.mailboxes, refused.count, 0);
  /* There may be links to those who were refused. */
  GNUNET_SCHEDULER_cancel (mailboxes->round_task);
  mailboxes->round_task = GNUNET_SCHEDULER_add_now (&make_round, mailboxes);
}


bool
MQTT_mailboxes_start (struct MQTT_Mailboxes *mailboxes)
{
  if (!MQTT_store_outboxes_load (mailboxes->config->store, &restore, mailboxes))
  {
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR, "Outboxes cannot be read\n");
    return false;
  }
  make_round (mailboxes);
  return true;
}


bool
MQTT_mailboxes_put (struct MQTT_Mailboxes *mailboxes,
                    const struct GNUNET_PeerIdentity *peer,
                    struct MQTT_Topic *topic,
                    struct MQTT_Message *message,
                    uint8_t qos,
                    const struct MQTT_Audience *audience)
{
  mailboxes->last.sequence++;
  return MQTT_mailbox_put (get (mailboxes, peer),
                           &mailboxes->last,
                           topic,
                           message,
                           qos,
                           audience);
}


void
MQTT_mailboxes_slow (const struct MQTT_Mailboxes *mailboxes,
                     const struct GNUNET_PeerIdentity *peer,
                     const struct MQTT_Topic *topic,
                     struct MQTT_Source *source)
{
  struct MQTT_Mailbox *mailbox = MQTT_mailboxes_find (mailboxes, peer);

  if (NULL != mailbox)
    MQTT_mailbox_slow (mailbox, topic, source);
}


bool
MQTT_mailboxes_have_room (const struct MQTT_Mailboxes *mailboxes,
                          const struct GNUNET_PeerIdentity *peer,
                          const struct MQTT_Topic *topic,
                          const struct MQTT_Message *message)
{
  const struct MQTT_Mailbox *mailbox = MQTT_mailboxes_find (mailboxes, peer);

  return (NULL == mailbox)
         || MQTT_mailbox_has_room (mailbox,
                                   topic,
                                   MQTT_message_memory (message));
}
