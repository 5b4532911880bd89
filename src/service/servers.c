/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/servers.c
 * @brief The peers that serve the retained messages of which there are copies here.
 */
#include "servers.h"
#include "retention.h"

struct MQTT_Servers
{
  const struct MQTT_Options *options;
  struct MQTT_Server *head;
  struct MQTT_Server *tail;
  /** Of the last one. */
  uint32_t last_name;
};


/**
 * A random time, so that of many who have a copy only few begin to serve.
 *
 * @param servers all of them
 * @param least after that
 */
static struct GNUNET_TIME_Absolute
takeover_time (const struct MQTT_Servers *servers,
               struct GNUNET_TIME_Relative least)
{
  const struct MQTT_Options *options = servers->options;
  struct GNUNET_TIME_Relative wait = {
    GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                              options->retained_takeover.rel_value_us + 1),
  };

  return GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_add (least, wait));
}


static struct MQTT_Server *
add_server (struct MQTT_Servers *servers)
{
  struct MQTT_Server *server = GNUNET_new (struct MQTT_Server);

  server->name = ++servers->last_name;
  server->gone = GNUNET_TIME_UNIT_FOREVER_ABS;
  GNUNET_CONTAINER_DLL_insert (servers->head, servers->tail, server);
  return server;
}


static void
remove_server (struct MQTT_Servers *servers, struct MQTT_Server *server)
{
  GNUNET_CONTAINER_DLL_remove (servers->head, servers->tail, server);
  GNUNET_free (server);
}


/**
 * Find a peer to which there is a link, or there was one.
 */
static struct MQTT_Server *
find_peer (const struct MQTT_Servers *servers,
           const struct GNUNET_PeerIdentity *peer,
           bool lost)
{
  struct MQTT_Server *server = servers->head;

  while ((NULL != server)
         && ((lost == GNUNET_TIME_absolute_is_never (server->gone))
             || (0 != GNUNET_memcmp (peer, &server->peer))))
    server = server->next;
  return server;
}


uint32_t
MQTT_servers_name (struct MQTT_Servers *servers,
                   const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Server *server = find_peer (servers, peer, false);

  if (NULL == server)
  {
    server = add_server (servers);
    server->peer = *peer;
  }
  return server->name;
}


uint32_t
MQTT_servers_name_gone (struct MQTT_Servers *servers,
                        const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Server *server = find_peer (servers, peer, true);

  if (NULL == server)
  {
    server = add_server (servers);
    server->peer = *peer;
    server->gone = takeover_time (servers, GNUNET_TIME_UNIT_ZERO);
  }
  return server->name;
}


const struct MQTT_Server *
MQTT_servers_find (const struct MQTT_Servers *servers, uint32_t name)
{
  const struct MQTT_Server *server = servers->head;

  while ((NULL != server) && (name != server->name))
    server = server->next;
  return server;
}


void
MQTT_servers_lost (struct MQTT_Servers *servers,
                   const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Server *server = find_peer (servers, peer, false);
  struct MQTT_Server *before = find_peer (servers, peer, true);

  if (NULL == server)
    return;
  server->gone = takeover_time (servers, servers->options->peer_timeout);
  /* It comes and goes: one is enough to remember. */
  if (NULL != before)
    remove_server (servers, before);
}


void
MQTT_servers_sweep (struct MQTT_Servers *servers)
{
  struct MQTT_Server *next;

  for (struct MQTT_Server *server = servers->head; NULL != server;
       server = next)
  {
    next = server->next;
    if (GNUNET_TIME_absolute_is_past (server->gone))
      remove_server (servers, server);
  }
}


struct MQTT_Servers *
MQTT_servers_create (const struct MQTT_Options *options)
{
  struct MQTT_Servers *servers = GNUNET_new (struct MQTT_Servers);
  struct MQTT_Server *unknown;

  servers->options = options;
  unknown = add_server (servers);
  GNUNET_assert (MQTT_RETENTION_UNKNOWN == unknown->name);
  unknown->gone = takeover_time (servers, servers->options->peer_timeout);
  return servers;
}


void
MQTT_servers_destroy (struct MQTT_Servers *servers)
{
  while (NULL != servers->head)
    remove_server (servers, servers->head);
  GNUNET_free (servers);
}
