/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/latency_mqtt.c
 * @brief How long a publication takes from one peer to another when it is the
 *        only one: from the call to the subscriber's callback.
 *
 * Usage: latency_mqtt CONF-FROM CONF-TO PAYLOAD-BYTES COUNT
 * Prints: 50th and 99th percentile, microseconds
 */
#include "common.h"
#include "gnunet_mqtt_service.h"

static const char topic[] = "bench/latency";

struct Latency
{
  const char *from_file;
  const char *to_file;
  struct GNUNET_MQTT_Handle *from;
  struct GNUNET_MQTT_Message message;
  uint64_t published;
  struct BENCH_Times times;
};


static void
publish (struct Latency *latency)
{
  latency->published = BENCH_now ();
  if (NULL
      == GNUNET_MQTT_publish (latency->from, &latency->message, NULL, NULL))
    BENCH_fail ("not published");
}


static void
arrived (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Latency *latency = cls;

  (void)message;
  if (!BENCH_times_add (&latency->times, BENCH_now () - latency->published))
    BENCH_times_print (&latency->times, 1);
  publish (latency);
}


static void
begin (void *cls)
{
  publish (cls);
}


/**
 * What is published before the publisher's peer knows of the subscription may
 * not arrive.
 */
static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  (void)GNUNET_SCHEDULER_add_delayed (BENCH_SETTLE_TIME, &begin, cls);
}


static void
start (void *cls)
{
  struct Latency *latency = cls;
  struct GNUNET_MQTT_Handle *to = GNUNET_MQTT_connect (
    BENCH_configuration (latency->to_file),
    NULL,
    NULL);

  latency->from = GNUNET_MQTT_connect (BENCH_configuration (latency->from_file),
                                       NULL,
                                       NULL);
  if ((NULL == to) || (NULL == latency->from)
      || (NULL
          == GNUNET_MQTT_subscribe (to,
                                    topic,
                                    sizeof (topic) - 1,
                                    NULL,
                                    &subscribed,
                                    &arrived,
                                    latency)))
    BENCH_fail ("not subscribed");
}


int
main (int argc, char **argv)
{
  struct Latency latency = { .message = GNUNET_MQTT_MESSAGE_INIT };

  if (5 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO PAYLOAD-BYTES COUNT", argv[0]);
  latency.from_file = argv[1];
  latency.to_file = argv[2];
  latency.message.topic = topic;
  latency.message.topic_size = sizeof (topic) - 1;
  latency.message.payload_size = BENCH_number (argv[3]);
  latency.message.payload = GNUNET_malloc (latency.message.payload_size);
  latency.times.wanted = BENCH_number (argv[4]);
  GNUNET_SCHEDULER_run (&start, &latency);
}
