/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_found.c
 * @brief Tests of what is kept at QoS 1 and 2 for peers that are found when it
 *        cannot be given to them, or found again.
 */
#include <sqlite3.h>
#include "outreach_sure_fixture.h"
#include "store_faults.h"


/* Who is found while nothing can be written gets it when that is over. */
START_TEST (found_without_a_disk)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  ck_assert (promise ("a", "1", 1));
  ck_assert (promise ("a", "2", 1));
  fake_time_pass (10 * 1000);
  store_faults_set (&fault);
  find ("a", 0, 2);
  fake_time_pass (500);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX_IN));
  store_faults_set (NULL);
  fake_time_pass (5 * 1000);
  if (0 == _i)
    ck_assert (promise ("a", "3", 1));
  fake_time_pass (61 * 1000);
  MQTT_links_room (other->links);
  fake_time_pass (1000);
  ck_assert_str_eq ((0 == _i) ? "a=1 a=2 a=3 " : "a=1 a=2 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* What cannot be read for who is found is given when it can be. */
START_TEST (found_and_not_readable)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };
  static char payload[50001];

  memset (payload, 'x', 50000);
  ck_assert (promise ("a", payload, 1));
  fake_time_pass (500);
  fake_broker_restart (&broker);
  store_faults_set (&fault);
  find ("a", 0, 2);
  fake_time_pass (500);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX_IN));
  store_faults_set (NULL);
  fake_time_pass (66 * 1000);
  MQTT_links_room (other->links);
  fake_time_pass (1000);
  ck_assert_uint_eq (1, other->count);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


/* Who was given up, and is found again, gets nothing twice. */
START_TEST (given_up_and_found_again)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe_surely (other,
                                                                       "a");

  ck_assert (promise ("a", "1", 2));
  fake_time_pass (200);
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 ", other->received);
  broker.net.silent = true;
  fake_net_cut (&broker.net);
  fake_time_pass (500 * 1000);
  ck_assert (promise ("a", "2", 2));
  fake_time_pass (300 * 1000);
  ck_assert (promise ("a", "3", 2));
  broker.net.silent = false;
  fake_time_pass (200 * 1000);
  find ("a", 0, 2);
  fake_time_pass (200);
  ck_assert_str_eq ("a=1 a=2 a=3 ", other->received);
  fake_peer_unsubscribe (other, subscription);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach_found");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc, found_without_a_disk, 0, 2);
  tcase_add_test (tc, found_and_not_readable);
  tcase_add_test (tc, given_up_and_found_again);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach_found", cases ());
}
