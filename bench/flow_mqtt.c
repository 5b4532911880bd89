/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/flow_mqtt.c
 * @brief As many publications as pass from one peer to another, counted by a
 *        subscriber.
 *
 * Usage: flow_mqtt CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS [owned | free]
 *
 * With "owned" the topic belongs to an ego that is made for it; with "free" it is of
 * the same length, and nobody's.
 *
 * Prints: messages per second
 */
#include "common.h"
#include "gnunet_mqtt_channel.h"
#include "gnunet_mqtt_service.h"

/** Publications and bytes under way, as the API's documentation has it. */
#define WINDOW_MESSAGES 1000
#define WINDOW_BYTES (1024 * 1024)

/** One end of the flow; the other has its own copy. */
struct End
{
  const char *file;
  struct GNUNET_MQTT_Handle *mqtt;
  struct GNUNET_MQTT_Message message;
  /** Owner of the topic; NULL if it is free. */
  const struct GNUNET_IDENTITY_PrivateKey *owner;
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
  if (NULL != end->owner)
    (void)GNUNET_MQTT_channel_own (end->mqtt, end->owner, NULL, NULL);
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
                                    end->message.topic,
                                    end->message.topic_size,
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


/**
 * Make an ego.
 *
 * @param[out] key its private key
 * @param owned false: spoil the topic
 * @return a topic that belongs to it
 */
static char *
make_owner (struct GNUNET_IDENTITY_PrivateKey *key, bool owned)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  char *text;
  char *topic;

  key->type = htonl (GNUNET_IDENTITY_TYPE_ECDSA);
  GNUNET_CRYPTO_ecdsa_key_create (&key->ecdsa_key);
  if (GNUNET_OK != GNUNET_IDENTITY_key_get_public (key, &owner))
    BENCH_fail ("no key");
  text = GNUNET_IDENTITY_public_key_to_string (&owner);
  /* No digit of a key. */
  if (!owned)
    text[0] = '-';
  GNUNET_asprintf (&topic, "%s/flow", text);
  GNUNET_free (text);
  return topic;
}


int
main (int argc, char **argv)
{
  struct GNUNET_IDENTITY_PrivateKey owner = { 0 };
  struct Flow flow = { .from.message = GNUNET_MQTT_MESSAGE_INIT };
  struct GNUNET_MQTT_Message *message = &flow.from.message;
  bool owned = (6 == argc) && (0 == strcmp ("owned", argv[5]));
  bool alike = (6 == argc) && (0 == strcmp ("free", argv[5]));

  if ((5 != argc) && !owned && !alike)
    BENCH_fail (
      "usage: %s CONF-FROM CONF-TO PAYLOAD-BYTES SECONDS [owned | free]",
      argv[0]);
  flow.from.file = argv[1];
  flow.to.file = argv[2];
  flow.to.meter.seconds = BENCH_number (argv[4]);
  message->topic = "bench/flow";
  if (owned || alike)
    message->topic = make_owner (&owner, owned);
  if (owned)
    flow.from.owner = &owner;
  message->topic_size = strlen (message->topic);
  message->payload_size = BENCH_number (argv[3]);
  message->payload = GNUNET_malloc (message->payload_size);
  flow.to.message = *message;
  flow.from.window = (unsigned int)GNUNET_MIN (
    WINDOW_MESSAGES,
    1 + WINDOW_BYTES / message->payload_size);
  BENCH_split (&run_receiver, &run_sender, &flow);
}
