/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_regex_block.c
 * @brief Blocks that say who accepts: right ones are read, others are not.
 */
#include "run_cases.h"
#include "core/anonymous_code.h"

static struct GNUNET_CRYPTO_EddsaPrivateKey owner;
static struct GNUNET_PeerIdentity name;
static struct GNUNET_HashCode key;
static struct GNUNET_TIME_Absolute now;
static struct GNUNET_TIME_Absolute later;


static void
start (void)
{
  GNUNET_CRYPTO_eddsa_key_create (&owner);
  GNUNET_CRYPTO_eddsa_key_get_public (&owner, &name.public_key);
  GNUNET_CRYPTO_hash ("key", 3, &key);
  now = GNUNET_TIME_absolute_get ();
  later = GNUNET_TIME_absolute_add (now, GNUNET_TIME_UNIT_HOURS);
}


START_TEST (a_right_one)
{
  uint8_t block[MQTT_REGEX_ACCEPT_SIZE];
  struct GNUNET_PeerIdentity read;

  MQTT_regex_accept_write (&owner, &key, later, block);
  ck_assert (MQTT_regex_accept_read (block, sizeof (block), &key, now, &read));
  ck_assert_int_eq (0, GNUNET_memcmp (&read, &name));
}
END_TEST


START_TEST (each_byte_counts)
{
  uint8_t block[MQTT_REGEX_ACCEPT_SIZE];
  struct GNUNET_PeerIdentity read;

  MQTT_regex_accept_write (&owner, &key, later, block);
  for (size_t i = 0; i < sizeof (block); i++)
  {
    block[i] ^= 0x10;
    ck_assert (
      !MQTT_regex_accept_read (block, sizeof (block), &key, now, &read));
    block[i] ^= 0x10;
    ck_assert (!MQTT_regex_accept_read (block, i, &key, now, &read));
  }
  ck_assert (MQTT_regex_accept_read (block, sizeof (block), &key, now, &read));
}
END_TEST


START_TEST (neither_for_another_key_nor_too_old)
{
  uint8_t block[MQTT_REGEX_ACCEPT_SIZE];
  struct GNUNET_HashCode other;
  struct GNUNET_PeerIdentity read;

  GNUNET_CRYPTO_hash ("other", 5, &other);
  MQTT_regex_accept_write (&owner, &key, later, block);
  ck_assert (
    !MQTT_regex_accept_read (block, sizeof (block), &other, now, &read));
  ck_assert (
    !MQTT_regex_accept_read (block, sizeof (block), &key, later, &read));
}
END_TEST


START_TEST (everybody_has_the_same_anonymous_key)
{
  struct GNUNET_CRYPTO_EddsaPrivateKey anonymous[2];
  struct GNUNET_PeerIdentity names[2];
  uint8_t blocks[2][MQTT_REGEX_ACCEPT_SIZE];

  for (unsigned int i = 0; i < 2; i++)
  {
    MQTT_anonymous_key (&anonymous[i], &names[i]);
    MQTT_regex_accept_write (&anonymous[i], &key, later, blocks[i]);
  }
  ck_assert_int_eq (0, GNUNET_memcmp (&names[0], &names[1]));
  ck_assert_int_eq (0, memcmp (blocks[0], blocks[1], sizeof (blocks[0])));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("regex block");

  tcase_add_checked_fixture (cases, &start, NULL);
  tcase_add_test (cases, a_right_one);
  tcase_add_test (cases, each_byte_counts);
  tcase_add_test (cases, neither_for_another_key_nor_too_old);
  tcase_add_test (cases, everybody_has_the_same_anonymous_key);
  return run_cases ("regex block", cases);
}
