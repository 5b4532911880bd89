/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/hosts.c
 * @brief Publishers that we have called on.
 */
#include "hosts.h"
#include "store_records.h"

/** Codes that each publisher that may have a link may be called on for, on average. */
#define CODES_EACH 8

/** A publisher that was called on for a code. */
struct Host
{
  /** Of all, who was called on longest ago first. */
  struct Host *prev;
  struct Host *next;
  struct GNUNET_PeerIdentity peer;
  struct GNUNET_HashCode end;
  /** Of both. */
  struct GNUNET_HashCode key;
  struct GNUNET_TIME_Absolute called;
};

struct MQTT_Hosts
{
  const struct MQTT_Options *options;
  struct MQTT_Store *store;
  /** By peer and code. */
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
  struct Host *head;
  struct Host *tail;
};


/**
 * The key of a peer and a code; no other two have it, since @a end is a hash, or
 * zeros.
 */
static struct GNUNET_HashCode
key_of (const struct GNUNET_PeerIdentity *peer,
        const struct GNUNET_HashCode *end)
{
  struct GNUNET_HashCode name = { { 0 } };
  struct GNUNET_HashCode key;

  memcpy (&name, peer, sizeof (*peer));
  GNUNET_CRYPTO_hash_xor (end, &name, &key);
  return key;
}


static struct Host *
add (struct MQTT_Hosts *hosts,
     const struct GNUNET_PeerIdentity *peer,
     const struct GNUNET_HashCode *end,
     struct GNUNET_TIME_Absolute called)
{
  struct Host *host = GNUNET_new (struct Host);

  host->peer = *peer;
  host->end = *end;
  host->key = key_of (peer, end);
  host->called = called;
  (void)GNUNET_CONTAINER_multihashmap_put (
    hosts->by_key,
    &host->key,
    host,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE);
  GNUNET_CONTAINER_DLL_insert_tail (hosts->head, hosts->tail, host);
  return host;
}


static void
drop (struct MQTT_Hosts *hosts, struct Host *host)
{
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (hosts->by_key, &host->key, host));
  GNUNET_CONTAINER_DLL_remove (hosts->head, hosts->tail, host);
  GNUNET_free (host);
}


/** #MQTT_StoreHostCallback */
static void
restore (void *cls, const struct MQTT_StoreHost *host)
{
  struct GNUNET_TIME_Absolute called = { .abs_value_us = host->called_us };

  (void)add (cls, &host->peer, &host->end, called);
}


static bool
is_old (const struct MQTT_Hosts *hosts, const struct Host *host)
{
  return GNUNET_TIME_absolute_is_past (
    GNUNET_TIME_absolute_add (host->called, hosts->options->interest_lifetime));
}


static struct MQTT_StoreHost
record_of (const struct Host *host)
{
  return (struct MQTT_StoreHost){
    .peer = host->peer,
    .end = host->end,
    .called_us = host->called.abs_value_us,
  };
}


/**
 * Forget those who were called on too long ago, or are too many.
 */
static void
clean (struct MQTT_Hosts *hosts)
{
  while ((NULL != hosts->head)
         && (is_old (hosts, hosts->head)
             || (GNUNET_CONTAINER_multihashmap_size (hosts->by_key)
                 > CODES_EACH * hosts->options->links)))
  {
    const struct MQTT_StoreHost record = record_of (hosts->head);

    MQTT_store_host_remove (hosts->store, &record);
    drop (hosts, hosts->head);
  }
}


/**
 * Write when a publisher was called on.
 */
static void
write_host (struct MQTT_Hosts *hosts, const struct Host *host)
{
  const struct MQTT_StoreHost record = record_of (host);

  (void)MQTT_store_host_put (hosts->store, &record);
}


struct MQTT_Hosts *
MQTT_hosts_create (const struct MQTT_Options *options, struct MQTT_Store *store)
{
  struct MQTT_Hosts *hosts = GNUNET_new (struct MQTT_Hosts);

  hosts->options = options;
  hosts->store = store;
  hosts->by_key = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  (void)MQTT_store_hosts_load (store, &restore, hosts);
  clean (hosts);
  return hosts;
}


void
MQTT_hosts_destroy (struct MQTT_Hosts *hosts)
{
  while (NULL != hosts->head)
    drop (hosts, hosts->head);
  GNUNET_CONTAINER_multihashmap_destroy (hosts->by_key);
  GNUNET_free (hosts);
}


/**
 * @return NULL if there is none
 */
static struct Host *
find (const struct MQTT_Hosts *hosts,
      const struct GNUNET_PeerIdentity *peer,
      const struct GNUNET_HashCode *end)
{
  const struct GNUNET_HashCode key = key_of (peer, end);

  return GNUNET_CONTAINER_multihashmap_get (hosts->by_key, &key);
}


void
MQTT_hosts_note (struct MQTT_Hosts *hosts,
                 const struct GNUNET_PeerIdentity *peer,
                 const struct GNUNET_HashCode *end)
{
  struct Host *host = find (hosts, peer, end);

  if (NULL != host)
    drop (hosts, host);
  host = add (hosts, peer, end, GNUNET_TIME_absolute_get ());
  write_host (hosts, host);
  clean (hosts);
}


void
MQTT_hosts_forget (struct MQTT_Hosts *hosts,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct GNUNET_HashCode *end)
{
  struct Host *host = find (hosts, peer, end);
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
                 const struct GNUNET_PeerIdentity *peer,
                 const struct GNUNET_HashCode *end)
{
  /* What an older version has written does not say for which code it was. */
  static const struct GNUNET_HashCode unknown;
  const struct Host *host = find (hosts, peer, end);

  if ((NULL == host) || is_old (hosts, host))
    host = find (hosts, peer, &unknown);
  return (NULL != host) && !is_old (hosts, host);
}
