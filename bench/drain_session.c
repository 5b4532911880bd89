/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/drain_session.c
 * @brief How fast a session that returns gets what was queued for it.
 *
 * Usage: drain_session CONF PAYLOAD-BYTES MESSAGES
 * Prints: messages per second, from opening the session to the last one
 */
#include "common.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "gnunet_mqtt_session.h"

/** Publications under way. */
#define WINDOW 1000

/** What each run uses belongs to it alone. */
#define NAME_SIZE 64

struct Drain
{
  const char *file;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Session *session;
  struct GNUNET_MQTT_Message message;
  unsigned int wanted;
  unsigned int published;
  unsigned int answered;
  unsigned int received;
  uint64_t begin;
  char name[NAME_SIZE];
};


static void
closed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  (void)cls;
  BENCH_fail ("session closed: %s", GNUNET_MQTT_reason_text (reason));
}


static void
count (void *cls,
       const struct GNUNET_MQTT_Message *message,
       const uint32_t *identifiers,
       unsigned int identifier_count)
{
  struct Drain *drain = cls;

  (void)message;
  (void)identifiers;
  (void)identifier_count;
  if (++drain->received < drain->wanted)
    return;
  printf ("%.1f\n",
          (double)drain->wanted * 1e9 / (double)(BENCH_now () - drain->begin));
  exit (EXIT_SUCCESS);
}


static void
open_session (struct Drain *drain)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .closed = &closed,
    .message = &count,
  };
  const struct GNUNET_MQTT_SessionOptions options = {
    .client_id = drain->name,
    .client_id_size = strlen (drain->name),
    .expiry = GNUNET_TIME_UNIT_HOURS,
  };

  drain->session = GNUNET_MQTT_session_open (drain->mqtt,
                                             &options,
                                             &callbacks,
                                             drain);
  if (NULL == drain->session)
    BENCH_fail ("no session");
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason);


/**
 * Publish what the session that is away will get; then have it return.
 */
static void
pump (struct Drain *drain)
{
  for (; (drain->published < drain->wanted)
         && (drain->published - drain->answered < WINDOW);
       drain->published++)
    if (NULL
        == GNUNET_MQTT_publish (drain->mqtt, &drain->message, &answered, drain))
      BENCH_fail ("not published");
  if (drain->answered < drain->wanted)
    return;
  drain->begin = BENCH_now ();
  open_session (drain);
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Drain *drain = cls;

  if (GNUNET_MQTT_UNSPECIFIED_ERROR <= reason)
    BENCH_fail ("refused: %s", GNUNET_MQTT_reason_text (reason));
  drain->answered++;
  pump (drain);
}


static void
left (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  if (GNUNET_MQTT_SUCCESS != reason)
    BENCH_fail ("not left: %s", GNUNET_MQTT_reason_text (reason));
  pump (cls);
}


static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Drain *drain = cls;

  if (GNUNET_MQTT_GRANTED_QOS_1 != reason)
    BENCH_fail ("not subscribed: %s", GNUNET_MQTT_reason_text (reason));
  GNUNET_MQTT_session_close (drain->session,
                             GNUNET_MQTT_SUCCESS,
                             NULL,
                             &left,
                             drain);
}


static void
start (void *cls)
{
  static const struct GNUNET_MQTT_SubscribeOptions options = { .qos = 1 };
  struct Drain *drain = cls;

  drain->mqtt = GNUNET_MQTT_connect (BENCH_configuration (drain->file),
                                     NULL,
                                     NULL);
  if (NULL == drain->mqtt)
    BENCH_fail ("no mqtt service in %s", drain->file);
  open_session (drain);
  if (GNUNET_OK
      != GNUNET_MQTT_session_subscribe (drain->session,
                                        drain->name,
                                        strlen (drain->name),
                                        &options,
                                        &subscribed,
                                        drain))
    BENCH_fail ("not subscribed");
}


int
main (int argc, char **argv)
{
  struct Drain drain = { .message = GNUNET_MQTT_MESSAGE_INIT };

  if (4 != argc)
    BENCH_fail ("usage: %s CONF PAYLOAD-BYTES MESSAGES", argv[0]);
  drain.file = argv[1];
  drain.message.payload_size = BENCH_number (argv[2]);
  drain.message.payload = GNUNET_malloc (drain.message.payload_size);
  drain.message.qos = 1;
  drain.wanted = BENCH_number (argv[3]);
  GNUNET_snprintf (drain.name,
                   sizeof (drain.name),
                   "bench/drain/%ld",
                   (long)getpid ());
  drain.message.topic = drain.name;
  drain.message.topic_size = strlen (drain.name);
  GNUNET_SCHEDULER_run (&start, &drain);
}
