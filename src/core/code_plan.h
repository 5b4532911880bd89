/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/code_plan.h
 * @brief Which codes to announce for all the filters of a peer, within a budget.
 *
 * Holds the filters' codes with a count each.  While there are more distinct
 * codes than the budget allows, those of the most crowded first levels are made
 * coarser, level by level, and in the end all together become "anything"; so ten
 * thousand filters work, only less precisely.  Knows nothing of REGEX or time.
 */
#ifndef MQTT_CORE_CODE_PLAN_H
#define MQTT_CORE_CODE_PLAN_H

#include "discovery_code.h"

struct MQTT_CodePlan;


/**
 * @param budget most codes to announce, at least 2
 */
struct MQTT_CodePlan *
MQTT_code_plan_create (unsigned int budget);


void
MQTT_code_plan_destroy (struct MQTT_CodePlan *plan);


/**
 * Add a filter, or one more user of the same filter's code.
 *
 * @param plan the plan
 * @param filter legal topic filter, without "$share/…"; not kept
 * @param size bytes of it
 */
void
MQTT_code_plan_add (struct MQTT_CodePlan *plan,
                    const char *filter,
                    size_t size);


/**
 * Take back one MQTT_code_plan_add() of the same filter.
 */
void
MQTT_code_plan_remove (struct MQTT_CodePlan *plan,
                       const char *filter,
                       size_t size);


/**
 * Work out what to announce now.  Deterministic for a given set of filters.
 * Cheap when nothing was added or removed since the last call; otherwise linear
 * in the number of distinct precise codes, so callers collect changes.
 *
 * @param plan the plan
 * @param[out] count number of codes, at most the budget
 * @return the codes, distinct, in a fixed order (memcmp()); owned by the plan,
 *         valid until its next call
 */
const struct MQTT_Code *
MQTT_code_plan_codes (struct MQTT_CodePlan *plan, unsigned int *count);


/**
 * @return true if what MQTT_code_plan_codes() last said is coarser than the filters
 */
bool
MQTT_code_plan_is_coarse (const struct MQTT_CodePlan *plan);

#endif
