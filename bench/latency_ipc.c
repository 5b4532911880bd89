/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/latency_ipc.c
 * @brief How long a message takes from a client to a GNUnet service that does
 *        nothing but answer, and back: one hop at each side of a peer.
 *
 * Usage: latency_ipc CONF PAYLOAD-BYTES COUNT
 *        CONF must have a section [bench] that says where the service listens
 * Prints: 50th and 99th percentile of round trips, microseconds
 */
#include "common.h"
#include <stdlib.h>

struct Latency
{
  char *file;
  uint16_t payload_size;
  struct GNUNET_MQ_Handle *mq;
  uint64_t sent;
  struct BENCH_Times times;
};


static void
send_on (struct GNUNET_MQ_Handle *mq, uint16_t size)
{
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope = GNUNET_MQ_msg_extra (
    message,
    size,
    BENCH_MESSAGE_TYPE);

  memset (&message[1], 0, size);
  GNUNET_MQ_send (mq, envelope);
}


/* ------------------------------ the service ------------------------------ */


static void
start_service (void *cls,
               const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct GNUNET_SERVICE_Handle *service)
{
  (void)cls;
  (void)cfg;
  (void)service;
}


static void *
handle_client (void *cls,
               struct GNUNET_SERVICE_Client *client,
               struct GNUNET_MQ_Handle *mq)
{
  (void)cls;
  (void)mq;
  return client;
}


static void
handle_client_end (void *cls,
                   struct GNUNET_SERVICE_Client *client,
                   void *client_cls)
{
  (void)cls;
  (void)client;
  (void)client_cls;
}


static int
check_ping (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  (void)message;
  return GNUNET_OK;
}


static void
handle_ping (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct GNUNET_SERVICE_Client *client = cls;

  send_on (GNUNET_SERVICE_client_get_mq (client),
           (uint16_t)(ntohs (message->size) - sizeof (*message)));
  GNUNET_SERVICE_client_continue (client);
}


static void
run_service (void *cls)
{
  struct Latency *latency = cls;
  char name[] = "bench";
  char option[] = "-c";
  char *const argv[] = { name, option, latency->file, NULL };
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (ping,
                           BENCH_MESSAGE_TYPE,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };

  (void)GNUNET_SERVICE_run_ (3,
                             argv,
                             "bench",
                             GNUNET_SERVICE_OPTION_NONE,
                             &start_service,
                             &handle_client,
                             &handle_client_end,
                             NULL,
                             handlers);
}


/* ------------------------------- the client ------------------------------ */


static void
ping (struct Latency *latency)
{
  latency->sent = BENCH_now ();
  send_on (latency->mq, latency->payload_size);
}


static int
check_pong (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  (void)message;
  return GNUNET_OK;
}


static void
handle_pong (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct Latency *latency = cls;

  (void)message;
  if (!BENCH_times_add (&latency->times, BENCH_now () - latency->sent))
    BENCH_times_print (&latency->times, 1);
  ping (latency);
}


static void
lost (void *cls, enum GNUNET_MQ_Error error)
{
  (void)cls;
  BENCH_fail ("the connection is lost: %d", (int)error);
}


static void
start_client (void *cls)
{
  struct Latency *latency = cls;
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (pong,
                           BENCH_MESSAGE_TYPE,
                           struct GNUNET_MessageHeader,
                           latency),
    GNUNET_MQ_handler_end ()
  };

  latency->mq = GNUNET_CLIENT_connect (BENCH_configuration (latency->file),
                                       "bench",
                                       handlers,
                                       &lost,
                                       latency);
  if (NULL == latency->mq)
    BENCH_fail ("%s has no section [bench]", latency->file);
  ping (latency);
}


static void
run_client (void *cls)
{
  GNUNET_SCHEDULER_run (&start_client, cls);
}


int
main (int argc, char **argv)
{
  struct Latency latency = { .file = NULL };

  if (4 != argc)
    BENCH_fail ("usage: %s CONF PAYLOAD-BYTES COUNT", argv[0]);
  latency.file = argv[1];
  latency.payload_size = (uint16_t)GNUNET_MIN (60000, BENCH_number (argv[2]));
  latency.times.wanted = BENCH_number (argv[3]);
  BENCH_split (&run_client, &run_service, &latency);
}
