/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/client_requests.c
 * @brief What clients ask for.
 */
#include "client.h"

/** Fields of a frame beside what varies, at most. */
#define FRAME_OVERHEAD 64

/** Fields of a frame that vary, beside the payload, at most: those of OPEN. */
#define FRAME_TEXTS \
  (MQTT_PROPERTIES_MAX + MQTT_TOPIC_MAX + MQTT_IPC_CLIENT_ID_MAX)


static bool
handle_hello (struct MQTT_Client *client, const struct MQTT_IpcHello *hello)
{
  struct MQTT_IpcHello reply = {
    .version = MQTT_IPC_VERSION,
    .maximum_qos = MQTT_PUBLISHING_QOS,
    .retain_available = true,
    .maximum_payload = (uint32_t)
                         client->clients->config.options->maximum_payload,
    .peer = *MQTT_ownership_myself (
      client->clients->config.publishing->ownership),
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


/**
 * Make a subscription.
 *
 * @return reason code: granted, or why not
 */
static enum GNUNET_MQTT_ReasonCode
subscribe (struct MQTT_Client *client,
           const struct MQTT_IpcSubscribe *subscribe)
{
  const struct MQTT_ClientsConfig *config = &client->clients->config;
  struct MQTT_SubscriptionMemory *memory = MQTT_sessions_subscription_memory (
    config->sessions);
  bool anonymous = MQTT_options_anonymous (config->options, subscribe);
  struct MQTT_Subscription *subscription;

  if ((GNUNET_CONTAINER_multihashmap32_size (client->subscriptions)
       >= config->options->subscriptions_per_client)
      || !MQTT_subscription_memory_take (memory,
                                         subscribe->filter,
                                         subscribe->filter_size,
                                         anonymous))
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  subscription = MQTT_subscriptions_add (
    config->subscriptions,
    &client->subscriber,
    subscribe->filter,
    subscribe->filter_size,
    subscribe->subscription
      | (subscribe->retain_as_published ? MQTT_DELIVERY_AS_PUBLISHED : 0),
    subscribe->qos,
    (subscribe->no_local ? MQTT_SUBSCRIPTION_NO_LOCAL : 0)
      | (anonymous ? MQTT_SUBSCRIPTION_ANONYMOUS : 0));
  if (NULL == subscription)
  {
    memory->used -= MQTT_subscription_size (subscribe->filter,
                                            subscribe->filter_size,
                                            anonymous);
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  }
  subscription->newest = MQTT_retention_newest (client->replays.retention);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   client->subscriptions,
                   subscribe->subscription,
                   subscription,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  return (enum GNUNET_MQTT_ReasonCode)subscription->qos;
}


static bool
handle_subscribe (struct MQTT_Client *client,
                  const struct MQTT_IpcSubscribe *request)
{
  struct MQTT_IpcSubscribed subscribed = {
    .subscription = request->subscription
  };

  if ((MQTT_DELIVERY_AS_PUBLISHED <= request->subscription)
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
  if ((GNUNET_MQTT_UNSPECIFIED_ERROR > subscribed.reason)
      && (MQTT_IPC_RETAINED_NEVER != request->retain_handling))
    MQTT_replay_begin (
      &client->replays,
      GNUNET_CONTAINER_multihashmap32_get (client->subscriptions,
                                           request->subscription));
  return true;
}


static bool
handle_unsubscribe (struct MQTT_Client *client,
                    const struct MQTT_IpcUnsubscribe *unsubscribe)
{
  struct MQTT_Subscription *subscription = GNUNET_CONTAINER_multihashmap32_get (
    client->subscriptions,
    unsubscribe->subscription);

  /* Of a subscription that was refused there is nothing to end. */
  if (NULL == subscription)
    return true;
  (void)GNUNET_CONTAINER_multihashmap32_remove (client->subscriptions,
                                                unsubscribe->subscription,
                                                subscription);
  MQTT_replay_end (&client->replays, subscription);
  MQTT_subscription_memory_release (
    MQTT_sessions_subscription_memory (client->clients->config.sessions),
    subscription);
  MQTT_subscriptions_remove (client->clients->config.subscriptions,
                             subscription);
  return true;
}


/**
 * The client shows a channel entry, for whatever peer: its owner may say that
 * another one may not publish any more.
 */
static bool
handle_channel (struct MQTT_Client *client,
                const struct MQTT_IpcChannel *channel)
{
  const struct MQTT_IpcChanneled answer = {
    .verdict = (uint8_t)MQTT_ownership_show (
      client->clients->config.publishing->ownership,
      channel->entry,
      channel->entry_size,
      NULL),
  };

  MQTT_ipc_put_channeled (MQTT_destination_outbox (client->destination),
                          &answer);
  MQTT_destination_wake (client->destination);
  return true;
}


/**
 * A frame of one of the client's sessions that are not its own.
 *
 * @return false if it is none
 */
static bool
handle_session_frame (struct MQTT_HostedSession *session,
                      const struct MQTT_IpcFrame *frame)
{
  /* The client may not know yet that the session is over. */
  if (NULL == session)
    return true;
  switch (frame->type)
  {
  case MQTT_IPC_SUBSCRIBE:
    MQTT_hosted_subscribe (session, &frame->subscribe);
    return true;
  case MQTT_IPC_UNSUBSCRIBE:
    MQTT_hosted_unsubscribe (session, &frame->unsubscribe);
    return true;
  case MQTT_IPC_ACK:
    MQTT_hosted_acknowledge (session, &frame->ack);
    return true;
  default:
    return false;
  }
}


/**
 * A frame of a client that has said HELLO.
 */
static bool
handle_frame (struct MQTT_Client *client, const struct MQTT_IpcFrame *frame)
{
  switch (frame->type)
  {
  case MQTT_IPC_HELLO:
    return handle_hello (client, &frame->hello);
  case MQTT_IPC_CHANNEL:
    return handle_channel (client, &frame->channel);
  case MQTT_IPC_NAME:
    return handle_name (client, &frame->name);
  case MQTT_IPC_PUBLISH:
    return MQTT_client_publish (client, &frame->publish);
  case MQTT_IPC_OPEN:
    return MQTT_client_open (client, &frame->open);
  case MQTT_IPC_CLOSE:
    return MQTT_client_close (client, &frame->close);
  case MQTT_IPC_FLOW:
    MQTT_client_flow (client, &frame->flow);
    return true;
  case MQTT_IPC_SUBSCRIBE:
    return (0 == frame->subscribe.session)
             ? handle_subscribe (client, &frame->subscribe)
             : handle_session_frame (
               MQTT_client_session (client, frame->subscribe.session),
               frame);
  case MQTT_IPC_UNSUBSCRIBE:
    return (0 == frame->unsubscribe.session)
             ? handle_unsubscribe (client, &frame->unsubscribe)
             : handle_session_frame (
               MQTT_client_session (client, frame->unsubscribe.session),
               frame);
  case MQTT_IPC_ACK:
    return handle_session_frame (
      MQTT_client_session (client, frame->ack.session),
      frame);
  default:
    return false;
  }
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
  return handle_frame (client, &frame);
}
