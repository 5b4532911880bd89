/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/flow_cadet.c
 * @brief As many messages as pass from one peer to another over a bare CADET
 *        channel.
 *
 * Usage: flow_cadet CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS
 * Prints: messages per second
 */
#include "common.h"
#include <gnunet/gnunet_cadet_service.h>

/** Messages the channel's queue holds; CADET has a window of its own behind it. */
#define DEPTH 4

struct Flow
{
  const char *from;
  const char *to;
  uint16_t payload_size;
  struct BENCH_Meter meter;
  struct GNUNET_CADET_Channel *channel;
};


static void
send_one (void *cls)
{
  struct Flow *flow = cls;
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope = GNUNET_MQ_msg_extra (
    message,
    flow->payload_size,
    BENCH_MESSAGE_TYPE);

  memset (&message[1], 0, flow->payload_size);
  GNUNET_MQ_notify_sent (envelope, &send_one, flow);
  GNUNET_MQ_send (GNUNET_CADET_get_mq (flow->channel), envelope);
}


static void
lost (void *cls, const struct GNUNET_CADET_Channel *channel)
{
  (void)cls;
  (void)channel;
  BENCH_fail ("the channel is lost");
}


static void
start_sending (void *cls)
{
  struct Flow *flow = cls;
  struct GNUNET_CONFIGURATION_Handle *to = BENCH_configuration (flow->to);
  struct GNUNET_PeerIdentity peer = BENCH_identity (to);
  struct GNUNET_HashCode port = BENCH_port ();
  struct GNUNET_CADET_Handle *cadet = GNUNET_CADET_connect (
    BENCH_configuration (flow->from));

  flow->channel =
    GNUNET_CADET_channel_create (cadet, flow, &peer, &port, NULL, &lost, NULL);
  for (unsigned int i = 0; i < DEPTH; i++)
    send_one (flow);
}


/** Of an incoming channel. */
struct Incoming
{
  struct Flow *flow;
  struct GNUNET_CADET_Channel *channel;
};


static void *
handle_connect (void *cls,
                struct GNUNET_CADET_Channel *channel,
                const struct GNUNET_PeerIdentity *peer)
{
  struct Incoming *incoming = GNUNET_new (struct Incoming);

  (void)peer;
  incoming->flow = cls;
  incoming->channel = channel;
  return incoming;
}


static int
check_payload (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  (void)message;
  return GNUNET_OK;
}


static void
handle_payload (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct Incoming *incoming = cls;

  (void)message;
  BENCH_meter_count (&incoming->flow->meter);
  GNUNET_CADET_receive_done (incoming->channel);
}


static void
start_receiving (void *cls)
{
  struct Flow *flow = cls;
  struct GNUNET_HashCode port = BENCH_port ();
  struct GNUNET_CADET_Handle *cadet = GNUNET_CADET_connect (
    BENCH_configuration (flow->to));
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (payload,
                           BENCH_MESSAGE_TYPE,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };

  (void)GNUNET_CADET_open_port (cadet,
                                &port,
                                &handle_connect,
                                flow,
                                NULL,
                                &lost,
                                handlers);
}


static void
run_sender (void *cls)
{
  GNUNET_SCHEDULER_run (&start_sending, cls);
}


static void
run_receiver (void *cls)
{
  GNUNET_SCHEDULER_run (&start_receiving, cls);
}


int
main (int argc, char **argv)
{
  struct Flow flow = { .from = NULL };
  unsigned int size;

  if (5 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS", argv[0]);
  flow.from = argv[1];
  flow.to = argv[2];
  size = BENCH_number (argv[3]);
  if (GNUNET_CONSTANTS_MAX_CADET_MESSAGE_SIZE - 100 < size)
    BENCH_fail ("CADET takes no messages of %u bytes", size);
  flow.payload_size = (uint16_t)size;
  flow.meter.seconds = BENCH_number (argv[4]);
  BENCH_split (&run_receiver, &run_sender, &flow);
}
