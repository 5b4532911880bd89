/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/memory_sessions.c
 * @brief What many sessions that do nothing cost the mqtt service, each with a
 *        subscription: while their client is there, and when it has left.
 *
 * Usage: memory_sessions CONF PID SESSIONS
 *        PID is the service's, started for this
 * Prints: bytes a connected session, bytes an offline one
 */
#include "common.h"
#include <stdio.h>
#include <stdlib.h>
#include "gnunet_mqtt_session.h"

/** Until what was needed for a moment only is given back. */
#define REST GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 6)

/** Sessions opened at once. */
#define BATCH 500

struct Memory
{
  const char *file;
  pid_t service;
  unsigned int wanted;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Session **sessions;
  unsigned int asked;
  unsigned int granted;
  unsigned int left;
  uint64_t resident;
  double connected;
};


static double
bytes_each (const struct Memory *memory)
{
  return (double)(BENCH_resident (memory->service) - memory->resident)
         / memory->wanted;
}


static void
closed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  (void)cls;
  BENCH_fail ("session closed: %s", GNUNET_MQTT_reason_text (reason));
}


/**
 * Task: all is quiet.
 */
static void
print (void *cls)
{
  const struct Memory *memory = cls;

  printf ("%.1f %.1f\n", memory->connected, bytes_each (memory));
  exit (EXIT_SUCCESS);
}


static void
left (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Memory *memory = cls;

  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("not left: %s", GNUNET_MQTT_reason_text (reason));
  if (++memory->left == memory->wanted)
    GNUNET_SCHEDULER_add_delayed (REST, &print, memory);
}


static void
open_batch (struct Memory *memory);


static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Memory *memory = cls;

  if (GNUNET_MQTT_GRANTED_QOS_1 != reason)
    BENCH_fail ("not subscribed: %s", GNUNET_MQTT_reason_text (reason));
  if (++memory->granted < memory->asked)
    return;
  if (memory->granted < memory->wanted)
  {
    open_batch (memory);
    return;
  }
  memory->connected = bytes_each (memory);
  for (unsigned int i = 0; i < memory->wanted; i++)
    GNUNET_MQTT_session_close (memory->sessions[i],
                               GNUNET_MQTT_SUCCESS,
                               NULL,
                               &left,
                               memory);
}


static void
open_one (struct Memory *memory)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .closed = &closed,
  };
  static const struct GNUNET_MQTT_SubscribeOptions subscribe = { .qos = 1 };
  char name[64];
  struct GNUNET_MQTT_SessionOptions options = {
    .client_id = name,
    .expiry = GNUNET_TIME_UNIT_HOURS,
  };
  struct GNUNET_MQTT_Session *session;

  options.client_id_size = (size_t)
    GNUNET_snprintf (name, sizeof (name), "sensors/%u", memory->asked);
  session = GNUNET_MQTT_session_open (memory->mqtt,
                                      &options,
                                      &callbacks,
                                      memory);
  memory->sessions[memory->asked++] = session;
  if ((NULL == session)
      || (GNUNET_OK
          != GNUNET_MQTT_session_subscribe (session,
                                            name,
                                            options.client_id_size,
                                            &subscribe,
                                            &subscribed,
                                            memory)))
    BENCH_fail ("no session");
}


static void
open_batch (struct Memory *memory)
{
  unsigned int end = GNUNET_MIN (memory->wanted, memory->asked + BATCH);

  while (memory->asked < end)
    open_one (memory);
}


static void
connected (void *cls, enum GNUNET_GenericReturnValue connected)
{
  struct Memory *memory = cls;

  if ((GNUNET_YES != connected) || (0 < memory->asked))
    BENCH_fail ("no connection");
  memory->resident = BENCH_resident (memory->service);
  open_batch (memory);
}


static void
start (void *cls)
{
  struct Memory *memory = cls;

  memory->mqtt = GNUNET_MQTT_connect (BENCH_configuration (memory->file),
                                      &connected,
                                      memory);
  if (NULL == memory->mqtt)
    BENCH_fail ("no mqtt service in %s", memory->file);
}


int
main (int argc, char **argv)
{
  struct Memory memory = { .file = NULL };

  if (4 != argc)
    BENCH_fail ("usage: %s CONF PID SESSIONS", argv[0]);
  memory.file = argv[1];
  memory.service = (pid_t)BENCH_number (argv[2]);
  memory.wanted = BENCH_number (argv[3]);
  memory.sessions = GNUNET_new_array (memory.wanted,
                                      struct GNUNET_MQTT_Session *);
  GNUNET_SCHEDULER_run (&start, &memory);
}
