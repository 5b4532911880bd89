/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_subscribe.c
 * @brief Subscriptions, and the messages that arrive for them.
 *
 * A subscription is looked up by its number each time: the callback of one may
 * have ended another.  Numbers count up, so what is under way for a subscription
 * that has ended does not reach a later one.
 */
#include "mqtt_api.h"

/** Largest subscription identifier (3.8.2.1.2). */
#define IDENTIFIER_MAX 268435455

struct GNUNET_MQTT_Subscription
{
  struct GNUNET_MQTT_Subscription *next;
  struct GNUNET_MQTT_Subscription *prev;
  struct GNUNET_MQTT_Handle *h;
  GNUNET_MQTT_SubscribeCallback status;
  GNUNET_MQTT_MessageCallback message;
  void *cls;
  /** Tells that there will be no connection. */
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_MQTT_SubscribeOptions options;
  uint32_t number;
  /** Granted by the service, on this connection. */
  bool granted;
  size_t filter_size;
  char filter[];
};


/**
 * Tell that there will be no connection.
 */
static void
tell_failed (void *cls)
{
  struct GNUNET_MQTT_Subscription *subscription = cls;
  struct GNUNET_MQTT_Handle *h = subscription->h;

  subscription->task = NULL;
  if (NULL == subscription->status)
    return;
  MQTT_api_enter (h);
  subscription->status (subscription->cls,
                        GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION);
  (void)MQTT_api_leave (h);
}


/**
 * Ask the service for a subscription if there is a connection.
 */
static void
send_out (struct GNUNET_MQTT_Subscription *subscription)
{
  struct GNUNET_MQTT_Handle *h = subscription->h;
  struct MQTT_IpcSubscribe subscribe = {
    .subscription = subscription->number,
    .qos = subscription->options.qos,
    .no_local = subscription->options.no_local,
    .retain_as_published = subscription->options.retain_as_published,
    .retain_handling = subscription->options.retain_handling,
    .anonymous = (GNUNET_MQTT_ANONYMITY_ANONYMOUS
                  == subscription->options.anonymity),
    .named = (GNUNET_MQTT_ANONYMITY_NAMED == subscription->options.anonymity),
    .filter = subscription->filter,
    .filter_size = subscription->filter_size
  };

  if (h->failed)
    subscription->task = GNUNET_SCHEDULER_add_now (&tell_failed, subscription);
  if (!h->ready)
    return;
  MQTT_ipc_put_subscribe (h->outbox, &subscribe);
  MQTT_stream_writer_wake (h->writer);
}


/**
 * Take a subscription off the list and free it.
 */
static void
forget (struct GNUNET_MQTT_Subscription *subscription)
{
  struct GNUNET_MQTT_Handle *h = subscription->h;

  GNUNET_CONTAINER_DLL_remove (h->subscriptions_head,
                               h->subscriptions_tail,
                               subscription);
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (h->subscriptions,
                                               subscription->number,
                                               subscription));
  if (NULL != subscription->task)
    GNUNET_SCHEDULER_cancel (subscription->task);
  GNUNET_free (subscription);
}


void
MQTT_api_subscribe_resume (struct GNUNET_MQTT_Handle *h)
{
  for (struct GNUNET_MQTT_Subscription *pos = h->subscriptions_head;
       NULL != pos;
       pos = pos->next)
    send_out (pos);
}


void
MQTT_api_subscribe_suspend (struct GNUNET_MQTT_Handle *h)
{
  for (struct GNUNET_MQTT_Subscription *pos = h->subscriptions_head;
       NULL != pos;
       pos = pos->next)
    pos->granted = false;
  for (unsigned int i = 0; i < MQTT_IPC_TOPIC_NUMBERS; i++)
    GNUNET_free (h->names[i].text);
}


void
MQTT_api_subscribe_done (struct GNUNET_MQTT_Handle *h)
{
  while (NULL != h->subscriptions_head)
    forget (h->subscriptions_head);
  GNUNET_CONTAINER_multihashmap32_destroy (h->subscriptions);
}


bool
MQTT_api_subscribe_answered (struct GNUNET_MQTT_Handle *h,
                             const struct MQTT_IpcSubscribed *subscribed)
{
  struct GNUNET_MQTT_Subscription *subscription;

  subscription = GNUNET_CONTAINER_multihashmap32_get (h->subscriptions,
                                                      subscribed->subscription);
  if (NULL == subscription)
    return true;
  subscription->granted = (0x80 > subscribed->reason);
  if (NULL != subscription->status)
    subscription->status (subscription->cls, subscribed->reason);
  return !h->gone;
}


void
MQTT_api_name (struct GNUNET_MQTT_Handle *h, const struct MQTT_IpcName *name)
{
  struct MQTT_ApiName *slot = &h->names[name->number];

  GNUNET_free (slot->text);
  slot->text = GNUNET_memdup (name->name, name->name_size);
  slot->size = name->name_size;
}


bool
MQTT_api_deliver (struct GNUNET_MQTT_Handle *h,
                  const struct MQTT_IpcMessage *message)
{
  const struct MQTT_ApiName *name = &h->names[message->number];
  struct GNUNET_MQTT_Message view;

  if (NULL == name->text)
    return false;
  MQTT_api_message_decode (name, &message->publication, &view);
  view.delivery = ++h->deliveries;
  for (uint16_t i = 0; (i < message->subscription_count) && !h->gone; i++)
  {
    struct GNUNET_MQTT_Subscription *subscription;

    subscription = GNUNET_CONTAINER_multihashmap32_get (
      h->subscriptions,
      MQTT_ipc_message_subscription (message, i));
    if ((NULL != subscription) && subscription->granted)
      subscription->message (subscription->cls, &view);
  }
  MQTT_api_message_done (&view);
  return !h->gone;
}


bool
MQTT_api_subscribe_legal (const char *filter,
                          size_t filter_size,
                          const struct GNUNET_MQTT_SubscribeOptions *options)
{
  static const char share[] = "$share/";

  if (NULL != GNUNET_MQTT_topic_filter_check (filter, filter_size, NULL))
    return false;
  if (NULL == options)
    return true;
  return (2 >= options->qos) && (2 >= options->retain_handling)
         && (IDENTIFIER_MAX >= options->identifier)
         && ((unsigned int)options->anonymity <= GNUNET_MQTT_ANONYMITY_NAMED)
         && !(options->no_local && (filter_size >= sizeof (share) - 1)
              && (0 == memcmp (filter, share, sizeof (share) - 1)));
}


/**
 * Count up to a number that no subscription has.
 */
static uint32_t
next_number (struct GNUNET_MQTT_Handle *h)
{
  do
    h->last_subscription++;
  while (GNUNET_CONTAINER_multihashmap32_contains (h->subscriptions,
                                                   h->last_subscription));
  return h->last_subscription;
}


struct GNUNET_MQTT_Subscription *
GNUNET_MQTT_subscribe (struct GNUNET_MQTT_Handle *h,
                       const char *filter,
                       size_t filter_size,
                       const struct GNUNET_MQTT_SubscribeOptions *options,
                       GNUNET_MQTT_SubscribeCallback status,
                       GNUNET_MQTT_MessageCallback message,
                       void *cls)
{
  struct GNUNET_MQTT_Subscription *subscription;

  if (!MQTT_api_subscribe_legal (filter, filter_size, options))
    return NULL;
  subscription = GNUNET_malloc (sizeof (*subscription) + filter_size);
  subscription->h = h;
  subscription->status = status;
  subscription->message = message;
  subscription->cls = cls;
  if (NULL != options)
    subscription->options = *options;
  subscription->number = next_number (h);
  subscription->filter_size = filter_size;
  memcpy (subscription->filter, filter, filter_size);
  GNUNET_CONTAINER_DLL_insert_tail (h->subscriptions_head,
                                    h->subscriptions_tail,
                                    subscription);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   h->subscriptions,
                   subscription->number,
                   subscription,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY));
  send_out (subscription);
  return subscription;
}


void
GNUNET_MQTT_unsubscribe (struct GNUNET_MQTT_Subscription *subscription)
{
  struct GNUNET_MQTT_Handle *h = subscription->h;
  const struct MQTT_IpcUnsubscribe unsubscribe = {
    .subscription = subscription->number
  };

  if (h->ready)
  {
    MQTT_ipc_put_unsubscribe (h->outbox, &unsubscribe);
    MQTT_stream_writer_wake (h->writer);
  }
  forget (subscription);
}
