/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_recovery.c
 * @brief Services that are killed while subscriptions and publications are live.
 */
#include "exchange.h"
#include "group_cases.h"
#include "processes.h"

/** A publisher on peer 0 and a subscriber on peer 1 that know each other. */
struct Pair
{
  struct Exchange *exchange;
  struct Client *publisher;
  struct Client *subscriber;
  struct Inbox *old;
};


static struct Pair
make_pair (struct Group *group)
{
  struct Pair pair;

  pair.exchange = exchange_create (group);
  pair.publisher = client_start (pair.exchange, 0);
  pair.subscriber = client_start (pair.exchange, 1);
  pair.old = subscribe (pair.subscriber, "old/#");
  publish (pair.publisher, "old/topic");
  exchange_settle (pair.exchange);
  return pair;
}


/**
 * New topics are found, by old filters and by new ones.
 */
static void
find_new (struct Pair *pair, const char *topic)
{
  (void)subscribe (pair->subscriber, topic);
  (void)subscribe (pair->subscriber, "+/new/#");
  publish (pair->publisher, topic);
  publish (pair->publisher, "old/another");
  exchange_settle (pair->exchange);
}


/**
 * REGEX is needed to find, not to deliver: nothing is lost when it dies.
 */
static void
regex_killed (struct Group *group)
{
  struct Pair pair = make_pair (group);

  for (unsigned int peer = 0; peer < 2; peer++)
  {
    process_kill_service (group, peer, "regex");
    publish (pair.publisher, "old/topic");
    exchange_settle (pair.exchange);
    find_new (&pair, (0 == peer) ? "first/new" : "second/new/deeper");
  }
  group_wait_statistic (group, 0, "mqtt", "# failures of the REGEX service", 1);
  group_wait_statistic (group, 1, "mqtt", "# failures of the REGEX service", 1);
}


/**
 * What is under way is lost with CADET; then all goes on.  Peer 0 is the one that
 * leaves key exchanges to the other, so this takes longest.
 */
static void
cadet_killed (struct Group *group)
{
  struct Pair pair = make_pair (group);

  process_kill_service (group, 0, "cadet");
  publish_until_found (pair.publisher, "old/topic", pair.old);
  publish (pair.publisher, "old/topic");
  exchange_settle (pair.exchange);
  find_new (&pair, "first/new");
}


/**
 * Applications do not notice that their service is restarted: subscriptions
 * and publications go on.
 */
static void
service_killed (struct Group *group)
{
  struct Pair pair = make_pair (group);

  for (unsigned int peer = 0; peer < 2; peer++)
  {
    exchange_demand (pair.exchange, DEMAND_AT_LEAST_ONCE);
    for (unsigned int i = 0; i < 50; i++)
      publish (pair.publisher, "old/topic");
    process_kill_service (group, peer, "mqtt");
    for (unsigned int i = 0; i < 50; i++)
      publish (pair.publisher, "old/topic");
    /* All is answered, and nothing arrives any more. */
    exchange_settle (pair.exchange);
    publish_until_found (pair.publisher, "old/topic", pair.old);
    exchange_demand (pair.exchange, DEMAND_ALL);
    publish (pair.publisher, "old/topic");
    exchange_settle (pair.exchange);
    find_new (&pair, (0 == peer) ? "first/new" : "second/new/deeper");
  }
}


/** Silence is noticed sooner than otherwise. */
static const struct GroupSetting impatient[] = {
  { "mqtt", "PEER_TIMEOUT", "3 s" },
  { "mqtt", "RECONNECT_MAXIMUM", "1 s" },
  { NULL, NULL, NULL },
};

static const struct GroupCase cases[] = {
  { "regex killed", { .peers = 2, .transport = "tcp" }, &regex_killed },
  { "cadet killed",
    { .peers = 2, .transport = "tcp", .settings = impatient },
    &cadet_killed },
  { "mqtt killed", { .peers = 2, .transport = "tcp" }, &service_killed },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("recovery",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
