/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/flow_mosquitto.c
 * @brief As many publications as pass through mosquitto brokers, counted by a
 *        subscriber.
 *
 * Usage: flow_mosquitto PORT-FROM PORT-TO PAYLOAD-BYTES SECONDS [QOS]
 * Prints: messages per second
 */
#include "common.h"
#include <mosquitto.h>

/** Publications that libmosquitto holds and has not yet written or, at QoS 1 and
    2, that are not acknowledged. */
#define WINDOW 1000

static const char topic[] = "bench/flow";

struct Flow
{
  int port_from;
  int port_to;
  int size;
  int qos;
  unsigned int under_way;
  struct BENCH_Meter meter;
};


static struct mosquitto *
connect_to (int port, struct Flow *flow)
{
  struct mosquitto *mosquitto;

  (void)mosquitto_lib_init ();
  mosquitto = mosquitto_new (NULL, true, flow);
  if ((NULL == mosquitto)
      || (MOSQ_ERR_SUCCESS
          != mosquitto_connect (mosquitto, "127.0.0.1", port, 60)))
    BENCH_fail ("no mosquitto at port %d", port);
  return mosquitto;
}


/**
 * libmosquitto tells this from within mosquitto_publish() too.
 */
static void
written (struct mosquitto *mosquitto, void *cls, int number)
{
  struct Flow *flow = cls;

  (void)mosquitto;
  (void)number;
  flow->under_way--;
}


static void
run_sender (void *cls)
{
  struct Flow *flow = cls;
  struct mosquitto *mosquitto = connect_to (flow->port_from, flow);
  void *payload = GNUNET_malloc ((size_t)flow->size);
  int result = mosquitto_int_option (mosquitto, MOSQ_OPT_SEND_MAXIMUM, WINDOW);

  mosquitto_publish_callback_set (mosquitto, &written);
  while (MOSQ_ERR_SUCCESS == result)
  {
    while ((flow->under_way < WINDOW) && (MOSQ_ERR_SUCCESS == result))
    {
      flow->under_way++;
      result = mosquitto_publish (mosquitto,
                                  NULL,
                                  topic,
                                  flow->size,
                                  payload,
                                  flow->qos,
                                  false);
      if (mosquitto_want_write (mosquitto))
        break;
    }
    if (MOSQ_ERR_SUCCESS == result)
      result = mosquitto_loop (mosquitto, 100, 1);
  }
  BENCH_fail ("sender: %s", mosquitto_strerror (result));
}


static void
count (struct mosquitto *mosquitto,
       void *cls,
       const struct mosquitto_message *message)
{
  struct Flow *flow = cls;

  (void)mosquitto;
  if (message->payloadlen == flow->size)
    BENCH_meter_count (&flow->meter);
}


static void
run_receiver (void *cls)
{
  struct Flow *flow = cls;
  struct mosquitto *mosquitto = connect_to (flow->port_to, flow);
  int result;

  mosquitto_message_callback_set (mosquitto, &count);
  result = mosquitto_subscribe (mosquitto, NULL, topic, flow->qos);
  if (MOSQ_ERR_SUCCESS == result)
    result = mosquitto_loop_forever (mosquitto, -1, 1);
  BENCH_fail ("receiver: %s", mosquitto_strerror (result));
}


int
main (int argc, char **argv)
{
  struct Flow flow = { .port_from = 0 };

  if ((5 != argc) && (6 != argc))
    BENCH_fail ("usage: %s PORT-FROM PORT-TO PAYLOAD-BYTES SECONDS [QOS]",
                argv[0]);
  flow.port_from = (int)BENCH_number (argv[1]);
  flow.port_to = (int)BENCH_number (argv[2]);
  flow.size = (int)BENCH_number (argv[3]);
  flow.meter.seconds = BENCH_number (argv[4]);
  flow.qos = (6 == argc) ? (int)BENCH_number (argv[5]) : 0;
  BENCH_split (&run_receiver, &run_sender, &flow);
}
