/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_session_large.c
 * @brief Tests of core/session.h: deliveries that are larger than the client takes.
 */
#include "session_fixture.h"

/** Messages with this number or a higher one are. */
static uint64_t large;


static void
note_large (void *cls, const struct MQTT_SessionAction *action)
{
  note (cls, action);
  if ((MQTT_SESSION_SEND_PUBLISH == action->type)
      && (large <= action->entry->message))
    MQTT_session_too_large (session);
}


static void
set_up_large (void)
{
  set_up ();
  host.act = &note_large;
  large = 10;
}


/** As if they had been sent (MQTT-3.1.2-25): those behind them go on. */
START_TEST (end_unsent)
{
  create_plain (1);
  offer (10, 0);
  offer (11, 1);
  offer (12, 2);
  offer (1, 1);
  assert_said ("publish:10 forget:10=large publish:11#2 forget:11=large "
               "publish:12#3 forget:12=large publish:1#4 ");
  ck_assert_uint_eq (3, host.counters.ended[MQTT_SESSION_TOO_LARGE]);
  ck_assert_int_eq (MQTT_SESSION_UNKNOWN,
                    MQTT_session_puback (session, 2, 0, NOW));
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_puback (session, 4, 0, NOW));
}
END_TEST


START_TEST (leave_the_disk)
{
  create_stored (100, 1);
  offer (10, 2);
  store_all ();
  assert_said ("record store:10 publish:10#2 forget:10=large remove:10 ");
  store_all ();
  ck_assert_uint_eq (0, MQTT_session_queued (session, NULL));
}
END_TEST


/* A client that comes back taking less than before. */
START_TEST (what_was_sent_is_not_sent_again)
{
  create_stored (100, 5);
  offer (1, 1);
  offer (2, 2);
  offer (3, 1);
  store_all ();
  store_all ();
  MQTT_session_disconnect (session, true, NOW);
  said[0] = '\0';
  large = 1;
  reconnect (5);
  assert_said ("record publish:1#2+dup forget:1=large remove:1 "
               "publish:2#3+dup released:2 publish:3#4+dup forget:3=large "
               "remove:3 ");
  store_all ();
  assert_said ("pubrel#3 ");
  ck_assert_int_eq (MQTT_SESSION_OK, MQTT_session_pubcomp (session, 3, NOW));
  assert_said ("forget:2=delivered remove:2 ");
  store_all ();
  ck_assert_uint_eq (0, MQTT_session_queued (session, NULL));
  large = 10;
  offer (4, 1);
  store_all ();
  assert_said ("store:4 publish:4#5 ");
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("session_large");

  tcase_add_checked_fixture (cases, &set_up_large, &tear_down);
  tcase_add_test (cases, end_unsent);
  tcase_add_test (cases, leave_the_disk);
  tcase_add_test (cases, what_was_sent_is_not_sent_again);
  return run_cases ("session_large", cases);
}
