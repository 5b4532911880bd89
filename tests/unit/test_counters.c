/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_counters.c
 * @brief Tests of service/counters.h, without a statistics service.
 */
#include "run_cases.h"
#include "service/counters.h"


START_TEST (up_and_down)
{
  struct MQTT_Counters *counters = MQTT_counters_create (NULL);

  MQTT_count (counters, MQTT_COUNT_LINKS, 5);
  MQTT_count (counters, MQTT_COUNT_LINKS, -2);
  MQTT_count (counters, MQTT_COUNT_SENT, 1);
  ck_assert_uint_eq (3, MQTT_counter (counters, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_SENT));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_RECEIVED));
  MQTT_counters_destroy (counters);
}
END_TEST


START_TEST (names_are_different)
{
  for (unsigned int i = 0; i < MQTT_COUNTERS; i++)
  {
    ck_assert_ptr_nonnull (MQTT_counter_name (i));
    for (unsigned int j = 0; j < i; j++)
      ck_assert_str_ne (MQTT_counter_name (i), MQTT_counter_name (j));
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("counters");

  tcase_add_test (cases, up_and_down);
  tcase_add_test (cases, names_are_different);
  return run_cases ("counters", cases);
}
