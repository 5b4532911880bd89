/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_subscriptions.h
 * @brief What a session has subscribed to, in memory: found by filter.
 *
 * Knows nothing of the client, and writes nothing to the store.  Only for the files of
 * service/sessions.h.
 */
#ifndef MQTT_SERVICE_SESSION_SUBSCRIPTIONS_H
#define MQTT_SERVICE_SESSION_SUBSCRIPTIONS_H

#include "hosted.h"


/**
 * Are two filters the same?
 */
bool
MQTT_hosted_filters_equal (const struct MQTT_Bytes *one,
                           const struct MQTT_Bytes *other);


/**
 * @return NULL if there is none
 */
struct MQTT_Subscription *
MQTT_hosted_subscription_find (const struct MQTT_HostedSession *hosted,
                               const struct MQTT_Bytes *filter);


/**
 * Its options, as in struct MQTT_StoreSubscription.
 */
uint8_t
MQTT_hosted_subscription_options (const struct MQTT_Subscription *subscription);


/**
 * Make a subscription, which is not there.
 *
 * @return NULL if there are too many
 */
struct MQTT_Subscription *
MQTT_hosted_subscription_make (struct MQTT_HostedSession *hosted,
                               const struct MQTT_StoreSubscription *wanted);


/**
 * Give a subscription another identifier and other options.
 */
void
MQTT_hosted_subscription_change (struct MQTT_HostedSession *hosted,
                                 struct MQTT_Subscription *subscription,
                                 uint32_t identifier,
                                 uint8_t options);


/**
 * End a subscription.
 */
void
MQTT_hosted_subscription_drop (struct MQTT_HostedSession *hosted,
                               struct MQTT_Subscription *subscription);

#endif
