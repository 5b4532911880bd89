/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_subscribe.c
 * @brief Tests of the library with a fake service: what is delivered to whom.
 */
#include "lib_fixture.h"


static void
subscribe_two (struct LibFixture *f)
{
  subscribe (f, 0, "a/#", "x");
  subscribe (f, 1, "+/b", "y");
}


static void
deliver_two (struct LibFixture *f)
{
  fake_grant (&f->service, 1, GNUNET_MQTT_SUCCESS);
  fake_grant (&f->service, 2, GNUNET_MQTT_GRANTED_QOS_1);
  fake_name (&f->service, 7, "a/b");
  fake_say (&f->service, 7, 2, "1");
  fake_say (&f->service, 7, 1, "2");
}


START_TEST (delivers_to_each)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &subscribe_two },
    { "subscribe 1 a/#|subscribe 2 +/b|", "", &deliver_two },
    { "", "x 00|y 01|x got a/b=1 #1|y got a/b=1 #1|x got a/b=2 #2|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/** What full_message() says, and that it says no more. */
static void
told_full_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  const struct Who *who = cls;
  struct GNUNET_MQTT_Message expected = full_message ();

  ck_assert_uint_eq (expected.payload_size, message->payload_size);
  ck_assert_mem_eq (expected.payload, message->payload, 3);
  ck_assert_uint_eq (0, message->qos);
  ck_assert (message->retain);
  ck_assert_uint_eq (1, message->payload_format);
  ck_assert (message->has_payload_format && message->has_expiry);
  ck_assert_uint_gt (message->expiry.rel_value_us, 0);
  ck_assert_uint_le (message->expiry.rel_value_us,
                     expected.expiry.rel_value_us);
  ck_assert_uint_eq (expected.content_type_size, message->content_type_size);
  ck_assert_mem_eq (expected.content_type, message->content_type, 4);
  ck_assert_uint_eq (expected.response_topic_size,
                     message->response_topic_size);
  ck_assert_mem_eq (expected.response_topic, message->response_topic, 3);
  ck_assert_uint_eq (expected.correlation_data_size,
                     message->correlation_data_size);
  ck_assert_mem_eq (expected.correlation_data, message->correlation_data, 2);
  ck_assert_uint_eq (2, message->user_property_count);
  ck_assert_uint_eq (1, message->user_properties[0].value_size);
  ck_assert_mem_eq ("v", message->user_properties[0].value, 1);
  ck_assert_uint_eq (0, message->user_properties[1].value_size);
  note (&who->f->told, "%s got it all", who->name);
}


/**
 * Subscribe, and publish: the fake service hands back what it was given.
 */
static void
publish_full (struct LibFixture *f)
{
  const struct GNUNET_MQTT_Message message = full_message ();

  f->service.echo = 1;
  GNUNET_MQTT_subscribe (f->mqtt,
                         "a",
                         1,
                         NULL,
                         NULL,
                         &told_full_message,
                         who (f, "x"));
  GNUNET_MQTT_publish (f->mqtt, &message, &told_answer, who (f, "full"));
}


/** What is said is said also where it is 0, and only then. */
static void
told_zeros (void *cls, const struct GNUNET_MQTT_Message *message)
{
  const struct Who *who = cls;

  ck_assert_uint_eq (0, message->payload_format);
  note (&who->f->told,
        "%s %.*s:%s%s",
        who->name,
        (int)message->payload_size,
        (const char *)message->payload,
        message->has_payload_format ? " format" : "",
        message->has_expiry ? " expires" : "");
  ck_assert_int_eq (message->has_expiry,
                    !GNUNET_TIME_relative_is_zero (message->expiry));
}


static void
publish_zeros (struct LibFixture *f)
{
  struct GNUNET_MQTT_Message message = { .topic = "a",
                                         .topic_size = 1,
                                         .payload = "1",
                                         .payload_size = 1,
                                         .has_payload_format = true,
                                         .has_expiry = true };

  f->service.echo = 1;
  GNUNET_MQTT_subscribe (f->mqtt,
                         "a",
                         1,
                         NULL,
                         NULL,
                         &told_zeros,
                         who (f, "x"));
  GNUNET_MQTT_publish (f->mqtt, &message, NULL, NULL);
  message.payload = "2";
  message.expiry = GNUNET_TIME_UNIT_HOURS;
  GNUNET_MQTT_publish (f->mqtt, &message, NULL, NULL);
  message.payload = "3";
  message.expiry = GNUNET_TIME_UNIT_ZERO;
  message.has_payload_format = message.has_expiry = false;
  GNUNET_MQTT_publish (f->mqtt, &message, NULL, NULL);
  message.payload = "4";
  message.has_expiry = true;
  message.expiry = GNUNET_TIME_UNIT_FOREVER_REL;
  GNUNET_MQTT_publish (f->mqtt, &message, NULL, NULL);
}


START_TEST (carries_zeros)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &publish_zeros },
    /* The first one has no time left. */
    { "subscribe 1 a|publish a=1 expires|publish a=2 expires|publish a=3|"
      "publish a=4|",
      "x 2: format expires|x 3:|x 4:|",
      NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


START_TEST (carries_everything)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &publish_full },
    { "subscribe 1 a|publish a=x expires|", "x got it all|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
deliver_ungranted (struct LibFixture *f)
{
  fake_grant (&f->service, 1, GNUNET_MQTT_QUOTA_EXCEEDED);
  fake_name (&f->service, 7, "a/b");
  fake_say (&f->service, 7, 2, "1");
  fake_grant (&f->service, 2, GNUNET_MQTT_SUCCESS);
  fake_say (&f->service, 7, 2, "2");
}


START_TEST (delivers_to_granted_only)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &subscribe_two },
    { "subscribe 1 a/#|subscribe 2 +/b|", "", &deliver_ungranted },
    { "", "x 97|y 00|y got a/b=2 #2|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
unsubscribe_both (struct LibFixture *f)
{
  GNUNET_MQTT_unsubscribe (f->subscriptions[0]);
  GNUNET_MQTT_unsubscribe (f->subscriptions[1]);
}


static void
grant_and_deliver (struct LibFixture *f)
{
  fake_grant (&f->service, 1, GNUNET_MQTT_SUCCESS);
  fake_grant (&f->service, 2, GNUNET_MQTT_SUCCESS);
  fake_name (&f->service, 7, "a/b");
  fake_say (&f->service, 7, 2, "1");
}


static void
deliver_armed (struct LibFixture *f)
{
  f->in_callback = &unsubscribe_both;
  fake_name (&f->service, 7, "a/b");
  fake_say (&f->service, 7, 2, "2");
}


START_TEST (callback_may_unsubscribe_both)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &subscribe_two },
    { "subscribe 1 a/#|subscribe 2 +/b|", "", &grant_and_deliver },
    { "", "x 00|y 00|x got a/b=1 #1|y got a/b=1 #1|", &deliver_armed },
    { "unsubscribe 1|unsubscribe 2|", "x got a/b=2 #2|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
disconnect_in_next (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  grant_and_deliver (f);
}


START_TEST (grant_may_disconnect)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &subscribe_two },
    { "subscribe 1 a/#|subscribe 2 +/b|", "", &disconnect_in_next },
    { "", "x 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
disconnect_in_message (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  fake_say (&f->service, 7, 2, "2");
}


START_TEST (message_may_disconnect)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &subscribe_two },
    { "subscribe 1 a/#|subscribe 2 +/b|", "", &grant_and_deliver },
    { "", "x 00|y 00|x got a/b=1 #1|y got a/b=1 #1|", &disconnect_in_message },
    { "", "x got a/b=2 #2|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_subscribe");

  tcase_add_test (cases, delivers_to_each);
  tcase_add_test (cases, carries_everything);
  tcase_add_test (cases, carries_zeros);
  tcase_add_test (cases, delivers_to_granted_only);
  tcase_add_test (cases, callback_may_unsubscribe_both);
  tcase_add_test (cases, grant_may_disconnect);
  tcase_add_test (cases, message_may_disconnect);
  return run_cases ("lib_subscribe", cases);
}
