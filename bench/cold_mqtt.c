/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/cold_mqtt.c
 * @brief How long the first publication on a new topic takes to a subscriber at
 *        a peer that the publisher's has nothing to do with yet.
 *
 * Usage: cold_mqtt CONF-FROM CONF-TO NAME [anonymous]
 *        NAME is new, and there is no link between the two peers yet; the
 *        subscriber may be anonymous
 * Prints: milliseconds from the call to the subscriber's callback
 */
#include "common.h"
#include <stdio.h>
#include <stdlib.h>
#include "gnunet_mqtt_service.h"

struct Cold
{
  const char *from_file;
  const char *to_file;
  char topic[64];
  struct GNUNET_MQTT_SubscribeOptions options;
  struct GNUNET_MQTT_Handle *from;
  uint64_t published;
};


static void
publish (void *cls)
{
  struct Cold *cold = cls;
  struct GNUNET_MQTT_Message message = GNUNET_MQTT_MESSAGE_INIT;

  message.topic = cold->topic;
  message.topic_size = strlen (cold->topic);
  cold->published = BENCH_now ();
  if (NULL == GNUNET_MQTT_publish (cold->from, &message, NULL, NULL))
    BENCH_fail ("not published");
}


static void
arrived (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Cold *cold = cls;

  (void)message;
  printf ("%.3f\n", (double)(BENCH_now () - cold->published) / 1e6);
  exit (EXIT_SUCCESS);
}


static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  (void)GNUNET_SCHEDULER_add_delayed (BENCH_SETTLE_TIME, &publish, cls);
}


static void
start (void *cls)
{
  struct Cold *cold = cls;
  struct GNUNET_MQTT_Handle *to = GNUNET_MQTT_connect (
    BENCH_configuration (cold->to_file),
    NULL,
    NULL);

  cold->from = GNUNET_MQTT_connect (BENCH_configuration (cold->from_file),
                                    NULL,
                                    NULL);
  if ((NULL == to) || (NULL == cold->from)
      || (NULL
          == GNUNET_MQTT_subscribe (to,
                                    cold->topic,
                                    strlen (cold->topic),
                                    &cold->options,
                                    &subscribed,
                                    &arrived,
                                    cold)))
    BENCH_fail ("not subscribed");
}


int
main (int argc, char **argv)
{
  struct Cold cold = { .from_file = NULL };

  if ((4 > argc) || (5 < argc)
      || ((5 == argc) && (0 != strcmp ("anonymous", argv[4]))))
    BENCH_fail ("usage: %s CONF-FROM CONF-TO NAME [anonymous]", argv[0]);
  if (5 == argc)
    cold.options.anonymity = GNUNET_MQTT_ANONYMITY_ANONYMOUS;
  cold.from_file = argv[1];
  cold.to_file = argv[2];
  (void)snprintf (cold.topic, sizeof (cold.topic), "%s/room/heat", argv[3]);
  GNUNET_SCHEDULER_run (&start, &cold);
}
