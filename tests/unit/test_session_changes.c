/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_session_changes.c
 * @brief Tests of what core/session.h asks of a store that loses changes.
 */
#include "session_fixture.h"


/* All that was lost can be asked for at once, but for entries, which have ended. */
START_TEST (asks_again_for_all)
{
  create_stored (100, 10);
  offer (1, 2);
  offer (2, 2);
  store_all ();
  assert_said ("record store:1 store:2 publish:1#2 publish:2#3 ");
  MQTT_session_pubrec (session, 2, 0, NOW);
  offer (3, 1);
  MQTT_session_pubrec (session, 3, 0, NOW);
  assert_said ("released:1 store:3 released:2 ");
  MQTT_session_lost (session, 0, 3, NOW);
  assert_said ("forget:3=refused remove:3 ");
  for (size_t i = 0; i < 3; i++)
    MQTT_session_ask_again (session, i);
  assert_said ("released:1 released:2 ");
  store_all ();
  assert_said ("pubrel#2 pubrel#3 ");
  ck_assert_uint_eq (0, MQTT_session_changes (session));
}
END_TEST


START_TEST (asks_again_for_what_was_lost)
{
  create_stored (100, 10);
  offer (1, 2);
  store_all ();
  MQTT_session_pubrec (session, 2, 0, NOW);
  assert_said ("record store:1 publish:1#2 released:1 ");
  MQTT_session_ask_again (session, 0);
  assert_said ("released:1 ");
  store_all ();
  MQTT_session_pubcomp (session, 2, NOW);
  assert_said ("pubrel#2 forget:1=delivered remove:1 ");
  MQTT_session_ask_again (session, 0);
  assert_said ("");
  store_all ();
  MQTT_session_ask_again (session, 0);
  MQTT_session_disconnect (session, true, NOW);
  assert_said ("record ");
  MQTT_session_ask_again (session, 0);
  assert_said ("record ");
  ck_assert_uint_eq (1, MQTT_session_changes (session));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("session_changes");

  tcase_add_checked_fixture (cases, &set_up, &tear_down);
  tcase_add_test (cases, asks_again_for_all);
  tcase_add_test (cases, asks_again_for_what_was_lost);
  return run_cases ("session_changes", cases);
}
