/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_time.h
 * @brief A scheduler whose time stands still unless a test moves it on.
 *
 * Both clocks that the service reads, the calendar's and the monotonic one,
 * show this time, so that tests are quick and always run the same way.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_TIME_H
#define MQTT_TESTS_UNIT_FAKE_TIME_H

#include <check.h>
#include <gnunet/gnunet_util_lib.h>

/** Milliseconds as a time. */
#define MS(n) GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, (n))


/**
 * Start a scheduler.  Tasks may be added from now on; they run from within the
 * two functions below.
 */
void
fake_time_begin (void);


/**
 * End the scheduler: there must be no task left.
 */
void
fake_time_end (void);


/**
 * Run what can run now, and what that leads to without waiting.
 */
void
fake_time_settle (void);


/**
 * Let time pass, and run what is due.
 */
void
fake_time_pass (unsigned int milliseconds);


/**
 * Show the beginning again, at the end of a test in which more than half an hour
 * has passed: Check measures tests by the same clock, and no longer ones.
 */
void
fake_time_rewind (void);


/**
 * Milliseconds since fake_time_begin().
 */
uint64_t
fake_time_now (void);

#endif
