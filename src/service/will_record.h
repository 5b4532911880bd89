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

#include "shelf.h"


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
 * @param[out] will set, as by MQTT_shelf_get()
 * @return false if it is not there, or cannot be read now
 */
bool
MQTT_will_read (struct MQTT_Store *store,
                struct MQTT_Topics *topics,
                uint64_t id,
                struct MQTT_Shelved *will);

#endif
