/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/latency_publish.c
 * @brief How long the service takes to say that a publication at QoS 1 is safe, at
 *        100 of them a second.
 *
 * Usage: latency_publish CONF PAYLOAD-BYTES COUNT
 * Prints: 50th and 99th percentile, microseconds
 */
#include "common.h"
#include "gnunet_mqtt_service.h"

/** From one publication to the next. */
#define INTERVAL \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 10)

static const char topic[] = "bench/publish";

struct Latency
{
  const char *file;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Message message;
  struct BENCH_Times times;
};

/** A publication under way. */
struct Sent
{
  struct Latency *latency;
  uint64_t at;
};


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Sent *sent = cls;
  struct Latency *latency = sent->latency;

  if (GNUNET_MQTT_UNSPECIFIED_ERROR <= reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  if (!BENCH_times_add (&latency->times, BENCH_now () - sent->at))
    BENCH_times_print (&latency->times, 1);
  GNUNET_free (sent);
}


static void
publish (void *cls)
{
  struct Latency *latency = cls;
  struct Sent *sent = GNUNET_new (struct Sent);

  (void)GNUNET_SCHEDULER_add_delayed (INTERVAL, &publish, latency);
  sent->latency = latency;
  sent->at = BENCH_now ();
  if (NULL
      == GNUNET_MQTT_publish (latency->mqtt,
                              &latency->message,
                              &answered,
                              sent))
    BENCH_fail ("not published");
}


static void
start (void *cls)
{
  struct Latency *latency = cls;

  latency->mqtt = GNUNET_MQTT_connect (BENCH_configuration (latency->file),
                                       NULL,
                                       NULL);
  if (NULL == latency->mqtt)
    BENCH_fail ("no mqtt service in %s", latency->file);
  publish (latency);
}


int
main (int argc, char **argv)
{
  struct Latency latency = { .message = GNUNET_MQTT_MESSAGE_INIT };

  if (4 != argc)
    BENCH_fail ("usage: %s CONF PAYLOAD-BYTES COUNT", argv[0]);
  latency.file = argv[1];
  latency.message.topic = topic;
  latency.message.topic_size = sizeof (topic) - 1;
  latency.message.qos = 1;
  latency.message.payload_size = BENCH_number (argv[2]);
  latency.message.payload = GNUNET_malloc (latency.message.payload_size);
  latency.times.wanted = BENCH_number (argv[3]);
  GNUNET_SCHEDULER_run (&start, &latency);
}
