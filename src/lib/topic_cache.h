/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/topic_cache.h
 * @brief The topics this client publishes to, and the numbers they go by on
 *        the connection.
 *
 * A table with one place for each number; a topic's place is given by a hash of
 * its text, so two busy topics may take turns in one place, which costs a NAME
 * frame each time and nothing else.  A topic lives as long as somebody holds it,
 * in the table or not.  Knows nothing of connections or messages.
 */
#ifndef MQTT_LIB_TOPIC_CACHE_H
#define MQTT_LIB_TOPIC_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MQTT_TopicCache;

/**
 * A legal topic name.  Shared and counted; read only outside of the cache.
 */
struct MQTT_CachedTopic
{
  uint64_t hash;
  uint32_t references;
  /** Bytes of @e text. */
  uint32_t size;
  /** Not terminated. */
  char text[];
};


struct MQTT_TopicCache *
MQTT_topic_cache_create (void);


/**
 * Topics that somebody still holds stay valid.
 */
void
MQTT_topic_cache_destroy (struct MQTT_TopicCache *cache);


/**
 * Find a topic, or add it.  Cheap if it was asked for lately: its text is
 * compared then, but not checked again.
 *
 * @param cache the cache
 * @param text topic name, copied
 * @param size bytes of it
 * @return the topic, to be given back with MQTT_topic_cache_release(); NULL if
 *         @a text is not a legal topic name
 */
struct MQTT_CachedTopic *
MQTT_topic_cache_get (struct MQTT_TopicCache *cache,
                      const char *text,
                      size_t size);


/**
 * Give back a topic.
 */
void
MQTT_topic_cache_release (struct MQTT_CachedTopic *topic);


/**
 * Which number does this topic go by?
 *
 * @param cache the cache
 * @param topic a topic of this cache
 * @param[out] number below #MQTT_IPC_TOPIC_NUMBERS
 * @return true if the other side knows already that this number is this topic;
 *         false if it must be told now, before the number is used
 */
bool
MQTT_topic_cache_bind (struct MQTT_TopicCache *cache,
                       struct MQTT_CachedTopic *topic,
                       uint32_t *number);


/**
 * A new connection: the other side knows no number any more.
 */
void
MQTT_topic_cache_unbind_all (struct MQTT_TopicCache *cache);

#endif
