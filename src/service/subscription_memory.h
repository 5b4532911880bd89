/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/subscription_memory.h
 * @brief The bound that all subscriptions share, whoever's they are.
 */
#ifndef MQTT_SERVICE_SUBSCRIPTION_MEMORY_H
#define MQTT_SERVICE_SUBSCRIPTION_MEMORY_H

#include "../core/topic.h"
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
 * Bytes that a subscription to a filter takes, and its levels in the index.
 */
static inline size_t
MQTT_subscription_size (const char *filter, size_t filter_size)
{
  return sizeof (struct MQTT_Subscription) + filter_size
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
                               size_t filter_size)
{
  size_t size = MQTT_subscription_size (filter, filter_size);

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
                                          subscription->filter_size);
}

#endif
