/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/zones.h
 * @brief Looks for channel entries where their owners publish them.
 *
 * Decides when to look; how is behind a table of functions.  Knows nothing of what
 * the entries say.
 */
#ifndef MQTT_SERVICE_ZONES_H
#define MQTT_SERVICE_ZONES_H

#include "../core/channel_entry.h"
#include "counters.h"
#include "options.h"

struct MQTT_Zones;

/** Least time between two looks for one owner's entries for one peer. */
#define MQTT_ZONES_PAUSE GNUNET_TIME_UNIT_MINUTES

/**
 * A text was found.
 *
 * @param cls closure
 * @param text bytes of a stranger
 * @param size how many
 */
typedef void (*MQTT_ZoneText) (void *cls, const char *text, size_t size);

/** Where zones are looked into. */
struct MQTT_ZoneOps
{
  /**
   * Look for the texts under a name.
   *
   * @param cls closure
   * @param zone key of the zone
   * @param label the name, NUL-terminated
   * @param text called for each text, and at last with NULL: then the handle is
   *             invalid; never from within this call
   * @param text_cls closure for @a text
   * @return handle; NULL if that is impossible now
   */
  void *(*look) (void *cls,
                 const struct GNUNET_IDENTITY_PublicKey *zone,
                 const char *label,
                 MQTT_ZoneText text,
                 void *text_cls);

  /** Do not look any more. */
  void (*end) (void *cls, void *look);

  /** Closure for both. */
  void *cls;
};

/**
 * What may be an entry was found.
 *
 * @param cls closure
 * @param entry bytes of a stranger
 * @param size how many
 * @param owner whose entries were looked for
 * @param peer for which peer
 */
typedef void (*MQTT_ZonesFound) (void *cls,
                                 const void *entry,
                                 size_t size,
                                 const struct GNUNET_IDENTITY_PublicKey *owner,
                                 const struct GNUNET_PeerIdentity *peer);


/**
 * @param ops where to look, must outlive the zones
 * @param options bounds, likewise
 * @param counters where to count
 * @param found called for each find
 * @param cls closure for @a found
 */
struct MQTT_Zones *
MQTT_zones_create (const struct MQTT_ZoneOps *ops,
                   const struct MQTT_Options *options,
                   struct MQTT_Counters *counters,
                   MQTT_ZonesFound found,
                   void *cls);


void
MQTT_zones_destroy (struct MQTT_Zones *zones);


/**
 * Look for an owner's entries for a peer, unless that was done of late.  What would be too
 * much at once, for this peer or for all, waits: peers take turns.
 *
 * @return false if what is known of these entries may be too old: they wait for too long,
 *         or there is no room to have them wait
 */
bool
MQTT_zones_look (struct MQTT_Zones *zones,
                 const struct GNUNET_IDENTITY_PublicKey *owner,
                 const struct GNUNET_PeerIdentity *peer);

#endif
