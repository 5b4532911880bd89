/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_shares.c
 * @brief Which peer has how many of the channel entries that are known.
 */
#include "channel_shares.h"

/** The entries for one peer, one at least. */
struct MQTT_ChannelShare
{
  /** By use, the last first. */
  struct MQTT_ChannelShare *prev;
  struct MQTT_ChannelShare *next;
  struct GNUNET_PeerIdentity peer;
  struct MQTT_ChannelPart *head;
  struct MQTT_ChannelPart *tail;
  unsigned int grants;
  unsigned int revocations;
};

struct MQTT_ChannelShares
{
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  struct MQTT_ChannelShare *head;
  struct MQTT_ChannelShare *tail;
  struct GNUNET_PeerIdentity myself;
  unsigned int limit;
  /** Of each peer but this one. */
  unsigned int share;
  unsigned int count;
};


struct MQTT_ChannelShares *
MQTT_channel_shares_create (unsigned int limit,
                            unsigned int share,
                            const struct GNUNET_PeerIdentity *myself)
{
  struct MQTT_ChannelShares *shares = GNUNET_new (struct MQTT_ChannelShares);

  shares->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  shares->limit = limit;
  shares->share = share;
  shares->myself = *myself;
  return shares;
}


void
MQTT_channel_shares_destroy (struct MQTT_ChannelShares *shares)
{
  GNUNET_assert (NULL == shares->head);
  GNUNET_CONTAINER_multipeermap_destroy (shares->by_peer);
  GNUNET_free (shares);
}


static unsigned int *
count_of (const struct MQTT_ChannelPart *part)
{
  return part->revokes ? &part->share->revocations : &part->share->grants;
}


static struct MQTT_ChannelShare *
new_share (struct MQTT_ChannelShares *shares,
           const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_ChannelShare *share = GNUNET_new (struct MQTT_ChannelShare);

  share->peer = *peer;
  (void)GNUNET_CONTAINER_multipeermap_put (
    shares->by_peer,
    &share->peer,
    share,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  GNUNET_CONTAINER_DLL_insert (shares->head, shares->tail, share);
  return share;
}


void
MQTT_channel_shares_add (struct MQTT_ChannelShares *shares,
                         const struct GNUNET_PeerIdentity *peer,
                         bool revokes,
                         struct MQTT_ChannelPart *part)
{
  part->share = GNUNET_CONTAINER_multipeermap_get (shares->by_peer, peer);
  if (NULL == part->share)
    part->share = new_share (shares, peer);
  part->revokes = revokes;
  GNUNET_CONTAINER_DLL_insert (part->share->head, part->share->tail, part);
  (*count_of (part))++;
  shares->count++;
  MQTT_channel_shares_touch (shares, part);
}


void
MQTT_channel_shares_remove (struct MQTT_ChannelShares *shares,
                            struct MQTT_ChannelPart *part)
{
  struct MQTT_ChannelShare *share = part->share;

  shares->count--;
  (*count_of (part))--;
  GNUNET_CONTAINER_DLL_remove (share->head, share->tail, part);
  if (NULL != share->head)
    return;
  (void)GNUNET_CONTAINER_multipeermap_remove (shares->by_peer,
                                              &share->peer,
                                              share);
  GNUNET_CONTAINER_DLL_remove (shares->head, shares->tail, share);
  GNUNET_free (share);
}


void
MQTT_channel_shares_touch (struct MQTT_ChannelShares *shares,
                           struct MQTT_ChannelPart *part)
{
  struct MQTT_ChannelShare *share = part->share;

  GNUNET_CONTAINER_DLL_remove (share->head, share->tail, part);
  GNUNET_CONTAINER_DLL_insert (share->head, share->tail, part);
  GNUNET_CONTAINER_DLL_remove (shares->head, shares->tail, share);
  GNUNET_CONTAINER_DLL_insert (shares->head, shares->tail, share);
}


struct MQTT_ChannelPart *
MQTT_channel_shares_any (const struct MQTT_ChannelShares *shares)
{
  return (NULL == shares->head) ? NULL : shares->head->head;
}


/**
 * Get the grant of a share that was needed least recently, or if there is none the
 * revocation.
 */
static struct MQTT_ChannelPart *
get_least (const struct MQTT_ChannelShare *share)
{
  for (struct MQTT_ChannelPart *pos = share->tail; NULL != pos; pos = pos->prev)
    if (!pos->revokes)
      return pos;
  return share->tail;
}


/**
 * Get the share with the most grants, and if there is none that with the most revocations;
 * of several the one that was needed least recently.  This peer's own only if no other has
 * a grant, or there is no other.
 */
static struct MQTT_ChannelShare *
get_largest (const struct MQTT_ChannelShares *shares)
{
  struct MQTT_ChannelShare *largest = NULL;
  struct MQTT_ChannelShare *own = NULL;

  for (struct MQTT_ChannelShare *pos = shares->tail; NULL != pos;
       pos = pos->prev)
  {
    if (0 == GNUNET_memcmp (&pos->peer, &shares->myself))
      own = pos;
    else if ((NULL == largest) || (pos->grants > largest->grants)
             || ((pos->grants == largest->grants)
                 && (pos->revocations > largest->revocations)))
      largest = pos;
  }
  if ((NULL == largest)
      || ((0 == largest->grants) && (NULL != own) && (0 < own->grants)))
    return own;
  return largest;
}


bool
MQTT_channel_shares_yield (const struct MQTT_ChannelShares *shares,
                           const struct GNUNET_PeerIdentity *peer,
                           struct MQTT_ChannelPart **part)
{
  const struct MQTT_ChannelShare *share = GNUNET_CONTAINER_multipeermap_get (
    shares->by_peer,
    peer);

  *part = NULL;
  if ((NULL != share) && (0 != GNUNET_memcmp (peer, &shares->myself))
      && (shares->share <= share->grants + share->revocations))
  {
    if (0 == share->grants)
      return false;
    *part = get_least (share);
  }
  else if (shares->limit <= shares->count)
    *part = get_least (get_largest (shares));
  return true;
}
