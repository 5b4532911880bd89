/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_peer.c
 * @brief The links of one peer, in a network in memory.
 */
#include "fake_peer.h"
#include "fake_identity.h"
#include "stream/stream.h"


/** A peer has published: #MQTT_LinksDeliver. */
static void
deliver (void *cls,
         struct MQTT_Topic *topic,
         struct MQTT_Message *message,
         struct MQTT_Source *source)
{
  struct FakePeer *peer = cls;
  size_t used = strlen (peer->received);

  peer->count++;
  if (used < sizeof (peer->received) / 2)
    (void)snprintf (peer->received + used,
                    sizeof (peer->received) - used,
                    "%.*s=%.*s ",
                    (int)GNUNET_MIN (40, topic->name_size),
                    topic->name,
                    (int)GNUNET_MIN (40, message->body_size),
                    (const char *)message->body);
  if (peer->closed)
    MQTT_gate_wait (&peer->gate, source);
}


/** #MQTT_SubscriptionsObserver */
static void
subscriptions_changed (void *cls, const char *filter, size_t size, bool added)
{
  struct FakePeer *peer = cls;

  (void)filter;
  (void)size;
  MQTT_links_review (peer->links, added);
}


static void
set_options (struct MQTT_Options *options)
{
  *options = (struct MQTT_Options){
    .maximum_payload = 100000,
    .link_queue = 20000,
    .assembly = 4 << 20,
    .backlog = 100000,
    .link_topic_memory = 1 << 20,
    .topic_memory = 24 << 20,
    .link_segment = 1000,
    .links = 4,
    .link_topics = 64,
    .published_topics = 16,
    .announcements = 8,
    .searches = 4,
    .clients = 2,
    .client_queue = 20000,
    .subscriptions_per_client = 5000,
    .subscription_memory = 1 << 20,
    .pace = MS (1),
    .discovery_window = MS (2000),
    .peer_timeout = MS (15000),
    .reconnect_maximum = MS (2000),
    .stall_timeout = MS (3000),
    .topic_idle = MS (600000),
  };
}


struct FakePeer *
fake_peer_create (struct FakeNet *net, unsigned int number)
{
  struct FakePeer *peer = GNUNET_new (struct FakePeer);
  struct MQTT_LinksConfig config = {
    .options = &peer->options,
    .myself = fake_identity (number),
    .deliver = &deliver,
    .cls = peer,
  };

  set_options (&peer->options);
  peer->counters = MQTT_counters_create (NULL);
  peer->subscriptions = MQTT_subscriptions_create (peer->counters,
                                                   &subscriptions_changed,
                                                   peer);
  peer->topics = MQTT_topics_create (peer->subscriptions,
                                     peer->counters,
                                     peer->options.topic_memory);
  config.counters = peer->counters;
  config.subscriptions = peer->subscriptions;
  config.topics = peer->topics;
  peer->links = MQTT_links_create (&config);
  fake_net_join (net, &peer->node, &config.myself);
  peer->node.events = MQTT_links_events (peer->links);
  MQTT_links_start (peer->links, &peer->node.ops);
  return peer;
}


void
fake_peer_destroy (struct FakePeer *peer)
{
  MQTT_links_destroy (peer->links);
  ck_assert_uint_eq (0, fake_node_ends (&peer->node));
  MQTT_topics_destroy (peer->topics);
  MQTT_subscriptions_destroy (peer->subscriptions);
  ck_assert_uint_eq (0, MQTT_counter (peer->counters, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, MQTT_counter (peer->counters, MQTT_COUNT_TOPICS));
  MQTT_counters_destroy (peer->counters);
  GNUNET_free (peer);
}


struct MQTT_Subscription *
fake_peer_subscribe (struct FakePeer *peer, const char *filter)
{
  return MQTT_subscriptions_add (peer->subscriptions,
                                 &peer->subscriber,
                                 filter,
                                 strlen (filter),
                                 1,
                                 0,
                                 false);
}


void
fake_peer_unsubscribe (struct FakePeer *peer,
                       struct MQTT_Subscription *subscription)
{
  MQTT_subscriptions_remove (peer->subscriptions, subscription);
}


struct MQTT_Link *
fake_peer_link (struct FakePeer *peer, const struct FakeNode *other)
{
  return MQTT_links_get (peer->links, &other->identity);
}


struct MQTT_Message *
fake_message (const char *payload)
{
  struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = MQTT_NEVER,
  };

  return MQTT_message_create (&publication, MQTT_stream_now ());
}
