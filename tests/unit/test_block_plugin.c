/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_block_plugin.c
 * @brief Tests of the block plugin as GNUnet's DHT service uses it: loaded by
 *        GNUnet, from a folder of plugins.
 */
#include <gnunet/gnunet_block_lib.h>
#include "channel_fixture.h"
#include "core/channel_block.h"
#include "gnunet_mqtt_channel.h"
#include "plugin_prefix.h"
#include "run_cases.h"

static struct GNUNET_CONFIGURATION_Handle *cfg;
static struct GNUNET_BLOCK_Context *blocks;
static struct GNUNET_IDENTITY_PrivateKey ego;


static void
setup (void)
{
  plugin_prefix_use ();
  cfg = GNUNET_CONFIGURATION_create ();
  blocks = GNUNET_BLOCK_context_create (cfg);
  ego = channel_ego (GNUNET_IDENTITY_TYPE_ECDSA);
}


static void
teardown (void)
{
  GNUNET_BLOCK_context_destroy (blocks);
  GNUNET_CONFIGURATION_destroy (cfg);
}


/**
 * A grant that is valid today.
 */
static struct MQTT_ChannelEntry
todays (uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant ("a/b", serial);

  entry.not_before_us = 0;
  entry.expiry_us = GNUNET_TIME_relative_to_absolute (GNUNET_TIME_UNIT_HOURS)
                      .abs_value_us;
  return entry;
}


static struct Wire
signed_grant (uint64_t serial)
{
  const struct MQTT_ChannelEntry entry = todays (serial);

  return channel_sign (&entry, &ego);
}


static enum GNUNET_GenericReturnValue
check (const struct Wire *wire, size_t size)
{
  return GNUNET_BLOCK_check_block (blocks,
                                   MQTT_CHANNEL_BLOCK_TYPE,
                                   wire->data,
                                   size);
}


START_TEST (good)
{
  struct MQTT_ChannelEntry revocation = todays (2);
  struct Wire wire = signed_grant (1);

  ck_assert_int_eq (GNUNET_OK, check (&wire, wire.size));
  GNUNET_free (wire.data);
  revocation.revokes = true;
  wire = channel_sign (&revocation, &ego);
  ck_assert_int_eq (GNUNET_OK, check (&wire, wire.size));
  GNUNET_free (wire.data);
}
END_TEST


/** Others' blocks are checked by others. */
START_TEST (of_another_type)
{
  struct Wire wire = signed_grant (1);

  ck_assert_int_eq (GNUNET_SYSERR,
                    GNUNET_BLOCK_check_block (blocks,
                                              MQTT_CHANNEL_BLOCK_TYPE + 1,
                                              wire.data,
                                              wire.size));
  GNUNET_free (wire.data);
}
END_TEST


/** Of each byte one bit, another one each time. */
START_TEST (forged)
{
  struct Wire wire = signed_grant (1);

  for (size_t at = 0; at < wire.size; at++)
  {
    uint8_t bit = (uint8_t)(1 << (at % 8));

    wire.data[at] ^= bit;
    ck_assert_int_eq (GNUNET_NO, check (&wire, wire.size));
    wire.data[at] ^= bit;
  }
  ck_assert_int_eq (GNUNET_OK, check (&wire, wire.size));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (cut_short)
{
  struct Wire wire = signed_grant (1);

  for (size_t size = 0; size < wire.size; size++)
  {
    struct Wire part = wire_copy (wire.data, size);
    struct GNUNET_HashCode key;

    ck_assert_int_eq (GNUNET_NO, check (&part, size));
    ck_assert_int_eq (GNUNET_OK,
                      GNUNET_BLOCK_get_key (blocks,
                                            MQTT_CHANNEL_BLOCK_TYPE,
                                            part.data,
                                            size,
                                            &key));
    ck_assert (GNUNET_YES == GNUNET_is_zero (&key));
    ck_assert_int_eq (GNUNET_BLOCK_REPLY_IRRELEVANT,
                      GNUNET_BLOCK_check_reply (blocks,
                                                MQTT_CHANNEL_BLOCK_TYPE,
                                                NULL,
                                                &key,
                                                NULL,
                                                0,
                                                part.data,
                                                size));
    free (part.data);
  }
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (too_long)
{
  struct Wire wire = signed_grant (1);
  struct Wire longer = { .data = GNUNET_malloc (wire.size + 1),
                         .size = wire.size + 1 };

  memcpy (longer.data, wire.data, wire.size);
  ck_assert_int_eq (GNUNET_NO, check (&longer, longer.size));
  GNUNET_free (longer.data);
  GNUNET_free (wire.data);
}
END_TEST


/** One that is to be valid later may be on its way; one that was, not. */
START_TEST (in_its_time)
{
  struct MQTT_ChannelEntry entry = todays (1);
  struct Wire wire;

  entry.not_before_us = entry.expiry_us - 1;
  wire = channel_sign (&entry, &ego);
  ck_assert_int_eq (GNUNET_OK, check (&wire, wire.size));
  GNUNET_free (wire.data);
  entry.not_before_us = 0;
  entry.expiry_us = GNUNET_TIME_absolute_get ().abs_value_us - 1;
  wire = channel_sign (&entry, &ego);
  ck_assert_int_eq (GNUNET_NO, check (&wire, wire.size));
  GNUNET_free (wire.data);
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  wire = channel_sign (&entry, &ego);
  ck_assert_int_eq (GNUNET_OK, check (&wire, wire.size));
  GNUNET_free (wire.data);
}
END_TEST


/** The key says whose entry it is and for whom, and nothing else. */
START_TEST (owner_and_peer_are_the_key)
{
  const struct GNUNET_IDENTITY_PrivateKey other = channel_ego (
    GNUNET_IDENTITY_TYPE_EDDSA);
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct GNUNET_IDENTITY_PublicKey other_owner = channel_owner (&other);
  struct Wire wire = signed_grant (5);
  struct GNUNET_HashCode got;
  struct GNUNET_HashCode want;

  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_BLOCK_get_key (blocks,
                                          MQTT_CHANNEL_BLOCK_TYPE,
                                          wire.data,
                                          wire.size,
                                          &got));
  MQTT_channel_block_key (&owner, &channel_peer, &want);
  ck_assert_int_eq (0, GNUNET_memcmp (&want, &got));
  MQTT_channel_block_key (&owner, &channel_other_peer, &want);
  ck_assert_int_ne (0, GNUNET_memcmp (&want, &got));
  MQTT_channel_block_key (&other_owner, &channel_peer, &want);
  ck_assert_int_ne (0, GNUNET_memcmp (&want, &got));
  GNUNET_free (wire.data);
}
END_TEST


/** What the API makes of an entry is what the plugin takes, under the same key. */
START_TEST (made_by_the_api)
{
  struct Wire wire = signed_grant (5);
  char *text = MQTT_channel_entry_to_text (wire.data, wire.size);
  struct GNUNET_HashCode key;
  struct GNUNET_HashCode got;
  size_t size;
  void *block = GNUNET_MQTT_channel_block (text, strlen (text), &key, &size);

  ck_assert_int_eq (MQTT_CHANNEL_BLOCK_TYPE, GNUNET_MQTT_CHANNEL_BLOCK_TYPE);
  ck_assert_uint_eq (wire.size, size);
  ck_assert_mem_eq (wire.data, block, size);
  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_BLOCK_get_key (blocks,
                                          GNUNET_MQTT_CHANNEL_BLOCK_TYPE,
                                          block,
                                          size,
                                          &got));
  ck_assert_int_eq (0, GNUNET_memcmp (&key, &got));
  ck_assert_ptr_null (
    GNUNET_MQTT_channel_block (text, strlen (text) - 8, &key, &size));
  GNUNET_free (block);
  GNUNET_free (text);
  GNUNET_free (wire.data);
}
END_TEST


static enum GNUNET_BLOCK_ReplyEvaluationResult
reply (struct GNUNET_BLOCK_Group *group,
       const struct MQTT_ChannelQuery *query,
       const struct Wire *wire)
{
  struct GNUNET_HashCode any = { .bits = { 0 } };

  return GNUNET_BLOCK_check_reply (blocks,
                                   MQTT_CHANNEL_BLOCK_TYPE,
                                   group,
                                   &any,
                                   query,
                                   (NULL == query) ? 0 : sizeof (*query),
                                   wire->data,
                                   wire->size);
}


/** Who knows serial 4 asks from 5 on. */
START_TEST (only_newer_ones)
{
  const struct MQTT_ChannelQuery query = { .serial = GNUNET_htonll (5) };
  struct Wire old = signed_grant (4);
  struct Wire new = signed_grant (5);

  ck_assert_int_eq (GNUNET_BLOCK_REPLY_IRRELEVANT, reply (NULL, &query, &old));
  ck_assert_int_eq (GNUNET_BLOCK_REPLY_OK_MORE, reply (NULL, &query, &new));
  ck_assert_int_eq (GNUNET_BLOCK_REPLY_OK_MORE, reply (NULL, NULL, &old));
  GNUNET_free (old.data);
  GNUNET_free (new.data);
}
END_TEST


START_TEST (no_duplicates)
{
  struct GNUNET_BLOCK_Group *group = GNUNET_BLOCK_group_create (
    blocks,
    MQTT_CHANNEL_BLOCK_TYPE,
    NULL,
    0,
    "seen-set-size",
    10,
    NULL);
  struct Wire one = signed_grant (1);
  struct Wire two = signed_grant (2);

  ck_assert_ptr_nonnull (group);
  ck_assert_int_eq (GNUNET_BLOCK_REPLY_OK_MORE, reply (group, NULL, &one));
  ck_assert_int_eq (GNUNET_BLOCK_REPLY_OK_DUPLICATE, reply (group, NULL, &one));
  ck_assert_int_eq (GNUNET_BLOCK_REPLY_OK_MORE, reply (group, NULL, &two));
  GNUNET_BLOCK_group_destroy (group);
  GNUNET_free (one.data);
  GNUNET_free (two.data);
}
END_TEST


START_TEST (queries)
{
  const struct GNUNET_HashCode any = { .bits = { 0 } };
  const uint8_t query[sizeof (struct MQTT_ChannelQuery) + 1] = { 0 };

  for (size_t size = 0; size <= sizeof (query); size++)
    ck_assert_int_eq (
      ((0 == size) || (sizeof (struct MQTT_ChannelQuery) == size)) ? GNUNET_OK
                                                                   : GNUNET_NO,
      GNUNET_BLOCK_check_query (blocks,
                                MQTT_CHANNEL_BLOCK_TYPE,
                                &any,
                                (0 == size) ? NULL : query,
                                size));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("block plugin");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, good);
  tcase_add_test (tc, of_another_type);
  tcase_add_test (tc, forged);
  tcase_add_test (tc, cut_short);
  tcase_add_test (tc, too_long);
  tcase_add_test (tc, in_its_time);
  tcase_add_test (tc, owner_and_peer_are_the_key);
  tcase_add_test (tc, made_by_the_api);
  tcase_add_test (tc, only_newer_ones);
  tcase_add_test (tc, no_duplicates);
  tcase_add_test (tc, queries);
  return tc;
}


int
main (void)
{
  return run_cases ("block plugin", cases ());
}
