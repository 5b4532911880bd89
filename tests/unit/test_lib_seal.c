/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_seal.c
 * @brief Tests of what the library signs: what is to be retained, and wills, of topics
 *        whose owner's key the application has given.
 */
#include "channel_fixture.h"
#include "core/seal.h"
#include "gnunet_mqtt_channel.h"
#include "lib/mqtt_api.h"
#include "run_cases.h"

/** Never connected. */
static struct GNUNET_MQTT_Handle *handle;
static struct GNUNET_IDENTITY_PrivateKey ego;
static char *news;


static void
setup (void)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  char *key;

  handle = GNUNET_malloc_large (sizeof (*handle));
  ego = channel_ego (GNUNET_IDENTITY_TYPE_ECDSA);
  owner = channel_owner (&ego);
  key = GNUNET_IDENTITY_public_key_to_string (&owner);
  GNUNET_asprintf (&news, "/%s/a", key);
  GNUNET_free (key);
  ck_assert_ptr_nonnull (GNUNET_MQTT_channel_own (handle, &ego, NULL, NULL));
}


static void
teardown (void)
{
  MQTT_api_channels_done (handle);
  GNUNET_free (handle);
  GNUNET_free (news);
}


static struct MQTT_Message *
encode (const char *topic, bool retain, bool will)
{
  const struct GNUNET_MQTT_Message message = {
    .topic = topic,
    .topic_size = strlen (topic),
    .payload = "x",
    .payload_size = 1,
    .content_type = "text",
    .content_type_size = 4,
    .expiry = GNUNET_TIME_UNIT_MINUTES,
    .retain = retain,
  };
  struct MQTT_Message *encoded = MQTT_api_message_encode (handle,
                                                          &message,
                                                          will);

  ck_assert_ptr_nonnull (encoded);
  return encoded;
}


static bool
is_sealed (const char *topic, bool retain, bool will)
{
  struct MQTT_Message *message = encode (topic, retain, will);
  struct MQTT_Seal seal;
  bool sealed = MQTT_seal_read (message, &seal);

  MQTT_message_unref (message);
  return sealed;
}


START_TEST (retained_messages_and_wills_are_signed)
{
  bool will = (0 != _i);
  struct MQTT_Message *message = encode (news, !will, will);
  struct MQTT_Seal seal;

  ck_assert_int_eq (will, MQTT_NEVER == message->expires_us);
  message->will = will;
  ck_assert (MQTT_seal_check (news, strlen (news), message, &seal));
  ck_assert_uint_eq (60000000, seal.expiry_us);
  MQTT_message_unref (message);
}
END_TEST


START_TEST (no_two_have_the_same_time)
{
  struct MQTT_Seal last = { 0 };

  for (unsigned int i = 0; i < 10; i++)
  {
    struct MQTT_Message *message = encode (news, true, false);
    struct MQTT_Seal seal;

    ck_assert (MQTT_seal_read (message, &seal));
    ck_assert_uint_gt (seal.time_us, last.time_us);
    last = seal;
    MQTT_message_unref (message);
  }
}
END_TEST


START_TEST (nothing_else_is)
{
  ck_assert (!is_sealed (news, false, false));
  ck_assert (!is_sealed ("free", true, false));
  ck_assert (!is_sealed ("free", true, true));
  news[1] = ('0' == news[1]) ? '1' : '0';
  news[20] = ('Z' == news[20]) ? 'Y' : 'Z';
  ck_assert (!is_sealed (news, true, false));
}
END_TEST


START_TEST (nor_without_the_key)
{
  MQTT_api_channels_done (handle);
  ck_assert (!is_sealed (news, true, false));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_seal");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_loop_test (cases, retained_messages_and_wills_are_signed, 0, 2);
  tcase_add_test (cases, no_two_have_the_same_time);
  tcase_add_test (cases, nothing_else_is);
  tcase_add_test (cases, nor_without_the_key);
  return run_cases ("lib_seal", cases);
}
