/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_anonymous.c
 * @brief Anonymous subscribers get what named ones get.
 */
#include "exchange.h"
#include "group_cases.h"

static const struct GNUNET_MQTT_SubscribeOptions anonymous = {
  .anonymity = GNUNET_MQTT_ANONYMITY_ANONYMOUS,
};


static struct Inbox *
subscribe_anonymously (struct Exchange *exchange,
                       struct Client *client,
                       const char *filter)
{
  struct Inbox *inbox = subscribe_soon (client,
                                        filter,
                                        strlen (filter),
                                        &anonymous);

  exchange_wait_granted (exchange);
  return inbox;
}


/**
 * Nothing of a peer has been announced by its name.
 */
static void
check_no_name (struct Group *group, unsigned int peer)
{
  group_check (group,
               0
                 == group_statistic (group,
                                     peer,
                                     "regex",
                                     "# regex accepting blocks stored"),
               "peer %u is announced by name",
               peer);
  group_check (group,
               0 < group_statistic (group,
                                    peer,
                                    "mqtt",
                                    "# announcements made anonymously"),
               "peer %u is not announced anonymously",
               peer);
}


/**
 * A publisher comes when the subscriber is there already.
 */
static void
late_publisher (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *inbox = subscribe_anonymously (exchange,
                                               subscriber,
                                               "late/publisher");

  group_pause (group, 3000);
  for (unsigned int i = 0; i < 3; i++)
    publish (publisher, "late/publisher");
  exchange_settle (exchange);
  group_check (group, 3 == inbox_count (inbox), "not everything has come");
  check_no_name (group, 1);
}


/**
 * A subscriber comes while is published already.
 */
static void
late_subscriber (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *inbox;

  publish (publisher, "late/subscriber");
  group_pause (group, 3000);
  inbox = subscribe_anonymously (exchange, subscriber, "late/+");
  inbox_demand (inbox, DEMAND_FROM_FIRST);
  publish_until_found (publisher, "late/subscriber", inbox);
  publish (publisher, "late/subscriber");
  exchange_settle (exchange);
  check_no_name (group, 1);
}


/**
 * Filters of every form, with several publishers.
 */
static void
wildcards (struct Group *group)
{
  static const char *const topics[] = { "a", "a/b", "a/b/c", "a/b/c/d", "b/a" };
  static const struct
  {
    const char *filter;
    unsigned int gets;
  } filters[] = {
    { "a", 1 },   { "a/+", 1 },   { "+/b", 1 },   { "a/#", 4 },
    { "#", 5 },   { "+/+/c", 1 }, { "a/b/#", 3 }, { "a/+/+/d", 1 },
    { "+/a", 1 }, { "c/#", 0 },
  };
  struct Exchange *exchange = exchange_create (group);
  unsigned int size = group_size (group);
  struct Client *subscriber = client_start (exchange, size - 1);
  struct Inbox *inboxes[sizeof (filters) / sizeof (*filters)];

  for (unsigned int i = 0; i < sizeof (filters) / sizeof (*filters); i++)
    inboxes[i] = subscribe_anonymously (exchange,
                                        subscriber,
                                        filters[i].filter);
  group_pause (group, 2000);
  for (unsigned int i = 0; i < size - 1; i++)
  {
    struct Client *publisher = client_start (exchange, i);

    for (unsigned int k = 0; k < sizeof (topics) / sizeof (*topics); k++)
      publish (publisher, topics[k]);
  }
  exchange_settle (exchange);
  for (unsigned int i = 0; i < sizeof (filters) / sizeof (*filters); i++)
    group_check (group,
                 inbox_count (inboxes[i]) == filters[i].gets * (size - 1),
                 "'%s' got %llu messages",
                 filters[i].filter,
                 (unsigned long long)inbox_count (inboxes[i]));
  check_no_name (group, size - 1);
}


/**
 * Named and anonymous subscribers of the same code on several peers, and both kinds
 * on one.
 */
static void
side_by_side (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscribers[3];

  for (unsigned int i = 0; i < 3; i++)
    subscribers[i] = client_start (exchange, 1 + i);
  (void)subscribe (subscribers[0], "side/by/side");
  (void)subscribe_anonymously (exchange, subscribers[1], "side/by/side");
  (void)subscribe_anonymously (exchange, subscribers[2], "side/by/side");
  (void)subscribe (subscribers[2], "side/other");
  group_pause (group, 2000);
  publish (publisher, "side/by/side");
  publish (publisher, "side/other");
  exchange_settle (exchange);
  publish (publisher, "side/by/side");
  publish (publisher, "side/other");
  exchange_settle (exchange);
  check_no_name (group, 2);
}


/**
 * Who was not called on does not learn of an anonymous subscription, though there is
 * a link for a named one; who publishes and invites does.
 */
static void
asked_on_a_link (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *inbox;

  (void)subscribe (subscriber, "asked/by/name");
  publish (publisher, "asked/by/name");
  exchange_settle (exchange);
  inbox = subscribe_anonymously (exchange, subscriber, "asked/too");
  group_pause (group, 2000);
  publish (publisher, "asked/too");
  exchange_settle (exchange);
  group_check (group, 1 == inbox_count (inbox), "it has not come");
  group_check (
    group,
    0 < group_statistic (group, 0, "mqtt", "# calls of anonymous subscribers"),
    "the publisher was not called on");
}


/**
 * An anonymous subscription ends.
 */
static void
end_of_it (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *inbox = subscribe_anonymously (exchange, subscriber, "end/of");

  group_pause (group, 1000);
  publish (publisher, "end/of");
  exchange_settle (exchange);
  unsubscribe (inbox);
  group_pause (group, 500);
  publish (publisher, "end/of");
  exchange_settle (exchange);
  /* What was published just before a subscription may be taken for later. */
  group_pause (group, 3000);
  (void)subscribe_anonymously (exchange, subscriber, "end/of");
  group_pause (group, 3000);
  publish (publisher, "end/of");
  exchange_settle (exchange);
}


/**
 * Several publishers and subscribers of one code, all on peers of their own; half of
 * the subscribers come later.
 */
static void
crowd (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  unsigned int half = group_size (group) / 2;
  struct Client *publishers[4];
  struct Inbox *inboxes[4];

  group_check (group, 4 == half, "the group has another size");
  for (unsigned int i = 0; i < half; i++)
    publishers[i] = client_start (exchange, i);
  for (unsigned int i = 0; i < half; i++)
  {
    struct Client *subscriber = client_start (exchange, half + i);

    inboxes[i] = subscribe_anonymously (exchange, subscriber, "crowd/+");
    inbox_demand (inboxes[i], DEMAND_FROM_FIRST);
    if (half / 2 != i + 1)
      continue;
    for (unsigned int k = 0; k < half; k++)
      publish (publishers[k], "crowd/first");
    group_pause (group, 2000);
  }
  for (unsigned int i = 0; i < half; i++)
    for (unsigned int k = 0; k < half; k++)
      publish_until_found (publishers[k], "crowd/first", inboxes[i]);
  exchange_settle (exchange);
  for (unsigned int k = 0; k < half; k++)
    publish (publishers[k], "crowd/second");
  exchange_settle (exchange);
  for (unsigned int i = 0; i < half; i++)
    check_no_name (group, half + i);
}


static const struct GroupCase cases[] = {
  { "late publisher", { .peers = 2, .transport = "tcp" }, &late_publisher },
  { "late subscriber", { .peers = 2, .transport = "tcp" }, &late_subscriber },
  { "wildcards", { .peers = 3, .transport = "tcp" }, &wildcards },
  { "side by side", { .peers = 4, .transport = "tcp" }, &side_by_side },
  { "crowd", { .peers = 8, .transport = "tcp" }, &crowd },
  { "asked on a link", { .peers = 2, .transport = "tcp" }, &asked_on_a_link },
  { "end of it", { .peers = 2, .transport = "tcp" }, &end_of_it },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("anonymous",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
