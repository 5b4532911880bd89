/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_session_subscribe.c
 * @brief Tests of the library with a fake service: subscriptions of a session.
 */
#include "lib_session_fixture.h"


static void
open_and_subscribe (struct LibFixture *f)
{
  open_me (f);
  session_subscribe (f, "a/#", 7);
  session_subscribe (f, "$share/g/b", 0);
  session_unsubscribe (f, "c");
}


static void
grant_both (struct LibFixture *f)
{
  say_subscribed (f, GNUNET_MQTT_GRANTED_QOS_2);
  say_unsubscribed (f, GNUNET_MQTT_NO_SUBSCRIPTION_EXISTED);
  say_subscribed (f, GNUNET_MQTT_GRANTED_QOS_1);
}


static void
ask_more (struct LibFixture *f)
{
  session_subscribe (f, "d", 0);
  session_unsubscribe (f, "a/#");
}


/** What was not answered is asked again; the service has the rest. */
START_TEST (asks_again_in_the_same_session)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_and_subscribe },
    { "open 1 me 0s 65535|", "", &say_new },
    { "subscribe 1/7 a/# 2|subscribe 1/0 $share/g/b 2|unsubscribe 1 c|",
      "me opened 20|",
      &grant_both },
    { "", "a/# 02|end 11|$share/g/b 01|", &ask_more },
    { "subscribe 1/0 d 2|unsubscribe 1 a/#|", "", &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_present },
    { "subscribe 1/0 d 2|unsubscribe 1 a/#|", "me opened present 20|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
replace_and_end (struct LibFixture *f)
{
  session_subscribe (f, "a/#", 9);
  session_subscribe (f, "$share/g/b", 8);
  session_unsubscribe (f, "$share/g/b");
  say_subscribed (f, GNUNET_MQTT_GRANTED_QOS_2);
  say_subscribed (f, GNUNET_MQTT_QUOTA_EXCEEDED);
  say_unsubscribed (f, GNUNET_MQTT_SUCCESS);
}


static void
grant_one (struct LibFixture *f)
{
  say_subscribed (f, GNUNET_MQTT_GRANTED_QOS_2);
}


/** In another session all that holds is asked again, as it is by now. */
START_TEST (subscribes_anew_in_another_session)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_and_subscribe },
    { "open 1 me 0s 65535|", "", &say_new },
    { NULL, "me opened 20|", &grant_both },
    { "", "a/# 02|end 11|$share/g/b 01|", &replace_and_end },
    { "subscribe 1/9 a/# 2|subscribe 1/8 $share/g/b 2|unsubscribe 1 "
      "$share/g/b|",
      "a/# 02|$share/g/b 97|end 00|",
      &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_new },
    { "subscribe 1/9 a/# 2|", "me opened 20|", &grant_one },
    { "", "a/# 02|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
refuse_replacement (struct LibFixture *f)
{
  session_subscribe (f, "a/#", 9);
  say_subscribed (f, GNUNET_MQTT_QUOTA_EXCEEDED);
}


/** A refusal leaves the subscription that was there. */
START_TEST (refused_replacement)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_and_subscribe },
    { "open 1 me 0s 65535|", "", &say_new },
    { NULL, "me opened 20|", &grant_both },
    { "", "a/# 02|end 11|$share/g/b 01|", &refuse_replacement },
    { "subscribe 1/9 a/# 2|", "a/# 97|", &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_new },
    { NULL, "me opened 20|", &grant_both },
    { "", NULL, NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
leave_when_granted (struct LibFixture *f)
{
  f->in_callback = &leave_me;
  grant_both (f);
}


START_TEST (answer_may_leave)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_and_subscribe },
    { "open 1 me 0s 65535|", "", &say_new },
    { NULL, "me opened 20|", &leave_when_granted },
    { "close 1 00|", "a/# 02|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
  ck_assert_uint_eq (1, f.service.connections);
}
END_TEST


static void
open_packets (struct LibFixture *f)
{
  session_options.acknowledge = GNUNET_MQTT_ACKNOWLEDGE_PACKETS;
  open_and_subscribe (f);
}


static void
lose_packets (struct LibFixture *f)
{
  ask_more (f);
  drop_connection (f);
}


START_TEST (packets_pass)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_packets },
    { "open 1 me 0s 65535 again|", "", &say_new },
    { "subscribe 1/7 a/# 2|subscribe 1/0 $share/g/b 2|unsubscribe 1 c|",
      "me opened 20|",
      &grant_both },
    { "", "a/# 02|end 11|$share/g/b 01|", &lose_packets },
    { NULL, "down|me closed 88|d 88|end 88|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
subscribe_illegal (struct LibFixture *f)
{
  struct GNUNET_MQTT_SubscribeOptions options = { .no_local = true };

  open_me (f);
  ck_assert_int_eq (
    GNUNET_SYSERR,
    GNUNET_MQTT_session_subscribe (sessions[0], "a#", 2, NULL, NULL, NULL));
  ck_assert_int_eq (
    GNUNET_SYSERR,
    GNUNET_MQTT_session_unsubscribe (sessions[0], "a#", 2, NULL, NULL));
  ck_assert_int_eq (GNUNET_SYSERR,
                    GNUNET_MQTT_session_subscribe (sessions[0],
                                                   "$share/g/a",
                                                   10,
                                                   &options,
                                                   NULL,
                                                   NULL));
  options.no_local = false;
  options.identifier = 268435456;
  ck_assert_int_eq (
    GNUNET_SYSERR,
    GNUNET_MQTT_session_subscribe (sessions[0], "a", 1, &options, NULL, NULL));
  options.identifier--;
  ck_assert_int_eq (
    GNUNET_OK,
    GNUNET_MQTT_session_subscribe (sessions[0], "a", 1, &options, NULL, NULL));
}


START_TEST (illegal_requests)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &subscribe_illegal },
    { "open 1 me 0s 65535|", "", &say_new },
    { "subscribe 1/268435455 a 0|", "me opened 20|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_session_subscribe");

  tcase_add_test (cases, asks_again_in_the_same_session);
  tcase_add_test (cases, subscribes_anew_in_another_session);
  tcase_add_test (cases, refused_replacement);
  tcase_add_test (cases, answer_may_leave);
  tcase_add_test (cases, packets_pass);
  tcase_add_test (cases, illegal_requests);
  return run_cases ("lib_session_subscribe", cases);
}
