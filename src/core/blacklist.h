/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/blacklist.h
 * @brief A blacklist as it was read: a set of entries.  Knows nothing of where it
 *        comes from.
 *
 * It is filled, and then asked; its memory is bounded by what one answer of GNS can
 * hold.
 */
#ifndef MQTT_CORE_BLACKLIST_H
#define MQTT_CORE_BLACKLIST_H

#include "blacklist_entry.h"

struct MQTT_Blacklist;


/**
 * Make an empty one.
 */
struct MQTT_Blacklist *
MQTT_blacklist_create (void);


/**
 * @param list may be NULL
 */
void
MQTT_blacklist_destroy (struct MQTT_Blacklist *list);


/**
 * Put an entry on it, which may be there already.  "Nobody" adds nothing.
 */
void
MQTT_blacklist_add (struct MQTT_Blacklist *list,
                    const struct MQTT_BlacklistEntry *entry);


/**
 * Is an entry on it?
 */
bool
MQTT_blacklist_has (struct MQTT_Blacklist *list,
                    const struct MQTT_BlacklistEntry *entry);


/**
 * Do two lists say the same?
 */
bool
MQTT_blacklist_equal (struct MQTT_Blacklist *one, struct MQTT_Blacklist *other);


/**
 * How many different entries are on it?
 */
unsigned int
MQTT_blacklist_count (struct MQTT_Blacklist *list);

#endif
