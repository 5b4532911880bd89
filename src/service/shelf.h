/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/shelf.h
 * @brief Stored messages by their names: in memory while there is room, else read
 *        again.
 *
 * So queues hold names, not messages.  Translates between the service's clock,
 * which starts with it, and the store's calendar.
 */
#ifndef MQTT_SERVICE_SHELF_H
#define MQTT_SERVICE_SHELF_H

#include "store.h"
#include "topics.h"

struct MQTT_Shelf;

/** A message found by its name. */
struct MQTT_Shelved
{
  /** Both NULL if it is not there any more, or cannot be read. */
  struct MQTT_Message *message;
  struct MQTT_Topic *topic;
  /** It is not there; what only cannot be read now may be tried again. */
  bool gone;
};


/**
 * @param store where the messages are
 * @param topics what topics are made with
 * @param limit bytes of messages to keep in memory
 */
struct MQTT_Shelf *
MQTT_shelf_create (struct MQTT_Store *store,
                   struct MQTT_Topics *topics,
                   size_t limit);


void
MQTT_shelf_destroy (struct MQTT_Shelf *shelf);


/**
 * Write a message to the store, and set its name.
 *
 * @return false if the store does not take it
 */
bool
MQTT_shelf_store (struct MQTT_Shelf *shelf,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message);


/**
 * Find a message.
 *
 * @param shelf the shelf
 * @param name what MQTT_shelf_store() has set
 * @param[out] shelved set; each that is not NULL comes with a reference of the
 *        caller's
 * @return false if it is not there, or cannot be read now
 */
bool
MQTT_shelf_get (struct MQTT_Shelf *shelf,
                uint64_t name,
                struct MQTT_Shelved *shelved);


/**
 * Give back what MQTT_shelf_get() has given.
 */
void
MQTT_shelf_put_back (struct MQTT_Shelved *shelved);


/**
 * @param monotonic_us a time of MQTT_stream_now(), or #MQTT_NEVER
 * @return the same of the calendar
 */
uint64_t
MQTT_shelf_calendar (uint64_t monotonic_us);


/**
 * @param calendar_us a time of the calendar, or 0 for never
 * @return the same of MQTT_stream_now(), or #MQTT_NEVER
 */
uint64_t
MQTT_shelf_monotonic (uint64_t calendar_us);

#endif
