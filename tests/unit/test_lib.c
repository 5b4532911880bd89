/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib.c
 * @brief Tests of the library with a fake service: publications.
 */
#include "lib_fixture.h"


static void
publish_three (struct LibFixture *f)
{
  publish (f, 0, "a", "1");
  publish (f, 1, "b", "2");
  publish (f, 2, "a", "3");
}


static void
answer_two_and_one (struct LibFixture *f)
{
  fake_answer (&f->service, 2, GNUNET_MQTT_SUCCESS);
  fake_answer (&f->service, 1, GNUNET_MQTT_QUOTA_EXCEEDED);
}


START_TEST (answers_in_order)
{
  static const struct Step steps[] = {
    { "", "", &publish_three },
    { "hello|publish a=1|publish b=2|publish a=3|",
      "up|",
      &answer_two_and_one },
    { "", "1 00|2 00|3 97|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
start_service (struct LibFixture *f)
{
  fake_start (&f->service, f->cfg);
}


START_TEST (waits_for_the_service)
{
  static const struct Step steps[] = { { "", "", &publish_three },
                                       { "", "", &start_service },
                                       { "hello|publish a=1|publish "
                                         "b=2|publish a=3|",
                                         "up|",
                                         NULL } };
  static struct LibFixture f = { .late = true };

  run_steps (&f, steps);
}
END_TEST


static void
publish_next (struct LibFixture *f)
{
  f->in_callback = NULL;
  publish (f, 1, "a", "2");
}


static void
publish_one (struct LibFixture *f)
{
  publish (f, 0, "a", "1");
  f->in_callback = &publish_next;
}


static void
answer_one (struct LibFixture *f)
{
  fake_answer (&f->service, 1, GNUNET_MQTT_SUCCESS);
}


START_TEST (continuation_may_publish)
{
  static const struct Step steps[] = { { "hello|", "up|", &publish_one },
                                       { "publish a=1|", "", &answer_one },
                                       { "publish a=2|", "1 00|", &answer_one },
                                       { "", "2 00|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
cancel_second (struct LibFixture *f)
{
  GNUNET_MQTT_publish_cancel (f->publications[1]);
  answer_two_and_one (f);
}


/** The answers to those around it are not shifted. */
START_TEST (cancelled_when_sent)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &publish_three },
    { "publish a=1|publish b=2|publish a=3|", "", &cancel_second },
    { "", "1 00|3 97|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
publish_three_cancel_one (struct LibFixture *f)
{
  publish_three (f);
  GNUNET_MQTT_publish_cancel (f->publications[1]);
}


START_TEST (cancelled_before_it_is_sent)
{
  static const struct Step steps[] = {
    { "", "", &publish_three_cancel_one },
    { "hello|publish a=1|publish a=3|", "up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
publish_large_between (struct LibFixture *f)
{
  publish (f, 0, "a", "1");
  publish (f, 1, "a", "too large");
  publish (f, 2, "a", "2");
}


static void
answer_both (struct LibFixture *f)
{
  ck_assert_str_eq ("", f->told.text);
  fake_answer (&f->service, 2, GNUNET_MQTT_SUCCESS);
}


/** Such a frame would end the connection. */
START_TEST (too_large_for_the_service)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &publish_large_between },
    { "publish a=1|publish a=2|", "", &answer_both },
    { "", "1 00|too large 95|2 00|", NULL }
  };
  static struct LibFixture f = { .service.hello.maximum_payload = 5 };

  run_steps (&f, steps);
}
END_TEST


static void
publish_large_first (struct LibFixture *f)
{
  publish (f, 0, "a", "too large");
  ck_assert_str_eq ("", f->told.text);
}


START_TEST (too_large_is_answered_alone)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &publish_large_first },
    { "", "too large 95|", NULL }
  };
  static struct LibFixture f = { .service.hello.maximum_payload = 5 };

  run_steps (&f, steps);
}
END_TEST


static void
publish_again (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct LibFixture *f = cls;
  const struct GNUNET_MQTT_Message message = { .topic = "a",
                                               .topic_size = 1,
                                               .payload = "too large",
                                               .payload_size = 9 };

  ck_assert_uint_eq (GNUNET_MQTT_PACKET_TOO_LARGE, reason);
  ck_assert_ptr_nonnull (
    GNUNET_MQTT_publish (f->mqtt, &message, &publish_again, f));
}


static void
publish_stubbornly (struct LibFixture *f)
{
  publish_again (f, GNUNET_MQTT_PACKET_TOO_LARGE);
  publish (f, 0, "a", "1");
}


/** Who never stops to publish what is refused does not stop the rest. */
START_TEST (too_large_again_and_again)
{
  static const struct Step steps[] = { { "hello|", "up|", &publish_stubbornly },
                                       { "publish a=1|", "", &answer_one },
                                       { "", "1 00|", NULL } };
  static struct LibFixture f = { .service.hello.maximum_payload = 5 };

  run_steps (&f, steps);
}
END_TEST


static void
publish_expiring (struct LibFixture *f)
{
  const struct GNUNET_MQTT_Message message = {
    .topic = "a",
    .topic_size = 1,
    .expiry = GNUNET_TIME_UNIT_MICROSECONDS
  };

  ck_assert_ptr_nonnull (
    GNUNET_MQTT_publish (f->mqtt, &message, &told_answer, who (f, "expired")));
  publish (f, 1, "a", "1");
}


static void
answer_two (struct LibFixture *f)
{
  fake_answer (&f->service, 2, GNUNET_MQTT_SUCCESS);
}


/** The service is asked about it all the same, for it answers by counting. */
START_TEST (expired_is_answered_too)
{
  static const struct Step steps[] = {
    { "", "", &publish_expiring },
    { "hello|publish a= expires|publish a=1|", "up|", &answer_two },
    { "", "expired 00|1 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/** A message is taken, or not, for a reason that is told. */
static void
expect (struct LibFixture *f,
        const struct GNUNET_MQTT_Message *message,
        enum GNUNET_MQTT_ReasonCode reason)
{
  struct GNUNET_MQTT_Publication *publication = GNUNET_MQTT_publish (
    f->mqtt,
    message,
    &told_answer,
    who (f, "taken"));

  ck_assert_int_eq (reason, GNUNET_MQTT_message_check (message));
  ck_assert_int_eq (GNUNET_MQTT_SUCCESS == reason, NULL != publication);
  if (NULL != publication)
    GNUNET_MQTT_publish_cancel (publication);
}


static void
publish_illegal (struct LibFixture *f)
{
  const struct GNUNET_MQTT_Message good = full_message ();
  static struct GNUNET_MQTT_UserProperty many[1025];
  static char large[65535];
  static char too_long[65536];
  struct GNUNET_MQTT_Message bad;

  expect (f, &good, GNUNET_MQTT_SUCCESS);
  bad = good;
  bad.topic = "+";
  expect (f, &bad, GNUNET_MQTT_TOPIC_NAME_INVALID);
  bad = good;
  bad.topic_size = 0;
  expect (f, &bad, GNUNET_MQTT_TOPIC_NAME_INVALID);
  bad = good;
  bad.qos = 3;
  expect (f, &bad, GNUNET_MQTT_MALFORMED_PACKET);
  bad = good;
  bad.payload_format = 2;
  expect (f, &bad, GNUNET_MQTT_PROTOCOL_ERROR);
  bad = good;
  bad.payload_size = UINT32_MAX;
  expect (f, &bad, GNUNET_MQTT_PACKET_TOO_LARGE);
  bad = good;
  bad.content_type = "\xff...";
  expect (f, &bad, GNUNET_MQTT_MALFORMED_PACKET);
  bad = good;
  bad.response_topic = "r/#";
  expect (f, &bad, GNUNET_MQTT_PROTOCOL_ERROR);
  memset (large, 'x', sizeof (large));
  for (unsigned int i = 0; i < 1025; i++)
    many[i] = good.user_properties[0];
  bad = good;
  bad.user_properties = many;
  bad.user_property_count = 1025;
  expect (f, &bad, GNUNET_MQTT_PACKET_TOO_LARGE);
  for (unsigned int i = 0; i < 4; i++)
    many[i].value = large;
  for (unsigned int i = 0; i < 4; i++)
    many[i].value_size = sizeof (large);
  bad.user_property_count = 4;
  expect (f, &bad, GNUNET_MQTT_PACKET_TOO_LARGE);
  bad.user_property_count = 3;
  expect (f, &bad, GNUNET_MQTT_SUCCESS);
  bad.correlation_data = too_long;
  bad.correlation_data_size = sizeof (too_long);
  expect (f, &bad, GNUNET_MQTT_MALFORMED_PACKET);
}


static void
subscribe_illegal (struct LibFixture *f)
{
  struct GNUNET_MQTT_SubscribeOptions options = { .qos = 3 };

  ck_assert_ptr_null (GNUNET_MQTT_subscribe (f->mqtt,
                                             "a#",
                                             2,
                                             NULL,
                                             &told_answer,
                                             &told_message,
                                             f));
  ck_assert_ptr_null (GNUNET_MQTT_subscribe (f->mqtt,
                                             "a",
                                             1,
                                             &options,
                                             &told_answer,
                                             &told_message,
                                             f));
  options.qos = 0;
  options.retain_handling = 3;
  ck_assert_ptr_null (GNUNET_MQTT_subscribe (f->mqtt,
                                             "a",
                                             1,
                                             &options,
                                             &told_answer,
                                             &told_message,
                                             f));
}


START_TEST (refuses_what_is_not_legal)
{
  static const struct Step steps[] = { { "", "", &publish_illegal },
                                       { "", "", &subscribe_illegal },
                                       { "hello|", "up|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
disconnect_in_answer (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  answer_two_and_one (f);
}


START_TEST (answer_may_disconnect)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &publish_three },
    { "publish a=1|publish b=2|publish a=3|", "", &disconnect_in_answer },
    { "", "1 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
arm_disconnect (struct LibFixture *f)
{
  f->in_callback = &disconnect;
}


START_TEST (status_may_disconnect)
{
  static const struct Step steps[] = { { "", "", &arm_disconnect },
                                       { "hello|", "up|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib");

  tcase_add_test (cases, answers_in_order);
  tcase_add_test (cases, waits_for_the_service);
  tcase_add_test (cases, continuation_may_publish);
  tcase_add_test (cases, cancelled_when_sent);
  tcase_add_test (cases, cancelled_before_it_is_sent);
  tcase_add_test (cases, too_large_for_the_service);
  tcase_add_test (cases, too_large_is_answered_alone);
  tcase_add_test (cases, too_large_again_and_again);
  tcase_add_test (cases, expired_is_answered_too);
  tcase_add_test (cases, refuses_what_is_not_legal);
  tcase_add_test (cases, answer_may_disconnect);
  tcase_add_test (cases, status_may_disconnect);
  return run_cases ("lib", cases);
}
