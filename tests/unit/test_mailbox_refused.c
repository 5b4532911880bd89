/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_mailbox_refused.c
 * @brief Tests of what waits at QoS 1 and 2 while everybody is refused.
 */
#include "mailbox_fixture.h"
#include "blacklist_fixture.h"

static struct BlacklistFixture list;


/** As the service does: #MQTT_BlacklistsChanged. */
static void
enforce (void *cls)
{
  (void)cls;
  MQTT_links_enforce (from->links);
  MQTT_mailboxes_enforce (MQTT_links_mailboxes (from->links));
}


/* What a former run has left for a peer that knows nothing of it leaves as soon as it
   may. */
START_TEST (leaves_at_once)
{
  net.silent = true;
  send_numbers (to, "a/x", 1, 3);
  fake_time_pass (200);
  restart ();
  blacklist_begin (&list, from->counters, true, &enforce, NULL);
  from->links->config.blacklists = list.lists;
  blacklist_say (&list, MQTT_BLACKLIST_FAILED, NULL);
  net.silent = false;
  fake_time_pass (5000);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_LINKS));
  ck_assert_uint_eq (3, counted (from, MQTT_COUNT_OUTBOX));
  blacklist_nobody (&list);
  fake_time_pass (500);
  ck_assert_str_eq ("a/x=1 a/x=2 a/x=3 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  blacklist_end (&list);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("mailbox_refused");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, leaves_at_once);
  return tc;
}


int
main (void)
{
  return run_cases ("mailbox_refused", cases ());
}
