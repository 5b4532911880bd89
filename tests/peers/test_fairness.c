/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_fairness.c
 * @brief A peer that floods another one with messages, small or large, with topics,
 *        channel entries or questions does not starve who publishes there beside it;
 *        and what it may send is limited.
 */
#include <signal.h>
#include <stdio.h>
#include "asker.h"
#include "exchange.h"
#include "group_cases.h"
#include "polite.h"

/** What is left of the polite one's throughput beside a flood, at least. */
#define SHARE 0.8

/** Limits, where they are set. */
#define MESSAGE_RATE 2000
#define QUESTION_RATE 5000
#define BYTE_RATE 300000

/** Payload of a large message: what can be said in one argument. */
#define LARGE 100000

/** As how many questions the check of a channel entry counts, and how many questions
    may be asked in a second if nothing else is set. */
#define CHECK_QUESTIONS 250
#define USUAL_QUESTION_RATE 50000

/** How long it is counted how many entries are checked. */
#define ENTRIES_MS 3000

/** A number as the configuration has it. */
#define TEXT_OF(token) #token
#define NUMBER(macro) TEXT_OF (macro)

/** Peers of the group.  Groups of two often get a link that GNUnet paces at 1 MiB/s,
    of four not. */
enum
{
  SUBSCRIBER,
  POLITE,
  FLOODER,
  PEERS = 4
};


/**
 * Run a polite one alone, and beside a flood.
 *
 * @param group the group
 * @param start starts the flood
 * @return messages of the flood that have arrived in a second
 */
static double
compare (struct Group *group,
         void (*start) (struct Group *group, struct Polite *polite))
{
  struct Polite *polite = polite_start (group, POLITE, SUBSCRIBER);
  double others;
  double alone = polite_measure (polite, &others);
  double beside;

  group_check (group, 0 == others, "a flood before the flood");
  /* Of nothing any share is left. */
  group_check (group, alone > POLITE_RATE / 2.0, "only %.0f/s alone", alone);
  start (group, polite);
  beside = polite_measure (polite, &others);
  printf ("# polite: %.0f/s alone, %.0f/s beside %.0f/s\n",
          alone,
          beside,
          others);
  group_check (group,
               beside >= SHARE * alone,
               "%.0f/s are left of %.0f/s",
               beside,
               alone);
  return others;
}


static void
end_process (void *cls)
{
  struct GNUNET_OS_Process *process = cls;

  (void)GNUNET_OS_process_kill (process, SIGKILL);
  (void)GNUNET_OS_process_wait (process);
  GNUNET_OS_process_destroy (process);
}


/**
 * Messages of one size, as fast as they can be published.
 */
static void
flood_sized (struct Group *group, struct Polite *polite, size_t size)
{
  char *file = group_config_file (group, FLOODER);
  char *text = GNUNET_malloc (size + 1);
  struct GNUNET_OS_Process *process;

  memset (text, 'x', size);
  process = GNUNET_OS_start_process (GNUNET_OS_INHERIT_STD_ERR,
                                     NULL,
                                     NULL,
                                     NULL,
                                     "gnunet-mqtt-publish",
                                     "gnunet-mqtt-publish",
                                     "-c",
                                     file,
                                     "-t",
                                     POLITE_OTHERS,
                                     "-m",
                                     text,
                                     "-R",
                                     "1000000000",
                                     NULL);
  GNUNET_free (text);
  GNUNET_free (file);
  group_check (group, NULL != process, "no gnunet-mqtt-publish");
  group_at_end (group, &end_process, process);
  polite_wait_others (polite);
}


static void
flood_messages (struct Group *group, struct Polite *polite)
{
  flood_sized (group, polite, 100);
}


static void
flood_large (struct Group *group, struct Polite *polite)
{
  flood_sized (group, polite, LARGE);
}


static void
messages (struct Group *group)
{
  double others = compare (group, &flood_messages);

  group_check (group, 5 * POLITE_RATE < others, "%.0f/s: no flood", others);
}


static void
large_messages (struct Group *group)
{
  double others = compare (group, &flood_large);

  group_check (group,
               2 * BYTE_RATE < LARGE * others,
               "%.0f/s: no flood",
               others);
}


static uint64_t
slowed (struct Group *group, const char *why)
{
  char name[100];

  GNUNET_snprintf (name,
                   sizeof (name),
                   "# times a peer was slowed: more %s",
                   why);
  return group_statistic (group, SUBSCRIBER, "mqtt", name);
}


/**
 * The flood has what it may have, and the counter says why not more.
 */
static void
limited_messages (struct Group *group)
{
  double others = compare (group, &flood_messages);

  group_check (group,
               (1.5 * MESSAGE_RATE > others) && (0.5 * MESSAGE_RATE < others),
               "%.0f/s, and %u are allowed",
               others,
               MESSAGE_RATE);
  group_check (group,
               0 < slowed (group, "messages than it may send"),
               "not counted");
}


/**
 * The same for large messages, of which few are too much.
 */
static void
limited_bytes (struct Group *group)
{
  double bytes = LARGE * compare (group, &flood_large);

  group_check (group,
               (1.5 * BYTE_RATE > bytes) && (0.5 * BYTE_RATE < bytes),
               "%.0f bytes/s, and %u are allowed",
               bytes,
               BYTE_RATE);
  group_check (group,
               0 < slowed (group, "bytes than it may send"),
               "not counted");
}


/**
 * At QoS 1 nothing is lost of what is sent faster than it may be.
 */
static void
limited_and_sure (struct Group *group)
{
  const unsigned int count = 5 * MESSAGE_RATE;
  const struct GNUNET_MQTT_SubscribeOptions options = { .qos = 1 };
  uint32_t number;
  const struct GNUNET_MQTT_Message message = {
    .topic = "sure",
    .topic_size = 4,
    .payload = &number,
    .payload_size = sizeof (number),
    .qos = 1,
  };
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, FLOODER);
  struct Inbox *inbox = subscribe_soon (client_start (exchange, SUBSCRIBER),
                                        "sure",
                                        4,
                                        &options);
  struct GNUNET_TIME_Absolute begin;

  exchange_wait_granted (exchange);
  publish_until_found (publisher, "sure", inbox);
  begin = GNUNET_TIME_absolute_get ();
  for (number = 0; number < count; number++)
    publish_message (publisher, &message);
  exchange_settle (exchange);
  group_check (group,
               GNUNET_TIME_absolute_get_duration (begin).rel_value_us
                 >= 3 * GNUNET_TIME_UNIT_SECONDS.rel_value_us,
               "too fast");
  group_check (group,
               0 < slowed (group, "messages than it may send"),
               "not counted");
}


static uint64_t
offered (struct Group *group)
{
  return group_statistic (group,
                          SUBSCRIBER,
                          "mqtt",
                          "# topics offered by peers");
}


/**
 * Questions, as fast as CADET carries them, once they have begun to.
 */
static void
flood (struct Group *group, enum AskerFlood what)
{
  asker_start (group, FLOODER, SUBSCRIBER, what);
  group_wait_statistic (group,
                        SUBSCRIBER,
                        "mqtt",
                        "# topics offered by peers",
                        QUESTION_RATE);
}


static void
flood_questions (struct Group *group, struct Polite *polite)
{
  (void)polite;
  flood (group, ASKER_QUESTIONS);
}


static void
flood_topics (struct Group *group, struct Polite *polite)
{
  (void)polite;
  flood (group, ASKER_NAMES);
}


/**
 * Print how many questions came, one of the polite one's among them.
 */
static void
report (struct Group *group)
{
  uint64_t asked = offered (group);

  printf ("# %llu questions\n", (unsigned long long)asked);
  group_check (group, 5 * QUESTION_RATE < asked, "no flood");
}


static void
questions (struct Group *group)
{
  (void)compare (group, &flood_questions);
  report (group);
}


static void
topics (struct Group *group)
{
  (void)compare (group, &flood_topics);
  report (group);
}


static void
limited_questions (struct Group *group)
{
  struct GNUNET_TIME_Absolute begin = GNUNET_TIME_absolute_get ();
  double seconds;
  uint64_t asked;

  (void)compare (group, &flood_questions);
  asked = offered (group);
  seconds = (double)GNUNET_TIME_absolute_get_duration (begin).rel_value_us
            / 1e6;
  /* What was saved, and what one segment overdraws. */
  group_check (group,
               (double)asked < QUESTION_RATE * (seconds + 2),
               "%llu in %.1f s, and %u a second are allowed",
               (unsigned long long)asked,
               seconds,
               QUESTION_RATE);
  group_check (group,
               0 < slowed (group, "questions than it may ask"),
               "not counted");
}


static uint64_t
checked (struct Group *group)
{
  return group_statistic (group,
                          SUBSCRIBER,
                          "mqtt",
                          "# signatures of channel entries checked");
}


static void
flood_entries (struct Group *group, struct Polite *polite)
{
  (void)polite;
  asker_start (group, FLOODER, SUBSCRIBER, ASKER_ENTRIES);
  group_wait_statistic (group,
                        SUBSCRIBER,
                        "mqtt",
                        "# signatures of channel entries checked",
                        USUAL_QUESTION_RATE / CHECK_QUESTIONS);
}


/**
 * Each topic comes with an entry to be checked and written: as many are as may be.
 */
static void
entries (struct Group *group)
{
  const double rate = (double)USUAL_QUESTION_RATE / CHECK_QUESTIONS;
  struct GNUNET_TIME_Absolute begin;
  uint64_t before;
  uint64_t count;
  double seconds;

  (void)subscribe (client_start (exchange_create (group), SUBSCRIBER),
                   "+/" ASKER_WANTED "/#");
  (void)compare (group, &flood_entries);
  begin = GNUNET_TIME_absolute_get ();
  before = checked (group);
  group_pause (group, ENTRIES_MS);
  count = checked (group) - before;
  seconds = (double)GNUNET_TIME_absolute_get_duration (begin).rel_value_us
            / 1e6;
  printf ("# %llu entries in %.1f s\n", (unsigned long long)count, seconds);
  group_check (group,
               (0.5 * rate * seconds < (double)count)
                 && (1.5 * rate * seconds > (double)count),
               "%llu entries checked in %.1f s",
               (unsigned long long)count,
               seconds);
  group_check (group,
               0 < slowed (group, "questions than it may ask"),
               "not counted");
}


static const struct GroupSetting few_messages[] = {
  { "mqtt", "LINK_MESSAGE_RATE", NUMBER (MESSAGE_RATE) },
  { NULL, NULL, NULL },
};

static const struct GroupSetting few_bytes[] = {
  { "mqtt", "LINK_BYTE_RATE", NUMBER (BYTE_RATE) },
  { NULL, NULL, NULL },
};

static const struct GroupSetting few_questions[] = {
  { "mqtt", "LINK_QUESTION_RATE", NUMBER (QUESTION_RATE) },
  { NULL, NULL, NULL },
};

static const struct GroupCase cases[] = {
  { "messages", { .peers = PEERS, .transport = "tcp" }, &messages },
  { "large messages", { .peers = PEERS, .transport = "tcp" }, &large_messages },
  { "questions", { .peers = PEERS, .transport = "tcp" }, &questions },
  { "topics", { .peers = PEERS, .transport = "tcp" }, &topics },
  { "entries", { .peers = PEERS, .transport = "tcp" }, &entries },
  { "limited messages",
    { .peers = PEERS, .transport = "tcp", .settings = few_messages },
    &limited_messages },
  { "limited and sure",
    { .peers = PEERS, .transport = "tcp", .settings = few_messages },
    &limited_and_sure },
  { "limited bytes",
    { .peers = PEERS, .transport = "tcp", .settings = few_bytes },
    &limited_bytes },
  { "limited questions",
    { .peers = PEERS, .transport = "tcp", .settings = few_questions },
    &limited_questions },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("fairness",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
