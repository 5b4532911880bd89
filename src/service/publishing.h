/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/publishing.h
 * @brief How what is published at this peer is taken: checked, promised if its QoS
 *        asks for that, retained if it is to be, and given to the router.
 *
 * Knows nothing of who publishes.
 */
#ifndef MQTT_SERVICE_PUBLISHING_H
#define MQTT_SERVICE_PUBLISHING_H

#include "gnunet_mqtt_service.h"
#include "../core/ipc_frame.h"
#include "promise.h"
#include "retention.h"
#include "router.h"

/** Highest QoS that this service serves. */
#define MQTT_PUBLISHING_QOS 2

/** Whom it takes. */
struct MQTT_Publishing
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Promises *promises;
  struct MQTT_Retention *retention;
  struct MQTT_Router *router;
  struct MQTT_Outreaches *outreaches;
  struct MQTT_Ownership *ownership;
};


/**
 * May this peer publish to a topic?  If not, that is counted.
 *
 * @param publishing whom to ask
 * @param topic the topic
 * @return success, or #GNUNET_MQTT_NOT_AUTHORIZED: it belongs to somebody, who does
 *         not let this peer
 */
enum GNUNET_MQTT_ReasonCode
MQTT_publishing_allow (const struct MQTT_Publishing *publishing,
                       struct MQTT_Topic *topic);


/**
 * Can such a publication be taken?
 *
 * @param publishing whom it takes
 * @param topic its topic
 * @param publication what
 * @return reason code: success, or why not
 */
enum GNUNET_MQTT_ReasonCode
MQTT_publishing_check (const struct MQTT_Publishing *publishing,
                       struct MQTT_Topic *topic,
                       const struct MQTT_Publication *publication);


/**
 * Can such a will be taken?  Whether it may be published is asked again then.
 *
 * @return reason code: success, or why not
 */
enum GNUNET_MQTT_ReasonCode
MQTT_publishing_check_will (const struct MQTT_Publishing *publishing,
                            const struct MQTT_IpcWill *will);


/**
 * Publish a message at QoS 0.
 *
 * @param publishing whom it takes
 * @param topic its topic
 * @param message the message
 * @param publisher who publishes
 * @param source who waits if queues are full
 * @return false if it is to be refused, with #GNUNET_MQTT_QUOTA_EXCEEDED: nobody
 *         has got it
 */
bool
MQTT_publishing_publish (const struct MQTT_Publishing *publishing,
                         struct MQTT_Topic *topic,
                         struct MQTT_Message *message,
                         const struct MQTT_Subscriber *publisher,
                         struct MQTT_Source *source);


/**
 * Publish a message at QoS 1 or 2, if all who would have to keep it can.
 *
 * @param publishing whom it takes
 * @param topic its topic
 * @param message the message
 * @param publisher who publishes
 * @param source who waits if queues are full
 * @return to be sealed within this task; NULL if it is to be refused, with
 *         #GNUNET_MQTT_QUOTA_EXCEEDED: nobody has got it
 */
struct MQTT_Promise *
MQTT_publishing_promise (const struct MQTT_Publishing *publishing,
                         struct MQTT_Topic *topic,
                         struct MQTT_Message *message,
                         const struct MQTT_Subscriber *publisher,
                         struct MQTT_Source *source);


/**
 * Reason code for a publication whose promise has ended.  If it was not kept some
 * may have got the message all the same.
 */
static inline enum GNUNET_MQTT_ReasonCode
MQTT_publishing_reason (bool kept)
{
  return kept ? GNUNET_MQTT_SUCCESS : GNUNET_MQTT_UNSPECIFIED_ERROR;
}

#endif
