/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/interests.c
 * @brief Which peers' durable sessions want which topics.
 */
#include "interests.h"
#include "blacklists.h"

/** One is written again once so much of its lifetime has passed. */
#define FRESH 8

struct Interest
{
  /** In the order in which they were written, the latest last. */
  struct Interest *prev;
  struct Interest *next;
  struct GNUNET_PeerIdentity peer;
  /** Of the topic's text. */
  struct GNUNET_HashCode key;
  /** When it was written, or could not be. */
  struct GNUNET_TIME_Absolute confirmed;
  struct MQTT_Groups *groups;
  uint8_t qos;
  bool plain;
  size_t topic_size;
  /** Not terminated. */
  char topic[];
};

struct MQTT_Interests
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Store *store;
  struct GNUNET_CONTAINER_MultiHashMap *by_topic;
  struct Interest *head;
  struct Interest *tail;
};

/** Whose interest in a topic is looked for, and what was found. */
struct Look
{
  const struct GNUNET_PeerIdentity *peer;
  struct Interest *found;
};

/** Whom to tell. */
struct Tell
{
  MQTT_InterestCallback callback;
  void *cls;
};


static struct Interest *
add (struct MQTT_Interests *interests,
     const struct GNUNET_PeerIdentity *peer,
     const struct MQTT_Bytes *topic)
{
  struct Interest *interest = GNUNET_malloc (sizeof (*interest) + topic->size);

  interest->peer = *peer;
  interest->topic_size = topic->size;
  GNUNET_memcpy (interest->topic, topic->data, topic->size);
  GNUNET_CRYPTO_hash (topic->data, topic->size, &interest->key);
  (void)GNUNET_CONTAINER_multihashmap_put (
    interests->by_topic,
    &interest->key,
    interest,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE);
  GNUNET_CONTAINER_DLL_insert_tail (interests->head, interests->tail, interest);
  MQTT_count (interests->counters, MQTT_COUNT_INTERESTS, 1);
  return interest;
}


static void
drop (struct MQTT_Interests *interests, struct Interest *interest)
{
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multihashmap_remove (interests->by_topic,
                                                          &interest->key,
                                                          interest));
  GNUNET_CONTAINER_DLL_remove (interests->head, interests->tail, interest);
  MQTT_count (interests->counters, MQTT_COUNT_INTERESTS, -1);
  MQTT_groups_unref (interest->groups);
  GNUNET_free (interest);
}


static struct MQTT_Bytes
topic_of (const struct Interest *interest)
{
  return (struct MQTT_Bytes){
    .data = interest->topic,
    .size = interest->topic_size,
  };
}


static void
forget (struct MQTT_Interests *interests, struct Interest *interest)
{
  struct MQTT_Bytes topic = topic_of (interest);

  MQTT_store_interest_remove (interests->store, &interest->peer, &topic);
  drop (interests, interest);
}


/**
 * Forget those that nobody has confirmed for long.
 */
static void
purge (struct MQTT_Interests *interests)
{
  struct GNUNET_TIME_Relative lifetime = interests->options->interest_lifetime;

  while ((NULL != interests->head)
         && GNUNET_TIME_absolute_is_past (
           GNUNET_TIME_absolute_add (interests->head->confirmed, lifetime)))
    forget (interests, interests->head);
}


/**
 * #MQTT_StoreInterestCallback
 */
static void
restore (void *cls, const struct MQTT_StoreInterest *stored)
{
  struct MQTT_Interests *interests = cls;
  struct Interest *interest = add (interests, &stored->peer, &stored->topic);

  interest->qos = GNUNET_MIN (2, stored->qos);
  interest->plain = !stored->only;
  interest->groups = MQTT_groups_of_bytes (stored->groups.data,
                                           stored->groups.size);
  interest->confirmed.abs_value_us = stored->confirmed_us;
}


struct MQTT_Interests *
MQTT_interests_create (const struct MQTT_Options *options,
                       struct MQTT_Counters *counters,
                       struct MQTT_Store *store)
{
  struct MQTT_Interests *interests = GNUNET_new (struct MQTT_Interests);

  interests->options = options;
  interests->counters = counters;
  interests->store = store;
  interests->by_topic = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_NO);
  if (!MQTT_store_interests_load (store, &restore, interests))
    GNUNET_log (
      GNUNET_ERROR_TYPE_ERROR,
      "Peers' interests cannot be read; who is away misses messages\n");
  return interests;
}


void
MQTT_interests_destroy (struct MQTT_Interests *interests)
{
  while (NULL != interests->head)
    drop (interests, interests->head);
  GNUNET_CONTAINER_multihashmap_destroy (interests->by_topic);
  GNUNET_free (interests);
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
compare (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Look *look = cls;
  struct Interest *interest = value;

  (void)key;
  if (0 != GNUNET_memcmp (look->peer, &interest->peer))
    return GNUNET_YES;
  look->found = interest;
  return GNUNET_NO;
}


/**
 * @return NULL if there is none
 */
static struct Interest *
find (const struct MQTT_Interests *interests,
      const struct MQTT_Topic *topic,
      const struct GNUNET_PeerIdentity *peer)
{
  struct Look look = { .peer = peer };
  struct GNUNET_HashCode key;

  GNUNET_CRYPTO_hash (topic->name, topic->name_size, &key);
  (void)GNUNET_CONTAINER_multihashmap_get_multiple (interests->by_topic,
                                                    &key,
                                                    &compare,
                                                    &look);
  return look.found;
}


/**
 * Write an interest, with the present time.
 *
 * @return false if the store does not take it
 */
static bool
confirm (struct MQTT_Interests *interests, struct Interest *interest)
{
  struct MQTT_StoreInterest stored = {
    .peer = interest->peer,
    .topic = topic_of (interest),
    .groups = MQTT_store_groups (interest->groups),
    .qos = interest->qos,
    .only = !interest->plain,
  };

  interest->confirmed = GNUNET_TIME_absolute_get ();
  stored.confirmed_us = interest->confirmed.abs_value_us;
  GNUNET_CONTAINER_DLL_remove (interests->head, interests->tail, interest);
  GNUNET_CONTAINER_DLL_insert_tail (interests->head, interests->tail, interest);
  return MQTT_store_interest_put (interests->store, &stored);
}


/**
 * Was an interest written so lately that it need not be written again?
 */
static bool
is_fresh (const struct MQTT_Interests *interests,
          const struct Interest *interest)
{
  return GNUNET_TIME_relative_cmp (
    GNUNET_TIME_absolute_get_duration (interest->confirmed),
    <,
    GNUNET_TIME_relative_divide (interests->options->interest_lifetime, FRESH));
}


void
MQTT_interest_confirm (struct MQTT_Interests *interests,
                       const struct MQTT_Topic *topic,
                       const struct GNUNET_PeerIdentity *peer,
                       uint8_t qos,
                       const struct MQTT_Audience *audience)
{
  const struct MQTT_Bytes name = {
    .data = topic->name,
    .size = topic->name_size,
  };
  struct Interest *interest;

  purge (interests);
  interest = find (interests, topic, peer);
  if ((NULL != interest) && (qos == interest->qos)
      && (audience->plain == interest->plain)
      && MQTT_groups_equal (audience->groups, interest->groups)
      && is_fresh (interests, interest))
    return;
  if (NULL == interest)
  {
    if (GNUNET_CONTAINER_multihashmap_size (interests->by_topic)
        >= interests->options->interests)
    {
      MQTT_count (interests->counters, MQTT_COUNT_INTERESTS_REFUSED, 1);
      return;
    }
    interest = add (interests, peer, &name);
  }
  interest->qos = qos;
  interest->plain = audience->plain;
  MQTT_groups_unref (interest->groups);
  interest->groups = MQTT_groups_ref (audience->groups);
  /* In memory it holds all the same. */
  if (!confirm (interests, interest))
    MQTT_count (interests->counters, MQTT_COUNT_INTERESTS_REFUSED, 1);
}


void
MQTT_interest_forget (struct MQTT_Interests *interests,
                      const struct MQTT_Topic *topic,
                      const struct GNUNET_PeerIdentity *peer)
{
  struct Interest *interest = find (interests, topic, peer);

  if (NULL != interest)
    forget (interests, interest);
}


void
MQTT_interests_enforce (struct MQTT_Interests *interests,
                        const struct MQTT_Blacklists *blacklists)
{
  struct Interest *next;

  for (struct Interest *interest = interests->head; NULL != interest;
       interest = next)
  {
    next = interest->next;
    if (MQTT_blacklists_name_peer (blacklists, &interest->peer))
      forget (interests, interest);
  }
}


bool
MQTT_interest_holds (struct MQTT_Interests *interests,
                     const struct MQTT_Topic *topic,
                     const struct GNUNET_PeerIdentity *peer)
{
  purge (interests);
  return NULL != find (interests, topic, peer);
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
tell (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  const struct Tell *to = cls;
  const struct Interest *interest = value;
  const struct MQTT_Audience audience = {
    .plain = interest->plain,
    .groups = interest->groups,
  };

  (void)key;
  to->callback (to->cls, &interest->peer, interest->qos, &audience);
  return GNUNET_YES;
}


void
MQTT_interests_of (struct MQTT_Interests *interests,
                   const struct MQTT_Topic *topic,
                   MQTT_InterestCallback callback,
                   void *cls)
{
  struct Tell to = { .callback = callback, .cls = cls };
  struct GNUNET_HashCode key;

  purge (interests);
  GNUNET_CRYPTO_hash (topic->name, topic->name_size, &key);
  (void)GNUNET_CONTAINER_multihashmap_get_multiple (interests->by_topic,
                                                    &key,
                                                    &tell,
                                                    &to);
}
