/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_curve_point.c
 * @brief Tests of core/curve_point.h.
 */
#include "channel_fixture.h"
#include "core/curve_point.h"
#include "run_cases.h"

/** Points of the main subgroup, as hexadecimal digits, with a coordinate that lacks
    a limb: verifying a signature with them ends the process. */
static const char *const deadly[] = {
  "373d339540ed5ac09462de7ca618f74f034439b102f8ecec5602008fe3e4b1b2",
  "0853323c36df4df680b84acff4d4555b61d613305a18e28a2c439a71ed7d3806",
  "a7e239fc2a0f2540c1e78ba11567473d95c99d25f083670f3e84242895bd3b85",
  "7cd1cdf35f52372748ff9b33e25fe816f25a4b22f6f0b63689a25aa46670e80e",
  "cf999661f967bdaf000000000000000000000000000000000000000000000080",
  "75598005bac48a6a000000000000000000000000000000000000000000000000",
  "a199e1c42e6f7d3563360f92c58c01e133171d6293326f340000000000000080"
};

#define DEADLY (int)(sizeof (deadly) / sizeof (deadly[0]))


static void
read_point (const char *text, uint8_t point[MQTT_CURVE_POINT_SIZE])
{
  char digits[3] = { 0 };

  for (size_t i = 0; i < MQTT_CURVE_POINT_SIZE; i++)
  {
    memcpy (digits, text + 2 * i, 2);
    point[i] = (uint8_t)strtoul (digits, NULL, 16);
  }
}


START_TEST (keys_of_egos_are_good)
{
  for (int i = 0; i < 50; i++)
  {
    const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
      channel_key_types[_i]);

    ck_assert (MQTT_curve_point_check (channel_owner (&ego).eddsa_key.q_y));
  }
}
END_TEST


START_TEST (deadly_keys_are_not)
{
  uint8_t point[MQTT_CURVE_POINT_SIZE];

  read_point (deadly[_i], point);
  ck_assert (!MQTT_curve_point_check (point));
}
END_TEST


START_TEST (what_is_no_point_is_not)
{
  /* Of small order; no y coordinate; not below the prime. */
  static const int bytes[] = { 0, 2, 255 };
  uint8_t point[MQTT_CURVE_POINT_SIZE];

  for (size_t i = 0; i < sizeof (bytes) / sizeof (bytes[0]); i++)
  {
    memset (point, bytes[i], sizeof (point));
    ck_assert (!MQTT_curve_point_check (point));
  }
}
END_TEST


START_TEST (an_entry_of_a_deadly_key_is_refused)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (
    channel_key_types[_i]);
  const struct MQTT_ChannelEntry in = channel_grant ("", 7);
  struct Wire wire = channel_sign (&in, &ego);
  struct MQTT_ChannelEntry out;

  for (int i = 0; i < DEADLY; i++)
  {
    /* Behind version, kind, size of the prefix and type of the key. */
    read_point (deadly[i], wire.data + 8);
    ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE,
                      MQTT_channel_entry_read (wire.data, wire.size, &out));
  }
  GNUNET_free (wire.data);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("curve_point");

  tcase_add_loop_test (cases, keys_of_egos_are_good, 0, CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases, deadly_keys_are_not, 0, DEADLY);
  tcase_add_test (cases, what_is_no_point_is_not);
  tcase_add_loop_test (cases,
                       an_entry_of_a_deadly_key_is_refused,
                       0,
                       CHANNEL_KEY_TYPES);
  return run_cases ("curve_point", cases);
}
