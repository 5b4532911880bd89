/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox_state.h
 * @brief What the files mailbox*.c know of a mailbox.  Only for these.
 */
#ifndef MQTT_SERVICE_MAILBOX_STATE_H
#define MQTT_SERVICE_MAILBOX_STATE_H

#include "mailboxes.h"
#include "offers.h"
#include "promise.h"

/** A topic of which there are letters. */
struct MQTT_Lane
{
  struct MQTT_Mailbox *mailbox;
  struct MQTT_Topic *topic;
  /** NULL while none of them has come near, or it cannot be offered. */
  struct MQTT_Offer *offer;
  /** In the order of sequence. */
  struct MQTT_Letter *head;
  struct MQTT_Letter *tail;
  size_t bytes;
  unsigned int letters;
  /** Of these, those that are being given to other members of their groups. */
  unsigned int handing;
  /** When it was passed last, or one of them was acknowledged, microseconds. */
  uint64_t since_us;
  /** The cursor has passed some that the peer takes later, or that wait for a
      group. */
  bool passed;
  /** It has been so for long. */
  bool hopeless;
  /** Some wait until it is known who else is in their group. */
  bool parked;
};

/** Other members of some of a letter's groups have been given it. */
struct MQTT_HandingOn
{
  struct MQTT_Letter *letter;
  /** For that to be on disk. */
  struct MQTT_StoreWait *wait;
  struct MQTT_Groups *groups;
  /** How the letter ends then, if it is for nobody else. */
  enum MQTT_Counter end;
};

struct MQTT_Letter
{
  /** All, in the order of sequence. */
  struct MQTT_Letter *prev;
  struct MQTT_Letter *next;
  /** Those under way, as they were sent. */
  struct MQTT_Letter *prev_sent;
  struct MQTT_Letter *next_sent;
  /** Those of its lane. */
  struct MQTT_Letter *prev_lane;
  struct MQTT_Letter *next_lane;
  struct MQTT_Lane *lane;
  /** For the disk; NULL once it is there. */
  struct MQTT_StoreWait *wait;
  struct MQTT_LinkSerial serial;
  /** Its name on disk. */
  uint64_t message;
  /** Of the calendar. */
  uint64_t expires_us;
  /** The groups that it is for. */
  struct MQTT_Groups *groups;
  /** NULL unless it is being given to others. */
  struct MQTT_HandingOn *handing;
  /** Bytes, as it counts. */
  uint32_t size;
  uint8_t qos;
  /** It is for nobody else. */
  bool only;
  /** It is under way. */
  bool sent;
  /** It was, at some time. */
  bool tried;
};

struct MQTT_Mailbox
{
  struct MQTT_Links *links;
  const struct MQTT_LinksConfig *config;
  struct GNUNET_PeerIdentity peer;
  /** By their topics, which are compared as pointers. */
  struct GNUNET_CONTAINER_MultiHashMap32 *lanes;
  struct MQTT_Letter *head;
  struct MQTT_Letter *tail;
  struct MQTT_Letter *sent_head;
  struct MQTT_Letter *sent_tail;
  /** Those before it are under way or passed. */
  struct MQTT_Letter *cursor;
  /** Puts the cursor to the head: some that were passed are wanted now. */
  struct GNUNET_SCHEDULER_Task *rewind_task;
  unsigned int letters;
  /** Those that are for groups. */
  unsigned int grouped;
  /** Looks for other members of these; NULL while it need not. */
  struct GNUNET_SCHEDULER_Task *group_task;
  unsigned int under_way;
  size_t bytes;
  size_t under_way_bytes;
  /** Those of lanes without hope. */
  unsigned int hopeless;
  size_t hopeless_bytes;
  /** Where publishers wait. */
  struct MQTT_Gate gate;
  /** Opens the gate. */
  struct GNUNET_SCHEDULER_Task *open_task;
  /** Looks for progress while somebody waits. */
  struct GNUNET_SCHEDULER_Task *stall_task;
  /** When a letter went last, or somebody began to wait, microseconds. */
  uint64_t progress_us;
  /** It was full without progress: nobody waits. */
  bool stalled;
  /** There is more on disk, that this run has no memory for. */
  bool more;
};


/**
 * Has its time passed?
 */
bool
MQTT_letter_is_expired (const struct MQTT_Letter *letter);


/* mailbox_lane.c */

/**
 * @return NULL if there is nothing of the topic
 */
struct MQTT_Lane *
MQTT_lane_find (const struct MQTT_Mailbox *mailbox,
                const struct MQTT_Topic *topic);


/**
 * Note whether the cursor has passed what the peer takes later.
 */
void
MQTT_lane_set_passed (struct MQTT_Lane *lane, bool passed);


/**
 * Note whether what was passed is without hope.
 */
void
MQTT_lane_set_hopeless (struct MQTT_Lane *lane, bool hopeless);


/**
 * Append a letter, and its lane if that is new.
 */
struct MQTT_Letter *
MQTT_letter_append (struct MQTT_Mailbox *mailbox,
                    const struct MQTT_StoreOutgoing *outgoing,
                    struct MQTT_Topic *topic);


/**
 * A letter is under way.
 */
void
MQTT_letter_send (struct MQTT_Letter *letter);


/**
 * A letter is not under way any more.
 */
void
MQTT_letter_unsend (struct MQTT_Letter *letter);


/**
 * Free a letter, and its lane if it was the last of it.
 */
void
MQTT_letter_free (struct MQTT_Letter *letter);


/* mailbox.c */

/**
 * A letter is not to be sent any more.
 *
 * @param letter the letter, freed
 * @param end counted if it had been promised
 */
void
MQTT_letter_give_up (struct MQTT_Letter *letter, enum MQTT_Counter end);


/**
 * The peer does not want a topic: give up what of it is not under way; what is for
 * groups is given to other members, or waits until these are known.
 *
 * @param lane the topic's, freed if nothing of it is left
 */
void
MQTT_lane_give_up (struct MQTT_Lane *lane);


/**
 * Before a letter is sent: see that it is only for those that the peer has.  What is
 * for others is given to them, or ends.
 *
 * @param letter the letter, perhaps freed
 * @return true if it can be sent
 */
bool
MQTT_letter_settle (struct MQTT_Letter *letter);


/**
 * A letter is not being given to others any more.
 */
void
MQTT_letter_handing_done (struct MQTT_Letter *letter);


/**
 * See that letters for groups do not wait for good for a peer that has vanished, or
 * in a lane that is parked.
 */
void
MQTT_mailbox_watch (struct MQTT_Mailbox *mailbox);


/* mailbox_gate.c */

/**
 * Something has left the mailbox: there may be room for those who wait.
 */
void
MQTT_mailbox_ease (struct MQTT_Mailbox *mailbox);


/**
 * The link is lost: nobody waits for an absent peer.
 */
void
MQTT_mailbox_gate_down (struct MQTT_Mailbox *mailbox);


/**
 * Nobody waits any more, and no task runs.
 */
void
MQTT_mailbox_gate_end (struct MQTT_Mailbox *mailbox);

#endif
