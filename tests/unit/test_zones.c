/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_zones.c
 * @brief Tests of service/zones.h: entries that are found in an owner's zone.
 */
#include "zones_fixture.h"


START_TEST (what_is_not_known_is_looked_for)
{
  const struct MQTT_ChannelEntry entry = grant (1);
  char label[64];

  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ());
  ck_assert_uint_eq (1, looked);
  write_label (&channel_peer, label);
  ck_assert_str_eq (label, looks[0].label);
  find (&entry);
  finish ();
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  ck_assert_uint_eq (1, looked);
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_ZONES_ASKED));
}
END_TEST


START_TEST (a_revocation_is_seen_within_a_minute)
{
  struct MQTT_ChannelEntry entry = grant (1);

  (void)judge ();
  find (&entry);
  finish ();
  for (int i = 0; i < 50; i++)
  {
    fake_time_pass (1000);
    ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  }
  ck_assert_uint_eq (1, looked);
  fake_time_pass (11000);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
  ck_assert_uint_eq (2, looked);
  entry.serial = 2;
  entry.revokes = true;
  find (&entry);
  finish ();
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ());
}
END_TEST


START_TEST (what_does_not_belong_there_is_left_out)
{
  struct MQTT_ChannelEntry entry = grant (1);
  struct FakeLook *first = &looks[0];

  (void)judge ();
  entry.peer = channel_other_peer;
  find (&entry);
  first->text (first->cls, "no entry", 8);
  first->text (first->cls, "", 0);
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_CHANNEL_ENTRIES));
  entry.peer = channel_peer;
  for (uint64_t i = 0; i < 100; i++)
  {
    entry.serial = i;
    find (&entry);
  }
  finish ();
  /* Only so many are read. */
  entry.serial = 70;
  {
    struct Wire wire = channel_sign (&entry, &ego);

    ck_assert_int_eq (
      MQTT_CHANNEL_OK,
      MQTT_ownership_show (ownership, wire.data, wire.size, NULL));
    GNUNET_free (wire.data);
  }
}
END_TEST


/** A zone speaks for its owner: throwaway egos in it fill nobody's share. */
START_TEST (entries_of_others_are_left_out)
{
  struct MQTT_ChannelEntry entry = grant (1);

  (void)judge ();
  for (unsigned int i = 0; i < 20; i++)
  {
    const struct GNUNET_IDENTITY_PrivateKey other = channel_ego (
      GNUNET_IDENTITY_TYPE_EDDSA);

    entry.revokes = (0 == i % 2);
    find_of (&entry, &other);
  }
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_CHANNEL_CHECKED));
  ck_assert_uint_eq (20, MQTT_counter (counters, MQTT_COUNT_CHANNEL_UNFIT));
  entry.revokes = false;
  find (&entry);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ());
}
END_TEST


START_TEST (one_look_at_a_time_and_a_minute)
{
  (void)judge ();
  fake_time_pass (61000);
  (void)judge ();
  ck_assert_uint_eq (1, looked);
  finish ();
  fake_time_pass (61000);
  (void)judge ();
  ck_assert_uint_eq (2, looked);
}
END_TEST


START_TEST (free_topics_are_not_looked_for)
{
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_judge (ownership, "a/b", 3, &channel_peer, &permit));
  ck_assert_uint_eq (0, looked);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("zones");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, what_is_not_known_is_looked_for);
  tcase_add_test (cases, a_revocation_is_seen_within_a_minute);
  tcase_add_test (cases, what_does_not_belong_there_is_left_out);
  tcase_add_test (cases, entries_of_others_are_left_out);
  tcase_add_test (cases, one_look_at_a_time_and_a_minute);
  tcase_add_test (cases, free_topics_are_not_looked_for);
  return run_cases ("zones", cases);
}
