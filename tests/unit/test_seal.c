/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_seal.c
 * @brief Tests of core/seal.h: an owner's signature over a message, and what is not
 *        one.
 */
#include "core/seal.h"
#include "channel_fixture.h"
#include "core/properties.h"
#include "run_cases.h"

/** A content type, as the only property. */
static const uint8_t content_type[] = { 3, 0, 4, 't', 'e', 'x', 't' };

static struct GNUNET_IDENTITY_PrivateKey ego;
static char *news;
static char *other;


static char *
below_key (const char *below)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  char *key = GNUNET_IDENTITY_public_key_to_string (&owner);
  char *topic;

  GNUNET_asprintf (&topic, "/%s/%s", key, below);
  GNUNET_free (key);
  return topic;
}


static void
setup (void)
{
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  news = below_key ("a");
  other = below_key ("ab");
}


static void
teardown (void)
{
  GNUNET_free (news);
  GNUNET_free (other);
}


static struct MQTT_Publication
view (const char *payload)
{
  const struct MQTT_Publication publication = {
    .properties = content_type,
    .properties_size = sizeof (content_type),
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = MQTT_NEVER,
    .retain = true,
  };

  return publication;
}


/** A message with the ego's seal. */
static struct MQTT_Message *
sealed (const struct MQTT_Publication *publication)
{
  struct MQTT_Publication with = *publication;
  struct MQTT_Message *message;
  void *properties = MQTT_seal_sign (news,
                                     strlen (news),
                                     publication,
                                     NOW,
                                     &ego,
                                     &with.properties_size);

  ck_assert_ptr_nonnull (properties);
  with.properties = properties;
  message = MQTT_message_create (&with, 0);
  GNUNET_free (properties);
  return message;
}


/** Is it sealed, as a message of the topic? */
static bool
is_good (const char *topic, const struct MQTT_Message *message)
{
  struct MQTT_Seal seal;

  return MQTT_seal_check (topic, strlen (topic), message, &seal);
}


START_TEST (what_was_signed_is_good)
{
  struct MQTT_Publication publication = view ((0 == _i % 2) ? "x" : "");
  struct MQTT_Message *message;
  struct MQTT_Seal seal;

  teardown ();
  ego = channel_ego (channel_key_types[_i / 2 % CHANNEL_KEY_TYPES]);
  news = below_key ("a");
  other = below_key ("ab");
  publication.will = (4 <= _i);
  publication.expiry_us = 5000000;
  message = sealed (&publication);
  ck_assert (MQTT_seal_check (news, strlen (news), message, &seal));
  ck_assert_uint_eq (NOW, seal.time_us);
  ck_assert_uint_eq (5000000, seal.expiry_us);
  ck_assert (MQTT_properties_check (message->body, message->properties_size));
  /* QoS, retain flag and remaining lifetime may change on the way. */
  message->qos = 1;
  message->retain = false;
  message->expires_us = 17;
  ck_assert (is_good (news, message));
  MQTT_message_unref (message);
}
END_TEST


START_TEST (no_bit_may_change)
{
  const struct MQTT_Publication publication = view ("payload");
  struct MQTT_Message *message = sealed (&publication);

  ck_assert (is_good (news, message));
  for (size_t i = 0; i < message->body_size; i++)
  {
    message->body[i] ^= 1;
    ck_assert (!is_good (news, message));
    message->body[i] ^= 1;
  }
  ck_assert (is_good (news, message));
  MQTT_message_unref (message);
}
END_TEST


START_TEST (it_is_of_its_topic_and_kind)
{
  const struct MQTT_Publication publication = view ("x");
  struct MQTT_Message *message = sealed (&publication);
  struct GNUNET_IDENTITY_PrivateKey mine = ego;
  char *theirs;

  ck_assert (!is_good (other, message));
  ck_assert (!is_good (news + 1, message));
  ck_assert (!is_good ("a", message));
  message->will = true;
  ck_assert (!is_good (news, message));
  message->will = false;
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  theirs = below_key ("a");
  ck_assert (!is_good (theirs, message));
  ego = mine;
  GNUNET_free (theirs);
  MQTT_message_unref (message);
}
END_TEST


/** Cut short everywhere, the payload made longer at the cost of the properties. */
START_TEST (the_border_may_not_move)
{
  const struct MQTT_Publication publication = view ("x");
  struct MQTT_Message *message = sealed (&publication);
  uint32_t all = message->properties_size;

  for (uint32_t size = 0; size <= message->body_size; size++)
  {
    message->properties_size = size;
    ck_assert_int_eq (all == size, is_good (news, message));
  }
  MQTT_message_unref (message);
}
END_TEST


/** What looks like a seal within another property is none. */
START_TEST (it_is_a_property_of_its_own)
{
  struct MQTT_Publication publication = view ("x");
  struct MQTT_Message *message = sealed (&publication);
  struct MQTT_Seal seal;
  struct MQTT_Message *hidden;
  struct MQTT_Properties around = { 0 };
  void *properties;

  around.correlation_data.data = message->body;
  around.correlation_data.size = message->properties_size;
  properties = MQTT_properties_encode (&around, &publication.properties_size);
  publication.properties = properties;
  hidden = MQTT_message_create (&publication, 0);
  ck_assert (!MQTT_seal_read (hidden, &seal));
  ck_assert (MQTT_seal_read (message, &seal));
  MQTT_message_unref (hidden);
  MQTT_message_unref (message);
  GNUNET_free (properties);
}
END_TEST


START_TEST (too_many_properties_are_not_signed)
{
  struct MQTT_UserProperty user[MQTT_USER_PROPERTIES_MAX];
  const struct MQTT_Properties many = {
    .user = user,
    .user_count = MQTT_USER_PROPERTIES_MAX
  };
  struct MQTT_Publication publication = view ("x");
  void *properties;
  size_t size;

  for (unsigned int i = 0; i < MQTT_USER_PROPERTIES_MAX; i++)
    user[i] = (struct MQTT_UserProperty){ .name = { "n", 1 },
                                          .value = { "v", 1 } };
  properties = MQTT_properties_encode (&many, &publication.properties_size);
  ck_assert_ptr_nonnull (properties);
  publication.properties = properties;
  ck_assert_ptr_null (
    MQTT_seal_sign (news, strlen (news), &publication, NOW, &ego, &size));
  GNUNET_free (properties);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("seal");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_loop_test (cases, what_was_signed_is_good, 0, 8);
  tcase_add_test (cases, no_bit_may_change);
  tcase_add_test (cases, it_is_of_its_topic_and_kind);
  tcase_add_test (cases, the_border_may_not_move);
  tcase_add_test (cases, it_is_a_property_of_its_own);
  tcase_add_test (cases, too_many_properties_are_not_signed);
  return run_cases ("seal", cases);
}
