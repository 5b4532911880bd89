/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/session_options.c
 * @brief Sessions and wills on the command line.
 */
#include "session_options.h"
#include <inttypes.h>
#include "topic_complaint.h"

/** Seconds that a session stays unless something else is asked for: a day. */
#define EXPIRY_DEFAULT (24 * 60 * 60)


struct GNUNET_GETOPT_CommandLineOption *
CLI_session_options_list (struct CLI_SessionOptions *s,
                          struct GNUNET_GETOPT_CommandLineOption *at)
{
  const struct GNUNET_GETOPT_CommandLineOption options[CLI_SESSION_OPTIONS] = {
    GNUNET_GETOPT_option_string ('I',
                                 "id",
                                 "ID",
                                 "have the session of this client identifier",
                                 &s->id),
    GNUNET_GETOPT_option_flag ('S',
                               "clean-start",
                               "drop what the session has kept",
                               &s->clean_start),
    CLI_option_number (
      'x',
      "session-expiry",
      "SECONDS",
      "how long it is kept from the end on; a day unless given",
      &s->expiry),
    GNUNET_GETOPT_option_string ('w',
                                 "will-topic",
                                 "TOPIC",
                                 "publish there if this program vanishes",
                                 &s->will_topic),
    GNUNET_GETOPT_option_string ('y',
                                 "will-payload",
                                 "TEXT",
                                 "what to publish then; empty unless given",
                                 &s->will_payload),
    CLI_option_number ('Q',
                       "will-qos",
                       "QOS",
                       "at which QoS; 0 unless given",
                       &s->will_qos),
    GNUNET_GETOPT_option_flag ('K',
                               "will-retain",
                               "keep it for later subscribers",
                               &s->will_retain),
    CLI_option_number ('D',
                       "will-delay",
                       "SECONDS",
                       "how long it must be gone before; 0 unless given",
                       &s->will_delay)
  };

  memcpy (at, options, sizeof (options));
  return at + CLI_SESSION_OPTIONS;
}


bool
CLI_session_options_given (const struct CLI_SessionOptions *s)
{
  return (NULL != s->id) || (NULL != s->will_topic);
}


static struct GNUNET_TIME_Relative
seconds (uint64_t count)
{
  return (UINT32_MAX == count)
           ? GNUNET_TIME_UNIT_FOREVER_REL
           : GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, count);
}


/**
 * Check what is given together.
 *
 * @return what is wrong, NULL if nothing is
 */
static const char *
find_wrong (const struct CLI_SessionOptions *s)
{
  if ((NULL == s->id) && (s->clean_start || s->expiry.given))
    return "--clean-start and --session-expiry are for a session: --id ID";
  if ((NULL != s->id)
      && (('\0' == s->id[0]) || (GNUNET_MQTT_CLIENT_ID_MAX < strlen (s->id))))
    return "--id takes from 1 to 65535 bytes";
  if ((NULL == s->will_topic)
      && ((NULL != s->will_payload) || s->will_qos.given || s->will_retain
          || s->will_delay.given))
    return "a will needs a topic: --will-topic TOPIC";
  return NULL;
}


/**
 * Set the will, if there is one.
 *
 * @return false if its topic is wrong, and was complained about
 */
static bool
take_will (struct CLI_SessionOptions *s, const char *program)
{
  struct GNUNET_MQTT_Message *message = &s->will.message;
  const char *payload = (NULL == s->will_payload) ? "" : s->will_payload;

  if (NULL == s->will_topic)
    return true;
  message->topic = s->will_topic;
  message->topic_size = strlen (s->will_topic);
  message->payload = payload;
  message->payload_size = strlen (payload);
  message->qos = (uint8_t)s->will_qos.value;
  message->retain = (0 != s->will_retain);
  s->will.delay = seconds (s->will_delay.value);
  s->options.will = &s->will;
  return CLI_check_topic_name (program, "topic of the will", s->will_topic);
}


bool
CLI_session_options_take (struct CLI_SessionOptions *s, const char *program)
{
  const char *wrong = find_wrong (s);

  if (NULL != wrong)
  {
    CLI_complain (program, "%s (--help tells more)", wrong);
    return false;
  }
  if (!CLI_session_options_given (s))
    return true;
  /* A will belongs to a session, too: one that ends with this program. */
  if (NULL == s->id)
    GNUNET_asprintf (
      &s->id,
      "%s-%016" PRIx64,
      program,
      GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE, UINT64_MAX));
  else
    s->options.expiry = seconds (s->expiry.given ? s->expiry.value
                                                 : EXPIRY_DEFAULT);
  /* Who does not write messages leaves them in the session. */
  s->options.acknowledge = GNUNET_MQTT_ACKNOWLEDGE_BY_APPLICATION;
  s->options.client_id = s->id;
  s->options.client_id_size = strlen (s->id);
  s->options.clean_start = (0 != s->clean_start);
  return take_will (s, program);
}


void
CLI_session_options_free (struct CLI_SessionOptions *s)
{
  GNUNET_free (s->id);
  GNUNET_free (s->will_topic);
  GNUNET_free (s->will_payload);
}
