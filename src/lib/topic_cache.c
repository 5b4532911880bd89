/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/topic_cache.c
 * @brief The topics this client publishes to, and their numbers.
 */
#include <gnunet/gnunet_util_lib.h>
#include "../core/ipc_frame.h"
#include "../core/topic.h"
#include "topic_cache.h"

/** Odd, with bits spread evenly: 2^64 divided by the golden ratio. */
#define HASH_FACTOR UINT64_C (0x9E3779B97F4A7C15)

struct Place
{
  /** NULL if the place was never used. */
  struct MQTT_CachedTopic *topic;
  /** Was the other side told that this place's number is @e topic? */
  bool bound;
};

struct MQTT_TopicCache
{
  struct Place places[MQTT_IPC_TOPIC_NUMBERS];
};


/**
 * Eight bytes at a time: topics may be long, and this is done for each
 * publication.  Collisions made on purpose slow down only who makes them.
 */
static uint64_t
hash_text (const char *text, size_t size)
{
  uint64_t hash = size * HASH_FACTOR;
  uint64_t word;

  for (; size >= sizeof (word); size -= sizeof (word))
  {
    memcpy (&word, text, sizeof (word));
    text += sizeof (word);
    hash = (hash ^ word) * HASH_FACTOR;
    hash ^= hash >> 32;
  }
  if (0 < size)
  {
    word = 0;
    memcpy (&word, text, size);
    hash = (hash ^ word) * HASH_FACTOR;
    hash ^= hash >> 32;
  }
  return hash;
}


static uint32_t
number_of (uint64_t hash)
{
  return (uint32_t)(hash % MQTT_IPC_TOPIC_NUMBERS);
}


/**
 * Put a topic in a place, which takes a reference.
 */
static void
occupy (struct Place *place, struct MQTT_CachedTopic *topic)
{
  if (NULL != place->topic)
    MQTT_topic_cache_release (place->topic);
  topic->references++;
  place->topic = topic;
  place->bound = false;
}


struct MQTT_TopicCache *
MQTT_topic_cache_create (void)
{
  return GNUNET_new (struct MQTT_TopicCache);
}


void
MQTT_topic_cache_destroy (struct MQTT_TopicCache *cache)
{
  for (unsigned int i = 0; i < MQTT_IPC_TOPIC_NUMBERS; i++)
    if (NULL != cache->places[i].topic)
      MQTT_topic_cache_release (cache->places[i].topic);
  GNUNET_free (cache);
}


struct MQTT_CachedTopic *
MQTT_topic_cache_get (struct MQTT_TopicCache *cache,
                      const char *text,
                      size_t size)
{
  uint64_t hash = hash_text (text, size);
  struct Place *place = &cache->places[number_of (hash)];
  struct MQTT_CachedTopic *topic = place->topic;

  if ((NULL != topic) && (topic->hash == hash) && (topic->size == size)
      && (0 == memcmp (topic->text, text, size)))
  {
    topic->references++;
    return topic;
  }
  if (MQTT_TOPIC_OK != MQTT_topic_name_check (text, size, NULL))
    return NULL;
  topic = GNUNET_malloc (sizeof (*topic) + size);
  topic->hash = hash;
  topic->references = 1;
  topic->size = (uint32_t)size;
  memcpy (topic->text, text, size);
  occupy (place, topic);
  return topic;
}


void
MQTT_topic_cache_release (struct MQTT_CachedTopic *topic)
{
  if (0 == --topic->references)
    GNUNET_free (topic);
}


bool
MQTT_topic_cache_bind (struct MQTT_TopicCache *cache,
                       struct MQTT_CachedTopic *topic,
                       uint32_t *number)
{
  struct Place *place;
  bool known;

  *number = number_of (topic->hash);
  place = &cache->places[*number];
  if (place->topic != topic)
    occupy (place, topic);
  known = place->bound;
  place->bound = true;
  return known;
}


void
MQTT_topic_cache_unbind_all (struct MQTT_TopicCache *cache)
{
  for (unsigned int i = 0; i < MQTT_IPC_TOPIC_NUMBERS; i++)
    cache->places[i].bound = false;
}
