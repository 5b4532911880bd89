/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz.h
 * @brief What all fuzz targets need.
 */
#ifndef MQTT_TESTS_FUZZ_FUZZ_H
#define MQTT_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** Stops the fuzzer, and makes it keep the input, unless @a condition holds. */
#define FUZZ_CHECK(condition) \
  do \
  { \
    if (!(condition)) \
      __builtin_trap (); \
  } \
  while (0)


/**
 * Called by libFuzzer with every input.
 */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);


/**
 * Copy bytes into a block of their own, so that AddressSanitizer sees every
 * read behind them.
 *
 * @return to be freed; NULL if @a size is 0
 */
static inline void *
fuzz_copy (const void *data, size_t size)
{
  void *copy;

  if (0 == size)
    return NULL;
  copy = malloc (size);
  FUZZ_CHECK (NULL != copy);
  memcpy (copy, data, size);
  return copy;
}

#endif
