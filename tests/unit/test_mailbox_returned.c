/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_mailbox_returned.c
 * @brief Tests of publications at QoS 1 and 2 that the receiver cannot take now: none
 *        is lost, their topic keeps its order, and others go on.
 */
#include "mailbox_fixture.h"


/* A subscriber without room stops its topic, and no other. */
START_TEST (returned_until_there_is_room)
{
  send_numbers (to, "a", 1, 1);
  fake_time_pass (100);
  to->busy = true;
  send_numbers (to, "a", 2, 4);
  fake_time_pass (100);
  to->busy = false;
  send_numbers (to, "a", 5, 5);
  send_numbers (to, "a/b", 6, 6);
  fake_time_pass (100);
  ck_assert_str_eq ("a=1 a/b=6 ", to->received);
  ck_assert_uint_eq (4, counted (from, MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (3, counted (to, MQTT_COUNT_RETURNED));
  if (1 == _i)
    restart ();
  else if (2 == _i)
    fake_peer_restart (to);
  else
    MQTT_links_room (to->links);
  fake_time_pass (2000);
  ck_assert_str_eq ("a=1 a/b=6 a=2 a=3 a=4 a=5 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  send_numbers (to, "a", 7, 8);
  fake_time_pass (100);
  ck_assert_str_eq ("a=1 a/b=6 a=2 a=3 a=4 a=5 a=7 a=8 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
}
END_TEST


/** #MQTT_Subscriber: never. */
static bool
never_ready (void *cls,
             const struct MQTT_Message *message,
             unsigned int copies,
             size_t numbers)
{
  (void)cls;
  (void)message;
  (void)copies;
  (void)numbers;
  return false;
}


/* Who had no room goes; others want it as before. */
START_TEST (returned_until_who_is_full_goes)
{
  struct MQTT_Subscriber full = { .ready = &never_ready };
  struct MQTT_Subscription *second =
    MQTT_subscriptions_add (to->subscriptions, &full, "a", 1, 1, 2, false);

  send_numbers (to, "a", 1, 2);
  fake_time_pass (100);
  ck_assert_str_eq ("", to->received);
  fake_peer_unsubscribe (to, second);
  fake_time_pass (5000);
  ck_assert_str_eq ("a=1 a=2 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
}
END_TEST


/* Again and again, with links that are lost meanwhile. */
START_TEST (returned_often)
{
  char expected[1000] = "";

  for (int i = 0; i < 12; i++)
  {
    to->busy = (0 != i % 3);
    send_numbers (to, "a", i, i);
    send_numbers (to, "a/b", i, i);
    fake_time_pass (3 * (unsigned int)i);
    if (0 == i % 4)
      fake_net_cut (&net);
    if (7 == i)
      restart ();
    if (9 == i)
      fake_peer_restart (to);
    MQTT_links_room (to->links);
  }
  to->busy = false;
  fake_time_pass (1000);
  MQTT_links_room (to->links);
  fake_time_pass (3000);
  ck_assert_uint_eq (24, to->count);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  for (int topic = 0; topic < 2; topic++)
  {
    const char *at = to->received;

    for (int i = 0; i < 12; i++)
    {
      (void)snprintf (expected,
                      sizeof (expected),
                      "%s=%d ",
                      (0 == topic) ? "a" : "a/b",
                      i);
      at = strstr (at, expected);
      ck_assert_msg (NULL != at, "%s is missing in %s", expected, to->received);
    }
  }
}
END_TEST


/* Nothing is acknowledged that is not on disk: it comes again, and those who had
   it without a session of theirs being written get it twice. */
START_TEST (receiver_loses_its_disk)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  send_numbers (to, "a", 1, 1);
  fake_time_pass (100);
  send_numbers (to, "a", 2, 3);
  while (3 > to->count)
    fake_time_pass (1);
  store_faults_set (&fault);
  fake_time_pass (1000);
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_ACKNOWLEDGED));
  ck_assert_uint_lt (0, counted (to, MQTT_COUNT_RETURNED));
  store_faults_set (NULL);
  fake_time_pass (4000);
  ck_assert_str_eq ("a=1 a=2 a=3 ", to->received);
  MQTT_links_room (to->links);
  fake_time_pass (100);
  ck_assert_str_eq ("a=1 a=2 a=3 a=2 a=3 ", to->received);
  ck_assert (is_done ());
  fake_peer_restart (to);
  send_numbers (to, "a", 4, 4);
  fake_time_pass (1000);
  ck_assert_str_eq ("a=1 a=2 a=3 a=2 a=3 a=4 ", to->received);
}
END_TEST


/* There is no room for one more topic that is returned: the publication is accounted
   for, and comes again. */
START_TEST (returned_topics_that_are_too_many)
{
  to->options.marks = 2;
  send_numbers (to, "a", 1, 1);
  fake_time_pass (100);
  to->busy = true;
  send_numbers (to, "a/b", 2, 2);
  send_numbers (to, "a/c", 3, 3);
  send_numbers (to, "a/d", 4, 4);
  fake_time_pass (100);
  ck_assert_uint_eq (1, counted (to, MQTT_COUNT_RECEIVED_VOID));
  to->options.marks = 100;
  to->busy = false;
  fake_time_pass (5000);
  MQTT_links_room (to->links);
  fake_time_pass (5000);
  ck_assert_uint_eq (4, to->count);
  ck_assert (is_done ());
}
END_TEST


/* All that is left in a mailbox that is started anew was returned, and expires
   before there is room: what followed it is not lost with it. */
START_TEST (returned_expires_in_the_next_run)
{
  send_numbers (to, "a", 1, 1);
  fake_time_pass (100);
  to->busy = true;
  publish (to, "a/b", "2", 60 * 1000 * 1000);
  fake_time_pass (100);
  to->busy = false;
  send_numbers (to, "a", 3, 6);
  fake_time_pass (100);
  to->busy = true;
  restart ();
  fake_time_pass (3000);
  to->busy = false;
  send_numbers (to, "a", 7, 7);
  send_numbers (to, "a/b", 8, 8);
  send_numbers (to, "a", 9, 9);
  fake_time_pass (130 * 1000);
  ck_assert_str_eq ("a=1 a=3 a=4 a=5 a=6 a=7 a=9 ", to->received);
  MQTT_links_room (to->links);
  fake_time_pass (3000);
  ck_assert_str_eq ("a=1 a=3 a=4 a=5 a=6 a=7 a=9 a/b=8 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
}
END_TEST


/** The rest of those who offer a topic beside the mailbox. */
static void
ignore_wanted (void *cls, uint64_t age_us)
{
  (void)cls;
  (void)age_us;
}


static void
ignore (void *cls)
{
  (void)cls;
}


/* All that was returned of a topic expires; what is published thereafter waits for
   room as well. */
START_TEST (returned_topic_expires_as_a_whole)
{
  static const struct MQTT_OfferEvents events = {
    .wanted = &ignore_wanted,
    .refused = &ignore,
    .lost = &ignore,
    .ended = &ignore,
  };
  struct MQTT_Topic *topic = MQTT_topics_get (from->topics, "a/b", 3);
  struct MQTT_Offer *offer = MQTT_offer_create (
    fake_peer_link (from, &to->node),
    topic,
    &events,
    NULL);

  to->busy = true;
  publish (to, "a/b", "1", 10 * 1000 * 1000);
  fake_time_pass (100);
  to->busy = false;
  fake_time_pass (130 * 1000);
  ck_assert_uint_eq (1, counted (from, MQTT_COUNT_OUTBOX_EXPIRED));
  send_numbers (to, "a/b", 2, 2);
  send_numbers (to, "a", 3, 3);
  fake_time_pass (1000);
  ck_assert_str_eq ("a=3 ", to->received);
  MQTT_links_room (to->links);
  fake_time_pass (1000);
  ck_assert_str_eq ("a=3 a/b=2 ", to->received);
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  MQTT_offer_destroy (offer);
  MQTT_topic_unref (topic);
}
END_TEST


/* What is repeated is not acknowledged either, if what was taken first is lost. */
START_TEST (receiver_loses_what_is_repeated)
{
  struct StoreFault fault = { .call = 1, .how = SQLITE_IOERR, .lasting = true };

  to->store.options.commit_delay = MS (5000);
  fake_peer_restart (to);
  send_numbers (to, "a", 1, 1);
  while (1 > to->count)
    fake_time_pass (1);
  fake_net_cut (&net);
  while (1 > counted (to, MQTT_COUNT_DUPLICATES))
    fake_time_pass (1);
  store_faults_set (&fault);
  fake_time_pass (6000);
  ck_assert (!is_done ());
  store_faults_set (NULL);
  fake_time_pass (4000);
  MQTT_links_room (to->links);
  fake_time_pass (6000);
  ck_assert_str_eq ("a=1 a=1 ", to->received);
  ck_assert (is_done ());
}
END_TEST


/** A number below @a bound, the same in every run of the test. */
static unsigned int
draw (uint32_t *state, unsigned int bound)
{
  *state = *state * 1664525 + 1013904223;
  return (*state >> 16) % bound;
}


/** Something happens to one of the two, or between them. */
static void
disturb (uint32_t *state)
{
  switch (draw (state, 12))
  {
  case 0:
    fake_net_cut (&net);
    break;
  case 1:
    restart ();
    break;
  case 2:
    fake_peer_restart (to);
    break;
  case 3:
  case 4:
    to->busy = !to->busy;
    MQTT_links_room (to->links);
    break;
  case 5:
    MQTT_links_room (to->links);
    break;
  default:
    break;
  }
  fake_time_pass (draw (state, 30));
}


/* Whatever happens in whatever order: all arrives, once, in the order of its topic. */
START_TEST (anything_happens)
{
  static const char *const names[] = { "a", "a/b", "a/c" };
  uint32_t state = (uint32_t)_i + 1;
  unsigned int sent[3] = { 0, 0, 0 };
  unsigned int seen[3] = { 0, 0, 0 };
  char *at;
  char *save;

  for (int i = 0; i < 80; i++)
  {
    unsigned int topic = draw (&state, 3);
    int number = (int)sent[topic]++;

    send_numbers (to, names[topic], number, number);
    disturb (&state);
  }
  to->busy = false;
  for (int i = 0; i < 5; i++)
  {
    MQTT_links_room (to->links);
    fake_time_pass (3000);
  }
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (80, to->count);
  for (at = strtok_r (to->received, " ", &save); NULL != at;
       at = strtok_r (NULL, " ", &save))
  {
    char *value = strchr (at, '=');
    unsigned int topic = ('b' == value[-1]) ? 1 : ('c' == value[-1]) ? 2 : 0;

    ck_assert_uint_eq (seen[topic]++, strtoul (value + 1, NULL, 10));
  }
  for (int i = 0; i < 3; i++)
    ck_assert_uint_eq (sent[i], seen[i]);
}
END_TEST


/* The receiver has no room for two of four topics: the others do not wait for these,
   and nothing of them is taken for had. */
START_TEST (put_off_while_others_go_on)
{
  to->options.link_topics = 2;
  send_numbers (to, "a/w", 1, 1);
  send_numbers (to, "a/x", 2, 2);
  send_numbers (to, "a/y", 3, 4);
  send_numbers (to, "a/z", 5, 5);
  send_numbers (to, "a/x", 6, 6);
  fake_time_pass (1000);
  ck_assert_str_eq ("a/w=1 a/x=2 a/x=6 ", to->received);
  if (0 < _i)
  {
    restart ();
    fake_peer_restart (to);
  }
  send_numbers (to, "a/w", 7, 7);
  fake_time_pass (240 * 1000);
  ck_assert_uint_eq (7, to->count);
  ck_assert (strstr (to->received, "a/y=3 ") < strstr (to->received, "a/y=4 "));
  ck_assert_ptr_nonnull (strstr (to->received, "a/y=3 "));
  ck_assert_uint_eq (0, counted (from, MQTT_COUNT_OUTBOX));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("mailbox_returned");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc, returned_until_there_is_room, 0, 3);
  tcase_add_test (tc, returned_until_who_is_full_goes);
  tcase_add_test (tc, returned_often);
  tcase_add_test (tc, receiver_loses_its_disk);
  tcase_add_test (tc, receiver_loses_what_is_repeated);
  tcase_add_test (tc, returned_topics_that_are_too_many);
  tcase_add_test (tc, returned_expires_in_the_next_run);
  tcase_add_test (tc, returned_topic_expires_as_a_whole);
  tcase_add_loop_test (tc, put_off_while_others_go_on, 0, 2);
  tcase_add_loop_test (tc, anything_happens, 0, 300);
  return tc;
}


int
main (void)
{
  return run_cases ("mailbox_returned", cases ());
}
