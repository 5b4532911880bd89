/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/rest.h
 * @brief The pause after work that others can have us do again and again, and that
 *        grows with what they asked for.  Knows nothing of the work.
 */
#ifndef MQTT_SERVICE_REST_H
#define MQTT_SERVICE_REST_H

#include <gnunet/gnunet_util_lib.h>

/** How many times longer than the work the pause is. */
#define MQTT_REST_SHARE 4


/**
 * Work is done: when may it be done again?
 *
 * @param begin when it began
 * @param least shortest pause
 */
static inline struct GNUNET_TIME_Absolute
MQTT_rest_end (struct GNUNET_TIME_Absolute begin,
               struct GNUNET_TIME_Relative least)
{
  struct GNUNET_TIME_Relative pause = GNUNET_TIME_relative_multiply (
    GNUNET_TIME_absolute_get_duration (begin),
    MQTT_REST_SHARE);

  return GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_max (pause, least));
}

#endif
