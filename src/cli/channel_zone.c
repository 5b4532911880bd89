/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/channel_zone.c
 * @brief Channel entries in NAMESTORE.  Knows nothing of the command line.
 */
#include "channel_zone.h"
#include <gnunet/gnunet_gnsrecord_lib.h>
#include <gnunet/gnunet_namestore_service.h>

/** What a label with entries begins with. */
#define LABEL_PREFIX "mqtt-"

/** Bytes of a peer's identity as text, with the terminating 0. */
#define PEER_TEXT 53

/** For how long others believe what they have read: a revocation counts then. */
#define GRANT_TTL GNUNET_TIME_UNIT_MINUTES

/** The same where something is revoked: that must not be missing until the zone is
    published again, a quarter of an hour later at the most. */
#define REVOCATION_TTL GNUNET_TIME_UNIT_HOURS

struct CLI_ChannelZone
{
  struct GNUNET_NAMESTORE_Handle *namestore;
  struct GNUNET_IDENTITY_PrivateKey key;
  struct GNUNET_NAMESTORE_ZoneIterator *iterator;
  struct GNUNET_NAMESTORE_QueueEntry *request;
  /** What is to be published; NULL when listing. */
  struct GNUNET_MQTT_ChannelEntry *entry;
  /** Something is revoked where it is published. */
  bool revokes;
  CLI_ChannelFound found;
  CLI_ChannelDone done;
  void *cls;
};


struct CLI_ChannelZone *
CLI_channel_zone_open (const struct GNUNET_CONFIGURATION_Handle *cfg,
                       const struct GNUNET_IDENTITY_PrivateKey *key)
{
  struct CLI_ChannelZone *zone = GNUNET_new (struct CLI_ChannelZone);

  zone->key = *key;
  zone->namestore = GNUNET_NAMESTORE_connect (cfg);
  return zone;
}


void
CLI_channel_zone_close (struct CLI_ChannelZone *zone)
{
  if (NULL != zone->iterator)
    GNUNET_NAMESTORE_zone_iteration_stop (zone->iterator);
  if (NULL != zone->request)
    GNUNET_NAMESTORE_cancel (zone->request);
  if (NULL != zone->namestore)
    GNUNET_NAMESTORE_disconnect (zone->namestore);
  GNUNET_free (zone);
}


/**
 * The namestore has vanished.
 */
static void
on_lost (void *cls)
{
  struct CLI_ChannelZone *zone = cls;

  zone->iterator = NULL;
  zone->request = NULL;
  zone->done (zone->cls, "the namestore has gone away");
}


/**
 * Read an entry of the zone's ego from a record.
 *
 * @param[out] text set to its text, free it
 * @return NULL if there is none in it
 */
static struct GNUNET_MQTT_ChannelEntry *
read_record (const struct CLI_ChannelZone *zone,
             const struct GNUNET_GNSRECORD_Data *record,
             char **text)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_MQTT_ChannelEntry *entry;

  if (GNUNET_DNSPARSER_TYPE_TXT != record->record_type)
    return NULL;
  entry = GNUNET_MQTT_channel_read (record->data, record->data_size, NULL);
  if (NULL == entry)
    return NULL;
  if ((GNUNET_OK != GNUNET_IDENTITY_key_get_public (&zone->key, &owner))
      || (0 != GNUNET_memcmp (&owner, &entry->owner)))
  {
    GNUNET_free (entry);
    return NULL;
  }
  *text = GNUNET_strndup (record->data, record->data_size);
  return entry;
}


/* ---- listing ---- */

/**
 * Records of one label: #GNUNET_NAMESTORE_RecordMonitor
 */
static void
on_label (void *cls,
          const struct GNUNET_IDENTITY_PrivateKey *key,
          const char *label,
          unsigned int count,
          const struct GNUNET_GNSRECORD_Data *records)
{
  struct CLI_ChannelZone *zone = cls;

  (void)key;
  (void)label;
  for (unsigned int i = 0; i < count; i++)
  {
    char *text;
    struct GNUNET_MQTT_ChannelEntry *entry = read_record (zone,
                                                          &records[i],
                                                          &text);

    if (NULL == entry)
      continue;
    zone->found (zone->cls, entry, text);
    GNUNET_free (text);
    GNUNET_free (entry);
  }
  GNUNET_NAMESTORE_zone_iterator_next (zone->iterator, 1);
}


static void
on_listed (void *cls)
{
  struct CLI_ChannelZone *zone = cls;

  zone->iterator = NULL;
  zone->done (zone->cls, NULL);
}


void
CLI_channel_zone_list (struct CLI_ChannelZone *zone,
                       CLI_ChannelFound found,
                       CLI_ChannelDone done,
                       void *cls)
{
  zone->found = found;
  zone->done = done;
  zone->cls = cls;
  zone->iterator = GNUNET_NAMESTORE_zone_iteration_start (zone->namestore,
                                                          &zone->key,
                                                          &on_lost,
                                                          zone,
                                                          &on_label,
                                                          zone,
                                                          &on_listed,
                                                          zone);
}


/* ---- publishing ---- */

/**
 * Label of what is published for a peer.
 */
static void
label_of (const struct GNUNET_PeerIdentity *peer,
          char label[sizeof (LABEL_PREFIX) + PEER_TEXT])
{
  GNUNET_snprintf (label,
                   sizeof (LABEL_PREFIX) + PEER_TEXT,
                   LABEL_PREFIX "%s",
                   GNUNET_i2s_full (peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
}


static void
on_stored (void *cls, enum GNUNET_ErrorCode error)
{
  struct CLI_ChannelZone *zone = cls;

  zone->request = NULL;
  zone->done (zone->cls,
              (GNUNET_EC_NONE == error) ? NULL
                                        : GNUNET_ErrorCode_get_hint (error));
}


/**
 * Does a record stay beside the new entry?  Raises the new entry's serial above
 * that of the one in the record.
 */
static bool
stays (struct CLI_ChannelZone *zone, const struct GNUNET_GNSRECORD_Data *record)
{
  char *text;
  struct GNUNET_MQTT_ChannelEntry *old = read_record (zone, record, &text);
  bool covered;

  if (NULL == old)
    return true;
  zone->entry->serial = GNUNET_MAX (zone->entry->serial, old->serial + 1);
  covered = (0 == GNUNET_memcmp (&old->peer, &zone->entry->peer))
            && GNUNET_MQTT_channel_covers (zone->entry,
                                           old->prefix,
                                           old->prefix_size);
  zone->revokes = zone->revokes || (old->revokes && !covered);
  GNUNET_free (text);
  GNUNET_free (old);
  return !covered;
}


/**
 * Store what stays, and the new entry.
 *
 * @param records of the label; the last one is free for the new entry
 */
static void
store (struct CLI_ChannelZone *zone,
       unsigned int count,
       struct GNUNET_GNSRECORD_Data *records)
{
  char label[sizeof (LABEL_PREFIX) + PEER_TEXT];
  char *text = GNUNET_MQTT_channel_sign (zone->entry, &zone->key);

  if (NULL == text)
  {
    zone->done (zone->cls, "the entry cannot be signed");
    return;
  }
  label_of (&zone->entry->peer, label);
  records[count].data = text;
  records[count].data_size = strlen (text);
  records[count].record_type = GNUNET_DNSPARSER_TYPE_TXT;
  records[count].flags = GNUNET_GNSRECORD_RF_RELATIVE_EXPIRATION;
  records[count].expiration_time = GRANT_TTL.rel_value_us;
  /* What expires first ends all of a label. */
  for (unsigned int i = 0; zone->revokes && (i <= count); i++)
    if (GRANT_TTL.rel_value_us == records[i].expiration_time)
      records[i].expiration_time = REVOCATION_TTL.rel_value_us;
  zone->request = GNUNET_NAMESTORE_records_store (zone->namestore,
                                                  &zone->key,
                                                  label,
                                                  count + 1,
                                                  records,
                                                  &on_stored,
                                                  zone);
  zone->found (zone->cls, zone->entry, text);
  GNUNET_free (text);
}


/**
 * What is published for the peer so far: #GNUNET_NAMESTORE_RecordMonitor
 */
static void
on_old (void *cls,
        const struct GNUNET_IDENTITY_PrivateKey *key,
        const char *label,
        unsigned int count,
        const struct GNUNET_GNSRECORD_Data *records)
{
  struct CLI_ChannelZone *zone = cls;
  struct GNUNET_GNSRECORD_Data *kept = GNUNET_new_array (
    count + 1,
    struct GNUNET_GNSRECORD_Data);
  unsigned int used = 0;

  (void)key;
  (void)label;
  zone->request = NULL;
  for (unsigned int i = 0; i < count; i++)
    if (stays (zone, &records[i]))
      kept[used++] = records[i];
  store (zone, used, kept);
  GNUNET_free (kept);
}


void
CLI_channel_zone_publish (struct CLI_ChannelZone *zone,
                          struct GNUNET_MQTT_ChannelEntry *entry,
                          CLI_ChannelFound found,
                          CLI_ChannelDone done,
                          void *cls)
{
  char label[sizeof (LABEL_PREFIX) + PEER_TEXT];

  label_of (&entry->peer, label);
  zone->entry = entry;
  zone->revokes = entry->revokes;
  zone->found = found;
  zone->done = done;
  zone->cls = cls;
  zone->request = GNUNET_NAMESTORE_records_lookup (zone->namestore,
                                                   &zone->key,
                                                   label,
                                                   &on_lost,
                                                   zone,
                                                   &on_old,
                                                   zone);
}
