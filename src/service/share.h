/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/share.h
 * @brief The groups of shared subscriptions (MQTT 5, 4.8.2): who is in a group is
 *        known to service/subscriptions.h; here is whose turn it is.
 *
 * A group is what has the same "$share/group/filter": so a topic that one member
 * wants, all want.  Knows nothing of other peers.
 */
#ifndef MQTT_SERVICE_SHARE_H
#define MQTT_SERVICE_SHARE_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/groups.h"
#include "../core/turns.h"

struct MQTT_Subscription;
struct MQTT_Topic;
struct MQTT_Shares;

/**
 * A group that has members.
 */
struct MQTT_Share
{
  /** Hash of the filter as it was given. */
  struct GNUNET_HashCode key;
  /** What it is called between peers. */
  struct MQTT_LinkGroup name;
  uint32_t members;
  /** Whose turn it is, by his place among them; may be beyond the last. */
  size_t turn;
};


struct MQTT_Shares *
MQTT_shares_create (void);


/**
 * There must be no group left.
 */
void
MQTT_shares_destroy (struct MQTT_Shares *shares);


/**
 * Is there any group?
 */
bool
MQTT_shares_exist (const struct MQTT_Shares *shares);


/**
 * One more member.
 *
 * @param shares all groups
 * @param filter "$share/group/filter"
 * @param size bytes of it
 * @return the group, until MQTT_share_leave()
 */
struct MQTT_Share *
MQTT_share_join (struct MQTT_Shares *shares, const char *filter, size_t size);


/**
 * One member less; the last one ends the group.
 */
void
MQTT_share_leave (struct MQTT_Shares *shares, struct MQTT_Share *share);


/**
 * Who of a group gets a message: by turns, first of those who can send it on at once,
 * then of those who are connected, then of those who are not and keep it.  Who would
 * drop it gets it only if nobody could take it later either.
 *
 * @param members all subscriptions of the group
 * @param count how many, at least 1
 * @param topic its topic
 * @param message the message
 * @param enough see MQTT_turn_choose()
 * @param[out] chosen who gets it
 * @return what becomes of the message: if #MQTT_PROSPECT_REFUSED it should be refused,
 *         since all who would not drop it are full
 */
enum MQTT_Prospect
MQTT_share_choose (const struct MQTT_Subscription *const *members,
                   size_t count,
                   const struct MQTT_Topic *topic,
                   const struct MQTT_Message *message,
                   enum MQTT_Prospect enough,
                   size_t *chosen);

#endif
