/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_broker.c
 * @brief A whole service but for its program.
 */
#include "fake_broker.h"
#include "fake_identity.h"


void
fake_broker_begin (struct FakeBroker *broker)
{
  memset (broker, 0, sizeof (*broker));
  fake_time_begin ();
  fake_rendezvous_begin (&broker->rendezvous);
  broker->peer = fake_peer_create (&broker->net, 1);
}


static void
note_room (void *cls)
{
  struct FakeBroker *broker = cls;

  broker->rooms++;
}


static void
build_testaments (struct FakeBroker *broker)
{
  struct FakePeer *peer = broker->peer;
  const struct MQTT_TestamentsConfig config = {
    .options = &peer->options,
    .counters = peer->counters,
    .searches = MQTT_discovery_searches (broker->discovery),
    .links = peer->links,
    .topics = peer->topics,
    .interests = broker->interests,
    .store = peer->store.store,
  };

  broker->testaments = MQTT_testaments_create (&config);
}


void
fake_broker_build (struct FakeBroker *broker)
{
  struct FakePeer *peer = broker->peer;
  struct MQTT_OutreachConfig outreach = {
    .options = &peer->options,
    .counters = peer->counters,
    .links = peer->links,
    .topics = peer->topics,
    .store = peer->store.store,
    .shelf = peer->shelf,
    .promises = peer->promises,
    .copies = peer->copies,
  };
  struct MQTT_ClientsConfig clients = {
    .options = &peer->options,
    .counters = peer->counters,
    .subscriptions = peer->subscriptions,
    .topics = peer->topics,
    .publishing = &broker->publishing,
  };
  struct MQTT_SessionsConfig sessions = {
    .publishing = &broker->publishing,
    .subscriptions = peer->subscriptions,
    .topics = peer->topics,
    .store = peer->store.store,
    .shelf = peer->shelf,
    .room = &note_room,
    .cls = broker,
  };

  broker->discovery = MQTT_discovery_create (&peer->options,
                                             peer->counters,
                                             &broker->rendezvous.ops,
                                             &peer->node.identity);
  outreach.searches = MQTT_discovery_searches (broker->discovery);
  broker->interests = MQTT_interests_create (&peer->options,
                                             peer->counters,
                                             peer->store.store);
  outreach.interests = broker->interests;
  broker->router = MQTT_router_create (peer->counters);
  outreach.deliver = &MQTT_router_deliver;
  outreach.cls = broker->router;
  broker->outreaches = MQTT_outreaches_create (&outreach);
  broker->publishing = (struct MQTT_Publishing){
    .options = &peer->options,
    .counters = peer->counters,
    .promises = peer->promises,
    .retention = peer->retention,
    .router = broker->router,
    .outreaches = broker->outreaches,
    .ownership = peer->ownership,
  };
  build_testaments (broker);
  sessions.testaments = broker->testaments;
  broker->sessions = MQTT_sessions_create (&sessions);
  ck_assert_ptr_nonnull (broker->sessions);
  clients.sessions = broker->sessions;
  broker->clients = MQTT_clients_create (&clients);
  MQTT_copies_start (peer->copies, broker->outreaches);
}


/** End all that fake_broker_build() has made. */
static void
unbuild (struct FakeBroker *broker)
{
  MQTT_clients_destroy (broker->clients);
  MQTT_sessions_destroy (broker->sessions);
  MQTT_copies_stop (broker->peer->copies);
  MQTT_testaments_destroy (broker->testaments);
  MQTT_outreaches_destroy (broker->outreaches);
  MQTT_interests_destroy (broker->interests);
  MQTT_discovery_destroy (broker->discovery);
  MQTT_router_destroy (broker->router);
}


void
fake_broker_restart (struct FakeBroker *broker)
{
  unbuild (broker);
  fake_peer_restart (broker->peer);
  fake_broker_build (broker);
}


/** What is given to subscribers, and queued for clients. */
static void
check_balance_here (const struct MQTT_Counters *all)
{
  uint64_t own = MQTT_counter (all, MQTT_COUNT_DELIVERED)
                 - MQTT_counter (all, MQTT_COUNT_DELIVERED_SESSIONS);

  ck_assert_uint_eq (MQTT_counter (all, MQTT_COUNT_HANDED)
                       + MQTT_counter (all, MQTT_COUNT_RETAINED_TOLD)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_RESTORED),
                     own + MQTT_counter (all, MQTT_COUNT_DROPPED_SLOW_CLIENT)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_IN));
  ck_assert_uint_eq (own,
                     MQTT_counter (all, MQTT_COUNT_WAITING_CLIENT)
                       + MQTT_counter (all, MQTT_COUNT_WRITTEN_CLIENT)
                       + MQTT_counter (all, MQTT_COUNT_EXPIRED_CLIENT)
                       + MQTT_counter (all, MQTT_COUNT_DROPPED_LOST_CLIENT));
}


void
fake_broker_check_balance (const struct FakeBroker *broker)
{
  const struct MQTT_Counters *all = broker->peer->counters;

  ck_assert_uint_eq (MQTT_counter (all, MQTT_COUNT_PUBLISH_IN)
                       + MQTT_counter (all, MQTT_COUNT_PUBLISH_UNDONE),
                     MQTT_counter (all, MQTT_COUNT_PUBLISHED)
                       + MQTT_counter (all, MQTT_COUNT_PUBLISH_REFUSED)
                       + MQTT_counter (all, MQTT_COUNT_PUBLISH_REPEATED)
                       + MQTT_counter (all, MQTT_COUNT_PUBLISH_VOID));
  check_balance_here (all);
  ck_assert_uint_eq (MQTT_counter (all, MQTT_COUNT_SESSION_IN),
                     MQTT_counter (all, MQTT_COUNT_SESSION_QUEUED)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_DELIVERED)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_REJECTED)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_EXPIRED)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_TOO_LARGE)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_REFUSED)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_DROPPED)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_LEFT)
                       + MQTT_counter (all, MQTT_COUNT_SESSION_UNLOADED));
}


void
fake_broker_end (struct FakeBroker *broker)
{
  unbuild (broker);
  ck_assert_uint_eq (0, fake_broker_counted (broker, MQTT_COUNT_CLIENTS));
  ck_assert_uint_eq (0, fake_broker_counted (broker, MQTT_COUNT_SESSIONS));
  ck_assert_uint_eq (0,
                     fake_broker_counted (broker, MQTT_COUNT_SESSION_QUEUED));
  ck_assert_uint_eq (0, fake_broker_counted (broker, MQTT_COUNT_SUBSCRIPTIONS));
  ck_assert_uint_eq (0,
                     fake_broker_counted (broker, MQTT_COUNT_TOPICS_PUBLISHED));
  ck_assert_uint_eq (0, fake_broker_counted (broker, MQTT_COUNT_BACKLOG_BYTES));
  ck_assert_uint_eq (0,
                     fake_broker_counted (broker, MQTT_COUNT_STORED_BACKLOG));
  ck_assert_uint_eq (
    0,
    fake_broker_counted (broker, MQTT_COUNT_STORED_BACKLOG_BYTES));
  ck_assert_uint_eq (0, fake_broker_counted (broker, MQTT_COUNT_INTERESTS));
  ck_assert_uint_eq (0, fake_broker_counted (broker, MQTT_COUNT_SEARCHES));
  fake_peer_destroy (broker->peer);
  fake_rendezvous_end (&broker->rendezvous);
}


void
fake_broker_end_world (struct FakeBroker *broker)
{
  fake_net_end (&broker->net);
  fake_time_end ();
}


uint64_t
fake_broker_counted (const struct FakeBroker *broker, enum MQTT_Counter which)
{
  return MQTT_counter (broker->peer->counters, which);
}
