/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/filters.h
 * @brief A population of filters, and topics to match against it: the same for
 *        ours and for the yardstick.
 *
 * Topics are site/building/room/device/measure.  There are twice as many as
 * filters, however many those are, so that a topic matches as few filters of a
 * large population as of a small one.  Of 100 filters 90 are literal, 8 have a '+'
 * behind the first level, 2 end with '#' behind the third or fourth.
 */
#ifndef BENCH_FILTERS_H
#define BENCH_FILTERS_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the longest filter or topic, with a terminating 0. */
#define BENCH_NAME_SIZE 64


/**
 * Write a filter.
 *
 * @param population number of filters
 * @param i which one
 * @param[out] filter set, NUL-terminated
 * @return its length
 */
size_t
BENCH_filter (uint32_t population, uint32_t i, char filter[BENCH_NAME_SIZE]);


/**
 * Write a topic that is near many filters, and matches the few whose wildcards
 * cover its last level.
 *
 * @param population number of filters
 * @param i which one
 * @param[out] topic set, NUL-terminated
 * @return its length
 */
size_t
BENCH_topic (uint32_t population, uint32_t i, char topic[BENCH_NAME_SIZE]);

#endif
