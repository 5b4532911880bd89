/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_comings.c
 * @brief Subscribers and publishers that come and go, and several on one peer.
 */
#include "exchange.h"
#include "group_cases.h"


static void
publish_some (struct Client *client, const char *topic, unsigned int count)
{
  while (0 < count--)
    publish (client, topic);
}


/**
 * A subscriber that comes when the publisher has long been publishing gets all
 * from the first on that it gets, and nothing that is old.
 */
static void
late_subscriber (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *inbox;

  publish_some (publisher, "late/a", 20);
  exchange_settle (exchange);
  /* Longer than an answer may be late. */
  group_pause (group, 1500);
  inbox = subscribe (subscriber, "late/+");
  publish_until_found (publisher, "late/a", inbox);
  publish_some (publisher, "late/a", 50);
  exchange_settle (exchange);
}


/**
 * A publisher that comes when the subscriber has long been there loses nothing,
 * not even the first message.
 */
static void
late_publisher (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher;

  (void)subscribe (client_start (exchange, 1), "early/#");
  group_pause (group, 1000);
  publisher = client_start (exchange, 0);
  publish_some (publisher, "early/a", 10);
  publish_some (publisher, "early", 10);
  exchange_settle (exchange);
}


/**
 * What was unsubscribed gets nothing more, while the others do; the
 * publisher's peer learns that nobody wants the topic, and sends no more.
 */
static void
unsubscribed (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *first = subscribe (subscriber, "gone/a");
  struct Inbox *second = subscribe (subscriber, "gone/+");
  uint64_t sent;
  uint64_t refused;

  publish_some (publisher, "gone/a", 10);
  exchange_settle (exchange);
  unsubscribe (first);
  publish_some (publisher, "gone/a", 10);
  exchange_settle (exchange);
  group_check (group, 20 == inbox_count (second), "the other has not got all");
  refused = group_statistic (group, 0, "mqtt", "# topics refused by peers");
  unsubscribe (second);
  group_wait_statistic (group,
                        0,
                        "mqtt",
                        "# topics refused by peers",
                        refused + 1);
  sent = group_statistic (group, 0, "mqtt", "# messages queued for peers");
  publish_some (publisher, "gone/a", 10);
  exchange_settle (exchange);
  group_check (
    group,
    sent == group_statistic (group, 0, "mqtt", "# messages queued for peers"),
    "what nobody wants was sent");
  /* And back again, after longer than an answer may be late. */
  group_pause (group, 1500);
  first = subscribe (subscriber, "gone/a");
  publish_until_found (publisher, "gone/a", first);
  publish_some (publisher, "gone/a", 10);
  exchange_settle (exchange);
}


/**
 * Subscriptions of one and of two applications on one peer, with the same
 * filter and with others that match too: each gets each message once.
 */
static void
several_on_one_peer (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *one = client_start (exchange, 1);
  struct Client *two = client_start (exchange, 1);
  const char *const filters[] = { "same/a", "same/a", "same/+", "same/#", "#" };

  for (unsigned int i = 0; i < sizeof (filters) / sizeof (*filters); i++)
  {
    (void)subscribe (one, filters[i]);
    (void)subscribe (two, filters[i]);
    (void)subscribe (publisher, filters[i]);
  }
  publish_some (publisher, "same/a", 20);
  publish_some (one, "same/a", 20);
  publish_some (two, "same/b", 20);
  exchange_settle (exchange);
  client_end (one);
  publish_some (publisher, "same/a", 20);
  publish_some (two, "same/a", 20);
  exchange_settle (exchange);
}


/**
 * no_local leaves out what the same application publishes, and only that.
 */
static void
not_my_own (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *one = client_start (exchange, 0);
  struct Client *two = client_start (exchange, 0);
  struct Client *other = client_start (exchange, 1);
  const struct GNUNET_MQTT_SubscribeOptions options = { .no_local = true };
  struct Inbox *inbox = subscribe_soon (one, "own/#", 5, &options);

  (void)subscribe (one, "own/a");
  publish_some (one, "own/a", 10);
  publish_some (two, "own/a", 10);
  publish_some (other, "own/a", 10);
  exchange_settle (exchange);
  group_check (group, 20 == inbox_count (inbox), "not what others published");
}


static const struct GroupCase cases[] = {
  { "late subscriber", { .peers = 2 }, &late_subscriber },
  { "late publisher", { .peers = 2 }, &late_publisher },
  { "unsubscribed", { .peers = 2 }, &unsubscribed },
  { "several on one peer", { .peers = 2 }, &several_on_one_peer },
  { "no_local", { .peers = 2 }, &not_my_own },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("comings",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
