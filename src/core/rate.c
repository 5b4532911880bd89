/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/rate.c
 * @brief So many in a second, and what was not used of late besides.
 *
 * Instead of tokens, the time is kept at which the bucket is neither overdrawn nor
 * holds anything: a past one stands for what was saved since.
 */
#include "rate.h"

#define NS_PER_US UINT64_C (1000)
#define NS_PER_S UINT64_C (1000000000)


void
MQTT_rate_begin (struct MQTT_Rate *rate,
                 uint64_t per_second,
                 uint64_t burst_us,
                 uint64_t since_us)
{
  *rate = (struct MQTT_Rate){
    .per_second = per_second,
    .burst_us = burst_us,
    .paid_ns = since_us * NS_PER_US,
  };
}


void
MQTT_rate_take (struct MQTT_Rate *rate, uint32_t count, uint64_t now_us)
{
  uint64_t oldest_us = (now_us > rate->burst_us) ? now_us - rate->burst_us : 0;
  uint64_t oldest_ns = oldest_us * NS_PER_US;

  if ((0 == rate->per_second) || (0 == count))
    return;
  if (rate->paid_ns < oldest_ns)
    rate->paid_ns = oldest_ns;
  /* Rounded up: of many small takes none is free. */
  rate->paid_ns += (count * NS_PER_S + rate->per_second - 1) / rate->per_second;
}


uint64_t
MQTT_rate_wait (const struct MQTT_Rate *rate, uint64_t now_us)
{
  uint64_t now_ns = now_us * NS_PER_US;

  if (rate->paid_ns <= now_ns)
    return 0;
  return (rate->paid_ns - now_ns + NS_PER_US - 1) / NS_PER_US;
}
