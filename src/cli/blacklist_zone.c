/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/blacklist_zone.c
 * @brief A blacklist in the GNS zone of an ego, in NAMESTORE.
 */
#include "blacklist_zone.h"
#include "gnunet_mqtt_blacklist.h"

/** Entry of a list that may be empty. */
#define NOBODY "nobody"

/** A list that is being changed. */
struct Records
{
  struct GNUNET_GNSRECORD_Data *at;
  unsigned int count;
};

struct CLI_BlacklistZone
{
  struct GNUNET_NAMESTORE_Handle *namestore;
  struct GNUNET_NAMESTORE_QueueEntry *request;
  struct GNUNET_IDENTITY_PrivateKey key;
  const struct CLI_BlacklistRequest *wish;
  CLI_BlacklistFound found;
  CLI_BlacklistDone done;
  void *cls;
};


/**
 * The namestore has vanished.
 */
static void
on_lost (void *cls)
{
  struct CLI_BlacklistZone *zone = cls;

  zone->request = NULL;
  zone->done (zone->cls, "the namestore has gone away");
}


static void
on_stored (void *cls, enum GNUNET_ErrorCode error)
{
  struct CLI_BlacklistZone *zone = cls;

  zone->request = NULL;
  zone->done (zone->cls,
              (GNUNET_EC_NONE == error) ? NULL
                                        : GNUNET_ErrorCode_get_hint (error));
}


/**
 * @return the entry's text, free it; NULL if it is no entry
 */
static char *
text_of (const struct GNUNET_GNSRECORD_Data *record)
{
  return GNUNET_MQTT_blacklist_read (record->record_type,
                                     record->data,
                                     record->data_size);
}


/**
 * Does a record have this entry?
 */
static bool
says (const struct GNUNET_GNSRECORD_Data *record, const char *entry)
{
  char *text = text_of (record);
  bool same = (NULL != text) && (0 == strcmp (text, entry));

  GNUNET_free (text);
  return same;
}


/**
 * Take the records with an entry away.
 *
 * @return false if there are none
 */
static bool
take_away (struct Records *records, const char *entry)
{
  unsigned int kept = 0;
  bool found = false;

  for (unsigned int i = 0; i < records->count; i++)
    if (says (&records->at[i], entry))
      found = true;
    else
      records->at[kept++] = records->at[i];
  records->count = kept;
  return found;
}


/**
 * Put an entry there, in place of what had it.
 *
 * @param records with room for it
 * @return what the record consists of, to be freed when it is stored
 */
static void *
put (const struct CLI_BlacklistZone *zone,
     struct Records *records,
     const char *entry)
{
  const struct CLI_BlacklistRequest *wish = zone->wish;
  struct GNUNET_GNSRECORD_Data *record;
  size_t size;
  void *data = GNUNET_MQTT_blacklist_write (entry, &size);

  (void)take_away (records, entry);
  record = &records->at[records->count++];
  *record = (struct GNUNET_GNSRECORD_Data){
    .data = data,
    .data_size = size,
    .record_type = GNUNET_MQTT_BLACKLIST_RECORD,
    .expiration_time = wish->lifetime.rel_value_us,
    .flags = GNUNET_GNSRECORD_RF_RELATIVE_EXPIRATION,
  };
  if (!wish->is_public)
    record->flags |= GNUNET_GNSRECORD_RF_PRIVATE;
  return data;
}


static bool
has_entries (const struct Records *records)
{
  for (unsigned int i = 0; i < records->count; i++)
  {
    char *text = text_of (&records->at[i]);
    bool is_entry = (NULL != text);

    GNUNET_free (text);
    if (is_entry)
      return true;
  }
  return false;
}


/**
 * Store what was changed.
 */
static void
store (struct CLI_BlacklistZone *zone, const struct Records *records)
{
  zone->request = GNUNET_NAMESTORE_records_store (zone->namestore,
                                                  &zone->key,
                                                  zone->wish->label,
                                                  records->count,
                                                  records->at,
                                                  &on_stored,
                                                  zone);
}


/**
 * @param records with room for all that is added
 */
static void
add (struct CLI_BlacklistZone *zone, struct Records *records)
{
  void **data = NULL;
  unsigned int count = 0;

  (void)take_away (records, NOBODY);
  for (char *const *entry = zone->wish->entries; NULL != *entry; entry++)
    GNUNET_array_append (data, count, put (zone, records, *entry));
  store (zone, records);
  for (unsigned int i = 0; i < count; i++)
    GNUNET_free (data[i]);
  GNUNET_array_grow (data, count, 0);
}


/**
 * @param records with room for one more: a list that is empty says so
 */
static void
take_off (struct CLI_BlacklistZone *zone, struct Records *records)
{
  void *nobody = NULL;

  for (char *const *entry = zone->wish->entries; NULL != *entry; entry++)
    if (!take_away (records, *entry))
    {
      zone->done (zone->cls, "that is not on the list");
      return;
    }
  if (!has_entries (records))
    nobody = put (zone, records, NOBODY);
  store (zone, records);
  GNUNET_free (nobody);
}


static void
show (struct CLI_BlacklistZone *zone, const struct Records *records)
{
  for (unsigned int i = 0; i < records->count; i++)
  {
    char *text = text_of (&records->at[i]);

    if ((NULL != text) && (0 != strcmp (NOBODY, text)))
      zone->found (zone->cls, text);
    GNUNET_free (text);
  }
  zone->done (zone->cls, NULL);
}


/**
 * What is there so far: #GNUNET_NAMESTORE_RecordMonitor
 */
static void
on_records (void *cls,
            const struct GNUNET_IDENTITY_PrivateKey *key,
            const char *label,
            unsigned int count,
            const struct GNUNET_GNSRECORD_Data *there)
{
  struct CLI_BlacklistZone *zone = cls;
  struct Records records = { .count = count };
  unsigned int room = count + 1;

  (void)key;
  (void)label;
  zone->request = NULL;
  for (char *const *entry = zone->wish->entries; NULL != *entry; entry++)
    room++;
  records.at = GNUNET_new_array (room, struct GNUNET_GNSRECORD_Data);
  if (0 < count)
    GNUNET_memcpy (records.at, there, count * sizeof (there[0]));
  switch (zone->wish->deed)
  {
  case CLI_BLACKLIST_LIST:
    show (zone, &records);
    break;
  case CLI_BLACKLIST_ADD:
    add (zone, &records);
    break;
  case CLI_BLACKLIST_REMOVE:
    take_off (zone, &records);
    break;
  }
  GNUNET_free (records.at);
}


struct CLI_BlacklistZone *
CLI_blacklist_zone_open (const struct GNUNET_CONFIGURATION_Handle *cfg,
                         const struct GNUNET_IDENTITY_PrivateKey *key,
                         const struct CLI_BlacklistRequest *request,
                         CLI_BlacklistFound found,
                         CLI_BlacklistDone done,
                         void *cls)
{
  struct CLI_BlacklistZone *zone = GNUNET_new (struct CLI_BlacklistZone);

  zone->key = *key;
  zone->wish = request;
  zone->found = found;
  zone->done = done;
  zone->cls = cls;
  zone->namestore = GNUNET_NAMESTORE_connect (cfg);
  zone->request = GNUNET_NAMESTORE_records_lookup (zone->namestore,
                                                   &zone->key,
                                                   request->label,
                                                   &on_lost,
                                                   zone,
                                                   &on_records,
                                                   zone);
  return zone;
}


void
CLI_blacklist_zone_close (struct CLI_BlacklistZone *zone)
{
  if (NULL != zone->request)
    GNUNET_NAMESTORE_cancel (zone->request);
  if (NULL != zone->namestore)
    GNUNET_NAMESTORE_disconnect (zone->namestore);
  GNUNET_free (zone);
}
