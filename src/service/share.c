/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/share.c
 * @brief The groups of shared subscriptions: whose turn it is.
 */
#include "share.h"
#include "subscriptions.h"

struct MQTT_Shares
{
  /** Groups by #MQTT_Share.key. */
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
};

/** What would become of a message, the best first. */
enum Prospect
{
  SENT_NOW = MQTT_PRESENCE_IDLE,
  SENT_SOON = MQTT_PRESENCE_BUSY,
  KEPT = MQTT_PRESENCE_AWAY,
  REFUSED,
  DROPPED
};


struct MQTT_Shares *
MQTT_shares_create (void)
{
  struct MQTT_Shares *shares = GNUNET_new (struct MQTT_Shares);

  shares->by_key = GNUNET_CONTAINER_multihashmap_create (8, GNUNET_YES);
  return shares;
}


void
MQTT_shares_destroy (struct MQTT_Shares *shares)
{
  GNUNET_assert (0 == GNUNET_CONTAINER_multihashmap_size (shares->by_key));
  GNUNET_CONTAINER_multihashmap_destroy (shares->by_key);
  GNUNET_free (shares);
}


struct MQTT_Share *
MQTT_share_join (struct MQTT_Shares *shares, const char *filter, size_t size)
{
  struct GNUNET_HashCode key;
  struct MQTT_Share *share;

  GNUNET_CRYPTO_hash (filter, size, &key);
  share = GNUNET_CONTAINER_multihashmap_get (shares->by_key, &key);
  if (NULL == share)
  {
    share = GNUNET_new (struct MQTT_Share);
    share->key = key;
    GNUNET_assert (GNUNET_OK
                   == GNUNET_CONTAINER_multihashmap_put (
                     shares->by_key,
                     &share->key,
                     share,
                     GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  }
  share->members++;
  return share;
}


void
MQTT_share_leave (struct MQTT_Shares *shares, struct MQTT_Share *share)
{
  if (0 != --share->members)
    return;
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multihashmap_remove (shares->by_key,
                                                          &share->key,
                                                          share));
  GNUNET_free (share);
}


/**
 * What would become of a message with this member?
 */
static enum Prospect
prospect_of (const struct MQTT_Subscription *member,
             const struct MQTT_Message *message)
{
  const struct MQTT_Subscriber *subscriber = member->subscriber;
  bool sure = (0 != GNUNET_MIN (member->qos, message->qos));
  enum MQTT_Presence presence = (NULL == subscriber->presence)
                                  ? MQTT_PRESENCE_IDLE
                                  : subscriber->presence (subscriber->cls);

  if ((MQTT_PRESENCE_STUCK == presence)
      || (!sure && (MQTT_PRESENCE_AWAY == presence)))
    return DROPPED;
  if ((NULL != subscriber->ready)
      && !subscriber->ready (subscriber->cls,
                             message,
                             1 + subscriber->promised,
                             1 + subscriber->promised_numbers))
    return sure ? REFUSED : DROPPED;
  return (enum Prospect)presence;
}


bool
MQTT_share_choose (const struct MQTT_Subscription *const *members,
                   size_t count,
                   const struct MQTT_Message *message,
                   size_t *chosen)
{
  size_t turn = members[0]->share->turn % count;
  enum Prospect best = DROPPED;

  *chosen = turn;
  for (size_t i = 0; (SENT_NOW != best) && (i < count); i++)
  {
    size_t next = (turn + i) % count;
    enum Prospect prospect = prospect_of (members[next], message);

    if (prospect >= best)
      continue;
    best = prospect;
    *chosen = next;
  }
  return REFUSED != best;
}
