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
#include "shelf.h"
#include "store_records.h"

struct MQTT_Retention;

struct MQTT_RetentionConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
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
 * Retain a message in place of the one its topic has, or clear the topic if it has
 * no payload.  Written within this task; if that is lost it is as it was before.
 *
 * @param retention all retained messages
 * @param topic its topic
 * @param message the message, with the retain flag; it may be in the store already
 * @return false if there is no room for it: nothing was changed
 */
bool
MQTT_retention_take (struct MQTT_Retention *retention,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message);


/**
 * Find the topics that match a filter, those that were cleared too.
 *
 * @param retention all retained messages
 * @param filter legal topic filter
 * @param size bytes of it
 * @param callback called for each, in no particular order
 * @param cls closure for @a callback
 */
void
MQTT_retention_match (const struct MQTT_Retention *retention,
                      const char *filter,
                      size_t size,
                      MQTT_RetainedCallback callback,
                      void *cls);


/**
 * Read a message, if it is still the one its topic has.
 *
 * @param retention all retained messages
 * @param name its name, as the records have it
 * @param[out] shelved set, to be given back with MQTT_shelf_put_back()
 * @return false if there is another by now, or none
 */
bool
MQTT_retention_get (struct MQTT_Retention *retention,
                    uint64_t name,
                    struct MQTT_Shelved *shelved);


/**
 * How many names may one more list hold, so that all lists together stay bounded?
 *
 * @param delta 1: a list is begun; -1: one has ended; 0: neither
 */
size_t
MQTT_retention_share (struct MQTT_Retention *retention, int delta);


/**
 * Count what became of a message that was to be told.
 */
void
MQTT_retention_told (struct MQTT_Retention *retention);

#endif
