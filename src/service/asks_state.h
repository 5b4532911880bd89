/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/asks_state.h
 * @brief What asks.c, asks_answer.c and asks_owner.c know of the topics a peer has
 *        asked about.  Only for these.
 */
#ifndef MQTT_SERVICE_ASKS_STATE_H
#define MQTT_SERVICE_ASKS_STATE_H

#include "asks.h"

/** A topic asked about. */
struct MQTT_Ask
{
  /** Hashes of its levels; NULL if the number is not in use. */
  uint64_t *hashes;
  size_t levels;
  /** NULL until the peer told its text. */
  struct MQTT_Topic *topic;
  /** What came with the question, not read yet; NULL if nothing, or it was read. */
  void *entry;
  size_t entry_size;
  uint32_t epoch;
  bool dollar;
  /** What the peer was told last: if it keeps, that it is wanted for groups or for
      that only. */
  bool wanted;
  bool keeps;
  uint8_t qos;
  bool durable;
  bool plain;
  /** There are more groups than it was told of. */
  bool more;
  struct MQTT_Groups *groups;
  /** Was it ever told that the topic is wanted? */
  bool was_wanted;
  /** It has told the text, for which there was no memory. */
  bool nameless;
  /** It was told that it may not publish to it. */
  bool barred;
  /** May it, when that was asked last? */
  struct MQTT_Permit permit;
  /** Something at QoS 1 or 2 was returned; what follows is, too. */
  bool returned;
};

struct MQTT_Asks
{
  const struct MQTT_LinksConfig *config;
  const struct GNUNET_PeerIdentity *peer;
  /** By number. */
  struct MQTT_Ask *asks;
  unsigned int allocated;
  unsigned int count;
  /** When the peer asked or published last, monotonic microseconds. */
  uint64_t used_us;
  /** Answers put into the queue since it became full. */
  unsigned int unread;
  /** The peer relies on us to hear its end. */
  bool watched;
  /** Bytes held: of hashes, names, entries that were not read yet, and groups. */
  size_t memory;
};


/**
 * Who asks, and what it may know of anonymous subscriptions.
 */
struct MQTT_SubscriptionsAsker
MQTT_asks_asker (const struct MQTT_Asks *asks);


/**
 * Tell the peer that a topic is not wanted, or cannot be.
 */
void
MQTT_asks_put_refuse (struct MQTT_Outbox *outbox,
                      uint32_t number,
                      uint32_t epoch,
                      enum MQTT_LinkRefusal why);


/**
 * Tell the peer whether the topic is wanted, if that is news.
 *
 * @param asks the peer's questions
 * @param number number of the topic
 * @param first answer in any case, as if for the first time
 * @param outbox where the answer goes
 */
void
MQTT_asks_answer (struct MQTT_Asks *asks,
                  uint32_t number,
                  bool first,
                  struct MQTT_Outbox *outbox);


/**
 * The peer has told the text of a topic: read the channel entry that came with the
 * question, and forget it.
 *
 * @param asks the peer's questions
 * @param ask the topic
 * @param allowance the peer's
 * @return false if it is not signed by the owner it names, which no honest peer shows; true
 *         otherwise, also if the entry was not taken
 */
bool
MQTT_asks_take_entry (struct MQTT_Asks *asks,
                      struct MQTT_Ask *ask,
                      struct MQTT_Allowance *allowance);


/**
 * May the peer publish to a topic whose text it has told?  It is told once if not.
 *
 * @param asks the peer's questions
 * @param number number of the topic
 * @param intake notes that it may not
 * @param outbox where the answer goes
 */
bool
MQTT_asks_are_allowed (struct MQTT_Asks *asks,
                       uint32_t number,
                       struct MQTT_Intake *intake,
                       struct MQTT_Outbox *outbox);


/**
 * The peer tells what it keeps of a topic: take it if the peer may publish to the topic,
 * or the topic's owner has signed it.
 */
void
MQTT_asks_keep (struct MQTT_Asks *asks,
                struct MQTT_Ask *ask,
                struct MQTT_Message *message);

#endif
