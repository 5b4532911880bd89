/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_rate.c
 * @brief Tests of core/rate.h.
 */
#include "run_cases.h"
#include "core/rate.h"

#define SECOND UINT64_C (1000000)

/** When the tests begin. */
#define START (100 * SECOND)


START_TEST (no_limit)
{
  struct MQTT_Rate rate;

  MQTT_rate_begin (&rate, 0, SECOND, START);
  MQTT_rate_take (&rate, UINT32_MAX, START);
  MQTT_rate_take (&rate, UINT32_MAX, START);
  ck_assert_uint_eq (0, MQTT_rate_wait (&rate, START));
}
END_TEST


START_TEST (nothing_taken_nothing_waited)
{
  struct MQTT_Rate rate;

  MQTT_rate_begin (&rate, 1, 0, START);
  MQTT_rate_take (&rate, 0, START);
  ck_assert_uint_eq (0, MQTT_rate_wait (&rate, START));
}
END_TEST


START_TEST (overdrawn_is_paid_in_time)
{
  struct MQTT_Rate rate;

  MQTT_rate_begin (&rate, 1000, SECOND, START);
  MQTT_rate_take (&rate, 5000, START);
  ck_assert_uint_eq (5 * SECOND, MQTT_rate_wait (&rate, START));
  ck_assert_uint_eq (1, MQTT_rate_wait (&rate, START + 5 * SECOND - 1));
  ck_assert_uint_eq (0, MQTT_rate_wait (&rate, START + 5 * SECOND));
  MQTT_rate_take (&rate, 1, START + 5 * SECOND);
  ck_assert_uint_eq (1000, MQTT_rate_wait (&rate, START + 5 * SECOND));
}
END_TEST


/** As much is saved up as comes in the time of a burst, and no more. */
START_TEST (saves_for_a_burst)
{
  struct MQTT_Rate rate;
  uint64_t later = START + 3600 * SECOND;

  MQTT_rate_begin (&rate, 1000, SECOND, START);
  MQTT_rate_take (&rate, 1000, later);
  ck_assert_uint_eq (0, MQTT_rate_wait (&rate, later));
  MQTT_rate_take (&rate, 1, later);
  ck_assert_uint_eq (1000, MQTT_rate_wait (&rate, later));
  later += SECOND / 2;
  MQTT_rate_take (&rate, 499, later);
  ck_assert_uint_eq (0, MQTT_rate_wait (&rate, later));
  MQTT_rate_take (&rate, 1, later);
  ck_assert_uint_eq (1000, MQTT_rate_wait (&rate, later));
}
END_TEST


START_TEST (saves_since_it_began)
{
  struct MQTT_Rate rate;

  MQTT_rate_begin (&rate, 1000, SECOND, START - SECOND / 4);
  MQTT_rate_take (&rate, 250, START);
  ck_assert_uint_eq (0, MQTT_rate_wait (&rate, START));
  MQTT_rate_take (&rate, 1, START);
  ck_assert_uint_eq (1000, MQTT_rate_wait (&rate, START));
}
END_TEST


START_TEST (clock_has_just_begun)
{
  struct MQTT_Rate rate;

  MQTT_rate_begin (&rate, 10, 3600 * SECOND, 0);
  MQTT_rate_take (&rate, 1, 0);
  ck_assert_uint_eq (SECOND / 10, MQTT_rate_wait (&rate, 0));
}
END_TEST


/** Who takes and waits in turns gets the rate, also one that divides nothing. */
START_TEST (long_run)
{
  static const uint64_t per_second[] = { 1,     3,      7,       999,
                                         50000, 300007, 3000000, 25 << 20 };
  static const uint32_t portions[] = { 1, 7, 640, 61440 };
  const uint64_t most = per_second[_i] * 100;

  for (unsigned int i = 0; i < sizeof (portions) / sizeof (*portions); i++)
  {
    struct MQTT_Rate rate;
    uint64_t now = START;
    uint64_t taken = 0;

    MQTT_rate_begin (&rate, per_second[_i], 0, START);
    for (unsigned int n = 0; (n < 100000) && (taken < most); n++)
    {
      MQTT_rate_take (&rate, portions[i], now);
      taken += portions[i];
      now += MQTT_rate_wait (&rate, now);
    }
    /* Waiting ends within a microsecond of what is due. */
    ck_assert_double_eq_tol ((double)taken / (double)per_second[_i],
                             (double)(now - START) / (double)SECOND,
                             1e-4 * (double)taken / (double)per_second[_i]
                               + 1e-6 * (double)taken / portions[i]);
    ck_assert_uint_ge (now - START, taken * SECOND / per_second[_i]);
  }
}
END_TEST


/** Far from overflow: all the bytes of a long link, at the least rate. */
START_TEST (large_counts)
{
  struct MQTT_Rate rate;

  MQTT_rate_begin (&rate, 1, SECOND, START);
  MQTT_rate_take (&rate, UINT32_MAX, START);
  ck_assert_uint_eq (UINT32_MAX * SECOND, MQTT_rate_wait (&rate, START));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("rate");

  tcase_add_test (cases, no_limit);
  tcase_add_test (cases, nothing_taken_nothing_waited);
  tcase_add_test (cases, overdrawn_is_paid_in_time);
  tcase_add_test (cases, saves_for_a_burst);
  tcase_add_test (cases, saves_since_it_began);
  tcase_add_test (cases, clock_has_just_begun);
  tcase_add_loop_test (cases, long_run, 0, 8);
  tcase_add_test (cases, large_counts);
  return run_cases ("rate", cases);
}
