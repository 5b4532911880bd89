/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_entry.h
 * @brief Channel entries: with one an ego lets a peer publish to topics that
 *        belong to the ego, or forbids it.  As bytes and as text.
 *
 * An entry is checked in MQTT_channel_entry_read() and nowhere else: what that
 * gives out is well-formed and signed by its owner.  Whether it fits a topic, a
 * peer and a time is MQTT_channel_entry_judge()'s to say; which of several counts,
 * core/channel_book.h's.
 *
 * As bytes, numbers big-endian, times in microseconds since 1970:
 *
 *     version u8, 1
 *     kind u8: 1 grant, 2 revocation
 *     size of the prefix u16
 *     owner: type u32 and 32 bytes, as GNUnet writes public keys
 *     publishing peer: 32 bytes
 *     not before u64, of a revocation 0
 *     expiry u64, of a revocation 2^64 - 1
 *     serial u64
 *     prefix
 *     signature: 64 bytes, of the owner, over all of the above with
 *       MQTT_CHANNEL_SIGNATURE_PURPOSE
 */
#ifndef MQTT_CORE_CHANNEL_ENTRY_H
#define MQTT_CORE_CHANNEL_ENTRY_H

#include "owned_topic.h"

/** Signature purpose of entries; "MQTC".  GNUnet's own are small numbers. */
#define MQTT_CHANNEL_SIGNATURE_PURPOSE 0x4D515443

/** Most bytes of a prefix. */
#define MQTT_CHANNEL_PREFIX_MAX 1024

/** Bytes of an entry beside its prefix. */
#define MQTT_CHANNEL_ENTRY_FIXED 160

/** Most bytes of an entry. */
#define MQTT_CHANNEL_ENTRY_MAX \
  (MQTT_CHANNEL_ENTRY_FIXED + MQTT_CHANNEL_PREFIX_MAX)

/** What the text form begins with. */
#define MQTT_CHANNEL_TEXT_PREFIX "gnunet://mqtt/entry/"

/** Never expires. */
#define MQTT_CHANNEL_FOREVER UINT64_MAX

/** What an entry, or all that are known, say of a publication. */
enum MQTT_ChannelVerdict
{
  /** Of a publication: allowed.  Of an entry: good. */
  MQTT_CHANNEL_OK = 0,
  /** No entry is known. */
  MQTT_CHANNEL_NO_ENTRY,
  /** Not an entry: cut short, too long, of another version, with an illegal prefix. */
  MQTT_CHANNEL_MALFORMED,
  /** Not signed by the owner it names. */
  MQTT_CHANNEL_BAD_SIGNATURE,
  /** The topic belongs to somebody else. */
  MQTT_CHANNEL_WRONG_OWNER,
  /** It is for another peer. */
  MQTT_CHANNEL_WRONG_PEER,
  /** It is for other topics of its owner. */
  MQTT_CHANNEL_WRONG_PREFIX,
  MQTT_CHANNEL_NOT_YET_VALID,
  MQTT_CHANNEL_EXPIRED,
  MQTT_CHANNEL_REVOKED,
  /** One with a higher serial is known, that stands in its place. */
  MQTT_CHANNEL_SUPERSEDED,
  /** It is not taken: revocations fill what may be known of its peer. */
  MQTT_CHANNEL_NO_ROOM,
  /** The owner is on a blacklist. */
  MQTT_CHANNEL_BLACKLISTED
};

/** An entry. */
struct MQTT_ChannelEntry
{
  struct GNUNET_IDENTITY_PublicKey owner;
  /** The peer that may publish, or may not any more. */
  struct GNUNET_PeerIdentity peer;
  /** Valid from here on, microseconds since 1970. */
  uint64_t not_before_us;
  /** Not valid from here on, or #MQTT_CHANNEL_FOREVER. */
  uint64_t expiry_us;
  /** Of two entries the higher one counts. */
  uint64_t serial;
  /** What it is about, below the key: this, and what is below it.  Empty: all.  A legal
      topic name otherwise; borrowed. */
  const char *prefix;
  size_t prefix_size;
  /** It says that the peer may not publish. */
  bool revokes;
};


/**
 * Describe a verdict for a person, in a few words of English without a full stop.
 */
const char *
MQTT_channel_verdict_text (enum MQTT_ChannelVerdict verdict);


/**
 * Check an entry and read it.
 *
 * @param data bytes that somebody else wrote
 * @param size how many
 * @param[out] entry set if it is good; its prefix leads into @a data
 * @return #MQTT_CHANNEL_OK if it is well-formed and signed by its owner,
 *         otherwise #MQTT_CHANNEL_MALFORMED or #MQTT_CHANNEL_BAD_SIGNATURE
 */
enum MQTT_ChannelVerdict
MQTT_channel_entry_read (const void *data,
                         size_t size,
                         struct MQTT_ChannelEntry *entry);


/**
 * Read an entry that was found good before, or of which it does not matter: its
 * signature is not checked.
 *
 * @param data any bytes
 * @param size how many
 * @param[out] entry set if it is well-formed; its prefix leads into @a data
 * @return false if it is not well-formed
 */
bool
MQTT_channel_entry_read_again (const void *data,
                               size_t size,
                               struct MQTT_ChannelEntry *entry);


/**
 * For which peer does something say that it is, which may be an entry?
 *
 * @param data bytes that somebody else wrote
 * @param size how many
 * @return not aligned; NULL if there are too few bytes
 */
const struct GNUNET_PeerIdentity *
MQTT_channel_entry_peer (const void *data, size_t size);


/**
 * Is an entry about this prefix, or topic below the key: its own prefix, or something below?
 * "a" covers "a" and "a/b", not "ab".
 */
bool
MQTT_channel_entry_covers (const struct MQTT_ChannelEntry *entry,
                           const char *below,
                           size_t below_size);


/**
 * Does this entry, taken alone, let a peer publish to a topic now?
 *
 * @param entry the entry, that was read
 * @param topic the topic
 * @param peer who publishes
 * @param now_us the time, microseconds since 1970
 * @return #MQTT_CHANNEL_OK, or why not
 */
enum MQTT_ChannelVerdict
MQTT_channel_entry_judge (const struct MQTT_ChannelEntry *entry,
                          const struct MQTT_OwnedTopic *topic,
                          const struct GNUNET_PeerIdentity *peer,
                          uint64_t now_us);


/**
 * Write an entry and sign it.
 *
 * @param entry what to say; the owner is taken from @a key instead, and the times
 *        of a revocation are what they must be
 * @param key the owner's private key
 * @param[out] size bytes of the result
 * @return the entry, free with GNUNET_free(); NULL if its prefix is illegal
 */
void *
MQTT_channel_entry_sign (const struct MQTT_ChannelEntry *entry,
                         const struct GNUNET_IDENTITY_PrivateKey *key,
                         size_t *size);


/**
 * Write an entry as text that can be mailed: one line without spaces.
 *
 * @param data bytes of an entry
 * @param size how many, at most #MQTT_CHANNEL_ENTRY_MAX
 * @return the text, free with GNUNET_free()
 */
char *
MQTT_channel_entry_to_text (const void *data, size_t size);


/**
 * Read an entry's text, as it is or broken into lines.
 *
 * @param text any bytes
 * @param text_size how many
 * @param[out] size bytes of the result
 * @return what may be an entry, to be read with MQTT_channel_entry_read(); free with
 *         GNUNET_free(); NULL if it is not such a text
 */
void *
MQTT_channel_entry_from_text (const char *text, size_t text_size, size_t *size);

#endif
