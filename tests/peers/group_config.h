/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/group_config.h
 * @brief The configuration that gnunet-testbed makes a group's peers from.  Only
 *        for testbed_group.c.
 */
#ifndef MQTT_TESTS_PEERS_GROUP_CONFIG_H
#define MQTT_TESTS_PEERS_GROUP_CONFIG_H

#include "testbed_group.h"


/**
 * Write it to a new file.
 *
 * @param config what it is for
 * @return name of the file, to be freed
 */
char *
group_config_write (const struct GroupConfig *config);

#endif
