/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/retention_store.c
 * @brief Retained messages on disk: written, read again, and forgotten when they
 *        have expired.
 */
#include "retention_state.h"


void
MQTT_retention_account (struct MQTT_Retention *retention,
                        const struct MQTT_RetainedRecord *record,
                        int sign)
{
  if (record->own)
    return;
  if (0 < sign)
    retention->copied += record->size;
  else
    retention->copied -= record->size;
}


void
MQTT_retention_withdraw (struct MQTT_Retention *retention,
                         const char *name,
                         size_t size,
                         const struct MQTT_RetainedRecord *record)
{
  if (record->announced)
    retention->config.changed (retention->config.cls, name, size, false, false);
}


/**
 * Tell statistics how much there is.
 */
static void
count (struct MQTT_Retention *retention)
{
  struct MQTT_Counters *counters = retention->config.counters;
  size_t topics = MQTT_retained_count (retention->topics);
  size_t memory = MQTT_retained_memory (retention->topics);

  MQTT_count (counters,
              MQTT_COUNT_RETAINED,
              (int64_t)topics - (int64_t)retention->told_count);
  MQTT_count (counters,
              MQTT_COUNT_RETAINED_MEMORY,
              (int64_t)memory - (int64_t)retention->told_memory);
  retention->told_count = topics;
  retention->told_memory = memory;
}


/* ---- expiry ---- */

static void
expire (void *cls);


static void
schedule (struct MQTT_Retention *retention)
{
  uint64_t next_us = MQTT_retained_next_us (retention->topics);

  if (NULL != retention->expiry_task)
    GNUNET_SCHEDULER_cancel (retention->expiry_task);
  retention->expiry_task = (UINT64_MAX == next_us)
                             ? NULL
                             : GNUNET_SCHEDULER_add_at (
                               (struct GNUNET_TIME_Absolute){ next_us },
                               &expire,
                               retention);
}


/**
 * #MQTT_RetainedCallback
 */
static void
forget (void *cls,
        const char *name,
        size_t size,
        const struct MQTT_RetainedRecord *record)
{
  struct MQTT_Retention *retention = cls;
  const struct MQTT_Bytes topic = { .data = name, .size = size };

  MQTT_store_retained_remove (retention->config.store, &topic);
  MQTT_retention_account (retention, record, -1);
  MQTT_retention_withdraw (retention, name, size, record);
  if (0 != record->message)
    MQTT_count (retention->config.counters, MQTT_COUNT_RETAINED_EXPIRED, 1);
}


/**
 * Task: forget what has expired.
 */
static void
expire (void *cls)
{
  struct MQTT_Retention *retention = cls;

  retention->expiry_task = NULL;
  MQTT_retained_expire (retention->topics,
                        GNUNET_TIME_absolute_get ().abs_value_us,
                        &forget,
                        retention);
  MQTT_retention_changed (retention);
}


void
MQTT_retention_changed (struct MQTT_Retention *retention)
{
  schedule (retention);
  count (retention);
}


/* ---- the store ---- */

/** What reading the store needs to know. */
struct Loading
{
  struct MQTT_Retention *retention;
  struct MQTT_Retained *topics;
  size_t left_out;
};


/**
 * #MQTT_StoreRetainedCallback
 */
static void
load_one (void *cls, const struct MQTT_StoreRetained *stored)
{
  struct Loading *loading = cls;
  const struct MQTT_RetainedRecord record = {
    .version = { .time_us = stored->clock_us,
                 .run = stored->run,
                 .sequence = stored->sequence },
    .message = stored->message,
    .expires_us = (0 == stored->expires_us) ? UINT64_MAX : stored->expires_us,
    .server = stored->own ? 0 : MQTT_RETENTION_UNKNOWN,
    .size = (uint32_t)GNUNET_MIN (UINT32_MAX, stored->size),
    .own = stored->own,
    .hidden = stored->hidden,
  };

  if (MQTT_RETAINED_NEWER
      == MQTT_retained_put (loading->topics,
                            stored->topic.data,
                            stored->topic.size,
                            &record,
                            NULL))
    MQTT_retention_account (loading->retention, &record, 1);
  else
    loading->left_out++;
}


/**
 * #MQTT_RetainedCallback
 */
static void
withdraw_one (void *cls,
              const char *name,
              size_t size,
              const struct MQTT_RetainedRecord *record)
{
  MQTT_retention_withdraw (cls, name, size, record);
}


bool
MQTT_retention_load (struct MQTT_Retention *retention)
{
  size_t copied = retention->copied;
  struct Loading loading = {
    .retention = retention,
    .topics = MQTT_retained_create (
      retention->config.options->retained_memory,
      GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE, UINT64_MAX)),
  };

  retention->copied = 0;
  if (!MQTT_store_retained_load (retention->config.store, &load_one, &loading))
  {
    retention->copied = copied;
    MQTT_retained_destroy (loading.topics);
    return false;
  }
  if (0 < loading.left_out)
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "%llu retained messages are left out: raise RETAINED_MEMORY\n",
                (unsigned long long)loading.left_out);
  if (NULL != retention->topics)
  {
    for (size_t i = MQTT_retained_count (retention->topics); 0 < i; i--)
      (void)MQTT_retained_turn (retention->topics, &withdraw_one, retention);
    MQTT_retained_destroy (retention->topics);
  }
  retention->topics = loading.topics;
  MQTT_retention_changed (retention);
  return true;
}


static void
await (struct MQTT_Retention *retention);


/**
 * A group is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_Retention *retention = cls;

  retention->wait = NULL;
  if (!ok && !MQTT_retention_load (retention))
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
                "Retained messages were lost, and cannot be read again\n");
  if (retention->written != retention->awaited)
    await (retention);
}


/**
 * Hear what becomes of what was written until now.
 */
static void
await (struct MQTT_Retention *retention)
{
  retention->written = MQTT_store_group (retention->config.store);
  if (NULL != retention->wait)
    return;
  retention->awaited = retention->written;
  retention->wait = MQTT_store_wait (retention->config.store,
                                     &handle_stored,
                                     retention);
}


bool
MQTT_retention_write (struct MQTT_Retention *retention,
                      const struct MQTT_Topic *topic,
                      const struct MQTT_RetainedRecord *record)
{
  const struct MQTT_StoreRetained stored = {
    .topic = { .data = topic->name, .size = topic->name_size },
    .message = record->message,
    .clock_us = record->version.time_us,
    .run = record->version.run,
    .sequence = record->version.sequence,
    .expires_us = (UINT64_MAX == record->expires_us) ? 0 : record->expires_us,
    .own = record->own,
    .hidden = record->hidden,
  };

  if (!MQTT_store_retained_put (retention->config.store, &stored))
    return false;
  await (retention);
  return true;
}
