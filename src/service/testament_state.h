/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/testament_state.h
 * @brief What testament.c and testament_heirs.c know of wills of sessions here.
 *        Only for these two.
 */
#ifndef MQTT_SERVICE_TESTAMENT_STATE_H
#define MQTT_SERVICE_TESTAMENT_STATE_H

#include "../core/discovery_code.h"
#include "offers.h"
#include "testament.h"

struct MQTT_Testament
{
  /** Among those of its topic, the latest last. */
  struct MQTT_Testament *prev;
  struct MQTT_Testament *next;
  struct MQTT_Notice *notice;
  /** Grows from one to the next. */
  uint64_t number;
  /** Its id in the store. */
  uint64_t message;
  /** What peers know it by. */
  struct MQTT_LinkSerial name;
  uint32_t delay_s;
};

/** A peer that may want a topic. */
struct MQTT_Heir
{
  struct MQTT_Heir *prev;
  struct MQTT_Heir *next;
  struct MQTT_Notice *notice;
  struct GNUNET_PeerIdentity peer;
  /** NULL only while everybody is refused. */
  struct MQTT_Offer *offer;
  /** It was told wills up to this number, since it wants the topic; and ever. */
  uint64_t told;
  uint64_t ever;
  /** Wills that are to be taken back when it is reached. */
  struct MQTT_LinkSerial *gone;
  unsigned int gone_count;
  unsigned int gone_allocated;
};

/** A topic on which there are wills. */
struct MQTT_Notice
{
  struct MQTT_Notice *prev;
  struct MQTT_Notice *next;
  struct MQTT_Testaments *all;
  struct MQTT_Topic *topic;
  struct MQTT_SearchUser *searches[MQTT_CODE_SEARCHES];
  unsigned int search_count;
  struct MQTT_Heir *heirs_head;
  struct MQTT_Heir *heirs_tail;
  struct MQTT_Testament *head;
  struct MQTT_Testament *tail;
};

struct MQTT_Testaments
{
  struct MQTT_TestamentsConfig config;
  struct MQTT_Notice *head;
  struct MQTT_Notice *tail;
  unsigned int count;
  uint64_t last_number;
  /** Everybody is refused, but only for now: heirs are kept. */
  bool shut;
  /** Goes on telling peers whose queues were full. */
  struct GNUNET_SCHEDULER_Task *retry_task;
  /** Ends topics without wills. */
  struct GNUNET_SCHEDULER_Task *sweep_task;
};


/* testament_heirs.c */

/**
 * Tell a peer what it was not told yet, now or later, if it wants the topic.
 */
void
MQTT_heir_tell (struct MQTT_Heir *heir);


/**
 * Take back a will, now or later, if the peer may know it.
 */
void
MQTT_heir_take_back (struct MQTT_Heir *heir,
                     const struct MQTT_Testament *testament);


/**
 * A peer may want the topic: #MQTT_RendezvousFound.
 *
 * @param cls the notice
 */
void
MQTT_heir_found (void *cls, const struct GNUNET_PeerIdentity *peer);


/**
 * Not everybody is refused any more: offer the topic again to those that were kept.
 */
void
MQTT_heirs_resume (struct MQTT_Notice *notice);


/**
 * Forget the peers that may want the topic.
 */
void
MQTT_heirs_end (struct MQTT_Notice *notice);

#endif
