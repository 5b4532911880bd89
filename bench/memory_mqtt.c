/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/memory_mqtt.c
 * @brief What many subscriptions cost the mqtt service: memory, all that belongs
 *        to a subscription included.
 *
 * Usage: memory_mqtt CONF PID FILTERS
 *        PID is the service's, started for this
 * Prints: bytes a subscription
 */
#include "common.h"
#include <stdio.h>
#include <stdlib.h>
#include "filters.h"
#include "gnunet_mqtt_service.h"

/** Subscriptions asked for at once. */
#define BATCH 1000

struct Memory
{
  const char *file;
  pid_t service;
  unsigned int filters;
  struct GNUNET_MQTT_Handle *mqtt;
  unsigned int asked;
  unsigned int granted;
  uint64_t resident;
};


static void
ignore (void *cls, const struct GNUNET_MQTT_Message *message)
{
  (void)cls;
  (void)message;
}


static void
subscribe_batch (struct Memory *memory);


static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Memory *memory = cls;

  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  if (++memory->granted < memory->asked)
    return;
  if (memory->granted < memory->filters)
  {
    subscribe_batch (memory);
    return;
  }
  printf ("%.1f\n",
          (double)(BENCH_resident (memory->service) - memory->resident)
            / memory->filters);
  exit (EXIT_SUCCESS);
}


static void
subscribe_batch (struct Memory *memory)
{
  char filter[BENCH_NAME_SIZE];
  unsigned int end = GNUNET_MIN (memory->filters, memory->asked + BATCH);

  for (; memory->asked < end; memory->asked++)
  {
    size_t size = BENCH_filter (memory->filters, memory->asked, filter);

    if (NULL
        == GNUNET_MQTT_subscribe (memory->mqtt,
                                  filter,
                                  size,
                                  NULL,
                                  &subscribed,
                                  &ignore,
                                  memory))
      BENCH_fail ("not subscribed");
  }
}


static void
connected (void *cls, enum GNUNET_GenericReturnValue connected)
{
  struct Memory *memory = cls;

  if ((GNUNET_YES != connected) || (0 < memory->asked))
    BENCH_fail ("no connection");
  memory->resident = BENCH_resident (memory->service);
  subscribe_batch (memory);
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
    BENCH_fail ("usage: %s CONF PID FILTERS", argv[0]);
  memory.file = argv[1];
  memory.service = (pid_t)BENCH_number (argv[2]);
  memory.filters = BENCH_number (argv[3]);
  GNUNET_SCHEDULER_run (&start, &memory);
}
