/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/publish_packet.h
 * @brief How large a PUBLISH of MQTT 5 is (3.3), without encoding it.
 */
#ifndef MQTT_CORE_PUBLISH_PACKET_H
#define MQTT_CORE_PUBLISH_PACKET_H

#include <stdint.h>
#include "message.h"


/**
 * Bytes of a PUBLISH, its fixed header included, with the topic in full.
 *
 * @param topic_size bytes of the topic name
 * @param message the message
 * @param qos QoS of this delivery
 * @param identifiers subscription identifiers that are sent with it, at most
 *        268,435,455 each
 * @param count how many
 * @return more than MQTT 5 can send, 268,435,460, if that is so
 */
uint64_t
MQTT_publish_packet_size (size_t topic_size,
                          const struct MQTT_Message *message,
                          uint8_t qos,
                          const uint32_t *identifiers,
                          size_t count);

#endif
