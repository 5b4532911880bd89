/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/ownership.h
 * @brief Who may publish to topics that belong to somebody: the channel entries this
 *        service has been shown.
 *
 * Knows nothing of clients and links, and never sees an owner's private key.
 */
#ifndef MQTT_SERVICE_OWNERSHIP_H
#define MQTT_SERVICE_OWNERSHIP_H

#include "../core/channel_book.h"
#include "blocks.h"
#include "blacklists.h"
#include "counters.h"
#include "options.h"
#include "store.h"
#include "zones.h"

struct MQTT_Ownership;

/**
 * The last verdict on a topic and a peer, so that the next one costs nothing.
 * Zeros at first; for ownership.c.
 */
struct MQTT_Permit
{
  enum MQTT_ChannelVerdict verdict;
  /** What was known then; 0 for none. */
  uint64_t edition;
};


/**
 * @param options bounds, must outlive the entries
 * @param counters where to count
 * @param myself this peer
 */
struct MQTT_Ownership *
MQTT_ownership_create (const struct MQTT_Options *options,
                       struct MQTT_Counters *counters,
                       const struct GNUNET_PeerIdentity *myself);


void
MQTT_ownership_destroy (struct MQTT_Ownership *ownership);


/**
 * Take up the entries that were known when the service ended, and keep those that come
 * from now on.
 *
 * @param ownership the entries
 * @param store where they are kept; must outlive them
 * @return false if it cannot be read
 */
bool
MQTT_ownership_keep (struct MQTT_Ownership *ownership,
                     struct MQTT_Store *store);


/**
 * Look for entries in their owners' zones from now on: when one is needed, and
 * every minute while topics are used, since one may have been revoked.
 *
 * @param ownership the entries
 * @param ops where to look, must outlive them
 */
void
MQTT_ownership_look (struct MQTT_Ownership *ownership,
                     const struct MQTT_ZoneOps *ops);


/**
 * Watch the DHT for entries, too, from now on: a revocation is seen there at once.
 *
 * @param ownership the entries
 * @param cfg configuration to reach the DHT service, must outlive them
 */
void
MQTT_ownership_watch (struct MQTT_Ownership *ownership,
                      const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * Does a topic belong to an owner who is on a blacklist?
 *
 * @param ownership who owns what; NULL: nobody is
 * @param name the topic's name
 * @param size bytes of it
 */
bool
MQTT_ownership_is_refused (const struct MQTT_Ownership *ownership,
                           const char *name,
                           size_t size);


/**
 * From now on nobody may publish to topics of owners that are on blacklists, and
 * nothing is looked for in their zones.
 *
 * @param ownership the entries
 * @param blacklists the lists, must outlive them; to be told of again whenever they have
 *        changed
 */
void
MQTT_ownership_enforce (struct MQTT_Ownership *ownership,
                        const struct MQTT_Blacklists *blacklists);


const struct GNUNET_PeerIdentity *
MQTT_ownership_myself (const struct MQTT_Ownership *ownership);


/**
 * Somebody shows an entry.  It is verified if it is not known; what is refused is
 * counted.
 *
 * @param ownership the entries
 * @param entry bytes of a stranger
 * @param size how many
 * @param peer the only peer for which he may show one; NULL for any
 * @return #MQTT_CHANNEL_OK if it is known now
 */
enum MQTT_ChannelVerdict
MQTT_ownership_show (struct MQTT_Ownership *ownership,
                     const void *entry,
                     size_t size,
                     const struct GNUNET_PeerIdentity *peer);


/**
 * A peer shows an entry for a topic.  It is taken only if it lets the peer publish to the
 * topic now, or forbids it, so nobody can have others remembered; its signature is checked
 * last.
 *
 * @param ownership the entries
 * @param name the topic's name
 * @param name_size bytes of it
 * @param entry bytes of a stranger
 * @param size how many
 * @param peer the peer
 * @return #MQTT_CHANNEL_OK if it is known now
 */
enum MQTT_ChannelVerdict
MQTT_ownership_show_for (struct MQTT_Ownership *ownership,
                         const char *name,
                         size_t name_size,
                         const void *entry,
                         size_t size,
                         const struct GNUNET_PeerIdentity *peer);


/**
 * How many signatures were checked so far?
 */
uint64_t
MQTT_ownership_checked (const struct MQTT_Ownership *ownership);


/**
 * May a peer publish to a topic now?  Always, if it is free.
 *
 * @param ownership the entries
 * @param name the topic's name
 * @param size bytes of it
 * @param peer who publishes; NULL for this peer
 * @param permit the last verdict on the same, set to the new one
 */
enum MQTT_ChannelVerdict
MQTT_ownership_judge (struct MQTT_Ownership *ownership,
                      const char *name,
                      size_t size,
                      const struct GNUNET_PeerIdentity *peer,
                      struct MQTT_Permit *permit);


/**
 * With which entry may this peer publish to a topic?
 *
 * @param ownership the entries
 * @param name the topic's name
 * @param name_size bytes of it
 * @param[out] size bytes of the entry, 0 if the topic is free, or there is none
 * @return the entry, valid until another is shown; NULL if @a size is 0
 */
const void *
MQTT_ownership_entry (struct MQTT_Ownership *ownership,
                      const char *name,
                      size_t name_size,
                      size_t *size);

#endif
