/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/will_reader.h
 * @brief Wills that were to be read, and could not be: tried again until they are, or
 *        are gone.
 *
 * Knows nothing of whose wills they are.
 */
#ifndef MQTT_SERVICE_WILL_READER_H
#define MQTT_SERVICE_WILL_READER_H

#include "will_record.h"

struct MQTT_WillReader;

/**
 * A will was read, or is gone.
 *
 * @param cls closure
 * @param will the will, to be given back with MQTT_shelf_put_back(), or @e gone; NULL
 *        if the reader ends before
 */
typedef void (*MQTT_WillRead) (void *cls, struct MQTT_Shelved *will);


/**
 * @param store where wills are
 * @param topics what topics are made with
 */
struct MQTT_WillReader *
MQTT_will_reader_create (struct MQTT_Store *store, struct MQTT_Topics *topics);


/**
 * Those who wait are called.
 */
void
MQTT_will_reader_destroy (struct MQTT_WillReader *reader);


/**
 * Read a will a little later.
 *
 * @param reader the reader
 * @param id what MQTT_will_write() has returned; something in the store must refer to
 *        it until it is read
 * @param done called once, never from within this call
 * @param cls closure for @a done
 */
void
MQTT_will_reader_await (struct MQTT_WillReader *reader,
                        uint64_t id,
                        MQTT_WillRead done,
                        void *cls);

#endif
