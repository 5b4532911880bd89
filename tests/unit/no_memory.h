/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/no_memory.h
 * @brief Lets aligned_alloc() fail: to be included by one file of a test program.
 */
#ifndef MQTT_TESTS_UNIT_NO_MEMORY_H
#define MQTT_TESTS_UNIT_NO_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>

/** Is there no more memory? */
static bool no_memory;


/**
 * Comes before the one of the C library.
 */
void *
aligned_alloc (size_t alignment, size_t size)
{
  void *result;

  if (no_memory || (0 != posix_memalign (&result, alignment, size)))
    return NULL;
  return result;
}

#endif
