/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_offers.c
 * @brief Tests of the topics offered to a peer, who answers as the test wants.
 */
#include "run_cases.h"
#include "stranger_fixture.h"
#include "service/offers.h"


/** What became of one offer. */
struct Offered
{
  struct MQTT_Offer *offer;
  unsigned int wanted;
  unsigned int lost;
  uint64_t age_us;
};


static void
handle_wanted (void *cls, uint64_t age_us)
{
  struct Offered *offered = cls;

  offered->wanted++;
  offered->age_us = age_us;
}


static void
handle_lost (void *cls)
{
  struct Offered *offered = cls;

  offered->lost++;
}


static void
handle_ended (void *cls)
{
  struct Offered *offered = cls;

  offered->offer = NULL;
}


static const struct MQTT_OfferEvents events = {
  .wanted = &handle_wanted,
  .lost = &handle_lost,
  .ended = &handle_ended,
};


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


static void
offer (struct Offered *offered, const char *name)
{
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics,
                                              name,
                                              strlen (name));

  memset (offered, 0, sizeof (*offered));
  offered->offer = MQTT_offer_create (fake_peer_link (peer, &stranger.node),
                                      topic,
                                      &events,
                                      offered);
  MQTT_topic_unref (topic);
}


static void
publish (struct Offered *offered, const char *payload)
{
  struct MQTT_Message *message = fake_message (payload);

  MQTT_offer_publish (offered->offer, message, NULL, NULL);
  MQTT_message_unref (message);
}


/** The stranger wants or refuses what he was asked. */
static void
answer (uint32_t number, uint32_t epoch, bool wants)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_LinkWant want = {
    .number = number,
    .epoch = epoch,
    .age_us = 77,
  };
  struct MQTT_LinkRefuse refuse = { .number = number, .epoch = epoch };

  if (wants)
    MQTT_link_put_want (outbox, &want);
  else
    MQTT_link_put_refuse (outbox, &refuse);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


START_TEST (question_answer_messages)
{
  struct Offered a;
  uint64_t asked = fake_time_now ();
  uint64_t answered;

  offer (&a, "a/b");
  ck_assert (!MQTT_offer_is_wanted (a.offer));
  fake_time_pass (5);
  ck_assert_str_eq ("12", stranger.heard);
  ck_assert_uint_eq (2, stranger.topic.count);
  ck_assert (!stranger.topic.dollar);
  fake_stranger_hello (&stranger);
  answered = fake_time_now ();
  answer (stranger.topic.number, stranger.topic.epoch, true);
  ck_assert (MQTT_offer_is_wanted (a.offer));
  ck_assert_uint_eq (1, a.wanted);
  /* The answer may have been on its way ever since the question. */
  ck_assert_uint_ge (a.age_us, 77 + 1000 * (answered - asked));
  ck_assert_uint_le (a.age_us, 77 + 1000 * (fake_time_now () - asked));
  publish (&a, "one");
  publish (&a, "two");
  fake_time_pass (5);
  ck_assert_str_eq ("12566", stranger.heard);
  answer (stranger.topic.number, stranger.topic.epoch, false);
  ck_assert (!MQTT_offer_is_wanted (a.offer));
  answer (stranger.topic.number, stranger.topic.epoch, true);
  ck_assert_uint_eq (2, a.wanted);
  ck_assert_uint_eq (77, a.age_us);
  publish (&a, "three");
  fake_time_pass (5);
  ck_assert_str_eq ("125666", stranger.heard);
  ck_assert_uint_eq (0, stranger.closed);
  MQTT_offer_destroy (a.offer);
}
END_TEST


START_TEST (repeated_want_says_nothing_new)
{
  struct Offered a;

  offer (&a, "a");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  answer (0, 1, true);
  answer (0, 1, true);
  ck_assert_uint_eq (1, a.wanted);
  MQTT_offer_destroy (a.offer);
}
END_TEST


START_TEST (number_is_used_again)
{
  struct Offered a;
  struct Offered b;

  offer (&a, "$a");
  fake_time_pass (5);
  ck_assert (stranger.topic.dollar);
  fake_stranger_hello (&stranger);
  MQTT_offer_destroy (a.offer);
  answer (0, 1, true);
  ck_assert_uint_eq (0, stranger.closed);
  offer (&b, "b");
  fake_time_pass (5);
  ck_assert_uint_eq (0, stranger.topic.number);
  ck_assert_uint_eq (2, stranger.topic.epoch);
  answer (0, 1, true);
  ck_assert (!MQTT_offer_is_wanted (b.offer));
  answer (0, 2, true);
  ck_assert (MQTT_offer_is_wanted (b.offer));
  answer (0, 1, false);
  ck_assert (MQTT_offer_is_wanted (b.offer));
  ck_assert_uint_eq (0, a.wanted);
  ck_assert_uint_eq (0, stranger.closed);
  answer (0, 3, true);
  ck_assert_uint_eq (1, stranger.closed);
  ck_assert_uint_eq (1, b.lost);
  MQTT_offer_destroy (b.offer);
}
END_TEST


START_TEST (epoch_zero_was_never_asked)
{
  struct Offered a;

  offer (&a, "a");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  answer (0, 0, true);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_DROPPED));
  ck_assert_uint_eq (0, a.wanted);
  MQTT_offer_destroy (a.offer);
}
END_TEST


START_TEST (lost_and_asked_again)
{
  struct Offered a;

  offer (&a, "a");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  answer (0, 1, true);
  publish (&a, "x");
  fake_time_pass (5);
  fake_net_cut (&net);
  ck_assert_uint_eq (1, a.lost);
  ck_assert (!MQTT_offer_is_wanted (a.offer));
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_time_pass (200);
  ck_assert_str_eq ("", stranger.heard);
  fake_time_pass (100);
  ck_assert_str_eq ("12", stranger.heard);
  fake_stranger_hello (&stranger);
  answer (0, 1, true);
  ck_assert_uint_eq (1, a.wanted);
  answer (0, 2, true);
  ck_assert_uint_eq (2, a.wanted);
  publish (&a, "y");
  fake_time_pass (5);
  ck_assert_str_eq ("1256", stranger.heard);
  MQTT_offer_destroy (a.offer);
}
END_TEST


START_TEST (as_many_as_may_be)
{
  static const struct MQTT_OfferEvents urgent = { .urgent = true };
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics, "urgent", 6);
  struct MQTT_Offer *letters;
  struct Offered many[57];
  char name[16];

  for (int i = 0; i < 57; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%d", i);
    offer (&many[i], name);
    ck_assert_int_eq (i < 56, NULL != many[i].offer);
  }
  ck_assert_uint_eq (1, counted (MQTT_COUNT_QUESTIONS_NOT_ASKED));
  letters = MQTT_offer_create (fake_peer_link (peer, &stranger.node),
                               topic,
                               &urgent,
                               NULL);
  ck_assert_ptr_nonnull (letters);
  MQTT_offer_destroy (letters);
  MQTT_topic_unref (topic);
  MQTT_offer_destroy (many[17].offer);
  offer (&many[17], "a");
  ck_assert_ptr_nonnull (many[17].offer);
  fake_time_pass (50);
  ck_assert_uint_eq (57, stranger.frames);
  for (int i = 0; i < 56; i++)
    MQTT_offer_destroy (many[i].offer);
}
END_TEST


START_TEST (larger_than_the_peer_takes)
{
  static char payload[2000001];
  struct Offered a;

  offer (&a, "a");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  answer (0, 1, true);
  memset (payload, 'x', 1000000 - 575);
  publish (&a, payload);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_TOO_LARGE));
  payload[1000000 - 576] = '\0';
  publish (&a, payload);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_TOO_LARGE));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SENT));
  MQTT_offer_destroy (a.offer);
}
END_TEST


/* A queue that is not read must not grow with what is to be asked. */
START_TEST (questions_wait_for_room)
{
  struct Offered many[40];
  struct MQTT_Link *link = fake_peer_link (peer, &stranger.node);
  const struct MQTT_Outbox *outbox = MQTT_destination_outbox (
    link->destination);
  char *name = GNUNET_malloc (60001);

  peer->options.peer_timeout = MS (3600000);
  memset (name, '/', 60000);
  offer (&many[0], "a");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  stranger.node.deaf = true;
  for (int i = 1; i < 40; i++)
  {
    name[i] = 'x';
    offer (&many[i], name);
    fake_time_pass (1);
    ck_assert_uint_lt (MQTT_outbox_bytes (outbox), 600000);
  }
  fake_node_wake (&stranger.node);
  fake_time_pass (40 * 480 * 2);
  ck_assert_uint_eq (40, counted (MQTT_COUNT_QUESTIONS_SENT));
  ck_assert_uint_eq (41, stranger.frames);
  ck_assert_uint_eq (39, stranger.topic.number);
  for (int i = 0; i < 40; i++)
    MQTT_offer_destroy (many[i].offer);
  GNUNET_free (name);
}
END_TEST


START_TEST (put_off_and_offered_again)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_LinkRefuse refuse = { .why = MQTT_LINK_TOO_MANY };
  struct Offered a;

  offer (&a, "a");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  refuse.number = stranger.topic.number;
  refuse.epoch = stranger.topic.epoch;
  MQTT_link_put_refuse (outbox, &refuse);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  for (int i = 0; i < 58; i++)
  {
    fake_stranger_say (&stranger, MQTT_LINK_PING, NULL, 0);
    fake_time_pass (1000);
  }
  ck_assert_uint_eq (1, counted (MQTT_COUNT_QUESTIONS_SENT));
  fake_stranger_say (&stranger, MQTT_LINK_PING, NULL, 0);
  fake_time_pass (3000);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_QUESTIONS_SENT));
  answer (stranger.topic.number, stranger.topic.epoch, true);
  ck_assert (MQTT_offer_is_wanted (a.offer));
  MQTT_offer_destroy (a.offer);
}
END_TEST


/* Nor with answers that change all the time. */
START_TEST (reviews_wait_for_room)
{
  const struct MQTT_Outbox *outbox;
  struct MQTT_Subscription *subscription = NULL;
  char name[16];

  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  outbox = MQTT_destination_outbox (
    fake_peer_link (peer, &stranger.node)->destination);
  for (uint32_t i = 0; i < 64; i++)
  {
    GNUNET_snprintf (name, sizeof (name), "%u", i);
    fake_stranger_ask (&stranger, i, name);
  }
  stranger.node.deaf = true;
  for (int i = 0; i < 501; i++)
  {
    if (0 == i % 2)
      subscription = fake_peer_subscribe (peer, "#");
    else
      fake_peer_unsubscribe (peer, subscription);
    fake_time_pass (10);
    ck_assert_uint_lt (MQTT_outbox_bytes (outbox), 30000);
  }
  memset (stranger.heard, 0, sizeof (stranger.heard));
  fake_node_wake (&stranger.node);
  fake_time_pass (200);
  ck_assert_uint_eq (0, stranger.closed);
  ck_assert_uint_eq (0, MQTT_outbox_bytes (outbox));
  for (uint32_t i = 0; i < 64; i++)
    ck_assert_uint_eq (1, stranger.wanted[i]);
  fake_peer_unsubscribe (peer, subscription);
}
END_TEST


/* What a peer names is bounded; who is in no group is wanted for all the same. */
START_TEST (names_more_groups_than_are_kept)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  static const struct MQTT_LinkGroup names[2] = { { "group 1" },
                                                  { "group 2" } };
  struct MQTT_LinkWant want = {
    .epoch = 1,
    .plain = true,
    .groups = { .names = names, .count = 2 },
  };
  struct Offered many[3];

  peer->options.link_topic_memory = 2 * (8 + 2 * sizeof (names[0]));
  for (uint32_t i = 0; i < 3; i++)
    offer (&many[i], (0 == i) ? "a" : (1 == i) ? "b" : "c");
  fake_time_pass (5);
  fake_stranger_hello (&stranger);
  for (want.number = 0; want.number < 3; want.number++)
    MQTT_link_put_want (outbox, &want);
  fake_stranger_send (&stranger, outbox);
  for (uint32_t i = 0; i < 3; i++)
  {
    ck_assert (MQTT_offer_is_wanted (many[i].offer));
    ck_assert (MQTT_offer_is_plain (many[i].offer));
    ck_assert_uint_eq (1, many[i].wanted);
    ck_assert_int_eq (i < 2, NULL != MQTT_offer_groups (many[i].offer));
  }
  ck_assert_uint_eq (1, counted (MQTT_COUNT_GROUPS_REFUSED));
  /* One less leaves room for others; nothing new is nothing to tell. */
  want.number = 0;
  want.groups.count = 0;
  MQTT_link_put_want (outbox, &want);
  MQTT_link_put_want (outbox, &want);
  want.number = 2;
  want.groups.count = 2;
  MQTT_link_put_want (outbox, &want);
  fake_stranger_send (&stranger, outbox);
  ck_assert_uint_eq (2, many[0].wanted);
  ck_assert_uint_eq (2, many[2].wanted);
  ck_assert_ptr_null (MQTT_offer_groups (many[0].offer));
  ck_assert_uint_eq (2, MQTT_offer_groups (many[2].offer)->count);
  MQTT_outbox_destroy (outbox);
  for (uint32_t i = 0; i < 3; i++)
    MQTT_offer_destroy (many[i].offer);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("offers");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, question_answer_messages);
  tcase_add_test (tc, repeated_want_says_nothing_new);
  tcase_add_test (tc, number_is_used_again);
  tcase_add_test (tc, epoch_zero_was_never_asked);
  tcase_add_test (tc, lost_and_asked_again);
  tcase_add_test (tc, as_many_as_may_be);
  tcase_add_test (tc, larger_than_the_peer_takes);
  tcase_add_test (tc, questions_wait_for_room);
  tcase_add_test (tc, names_more_groups_than_are_kept);
  tcase_add_test (tc, put_off_and_offered_again);
  tcase_add_test (tc, reviews_wait_for_room);
  return tc;
}


int
main (void)
{
  return run_cases ("offers", cases ());
}
