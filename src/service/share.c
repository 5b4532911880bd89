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

/** Who may be chosen, and for what. */
struct Choice
{
  const struct MQTT_Subscription *const *members;
  const struct MQTT_Topic *topic;
  const struct MQTT_Message *message;
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


bool
MQTT_shares_exist (const struct MQTT_Shares *shares)
{
  return 0 != GNUNET_CONTAINER_multihashmap_size (shares->by_key);
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
    share->name = MQTT_group_name (filter, size);
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
 * What would become of the message with a member?  #MQTT_TurnProspect.
 */
static enum MQTT_Prospect
prospect_of (void *cls, size_t which)
{
  const struct Choice *choice = cls;
  const struct MQTT_Subscription *member = choice->members[which];
  const struct MQTT_Message *message = choice->message;
  const struct MQTT_Subscriber *subscriber = member->subscriber;
  bool sure = (0 != GNUNET_MIN (member->qos, message->qos));
  enum MQTT_Presence presence = (NULL == subscriber->presence)
                                  ? MQTT_PRESENCE_IDLE
                                  : subscriber->presence (subscriber->cls,
                                                          member,
                                                          choice->topic,
                                                          message);

  if ((MQTT_PRESENCE_STUCK == presence)
      || (!sure && (MQTT_PRESENCE_AWAY == presence)))
    return MQTT_PROSPECT_DROPPED;
  if ((NULL != subscriber->ready)
      && !subscriber->ready (subscriber->cls,
                             message,
                             1 + subscriber->promised,
                             1 + subscriber->promised_numbers))
    return sure ? MQTT_PROSPECT_REFUSED : MQTT_PROSPECT_DROPPED;
  return (MQTT_PRESENCE_IDLE == presence)   ? MQTT_PROSPECT_NOW
         : (MQTT_PRESENCE_BUSY == presence) ? MQTT_PROSPECT_SOON
                                            : MQTT_PROSPECT_KEPT;
}


enum MQTT_Prospect
MQTT_share_choose (const struct MQTT_Subscription *const *members,
                   size_t count,
                   const struct MQTT_Topic *topic,
                   const struct MQTT_Message *message,
                   enum MQTT_Prospect enough,
                   size_t *chosen)
{
  struct Choice choice = { .members = members,
                           .topic = topic,
                           .message = message };

  return MQTT_turn_choose (count,
                           members[0]->share->turn,
                           enough,
                           &prospect_of,
                           &choice,
                           chosen);
}
