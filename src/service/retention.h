/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/retention.h
 * @brief The retained messages of this peer (MQTT 5, 3.3.1.3): which topics have
 *        one, on disk, and until when.
 *
 * Knows nothing of who publishes, and of who is told: that is replay.h.
 */
#ifndef MQTT_SERVICE_RETENTION_H
#define MQTT_SERVICE_RETENTION_H

#include "../core/retained.h"
#include "counters.h"
#include "options.h"
#include "ownership.h"
#include "shelf.h"
#include "store_records.h"

/** Name of a server of which nothing is known: see struct MQTT_RetainedRecord. */
#define MQTT_RETENTION_UNKNOWN 1

/** How far ahead of ours a clock may be, microseconds.  Who is further ahead would win
    for as long. */
#define MQTT_RETENTION_AHEAD_US (UINT64_C (3600) * 1000 * 1000)

struct MQTT_Retention;

struct MQTT_RetentionConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
  /** Knows which owners are on blacklists; NULL for none. */
  const struct MQTT_Ownership *ownership;
  /** Other peers are to be told that a topic is wanted here, or is not; never
      called while this is made. */
  MQTT_SubscriptionsObserver changed;
  /** Closure for @e changed. */
  void *cls;
};


/**
 * Take up what is in the store.
 *
 * @param config what to work with, copied; what it points to must outlive it
 * @return NULL if the store cannot be read
 */
struct MQTT_Retention *
MQTT_retention_create (const struct MQTT_RetentionConfig *config);


/**
 * Put all away; what is in the store stays there.
 */
void
MQTT_retention_destroy (struct MQTT_Retention *retention);


/**
 * Give a message that is published here a version: above the one its topic has, or the
 * one that the topic's owner has signed.
 */
void
MQTT_retention_stamp (struct MQTT_Retention *retention,
                      const struct MQTT_Topic *topic,
                      struct MQTT_Message *message);


/**
 * Retain a message that is published here in place of the one its topic has, or
 * clear the topic if it has no payload.  Written within this task; if that is lost it
 * is as it was before.
 *
 * @param retention all retained messages
 * @param topic its topic
 * @param message the message, with the retain flag, stamped here if it is not yet;
 *        it may be in the store already
 * @return false if there is no room for it, which is counted: nothing was changed
 */
bool
MQTT_retention_publish (struct MQTT_Retention *retention,
                        struct MQTT_Topic *topic,
                        struct MQTT_Message *message);


/**
 * The same of a message that has a version, if it is the newest.
 *
 * @param retention all retained messages
 * @param topic its topic
 * @param message the message
 * @param server who sees to it that others find it; 0: this peer, where it was
 *        published
 * @param hidden no other peer may learn that it is here, unless others know of the
 *        topic already
 */
enum MQTT_RetainedVerdict
MQTT_retention_take (struct MQTT_Retention *retention,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     uint32_t server,
                     bool hidden);


/**
 * From now on no other peer may learn that a topic is known here that was published
 * elsewhere, or they may again.
 */
void
MQTT_retention_hide (struct MQTT_Retention *retention,
                     const struct MQTT_Topic *topic,
                     bool hidden);


/**
 * What is known of a topic?
 *
 * @return NULL if nothing; valid until a change
 */
struct MQTT_RetainedRecord *
MQTT_retention_record (struct MQTT_Retention *retention,
                       const struct MQTT_Topic *topic);


/**
 * Have other peers told that a topic of which something is known is wanted here, or
 * that it is not.  What was published here is announced anyway.
 */
void
MQTT_retention_announce (struct MQTT_Retention *retention,
                         const struct MQTT_Topic *topic,
                         bool announced);


/**
 * Is the owner of a topic on a blacklist?  Then nobody is told what it has.
 */
bool
MQTT_retention_is_refused (const struct MQTT_Retention *retention,
                           const struct MQTT_Topic *topic);


/**
 * Forget a topic.
 */
void
MQTT_retention_forget (struct MQTT_Retention *retention,
                       const struct MQTT_Topic *topic);


/**
 * Is something known of a topic of which there are only the hashes, that is not
 * hidden?
 */
bool
MQTT_retention_has_hashes (const struct MQTT_Retention *retention,
                           const uint64_t *hashes,
                           size_t levels);


/**
 * Tell some topics whose turn it is.
 *
 * @param retention all retained messages
 * @param limit how many at most
 * @param callback as in MQTT_retained_turn()
 * @param cls closure for @a callback
 * @return how many
 */
size_t
MQTT_retention_turns (struct MQTT_Retention *retention,
                      size_t limit,
                      MQTT_RetainedCallback callback,
                      void *cls);


/**
 * Begin to find the topics that match a filter: see MQTT_retained_walk_begin().
 */
struct MQTT_RetainedWalk *
MQTT_retention_walk (struct MQTT_Retention *retention);


/**
 * Read a message, if it is still the one its topic has, which is not refused.
 *
 * @param retention all retained messages
 * @param name its name, as the records have it
 * @param[out] shelved set, to be given back with MQTT_shelf_put_back(); @e gone if
 *             there is another by now, or none
 * @return false if it is gone, or cannot be read now
 */
bool
MQTT_retention_get (struct MQTT_Retention *retention,
                    uint64_t name,
                    struct MQTT_Shelved *shelved);


/**
 * Read what a topic has, unless that is refused.
 *
 * @param retention all retained messages
 * @param topic the topic
 * @param[out] shelved set as by MQTT_shelf_get(); if the topic was cleared to a
 *        message without payload
 * @return false if it has nothing
 */
bool
MQTT_retention_read (struct MQTT_Retention *retention,
                     struct MQTT_Topic *topic,
                     struct MQTT_Shelved *shelved);


/**
 * @return the highest name by now: all that come have higher ones
 */
uint64_t
MQTT_retention_newest (const struct MQTT_Retention *retention);


/**
 * How many topics are there?
 */
size_t
MQTT_retention_count (const struct MQTT_Retention *retention);


/**
 * How many names of messages that were found late may one more list hold, so that all
 * lists together stay bounded?
 *
 * @param delta 1: a list is begun; -1: one has ended; 0: neither
 */
size_t
MQTT_retention_share (struct MQTT_Retention *retention, int delta);


/**
 * Count what became of a message that was to be told: it was, or there was no room
 * to remember it.
 */
void
MQTT_retention_told (struct MQTT_Retention *retention);

void
MQTT_retention_untold (struct MQTT_Retention *retention);

#endif
