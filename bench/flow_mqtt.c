/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/flow_mqtt.c
 * @brief As many publications as pass from one peer to another, counted by a
 *        subscriber.
 *
 * Usage: flow_mqtt CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS
 * Prints: messages per second
 */
#include "common.h"
#include "gnunet_mqtt_service.h"

/** Publications and bytes under way, as the API's documentation has it. */
#define WINDOW_MESSAGES 1000
#define WINDOW_BYTES (1024 * 1024)

static const char topic[] = "bench/flow";

/** One end of the flow; the other has its own copy. */
struct End
{
  const char *file;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Message message;
  unsigned int window;
  unsigned int under_way;
  struct BENCH_Meter meter;
};

struct Flow
{
  struct End from;
  struct End to;
};


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason);


static void
pump (struct End *end)
{
  while (end->under_way < end->window)
  {
    if (NULL == GNUNET_MQTT_publish (end->mqtt, &end->message, &answered, end))
      BENCH_fail ("not published");
    end->under_way++;
  }
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct End *end = cls;

  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  end->under_way--;
  pump (end);
}


static void
start_sending (void *cls)
{
  struct End *end = cls;

  end->mqtt = GNUNET_MQTT_connect (BENCH_configuration (end->file), NULL, NULL);
  if (NULL == end->mqtt)
    BENCH_fail ("no mqtt service in %s", end->file);
  pump (end);
}


static void
count (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct End *end = cls;

  if (message->payload_size == end->message.payload_size)
    BENCH_meter_count (&end->meter);
}


static void
start_receiving (void *cls)
{
  struct End *end = cls;

  end->mqtt = GNUNET_MQTT_connect (BENCH_configuration (end->file), NULL, NULL);
  if ((NULL == end->mqtt)
      || (NULL
          == GNUNET_MQTT_subscribe (end->mqtt,
                                    topic,
                                    sizeof (topic) - 1,
                                    NULL,
                                    NULL,
                                    &count,
                                    end)))
    BENCH_fail ("not subscribed in %s", end->file);
}


static void
run_sender (void *cls)
{
  struct Flow *flow = cls;

  GNUNET_SCHEDULER_run (&start_sending, &flow->from);
}


static void
run_receiver (void *cls)
{
  struct Flow *flow = cls;

  GNUNET_SCHEDULER_run (&start_receiving, &flow->to);
}


int
main (int argc, char **argv)
{
  struct Flow flow = { .from.message = GNUNET_MQTT_MESSAGE_INIT };
  struct GNUNET_MQTT_Message *message = &flow.from.message;

  if (5 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS", argv[0]);
  flow.from.file = argv[1];
  flow.to.file = argv[2];
  flow.to.meter.seconds = BENCH_number (argv[4]);
  message->topic = topic;
  message->topic_size = sizeof (topic) - 1;
  message->payload_size = BENCH_number (argv[3]);
  message->payload = GNUNET_malloc (message->payload_size);
  flow.to.message.payload_size = message->payload_size;
  flow.from.window = (unsigned int)GNUNET_MIN (
    WINDOW_MESSAGES,
    1 + WINDOW_BYTES / message->payload_size);
  BENCH_split (&run_receiver, &run_sender, &flow);
}
