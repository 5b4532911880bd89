/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/filters.c
 * @brief A population of filters, and topics to match against it.
 */
#include "filters.h"
#include <stdio.h>

#define LEVELS 5


/**
 * A number that looks random: the finaliser of MurmurHash3.
 */
static uint64_t
mix (uint64_t x)
{
  x = (x + 1) * UINT64_C (0x9E3779B97F4A7C15);
  x = (x ^ (x >> 33)) * UINT64_C (0xFF51AFD7ED558CCD);
  x = (x ^ (x >> 33)) * UINT64_C (0xC4CEB9FE1A85EC53);
  return x ^ (x >> 33);
}


/**
 * Write an address.
 *
 * @param number which one
 * @param measures what the last level is called, before its number
 * @param plus this level is "+" instead; none if 0
 * @param levels so many levels, and "#" if that is not all
 */
static size_t
write_address (uint64_t number,
               const char *measures,
               unsigned int plus,
               unsigned int levels,
               char name[BENCH_NAME_SIZE])
{
  const char *const texts[LEVELS] = { "site",
                                      "building",
                                      "room",
                                      "device",
                                      measures };
  const uint64_t sizes[LEVELS] = { UINT64_MAX, 10, 10, 10, 5 };
  uint64_t digits[LEVELS];
  size_t size = 0;

  for (unsigned int i = LEVELS; i-- > 0; number /= sizes[i])
    digits[i] = number % sizes[i];
  for (unsigned int i = 0; i < levels; i++)
  {
    const char *slash = (0 == i) ? "" : "/";

    if ((0 != i) && (i == plus))
      size += (size_t)snprintf (&name[size], BENCH_NAME_SIZE - size, "/+");
    else
      size += (size_t)snprintf (&name[size],
                                BENCH_NAME_SIZE - size,
                                "%s%s%llu",
                                slash,
                                texts[i],
                                (unsigned long long)digits[i]);
  }
  if (LEVELS != levels)
    size += (size_t)snprintf (&name[size], BENCH_NAME_SIZE - size, "/#");
  return size;
}


size_t
BENCH_filter (uint32_t population, uint32_t i, char filter[BENCH_NAME_SIZE])
{
  uint64_t chance = mix (2 * (uint64_t)i);
  uint64_t address = mix (chance) % (2 * (uint64_t)population);
  unsigned int kind = chance % 100;
  unsigned int place = (unsigned int)(chance / 100 % 4);

  if (90 > kind)
    return write_address (address, "measure", 0, LEVELS, filter);
  if (98 > kind)
    return write_address (address, "measure", 1 + place, LEVELS, filter);
  return write_address (address, "measure", 0, 3 + place % 2, filter);
}


size_t
BENCH_topic (uint32_t population, uint32_t i, char topic[BENCH_NAME_SIZE])
{
  uint64_t address = mix (2 * (uint64_t)i + 1) % (2 * (uint64_t)population);

  return write_address (address, "alarm", 0, LEVELS, topic);
}
