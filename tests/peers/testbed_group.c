/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/testbed_group.c
 * @brief A group of peers under gnunet-testbed.
 */
#include "testbed_group.h"
#include "group_balance.h"
#include "group_config.h"
#include <unistd.h>
#include <check.h>
#include <gnunet/gnunet_statistics_service.h>
#include <gnunet/gnunet_testbed_service.h>

/** Longest time for what concerns one peer only. */
#define PATIENCE_S 60

struct Peer
{
  struct GNUNET_CONFIGURATION_Handle *cfg;
  struct GNUNET_STATISTICS_Handle *statistics;
};

struct AtEnd
{
  struct AtEnd *next;
  void (*act) (void *cls);
  void *cls;
};

struct Group
{
  const struct GroupConfig *config;
  void (*scenario) (struct Group *group);
  struct Turns *turns;
  struct Peer *peers;
  /** Of which of them our service was used. */
  bool *used;
  struct AtEnd *at_end;
  /** Only while the group starts. */
  struct GNUNET_TESTBED_Peer **testbed_peers;
  /** What went wrong first; empty if nothing has. */
  char failure[1024];
  bool has_run;
};


static bool
has_failed (const struct Group *group)
{
  return '\0' != group->failure[0];
}


/* --------------------------- start of the group --------------------------- */

/**
 * What is known of a peer's configuration: #GNUNET_TESTBED_PeerInfoCallback.
 */
static void
take_cfg (void *cls,
          struct GNUNET_TESTBED_Operation *operation,
          const struct GNUNET_TESTBED_PeerInformation *information,
          const char *problem)
{
  struct Peer *peer = cls;

  (void)operation;
  (void)problem;
  if (NULL != information)
    peer->cfg = GNUNET_CONFIGURATION_dup (information->result.cfg);
}


static bool
has_cfg (void *cls)
{
  const struct Peer *peer = cls;

  return NULL != peer->cfg;
}


static unsigned int
neighbours (const struct Group *group, unsigned int peer)
{
  unsigned int last = group->config->peers - 1;

  if ((NULL == group->config->topology)
      || (0 == strcmp ("CLIQUE", group->config->topology)))
    return last;
  return (0 == last) ? 0 : ((0 == peer) || (last == peer)) ? 1 : 2;
}


/**
 * Learn how to reach each peer, and wait until it knows its neighbours.
 */
static void
get_ready (struct Group *group)
{
  for (unsigned int i = 0; i < group->config->peers; i++)
  {
    struct GNUNET_TESTBED_Operation *operation =
      GNUNET_TESTBED_peer_get_information (group->testbed_peers[i],
                                           GNUNET_TESTBED_PIT_CONFIGURATION,
                                           &take_cfg,
                                           &group->peers[i]);

    group_wait (group,
                PATIENCE_S,
                &has_cfg,
                &group->peers[i],
                "a peer's configuration");
    GNUNET_TESTBED_operation_done (operation);
    group->peers[i].statistics = GNUNET_STATISTICS_create ("test",
                                                           group->peers[i].cfg);
  }
  /* The DHT learns of a connection some time after it is made, and CADET
     at the same time. */
  for (unsigned int i = 0; i < group->config->peers; i++)
    group_wait_statistic (group,
                          i,
                          "dht",
                          "# peers connected",
                          neighbours (group, i));
}


static void
run_scenario (void *cls)
{
  struct Group *group = cls;

  get_ready (group);
  group->scenario (group);
  group_balance (group, group->used);
}


static void
scenario_ended (void *cls)
{
  struct Group *group = cls;
  struct AtEnd *at_end;

  turns_free (group->turns);
  group->turns = NULL;
  group->has_run = true;
  while (NULL != (at_end = group->at_end))
  {
    group->at_end = at_end->next;
    at_end->act (at_end->cls);
    GNUNET_free (at_end);
  }
  for (unsigned int i = 0; i < group->config->peers; i++)
  {
    if (NULL != group->peers[i].statistics)
      GNUNET_STATISTICS_destroy (group->peers[i].statistics, GNUNET_NO);
    if (NULL != group->peers[i].cfg)
      GNUNET_CONFIGURATION_destroy (group->peers[i].cfg);
  }
  GNUNET_SCHEDULER_shutdown ();
}


/**
 * All peers run: #GNUNET_TESTBED_TestMaster.
 */
static void
master (void *cls,
        struct GNUNET_TESTBED_RunHandle *run,
        unsigned int peers,
        struct GNUNET_TESTBED_Peer **testbed_peers,
        unsigned int links_succeeded,
        unsigned int links_failed)
{
  struct Group *group = cls;

  (void)run;
  if ((group->config->peers != peers) || (NULL == testbed_peers)
      || (0 < links_failed))
  {
    group_fail (group,
                "%u peers started and %u links made, %u not",
                peers,
                links_succeeded,
                links_failed);
    GNUNET_SCHEDULER_shutdown ();
    return;
  }
  group->testbed_peers = testbed_peers;
  group->turns = turns_begin (&run_scenario, &scenario_ended, group);
}


void
group_run (const struct GroupConfig *config,
           void (*scenario) (struct Group *group))
{
  struct Group group = { .config = config, .scenario = scenario };
  char *file = group_config_write (config);

  group.peers = GNUNET_new_array (config->peers, struct Peer);
  group.used = GNUNET_new_array (config->peers, bool);
  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_TESTBED_test_run ("mqtt-group",
                                             file,
                                             config->peers,
                                             0,
                                             NULL,
                                             NULL,
                                             &master,
                                             &group));
  (void)unlink (file);
  GNUNET_free (file);
  GNUNET_free (group.peers);
  GNUNET_free (group.used);
  ck_assert_msg (!has_failed (&group), "%s", group.failure);
  ck_assert_msg (group.has_run, "the group did not start");
}


/* ---------------------------- for the scenario ---------------------------- */

unsigned int
group_size (const struct Group *group)
{
  return group->config->peers;
}


const struct GNUNET_CONFIGURATION_Handle *
group_cfg (const struct Group *group, unsigned int peer)
{
  return group->peers[peer].cfg;
}


const struct GNUNET_CONFIGURATION_Handle *
group_service_cfg (struct Group *group, unsigned int peer)
{
  group->used[peer] = true;
  return group_cfg (group, peer);
}


char *
group_config_file (const struct Group *group, unsigned int peer)
{
  char *home;
  char *file;

  GNUNET_assert (
    GNUNET_OK
    == GNUNET_CONFIGURATION_get_value_filename (group->peers[peer].cfg,
                                                "PATHS",
                                                "GNUNET_HOME",
                                                &home));
  GNUNET_asprintf (&file, "%s/config", home);
  GNUNET_free (home);
  return file;
}


void
group_at_end (struct Group *group, void (*act) (void *cls), void *cls)
{
  struct AtEnd *at_end = GNUNET_new (struct AtEnd);

  at_end->act = act;
  at_end->cls = cls;
  at_end->next = group->at_end;
  group->at_end = at_end;
}


static void
set_failure (struct Group *group, const char *format, va_list arguments)
{
  if (!has_failed (group))
    (void)
      vsnprintf (group->failure, sizeof (group->failure), format, arguments);
}


void
group_fail (struct Group *group, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  set_failure (group, format, arguments);
  va_end (arguments);
}


void
group_check (struct Group *group, bool holds, const char *format, ...)
{
  va_list arguments;

  if (!holds)
  {
    va_start (arguments, format);
    set_failure (group, format, arguments);
    va_end (arguments);
  }
  if (has_failed (group))
    turns_quit (group->turns);
}


/** A condition, or a failure meanwhile. */
struct Wait
{
  struct Group *group;
  TurnsCondition condition;
  void *cls;
};


static bool
is_over (void *cls)
{
  const struct Wait *wait = cls;

  return has_failed (wait->group)
         || ((NULL != wait->condition) && wait->condition (wait->cls));
}


void
group_wait (struct Group *group,
            unsigned int seconds,
            TurnsCondition condition,
            void *cls,
            const char *what)
{
  struct Wait wait = { .group = group, .condition = condition, .cls = cls };
  bool met = turns_wait (
    group->turns,
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, seconds),
    &is_over,
    &wait);

  group_check (group, met, "waited %u s in vain for %s", seconds, what);
}


void
group_pause (struct Group *group, unsigned int milliseconds)
{
  struct Wait wait = { .group = group };

  (void)turns_wait (
    group->turns,
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, milliseconds),
    &is_over,
    &wait);
  group_check (group, true, " ");
}


/** A question to a statistics service. */
struct Question
{
  struct GNUNET_STATISTICS_GetHandle *get;
  uint64_t value;
};


static int
take_value (void *cls,
            const char *service,
            const char *name,
            uint64_t value,
            int persistent)
{
  struct Question *question = cls;

  (void)service;
  (void)name;
  (void)persistent;
  question->value = value;
  return GNUNET_OK;
}


static void
take_end (void *cls, int success)
{
  struct Question *question = cls;

  (void)success;
  question->get = NULL;
}


static bool
is_answered (void *cls)
{
  const struct Question *question = cls;

  return NULL == question->get;
}


uint64_t
group_statistic (struct Group *group,
                 unsigned int peer,
                 const char *service,
                 const char *name)
{
  struct Question question = { .value = 0 };

  question.get = GNUNET_STATISTICS_get (group->peers[peer].statistics,
                                        service,
                                        name,
                                        &take_end,
                                        &take_value,
                                        &question);
  group_wait (group, PATIENCE_S, &is_answered, &question, "statistics");
  return question.value;
}


void
group_wait_statistic (struct Group *group,
                      unsigned int peer,
                      const char *service,
                      const char *name,
                      uint64_t value)
{
  struct GNUNET_TIME_Absolute limit = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, PATIENCE_S));
  uint64_t now;

  while (value > (now = group_statistic (group, peer, service, name)))
  {
    group_check (group,
                 GNUNET_TIME_absolute_is_future (limit),
                 "peer %u, %s: '%s' is %llu after %u s, not %llu",
                 peer,
                 service,
                 name,
                 (unsigned long long)now,
                 PATIENCE_S,
                 (unsigned long long)value);
    group_pause (group, 20);
  }
}
