/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/router.h
 * @brief The middle: publications come in on one side and go to the subscribers
 *        here and to the peers that want them.  Knows no transport.
 */
#ifndef MQTT_SERVICE_ROUTER_H
#define MQTT_SERVICE_ROUTER_H

#include "outreach.h"
#include "topics.h"

struct MQTT_Router;

/**
 * What was found while messages of one who is gone are given to others, within one
 * task.  All zero at first.
 */
struct MQTT_HandOn
{
  /** Key of the group that was asked last. */
  struct GNUNET_HashCode share;
  /** Nobody of it can send a message on: the first one who keeps it is as good as any. */
  enum MQTT_Prospect enough;
  /** How many members were asked, about. */
  size_t asked;
};


/**
 * @param counters where to count
 */
struct MQTT_Router *
MQTT_router_create (struct MQTT_Counters *counters);


void
MQTT_router_destroy (struct MQTT_Router *router);


/**
 * Have all subscribers here room for a message at QoS 1 or 2, and one member of each
 * group?  If not it must not be acknowledged, and not be given to any.
 *
 * @param topic its topic
 * @param message the message
 * @param audience for whom it is
 * @param publisher who published it; NULL for another peer
 */
bool
MQTT_router_ready (struct MQTT_Topic *topic,
                   const struct MQTT_Message *message,
                   const struct MQTT_Audience *audience,
                   const struct MQTT_Subscriber *publisher);


/**
 * Must a message at QoS 1 or 2 be in the store before it is delivered here?
 */
bool
MQTT_router_must_store (struct MQTT_Topic *topic);


/**
 * A client has published a message.
 *
 * @param router the router
 * @param outreaches way to the other peers
 * @param topic its topic
 * @param message the message
 * @param here what MQTT_outreach_ready() or MQTT_outreach_choose() has set for it
 * @param publisher who published it
 * @param source who waits if queues are full
 */
void
MQTT_router_publish (struct MQTT_Router *router,
                     struct MQTT_Outreaches *outreaches,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct MQTT_Audience *here,
                     const struct MQTT_Subscriber *publisher,
                     struct MQTT_Source *source);


/**
 * A member of a group is gone, and has not done with a message: it is another one's.
 *
 * @param router the router
 * @param topic its topic
 * @param message the message; in the store, if MQTT_router_must_store()
 * @param share key of the group
 * @param round what was found before in this task
 * @return false if there is none who can take it
 */
bool
MQTT_router_hand_on (struct MQTT_Router *router,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct GNUNET_HashCode *share,
                     struct MQTT_HandOn *round);


/**
 * Another peer has published a message: #MQTT_LinksDeliver.
 */
void
MQTT_router_deliver (void *cls,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct MQTT_Audience *audience,
                     struct MQTT_Source *source);

#endif
