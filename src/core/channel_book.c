/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_book.c
 * @brief The channel entries that are known.  Knows nothing of who showed them.
 */
#include "channel_book.h"
#include <gnunet/gnunet_util_lib.h>

/** An entry that was verified; its bytes follow. */
struct Known
{
  /** By use, the last first. */
  struct Known *prev;
  struct Known *next;
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
  struct Known *head;
  struct Known *tail;
  uint64_t edition;
  unsigned int limit;
  /** Both NULL, or set. */
  MQTT_ChannelBookCallback learned;
  MQTT_ChannelBookCallback forgotten;
  void *cls;
};

/** Reads an entry, as MQTT_channel_entry_read() does. */
typedef enum MQTT_ChannelVerdict (*ReadEntry) (const void *data,
                                               size_t size,
                                               struct MQTT_ChannelEntry *entry);

/** What is looked for among the entries of a pair, and what was found. */
struct Look
{
  const struct MQTT_ChannelEntry *entry;
  const struct MQTT_OwnedTopic *topic;
  struct Known *found;
  unsigned int seen;
};


struct MQTT_ChannelBook *
MQTT_channel_book_create (unsigned int limit)
{
  struct MQTT_ChannelBook *book = GNUNET_new (struct MQTT_ChannelBook);

  book->by_bytes = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  book->by_pair = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  book->limit = limit;
  book->edition = 1;
  return book;
}


static void
forget (struct MQTT_ChannelBook *book, struct Known *known)
{
  if (NULL != book->forgotten)
    book->forgotten (book->cls, &known[1], known->size);
  GNUNET_CONTAINER_DLL_remove (book->head, book->tail, known);
  (void)GNUNET_CONTAINER_multihashmap_remove (book->by_bytes,
                                              &known->digest,
                                              known);
  (void)GNUNET_CONTAINER_multihashmap_remove (book->by_pair,
                                              &known->pair,
                                              known);
  GNUNET_free (known);
}


void
MQTT_channel_book_destroy (struct MQTT_ChannelBook *book)
{
  book->forgotten = NULL;
  while (NULL != book->head)
    forget (book, book->head);
  GNUNET_CONTAINER_multihashmap_destroy (book->by_bytes);
  GNUNET_CONTAINER_multihashmap_destroy (book->by_pair);
  GNUNET_free (book);
}


/**
 * It was needed: it is the last to be forgotten.
 */
static void
touch (struct MQTT_ChannelBook *book, struct Known *known)
{
  GNUNET_CONTAINER_DLL_remove (book->head, book->tail, known);
  GNUNET_CONTAINER_DLL_insert (book->head, book->tail, known);
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
 * Forget one, to have room: the grant that was needed least recently.
 */
static void
make_room (struct MQTT_ChannelBook *book)
{
  struct Known *known = book->tail;

  for (struct Known *pos = book->tail; NULL != pos; pos = pos->prev)
    if (!pos->entry.revokes)
    {
      known = pos;
      break;
    }
  if (NULL != known)
    forget (book, known);
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
  GNUNET_CONTAINER_DLL_insert (book->head, book->tail, known);
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
 * Take down an entry.
 *
 * @param book the book
 * @param read reads it
 * @param data its bytes
 * @param size how many
 * @param[out] learned set to true if it was not known
 */
static enum MQTT_ChannelVerdict
add (struct MQTT_ChannelBook *book,
     ReadEntry read,
     const void *data,
     size_t size,
     bool *learned)
{
  struct MQTT_ChannelEntry entry;
  struct Look look = { .entry = &entry };
  struct GNUNET_HashCode digest;
  struct GNUNET_HashCode pair;
  enum MQTT_ChannelVerdict verdict;
  struct Known *known;

  GNUNET_CRYPTO_hash (data, size, &digest);
  known = GNUNET_CONTAINER_multihashmap_get (book->by_bytes, &digest);
  if (NULL != known)
  {
    touch (book, known);
    return MQTT_CHANNEL_OK;
  }
  verdict = read (data, size, &entry);
  if (MQTT_CHANNEL_OK != verdict)
    return verdict;
  pair = pair_of (&entry.owner, &entry.peer);
  if (NULL != look_up (book, &pair, &look_for_newer, &look))
    return MQTT_CHANNEL_SUPERSEDED;
  while (NULL != (known = look_up (book, &pair, &look_for_older, &look)))
    forget (book, known);
  known = look_up (book, &pair, &look_for_lowest, &look);
  if (MQTT_CHANNEL_BOOK_PAIR <= look.seen)
    forget (book, known);
  else if (book->limit <= MQTT_channel_book_count (book))
    make_room (book);
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
  enum MQTT_ChannelVerdict verdict = add (book,
                                          &MQTT_channel_entry_read,
                                          data,
                                          size,
                                          &learned);

  if (learned && (NULL != book->learned))
    book->learned (book->cls, data, size);
  return verdict;
}


/**
 * #ReadEntry of one whose signature was checked before.
 */
static enum MQTT_ChannelVerdict
read_again (const void *data, size_t size, struct MQTT_ChannelEntry *entry)
{
  return MQTT_channel_entry_read_again (data, size, entry)
           ? MQTT_CHANNEL_OK
           : MQTT_CHANNEL_MALFORMED;
}


enum MQTT_ChannelVerdict
MQTT_channel_book_restore (struct MQTT_ChannelBook *book,
                           const void *data,
                           size_t size)
{
  bool learned = false;

  return add (book, &read_again, data, size, &learned);
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
  touch (book, known);
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


unsigned int
MQTT_channel_book_count (const struct MQTT_ChannelBook *book)
{
  return GNUNET_CONTAINER_multihashmap_size (book->by_bytes);
}
