/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_wire.c
 * @brief Tests of the links against a stranger who says whatever he likes.
 */
#include "run_cases.h"
#include "core/level_hash.h"
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


/** The stranger was dropped for what he did, and nothing of him is left. */
static void
expect_dropped (void)
{
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
  ck_assert_uint_eq (0, fake_node_ends (&peer->node));
  fake_time_pass (peer->options.reconnect_maximum.rel_value_us / 1000 + 1000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_TOPICS));
  ck_assert_uint_eq (0, peer->node.opened);
}


START_TEST (whole_conversation)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "a/+");

  meet ();
  fake_time_pass (100);
  fake_stranger_ask (&stranger, 3, "a/b");
  ck_assert_str_eq ("3", stranger.heard);
  ck_assert_uint_eq (3, stranger.want.number);
  ck_assert_uint_eq (1, stranger.want.epoch);
  ck_assert_uint_ge (stranger.want.age_us, 100000);
  ck_assert_uint_lt (stranger.want.age_us, 120000);
  fake_stranger_ask (&stranger, 4, "b/b");
  ck_assert_str_eq ("34", stranger.heard);
  ck_assert_uint_eq (4, stranger.refuse.number);
  ck_assert_int_eq (MQTT_LINK_NOT_WANTED, stranger.refuse.why);
  fake_stranger_name (&stranger, 3, "a/b");
  fake_stranger_publish (&stranger, 3, "one");
  fake_stranger_publish (&stranger, 3, "two");
  ck_assert_str_eq ("a/b=one a/b=two ", peer->received);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_RECEIVED));
  ck_assert_uint_eq (0, stranger.closed);
  fake_peer_unsubscribe (peer, subscription);
  fake_time_pass (20);
  ck_assert_str_eq ("344", stranger.heard);
  ck_assert_uint_eq (3, stranger.refuse.number);
}
END_TEST


START_TEST (answer_changes_with_subscriptions)
{
  struct MQTT_Subscription *one;
  struct MQTT_Subscription *two;

  meet ();
  fake_stranger_ask (&stranger, 0, "$x");
  ck_assert_str_eq ("4", stranger.heard);
  one = fake_peer_subscribe (peer, "#");
  fake_time_pass (20);
  ck_assert_str_eq ("4", stranger.heard);
  two = fake_peer_subscribe (peer, "$x/#");
  fake_time_pass (20);
  ck_assert_str_eq ("43", stranger.heard);
  fake_peer_unsubscribe (peer, one);
  fake_time_pass (20);
  ck_assert_str_eq ("43", stranger.heard);
  fake_peer_unsubscribe (peer, two);
  one = fake_peer_subscribe (peer, "$x");
  fake_time_pass (20);
  ck_assert_str_eq ("43", stranger.heard);
  fake_peer_unsubscribe (peer, one);
  fake_time_pass (20);
  ck_assert_str_eq ("434", stranger.heard);
}
END_TEST


START_TEST (question_replaces_the_one_before)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "a");

  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a");
  fake_stranger_publish (&stranger, 0, "x");
  fake_stranger_ask (&stranger, 0, "b");
  ck_assert_str_eq ("34", stranger.heard);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_TOPICS));
  fake_stranger_publish (&stranger, 0, "y");
  expect_dropped ();
  ck_assert_str_eq ("a=x ", peer->received);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/* Every kind of violation. */

static void
say_body (uint8_t type, const char *hexadecimal)
{
  uint8_t body[64];
  size_t size = strlen (hexadecimal) / 2;

  for (size_t i = 0; i < size; i++)
  {
    const char digits[] = { hexadecimal[2 * i], hexadecimal[2 * i + 1], '\0' };

    body[i] = (uint8_t)strtoul (digits, NULL, 16);
  }
  fake_stranger_say (&stranger, type, body, size);
}


static void
topic_before_hello (void)
{
  fake_stranger_open (&stranger);
  fake_stranger_ask (&stranger, 0, "a");
}


static void
ignorable_before_hello (void)
{
  fake_stranger_open (&stranger);
  say_body (100, "");
}


static void
other_version (void)
{
  fake_stranger_open (&stranger);
  say_body (MQTT_LINK_HELLO, "02");
}


static void
second_hello (void)
{
  meet ();
  fake_stranger_hello (&stranger);
}


static void
unknown_odd_type (void)
{
  meet ();
  say_body (9, "");
}


static void
name_without_question (void)
{
  meet ();
  fake_stranger_name (&stranger, 0, "a");
}


static void
name_of_unwanted (void)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "z");
  fake_stranger_name (&stranger, 0, "z");
}


static void
name_with_other_hashes (void)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "b");
}


static void
name_with_other_levels (void)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a/a");
}


static void
name_twice (void)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a");
}


static void
publish_without_question (void)
{
  meet ();
  fake_stranger_publish (&stranger, 0, "x");
}


static void
publish_far_number (void)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_publish (&stranger, UINT32_MAX, "x");
}


static void
publish_without_name (void)
{
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_publish (&stranger, 0, "x");
}


static void
want_never_asked (void)
{
  meet ();
  say_body (MQTT_LINK_WANT, "00000000000000010000000000000000");
}


static void
refuse_never_asked (void)
{
  meet ();
  say_body (MQTT_LINK_REFUSE, "ffffffff0000000100");
}


static void
malformed_topic (void)
{
  meet ();
  say_body (MQTT_LINK_TOPIC, "0000000000000001");
}


static void
malformed_header (void)
{
  static const uint8_t header[] = { MQTT_LINK_PING, 0, 1, 0, 0, 0, 0, 0 };

  meet ();
  fake_end_send (stranger.end, header, sizeof (header));
  fake_time_pass (5);
}


static void
frame_too_large (void)
{
  static const uint8_t header[] = { MQTT_LINK_PUBLISH, 0, 0, 0, 0x7f, 0, 0, 0 };

  meet ();
  fake_end_send (stranger.end, header, sizeof (header));
  fake_time_pass (5);
}


static void (*const violations[]) (void) = {
  &topic_before_hello,   &ignorable_before_hello,   &other_version,
  &second_hello,         &unknown_odd_type,         &name_without_question,
  &name_of_unwanted,     &name_with_other_hashes,   &name_with_other_levels,
  &name_twice,           &publish_without_question, &publish_far_number,
  &publish_without_name, &want_never_asked,         &refuse_never_asked,
  &malformed_topic,      &malformed_header,         &frame_too_large,
};


START_TEST (violation_ends_the_link)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "a");

  violations[_i]();
  expect_dropped ();
  ck_assert_uint_eq (0, peer->count);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


START_TEST (harmless_frames)
{
  meet ();
  say_body (MQTT_LINK_PING, "");
  say_body (100, "0102030405");
  ck_assert_str_eq ("", stranger.heard);
  ck_assert_uint_eq (0, stranger.closed);
  say_body (MQTT_LINK_BYE, "");
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_DROPPED));
}
END_TEST


START_TEST (stranger_may_come_back)
{
  publish_without_question ();
  ck_assert_uint_eq (1, stranger.closed);
  memset (stranger.heard, 0, sizeof (stranger.heard));
  meet ();
  fake_stranger_ask (&stranger, 0, "a");
  ck_assert_str_eq ("4", stranger.heard);
}
END_TEST


START_TEST (too_many_topics)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  char *name = GNUNET_malloc (65001);

  meet ();
  fake_stranger_ask (&stranger, peer->options.link_topics - 1, "a");
  ck_assert_str_eq ("3", stranger.heard);
  fake_stranger_ask (&stranger, peer->options.link_topics, "a");
  ck_assert_str_eq ("34", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_PUT_OFF, stranger.refuse.why);
  fake_stranger_ask (&stranger, UINT32_MAX, "a");
  ck_assert_int_eq (MQTT_LINK_PUT_OFF, stranger.refuse.why);
  memset (name, '/', 65000);
  fake_stranger_ask (&stranger, 0, name);
  fake_stranger_ask (&stranger, 1, name);
  ck_assert_str_eq ("34433", stranger.heard);
  fake_stranger_ask (&stranger, 2, name);
  ck_assert_str_eq ("344334", stranger.heard);
  ck_assert_int_eq (MQTT_LINK_PUT_OFF, stranger.refuse.why);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_ANSWERED_TOO_MANY));
  fake_stranger_ask (&stranger, 0, "b");
  fake_stranger_ask (&stranger, 2, name);
  ck_assert_str_eq ("34433433", stranger.heard);
  ck_assert_uint_eq (0, stranger.closed);
  GNUNET_free (name);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


START_TEST (names_count_as_memory)
{
  struct MQTT_Subscription *subscription = fake_peer_subscribe (peer, "#");
  char *name = GNUNET_malloc (60001);

  meet ();
  memset (name, 'x', 60000);
  for (unsigned int i = 0; i < 17; i++)
  {
    fake_stranger_ask (&stranger, i, name);
    fake_stranger_name (&stranger, i, name);
  }
  fake_stranger_ask (&stranger, 17, name);
  fake_stranger_name (&stranger, 17, name);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_ANSWERED_TOO_MANY));
  ck_assert_uint_eq (17, stranger.refuse.number);
  ck_assert_int_eq (MQTT_LINK_PUT_OFF, stranger.refuse.why);
  fake_stranger_publish (&stranger, 17, "was on its way");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NO_TOPIC));
  ck_assert_uint_eq (0, peer->count);
  ck_assert_uint_eq (0, stranger.closed);
  fake_stranger_name (&stranger, 17, name);
  expect_dropped ();
  GNUNET_free (name);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/* What is not read is not answered for ever. */
START_TEST (questions_without_reading)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  uint64_t hash = MQTT_level_hash ("a", 1);

  meet ();
  stranger.node.deaf = true;
  for (uint32_t i = 0; i < 200 * 1000; i++)
  {
    MQTT_link_put_topic (outbox, i % 64, i / 64, false, &hash, 1);
    if (0 == i % 1000)
      fake_stranger_send (&stranger, outbox);
  }
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  ck_assert_uint_eq (0, fake_node_ends (&peer->node));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
  ck_assert_uint_lt (counted (MQTT_COUNT_ANSWERED_REFUSE), 10000);
}
END_TEST


START_TEST (questions_read_slowly)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  uint64_t hash = MQTT_level_hash ("a", 1);

  meet ();
  for (uint32_t i = 0; i < 20 * 1000; i++)
  {
    MQTT_link_put_topic (outbox, i % 64, 1 + i / 64, false, &hash, 1);
    if (0 == i % 64)
      fake_stranger_send (&stranger, outbox);
  }
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  fake_time_pass (1000);
  ck_assert_uint_eq (0, stranger.closed);
  ck_assert_uint_eq (20 * 1000, counted (MQTT_COUNT_ANSWERED_REFUSE));
  ck_assert_uint_eq (20 * 1000 + 1, stranger.frames);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("wire");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, whole_conversation);
  tcase_add_test (tc, answer_changes_with_subscriptions);
  tcase_add_test (tc, question_replaces_the_one_before);
  tcase_add_loop_test (tc,
                       violation_ends_the_link,
                       0,
                       sizeof (violations) / sizeof (*violations));
  tcase_add_test (tc, harmless_frames);
  tcase_add_test (tc, stranger_may_come_back);
  tcase_add_test (tc, too_many_topics);
  tcase_add_test (tc, names_count_as_memory);
  tcase_add_test (tc, questions_without_reading);
  tcase_add_test (tc, questions_read_slowly);
  return tc;
}


int
main (void)
{
  return run_cases ("wire", cases ());
}
