/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_session_life.c
 * @brief Tests of core/session.h: what a client publishes, and how a session lives.
 */
#include "session_fixture.h"


START_TEST (publications_are_acknowledged_when_safe)
{
  create_plain (1);
  ck_assert_int_eq (MQTT_SESSION_OK,
                    MQTT_session_publish (session, 7, 1, false));
  ck_assert_int_eq (MQTT_SESSION_IN_USE,
                    MQTT_session_publish (session, 7, 1, false));
  ck_assert_int_eq (MQTT_SESSION_DUPLICATE,
                    MQTT_session_publish (session, 7, 1, true));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_publish (session, 7, 2, true));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_pubrel (session, 7));
  MQTT_session_published (session, 8, 0);
  assert_said ("");
  MQTT_session_published (session, 7, 0x10);
  assert_said ("puback#7!10 ");
  ck_assert_int_eq (MQTT_SESSION_OK,
                    MQTT_session_publish (session, 7, 2, false));
  MQTT_session_published (session, 7, 0x97);
  assert_said ("pubrec#7!97 ");
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_publish (session, 0, 1, false));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_publish (session, 1, 3, false));
}
END_TEST


START_TEST (publications_at_qos_2_come_once)
{
  create_stored (100, 1);
  MQTT_session_publish (session, 7, 2, false);
  MQTT_session_published (session, 7, 0);
  assert_said ("pubrec#7 ");
  MQTT_session_disconnect (session, true, NOW);
  reconnect (1);
  assert_said ("record record ");
  ck_assert_int_eq (MQTT_SESSION_DUPLICATE,
                    MQTT_session_publish (session, 7, 2, true));
  assert_said ("pubrec#7 ");
  MQTT_session_published (session, 7, 0);
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubrel (session, 7));
  assert_said ("unhold#7 ");
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubrel (session, 7));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_publish (session, 7, 2, true));
  assert_said ("");
  store_all ();
  assert_said ("pubcomp#7 ");
  ck_assert_int_eq (MQTT_SESSION_OK,
                    MQTT_session_publish (session, 7, 2, false));
}
END_TEST


START_TEST (our_receive_maximum_holds)
{
  create_stored (100, 1);
  for (uint16_t i = 1; i <= 2; i++)
    ck_assert_int_eq (MQTT_SESSION_OK,
                      MQTT_session_publish (session, i, 2, false));
  ck_assert_int_eq (MQTT_SESSION_EXCEEDED,
                    MQTT_session_publish (session, 3, 1, false));
  MQTT_session_disconnect (session, true, NOW);
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_publish (session, 4, 1, false));
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN, MQTT_session_pubrel (session, 4));
  reconnect (1);
  for (uint16_t i = 3; i <= 4; i++)
    ck_assert_int_eq (MQTT_SESSION_OK,
                      MQTT_session_publish (session, i, 2, false));
  ck_assert_int_eq (MQTT_SESSION_EXCEEDED,
                    MQTT_session_publish (session, 1, 2, true));
  MQTT_session_disconnect (session, true, NOW);
  reconnect (1);
  ck_assert_int_eq (MQTT_SESSION_QUOTA,
                    MQTT_session_publish (session, 5, 2, false));
}
END_TEST


START_TEST (sessions_end)
{
  create_plain (1);
  MQTT_session_publish (session, 1, 1, false);
  offer (1, 1);
  said[0] = '\0';
  ck_assert (!MQTT_session_set_expiry (session, 5));
  MQTT_session_disconnect (session, false, NOW);
  assert_said ("forget:1=left end ");
  ck_assert_int_eq (MQTT_SESSION_ENDED, MQTT_session_state (session));
  MQTT_session_published (session, 1, 0);
  MQTT_session_end (session);
  MQTT_session_tick (session, NEVER);
  ck_assert_int_eq (MQTT_SESSION_NOT_TAKEN, offer (2, 1));
  ck_assert (!reconnect (1));
  assert_said ("");
  MQTT_session_destroy (session);

  create_stored (100, 1);
  ck_assert (MQTT_session_set_expiry (session, 2));
  MQTT_session_disconnect (session, true, NOW);
  assert_said ("record ");
  ck_assert_uint_eq (NOW + 2 * SECOND, MQTT_session_next_us (session));
  MQTT_session_tick (session, NOW + 2 * SECOND - 1);
  assert_said ("");
  MQTT_session_tick (session, NOW + 2 * SECOND);
  assert_said ("end ");
  MQTT_session_destroy (session);

  create_stored (MQTT_SESSION_NO_EXPIRY, 1);
  MQTT_session_disconnect (session, true, NOW);
  ck_assert_uint_eq (NEVER, MQTT_session_next_us (session));
  said[0] = '\0';
}
END_TEST


START_TEST (take_over_and_clean_start)
{
  struct MQTT_SessionConnect connect = connect_of (100, 1);

  create_stored (100, 1);
  ck_assert (reconnect (1));
  assert_said ("record record ");
  connect.clean_start = true;
  ck_assert (!MQTT_session_connect (session, &connect, NOW));
  assert_said ("record end ");
}
END_TEST


START_TEST (wills)
{
  struct MQTT_SessionConnect connect = { .expiry_s = 10,
                                         .receive_maximum = 1,
                                         .will_delay_s = 3,
                                         .will = true };

  session = MQTT_session_create (&host, &host, &connect);
  MQTT_session_disconnect (session, false, NOW);
  assert_said ("record record ");
  ck_assert_uint_eq (NOW + 3 * SECOND, MQTT_session_next_us (session));
  /* In time, and not. */
  ck_assert (MQTT_session_connect (session, &connect, NOW + 3 * SECOND - 1));
  assert_said ("record ");
  MQTT_session_disconnect (session, false, NOW);
  MQTT_session_tick (session, NOW + 3 * SECOND);
  assert_said ("record will record ");
  MQTT_session_tick (session, NOW + 9 * SECOND);
  assert_said ("");
  /* A clean goodbye. */
  MQTT_session_connect (session, &connect, NOW);
  MQTT_session_disconnect (session, true, NOW);
  MQTT_session_tick (session, NOW + 4 * SECOND);
  assert_said ("record record ");
  /* Without delay, by a take-over; then with the session, before its delay. */
  connect.will_delay_s = 0;
  MQTT_session_connect (session, &connect, NOW);
  connect.will_delay_s = 30;
  MQTT_session_connect (session, &connect, NOW);
  assert_said ("record will record record ");
  MQTT_session_disconnect (session, false, NOW);
  ck_assert_uint_eq (NOW + 10 * SECOND, MQTT_session_next_us (session));
  MQTT_session_tick (session, NOW + 10 * SECOND);
  assert_said ("record will end ");
}
END_TEST


/** A will is on disk also for a session that is not. */
START_TEST (a_will_outlives_a_crash)
{
  struct MQTT_SessionConnect connect = { .receive_maximum = 1, .will = true };
  struct MQTT_SessionRecord record = { .will = true, .connected = true };

  session = MQTT_session_create (&host, &host, &connect);
  assert_said ("record ");
  MQTT_session_destroy (session);
  session = MQTT_session_restore (&host, &host, &record, NOW);
  assert_said ("record ");
  MQTT_session_tick (session, NOW);
  assert_said ("will end ");
}
END_TEST


START_TEST (comes_back_from_disk)
{
  struct MQTT_SessionRecord record = { .offline_since_us = NEVER,
                                       .sent_limit = 10,
                                       .expiry_s = 100 };
  struct MQTT_SessionEntry entry = { .position = 5,
                                     .message = 1,
                                     .expires_us = NOW + 5,
                                     .size = 10,
                                     .qos = 2,
                                     .state = MQTT_SESSION_ENTRY_RELEASED };

  session = MQTT_session_restore (&host, &host, &record, NOW);
  ck_assert_uint_eq (NOW + 100 * SECOND, MQTT_session_next_us (session));
  ck_assert (MQTT_session_restore_entry (session, &entry));
  entry.state = MQTT_SESSION_ENTRY_NEW;
  entry.position = 10;
  entry.message = 2;
  ck_assert (MQTT_session_restore_entry (session, &entry));
  entry.position = 20;
  entry.message = 3;
  ck_assert (MQTT_session_restore_entry (session, &entry));
  ck_assert (MQTT_session_restore_inbound (session, 7));
  /* What cannot have been sent may expire. */
  MQTT_session_tick (session, NOW + 5);
  assert_said ("forget:3=expired remove:3 ");
  ck_assert (reconnect (10));
  assert_said ("record pubrel#6 record publish:2#11+dup ");
  ck_assert_int_eq (MQTT_SESSION_DUPLICATE,
                    MQTT_session_publish (session, 7, 2, false));
  assert_said ("pubrec#7 ");
}
END_TEST


START_TEST (a_wrong_disk_is_refused)
{
  struct MQTT_SessionRecord record = { .sent_limit = UINT64_MAX };
  const struct MQTT_SessionEntry good = { .position = 5, .qos = 2 };
  struct MQTT_SessionEntry bad[8];

  ck_assert_ptr_null (MQTT_session_restore (&host, &host, &record, NOW));
  record = (struct MQTT_SessionRecord){ .sent_limit = 4, .expiry_s = 1 };
  session = MQTT_session_restore (&host, &host, &record, NOW);
  for (size_t i = 0; i < 8; i++)
    bad[i] = good;
  bad[0].position = 0;
  bad[1].position = UINT64_MAX;
  bad[2].qos = 0;
  bad[3].qos = 3;
  bad[4].state = MQTT_SESSION_ENTRY_SENT;
  bad[5].state = MQTT_SESSION_ENTRY_RELEASED;
  bad[6].position = 3;
  bad[6].state = MQTT_SESSION_ENTRY_RELEASED;
  bad[6].qos = 1;
  bad[7].state = 77;
  for (size_t i = 0; i < 8; i++)
    ck_assert (!MQTT_session_restore_entry (session, &bad[i]));
  ck_assert (MQTT_session_restore_entry (session, &good));
  ck_assert (!MQTT_session_restore_entry (session, &good));
  ck_assert (!MQTT_session_restore_inbound (session, 0));
  ck_assert (MQTT_session_restore_inbound (session, 1));
  ck_assert (!MQTT_session_restore_inbound (session, 1));
}
END_TEST


START_TEST (idle_sessions_are_small)
{
  size_t idle;

  create_stored (100, 10);
  idle = MQTT_session_memory (session);
  ck_assert_uint_le (idle, 96);
  offer (1, 1);
  MQTT_session_publish (session, 1, 2, false);
  store_all ();
  ck_assert_uint_gt (MQTT_session_memory (session), idle);
  MQTT_session_puback (session, 2, 0, NOW);
  MQTT_session_published (session, 1, 0);
  MQTT_session_pubrel (session, 1);
  store_all ();
  ck_assert_uint_eq (idle, MQTT_session_memory (session));
  MQTT_session_disconnect (session, true, NOW);
  store_all ();
  ck_assert_uint_eq (idle, MQTT_session_memory (session));
  said[0] = '\0';
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("session_life");

  tcase_add_checked_fixture (cases, &set_up, &tear_down);
  tcase_add_test (cases, publications_are_acknowledged_when_safe);
  tcase_add_test (cases, publications_at_qos_2_come_once);
  tcase_add_test (cases, our_receive_maximum_holds);
  tcase_add_test (cases, sessions_end);
  tcase_add_test (cases, take_over_and_clean_start);
  tcase_add_test (cases, wills);
  tcase_add_test (cases, a_will_outlives_a_crash);
  tcase_add_test (cases, comes_back_from_disk);
  tcase_add_test (cases, a_wrong_disk_is_refused);
  tcase_add_test (cases, idle_sessions_are_small);
  return run_cases ("session_life", cases);
}
