/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/exchange_publish.c
 * @brief What is published, and what of it must arrive where.
 */
#include "exchange_state.h"

/** How long nothing may arrive that must not. */
#define SETTLE_MS 400

/** Between two publications, while a subscriber is still to be found. */
#define PUBLISH_PAUSE_MS 50

/** What may be unanswered before publish_message() waits. */
#define UNANSWERED_MAX 1000
#define UNANSWERED_BYTES_MAX (4 * 1024 * 1024)

/** A publication without an answer. */
struct Unanswered
{
  struct Exchange *exchange;
  size_t bytes;
};


/**
 * #GNUNET_MQTT_PublishContinuation
 */
static void
handle_published (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Unanswered *unanswered = cls;
  struct Exchange *exchange = unanswered->exchange;

  exchange->unanswered--;
  exchange->unanswered_bytes -= unanswered->bytes;
  if (GNUNET_MQTT_SUCCESS != reason)
    group_fail (exchange->group,
                "publication: %s",
                GNUNET_MQTT_reason_text (reason));
  GNUNET_free (unanswered);
}


static bool
has_room (void *cls)
{
  const struct Exchange *exchange = cls;

  return (UNANSWERED_MAX > exchange->unanswered)
         && (UNANSWERED_BYTES_MAX > exchange->unanswered_bytes);
}


/**
 * Write down for each subscriber what it should get.
 */
static void
expect (struct Client *client, const struct GNUNET_MQTT_Message *message)
{
  struct Exchange *exchange = client->exchange;
  struct Letter *letter = letter_create (client, ++exchange->number, message);

  for (struct Inbox *inbox = exchange->inboxes_head; NULL != inbox;
       inbox = inbox->next)
    if (GNUNET_MQTT_topic_matches (inbox->filter,
                                   inbox->filter_size,
                                   message->topic,
                                   message->topic_size)
        && !(inbox->no_local && (client == inbox->client)))
      letter_box_expect (inbox->box,
                         letter,
                         message->retain && inbox->as_published,
                         DEMAND_ALL == inbox->demand);
  letter_free (letter);
}


void
inbox_expect (struct Inbox *inbox, const struct GNUNET_MQTT_Message *message)
{
  struct Exchange *exchange = inbox->client->exchange;
  struct Letter *letter = letter_create (NULL, ++exchange->number, message);

  letter_box_expect (inbox->box, letter, message->retain, true);
  letter_free (letter);
}


void
publish_message (struct Client *client,
                 const struct GNUNET_MQTT_Message *message)
{
  struct Exchange *exchange = client->exchange;
  struct Unanswered *unanswered;

  if (!has_room (exchange))
    group_wait (exchange->group,
                PATIENCE_S,
                &has_room,
                exchange,
                "publications to be answered");
  expect (client, message);
  unanswered = GNUNET_new (struct Unanswered);
  unanswered->exchange = exchange;
  unanswered->bytes = message->payload_size;
  exchange->unanswered++;
  exchange->unanswered_bytes += message->payload_size;
  group_check (exchange->group,
               NULL
                 != GNUNET_MQTT_publish (client->mqtt,
                                         message,
                                         &handle_published,
                                         unanswered),
               "'%.*s' cannot be published",
               (int)GNUNET_MIN (message->topic_size, 200),
               message->topic);
}


static void
publish_text (struct Client *client, const char *topic, uint8_t qos)
{
  char text[64];
  struct GNUNET_MQTT_Message message = {
    .topic = topic,
    .topic_size = strlen (topic),
    .payload = text,
    .qos = qos,
  };

  message.payload_size = (size_t)GNUNET_snprintf (
    text,
    sizeof (text),
    "message %llu, from peer %u",
    (unsigned long long)client->exchange->number + 1,
    client->peer);
  publish_message (client, &message);
}


void
publish (struct Client *client, const char *topic)
{
  publish_text (client, topic, 0);
}


void
publish_surely (struct Client *client, const char *topic)
{
  publish_text (client, topic, 1);
}


void
publish_until_found (struct Client *client,
                     const char *topic,
                     struct Inbox *inbox)
{
  struct Group *group = client->exchange->group;
  struct GNUNET_TIME_Absolute limit = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, PATIENCE_S));
  uint64_t before = inbox->count;

  inbox->demand = DEMAND_FROM_FIRST;
  while (before == inbox->count)
  {
    group_check (group,
                 GNUNET_TIME_absolute_is_future (limit),
                 "nothing on '%s' arrives at peer %u in %u s",
                 topic,
                 inbox->client->peer,
                 PATIENCE_S);
    publish (client, topic);
    group_pause (group, PUBLISH_PAUSE_MS);
  }
}


static bool
is_settled (void *cls)
{
  const struct Exchange *exchange = cls;

  if (0 < exchange->unanswered)
    return false;
  for (struct Inbox *inbox = exchange->inboxes_head; NULL != inbox;
       inbox = inbox->next)
    if (0 < letter_box_missing (inbox->box))
      return false;
  return true;
}


/**
 * Tell what a scenario waits for in vain.
 */
static void
complain (struct Exchange *exchange)
{
  for (struct Inbox *inbox = exchange->inboxes_head; NULL != inbox;
       inbox = inbox->next)
    if (0 < letter_box_missing (inbox->box))
      group_fail (exchange->group,
                  "subscription of %.200s on peer %u: %llu arrived, %u are"
                  " missing, such as %s",
                  inbox->filter,
                  inbox->client->peer,
                  (unsigned long long)inbox->count,
                  letter_box_missing (inbox->box),
                  letter_box_first_missing (inbox->box));
}


void
exchange_settle (struct Exchange *exchange)
{
  struct GNUNET_TIME_Absolute limit = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, PATIENCE_S));

  while (!is_settled (exchange))
  {
    if (GNUNET_TIME_absolute_is_past (limit))
      complain (exchange);
    group_check (exchange->group,
                 GNUNET_TIME_absolute_is_future (limit),
                 "%u publications unanswered",
                 exchange->unanswered);
    group_pause (exchange->group, 10);
  }
  group_pause (exchange->group, SETTLE_MS);
}
