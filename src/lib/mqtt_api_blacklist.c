/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_blacklist.c
 * @brief Entries of blacklists, for who keeps some.
 */
#include <gnunet/gnunet_util_lib.h>
#include "../core/blacklist_entry.h"
#include "gnunet_mqtt_blacklist.h"


char *
GNUNET_MQTT_blacklist_read (uint32_t type, const void *data, size_t size)
{
  struct MQTT_BlacklistEntry entry;
  bool good;

  switch (type)
  {
  case GNUNET_MQTT_BLACKLIST_RECORD:
    good = MQTT_blacklist_entry_read (data, size, &entry);
    break;
  case GNUNET_DNSPARSER_TYPE_TXT:
    good = MQTT_blacklist_entry_of_txt (data, size, &entry);
    break;
  default:
    return NULL;
  }
  return good ? MQTT_blacklist_entry_to_text (&entry) : NULL;
}


void *
GNUNET_MQTT_blacklist_write (const char *text, size_t *size)
{
  struct MQTT_BlacklistEntry entry;
  char data[MQTT_BLACKLIST_RECORD_MAX];

  if (!MQTT_blacklist_entry_of_text (text, strlen (text), &entry))
    return NULL;
  *size = MQTT_blacklist_entry_write (&entry, data);
  return GNUNET_memdup (data, *size);
}
