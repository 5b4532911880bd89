/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/zones.c
 * @brief When owners' zones are looked into.
 */
#include "zones.h"

/** Most pairs of owner and peer that are remembered, and looked for at once. */
#define PAIRS_MAX 4096
#define LOOKS_MAX 32

/** Most texts that are read of one look. */
#define TEXTS_MAX 64

/** What a label with entries begins with; the peer's identity follows. */
#define LABEL_PREFIX "mqtt-"

/** Bytes of a label: the prefix, 52 characters, and 0. */
#define LABEL_SIZE 64

/** An owner and a peer that were looked for. */
struct Pair
{
  /** The oldest look first. */
  struct Pair *prev;
  struct Pair *next;
  struct MQTT_Zones *zones;
  struct GNUNET_HashCode key;
  struct GNUNET_PeerIdentity peer;
  struct GNUNET_TIME_Absolute since;
  /** NULL unless it is under way. */
  void *look;
  unsigned int texts;
};

struct MQTT_Zones
{
  const struct MQTT_ZoneOps *ops;
  struct MQTT_Counters *counters;
  MQTT_ZonesFound found;
  void *cls;
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
  struct Pair *head;
  struct Pair *tail;
  unsigned int looks;
};


struct MQTT_Zones *
MQTT_zones_create (const struct MQTT_ZoneOps *ops,
                   struct MQTT_Counters *counters,
                   MQTT_ZonesFound found,
                   void *cls)
{
  struct MQTT_Zones *zones = GNUNET_new (struct MQTT_Zones);

  zones->ops = ops;
  zones->counters = counters;
  zones->found = found;
  zones->cls = cls;
  zones->by_key = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  return zones;
}


static void
forget (struct Pair *pair)
{
  struct MQTT_Zones *zones = pair->zones;

  if (NULL != pair->look)
  {
    zones->ops->end (zones->ops->cls, pair->look);
    zones->looks--;
  }
  GNUNET_CONTAINER_DLL_remove (zones->head, zones->tail, pair);
  (void)GNUNET_CONTAINER_multihashmap_remove (zones->by_key, &pair->key, pair);
  GNUNET_free (pair);
}


void
MQTT_zones_destroy (struct MQTT_Zones *zones)
{
  while (NULL != zones->head)
    forget (zones->head);
  GNUNET_CONTAINER_multihashmap_destroy (zones->by_key);
  GNUNET_free (zones);
}


/**
 * A text was found, or there are no more: #MQTT_ZoneText.
 */
static void
handle_text (void *cls, const char *text, size_t size)
{
  struct Pair *pair = cls;
  struct MQTT_Zones *zones = pair->zones;
  size_t entry_size;
  void *entry;

  if (NULL == text)
  {
    pair->look = NULL;
    zones->looks--;
    return;
  }
  if (TEXTS_MAX <= pair->texts++)
    return;
  entry = MQTT_channel_entry_from_text (text, size, &entry_size);
  if (NULL != entry)
    zones->found (zones->cls, entry, entry_size, &pair->peer);
  GNUNET_free (entry);
}


/**
 * Get a pair that is to be looked for now.
 *
 * @return NULL if it is not
 */
static struct Pair *
get_due (struct MQTT_Zones *zones,
         const struct GNUNET_HashCode *key,
         const struct GNUNET_PeerIdentity *peer)
{
  struct Pair *pair = GNUNET_CONTAINER_multihashmap_get (zones->by_key, key);

  if (NULL != pair)
  {
    if ((NULL != pair->look)
        || GNUNET_TIME_absolute_is_future (
          GNUNET_TIME_absolute_add (pair->since, MQTT_ZONES_PAUSE)))
      return NULL;
    GNUNET_CONTAINER_DLL_remove (zones->head, zones->tail, pair);
    GNUNET_CONTAINER_DLL_insert_tail (zones->head, zones->tail, pair);
    return pair;
  }
  if (PAIRS_MAX <= GNUNET_CONTAINER_multihashmap_size (zones->by_key))
    forget (zones->head);
  pair = GNUNET_new (struct Pair);
  pair->zones = zones;
  pair->key = *key;
  pair->peer = *peer;
  GNUNET_CONTAINER_DLL_insert_tail (zones->head, zones->tail, pair);
  (void)GNUNET_CONTAINER_multihashmap_put (
    zones->by_key,
    &pair->key,
    pair,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return pair;
}


void
MQTT_zones_look (struct MQTT_Zones *zones,
                 const struct GNUNET_IDENTITY_PublicKey *owner,
                 const struct GNUNET_PeerIdentity *peer)
{
  const struct
  {
    struct GNUNET_IDENTITY_PublicKey owner;
    struct GNUNET_PeerIdentity peer;
  } __attribute__ ((packed)) both = { .owner = *owner, .peer = *peer };
  char label[LABEL_SIZE];
  struct GNUNET_HashCode key;
  struct Pair *pair;

  if (LOOKS_MAX <= zones->looks)
    return;
  GNUNET_CRYPTO_hash (&both, sizeof (both), &key);
  pair = get_due (zones, &key, peer);
  if (NULL == pair)
    return;
  GNUNET_snprintf (label,
                   sizeof (label),
                   LABEL_PREFIX "%s",
                   GNUNET_i2s_full (peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
  pair->since = GNUNET_TIME_absolute_get ();
  pair->texts = 0;
  pair->look = zones->ops->look (zones->ops->cls,
                                 owner,
                                 label,
                                 &handle_text,
                                 pair);
  if (NULL == pair->look)
    return;
  zones->looks++;
  MQTT_count (zones->counters, MQTT_COUNT_ZONES_ASKED, 1);
}
