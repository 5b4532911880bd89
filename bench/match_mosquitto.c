/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file bench/match_mosquitto.c
 * @brief What many subscriptions cost a mosquitto broker: CPU time of a
 *        publication and memory.
 *
 * Usage: match_mosquitto PORT PID FILTERS TOPICS
 *        PID is the broker's, which has nothing else to do
 * Prints: microseconds a publication with the subscriptions, bytes a
 *         subscription, microseconds a publication without subscriptions
 */
#include "common.h"
#include <mosquitto.h>
#include <stdio.h>
#include "filters.h"

/** Filters in one SUBSCRIBE. */
#define BATCH 1000

/** What the publisher sends last, and waits for itself. */
static const char last[] = "bench/last";

struct Side
{
  bool done;
};


static void
subscribed (struct mosquitto *mosquitto,
            void *cls,
            int number,
            int count,
            const int *granted)
{
  struct Side *side = cls;

  (void)mosquitto;
  (void)number;
  (void)count;
  (void)granted;
  side->done = true;
}


static void
arrived (struct mosquitto *mosquitto,
         void *cls,
         const struct mosquitto_message *message)
{
  struct Side *side = cls;

  (void)mosquitto;
  if (0 == strcmp (last, message->topic))
    side->done = true;
}


static struct mosquitto *
connect_to (int port, struct Side *side)
{
  struct mosquitto *mosquitto = mosquitto_new (NULL, true, side);

  if ((NULL == mosquitto)
      || (MOSQ_ERR_SUCCESS
          != mosquitto_connect (mosquitto, "127.0.0.1", port, 600)))
    BENCH_fail ("no mosquitto at port %d", port);
  mosquitto_subscribe_callback_set (mosquitto, &subscribed);
  mosquitto_message_callback_set (mosquitto, &arrived);
  return mosquitto;
}


static void
wait_for (struct mosquitto *mosquitto, struct Side *side)
{
  int result = MOSQ_ERR_SUCCESS;

  while (!side->done && (MOSQ_ERR_SUCCESS == result))
    result = mosquitto_loop (mosquitto, 100, 1);
  if (!side->done)
    BENCH_fail ("lost: %s", mosquitto_strerror (result));
  side->done = false;
}


static void
subscribe (struct mosquitto *mosquitto, struct Side *side, unsigned int filters)
{
  char texts[BATCH][BENCH_NAME_SIZE];
  char *pointers[BATCH];
  unsigned int next = 0;

  while (next < filters)
  {
    int count = 0;

    while ((count < BATCH) && (next < filters))
    {
      (void)BENCH_filter (filters, next++, texts[count]);
      pointers[count] = texts[count];
      count++;
    }
    if (MOSQ_ERR_SUCCESS
        != mosquitto_subscribe_multiple (mosquitto,
                                         NULL,
                                         count,
                                         pointers,
                                         0,
                                         0,
                                         NULL))
      BENCH_fail ("not subscribed");
    wait_for (mosquitto, side);
  }
}


/**
 * Publish, and wait until the broker has seen all.
 *
 * @return microseconds of the broker's CPU time a publication
 */
static double
publish (struct mosquitto *mosquitto,
         struct Side *side,
         pid_t broker,
         unsigned int filters,
         unsigned int topics)
{
  char topic[BENCH_NAME_SIZE];
  uint64_t start = BENCH_cpu (broker);

  for (unsigned int i = 0; i < topics; i++)
  {
    (void)BENCH_topic (filters, i, topic);
    if (MOSQ_ERR_SUCCESS
        != mosquitto_publish (mosquitto, NULL, topic, 0, NULL, 0, false))
      BENCH_fail ("not published");
    while (mosquitto_want_write (mosquitto))
      (void)mosquitto_loop (mosquitto, 100, 1);
  }
  (void)mosquitto_publish (mosquitto, NULL, last, 0, NULL, 0, false);
  wait_for (mosquitto, side);
  return (double)(BENCH_cpu (broker) - start) / topics / 1000;
}


int
main (int argc, char **argv)
{
  struct Side subscriber_side = { .done = false };
  struct Side publisher_side = { .done = false };
  struct mosquitto *subscriber;
  struct mosquitto *publisher;
  unsigned int filters;
  unsigned int topics;
  uint64_t resident;
  uint64_t grown;
  pid_t broker;
  double without;

  if (5 != argc)
    BENCH_fail ("usage: %s PORT PID FILTERS TOPICS", argv[0]);
  (void)mosquitto_lib_init ();
  broker = (pid_t)BENCH_number (argv[2]);
  filters = BENCH_number (argv[3]);
  topics = BENCH_number (argv[4]);
  subscriber = connect_to ((int)BENCH_number (argv[1]), &subscriber_side);
  publisher = connect_to ((int)BENCH_number (argv[1]), &publisher_side);
  (void)mosquitto_subscribe (publisher, NULL, last, 0);
  wait_for (publisher, &publisher_side);
  without = publish (publisher, &publisher_side, broker, filters, topics);
  resident = BENCH_resident (broker);
  subscribe (subscriber, &subscriber_side, filters);
  grown = BENCH_resident (broker) - resident;
  /* What matches shall arrive, or the broker would have it wait. */
  (void)mosquitto_loop_start (subscriber);
  printf ("%.4f %.1f %.4f\n",
          publish (publisher, &publisher_side, broker, filters, topics),
          (double)grown / filters,
          without);
}
