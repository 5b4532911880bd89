/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gnunet-service-mqtt.c
 * @brief The mqtt service of a GNUnet peer: builds what it is made of.
 */
#include <gnunet/gnunet_util_lib.h>
#include "cadet.h"
#include "clients.h"
#include "discovery.h"
#include "gns.h"
#include "venue.h"
#include "../stream/stream.h"

/** Writes to the store after which a commit does not wait for more. */
#define COMMIT_WRITES 2000

/** Everything. */
struct Service
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
  struct Service *service = cls;

  MQTT_discovery_filter (service->discovery, filter, size, anonymous, added);
  MQTT_links_review (service->links, added);
}


/**
 * What was announced or searched for has ended: #MQTT_RendezvousFailed.
 */
static void
regex_failed (void *cls)
{
  struct Service *service = cls;

  MQTT_discovery_failed (service->discovery);
}


/**
 * A publisher is to be called on: #MQTT_VisitsCall.
 */
static void
call_on (void *cls,
         const struct GNUNET_PeerIdentity *peer,
         const struct GNUNET_HashCode *end)
{
  struct Service *service = cls;

  MQTT_links_call (service->links, peer, end);
}


static void
stop (void *cls)
{
  struct Service *service = cls;

  if (NULL != service->venue)
    MQTT_venue_stop (service->venue);
  if (NULL != service->clients)
    MQTT_clients_destroy (service->clients);
  service->clients = NULL;
  if (NULL != service->copies)
    MQTT_copies_stop (service->copies);
  if (NULL != service->sessions)
    MQTT_sessions_destroy (service->sessions);
  if (NULL != service->testaments)
    MQTT_testaments_destroy (service->testaments);
  if (NULL != service->outreaches)
    MQTT_outreaches_destroy (service->outreaches);
  if (NULL != service->interests)
    MQTT_interests_destroy (service->interests);
  if (NULL != service->links)
    MQTT_links_destroy (service->links);
  if (NULL != service->cadet)
    MQTT_cadet_destroy (service->cadet);
  if (NULL != service->discovery)
    MQTT_discovery_destroy (service->discovery);
  if (NULL != service->venue)
    MQTT_venue_destroy (service->venue);
  if (NULL != service->router)
    MQTT_router_destroy (service->router);
  if (NULL != service->copies)
    MQTT_copies_destroy (service->copies);
  if (NULL != service->retention)
    MQTT_retention_destroy (service->retention);
  if (NULL != service->promises)
    MQTT_promises_destroy (service->promises);
  if (NULL != service->shelf)
    MQTT_shelf_destroy (service->shelf);
  if (NULL != service->store)
    MQTT_store_close (service->store);
  if (NULL != service->topics)
    MQTT_topics_destroy (service->topics);
  if (NULL != service->ownership)
    MQTT_ownership_destroy (service->ownership);
  if (NULL != service->gns)
    MQTT_gns_destroy (service->gns);
  if (NULL != service->subscriptions)
    MQTT_subscriptions_destroy (service->subscriptions);
  if (NULL != service->counters)
    MQTT_counters_destroy (service->counters);
  MQTT_options_done (&service->options);
}


/**
 * The store, or a session that was full, has room again.
 */
static void
has_room (void *cls)
{
  struct Service *service = cls;

  if (NULL != service->links)
    MQTT_links_room (service->links);
}


/**
 * The store can be written again, or cannot.
 */
static void
store_changed (void *cls, bool writable)
{
  struct Service *service = cls;

  MQTT_count (service->counters, MQTT_COUNT_STORE_READ_ONLY, writable ? -1 : 1);
  if (writable)
    has_room (service);
}


/**
 * Build what knows nothing of other peers.
 *
 * @return false if the store cannot be opened, or read
 */
static bool
build_local (struct Service *service,
             const struct GNUNET_CONFIGURATION_Handle *cfg,
             const struct GNUNET_PeerIdentity *myself)
{
  const struct MQTT_StoreOptions store = {
    .file = service->options.store,
    .quota = service->options.store_quota,
    .commit_delay = service->options.commit_delay,
    .commit_writes = COMMIT_WRITES,
    .retry = GNUNET_TIME_UNIT_SECONDS,
    .changed = &store_changed,
    .room = &has_room,
    .cls = service,
  };
  struct MQTT_RetentionConfig retention = {
    .options = &service->options,
    .changed = &subscriptions_changed,
    .cls = service,
  };

  service->counters = MQTT_counters_create (cfg);
  service->ownership = MQTT_ownership_create (&service->options,
                                              service->counters,
                                              myself);
  service->subscriptions = MQTT_subscriptions_create (service->counters,
                                                      &subscriptions_changed,
                                                      service);
  service->topics = MQTT_topics_create (service->subscriptions,
                                        service->counters,
                                        service->options.topic_memory);
  service->store = MQTT_store_open (&store);
  if ((NULL == service->store)
      || !MQTT_ownership_keep (service->ownership, service->store))
    return false;
  service->shelf = MQTT_shelf_create (service->store,
                                      service->topics,
                                      service->options.shelf);
  service->promises = MQTT_promises_create (&service->options,
                                            service->counters,
                                            service->store,
                                            service->shelf);
  service->router = MQTT_router_create (service->counters);
  retention.counters = service->counters;
  retention.store = service->store;
  retention.shelf = service->shelf;
  service->retention = MQTT_retention_create (&retention);
  return NULL != service->retention;
}


/**
 * Build what sees to copies of retained messages.
 */
static void
build_copies (struct Service *service, const struct GNUNET_PeerIdentity *myself)
{
  const struct MQTT_CopiesConfig copies = {
    .options = &service->options,
    .counters = service->counters,
    .retention = service->retention,
    .topics = service->topics,
    .store = service->store,
    .myself = *myself,
  };

  service->copies = MQTT_copies_create (&copies);
}


/**
 * Build the ways to other peers.
 *
 * @return false if there is no DHT, no CADET, or no key of the peer
 */
static bool
build_remote (struct Service *service,
              const struct GNUNET_CONFIGURATION_Handle *cfg,
              const struct GNUNET_PeerIdentity *myself)
{
  const struct MQTT_VenueConfig venue = {
    .options = &service->options,
    .counters = service->counters,
    .store = service->store,
    .call = &call_on,
    .failed = &regex_failed,
    .cls = service,
  };
  struct MQTT_LinksConfig links = {
    .options = &service->options,
    .counters = service->counters,
    .subscriptions = service->subscriptions,
    .topics = service->topics,
    .ownership = service->ownership,
    .store = service->store,
    .shelf = service->shelf,
    .promises = service->promises,
    .copies = service->copies,
    .myself = *myself,
    .deliver = &MQTT_router_deliver,
    .cls = service->router,
    .called = &MQTT_venue_called,
    .admits = &MQTT_venue_admits,
  };
  struct MQTT_TransportEvents events;

  service->venue = MQTT_venue_create (cfg, &venue);
  if (NULL == service->venue)
    return false;
  links.anonymous_cls = service->venue;
  service->gns = MQTT_gns_create (cfg);
  MQTT_ownership_look (service->ownership, MQTT_gns_ops (service->gns));
  service->discovery = MQTT_discovery_create (&service->options,
                                              service->counters,
                                              MQTT_venue_ops (service->venue),
                                              myself);
  service->links = MQTT_links_create (&links);
  events = MQTT_links_events (service->links);
  service->cadet = MQTT_cadet_create (cfg, &events);
  if (NULL == service->cadet)
    return false;
  return true;
}


static void
build_testaments (struct Service *service)
{
  const struct MQTT_TestamentsConfig config = {
    .options = &service->options,
    .counters = service->counters,
    .searches = MQTT_discovery_searches (service->discovery),
    .links = service->links,
    .topics = service->topics,
    .interests = service->interests,
    .store = service->store,
  };

  service->testaments = MQTT_testaments_create (&config);
}


/**
 * Build the way from clients to all that.
 *
 * @return false if the store cannot be read
 */
static bool
build_clients (struct Service *service)
{
  struct MQTT_OutreachConfig outreach = {
    .options = &service->options,
    .counters = service->counters,
    .searches = MQTT_discovery_searches (service->discovery),
    .links = service->links,
    .topics = service->topics,
    .store = service->store,
    .shelf = service->shelf,
    .promises = service->promises,
    .deliver = &MQTT_router_deliver,
    .cls = service->router,
    .copies = service->copies,
  };
  struct MQTT_ClientsConfig clients = {
    .options = &service->options,
    .counters = service->counters,
    .subscriptions = service->subscriptions,
    .topics = service->topics,
    .publishing = &service->publishing,
  };
  struct MQTT_SessionsConfig sessions = {
    .publishing = &service->publishing,
    .subscriptions = service->subscriptions,
    .topics = service->topics,
    .store = service->store,
    .shelf = service->shelf,
    .room = &has_room,
    .cls = service,
  };

  service->interests = MQTT_interests_create (&service->options,
                                              service->counters,
                                              service->store);
  outreach.interests = service->interests;
  service->outreaches = MQTT_outreaches_create (&outreach);
  service->publishing = (struct MQTT_Publishing){
    .options = &service->options,
    .counters = service->counters,
    .promises = service->promises,
    .retention = service->retention,
    .router = service->router,
    .outreaches = service->outreaches,
    .ownership = service->ownership,
  };
  build_testaments (service);
  sessions.testaments = service->testaments;
  service->sessions = MQTT_sessions_create (&sessions);
  if (NULL == service->sessions)
    return false;
  if (!MQTT_links_start (service->links, MQTT_cadet_ops (service->cadet)))
    return false;
  MQTT_copies_start (service->copies, service->outreaches);
  clients.sessions = service->sessions;
  service->clients = MQTT_clients_create (&clients);
  return true;
}


/**
 * #GNUNET_SERVICE_InitCallback
 */
static void
run (void *cls,
     const struct GNUNET_CONFIGURATION_Handle *cfg,
     struct GNUNET_SERVICE_Handle *handle)
{
  struct Service *service = cls;
  struct GNUNET_PeerIdentity myself;

  (void)handle;
  GNUNET_SCHEDULER_add_shutdown (&stop, service);
  if ((GNUNET_OK != MQTT_options_load (cfg, &service->options))
      || (GNUNET_OK != GNUNET_CRYPTO_get_peer_identity (cfg, &myself)))
  {
    GNUNET_SCHEDULER_shutdown ();
    return;
  }
  if (!build_local (service, cfg, &myself))
  {
    GNUNET_SCHEDULER_shutdown ();
    return;
  }
  build_copies (service, &myself);
  if (!build_remote (service, cfg, &myself) || !build_clients (service))
    GNUNET_SCHEDULER_shutdown ();
}


/**
 * #GNUNET_SERVICE_ConnectHandler
 */
static void *
handle_connect (void *cls,
                struct GNUNET_SERVICE_Client *client,
                struct GNUNET_MQ_Handle *mq)
{
  struct Service *service = cls;

  return (NULL == service->clients)
           ? NULL
           : MQTT_client_connect (service->clients, client, mq);
}


/**
 * #GNUNET_SERVICE_DisconnectHandler
 */
static void
handle_disconnect (void *cls, struct GNUNET_SERVICE_Client *client, void *state)
{
  struct Service *service = cls;

  (void)client;
  if ((NULL != state) && (NULL != service->clients))
    MQTT_client_disconnect (state);
}


static enum GNUNET_GenericReturnValue
check_segment (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  return (ntohs (message->size) > sizeof (*message)) ? GNUNET_OK
                                                     : GNUNET_SYSERR;
}


static void
handle_segment (void *cls, const struct GNUNET_MessageHeader *message)
{
  MQTT_client_segment (cls,
                       &message[1],
                       ntohs (message->size) - sizeof (*message));
}


int
main (int argc, char *const *argv)
{
  struct Service service = { .counters = NULL };
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (segment,
                           MQTT_MESSAGE_TYPE_SEGMENT,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };

  return GNUNET_SERVICE_run_ (argc,
                              argv,
                              MQTT_OPTIONS_SECTION,
                              GNUNET_SERVICE_OPTION_NONE,
                              &run,
                              &handle_connect,
                              &handle_disconnect,
                              &service,
                              handlers);
}
