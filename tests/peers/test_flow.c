/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_flow.c
 * @brief A slow subscriber slows the publisher; nobody's memory grows.
 *
 * FLOW_MIB in the environment is how much is published, 1024 for a long run.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "exchange.h"
#include "group_cases.h"
#include "processes.h"

#define MIB (1024 * 1024)

/** Published unless the environment says otherwise, in MiB. */
#define FLOW_MIB 48

/** Bytes of a message. */
#define MESSAGE_SIZE (32 * 1024)

/** What each may have resident: the queues and the backlog configured below, the
    application's 4 MiB without an answer, the program itself, and what
    allocation wastes. */
#define MEMORY_LIMIT (32 * MIB)

/** Longest wait for the last messages, seconds. */
#define PATIENCE_S 120

/** How long the subscriber stands still, less than STALL_TIMEOUT, and then runs. */
#define TURN_MS 1000

/** Sanitizers keep what was freed: there memory says nothing. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_IS_MEASURED false
#else
#define MEMORY_IS_MEASURED true
#endif


static unsigned int
flow_mib (void)
{
  const char *value = getenv ("FLOW_MIB");

  return (NULL == value) ? FLOW_MIB : (unsigned int)strtoul (value, NULL, 10);
}


static void
check_memory (struct Group *group, const char *who, pid_t pid)
{
  uint64_t peak = process_peak_memory (pid);

  printf ("# %s: %llu MiB at most\n", who, (unsigned long long)(peak / MIB));
  group_check (group, 0 < peak, "%s has ended", who);
  if (MEMORY_IS_MEASURED)
    group_check (group,
                 MEMORY_LIMIT > peak,
                 "%s had %llu MiB",
                 who,
                 (unsigned long long)(peak / MIB));
}


/**
 * Publish @a count messages, as fast as is answered.
 */
static void
publish_many (struct Client *publisher, unsigned int count)
{
  uint64_t text[MESSAGE_SIZE / sizeof (uint64_t)];
  const struct GNUNET_MQTT_Message message = {
    .topic = "flow",
    .topic_size = 4,
    .payload = text,
    .payload_size = sizeof (text),
  };

  for (unsigned int i = 0; i < sizeof (text) / sizeof (*text); i++)
    text[i] = i;
  for (text[0] = 0; text[0] < count; text[0]++)
    publish_message (publisher, &message);
}


/** Makes a process stand still now and then. */
struct Stopper
{
  pid_t pid;
  bool is_stopped;
  unsigned int stops;
  struct GNUNET_SCHEDULER_Task *task;
};


static void
toggle (void *cls)
{
  struct Stopper *stopper = cls;

  stopper->is_stopped = !stopper->is_stopped;
  if (stopper->is_stopped)
    stopper->stops++;
  (void)kill (stopper->pid, stopper->is_stopped ? SIGSTOP : SIGCONT);
  stopper->task = GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, TURN_MS),
    &toggle,
    stopper);
}


static void
end_stopper (void *cls)
{
  struct Stopper *stopper = cls;

  (void)kill (stopper->pid, SIGCONT);
  GNUNET_SCHEDULER_cancel (stopper->task);
  GNUNET_free (stopper);
}


static struct Stopper *
start_stopper (struct Group *group, pid_t pid)
{
  struct Stopper *stopper = GNUNET_new (struct Stopper);

  stopper->pid = pid;
  stopper->task = GNUNET_SCHEDULER_add_now (&toggle, stopper);
  group_at_end (group, &end_stopper, stopper);
  return stopper;
}


/** The subscribing application, a program of its own. */
struct Reader
{
  struct GNUNET_OS_Process *process;
  enum GNUNET_OS_ProcessStatusType status;
  unsigned long code;
};


static void
end_reader (void *cls)
{
  struct Reader *reader = cls;

  if (GNUNET_OS_PROCESS_EXITED != reader->status)
    (void)GNUNET_OS_process_kill (reader->process, SIGKILL);
  GNUNET_OS_process_destroy (reader->process);
  GNUNET_free (reader);
}


/**
 * Start gnunet-mqtt-subscribe on a peer; it ends with code 0 when it has got
 * @a count messages.
 */
static struct Reader *
start_reader (struct Group *group, unsigned int peer, unsigned int count)
{
  struct Reader *reader = GNUNET_new (struct Reader);
  char *file = group_config_file (group, peer);
  char number[16];

  GNUNET_snprintf (number, sizeof (number), "%u", count);
  reader->process = GNUNET_OS_start_process (GNUNET_OS_INHERIT_STD_ERR,
                                             NULL,
                                             NULL,
                                             NULL,
                                             "gnunet-mqtt-subscribe",
                                             "gnunet-mqtt-subscribe",
                                             "-c",
                                             file,
                                             "-t",
                                             "flow",
                                             "-C",
                                             number,
                                             NULL);
  GNUNET_free (file);
  group_check (group, NULL != reader->process, "no gnunet-mqtt-subscribe");
  group_at_end (group, &end_reader, reader);
  group_wait_statistic (group, peer, "mqtt", "# subscriptions", 1);
  return reader;
}


static bool
has_exited (void *cls)
{
  struct Reader *reader = cls;

  return (GNUNET_OK
          == GNUNET_OS_process_status (reader->process,
                                       &reader->status,
                                       &reader->code))
         && (GNUNET_OS_PROCESS_EXITED == reader->status);
}


/**
 * The subscribing application stands still most of the time: the publisher
 * waits, and everything arrives.
 */
static void
slow_subscriber (struct Group *group)
{
  const unsigned int count = flow_mib () * (MIB / MESSAGE_SIZE);
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Reader *reader = start_reader (group, 1, count);
  pid_t reading = GNUNET_OS_process_get_pid (reader->process);
  const struct Stopper *stopper = start_stopper (group, reading);

  publish_many (publisher, count);
  group_check (group, 1 < stopper->stops, "too fast to be slowed");
  check_memory (group, "the subscribing application", reading);
  group_wait (group, PATIENCE_S, &has_exited, reader, "all to arrive");
  group_check (group, 0 == reader->code, "exit code %lu", reader->code);
  group_wait_statistic (group, 0, "mqtt", "# times a publisher was slowed", 1);
  check_memory (group,
                "the publisher's service",
                process_of_service (group, 0, "mqtt"));
  check_memory (group,
                "the subscriber's service",
                process_of_service (group, 1, "mqtt"));
  check_memory (group, "the publishing application", getpid ());
}


static const struct GroupSetting bounds[] = {
  { "mqtt", "CLIENT_QUEUE", "4 MiB" },
  { "mqtt", "LINK_QUEUE", "4 MiB" },
  { "mqtt", "BACKLOG", "8 MiB" },
  { NULL, NULL, NULL },
};

/* Groups of two often get a link that GNUnet paces at 1 MiB/s, of four not. */
static const struct GroupCase cases[] = {
  { "slow subscriber",
    { .peers = 4, .transport = "tcp", .settings = bounds },
    &slow_subscriber },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("flow",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
