/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_book.c
 * @brief The channel entries that are known.  Knows nothing of who showed them.
 */
#include "channel_book.h"
#include "channel_shares.h"
#include <gnunet/gnunet_util_lib.h>

/** An entry that was verified; its bytes follow. */
struct Known
{
  struct MQTT_ChannelPart part;
  struct MQTT_ChannelEntry entry;
  /** Of the bytes. */
  struct GNUNET_HashCode digest;
  /** Of owner and peer. */
  struct GNUNET_HashCode pair;
  size_t size;
};

struct MQTT_ChannelBook
{
  /** Entries by the hash of their bytes. */
  struct GNUNET_CONTAINER_MultiHashMap *by_bytes;
  /** Several entries a key: the hash of owner and peer. */
  struct GNUNET_CONTAINER_MultiHashMap *by_pair;
  struct MQTT_ChannelShares *shares;
  uint64_t edition;
  struct MQTT_ChannelBookWork work;
  /** Both NULL, or set. */
  MQTT_ChannelBookCallback learned;
  MQTT_ChannelBookCallback forgotten;
  void *cls;
};

/** What is looked for among the entries of a pair, and what was found. */
struct Look
{
  const struct MQTT_ChannelEntry *entry;
  const struct MQTT_OwnedTopic *topic;
  struct Known *found;
  unsigned int seen;
};


struct MQTT_ChannelBook *
MQTT_channel_book_create (unsigned int limit,
                          unsigned int share,
                          const struct GNUNET_PeerIdentity *myself)
{
  struct MQTT_ChannelBook *book = GNUNET_new (struct MQTT_ChannelBook);

  book->by_bytes = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  book->by_pair = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  book->shares = MQTT_channel_shares_create (limit, share, myself);
  book->edition = 1;
  return book;
}


static void
forget (struct MQTT_ChannelBook *book, struct Known *known)
{
  if (NULL != book->forgotten)
    book->forgotten (book->cls, &known[1], known->size);
  MQTT_channel_shares_remove (book->shares, &known->part);
  (void)GNUNET_CONTAINER_multihashmap_remove (book->by_bytes,
                                              &known->digest,
                                              known);
  (void)GNUNET_CONTAINER_multihashmap_remove (book->by_pair,
                                              &known->pair,
                                              known);
  GNUNET_free (known);
}


/**
 * Get the entry whose part something is.
 */
static struct Known *
known_of (struct MQTT_ChannelPart *part)
{
  _Static_assert(0 == offsetof (struct Known, part), "it is the first");
  return (struct Known *)part;
}


void
MQTT_channel_book_destroy (struct MQTT_ChannelBook *book)
{
  struct MQTT_ChannelPart *part;

  book->forgotten = NULL;
  while (NULL != (part = MQTT_channel_shares_any (book->shares)))
    forget (book, known_of (part));
  GNUNET_CONTAINER_multihashmap_destroy (book->by_bytes);
  GNUNET_CONTAINER_multihashmap_destroy (book->by_pair);
  MQTT_channel_shares_destroy (book->shares);
  GNUNET_free (book);
}


static struct GNUNET_HashCode
pair_of (const struct GNUNET_IDENTITY_PublicKey *owner,
         const struct GNUNET_PeerIdentity *peer)
{
  struct
  {
    struct GNUNET_IDENTITY_PublicKey owner;
    struct GNUNET_PeerIdentity peer;
  } __attribute__ ((packed)) both = { .owner = *owner, .peer = *peer };
  struct GNUNET_HashCode hash;

  GNUNET_CRYPTO_hash (&both, sizeof (both), &hash);
  return hash;
}


/**
 * Does @a newer stand in the place of @a older?  Of two with the same serial the
 * one that was known first counts, but a revocation before a grant.
 */
static bool
replaces (const struct MQTT_ChannelEntry *newer,
          const struct MQTT_ChannelEntry *older,
          bool older_is_known)
{
  if (!MQTT_channel_entry_covers (newer, older->prefix, older->prefix_size))
    return false;
  if (newer->serial != older->serial)
    return newer->serial > older->serial;
  return older_is_known ? (newer->revokes && !older->revokes)
                        : (newer->revokes || !older->revokes);
}


/**
 * Find one that stands in the place of a new entry:
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
look_for_newer (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Look *look = cls;
  struct Known *known = value;

  (void)key;
  if (!replaces (&known->entry, look->entry, false))
    return GNUNET_YES;
  look->found = known;
  return GNUNET_NO;
}


/**
 * Find one in whose place a new entry stands: otherwise the same.
 */
static enum GNUNET_GenericReturnValue
look_for_older (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Look *look = cls;
  struct Known *known = value;

  (void)key;
  if (!replaces (look->entry, &known->entry, true))
    return GNUNET_YES;
  look->found = known;
  return GNUNET_NO;
}


/**
 * Find the one that goes first, and count: otherwise the same.
 */
static enum GNUNET_GenericReturnValue
look_for_lowest (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Look *look = cls;
  struct Known *known = value;

  (void)key;
  look->seen++;
  if ((NULL == look->found)
      || (known->entry.revokes < look->found->entry.revokes)
      || ((known->entry.revokes == look->found->entry.revokes)
          && (known->entry.serial < look->found->entry.serial)))
    look->found = known;
  return GNUNET_YES;
}


/**
 * Find the one that decides about a topic: otherwise the same.
 */
static enum GNUNET_GenericReturnValue
look_for_decisive (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Look *look = cls;
  struct Known *known = value;

  (void)key;
  look->seen++;
  if (MQTT_channel_entry_covers (&known->entry,
                                 look->topic->below,
                                 look->topic->below_size)
      && ((NULL == look->found)
          || (known->entry.serial > look->found->entry.serial)
          || ((known->entry.serial == look->found->entry.serial)
              && known->entry.revokes)))
    look->found = known;
  return GNUNET_YES;
}


/**
 * Look among the entries of a pair.
 */
static struct Known *
look_up (const struct MQTT_ChannelBook *book,
         const struct GNUNET_HashCode *pair,
         GNUNET_CONTAINER_MulitHashMapIteratorCallback visit,
         struct Look *look)
{
  look->found = NULL;
  look->seen = 0;
  (void)GNUNET_CONTAINER_multihashmap_get_multiple (book->by_pair,
                                                    pair,
                                                    visit,
                                                    look);
  return look->found;
}


/**
 * Take down a verified entry.
 */
static void
learn (struct MQTT_ChannelBook *book,
       const struct MQTT_ChannelEntry *entry,
       const struct GNUNET_HashCode *digest,
       const struct GNUNET_HashCode *pair,
       const void *data,
       size_t size)
{
  struct Known *known = GNUNET_malloc (sizeof (*known) + size);
  char *copy = (char *)&known[1];

  memcpy (copy, data, size);
  known->entry = *entry;
  known->entry.prefix = copy + (entry->prefix - (const char *)data);
  known->digest = *digest;
  known->pair = *pair;
  known->size = size;
  MQTT_channel_shares_add (book->shares,
                           &entry->peer,
                           entry->revokes,
                           &known->part);
  (void)GNUNET_CONTAINER_multihashmap_put (
    book->by_bytes,
    &known->digest,
    known,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  (void)GNUNET_CONTAINER_multihashmap_put (
    book->by_pair,
    &known->pair,
    known,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE);
  book->edition++;
}


/**
 * Take down an entry.  Its signature is checked last.
 *
 * @param book the book
 * @param check whether it is checked
 * @param data its bytes
 * @param size how many
 * @param[out] learned set to true if it was not known
 */
static enum MQTT_ChannelVerdict
add (struct MQTT_ChannelBook *book,
     bool check,
     const void *data,
     size_t size,
     bool *learned)
{
  struct MQTT_ChannelEntry entry;
  struct Look look = { .entry = &entry };
  struct GNUNET_HashCode digest;
  struct GNUNET_HashCode pair;
  struct MQTT_ChannelPart *least;
  enum MQTT_ChannelVerdict verdict;
  struct Known *known;

  GNUNET_CRYPTO_hash (data, size, &digest);
  known = GNUNET_CONTAINER_multihashmap_get (book->by_bytes, &digest);
  if (NULL != known)
  {
    MQTT_channel_shares_touch (book->shares, &known->part);
    return MQTT_CHANNEL_OK;
  }
  if (!MQTT_channel_entry_read_again (data, size, &entry))
    return MQTT_CHANNEL_MALFORMED;
  pair = pair_of (&entry.owner, &entry.peer);
  if (NULL != look_up (book, &pair, &look_for_newer, &look))
    return MQTT_CHANNEL_SUPERSEDED;
  if (check)
  {
    book->work.checked++;
    verdict = MQTT_channel_entry_read (data, size, &entry);
    if (MQTT_CHANNEL_OK != verdict)
      return verdict;
  }
  while (NULL != (known = look_up (book, &pair, &look_for_older, &look)))
    forget (book, known);
  known = look_up (book, &pair, &look_for_lowest, &look);
  if (MQTT_CHANNEL_BOOK_PAIR > look.seen)
  {
    if (!MQTT_channel_shares_yield (book->shares, &entry.peer, &least))
      return MQTT_CHANNEL_NO_ROOM;
    known = (NULL == least) ? NULL : known_of (least);
  }
  if (NULL != known)
  {
    forget (book, known);
    book->work.displaced++;
  }
  learn (book, &entry, &digest, &pair, data, size);
  *learned = true;
  return MQTT_CHANNEL_OK;
}


enum MQTT_ChannelVerdict
MQTT_channel_book_add (struct MQTT_ChannelBook *book,
                       const void *data,
                       size_t size)
{
  bool learned = false;
  enum MQTT_ChannelVerdict verdict = add (book, true, data, size, &learned);

  if (learned && (NULL != book->learned))
    book->learned (book->cls, data, size);
  return verdict;
}


enum MQTT_ChannelVerdict
MQTT_channel_book_restore (struct MQTT_ChannelBook *book,
                           const void *data,
                           size_t size)
{
  bool learned = false;

  return add (book, false, data, size, &learned);
}


void
MQTT_channel_book_watch (struct MQTT_ChannelBook *book,
                         MQTT_ChannelBookCallback learned,
                         MQTT_ChannelBookCallback forgotten,
                         void *cls)
{
  book->learned = learned;
  book->forgotten = forgotten;
  book->cls = cls;
}


struct MQTT_ChannelOpinion
MQTT_channel_book_judge (struct MQTT_ChannelBook *book,
                         const struct MQTT_OwnedTopic *topic,
                         const struct GNUNET_PeerIdentity *peer,
                         uint64_t now_us)
{
  struct MQTT_ChannelOpinion opinion = { .verdict = MQTT_CHANNEL_NO_ENTRY,
                                         .until_us = MQTT_CHANNEL_FOREVER };
  struct GNUNET_HashCode pair = pair_of (&topic->owner, peer);
  struct Look look = { .topic = topic };
  struct Known *known = look_up (book, &pair, &look_for_decisive, &look);

  if (NULL == known)
  {
    if (0 < look.seen)
      opinion.verdict = MQTT_CHANNEL_WRONG_PREFIX;
    return opinion;
  }
  MQTT_channel_shares_touch (book->shares, &known->part);
  opinion.verdict = MQTT_channel_entry_judge (&known->entry,
                                              topic,
                                              peer,
                                              now_us);
  opinion.data = &known[1];
  opinion.size = known->size;
  if (MQTT_CHANNEL_OK == opinion.verdict)
    opinion.until_us = known->entry.expiry_us;
  else if (MQTT_CHANNEL_NOT_YET_VALID == opinion.verdict)
    opinion.until_us = known->entry.not_before_us;
  return opinion;
}


uint64_t
MQTT_channel_book_edition (const struct MQTT_ChannelBook *book)
{
  return book->edition;
}


struct MQTT_ChannelBookWork
MQTT_channel_book_work (const struct MQTT_ChannelBook *book)
{
  return book->work;
}


unsigned int
MQTT_channel_book_count (const struct MQTT_ChannelBook *book)
{
  return GNUNET_CONTAINER_multihashmap_size (book->by_bytes);
}
