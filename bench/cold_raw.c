/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/cold_raw.c
 * @brief What cold_mqtt does, with nothing but REGEX and CADET: search, open a
 *        channel to who is found, send one message on it.
 *
 * What is announced and searched for is what the service would for the same
 * filter and topic.
 *
 * Usage: cold_raw CONF-FROM CONF-TO NAME
 *        NAME is new, and there is no channel between the two peers yet
 * Prints: milliseconds from the call that searches to the message
 */
#include "common.h"
#include <stdio.h>
#include <stdlib.h>
#include <gnunet/gnunet_cadet_service.h>
#include <gnunet/gnunet_regex_service.h>
#include "core/discovery_code.h"

/** As the service has it. */
#define COMPRESSION (MQTT_CODE_SEARCH_MAX - MQTT_CODE_PREFIX)

struct Cold
{
  const char *from_file;
  const char *to_file;
  char topic[64];
  struct GNUNET_CONFIGURATION_Handle *from;
  struct GNUNET_CADET_Handle *cadet;
  struct GNUNET_CADET_Channel *channel;
  uint64_t started;
};


static void
lost (void *cls, const struct GNUNET_CADET_Channel *channel)
{
  (void)cls;
  (void)channel;
  BENCH_fail ("the channel is lost");
}


/**
 * A peer was found: #GNUNET_REGEX_Found.
 */
static void
found (void *cls,
       const struct GNUNET_PeerIdentity *peer,
       const struct GNUNET_PeerIdentity *get_path,
       unsigned int get_path_length,
       const struct GNUNET_PeerIdentity *put_path,
       unsigned int put_path_length)
{
  struct Cold *cold = cls;
  struct GNUNET_HashCode port = BENCH_port ();
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope = GNUNET_MQ_msg (message,
                                                       BENCH_MESSAGE_TYPE);

  (void)get_path;
  (void)get_path_length;
  (void)put_path;
  (void)put_path_length;
  if (NULL != cold->channel)
    return;
  cold->channel = GNUNET_CADET_channel_create (cold->cadet,
                                               cold,
                                               peer,
                                               &port,
                                               NULL,
                                               &lost,
                                               NULL);
  GNUNET_MQ_send (GNUNET_CADET_get_mq (cold->channel), envelope);
}


static void
search (void *cls)
{
  struct Cold *cold = cls;
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];

  (void)MQTT_discovery_code_searches (cold->topic,
                                      strlen (cold->topic),
                                      searches);
  cold->started = BENCH_now ();
  if (NULL == GNUNET_REGEX_search (cold->from, searches[0].text, &found, cold))
    BENCH_fail ("no REGEX service");
}


static void *
handle_connect (void *cls,
                struct GNUNET_CADET_Channel *channel,
                const struct GNUNET_PeerIdentity *peer)
{
  (void)channel;
  (void)peer;
  return cls;
}


static void
handle_payload (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct Cold *cold = cls;

  (void)message;
  printf ("%.3f\n", (double)(BENCH_now () - cold->started) / 1e6);
  exit (EXIT_SUCCESS);
}


static void
start (void *cls)
{
  struct Cold *cold = cls;
  struct GNUNET_CONFIGURATION_Handle *to = BENCH_configuration (cold->to_file);
  struct GNUNET_HashCode port = BENCH_port ();
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_fixed_size (payload,
                             BENCH_MESSAGE_TYPE,
                             struct GNUNET_MessageHeader,
                             cold),
    GNUNET_MQ_handler_end ()
  };
  struct MQTT_Code code;
  char regex[MQTT_CODE_REGEX_MAX + 1];

  cold->from = BENCH_configuration (cold->from_file);
  cold->cadet = GNUNET_CADET_connect (cold->from);
  (void)GNUNET_CADET_open_port (GNUNET_CADET_connect (to),
                                &port,
                                &handle_connect,
                                cold,
                                NULL,
                                &lost,
                                handlers);
  MQTT_discovery_code (cold->topic,
                       strlen (cold->topic),
                       MQTT_CODE_PRECISE,
                       &code);
  MQTT_discovery_code_regex (&code, regex);
  if (NULL
      == GNUNET_REGEX_announce (to,
                                regex,
                                GNUNET_TIME_UNIT_MINUTES,
                                COMPRESSION))
    BENCH_fail ("no REGEX service");
  (void)GNUNET_SCHEDULER_add_delayed (BENCH_SETTLE_TIME, &search, cold);
}


int
main (int argc, char **argv)
{
  struct Cold cold = { .from_file = NULL };

  if (4 != argc)
    BENCH_fail ("usage: %s CONF-FROM CONF-TO NAME", argv[0]);
  cold.from_file = argv[1];
  cold.to_file = argv[2];
  (void)snprintf (cold.topic, sizeof (cold.topic), "%s/room/heat", argv[3]);
  GNUNET_SCHEDULER_run (&start, &cold);
}
