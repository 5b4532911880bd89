/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_load.c
 * @brief Sessions as the last run has left them.
 */
#include "hosted.h"

#define US_PER_S UINT64_C (1000000)

/** A session that was read, and has no core yet: reading must not write. */
struct Found
{
  struct Found *next;
  struct MQTT_HostedSession *hosted;
  struct MQTT_SessionRecord record;
};

/** What reading needs to know. */
struct Loading
{
  struct MQTT_Sessions *sessions;
  struct Found *found;
  /** Sessions by the lower half of their ids, which is as good as unique. */
  struct GNUNET_CONTAINER_MultiHashMap32 *by_id;
  /** Rows that make no sense. */
  unsigned int left_out;
};


static uint32_t
seconds (uint64_t us)
{
  return (uint32_t)GNUNET_MIN (UINT32_MAX, us / US_PER_S);
}


/**
 * #MQTT_StoreSessionCallback
 */
static void
load_session (void *cls, const struct MQTT_StoreSession *session)
{
  struct Loading *loading = cls;
  struct MQTT_HostedSession *hosted;
  struct Found *found;

  if (MQTT_hosted_will_is_left (session))
  {
    MQTT_hosted_will_restore (loading->sessions, session);
    return;
  }
  hosted = MQTT_hosted_add (loading->sessions,
                            session->client.data,
                            session->client.size);
  found = GNUNET_new (struct Found);
  hosted->stored = session->id;
  hosted->will = session->will;
  hosted->subscriber.durable = (US_PER_S <= session->expiry_us);
  found->hosted = hosted;
  found->record = (struct MQTT_SessionRecord){
    .offline_since_us = session->left_us,
    .sent_limit = session->sent_limit,
    .expiry_s = MQTT_hosted_expiry (loading->sessions,
                                    seconds (session->expiry_us)),
    .will_delay_s = seconds (session->will_delay_us),
    .will = (0 != session->will),
    .connected = (0 == session->left_us),
  };
  found->next = loading->found;
  loading->found = found;
}


/**
 * Give a session that was read its core.
 */
static void
restore (struct Loading *loading, const struct Found *found)
{
  struct MQTT_Sessions *sessions = loading->sessions;
  struct MQTT_HostedSession *hosted = found->hosted;

  hosted->core = MQTT_session_restore (&sessions->host,
                                       hosted,
                                       &found->record,
                                       MQTT_hosted_now ());
  if (NULL == hosted->core)
  {
    loading->left_out++;
    MQTT_store_session_remove (sessions->config.store, hosted->stored);
    MQTT_hosted_end (hosted);
    return;
  }
  MQTT_hosted_will_announce (
    hosted,
    hosted->will,
    GNUNET_MIN (found->record.will_delay_s, found->record.expiry_s));
  (void)GNUNET_CONTAINER_multihashmap32_put (
    loading->by_id,
    (uint32_t)hosted->stored,
    hosted,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY);
}


static struct MQTT_HostedSession *
find (struct Loading *loading, uint64_t id)
{
  struct MQTT_HostedSession *hosted = GNUNET_CONTAINER_multihashmap32_get (
    loading->by_id,
    (uint32_t)id);

  if ((NULL != hosted) && (id == hosted->stored))
    return hosted;
  loading->left_out++;
  return NULL;
}


/**
 * #MQTT_StoreSubscriptionCallback
 */
static void
load_subscription (void *cls, const struct MQTT_StoreSubscription *subscription)
{
  struct Loading *loading = cls;
  struct MQTT_HostedSession *hosted = find (loading, subscription->session);

  if (NULL == hosted)
    return;
  if ((MQTT_DELIVERY_IDENTIFIER_MAX >= subscription->identifier)
      && (MQTT_PUBLISHING_QOS
          >= (subscription->options & MQTT_IPC_SUBSCRIBE_QOS))
      && (MQTT_TOPIC_OK
          == MQTT_topic_filter_check (subscription->filter.data,
                                      subscription->filter.size,
                                      NULL)))
    MQTT_hosted_restore_subscription (hosted, subscription);
  else
    loading->left_out++;
}


/**
 * #MQTT_StoreQueuedCallback
 */
static void
load_queued (void *cls, const struct MQTT_StoreQueued *queued)
{
  struct Loading *loading = cls;
  struct MQTT_HostedSession *hosted = find (loading, queued->session);
  struct MQTT_Delivery *delivery;
  struct MQTT_SessionEntry entry = {
    .position = queued->position,
    .expires_us = (0 == queued->expires_us) ? UINT64_MAX : queued->expires_us,
    .size = (uint32_t)GNUNET_MIN (UINT32_MAX, queued->size),
    .qos = queued->qos,
    .state = (MQTT_HOSTED_RELEASED == queued->state)
               ? MQTT_SESSION_ENTRY_RELEASED
               : MQTT_SESSION_ENTRY_NEW,
  };

  if (NULL == hosted)
    return;
  delivery = MQTT_delivery_decode (queued->message,
                                   queued->retain,
                                   &queued->extra);
  if (NULL != delivery)
  {
    entry.message = MQTT_delivery_name (delivery);
    if (MQTT_session_restore_entry (hosted->core, &entry))
      return;
    MQTT_delivery_destroy (delivery);
  }
  loading->left_out++;
}


/**
 * #MQTT_StoreInboundCallback
 */
static void
load_inbound (void *cls, uint64_t session, uint16_t packet)
{
  struct Loading *loading = cls;
  struct MQTT_HostedSession *hosted = find (loading, session);

  if ((NULL != hosted) && !MQTT_session_restore_inbound (hosted->core, packet))
    loading->left_out++;
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
begin (void *cls, uint32_t key, void *value)
{
  (void)cls;
  (void)key;
  MQTT_hosted_after (value);
  return GNUNET_OK;
}


bool
MQTT_sessions_load (struct MQTT_Sessions *sessions)
{
  struct MQTT_Store *store = sessions->config.store;
  struct Loading loading = { .sessions = sessions };
  struct Found *found;
  bool ok;

  loading.by_id = GNUNET_CONTAINER_multihashmap32_create (64);
  ok = MQTT_store_sessions_load (store, &load_session, &loading);
  while (NULL != (found = loading.found))
  {
    loading.found = found->next;
    restore (&loading, found);
    GNUNET_free (found);
  }
  ok = ok && MQTT_store_subscriptions_load (store, &load_subscription, &loading)
       && MQTT_store_queues_load (store, &load_queued, &loading)
       && MQTT_store_inbound_load (store, &load_inbound, &loading);
  if (0 != loading.left_out)
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "%u rows of the store that make no sense are left out\n",
                loading.left_out);
  GNUNET_CONTAINER_multihashmap32_iterate (loading.by_id, &begin, NULL);
  GNUNET_CONTAINER_multihashmap32_destroy (loading.by_id);
  return ok;
}
