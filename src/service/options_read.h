/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/options_read.h
 * @brief Reads single options of section [mqtt].  Only for options.c and
 *        options_access.c.
 *
 * Each function returns false if the option cannot be read, or is out of range;
 * that was logged.
 */
#ifndef MQTT_SERVICE_OPTIONS_READ_H
#define MQTT_SERVICE_OPTIONS_READ_H

#include "options.h"

#define KIB (1024ULL)
#define MIB (1024ULL * 1024)
#define TIB (1024 * 1024 * MIB)

/** Milliseconds. */
#define SECOND (1000ULL)
#define HOUR (3600 * SECOND)
#define YEAR (365 * 24 * HOUR)

/** What reading one option needs to know. */
struct MQTT_OptionNumber
{
  const char *name;
  unsigned long long preset;
  unsigned long long least;
  unsigned long long most;
};

struct MQTT_OptionTime
{
  const char *name;
  /** Milliseconds. */
  unsigned long long preset;
  unsigned long long least;
  unsigned long long most;
};


/**
 * Say what an option must be, and what it is.
 */
void
MQTT_option_complain (const struct GNUNET_CONFIGURATION_Handle *cfg,
                      const char *name,
                      const char *range);


/**
 * Read a size with a unit, in bytes.
 */
bool
MQTT_option_size (const struct GNUNET_CONFIGURATION_Handle *cfg,
                  const struct MQTT_OptionNumber *number,
                  size_t *value);


bool
MQTT_option_count (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   const struct MQTT_OptionNumber *number,
                   unsigned int *value);


bool
MQTT_option_time (const struct GNUNET_CONFIGURATION_Handle *cfg,
                  const struct MQTT_OptionTime *time,
                  struct GNUNET_TIME_Relative *value);


/**
 * Read YES or NO; NO if there is nothing.
 */
bool
MQTT_option_choice (const struct GNUNET_CONFIGURATION_Handle *cfg,
                    const char *name,
                    bool *value);


/**
 * Read what says who is not named, who is refused, and how much others may send.
 */
bool
MQTT_options_load_access (const struct GNUNET_CONFIGURATION_Handle *cfg,
                          struct MQTT_Options *options);

#endif
