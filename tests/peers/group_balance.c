/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/group_balance.c
 * @brief Whether every message at the peers of a group is accounted for.
 */
#include "group_balance.h"

/** Longest time for a look at the counters. */
#define PATIENCE_S 60

/** A program that looks at the counters. */
struct Look
{
  struct GNUNET_OS_Process *process;
  enum GNUNET_OS_ProcessStatusType status;
  unsigned long code;
};


static bool
has_looked (void *cls)
{
  struct Look *look = cls;

  return (GNUNET_OK
          == GNUNET_OS_process_status (look->process,
                                       &look->status,
                                       &look->code))
         && (GNUNET_OS_PROCESS_EXITED == look->status);
}


void
group_balance (struct Group *group, const bool *used)
{
  unsigned int peers = group_size (group);
  /* Those that were used are first, then --idle, then the others. */
  unsigned int first = 1;
  unsigned int last = peers + 1;
  char **arguments = GNUNET_new_array (peers + 3, char *);
  struct Look look = { .code = 1 };

  arguments[0] = getenv ("GNUNET_MQTT_BALANCED");
  group_check (group, NULL != arguments[0], "GNUNET_MQTT_BALANCED is not set");
  for (unsigned int i = 0; i < peers; i++)
    arguments[used[i] ? first++ : last--] = group_config_file (group, i);
  arguments[first] = GNUNET_strdup ("--idle");
  look.process = GNUNET_OS_start_process_vap (GNUNET_OS_INHERIT_STD_ERR,
                                              NULL,
                                              NULL,
                                              NULL,
                                              arguments[0],
                                              arguments);
  group_check (group, NULL != look.process, "cannot run %s", arguments[0]);
  group_wait (group, PATIENCE_S, &has_looked, &look, "a look at the counters");
  GNUNET_OS_process_destroy (look.process);
  group_check (group, 0 == look.code, "the counters do not balance");
  for (unsigned int i = 1; i < peers + 2; i++)
    GNUNET_free (arguments[i]);
  GNUNET_free (arguments);
}
