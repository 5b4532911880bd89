/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blocks.h
 * @brief Watches the DHT for channel entries, beside their owners' zones.
 *
 * Only peers that have the block plugin are told of such blocks, and only by peers
 * that have it; nobody depends on them.  Knows nothing of what the entries say.
 */
#ifndef MQTT_SERVICE_BLOCKS_H
#define MQTT_SERVICE_BLOCKS_H

#include "zones.h"

struct MQTT_Blocks;


/**
 * @param cfg configuration to reach the DHT service, which is asked for at the first
 *        watch; must outlive this
 * @param options bounds, likewise
 * @param counters where to count
 * @param found called for each block, once
 * @param cls closure for @a found
 */
struct MQTT_Blocks *
MQTT_blocks_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                    const struct MQTT_Options *options,
                    struct MQTT_Counters *counters,
                    MQTT_ZonesFound found,
                    void *cls);


void
MQTT_blocks_destroy (struct MQTT_Blocks *blocks);


/**
 * Watch for an owner's entries for a peer from now on, until so many others of this peer,
 * or of all, were watched for since that there is no room.
 */
void
MQTT_blocks_watch (struct MQTT_Blocks *blocks,
                   const struct GNUNET_IDENTITY_PublicKey *owner,
                   const struct GNUNET_PeerIdentity *peer);

#endif
