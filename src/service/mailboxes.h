/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailboxes.h
 * @brief The mailboxes of all peers for which there is something at QoS 1 or 2,
 *        whether there is a link to them or not.
 */
#ifndef MQTT_SERVICE_MAILBOXES_H
#define MQTT_SERVICE_MAILBOXES_H

#include "mailbox.h"

struct MQTT_Mailboxes;

/** What came of giving a message to another member of its group. */
enum MQTT_HandedOn
{
  MQTT_HANDED_ON,
  /** It may be possible later. */
  MQTT_HAND_ON_LATER,
  /** There is no other member. */
  MQTT_HAND_ON_TO_NOBODY
};

/**
 * A message is to be given to another member of its group, in the present group of the
 * store.
 *
 * @param cls closure
 * @param topic its topic
 * @param message its name on disk
 * @param group the group
 * @param from the peer that had it to be sent
 * @param must the peer has no members any more; otherwise it is away, and may come
 */
typedef enum MQTT_HandedOn (*MQTT_MailboxesHandOn) (
  void *cls,
  struct MQTT_Topic *topic,
  uint64_t message,
  const struct MQTT_LinkGroup *group,
  const struct GNUNET_PeerIdentity *from,
  bool must);


/**
 * @param links way to the peers
 * @param config of the links; must outlive the mailboxes
 * @param run of this service, said with what is put into them from now on
 */
struct MQTT_Mailboxes *
MQTT_mailboxes_create (struct MQTT_Links *links,
                       const struct MQTT_LinksConfig *config,
                       uint64_t run);


/**
 * Others are refused than before, and their links are gone: give up what is there for
 * those on blacklists, and see to links to those who are not refused any more.  To be
 * called once the mailboxes have started.
 */
void
MQTT_mailboxes_enforce (struct MQTT_Mailboxes *mailboxes);


/**
 * What is in them stays on disk.  Ends their offers.
 */
void
MQTT_mailboxes_destroy (struct MQTT_Mailboxes *mailboxes);


/**
 * Read from disk what is left of former runs, and begin to send it.
 *
 * @return false if it cannot be read: nothing may be put in then, which might get the
 *         sequence of what is there
 */
bool
MQTT_mailboxes_start (struct MQTT_Mailboxes *mailboxes);


/**
 * Who finds other members of groups.
 *
 * @param mailboxes all mailboxes
 * @param hand_on called for messages of groups; NULL for none, who wait
 * @param cls closure for @a hand_on
 */
void
MQTT_mailboxes_groups (struct MQTT_Mailboxes *mailboxes,
                       MQTT_MailboxesHandOn hand_on,
                       void *cls);


/**
 * Give a message to another member of its group: see #MQTT_MailboxesHandOn.
 */
enum MQTT_HandedOn
MQTT_mailboxes_hand_on (const struct MQTT_Mailboxes *mailboxes,
                        struct MQTT_Topic *topic,
                        uint64_t message,
                        const struct MQTT_LinkGroup *group,
                        const struct GNUNET_PeerIdentity *from,
                        bool must);


/**
 * @return NULL if there is none, which is an empty one
 */
struct MQTT_Mailbox *
MQTT_mailboxes_find (const struct MQTT_Mailboxes *mailboxes,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * Put a message that the store has into a peer's mailbox, in the present group of
 * the store: see MQTT_mailbox_put().
 *
 * @param mailboxes all mailboxes
 * @param peer for whom it is
 * @param topic its topic
 * @param message the message
 * @param qos at which it is to be sent, 1 or 2
 * @param audience for whom: @e plain and @e groups
 * @return false if the store does not take it
 */
bool
MQTT_mailboxes_put (struct MQTT_Mailboxes *mailboxes,
                    const struct GNUNET_PeerIdentity *peer,
                    struct MQTT_Topic *topic,
                    struct MQTT_Message *message,
                    uint8_t qos,
                    const struct MQTT_Audience *audience);


/**
 * Have who has put something into a peer's mailbox wait, if that is filling: see
 * MQTT_mailbox_slow().
 */
void
MQTT_mailboxes_slow (const struct MQTT_Mailboxes *mailboxes,
                     const struct GNUNET_PeerIdentity *peer,
                     const struct MQTT_Topic *topic,
                     struct MQTT_Source *source);


/**
 * May a message be put into a peer's mailbox?
 */
bool
MQTT_mailboxes_have_room (const struct MQTT_Mailboxes *mailboxes,
                          const struct GNUNET_PeerIdentity *peer,
                          const struct MQTT_Topic *topic,
                          const struct MQTT_Message *message);

#endif
