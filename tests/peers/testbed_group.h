/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/testbed_group.h
 * @brief A group of real peers for one scenario: started, connected, ended.
 *
 * The only file beside its .c that knows gnunet-testbed.  Knows nothing of
 * MQTT but that the peers have our service.
 */
#ifndef MQTT_TESTS_PEERS_TESTBED_GROUP_H
#define MQTT_TESTS_PEERS_TESTBED_GROUP_H

#include "turns.h"

struct Group;

/** A value of the peers' configuration. */
struct GroupSetting
{
  const char *section;
  const char *option;
  const char *value;
};

struct GroupConfig
{
  unsigned int peers;
  /** As [testbed] OVERLAY_TOPOLOGY has it: "CLIQUE" (if NULL) or "LINE". */
  const char *topology;
  /** Transport plugin: "unix" (if NULL) or "tcp". */
  const char *transport;
  /** More configuration; ends with one whose section is NULL.  NULL if none. */
  const struct GroupSetting *settings;
};


/**
 * Run a scenario, and end the test that calls this if it fails.
 *
 * The service's program is that of the environment's GNUNET_MQTT_SERVICE, its
 * defaults are those of the file GNUNET_MQTT_CONF.
 *
 * @param config what group it needs
 * @param scenario called once all peers are connected, in turn with the
 *        scheduler (turns.h); when it returns the group ends
 */
void
group_run (const struct GroupConfig *config,
           void (*scenario) (struct Group *group));


/* All that follows is for the scenario. */

unsigned int
group_size (const struct Group *group);


/**
 * @param peer number of the peer, from 0; in a line, 0 is an end
 */
const struct GNUNET_CONFIGURATION_Handle *
group_cfg (const struct Group *group, unsigned int peer);


/**
 * The same, for one who will use our service of the peer: it must tell what it has
 * counted when the scenario has ended.
 */
const struct GNUNET_CONFIGURATION_Handle *
group_service_cfg (struct Group *group, unsigned int peer);


/**
 * @return name of the file that the peer's processes have their configuration
 *         from, to be freed
 */
char *
group_config_file (const struct Group *group, unsigned int peer);


/**
 * Have something done when the scenario has ended, however it has; what was
 * asked for last is done first.
 */
void
group_at_end (struct Group *group, void (*act) (void *cls), void *cls);


/**
 * Wait; the scenario fails if the time passes first.
 *
 * @param group the group
 * @param seconds for how long at most
 * @param condition what is waited for
 * @param cls closure for @a condition
 * @param what it is, for people
 */
void
group_wait (struct Group *group,
            unsigned int seconds,
            TurnsCondition condition,
            void *cls,
            const char *what);


/**
 * Let some time pass.
 */
void
group_pause (struct Group *group, unsigned int milliseconds);


/**
 * Ask the statistics service of a peer.
 *
 * @param group the group
 * @param peer number of the peer
 * @param service subsystem
 * @param name of the value
 * @return the value, 0 if there is none yet
 */
uint64_t
group_statistic (struct Group *group,
                 unsigned int peer,
                 const char *service,
                 const char *name);


/**
 * Wait until a statistic is at least @a value.
 */
void
group_wait_statistic (struct Group *group,
                      unsigned int peer,
                      const char *service,
                      const char *name,
                      uint64_t value);


/**
 * Fail: what went wrong first is told.  The scenario ends with its next wait;
 * this may be called from any task.
 */
void
group_fail (struct Group *group, const char *format, ...)
  __attribute__ ((format (printf, 2, 3)));


/**
 * Fail if it does not hold, and end the scenario at once.
 */
void
group_check (struct Group *group, bool holds, const char *format, ...)
  __attribute__ ((format (printf, 3, 4)));

#endif
