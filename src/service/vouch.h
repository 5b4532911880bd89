/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/vouch.h
 * @brief Whether the owner of a topic vouches for what a peer keeps of it that may not
 *        publish there.
 */
#ifndef MQTT_SERVICE_VOUCH_H
#define MQTT_SERVICE_VOUCH_H

#include "../core/retained.h"
#include "topics.h"


/**
 * May a message be kept because its topic's owner has signed it?
 *
 * What the peer says beside that cannot be more than was signed: the message expires in
 * time, and gets the version that is known here if that is the same message.  A will
 * is signed before it is published; it must not take the place of what was published
 * since then.
 *
 * @param record what is known of its topic; NULL if nothing
 * @param topic its topic
 * @param message the message
 */
bool
MQTT_vouch (const struct MQTT_RetainedRecord *record,
            const struct MQTT_Topic *topic,
            struct MQTT_Message *message);

#endif
