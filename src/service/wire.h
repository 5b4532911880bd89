/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/wire.h
 * @brief One channel to a peer as a stream of link frames, and what the frames
 *        do.  Only for link.c and links.c.
 */
#ifndef MQTT_SERVICE_WIRE_H
#define MQTT_SERVICE_WIRE_H

#include "link.h"


/**
 * Open a channel to the peer of a link.
 *
 * @return NULL if that is impossible now
 */
struct MQTT_Wire *
MQTT_wire_open (struct MQTT_Link *link);


/**
 * Take a channel that the peer has opened.
 */
struct MQTT_Wire *
MQTT_wire_accept (struct MQTT_Link *link, void *channel);


/**
 * Close the channel and end.  Not while a frame of this wire is being read.
 */
void
MQTT_wire_destroy (struct MQTT_Wire *wire);


struct GNUNET_MQ_Handle *
MQTT_wire_mq (struct MQTT_Wire *wire);


/**
 * Has the peer not said HELLO in time?
 */
bool
MQTT_wire_is_overdue (const struct MQTT_Wire *wire,
                      struct GNUNET_TIME_Relative timeout);


/**
 * Was it opened by us?
 */
bool
MQTT_wire_is_mine (const struct MQTT_Wire *wire);


/**
 * Is the next segment held back, because queues are full?
 */
bool
MQTT_wire_is_held (const struct MQTT_Wire *wire);


/**
 * Queues have room: take the next segment.
 */
void
MQTT_wire_release (struct MQTT_Wire *wire);


/** A segment has arrived: see struct MQTT_TransportEvents. */
void
MQTT_wire_segment (void *channel_cls, const void *data, size_t size);


/** The channel is gone: see struct MQTT_TransportEvents. */
void
MQTT_wire_closed (void *channel_cls);

#endif
