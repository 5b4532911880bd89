/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_time.c
 * @brief A scheduler whose time stands still unless a test moves it on.
 */
#include "fake_time.h"
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/** What the clocks show at the beginning, microseconds. */
#define BEGINNING UINT64_C (1000000000000000)

/** Rounds after which tasks that call each other without end are noticed. */
#define ROUNDS 1000000

static uint64_t now_us = BEGINNING;

static uint64_t wakeup_us;

static struct GNUNET_SCHEDULER_Handle *scheduler;


/**
 * Comes before the one of the C library.
 */
int /* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
gettimeofday (struct timeval *restrict value, void *restrict zone)
{
  (void)zone;
  value->tv_sec = (time_t)(now_us / 1000000);
  value->tv_usec = (suseconds_t)(now_us % 1000000);
  return 0;
}


/**
 * Comes before the one of the C library.
 */
int /* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
clock_gettime (clockid_t clock, struct timespec *value)
{
  if ((CLOCK_MONOTONIC != clock) || (NULL == scheduler))
    return (int)syscall (SYS_clock_gettime, clock, value);
  value->tv_sec = (time_t)(now_us / 1000000);
  value->tv_nsec = (long)(now_us % 1000000) * 1000;
  return 0;
}


/** There is no file to wait for but the scheduler's own pipe. */
static int
ignore_file (void *cls,
             struct GNUNET_SCHEDULER_Task *task,
             struct GNUNET_SCHEDULER_FdInfo *file)
{
  (void)cls;
  (void)task;
  (void)file;
  return GNUNET_OK;
}


static int
forget_file (void *cls, struct GNUNET_SCHEDULER_Task *task)
{
  (void)cls;
  (void)task;
  return GNUNET_OK;
}


static void
set_wakeup (void *cls, struct GNUNET_TIME_Absolute when)
{
  (void)cls;
  wakeup_us = when.abs_value_us;
}


void
fake_time_begin (void)
{
  static const struct GNUNET_SCHEDULER_Driver driver = {
    .add = &ignore_file,
    .del = &forget_file,
    .set_wakeup = &set_wakeup,
  };

  now_us = BEGINNING;
  scheduler = GNUNET_SCHEDULER_driver_init (&driver);
}


void
fake_time_end (void)
{
  GNUNET_SCHEDULER_shutdown ();
  fake_time_settle ();
  GNUNET_SCHEDULER_driver_done (scheduler);
  scheduler = NULL;
}


void
fake_time_settle (void)
{
  unsigned int rounds = 0;

  while (GNUNET_YES == GNUNET_SCHEDULER_do_work (scheduler))
    ck_assert_uint_lt (rounds++, ROUNDS);
}


void
fake_time_pass (unsigned int milliseconds)
{
  uint64_t end_us = now_us + 1000 * (uint64_t)milliseconds;

  fake_time_settle ();
  while (wakeup_us <= end_us)
  {
    now_us = GNUNET_MAX (now_us, wakeup_us);
    fake_time_settle ();
  }
  now_us = end_us;
}


void
fake_time_rewind (void)
{
  now_us = BEGINNING;
}


uint64_t
fake_time_now (void)
{
  return (now_us - BEGINNING) / 1000;
}
