/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/run_cases.h
 * @brief What the main function of every unit test does.
 */
#ifndef MQTT_TESTS_UNIT_RUN_CASES_H
#define MQTT_TESTS_UNIT_RUN_CASES_H

#include <check.h>


/**
 * Run a suite, in the way that the environment asks for (CK_FORK, CK_VERBOSITY).
 *
 * @param suite the suite, freed here
 * @return exit status of the program
 */
static inline int
run_suite (Suite *suite)
{
  SRunner *runner = srunner_create (suite);
  int failed;

  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return (0 == failed) ? 0 : 1;
}


/**
 * Run test cases.
 *
 * @param name of the suite
 * @param cases the cases, freed here
 * @return exit status of the program
 */
static inline int
run_cases (const char *name, TCase *cases)
{
  Suite *suite = suite_create (name);

  suite_add_tcase (suite, cases);
  return run_suite (suite);
}

#endif
