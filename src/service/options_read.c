/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/options_read.c
 * @brief Reads single options of section [mqtt].
 */
#include "options_read.h"

/** Milliseconds. */
#define SECOND (1000ULL)


void
MQTT_option_complain (const struct GNUNET_CONFIGURATION_Handle *cfg,
                      const char *name,
                      const char *range)
{
  char *text = NULL;

  (void)GNUNET_CONFIGURATION_get_value_string (cfg,
                                               MQTT_OPTIONS_SECTION,
                                               name,
                                               &text);
  GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
              "[%s] %s must be %s, not \"%s\"\n",
              MQTT_OPTIONS_SECTION,
              name,
              range,
              (NULL == text) ? "" : text);
  GNUNET_free (text);
}


/**
 * Read a number or, if @a is_size, a size with a unit.
 */
static bool
load_number (const struct GNUNET_CONFIGURATION_Handle *cfg,
             const struct MQTT_OptionNumber *number,
             bool is_size,
             unsigned long long *value)
{
  enum GNUNET_GenericReturnValue got;
  char range[100];

  *value = number->preset;
  if (GNUNET_YES
      != GNUNET_CONFIGURATION_have_value (cfg,
                                          MQTT_OPTIONS_SECTION,
                                          number->name))
    return true;
  got = is_size ? GNUNET_CONFIGURATION_get_value_size (cfg,
                                                       MQTT_OPTIONS_SECTION,
                                                       number->name,
                                                       value)
                : GNUNET_CONFIGURATION_get_value_number (cfg,
                                                         MQTT_OPTIONS_SECTION,
                                                         number->name,
                                                         value);
  if ((GNUNET_OK == got) && (*value >= number->least)
      && (*value <= number->most))
    return true;
  GNUNET_snprintf (range,
                   sizeof (range),
                   "%s from %llu to %llu",
                   is_size ? "a size in bytes" : "a number",
                   number->least,
                   number->most);
  MQTT_option_complain (cfg, number->name, range);
  return false;
}


bool
MQTT_option_size (const struct GNUNET_CONFIGURATION_Handle *cfg,
                  const struct MQTT_OptionNumber *number,
                  size_t *value)
{
  unsigned long long got;

  if (!load_number (cfg, number, true, &got))
    return false;
  *value = (size_t)got;
  return true;
}


bool
MQTT_option_count (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   const struct MQTT_OptionNumber *number,
                   unsigned int *value)
{
  unsigned long long got;

  if (!load_number (cfg, number, false, &got))
    return false;
  *value = (unsigned int)got;
  return true;
}


static struct GNUNET_TIME_Relative
milliseconds (unsigned long long n)
{
  return GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, n);
}


/**
 * Is a time in its range?  GNUnet reads a number without a unit as microseconds,
 * and a negative one as ages: none of ours is that short but 0, or that long.
 */
static bool
is_within (const struct MQTT_OptionTime *time,
           struct GNUNET_TIME_Relative value)
{
  unsigned long long least = GNUNET_MAX (1, time->least);

  if ((0 == time->least) && GNUNET_TIME_relative_is_zero (value))
    return true;
  return GNUNET_TIME_relative_cmp (value, >=, milliseconds (least))
         && GNUNET_TIME_relative_cmp (value, <=, milliseconds (time->most));
}


bool
MQTT_option_time (const struct GNUNET_CONFIGURATION_Handle *cfg,
                  const struct MQTT_OptionTime *time,
                  struct GNUNET_TIME_Relative *value)
{
  char range[100];

  *value = milliseconds (time->preset);
  if (GNUNET_YES
      != GNUNET_CONFIGURATION_have_value (cfg,
                                          MQTT_OPTIONS_SECTION,
                                          time->name))
    return true;
  if ((GNUNET_OK
       == GNUNET_CONFIGURATION_get_value_time (cfg,
                                               MQTT_OPTIONS_SECTION,
                                               time->name,
                                               value))
      && is_within (time, *value))
    return true;
  GNUNET_snprintf (range,
                   sizeof (range),
                   "a time with a unit, from %llu ms to %llu s",
                   time->least,
                   time->most / SECOND);
  MQTT_option_complain (cfg, time->name, range);
  return false;
}


bool
MQTT_option_choice (const struct GNUNET_CONFIGURATION_Handle *cfg,
                    const char *name,
                    bool *value)
{
  enum GNUNET_GenericReturnValue got = GNUNET_NO;

  if (GNUNET_YES
      == GNUNET_CONFIGURATION_have_value (cfg, MQTT_OPTIONS_SECTION, name))
    got = GNUNET_CONFIGURATION_get_value_yesno (cfg,
                                                MQTT_OPTIONS_SECTION,
                                                name);
  *value = (GNUNET_YES == got);
  if (GNUNET_SYSERR != got)
    return true;
  MQTT_option_complain (cfg, name, "YES or NO");
  return false;
}
