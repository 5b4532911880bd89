/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_subscribe.c
 * @brief What the sessions' clients subscribe to: found by filter, on disk if the
 *        session is.
 */
#include "hosted.h"
#include "../stream/stream.h"

/**
 * An answer that waits for the disk.
 */
struct MQTT_HostedReply
{
  struct MQTT_HostedReply *prev;
  struct MQTT_HostedReply *next;
  struct MQTT_HostedSession *hosted;
  struct MQTT_StoreWait *wait;
  /** Whom to answer. */
  uint64_t line_number;
  /** Key of a subscription that was made, or ended. */
  struct GNUNET_HashCode key;
  uint32_t identifier;
  /** What it replaced, to be put back if it is lost. */
  uint32_t old_identifier;
  uint8_t old_options;
  bool replaced;
  /** Retained messages follow it. */
  bool replays;
  /** UNSUBSCRIBE. */
  bool ends;
  uint8_t reason;
};


static void
free_reply (struct MQTT_HostedReply *reply)
{
  GNUNET_CONTAINER_DLL_remove (reply->hosted->replies_head,
                               reply->hosted->replies_tail,
                               reply);
  if (NULL != reply->wait)
    MQTT_store_wait_cancel (reply->wait);
  GNUNET_free (reply);
}


/* ---- subscriptions in memory ---- */

/**
 * Key of a session's subscription.
 */
static void
make_key (const struct MQTT_HostedSession *hosted,
          const char *filter,
          size_t filter_size,
          struct GNUNET_HashCode *key)
{
  struct GNUNET_HashContext *context = GNUNET_CRYPTO_hash_context_start ();

  GNUNET_CRYPTO_hash_context_read (context,
                                   &hosted->serial,
                                   sizeof (hosted->serial));
  GNUNET_CRYPTO_hash_context_read (context, filter, filter_size);
  GNUNET_CRYPTO_hash_context_finish (context, key);
}


static struct MQTT_HostedSubscription *
find (const struct MQTT_HostedSession *hosted,
      const struct GNUNET_HashCode *key)
{
  return GNUNET_CONTAINER_multihashmap_get (hosted->sessions->subscriptions,
                                            key);
}


/**
 * Subscribe as @a options and @a identifier of the subscription say.
 *
 * @return false if there are too many
 */
static bool
apply (struct MQTT_HostedSession *hosted,
       struct MQTT_HostedSubscription *subscription,
       const char *filter,
       size_t filter_size)
{
  struct MQTT_Subscriptions *all = hosted->sessions->config.subscriptions;
  struct MQTT_Subscription *old = subscription->subscription;
  uint8_t options = subscription->options;
  bool as_published = (0 != (options & MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED));
  struct MQTT_Subscription *made = MQTT_subscriptions_add (
    all,
    &hosted->subscriber,
    filter,
    filter_size,
    subscription->identifier | (as_published ? MQTT_DELIVERY_AS_PUBLISHED : 0),
    options & MQTT_IPC_SUBSCRIBE_QOS,
    ((0 != (options & MQTT_IPC_SUBSCRIBE_NO_LOCAL)) ? MQTT_SUBSCRIPTION_NO_LOCAL
                                                    : 0)
      | ((0 != (options & MQTT_IPC_SUBSCRIBE_ANONYMOUS))
           ? MQTT_SUBSCRIPTION_ANONYMOUS
           : 0));

  if (NULL == made)
    return false;
  made->replayed = (0 == (options & MQTT_IPC_SUBSCRIBE_RETAIN_NEVER));
  subscription->subscription = made;
  made->newest = MQTT_retention_newest (hosted->replays.retention);
  if (NULL == old)
    return true;
  made->since_us = old->since_us;
  MQTT_replay_move (old, made);
  /* After, so that nobody is told that the filter is not wanted any more. */
  MQTT_subscriptions_remove (all, old);
  return true;
}


/**
 * End a subscription, in memory.
 */
static void
drop (struct MQTT_HostedSession *hosted,
      struct MQTT_HostedSubscription *subscription)
{
  struct MQTT_Sessions *sessions = hosted->sessions;

  MQTT_replay_end (&hosted->replays, subscription->subscription);
  MQTT_subscription_memory_release (&sessions->memory,
                                    subscription->subscription);
  MQTT_subscriptions_remove (sessions->config.subscriptions,
                             subscription->subscription);
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (sessions->subscriptions,
                                             &subscription->key,
                                             subscription));
  GNUNET_CONTAINER_DLL_remove (hosted->subscriptions_head,
                               hosted->subscriptions_tail,
                               subscription);
  hosted->subscription_count--;
  GNUNET_free (subscription);
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


/**
 * Make a subscription in memory, which is not there.
 *
 * @return NULL if there are too many
 */
static struct MQTT_HostedSubscription *
make (struct MQTT_HostedSession *hosted,
      const struct GNUNET_HashCode *key,
      const struct MQTT_StoreSubscription *wanted)
{
  struct MQTT_Sessions *sessions = hosted->sessions;
  struct MQTT_HostedSubscription *subscription;

  if ((hosted->subscription_count
       >= sessions->config.publishing->options->subscriptions_per_client)
      || !MQTT_subscription_memory_take (&sessions->memory,
                                         wanted->filter.data,
                                         wanted->filter.size))
    return NULL;
  subscription = GNUNET_new (struct MQTT_HostedSubscription);
  subscription->key = *key;
  subscription->identifier = wanted->identifier;
  subscription->options = wanted->options;
  if (!apply (hosted, subscription, wanted->filter.data, wanted->filter.size))
  {
    sessions->memory.used -= MQTT_subscription_size (wanted->filter.data,
                                                     wanted->filter.size);
    GNUNET_free (subscription);
    return NULL;
  }
  subscription->subscription->since_us = MQTT_stream_now () - age_of (wanted);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap_put (
                   sessions->subscriptions,
                   &subscription->key,
                   subscription,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY));
  GNUNET_CONTAINER_DLL_insert (hosted->subscriptions_head,
                               hosted->subscriptions_tail,
                               subscription);
  hosted->subscription_count++;
  return subscription;
}


/**
 * Give a subscription other options.
 */
static bool
change (struct MQTT_HostedSession *hosted,
        struct MQTT_HostedSubscription *subscription,
        uint32_t identifier,
        uint8_t options)
{
  const struct MQTT_Subscription *old = subscription->subscription;
  const uint32_t old_identifier = subscription->identifier;
  const uint8_t old_options = subscription->options;

  subscription->identifier = identifier;
  subscription->options = options;
  if (apply (hosted, subscription, old->filter, old->filter_size))
    return true;
  subscription->identifier = old_identifier;
  subscription->options = old_options;
  return false;
}


void
MQTT_hosted_restore_subscription (
  struct MQTT_HostedSession *hosted,
  const struct MQTT_StoreSubscription *subscription)
{
  struct GNUNET_HashCode key;

  make_key (hosted, subscription->filter.data, subscription->filter.size, &key);
  if (NULL == make (hosted, &key, subscription))
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "A subscription of \"%.*s\" is left out: there are too many\n",
                (int)hosted->client_size,
                hosted->client);
}


void
MQTT_hosted_forget_subscriptions (struct MQTT_HostedSession *hosted)
{
  while (NULL != hosted->replies_head)
    free_reply (hosted->replies_head);
  while (NULL != hosted->subscriptions_head)
    drop (hosted, hosted->subscriptions_head);
  MQTT_replays_done (&hosted->replays);
}


/* ---- answers ---- */

static void
tell (struct MQTT_HostedSession *hosted, const struct MQTT_HostedReply *reply)
{
  struct MQTT_SessionLine *line = hosted->line;
  const struct MQTT_HostedSubscription *subscription = find (hosted,
                                                             &reply->key);

  if ((NULL != line) && (hosted->line_number == reply->line_number))
  {
    if (reply->ends)
      line->unsubscribed (line->cls, reply->reason);
    else
      line->subscribed (line->cls, reply->identifier, reply->reason);
  }
  /* Also to a client that comes again: it has the subscription then. */
  if (reply->replays && (NULL != subscription)
      && (reply->reason < GNUNET_MQTT_UNSPECIFIED_ERROR))
    MQTT_replay_begin (&hosted->replays, subscription->subscription);
}


/**
 * A subscription is not on disk: it is as it was before.
 */
static void
take_back (struct MQTT_HostedSession *hosted,
           const struct MQTT_HostedReply *reply)
{
  struct MQTT_HostedSubscription *subscription = find (hosted, &reply->key);

  if (NULL == subscription)
    return;
  if (!reply->replaced)
    drop (hosted, subscription);
  else
    (void)
      change (hosted, subscription, reply->old_identifier, reply->old_options);
}


/**
 * What a SUBSCRIBE made is taken back: the next one of the same filter, which may be
 * lost as well, has replaced what that one did.
 */
static void
pass_on (const struct MQTT_HostedReply *lost)
{
  struct MQTT_HostedReply *later = lost->next;

  while ((NULL != later)
         && ((0 != GNUNET_memcmp (&lost->key, &later->key))
             || (later->reason >= GNUNET_MQTT_UNSPECIFIED_ERROR)))
    later = later->next;
  if ((NULL == later) || !later->replaced)
    return;
  later->replaced = lost->replaced;
  later->old_identifier = lost->old_identifier;
  later->old_options = lost->old_options;
}


/**
 * What was asked for is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_HostedReply *reply = cls;
  struct MQTT_HostedSession *hosted = reply->hosted;

  reply->wait = NULL;
  if (!ok && (reply->reason < GNUNET_MQTT_UNSPECIFIED_ERROR))
  {
    if (!reply->ends)
    {
      take_back (hosted, reply);
      pass_on (reply);
    }
    reply->reason = (uint8_t)GNUNET_MQTT_UNSPECIFIED_ERROR;
  }
  tell (hosted, reply);
  free_reply (reply);
}


/**
 * Answer now, or, behind those that wait, when that is on disk which the session's
 * client relies on.
 *
 * @param hosted the session
 * @param template what to answer, copied
 */
static void
reply (struct MQTT_HostedSession *hosted, struct MQTT_HostedReply *template)
{
  struct MQTT_HostedReply *reply;

  template->hosted = hosted;
  template->line_number = hosted->line_number;
  if (!template->ends && (template->reason >= GNUNET_MQTT_UNSPECIFIED_ERROR))
    MQTT_count (hosted->sessions->config.publishing->counters,
                MQTT_COUNT_SUBSCRIPTIONS_REFUSED,
                1);
  if (!hosted->subscriber.durable
      || ((NULL == hosted->replies_head)
          && (template->reason >= GNUNET_MQTT_UNSPECIFIED_ERROR)))
  {
    tell (hosted, template);
    return;
  }
  reply = GNUNET_memdup (template, sizeof (*template));
  GNUNET_CONTAINER_DLL_insert_tail (hosted->replies_head,
                                    hosted->replies_tail,
                                    reply);
  reply->wait = MQTT_store_wait (hosted->sessions->config.store,
                                 &handle_stored,
                                 reply);
}


/* ---- requests ---- */

/**
 * Make or replace a subscription, on disk if the session is.
 *
 * @param hosted the session
 * @param wanted the subscription
 * @param[in,out] answer its key is given; what was replaced is noted
 * @return reason code: granted, or why not
 */
static enum GNUNET_MQTT_ReasonCode
subscribe_to (struct MQTT_HostedSession *hosted,
              const struct MQTT_StoreSubscription *wanted,
              struct MQTT_HostedReply *answer)
{
  struct MQTT_Store *store = hosted->sessions->config.store;
  struct MQTT_HostedSubscription *subscription = find (hosted, &answer->key);
  bool made;

  answer->replaced = (NULL != subscription);
  if (answer->replaced)
  {
    answer->old_identifier = subscription->identifier;
    answer->old_options = subscription->options;
    made = change (hosted, subscription, wanted->identifier, wanted->options);
  }
  else
  {
    subscription = make (hosted, &answer->key, wanted);
    made = (NULL != subscription);
  }
  if (!made)
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  if (hosted->subscriber.durable
      && !MQTT_store_subscription_put (store, wanted))
  {
    take_back (hosted, answer);
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  }
  return (enum GNUNET_MQTT_ReasonCode) (wanted->options
                                        & MQTT_IPC_SUBSCRIBE_QOS);
}


void
MQTT_hosted_subscribe (struct MQTT_HostedSession *hosted,
                       const struct MQTT_IpcSubscribe *subscribe)
{
  struct MQTT_HostedReply answer = { .identifier = subscribe->subscription };
  const struct MQTT_StoreSubscription wanted = {
    .session = hosted->stored,
    .filter = { .data = subscribe->filter, .size = subscribe->filter_size },
    .since_us = MQTT_hosted_now (),
    .identifier = subscribe->subscription,
    .options = (uint8_t)(subscribe->qos
                         | (subscribe->no_local ? MQTT_IPC_SUBSCRIBE_NO_LOCAL
                                                : 0)
                         | (subscribe->retain_as_published
                              ? MQTT_IPC_SUBSCRIBE_RETAIN_AS_PUBLISHED
                              : 0)
                         | ((MQTT_IPC_RETAINED_NEVER
                             == subscribe->retain_handling)
                              ? MQTT_IPC_SUBSCRIBE_RETAIN_NEVER
                              : 0)
                         | (MQTT_options_anonymous (
                              hosted->sessions->config.publishing->options,
                              subscribe)
                              ? MQTT_IPC_SUBSCRIBE_ANONYMOUS
                              : 0)),
  };

  if (MQTT_DELIVERY_IDENTIFIER_MAX < subscribe->subscription)
  {
    MQTT_hosted_kick (hosted, GNUNET_MQTT_PROTOCOL_ERROR);
    return;
  }
  make_key (hosted, subscribe->filter, subscribe->filter_size, &answer.key);
  answer.reason = (uint8_t)subscribe_to (hosted, &wanted, &answer);
  answer.replays = (MQTT_IPC_RETAINED_ALWAYS == subscribe->retain_handling)
                   || ((MQTT_IPC_RETAINED_IF_NEW == subscribe->retain_handling)
                       && !answer.replaced);
  if (answer.replays && (answer.reason < GNUNET_MQTT_UNSPECIFIED_ERROR))
    find (hosted, &answer.key)->subscription->newest = MQTT_retention_newest (
      hosted->replays.retention);
  reply (hosted, &answer);
}


void
MQTT_hosted_unsubscribe (struct MQTT_HostedSession *hosted,
                         const struct MQTT_IpcUnsubscribe *unsubscribe)
{
  const struct MQTT_Bytes filter = { .data = unsubscribe->filter,
                                     .size = unsubscribe->filter_size };
  struct MQTT_HostedReply answer = { .ends = true };
  struct MQTT_HostedSubscription *subscription;

  make_key (hosted, unsubscribe->filter, unsubscribe->filter_size, &answer.key);
  subscription = find (hosted, &answer.key);
  if (NULL == subscription)
    answer.reason = GNUNET_MQTT_NO_SUBSCRIPTION_EXISTED;
  else
  {
    drop (hosted, subscription);
    if (hosted->subscriber.durable)
      MQTT_store_subscription_remove (hosted->sessions->config.store,
                                      hosted->stored,
                                      &filter);
  }
  reply (hosted, &answer);
}
