/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/memory_mosquitto.c
 * @brief What many sessions that do nothing cost a mosquitto broker, each with a
 *        subscription: while their client is there, and when it has left.
 *
 * Usage: memory_mosquitto PORT PID SESSIONS
 *        PID is the broker's
 * Prints: bytes a connected session, bytes an offline one
 */
#include "common.h"
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/** As long as the mqtt service has to give memory back, seconds. */
#define REST_S 6

/** Time for one answer of the broker, milliseconds. */
#define PATIENCE_MS 5000


static void
subscribed (struct mosquitto *mosquitto,
            void *cls,
            int number,
            int count,
            const int *qos)
{
  bool *done = cls;

  (void)mosquitto;
  (void)number;
  *done = (1 == count) && (1 == qos[0]);
}


/**
 * Connect one session, and subscribe.
 */
static struct mosquitto *
open_one (int port, unsigned int i)
{
  char name[64];
  bool done = false;
  struct mosquitto *mosquitto;
  int result;

  GNUNET_snprintf (name, sizeof (name), "sensors/%u", i);
  mosquitto = mosquitto_new (name, false, &done);
  if (NULL == mosquitto)
    BENCH_fail ("no client");
  mosquitto_subscribe_callback_set (mosquitto, &subscribed);
  result = mosquitto_connect (mosquitto, "127.0.0.1", port, 600);
  if (MOSQ_ERR_SUCCESS == result)
    result = mosquitto_subscribe (mosquitto, NULL, name, 1);
  while (!done && (MOSQ_ERR_SUCCESS == result))
    result = mosquitto_loop (mosquitto, PATIENCE_MS, 1);
  if (!done)
    BENCH_fail ("session %u: %s", i, mosquitto_strerror (result));
  return mosquitto;
}


int
main (int argc, char **argv)
{
  struct mosquitto **clients;
  unsigned int count;
  uint64_t before;
  double connected;
  pid_t broker;

  if (4 != argc)
    BENCH_fail ("usage: %s PORT PID SESSIONS", argv[0]);
  broker = (pid_t)BENCH_number (argv[2]);
  count = BENCH_number (argv[3]);
  clients = GNUNET_new_array (count, struct mosquitto *);
  (void)mosquitto_lib_init ();
  before = BENCH_resident (broker);
  for (unsigned int i = 0; i < count; i++)
    clients[i] = open_one ((int)BENCH_number (argv[1]), i);
  connected = (double)(BENCH_resident (broker) - before) / count;
  for (unsigned int i = 0; i < count; i++)
  {
    (void)mosquitto_disconnect (clients[i]);
    mosquitto_destroy (clients[i]);
  }
  /* It has noticed all of them when it answers one more. */
  (void)mosquitto_disconnect (open_one ((int)BENCH_number (argv[1]), count));
  (void)sleep (REST_S);
  printf ("%.1f %.1f\n",
          connected,
          (double)(BENCH_resident (broker) - before) / count);
  return EXIT_SUCCESS;
}
