/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_book.h
 * @brief The channel entries that are known, and what they say together.
 *
 * Of all entries of an owner for a peer that cover a topic, the one with the
 * highest serial decides: as a grant in its time, or by revoking.  So a newer entry
 * stands in the place of all older ones it covers, wherever they are seen again.
 *
 * The book verifies each entry once, and is bounded, for each peer and for all.  What is
 * one too many for a peer pushes out the grant for it that was needed least recently, and
 * never a revocation: a peer whose share is full of these is granted nothing any more.  When
 * the book is full, the peer with the most grants loses one.
 */
#ifndef MQTT_CORE_CHANNEL_BOOK_H
#define MQTT_CORE_CHANNEL_BOOK_H

#include "channel_entry.h"

/** Most entries of one owner for one peer that are kept; the lowest serial goes first. */
#define MQTT_CHANNEL_BOOK_PAIR 64

struct MQTT_ChannelBook;

/**
 * Something has become of an entry.
 *
 * @param cls closure
 * @param data its bytes
 * @param size how many
 */
typedef void (*MQTT_ChannelBookCallback) (void *cls,
                                          const void *data,
                                          size_t size);

/** What a book has done so far. */
struct MQTT_ChannelBookWork
{
  /** Signatures that were checked. */
  uint64_t checked;
  /** Entries that were forgotten since there was no room. */
  uint64_t displaced;
};

/** What a book says of a publication. */
struct MQTT_ChannelOpinion
{
  enum MQTT_ChannelVerdict verdict;
  /** When it may change by itself, microseconds since 1970; #MQTT_CHANNEL_FOREVER for never. */
  uint64_t until_us;
  /** The entry that decided, valid until the book changes; NULL if none did. */
  const void *data;
  size_t size;
};


/**
 * @param limit most entries, at least 1
 * @param share most of them for one peer, at least 1
 * @param myself the peer that may have more than its share
 */
struct MQTT_ChannelBook *
MQTT_channel_book_create (unsigned int limit,
                          unsigned int share,
                          const struct GNUNET_PeerIdentity *myself);


void
MQTT_channel_book_destroy (struct MQTT_ChannelBook *book);


/**
 * Take down an entry.
 *
 * @param book the book
 * @param data bytes that somebody else wrote
 * @param size how many
 * @return #MQTT_CHANNEL_OK if it is known now, or was before;
 *         #MQTT_CHANNEL_SUPERSEDED if a newer one stands in its place, signed or not;
 *         #MQTT_CHANNEL_NO_ROOM if revocations fill the peer's share; otherwise what is
 *         wrong with it
 */
enum MQTT_ChannelVerdict
MQTT_channel_book_add (struct MQTT_ChannelBook *book,
                       const void *data,
                       size_t size);


/**
 * Take down an entry that was found good before: its signature is not checked.
 *
 * @return as of MQTT_channel_book_add()
 */
enum MQTT_ChannelVerdict
MQTT_channel_book_restore (struct MQTT_ChannelBook *book,
                           const void *data,
                           size_t size);


/**
 * Have it told which entries are taken down and which are forgotten, from now on.
 *
 * @param book the book
 * @param learned called for each that is added, but not for those restored
 * @param forgotten called for each that is forgotten, until the book is destroyed
 * @param cls closure
 */
void
MQTT_channel_book_watch (struct MQTT_ChannelBook *book,
                         MQTT_ChannelBookCallback learned,
                         MQTT_ChannelBookCallback forgotten,
                         void *cls);


/**
 * May a peer publish to a topic now?
 *
 * @param book the book
 * @param topic the topic
 * @param peer who publishes
 * @param now_us the time, microseconds since 1970
 */
struct MQTT_ChannelOpinion
MQTT_channel_book_judge (struct MQTT_ChannelBook *book,
                         const struct MQTT_OwnedTopic *topic,
                         const struct GNUNET_PeerIdentity *peer,
                         uint64_t now_us);


/**
 * Changes whenever an opinion may have changed otherwise than by time; never 0.
 */
uint64_t
MQTT_channel_book_edition (const struct MQTT_ChannelBook *book);


struct MQTT_ChannelBookWork
MQTT_channel_book_work (const struct MQTT_ChannelBook *book);


unsigned int
MQTT_channel_book_count (const struct MQTT_ChannelBook *book);

#endif
