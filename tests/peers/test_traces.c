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

/** How long is watched at least, and the pause between publications. */
#define WATCH_TIME GNUNET_TIME_UNIT_MINUTES
#define PAUSE_MS 1000

/** How long the line is given to find itself: CADET needs more than a minute at
    times. */
#define PATIENCE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MINUTES, 5)

#define FIRST_LEVEL "confidential-first"
#define SECOND_LEVEL "confidential-second"
#define TOPIC FIRST_LEVEL "/" SECOND_LEVEL
#define WILDCARD "+/" SECOND_LEVEL


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


static struct Inbox *
subscribe_so (struct Client *client,
              const char *filter,
              const struct GNUNET_MQTT_SubscribeOptions *options)
{
  struct Inbox *inbox = subscribe_soon (client,
                                        filter,
                                        strlen (filter),
                                        options);

  inbox_demand (inbox, DEMAND_WHAT_CAN);
  return inbox;
}


/**
 * Subscribe, publish and unsubscribe for a while; something must arrive.
 */
static void
go_about (struct Group *group,
          const struct GNUNET_MQTT_SubscribeOptions *options)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, PUBLISHER);
  struct Client *subscriber = client_start (exchange, SUBSCRIBER);
  struct Inbox *inbox = subscribe_so (subscriber, TOPIC, options);
  struct GNUNET_TIME_Absolute least = GNUNET_TIME_relative_to_absolute (
    WATCH_TIME);
  struct GNUNET_TIME_Absolute most = GNUNET_TIME_relative_to_absolute (
    PATIENCE);
  bool arrived = false;

  for (unsigned int i = 0;
       GNUNET_TIME_absolute_is_future (arrived ? least : most);
       i++)
  {
    publish (publisher, TOPIC);
    group_pause (group, PAUSE_MS);
    arrived |= (0 < inbox_count (inbox));
    if (!arrived || (0 != i % 10))
      continue;
    unsubscribe (inbox);
    inbox = subscribe_so (subscriber,
                          (0 == i % 20) ? TOPIC : WILDCARD,
                          options);
  }
  group_check (group, arrived, "nothing has arrived");
}


/**
 * @return what was seen of the subscriber's name
 */
static struct Sight
watch_subscriber (struct Group *group, enum GNUNET_MQTT_Anonymity anonymity)
{
  const struct GNUNET_MQTT_SubscribeOptions options = {
    .anonymity = anonymity
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
