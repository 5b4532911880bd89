/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_contents.c
 * @brief Topics, payloads and properties of every kind arrive as they were published.
 */
#include <signal.h>
#include "exchange.h"
#include "gnunet_mqtt_session.h"
#include "group_cases.h"
#include "processes.h"

/** Longest wait for a session, seconds. */
#define PATIENCE_S 60

#define COUNT(array) (sizeof (array) / sizeof (*(array)))

/** Legal topics that may trip somebody. */
static const char *const strange[] = {
  "Gr\303\274\303\237e/\346\270\251\345\272\246/\360\237\214\241",
  " leading/trailing ",
  "a 'b' \"c\" `d` $(e) \\f",
  "(a|b)*/c?/d|e/[f]{2}.",
  "$a/$(b)/$",
  "|",
  "()",
  "*",
  "?/?",
  "/",
  "///",
  "a//",
  "//a",
  "%s%n/%d",
  "<a>&amp;</a>",
  "\357\273\277bom",
  "0/00/000",
};


static void
publish_bytes (struct Client *client,
               const char *topic,
               size_t topic_size,
               const void *payload,
               size_t payload_size)
{
  const struct GNUNET_MQTT_Message message = {
    .topic = topic,
    .topic_size = topic_size,
    .payload = payload,
    .payload_size = payload_size,
  };

  publish_message (client, &message);
}


static void
strange_topics (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);

  for (unsigned int i = 0; i < COUNT (strange); i++)
    (void)subscribe_soon (subscriber, strange[i], strlen (strange[i]), NULL);
  (void)subscribe (subscriber, "#");
  (void)subscribe (subscriber, "$a/#");
  for (unsigned int i = 0; i < COUNT (strange); i++)
    publish (publisher, strange[i]);
  exchange_settle (exchange);
}


/**
 * A topic of 60 kB in one level, one of as many levels as there can be, and
 * both of several kinds of levels.
 */
static void
long_topics (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct Client *subscriber = client_start (exchange, 1);
  const size_t sizes[] = { 60000, GNUNET_MQTT_TOPIC_MAX };
  char *topic = GNUNET_malloc (GNUNET_MQTT_TOPIC_MAX);

  (void)subscribe (subscriber, "#");
  for (unsigned int i = 0; i < COUNT (sizes); i++)
  {
    memset (topic, 'x', sizes[i]);
    (void)subscribe_soon (subscriber, topic, sizes[i], NULL);
    exchange_wait_granted (exchange);
    publish_bytes (publisher, topic, sizes[i], "one level", 9);
    memset (topic, '/', sizes[i]);
    (void)subscribe_soon (subscriber, topic, sizes[i], NULL);
    exchange_wait_granted (exchange);
    publish_bytes (publisher, topic, sizes[i], "many levels", 11);
    for (size_t at = 0; at < sizes[i]; at += 2)
      topic[at] = (char)('a' + at / 2 % 26);
    publish_bytes (publisher, topic, sizes[i], "many short levels", 17);
  }
  GNUNET_free (topic);
  exchange_settle (exchange);
}


/**
 * Payloads of all sizes, up to the largest, of all bytes.
 */
static void
payloads (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  const size_t sizes[] = { 0,
                           1,
                           255,
                           30 * 1024 - 1,
                           30 * 1024,
                           65535,
                           65536,
                           1000000,
                           GNUNET_MQTT_PAYLOAD_DEFAULT_MAX };
  unsigned char *payload = GNUNET_malloc_large (
    GNUNET_MQTT_PAYLOAD_DEFAULT_MAX);

  for (size_t i = 0; i < GNUNET_MQTT_PAYLOAD_DEFAULT_MAX; i++)
    payload[i] = (unsigned char)(i ^ (i >> 8) ^ (i >> 16));
  (void)subscribe (client_start (exchange, 1), "payload");
  (void)subscribe (client_start (exchange, 0), "payload");
  for (unsigned int i = 0; i < COUNT (sizes); i++)
    publish_bytes (publisher, "payload", 7, payload, sizes[i]);
  publish_bytes (publisher, "payload", 7, "\0\0\0", 3);
  publish_bytes (publisher, "payload", 7, "a\0b\0", 4);
  publish_bytes (publisher, "payload", 7, "\xff\xfe\x80", 3);
  exchange_settle (exchange);
  GNUNET_free (payload);
}


static const struct GNUNET_MQTT_UserProperty some[] = {
  { "name", 4, "value", 5 },
  { "name", 4, "value", 5 },
  { "", 0, "", 0 },
  { "\xc3\xbc", 2, "\xe2\x82\xac", 3 }
};


/**
 * A message that says everything it may.
 *
 * @param topic NUL-terminated
 * @param qos its QoS
 */
static struct GNUNET_MQTT_Message
say_everything (const char *topic, uint8_t qos)
{
  return (struct GNUNET_MQTT_Message){
    .topic = topic,
    .topic_size = strlen (topic),
    .payload = "{}",
    .payload_size = 2,
    .qos = qos,
    .payload_format = 1,
    .expiry = GNUNET_TIME_UNIT_HOURS,
    .content_type = "application/json",
    .content_type_size = 16,
    .response_topic = "r/t",
    .response_topic_size = 3,
    .correlation_data = "\0\1\2\xff",
    .correlation_data_size = 4,
    .user_properties = some,
    .user_property_count = COUNT (some),
  };
}


static struct Inbox *
subscribe_surely (struct Client *client, const char *filter)
{
  const struct GNUNET_MQTT_SubscribeOptions options = { .qos = 2 };

  return subscribe_soon (client, filter, strlen (filter), &options);
}


/**
 * Publish messages that say much, less and nothing.
 */
static void
publish_properties (struct Client *publisher, const char *topic, uint8_t qos)
{
  struct GNUNET_MQTT_UserProperty many[1000];
  struct GNUNET_MQTT_Message message = say_everything (topic, qos);

  for (unsigned int i = 0; i < COUNT (many); i++)
    many[i] = (struct GNUNET_MQTT_UserProperty){ "many", 4, "of them", 7 };
  publish_message (publisher, &message);
  message.user_properties = many;
  message.user_property_count = COUNT (many);
  publish_message (publisher, &message);
  message.user_property_count = 0;
  message.payload_size = 0;
  publish_message (publisher, &message);
  message.response_topic_size = 0;
  message.response_topic = NULL;
  publish_message (publisher, &message);
  message.expiry = GNUNET_TIME_UNIT_ZERO;
  publish_message (publisher, &message);
  message.payload_format = 0;
  message.has_payload_format = true;
  publish_message (publisher, &message);
  message.has_payload_format = false;
  message.content_type_size = 0;
  message.correlation_data_size = 0;
  publish_message (publisher, &message);
  message.content_type = NULL;
  message.correlation_data = NULL;
  publish_message (publisher, &message);
}


/** At each QoS. */
static const char *const topics[] = { "a/0", "a/1", "a/2" };


/**
 * Everything else that a message may say.
 */
static void
properties (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);

  (void)subscribe_surely (client_start (exchange, 1), "a/+");
  (void)subscribe_surely (client_start (exchange, 0), "a/+");
  exchange_wait_granted (exchange);
  for (unsigned int qos = 0; qos < COUNT (topics); qos++)
    publish_properties (publisher, topics[qos], (uint8_t)qos);
  exchange_settle (exchange);
}


/**
 * The same of what was retained, for who subscribes later.
 */
static void
retained_properties (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct GNUNET_MQTT_Message messages[COUNT (topics)];

  for (unsigned int qos = 0; qos < COUNT (topics); qos++)
  {
    messages[qos] = say_everything (topics[qos], (uint8_t)qos);
    messages[qos].retain = true;
    publish_message (publisher, &messages[qos]);
  }
  exchange_settle (exchange);
  for (unsigned int peer = 0; peer < 2; peer++)
  {
    struct Inbox *inbox = subscribe_surely (client_start (exchange, peer),
                                            "a/+");

    for (unsigned int qos = 0; qos < COUNT (topics); qos++)
      inbox_expect (inbox, &messages[qos]);
  }
  exchange_settle (exchange);
}


/**
 * What is to be retained says so to subscribers that ask for that, at each peer, and
 * to no others; what is not to be, to nobody.
 */
static void
flags_as_published (struct Group *group)
{
  static const struct GNUNET_MQTT_SubscribeOptions as_published = {
    .qos = 2,
    .retain_as_published = true,
  };
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);

  for (unsigned int peer = 0; peer < 2; peer++)
  {
    struct Client *subscriber = client_start (exchange, peer);

    (void)subscribe_surely (subscriber, "a/+");
    (void)subscribe_soon (subscriber, "#", 1, &as_published);
  }
  exchange_wait_granted (exchange);
  for (unsigned int retain = 0; retain < 2; retain++)
  {
    for (unsigned int qos = 0; qos < COUNT (topics); qos++)
    {
      struct GNUNET_MQTT_Message message = say_everything (topics[qos],
                                                           (uint8_t)qos);

      message.retain = (1 == retain);
      message.payload = message.retain ? "[]" : "{}";
      publish_message (publisher, &message);
    }
    exchange_settle (exchange);
  }
}


/** An application that has a will. */
struct Mortal
{
  struct GNUNET_MQTT_Handle *mqtt;
  bool is_open;
};


static void
handle_opened (void *cls, const struct GNUNET_MQTT_SessionOpened *opened)
{
  struct Mortal *mortal = cls;

  (void)opened;
  mortal->is_open = true;
}


static bool
is_open (void *cls)
{
  const struct Mortal *mortal = cls;

  return mortal->is_open;
}


/**
 * End it without a goodbye.
 */
static void
die (struct Mortal *mortal)
{
  if (NULL != mortal->mqtt)
    GNUNET_MQTT_disconnect (mortal->mqtt);
  mortal->mqtt = NULL;
}


static void
end_mortal (void *cls)
{
  die (cls);
  GNUNET_free (cls);
}


/**
 * Start one at peer 0.
 *
 * @param name its client identifier, NUL-terminated
 * @param will what its will says
 */
static struct Mortal *
start_mortal (struct Group *group,
              const char *name,
              const struct GNUNET_MQTT_Message *will)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .opened = &handle_opened,
  };
  const struct GNUNET_MQTT_Will last = { .message = *will };
  const struct GNUNET_MQTT_SessionOptions options = {
    .client_id = name,
    .client_id_size = strlen (name),
    .will = &last,
  };
  struct Mortal *mortal = GNUNET_new (struct Mortal);

  mortal->mqtt = GNUNET_MQTT_connect (group_service_cfg (group, 0), NULL, NULL);
  group_at_end (group, &end_mortal, mortal);
  group_check (
    group,
    NULL
      != GNUNET_MQTT_session_open (mortal->mqtt, &options, &callbacks, mortal),
    "the will is not legal");
  group_wait (group, PATIENCE_S, &is_open, mortal, "a session");
  return mortal;
}


static void
wake (const pid_t *pid)
{
  (void)kill (*pid, SIGCONT);
}


static void
wake_for_good (void *cls)
{
  wake (cls);
  GNUNET_free (cls);
}


/**
 * Have a peer's service stand still until it is woken, at the end at the latest.
 */
static pid_t *
stop_service (struct Group *group, unsigned int peer)
{
  pid_t *pid = GNUNET_new (pid_t);

  *pid = process_of_service (group, peer, "mqtt");
  group_at_end (group, &wake_for_good, pid);
  (void)kill (*pid, SIGSTOP);
  return pid;
}


/**
 * The same of wills: of a client, published by its peer and retained; and of a peer
 * that is heard of no more, published by another one.
 */
static void
will_properties (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *subscriber = client_start (exchange, 1);
  struct Inbox *inbox = subscribe (subscriber, "will/+");
  struct GNUNET_MQTT_Message client = say_everything ("will/client", 1);
  struct GNUNET_MQTT_Message peer = say_everything ("will/peer", 2);
  struct Mortal *mortal;
  const pid_t *stopped;

  inbox_expect (inbox, &client);
  client.retain = true;
  mortal = start_mortal (group, "client", &client);
  (void)start_mortal (group, "peer", &peer);
  group_wait_statistic (group, 1, "mqtt", "# wills of peers held", 2);
  die (mortal);
  exchange_settle (exchange);
  inbox_expect (subscribe_surely (subscriber, "will/client"), &client);
  exchange_settle (exchange);
  inbox_expect (inbox, &peer);
  stopped = stop_service (group, 0);
  exchange_settle (exchange);
  wake (stopped);
}


static const struct GroupSetting impatient[] = {
  { "mqtt", "PEER_TIMEOUT", "6 s" },
  { NULL, NULL, NULL },
};

static const struct GroupCase cases[] = {
  { "strange topics", { .peers = 2 }, &strange_topics },
  { "long topics", { .peers = 2 }, &long_topics },
  { "payloads", { .peers = 2, .transport = "tcp" }, &payloads },
  { "properties", { .peers = 2 }, &properties },
  { "properties of what is retained", { .peers = 2 }, &retained_properties },
  { "retain as published", { .peers = 2 }, &flags_as_published },
  { "properties of wills",
    { .peers = 2, .settings = impatient },
    &will_properties },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("contents", on_a_group, cases, COUNT (cases));
}
