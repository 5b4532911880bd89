/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/polite.c
 * @brief One who publishes steadily and not much, and one who counts what arrives.
 */
#include "polite.h"
#include "gnunet_mqtt_service.h"

#define TOPIC "polite"

#define MESSAGE_SIZE 100

/** Longest wait for a first message. */
#define PATIENCE_S 120

/** How long is counted. */
#define MEASURE_MS 5000

/** Between two looks whether something is to be published. */
#define TICK GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 5)

/** What is not answered yet, at most. */
#define UNANSWERED_MAX 1000

struct Polite
{
  struct Group *group;
  struct GNUNET_MQTT_Handle *publisher;
  struct GNUNET_MQTT_Handle *subscriber;
  struct GNUNET_SCHEDULER_Task *task;
  /** When publishing began, and what was published since. */
  struct GNUNET_TIME_Absolute begin;
  uint64_t published;
  unsigned int unanswered;
  /** What has arrived, and of others. */
  uint64_t received;
  uint64_t others;
};


static void
end_polite (void *cls)
{
  struct Polite *polite = cls;

  GNUNET_SCHEDULER_cancel (polite->task);
  GNUNET_MQTT_disconnect (polite->publisher);
  GNUNET_MQTT_disconnect (polite->subscriber);
  GNUNET_free (polite);
}


static void
handle_published (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Polite *polite = cls;

  polite->unanswered--;
  if (GNUNET_MQTT_SUCCESS != reason)
    group_fail (polite->group,
                "publication: %s",
                GNUNET_MQTT_reason_text (reason));
}


/**
 * Task: publish what has become due.
 */
static void
tick (void *cls)
{
  static const char payload[MESSAGE_SIZE];
  const struct GNUNET_MQTT_Message message = {
    .topic = TOPIC,
    .topic_size = strlen (TOPIC),
    .payload = payload,
    .payload_size = sizeof (payload),
  };
  struct Polite *polite = cls;
  struct GNUNET_TIME_Relative passed = GNUNET_TIME_absolute_get_duration (
    polite->begin);
  uint64_t due = passed.rel_value_us * POLITE_RATE / 1000000;

  while ((polite->published < due) && (polite->unanswered < UNANSWERED_MAX))
  {
    polite->published++;
    polite->unanswered++;
    GNUNET_MQTT_publish (polite->publisher,
                         &message,
                         &handle_published,
                         polite);
  }
  polite->task = GNUNET_SCHEDULER_add_delayed (TICK, &tick, polite);
}


static void
count_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Polite *polite = cls;

  if (0 == memcmp (TOPIC, message->topic, strlen (TOPIC)))
    polite->received++;
  else
    polite->others++;
}


static bool
has_arrived (void *cls)
{
  const struct Polite *polite = cls;

  return 0 < polite->received;
}


struct Polite *
polite_start (struct Group *group,
              unsigned int publisher,
              unsigned int subscriber)
{
  static const char *const filters[] = { TOPIC, POLITE_OTHERS "/#" };
  const struct GNUNET_MQTT_SubscribeOptions options = { .qos = 2 };
  struct Polite *polite = GNUNET_new (struct Polite);

  polite->group = group;
  polite->publisher = GNUNET_MQTT_connect (group_service_cfg (group, publisher),
                                           NULL,
                                           NULL);
  polite->subscriber = GNUNET_MQTT_connect (
    group_service_cfg (group, subscriber),
    NULL,
    NULL);
  polite->begin = GNUNET_TIME_absolute_get ();
  polite->task = GNUNET_SCHEDULER_add_now (&tick, polite);
  group_at_end (group, &end_polite, polite);
  for (unsigned int i = 0; i < 2; i++)
    group_check (group,
                 NULL
                   != GNUNET_MQTT_subscribe (polite->subscriber,
                                             filters[i],
                                             strlen (filters[i]),
                                             &options,
                                             NULL,
                                             &count_message,
                                             polite),
                 "cannot subscribe");
  group_wait (group, PATIENCE_S, &has_arrived, polite, "the first message");
  return polite;
}


double
polite_measure (struct Polite *polite, double *others)
{
  struct GNUNET_TIME_Absolute begin = GNUNET_TIME_absolute_get ();
  uint64_t received = polite->received;
  uint64_t other = polite->others;
  double seconds;

  group_pause (polite->group, MEASURE_MS);
  seconds = (double)GNUNET_TIME_absolute_get_duration (begin).rel_value_us
            / 1e6;
  *others = (double)(polite->others - other) / seconds;
  return (double)(polite->received - received) / seconds;
}


static bool
others_have_arrived (void *cls)
{
  const struct Polite *polite = cls;

  return 0 < polite->others;
}


void
polite_wait_others (struct Polite *polite)
{
  group_wait (polite->group,
              PATIENCE_S,
              &others_have_arrived,
              polite,
              "what others publish");
}
