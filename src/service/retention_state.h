/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/retention_state.h
 * @brief What retention.c and retention_store.c know of retained messages.  Only for
 *        these two.
 */
#ifndef MQTT_SERVICE_RETENTION_STATE_H
#define MQTT_SERVICE_RETENTION_STATE_H

#include "retention.h"
#include "../stream/stream.h"

struct MQTT_Retention
{
  struct MQTT_RetentionConfig config;
  struct MQTT_Retained *topics;
  struct GNUNET_SCHEDULER_Task *expiry_task;
  /** Tells what became of what was written. */
  struct MQTT_StoreWait *wait;
  /** Groups of the store: the last one written to, and the one waited for. */
  uint64_t written;
  uint64_t awaited;
  /** Tells versions of this run of the service from those of others. */
  uint64_t run;
  uint64_t sequence;
  /** Bytes of messages that were published elsewhere. */
  size_t copied;
  /** Lists begun. */
  unsigned int lists;
  /** What statistics were told. */
  size_t told_count;
  size_t told_memory;
};


/**
 * Tell statistics how much there is, and have it forgotten when it expires.
 */
void
MQTT_retention_changed (struct MQTT_Retention *retention);


/**
 * Read what is in the store, in place of what is in memory.
 *
 * @return false if it cannot be read: nothing was changed
 */
bool
MQTT_retention_load (struct MQTT_Retention *retention);


/**
 * Write a record to the store.
 */
bool
MQTT_retention_write (struct MQTT_Retention *retention,
                      const struct MQTT_Topic *topic,
                      const struct MQTT_RetainedRecord *record);


/**
 * A record is there, or is not any more.
 *
 * @param sign 1 or -1
 */
void
MQTT_retention_account (struct MQTT_Retention *retention,
                        const struct MQTT_RetainedRecord *record,
                        int sign);


/**
 * A record is not there any more: whoever was told that it is wanted here is told
 * that it is not.
 */
void
MQTT_retention_withdraw (struct MQTT_Retention *retention,
                         const char *name,
                         size_t size,
                         const struct MQTT_RetainedRecord *record);

#endif
