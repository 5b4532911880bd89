/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/client_requests.c
 * @brief What clients ask for.
 */
#include "client.h"
#include "gnunet_mqtt_service.h"

/** Highest QoS that this service serves. */
#define MAXIMUM_QOS 0

/** Fields of a frame beside what varies, at most. */
#define FRAME_OVERHEAD 64

/** Fields of a frame that vary, beside the payload, at most: those of OPEN. */
#define FRAME_TEXTS \
  (MQTT_PROPERTIES_MAX + MQTT_TOPIC_MAX + MQTT_IPC_CLIENT_ID_MAX)

/** Bytes that a level takes in the index, measured at 65,536 levels. */
#define LEVEL_MEMORY 48


static bool
handle_hello (struct MQTT_Client *client, const struct MQTT_IpcHello *hello)
{
  struct MQTT_IpcHello reply = {
    .version = MQTT_IPC_VERSION,
    .maximum_qos = MAXIMUM_QOS,
    .retain_available = false,
    .maximum_payload = (uint32_t)
                         client->clients->config.options->maximum_payload,
  };

  if (client->greeted)
    return false;
  MQTT_ipc_put_hello (MQTT_destination_outbox (client->destination), &reply);
  /* A client of another version is not dropped, which would lose the answer: it
     learns from it to leave, and is not understood until then. */
  client->greeted = true;
  MQTT_frame_reader_limit (client->reader,
                           client->clients->config.options->maximum_payload
                             + FRAME_TEXTS + FRAME_OVERHEAD);
  client->foreign = (MQTT_IPC_VERSION != hello->version);
  MQTT_destination_wake (client->destination);
  return true;
}


static bool
handle_name (struct MQTT_Client *client, const struct MQTT_IpcName *name)
{
  struct MQTT_ClientTopic *slot;

  if (NULL == client->topics)
    client->topics = GNUNET_new_array (MQTT_IPC_TOPIC_NUMBERS,
                                       struct MQTT_ClientTopic);
  slot = &client->topics[name->number];
  if (NULL != slot->topic)
    MQTT_topic_unref (slot->topic);
  slot->topic = MQTT_topics_get (client->clients->config.topics,
                                 name->name,
                                 name->name_size);
  slot->refused = (NULL == slot->topic);
  return true;
}


void
MQTT_client_answer (struct MQTT_Client *client)
{
  const struct MQTT_IpcPublished published = { .count = client->taken,
                                               .reason = GNUNET_MQTT_SUCCESS };

  if (0 == client->taken)
    return;
  MQTT_ipc_put_published (MQTT_destination_outbox (client->destination),
                          &published);
  MQTT_destination_wake (client->destination);
  client->taken = 0;
}


/**
 * Answer a publication that is not taken, behind those that were.
 */
static void
refuse_publication (struct MQTT_Client *client,
                    enum GNUNET_MQTT_ReasonCode reason)
{
  const struct MQTT_IpcPublished published = { .count = 1,
                                               .reason = (uint8_t)reason };

  MQTT_client_answer (client);
  MQTT_count (client->clients->config.counters, MQTT_COUNT_PUBLISH_REFUSED, 1);
  MQTT_ipc_put_published (MQTT_destination_outbox (client->destination),
                          &published);
  MQTT_destination_wake (client->destination);
}


static bool
handle_publish (struct MQTT_Client *client,
                const struct MQTT_IpcPublish *publish)
{
  const struct MQTT_ClientsConfig *config = &client->clients->config;
  const struct MQTT_Publication *publication = &publish->publication;
  const struct MQTT_ClientTopic *slot = (NULL == client->topics)
                                          ? NULL
                                          : &client->topics[publish->number];
  struct MQTT_Message *message;

  if ((0 != publish->session) || (NULL == slot)
      || ((NULL == slot->topic) && !slot->refused))
    return false;
  if (slot->refused)
    refuse_publication (client, GNUNET_MQTT_QUOTA_EXCEEDED);
  else if (MAXIMUM_QOS < publication->qos)
    refuse_publication (client, GNUNET_MQTT_QOS_NOT_SUPPORTED);
  else if (publication->retain)
    refuse_publication (client, GNUNET_MQTT_RETAIN_NOT_SUPPORTED);
  else if (publication->payload_size > config->options->maximum_payload)
    refuse_publication (client, GNUNET_MQTT_PACKET_TOO_LARGE);
  else
  {
    message = MQTT_message_create (publication, MQTT_stream_now ());
    MQTT_router_publish (config->router,
                         config->outreaches,
                         slot->topic,
                         message,
                         &client->subscriber,
                         &client->source);
    MQTT_message_unref (message);
    client->taken++;
  }
  return true;
}


/**
 * Bytes that a subscription to a filter takes, and its levels in the index.
 */
static size_t
subscription_memory (const char *filter, size_t filter_size)
{
  return sizeof (struct MQTT_Subscription) + filter_size
         + LEVEL_MEMORY * MQTT_topic_level_count (filter, filter_size);
}


/**
 * Make a subscription.
 *
 * @return reason code: granted, or why not
 */
static enum GNUNET_MQTT_ReasonCode
subscribe (struct MQTT_Client *client,
           const struct MQTT_IpcSubscribe *subscribe)
{
  static const char share[] = "$share/";
  const struct MQTT_ClientsConfig *config = &client->clients->config;
  size_t memory = subscription_memory (subscribe->filter,
                                       subscribe->filter_size);
  struct MQTT_Subscription *subscription;

  if ((subscribe->filter_size >= sizeof (share) - 1)
      && (0 == memcmp (subscribe->filter, share, sizeof (share) - 1)))
    return GNUNET_MQTT_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
  if ((GNUNET_CONTAINER_multihashmap32_size (client->subscriptions)
       >= config->options->subscriptions_per_client)
      || (memory > config->options->subscription_memory
                     - client->clients->subscription_memory))
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  subscription = MQTT_subscriptions_add (
    config->subscriptions,
    &client->subscriber,
    subscribe->filter,
    subscribe->filter_size,
    subscribe->subscription,
    GNUNET_MIN (subscribe->qos, MAXIMUM_QOS),
    subscribe->no_local);
  if (NULL == subscription)
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   client->subscriptions,
                   subscribe->subscription,
                   subscription,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  client->subscription_memory += memory;
  client->clients->subscription_memory += memory;
  return (enum GNUNET_MQTT_ReasonCode)subscription->qos;
}


static bool
handle_subscribe (struct MQTT_Client *client,
                  const struct MQTT_IpcSubscribe *request)
{
  struct MQTT_IpcSubscribed subscribed = {
    .subscription = request->subscription
  };

  if ((0 != request->session)
      || (GNUNET_YES
          == GNUNET_CONTAINER_multihashmap32_contains (client->subscriptions,
                                                       request->subscription)))
    return false;
  subscribed.reason = (uint8_t)subscribe (client, request);
  if (GNUNET_MQTT_UNSPECIFIED_ERROR <= subscribed.reason)
    MQTT_count (client->clients->config.counters,
                MQTT_COUNT_SUBSCRIPTIONS_REFUSED,
                1);
  MQTT_ipc_put_subscribed (MQTT_destination_outbox (client->destination),
                           &subscribed);
  MQTT_destination_wake (client->destination);
  return true;
}


static bool
handle_unsubscribe (struct MQTT_Client *client,
                    const struct MQTT_IpcUnsubscribe *unsubscribe)
{
  struct MQTT_Subscription *subscription = GNUNET_CONTAINER_multihashmap32_get (
    client->subscriptions,
    unsubscribe->subscription);
  size_t memory;

  if (0 != unsubscribe->session)
    return false;
  /* Of a subscription that was refused there is nothing to end. */
  if (NULL == subscription)
    return true;
  (void)GNUNET_CONTAINER_multihashmap32_remove (client->subscriptions,
                                                unsubscribe->subscription,
                                                subscription);
  memory = subscription_memory (subscription->filter,
                                subscription->filter_size);
  client->subscription_memory -= memory;
  client->clients->subscription_memory -= memory;
  MQTT_subscriptions_remove (client->clients->config.subscriptions,
                             subscription);
  return true;
}


bool
MQTT_client_frame (void *cls,
                   uint8_t type,
                   uint8_t flags,
                   const void *body,
                   size_t size)
{
  struct MQTT_Client *client = cls;
  struct MQTT_IpcFrame frame;

  if (client->foreign)
    return true;
  if (!MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                              type,
                              flags,
                              body,
                              size,
                              &frame))
    return false;
  if (!client->greeted && (MQTT_IPC_HELLO != frame.type))
    return false;
  switch (frame.type)
  {
  case MQTT_IPC_HELLO:
    return handle_hello (client, &frame.hello);
  case MQTT_IPC_NAME:
    return handle_name (client, &frame.name);
  case MQTT_IPC_PUBLISH:
    return handle_publish (client, &frame.publish);
  case MQTT_IPC_SUBSCRIBE:
    return handle_subscribe (client, &frame.subscribe);
  case MQTT_IPC_UNSUBSCRIBE:
    return handle_unsubscribe (client, &frame.unsubscribe);
  default:
    return false;
  }
}
