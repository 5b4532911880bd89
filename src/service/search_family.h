/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/search_family.h
 * @brief The searches with the same prefix, which are for topics with the same
 *        first level, and whom they have found.  Only for searches.c and search.c.
 */
#ifndef MQTT_SERVICE_SEARCH_FAMILY_H
#define MQTT_SERVICE_SEARCH_FAMILY_H

#include <gnunet/gnunet_util_lib.h>

/** Peers that a family remembers: the latest. */
#define MQTT_SEARCH_FAMILY_PEERS 16

struct MQTT_SearchFamily
{
  struct GNUNET_HashCode key;
  /** The peers found, in a ring. */
  struct GNUNET_PeerIdentity *peers;
  unsigned int peer_count;
  /** Which is replaced next. */
  unsigned int oldest;
  unsigned int references;
};


/**
 * Get the family of a search string, with a reference of the caller's.
 *
 * @param families all families, by hash of the prefix
 * @param string what to search for, NUL-terminated
 */
struct MQTT_SearchFamily *
MQTT_search_family_get (struct GNUNET_CONTAINER_MultiHashMap *families,
                        const char *string);


/**
 * Give a reference back; the last one frees the family.
 */
void
MQTT_search_family_unref (struct GNUNET_CONTAINER_MultiHashMap *families,
                          struct MQTT_SearchFamily *family);


/**
 * A search of the family has found a peer.
 */
void
MQTT_search_family_found (struct MQTT_SearchFamily *family,
                          const struct GNUNET_PeerIdentity *peer);

#endif
