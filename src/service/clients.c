/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/clients.c
 * @brief The applications connected to this service: their connections, and
 *        what they are sent.  What they ask is in client_requests.c.
 */
#include "client.h"

/** Segments under way to a client. */
#define DEPTH 2


struct MQTT_Clients *
MQTT_clients_create (const struct MQTT_ClientsConfig *config)
{
  struct MQTT_Clients *clients = GNUNET_new (struct MQTT_Clients);

  clients->config = *config;
  clients->budget.limit = config->options->assembly;
  return clients;
}


void
MQTT_clients_destroy (struct MQTT_Clients *clients)
{
  MQTT_sessions_stop (clients->config.sessions);
  while (NULL != clients->head)
    MQTT_client_disconnect (clients->head);
  GNUNET_free (clients);
}


/**
 * The queues that the client published to have room: read on.
 */
static void
resume (void *cls)
{
  struct MQTT_Client *client = cls;

  if (!client->held)
    return;
  client->held = false;
  GNUNET_SERVICE_client_continue (client->handle);
}


uint32_t
MQTT_client_number_topic (struct MQTT_Client *client, struct MQTT_Topic *topic)
{
  uint32_t number = topic->id % MQTT_IPC_TOPIC_NUMBERS;

  if (NULL == client->told)
    client->told = GNUNET_new_array (MQTT_IPC_TOPIC_NUMBERS, uint64_t);
  if (topic->id != client->told[number])
  {
    client->told[number] = topic->id;
    MQTT_ipc_put_name (MQTT_destination_outbox (client->destination),
                       number,
                       topic->name,
                       topic->name_size);
  }
  return number;
}


/** A message for a client, which may take more frames than one. */
struct Sending
{
  struct MQTT_IpcMessage delivery;
  struct MQTT_Message *message;
  uint8_t qos;
  /** Counts as one that waits: a frame of it has been put. */
  bool counted;
};


/**
 * Send a message for those of the client's subscriptions that get it with, or
 * without, the retain flag.
 */
static void
put_messages (struct MQTT_Client *client,
              struct Sending *sending,
              const uint32_t *numbers,
              size_t count,
              bool retain)
{
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (client->destination);
  uint32_t some[MQTT_IPC_SUBSCRIPTIONS_MAX];
  uint16_t used = 0;

  for (size_t i = 0; i < count; i++)
  {
    bool as_published = (0 != (numbers[i] & MQTT_DELIVERY_AS_PUBLISHED));

    if (retain == (as_published && sending->message->retain))
      some[used++] = numbers[i] & ~MQTT_DELIVERY_AS_PUBLISHED;
    if ((0 == used) || ((i + 1 < count) && (MQTT_IPC_SUBSCRIPTIONS_MAX > used)))
      continue;
    MQTT_ipc_put_message (outbox,
                          &sending->delivery,
                          some,
                          used,
                          sending->message,
                          sending->qos,
                          retain);
    MQTT_outbox_count_last (outbox, !sending->counted);
    sending->counted = true;
    used = 0;
  }
}


/**
 * Send a message to the client: see struct MQTT_Subscriber.
 */
static void
deliver (void *cls,
         struct MQTT_Topic *topic,
         const uint32_t *numbers,
         size_t count,
         struct MQTT_Message *message,
         uint8_t qos,
         const struct MQTT_Share *share,
         struct MQTT_Source *source)
{
  struct MQTT_Client *client = cls;
  struct Sending sending = { .message = message, .qos = qos };

  (void)share;
  if (!MQTT_destination_admit (client->destination, source))
    return;
  sending.delivery.number = MQTT_client_number_topic (client, topic);
  put_messages (client, &sending, numbers, count, false);
  if (message->retain)
    put_messages (client, &sending, numbers, count, true);
  MQTT_destination_wake (client->destination);
}


/**
 * Is there room for a retained message?  See struct MQTT_Replays.
 */
static bool
is_ready (void *cls, const struct MQTT_Message *message)
{
  const struct MQTT_Client *client = cls;

  (void)message;
  return !MQTT_outbox_is_full (MQTT_destination_outbox (client->destination));
}


/**
 * Send a retained message to the client: see struct MQTT_Replays.
 */
static void
deliver_retained (void *cls,
                  struct MQTT_Topic *topic,
                  const struct MQTT_Subscription *subscription,
                  struct MQTT_Message *message,
                  uint8_t qos)
{
  struct MQTT_Client *client = cls;
  const uint32_t number = subscription->number & ~MQTT_DELIVERY_AS_PUBLISHED;
  const struct MQTT_IpcMessage delivery = {
    .number = MQTT_client_number_topic (client, topic),
  };

  if (!MQTT_destination_admit (client->destination, NULL))
    return;
  MQTT_ipc_put_message (MQTT_destination_outbox (client->destination),
                        &delivery,
                        &number,
                        1,
                        message,
                        qos,
                        true);
  MQTT_outbox_count_last (MQTT_destination_outbox (client->destination), true);
  MQTT_destination_wake (client->destination);
}


/**
 * See struct MQTT_Subscriber.
 */
static enum MQTT_Presence
presence (void *cls,
          const struct MQTT_Subscription *member,
          const struct MQTT_Topic *topic,
          const struct MQTT_Message *message)
{
  const struct MQTT_Client *client = cls;

  (void)member;
  (void)topic;
  (void)message;

  if (MQTT_destination_is_stuck (client->destination))
    return MQTT_PRESENCE_STUCK;
  return MQTT_outbox_is_full (MQTT_destination_outbox (client->destination))
           ? MQTT_PRESENCE_BUSY
           : MQTT_PRESENCE_IDLE;
}


/**
 * The client's queue has room: see struct MQTT_DestinationConfig.
 */
static void
room (void *cls)
{
  struct MQTT_Client *client = cls;

  MQTT_client_sessions_resume (client);
  MQTT_replays_wake (&client->replays);
}


/**
 * Task: drop a client that is one too many.
 */
static void
refuse (void *cls)
{
  struct MQTT_Client *client = cls;

  client->refuse_task = NULL;
  MQTT_count (client->clients->config.counters, MQTT_COUNT_CLIENTS_REFUSED, 1);
  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "Refusing a client: there are %u\n",
              client->clients->count);
  GNUNET_SERVICE_client_drop (client->handle);
}


struct MQTT_Client *
MQTT_client_connect (struct MQTT_Clients *clients,
                     struct GNUNET_SERVICE_Client *handle,
                     struct GNUNET_MQ_Handle *mq)
{
  static const struct MQTT_ReplaysType replays = {
    .ready = &is_ready,
    .deliver = &deliver_retained,
  };
  const struct MQTT_Options *options = clients->config.options;
  struct MQTT_Counters *counters = clients->config.counters;
  struct MQTT_DestinationConfig config = {
    .queue = options->client_queue,
    .segment = MQTT_STREAM_IPC_SEGMENT,
    .depth = DEPTH,
    .stall_timeout = options->stall_timeout,
    .counters = counters,
    .queued = MQTT_COUNT_DELIVERED,
    .stalled = MQTT_COUNT_DROPPED_SLOW_CLIENT,
    .waiting = MQTT_COUNT_WAITING_CLIENT,
    .written = MQTT_COUNT_WRITTEN_CLIENT,
    .expired = MQTT_COUNT_EXPIRED_CLIENT,
    .lost = MQTT_COUNT_DROPPED_LOST_CLIENT,
    .room = &room,
  };
  struct MQTT_Client *client = GNUNET_new (struct MQTT_Client);

  config.cls = client;
  client->clients = clients;
  client->handle = handle;
  client->destination = MQTT_destination_create (&config);
  MQTT_destination_attach (client->destination, mq);
  client->reader = MQTT_frame_reader_create (MQTT_STREAM_HELLO_LIMIT,
                                             &clients->budget,
                                             &MQTT_client_frame,
                                             client);
  MQTT_source_init (&client->source, counters, &resume, client);
  client->subscriber.presence = &presence;
  client->subscriber.deliver = &deliver;
  client->subscriber.cls = client;
  client->subscriber.replays = &client->replays;
  client->replays = (struct MQTT_Replays){
    .retention = clients->config.publishing->retention,
    .type = &replays,
    .cls = client,
  };
  client->subscriptions = GNUNET_CONTAINER_multihashmap32_create (8);
  GNUNET_CONTAINER_DLL_insert (clients->head, clients->tail, client);
  clients->count++;
  MQTT_count (counters, MQTT_COUNT_CLIENTS, 1);
  if (clients->count > options->clients)
    client->refuse_task = GNUNET_SCHEDULER_add_with_priority (
      GNUNET_SCHEDULER_PRIORITY_URGENT,
      &refuse,
      client);
  return client;
}


/**
 * #GNUNET_CONTAINER_MultiHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
end_subscription (void *cls, uint32_t number, void *value)
{
  struct MQTT_Client *client = cls;

  (void)number;
  MQTT_replay_end (&client->replays, value);
  MQTT_subscription_memory_release (
    MQTT_sessions_subscription_memory (client->clients->config.sessions),
    value);
  MQTT_subscriptions_remove (client->clients->config.subscriptions, value);
  return GNUNET_OK;
}


void
MQTT_client_disconnect (struct MQTT_Client *client)
{
  struct MQTT_Clients *clients = client->clients;

  MQTT_client_sessions_lost (client);
  MQTT_client_forget_answers (client);
  GNUNET_CONTAINER_multihashmap32_iterate (client->subscriptions,
                                           &end_subscription,
                                           client);
  GNUNET_CONTAINER_multihashmap32_destroy (client->subscriptions);
  if (NULL != client->refuse_task)
    GNUNET_SCHEDULER_cancel (client->refuse_task);
  MQTT_replays_done (&client->replays);
  MQTT_source_done (&client->source);
  MQTT_frame_reader_destroy (client->reader);
  MQTT_destination_destroy (client->destination);
  for (uint32_t i = 0; (NULL != client->topics) && (i < MQTT_IPC_TOPIC_NUMBERS);
       i++)
    if (NULL != client->topics[i].topic)
      MQTT_topic_unref (client->topics[i].topic);
  GNUNET_free (client->topics);
  GNUNET_free (client->told);
  GNUNET_CONTAINER_DLL_remove (clients->head, clients->tail, client);
  clients->count--;
  MQTT_count (clients->config.counters, MQTT_COUNT_CLIENTS, -1);
  GNUNET_free (client);
}


void
MQTT_client_segment (struct MQTT_Client *client, const void *data, size_t size)
{
  enum MQTT_FrameResult result = MQTT_frame_reader_feed (client->reader,
                                                         data,
                                                         size);

  if (MQTT_FRAME_OK != result)
  {
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "Dropping a client: %s\n",
                MQTT_frame_result_text (result));
    MQTT_count (client->clients->config.counters,
                MQTT_COUNT_CLIENTS_DROPPED,
                1);
    GNUNET_SERVICE_client_drop (client->handle);
    return;
  }
  MQTT_client_answer (client);
  MQTT_destination_hold (client->destination, &client->source);
  client->held = true;
  if (MQTT_source_waits (&client->source))
    GNUNET_SERVICE_client_disable_continue_warning (client->handle);
  else
    resume (client);
}
