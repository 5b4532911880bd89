/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_mailbox.c
 * @brief Tests of publications at QoS 1 and 2 between peers: each arrives once,
 *        whoever is lost or started anew in between, and what was put into a
 *        mailbox is accounted for.
 */
#include "mailbox_fixture.h"


START_TEST (arrives_once_and_is_acknowledged)
{
  send_numbers (to, "a/b", 1, 3);
  publish (to, "a", "4", MQTT_NEVER);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX_IN));
  fake_time_pass (100);
  ck_assert_str_eq ("a/b=1 a/b=2 a/b=3 a=4 ", to->received);
  ck_assert_uint_eq (4, kept);
  ck_assert_uint_eq (4, counted (from, MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  ck_assert_uint_eq (4, counted (from, MQTT_COUNT_SENT_OUTBOX));
  ck_assert_uint_eq (4, counted (to, MQTT_COUNT_TAKEN));
  ck_assert_uint_eq (0, counted (to, MQTT_COUNT_DUPLICATES));
  ck_assert_uint_eq (0, store_fixture_messages (&from->store, 10));
  ck_assert_uint_eq (0, store_fixture_messages (&to->store, 10));
}
END_TEST


/* Nothing is sent that would be gone if the service died now. */
START_TEST (is_on_disk_before_it_is_sent)
{
  send_numbers (to, "a", 1, 1);
  fake_time_pass (100);
  from->store.options.commit_delay = MS (500);
  restart ();
  send_numbers (to, "a", 2, 2);
  fake_time_pass (400);
  ck_assert_str_eq ("a=1 ", to->received);
  fake_time_pass (600);
  ck_assert_str_eq ("a=1 a=2 ", to->received);
}
END_TEST


/* At any moment of the exchange. */
START_TEST (link_is_lost)
{
  send_numbers (to, "a/x", 1, 2);
  fake_time_pass (100);
  send_numbers (to, "a/b", 3, 4);
  send_numbers (to, "a/c", 5, 6);
  fake_time_pass ((unsigned int)_i);
  fake_net_cut (&net);
  send_numbers (to, "a/b", 7, 7);
  fake_time_pass (2000);
  ck_assert_str_eq ("a/x=1 a/x=2 a/b=3 a/b=4 a/c=5 a/c=6 a/b=7 ", to->received);
  ck_assert (is_done ());
  ck_assert_uint_eq (7, kept);
}
END_TEST


START_TEST (duplicates_are_dropped)
{
  to->store.options.commit_delay = MS (50);
  fake_peer_restart (to);
  send_numbers (to, "a", 1, 3);
  while (3 > to->count)
    fake_time_pass (1);
  ck_assert (!is_done ());
  fake_net_cut (&net);
  fake_time_pass (2000);
  ck_assert_str_eq ("a=1 a=2 a=3 ", to->received);
  ck_assert (is_done ());
  ck_assert_uint_eq (3, counted (to, MQTT_COUNT_DUPLICATES));
}
END_TEST


START_TEST (sender_is_started_anew)
{
  net.silent = true;
  send_numbers (to, "a/b", 1, 3);
  fake_time_pass (50);
  restart ();
  ck_assert_uint_eq (3, kept);
  send_numbers (to, "a/b", 4, 5);
  fake_time_pass (50);
  restart ();
  net.silent = false;
  send_numbers (to, "a/b", 6, 6);
  fake_time_pass (20000);
  ck_assert_str_eq ("a/b=1 a/b=2 a/b=3 a/b=4 a/b=5 a/b=6 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (0, store_fixture_messages (&from->store, 10));
}
END_TEST


/* What was taken, but not acknowledged, is known again under its old run. */
START_TEST (sender_is_started_anew_before_it_is_told)
{
  to->store.options.commit_delay = MS (50);
  fake_peer_restart (to);
  send_numbers (to, "a", 1, 3);
  while (3 > to->count)
    fake_time_pass (1);
  restart ();
  send_numbers (to, "a", 4, 4);
  fake_time_pass (2000);
  ck_assert_str_eq ("a=1 a=2 a=3 a=4 ", to->received);
  ck_assert_uint_eq (3, counted (to, MQTT_COUNT_DUPLICATES));
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
}
END_TEST


/* Sequences begin anew, under a new run. */
START_TEST (sender_with_nothing_left_is_started_anew)
{
  send_numbers (to, "a", 1, 3);
  fake_time_pass (100);
  restart ();
  send_numbers (to, "a", 4, 5);
  fake_time_pass (1000);
  ck_assert_str_eq ("a=1 a=2 a=3 a=4 a=5 ", to->received);
  ck_assert (is_done ());
}
END_TEST


START_TEST (receiver_is_started_anew)
{
  send_numbers (to, "a", 1, 3);
  while (3 > to->count)
    fake_time_pass (1);
  ck_assert (!is_done ());
  fake_peer_restart (to);
  fake_time_pass (2000);
  ck_assert_str_eq ("a=1 a=2 a=3 ", to->received);
  ck_assert (is_done ());
  ck_assert_uint_eq (3, counted (to, MQTT_COUNT_DUPLICATES));
}
END_TEST


START_TEST (peers_do_not_wait_for_each_other)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (third, "a");

  to->node.deaf = true;
  send_numbers (to, "a", 1, 2);
  send_numbers (third, "a", 3, 4);
  fake_time_pass (200);
  ck_assert_str_eq ("a=3 a=4 ", third->received);
  fake_node_wake (&to->node);
  fake_time_pass (40000);
  ck_assert_str_eq ("a=1 a=2 ", to->received);
  ck_assert (is_done ());
  fake_peer_unsubscribe (third, one);
}
END_TEST


START_TEST (more_than_is_under_way_at_once)
{
  from->options.link_window = 300;
  send_numbers (to, "a", 1, 50);
  send_numbers (to, "a/b", 51, 90);
  fake_time_pass (3000);
  ck_assert_uint_eq (90, to->count);
  ck_assert (is_done ());
}
END_TEST


START_TEST (expired_is_not_sent)
{
  net.silent = true;
  publish (to, "a", "1", 1000 * 1000);
  publish (to, "a", "2", 1000 * 1000 * 1000);
  publish (to, "a", "3", 1000 * 1000);
  fake_time_pass (3000);
  net.silent = false;
  fake_time_pass (30000);
  ck_assert_str_eq ("a=2 ", to->received);
  ck_assert_uint_eq (2, counted (from, MQTT_COUNT_OUTBOX_EXPIRED));
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  ck_assert_uint_eq (0, store_fixture_messages (&from->store, 10));
}
END_TEST


/* Also if the peer is never met. */
START_TEST (expired_does_not_stay)
{
  net.silent = true;
  publish (to, "a", "1", 1000 * 1000);
  publish (to, "a", "2", MQTT_NEVER);
  fake_time_pass (70 * 1000);
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_EXPIRED));
  fake_time_pass (1000 * 1000);
  ck_assert_uint_eq (2, counted (from, MQTT_COUNT_OUTBOX_EXPIRED));
}
END_TEST


START_TEST (unwanted_is_given_up)
{
  send_numbers (to, "b", 1, 2);
  send_numbers (to, "a", 3, 3);
  send_numbers (to, "b", 4, 4);
  fake_time_pass (200);
  ck_assert_str_eq ("a=3 ", to->received);
  ck_assert_uint_eq (3, counted (from, MQTT_COUNT_OUTBOX_UNWANTED));
  ck_assert_uint_eq (0, store_fixture_messages (&from->store, 10));
}
END_TEST


START_TEST (too_large_is_given_up)
{
  static char payload[700001];

  memset (payload, 'x', 700000);
  publish (to, "a", payload, MQTT_NEVER);
  send_numbers (to, "a", 1, 1);
  fake_time_pass (500);
  ck_assert_str_eq ("a=1 ", to->received);
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_TOO_LARGE));
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
}
END_TEST


/* What cannot be read now is sent when it can be. */
START_TEST (sender_cannot_read)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };
  static char payload[50001];

  memset (payload, 'x', 50000);
  net.silent = true;
  publish (to, "a", payload, MQTT_NEVER);
  send_numbers (to, "a", 2, 2);
  fake_time_pass (100);
  restart ();
  fake_time_pass (100);
  store_faults_set (&fault);
  net.silent = false;
  fake_time_pass (20 * 1000);
  ck_assert_uint_eq (2, counted (from, MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX_BROKEN));
  store_faults_set (NULL);
  fake_time_pass (70 * 1000);
  MQTT_links_room (to->links);
  fake_time_pass (2000);
  ck_assert_uint_eq (2, to->count);
  ck_assert_uint_eq (2, counted (from, MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
}
END_TEST


/* What could not be promised was never sent. */
START_TEST (sender_loses_its_disk)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  send_numbers (to, "a", 1, 1);
  fake_time_pass (100);
  send_numbers (to, "a", 2, 3);
  store_faults_set (&fault);
  fake_time_pass (1000);
  store_faults_set (NULL);
  fake_time_pass (4000);
  send_numbers (to, "a", 4, 4);
  fake_time_pass (1000);
  ck_assert_str_eq ("a=1 a=4 ", to->received);
  ck_assert_uint_eq (2, kept);
  ck_assert_uint_eq (2, counted (from, MQTT_COUNT_OUTBOX_IN));
  ck_assert (is_done ());
}
END_TEST


/* More than may be numbered at once: on a new link numbers begin anew. */
START_TEST (many_topics)
{
  struct MQTT_Subscription *one = fake_peer_subscribe_surely (third, "#");

  from->options.link_topics = 400;
  from->options.outbox_messages = 400;
  third->options.link_topics = 400;
  fake_peer_restart (from);
  net.silent = true;
  for (int i = 0; i < 300; i++)
  {
    char name[8];

    (void)snprintf (name, sizeof (name), "%d", i);
    send_numbers (third, name, i, i);
  }
  fake_time_pass (100);
  restart ();
  net.silent = false;
  while (200 > third->count)
    fake_time_pass (1);
  fake_net_cut (&net);
  fake_time_pass (5000);
  ck_assert_uint_eq (300, third->count);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (0, counted (third, MQTT_COUNT_ANSWERED_TOO_MANY));
  fake_peer_unsubscribe (third, one);
}
END_TEST


/* A part of it would be sent, and new ones get sequences of those that are there. */
START_TEST (cannot_be_read)
{
  struct StoreFault fault = { .call = (unsigned int)_i + 1,
                              .how = SQLITE_IOERR };

  net.silent = true;
  for (int i = 0; i < 40; i++)
    send_numbers (to, "a/b", i, i);
  fake_time_pass (100);
  from->fault = &fault;
  restart ();
  ck_assert (from->started == (fault.calls <= (unsigned int)_i));
  from->fault = NULL;
  restart ();
  net.silent = false;
  fake_time_pass (60 * 1000);
  ck_assert_uint_eq (40, to->count);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
}
END_TEST


/* What there is no memory for now stays on disk, whatever else is acknowledged. */
START_TEST (left_for_the_next_run)
{
  static char name[60001];
  struct MQTT_Topic *topics[1000];
  unsigned int count = 0;
  struct MQTT_StoreMessage message = {
    .published_us = GNUNET_TIME_absolute_get ().abs_value_us,
    .topic = { .data = name, .size = sizeof (name) - 1 },
    .body = { .data = "1", .size = 1 },
    .qos = 1,
  };
  struct MQTT_StoreOutgoing outgoing = {
    .peer = to->node.identity,
    .sequence = 1,
    .run = 77,
    .qos = 1,
  };

  memset (name, 'x', sizeof (name) - 1);
  GNUNET_memcpy (name, "a/", 2);
  outgoing.message = MQTT_store_message_put (from->store.store, &message);
  ck_assert (MQTT_store_outbox_put (from->store.store, &outgoing));
  fake_time_pass (100);
  do
  {
    ck_assert_uint_lt (count, 1000);
    name[10 + count] = '/';
    topics[count] = MQTT_topics_get (from->topics, name, sizeof (name) - 1);
  }
  while (NULL != topics[count++]);
  restart ();
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_LEFT));
  fake_time_pass (100 * 1000);
  send_numbers (to, "a", 2, 2);
  fake_time_pass (500);
  ck_assert_str_eq ("a=2 ", to->received);
  ck_assert (is_done ());
  ck_assert_uint_eq (1, store_fixture_messages (&from->store, 10));
  while (0 < --count)
    MQTT_topic_unref (topics[count - 1]);
  restart ();
  fake_time_pass (5000);
  ck_assert_uint_eq (2, to->count);
  ck_assert_uint_eq (0, store_fixture_messages (&from->store, 10));
}
END_TEST


/* Acknowledgements do not pile up for a peer that does not read them. */
START_TEST (sender_does_not_read)
{
  const struct MQTT_Outbox *outbox;

  to->options.link_queue = 100;
  to->options.link_segment = 100;
  send_numbers (to, "a", 1, 1);
  while (1 > to->count)
    fake_time_pass (1);
  outbox = MQTT_destination_outbox (
    fake_peer_link (to, &from->node)->destination);
  from->node.deaf = true;
  for (int i = 2; i < 62; i++)
  {
    send_numbers (to, "a", i, i);
    fake_time_pass (10);
    ck_assert_uint_lt (MQTT_outbox_bytes (outbox), 200);
  }
  ck_assert_uint_eq (61, to->count);
  fake_node_wake (&from->node);
  fake_time_pass (1000);
  ck_assert_uint_eq (61, to->count);
  ck_assert (is_done ());
}
END_TEST


/* Somebody who acknowledges what he was never sent is not listened to. */
START_TEST (wrong_answers_end_the_link)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_LinkSerial serial = { .run = 1, .sequence = 1 };
  struct FakeStranger stranger;

  fake_stranger_begin (&stranger, to, 4);
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  if (0 == _i)
    MQTT_link_put_ack (outbox, &serial);
  else
    MQTT_link_put_return (outbox, &serial);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, counted (to, MQTT_COUNT_LINKS_DROPPED));
  fake_stranger_end (&stranger);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("mailbox");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, arrives_once_and_is_acknowledged);
  tcase_add_test (tc, is_on_disk_before_it_is_sent);
  tcase_add_loop_test (tc, link_is_lost, 0, 25);
  tcase_add_test (tc, duplicates_are_dropped);
  tcase_add_test (tc, sender_is_started_anew);
  tcase_add_test (tc, sender_is_started_anew_before_it_is_told);
  tcase_add_test (tc, sender_with_nothing_left_is_started_anew);
  tcase_add_test (tc, receiver_is_started_anew);
  tcase_add_test (tc, peers_do_not_wait_for_each_other);
  tcase_add_test (tc, more_than_is_under_way_at_once);
  tcase_add_test (tc, expired_is_not_sent);
  tcase_add_test (tc, expired_does_not_stay);
  tcase_add_test (tc, unwanted_is_given_up);
  tcase_add_test (tc, too_large_is_given_up);
  tcase_add_test (tc, sender_cannot_read);
  tcase_add_test (tc, sender_loses_its_disk);
  tcase_add_test (tc, sender_does_not_read);
  tcase_add_test (tc, many_topics);
  tcase_add_loop_test (tc, cannot_be_read, 0, 12);
  tcase_add_test (tc, left_for_the_next_run);
  tcase_add_loop_test (tc, wrong_answers_end_the_link, 0, 2);
  return tc;
}


int
main (void)
{
  return run_cases ("mailbox", cases ());
}
