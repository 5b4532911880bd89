/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/subscriptions.c
 * @brief All subscriptions of this peer's clients.
 */
#include "subscriptions.h"
#include "../core/filter_index.h"
#include "../core/topic.h"
#include "../stream/stream.h"

struct MQTT_Subscriptions
{
  struct MQTT_FilterIndex *index;
  struct MQTT_Shares *shares;
  struct MQTT_Covers *covers;
  struct MQTT_Counters *counters;
  MQTT_SubscriptionsObserver observer;
  void *cls;
  /** Subscriptions by slot, which is their value in the index. */
  struct MQTT_Subscription **slots;
  /** Slots below @e used that are free. */
  uint32_t *free;
  uint32_t free_count;
  uint32_t used;
  uint32_t allocated;
  uint64_t generation;
};


struct MQTT_Subscriptions *
MQTT_subscriptions_create (struct MQTT_Counters *counters,
                           MQTT_SubscriptionsObserver observer,
                           void *cls)
{
  struct MQTT_Subscriptions *subscriptions = GNUNET_new (
    struct MQTT_Subscriptions);

  subscriptions->index = MQTT_filter_index_create (
    GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE, UINT64_MAX));
  subscriptions->shares = MQTT_shares_create ();
  subscriptions->covers = MQTT_covers_create ();
  subscriptions->counters = counters;
  subscriptions->observer = observer;
  subscriptions->cls = cls;
  subscriptions->generation = 1;
  return subscriptions;
}


void
MQTT_subscriptions_destroy (struct MQTT_Subscriptions *subscriptions)
{
  GNUNET_assert (0 == MQTT_filter_index_count (subscriptions->index));
  MQTT_filter_index_destroy (subscriptions->index);
  MQTT_shares_destroy (subscriptions->shares);
  MQTT_covers_destroy (subscriptions->covers);
  GNUNET_free (subscriptions->slots);
  GNUNET_free (subscriptions->free);
  GNUNET_free (subscriptions);
}


static uint32_t
take_slot (struct MQTT_Subscriptions *subscriptions)
{
  if (0 < subscriptions->free_count)
    return subscriptions->free[--subscriptions->free_count];
  if (subscriptions->used == subscriptions->allocated)
  {
    uint32_t more = subscriptions->allocated + subscriptions->allocated / 2
                    + 16;

    subscriptions->slots = GNUNET_realloc (subscriptions->slots,
                                           more
                                             * sizeof (*subscriptions->slots));
    subscriptions->free = GNUNET_realloc (subscriptions->free,
                                          more * sizeof (*subscriptions->free));
    subscriptions->allocated = more;
  }
  return subscriptions->used++;
}


/**
 * Tell who wants to know of a subscription.
 */
static void
observe (const struct MQTT_Subscriptions *subscriptions,
         const struct MQTT_Subscription *subscription,
         bool anonymous,
         bool added)
{
  subscriptions->observer (subscriptions->cls,
                           subscription->filter + subscription->share_size,
                           subscription->filter_size - subscription->share_size,
                           anonymous,
                           added);
}


/**
 * Number, QoS and flags of a subscription that has none, or has others.
 */
static void
set_options (struct MQTT_Subscriptions *subscriptions,
             struct MQTT_Subscription *subscription,
             uint32_t number,
             uint8_t qos,
             unsigned int flags)
{
  subscription->number = number;
  subscription->qos = qos;
  subscription->no_local = (0 != (flags & MQTT_SUBSCRIPTION_NO_LOCAL));
  subscription->anonymous = (0 != (flags & MQTT_SUBSCRIPTION_ANONYMOUS));
  MQTT_cover_unref (subscription->cover);
  subscription->cover = NULL;
  if (subscription->anonymous)
    subscription->cover = MQTT_covers_get (
      subscriptions->covers,
      subscription->filter + subscription->share_size,
      subscription->filter_size - subscription->share_size);
}


struct MQTT_Subscription *
MQTT_subscriptions_add (struct MQTT_Subscriptions *subscriptions,
                        struct MQTT_Subscriber *subscriber,
                        const char *filter,
                        size_t filter_size,
                        uint32_t number,
                        uint8_t qos,
                        unsigned int flags)
{
  uint32_t slot = take_slot (subscriptions);
  size_t head = MQTT_topic_filter_share (filter, filter_size);
  MQTT_FilterIndexEntry entry = MQTT_filter_index_add (subscriptions->index,
                                                       filter + head,
                                                       filter_size - head,
                                                       slot);
  struct MQTT_Subscription *subscription;

  if (0 == entry)
  {
    subscriptions->free[subscriptions->free_count++] = slot;
    return NULL;
  }
  subscription = GNUNET_malloc (sizeof (*subscription) + filter_size);
  subscription->subscriber = subscriber;
  subscription->since_us = MQTT_stream_now ();
  subscription->slot = slot;
  subscription->entry = entry;
  subscription->filter_size = (uint32_t)filter_size;
  subscription->share_size = (uint32_t)head;
  GNUNET_memcpy (subscription->filter, filter, filter_size);
  set_options (subscriptions, subscription, number, qos, flags);
  if (0 != head)
    subscription->share = MQTT_share_join (subscriptions->shares,
                                           filter,
                                           filter_size);
  subscriptions->slots[slot] = subscription;
  subscriptions->generation++;
  MQTT_count (subscriptions->counters, MQTT_COUNT_SUBSCRIPTIONS, 1);
  observe (subscriptions, subscription, subscription->anonymous, true);
  return subscription;
}


void
MQTT_subscriptions_change (struct MQTT_Subscriptions *subscriptions,
                           struct MQTT_Subscription *subscription,
                           uint32_t number,
                           uint8_t qos,
                           unsigned int flags)
{
  bool was_anonymous = subscription->anonymous;

  set_options (subscriptions, subscription, number, qos, flags);
  subscriptions->generation++;
  /* As if one came and another went: never is the filter not wanted. */
  observe (subscriptions, subscription, subscription->anonymous, true);
  observe (subscriptions, subscription, was_anonymous, false);
}


void
MQTT_subscriptions_remove (struct MQTT_Subscriptions *subscriptions,
                           struct MQTT_Subscription *subscription)
{
  MQTT_filter_index_remove (subscriptions->index, subscription->entry);
  subscriptions->slots[subscription->slot] = NULL;
  subscriptions->free[subscriptions->free_count++] = subscription->slot;
  subscriptions->generation++;
  MQTT_count (subscriptions->counters, MQTT_COUNT_SUBSCRIPTIONS, -1);
  observe (subscriptions, subscription, subscription->anonymous, false);
  if (NULL != subscription->share)
    MQTT_share_leave (subscriptions->shares, subscription->share);
  MQTT_cover_unref (subscription->cover);
  GNUNET_free (subscription);
}


uint64_t
MQTT_subscriptions_generation (const struct MQTT_Subscriptions *subscriptions)
{
  return subscriptions->generation;
}


/** What collecting matches needs. */
struct Collection
{
  struct MQTT_Subscriptions *subscriptions;
  const char *name;
  size_t name_size;
  const struct MQTT_Subscription **found;
  size_t count;
  size_t allocated;
};


/**
 * #MQTT_FilterIndexCallback: keep what matches as text too, since hashes can
 * be made to collide.
 */
static bool
collect (void *cls, uint32_t value)
{
  struct Collection *collection = cls;
  const struct MQTT_Subscription *subscription = collection->subscriptions
                                                   ->slots[value];

  if (!MQTT_topic_matches (subscription->filter + subscription->share_size,
                           subscription->filter_size - subscription->share_size,
                           collection->name,
                           collection->name_size))
    return true;
  if (collection->count == collection->allocated)
  {
    collection->allocated = 2 * collection->allocated + 4;
    collection->found = GNUNET_realloc (collection->found,
                                        collection->allocated
                                          * sizeof (*collection->found));
  }
  collection->found[collection->count++] = subscription;
  return true;
}


/**
 * qsort() comparison: by subscriber, then by number; what is shared behind all
 * others, by group.
 */
static int
compare (const void *a, const void *b)
{
  const struct MQTT_Subscription *one = *(
    const struct MQTT_Subscription *const *)a;
  const struct MQTT_Subscription *two = *(
    const struct MQTT_Subscription *const *)b;

  if (one->share != two->share)
    return ((uintptr_t)one->share < (uintptr_t)two->share) ? -1 : 1;
  if (NULL != one->share)
    return (one->slot < two->slot) ? -1 : 1;
  if (one->subscriber != two->subscriber)
    return ((uintptr_t)one->subscriber < (uintptr_t)two->subscriber) ? -1 : 1;
  return (one->number < two->number) ? -1 : (one->number > two->number);
}


const struct MQTT_Subscription **
MQTT_subscriptions_match (struct MQTT_Subscriptions *subscriptions,
                          const char *name,
                          size_t size,
                          const uint64_t *hashes,
                          size_t levels,
                          size_t *count)
{
  struct Collection collection = {
    .subscriptions = subscriptions,
    .name = name,
    .name_size = size,
  };

  (void)MQTT_filter_index_match (subscriptions->index,
                                 hashes,
                                 levels,
                                 '$' == name[0],
                                 &collect,
                                 &collection);
  *count = collection.count;
  if (0 == collection.count)
    return NULL;
  collection.found = GNUNET_realloc (collection.found,
                                     collection.count
                                       * sizeof (*collection.found));
  qsort (collection.found,
         collection.count,
         sizeof (*collection.found),
         &compare);
  return collection.found;
}


bool
MQTT_subscription_is_known (const struct MQTT_Subscription *subscription,
                            struct MQTT_SubscriptionsAsker *asker)
{
  if (!subscription->anonymous)
    return true;
  if (NULL == asker)
    return false;
  if (asker->cover != subscription->cover)
  {
    asker->cover = subscription->cover;
    asker->admitted = asker->admits (asker->cls, asker->peer, asker->cover);
  }
  return asker->admitted;
}


/** As many are asked since when they want a topic; of more it is wanted
    since ever, at any QoS, for good. */
#define WANTED_MAX 64

/** As many are asked of which group they are; the groups of more are not named. */
#define ASKED_MAX 1024

/** What is asked of all who want a topic. */
struct Asking
{
  struct MQTT_Subscriptions *subscriptions;
  /** Who asks. */
  struct MQTT_SubscriptionsAsker *asker;
  struct MQTT_Wanted *wanted;
  const struct MQTT_Audience *known;
  unsigned int count;
  /** The groups that come first in the order of their names. */
  struct MQTT_LinkGroup names[MQTT_LINK_GROUPS_MAX];
  size_t name_count;
};


/**
 * Note a group; if there are too many, the last one is not named.
 */
static void
note_group (struct Asking *asking, const struct MQTT_LinkGroup *name)
{
  struct MQTT_LinkGroup *names = asking->names;
  size_t at = asking->name_count;
  size_t last;

  while ((0 < at) && (0 > memcmp (name, &names[at - 1], sizeof (*name))))
    at--;
  if ((0 < at) && (0 == memcmp (name, &names[at - 1], sizeof (*name))))
    return;
  if (MQTT_LINK_GROUPS_MAX == asking->name_count)
    asking->wanted->more = true;
  else
    asking->name_count++;
  if (at == MQTT_LINK_GROUPS_MAX)
    return;
  last = asking->name_count - 1;
  memmove (&names[at + 1], &names[at], (last - at) * sizeof (*names));
  names[at] = *name;
}


/**
 * Which of two times was before the other?  They may be before the clock began.
 */
static uint64_t
earlier (uint64_t one_us, uint64_t other_us)
{
  return ((int64_t)one_us < (int64_t)other_us) ? one_us : other_us;
}


/**
 * #MQTT_FilterIndexCallback
 */
static bool
note_wanted (void *cls, uint32_t value)
{
  struct Asking *asking = cls;
  struct MQTT_Subscriptions *subscriptions = asking->subscriptions;
  struct MQTT_Wanted *wanted = asking->wanted;
  const struct MQTT_Subscription *subscription = subscriptions->slots[value];
  const struct MQTT_Share *share = subscription->share;
  bool known;

  if (!MQTT_subscription_is_known (subscription, asking->asker))
    return true;
  if (NULL == share)
    wanted->plain = true;
  else
    note_group (asking, &share->name);
  known = (NULL != asking->known)
          && ((NULL == share)
                ? MQTT_audience_is_plain (asking->known)
                : MQTT_audience_has (asking->known, &share->name));
  if (!known)
    wanted->news_us = earlier (wanted->news_us, subscription->since_us);
  wanted->since_us = earlier (wanted->since_us, subscription->since_us);
  wanted->qos = GNUNET_MAX (wanted->qos, subscription->qos);
  wanted->durable |= (0 < subscription->qos)
                     && subscription->subscriber->durable;
  if (WANTED_MAX > ++asking->count)
    return true;
  wanted->since_us = (uint64_t)INT64_MIN;
  wanted->qos = 2;
  wanted->durable = true;
  if (!MQTT_shares_exist (subscriptions->shares))
    return false;
  wanted->more |= (ASKED_MAX == asking->count);
  return ASKED_MAX > asking->count;
}


bool
MQTT_subscriptions_wanted (struct MQTT_Subscriptions *subscriptions,
                           const uint64_t *hashes,
                           size_t levels,
                           bool dollar,
                           struct MQTT_SubscriptionsAsker *asker,
                           const struct MQTT_Audience *known,
                           struct MQTT_Wanted *wanted)
{
  struct Asking asking = {
    .subscriptions = subscriptions,
    .asker = asker,
    .wanted = wanted,
    .known = known,
  };

  *wanted = (struct MQTT_Wanted){
    .since_us = INT64_MAX,
    .news_us = INT64_MAX,
  };
  (void)MQTT_filter_index_match (subscriptions->index,
                                 hashes,
                                 levels,
                                 dollar,
                                 &note_wanted,
                                 &asking);
  if (0 == asking.count)
    return false;
  wanted->plain |= wanted->more;
  wanted->groups = MQTT_groups_create (&(struct MQTT_LinkGroups){
    .names = asking.names,
    .count = asking.name_count,
  });
  return true;
}
