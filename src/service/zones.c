/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/zones.c
 * @brief When owners' zones are looked into.
 */
#include "zones.h"

/** Most pairs of owner and peer that are remembered, and of one peer. */
#define PAIRS_MAX 4096
#define PEER_PAIRS_MAX 1024

/** Most that are looked for at once, and for one peer. */
#define LOOKS_MAX 32
#define PEER_LOOKS_MAX 8

/** A look that has lasted so long ends if others wait: GNS goes on and on with what it does
    not find.  How often is seen to that. */
#define PATIENCE GNUNET_TIME_UNIT_MINUTES
#define PATIENCE_CHECK \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 10)

/** Most texts that are read of one look. */
#define TEXTS_MAX 64

/** What a label with entries begins with; the peer's identity follows. */
#define LABEL_PREFIX "mqtt-"

/** Bytes of a label: the prefix, 52 characters, and 0. */
#define LABEL_SIZE 64

/** What becomes of a pair. */
enum State
{
  /** It was looked for. */
  DONE,
  /** It is to be looked for in its turn. */
  WAITING,
  LOOKING,
  STATES
};

/** An owner and a peer for which is looked. */
struct Pair
{
  /** Of the peer's in the same state, the one that is so for longest first. */
  struct Pair *prev;
  struct Pair *next;
  struct Share *share;
  enum State state;
  struct GNUNET_HashCode key;
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_TIME_Absolute since;
  /** NULL unless it is under way. */
  void *look;
  unsigned int texts;
};

struct PairList
{
  struct Pair *head;
  struct Pair *tail;
  unsigned int count;
};

/** The pairs of a peer, one at least. */
struct Share
{
  /** The one whose last turn is longest ago first. */
  struct Share *prev;
  struct Share *next;
  struct MQTT_Zones *zones;
  struct GNUNET_PeerIdentity peer;
  struct PairList pairs[STATES];
  unsigned int count;
};

struct MQTT_Zones
{
  const struct MQTT_ZoneOps *ops;
  struct MQTT_Counters *counters;
  MQTT_ZonesFound found;
  void *cls;
  struct GNUNET_CONTAINER_MultiHashMap *by_key;
  struct GNUNET_CONTAINER_MultiPeerMap *by_peer;
  struct Share *head;
  struct Share *tail;
  unsigned int looks;
  /** Pairs that wait. */
  unsigned int waits;
  /** Ends looks; NULL if nothing waits. */
  struct GNUNET_SCHEDULER_Task *task;
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
  zones->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_YES);
  return zones;
}


static void
enter (struct Pair *pair, enum State state)
{
  struct PairList *list = &pair->share->pairs[state];

  pair->state = state;
  GNUNET_CONTAINER_DLL_insert_tail (list->head, list->tail, pair);
  list->count++;
  if (WAITING == state)
    pair->share->zones->waits++;
}


static void
leave (struct Pair *pair)
{
  struct PairList *list = &pair->share->pairs[pair->state];

  GNUNET_CONTAINER_DLL_remove (list->head, list->tail, pair);
  list->count--;
  if (WAITING == pair->state)
    pair->share->zones->waits--;
}


static void
change (struct Pair *pair, enum State state)
{
  leave (pair);
  enter (pair, state);
}


/**
 * Do not look for a pair any more.
 */
static void
stop (struct Pair *pair)
{
  struct MQTT_Zones *zones = pair->share->zones;

  zones->ops->end (zones->ops->cls, pair->look);
  zones->looks--;
  pair->look = NULL;
}


/**
 * Forget a pair, and its peer if it was the last.
 */
static void
forget (struct Pair *pair)
{
  struct Share *share = pair->share;
  struct MQTT_Zones *zones = share->zones;

  if (NULL != pair->look)
    stop (pair);
  leave (pair);
  (void)GNUNET_CONTAINER_multihashmap_remove (zones->by_key, &pair->key, pair);
  GNUNET_free (pair);
  if (0 < --share->count)
    return;
  GNUNET_CONTAINER_DLL_remove (zones->head, zones->tail, share);
  (void)GNUNET_CONTAINER_multipeermap_remove (zones->by_peer,
                                              &share->peer,
                                              share);
  GNUNET_free (share);
}


static struct Pair *
get_any (const struct Share *share)
{
  enum State state = DONE;

  while (0 == share->pairs[state].count)
    state++;
  return share->pairs[state].head;
}


void
MQTT_zones_destroy (struct MQTT_Zones *zones)
{
  while (NULL != zones->head)
    forget (get_any (zones->head));
  if (NULL != zones->task)
    GNUNET_SCHEDULER_cancel (zones->task);
  GNUNET_CONTAINER_multihashmap_destroy (zones->by_key);
  GNUNET_CONTAINER_multipeermap_destroy (zones->by_peer);
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
  struct Pair *pair = cls;
  struct MQTT_Zones *zones = pair->share->zones;
  size_t entry_size;
  void *entry;

  if (NULL == text)
  {
    pair->look = NULL;
    zones->looks--;
    change (pair, DONE);
    take_turns (zones);
    return;
  }
  if (TEXTS_MAX <= pair->texts++)
    return;
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
begin (struct Pair *pair)
{
  struct MQTT_Zones *zones = pair->share->zones;
  char label[LABEL_SIZE];

  GNUNET_snprintf (label,
                   sizeof (label),
                   LABEL_PREFIX "%s",
                   GNUNET_i2s_full (&pair->share->peer));
  GNUNET_STRINGS_utf8_tolower (label, label);
  pair->since = GNUNET_TIME_absolute_get ();
  pair->texts = 0;
  pair->look = zones->ops->look (zones->ops->cls,
                                 &pair->owner,
                                 label,
                                 &handle_text,
                                 pair);
  change (pair, (NULL == pair->look) ? DONE : LOOKING);
  if (NULL == pair->look)
    return;
  zones->looks++;
  MQTT_count (zones->counters, MQTT_COUNT_ZONES_ASKED, 1);
}


/**
 * Whose turn is it?
 *
 * @return NULL if nobody waits who may look
 */
static struct Share *
get_next (const struct MQTT_Zones *zones)
{
  for (struct Share *pos = zones->head; NULL != pos; pos = pos->next)
    if ((0 < pos->pairs[WAITING].count)
        && (PEER_LOOKS_MAX > pos->pairs[LOOKING].count))
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
  if (0 == zones->waits)
    return;
  for (struct Share *share = zones->head; NULL != share; share = share->next)
  {
    struct Pair *pair;

    while ((NULL != (pair = share->pairs[LOOKING].head))
           && !GNUNET_TIME_absolute_is_future (
             GNUNET_TIME_absolute_add (pair->since, PATIENCE)))
    {
      stop (pair);
      change (pair, DONE);
    }
  }
  take_turns (zones);
}


/**
 * Begin what waits, as far as there is room: one pair of each peer after the other.
 */
static void
take_turns (struct MQTT_Zones *zones)
{
  struct Share *share;

  while ((LOOKS_MAX > zones->looks) && (NULL != (share = get_next (zones))))
  {
    GNUNET_CONTAINER_DLL_remove (zones->head, zones->tail, share);
    GNUNET_CONTAINER_DLL_insert_tail (zones->head, zones->tail, share);
    begin (share->pairs[WAITING].head);
  }
  if ((0 < zones->waits) && (NULL == zones->task))
    zones->task = GNUNET_SCHEDULER_add_delayed (PATIENCE_CHECK,
                                                &end_overdue,
                                                zones);
}


/**
 * Forget one pair of the peer that has the most: what was looked for longest ago, or else
 * what waits and came last.  What is under way goes on.
 */
static void
make_room (struct MQTT_Zones *zones)
{
  struct Share *largest = zones->head;
  struct Pair *pair;

  for (struct Share *pos = zones->head; NULL != pos; pos = pos->next)
    if (pos->pairs[DONE].count + pos->pairs[WAITING].count
        > largest->pairs[DONE].count + largest->pairs[WAITING].count)
      largest = pos;
  GNUNET_assert (NULL != largest);
  pair = largest->pairs[DONE].head;
  forget ((NULL == pair) ? largest->pairs[WAITING].tail : pair);
}


/**
 * Get the share of a peer, with room for one more pair.
 *
 * @return NULL if there is none: too many wait
 */
static struct Share *
get_share (struct MQTT_Zones *zones, const struct GNUNET_PeerIdentity *peer)
{
  struct Share *share = GNUNET_CONTAINER_multipeermap_get (zones->by_peer,
                                                           peer);

  if (NULL != share)
  {
    if (PEER_PAIRS_MAX > share->count)
      return share;
    if (NULL == share->pairs[DONE].head)
      return NULL;
    forget (share->pairs[DONE].head);
    return share;
  }
  share = GNUNET_new (struct Share);
  share->zones = zones;
  share->peer = *peer;
  GNUNET_CONTAINER_DLL_insert_tail (zones->head, zones->tail, share);
  (void)GNUNET_CONTAINER_multipeermap_put (
    zones->by_peer,
    &share->peer,
    share,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return share;
}


/**
 * Have a new pair wait.
 */
static void
add_pair (struct MQTT_Zones *zones,
          const struct GNUNET_HashCode *key,
          const struct GNUNET_IDENTITY_PublicKey *owner,
          const struct GNUNET_PeerIdentity *peer)
{
  struct Share *share;
  struct Pair *pair;

  if (PAIRS_MAX <= GNUNET_CONTAINER_multihashmap_size (zones->by_key))
    make_room (zones);
  share = get_share (zones, peer);
  if (NULL == share)
  {
    MQTT_count (zones->counters, MQTT_COUNT_ZONES_NOT_ASKED, 1);
    return;
  }
  pair = GNUNET_new (struct Pair);
  pair->share = share;
  pair->key = *key;
  pair->owner = *owner;
  share->count++;
  enter (pair, WAITING);
  (void)GNUNET_CONTAINER_multihashmap_put (
    zones->by_key,
    &pair->key,
    pair,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
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
  struct GNUNET_HashCode key;
  struct Pair *pair;

  GNUNET_CRYPTO_hash (&both, sizeof (both), &key);
  pair = GNUNET_CONTAINER_multihashmap_get (zones->by_key, &key);
  if (NULL == pair)
    add_pair (zones, &key, owner, peer);
  else if ((DONE == pair->state)
           && !GNUNET_TIME_absolute_is_future (
             GNUNET_TIME_absolute_add (pair->since, MQTT_ZONES_PAUSE)))
    change (pair, WAITING);
  else
    return;
  take_turns (zones);
}
