/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_level_hash.c
 * @brief Tests of core/level_hash.h.
 */
#include "run_cases.h"
#include <stdlib.h>
#include <string.h>
#include <gnunet/gnunet_util_lib.h>
#include "core/level_hash.h"


START_TEST (values_of_the_protocol)
{
  /* from sha256sum: the bytes "gnunet-mqtt level", 0, and the level */
  ck_assert_uint_eq (UINT64_C (0x25fa9b9ce6cee141), MQTT_level_hash ("", 0));
  ck_assert_uint_eq (UINT64_C (0x2fb4ab321a816d16),
                     MQTT_level_hash ("sport", 5));
}
END_TEST


START_TEST (domains_give_different_digests)
{
  uint8_t a[MQTT_LEVEL_DIGEST_SIZE];
  uint8_t b[MQTT_LEVEL_DIGEST_SIZE];

  MQTT_level_digest ("one", "x", 1, a);
  MQTT_level_digest ("two", "x", 1, b);
  ck_assert_mem_ne (a, b, sizeof (a));
  MQTT_level_digest ("onex", "", 0, b);
  ck_assert_mem_ne (a, b, sizeof (a));
}
END_TEST


START_TEST (hashes_every_level)
{
  size_t count;
  uint64_t *hashes = MQTT_level_hash_all ("/sport//x", 9, &count);

  ck_assert_uint_eq (4, count);
  ck_assert_uint_eq (MQTT_level_hash ("", 0), hashes[0]);
  ck_assert_uint_eq (MQTT_level_hash ("sport", 5), hashes[1]);
  ck_assert_uint_eq (hashes[0], hashes[2]);
  ck_assert_uint_eq (MQTT_level_hash ("x", 1), hashes[3]);
  GNUNET_free (hashes);
}
END_TEST


START_TEST (hashes_the_largest_topics)
{
  char *text = malloc (65535);
  uint64_t *hashes;
  size_t count;

  ck_assert_ptr_nonnull (text);
  memset (text, '/', 65535);
  hashes = MQTT_level_hash_all (text, 65535, &count);
  ck_assert_uint_eq (65536, count);
  ck_assert_uint_eq (MQTT_level_hash ("", 0), hashes[65535]);
  GNUNET_free (hashes);
  memset (text, 'x', 60000);
  hashes = MQTT_level_hash_all (text, 60000, &count);
  ck_assert_uint_eq (1, count);
  ck_assert_uint_eq (MQTT_level_hash (text, 60000), hashes[0]);
  ck_assert_uint_ne (MQTT_level_hash (text, 59999), hashes[0]);
  GNUNET_free (hashes);
  free (text);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("level_hash");

  tcase_add_test (cases, values_of_the_protocol);
  tcase_add_test (cases, domains_give_different_digests);
  tcase_add_test (cases, hashes_every_level);
  tcase_add_test (cases, hashes_the_largest_topics);
  return run_cases ("level_hash", cases);
}
