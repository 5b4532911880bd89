/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/anonymity.h
 * @brief The options that say what peers may know of a subscription.
 */
#ifndef MQTT_CLI_ANONYMITY_H
#define MQTT_CLI_ANONYMITY_H

#include <gnunet/gnunet_util_lib.h>
#include "gnunet_mqtt_service.h"

/** The command line; all 0 before. */
struct CLI_Anonymity
{
  int anonymous;
  int named;
};


/**
 * @param a where the command line is to be put
 * @param at where to put the options
 * @return behind the last
 */
struct GNUNET_GETOPT_CommandLineOption *
CLI_anonymity_list (struct CLI_Anonymity *a,
                    struct GNUNET_GETOPT_CommandLineOption *at);


/**
 * @return what is wrong with the command line, NULL if nothing is
 */
const char *
CLI_anonymity_wrong (const struct CLI_Anonymity *a);


enum GNUNET_MQTT_Anonymity
CLI_anonymity_value (const struct CLI_Anonymity *a);

#endif
