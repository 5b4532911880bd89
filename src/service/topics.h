/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/topics.h
 * @brief The topics that clients or peers are using: one object each, so that
 *        a publication costs no search for who wants it.
 *
 * Knows nothing of messages and of who holds a topic; counts references.
 */
#ifndef MQTT_SERVICE_TOPICS_H
#define MQTT_SERVICE_TOPICS_H

#include "ownership.h"
#include "subscriptions.h"

struct MQTT_Topics;
struct MQTT_Notice;
struct MQTT_Outreach;

/**
 * A topic in use; read only outside of topics.c, except for @e outreach and
 * @e notice, and @e permit.
 */
struct MQTT_Topic
{
  /** Never used for another topic, never 0. */
  uint64_t id;
  /** Where the topic is published from here: owned by outreach.c; else NULL. */
  struct MQTT_Outreach *outreach;
  /** Where wills on it are told to other peers: owned by testament.c; else NULL. */
  struct MQTT_Notice *notice;
  /** May this peer publish to it? */
  struct MQTT_Permit permit;
  /** Hash of each level. */
  uint64_t *hashes;
  size_t levels;
  size_t name_size;
  /* private: */
  struct MQTT_Topics *topics;
  /** What matched at @e generation, sorted by subscriber. */
  const struct MQTT_Subscription **matches;
  size_t match_count;
  uint64_t generation;
  struct GNUNET_HashCode key;
  uint32_t references;
  /** The name, not terminated. */
  char name[];
};


/**
 * @param subscriptions what topics are matched with
 * @param counters where to count
 * @param limit bytes that all topics together may take
 */
struct MQTT_Topics *
MQTT_topics_create (struct MQTT_Subscriptions *subscriptions,
                    struct MQTT_Counters *counters,
                    size_t limit);


/**
 * All references must have been given back.
 */
void
MQTT_topics_destroy (struct MQTT_Topics *topics);


/**
 * Get a topic, with a reference of the caller's.
 *
 * @param topics all topics
 * @param name legal topic name
 * @param size bytes of it
 * @return NULL if there is no memory for one more, which is counted
 */
struct MQTT_Topic *
MQTT_topics_get (struct MQTT_Topics *topics, const char *name, size_t size);


/**
 * Bytes that a topic takes.
 */
size_t
MQTT_topic_memory (const struct MQTT_Topic *topic);


/**
 * Take some of the topics' memory for a topic of which only the hashes are known.
 * No more than half of it can be taken so: peers must not leave nothing to clients.
 *
 * @return false if there is not so much, which is counted
 */
bool
MQTT_topics_reserve (struct MQTT_Topics *topics, size_t size);


/**
 * Give back what MQTT_topics_reserve() took.
 */
void
MQTT_topics_release (struct MQTT_Topics *topics, size_t size);


/**
 * Take one more reference.
 *
 * @return @a topic
 */
struct MQTT_Topic *
MQTT_topic_ref (struct MQTT_Topic *topic);


/**
 * Give a reference back; the last one frees the topic.
 */
void
MQTT_topic_unref (struct MQTT_Topic *topic);


/**
 * Which subscriptions match now?
 *
 * @param topic the topic
 * @param[out] count how many
 * @return those that match, sorted as MQTT_subscriptions_match() does; valid until a subscription is
 *         made or ended, or this is called again; NULL if none
 */
const struct MQTT_Subscription *const *
MQTT_topic_matches_now (struct MQTT_Topic *topic, size_t *count);


/**
 * Changes whenever MQTT_topic_matches_now() may say something else.
 */
uint64_t
MQTT_topic_generation (const struct MQTT_Topic *topic);


/**
 * Has a group members here that want a topic?
 *
 * @param topic the topic
 * @param name name of the group
 * @param asker who asks: only those count that it may know of
 */
bool
MQTT_topic_has_group (struct MQTT_Topic *topic,
                      const struct MQTT_LinkGroup *name,
                      struct MQTT_SubscriptionsAsker *asker);

#endif
