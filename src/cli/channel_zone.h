/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/channel_zone.h
 * @brief The channel entries that an ego has published in its GNS zone.
 *
 * They are TXT records, so stock tools show and write them, under a label for each
 * publishing peer: "mqtt-" and the peer's identity in lower case.  Who knows owner
 * and peer finds them by GNS; who does not, does not learn who may publish.
 */
#ifndef MQTT_CLI_CHANNEL_ZONE_H
#define MQTT_CLI_CHANNEL_ZONE_H

#include "gnunet_mqtt_channel.h"

struct CLI_ChannelZone;


/**
 * An entry was found.
 *
 * @param cls closure
 * @param entry the entry, of the zone's ego; borrowed
 * @param text the same as text
 */
typedef void (*CLI_ChannelFound) (void *cls,
                                  const struct GNUNET_MQTT_ChannelEntry *entry,
                                  const char *text);

/**
 * What was asked for has ended.
 *
 * @param cls closure
 * @param why NULL if it was done, otherwise why not
 */
typedef void (*CLI_ChannelDone) (void *cls, const char *why);


/**
 * @param cfg configuration of the peer, must outlive the zone
 * @param key private key of the ego, copied
 */
struct CLI_ChannelZone *
CLI_channel_zone_open (const struct GNUNET_CONFIGURATION_Handle *cfg,
                       const struct GNUNET_IDENTITY_PrivateKey *key);


/**
 * Ends what is under way without calling back; not to be called from a callback.
 */
void
CLI_channel_zone_close (struct CLI_ChannelZone *zone);


/**
 * Find all entries.  One request at a time.
 */
void
CLI_channel_zone_list (struct CLI_ChannelZone *zone,
                       CLI_ChannelFound found,
                       CLI_ChannelDone done,
                       void *cls);


/**
 * Sign an entry and publish it, in the place of those it stands for.
 *
 * @param zone the zone
 * @param entry what to say; its serial is raised above those that are published for the
 *        peer; must stay until it ends
 * @param found called with the entry that was signed, before @a done
 * @param done called when it is published
 * @param cls closure for @a found and @a done
 */
void
CLI_channel_zone_publish (struct CLI_ChannelZone *zone,
                          struct GNUNET_MQTT_ChannelEntry *entry,
                          CLI_ChannelFound found,
                          CLI_ChannelDone done,
                          void *cls);

#endif
