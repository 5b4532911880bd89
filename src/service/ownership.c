/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/ownership.c
 * @brief Who may publish to topics that belong to somebody.
 */
#include "ownership.h"
#include "store_channels.h"

struct MQTT_Ownership
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct GNUNET_PeerIdentity myself;
  struct MQTT_ChannelBook *book;
  /** NULL if entries are not kept. */
  struct MQTT_Store *store;
  /** NULL if entries are not looked for. */
  struct MQTT_Zones *zones;
  /** NULL if the DHT is not watched. */
  struct MQTT_Blocks *blocks;
  /** NULL for none. */
  const struct MQTT_Blacklists *blacklists;
  /** When some verdict ends; NULL if none does by itself. */
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_TIME_Absolute end;
  /** How often one has ended, or the blacklists have changed. */
  uint64_t lapses;
};


struct MQTT_Ownership *
MQTT_ownership_create (const struct MQTT_Options *options,
                       struct MQTT_Counters *counters,
                       const struct GNUNET_PeerIdentity *myself)
{
  struct MQTT_Ownership *ownership = GNUNET_new (struct MQTT_Ownership);

  ownership->options = options;
  ownership->counters = counters;
  ownership->myself = *myself;
  ownership->book = MQTT_channel_book_create (options->channel_entries,
                                              options->channel_entries_per_peer,
                                              myself);
  return ownership;
}


void
MQTT_ownership_destroy (struct MQTT_Ownership *ownership)
{
  if (NULL != ownership->zones)
    MQTT_zones_destroy (ownership->zones);
  if (NULL != ownership->blocks)
    MQTT_blocks_destroy (ownership->blocks);
  if (NULL != ownership->task)
    GNUNET_SCHEDULER_cancel (ownership->task);
  MQTT_count (ownership->counters,
              MQTT_COUNT_CHANNEL_ENTRIES,
              -(int64_t)MQTT_channel_book_count (ownership->book));
  MQTT_channel_book_destroy (ownership->book);
  GNUNET_free (ownership);
}


void
MQTT_ownership_enforce (struct MQTT_Ownership *ownership,
                        const struct MQTT_Blacklists *blacklists)
{
  ownership->blacklists = blacklists;
  ownership->lapses++;
}


const struct GNUNET_PeerIdentity *
MQTT_ownership_myself (const struct MQTT_Ownership *ownership)
{
  return &ownership->myself;
}


/**
 * Count an entry that is not taken.
 */
static void
count_refused (struct MQTT_Counters *counters, enum MQTT_ChannelVerdict verdict)
{
  switch (verdict)
  {
  case MQTT_CHANNEL_OK:
    return;
  case MQTT_CHANNEL_WRONG_PEER:
    MQTT_count (counters, MQTT_COUNT_CHANNEL_WRONG_PEER, 1);
    return;
  case MQTT_CHANNEL_SUPERSEDED:
    MQTT_count (counters, MQTT_COUNT_CHANNEL_SUPERSEDED, 1);
    return;
  case MQTT_CHANNEL_NO_ROOM:
    MQTT_count (counters, MQTT_COUNT_CHANNEL_NO_ROOM, 1);
    return;
  default:
    MQTT_count (counters, MQTT_COUNT_CHANNEL_FORGED, 1);
  }
}


/**
 * An entry is known: #MQTT_ChannelBookCallback.  Where it cannot be written it is known
 * until the service ends.
 */
static void
write_entry (void *cls, const void *entry, size_t size)
{
  struct MQTT_Ownership *ownership = cls;

  (void)MQTT_store_channel_put (ownership->store, entry, size);
}


/**
 * An entry is not known any more: #MQTT_ChannelBookCallback.
 */
static void
remove_entry (void *cls, const void *entry, size_t size)
{
  struct MQTT_Ownership *ownership = cls;

  MQTT_store_channel_remove (ownership->store, entry, size);
}


/**
 * An entry was kept: #MQTT_StoreChannelCallback.
 */
static void
restore (void *cls, const void *entry, size_t size)
{
  struct MQTT_Ownership *ownership = cls;

  if (MQTT_CHANNEL_OK
      != MQTT_channel_book_restore (ownership->book, entry, size))
    MQTT_store_channel_remove (ownership->store, entry, size);
}


/**
 * Count what the book has done.
 *
 * @param ownership the entries
 * @param before what it had done before
 */
static void
count_work (const struct MQTT_Ownership *ownership,
            const struct MQTT_ChannelBookWork *before)
{
  struct MQTT_ChannelBookWork work = MQTT_channel_book_work (ownership->book);

  MQTT_count (ownership->counters,
              MQTT_COUNT_CHANNEL_CHECKED,
              (int64_t)(work.checked - before->checked));
  MQTT_count (ownership->counters,
              MQTT_COUNT_CHANNEL_DISPLACED,
              (int64_t)(work.displaced - before->displaced));
}


bool
MQTT_ownership_keep (struct MQTT_Ownership *ownership, struct MQTT_Store *store)
{
  const struct MQTT_ChannelBookWork before = MQTT_channel_book_work (
    ownership->book);
  bool read;

  ownership->store = store;
  MQTT_channel_book_watch (ownership->book,
                           &write_entry,
                           &remove_entry,
                           ownership);
  read = MQTT_store_channels_load (store, &restore, ownership);
  count_work (ownership, &before);
  MQTT_count (ownership->counters,
              MQTT_COUNT_CHANNEL_ENTRIES,
              MQTT_channel_book_count (ownership->book));
  return read;
}


/**
 * Is an entry for a peer?  Only if it is well-formed is it worth a signature's
 * check, but of one for somebody else the signature does not matter.
 */
static bool
is_for (const void *entry, size_t size, const struct GNUNET_PeerIdentity *peer)
{
  const struct GNUNET_PeerIdentity *named = MQTT_channel_entry_peer (entry,
                                                                     size);

  return (NULL == peer) || (NULL == named)
         || (0 == memcmp (named, peer, sizeof (*peer)));
}


enum MQTT_ChannelVerdict
MQTT_ownership_show (struct MQTT_Ownership *ownership,
                     const void *entry,
                     size_t size,
                     const struct GNUNET_PeerIdentity *peer)
{
  enum MQTT_ChannelVerdict verdict = MQTT_CHANNEL_WRONG_PEER;
  unsigned int before = MQTT_channel_book_count (ownership->book);
  struct MQTT_ChannelBookWork work = MQTT_channel_book_work (ownership->book);

  if (is_for (entry, size, peer))
    verdict = MQTT_channel_book_add (ownership->book, entry, size);
  count_refused (ownership->counters, verdict);
  count_work (ownership, &work);
  MQTT_count (ownership->counters,
              MQTT_COUNT_CHANNEL_ENTRIES,
              (int64_t)MQTT_channel_book_count (ownership->book) - before);
  return verdict;
}


enum MQTT_ChannelVerdict
MQTT_ownership_show_for (struct MQTT_Ownership *ownership,
                         const char *name,
                         size_t name_size,
                         const void *entry,
                         size_t size,
                         const struct GNUNET_PeerIdentity *peer)
{
  enum MQTT_ChannelVerdict verdict = MQTT_CHANNEL_WRONG_OWNER;
  struct MQTT_ChannelEntry read;
  struct MQTT_OwnedTopic topic;

  if (!MQTT_channel_entry_read_again (entry, size, &read)
      || (0 != GNUNET_memcmp (&read.peer, peer)))
    return MQTT_ownership_show (ownership, entry, size, peer);
  if (MQTT_owned_topic (name, name_size, &topic))
    verdict = MQTT_channel_entry_judge (
      &read,
      &topic,
      peer,
      GNUNET_TIME_absolute_get ().abs_value_us);
  if ((MQTT_CHANNEL_OK == verdict) || (MQTT_CHANNEL_REVOKED == verdict))
    return MQTT_ownership_show (ownership, entry, size, peer);
  MQTT_count (ownership->counters, MQTT_COUNT_CHANNEL_UNFIT, 1);
  return verdict;
}


uint64_t
MQTT_ownership_checked (const struct MQTT_Ownership *ownership)
{
  return MQTT_channel_book_work (ownership->book).checked;
}


/**
 * An entry was found in a zone or in the DHT: #MQTT_ZonesFound.  Those of other owners,
 * whom anybody may invent, are not taken.
 */
static void
handle_found (void *cls,
              const void *entry,
              size_t size,
              const struct GNUNET_IDENTITY_PublicKey *owner,
              const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Ownership *ownership = cls;
  struct MQTT_ChannelEntry read;

  if (MQTT_channel_entry_read_again (entry, size, &read)
      && (0 != GNUNET_memcmp (&read.owner, owner)))
    MQTT_count (ownership->counters, MQTT_COUNT_CHANNEL_UNFIT, 1);
  else
    (void)MQTT_ownership_show (ownership, entry, size, peer);
}


void
MQTT_ownership_look (struct MQTT_Ownership *ownership,
                     const struct MQTT_ZoneOps *ops)
{
  ownership->zones = MQTT_zones_create (ops,
                                        ownership->options,
                                        ownership->counters,
                                        &handle_found,
                                        ownership);
}


void
MQTT_ownership_watch (struct MQTT_Ownership *ownership,
                      const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  ownership->blocks = MQTT_blocks_create (cfg,
                                          ownership->options,
                                          ownership->counters,
                                          &handle_found,
                                          ownership);
}


/**
 * Task: time has changed a verdict, at least one.
 */
static void
lapse (void *cls)
{
  struct MQTT_Ownership *ownership = cls;

  ownership->task = NULL;
  ownership->lapses++;
}


/**
 * A verdict stays until some time, or until the owner's zone is to be looked into
 * again.  So nobody has to ask for the time who asks for a verdict.
 */
static void
note_end (struct MQTT_Ownership *ownership, uint64_t until_us)
{
  struct GNUNET_TIME_Absolute end = { .abs_value_us = until_us };

  if (NULL != ownership->zones)
    end = GNUNET_TIME_absolute_min (
      end,
      GNUNET_TIME_relative_to_absolute (MQTT_ZONES_PAUSE));
  if (GNUNET_TIME_absolute_is_never (end)
      || ((NULL != ownership->task)
          && (ownership->end.abs_value_us <= end.abs_value_us)))
    return;
  if (NULL != ownership->task)
    GNUNET_SCHEDULER_cancel (ownership->task);
  ownership->end = end;
  ownership->task = GNUNET_SCHEDULER_add_at (end, &lapse, ownership);
}


/**
 * Have an owner's entries for a peer looked for.
 *
 * @return false if what is known of them may be too old, so that a peer might be believed
 *         which has been revoked: it may be its doing.  This peer is always believed.
 */
static bool
look_for (const struct MQTT_Ownership *ownership,
          const struct GNUNET_IDENTITY_PublicKey *owner,
          const struct GNUNET_PeerIdentity *peer)
{
  bool fresh = (NULL == ownership->zones)
               || MQTT_zones_look (ownership->zones, owner, peer)
               || (0 == GNUNET_memcmp (peer, &ownership->myself));

  if (NULL != ownership->blocks)
    MQTT_blocks_watch (ownership->blocks, owner, peer);
  return fresh;
}


bool
MQTT_ownership_is_refused (const struct MQTT_Ownership *ownership,
                           const char *name,
                           size_t size)
{
  struct MQTT_OwnedTopic topic;

  return (NULL != ownership) && MQTT_owned_topic (name, size, &topic)
         && MQTT_blacklists_name_owner (ownership->blacklists, &topic.owner);
}


enum MQTT_ChannelVerdict
MQTT_ownership_judge (struct MQTT_Ownership *ownership,
                      const char *name,
                      size_t size,
                      const struct GNUNET_PeerIdentity *peer,
                      struct MQTT_Permit *permit)
{
  /* A free topic is free whatever the entries are. */
  static const uint64_t any_edition = UINT64_MAX;
  uint64_t edition = MQTT_channel_book_edition (ownership->book)
                     + ownership->lapses;
  struct MQTT_ChannelOpinion opinion;
  struct MQTT_OwnedTopic topic;
  bool fresh;

  if ((any_edition == permit->edition) || (edition == permit->edition))
    return permit->verdict;
  if (!MQTT_owned_topic (name, size, &topic))
  {
    permit->verdict = MQTT_CHANNEL_OK;
    permit->edition = any_edition;
    return permit->verdict;
  }
  if (MQTT_blacklists_name_owner (ownership->blacklists, &topic.owner))
  {
    permit->verdict = MQTT_CHANNEL_BLACKLISTED;
    permit->edition = edition;
    return permit->verdict;
  }
  if (NULL == peer)
    peer = &ownership->myself;
  fresh = look_for (ownership, &topic.owner, peer);
  opinion = MQTT_channel_book_judge (ownership->book,
                                     &topic,
                                     peer,
                                     GNUNET_TIME_absolute_get ().abs_value_us);
  if ((MQTT_CHANNEL_OK == opinion.verdict) && !fresh)
  {
    MQTT_count (ownership->counters, MQTT_COUNT_ZONES_OVERDUE, 1);
    opinion.verdict = MQTT_CHANNEL_NO_ENTRY;
  }
  permit->verdict = opinion.verdict;
  permit->edition = edition;
  note_end (ownership, opinion.until_us);
  return permit->verdict;
}


const void *
MQTT_ownership_entry (struct MQTT_Ownership *ownership,
                      const char *name,
                      size_t name_size,
                      size_t *size)
{
  struct MQTT_ChannelOpinion opinion;
  struct MQTT_OwnedTopic topic;

  *size = 0;
  if (!MQTT_owned_topic (name, name_size, &topic))
    return NULL;
  opinion = MQTT_channel_book_judge (ownership->book,
                                     &topic,
                                     &ownership->myself,
                                     GNUNET_TIME_absolute_get ().abs_value_us);
  if (MQTT_CHANNEL_OK != opinion.verdict)
    return NULL;
  *size = opinion.size;
  return opinion.data;
}
