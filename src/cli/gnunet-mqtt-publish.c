/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/gnunet-mqtt-publish.c
 * @brief Publishes messages from the command line.
 *
 * Options and their checks; the work is done in publisher.c.
 */
#include <errno.h>
#include <fcntl.h>
#include "gnunet_mqtt_channel.h"
#include "options.h"
#include "publisher.h"
#include "session_options.h"
#include "topic_complaint.h"
#include "user_properties.h"

#define PROGRAM "gnunet-mqtt-publish"

#define USAGE PROGRAM " -t TOPIC {-m TEXT | -f FILE | -s | -i | -n} [OPTIONS]"

#define ABOUT \
  "Publish messages to the subscribers at all peers.\n" CLI_EXIT_CODES_HELP

/** Room for all options, and the end of the list. */
#define OPTIONS_MAX 32

/**
 * The program.
 */
struct Publish
{
  struct CLI_Session session;
  struct CLI_SessionOptions own;
  struct CLI_Publisher *publisher;
  struct GNUNET_MQTT_UserProperty *user_properties;
  struct GNUNET_IDENTITY_EgoLookup *lookup;
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct CLI_PublisherJob job;

  /* The command line. */
  char *topic;
  char *text;
  char *file;
  char *content_type;
  char *response_topic;
  char *correlation;
  char *ego;
  char *entry;
  struct CLI_Texts properties;
  struct CLI_Number qos;
  struct CLI_Number repeat;
  struct CLI_Number timeout;
  struct CLI_Number expiry;
  int from_stdin;
  int lines;
  int empty;
  int retain;
};


/**
 * Check what is given together.
 *
 * @return false if something is wrong, and was complained about
 */
static bool
check_usage (const struct Publish *p, char *const *arguments)
{
  int sources = (NULL != p->text) + (NULL != p->file) + (0 != p->from_stdin)
                + (0 != p->lines) + (0 != p->empty);
  const char *wrong = NULL;

  if (NULL != arguments[0])
    wrong = "there are arguments that belong to no option";
  else if (NULL == p->topic)
    wrong = "a topic is needed: -t TOPIC";
  else if (1 != sources)
    wrong = "exactly one is needed of -m, -f, -s, -i and -n";
  else if (p->lines && p->repeat.given)
    wrong = "--repeat is for one message, not for --lines";
  if (NULL != wrong)
    CLI_complain (PROGRAM, "%s (--help tells more)", wrong);
  return NULL == wrong;
}


static size_t
size_of (const char *text)
{
  return (NULL == text) ? 0 : strlen (text);
}


/**
 * Fill in what all messages have in common.
 *
 * @return false if something is wrong, and was complained about
 */
static bool
take_message (struct Publish *p, struct GNUNET_MQTT_Message *message)
{
  message->topic = p->topic;
  message->topic_size = size_of (p->topic);
  message->payload = p->text;
  message->payload_size = size_of (p->text);
  message->qos = (uint8_t)p->qos.value;
  message->retain = (0 != p->retain);
  message->expiry = GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS,
                                                   p->expiry.value);
  message->content_type = p->content_type;
  message->content_type_size = size_of (p->content_type);
  message->response_topic = p->response_topic;
  message->response_topic_size = size_of (p->response_topic);
  message->correlation_data = p->correlation;
  message->correlation_data_size = size_of (p->correlation);
  message->user_properties = p->user_properties;
  message->user_property_count = p->properties.count;
  return CLI_check_topic_name (PROGRAM, "topic name", p->topic)
         && CLI_check_topic_name (PROGRAM, "response topic", p->response_topic);
}


/**
 * Where do payloads come from?
 *
 * @return false if the file cannot be opened
 */
static bool
take_source (const struct Publish *p,
             const struct GNUNET_CONFIGURATION_Handle *cfg,
             struct CLI_PublisherJob *job)
{
  unsigned long long limit = GNUNET_MQTT_PAYLOAD_DEFAULT_MAX;

  (void)GNUNET_CONFIGURATION_get_value_size (cfg,
                                             "mqtt",
                                             "MAXIMUM_PAYLOAD",
                                             &limit);
  job->limit = limit;
  job->repeat = p->repeat.value;
  job->file_name = "standard input";
  if (p->from_stdin)
    job->source = CLI_PUBLISHER_FILE;
  if (p->lines)
    job->source = CLI_PUBLISHER_LINES;
  if (NULL == p->file)
    return true;
  job->source = CLI_PUBLISHER_FILE;
  job->file_name = p->file;
  /* Not to wait here for somebody to open the other end of a named pipe. */
  job->fd = open (p->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (-1 != job->fd)
    return true;
  CLI_complain (PROGRAM, "cannot open %s: %s", p->file, strerror (errno));
  return false;
}


static void
on_shutdown (void *cls)
{
  struct Publish *p = cls;

  if (NULL != p->lookup)
    GNUNET_IDENTITY_ego_lookup_cancel (p->lookup);
  if (NULL != p->publisher)
    CLI_publisher_stop (p->publisher);
  if (!p->session.ended)
    CLI_complain (PROGRAM, "interrupted before everything was published");
  CLI_session_stop (&p->session, CLI_INTERRUPTED);
}


/**
 * The service has looked at the entry: #GNUNET_MQTT_ChannelCallback
 */
static void
on_shown (void *cls, const char *why)
{
  struct Publish *p = cls;

  if (NULL == why)
    return;
  CLI_complain (PROGRAM, "the channel entry was refused: %s", why);
  CLI_session_end (&p->session, CLI_REFUSED);
}


/**
 * Publish.
 */
static void
publish (struct Publish *p)
{
  if (CLI_session_options_given (&p->own)
      && !CLI_session_open (&p->session, &p->own.options, NULL, NULL))
    return;
  p->publisher = CLI_publisher_start (&p->session, &p->job);
}


/**
 * IDENTITY has the ego, or not: #GNUNET_IDENTITY_EgoCallback
 */
static void
on_ego (void *cls, struct GNUNET_IDENTITY_Ego *ego)
{
  struct Publish *p = cls;

  p->lookup = NULL;
  if (NULL == ego)
  {
    CLI_complain (PROGRAM, "there is no ego \"%s\"", p->ego);
    CLI_session_end (&p->session, CLI_WRONG_USE);
    return;
  }
  (void)GNUNET_MQTT_channel_own (p->session.mqtt,
                                 GNUNET_IDENTITY_ego_get_private_key (ego),
                                 &on_shown,
                                 p);
  publish (p);
}


/**
 * Begin.
 */
static void
start (struct Publish *p)
{
  p->session.timeout = p->timeout.value;
  if (!CLI_session_start (&p->session, p->cfg))
    return;
  if ((NULL != p->entry)
      && (NULL
          == GNUNET_MQTT_channel_show (p->session.mqtt,
                                       p->entry,
                                       strlen (p->entry),
                                       &on_shown,
                                       p)))
  {
    CLI_complain (PROGRAM,
                  "not a good channel entry (gnunet-mqtt-channel show tells "
                  "more)");
    CLI_session_end (&p->session, CLI_WRONG_USE);
    return;
  }
  if (NULL != p->ego)
    p->lookup = GNUNET_IDENTITY_ego_lookup (p->cfg, p->ego, &on_ego, p);
  else
    publish (p);
}


static void
run (void *cls,
     char *const *arguments,
     const char *cfgfile,
     const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct Publish *p = cls;

  (void)cfgfile;
  p->cfg = cfg;
  p->job.source = CLI_PUBLISHER_MESSAGE;
  GNUNET_SCHEDULER_add_shutdown (&on_shutdown, p);
  if (!CLI_user_properties (PROGRAM,
                            &p->properties,
                            &arguments,
                            &p->user_properties)
      || !check_usage (p, arguments) || !take_message (p, &p->job.message)
      || !CLI_session_options_take (&p->own, PROGRAM))
  {
    CLI_session_end (&p->session, CLI_WRONG_USE);
    return;
  }
  if (!take_source (p, cfg, &p->job))
  {
    CLI_session_end (&p->session, CLI_IO_ERROR);
    return;
  }
  start (p);
}


/**
 * Options that say what is published.
 *
 * @param at where to put them
 * @return behind the last
 */
static struct GNUNET_GETOPT_CommandLineOption *
payload_options (struct Publish *p, struct GNUNET_GETOPT_CommandLineOption *at)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_option_string ('m',
                                 "message",
                                 "TEXT",
                                 "publish TEXT",
                                 &p->text),
    GNUNET_GETOPT_option_string ('f',
                                 "file",
                                 "FILE",
                                 "publish the contents of FILE",
                                 &p->file),
    GNUNET_GETOPT_option_flag ('s',
                               "stdin-file",
                               "publish standard input as one message",
                               &p->from_stdin),
    GNUNET_GETOPT_option_flag ('i',
                               "lines",
                               "publish each line of standard input",
                               &p->lines),
    GNUNET_GETOPT_option_flag ('n',
                               "null-message",
                               "publish an empty message",
                               &p->empty),
    CLI_option_number ('R',
                       "repeat",
                       "COUNT",
                       "publish the message COUNT times",
                       &p->repeat)
  };

  memcpy (at, options, sizeof (options));
  return at + sizeof (options) / sizeof (options[0]);
}


/**
 * Options that become properties of the message; otherwise the same.
 */
static struct GNUNET_GETOPT_CommandLineOption *
property_options (struct Publish *p, struct GNUNET_GETOPT_CommandLineOption *at)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    CLI_option_number ('e',
                       "expiry",
                       "SECONDS",
                       "the message is of no use after SECONDS",
                       &p->expiry),
    CLI_option_texts ('p',
                      "property",
                      "NAME=VALUE",
                      "user property, also as NAME VALUE; may be repeated",
                      &p->properties),
    GNUNET_GETOPT_option_string ('T',
                                 "content-type",
                                 "TYPE",
                                 "what the payload is, such as a MIME type",
                                 &p->content_type),
    GNUNET_GETOPT_option_string ('a',
                                 "response-topic",
                                 "TOPIC",
                                 "topic name for answers",
                                 &p->response_topic),
    GNUNET_GETOPT_option_string ('k',
                                 "correlation",
                                 "TEXT",
                                 "correlation data: what answers repeat",
                                 &p->correlation)
  };

  memcpy (at, options, sizeof (options));
  return at + sizeof (options) / sizeof (options[0]);
}


/**
 * The other options; otherwise the same.
 */
static struct GNUNET_GETOPT_CommandLineOption *
other_options (struct Publish *p, struct GNUNET_GETOPT_CommandLineOption *at)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_option_string ('t',
                                 "topic",
                                 "TOPIC",
                                 "topic name to publish to",
                                 &p->topic),
    GNUNET_GETOPT_option_string ('E',
                                 "ego",
                                 "EGO",
                                 "the topic belongs to this ego of yours",
                                 &p->ego),
    GNUNET_GETOPT_option_string ('g',
                                 "entry",
                                 "ENTRY",
                                 "the topic's owner has granted this entry",
                                 &p->entry),
    CLI_option_number ('q', "qos", "QOS", "0, 1 or 2; 0 unless given", &p->qos),
    GNUNET_GETOPT_option_flag ('r',
                               "retain",
                               "keep the message for later subscribers",
                               &p->retain),
    CLI_option_number ('W',
                       "timeout",
                       "SECONDS",
                       "give up when not all is published after SECONDS",
                       &p->timeout),
    CLI_option_version ()
  };

  memcpy (at, options, sizeof (options));
  return at + sizeof (options) / sizeof (options[0]);
}


/**
 * Read the command line and run.
 *
 * @return the exit code
 */
static int
run_program (struct Publish *p, int argc, char *const *argv)
{
  /* What is left 0 ends the list. */
  struct GNUNET_GETOPT_CommandLineOption options[OPTIONS_MAX] = { 0 };

  (void)CLI_session_options_list (
    &p->own,
    property_options (p, payload_options (p, other_options (p, options))));
  switch (GNUNET_PROGRAM_run (argc, argv, USAGE, ABOUT, options, &run, p))
  {
  case GNUNET_OK:
    return p->session.code;
  case GNUNET_NO:
    return CLI_DONE;
  default:
    return CLI_WRONG_USE;
  }
}


int
main (int argc, char *const *argv)
{
  struct Publish p = { .session = { .program = PROGRAM },
                       .own = CLI_SESSION_OPTIONS_INIT,
                       .qos = { .most = 2 },
                       .repeat = { .value = 1, .least = 1, .most = UINT64_MAX },
                       .timeout = { .least = 1, .most = UINT32_MAX },
                       .expiry = { .least = 1, .most = UINT32_MAX } };
  int code;

  CLI_secure_descriptors ();
  code = run_program (&p, argc, argv);
  GNUNET_free (p.topic);
  GNUNET_free (p.text);
  GNUNET_free (p.file);
  GNUNET_free (p.content_type);
  GNUNET_free (p.response_topic);
  GNUNET_free (p.correlation);
  GNUNET_free (p.ego);
  GNUNET_free (p.entry);
  CLI_texts_free (&p.properties);
  CLI_session_options_free (&p.own);
  GNUNET_free (p.user_properties);
  return code;
}
