/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/flow_session.c
 * @brief As many publications at QoS 1 or 2 as pass from a session at one peer to
 *        one at another, on disk at both before they are acknowledged; counted by
 *        the receiver.
 *
 * Usage: flow_session CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS QOS
 * Prints: messages per second
 */
#include "common.h"
#include <unistd.h>
#include "gnunet_mqtt_session.h"

/** Publications under way. */
#define WINDOW 1000

/** What each run uses belongs to it alone. */
#define NAME_SIZE 64

struct End
{
  const char *file;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Session *session;
  struct GNUNET_MQTT_Message message;
  unsigned int under_way;
  struct BENCH_Meter meter;
  char topic[NAME_SIZE];
};

struct Flow
{
  struct End from;
  struct End to;
};


static void
closed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  (void)cls;
  BENCH_fail ("session closed: %s", GNUNET_MQTT_reason_text (reason));
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason);


static void
pump (struct End *end)
{
  for (; end->under_way < WINDOW; end->under_way++)
    if (GNUNET_OK
        != GNUNET_MQTT_session_publish (end->session,
                                        &end->message,
                                        &answered,
                                        end))
      BENCH_fail ("not published");
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct End *end = cls;

  if (GNUNET_MQTT_UNSPECIFIED_ERROR <= reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  end->under_way--;
  pump (end);
}


static void
count (void *cls,
       const struct GNUNET_MQTT_Message *message,
       const uint32_t *identifiers,
       unsigned int identifier_count)
{
  struct End *end = cls;

  (void)identifiers;
  (void)identifier_count;
  if (message->payload_size == end->message.payload_size)
    BENCH_meter_count (&end->meter);
}


/**
 * Open a session that outlives its connection.
 */
static void
open_session (struct End *end, const char *side)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .closed = &closed,
    .message = &count,
  };
  char id[2 * NAME_SIZE];
  struct GNUNET_MQTT_SessionOptions options = {
    .client_id = id,
    .expiry = GNUNET_TIME_UNIT_MINUTES,
    .receive_maximum = WINDOW,
  };

  options.client_id_size = (size_t)
    GNUNET_snprintf (id, sizeof (id), "%s-%s", end->topic, side);
  end->mqtt = GNUNET_MQTT_connect (BENCH_configuration (end->file), NULL, NULL);
  if (NULL == end->mqtt)
    BENCH_fail ("no mqtt service in %s", end->file);
  end->session = GNUNET_MQTT_session_open (end->mqtt,
                                           &options,
                                           &callbacks,
                                           end);
  if (NULL == end->session)
    BENCH_fail ("no session in %s", end->file);
}


static void
start_sending (void *cls)
{
  struct End *end = cls;

  open_session (end, "from");
  pump (end);
}


static void
start_receiving (void *cls)
{
  struct End *end = cls;
  const struct GNUNET_MQTT_SubscribeOptions options = {
    .qos = end->message.qos,
  };

  open_session (end, "to");
  if (GNUNET_OK
      != GNUNET_MQTT_session_subscribe (end->session,
                                        end->topic,
                                        strlen (end->topic),
                                        &options,
                                        NULL,
                                        NULL))
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

  if (6 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS QOS",
                argv[0]);
  flow.from.file = argv[1];
  flow.to.file = argv[2];
  flow.to.meter.seconds = BENCH_number (argv[4]);
  GNUNET_snprintf (flow.from.topic,
                   sizeof (flow.from.topic),
                   "bench/session/%ld",
                   (long)getpid ());
  memcpy (flow.to.topic, flow.from.topic, sizeof (flow.to.topic));
  message->topic = flow.from.topic;
  message->topic_size = strlen (flow.from.topic);
  message->payload_size = BENCH_number (argv[3]);
  message->payload = GNUNET_malloc (message->payload_size);
  message->qos = (uint8_t)BENCH_number (argv[5]);
  flow.to.message = *message;
  BENCH_split (&run_receiver, &run_sender, &flow);
}
