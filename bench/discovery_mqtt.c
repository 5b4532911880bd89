/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/discovery_mqtt.c
 * @brief How long it takes until many new topics, published to at once, have
 *        found as many filters of another peer.
 *
 * Usage: discovery_mqtt CONF-FROM CONF-TO COUNT SECONDS NAME
 *        SECONDS is what the filters' peer needs to announce them; NAME is new
 * Prints: milliseconds from the first call to the last callback
 */
#include "common.h"
#include <stdio.h>
#include <stdlib.h>
#include "gnunet_mqtt_service.h"

struct Discovery
{
  const char *from_file;
  const char *to_file;
  const char *name;
  unsigned int count;
  unsigned int seconds;
  struct GNUNET_MQTT_Handle *from;
  unsigned int subscribed;
  unsigned int arrived;
  uint64_t published;
};


static void
publish (void *cls)
{
  struct Discovery *discovery = cls;
  struct GNUNET_MQTT_Message message = GNUNET_MQTT_MESSAGE_INIT;
  char topic[128];

  discovery->published = BENCH_now ();
  for (unsigned int i = 0; i < discovery->count; i++)
  {
    message.topic = topic;
    message.topic_size = (size_t)
      snprintf (topic, sizeof (topic), "%s/%u/heat", discovery->name, i);
    if (NULL == GNUNET_MQTT_publish (discovery->from, &message, NULL, NULL))
      BENCH_fail ("not published");
  }
}


static void
arrived (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Discovery *discovery = cls;

  (void)message;
  if (++discovery->arrived < discovery->count)
    return;
  printf ("%.1f\n", (double)(BENCH_now () - discovery->published) / 1e6);
  exit (EXIT_SUCCESS);
}


/**
 * Once all are subscribed, gives the service time to announce them.
 */
static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Discovery *discovery = cls;

  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  if (++discovery->subscribed < discovery->count)
    return;
  (void)GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS,
                                   discovery->seconds),
    &publish,
    discovery);
}


static void
start (void *cls)
{
  struct Discovery *discovery = cls;
  struct GNUNET_MQTT_Handle *to = GNUNET_MQTT_connect (
    BENCH_configuration (discovery->to_file),
    NULL,
    NULL);
  char filter[128];

  discovery->from = GNUNET_MQTT_connect (
    BENCH_configuration (discovery->from_file),
    NULL,
    NULL);
  if ((NULL == to) || (NULL == discovery->from))
    BENCH_fail ("no mqtt service");
  for (unsigned int i = 0; i < discovery->count; i++)
  {
    size_t size = (size_t)
      snprintf (filter, sizeof (filter), "%s/%u/+", discovery->name, i);

    if (NULL
        == GNUNET_MQTT_subscribe (to,
                                  filter,
                                  size,
                                  NULL,
                                  &subscribed,
                                  &arrived,
                                  discovery))
      BENCH_fail ("not subscribed");
  }
}


int
main (int argc, char **argv)
{
  struct Discovery discovery = { .from_file = NULL };

  if (6 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO COUNT SECONDS NAME", argv[0]);
  discovery.from_file = argv[1];
  discovery.to_file = argv[2];
  discovery.count = BENCH_number (argv[3]);
  discovery.seconds = BENCH_number (argv[4]);
  discovery.name = argv[5];
  GNUNET_SCHEDULER_run (&start, &discovery);
}
