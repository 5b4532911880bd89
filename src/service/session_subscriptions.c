/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_subscriptions.c
 * @brief What a session has subscribed to, in memory.
 *
 * Identifier and options are not kept twice: a subscription's number, QoS and flags
 * tell them.
 */
#include "session_subscriptions.h"
#include "../stream/stream.h"

/** Which subscription is looked for, and what was found. */
struct Look
{
  const struct MQTT_HostedSession *hosted;
  const struct MQTT_Bytes *filter;
  struct MQTT_Subscription *found;
};


/**
 * Key of a session's subscription.
 */
static uint32_t
key_of (const struct MQTT_HostedSession *hosted,
        const struct MQTT_Bytes *filter)
{
  return MQTT_hosted_hash (hosted->sessions,
                           hosted,
                           filter->data,
                           filter->size);
}


bool
MQTT_hosted_filters_equal (const struct MQTT_Bytes *one,
                           const struct MQTT_Bytes *other)
{
  return (one->size == other->size)
         && (0 == memcmp (one->data, other->data, one->size));
}


/**
 * The filter as it was given.
 */
static struct MQTT_Bytes
filter_of (const struct MQTT_Subscription *subscription)
{
  return (struct MQTT_Bytes){
    .data = subscription->filter,
    .size = subscription->filter_size,
  };
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
compare (void *cls, uint32_t key, void *value)
{
  struct Look *look = cls;
  struct MQTT_Subscription *subscription = value;
  const struct MQTT_Bytes filter = filter_of (subscription);

  (void)key;
  if ((&look->hosted->subscriber != subscription->subscriber)
      || !MQTT_hosted_filters_equal (look->filter, &filter))
    return GNUNET_YES;
  look->found = subscription;
  return GNUNET_NO;
}


struct MQTT_Subscription *
MQTT_hosted_subscription_find (const struct MQTT_HostedSession *hosted,
                               const struct MQTT_Bytes *filter)
{
  struct Look look = { .hosted = hosted, .filter = filter };

  (void)GNUNET_CONTAINER_multihashmap32_get_multiple (
    hosted->sessions->subscriptions,
    key_of (hosted, filter),
    &compare,
    &look);
  return look.found;
}


uint8_t
MQTT_hosted_subscription_options (const struct MQTT_Subscription *subscription)
{
  uint8_t options = subscription->qos;

  if (subscription->no_local)
    options |= MQTT_IPC_SUBSCRIBE_NO_LOCAL;
  if (subscription->anonymous)
    options |= MQTT_IPC_SUBSCRIBE_ANONYMOUS;
  if (0 != (subscription->number & MQTT_DELIVERY_AS_PUBLISHED))
    options |= MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED;
  if (!subscription->replayed)
    options |= MQTT_IPC_SUBSCRIBE_RETAIN_NEVER;
  return options;
}


/**
 * Number of a subscription with this identifier.
 */
static uint32_t
number_of (uint32_t identifier, uint8_t options)
{
  bool as_published = (0 != (options & MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED));

  return identifier | (as_published ? MQTT_DELIVERY_AS_PUBLISHED : 0);
}


/**
 * Flags of a subscription with these options.
 */
static unsigned int
flags_of (uint8_t options)
{
  bool no_local = (0 != (options & MQTT_IPC_SUBSCRIBE_NO_LOCAL));
  bool anonymous = (0 != (options & MQTT_IPC_SUBSCRIBE_ANONYMOUS));

  return (no_local ? MQTT_SUBSCRIPTION_NO_LOCAL : 0)
         | (anonymous ? MQTT_SUBSCRIPTION_ANONYMOUS : 0);
}


void
MQTT_hosted_subscription_drop (struct MQTT_HostedSession *hosted,
                               struct MQTT_Subscription *subscription)
{
  struct MQTT_Sessions *sessions = hosted->sessions;
  const struct MQTT_Bytes filter = filter_of (subscription);

  MQTT_replay_end (&hosted->replays, subscription);
  MQTT_subscription_memory_release (&sessions->memory, subscription);
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (sessions->subscriptions,
                                               key_of (hosted, &filter),
                                               subscription));
  GNUNET_CONTAINER_DLL_remove (hosted->subscriptions_head,
                               hosted->subscriptions_tail,
                               subscription);
  hosted->subscription_count--;
  MQTT_subscriptions_remove (sessions->config.subscriptions, subscription);
}


/**
 * For how long has there been a subscription?  In microseconds.
 */
static uint64_t
age_of (const struct MQTT_StoreSubscription *subscription)
{
  uint64_t now_us = MQTT_hosted_now ();

  return now_us - GNUNET_MIN (now_us, subscription->since_us);
}


struct MQTT_Subscription *
MQTT_hosted_subscription_make (struct MQTT_HostedSession *hosted,
                               const struct MQTT_StoreSubscription *wanted)
{
  struct MQTT_Sessions *sessions = hosted->sessions;
  const struct MQTT_Bytes *filter = &wanted->filter;
  bool anonymous = (0 != (wanted->options & MQTT_IPC_SUBSCRIBE_ANONYMOUS));
  struct MQTT_Subscription *made;

  if ((hosted->subscription_count
       >= sessions->config.publishing->options->subscriptions_per_client)
      || !MQTT_subscription_memory_take (&sessions->memory,
                                         filter->data,
                                         filter->size,
                                         anonymous))
    return NULL;
  made = MQTT_subscriptions_add (
    sessions->config.subscriptions,
    &hosted->subscriber,
    filter->data,
    filter->size,
    number_of (wanted->identifier, wanted->options),
    wanted->options & MQTT_IPC_SUBSCRIBE_QOS,
    flags_of (wanted->options));
  if (NULL == made)
  {
    sessions->memory.used -= MQTT_subscription_size (filter->data,
                                                     filter->size,
                                                     anonymous);
    return NULL;
  }
  made->replayed = (0 == (wanted->options & MQTT_IPC_SUBSCRIBE_RETAIN_NEVER));
  made->newest = MQTT_retention_newest (hosted->replays.retention);
  made->since_us = MQTT_stream_now () - age_of (wanted);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   sessions->subscriptions,
                   key_of (hosted, filter),
                   made,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE));
  GNUNET_CONTAINER_DLL_insert (hosted->subscriptions_head,
                               hosted->subscriptions_tail,
                               made);
  hosted->subscription_count++;
  return made;
}


void
MQTT_hosted_subscription_change (struct MQTT_HostedSession *hosted,
                                 struct MQTT_Subscription *subscription,
                                 uint32_t identifier,
                                 uint8_t options)
{
  struct MQTT_Sessions *sessions = hosted->sessions;

  subscription->replayed = (0 == (options & MQTT_IPC_SUBSCRIBE_RETAIN_NEVER));
  /* What stands is not refused, though it may take more now. */
  MQTT_subscription_memory_release (&sessions->memory, subscription);
  MQTT_subscriptions_change (sessions->config.subscriptions,
                             subscription,
                             number_of (identifier, options),
                             options & MQTT_IPC_SUBSCRIBE_QOS,
                             flags_of (options));
  sessions->memory.used += MQTT_subscription_size (subscription->filter,
                                                   subscription->filter_size,
                                                   subscription->anonymous);
}


void
MQTT_hosted_restore_subscription (
  struct MQTT_HostedSession *hosted,
  const struct MQTT_StoreSubscription *subscription)
{
  if (NULL == MQTT_hosted_subscription_make (hosted, subscription))
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "A subscription of \"%.*s\" is left out: there are too many\n",
                (int)hosted->client_size,
                hosted->client);
}
