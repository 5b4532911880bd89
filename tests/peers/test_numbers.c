/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_numbers.c
 * @brief Many filters, many topics, many messages: none lost, none astray.
 */
#include "exchange.h"
#include "group_cases.h"

/** What the service may announce and search for at once, unless told otherwise. */
#define BUDGET 256

#define FILTERS 400
#define MANY_FILTERS 10000
#define MESSAGES 20000


static void
subscribe_format (struct Client *client, const char *format, unsigned int i)
{
  char filter[64];
  int size = GNUNET_snprintf (filter, sizeof (filter), format, i, i % 100);

  (void)subscribe_soon (client, filter, (size_t)size, NULL);
}


static void
publish_format (struct Client *client, const char *format, unsigned int i)
{
  char topic[64];

  GNUNET_snprintf (topic, sizeof (topic), format, i, i % 100);
  publish (client, topic);
}


/**
 * More distinct filters than a peer may announce, each with a first level of
 * its own, are found by as many topics of another peer.
 */
static void
distinct_filters (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);

  for (unsigned int i = 0; i < FILTERS; i++)
    subscribe_format (subscriber, "sensor%u/value", i);
  exchange_wait_granted (exchange);
  for (unsigned int i = 0; i < FILTERS; i++)
    publish_format (publisher, "sensor%u/value", i);
  exchange_settle (exchange);
  for (unsigned int i = 0; i < FILTERS; i++)
    publish_format (publisher, "sensor%u/value", i);
  exchange_settle (exchange);
}


/**
 * The same within the budget, when each filter has a code of its own.
 */
static void
within_budget (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);

  for (unsigned int i = 0; i < BUDGET - 6; i++)
    subscribe_format (subscriber, "meter%u/+", i);
  exchange_wait_granted (exchange);
  for (unsigned int i = 0; i < BUDGET - 6; i++)
    publish_format (publisher, "meter%u/a", i);
  exchange_settle (exchange);
}


/**
 * Ten thousand filters of several forms; topics that match one, several, none.
 */
static void
ten_thousand_filters (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);

  for (unsigned int i = 0; i < MANY_FILTERS; i += 4)
  {
    subscribe_format (subscriber, "house%u/room%u/light", i);
    subscribe_format (subscriber, "house%u/+/heat", i);
    subscribe_format (subscriber, "house%u/room%u/#", i);
    subscribe_format (subscriber, "+/room%u/door", i);
  }
  exchange_wait_granted (exchange);
  for (unsigned int i = 0; i < MANY_FILTERS; i += 101)
  {
    publish_format (publisher, "house%u/room%u/light", i);
    publish_format (publisher, "house%u/room%u/heat", i);
    publish_format (publisher, "house%u/cellar/heat", i);
    publish_format (publisher, "house%u/room%u", i);
    publish_format (publisher, "hut%u/room1/door", i);
    publish_format (publisher, "hut%u/room%u/light", i);
    publish_format (publisher, "$house%u/room%u/light", i);
  }
  exchange_settle (exchange);
}


/**
 * One publisher's messages on one topic stay in order, and none is missing.
 */
static void
order (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);

  (void)subscribe (client_start (exchange, 1), "order/of/messages");
  (void)subscribe (client_start (exchange, 0), "order/#");
  for (unsigned int i = 0; i < MESSAGES; i++)
    publish (publisher, "order/of/messages");
  exchange_settle (exchange);
}


static const struct GroupCase cases[] = {
  { "400 filters", { .peers = 2 }, &distinct_filters },
  { "250 filters", { .peers = 3, .topology = "LINE" }, &within_budget },
  { "10,000 filters", { .peers = 2 }, &ten_thousand_filters },
  { "20,000 messages in order", { .peers = 2 }, &order },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("numbers",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
