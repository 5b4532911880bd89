/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file proof/client.c
 * @brief One client of the proofs, and what it writes into its ledger.
 *
 *     client -c CONF publish ID TOPIC QOS RATE LEDGER
 *     client -c CONF subscribe ID FILTER QOS LEDGER
 *
 * A publisher's payloads are numbers from 1 on.  It notes "s N" before it publishes
 * N, and "a N" when the service has answered that N is safe ("f N REASON" if it
 * has refused).  On SIGTERM it publishes no more, and ends when all is answered.
 * A subscriber notes "r TOPIC N" for each message, before it is acknowledged.  It
 * notes "o" when its session was opened and was there, "n" when it was new.
 *
 * A line is written at once and whole, so that a ledger is right up to the moment
 * in which its client is killed.
 */
#include <fcntl.h>
#include <unistd.h>
#include "gnunet_mqtt_session.h"

/** Most publications that are not answered. */
#define WINDOW 100

/** Sessions stay for the whole test. */
#define EXPIRY GNUNET_TIME_UNIT_HOURS

struct Client
{
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Session *session;
  char *const *args;
  struct GNUNET_SCHEDULER_Task *task;
  /** Publications that were not answered. */
  unsigned int open;
  uint64_t number;
  struct GNUNET_TIME_Relative pause;
  int ledger;
  uint8_t qos;
  bool publishes;
  bool ends;
  int result;
};

/** A publication under way. */
struct Sent
{
  struct Client *client;
  uint64_t number;
};


/**
 * Write a line into the ledger.
 */
static void
note (struct Client *client, const char *format, ...)
{
  char line[512];
  va_list arguments;
  int size;

  va_start (arguments, format);
  size = vsnprintf (line, sizeof (line), format, arguments);
  va_end (arguments);
  GNUNET_assert ((0 < size) && ((size_t)size < sizeof (line)));
  GNUNET_assert (size == write (client->ledger, line, (size_t)size));
}


static void
stop (void *cls)
{
  struct Client *client = cls;

  client->task = NULL;
  /* Without a goodbye: the session stays as it is. */
  if (NULL != client->mqtt)
    GNUNET_MQTT_disconnect (client->mqtt);
  client->mqtt = NULL;
  (void)close (client->ledger);
}


static void
opened (void *cls, const struct GNUNET_MQTT_SessionOpened *info)
{
  note (cls, info->present ? "o\n" : "n\n");
}


static void
closed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Client *client = cls;

  note (client, "x %02x\n", (unsigned int)reason);
  client->result = 1;
  GNUNET_SCHEDULER_shutdown ();
}


static void
received (void *cls,
          const struct GNUNET_MQTT_Message *message,
          const uint32_t *identifiers,
          unsigned int count)
{
  (void)identifiers;
  (void)count;
  note (cls,
        "r %.*s %.*s\n",
        (int)message->topic_size,
        message->topic,
        (int)message->payload_size,
        (const char *)message->payload);
}


static void
subscribed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  note (cls, "g %02x\n", (unsigned int)reason);
}


static void
publish_next (void *cls);


static void
answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Sent *sent = cls;
  struct Client *client = sent->client;

  if (GNUNET_MQTT_UNSPECIFIED_ERROR > reason)
    note (client, "a %llu\n", (unsigned long long)sent->number);
  else
    note (client,
          "f %llu %02x\n",
          (unsigned long long)sent->number,
          (unsigned int)reason);
  GNUNET_free (sent);
  client->open--;
  if (client->ends && (0 == client->open))
    client->task = GNUNET_SCHEDULER_add_now (&stop, client);
  else if (!client->ends && (NULL == client->task))
    client->task = GNUNET_SCHEDULER_add_delayed (client->pause,
                                                 &publish_next,
                                                 client);
}


/**
 * Task: publish the next number.
 */
static void
publish_next (void *cls)
{
  struct Client *client = cls;
  struct Sent *sent = GNUNET_new (struct Sent);
  char payload[24];
  struct GNUNET_MQTT_Message message = {
    .topic = client->args[2],
    .topic_size = strlen (client->args[2]),
    .payload = payload,
    .qos = client->qos,
  };

  client->task = NULL;
  sent->client = client;
  sent->number = ++client->number;
  message.payload_size = (size_t)GNUNET_snprintf (
    payload,
    sizeof (payload),
    "%llu",
    (unsigned long long)sent->number);
  note (client, "s %llu\n", (unsigned long long)sent->number);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_MQTT_session_publish (client->session,
                                                 &message,
                                                 &answered,
                                                 sent));
  if (++client->open < WINDOW)
    client->task = GNUNET_SCHEDULER_add_delayed (client->pause,
                                                 &publish_next,
                                                 client);
}


/**
 * SIGTERM: publish no more.
 */
static void
finish (void *cls)
{
  struct Client *client = cls;

  if (NULL != client->task)
    GNUNET_SCHEDULER_cancel (client->task);
  client->task = NULL;
  if (!client->publishes || (0 == client->open))
  {
    stop (client);
    return;
  }
  client->ends = true;
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
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .opened = &opened,
    .closed = &closed,
    .message = &received,
  };
  struct Client *client = cls;
  struct GNUNET_MQTT_SessionOptions options = { .expiry = EXPIRY };
  struct GNUNET_MQTT_SubscribeOptions subscribe = { .qos = 0 };
  unsigned int count = 0;

  (void)cfgfile;
  while (NULL != args[count])
    count++;
  client->args = args;
  client->publishes = (6 == count) && (0 == strcmp ("publish", args[0]));
  if (!client->publishes
      && ((5 != count) || (0 != strcmp ("subscribe", args[0]))))
    return;
  client->ledger = open (args[count - 1], O_WRONLY | O_CREAT | O_APPEND, 0600);
  GNUNET_assert (0 <= client->ledger);
  client->qos = (uint8_t)(args[3][0] - '0');
  client->result = 0;
  client->mqtt = GNUNET_MQTT_connect (cfg, NULL, NULL);
  options.client_id = args[1];
  options.client_id_size = strlen (args[1]);
  client->session = GNUNET_MQTT_session_open (client->mqtt,
                                              &options,
                                              &callbacks,
                                              client);
  GNUNET_SCHEDULER_add_shutdown (&finish, client);
  if (client->publishes)
  {
    client->pause = GNUNET_TIME_relative_divide (GNUNET_TIME_UNIT_SECONDS,
                                                 strtoull (args[4], NULL, 10));
    client->task = GNUNET_SCHEDULER_add_now (&publish_next, client);
    return;
  }
  subscribe.qos = client->qos;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_MQTT_session_subscribe (client->session,
                                                   args[2],
                                                   strlen (args[2]),
                                                   &subscribe,
                                                   &subscribed,
                                                   client));
}


int
main (int argc, char *const *argv)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_OPTION_END
  };
  struct Client client = { .ledger = -1, .result = 2 };

  (void)GNUNET_PROGRAM_run (argc,
                            argv,
                            "client",
                            "a client of the proofs",
                            options,
                            &run,
                            &client);
  return client.result;
}
