/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_shares.h
 * @brief Which peer has how many of the channel entries that are known, and which has
 *        to give way.  Knows nothing of what is in them.
 */
#ifndef MQTT_CORE_CHANNEL_SHARES_H
#define MQTT_CORE_CHANNEL_SHARES_H

#include <gnunet/gnunet_util_lib.h>
#include <stdbool.h>

struct MQTT_ChannelShares;

/** The entries for one peer. */
struct MQTT_ChannelShare;

/** An entry; to be put into what is known of it.  For channel_shares.c. */
struct MQTT_ChannelPart
{
  /** Of the share by use, the last first. */
  struct MQTT_ChannelPart *prev;
  struct MQTT_ChannelPart *next;
  struct MQTT_ChannelShare *share;
  bool revokes;
};


/**
 * @param limit most entries, at least 1
 * @param share most of them for one peer, at least 1
 * @param myself the peer that may have more than its share
 */
struct MQTT_ChannelShares *
MQTT_channel_shares_create (unsigned int limit,
                            unsigned int share,
                            const struct GNUNET_PeerIdentity *myself);


/**
 * @param shares must be empty
 */
void
MQTT_channel_shares_destroy (struct MQTT_ChannelShares *shares);


/**
 * Count an entry, which is needed now.
 *
 * @param shares the shares
 * @param peer for which peer it is
 * @param revokes whether it is a revocation
 * @param part kept until MQTT_channel_shares_remove()
 */
void
MQTT_channel_shares_add (struct MQTT_ChannelShares *shares,
                         const struct GNUNET_PeerIdentity *peer,
                         bool revokes,
                         struct MQTT_ChannelPart *part);


void
MQTT_channel_shares_remove (struct MQTT_ChannelShares *shares,
                            struct MQTT_ChannelPart *part);


/**
 * An entry was needed: of its peer it is the last to give way.
 */
void
MQTT_channel_shares_touch (struct MQTT_ChannelShares *shares,
                           struct MQTT_ChannelPart *part);


/**
 * @return any entry; NULL if there is none
 */
struct MQTT_ChannelPart *
MQTT_channel_shares_any (const struct MQTT_ChannelShares *shares);


/**
 * Which entry has to give way to one for a peer: a grant of its own if it has its share,
 * one of the peer with the most grants if there are too many in all, a revocation only if
 * there is no grant at all.
 *
 * @param shares the shares
 * @param peer the peer
 * @param[out] part NULL if there is room
 * @return false if there is to be no room, since revocations fill the peer's share
 */
bool
MQTT_channel_shares_yield (const struct MQTT_ChannelShares *shares,
                           const struct GNUNET_PeerIdentity *peer,
                           struct MQTT_ChannelPart **part);

#endif
