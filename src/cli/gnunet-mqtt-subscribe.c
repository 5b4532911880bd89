/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/gnunet-mqtt-subscribe.c
 * @brief Writes messages to standard output as they arrive.
 */
#include <inttypes.h>
#include <unistd.h>
#include "anonymity.h"
#include "format.h"
#include "options.h"
#include "output.h"
#include "session.h"
#include "session_options.h"
#include "topic_complaint.h"

#define PROGRAM "gnunet-mqtt-subscribe"

#define USAGE PROGRAM " {-t FILTER | --id ID} [-t FILTER...] [OPTIONS]"

#define ABOUT \
  "Write the messages that match a topic filter to standard " \
  "output.\n" CLI_EXIT_CODES_HELP

/** Room for all options, and the end of the list. */
#define OPTIONS_MAX 24

/**
 * The program.
 */
struct Subscribe
{
  struct CLI_Session session;
  struct CLI_SessionOptions own;
  struct CLI_Anonymity anonymity;
  struct Subscription *subscriptions;
  struct CLI_Format *format;
  struct CLI_Output *output;
  /** Flushes when nothing else is to be done. */
  struct GNUNET_SCHEDULER_Task *flush_task;
  /** Messages written. */
  uint64_t messages;
  /** The last message's: several filters may match one message. */
  uint64_t delivery;
  /** Packet identifiers of messages that were taken, and may not be written yet. */
  uint16_t *taken;
  unsigned int taken_count;
  unsigned int taken_size;

  /* The command line. */
  struct CLI_Texts filters;
  struct CLI_Number qos;
  struct CLI_Number count;
  struct CLI_Number timeout;
  char *format_text;
  int with_topic;
  int without_line_end;
  int announce;
  int no_ack;
};

/**
 * One of the filters.
 */
struct Subscription
{
  struct Subscribe *s;
  const char *filter;
};


/**
 * End if output cannot be written any more.
 */
static void
check_output (struct Subscribe *s)
{
  switch (CLI_output_state (s->output))
  {
  case CLI_OUTPUT_OPEN:
  /* The signal itself ends the program. */
  case CLI_OUTPUT_INTERRUPTED:
    return;
  case CLI_OUTPUT_CLOSED:
    CLI_session_end (&s->session, CLI_DONE);
    return;
  case CLI_OUTPUT_FAILED:
    CLI_complain (PROGRAM,
                  "cannot write: %s",
                  strerror (CLI_output_errno (s->output)));
    CLI_session_end (&s->session, CLI_IO_ERROR);
    return;
  }
}


/**
 * Write all that was taken, and acknowledge it only then.
 */
static void
flush_now (struct Subscribe *s)
{
  CLI_output_flush (s->output, true);
  check_output (s);
  if (s->no_ack || (CLI_OUTPUT_OPEN != CLI_output_state (s->output)))
    return;
  for (unsigned int i = 0; i < s->taken_count; i++)
    (void)GNUNET_MQTT_session_acknowledge (s->session.own,
                                           s->taken[i],
                                           GNUNET_MQTT_SUCCESS);
  s->taken_count = 0;
}


static void
flush (void *cls)
{
  struct Subscribe *s = cls;

  s->flush_task = NULL;
  flush_now (s);
}


/**
 * Note that a message is to be acknowledged.
 */
static void
take (struct Subscribe *s, uint16_t packet_id)
{
  if ((0 == packet_id) || s->no_ack)
    return;
  if (s->taken_count == s->taken_size)
    GNUNET_array_grow (s->taken, s->taken_size, 16 + 2 * s->taken_size);
  s->taken[s->taken_count++] = packet_id;
}


/**
 * A message arrived.
 */
static void
on_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Subscribe *s = cls;
  struct timespec now;

  if (s->session.ended || (message->delivery == s->delivery))
    return;
  s->delivery = message->delivery;
  clock_gettime (CLOCK_REALTIME, &now);
  if (!CLI_format_write (s->format,
                         message,
                         &now,
                         &CLI_output_write,
                         s->output))
    /* Without its topic, which may hold what a terminal takes for orders. */
    CLI_complain (PROGRAM,
                  "the payload of message %" PRIu64 " is not JSON",
                  s->messages + 1);
  if (!s->without_line_end)
    CLI_output_write (s->output, "\n", 1);
  take (s, message->packet_id);
  s->messages++;
  if (s->count.given && (s->messages == s->count.value))
  {
    flush_now (s);
    CLI_session_end (&s->session, CLI_DONE);
    return;
  }
  check_output (s);
  if (NULL == s->flush_task)
    s->flush_task = GNUNET_SCHEDULER_add_now (&flush, s);
}


/**
 * The same, of one of the filters.
 */
static void
on_filter_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  const struct Subscription *subscription = cls;

  on_message (subscription->s, message);
}


/**
 * The same, of a session.
 */
static void
on_session_message (void *cls,
                    const struct GNUNET_MQTT_Message *message,
                    const uint32_t *identifiers,
                    unsigned int identifier_count)
{
  (void)identifiers;
  (void)identifier_count;
  on_message (cls, message);
}


/**
 * The service has answered a subscription.
 */
static void
on_status (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  const struct Subscription *subscription = cls;
  struct Subscribe *s = subscription->s;

  if (s->session.ended)
    return;
  if (0x80 > reason)
  {
    if (s->announce)
      CLI_complain (PROGRAM, "subscribed to \"%s\"", subscription->filter);
    return;
  }
  CLI_complain (PROGRAM,
                "the subscription to \"%s\" was refused: %s",
                subscription->filter,
                GNUNET_MQTT_reason_text (reason));
  CLI_session_end (&s->session, CLI_REFUSED);
}


/**
 * Check the filters.
 *
 * @return false if one is wrong, and was complained about
 */
static bool
check_filters (const struct Subscribe *s)
{
  for (unsigned int i = 0; i < s->filters.count; i++)
  {
    const char *filter = s->filters.at[i];
    size_t size = strlen (filter);
    size_t where = 0;
    const char *why = GNUNET_MQTT_topic_filter_check (filter, size, &where);
    char *complaint;

    if (NULL == why)
      continue;
    complaint = CLI_topic_complaint ("topic filter", filter, size, where, why);
    CLI_complain (PROGRAM, "%s", complaint);
    GNUNET_free (complaint);
    return false;
  }
  return true;
}


/**
 * Read the format.
 *
 * @return false if it is wrong, and was complained about
 */
static bool
take_format (struct Subscribe *s)
{
  const char *text = s->with_topic ? "%t %p" : "%p";
  const char *why;
  size_t where;

  if (NULL != s->format_text)
    text = s->format_text;
  s->format = CLI_format_parse (text, &where, &why);
  if (NULL != s->format)
    return true;
  CLI_complain (PROGRAM,
                "format \"%s\" is wrong at byte %zu: %s",
                text,
                where + 1,
                why);
  return false;
}


/**
 * Check the command line.
 *
 * @return false if something is wrong, and was complained about
 */
static bool
check_usage (struct Subscribe *s, char *const *arguments)
{
  const char *wrong = CLI_anonymity_wrong (&s->anonymity);

  if (NULL != arguments[0])
    wrong = "there are arguments that belong to no option";
  else if ((0 == s->filters.count) && (NULL == s->own.id))
    wrong = "a topic filter is needed: -t FILTER";
  else if (s->no_ack && (NULL == s->own.id))
    wrong = "--no-ack is for a session: --id ID";
  else if (s->with_topic && (NULL != s->format_text))
    wrong = "-V and -F exclude each other";
  if (NULL == wrong)
    return check_filters (s) && take_format (s)
           && CLI_session_options_take (&s->own, PROGRAM);
  CLI_complain (PROGRAM, "%s (--help tells more)", wrong);
  return false;
}


static void
on_shutdown (void *cls)
{
  struct Subscribe *s = cls;

  if (NULL != s->flush_task)
    GNUNET_SCHEDULER_cancel (s->flush_task);
  if (NULL != s->output)
  {
    /* After a signal there is no waiting for who may not read. */
    CLI_output_flush (s->output, s->session.ended);
    check_output (s);
    CLI_output_destroy (s->output);
    GNUNET_array_grow (s->taken, s->taken_size, 0);
  }
  CLI_session_stop (&s->session, CLI_DONE);
  if (NULL != s->format)
    CLI_format_free (s->format);
  GNUNET_free (s->subscriptions);
}


/**
 * Subscribe to one filter.
 */
static void
subscribe (struct Subscribe *s, struct Subscription *subscription)
{
  const struct GNUNET_MQTT_SubscribeOptions options = {
    .qos = (uint8_t)s->qos.value,
    .anonymity = CLI_anonymity_value (&s->anonymity)
  };
  size_t size = strlen (subscription->filter);

  if (NULL != s->session.own)
    GNUNET_assert (GNUNET_OK
                   == GNUNET_MQTT_session_subscribe (s->session.own,
                                                     subscription->filter,
                                                     size,
                                                     &options,
                                                     &on_status,
                                                     subscription));
  else
    GNUNET_assert (NULL
                   != GNUNET_MQTT_subscribe (s->session.mqtt,
                                             subscription->filter,
                                             size,
                                             &options,
                                             &on_status,
                                             &on_filter_message,
                                             subscription));
}


static void
run (void *cls,
     char *const *arguments,
     const char *cfgfile,
     const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct Subscribe *s = cls;

  (void)cfgfile;
  GNUNET_SCHEDULER_add_shutdown (&on_shutdown, s);
  if (!check_usage (s, arguments))
  {
    CLI_session_end (&s->session, CLI_WRONG_USE);
    return;
  }
  s->session.timeout = s->timeout.value;
  if (!CLI_session_start (&s->session, cfg))
    return;
  if (CLI_session_options_given (&s->own)
      && !CLI_session_open (&s->session,
                            &s->own.options,
                            &on_session_message,
                            s))
    return;
  s->output = CLI_output_create (STDOUT_FILENO);
  s->subscriptions = GNUNET_new_array (s->filters.count, struct Subscription);
  for (unsigned int i = 0; i < s->filters.count; i++)
  {
    struct Subscription *subscription = &s->subscriptions[i];

    subscription->s = s;
    subscription->filter = s->filters.at[i];
    subscribe (s, subscription);
  }
}


/**
 * Options but those of sessions.
 *
 * @param at where to put them
 * @return behind the last
 */
static struct GNUNET_GETOPT_CommandLineOption *
own_options (struct Subscribe *s, struct GNUNET_GETOPT_CommandLineOption *at)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    CLI_option_texts ('t',
                      "topic",
                      "FILTER",
                      "topic filter to subscribe to; may be repeated",
                      &s->filters),
    CLI_option_number ('q', "qos", "QOS", "highest QoS to be granted", &s->qos),
    CLI_option_number ('C',
                       "count",
                       "COUNT",
                       "end after COUNT messages",
                       &s->count),
    CLI_option_number ('W',
                       "timeout",
                       "SECONDS",
                       "end after SECONDS",
                       &s->timeout),
    GNUNET_GETOPT_option_flag ('V',
                               "verbose",
                               "write the topic before the payload",
                               &s->with_topic),
    GNUNET_GETOPT_option_string ('F',
                                 "format",
                                 "FORMAT",
                                 "what to write of a message, such as '%t %x'",
                                 &s->format_text),
    GNUNET_GETOPT_option_flag ('N',
                               "no-newline",
                               "write no line end behind a message",
                               &s->without_line_end),
    GNUNET_GETOPT_option_flag ('a',
                               "announce",
                               "say on standard error what is subscribed to",
                               &s->announce),
    GNUNET_GETOPT_option_flag (
      'A',
      "no-ack",
      "do not acknowledge: leave messages in the session",
      &s->no_ack),
    CLI_option_version ()
  };

  memcpy (at, options, sizeof (options));
  return CLI_anonymity_list (&s->anonymity,
                             at + sizeof (options) / sizeof (options[0]));
}


/**
 * Read the command line and run.
 *
 * @return the exit code
 */
static int
run_program (struct Subscribe *s, int argc, char *const *argv)
{
  /* What is left 0 ends the list. */
  struct GNUNET_GETOPT_CommandLineOption options[OPTIONS_MAX] = { 0 };

  (void)CLI_session_options_list (&s->own, own_options (s, options));
  switch (GNUNET_PROGRAM_run (argc, argv, USAGE, ABOUT, options, &run, s))
  {
  case GNUNET_OK:
    return s->session.code;
  case GNUNET_NO:
    return CLI_DONE;
  default:
    return CLI_WRONG_USE;
  }
}


int
main (int argc, char *const *argv)
{
  struct Subscribe s = { .session = { .program = PROGRAM, .patient = true },
                         .own = CLI_SESSION_OPTIONS_INIT,
                         .qos = { .most = 2 },
                         .count = { .least = 1, .most = UINT64_MAX },
                         .timeout = { .least = 1, .most = UINT32_MAX } };
  int code;

  CLI_secure_descriptors ();
  code = run_program (&s, argc, argv);
  CLI_texts_free (&s.filters);
  CLI_session_options_free (&s.own);
  GNUNET_free (s.format_text);
  return code;
}
