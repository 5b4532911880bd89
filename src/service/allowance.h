/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/allowance.h
 * @brief How much a peer may send us over a link: messages, bytes, topics and
 *        questions in a second.
 *
 * A peer that sends more is read more slowly; nothing of it is lost.  Knows the
 * types of frames, and not what they do.
 */
#ifndef MQTT_SERVICE_ALLOWANCE_H
#define MQTT_SERVICE_ALLOWANCE_H

#include "gate.h"
#include "options.h"

struct MQTT_Allowance;


/**
 * The allowance of a peer that was not heard of lately.
 *
 * @param options the rates
 * @param quiet_us for how long it was not at least, microseconds: that is saved up
 * @param counters where to count that the peer was slowed, and why
 * @param source the peer, who waits while it has sent too much; must be ended before
 *        MQTT_allowance_destroy()
 */
struct MQTT_Allowance *
MQTT_allowance_create (const struct MQTT_Options *options,
                       uint64_t quiet_us,
                       struct MQTT_Counters *counters,
                       struct MQTT_Source *source);


void
MQTT_allowance_destroy (struct MQTT_Allowance *allowance);


/**
 * The peer has sent a frame.
 *
 * @param allowance its allowance
 * @param type of the frame, known or not
 */
void
MQTT_allowance_frame (struct MQTT_Allowance *allowance, uint8_t type);


/**
 * A signature was checked that the peer has sent.
 *
 * @param allowance its allowance
 * @param count how many
 */
void
MQTT_allowance_checked (struct MQTT_Allowance *allowance, uint32_t count);


/**
 * A segment was read, with the frames that were told of since the last one: if that
 * was too much, the source waits.
 *
 * @param allowance the peer's allowance
 * @param size bytes of the segment
 */
void
MQTT_allowance_segment (struct MQTT_Allowance *allowance, size_t size);

#endif
