/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/seeks.h
 * @brief What we call on a peer for, as an anonymous subscriber.  Part of the
 *        offers of a link.
 */
#ifndef MQTT_SERVICE_SEEKS_H
#define MQTT_SERVICE_SEEKS_H

#include "../core/link_frame.h"

/** Most calls on one peer; more make it forget the first. */
#define MQTT_SEEKS_MAX 64

/** Embed it; all zero is none. */
struct MQTT_Seeks
{
  struct MQTT_LinkSeek *seeks;
  unsigned int count;
  /** Which is forgotten next. */
  unsigned int oldest;
};


/**
 * Remember a call, once.
 */
void
MQTT_seeks_add (struct MQTT_Seeks *seeks, const struct MQTT_LinkSeek *seek);


/**
 * Queue all calls.
 */
void
MQTT_seeks_put (const struct MQTT_Seeks *seeks, struct MQTT_Outbox *outbox);


/**
 * Forget all calls.
 */
void
MQTT_seeks_clear (struct MQTT_Seeks *seeks);

#endif
