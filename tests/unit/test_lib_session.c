/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_session.c
 * @brief Tests of the library with a fake service: sessions begin and end.
 */
#include "lib_session_fixture.h"


static void
open_two (struct LibFixture *f)
{
  const struct GNUNET_MQTT_Will will = {
    .message = { .topic = "w/t",
                 .topic_size = 3,
                 .payload = "gone",
                 .payload_size = 4,
                 .qos = 1,
                 .retain = true,
                 .expiry = GNUNET_TIME_UNIT_MINUTES },
    .delay = { .rel_value_us = 1500 * 1000 }
  };

  session_options.expiry = GNUNET_TIME_UNIT_HOURS;
  session_options.will = &will;
  session_options.clean_start = true;
  session_options.receive_maximum = 7;
  open_session (f, 0, "me");
  memset (&session_options, 0, sizeof (session_options));
  session_options.expiry = GNUNET_TIME_UNIT_FOREVER_REL;
  open_session (f, 1, "you");
}


static void
answer_two (struct LibFixture *f)
{
  say_opened (f, 2, GNUNET_MQTT_SUCCESS, true, 5);
  say_opened (f, 1, GNUNET_MQTT_SUCCESS, false, 20);
}


/** After a reconnect a clean start would lose what was kept, and a new client what
    is under way. */
START_TEST (opens_and_opens_again)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_two },
    { "open 1 me 3600s 7 clean|will w/t=gone 2s 1 retain expires|"
      "open 2 you 4294967295s 65535|",
      "",
      &drop_connection },
    { "hello|open 1 me 3600s 7 clean|will w/t=gone 2s 1 retain expires|"
      "open 2 you 4294967295s 65535|",
      "down|up|",
      &answer_two },
    { "", "you opened present 5|me opened 20|", &drop_connection },
    { "hello|open 1 me 3600s 7 again|will w/t=gone 2s 1 retain expires|"
      "open 2 you 4294967295s 65535 again|",
      "down|up|",
      NULL }
  };
  static struct LibFixture f = { .service.hello.maximum_qos = 2,
                                 .service.hello.retain_available = true };

  run_steps (&f, steps);
}
END_TEST


static void
refuse_first (struct LibFixture *f)
{
  say_opened (f, 1, GNUNET_MQTT_CLIENT_IDENTIFIER_NOT_VALID, false, 20);
}


static void
open_and_ask (struct LibFixture *f)
{
  open_me (f);
  session_publish (f, 1, "1");
  session_subscribe (f, "a/#", 0);
}


/** All that was asked for is answered, before and after. */
static void
ask_the_refused (struct LibFixture *f)
{
  session_publish (f, 0, "2");
  session_subscribe (f, "b", 0);
  session_unsubscribe (f, "b");
}


START_TEST (refused)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_and_ask },
    { "open 1 me 0s 65535|", "", &refuse_first },
    { "", "me closed 85|1 85|a/# 85|", &ask_the_refused },
    { "", "2 85|b 85|end 85|", &leave_me },
    { "", "left 00|", &drop_connection },
    { "hello|", "down|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
take_over (struct LibFixture *f)
{
  session_publish (f, 2, "1");
  say_closed (f, 1, GNUNET_MQTT_SESSION_TAKEN_OVER);
  /* Crosses what the application says. */
  say_ack (f, MQTT_IPC_PUBREC, 1, GNUNET_MQTT_SUCCESS);
}


/** Who has lost a session does not fight for it. */
START_TEST (taken_over)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &take_over },
    { "publish 1/1 a=1|", "me closed 8e|1 8e|", &drop_connection },
    { "hello|", "down|up|", &leave_me },
    { "", "left 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
leave_with_will (struct LibFixture *f)
{
  const struct GNUNET_TIME_Relative expiry = GNUNET_TIME_UNIT_MINUTES;

  session_publish (f, 1, "1");
  session_subscribe (f, "a", 0);
  GNUNET_MQTT_session_close (sessions[0],
                             GNUNET_MQTT_DISCONNECT_WITH_WILL,
                             &expiry,
                             &told_answer,
                             who (f, "left"));
  say_ack (f, MQTT_IPC_PUBACK, 1, GNUNET_MQTT_SUCCESS);
}


static void
say_left (struct LibFixture *f)
{
  say_closed (f, 1, GNUNET_MQTT_SUCCESS);
}


/** Nothing but the answer is told to who has left. */
START_TEST (leaves)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &leave_with_will },
    { "publish 1/1 a=1|subscribe 1/0 a 2|close 1 04 60s|", "", &say_left },
    { "", "left 00|", &open_me },
    { "open 2 me 0s 65535|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
open_and_leave (struct LibFixture *f)
{
  open_me (f);
  leave_me (f);
}


static void
leave_when_down (struct LibFixture *f)
{
  f->in_callback = &leave_me;
  drop_connection (f);
}


START_TEST (leaves_before_it_is_open)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_and_leave },
    { "open 1 me 0s 65535|close 1 00|", "", &say_new },
    { "", "", &say_left },
    { "", "left 00|", &open_and_leave },
    { "open 2 me 0s 65535|close 2 00|", "", &drop_connection },
    { "hello|", "down|left 88|up|", &open_me },
    /* The service may have it. */
    { "open 3 me 0s 65535|", "", &leave_when_down },
    { "hello|", "down|left 88|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/** Without a connection there is nobody to tell. */
START_TEST (leaves_before_there_is_a_connection)
{
  static const struct Step steps[] = { { "", "", &open_and_leave },
                                       { "hello|", "left 00|up|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
leave_in_next (struct LibFixture *f)
{
  f->in_callback = &leave_me;
  say_new (f);
}


static void
leave_in_closed (struct LibFixture *f)
{
  session_publish (f, 1, "1");
  f->in_callback = &leave_me;
  say_closed (f, 2, GNUNET_MQTT_SESSION_TAKEN_OVER);
}


static void
say_left_and_open (struct LibFixture *f)
{
  say_left (f);
  open_me (f);
  say_opened (f, 2, GNUNET_MQTT_SUCCESS, false, 20);
}


START_TEST (callbacks_may_leave)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &leave_in_next },
    { "close 1 00|", "me opened 20|", &say_left_and_open },
    { "open 2 me 0s 65535|", "left 00|me opened 20|", &leave_in_closed },
    { "publish 2/1 a=1|", "me closed 8e|left 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
disconnect_in_next (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  say_new (f);
}


static void
disconnect_in_left (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  say_left (f);
}


START_TEST (callbacks_may_disconnect)
{
  static const struct Step opened[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &disconnect_in_next },
    { "", "me opened 20|", NULL }
  };
  static const struct Step left[] = {
    { "hello|", "up|", &open_and_leave },
    { "open 1 me 0s 65535|close 1 00|", "", &disconnect_in_left },
    { "", "left 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, (0 == _i) ? opened : left);
}
END_TEST


START_TEST (another_version)
{
  static const struct Step steps[] = {
    { "", "", &open_and_ask },
    { "hello|", "failed|me closed 84|1 84|a/# 84|", &leave_me },
    { "", "left 00|", &open_me },
    { "", "me closed 84|", NULL }
  };
  static struct LibFixture f = { .service.hello.version = 99 };

  run_steps (&f, steps);
}
END_TEST


/** The service would end the connection that brings it. */
static void
open_with_large_will (struct LibFixture *f)
{
  const struct GNUNET_MQTT_Will will = { .message = { .topic = "w",
                                                      .topic_size = 1,
                                                      .payload = "12345",
                                                      .payload_size = 5 } };

  session_options.will = &will;
  open_me (f);
  session_options.will = NULL;
}


START_TEST (will_too_large)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_with_large_will },
    { "", "me closed 95|", NULL }
  };
  static struct LibFixture f = { .service.hello.maximum_payload = 4 };

  run_steps (&f, steps);
}
END_TEST


static void
open_illegal (struct LibFixture *f)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks;
  static char longest[GNUNET_MQTT_CLIENT_ID_MAX + 1];
  struct GNUNET_MQTT_Will will = { .message = { .topic = "+",
                                                .topic_size = 1 } };
  struct GNUNET_MQTT_SessionOptions options = { .client_id = "" };

  memset (longest, 'x', sizeof (longest));
  ck_assert_ptr_null (
    GNUNET_MQTT_session_open (f->mqtt, &options, &callbacks, NULL));
  options.client_id = "\xff";
  options.client_id_size = 1;
  ck_assert_ptr_null (
    GNUNET_MQTT_session_open (f->mqtt, &options, &callbacks, NULL));
  options.client_id = longest;
  options.client_id_size = sizeof (longest);
  ck_assert_ptr_null (
    GNUNET_MQTT_session_open (f->mqtt, &options, &callbacks, NULL));
  options.client_id_size--;
  options.will = &will;
  ck_assert_ptr_null (
    GNUNET_MQTT_session_open (f->mqtt, &options, &callbacks, NULL));
  will.message.topic = "a";
  will.message.qos = 3;
  ck_assert_ptr_null (
    GNUNET_MQTT_session_open (f->mqtt, &options, &callbacks, NULL));
  will.message.qos = 2;
  ck_assert_ptr_nonnull (
    GNUNET_MQTT_session_open (f->mqtt, &options, &callbacks, NULL));
}


START_TEST (illegal_options)
{
  static const struct Step steps[] = { { "", "", &open_illegal },
                                       { NULL, "up|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/* ------------------------- a service that lies ------------------------- */

static void
say_opened_twice (struct LibFixture *f)
{
  say_new (f);
  say_new (f);
}


static void
say_published_more (struct LibFixture *f)
{
  say_new (f);
  session_publish (f, 1, "1");
  say_published (f, 1, GNUNET_MQTT_SUCCESS);
}


static void
say_subscribed_more (struct LibFixture *f)
{
  say_new (f);
  say_subscribed (f, GNUNET_MQTT_SUCCESS);
}


static void
say_without_name (struct LibFixture *f)
{
  say_new (f);
  say_message (f, 1, 1, false, "x");
}


static void (*const lies[]) (struct LibFixture *f) = {
  &say_opened_twice,
  &say_published_more,
  &say_subscribed_more,
  &say_without_name,
};


START_TEST (lies_end_the_connection)
{
  const struct Step steps[] = { { "hello|", "up|", &open_me },
                                { "open 1 me 0s 65535|", "", lies[_i] },
                                { NULL, "me opened 20|down|up|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/** What may cross the end of a session does not. */
static void
say_of_strangers (struct LibFixture *f)
{
  say_opened (f, 9, GNUNET_MQTT_SUCCESS, false, 20);
  say_closed (f, 9, GNUNET_MQTT_SUCCESS);
  say_published (f, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBREL, 1, GNUNET_MQTT_SUCCESS);
  say_new (f);
}


START_TEST (unknown_sessions_are_ignored)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_of_strangers },
    { "", "me opened 20|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
  ck_assert_uint_eq (1, f.service.connections);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_session");

  tcase_add_test (cases, opens_and_opens_again);
  tcase_add_test (cases, refused);
  tcase_add_test (cases, taken_over);
  tcase_add_test (cases, leaves);
  tcase_add_test (cases, leaves_before_it_is_open);
  tcase_add_test (cases, leaves_before_there_is_a_connection);
  tcase_add_test (cases, callbacks_may_leave);
  tcase_add_loop_test (cases, callbacks_may_disconnect, 0, 2);
  tcase_add_test (cases, another_version);
  tcase_add_test (cases, will_too_large);
  tcase_add_test (cases, illegal_options);
  tcase_add_loop_test (cases,
                       lies_end_the_connection,
                       0,
                       sizeof (lies) / sizeof (*lies));
  tcase_add_test (cases, unknown_sessions_are_ignored);
  return run_cases ("lib_session", cases);
}
