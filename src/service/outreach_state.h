/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_state.h
 * @brief What the files outreach*.c know of a topic published here.  Only for these.
 */
#ifndef MQTT_SERVICE_OUTREACH_STATE_H
#define MQTT_SERVICE_OUTREACH_STATE_H

#include "../core/discovery_code.h"
#include "../core/turns.h"
#include "backlog.h"
#include "mailboxes.h"
#include "offers.h"
#include "outreach.h"
#include "reserve.h"

/** The way to one peer. */
struct MQTT_Leg
{
  struct MQTT_Leg *prev;
  struct MQTT_Leg *next;
  struct MQTT_Outreach *outreach;
  struct GNUNET_PeerIdentity peer;
  /** NULL while the peer is given up, and remembered all the same. */
  struct MQTT_Offer *offer;
  /** Number of the first publication at QoS 0 that was not sent on it. */
  uint64_t unsent;
  /** The same at QoS 1 and 2. */
  uint64_t unput;
  /** For what it was given of the reserve to be on disk, or NULL; and what @e unput
      was before that. */
  struct MQTT_StoreWait *wait;
  uint64_t before;
  /** Groups that have members there; and those that it was chosen for, to get the
      present message. */
  struct MQTT_Groups *groups;
  struct MQTT_Groups *chosen;
  /** Waits for room in the link's queue while it is behind with what is kept. */
  struct MQTT_Source source;
  /** At which QoS it is entitled to what is published, there or not; 0: not. */
  uint8_t qos;
  /** It wants the topic for a durable session. */
  bool durable;
  /** It wants it for subscribers that are in no group. */
  bool plain;
  /** No search for this topic has found the peer, and it never wanted the topic:
      see guess(). */
  bool guessed;
  /** It has wanted the topic at some time. */
  bool met;
  /** It has got the present message. */
  bool got;
};

/** A topic that is published here. */
struct MQTT_Outreach
{
  /** In the order of the last publication, the latest last. */
  struct MQTT_Outreach *prev;
  struct MQTT_Outreach *next;
  struct MQTT_Outreaches *all;
  struct MQTT_Topic *topic;
  struct MQTT_SearchUser *searches[MQTT_CODE_SEARCHES];
  unsigned int search_count;
  struct MQTT_Leg *legs_head;
  struct MQTT_Leg *legs_tail;
  struct MQTT_Backlog backlog;
  struct MQTT_Reserve reserve;
  /** Groups that have members here or elsewhere, and those that have some here. */
  struct MQTT_Groups *groups;
  struct MQTT_Groups *here;
  /** Those of which peers were chosen to get the present message. */
  struct MQTT_Groups *elsewhere;
  /** Of what subscriptions @e here speaks; and whether peers have named others. */
  uint64_t generation;
  bool regroup;
  /** Ends the discovery window; NULL when none is open. */
  struct GNUNET_SCHEDULER_Task *window_task;
  /** The window is open until then; moved on when it is opened once more. */
  struct GNUNET_TIME_Absolute window_least;
  /** The window does not wait for searches any more. */
  struct GNUNET_TIME_Absolute window_limit;
  /** How often peers were asked that no search for this topic has found. */
  unsigned int guesses;
  /** Publications so far. */
  uint64_t count;
  uint64_t touched_us;
  uint64_t published_us;
  /** The first discovery window has ended. */
  bool searched;
  /** Peers are being asked that no search for this topic has found. */
  bool guessing;
};

struct MQTT_Outreaches
{
  struct MQTT_OutreachConfig config;
  struct MQTT_BacklogPool pool;
  struct MQTT_ReservePool reserves;
  struct MQTT_Turns turns;
  /** Legs of those who may be chosen, during a choice. */
  struct MQTT_Leg **candidates;
  unsigned int candidates_allocated;
  struct MQTT_Outreach *head;
  struct MQTT_Outreach *tail;
  unsigned int count;
  /** Bytes of their topics. */
  size_t memory;
  struct GNUNET_SCHEDULER_Task *idle_task;
  struct GNUNET_SCHEDULER_Task *sweep_task;
};


/**
 * End a leg and its offer, if it has one.
 */
void
MQTT_leg_end (struct MQTT_Leg *leg);


/**
 * For whom a peer wants the topic.
 */
void
MQTT_leg_want (struct MQTT_Leg *leg, bool plain, struct MQTT_Groups *groups);


/**
 * Give the peer a message: into its mailbox, or at QoS 0 onto the link.
 *
 * @param leg the way to the peer
 * @param message the message
 * @param audience for whom: @e plain and @e groups
 * @param source who waits if queues are full; may be NULL
 * @return as MQTT_leg_publish()
 */
bool
MQTT_leg_give (struct MQTT_Leg *leg,
               struct MQTT_Message *message,
               const struct MQTT_Audience *audience,
               struct MQTT_Source *source);


/**
 * Send a message, or put it into the peer's mailbox, if it is for subscribers in no
 * group, or the peer was chosen.  If the peer only keeps it, it is sent as well.
 *
 * @return false if the peer is not entitled to it now, or the store does not take
 *         it for the peer
 */
bool
MQTT_leg_publish (struct MQTT_Leg *leg,
                  struct MQTT_Message *message,
                  struct MQTT_Source *source);


/**
 * Does the peer want the topic, and is there a link to it?
 */
bool
MQTT_leg_is_wanted (const struct MQTT_Leg *leg);


/**
 * Does it not want the topic, or only for groups, but keep what is to be retained?
 */
bool
MQTT_leg_is_kept (const struct MQTT_Leg *leg);


/**
 * Give the peer what was kept until it was found, as far as it is due to it.
 *
 * @param leg the way to it
 * @param age_us for how long it has wanted the topic
 */
void
MQTT_leg_give_kept (struct MQTT_Leg *leg, uint64_t age_us);


/**
 * Send the peer what is retained, unless it has that or is to get it otherwise; as
 * soon as there is room on the link.
 */
void
MQTT_leg_give_retained (struct MQTT_Leg *leg);


/**
 * The link's queue has room: #MQTT_SourceResume.
 *
 * @param cls the leg
 */
void
MQTT_leg_resume (void *cls);


/**
 * Does a peer still wait for room on its link to get what was kept for it?
 */
bool
MQTT_outreach_is_behind (const struct MQTT_Outreach *outreach);


/**
 * Try once more to give peers what the store did not take for them.
 */
void
MQTT_outreach_catch_up (struct MQTT_Outreach *outreach);


/**
 * Keep a message at QoS 1 or 2 that is being published, for subscribers that are
 * still to be found, if there may be some, or nobody has got it.
 *
 * @param outreach its topic's
 * @param message the message, of which is known for which legs it was chosen, and
 *        which have got it
 * @param what @e number, @e given and @e served
 * @param here groups of which members here have got it
 */
void
MQTT_outreach_reserve (struct MQTT_Outreach *outreach,
                       const struct MQTT_Message *message,
                       const struct MQTT_Reserved *what,
                       struct MQTT_Groups *here);


/**
 * Look for subscribers of what was kept in former runs, who have not got it.
 */
void
MQTT_outreaches_restore (struct MQTT_Outreaches *all);


/**
 * Make legs to the peers that are remembered to want the topic.
 */
void
MQTT_outreach_recall (struct MQTT_Outreach *outreach);


/**
 * Are there room in the mailboxes of all peers entitled to a message and, if there
 * are none, room to keep it until some are found?
 */
bool
MQTT_outreach_has_room (const struct MQTT_Outreach *outreach,
                        const struct MQTT_Message *message);


/**
 * The topic is in use: so are the interests in it that peers confirm; others come
 * to their end.
 */
void
MQTT_outreach_confirm (struct MQTT_Outreach *outreach);


/**
 * A peer was found that may want the topic: #MQTT_RendezvousFound.
 *
 * @param cls the outreach
 */
void
MQTT_outreach_found (void *cls, const struct GNUNET_PeerIdentity *peer);


/**
 * Send a peer what the topic has retained, if it does not have that.
 */
void
MQTT_outreach_keep (struct MQTT_Outreach *outreach,
                    const struct GNUNET_PeerIdentity *peer);


/**
 * Unless a discovery window is open: those who were only guessed to want the topic,
 * and never did, are not asked about it any more, since topics have numbers on a link,
 * and those are not many.
 */
void
MQTT_outreach_drop_guesses (struct MQTT_Outreach *outreach);


/**
 * Open the first discovery window.
 */
void
MQTT_outreach_window_open (struct MQTT_Outreach *outreach);


/**
 * Open the discovery window once more, for as long as it takes without waiting
 * for searches.
 */
void
MQTT_outreach_window_reopen (struct MQTT_Outreach *outreach);


/**
 * The outreach of a topic; begun if there is none.
 */
struct MQTT_Outreach *
MQTT_outreach_get (struct MQTT_Outreaches *all, struct MQTT_Topic *topic);


/**
 * Choose for each group who gets a message, in place of whom was chosen before.  At
 * QoS 1 and 2 it is kept for who is away.
 *
 * @param outreach the topic's
 * @param message the message
 * @return false if it should be refused, since all of a group who would keep it have
 *         no room
 */
bool
MQTT_outreach_groups_choose (struct MQTT_Outreach *outreach,
                             const struct MQTT_Message *message);


/**
 * For whom a message is of those who subscribe here, once it was chosen.
 *
 * @return valid until the next choice
 */
struct MQTT_Audience
MQTT_outreach_groups_here (const struct MQTT_Outreach *outreach);


/**
 * Nobody is chosen any more.
 */
void
MQTT_outreach_groups_clear (struct MQTT_Outreach *outreach);


/**
 * Free what is known of groups.
 */
void
MQTT_outreach_groups_done (struct MQTT_Outreach *outreach);


/**
 * Give a message to another member of its group: #MQTT_MailboxesHandOn.
 *
 * @param cls all outreaches
 */
enum MQTT_HandedOn
MQTT_outreach_hand_on (void *cls,
                       struct MQTT_Topic *topic,
                       uint64_t message,
                       const struct MQTT_LinkGroup *group,
                       const struct GNUNET_PeerIdentity *from,
                       bool must);

#endif
