/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_subscribe.c
 * @brief What the sessions' clients subscribe to: found by filter, on disk if the
 *        session is.
 */
#include "session_subscriptions.h"

/**
 * An answer that waits for the disk.
 */
struct MQTT_HostedReply
{
  struct MQTT_HostedReply *prev;
  struct MQTT_HostedReply *next;
  struct MQTT_HostedSession *hosted;
  struct MQTT_StoreWait *wait;
  /** Filter of a subscription that was made, or ended; the reply's own once it waits. */
  struct MQTT_Bytes filter;
  /** Whom to answer. */
  uint32_t line_number;
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


void
MQTT_hosted_forget_subscriptions (struct MQTT_HostedSession *hosted)
{
  while (NULL != hosted->replies_head)
    free_reply (hosted->replies_head);
  while (NULL != hosted->subscriptions_head)
    MQTT_hosted_subscription_drop (hosted, hosted->subscriptions_head);
  MQTT_replays_done (&hosted->replays);
}


/* ---- answers ---- */

static void
tell (struct MQTT_HostedSession *hosted, const struct MQTT_HostedReply *reply)
{
  struct MQTT_SessionLine *line = hosted->line;
  struct MQTT_Subscription *subscription = MQTT_hosted_subscription_find (
    hosted,
    &reply->filter);

  if ((NULL != line) && (hosted->line_number == reply->line_number))
  {
    if (reply->ends)
      line->type->unsubscribed (line->cls, reply->reason);
    else
      line->type->subscribed (line->cls, reply->identifier, reply->reason);
  }
  /* Also to a client that comes again: it has the subscription then. */
  if (reply->replays && (NULL != subscription)
      && (reply->reason < GNUNET_MQTT_UNSPECIFIED_ERROR))
    MQTT_replay_begin (&hosted->replays, subscription);
}


/**
 * A subscription is not on disk: it is as it was before.
 */
static void
take_back (struct MQTT_HostedSession *hosted,
           const struct MQTT_HostedReply *reply)
{
  struct MQTT_Subscription *subscription = MQTT_hosted_subscription_find (
    hosted,
    &reply->filter);

  if (NULL == subscription)
    return;
  if (!reply->replaced)
    MQTT_hosted_subscription_drop (hosted, subscription);
  else
    MQTT_hosted_subscription_change (hosted,
                                     subscription,
                                     reply->old_identifier,
                                     reply->old_options);
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
         && (!MQTT_hosted_filters_equal (&lost->filter, &later->filter)
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
  reply = GNUNET_malloc (sizeof (*reply) + template->filter.size);
  *reply = *template;
  reply->filter.data = reply + 1;
  GNUNET_memcpy (reply + 1, template->filter.data, template->filter.size);
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
 * @param[in,out] answer its filter is given; what was replaced is noted
 * @return reason code: granted, or why not
 */
static enum GNUNET_MQTT_ReasonCode
subscribe_to (struct MQTT_HostedSession *hosted,
              const struct MQTT_StoreSubscription *wanted,
              struct MQTT_HostedReply *answer)
{
  struct MQTT_Store *store = hosted->sessions->config.store;
  struct MQTT_Subscription *subscription = MQTT_hosted_subscription_find (
    hosted,
    &answer->filter);

  answer->replaced = (NULL != subscription);
  if (answer->replaced)
  {
    answer->old_identifier = subscription->number & ~MQTT_DELIVERY_AS_PUBLISHED;
    answer->old_options = MQTT_hosted_subscription_options (subscription);
    MQTT_hosted_subscription_change (hosted,
                                     subscription,
                                     wanted->identifier,
                                     wanted->options);
  }
  else if (NULL == MQTT_hosted_subscription_make (hosted, wanted))
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
  struct MQTT_HostedReply answer = {
    .filter = wanted.filter,
    .identifier = subscribe->subscription,
  };

  if (MQTT_DELIVERY_IDENTIFIER_MAX < subscribe->subscription)
  {
    MQTT_hosted_kick (hosted, GNUNET_MQTT_PROTOCOL_ERROR);
    return;
  }
  answer.reason = (uint8_t)subscribe_to (hosted, &wanted, &answer);
  answer.replays = (MQTT_IPC_RETAINED_ALWAYS == subscribe->retain_handling)
                   || ((MQTT_IPC_RETAINED_IF_NEW == subscribe->retain_handling)
                       && !answer.replaced);
  if (answer.replays && (answer.reason < GNUNET_MQTT_UNSPECIFIED_ERROR))
    MQTT_hosted_subscription_find (hosted, &answer.filter)
      ->newest = MQTT_retention_newest (hosted->replays.retention);
  reply (hosted, &answer);
}


void
MQTT_hosted_unsubscribe (struct MQTT_HostedSession *hosted,
                         const struct MQTT_IpcUnsubscribe *unsubscribe)
{
  struct MQTT_HostedReply answer = {
    .filter = { .data = unsubscribe->filter, .size = unsubscribe->filter_size },
    .ends = true,
  };
  struct MQTT_Subscription *subscription = MQTT_hosted_subscription_find (
    hosted,
    &answer.filter);

  if (NULL == subscription)
    answer.reason = GNUNET_MQTT_NO_SUBSCRIPTION_EXISTED;
  else
  {
    MQTT_hosted_subscription_drop (hosted, subscription);
    if (hosted->subscriber.durable)
      MQTT_store_subscription_remove (hosted->sessions->config.store,
                                      hosted->stored,
                                      &answer.filter);
  }
  reply (hosted, &answer);
}
