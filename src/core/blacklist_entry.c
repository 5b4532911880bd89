/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/blacklist_entry.c
 * @brief What one record of a blacklist says.
 */
#include "blacklist_entry.h"
#include <string.h>

#define NOBODY "nobody"

/** Characters of a peer's identity. */
#define PEER_TEXT 52

/** Bytes of a record before the key. */
#define KIND_SIZE sizeof (uint32_t)

#define TXT_SIZE (sizeof (MQTT_BLACKLIST_TXT) - 1)


/**
 * @return SIZE_MAX if there is no such kind
 */
static size_t
key_size (uint32_t kind)
{
  switch (kind)
  {
  case MQTT_BLACKLIST_NOBODY:
    return 0;
  case MQTT_BLACKLIST_PEER:
    return sizeof (struct GNUNET_PeerIdentity);
  case MQTT_BLACKLIST_OWNER:
    return sizeof (struct GNUNET_IDENTITY_PublicKey);
  default:
    return SIZE_MAX;
  }
}


/**
 * @param key of that kind, not aligned
 */
static struct MQTT_BlacklistEntry
entry_of (enum MQTT_BlacklistKind kind, const void *key)
{
  struct MQTT_BlacklistEntry entry;

  memset (&entry, 0, sizeof (entry));
  entry.kind = kind;
  memcpy (&entry.key, key, key_size (kind));
  return entry;
}


struct MQTT_BlacklistEntry
MQTT_blacklist_peer (const struct GNUNET_PeerIdentity *peer)
{
  return entry_of (MQTT_BLACKLIST_PEER, peer);
}


struct MQTT_BlacklistEntry
MQTT_blacklist_owner (const struct GNUNET_IDENTITY_PublicKey *owner)
{
  return entry_of (MQTT_BLACKLIST_OWNER, owner);
}


bool
MQTT_blacklist_entry_read (const void *data,
                           size_t size,
                           struct MQTT_BlacklistEntry *entry)
{
  const char *bytes = data;
  uint32_t kind;

  if (KIND_SIZE > size)
    return false;
  memcpy (&kind, bytes, sizeof (kind));
  kind = ntohl (kind);
  if (key_size (kind) != size - KIND_SIZE)
    return false;
  *entry = entry_of ((enum MQTT_BlacklistKind)kind, bytes + KIND_SIZE);
  return (MQTT_BLACKLIST_OWNER != kind)
         || MQTT_owned_key_type (entry->key.owner.type);
}


size_t
MQTT_blacklist_entry_write (const struct MQTT_BlacklistEntry *entry, void *data)
{
  uint32_t kind = htonl (entry->kind);
  char *bytes = data;

  memcpy (bytes, &kind, sizeof (kind));
  memcpy (bytes + KIND_SIZE, &entry->key, key_size (entry->kind));
  return KIND_SIZE + key_size (entry->kind);
}


bool
MQTT_blacklist_entry_of_text (const char *text,
                              size_t size,
                              struct MQTT_BlacklistEntry *entry)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_PeerIdentity peer;

  if ((sizeof (NOBODY) - 1 == size) && (0 == memcmp (NOBODY, text, size)))
    *entry = entry_of (MQTT_BLACKLIST_NOBODY, text);
  else if ((PEER_TEXT == size)
           && (GNUNET_OK
               == GNUNET_CRYPTO_eddsa_public_key_from_string (
                 text,
                 size,
                 &peer.public_key)))
    *entry = MQTT_blacklist_peer (&peer);
  else if (MQTT_owned_key (text, size, &owner))
    *entry = MQTT_blacklist_owner (&owner);
  else
    return false;
  return true;
}


char *
MQTT_blacklist_entry_to_text (const struct MQTT_BlacklistEntry *entry)
{
  if (MQTT_BLACKLIST_NOBODY == entry->kind)
    return GNUNET_strdup (NOBODY);
  return GNUNET_STRINGS_data_to_string_alloc (&entry->key,
                                              key_size (entry->kind));
}


bool
MQTT_blacklist_is_txt (const void *data, size_t size)
{
  return (TXT_SIZE <= size)
         && (0 == memcmp (MQTT_BLACKLIST_TXT, data, TXT_SIZE));
}


bool
MQTT_blacklist_entry_of_txt (const void *data,
                             size_t size,
                             struct MQTT_BlacklistEntry *entry)
{
  const char *text = data;

  return MQTT_blacklist_is_txt (data, size)
         && MQTT_blacklist_entry_of_text (text + TXT_SIZE,
                                          size - TXT_SIZE,
                                          entry);
}
