/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/topics.c
 * @brief The topics that clients or peers are using.
 */
#include "topics.h"
#include "../core/level_hash.h"
#include "../core/topic.h"

/** Bytes of a place in a hash map of GNUnet's, about. */
#define MAP_ENTRY 64

struct MQTT_Topics
{
  struct MQTT_Subscriptions *subscriptions;
  struct MQTT_Counters *counters;
  /** Topics by the hash of their name. */
  struct GNUNET_CONTAINER_MultiHashMap *by_name;
  uint64_t last_id;
  /** Bytes taken, those by MQTT_topics_reserve() among them, and how many may be. */
  size_t memory;
  size_t reserved;
  size_t limit;
  /** The last matches for which there was no memory to keep them. */
  const struct MQTT_Subscription **unkept;
};


struct MQTT_Topics *
MQTT_topics_create (struct MQTT_Subscriptions *subscriptions,
                    struct MQTT_Counters *counters,
                    size_t limit)
{
  struct MQTT_Topics *topics = GNUNET_new (struct MQTT_Topics);

  topics->subscriptions = subscriptions;
  topics->counters = counters;
  topics->limit = limit;
  topics->by_name = GNUNET_CONTAINER_multihashmap_create (64, GNUNET_YES);
  return topics;
}


void
MQTT_topics_destroy (struct MQTT_Topics *topics)
{
  GNUNET_assert (0 == GNUNET_CONTAINER_multihashmap_size (topics->by_name));
  GNUNET_assert (0 == topics->memory);
  GNUNET_CONTAINER_multihashmap_destroy (topics->by_name);
  GNUNET_free (topics->unkept);
  GNUNET_free (topics);
}


/**
 * @return false if there is not so much
 */
static bool
take (struct MQTT_Topics *topics, size_t size)
{
  if (size > topics->limit - topics->memory)
    return false;
  topics->memory += size;
  MQTT_count (topics->counters, MQTT_COUNT_TOPIC_BYTES, (int64_t)size);
  return true;
}


static void
give_back (struct MQTT_Topics *topics, size_t size)
{
  topics->memory -= size;
  MQTT_count (topics->counters, MQTT_COUNT_TOPIC_BYTES, -(int64_t)size);
}


bool
MQTT_topics_reserve (struct MQTT_Topics *topics, size_t size)
{
  if ((topics->reserved + size > topics->limit / 2) || !take (topics, size))
  {
    MQTT_count (topics->counters, MQTT_COUNT_TOPICS_REFUSED, 1);
    return false;
  }
  topics->reserved += size;
  return true;
}


void
MQTT_topics_release (struct MQTT_Topics *topics, size_t size)
{
  topics->reserved -= size;
  give_back (topics, size);
}


static size_t
memory_of (size_t name_size, size_t levels)
{
  return sizeof (struct MQTT_Topic) + MAP_ENTRY + name_size
         + levels * sizeof (uint64_t);
}


size_t
MQTT_topic_memory (const struct MQTT_Topic *topic)
{
  return memory_of (topic->name_size, topic->levels);
}


struct MQTT_Topic *
MQTT_topics_get (struct MQTT_Topics *topics, const char *name, size_t size)
{
  struct GNUNET_HashCode key;
  struct MQTT_Topic *topic;

  GNUNET_CRYPTO_hash (name, size, &key);
  topic = GNUNET_CONTAINER_multihashmap_get (topics->by_name, &key);
  if (NULL != topic)
    return MQTT_topic_ref (topic);
  if (!take (topics, memory_of (size, MQTT_topic_level_count (name, size))))
  {
    MQTT_count (topics->counters, MQTT_COUNT_TOPICS_REFUSED, 1);
    return NULL;
  }
  topic = GNUNET_malloc (sizeof (*topic) + size);
  topic->id = ++topics->last_id;
  topic->hashes = MQTT_level_hash_all (name, size, &topic->levels);
  topic->name_size = size;
  GNUNET_memcpy (topic->name, name, size);
  topic->topics = topics;
  topic->key = key;
  topic->references = 1;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap_put (
                   topics->by_name,
                   &topic->key,
                   topic,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  MQTT_count (topics->counters, MQTT_COUNT_TOPICS, 1);
  return topic;
}


struct MQTT_Topic *
MQTT_topic_ref (struct MQTT_Topic *topic)
{
  topic->references++;
  return topic;
}


static void
forget_matches (struct MQTT_Topic *topic)
{
  give_back (topic->topics, topic->match_count * sizeof (*topic->matches));
  GNUNET_free (topic->matches);
  topic->match_count = 0;
}


void
MQTT_topic_unref (struct MQTT_Topic *topic)
{
  if (0 != --topic->references)
    return;
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (topic->topics->by_name,
                                             &topic->key,
                                             topic));
  MQTT_count (topic->topics->counters, MQTT_COUNT_TOPICS, -1);
  forget_matches (topic);
  give_back (topic->topics, MQTT_topic_memory (topic));
  GNUNET_free (topic->hashes);
  GNUNET_free (topic);
}


const struct MQTT_Subscription *const *
MQTT_topic_matches_now (struct MQTT_Topic *topic, size_t *count)
{
  struct MQTT_Topics *topics = topic->topics;
  uint64_t generation = MQTT_subscriptions_generation (topics->subscriptions);
  const struct MQTT_Subscription **matches;

  *count = topic->match_count;
  if (topic->generation == generation)
    return topic->matches;
  forget_matches (topic);
  matches = MQTT_subscriptions_match (topics->subscriptions,
                                      topic->name,
                                      topic->name_size,
                                      topic->hashes,
                                      topic->levels,
                                      count);
  if (!take (topics, *count * sizeof (*matches)))
  {
    GNUNET_free (topics->unkept);
    topics->unkept = matches;
    return matches;
  }
  topic->matches = matches;
  topic->match_count = *count;
  topic->generation = generation;
  return matches;
}


uint64_t
MQTT_topic_generation (const struct MQTT_Topic *topic)
{
  return MQTT_subscriptions_generation (topic->topics->subscriptions);
}


bool
MQTT_topic_has_group (struct MQTT_Topic *topic,
                      const struct MQTT_LinkGroup *name,
                      struct MQTT_SubscriptionsAsker *asker)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);

  for (size_t i = 0; i < count; i++)
    if ((NULL != matches[i]->share)
        && (0 == memcmp (name, &matches[i]->share->name, sizeof (*name)))
        && MQTT_subscription_is_known (matches[i], asker))
      return true;
  return false;
}
