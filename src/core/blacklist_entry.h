/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/blacklist_entry.h
 * @brief What one record of a blacklist says: a peer or an owner of topics is
 *        refused.  As a record of GNS, and as text.
 *
 * A record of type #MQTT_BLACKLIST_RECORD is a kind u32, big-endian, and a key:
 *
 *     0  nobody, without a key: the list exists, though it may be empty
 *     1  a peer: its identity, 32 bytes
 *     2  an owner of topics: type u32 and 32 bytes, as GNUnet writes public keys
 *
 * As text it is the key as GNUnet shows it, or the word "nobody".  In a TXT record
 * that follows #MQTT_BLACKLIST_TXT.
 */
#ifndef MQTT_CORE_BLACKLIST_ENTRY_H
#define MQTT_CORE_BLACKLIST_ENTRY_H

#include "owned_topic.h"

/** Our type of GNS records; "MQTB".  GNUnet's own are small numbers. */
#define MQTT_BLACKLIST_RECORD 0x4D515442

/** Its name. */
#define MQTT_BLACKLIST_RECORD_NAME "MQTT-BLACKLIST"

/** What a TXT record of a blacklist begins with. */
#define MQTT_BLACKLIST_TXT "mqtt-blacklist "

/** Most bytes of a record. */
#define MQTT_BLACKLIST_RECORD_MAX 40

enum MQTT_BlacklistKind
{
  MQTT_BLACKLIST_NOBODY = 0,
  MQTT_BLACKLIST_PEER = 1,
  MQTT_BLACKLIST_OWNER = 2
};

/** An entry; equal ones have equal bytes. */
struct MQTT_BlacklistEntry
{
  /** A kind. */
  uint32_t kind;
  /** What follows the peer's identity is 0. */
  union
  {
    struct GNUNET_PeerIdentity peer;
    struct GNUNET_IDENTITY_PublicKey owner;
  } key;
};


struct MQTT_BlacklistEntry
MQTT_blacklist_peer (const struct GNUNET_PeerIdentity *peer);


struct MQTT_BlacklistEntry
MQTT_blacklist_owner (const struct GNUNET_IDENTITY_PublicKey *owner);


/**
 * Read a record of type #MQTT_BLACKLIST_RECORD.
 *
 * @param data bytes of a stranger, not aligned
 * @param size how many
 * @param[out] entry set if it is one
 * @return false if it is none
 */
bool
MQTT_blacklist_entry_read (const void *data,
                           size_t size,
                           struct MQTT_BlacklistEntry *entry);


/**
 * Write a record.
 *
 * @param entry the entry
 * @param[out] data room for #MQTT_BLACKLIST_RECORD_MAX bytes
 * @return how many were written
 */
size_t
MQTT_blacklist_entry_write (const struct MQTT_BlacklistEntry *entry,
                            void *data);


/**
 * Read an entry's text.
 *
 * @param text bytes of a stranger
 * @param size how many
 * @param[out] entry set if it is one
 * @return false if it is none
 */
bool
MQTT_blacklist_entry_of_text (const char *text,
                              size_t size,
                              struct MQTT_BlacklistEntry *entry);


/**
 * @return free with GNUNET_free()
 */
char *
MQTT_blacklist_entry_to_text (const struct MQTT_BlacklistEntry *entry);


/**
 * Is a TXT record meant for a blacklist?
 *
 * @param data bytes of a stranger
 * @param size how many
 */
bool
MQTT_blacklist_is_txt (const void *data, size_t size);


/**
 * Read a TXT record: see MQTT_blacklist_entry_of_text().
 */
bool
MQTT_blacklist_entry_of_txt (const void *data,
                             size_t size,
                             struct MQTT_BlacklistEntry *entry);

#endif
