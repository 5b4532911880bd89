/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_traces.c
 * @brief What is left of a subscriber in the DHTs of eight peers in a line: nothing of
 *        an anonymous one, the name of any other, the text of no topic.
 */
#include "exchange.h"
#include "group_cases.h"
#include "witness.h"

/** Peers: neither is an end of the line. */
enum
{
  SUBSCRIBER = 1,
  PUBLISHER = 5
};

/** How long is watched at least. */
#define WATCH_TIME GNUNET_TIME_UNIT_MINUTES

/** The pause between publications, and how many there are of them once a subscription
    was found. */
#define PAUSE_MS 500
#define PUBLICATIONS 16

/** How long the line is given to find itself: CADET needs more than a minute at
    times. */
#define PATIENCE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MINUTES, 5)

#define FIRST_LEVEL "confidential-first"
#define SECOND_LEVEL "confidential-second"
#define TOPIC FIRST_LEVEL "/" SECOND_LEVEL
#define WILDCARD "+/" SECOND_LEVEL

/** Who takes part. */
struct Scene
{
  struct Group *group;
  struct Exchange *exchange;
  struct Client *publisher;
  struct Client *subscriber;
};


static struct GNUNET_PeerIdentity
identity_of (struct Group *group, unsigned int peer)
{
  struct GNUNET_PeerIdentity identity;

  group_check (
    group,
    GNUNET_OK
      == GNUNET_CRYPTO_get_peer_identity (group_cfg (group, peer), &identity),
    "peer %u has no identity",
    peer);
  return identity;
}


/**
 * Subscribe, publish all along, and unsubscribe.  From the first message that arrives on
 * each must.
 */
static void
subscribe_a_while (const struct Scene *scene,
                   const char *filter,
                   const struct GNUNET_MQTT_SubscribeOptions *options)
{
  struct Inbox *inbox = subscribe_soon (scene->subscriber,
                                        filter,
                                        strlen (filter),
                                        options);
  struct GNUNET_TIME_Absolute limit = GNUNET_TIME_relative_to_absolute (
    PATIENCE);
  unsigned int since_found = 0;

  inbox_demand (inbox, DEMAND_FROM_FIRST);
  while (since_found < PUBLICATIONS)
  {
    group_check (scene->group,
                 (0 < since_found) || GNUNET_TIME_absolute_is_future (limit),
                 "nothing has arrived for %s",
                 filter);
    publish_surely (scene->publisher, TOPIC);
    group_pause (scene->group, PAUSE_MS);
    since_found += (0 < inbox_count (inbox));
  }
  exchange_settle (scene->exchange);
  unsubscribe (inbox);
}


/**
 * Subscribe, publish and unsubscribe for a while.
 */
static void
go_about (struct Group *group,
          const struct GNUNET_MQTT_SubscribeOptions *options)
{
  struct Exchange *exchange = exchange_create (group);
  const struct Scene scene = {
    .group = group,
    .exchange = exchange,
    .publisher = client_start (exchange, PUBLISHER),
    .subscriber = client_start (exchange, SUBSCRIBER),
  };
  struct GNUNET_TIME_Absolute least = GNUNET_TIME_relative_to_absolute (
    WATCH_TIME);

  do
  {
    subscribe_a_while (&scene, TOPIC, options);
    subscribe_a_while (&scene, WILDCARD, options);
  }
  while (GNUNET_TIME_absolute_is_future (least));
}


/**
 * @return what was seen of the subscriber's name
 */
static struct Sight
watch_subscriber (struct Group *group, enum GNUNET_MQTT_Anonymity anonymity)
{
  const struct GNUNET_MQTT_SubscribeOptions options = {
    .anonymity = anonymity,
    .qos = 1,
  };
  struct Witness *witness = witness_create (group);
  struct GNUNET_PeerIdentity name = identity_of (group, SUBSCRIBER);
  struct GNUNET_PeerIdentity other = identity_of (group, PUBLISHER);

  go_about (group, &options);
  witness_inspect (witness);
  group_check (
    group,
    0 == witness_look (witness, FIRST_LEVEL, strlen (FIRST_LEVEL)).all_with,
    "the first level was told");
  group_check (
    group,
    0 == witness_look (witness, SECOND_LEVEL, strlen (SECOND_LEVEL)).all_with,
    "the second level was told");
  /* Names can be seen: each peer tells the others where it is. */
  group_check (group,
               0 < witness_look (witness, &other, sizeof (other)).all_with,
               "nobody's name was seen");
  return witness_look (witness, &name, sizeof (name));
}


static void
an_anonymous_one (struct Group *group)
{
  struct Sight sight = watch_subscriber (group,
                                         GNUNET_MQTT_ANONYMITY_ANONYMOUS);

  group_check (group, 100 < sight.ours, "only %u seen", sight.ours);
  group_check (group,
               0 == sight.ours_with,
               "the subscriber's name was seen %u times among %u",
               sight.ours_with,
               sight.ours);
}


static void
a_named_one (struct Group *group)
{
  struct Sight sight = watch_subscriber (group, GNUNET_MQTT_ANONYMITY_NAMED);

  group_check (group, 0 < sight.ours_with, "the name was not seen");
}


/** All is published while who is far away is still being found. */
static const struct GroupSetting line[] = {
  { "mqtt", "DISCOVERY_WINDOW", "200 s" },
  { NULL, NULL, NULL }
};

static const struct GroupCase cases[] = {
  { "an anonymous one",
    { .peers = 8, .topology = "LINE", .transport = "tcp", .settings = line },
    &an_anonymous_one },
  { "a named one",
    { .peers = 8, .topology = "LINE", .transport = "tcp", .settings = line },
    &a_named_one },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("traces",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
