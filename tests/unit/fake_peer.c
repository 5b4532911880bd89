/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_peer.c
 * @brief The links of one peer, in a network in memory.
 */
#include "fake_peer.h"
#include "fake_identity.h"
#include "store_faults.h"
#include "stream/stream.h"


/** A peer has published: #MQTT_LinksDeliver. */
static void
deliver (void *cls,
         struct MQTT_Topic *topic,
         struct MQTT_Message *message,
         const struct MQTT_Audience *audience,
         struct MQTT_Source *source)
{
  struct FakePeer *peer = cls;
  size_t used = strlen (peer->received);

  peer->count++;
  peer->grouped += (NULL == audience) || (NULL != audience->groups);
  peer->plain = MQTT_audience_is_plain (audience);
  MQTT_groups_unref (peer->groups);
  peer->groups = (NULL == audience) ? NULL : MQTT_groups_ref (audience->groups);
  peer->rest = (struct MQTT_Audience){
    .others = (NULL != audience) && audience->others,
    .except = (NULL == audience) ? NULL : audience->except,
  };
  peer->qos = message->qos;
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


/** Is there room? */
static bool
ready (void *cls,
       const struct MQTT_Message *message,
       unsigned int copies,
       size_t numbers)
{
  const struct FakePeer *peer = cls;

  (void)message;
  (void)copies;
  (void)numbers;
  return !peer->busy;
}


/** #MQTT_SubscriptionsObserver */
static void
subscriptions_changed (void *cls,
                       const char *filter,
                       size_t size,
                       bool anonymous,
                       bool added)
{
  struct FakePeer *peer = cls;

  (void)filter;
  (void)size;
  peer->announced[anonymous] += added ? 1 : -1;
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
    .stored_backlog = 100000,
    .outbox = 100000,
    .outbox_messages = 100,
    .link_window = 10000,
    .interests = 8,
    .marks = 16,
    .wills = 80,
    .will_bytes = 80000,
    .will_topics = 4,
    .shelf = 10000,
    .retained_memory = 40000,
    .retained_copies = 100000,
    .retained_grace = MS (100000),
    .retained_takeover = MS (1000),
    .interest_lifetime = MS (1000000),
    .message_lifetime = MS (1000000),
    .sessions = 2000,
    .sessions_per_client = 1500,
    .session_messages = 10,
    .session_bytes = 100000,
    .session_memory = 10 << 20,
    .session_expiry_maximum = { UINT64_MAX },
    .client_identifier = 64,
    .receive_maximum = 3,
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
    .channel_entries = 100,
    .channel_entries_per_peer = 10,
    .subscription_memory = 1 << 20,
    .pace = MS (1),
    .discovery_window = MS (2000),
    .peer_timeout = MS (15000),
    .reconnect_maximum = MS (2000),
    .stall_timeout = MS (3000),
    .topic_idle = MS (600000),
  };
}


/** Make what keeps retained messages. */
static void
build_copies (struct FakePeer *peer)
{
  const struct MQTT_RetentionConfig retention = {
    .options = &peer->options,
    .counters = peer->counters,
    .store = peer->store.store,
    .shelf = peer->shelf,
    .ownership = peer->ownership,
    .changed = &subscriptions_changed,
    .cls = peer,
  };
  struct MQTT_CopiesConfig copies = {
    .options = &peer->options,
    .counters = peer->counters,
    .topics = peer->topics,
    .store = peer->store.store,
    .myself = peer->node.identity,
  };

  peer->retention = MQTT_retention_create (&retention);
  ck_assert_ptr_nonnull (peer->retention);
  copies.retention = peer->retention;
  peer->copies = MQTT_copies_create (&copies);
}


/** #MQTT_LinksCalled */
static void
called (void *cls,
        const struct GNUNET_PeerIdentity *peer,
        const struct GNUNET_HashCode *end)
{
  struct FakePeer *self = cls;

  self->calls++;
  self->caller = *peer;
  self->sought = *end;
}


/** #MQTT_SubscriptionsAdmit */
static bool
admits (void *cls,
        const struct GNUNET_PeerIdentity *peer,
        const struct MQTT_Cover *cover)
{
  const struct FakePeer *self = cls;

  (void)peer;
  (void)cover;
  return self->admits;
}


/** Make what works with the store. */
static void
build (struct FakePeer *peer)
{
  struct MQTT_LinksConfig config = {
    .options = &peer->options,
    .counters = peer->counters,
    .subscriptions = peer->subscriptions,
    .topics = peer->topics,
    .store = peer->store.store,
    .myself = peer->node.identity,
    .deliver = &deliver,
    .cls = peer,
    .called = &called,
    .admits = &admits,
    .anonymous_cls = peer,
  };

  peer->ownership = MQTT_ownership_create (&peer->options,
                                           peer->counters,
                                           &peer->node.identity);
  ck_assert (MQTT_ownership_keep (peer->ownership, peer->store.store));
  config.ownership = peer->ownership;
  peer->shelf = MQTT_shelf_create (peer->store.store,
                                   peer->topics,
                                   peer->options.shelf);
  peer->promises = MQTT_promises_create (&peer->options,
                                         peer->counters,
                                         peer->store.store,
                                         peer->shelf);
  build_copies (peer);
  config.shelf = peer->shelf;
  config.promises = peer->promises;
  config.copies = peer->copies;
  peer->links = MQTT_links_create (&config);
  peer->node.events = MQTT_links_events (peer->links);
  store_faults_set (peer->fault);
  peer->started = MQTT_links_start (peer->links, &peer->node.ops);
  store_faults_set (NULL);
  ck_assert (peer->started || (NULL != peer->fault));
}


static void
unbuild (struct FakePeer *peer)
{
  MQTT_links_destroy (peer->links);
  MQTT_copies_destroy (peer->copies);
  MQTT_retention_destroy (peer->retention);
  MQTT_promises_destroy (peer->promises);
  MQTT_shelf_destroy (peer->shelf);
  MQTT_ownership_destroy (peer->ownership);
}


struct FakePeer *
fake_peer_create (struct FakeNet *net, unsigned int number)
{
  static bool registered;
  struct FakePeer *peer = GNUNET_new (struct FakePeer);
  const struct GNUNET_PeerIdentity myself = fake_identity (number);

  if (!registered)
    store_faults_register ();
  registered = true;
  set_options (&peer->options);
  peer->subscriber.ready = &ready;
  peer->subscriber.cls = peer;
  peer->counters = MQTT_counters_create (NULL);
  peer->subscriptions = MQTT_subscriptions_create (peer->counters,
                                                   &subscriptions_changed,
                                                   peer);
  peer->topics = MQTT_topics_create (peer->subscriptions,
                                     peer->counters,
                                     peer->options.topic_memory);
  fake_net_join (net, &peer->node, &myself);
  store_fixture_begin (&peer->store);
  peer->store.options.vfs = STORE_FAULTS_VFS;
  store_fixture_open (&peer->store);
  build (peer);
  return peer;
}


void
fake_peer_restart (struct FakePeer *peer)
{
  unbuild (peer);
  MQTT_store_close (peer->store.store);
  if (NULL != peer->change)
    store_fixture_change (&peer->store, peer->change);
  store_fixture_open (&peer->store);
  build (peer);
}


/** What is queued for peers, and received from them, is accounted for. */
static void
check_balance (const struct MQTT_Counters *all)
{
  ck_assert_uint_eq (MQTT_counter (all, MQTT_COUNT_SENT),
                     MQTT_counter (all, MQTT_COUNT_SENT_OUTBOX)
                       + MQTT_counter (all, MQTT_COUNT_WAITING_LINK)
                       + MQTT_counter (all, MQTT_COUNT_WRITTEN_LINK)
                       + MQTT_counter (all, MQTT_COUNT_EXPIRED_LINK)
                       + MQTT_counter (all, MQTT_COUNT_DROPPED_LOST_LINK));
  ck_assert_uint_eq (MQTT_counter (all, MQTT_COUNT_RECEIVED),
                     MQTT_counter (all, MQTT_COUNT_TAKEN)
                       + MQTT_counter (all, MQTT_COUNT_TAKEN_UNSURE)
                       + MQTT_counter (all, MQTT_COUNT_RECEIVED_KEPT)
                       + MQTT_counter (all, MQTT_COUNT_DUPLICATES)
                       + MQTT_counter (all, MQTT_COUNT_RETURNED)
                       + MQTT_counter (all, MQTT_COUNT_DROPPED_NO_TOPIC)
                       + MQTT_counter (all, MQTT_COUNT_DROPPED_NOT_ALLOWED)
                       + MQTT_counter (all, MQTT_COUNT_RECEIVED_VOID));
}


void
fake_peer_destroy (struct FakePeer *peer)
{
  check_balance (peer->counters);
  unbuild (peer);
  check_balance (peer->counters);
  ck_assert_uint_eq (0, fake_node_ends (&peer->node));
  MQTT_topics_destroy (peer->topics);
  MQTT_subscriptions_destroy (peer->subscriptions);
  ck_assert_uint_eq (0, MQTT_counter (peer->counters, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, MQTT_counter (peer->counters, MQTT_COUNT_TOPICS));
  ck_assert_uint_eq (0, MQTT_counter (peer->counters, MQTT_COUNT_OUTBOX));
  store_fixture_end (&peer->store);
  MQTT_counters_destroy (peer->counters);
  MQTT_groups_unref (peer->groups);
  GNUNET_free (peer);
}


static struct MQTT_Subscription *
subscribe (struct FakePeer *peer, const char *filter, uint8_t qos)
{
  return MQTT_subscriptions_add (peer->subscriptions,
                                 &peer->subscriber,
                                 filter,
                                 strlen (filter),
                                 1,
                                 qos,
                                 false);
}


struct MQTT_Subscription *
fake_peer_subscribe (struct FakePeer *peer, const char *filter)
{
  return subscribe (peer, filter, 0);
}


struct MQTT_Subscription *
fake_peer_subscribe_surely (struct FakePeer *peer, const char *filter)
{
  return subscribe (peer, filter, 2);
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
