/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_contents.c
 * @brief Topics and payloads of every kind arrive as they were published.
 */
#include "exchange.h"
#include "group_cases.h"

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


/**
 * Everything else that a message may say.
 */
static void
properties (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, 0);
  struct GNUNET_MQTT_UserProperty many[1000];
  const struct GNUNET_MQTT_UserProperty some[] = {
    { "name", 4, "value", 5 },
    { "name", 4, "value", 5 },
    { "", 0, "", 0 },
    { "\xc3\xbc", 2, "\xe2\x82\xac", 3 }
  };
  struct GNUNET_MQTT_Message message = {
    .topic = "a/b",
    .topic_size = 3,
    .payload = "{}",
    .payload_size = 2,
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

  for (unsigned int i = 0; i < COUNT (many); i++)
    many[i] = (struct GNUNET_MQTT_UserProperty){ "many", 4, "of them", 7 };
  (void)subscribe (client_start (exchange, 1), "a/+");
  (void)subscribe (client_start (exchange, 0), "a/+");
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
  exchange_settle (exchange);
}


static const struct GroupCase cases[] = {
  { "strange topics", { .peers = 2 }, &strange_topics },
  { "long topics", { .peers = 2 }, &long_topics },
  { "payloads", { .peers = 2, .transport = "tcp" }, &payloads },
  { "properties", { .peers = 2 }, &properties },
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
