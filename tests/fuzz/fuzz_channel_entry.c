/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_channel_entry.c
 * @brief Channel entries that a hostile peer, client or mail may bring, and topics
 *        that may belong to somebody.
 *
 * Input: a byte that says what follows: 0 an entry, 1 a text, 2 a topic, and
 * otherwise what is to be signed: peer, times, serial, prefix.
 */
#include <gnunet/gnunet_util_lib.h>
#include "core/channel_block.h"
#include "core/cursor.h"
#include "fuzz.h"

enum Input
{
  INPUT_ENTRY,
  INPUT_TEXT,
  INPUT_TOPIC
};


/**
 * A good entry is none any more when its end is missing, wherever it is cut.
 */
static void
check_cuts (const void *entry, size_t size)
{
  struct MQTT_ChannelEntry read;

  for (size_t cut = 0; cut < size; cut++)
  {
    void *part = fuzz_copy (entry, cut);

    FUZZ_CHECK (MQTT_CHANNEL_MALFORMED
                == MQTT_channel_entry_read (part, cut, &read));
    FUZZ_CHECK (!MQTT_channel_entry_read_again (part, cut, &read));
    FUZZ_CHECK (!MQTT_channel_block_check (part, cut, 0));
    free (part);
  }
}


/**
 * What is read is the same as text, and says something of any topic.
 */
static bool
check_entry (const void *input, size_t size)
{
  void *data = fuzz_copy (input, size);
  struct MQTT_ChannelEntry entry;
  bool good = (MQTT_CHANNEL_OK == MQTT_channel_entry_read (data, size, &entry));

  FUZZ_CHECK (MQTT_channel_block_check (data, size, 0)
              == (good && (0 < entry.expiry_us)));
  if (good)
  {
    const struct MQTT_OwnedTopic topic = { .owner = entry.owner,
                                           .below = entry.prefix,
                                           .below_size = entry.prefix_size };
    char *text = MQTT_channel_entry_to_text (data, size);
    size_t again_size;
    void *again = MQTT_channel_entry_from_text (text,
                                                strlen (text),
                                                &again_size);

    FUZZ_CHECK ((NULL != again) && (again_size == size)
                && (0 == memcmp (data, again, size)));
    FUZZ_CHECK (
      entry.revokes
      == (MQTT_CHANNEL_REVOKED
          == MQTT_channel_entry_judge (&entry, &topic, &entry.peer, 0)));
    check_cuts (data, size);
    GNUNET_free (again);
    GNUNET_free (text);
  }
  free (data);
  return good;
}


static void
check_text (const void *input, size_t size)
{
  char *text = fuzz_copy (input, size);
  size_t data_size;
  void *data = MQTT_channel_entry_from_text (text, size, &data_size);

  if (NULL != data)
    (void)check_entry (data, data_size);
  GNUNET_free (data);
  free (text);
}


static void
check_topic (const void *input, size_t size)
{
  char *topic = fuzz_copy (input, size);
  struct MQTT_OwnedTopic owned;

  if (MQTT_owned_topic (topic, size, &owned))
    FUZZ_CHECK ((owned.below_size < size)
                && (owned.below + owned.below_size == topic + size));
  free (topic);
}


/**
 * What is signed is read, however odd.
 */
static void
check_sign (uint8_t kind, struct MQTT_Cursor cursor)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = {
    .type = htonl ((0 == (kind & 1)) ? GNUNET_IDENTITY_TYPE_ECDSA
                                     : GNUNET_IDENTITY_TYPE_EDDSA),
    .eddsa_key = { .d = { 8, kind } }
  };
  struct MQTT_ChannelEntry entry = { .revokes = (0 != (kind & 2)) };
  const void *peer = MQTT_cursor_take (&cursor, sizeof (entry.peer));
  size_t size;
  void *data;

  if ((NULL == peer) || !MQTT_cursor_u64 (&cursor, &entry.not_before_us)
      || !MQTT_cursor_u64 (&cursor, &entry.expiry_us)
      || !MQTT_cursor_u64 (&cursor, &entry.serial)
      || (UINT16_MAX < cursor.left))
    return;
  memcpy (&entry.peer, peer, sizeof (entry.peer));
  entry.prefix = (const char *)cursor.at;
  entry.prefix_size = cursor.left;
  data = MQTT_channel_entry_sign (&entry, &ego, &size);
  if (NULL == data)
    return;
  FUZZ_CHECK (check_entry (data, size));
  GNUNET_free (data);
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (0 == size)
    return 0;
  switch (data[0])
  {
  case INPUT_ENTRY:
    (void)check_entry (data + 1, size - 1);
    break;
  case INPUT_TEXT:
    check_text (data + 1, size - 1);
    break;
  case INPUT_TOPIC:
    check_topic (data + 1, size - 1);
    break;
  default:
    check_sign (data[0],
                (struct MQTT_Cursor){ .at = data + 1, .left = size - 1 });
  }
  return 0;
}
