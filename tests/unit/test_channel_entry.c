/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_channel_entry.c
 * @brief Tests of core/channel_entry.h: what is signed is read again, and every
 *        forgery is refused.
 */
#include "channel_fixture.h"
#include "run_cases.h"


/**
 * Read bytes; they stay the caller's.
 */
static enum MQTT_ChannelVerdict
verdict_of (const struct Wire *wire)
{
  struct MQTT_ChannelEntry entry;

  return MQTT_channel_entry_read (wire->data, wire->size, &entry);
}


START_TEST (a_signed_entry_is_read_again)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  struct MQTT_ChannelEntry in = channel_grant ("a/b", 7);
  struct Wire wire = channel_sign (&in, &ego);
  struct MQTT_ChannelEntry out;

  ck_assert_uint_eq (MQTT_CHANNEL_ENTRY_FIXED + 3, wire.size);
  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_entry_read (wire.data, wire.size, &out));
  ck_assert_mem_eq (&owner, &out.owner, sizeof (owner));
  ck_assert_mem_eq (&in.peer, &out.peer, sizeof (in.peer));
  ck_assert_uint_eq (in.not_before_us, out.not_before_us);
  ck_assert_uint_eq (in.expiry_us, out.expiry_us);
  ck_assert_uint_eq (7, out.serial);
  ck_assert (!out.revokes);
  ck_assert_uint_eq (3, out.prefix_size);
  ck_assert_mem_eq ("a/b", out.prefix, 3);
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_revocation_is_for_ever)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, "a");
  struct MQTT_ChannelEntry in = channel_grant ("", 8);
  struct MQTT_ChannelEntry out;
  struct Wire wire;

  in.revokes = true;
  wire = channel_sign (&in, &ego);
  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_entry_read (wire.data, wire.size, &out));
  ck_assert (out.revokes);
  ck_assert_uint_eq (0, out.not_before_us);
  ck_assert_uint_eq (MQTT_CHANNEL_FOREVER, out.expiry_us);
  ck_assert_int_eq (
    MQTT_CHANNEL_REVOKED,
    MQTT_channel_entry_judge (&out, &topic, &channel_peer, UINT64_MAX));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_changed_bit_is_refused)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("a/b", 7);
  struct Wire wire = channel_sign (&in, &ego);

  for (size_t at = 0; at < wire.size; at++)
  {
    wire.data[at] ^= 1;
    ck_assert_int_ne (MQTT_CHANNEL_OK, verdict_of (&wire));
    wire.data[at] ^= 1;
  }
  ck_assert_int_eq (MQTT_CHANNEL_OK, verdict_of (&wire));
  wire.data[wire.size - 1] ^= 1;
  ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE, verdict_of (&wire));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (an_entry_cut_at_any_byte_is_refused)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("a/b", 7);
  struct Wire whole = channel_sign (&in, &ego);
  struct Wire longer = { .size = whole.size + 1 };

  for (size_t size = 0; size < whole.size; size++)
  {
    struct Wire part = wire_copy (whole.data, size);

    ck_assert_int_eq (MQTT_CHANNEL_MALFORMED, verdict_of (&part));
    free (part.data);
  }
  longer.data = calloc (1, longer.size);
  ck_assert_ptr_nonnull (longer.data);
  memcpy (longer.data, whole.data, whole.size);
  ck_assert_int_eq (MQTT_CHANNEL_MALFORMED, verdict_of (&longer));
  free (longer.data);
  GNUNET_free (whole.data);
}
END_TEST


START_TEST (a_signature_of_somebody_else_is_refused)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct GNUNET_IDENTITY_PrivateKey thief = channel_ego (
    channel_key_types[_i]);
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_ChannelEntry in = channel_grant ("", 7);
  struct Wire wire = channel_sign (&in, &thief);

  /* The key is behind version, kind and size of the prefix. */
  memcpy (wire.data + 4, &owner, sizeof (owner));
  ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE, verdict_of (&wire));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_key_of_another_type_is_refused)
{
  static const uint32_t types[] = { 0, 1, 65537, 65555, UINT32_MAX };
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("", 7);
  struct Wire wire = channel_sign (&in, &ego);

  for (size_t i = 0; i < sizeof (types) / sizeof (types[0]); i++)
  {
    const uint32_t type = htonl (types[i]);

    memcpy (wire.data + 4, &type, sizeof (type));
    ck_assert_int_eq (MQTT_CHANNEL_MALFORMED, verdict_of (&wire));
  }
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (keys_that_are_no_points_are_refused)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("", 7);
  struct Wire wire = channel_sign (&in, &ego);

  /* The key of zeros is one that libgcrypt cannot bear. */
  for (unsigned int byte = 0; byte < 256; byte++)
  {
    memset (wire.data + 8, (int)byte, 32);
    ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE, verdict_of (&wire));
  }
  /* A signature of zeros, too. */
  memset (wire.data + 8, 0, 32);
  memset (wire.data + wire.size - 64, 0, 64);
  ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE, verdict_of (&wire));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_signature_for_another_purpose_is_refused)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("", 7);
  struct Wire wire = channel_sign (&in, &ego);
  size_t before = wire.size - 64;
  struct
  {
    struct GNUNET_CRYPTO_EccSignaturePurpose purpose;
    uint8_t data[MQTT_CHANNEL_ENTRY_FIXED - 64];
  } block = { .purpose = {
                .size = htonl (sizeof (block)),
                .purpose = htonl (MQTT_CHANNEL_SIGNATURE_PURPOSE + 1) } };

  memcpy (block.data, wire.data, before);
  ck_assert_int_eq (
    GNUNET_OK,
    GNUNET_IDENTITY_sign_raw_ (&ego, &block.purpose, wire.data + before));
  ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE, verdict_of (&wire));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (an_illegal_prefix_is_not_signed)
{
  static const char *const illegal[] = { "#", "a/+", "\xff" };
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  char longest[MQTT_CHANNEL_PREFIX_MAX + 2];
  struct MQTT_ChannelEntry entry;
  struct Wire wire;
  size_t size;

  for (size_t i = 0; i < sizeof (illegal) / sizeof (illegal[0]); i++)
  {
    entry = channel_grant (illegal[i], 1);
    ck_assert_ptr_null (MQTT_channel_entry_sign (&entry, &ego, &size));
  }
  memset (longest, 'x', sizeof (longest));
  longest[MQTT_CHANNEL_PREFIX_MAX + 1] = '\0';
  entry = channel_grant (longest, 1);
  ck_assert_ptr_null (MQTT_channel_entry_sign (&entry, &ego, &size));
  longest[MQTT_CHANNEL_PREFIX_MAX] = '\0';
  entry = channel_grant (longest, 1);
  wire = channel_sign (&entry, &ego);
  ck_assert_uint_eq (MQTT_CHANNEL_ENTRY_MAX, wire.size);
  ck_assert_int_eq (MQTT_CHANNEL_OK, verdict_of (&wire));
  GNUNET_free (wire.data);
}
END_TEST


/**
 * What does a grant with this prefix say of a topic?
 */
static enum MQTT_ChannelVerdict
judge (const char *prefix, const char *below)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = {
    .type = htonl (GNUNET_IDENTITY_TYPE_EDDSA)
  };
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, below);
  struct MQTT_ChannelEntry entry = channel_grant (prefix, 1);

  entry.owner = topic.owner;
  return MQTT_channel_entry_judge (&entry, &topic, &channel_peer, NOW);
}


START_TEST (a_prefix_ends_with_a_level)
{
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a", "a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a", "a/"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a", "a/b/c"));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a", "ab"));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a", "ab/c"));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a", ""));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a/b", "a"));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a", "/a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("", ""));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("", "whatever/else"));
}
END_TEST


START_TEST (owner_peer_and_time_must_fit)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct GNUNET_IDENTITY_PrivateKey other = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, "a");
  struct MQTT_ChannelEntry entry = channel_grant ("a", 1);

  entry.owner = channel_owner (&other);
  ck_assert_int_eq (
    MQTT_CHANNEL_WRONG_OWNER,
    MQTT_channel_entry_judge (&entry, &topic, &channel_peer, NOW));
  entry.owner = topic.owner;
  ck_assert_int_eq (
    MQTT_CHANNEL_WRONG_PEER,
    MQTT_channel_entry_judge (&entry, &topic, &channel_other_peer, NOW));
  ck_assert_int_eq (MQTT_CHANNEL_NOT_YET_VALID,
                    MQTT_channel_entry_judge (&entry,
                                              &topic,
                                              &channel_peer,
                                              entry.not_before_us - 1));
  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_entry_judge (&entry,
                                              &topic,
                                              &channel_peer,
                                              entry.not_before_us));
  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_entry_judge (&entry,
                                              &topic,
                                              &channel_peer,
                                              entry.expiry_us - 1));
  ck_assert_int_eq (
    MQTT_CHANNEL_EXPIRED,
    MQTT_channel_entry_judge (&entry, &topic, &channel_peer, entry.expiry_us));
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_channel_entry_judge (&entry, &topic, &channel_peer, UINT64_MAX));
}
END_TEST


START_TEST (text_survives_the_mail)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("news/today", 7);
  struct Wire wire = channel_sign (&in, &ego);
  char *text = MQTT_channel_entry_to_text (wire.data, wire.size);
  size_t length = strlen (text);
  char *wrapped = GNUNET_malloc (2 * length);
  size_t n = 0;
  size_t size;
  void *data;

  for (size_t i = 0; i < length; i++)
  {
    wrapped[n++] = text[i];
    if (0 != i % 60)
      continue;
    wrapped[n++] = (0 == i % 120) ? '\r' : ' ';
    wrapped[n++] = (0 == i % 120) ? '\n' : '\t';
  }
  data = MQTT_channel_entry_from_text (wrapped, n, &size);
  ck_assert_uint_eq (wire.size, size);
  ck_assert_mem_eq (wire.data, data, size);
  GNUNET_free (data);
  for (size_t i = 0; i < length; i++)
  {
    struct Wire part;

    part.data = MQTT_channel_entry_from_text (text, i, &part.size);
    ck_assert ((NULL == part.data)
               || (MQTT_CHANNEL_MALFORMED == verdict_of (&part)));
    GNUNET_free (part.data);
  }
  GNUNET_free (wrapped);
  GNUNET_free (text);
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (other_texts_are_refused)
{
  static const char *const texts[] = { "",
                                       " \n",
                                       MQTT_CHANNEL_TEXT_PREFIX,
                                       MQTT_CHANNEL_TEXT_PREFIX "0",
                                       MQTT_CHANNEL_TEXT_PREFIX "000",
                                       MQTT_CHANNEL_TEXT_PREFIX "0!",
                                       "gnunet://mqtt/other/00",
                                       "00" };
  char *endless;
  size_t size = (size_t)GNUNET_asprintf (&endless,
                                         MQTT_CHANNEL_TEXT_PREFIX "%0*d",
                                         4 * MQTT_CHANNEL_ENTRY_MAX,
                                         0);

  for (size_t i = 0; i < sizeof (texts) / sizeof (texts[0]); i++)
  {
    size_t out;

    ck_assert_ptr_null (
      MQTT_channel_entry_from_text (texts[i], strlen (texts[i]), &out));
  }
  ck_assert_ptr_null (MQTT_channel_entry_from_text (endless, size, &size));
  GNUNET_free (endless);
}
END_TEST


START_TEST (verdicts_have_texts)
{
  for (int verdict = MQTT_CHANNEL_OK; verdict <= MQTT_CHANNEL_BLACKLISTED;
       verdict++)
    ck_assert_str_ne ("unknown", MQTT_channel_verdict_text (verdict));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("channel_entry");

  tcase_set_timeout (cases, 60);
  tcase_add_loop_test (cases,
                       a_signed_entry_is_read_again,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases, a_revocation_is_for_ever, 0, CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases, a_changed_bit_is_refused, 0, CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       an_entry_cut_at_any_byte_is_refused,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       a_signature_of_somebody_else_is_refused,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       a_key_of_another_type_is_refused,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       keys_that_are_no_points_are_refused,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       a_signature_for_another_purpose_is_refused,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       an_illegal_prefix_is_not_signed,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_test (cases, a_prefix_ends_with_a_level);
  tcase_add_loop_test (cases,
                       owner_peer_and_time_must_fit,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases, text_survives_the_mail, 0, CHANNEL_KEY_TYPES);
  tcase_add_test (cases, other_texts_are_refused);
  tcase_add_test (cases, verdicts_have_texts);
  return run_cases ("channel_entry", cases);
}
