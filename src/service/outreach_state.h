/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_state.h
 * @brief What outreach.c and outreach_window.c know of a topic published here.
 *        Only for these two.
 */
#ifndef MQTT_SERVICE_OUTREACH_STATE_H
#define MQTT_SERVICE_OUTREACH_STATE_H

#include "../core/discovery_code.h"
#include "backlog.h"
#include "offers.h"
#include "outreach.h"

/** The way to one peer. */
struct MQTT_Leg
{
  struct MQTT_Leg *prev;
  struct MQTT_Leg *next;
  struct MQTT_Outreach *outreach;
  struct MQTT_Offer *offer;
  /** Number of the first publication that was not sent on it. */
  uint64_t unsent;
  /** No search for this topic has found the peer, and it never wanted the topic:
      see guess(). */
  bool guessed;
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
  struct MQTT_Outreach *head;
  struct MQTT_Outreach *tail;
  unsigned int count;
  /** Bytes of their topics. */
  size_t memory;
  struct GNUNET_SCHEDULER_Task *idle_task;
};


/**
 * Forget a leg, whose offer has ended.
 */
void
MQTT_leg_free (struct MQTT_Leg *leg);


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

#endif
