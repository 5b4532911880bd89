/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/will_record.h
 * @brief A will in the store: a message whose expiry tells the interval that begins
 *        when it is published.
 *
 * Knows nothing of whose will it is.
 */
#ifndef MQTT_SERVICE_WILL_RECORD_H
#define MQTT_SERVICE_WILL_RECORD_H

#include "store.h"
#include "topics.h"


/**
 * Write a will.  Within the same task, put it where it belongs.
 *
 * @param store the store
 * @param topic its topic
 * @param will what is to be published
 * @return its id, or 0
 */
uint64_t
MQTT_will_write (struct MQTT_Store *store,
                 const struct MQTT_Bytes *topic,
                 const struct MQTT_Publication *will);


/**
 * Read a will, as it would be published now.
 *
 * @param store the store
 * @param topics what topics are made with
 * @param id what MQTT_will_write() has returned
 * @param[out] topic set to a reference of the caller's
 * @param[out] message the same
 * @return false if it cannot be read, or there is no memory for its topic
 */
bool
MQTT_will_read (struct MQTT_Store *store,
                struct MQTT_Topics *topics,
                uint64_t id,
                struct MQTT_Topic **topic,
                struct MQTT_Message **message);

#endif
