/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/retained.h
 * @brief Which topics have a retained message, and which one is the newest
 *        (MQTT 5, 3.3.1.3).
 *
 * A tree of levels, so that a filter costs what it matches.  Holds no message,
 * only the caller's name for it.  Time is an argument.
 */
#ifndef MQTT_CORE_RETAINED_H
#define MQTT_CORE_RETAINED_H

#include "message.h"

struct MQTT_Retained;

/** A search for topics, which may take its time. */
struct MQTT_RetainedWalk;

/**
 * What is known of a topic.
 */
struct MQTT_RetainedRecord
{
  struct MQTT_Version version;
  /** The caller's name for the message; 0 if the topic was cleared. */
  uint64_t message;
  /** When it is to be forgotten, microseconds; UINT64_MAX for never. */
  uint64_t expires_us;
  /* The rest is the caller's, and may be changed at any time: */
  /** Who sees to it that others find the message: a name for a peer; 0: we do. */
  uint32_t server;
  /** Since when nobody here wants it, seconds of the caller's clock; 0: somebody does. */
  uint32_t idle_s;
  /** When a peer was sent the message last, since it had an older one; the same. */
  uint32_t corrected_s;
  /** Bytes of the message. */
  uint32_t size;
  /** It was published here. */
  bool own;
  /** Other peers are told that it is wanted here. */
  bool announced;
  /** No other peer may learn that it is here. */
  bool hidden;
};

/**
 * How a message compares with what is known.
 */
enum MQTT_RetainedVerdict
{
  /** It is newer, or the topic was not known: it is the one now. */
  MQTT_RETAINED_NEWER,
  MQTT_RETAINED_SAME,
  MQTT_RETAINED_OLDER,
  /** There is no room for one more topic. */
  MQTT_RETAINED_NO_ROOM
};

/**
 * Called with a topic; must not change anything.
 *
 * @param cls closure
 * @param name topic name, valid until it returns
 * @param size bytes of it
 * @param record what is known of it
 */
typedef void (*MQTT_RetainedCallback) (
  void *cls,
  const char *name,
  size_t size,
  const struct MQTT_RetainedRecord *record);


/**
 * @return below 0, 0 or above: @a one is older than, the same as, or newer than
 *         @a two
 */
int
MQTT_version_compare (const struct MQTT_Version *one,
                      const struct MQTT_Version *two);


/**
 * @param limit bytes of memory that all topics may take
 * @param seed random and secret, so that nobody can choose topics that make it slow
 */
struct MQTT_Retained *
MQTT_retained_create (size_t limit, uint64_t seed);


void
MQTT_retained_destroy (struct MQTT_Retained *retained);


/**
 * How would a message compare?  Changes nothing.
 */
enum MQTT_RetainedVerdict
MQTT_retained_compare (const struct MQTT_Retained *retained,
                       const char *name,
                       size_t size,
                       const struct MQTT_Version *version);


/**
 * Take a record in place of an older one.
 *
 * @param retained all topics
 * @param name legal topic name
 * @param size bytes of it
 * @param record what is to be known of it
 * @param[out] replaced set to what it replaces, all 0 if nothing; may be NULL
 */
enum MQTT_RetainedVerdict
MQTT_retained_put (struct MQTT_Retained *retained,
                   const char *name,
                   size_t size,
                   const struct MQTT_RetainedRecord *record,
                   struct MQTT_RetainedRecord *replaced);


/**
 * What is known of a topic?
 *
 * @return NULL if nothing; valid until a change
 */
const struct MQTT_RetainedRecord *
MQTT_retained_get (const struct MQTT_Retained *retained,
                   const char *name,
                   size_t size);


/**
 * The same, of which what is the caller's may be changed.
 */
struct MQTT_RetainedRecord *
MQTT_retained_edit (struct MQTT_Retained *retained,
                    const char *name,
                    size_t size);


/**
 * What is known of a topic of which there are only the hashes of its levels?
 *
 * @return NULL if nothing; valid until a change
 */
const struct MQTT_RetainedRecord *
MQTT_retained_get_hashes (const struct MQTT_Retained *retained,
                          const uint64_t *hashes,
                          size_t levels);


/**
 * Tell the topic whose turn it is: of all that are known the one that was told so
 * longest ago, or came first.
 *
 * @param retained all topics
 * @param callback may change what is the caller's, and remove this topic
 * @param cls closure for @a callback
 * @return false if there is none
 */
bool
MQTT_retained_turn (struct MQTT_Retained *retained,
                    MQTT_RetainedCallback callback,
                    void *cls);


/**
 * Forget a topic, if it is known.
 */
void
MQTT_retained_remove (struct MQTT_Retained *retained,
                      const char *name,
                      size_t size);


/**
 * Begin to find the topics that match a filter, cleared ones too.
 *
 * @return to be ended with MQTT_retained_walk_end() before @a retained is destroyed
 */
struct MQTT_RetainedWalk *
MQTT_retained_walk_begin (struct MQTT_Retained *retained);


/**
 * Find the next topic that matches.  What is changed meanwhile does not keep the walk
 * from what was there before, and remains: each topic of it is found once.  What is
 * new may be found, or not.
 *
 * @param walk the walk
 * @param text legal topic filter (without "$share/…"), always the same
 * @param size bytes of it
 * @param[in,out] steps what it may cost, less what it did: about one for each level of
 *        a topic that it comes by
 * @return what is known of the topic, valid until a change; NULL if there is no further
 *         one, or @a steps are used up
 */
const struct MQTT_RetainedRecord *
MQTT_retained_walk_next (struct MQTT_RetainedWalk *walk,
                         const char *text,
                         size_t size,
                         unsigned int *steps);


/**
 * Were all found?
 */
bool
MQTT_retained_walk_is_over (const struct MQTT_RetainedWalk *walk);


void
MQTT_retained_walk_end (struct MQTT_RetainedWalk *walk);


/**
 * When does the next one expire?  UINT64_MAX if none does.
 */
uint64_t
MQTT_retained_next_us (const struct MQTT_Retained *retained);


/**
 * Forget what has expired.
 *
 * @param retained all topics
 * @param now_us the time
 * @param callback called for each before it is forgotten
 * @param cls closure for @a callback
 */
void
MQTT_retained_expire (struct MQTT_Retained *retained,
                      uint64_t now_us,
                      MQTT_RetainedCallback callback,
                      void *cls);


/**
 * Number of topics known.
 */
size_t
MQTT_retained_count (const struct MQTT_Retained *retained);


/**
 * Bytes of memory they take, as they count against the limit.
 */
size_t
MQTT_retained_memory (const struct MQTT_Retained *retained);

#endif
