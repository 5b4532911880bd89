/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/retention.c
 * @brief The retained messages of this peer.
 */
#include "retention_state.h"
#include "../core/seal.h"

/** How long it is known that a topic was cleared, microseconds. */
#define TOMBSTONE_US (UINT64_C (24) * 3600 * 1000 * 1000)

/** Bytes of the topics' memory for each name in lists of what is to be told: these take
    an eighth as much beside it, about. */
#define MEMORY_PER_NAME 64

/** Names that each may hold whatever there is beside. */
#define NAMES_LEAST 64

/** Names that one holds at most. */
#define NAMES_MOST (1024 * 1024)


/* ---- taking ---- */

/**
 * When was a message signed by the owner of its topic?  Others know the message only
 * with this time.
 *
 * @return 0 if it was not, or the clock was ahead; or if it is a will, which is as old as
 *         its publication
 */
static uint64_t
sealed_at (const struct MQTT_Topic *topic, const struct MQTT_Message *message)
{
  struct MQTT_Seal seal;

  if (message->will
      || !MQTT_seal_check (topic->name, topic->name_size, message, &seal)
      || (seal.time_us
          > GNUNET_TIME_absolute_get ().abs_value_us + MQTT_RETENTION_AHEAD_US))
    return 0;
  return seal.time_us;
}


void
MQTT_retention_stamp (struct MQTT_Retention *retention,
                      const struct MQTT_Topic *topic,
                      struct MQTT_Message *message)
{
  const struct MQTT_RetainedRecord *old = MQTT_retained_get (retention->topics,
                                                             topic->name,
                                                             topic->name_size);
  struct MQTT_Version *version = &message->version;

  /* A will has its name there. */
  if (0 == version->sequence)
  {
    version->run = retention->run;
    version->sequence = ++retention->sequence;
  }
  version->time_us = sealed_at (topic, message);
  if (0 != version->time_us)
    return;
  version->time_us = GNUNET_TIME_absolute_get ().abs_value_us;
  if ((NULL != old) && (0 >= MQTT_version_compare (version, &old->version)))
    version->time_us = old->version.time_us + 1;
}


/**
 * Take a record into memory and onto the disk, or into neither.
 */
static enum MQTT_RetainedVerdict
replace (struct MQTT_Retention *retention,
         const struct MQTT_Topic *topic,
         const struct MQTT_RetainedRecord *record)
{
  struct MQTT_Retained *topics = retention->topics;
  bool known = (NULL
                != MQTT_retained_get (topics, topic->name, topic->name_size));
  struct MQTT_RetainedRecord old;
  enum MQTT_RetainedVerdict verdict = MQTT_retained_put (topics,
                                                         topic->name,
                                                         topic->name_size,
                                                         record,
                                                         &old);

  if (MQTT_RETAINED_NEWER != verdict)
    return verdict;
  if (MQTT_retention_write (retention, topic, record))
  {
    MQTT_retention_account (retention, record, 1);
    if (known)
      MQTT_retention_account (retention, &old, -1);
    return MQTT_RETAINED_NEWER;
  }
  MQTT_retained_remove (topics, topic->name, topic->name_size);
  if (known)
    (void)MQTT_retained_put (topics, topic->name, topic->name_size, &old, NULL);
  return MQTT_RETAINED_NO_ROOM;
}


/**
 * Retain a message, written to the store for that if it is not there.
 */
static enum MQTT_RetainedVerdict
retain (struct MQTT_Retention *retention,
        struct MQTT_Topic *topic,
        struct MQTT_Message *message,
        struct MQTT_RetainedRecord *record)
{
  bool stored = (0 != message->stored);
  enum MQTT_RetainedVerdict verdict;

  if (!stored && !MQTT_shelf_store (retention->config.shelf, topic, message))
    return MQTT_RETAINED_NO_ROOM;
  record->message = message->stored;
  /* Whoever delivers it must not take it for one that was promised. */
  if (!stored)
    message->stored = 0;
  if ((MQTT_NEVER != message->expires_us) && !MQTT_message_clears (message))
    record->expires_us = MQTT_shelf_calendar (message->expires_us);
  verdict = replace (retention, topic, record);
  if ((MQTT_RETAINED_NEWER != verdict) && !stored)
    MQTT_store_message_drop (retention->config.store, record->message);
  return verdict;
}


/**
 * Is there room for a message that was published elsewhere, or for what says that a
 * topic was cleared that was not known?  These leave room for what is published
 * here.
 */
static bool
has_spare_room (const struct MQTT_Retention *retention,
                const struct MQTT_RetainedRecord *old,
                const struct MQTT_Message *message)
{
  const struct MQTT_Options *options = retention->config.options;
  size_t freed = ((NULL == old) || old->own) ? 0 : old->size;

  if ((NULL == old)
      && (MQTT_retained_memory (retention->topics)
          > options->retained_memory / 4 * 3))
    return false;
  return retention->copied - freed + message->body_size
         <= options->retained_copies;
}


/**
 * What is to be known of a topic that gets a message.
 */
static struct MQTT_RetainedRecord
make_record (const struct MQTT_RetainedRecord *old,
             const struct MQTT_Message *message,
             uint32_t server,
             bool hidden)
{
  bool known = (NULL != old);
  bool own = (0 == server) || (known && old->own);

  return (struct MQTT_RetainedRecord){
    .version = message->version,
    .expires_us = UINT64_MAX,
    .server = server,
    .idle_s = known ? old->idle_s : 0,
    .size = (uint32_t)GNUNET_MIN (UINT32_MAX, message->body_size),
    .own = own,
    .announced = known && old->announced,
    .hidden = hidden && !own && (!known || old->hidden),
  };
}


enum MQTT_RetainedVerdict
MQTT_retention_take (struct MQTT_Retention *retention,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     uint32_t server,
                     bool hidden)
{
  const struct MQTT_RetainedRecord *old = MQTT_retained_get (retention->topics,
                                                             topic->name,
                                                             topic->name_size);
  struct MQTT_RetainedRecord record = make_record (old,
                                                   message,
                                                   server,
                                                   hidden);
  bool clears = MQTT_message_clears (message);
  struct MQTT_Seal seal;
  enum MQTT_RetainedVerdict verdict = MQTT_RETAINED_NO_ROOM;

  if ((NULL != old)
      && (0 >= MQTT_version_compare (&record.version, &old->version)))
    return MQTT_retained_compare (retention->topics,
                                  topic->name,
                                  topic->name_size,
                                  &record.version);
  if (clears)
    record.expires_us = record.version.time_us + TOMBSTONE_US;
  if ((record.own && (!clears || (NULL != old)))
      || has_spare_room (retention, old, message))
    verdict = (clears && !MQTT_seal_read (message, &seal))
                ? replace (retention, topic, &record)
                : retain (retention, topic, message, &record);
  MQTT_retention_changed (retention);
  if (record.own && (MQTT_RETAINED_NEWER == verdict))
    MQTT_retention_announce (retention, topic, true);
  return verdict;
}


bool
MQTT_retention_publish (struct MQTT_Retention *retention,
                        struct MQTT_Topic *topic,
                        struct MQTT_Message *message)
{
  bool known = (NULL
                != MQTT_retained_get (retention->topics,
                                      topic->name,
                                      topic->name_size));
  enum MQTT_RetainedVerdict verdict;

  if (0 == message->version.time_us)
    MQTT_retention_stamp (retention, topic, message);
  verdict = MQTT_retention_take (retention, topic, message, 0, false);
  /* There may be no room to know that it was cleared: it is.  What its owner has signed
     may be older than what is known. */
  if ((MQTT_RETAINED_NO_ROOM != verdict)
      || (!known && MQTT_message_clears (message)))
    return true;
  MQTT_count (retention->config.counters, MQTT_COUNT_RETAINED_REFUSED, 1);
  return false;
}


/* ---- what is known of a topic ---- */

struct MQTT_RetainedRecord *
MQTT_retention_record (struct MQTT_Retention *retention,
                       const struct MQTT_Topic *topic)
{
  return MQTT_retained_edit (retention->topics, topic->name, topic->name_size);
}


void
MQTT_retention_announce (struct MQTT_Retention *retention,
                         const struct MQTT_Topic *topic,
                         bool announced)
{
  struct MQTT_RetainedRecord *record = MQTT_retention_record (retention, topic);

  if ((NULL == record) || (announced == record->announced))
    return;
  record->announced = announced;
  retention->config.changed (retention->config.cls,
                             topic->name,
                             topic->name_size,
                             false,
                             announced);
}


void
MQTT_retention_hide (struct MQTT_Retention *retention,
                     const struct MQTT_Topic *topic,
                     bool hidden)
{
  struct MQTT_RetainedRecord *record = MQTT_retention_record (retention, topic);

  if ((NULL == record) || (hidden == record->hidden))
    return;
  record->hidden = hidden;
  if (!MQTT_retention_write (retention, topic, record))
    record->hidden = !hidden;
  else if (hidden)
    MQTT_retention_announce (retention, topic, false);
}


bool
MQTT_retention_is_refused (const struct MQTT_Retention *retention,
                           const struct MQTT_Topic *topic)
{
  return MQTT_ownership_is_refused (retention->config.ownership,
                                    topic->name,
                                    topic->name_size);
}


void
MQTT_retention_forget (struct MQTT_Retention *retention,
                       const struct MQTT_Topic *topic)
{
  const struct MQTT_Bytes name = { .data = topic->name,
                                   .size = topic->name_size };
  const struct MQTT_RetainedRecord *known = MQTT_retention_record (retention,
                                                                   topic);
  struct MQTT_RetainedRecord record;

  if (NULL == known)
    return;
  record = *known;
  MQTT_store_retained_remove (retention->config.store, &name);
  MQTT_retained_remove (retention->topics, topic->name, topic->name_size);
  MQTT_retention_account (retention, &record, -1);
  MQTT_retention_withdraw (retention, topic->name, topic->name_size, &record);
  MQTT_retention_changed (retention);
}


bool
MQTT_retention_has_hashes (const struct MQTT_Retention *retention,
                           const uint64_t *hashes,
                           size_t levels)
{
  const struct MQTT_RetainedRecord *record = MQTT_retained_get_hashes (
    retention->topics,
    hashes,
    levels);

  return (NULL != record) && !record->hidden;
}


size_t
MQTT_retention_turns (struct MQTT_Retention *retention,
                      size_t limit,
                      MQTT_RetainedCallback callback,
                      void *cls)
{
  size_t turns = GNUNET_MIN (limit, MQTT_retained_count (retention->topics));

  for (size_t i = 0; i < turns; i++)
    (void)MQTT_retained_turn (retention->topics, callback, cls);
  return turns;
}


/* ---- finding ---- */

struct MQTT_RetainedWalk *
MQTT_retention_walk (struct MQTT_Retention *retention)
{
  return MQTT_retained_walk_begin (retention->topics);
}


/**
 * Read a message, if it is what its topic has.
 */
static bool
read_message (struct MQTT_Retention *retention,
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
      && !MQTT_retention_is_refused (retention, shelved->topic)
      && !MQTT_message_expired (shelved->message, MQTT_stream_now ()))
    return true;
  MQTT_shelf_put_back (shelved);
  shelved->gone = true;
  return false;
}


bool
MQTT_retention_get (struct MQTT_Retention *retention,
                    uint64_t name,
                    struct MQTT_Shelved *shelved)
{
  if (!read_message (retention, name, shelved))
    return false;
  /* There is a message that says so if its owner has signed it. */
  if (!MQTT_message_clears (shelved->message))
    return true;
  MQTT_shelf_put_back (shelved);
  shelved->gone = true;
  return false;
}


bool
MQTT_retention_read (struct MQTT_Retention *retention,
                     struct MQTT_Topic *topic,
                     struct MQTT_Shelved *shelved)
{
  const struct MQTT_RetainedRecord *record = MQTT_retention_record (retention,
                                                                    topic);
  struct MQTT_Publication cleared = {
    .properties = "",
    .payload = "",
    .expiry_us = MQTT_NEVER,
    .retain = true,
  };

  if ((NULL == record) || MQTT_retention_is_refused (retention, topic))
    return false;
  if (0 != record->message)
    return read_message (retention, record->message, shelved);
  cleared.version = record->version;
  *shelved = (struct MQTT_Shelved){
    .message = MQTT_message_create (&cleared, MQTT_stream_now ()),
    .topic = MQTT_topic_ref (topic),
  };
  return true;
}


uint64_t
MQTT_retention_newest (const struct MQTT_Retention *retention)
{
  return MQTT_store_message_newest (retention->config.store);
}


size_t
MQTT_retention_count (const struct MQTT_Retention *retention)
{
  return MQTT_retained_count (retention->topics);
}


size_t
MQTT_retention_share (struct MQTT_Retention *retention, int delta)
{
  size_t names = retention->config.options->retained_memory / MEMORY_PER_NAME;

  retention->lists += (unsigned int)delta;
  names /= GNUNET_MAX (1, retention->lists);
  return GNUNET_MAX (NAMES_LEAST, GNUNET_MIN (NAMES_MOST, names));
}


void
MQTT_retention_told (struct MQTT_Retention *retention)
{
  MQTT_count (retention->config.counters, MQTT_COUNT_RETAINED_TOLD, 1);
}


void
MQTT_retention_untold (struct MQTT_Retention *retention)
{
  MQTT_count (retention->config.counters, MQTT_COUNT_RETAINED_UNTOLD, 1);
}


/* ---- start and end ---- */

struct MQTT_Retention *
MQTT_retention_create (const struct MQTT_RetentionConfig *config)
{
  struct MQTT_Retention *retention = GNUNET_new (struct MQTT_Retention);

  retention->config = *config;
  retention->run = GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                                             UINT64_MAX);
  if (MQTT_retention_load (retention))
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
