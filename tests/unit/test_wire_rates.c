/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_wire_rates.c
 * @brief Tests of a link whose peer sends more than it may: it is read slowly, and
 *        loses nothing.
 */
#include "run_cases.h"
#include "core/level_hash.h"
#include "stranger_fixture.h"
#include "stream/stream.h"

static struct MQTT_Subscription *subscription;
/** When the stranger had saved up what he can. */
static uint64_t saved_us;


static void
setup (void)
{
  begin_stranger ();
  peer->options.link_burst = GNUNET_TIME_UNIT_SECONDS;
  subscription = fake_peer_subscribe (peer, "a");
}


static void
teardown (void)
{
  fake_peer_unsubscribe (peer, subscription);
  end_stranger ();
}


/** The stranger has a topic, that is wanted; and he has saved up a second. */
static void
meet (void)
{
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a");
  fake_time_pass (2000);
  saved_us = MQTT_stream_now ();
}


/**
 * No more was received than may be: what was saved, what has come since, and what
 * one segment overdraws.  And hardly less.
 *
 * @param rate messages in a second
 */
static void
expect_rate (unsigned int rate)
{
  uint64_t us = 1000000 + MQTT_stream_now () - saved_us;
  uint64_t received = counted (MQTT_COUNT_RECEIVED);

  ck_assert_uint_le (received, us * rate / 1000000 + 1);
  ck_assert_uint_ge (received + 1, us * rate / 1000000);
}


/** Each is a segment of its own; all are sent at once. */
static void
publish_many (unsigned int count)
{
  for (unsigned int i = 0; i < count; i++)
    fake_stranger_publish (&stranger, 0, "x");
}


START_TEST (messages)
{
  peer->options.link_message_rate = 10;
  meet ();
  publish_many (30);
  expect_rate (10);
  ck_assert_uint_lt (counted (MQTT_COUNT_RECEIVED), 20);
  ck_assert_uint_eq (counted (MQTT_COUNT_RECEIVED),
                     counted (MQTT_COUNT_TAKEN_UNSURE));
  fake_time_pass (500);
  expect_rate (10);
  fake_time_pass (2000);
  ck_assert_uint_eq (30, counted (MQTT_COUNT_RECEIVED));
  ck_assert_uint_le (18, counted (MQTT_COUNT_LIMITED_MESSAGES));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LIMITED_BYTES));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LIMITED_TOPICS));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LIMITED_QUESTIONS));
}
END_TEST


/** What one segment brings is taken as a whole, and waited for thereafter. */
START_TEST (many_in_a_segment)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1024 * 1024);
  struct MQTT_Message *message = fake_message ("x");

  peer->options.link_message_rate = 10;
  peer->options.link_burst = GNUNET_TIME_UNIT_ZERO;
  meet ();
  for (unsigned int i = 0; i < 30; i++)
    MQTT_link_put_publish (outbox, 0, NULL, message, 0, NULL);
  fake_stranger_send (&stranger, outbox);
  ck_assert_uint_eq (30, counted (MQTT_COUNT_RECEIVED));
  publish_many (1);
  fake_time_pass (2900);
  ck_assert_uint_eq (30, counted (MQTT_COUNT_RECEIVED));
  fake_time_pass (200);
  ck_assert_uint_eq (31, counted (MQTT_COUNT_RECEIVED));
  MQTT_message_unref (message);
  MQTT_outbox_destroy (outbox);
}
END_TEST


START_TEST (bytes)
{
  /* A frame's head, the topic's number, and the payload. */
  peer->options.link_byte_rate = 10 * (8 + 4 + 1);
  meet ();
  publish_many (30);
  expect_rate (10);
  ck_assert_uint_lt (0, counted (MQTT_COUNT_LIMITED_BYTES));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LIMITED_MESSAGES));
  fake_time_pass (3000);
  ck_assert_uint_eq (30, counted (MQTT_COUNT_RECEIVED));
}
END_TEST


/** Questions, and all else that is no message and no topic. */
START_TEST (questions)
{
  peer->options.link_question_rate = 10;
  meet ();
  for (unsigned int i = 0; i < 15; i++)
  {
    fake_stranger_ask (&stranger, 1, "b");
    fake_stranger_say (&stranger, (0 == i % 2) ? MQTT_LINK_PING : 100, "", 0);
  }
  ck_assert_uint_ge (counted (MQTT_COUNT_QUESTIONS_RECEIVED), 6);
  ck_assert_uint_le (counted (MQTT_COUNT_QUESTIONS_RECEIVED), 7);
  ck_assert_uint_lt (0, counted (MQTT_COUNT_LIMITED_QUESTIONS));
  publish_many (1);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RECEIVED));
  fake_time_pass (3000);
  ck_assert_uint_eq (16, counted (MQTT_COUNT_QUESTIONS_RECEIVED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RECEIVED));
  ck_assert_uint_eq (0, stranger.closed);
}
END_TEST


START_TEST (topics)
{
  static const char *const names[] = { "t/a", "t/b", "t/c", "t/d",
                                       "t/e", "t/f", "t/g", "t/h" };
  struct MQTT_Subscription *all = fake_peer_subscribe (peer, "t/+");

  peer->options.link_topic_rate = 2;
  meet ();
  for (unsigned int i = 0; i < 8; i++)
    fake_stranger_ask (&stranger, 1 + i, names[i]);
  for (unsigned int i = 0; i < 8; i++)
    fake_stranger_name (&stranger, 1 + i, names[i]);
  ck_assert_uint_eq (4, counted (MQTT_COUNT_TOPICS));
  ck_assert_uint_lt (0, counted (MQTT_COUNT_LIMITED_TOPICS));
  fake_time_pass (3000);
  ck_assert_uint_eq (9, counted (MQTT_COUNT_TOPICS));
  fake_peer_unsubscribe (peer, all);
}
END_TEST


/** A peer that is slowed is not taken for vanished, however long it takes. */
START_TEST (slowed_for_long)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1024 * 1024);
  struct MQTT_Message *message = fake_message ("x");
  unsigned int count = 2 + peer->options.peer_timeout.rel_value_us / 1000000;

  peer->options.link_message_rate = 1;
  peer->options.link_burst = GNUNET_TIME_UNIT_ZERO;
  meet ();
  for (unsigned int i = 0; i < 3 * count; i++)
    MQTT_link_put_publish (outbox, 0, NULL, message, 0, NULL);
  fake_stranger_send (&stranger, outbox);
  publish_many (1);
  fake_time_pass (2900 * count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS_TIMED_OUT));
  fake_time_pass (200 * count);
  ck_assert_uint_eq (3 * count + 1, counted (MQTT_COUNT_RECEIVED));
  MQTT_message_unref (message);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Who comes back on another channel is slowed as before. */
START_TEST (new_channel_renews_nothing)
{
  peer->options.link_message_rate = 10;
  meet ();
  publish_many (30);
  expect_rate (10);
  fake_end_cut (stranger.end);
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  fake_stranger_ask (&stranger, 0, "a");
  fake_stranger_name (&stranger, 0, "a");
  publish_many (30);
  fake_time_pass (500);
  expect_rate (10);
}
END_TEST


/** The link may end while its peer waits. */
START_TEST (ends_while_slowed)
{
  peer->options.link_message_rate = 1;
  meet ();
  publish_many (5);
  ck_assert_uint_lt (counted (MQTT_COUNT_RECEIVED), 5);
  fake_end_cut (stranger.end);
  fake_time_pass (10000);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
}
END_TEST


START_TEST (no_limits)
{
  meet ();
  publish_many (1000);
  ck_assert_uint_eq (1000, counted (MQTT_COUNT_RECEIVED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SLOWED));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("wire rates");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, messages);
  tcase_add_test (tc, many_in_a_segment);
  tcase_add_test (tc, bytes);
  tcase_add_test (tc, questions);
  tcase_add_test (tc, topics);
  tcase_add_test (tc, slowed_for_long);
  tcase_add_test (tc, new_channel_renews_nothing);
  tcase_add_test (tc, ends_while_slowed);
  tcase_add_test (tc, no_limits);
  return tc;
}


int
main (void)
{
  return run_cases ("wire rates", cases ());
}
