/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/subscription_memory.h
 * @brief The bound that all subscriptions share, whoever's they are.
 */
#ifndef MQTT_SERVICE_SUBSCRIPTION_MEMORY_H
#define MQTT_SERVICE_SUBSCRIPTION_MEMORY_H

#include "../core/topic.h"
#include "covers.h"
#include "subscriptions.h"

/** Bytes that a level takes in the index, measured at 65,536 levels. */
#define MQTT_SUBSCRIPTION_LEVEL 48

struct MQTT_SubscriptionMemory
{
  /** Bytes that all subscriptions may take. */
  size_t limit;
  size_t used;
};


/**
 * Bytes that a subscription to a filter takes, its levels in the index, and the codes
 * that it may be known by.
 */
static inline size_t
MQTT_subscription_size (const char *filter, size_t filter_size, bool anonymous)
{
  return sizeof (struct MQTT_Subscription) + filter_size
         + (anonymous ? MQTT_COVER_MEMORY : 0)
         + MQTT_SUBSCRIPTION_LEVEL
             * MQTT_topic_level_count (filter, filter_size);
}


/**
 * Take what a subscription needs.
 *
 * @return false if there is not so much
 */
static inline bool
MQTT_subscription_memory_take (struct MQTT_SubscriptionMemory *memory,
                               const char *filter,
                               size_t filter_size,
                               bool anonymous)
{
  size_t size = MQTT_subscription_size (filter, filter_size, anonymous);

  if (size > memory->limit - GNUNET_MIN (memory->used, memory->limit))
    return false;
  memory->used += size;
  return true;
}


static inline void
MQTT_subscription_memory_release (struct MQTT_SubscriptionMemory *memory,
                                  const struct MQTT_Subscription *subscription)
{
  memory->used -= MQTT_subscription_size (subscription->filter,
                                          subscription->filter_size,
                                          subscription->anonymous);
}

#endif
