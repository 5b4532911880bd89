/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/rate.h
 * @brief So many in a second, and what was not used of late besides: a token
 *        bucket that may be overdrawn.
 *
 * Whoever takes more than there is has taken it, and then waits until it is paid:
 * nothing is refused.  Knows neither clock nor what is counted.
 */
#ifndef MQTT_CORE_RATE_H
#define MQTT_CORE_RATE_H

#include <stdint.h>

/** Embed it; fields are private. */
struct MQTT_Rate
{
  /** 0 for no limit. */
  uint64_t per_second;
  uint64_t burst_us;
  /** When all that was taken is paid, nanoseconds. */
  uint64_t paid_ns;
};


/**
 * @param[out] rate the rate
 * @param per_second how many may be taken in a second; 0 for any number
 * @param burst_us for how long what is not taken is saved up, microseconds
 * @param since_us since when nothing was taken, microseconds on a clock that never
 *        goes back; all other times are of the same clock
 */
void
MQTT_rate_begin (struct MQTT_Rate *rate,
                 uint64_t per_second,
                 uint64_t burst_us,
                 uint64_t since_us);


/**
 * Take some, whether they are there or not.
 */
void
MQTT_rate_take (struct MQTT_Rate *rate, uint32_t count, uint64_t now_us);


/**
 * How long is to be waited until all that was taken is paid?
 *
 * @return microseconds
 */
uint64_t
MQTT_rate_wait (const struct MQTT_Rate *rate, uint64_t now_us);

#endif
