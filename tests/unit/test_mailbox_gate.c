/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_mailbox_gate.c
 * @brief Tests of publishers that wait while the mailbox of a peer fills: as long as
 *        there is hope, and no longer.
 */
#include "mailbox_fixture.h"


/** Have both peers linked, and a small mailbox between them. */
static void
link_up (void)
{
  from->options.outbox_messages = 8;
  send_numbers (to, "a", 1, 1);
  fake_time_pass (500);
  ck_assert (is_done ());
}


/** Is there room for one more message to the peer? */
static bool
has_room (const char *name)
{
  struct MQTT_Topic *topic = MQTT_topics_get (from->topics,
                                              name,
                                              strlen (name));
  struct MQTT_Message *message = fake_message ("x");
  bool room = MQTT_mailboxes_have_room (MQTT_links_mailboxes (from->links),
                                        &to->node.identity,
                                        topic,
                                        message);

  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
  return room;
}


/** How publishers come to wait, and to go on. */
static const struct Waiting
{
  /** Numbers that are published, from 2 on. */
  int last;
  /** Bytes of each message; 0: those of its number. */
  size_t size;
  /** The peer returns everything; else it is slow. */
  bool busy;
  /** In the end it goes. */
  bool goes;
  /** They wait after so many milliseconds, of so many promises that are kept. */
  unsigned int wait_ms;
  unsigned int kept_then;
  /** They go on so much later: all are kept. */
  unsigned int go_on_ms;
} waitings[] = {
  { .last = 5, .wait_ms = 100, .kept_then = 4, .go_on_ms = 300 },
  { .last = 3, .size = 3000, .wait_ms = 100, .kept_then = 2, .go_on_ms = 300 },
  { .last = 7, .goes = true, .wait_ms = 100, .kept_then = 4, .go_on_ms = 10 },
  /* For longer than the stall timeout. */
  { .last = 7,
    .busy = true,
    .wait_ms = 2000,
    .kept_then = 4,
    .go_on_ms = 2000 },
};


/** Publish what is said. */
static void
send_all (const struct Waiting *waiting)
{
  char payload[3001] = { '\0' };

  if (0 == waiting->size)
  {
    send_numbers (to, "a", 2, waiting->last);
    return;
  }
  from->options.outbox = 10000;
  memset (payload, 'x', waiting->size);
  for (int i = 2; i <= waiting->last; i++)
    publish (to, "a", payload, MQTT_NEVER);
}


START_TEST (publishers_wait)
{
  const struct Waiting *waiting = &waitings[_i];

  if (!waiting->busy)
  {
    to->store.options.commit_delay = MS (200);
    fake_peer_restart (to);
  }
  link_up ();
  to->busy = waiting->busy;
  send_all (waiting);
  fake_time_pass (waiting->wait_ms);
  ck_assert_uint_eq (waiting->kept_then, kept);
  ck_assert_uint_lt (0, counted (from, MQTT_COUNT_SLOWED));
  net.silent = waiting->goes;
  if (waiting->goes)
    fake_net_cut (&net);
  fake_time_pass (waiting->go_on_ms);
  ck_assert_uint_eq (waiting->last, kept);
  net.silent = false;
  to->busy = false;
  MQTT_links_room (to->links);
  fake_time_pass (30000);
  ck_assert (is_done ());
}
END_TEST


/* Nor do those who come when there is no hope any more; the bounds hold. */
START_TEST (nobody_waits_without_hope)
{
  link_up ();
  to->busy = true;
  send_numbers (to, "a", 2, 7);
  fake_time_pass (4000);
  send_numbers (to, "a", 8, 9);
  fake_time_pass (100);
  ck_assert_uint_eq (9, kept);
  ck_assert (!has_room ("a"));
  to->busy = false;
  MQTT_links_room (to->links);
  fake_time_pass (100);
  ck_assert_uint_eq (9, to->count);
  ck_assert (is_done ());
}
END_TEST


/* There is room for what was under way when they began to wait. */
START_TEST (bounds_are_wider_while_publishers_wait)
{
  to->store.options.commit_delay = MS (200);
  fake_peer_restart (to);
  link_up ();
  send_numbers (to, "a", 2, 12);
  ck_assert (has_room ("a"));
  send_numbers (to, "a", 13, 13);
  ck_assert (!has_room ("a"));
  fake_time_pass (600);
  ck_assert_uint_eq (13, to->count);
  ck_assert_uint_eq (13, kept);
}
END_TEST


START_TEST (nobody_waits_for_an_absent_peer)
{
  link_up ();
  net.silent = true;
  fake_net_cut (&net);
  send_numbers (to, "a", 2, 8);
  ck_assert (has_room ("a"));
  send_numbers (to, "a", 9, 9);
  ck_assert (!has_room ("a"));
  fake_time_pass (100);
  ck_assert_uint_eq (9, kept);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_SLOWED));
  net.silent = false;
  fake_time_pass (30000);
  ck_assert (is_done ());
}
END_TEST


/* What is stuck of one topic does not slow others, nor take their room. */
START_TEST (other_topics_go_on)
{
  link_up ();
  to->busy = true;
  send_numbers (to, "a", 2, 7);
  fake_time_pass (4000);
  ck_assert_uint_eq (7, kept);
  to->busy = false;
  for (int i = 0; i < 20; i++)
  {
    ck_assert (has_room ("a/b"));
    send_numbers (to, "a/b", i, i);
    send_numbers (to, "a/b", i, i);
    fake_time_pass (100);
    ck_assert_uint_eq (7 + 2 * (i + 1), kept);
  }
  ck_assert_uint_eq (6, counted (from, MQTT_COUNT_OUTBOX));
  MQTT_links_room (to->links);
  fake_time_pass (100);
  ck_assert (is_done ());
}
END_TEST


/* What is left of an earlier run counts, too. */
START_TEST (begins_half_full)
{
  link_up ();
  net.silent = true;
  fake_net_cut (&net);
  send_numbers (to, "a", 2, 8);
  fake_time_pass (10);
  restart ();
  to->store.options.commit_delay = MS (200);
  fake_peer_restart (to);
  net.silent = false;
  while (2 > to->count)
    fake_time_pass (1);
  kept = 0;
  send_numbers (to, "a", 9, 9);
  fake_time_pass (50);
  ck_assert_uint_eq (0, kept);
  fake_time_pass (500);
  ck_assert_uint_eq (1, kept);
  ck_assert_uint_eq (9, to->count);
}
END_TEST


/* Two who flood each other do not wait for each other for good. */
START_TEST (both_ways)
{
  struct MQTT_Subscription *back = fake_peer_subscribe_surely (from, "b/#");

  link_up ();
  to->options.outbox_messages = 8;
  for (int i = 0; i < 12; i++)
  {
    struct FakePeer *mine = from;

    send_numbers (to, "a", i, i);
    from = to;
    send_numbers (mine, "b", i, i);
    from = mine;
  }
  fake_time_pass (1000);
  ck_assert_uint_eq (13, to->count);
  ck_assert_uint_eq (12, from->count);
  ck_assert_uint_eq (25, kept);
  fake_peer_unsubscribe (from, back);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("mailbox_gate");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc,
                       publishers_wait,
                       0,
                       sizeof (waitings) / sizeof (waitings[0]));
  tcase_add_test (tc, bounds_are_wider_while_publishers_wait);
  tcase_add_test (tc, nobody_waits_for_an_absent_peer);
  tcase_add_test (tc, nobody_waits_without_hope);
  tcase_add_test (tc, other_topics_go_on);
  tcase_add_test (tc, begins_half_full);
  tcase_add_test (tc, both_ways);
  return tc;
}


int
main (void)
{
  return run_cases ("mailbox_gate", cases ());
}
