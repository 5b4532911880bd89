/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/hosts.c
 * @brief Publishers that we have called on.
 */
#include "hosts.h"
#include "store_records.h"

/** A publisher. */
struct Host
{
  /** Of all, who was called on longest ago first. */
  struct Host *prev;
  struct Host *next;
  struct GNUNET_PeerIdentity peer;
  struct GNUNET_TIME_Absolute called;
};

struct MQTT_Hosts
{
  const struct MQTT_Options *options;
  struct MQTT_Store *store;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  struct Host *head;
  struct Host *tail;
};


static struct Host *
add (struct MQTT_Hosts *hosts,
     const struct GNUNET_PeerIdentity *peer,
     struct GNUNET_TIME_Absolute called)
{
  struct Host *host = GNUNET_new (struct Host);

  host->peer = *peer;
  host->called = called;
  (void)GNUNET_CONTAINER_multipeermap_put (
    hosts->by_peer,
    &host->peer,
    host,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  GNUNET_CONTAINER_DLL_insert_tail (hosts->head, hosts->tail, host);
  return host;
}


static void
drop (struct MQTT_Hosts *hosts, struct Host *host)
{
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multipeermap_remove (hosts->by_peer,
                                                          &host->peer,
                                                          host));
  GNUNET_CONTAINER_DLL_remove (hosts->head, hosts->tail, host);
  GNUNET_free (host);
}


/** #MQTT_StoreHostCallback */
static void
restore (void *cls, const struct MQTT_StoreHost *host)
{
  struct GNUNET_TIME_Absolute called = { .abs_value_us = host->called_us };

  (void)add (cls, &host->peer, called);
}


static bool
is_old (const struct MQTT_Hosts *hosts, const struct Host *host)
{
  return GNUNET_TIME_absolute_is_past (
    GNUNET_TIME_absolute_add (host->called, hosts->options->interest_lifetime));
}


/**
 * Forget those who were called on too long ago, or are too many.
 */
static void
clean (struct MQTT_Hosts *hosts)
{
  while ((NULL != hosts->head)
         && (is_old (hosts, hosts->head)
             || (GNUNET_CONTAINER_multipeermap_size (hosts->by_peer)
                 > hosts->options->links)))
  {
    MQTT_store_host_remove (hosts->store, &hosts->head->peer);
    drop (hosts, hosts->head);
  }
}


/**
 * Write when a publisher was called on.
 */
static void
write_host (struct MQTT_Hosts *hosts, const struct Host *host)
{
  const struct MQTT_StoreHost row = {
    .peer = host->peer,
    .called_us = host->called.abs_value_us,
  };

  (void)MQTT_store_host_put (hosts->store, &row);
}


struct MQTT_Hosts *
MQTT_hosts_create (const struct MQTT_Options *options, struct MQTT_Store *store)
{
  struct MQTT_Hosts *hosts = GNUNET_new (struct MQTT_Hosts);

  hosts->options = options;
  hosts->store = store;
  hosts->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  (void)MQTT_store_hosts_load (store, &restore, hosts);
  clean (hosts);
  return hosts;
}


void
MQTT_hosts_destroy (struct MQTT_Hosts *hosts)
{
  while (NULL != hosts->head)
    drop (hosts, hosts->head);
  GNUNET_CONTAINER_multipeermap_destroy (hosts->by_peer);
  GNUNET_free (hosts);
}


void
MQTT_hosts_note (struct MQTT_Hosts *hosts,
                 const struct GNUNET_PeerIdentity *peer)
{
  struct Host *host = GNUNET_CONTAINER_multipeermap_get (hosts->by_peer, peer);

  if (NULL != host)
    drop (hosts, host);
  host = add (hosts, peer, GNUNET_TIME_absolute_get ());
  write_host (hosts, host);
  clean (hosts);
}


void
MQTT_hosts_forget (struct MQTT_Hosts *hosts,
                   const struct GNUNET_PeerIdentity *peer)
{
  struct Host *host = GNUNET_CONTAINER_multipeermap_get (hosts->by_peer, peer);

  const struct MQTT_Options *options = hosts->options;
  struct GNUNET_TIME_Absolute called = GNUNET_TIME_absolute_subtract (
    GNUNET_TIME_relative_to_absolute (options->announce_refresh),
    options->interest_lifetime);

  if ((NULL == host) || GNUNET_TIME_absolute_cmp (host->called, <=, called))
    return;
  /* As if it had been so long ago that it is forgotten then. */
  host->called = called;
  GNUNET_CONTAINER_DLL_remove (hosts->head, hosts->tail, host);
  GNUNET_CONTAINER_DLL_insert (hosts->head, hosts->tail, host);
  write_host (hosts, host);
}


bool
MQTT_hosts_have (const struct MQTT_Hosts *hosts,
                 const struct GNUNET_PeerIdentity *peer)
{
  const struct Host *host = GNUNET_CONTAINER_multipeermap_get (hosts->by_peer,
                                                               peer);

  return (NULL != host) && !is_old (hosts, host);
}
