/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/session_options.h
 * @brief The part of the command line that asks for a session of one's own at the
 *        service, and for a will.
 */
#ifndef MQTT_CLI_SESSION_OPTIONS_H
#define MQTT_CLI_SESSION_OPTIONS_H

#include "gnunet_mqtt_session.h"
#include "options.h"

/** How many options CLI_session_options_list() adds. */
#define CLI_SESSION_OPTIONS 8

/**
 * To be begun with #CLI_SESSION_OPTIONS_INIT.
 */
struct CLI_SessionOptions
{
  /** What was asked for; points into the rest. */
  struct GNUNET_MQTT_SessionOptions options;
  struct GNUNET_MQTT_Will will;

  /* The command line. */
  char *id;
  int clean_start;
  struct CLI_Number expiry;
  char *will_topic;
  char *will_payload;
  struct CLI_Number will_qos;
  int will_retain;
  struct CLI_Number will_delay;
};

#define CLI_SESSION_OPTIONS_INIT \
  { \
    .expiry = { .most = UINT32_MAX }, .will_qos = { .most = 2 }, \
    .will_delay = { \
      .most = UINT32_MAX \
    } \
  }


/**
 * @param s where the command line is to be put
 * @param at where to put the options
 * @return behind the last
 */
struct GNUNET_GETOPT_CommandLineOption *
CLI_session_options_list (struct CLI_SessionOptions *s,
                          struct GNUNET_GETOPT_CommandLineOption *at);


/**
 * Is a session asked for?
 */
bool
CLI_session_options_given (const struct CLI_SessionOptions *s);


/**
 * Check the command line, and set @e options by it: the program is to acknowledge
 * messages.
 *
 * @param s what was read
 * @param program name of the program, for complaints
 * @return false if something is wrong, and was complained about
 */
bool
CLI_session_options_take (struct CLI_SessionOptions *s, const char *program);


void
CLI_session_options_free (struct CLI_SessionOptions *s);

#endif
