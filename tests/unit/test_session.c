/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_session.c
 * @brief Tests of core/session.h: what a session delivers, and when.
 */
#include "session_fixture.h"


START_TEST (delivers_at_each_qos)
{
  create_plain (10);
  ck_assert_int_eq (MQTT_SESSION_TAKEN, offer (1, 0));
  assert_said ("publish:1 forget:1=delivered ");
  ck_assert_int_eq (MQTT_SESSION_TAKEN, offer (2, 1));
  assert_said ("publish:2#2 ");
  MQTT_session_puback (session, 2, 0, NOW);
  assert_said ("forget:2=delivered ");
  ck_assert_int_eq (MQTT_SESSION_TAKEN, offer (3, 2));
  assert_said ("publish:3#3 ");
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubrec (session, 3, 0, NOW));
  assert_said ("pubrel#3 ");
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubrec (session, 3, 0, NOW));
  assert_said ("pubrel#3 ");
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_pubrec (session, 3, 0x80, NOW));
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubcomp (session, 3, NOW));
  assert_said ("forget:3=delivered ");
  ck_assert_uint_eq (3, host.counters.ended[MQTT_SESSION_DELIVERED]);
}
END_TEST


START_TEST (waits_for_the_disk)
{
  create_stored (100, 10);
  offer (1, 2);
  offer (2, 0);
  assert_said ("record store:1 ");
  MQTT_session_stored (session, 1, NOW);
  assert_said ("");
  MQTT_session_stored (session, 1, NOW);
  assert_said ("publish:1#2 publish:2 forget:2=delivered ");
  MQTT_session_pubrec (session, 2, 0, NOW);
  assert_said ("released:1 ");
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubrec (session, 2, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_pubcomp (session, 2, NOW));
  assert_said ("");
  store_all ();
  assert_said ("pubrel#2 ");
  MQTT_session_pubcomp (session, 2, NOW);
  assert_said ("forget:1=delivered remove:1 ");
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_pubcomp (session, 2, NOW));
  store_all ();
  ck_assert_uint_eq (0, MQTT_session_changes (session));
  MQTT_session_stored (session, 5, NOW);
  assert_said ("");
}
END_TEST


START_TEST (failures_end_deliveries)
{
  create_plain (10);
  offer (1, 1);
  offer (2, 2);
  assert_said ("publish:1#2 publish:2#3 ");
  MQTT_session_puback (session, 2, 0x97, NOW);
  assert_said ("forget:1=rejected ");
  MQTT_session_pubrec (session, 3, 0x80, NOW);
  assert_said ("forget:2=rejected ");
  ck_assert_uint_eq (2, host.counters.ended[MQTT_SESSION_REJECTED]);
}
END_TEST


START_TEST (wrong_answers_change_nothing)
{
  create_plain (10);
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_puback (session, 1, 0, NOW));
  offer (1, 1);
  offer (2, 2);
  assert_said ("publish:1#2 publish:2#3 ");
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_puback (session, 3, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_pubrec (session, 2, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_pubcomp (session, 2, NOW));
  ck_assert_int_eq (MQTT_SESSION_PROTOCOL_ERROR,
                    MQTT_session_pubcomp (session, 3, NOW));
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_puback (session, 0, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_puback (session, 65535, 0, NOW));
  assert_said ("");
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_pubrec (session, 9, 0, NOW));
  assert_said ("pubrel#9!92 ");
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_pubrec (session, 9, 0x80, NOW));
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN, MQTT_session_pubrel (session, 9));
  assert_said ("pubcomp#9!92 ");
  ck_assert_uint_eq (2, MQTT_session_queued (session, NULL));
}
END_TEST


START_TEST (keeps_to_the_receive_maximum)
{
  create_plain (2);
  for (uint64_t i = 1; i <= 4; i++)
    offer (i, 1);
  assert_said ("publish:1#2 publish:2#3 ");
  MQTT_session_puback (session, 3, 0, NOW);
  assert_said ("forget:2=delivered publish:3#4 ");
}
END_TEST


START_TEST (waits_for_the_connection)
{
  create_plain (2);
  MQTT_session_set_writable (session, false, NOW);
  offer (1, 0);
  offer (2, 1);
  assert_said ("");
  MQTT_session_set_writable (session, true, NOW);
  assert_said ("publish:1 forget:1=delivered publish:2#2 ");
}
END_TEST


START_TEST (waits_until_the_client_is_answered)
{
  struct MQTT_SessionConnect connect = connect_of (100, 10);

  create_stored (100, 10);
  MQTT_session_disconnect (session, true, NOW);
  offer (1, 1);
  store_all ();
  assert_said ("record store:1 ");
  connect.held = true;
  ck_assert (MQTT_session_connect (session, &connect, NOW));
  store_all ();
  assert_said ("record ");
  MQTT_session_set_writable (session, true, NOW);
  assert_said ("record ");
  store_all ();
  assert_said ("publish:1#2 ");
}
END_TEST


/** The connection is full after each PUBLISH. */
static void
note_and_pause (void *cls, const struct MQTT_SessionAction *action)
{
  note (cls, action);
  if (MQTT_SESSION_SEND_PUBLISH == action->type)
    MQTT_session_pause (session);
}


START_TEST (is_paused_while_it_sends)
{
  create_plain (10);
  host.act = &note_and_pause;
  MQTT_session_set_writable (session, false, NOW);
  offer (1, 0);
  offer (2, 1);
  MQTT_session_set_writable (session, true, NOW);
  assert_said ("publish:1 forget:1=delivered ");
  MQTT_session_set_writable (session, true, NOW);
  assert_said ("publish:2#2 ");
}
END_TEST


START_TEST (says_beforehand_whether_there_is_room)
{
  create_plain (1);
  for (uint64_t i = 1; i <= 3; i++)
    offer (i, 1);
  ck_assert (!MQTT_session_has_room (session, 1, 71, NOW));
  ck_assert (MQTT_session_has_room (session, 1, 70, NOW));
  offer (4, 1);
  ck_assert (!MQTT_session_has_room (session, 1, 1, NOW));
  host.drop_oldest = true;
  ck_assert (MQTT_session_has_room (session, 1, 1, NOW));
  assert_said ("publish:1#2 ");
  MQTT_session_puback (session, 2, 0, NOW);
  MQTT_session_puback (session, 3, 0, NOW);
  assert_said ("forget:1=delivered publish:2#3 "
               "forget:2=delivered publish:3#4 room ");
}
END_TEST


START_TEST (sends_again_in_order)
{
  create_stored (100, 10);
  offer (1, 1);
  offer (2, 2);
  offer (3, 2);
  store_all ();
  said[0] = '\0';
  MQTT_session_pubrec (session, 3, 0, NOW);
  assert_said ("released:2 ");
  MQTT_session_disconnect (session, true, NOW);
  assert_said ("record ");
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_puback (session, 2, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_NOT_TAKEN, offer (9, 0));
  ck_assert (reconnect (1));
  assert_said ("record publish:1#2+dup ");
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_pubrec (session, 4, 0x80, NOW));
  store_all ();
  assert_said ("pubrel#3 ");
  MQTT_session_puback (session, 2, 0, NOW);
  assert_said ("forget:1=delivered remove:1 publish:3#4+dup ");
  MQTT_session_disconnect (session, true, NOW);
  ck_assert (reconnect (5));
  assert_said ("record record pubrel#3 publish:3#4+dup ");
}
END_TEST


/** A PUBREC whose writing a lost connection overtook. */
START_TEST (pubrel_leaves_when_written)
{
  create_stored (100, 10);
  offer (1, 2);
  store_all ();
  MQTT_session_pubrec (session, 2, 0, NOW);
  MQTT_session_disconnect (session, true, NOW);
  reconnect (5);
  said[0] = '\0';
  store_all ();
  assert_said ("pubrel#2 ");
}
END_TEST


START_TEST (qos_0_needs_a_connection)
{
  create_stored (100, 1);
  offer (1, 1);
  offer (2, 0);
  offer (3, 1);
  assert_said ("record store:1 store:3 ");
  MQTT_session_disconnect (session, true, NOW);
  assert_said ("forget:2=dropped record ");
  ck_assert_int_eq (MQTT_SESSION_NOT_TAKEN, offer (4, 0));
  ck_assert_uint_eq (2, host.counters.ended[MQTT_SESSION_DROPPED]);
}
END_TEST


START_TEST (a_full_queue_says_so)
{
  size_t bytes;

  create_plain (1);
  for (uint64_t i = 1; i <= 4; i++)
    ck_assert_int_eq (MQTT_SESSION_TAKEN, offer (i, 1));
  assert_said ("publish:1#2 ");
  ck_assert_int_eq (MQTT_SESSION_FULL, offer (5, 1));
  ck_assert_int_eq (MQTT_SESSION_NOT_TAKEN, offer (6, 0));
  ck_assert_uint_eq (4, MQTT_session_queued (session, &bytes));
  ck_assert_uint_eq (40, bytes);
  MQTT_session_puback (session, 2, 0, NOW);
  assert_said ("forget:1=delivered publish:2#3 ");
  MQTT_session_puback (session, 3, 0, NOW);
  assert_said ("forget:2=delivered publish:3#4 room ");
  ck_assert_int_eq (
    MQTT_SESSION_FULL,
    MQTT_session_enqueue (session, 7, UINT32_MAX, 1, NEVER, NOW));
  MQTT_session_puback (session, 4, 0, NOW);
  MQTT_session_puback (session, 5, 0, NOW);
  said[0] = '\0';
  ck_assert_int_eq (
    MQTT_SESSION_TAKEN,
    MQTT_session_enqueue (session, 7, UINT32_MAX, 1, NEVER, NOW));
  ck_assert_int_eq (MQTT_SESSION_FULL, offer (8, 1));
}
END_TEST


START_TEST (drops_the_oldest_unsent)
{
  host.drop_oldest = true;
  create_plain (1);
  for (uint64_t i = 1; i <= 4; i++)
    offer (i, 1);
  assert_said ("publish:1#2 ");
  ck_assert_int_eq (MQTT_SESSION_TAKEN, offer (5, 1));
  assert_said ("forget:2=dropped ");
  ck_assert_int_eq (MQTT_SESSION_NOT_TAKEN, offer (6, 0));
  ck_assert_int_eq (MQTT_SESSION_TAKEN,
                    MQTT_session_enqueue (session, 7, 80, 1, NEVER, NOW));
  assert_said ("forget:3=dropped forget:4=dropped ");
  /* Nothing is dropped in vain: the one that was sent stays. */
  ck_assert_int_eq (MQTT_SESSION_FULL,
                    MQTT_session_enqueue (session, 8, 95, 1, NEVER, NOW));
  assert_said ("");
}
END_TEST


START_TEST (expires_what_was_not_sent)
{
  create_plain (1);
  ck_assert_uint_eq (NEVER, MQTT_session_next_us (session));
  MQTT_session_enqueue (session, 1, 10, 1, NOW + 5, NOW);
  MQTT_session_enqueue (session, 2, 10, 1, NOW + 5, NOW);
  MQTT_session_enqueue (session, 3, 10, 1, NOW + 20, NOW);
  MQTT_session_enqueue (session, 4, 10, 1, NOW + 5 * SECOND, NOW);
  ck_assert_int_eq (MQTT_SESSION_NOT_TAKEN,
                    MQTT_session_enqueue (session, 5, 1, 1, NOW, NOW));
  assert_said ("publish:1#2 ");
  ck_assert_uint_eq (NOW + 5, MQTT_session_next_us (session));
  MQTT_session_tick (session, NOW + 5);
  assert_said ("forget:2=expired ");
  ck_assert_uint_eq (NOW + 5 + SECOND, MQTT_session_next_us (session));
  MQTT_session_puback (session, 2, 0, NOW + 20);
  assert_said ("forget:1=delivered forget:3=expired publish:4#5 ");
  MQTT_session_tick (session, NOW + 50 * SECOND);
  assert_said ("");
}
END_TEST


START_TEST (a_full_queue_expires_first)
{
  create_plain (1);
  for (uint64_t i = 1; i <= 4; i++)
    MQTT_session_enqueue (session, i, 10, 1, NOW + 5, NOW);
  said[0] = '\0';
  ck_assert_int_eq (MQTT_SESSION_TAKEN,
                    MQTT_session_enqueue (session, 5, 1, 1, NEVER, NOW + 5));
  assert_said ("forget:2=expired forget:3=expired forget:4=expired ");
}
END_TEST


START_TEST (the_store_may_refuse)
{
  create_stored (100, 1);
  ck_assert (!MQTT_session_not_stored (session, NOW));
  offer (1, 1);
  ck_assert (!MQTT_session_not_stored (session, NOW));
  MQTT_session_stored (session, 1, NOW);
  assert_said ("record store:1 ");
  ck_assert (MQTT_session_not_stored (session, NOW));
  assert_said ("forget:1=refused remove:1 ");
  ck_assert_uint_eq (1, MQTT_session_changes (session));
}
END_TEST


/** As many as there are packet identifiers, and the first is never answered. */
START_TEST (identifiers_are_not_used_again)
{
  create_plain (10);
  offer (0, 1);
  for (uint64_t i = 1; i < MQTT_PACKET_IDS; i++)
  {
    offer (i, 1);
    said[0] = '\0';
    ck_assert_int_eq (
      MQTT_SESSION_OK,
      MQTT_session_puback (session, MQTT_session_packet_id (i + 1), 0, NOW));
  }
  said[0] = '\0';
  ck_assert_int_eq (MQTT_SESSION_TAKEN, offer (1, 1));
  assert_said ("");
  ck_assert_uint_lt (MQTT_session_memory (session), 1024);
  MQTT_session_puback (session, 2, 0, NOW);
  assert_said ("forget:0=delivered publish:1#2 ");
}
END_TEST


/** An end that is not on disk holds its identifier: a crash would bring it back. */
START_TEST (qos_0_needs_no_identifiers)
{
  create_plain (10);
  for (uint64_t i = 0; i < 3; i++)
    offer (i, 0);
  offer (3, 1);
  for (uint64_t i = 0; i < 2 * MQTT_PACKET_IDS; i++)
  {
    said[0] = '\0';
    offer (i, 0);
  }
  said[0] = '\0';
  MQTT_session_set_writable (session, false, NOW);
  offer (4, 0);
  offer (5, 1);
  offer (6, 0);
  MQTT_session_set_writable (session, true, NOW);
  assert_said ("publish:4 forget:4=delivered publish:5#3 "
               "publish:6 forget:6=delivered ");
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_puback (session, 3, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_puback (session, 2, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_puback (session, 3, 0, NOW));
  assert_said ("forget:5=delivered forget:3=delivered ");
}
END_TEST


START_TEST (identifiers_wait_for_the_disk)
{
  create_stored (100, 10);
  offer (0, 1);
  for (uint64_t i = 1; i < MQTT_PACKET_IDS; i++)
  {
    offer (i, 1);
    store_all ();
    said[0] = '\0';
    ck_assert_int_eq (
      MQTT_SESSION_OK,
      MQTT_session_puback (session, MQTT_session_packet_id (i + 1), 0, NOW));
  }
  offer (1, 1);
  store_all ();
  said[0] = '\0';
  MQTT_session_puback (session, 2, 0, NOW);
  assert_said ("forget:0=delivered remove:0 ");
  store_all ();
  assert_said ("publish:1#2 ");
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("session");

  tcase_add_checked_fixture (cases, &set_up, &tear_down);
  tcase_add_test (cases, delivers_at_each_qos);
  tcase_add_test (cases, waits_for_the_disk);
  tcase_add_test (cases, failures_end_deliveries);
  tcase_add_test (cases, wrong_answers_change_nothing);
  tcase_add_test (cases, keeps_to_the_receive_maximum);
  tcase_add_test (cases, waits_for_the_connection);
  tcase_add_test (cases, waits_until_the_client_is_answered);
  tcase_add_test (cases, is_paused_while_it_sends);
  tcase_add_test (cases, says_beforehand_whether_there_is_room);
  tcase_add_test (cases, sends_again_in_order);
  tcase_add_test (cases, pubrel_leaves_when_written);
  tcase_add_test (cases, qos_0_needs_a_connection);
  tcase_add_test (cases, a_full_queue_says_so);
  tcase_add_test (cases, drops_the_oldest_unsent);
  tcase_add_test (cases, expires_what_was_not_sent);
  tcase_add_test (cases, a_full_queue_expires_first);
  tcase_add_test (cases, the_store_may_refuse);
  tcase_add_test (cases, identifiers_are_not_used_again);
  tcase_add_test (cases, qos_0_needs_no_identifiers);
  tcase_add_test (cases, identifiers_wait_for_the_disk);
  return run_cases ("session", cases);
}
