/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/covers.h
 * @brief The codes that anonymous subscriptions may be known by, worked out once for
 *        all that have the same ones.
 *
 * Knows nothing of peers, nor of who subscribes.
 */
#ifndef MQTT_SERVICE_COVERS_H
#define MQTT_SERVICE_COVERS_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/discovery_code.h"

/** A code at each precision. */
#define MQTT_COVER_CODES (MQTT_CODE_ANYTHING + 1)

struct MQTT_Covers;

/** The codes that cover a filter. */
struct MQTT_Cover
{
  /** Where searches for them end, the most precise one first. */
  struct GNUNET_HashCode ends[MQTT_COVER_CODES];
  /* private: */
  struct MQTT_Covers *covers;
  unsigned int references;
};

/** Bytes that one takes, with its place among all, about. */
#define MQTT_COVER_MEMORY (sizeof (struct MQTT_Cover) + 64)


struct MQTT_Covers *
MQTT_covers_create (void);


/**
 * There must be no cover left.
 */
void
MQTT_covers_destroy (struct MQTT_Covers *covers);


/**
 * The cover of a filter.
 *
 * @param covers all covers
 * @param filter legal topic filter, without "$share/group/"
 * @param size bytes of it
 * @return the cover; one MQTT_cover_unref() must follow for each call
 */
struct MQTT_Cover *
MQTT_covers_get (struct MQTT_Covers *covers, const char *filter, size_t size);


/**
 * @param cover one that is not needed any more; NULL for none
 */
void
MQTT_cover_unref (struct MQTT_Cover *cover);

#endif
