/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/latency_cadet.c
 * @brief How long a message takes over a bare CADET channel when it is the only
 *        one: half a round trip.
 *
 * Usage: latency_cadet CONF-FROM CONF-TO PAYLOAD-BYTES COUNT
 * Prints: half the 50th and half the 99th percentile of round trips, microseconds
 */
#include "common.h"
#include <gnunet/gnunet_cadet_service.h>

struct Latency
{
  const char *from_file;
  const char *to_file;
  uint16_t payload_size;
  struct GNUNET_CADET_Channel *channel;
  uint64_t sent;
  struct BENCH_Times times;
};

/** An incoming channel. */
struct Incoming
{
  struct Latency *latency;
  struct GNUNET_CADET_Channel *channel;
};


static void
send_to (struct GNUNET_CADET_Channel *channel, uint16_t size)
{
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope = GNUNET_MQ_msg_extra (
    message,
    size,
    BENCH_MESSAGE_TYPE);

  memset (&message[1], 0, size);
  GNUNET_MQ_send (GNUNET_CADET_get_mq (channel), envelope);
}


static void
ping (struct Latency *latency)
{
  latency->sent = BENCH_now ();
  send_to (latency->channel, latency->payload_size);
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
  GNUNET_CADET_receive_done (latency->channel);
  if (!BENCH_times_add (&latency->times, BENCH_now () - latency->sent))
    BENCH_times_print (&latency->times, 2);
  ping (latency);
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
  struct Incoming *incoming = cls;

  (void)message;
  GNUNET_CADET_receive_done (incoming->channel);
  send_to (incoming->channel, incoming->latency->payload_size);
}


static void *
handle_connect (void *cls,
                struct GNUNET_CADET_Channel *channel,
                const struct GNUNET_PeerIdentity *peer)
{
  struct Incoming *incoming = GNUNET_new (struct Incoming);

  (void)peer;
  incoming->latency = cls;
  incoming->channel = channel;
  return incoming;
}


static void
lost (void *cls, const struct GNUNET_CADET_Channel *channel)
{
  (void)cls;
  (void)channel;
  BENCH_fail ("the channel is lost");
}


static void
start (void *cls)
{
  struct Latency *latency = cls;
  struct GNUNET_CONFIGURATION_Handle *to = BENCH_configuration (
    latency->to_file);
  struct GNUNET_PeerIdentity peer = BENCH_identity (to);
  struct GNUNET_HashCode port = BENCH_port ();
  const struct GNUNET_MQ_MessageHandler pings[] = {
    GNUNET_MQ_hd_var_size (ping,
                           BENCH_MESSAGE_TYPE,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };
  const struct GNUNET_MQ_MessageHandler pongs[] = {
    GNUNET_MQ_hd_var_size (pong,
                           BENCH_MESSAGE_TYPE,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };

  (void)GNUNET_CADET_open_port (GNUNET_CADET_connect (to),
                                &port,
                                &handle_connect,
                                latency,
                                NULL,
                                &lost,
                                pings);
  latency->channel = GNUNET_CADET_channel_create (
    GNUNET_CADET_connect (BENCH_configuration (latency->from_file)),
    latency,
    &peer,
    &port,
    NULL,
    &lost,
    pongs);
  ping (latency);
}


int
main (int argc, char **argv)
{
  struct Latency latency = { .from_file = NULL };

  if (5 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO PAYLOAD-BYTES COUNT", argv[0]);
  latency.from_file = argv[1];
  latency.to_file = argv[2];
  latency.payload_size = (uint16_t)GNUNET_MIN (60000, BENCH_number (argv[3]));
  latency.times.wanted = BENCH_number (argv[4]);
  GNUNET_SCHEDULER_run (&start, &latency);
}
