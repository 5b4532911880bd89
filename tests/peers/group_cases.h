/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/group_cases.h
 * @brief What the main function of every test with groups of peers does.
 */
#ifndef MQTT_TESTS_PEERS_GROUP_CASES_H
#define MQTT_TESTS_PEERS_GROUP_CASES_H

#include "../unit/run_cases.h"
#include "testbed_group.h"

/** A scenario on a group. */
struct GroupCase
{
  const char *name;
  struct GroupConfig config;
  void (*scenario) (struct Group *group);
};


/**
 * Run cases, each on a group of its own, one after the other.
 *
 * @param name of the suite
 * @param test runs the case whose number is _i
 * @param cases the cases; CK_RUN_CASE names one to run it alone
 * @param count their number
 * @return exit status of the program
 */
static inline int
run_group_cases (const char *name,
                 const TTest *test,
                 const struct GroupCase *cases,
                 unsigned int count)
{
  Suite *suite = suite_create (name);

  for (unsigned int i = 0; i < count; i++)
  {
    TCase *tcase = tcase_create (cases[i].name);

    tcase_add_loop_test (tcase, test, (int)i, (int)i + 1);
    suite_add_tcase (suite, tcase);
  }
  return run_suite (suite);
}

#endif
