/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/retention.c
 * @brief The retained messages of this peer.
 */
#include "retention.h"
#include "../stream/stream.h"

/** How long it is known that a topic was cleared, microseconds. */
#define TOMBSTONE_US (UINT64_C (24) * 3600 * 1000 * 1000)

/** Bytes of the topics' memory for each name in lists of what is to be told: these take
    an eighth as much beside it, about. */
#define MEMORY_PER_NAME 64

/** Names that each may hold whatever there is beside. */
#define NAMES_LEAST 64

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
  /** Lists begun. */
  unsigned int lists;
  /** What statistics were told. */
  size_t told_count;
  size_t told_memory;
};


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
  schedule (retention);
  count (retention);
}


/* ---- the store ---- */

/** What reading the store needs to know. */
struct Loading
{
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
  };

  if (MQTT_RETAINED_NEWER
      != MQTT_retained_put (loading->topics,
                            stored->topic.data,
                            stored->topic.size,
                            &record,
                            NULL))
    loading->left_out++;
}


/**
 * Read what is in the store, in place of what is in memory.
 *
 * @return false if it cannot be read: nothing was changed
 */
static bool
load (struct MQTT_Retention *retention)
{
  struct Loading loading = {
    .topics = MQTT_retained_create (
      retention->config.options->retained_memory,
      GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE, UINT64_MAX)),
  };

  if (!MQTT_store_retained_load (retention->config.store, &load_one, &loading))
  {
    MQTT_retained_destroy (loading.topics);
    return false;
  }
  if (0 < loading.left_out)
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "%llu retained messages are left out: raise RETAINED_MEMORY\n",
                (unsigned long long)loading.left_out);
  if (NULL != retention->topics)
    MQTT_retained_destroy (retention->topics);
  retention->topics = loading.topics;
  schedule (retention);
  count (retention);
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
  if (!ok && !load (retention))
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


/**
 * Write a record to the store.
 */
static bool
put (struct MQTT_Retention *retention,
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
  };

  if (!MQTT_store_retained_put (retention->config.store, &stored))
    return false;
  await (retention);
  return true;
}


/* ---- taking ---- */

/**
 * A version above the one that the topic has.
 */
static struct MQTT_Version
next_version (struct MQTT_Retention *retention, const struct MQTT_Topic *topic)
{
  const struct MQTT_RetainedRecord *old = MQTT_retained_get (retention->topics,
                                                             topic->name,
                                                             topic->name_size);
  struct MQTT_Version version = {
    .time_us = GNUNET_TIME_absolute_get ().abs_value_us,
    .run = retention->run,
    .sequence = ++retention->sequence,
  };

  if ((NULL != old) && (0 >= MQTT_version_compare (&version, &old->version)))
    version.time_us = old->version.time_us + 1;
  return version;
}


/**
 * Take a record into memory and onto the disk, or into neither.
 */
static bool
replace (struct MQTT_Retention *retention,
         const struct MQTT_Topic *topic,
         const struct MQTT_RetainedRecord *record)
{
  struct MQTT_Retained *topics = retention->topics;
  bool known = (NULL
                != MQTT_retained_get (topics, topic->name, topic->name_size));
  struct MQTT_RetainedRecord old;

  if (MQTT_RETAINED_NEWER
      != MQTT_retained_put (topics,
                            topic->name,
                            topic->name_size,
                            record,
                            &old))
    return false;
  if (put (retention, topic, record))
    return true;
  MQTT_retained_remove (topics, topic->name, topic->name_size);
  if (known)
    (void)MQTT_retained_put (topics, topic->name, topic->name_size, &old, NULL);
  return false;
}


/**
 * Retain a message, written to the store for that if it is not there.
 */
static bool
retain (struct MQTT_Retention *retention,
        struct MQTT_Topic *topic,
        struct MQTT_Message *message,
        struct MQTT_RetainedRecord *record)
{
  bool stored = (0 != message->stored);
  bool taken;

  if (!stored && !MQTT_shelf_store (retention->config.shelf, topic, message))
    return false;
  record->message = message->stored;
  /* Whoever delivers it must not take it for one that was promised. */
  if (!stored)
    message->stored = 0;
  if (MQTT_NEVER != message->expires_us)
    record->expires_us = MQTT_shelf_calendar (message->expires_us);
  taken = replace (retention, topic, record);
  if (!taken && !stored)
    MQTT_store_message_drop (retention->config.store, record->message);
  return taken;
}


/**
 * Clear a topic, if it has a retained message.
 */
static bool
clear (struct MQTT_Retention *retention,
       const struct MQTT_Topic *topic,
       struct MQTT_RetainedRecord *record)
{
  const struct MQTT_RetainedRecord *old = MQTT_retained_get (retention->topics,
                                                             topic->name,
                                                             topic->name_size);

  record->expires_us = record->version.time_us + TOMBSTONE_US;
  return (NULL == old) || replace (retention, topic, record);
}


bool
MQTT_retention_take (struct MQTT_Retention *retention,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message)
{
  struct MQTT_RetainedRecord record = {
    .version = next_version (retention, topic),
    .expires_us = UINT64_MAX,
  };
  bool taken = (message->body_size == message->properties_size)
                 ? clear (retention, topic, &record)
                 : retain (retention, topic, message, &record);

  if (!taken)
    MQTT_count (retention->config.counters, MQTT_COUNT_RETAINED_REFUSED, 1);
  schedule (retention);
  count (retention);
  return taken;
}


/* ---- finding ---- */

void
MQTT_retention_match (const struct MQTT_Retention *retention,
                      const char *filter,
                      size_t size,
                      MQTT_RetainedCallback callback,
                      void *cls)
{
  MQTT_retained_match (retention->topics, filter, size, callback, cls);
}


bool
MQTT_retention_get (struct MQTT_Retention *retention,
                    uint64_t name,
                    struct MQTT_Shelved *shelved)
{
  const struct MQTT_RetainedRecord *record;

  if (!MQTT_shelf_get (retention->config.shelf, name, shelved))
    return false;
  record = MQTT_retained_get (retention->topics,
                              shelved->topic->name,
                              shelved->topic->name_size);
  if ((NULL != record) && (name == record->message)
      && !MQTT_message_expired (shelved->message, MQTT_stream_now ()))
    return true;
  MQTT_shelf_put_back (shelved);
  return false;
}


size_t
MQTT_retention_share (struct MQTT_Retention *retention, int delta)
{
  size_t names = retention->config.options->retained_memory / MEMORY_PER_NAME;

  retention->lists += (unsigned int)delta;
  return GNUNET_MAX (NAMES_LEAST, names / GNUNET_MAX (1, retention->lists));
}


void
MQTT_retention_told (struct MQTT_Retention *retention)
{
  MQTT_count (retention->config.counters, MQTT_COUNT_RETAINED_TOLD, 1);
}


/* ---- start and end ---- */

struct MQTT_Retention *
MQTT_retention_create (const struct MQTT_RetentionConfig *config)
{
  struct MQTT_Retention *retention = GNUNET_new (struct MQTT_Retention);

  retention->config = *config;
  retention->run = GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                                             UINT64_MAX);
  if (load (retention))
    return retention;
  GNUNET_free (retention);
  return NULL;
}


void
MQTT_retention_destroy (struct MQTT_Retention *retention)
{
  GNUNET_assert (0 == retention->lists);
  if (NULL != retention->wait)
    MQTT_store_wait_cancel (retention->wait);
  if (NULL != retention->expiry_task)
    GNUNET_SCHEDULER_cancel (retention->expiry_task);
  MQTT_count (retention->config.counters,
              MQTT_COUNT_RETAINED,
              -(int64_t)retention->told_count);
  MQTT_count (retention->config.counters,
              MQTT_COUNT_RETAINED_MEMORY,
              -(int64_t)retention->told_memory);
  MQTT_retained_destroy (retention->topics);
  GNUNET_free (retention);
}
