/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/servers.h
 * @brief The peers that serve the retained messages of which there are copies here:
 *        there, lost, or gone.
 *
 * Knows nothing of messages.  Records call these peers by short names, which are never
 * given to another one.
 */
#ifndef MQTT_SERVICE_SERVERS_H
#define MQTT_SERVICE_SERVERS_H

#include "options.h"

struct MQTT_Servers;

/** One of them; to be read only. */
struct MQTT_Server
{
  struct MQTT_Server *prev;
  struct MQTT_Server *next;
  struct GNUNET_PeerIdentity peer;
  /** How records call it, never 0. */
  uint32_t name;
  /** Its link is lost, and at this time others take its place; forever if it is not
      lost. */
  struct GNUNET_TIME_Absolute gone;
};


/**
 * The first one is #MQTT_RETENTION_UNKNOWN, and lost: it serves what was there before
 * this run.
 */
struct MQTT_Servers *
MQTT_servers_create (const struct MQTT_Options *options);


void
MQTT_servers_destroy (struct MQTT_Servers *servers);


/**
 * Name of a peer to which there is a link.
 */
uint32_t
MQTT_servers_name (struct MQTT_Servers *servers,
                   const struct GNUNET_PeerIdentity *peer);


/**
 * The same of one to which there has been no link for PEER_TIMEOUT.
 */
uint32_t
MQTT_servers_name_gone (struct MQTT_Servers *servers,
                        const struct GNUNET_PeerIdentity *peer);


/**
 * @return NULL if it is gone, or if nobody has the name; valid until a change
 */
const struct MQTT_Server *
MQTT_servers_find (const struct MQTT_Servers *servers, uint32_t name);


/**
 * The link to a peer is lost.  May be said again.
 */
void
MQTT_servers_lost (struct MQTT_Servers *servers,
                   const struct GNUNET_PeerIdentity *peer);


/**
 * Forget those that are gone.
 */
void
MQTT_servers_sweep (struct MQTT_Servers *servers);

#endif
