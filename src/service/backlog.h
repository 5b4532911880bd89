/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/backlog.h
 * @brief The last publications to a topic, kept for subscribers that are still
 *        to be found.  All backlogs share one bound.
 */
#ifndef MQTT_SERVICE_BACKLOG_H
#define MQTT_SERVICE_BACKLOG_H

#include "../core/groups.h"
#include "gate.h"

/** What all backlogs share; embed it. */
struct MQTT_BacklogPool
{
  struct MQTT_Counters *counters;
  /** Sources wait here while there is no room. */
  struct MQTT_Gate gate;
  size_t limit;
  size_t used;
};

/** A kept publication. */
struct MQTT_Kept
{
  struct MQTT_Kept *prev;
  struct MQTT_Kept *next;
  struct MQTT_Message *message;
  /** When it was published, monotonic microseconds. */
  uint64_t at_us;
  /** Counts the publications to the topic. */
  uint64_t number;
  /** Groups that have got it. */
  struct MQTT_Groups *served;
  /** Somebody has got it. */
  bool delivered;
  /** Who publishes rather waits than have it given up for lack of room. */
  bool precious;
};

/** A backlog; embed it, all zero is empty. */
struct MQTT_Backlog
{
  /** Oldest first. */
  struct MQTT_Kept *head;
  struct MQTT_Kept *tail;
};


/**
 * Keep a publication.  If there is no room the source waits, when the message
 * is precious; otherwise the topic's oldest are given up.
 *
 * @param pool what all backlogs share
 * @param backlog the topic's
 * @param what what to keep: all but the list; references are taken
 * @param source who published; may be NULL
 */
void
MQTT_backlog_keep (struct MQTT_BacklogPool *pool,
                   struct MQTT_Backlog *backlog,
                   const struct MQTT_Kept *what,
                   struct MQTT_Source *source);


/**
 * Give up what was published before a point in time; what nobody has got is
 * counted.
 */
void
MQTT_backlog_expire (struct MQTT_BacklogPool *pool,
                     struct MQTT_Backlog *backlog,
                     uint64_t before_us);


/**
 * Give up all that is kept.
 */
void
MQTT_backlog_clear (struct MQTT_BacklogPool *pool,
                    struct MQTT_Backlog *backlog);

#endif
