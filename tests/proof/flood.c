/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file proof/flood.c
 * @brief Many publishers at once, and who hears them, for the flood tests.
 *
 *     flood -c CONF publish PUBLISHERS SECONDS TOPIC
 *     flood -c CONF subscribe ID FILTER
 *
 * Each publisher has a connection and a session of its own, and publishes at QoS 1
 * as fast as it is let.  When the time is over and all is answered, prints how
 * many were acknowledged and how many refused.  The subscriber has a session that
 * stays; on SIGTERM it prints how many messages it got, and the longest time
 * without any between the first and the last, milliseconds.
 */
#include "gnunet_mqtt_session.h"

/** Publications of one publisher that are not answered. */
#define WINDOW 20

/** Payload of each, bytes. */
#define PAYLOAD 100

struct Flood
{
  char *const *args;
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct Publisher *publishers;
  unsigned int count;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_TIME_Absolute end;
  /** Of all publishers. */
  unsigned int open;
  unsigned long long acknowledged;
  unsigned long long refused;
  unsigned long long received;
  struct GNUNET_TIME_Absolute last;
  struct GNUNET_TIME_Relative pause;
  int result;
};

struct Publisher
{
  struct Flood *flood;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Session *session;
};


/**
 * Say what came of it, and leave.
 */
static void
finish (void *cls)
{
  struct Flood *flood = cls;

  for (unsigned int i = 0; i < flood->count; i++)
    GNUNET_MQTT_disconnect (flood->publishers[i].mqtt);
  if (0 < flood->count)
    printf ("%llu %llu\n", flood->acknowledged, flood->refused);
  if (NULL != flood->mqtt)
  {
    GNUNET_MQTT_disconnect (flood->mqtt);
    printf ("%llu %llu\n",
            flood->received,
            (unsigned long long)flood->pause.rel_value_us / 1000);
  }
  flood->count = 0;
  flood->mqtt = NULL;
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason);


static void
publish (struct Publisher *publisher)
{
  static const char payload[PAYLOAD];
  struct Flood *flood = publisher->flood;
  const struct GNUNET_MQTT_Message message = {
    .topic = flood->args[3],
    .topic_size = strlen (flood->args[3]),
    .payload = payload,
    .payload_size = sizeof (payload),
    .qos = 1,
  };

  flood->open++;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_MQTT_session_publish (publisher->session,
                                                 &message,
                                                 &answered,
                                                 publisher));
}


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Publisher *publisher = cls;
  struct Flood *flood = publisher->flood;

  flood->open--;
  if (GNUNET_MQTT_UNSPECIFIED_ERROR > reason)
    flood->acknowledged++;
  else
    flood->refused++;
  if (GNUNET_TIME_absolute_is_future (flood->end))
    publish (publisher);
  else if (0 == flood->open)
    GNUNET_SCHEDULER_shutdown ();
}


static void
start_publisher (struct Flood *flood, unsigned int i)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .opened = NULL,
  };
  struct Publisher *publisher = &flood->publishers[i];
  char id[32];
  struct GNUNET_MQTT_SessionOptions options = { .client_id = id };

  options.client_id_size = (size_t)
    GNUNET_snprintf (id, sizeof (id), "publisher %u", i);
  publisher->flood = flood;
  publisher->mqtt = GNUNET_MQTT_connect (flood->cfg, NULL, NULL);
  publisher->session = GNUNET_MQTT_session_open (publisher->mqtt,
                                                 &options,
                                                 &callbacks,
                                                 publisher);
  for (unsigned int n = 0; n < WINDOW; n++)
    publish (publisher);
}


static void
received (void *cls,
          const struct GNUNET_MQTT_Message *message,
          const uint32_t *identifiers,
          unsigned int count)
{
  struct Flood *flood = cls;

  (void)message;
  (void)identifiers;
  (void)count;
  if (0 < flood->received++)
    flood->pause = GNUNET_TIME_relative_max (
      flood->pause,
      GNUNET_TIME_absolute_get_duration (flood->last));
  flood->last = GNUNET_TIME_absolute_get ();
}


static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  (void)cls;
  printf ("%02x\n", (unsigned int)reason);
  (void)fflush (stdout);
}


static void
start_subscriber (struct Flood *flood)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .message = &received,
  };
  static const struct GNUNET_MQTT_SubscribeOptions subscribe = { .qos = 1 };
  const struct GNUNET_MQTT_SessionOptions options = {
    .client_id = flood->args[1],
    .client_id_size = strlen (flood->args[1]),
    .expiry = GNUNET_TIME_UNIT_HOURS,
  };

  flood->mqtt = GNUNET_MQTT_connect (flood->cfg, NULL, NULL);
  GNUNET_assert (
    GNUNET_OK
    == GNUNET_MQTT_session_subscribe (
      GNUNET_MQTT_session_open (flood->mqtt, &options, &callbacks, flood),
      flood->args[2],
      strlen (flood->args[2]),
      &subscribe,
      &subscribed,
      flood));
}


/**
 * Main task.
 */
static void
run (void *cls,
     char *const *args,
     const char *cfgfile,
     const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct Flood *flood = cls;
  unsigned int count = 0;

  (void)cfgfile;
  while (NULL != args[count])
    count++;
  flood->args = args;
  flood->cfg = cfg;
  if ((3 == count) && (0 == strcmp ("subscribe", args[0])))
    start_subscriber (flood);
  else if ((4 == count) && (0 == strcmp ("publish", args[0])))
  {
    flood->count = (unsigned int)strtoul (args[1], NULL, 10);
    flood->end = GNUNET_TIME_relative_to_absolute (
      GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS,
                                     strtoull (args[2], NULL, 10)));
    flood->publishers = GNUNET_new_array (flood->count, struct Publisher);
    for (unsigned int i = 0; i < flood->count; i++)
      start_publisher (flood, i);
  }
  else
    return;
  flood->result = 0;
  GNUNET_SCHEDULER_add_shutdown (&finish, flood);
}


int
main (int argc, char *const *argv)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_OPTION_END
  };
  struct Flood flood = { .result = 2 };

  (void)GNUNET_PROGRAM_run (argc,
                            argv,
                            "flood",
                            "clients of the flood tests",
                            options,
                            &run,
                            &flood);
  GNUNET_free (flood.publishers);
  return flood.result;
}
