/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/broker.c
 * @brief Builds what the service of a peer is made of.
 */
#include "broker.h"
#include "blacklist_gns.h"
#include "cadet.h"
#include "discovery.h"
#include "gns.h"
#include "mailboxes.h"
#include "venue.h"

/** Writes to the store after which a commit does not wait for more. */
#define COMMIT_WRITES 2000

/** Everything. */
struct MQTT_Broker
{
  struct MQTT_Options options;
  struct MQTT_Counters *counters;
  struct MQTT_Subscriptions *subscriptions;
  struct MQTT_Topics *topics;
  struct MQTT_Ownership *ownership;
  struct MQTT_Gns *gns;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
  struct MQTT_Promises *promises;
  struct MQTT_Retention *retention;
  struct MQTT_Copies *copies;
  struct MQTT_Router *router;
  struct MQTT_Blacklists *blacklists;
  struct MQTT_BlacklistGns *names;
  struct MQTT_Venue *venue;
  struct MQTT_Discovery *discovery;
  struct MQTT_Links *links;
  struct MQTT_Cadet *cadet;
  struct MQTT_Interests *interests;
  struct MQTT_Outreaches *outreaches;
  struct MQTT_Testaments *testaments;
  struct MQTT_Publishing publishing;
  struct MQTT_Sessions *sessions;
  struct MQTT_Clients *clients;
};


/**
 * A subscription was made or ended, or a topic is kept or is not:
 * #MQTT_SubscriptionsObserver.
 */
static void
subscriptions_changed (void *cls,
                       const char *filter,
                       size_t size,
                       bool anonymous,
                       bool added)
{
  struct MQTT_Broker *broker = cls;

  MQTT_discovery_filter (broker->discovery, filter, size, anonymous, added);
  MQTT_links_review (broker->links, added);
}


/**
 * What was announced or searched for has ended: #MQTT_RendezvousFailed.
 */
static void
regex_failed (void *cls)
{
  struct MQTT_Broker *broker = cls;

  MQTT_discovery_failed (broker->discovery);
}


/**
 * A publisher is to be called on: #MQTT_VisitsCall.
 */
static bool
call_on (void *cls,
         const struct GNUNET_PeerIdentity *peer,
         const struct GNUNET_HashCode *end)
{
  struct MQTT_Broker *broker = cls;

  return MQTT_links_call (broker->links, peer, end);
}


/**
 * Others are refused than before: #MQTT_BlacklistsChanged.
 */
static void
blacklists_changed (void *cls)
{
  struct MQTT_Broker *broker = cls;

  MQTT_ownership_enforce (broker->ownership, broker->blacklists);
  MQTT_interests_enforce (broker->interests, broker->blacklists);
  MQTT_testaments_enforce (broker->testaments, broker->blacklists);
  MQTT_links_enforce (broker->links);
  MQTT_outreaches_enforce (broker->outreaches);
  MQTT_mailboxes_enforce (MQTT_links_mailboxes (broker->links));
}


/**
 * The store, or a session that was full, has room again.
 */
static void
has_room (void *cls)
{
  struct MQTT_Broker *broker = cls;

  if (NULL != broker->links)
    MQTT_links_room (broker->links);
}


/**
 * The store can be written again, or cannot.
 */
static void
store_changed (void *cls, bool writable)
{
  struct MQTT_Broker *broker = cls;

  MQTT_count (broker->counters, MQTT_COUNT_STORE_READ_ONLY, writable ? -1 : 1);
  if (writable)
    has_room (broker);
}


/**
 * Build what knows nothing of other peers.
 *
 * @return false if the store cannot be opened, or read
 */
static bool
build_local (struct MQTT_Broker *broker,
             const struct GNUNET_CONFIGURATION_Handle *cfg,
             const struct GNUNET_PeerIdentity *myself)
{
  const struct MQTT_StoreOptions store = {
    .file = broker->options.store,
    .quota = broker->options.store_quota,
    .commit_delay = broker->options.commit_delay,
    .commit_writes = COMMIT_WRITES,
    .retry = GNUNET_TIME_UNIT_SECONDS,
    .changed = &store_changed,
    .room = &has_room,
    .cls = broker,
  };
  struct MQTT_RetentionConfig retention = {
    .options = &broker->options,
    .changed = &subscriptions_changed,
    .cls = broker,
  };

  broker->counters = MQTT_counters_create (cfg);
  broker->ownership = MQTT_ownership_create (&broker->options,
                                             broker->counters,
                                             myself);
  broker->subscriptions = MQTT_subscriptions_create (broker->counters,
                                                     &subscriptions_changed,
                                                     broker);
  broker->topics = MQTT_topics_create (broker->subscriptions,
                                       broker->counters,
                                       broker->options.topic_memory);
  broker->store = MQTT_store_open (&store);
  if ((NULL == broker->store)
      || !MQTT_ownership_keep (broker->ownership, broker->store))
    return false;
  broker->shelf = MQTT_shelf_create (broker->store,
                                     broker->topics,
                                     broker->options.shelf);
  broker->promises = MQTT_promises_create (&broker->options,
                                           broker->counters,
                                           broker->store,
                                           broker->shelf);
  broker->router = MQTT_router_create (broker->counters);
  retention.counters = broker->counters;
  retention.store = broker->store;
  retention.shelf = broker->shelf;
  retention.ownership = broker->ownership;
  broker->retention = MQTT_retention_create (&retention);
  return NULL != broker->retention;
}


/**
 * Build what sees to copies of retained messages.
 */
static void
build_copies (struct MQTT_Broker *broker,
              const struct GNUNET_PeerIdentity *myself)
{
  const struct MQTT_CopiesConfig copies = {
    .options = &broker->options,
    .counters = broker->counters,
    .retention = broker->retention,
    .topics = broker->topics,
    .store = broker->store,
    .myself = *myself,
  };

  broker->copies = MQTT_copies_create (&copies);
}


/**
 * Build the ways to other peers.
 *
 * @return false if there is no DHT, no CADET, or no key of the peer
 */
static bool
build_remote (struct MQTT_Broker *broker,
              const struct GNUNET_CONFIGURATION_Handle *cfg,
              const struct GNUNET_PeerIdentity *myself)
{
  const struct MQTT_VenueConfig venue = {
    .options = &broker->options,
    .counters = broker->counters,
    .store = broker->store,
    .call = &call_on,
    .failed = &regex_failed,
    .cls = broker,
  };
  struct MQTT_LinksConfig links = {
    .options = &broker->options,
    .counters = broker->counters,
    .subscriptions = broker->subscriptions,
    .topics = broker->topics,
    .ownership = broker->ownership,
    .store = broker->store,
    .shelf = broker->shelf,
    .promises = broker->promises,
    .copies = broker->copies,
    .blacklists = broker->blacklists,
    .myself = *myself,
    .deliver = &MQTT_router_deliver,
    .cls = broker->router,
    .called = &MQTT_venue_called,
    .admits = &MQTT_venue_admits,
  };
  struct MQTT_TransportEvents events;

  broker->venue = MQTT_venue_create (cfg, &venue);
  if (NULL == broker->venue)
    return false;
  links.anonymous_cls = broker->venue;
  broker->gns = MQTT_gns_create (cfg);
  MQTT_ownership_look (broker->ownership, MQTT_gns_ops (broker->gns));
  if (broker->options.channel_blocks)
    MQTT_ownership_watch (broker->ownership, cfg);
  broker->discovery = MQTT_discovery_create (&broker->options,
                                             broker->counters,
                                             MQTT_venue_ops (broker->venue),
                                             myself);
  broker->links = MQTT_links_create (&links);
  events = MQTT_links_events (broker->links);
  broker->cadet = MQTT_cadet_create (cfg, &events);
  if (NULL == broker->cadet)
    return false;
  return true;
}


static void
build_testaments (struct MQTT_Broker *broker)
{
  const struct MQTT_TestamentsConfig config = {
    .options = &broker->options,
    .counters = broker->counters,
    .searches = MQTT_discovery_searches (broker->discovery),
    .links = broker->links,
    .topics = broker->topics,
    .interests = broker->interests,
    .store = broker->store,
  };

  broker->testaments = MQTT_testaments_create (&config);
}


/**
 * Build the way from clients to all that.
 *
 * @return false if the store cannot be read
 */
static bool
build_clients (struct MQTT_Broker *broker)
{
  struct MQTT_OutreachConfig outreach = {
    .options = &broker->options,
    .counters = broker->counters,
    .searches = MQTT_discovery_searches (broker->discovery),
    .links = broker->links,
    .topics = broker->topics,
    .store = broker->store,
    .shelf = broker->shelf,
    .promises = broker->promises,
    .deliver = &MQTT_router_deliver,
    .cls = broker->router,
    .copies = broker->copies,
  };
  struct MQTT_ClientsConfig clients = {
    .options = &broker->options,
    .counters = broker->counters,
    .subscriptions = broker->subscriptions,
    .topics = broker->topics,
    .publishing = &broker->publishing,
  };
  struct MQTT_SessionsConfig sessions = {
    .publishing = &broker->publishing,
    .subscriptions = broker->subscriptions,
    .topics = broker->topics,
    .store = broker->store,
    .shelf = broker->shelf,
    .room = &has_room,
    .cls = broker,
  };

  broker->interests = MQTT_interests_create (&broker->options,
                                             broker->counters,
                                             broker->store);
  outreach.interests = broker->interests;
  broker->outreaches = MQTT_outreaches_create (&outreach);
  broker->publishing = (struct MQTT_Publishing){
    .options = &broker->options,
    .counters = broker->counters,
    .promises = broker->promises,
    .retention = broker->retention,
    .router = broker->router,
    .outreaches = broker->outreaches,
    .ownership = broker->ownership,
  };
  build_testaments (broker);
  sessions.testaments = broker->testaments;
  broker->sessions = MQTT_sessions_create (&sessions);
  if (NULL == broker->sessions)
    return false;
  if (!MQTT_links_start (broker->links, MQTT_cadet_ops (broker->cadet)))
    return false;
  MQTT_copies_start (broker->copies, broker->outreaches);
  clients.sessions = broker->sessions;
  broker->clients = MQTT_clients_create (&clients);
  return true;
}


/**
 * Build all of it, from what knows least to what knows most.
 *
 * @return false if that cannot be done; some of it may be there then
 */
static bool
build (struct MQTT_Broker *broker,
       const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct GNUNET_PeerIdentity myself;

  if ((GNUNET_OK != MQTT_options_load (cfg, &broker->options))
      || (GNUNET_OK != GNUNET_CRYPTO_get_peer_identity (cfg, &myself))
      || !build_local (broker, cfg, &myself))
    return false;
  build_copies (broker, &myself);
  broker->blacklists = MQTT_blacklists_create (&broker->options,
                                               broker->counters,
                                               &blacklists_changed,
                                               broker);
  if (!build_remote (broker, cfg, &myself) || !build_clients (broker))
    return false;
  broker->names = MQTT_blacklist_gns_create (cfg);
  MQTT_blacklists_follow (broker->blacklists,
                          MQTT_blacklist_gns_ops (broker->names));
  return true;
}


struct MQTT_Broker *
MQTT_broker_create (const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct MQTT_Broker *broker = GNUNET_new (struct MQTT_Broker);

  if (build (broker, cfg))
    return broker;
  MQTT_broker_destroy (broker);
  return NULL;
}


void
MQTT_broker_destroy (struct MQTT_Broker *broker)
{
  if (NULL != broker->venue)
    MQTT_venue_stop (broker->venue);
  if (NULL != broker->clients)
    MQTT_clients_destroy (broker->clients);
  broker->clients = NULL;
  if (NULL != broker->copies)
    MQTT_copies_stop (broker->copies);
  if (NULL != broker->sessions)
    MQTT_sessions_destroy (broker->sessions);
  if (NULL != broker->testaments)
    MQTT_testaments_destroy (broker->testaments);
  if (NULL != broker->outreaches)
    MQTT_outreaches_destroy (broker->outreaches);
  if (NULL != broker->interests)
    MQTT_interests_destroy (broker->interests);
  if (NULL != broker->links)
    MQTT_links_destroy (broker->links);
  if (NULL != broker->cadet)
    MQTT_cadet_destroy (broker->cadet);
  if (NULL != broker->discovery)
    MQTT_discovery_destroy (broker->discovery);
  if (NULL != broker->blacklists)
    MQTT_blacklists_destroy (broker->blacklists);
  if (NULL != broker->names)
    MQTT_blacklist_gns_destroy (broker->names);
  if (NULL != broker->venue)
    MQTT_venue_destroy (broker->venue);
  if (NULL != broker->router)
    MQTT_router_destroy (broker->router);
  if (NULL != broker->copies)
    MQTT_copies_destroy (broker->copies);
  if (NULL != broker->retention)
    MQTT_retention_destroy (broker->retention);
  if (NULL != broker->promises)
    MQTT_promises_destroy (broker->promises);
  if (NULL != broker->shelf)
    MQTT_shelf_destroy (broker->shelf);
  if (NULL != broker->store)
    MQTT_store_close (broker->store);
  if (NULL != broker->topics)
    MQTT_topics_destroy (broker->topics);
  if (NULL != broker->ownership)
    MQTT_ownership_destroy (broker->ownership);
  if (NULL != broker->gns)
    MQTT_gns_destroy (broker->gns);
  if (NULL != broker->subscriptions)
    MQTT_subscriptions_destroy (broker->subscriptions);
  if (NULL != broker->counters)
    MQTT_counters_destroy (broker->counters);
  MQTT_options_done (&broker->options);
  GNUNET_free (broker);
}


struct MQTT_Clients *
MQTT_broker_clients (const struct MQTT_Broker *broker)
{
  return broker->clients;
}
