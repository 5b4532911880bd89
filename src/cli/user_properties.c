/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/user_properties.c
 * @brief User properties as they are written on a command line.
 */
#include "user_properties.h"


bool
CLI_user_properties (const char *program,
                     const struct CLI_Texts *texts,
                     char *const **arguments,
                     struct GNUNET_MQTT_UserProperty **properties)
{
  *properties = GNUNET_new_array (texts->count,
                                  struct GNUNET_MQTT_UserProperty);
  for (unsigned int i = 0; i < texts->count; i++)
  {
    struct GNUNET_MQTT_UserProperty *property = &(*properties)[i];
    const char *text = texts->at[i];
    const char *mark = strchr (text, '=');
    const char *value = (NULL == mark) ? **arguments : mark + 1;

    if (NULL == value)
    {
      CLI_complain (program,
                    "--property takes NAME=VALUE or NAME VALUE, not \"%s\"",
                    text);
      GNUNET_free (*properties);
      return false;
    }
    if (NULL == mark)
      (*arguments)++;
    property->name = text;
    property->name_size = (NULL == mark) ? strlen (text)
                                         : (size_t)(mark - text);
    property->value = value;
    property->value_size = strlen (value);
  }
  return true;
}
