/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/searches.h
 * @brief Finds the peers that may want the topics published here.
 *
 * Topics with the same search string share a search.  At most so many searches
 * are live at once; they make room for each other, and what was found stays
 * known to those who use the search.  A search that kills the REGEX service
 * again and again is given up for a while, so that it cannot stop the others.
 */
#ifndef MQTT_SERVICE_SEARCHES_H
#define MQTT_SERVICE_SEARCHES_H

#include "counters.h"
#include "pacer.h"
#include "rendezvous.h"

struct MQTT_Searches;

/** One user's part in a search. */
struct MQTT_SearchUser;

struct MQTT_SearchesConfig
{
  /** Where to search. */
  const struct MQTT_RendezvousOps *ops;
  /** When to. */
  struct MQTT_Pacer *pacer;
  struct MQTT_Counters *counters;
  /** Never reported. */
  struct GNUNET_PeerIdentity myself;
  /** Most searches live at once. */
  unsigned int budget;
  /** Most peers remembered for a search. */
  unsigned int peers;
  /** How long a search lives before it must make room for another. */
  struct GNUNET_TIME_Relative least_life;
};


/**
 * @param config how to search, copied; what it points to must outlive the searches
 */
struct MQTT_Searches *
MQTT_searches_create (const struct MQTT_SearchesConfig *config);


/**
 * All users must have left.
 */
void
MQTT_searches_destroy (struct MQTT_Searches *searches);


/**
 * Use a search.
 *
 * @param searches all searches
 * @param string what to search for, NUL-terminated, copied
 * @param priority how urgent a first search for it is
 * @param found called for each peer found from now on, also again for the same
 *        one; must not join or leave searches
 * @param cls closure for @a found
 */
struct MQTT_SearchUser *
MQTT_searches_join (struct MQTT_Searches *searches,
                    const char *string,
                    enum MQTT_PacerPriority priority,
                    MQTT_RendezvousFound found,
                    void *cls);


/**
 * Report to this user what the search has found already.
 */
void
MQTT_search_known (struct MQTT_SearchUser *user);


/**
 * Report to this user whom searches with the same prefix have found last, some 16
 * peers: they want topics with the same first level, though maybe not this one.
 */
void
MQTT_search_relatives (struct MQTT_SearchUser *user);


/**
 * The user is still interested: keeps the search live, or gets it another turn.
 *
 * @return true if it was not live, and has asked for a turn just now
 */
bool
MQTT_search_touch (struct MQTT_SearchUser *user);


/**
 * Since when is the search live?
 *
 * @return forever while it waits for its turn; zero if it neither is live nor
 *         waits
 */
struct GNUNET_TIME_Absolute
MQTT_search_since (const struct MQTT_SearchUser *user);


/**
 * Do not use the search any more; the last user ends it.
 */
void
MQTT_search_leave (struct MQTT_SearchUser *user);


/**
 * The meeting place has broken down and all searches with it.
 */
void
MQTT_searches_failed (struct MQTT_Searches *searches);

#endif
