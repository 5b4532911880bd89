/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/zones.c
 * @brief When owners' zones are looked into.
 */
#include "zones.h"
#include "zone_pairs.h"

/** A look that has lasted so long ends if others wait: GNS goes on and on with what it does
    not find.  How often is seen to that. */
#define PATIENCE GNUNET_TIME_UNIT_MINUTES
#define PATIENCE_CHECK \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 10)

/** Most texts that are read of one look: each may cost a signature's check. */
#define TEXTS_MAX 64

/** What a label with entries begins with; the peer's identity follows. */
#define LABEL_PREFIX "mqtt-"

/** Bytes of a label: the prefix, 52 characters, and 0. */
#define LABEL_SIZE 64

struct MQTT_Zones
{
  const struct MQTT_ZoneOps *ops;
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  MQTT_ZonesFound found;
  void *cls;
  struct MQTT_ZonePairs *pairs;
  /** Ends looks; NULL if nothing waits. */
  struct GNUNET_SCHEDULER_Task *task;
};


struct MQTT_Zones *
MQTT_zones_create (const struct MQTT_ZoneOps *ops,
                   const struct MQTT_Options *options,
                   struct MQTT_Counters *counters,
                   MQTT_ZonesFound found,
                   void *cls)
{
  struct MQTT_Zones *zones = GNUNET_new (struct MQTT_Zones);

  zones->ops = ops;
  zones->options = options;
  zones->counters = counters;
  zones->found = found;
  zones->cls = cls;
  zones->pairs = MQTT_zone_pairs_create (options, counters);
  return zones;
}


/**
 * Has so much time passed since a moment?
 */
static bool
has_passed (struct GNUNET_TIME_Absolute since, struct GNUNET_TIME_Relative time)
{
  return !GNUNET_TIME_absolute_is_future (
    GNUNET_TIME_absolute_add (since, time));
}


/**
 * Do not look for a pair any more.
 */
static void
stop (struct MQTT_Zones *zones, struct MQTT_ZonePair *pair)
{
  zones->ops->end (zones->ops->cls, pair->look);
  MQTT_zone_pair_change (pair, MQTT_ZONE_DONE);
}


void
MQTT_zones_destroy (struct MQTT_Zones *zones)
{
  struct MQTT_ZoneShare *share = zones->pairs->head;

  for (; NULL != share; share = share->next)
    while (NULL != share->lists[MQTT_ZONE_LOOKING].head)
      stop (zones, share->lists[MQTT_ZONE_LOOKING].head);
  if (NULL != zones->task)
    GNUNET_SCHEDULER_cancel (zones->task);
  MQTT_zone_pairs_destroy (zones->pairs);
  GNUNET_free (zones);
}


static void
take_turns (struct MQTT_Zones *zones);


/**
 * A text was found, or there are no more: #MQTT_ZoneText.
 */
static void
handle_text (void *cls, const char *text, size_t size)
{
  struct MQTT_ZonePair *pair = cls;
  struct MQTT_Zones *zones = pair->zones;
  size_t entry_size;
  void *entry;

  if (NULL == text)
  {
    MQTT_zone_pair_change (pair, MQTT_ZONE_DONE);
    take_turns (zones);
    return;
  }
  if (TEXTS_MAX <= pair->texts++)
    return;
  pair->share->texts++;
  entry = MQTT_channel_entry_from_text (text, size, &entry_size);
  if (NULL != entry)
    zones->found (zones->cls,
                  entry,
                  entry_size,
                  &pair->owner,
                  &pair->share->peer);
  GNUNET_free (entry);
}


/**
 * Begin to look for a pair.
 */
static void
begin (struct MQTT_Zones *zones, struct MQTT_ZonePair *pair)
{
  char label[LABEL_SIZE];

  GNUNET_snprintf (label,
                   sizeof (label),
                   LABEL_PREFIX "%s",
                   GNUNET_i2s_full (&pair->share->peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
  MQTT_zone_pair_change (pair, MQTT_ZONE_LOOKING);
  pair->zones = zones;
  pair->texts = 0;
  pair->look = zones->ops->look (zones->ops->cls,
                                 &pair->owner,
                                 label,
                                 &handle_text,
                                 pair);
  if (NULL == pair->look)
    MQTT_zone_pair_change (pair, MQTT_ZONE_DONE);
  else
    MQTT_count (zones->counters, MQTT_COUNT_ZONES_ASKED, 1);
}


/**
 * May a peer have one more look now?  Not if so much was read for it within a minute.
 */
static bool
may_look (const struct MQTT_Zones *zones, struct MQTT_ZoneShare *share)
{
  if (has_passed (share->texts_since, MQTT_ZONES_PAUSE))
  {
    share->texts = 0;
    share->texts_since = GNUNET_TIME_absolute_get ();
  }
  return (zones->options->zone_looks_per_peer
          > share->lists[MQTT_ZONE_LOOKING].count)
         && (zones->options->zone_entries_per_peer > share->texts);
}


/**
 * Whose turn is it?
 *
 * @return NULL if nobody waits who may look
 */
static struct MQTT_ZoneShare *
get_next (const struct MQTT_Zones *zones)
{
  for (struct MQTT_ZoneShare *pos = zones->pairs->head; NULL != pos;
       pos = pos->next)
    if ((0 < pos->lists[MQTT_ZONE_WAITING].count) && may_look (zones, pos))
      return pos;
  return NULL;
}


/**
 * Task: if somebody waits, end what has lasted too long.
 */
static void
end_overdue (void *cls)
{
  struct MQTT_Zones *zones = cls;

  zones->task = NULL;
  if (0 == zones->pairs->counts[MQTT_ZONE_WAITING])
    return;
  for (struct MQTT_ZoneShare *share = zones->pairs->head; NULL != share;
       share = share->next)
  {
    struct MQTT_ZonePair *pair;

    while ((NULL != (pair = share->lists[MQTT_ZONE_LOOKING].head))
           && has_passed (pair->since, PATIENCE))
      stop (zones, pair);
  }
  take_turns (zones);
}


/**
 * Begin what waits, as far as there is room: one pair of each peer after the other.
 */
static void
take_turns (struct MQTT_Zones *zones)
{
  struct MQTT_ZoneShare *share;

  while (
    (0 < zones->pairs->counts[MQTT_ZONE_WAITING])
    && (zones->options->zone_looks > zones->pairs->counts[MQTT_ZONE_LOOKING])
    && (NULL != (share = get_next (zones))))
  {
    MQTT_zone_pairs_put_last (zones->pairs, share);
    begin (zones, share->lists[MQTT_ZONE_WAITING].head);
  }
  if ((0 < zones->pairs->counts[MQTT_ZONE_WAITING]) && (NULL == zones->task))
    zones->task = GNUNET_SCHEDULER_add_delayed (PATIENCE_CHECK,
                                                &end_overdue,
                                                zones);
}


bool
MQTT_zones_look (struct MQTT_Zones *zones,
                 const struct GNUNET_IDENTITY_PublicKey *owner,
                 const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_ZonePair *pair = MQTT_zone_pairs_get (zones->pairs, owner, peer);
  bool overdue;

  if (NULL == pair)
    return false;
  if ((MQTT_ZONE_DONE == pair->state)
      && has_passed (pair->since, MQTT_ZONES_PAUSE))
    MQTT_zone_pair_change (pair, MQTT_ZONE_WAITING);
  overdue = (MQTT_ZONE_WAITING == pair->state)
            && has_passed (pair->since, zones->options->zone_patience);
  take_turns (zones);
  return !overdue;
}
