/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/user_properties.h
 * @brief User properties as they are written on a command line.
 */
#ifndef MQTT_CLI_USER_PROPERTIES_H
#define MQTT_CLI_USER_PROPERTIES_H

#include "gnunet_mqtt_service.h"
#include "options.h"

/**
 * Take them apart: "NAME=VALUE", or "NAME", whose value is then the first
 * argument that belongs to no option.  Complains of one without a value.
 *
 * @param program name of the program, for the complaint
 * @param texts as they were given
 * @param[in,out] arguments what belongs to no option, behind the last a NULL;
 *        those that are taken are passed over
 * @param[out] properties as many as @a texts, in memory of @a texts and of the
 *        arguments; to be freed with GNUNET_free()
 * @return false if one has no value; nothing is to be freed then
 */
bool
CLI_user_properties (const char *program,
                     const struct CLI_Texts *texts,
                     char *const **arguments,
                     struct GNUNET_MQTT_UserProperty **properties);

#endif
