/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/anonymity.c
 * @brief The options that say what peers may know of a subscription.
 */
#include "anonymity.h"


struct GNUNET_GETOPT_CommandLineOption *
CLI_anonymity_list (struct CLI_Anonymity *a,
                    struct GNUNET_GETOPT_CommandLineOption *at)
{
  const struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_option_flag (
      'H',
      "anonymous",
      "hide from the network that this peer subscribes",
      &a->anonymous),
    GNUNET_GETOPT_option_flag ('n',
                               "named",
                               "do not, whatever the configuration says",
                               &a->named),
  };

  memcpy (at, options, sizeof (options));
  return at + sizeof (options) / sizeof (options[0]);
}


const char *
CLI_anonymity_wrong (const struct CLI_Anonymity *a)
{
  return (a->anonymous && a->named)
           ? "--anonymous and --named exclude each other"
           : NULL;
}


enum GNUNET_MQTT_Anonymity
CLI_anonymity_value (const struct CLI_Anonymity *a)
{
  if (a->anonymous)
    return GNUNET_MQTT_ANONYMITY_ANONYMOUS;
  return a->named ? GNUNET_MQTT_ANONYMITY_NAMED
                  : GNUNET_MQTT_ANONYMITY_CONFIGURED;
}
