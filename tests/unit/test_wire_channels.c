/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_wire_channels.c
 * @brief Tests of the channels a stranger opens: one beside the one in use, and
 *        some that come to nothing.
 */
#include "run_cases.h"
#include "stranger_fixture.h"


static void
setup (void)
{
  begin_stranger ();
}


static void
teardown (void)
{
  end_stranger ();
}


/** The peer has a link to the stranger, who was greeted. */
static void
meet (void)
{
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  ck_assert_str_eq ("1", stranger.heard);
  memset (stranger.heard, 0, sizeof (stranger.heard));
}


START_TEST (second_channel_replaces_the_first)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_stranger_open (&stranger);
  ck_assert_uint_eq (0, stranger.closed);
  ck_assert_uint_eq (2, fake_node_ends (&peer->node));
  ck_assert_str_eq ("", stranger.heard);
  fake_stranger_hello (&stranger);
  ck_assert_str_eq ("1", stranger.heard);
  ck_assert_uint_eq (1, fake_node_ends (&peer->node));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
  fake_stranger_ask (&stranger, 0, "a");
  ck_assert_str_eq ("14", stranger.heard);
}
END_TEST


START_TEST (only_one_channel_waits)
{
  meet ();
  for (unsigned int i = 0; i < 50; i++)
    fake_stranger_open (&stranger);
  ck_assert_uint_eq (2, fake_node_ends (&peer->node));
}
END_TEST


START_TEST (silent_second_channel)
{
  struct FakeEnd *first;

  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  first = stranger.end;
  fake_stranger_open (&stranger);
  stranger.end = first;
  for (int i = 0; i < 5; i++)
  {
    ck_assert_uint_eq (0, stranger.closed);
    fake_time_pass (2900);
    fake_stranger_say (&stranger, MQTT_LINK_PING, NULL, 0);
  }
  fake_time_pass (5000);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, fake_node_ends (&peer->node));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_TIMED_OUT));
}
END_TEST


/* Nothing large is held for who has not said HELLO. */
START_TEST (large_before_hello)
{
  static const uint8_t header[] = { MQTT_LINK_HELLO, 0, 0, 0, 0, 0, 4, 1 };

  fake_stranger_open (&stranger);
  fake_end_send (stranger.end, header, sizeof (header));
  fake_time_pass (5);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
}
END_TEST


START_TEST (bad_second_channel)
{
  struct FakeEnd *first;

  meet ();
  first = stranger.end;
  fake_stranger_open (&stranger);
  fake_stranger_say (&stranger, MQTT_LINK_PING, NULL, 0);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
  ck_assert_uint_eq (1, fake_node_ends (&peer->node));
  stranger.end = first;
  fake_stranger_ask (&stranger, 0, "a");
  ck_assert_str_eq ("4", stranger.heard);
}
END_TEST


START_TEST (second_channel_goes_away)
{
  struct FakeEnd *first;

  meet ();
  first = stranger.end;
  fake_stranger_open (&stranger);
  fake_stranger_close (&stranger, stranger.end);
  ck_assert_uint_eq (1, fake_node_ends (&peer->node));
  stranger.end = first;
  fake_stranger_ask (&stranger, 0, "a");
  ck_assert_str_eq ("4", stranger.heard);
}
END_TEST


START_TEST (second_channel_outlives_the_first)
{
  struct FakeEnd *first;
  struct FakeEnd *second;

  meet ();
  first = stranger.end;
  fake_stranger_open (&stranger);
  second = stranger.end;
  if (0 == _i)
  {
    fake_stranger_close (&stranger, first);
    fake_time_pass (1000);
  }
  else
  {
    stranger.end = first;
    fake_stranger_say (&stranger, MQTT_LINK_BYE, NULL, 0);
    stranger.end = second;
  }
  fake_stranger_hello (&stranger);
  ck_assert_str_eq ("1", stranger.heard);
  ck_assert_uint_eq (1, fake_node_ends (&peer->node));
  fake_stranger_ask (&stranger, 0, "a");
  ck_assert_str_eq ("14", stranger.heard);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_DROPPED));
}
END_TEST


static void
count_lost (void *cls)
{
  (*(unsigned int *)cls)++;
}


START_TEST (channel_on_its_way_out_takes_nothing_with_it)
{
  static const struct MQTT_OfferEvents events = { .lost = &count_lost };
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics, "t", 1);
  unsigned int lost = 0;
  struct MQTT_Offer *offer = MQTT_offer_create (
    fake_peer_link (peer, &stranger.node),
    topic,
    &events,
    &lost);
  struct FakeEnd *first;

  MQTT_topic_unref (topic);
  fake_time_pass (10);
  first = stranger.end;
  ck_assert_ptr_nonnull (first);
  fake_stranger_hello (&stranger);
  fake_stranger_open (&stranger);
  ck_assert_uint_eq (2, fake_node_ends (&peer->node));
  fake_stranger_hello (&stranger);
  ck_assert_uint_eq (1, fake_node_ends (&peer->node));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_LOST));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_DROPPED));
  memset (stranger.heard, 0, sizeof (stranger.heard));
  stranger.end = first;
  fake_stranger_ask (&stranger, 0, "a");
  ck_assert_str_eq ("4", stranger.heard);
  ck_assert_uint_eq (0, lost);
  MQTT_offer_destroy (offer);
}
END_TEST


START_TEST (violation_ends_both_channels)
{
  struct FakeEnd *first;

  meet ();
  first = stranger.end;
  fake_stranger_open (&stranger);
  stranger.end = first;
  fake_stranger_say (&stranger, 9, NULL, 0);
  ck_assert_uint_eq (2, stranger.closed);
  ck_assert_uint_eq (0, fake_node_ends (&peer->node));
}
END_TEST


START_TEST (stranger_who_never_speaks)
{
  fake_stranger_open (&stranger);
  fake_time_pass (20 * 1000);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_UNREACHED));
  fake_time_pass (5000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (pings_do_not_heap_up)
{
  const struct MQTT_Outbox *outbox;

  peer->options.topic_idle = MS (3600 * 1000);
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  fake_stranger_ask (&stranger, 0, "a");
  outbox = MQTT_destination_outbox (
    fake_peer_link (peer, &stranger.node)->destination);
  stranger.node.deaf = true;
  for (int i = 0; i < 200; i++)
  {
    fake_stranger_say (&stranger, MQTT_LINK_PING, NULL, 0);
    fake_time_pass (5000);
  }
  ck_assert_uint_le (MQTT_outbox_bytes (outbox), 8);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_TIMED_OUT));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("wire_channels");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, second_channel_replaces_the_first);
  tcase_add_test (tc, only_one_channel_waits);
  tcase_add_test (tc, silent_second_channel);
  tcase_add_test (tc, large_before_hello);
  tcase_add_test (tc, bad_second_channel);
  tcase_add_test (tc, second_channel_goes_away);
  tcase_add_loop_test (tc, second_channel_outlives_the_first, 0, 2);
  tcase_add_test (tc, channel_on_its_way_out_takes_nothing_with_it);
  tcase_add_test (tc, violation_ends_both_channels);
  tcase_add_test (tc, stranger_who_never_speaks);
  tcase_add_test (tc, pings_do_not_heap_up);
  return tc;
}


int
main (void)
{
  return run_cases ("wire_channels", cases ());
}
