/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file plugin/plugin_gnsrecord_mqtt.c
 * @brief Teaches GNUnet's tools the records of blacklists: their name, and their text.
 */
#include "../core/blacklist_entry.h"
#include <gnunet/gnunet_gnsrecord_plugin.h>

/* GNUnet finds these by name. */
void *
libgnunet_plugin_gnsrecord_mqtt_init (void *cls);

void *
libgnunet_plugin_gnsrecord_mqtt_done (void *cls);


/**
 * #GNUNET_GNSRECORD_ValueToStringFunction
 */
static char *
value_to_string (void *cls, uint32_t type, const void *data, size_t data_size)
{
  struct MQTT_BlacklistEntry entry;

  (void)cls;
  if ((MQTT_BLACKLIST_RECORD != type)
      || !MQTT_blacklist_entry_read (data, data_size, &entry))
    return NULL;
  return MQTT_blacklist_entry_to_text (&entry);
}


/**
 * #GNUNET_GNSRECORD_StringToValueFunction
 */
static int
string_to_value (void *cls,
                 uint32_t type,
                 const char *s,
                 void **data,
                 size_t *data_size)
{
  struct MQTT_BlacklistEntry entry;

  (void)cls;
  if ((MQTT_BLACKLIST_RECORD != type)
      || !MQTT_blacklist_entry_of_text (s, strlen (s), &entry))
    return GNUNET_SYSERR;
  *data = GNUNET_malloc (MQTT_BLACKLIST_RECORD_MAX);
  *data_size = MQTT_blacklist_entry_write (&entry, *data);
  return GNUNET_OK;
}


/**
 * #GNUNET_GNSRECORD_TypenameToNumberFunction
 */
static uint32_t
typename_to_number (void *cls, const char *dns_typename)
{
  (void)cls;
  return (0 == strcasecmp (MQTT_BLACKLIST_RECORD_NAME, dns_typename))
           ? MQTT_BLACKLIST_RECORD
           : UINT32_MAX;
}


/**
 * #GNUNET_GNSRECORD_NumberToTypenameFunction
 */
static const char *
number_to_typename (void *cls, uint32_t type)
{
  (void)cls;
  return (MQTT_BLACKLIST_RECORD == type) ? MQTT_BLACKLIST_RECORD_NAME : NULL;
}


/**
 * #GNUNET_GNSRECORD_IsCriticalFunction
 */
static enum GNUNET_GenericReturnValue
is_critical (void *cls, uint32_t type)
{
  (void)cls;
  (void)type;
  return GNUNET_NO;
}


void *
libgnunet_plugin_gnsrecord_mqtt_init (void *cls)
{
  struct GNUNET_GNSRECORD_PluginFunctions *api = GNUNET_new (
    struct GNUNET_GNSRECORD_PluginFunctions);

  (void)cls;
  api->value_to_string = &value_to_string;
  api->string_to_value = &string_to_value;
  api->typename_to_number = &typename_to_number;
  api->number_to_typename = &number_to_typename;
  api->is_critical = &is_critical;
  return api;
}


void *
libgnunet_plugin_gnsrecord_mqtt_done (void *cls)
{
  GNUNET_free (cls);
  return NULL;
}
