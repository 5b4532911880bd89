/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_owned.c
 * @brief Tests of topics that belong to somebody, between peers: how an honest peer shows
 *        that it may publish.
 */
#include "outreach_sure_fixture.h"
#include "owned_fixture.h"


static void
setup_owned (void)
{
  setup ();
  own ();
}


static void
teardown_owned (void)
{
  GNUNET_free (news);
  teardown ();
}


static uint64_t
counted_there (enum MQTT_Counter which)
{
  return MQTT_counter (other->counters, which);
}


START_TEST (the_entry_goes_with_the_question)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  show (peer, &entry);
  publish (news, "1", false);
  find (news, 0, 2);
  fake_time_pass (50);
  publish (news, "2", false);
  fake_time_pass (50);
  ck_assert_uint_eq (2, other->count);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_CHANNEL_ENTRIES));
  ck_assert_uint_eq (0, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (a_renewed_entry_is_shown_when_the_old_one_has_expired)
{
  const uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "#");
  struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  entry.expiry_us = now_us + 120000000;
  show (peer, &entry);
  publish (news, "1", false);
  find (news, 0, 2);
  fake_time_pass (50);
  ck_assert_uint_eq (1, other->count);
  entry.serial = 2;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  show (peer, &entry);
  fake_time_pass (121000);
  publish (news, "2", false);
  fake_time_pass (100);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  publish (news, "3", false);
  fake_time_pass (100);
  ck_assert_uint_lt (1, other->count);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


START_TEST (who_is_not_allowed_asks_again_after_a_while)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (other, "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  publish (news, "1", false);
  find (news, 0, 2);
  fake_time_pass (50);
  ck_assert_uint_eq (0, other->count);
  ck_assert_uint_eq (1, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  show (peer, &entry);
  fake_time_pass (61000);
  publish (news, "2", false);
  fake_time_pass (100);
  ck_assert_uint_eq (1, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/** At QoS 1 what is not allowed waits, and others go ahead. */
START_TEST (what_is_not_allowed_waits)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  ck_assert (promise (news, "1", 1));
  ck_assert (promise ("b", "2", 1));
  find (news, 0, 2);
  find ("b", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("b=2 ", other->received);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  show (peer, &entry);
  fake_time_pass (61000);
  ck_assert_uint_eq (2, other->count);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/** What was published before a restart is sent after it, since the entry is known. */
START_TEST (the_entry_is_shown_after_a_restart)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "#");
  const struct MQTT_ChannelEntry entry = grant (&peer->node, "", 1);

  show (peer, &entry);
  ck_assert (promise (news, "1", 1));
  fake_time_pass (1000);
  fake_broker_restart (&broker);
  find (news, 0, 2);
  fake_time_pass (SETTLED);
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (0, counted_there (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("outreach_owned");

  tcase_add_checked_fixture (cases, &setup_owned, &teardown_owned);
  tcase_add_test (cases, the_entry_goes_with_the_question);
  tcase_add_test (cases, a_renewed_entry_is_shown_when_the_old_one_has_expired);
  tcase_add_test (cases, who_is_not_allowed_asks_again_after_a_while);
  tcase_add_test (cases, what_is_not_allowed_waits);
  tcase_add_test (cases, the_entry_is_shown_after_a_restart);
  return run_cases ("outreach_owned", cases);
}
