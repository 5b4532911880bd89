/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_executor_refused.c
 * @brief Tests of what becomes of wills of peers that are refused, since they are on a
 *        blacklist or it cannot be read.
 */
#include "run_cases.h"
#include "blacklist_fixture.h"
#include "executor_fixture.h"

static struct BlacklistFixture list;


/** As the service does: #MQTT_BlacklistsChanged. */
static void
enforce (void *cls)
{
  (void)cls;
  MQTT_links_enforce (peer->links);
}


static void
begin (bool refuse)
{
  blacklist_begin (&list, peer->counters, refuse, &enforce, NULL);
  /* What is not answered in a test says nothing. */
  list.options.blacklist_patience = GNUNET_TIME_UNIT_HOURS;
  peer->links->config.blacklists = list.lists;
}


static void
end (void)
{
  peer->links->config.blacklists = NULL;
  blacklist_end (&list);
}


/* He may tell it again, when he is not refused any more. */
START_TEST (not_told_of_who_is_on_a_blacklist)
{
  begin (false);
  meet ();
  tell (0, 1, 0);
  part ();
  blacklist_peer (&list, &stranger.node.identity);
  fake_time_pass (LONG);
  ck_assert_uint_eq (0, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_REFUSED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_HELD));
  blacklist_nobody (&list);
  meet ();
  tell (0, 1, 0);
  part ();
  fake_time_pass (LONG);
  ck_assert_str_eq ("a=gone ", peer->received);
  end ();
}
END_TEST


/* It was we who cut the links: nobody has vanished for that. */
START_TEST (held_while_the_list_cannot_be_read)
{
  begin (true);
  meet ();
  tell (0, 1, 0);
  blacklist_say (&list, MQTT_BLACKLIST_FAILED, NULL);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  fake_time_pass (2 * LONG);
  ck_assert_uint_eq (0, peer->count);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_REFUSED));
  blacklist_nobody (&list);
  fake_time_pass (14000);
  ck_assert_uint_eq (0, peer->count);
  if (0 == _i)
  {
    fake_time_pass (LONG - 14000);
    ck_assert_str_eq ("a=gone ", peer->received);
  }
  else
  {
    meet ();
    tell (0, 1, 0);
    fake_time_pass (LONG);
    ck_assert_uint_eq (0, peer->count);
    ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_HELD));
  }
  end ();
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("executor refused");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, not_told_of_who_is_on_a_blacklist);
  tcase_add_loop_test (cases, held_while_the_list_cannot_be_read, 0, 2);
  return run_cases ("executor refused", cases);
}
