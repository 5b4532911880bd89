/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/exchange.h
 * @brief Who publishes and subscribes what in a scenario, and whether each got
 *        exactly what it should: no message lost, none twice, none astray, each
 *        publisher's messages on a topic in order.
 *
 * What a subscriber should get follows from the filters; a message that it
 * should not get fails the scenario as it arrives.  Knows the public API only.
 */
#ifndef MQTT_TESTS_PEERS_EXCHANGE_H
#define MQTT_TESTS_PEERS_EXCHANGE_H

#include "gnunet_mqtt_service.h"
#include "testbed_group.h"

struct Exchange;

/** An application on a peer. */
struct Client;

/** A subscription of a client, and what arrives for it. */
struct Inbox;

/**
 * What must arrive of what is published from now on.
 */
enum Demand
{
  /** Everything. */
  DEMAND_ALL,
  /** Everything from the first that arrives on. */
  DEMAND_FROM_FIRST,
  /** What can; never out of order, never twice. */
  DEMAND_WHAT_CAN,
  /** The same, but it may arrive twice: a service is being restarted. */
  DEMAND_AT_LEAST_ONCE
};


/**
 * It ends with the scenario.
 */
struct Exchange *
exchange_create (struct Group *group);


/**
 * Start an application on a peer.  Needs not be ended.
 */
struct Client *
client_start (struct Exchange *exchange, unsigned int peer);


/**
 * End an application and its subscriptions.
 */
void
client_end (struct Client *client);


/**
 * Subscribe, and wait until it is granted.
 *
 * @param client who subscribes
 * @param filter NUL-terminated
 */
struct Inbox *
subscribe (struct Client *client, const char *filter);


/**
 * Subscribe, without waiting; see exchange_wait_granted().
 *
 * @param client who subscribes
 * @param filter the filter
 * @param filter_size bytes of it
 * @param options as for GNUNET_MQTT_subscribe()
 */
struct Inbox *
subscribe_soon (struct Client *client,
                const char *filter,
                size_t filter_size,
                const struct GNUNET_MQTT_SubscribeOptions *options);


/**
 * Wait until all subscriptions are granted.
 */
void
exchange_wait_granted (struct Exchange *exchange);


/**
 * End a subscription; nothing may arrive for it any more.
 */
void
unsubscribe (struct Inbox *inbox);


/**
 * Say what must arrive of what is published from now on.
 */
void
inbox_demand (struct Inbox *inbox, enum Demand demand);


/**
 * The same for all subscriptions of an exchange.
 */
void
exchange_demand (struct Exchange *exchange, enum Demand demand);


/**
 * Expect a message that nobody publishes while it is subscribed to: one that was
 * retained, or a will.
 */
void
inbox_expect (struct Inbox *inbox, const struct GNUNET_MQTT_Message *message);


/**
 * @return how many messages have arrived
 */
uint64_t
inbox_count (const struct Inbox *inbox);


/**
 * Wait until a number of messages has arrived.
 */
void
inbox_wait (struct Inbox *inbox, uint64_t count);


/**
 * Publish a short text that was never published before, under a
 * NUL-terminated topic.
 */
void
publish (struct Client *client, const char *topic);


/**
 * The same at QoS 1.
 */
void
publish_surely (struct Client *client, const char *topic);


/**
 * Publish a message.  Waits while much is unanswered.
 */
void
publish_message (struct Client *client,
                 const struct GNUNET_MQTT_Message *message);


/**
 * Publish under a topic until something of it arrives; from then on everything
 * must.
 */
void
publish_until_found (struct Client *client,
                     const char *topic,
                     struct Inbox *inbox);


/**
 * Wait until everything that must arrive has, and then a while for what must
 * not.
 */
void
exchange_settle (struct Exchange *exchange);

#endif
