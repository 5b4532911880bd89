/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/channel_entry.c
 * @brief Channel entries as bytes: read, checked, judged, signed.  Knows nothing
 *        of where they come from.
 */
#include "channel_entry.h"
#include <string.h>
#include "cursor.h"
#include "curve_point.h"
#include "topic.h"

#define ENTRY_VERSION 1

enum Kind
{
  KIND_GRANT = 1,
  KIND_REVOCATION = 2
};

/** Fields of an entry before its prefix, big-endian. */
struct WireEntry
{
  uint8_t version;
  uint8_t kind;
  uint16_t prefix_size;
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_PeerIdentity peer;
  uint64_t not_before_us;
  uint64_t expiry_us;
  uint64_t serial;
} __attribute__ ((packed));

/** Bytes of a signature, of keys of both types. */
#define SIGNATURE_SIZE 64

/** What is signed: this, and all of the entry before the signature. */
struct Signed
{
  struct GNUNET_CRYPTO_EccSignaturePurpose purpose;
  uint8_t entry[MQTT_CHANNEL_ENTRY_MAX - SIGNATURE_SIZE];
};

_Static_assert(sizeof (struct WireEntry) + SIGNATURE_SIZE
                 == MQTT_CHANNEL_ENTRY_FIXED,
               "an entry has no holes");


const char *
MQTT_channel_verdict_text (enum MQTT_ChannelVerdict verdict)
{
  switch (verdict)
  {
  case MQTT_CHANNEL_OK:
    return "good";
  case MQTT_CHANNEL_NO_ENTRY:
    return "no channel entry is known";
  case MQTT_CHANNEL_MALFORMED:
    return "not a channel entry, or only a part of one";
  case MQTT_CHANNEL_BAD_SIGNATURE:
    return "not signed by the owner that it names";
  case MQTT_CHANNEL_WRONG_OWNER:
    return "the topic belongs to another key";
  case MQTT_CHANNEL_WRONG_PEER:
    return "it is for another peer";
  case MQTT_CHANNEL_WRONG_PREFIX:
    return "it is for other topics";
  case MQTT_CHANNEL_NOT_YET_VALID:
    return "not valid yet";
  case MQTT_CHANNEL_EXPIRED:
    return "expired";
  case MQTT_CHANNEL_REVOKED:
    return "revoked";
  case MQTT_CHANNEL_SUPERSEDED:
    return "a newer entry stands in its place";
  case MQTT_CHANNEL_NO_ROOM:
    return "not taken, too many revocations of the peer are known";
  case MQTT_CHANNEL_BLACKLISTED:
    return "the owner is on a blacklist";
  }
  return "unknown";
}


/**
 * Put together what is signed.
 *
 * @param entry bytes before the signature
 * @param size how many
 */
static void
prepare (struct Signed *block, const void *entry, size_t size)
{
  block->purpose.size = htonl ((uint32_t)(sizeof (block->purpose) + size));
  block->purpose.purpose = htonl (MQTT_CHANNEL_SIGNATURE_PURPOSE);
  memcpy (block->entry, entry, size);
}


static bool
is_prefix (const char *prefix, size_t size)
{
  return (0 == size)
         || ((MQTT_CHANNEL_PREFIX_MAX >= size)
             && (MQTT_TOPIC_OK == MQTT_topic_name_check (prefix, size, NULL)));
}


/**
 * Read the fields of an entry.
 *
 * @return false if it is not well-formed
 */
static bool
read_fields (struct MQTT_Cursor *cursor, struct MQTT_ChannelEntry *entry)
{
  const struct WireEntry *wire = MQTT_cursor_take (cursor, sizeof (*wire));

  if ((NULL == wire) || (ENTRY_VERSION != wire->version)
      || !MQTT_owned_key_type (wire->owner.type)
      || ((KIND_GRANT != wire->kind) && (KIND_REVOCATION != wire->kind)))
    return false;
  memcpy (&entry->owner, &wire->owner, sizeof (entry->owner));
  memcpy (&entry->peer, &wire->peer, sizeof (entry->peer));
  entry->not_before_us = GNUNET_ntohll (wire->not_before_us);
  entry->expiry_us = GNUNET_ntohll (wire->expiry_us);
  entry->serial = GNUNET_ntohll (wire->serial);
  entry->revokes = (KIND_REVOCATION == wire->kind);
  entry->prefix_size = ntohs (wire->prefix_size);
  entry->prefix = MQTT_cursor_take (cursor, entry->prefix_size);
  return (NULL != entry->prefix)
         && is_prefix (entry->prefix, entry->prefix_size)
         && (!entry->revokes
             || ((0 == entry->not_before_us)
                 && (MQTT_CHANNEL_FOREVER == entry->expiry_us)));
}


/**
 * Is an entry signed by its owner?
 *
 * @param data all before the signature
 * @param size bytes of it
 * @param signature behind it
 * @param owner whom the entry names
 */
static bool
is_signed (const void *data,
           size_t size,
           const void *signature,
           const struct GNUNET_IDENTITY_PublicKey *owner)
{
  struct Signed block;

  if (!MQTT_curve_point_check (owner->eddsa_key.q_y))
    return false;
  prepare (&block, data, size);
  return GNUNET_OK
         == GNUNET_IDENTITY_signature_verify_raw_ (
           MQTT_CHANNEL_SIGNATURE_PURPOSE,
           &block.purpose,
           signature,
           owner);
}


bool
MQTT_channel_entry_read_again (const void *data,
                               size_t size,
                               struct MQTT_ChannelEntry *entry)
{
  struct MQTT_Cursor cursor = { .at = data, .left = size };

  return read_fields (&cursor, entry) && (SIGNATURE_SIZE == cursor.left);
}


enum MQTT_ChannelVerdict
MQTT_channel_entry_read (const void *data,
                         size_t size,
                         struct MQTT_ChannelEntry *entry)
{
  const uint8_t *bytes = data;

  if (!MQTT_channel_entry_read_again (data, size, entry))
    return MQTT_CHANNEL_MALFORMED;
  return is_signed (bytes,
                    size - SIGNATURE_SIZE,
                    bytes + size - SIGNATURE_SIZE,
                    &entry->owner)
           ? MQTT_CHANNEL_OK
           : MQTT_CHANNEL_BAD_SIGNATURE;
}


const struct GNUNET_PeerIdentity *
MQTT_channel_entry_peer (const void *data, size_t size)
{
  const struct WireEntry *wire = data;

  return (sizeof (*wire) > size) ? NULL : &wire->peer;
}


bool
MQTT_channel_entry_covers (const struct MQTT_ChannelEntry *entry,
                           const char *below,
                           size_t below_size)
{
  if (0 == entry->prefix_size)
    return true;
  return (below_size >= entry->prefix_size)
         && (0 == memcmp (below, entry->prefix, entry->prefix_size))
         && ((below_size == entry->prefix_size)
             || ('/' == below[entry->prefix_size]));
}


enum MQTT_ChannelVerdict
MQTT_channel_entry_judge (const struct MQTT_ChannelEntry *entry,
                          const struct MQTT_OwnedTopic *topic,
                          const struct GNUNET_PeerIdentity *peer,
                          uint64_t now_us)
{
  if (0 != GNUNET_memcmp (&entry->owner, &topic->owner))
    return MQTT_CHANNEL_WRONG_OWNER;
  if (0 != GNUNET_memcmp (&entry->peer, peer))
    return MQTT_CHANNEL_WRONG_PEER;
  if (!MQTT_channel_entry_covers (entry, topic->below, topic->below_size))
    return MQTT_CHANNEL_WRONG_PREFIX;
  if (entry->revokes)
    return MQTT_CHANNEL_REVOKED;
  if (now_us < entry->not_before_us)
    return MQTT_CHANNEL_NOT_YET_VALID;
  if ((MQTT_CHANNEL_FOREVER != entry->expiry_us)
      && (now_us >= entry->expiry_us))
    return MQTT_CHANNEL_EXPIRED;
  return MQTT_CHANNEL_OK;
}


void *
MQTT_channel_entry_sign (const struct MQTT_ChannelEntry *entry,
                         const struct GNUNET_IDENTITY_PrivateKey *key,
                         size_t *size)
{
  struct WireEntry wire = {
    .version = ENTRY_VERSION,
    .kind = entry->revokes ? KIND_REVOCATION : KIND_GRANT,
    .prefix_size = htons ((uint16_t)entry->prefix_size),
    .peer = entry->peer,
    .not_before_us = entry->revokes ? 0 : GNUNET_htonll (entry->not_before_us),
    .expiry_us = entry->revokes ? MQTT_CHANNEL_FOREVER
                                : GNUNET_htonll (entry->expiry_us),
    .serial = GNUNET_htonll (entry->serial),
  };
  size_t before = sizeof (wire) + entry->prefix_size;
  struct GNUNET_IDENTITY_PublicKey owner;
  struct Signed block;
  uint8_t *data;

  if (!is_prefix (entry->prefix, entry->prefix_size)
      || (GNUNET_OK != GNUNET_IDENTITY_key_get_public (key, &owner)))
    return NULL;
  wire.owner = owner;
  *size = before + SIGNATURE_SIZE;
  data = GNUNET_malloc (*size);
  memcpy (data, &wire, sizeof (wire));
  GNUNET_memcpy (data + sizeof (wire), entry->prefix, entry->prefix_size);
  prepare (&block, data, before);
  if (GNUNET_OK
      == GNUNET_IDENTITY_sign_raw_ (key, &block.purpose, data + before))
    return data;
  GNUNET_free (data);
  return NULL;
}
