/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/regex.h
 * @brief The meeting place made of GNUnet's REGEX service.  Announces nothing
 *        anonymously.
 *
 * Notices when that service dies.  Its API would then repeat all announcements
 * and searches at once, of which the DHT loses most; they are cancelled instead
 * and our caller asks again at his pace.
 */
#ifndef MQTT_SERVICE_REGEX_H
#define MQTT_SERVICE_REGEX_H

#include "rendezvous.h"

struct MQTT_Regex;


/**
 * @param cfg configuration
 * @param refresh how often announcements are repeated
 * @param failed called after the REGEX service has died, from a task of its own
 * @param cls closure for @a failed
 */
struct MQTT_Regex *
MQTT_regex_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   struct GNUNET_TIME_Relative refresh,
                   MQTT_RendezvousFailed failed,
                   void *cls);


/**
 * Ends everything that was announced or searched for.
 */
void
MQTT_regex_destroy (struct MQTT_Regex *regex);


/**
 * The functions, valid until MQTT_regex_destroy().
 */
const struct MQTT_RendezvousOps *
MQTT_regex_ops (struct MQTT_Regex *regex);

#endif
