/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/exchange.c
 * @brief Applications, their subscriptions, and what arrives there.
 */
#include "exchange_state.h"


static void
end_inbox (struct Inbox *inbox)
{
  struct Exchange *exchange = inbox->client->exchange;

  if (NULL != inbox->subscription)
    GNUNET_MQTT_unsubscribe (inbox->subscription);
  if (!inbox->granted)
    exchange->ungranted--;
  GNUNET_CONTAINER_DLL_remove (exchange->inboxes_head,
                               exchange->inboxes_tail,
                               inbox);
  letter_box_free (inbox->box);
  GNUNET_free (inbox->filter);
  GNUNET_free (inbox);
}


void
client_end (struct Client *client)
{
  struct Exchange *exchange = client->exchange;
  struct Inbox *next;

  for (struct Inbox *inbox = exchange->inboxes_head; NULL != inbox;
       inbox = next)
  {
    next = inbox->next;
    if (client == inbox->client)
      end_inbox (inbox);
  }
  GNUNET_MQTT_disconnect (client->mqtt);
  GNUNET_CONTAINER_DLL_remove (exchange->clients_head,
                               exchange->clients_tail,
                               client);
  GNUNET_free (client);
}


static void
end_exchange (void *cls)
{
  struct Exchange *exchange = cls;

  while (NULL != exchange->clients_head)
    client_end (exchange->clients_head);
  GNUNET_free (exchange);
}


struct Exchange *
exchange_create (struct Group *group)
{
  struct Exchange *exchange = GNUNET_new (struct Exchange);

  exchange->group = group;
  group_at_end (group, &end_exchange, exchange);
  return exchange;
}


struct Client *
client_start (struct Exchange *exchange, unsigned int peer)
{
  struct Client *client = GNUNET_new (struct Client);

  client->exchange = exchange;
  client->peer = peer;
  GNUNET_CONTAINER_DLL_insert_tail (exchange->clients_head,
                                    exchange->clients_tail,
                                    client);
  client->mqtt = GNUNET_MQTT_connect (group_service_cfg (exchange->group, peer),
                                      NULL,
                                      NULL);
  GNUNET_assert (NULL != client->mqtt);
  return client;
}


/* ------------------------------ subscribing ------------------------------ */

/**
 * #GNUNET_MQTT_SubscribeCallback
 */
static void
handle_granted (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Inbox *inbox = cls;
  struct Exchange *exchange = inbox->client->exchange;

  if (GNUNET_MQTT_GRANTED_QOS_2 < reason)
    group_fail (exchange->group,
                "subscription of %s: %s",
                inbox->filter,
                GNUNET_MQTT_reason_text (reason));
  if (inbox->granted)
    return;
  inbox->granted = true;
  exchange->ungranted--;
}


/**
 * #GNUNET_MQTT_MessageCallback
 */
static void
handle_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Inbox *inbox = cls;
  char *problem = letter_box_take (inbox->box,
                                   message,
                                   DEMAND_AT_LEAST_ONCE == inbox->demand);

  inbox->count++;
  if (DEMAND_FROM_FIRST == inbox->demand)
  {
    inbox->demand = DEMAND_ALL;
    letter_box_demand_rest (inbox->box);
  }
  if (NULL != problem)
    group_fail (inbox->client->exchange->group,
                "subscription of %.200s on peer %u: %s",
                inbox->filter,
                inbox->client->peer,
                problem);
  GNUNET_free (problem);
}


struct Inbox *
subscribe_soon (struct Client *client,
                const char *filter,
                size_t filter_size,
                const struct GNUNET_MQTT_SubscribeOptions *options)
{
  struct Exchange *exchange = client->exchange;
  struct Inbox *inbox = GNUNET_new (struct Inbox);

  inbox->client = client;
  inbox->filter = GNUNET_strndup (filter, filter_size);
  inbox->filter_size = filter_size;
  inbox->box = letter_box_create ();
  inbox->no_local = (NULL != options) && options->no_local;
  inbox->as_published = (NULL != options) && options->retain_as_published;
  exchange->ungranted++;
  GNUNET_CONTAINER_DLL_insert_tail (exchange->inboxes_head,
                                    exchange->inboxes_tail,
                                    inbox);
  inbox->subscription = GNUNET_MQTT_subscribe (client->mqtt,
                                               filter,
                                               filter_size,
                                               options,
                                               &handle_granted,
                                               &handle_message,
                                               inbox);
  group_check (exchange->group,
               NULL != inbox->subscription,
               "'%.200s' is no filter",
               inbox->filter);
  return inbox;
}


static bool
are_granted (void *cls)
{
  const struct Exchange *exchange = cls;

  return 0 == exchange->ungranted;
}


void
exchange_wait_granted (struct Exchange *exchange)
{
  group_wait (exchange->group,
              PATIENCE_S,
              &are_granted,
              exchange,
              "subscriptions to be granted");
}


struct Inbox *
subscribe (struct Client *client, const char *filter)
{
  struct Inbox *inbox = subscribe_soon (client, filter, strlen (filter), NULL);

  exchange_wait_granted (client->exchange);
  return inbox;
}


void
unsubscribe (struct Inbox *inbox)
{
  end_inbox (inbox);
}


void
inbox_demand (struct Inbox *inbox, enum Demand demand)
{
  inbox->demand = demand;
}


void
exchange_demand (struct Exchange *exchange, enum Demand demand)
{
  for (struct Inbox *inbox = exchange->inboxes_head; NULL != inbox;
       inbox = inbox->next)
    inbox->demand = demand;
}


uint64_t
inbox_count (const struct Inbox *inbox)
{
  return inbox->count;
}


/** A wait for messages. */
struct CountWait
{
  const struct Inbox *inbox;
  uint64_t count;
};


static bool
has_count (void *cls)
{
  const struct CountWait *wait = cls;

  return wait->inbox->count >= wait->count;
}


void
inbox_wait (struct Inbox *inbox, uint64_t count)
{
  struct CountWait wait = { .inbox = inbox, .count = count };

  group_wait (inbox->client->exchange->group,
              PATIENCE_S,
              &has_count,
              &wait,
              inbox->filter);
}
