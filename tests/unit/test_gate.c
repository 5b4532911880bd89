/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_gate.c
 * @brief Tests of service/gate.h.
 */
#include "run_cases.h"
#include "service/gate.h"

static struct MQTT_Counters *counters;
static struct MQTT_Source sources[3];
static struct MQTT_Gate gates[3];
/** Who was resumed, one letter each. */
static char resumed[64];
/** Done by the next one that is resumed. */
static void (*deed) (void);


static void
resume (void *cls)
{
  const struct MQTT_Source *source = cls;
  void (*now) (void) = deed;

  resumed[strlen (resumed)] = (char)('a' + (source - sources));
  deed = NULL;
  if (NULL != now)
    now ();
}


static void
setup (void)
{
  memset (resumed, 0, sizeof (resumed));
  memset (gates, 0, sizeof (gates));
  deed = NULL;
  counters = MQTT_counters_create (NULL);
  for (int i = 0; i < 3; i++)
    MQTT_source_init (&sources[i], counters, &resume, &sources[i]);
}


static void
teardown (void)
{
  for (int i = 0; i < 3; i++)
    MQTT_source_done (&sources[i]);
  for (int i = 0; i < 3; i++)
    ck_assert (!MQTT_gate_is_waited_for (&gates[i]));
  MQTT_counters_destroy (counters);
}


START_TEST (waits_until_all_gates_have_opened)
{
  ck_assert (!MQTT_source_waits (&sources[0]));
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_wait (&gates[1], &sources[0]);
  MQTT_gate_wait (&gates[1], &sources[1]);
  MQTT_gate_wait (&gates[1], NULL);
  ck_assert (MQTT_source_waits (&sources[0]));
  MQTT_gate_open (&gates[0]);
  ck_assert_str_eq ("", resumed);
  ck_assert (MQTT_source_waits (&sources[0]));
  MQTT_gate_open (&gates[1]);
  ck_assert_str_eq ("ab", resumed);
  ck_assert (!MQTT_source_waits (&sources[0]));
  MQTT_gate_open (&gates[1]);
  ck_assert_str_eq ("ab", resumed);
  ck_assert_uint_eq (2, MQTT_counter (counters, MQTT_COUNT_SLOWED));
}
END_TEST


START_TEST (ended_source_is_not_resumed)
{
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_wait (&gates[0], &sources[1]);
  MQTT_gate_wait (&gates[1], &sources[0]);
  MQTT_source_done (&sources[0]);
  ck_assert (!MQTT_gate_is_waited_for (&gates[1]));
  MQTT_gate_open (&gates[0]);
  ck_assert_str_eq ("b", resumed);
}
END_TEST


static void
end_second (void)
{
  MQTT_source_done (&sources[1]);
}


START_TEST (one_resumed_ends_another)
{
  for (int i = 0; i < 3; i++)
    MQTT_gate_wait (&gates[0], &sources[i]);
  deed = &end_second;
  MQTT_gate_open (&gates[0]);
  ck_assert_str_eq ("ac", resumed);
}
END_TEST


static void
wait_again (void)
{
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_wait (&gates[0], &sources[1]);
}


START_TEST (who_comes_back_waits)
{
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_wait (&gates[0], &sources[1]);
  MQTT_gate_wait (&gates[0], &sources[2]);
  deed = &wait_again;
  MQTT_gate_open (&gates[0]);
  ck_assert_str_eq ("ac", resumed);
  MQTT_gate_open (&gates[0]);
  ck_assert_str_eq ("acab", resumed);
}
END_TEST


static void
open_again (void)
{
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_open (&gates[0]);
}


START_TEST (opened_while_it_opens)
{
  MQTT_gate_wait (&gates[0], &sources[0]);
  MQTT_gate_wait (&gates[0], &sources[1]);
  deed = &open_again;
  MQTT_gate_open (&gates[0]);
  ck_assert_str_eq ("aab", resumed);
}
END_TEST


static struct MQTT_Gate *mortal;


static void
end_gate (void)
{
  GNUNET_free (mortal);
}


START_TEST (one_resumed_ends_the_gate)
{
  mortal = GNUNET_new (struct MQTT_Gate);
  MQTT_gate_wait (mortal, &sources[0]);
  MQTT_gate_wait (mortal, &sources[1]);
  deed = &end_gate;
  MQTT_gate_open (mortal);
  ck_assert_str_eq ("ab", resumed);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("gate");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, waits_until_all_gates_have_opened);
  tcase_add_test (tc, ended_source_is_not_resumed);
  tcase_add_test (tc, one_resumed_ends_another);
  tcase_add_test (tc, who_comes_back_waits);
  tcase_add_test (tc, opened_while_it_opens);
  tcase_add_test (tc, one_resumed_ends_the_gate);
  return tc;
}


int
main (void)
{
  return run_cases ("gate", cases ());
}
