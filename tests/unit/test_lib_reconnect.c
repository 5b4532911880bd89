/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_reconnect.c
 * @brief Tests of the library with a fake service that vanishes, lies, or
 *        speaks another version.
 */
#include "lib_fixture.h"


static void
ask (struct LibFixture *f)
{
  publish (f, 0, "a", "1");
  subscribe (f, 0, "a/#", "x");
  publish (f, 1, "b", "2");
  subscribe (f, 1, "b", "y");
  publish (f, 2, "a", "3");
}


static void
drop_client (struct LibFixture *f)
{
  GNUNET_SERVICE_client_drop (f->service.client);
}


static void
answer_then_drop (struct LibFixture *f)
{
  fake_grant (&f->service, 1, 0);
  fake_answer (&f->service, 1, 0);
}


static void
answer_rest (struct LibFixture *f)
{
  fake_answer (&f->service, 2, 0);
}


/** What lives on is asked for again, in order, and nothing else. */
START_TEST (asks_again)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &ask },
    { "publish a=1|subscribe 1 a/#|publish b=2|subscribe 2 b|publish a=3|",
      "",
      &answer_then_drop },
    { "", "x 00|1 00|", &drop_client },
    { "hello|subscribe 1 a/#|subscribe 2 b|publish b=2|publish a=3|",
      "down|up|",
      &answer_rest },
    { "", "2 00|3 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
  ck_assert_uint_eq (2, f.service.connections);
}
END_TEST


static void
cancel_and_drop (struct LibFixture *f)
{
  GNUNET_MQTT_publish_cancel (f->publications[1]);
  GNUNET_MQTT_unsubscribe (f->subscriptions[0]);
  drop_client (f);
}


START_TEST (does_not_repeat_what_was_given_up)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &ask },
    { "publish a=1|subscribe 1 a/#|publish b=2|subscribe 2 b|publish a=3|",
      "",
      &cancel_and_drop },
    { "hello|subscribe 2 b|publish a=1|publish a=3|",
      "down|up|",
      &answer_rest },
    { "", "1 00|3 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
stop_service (struct LibFixture *f)
{
  fake_stop (&f->service);
}


static void
ask_and_start_service (struct LibFixture *f)
{
  ask (f);
  fake_start (&f->service, f->cfg);
}


START_TEST (survives_a_restart)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &stop_service },
    { "", "down|", &ask_and_start_service },
    { "hello|subscribe 1 a/#|subscribe 2 b|publish a=1|publish b=2|publish "
      "a=3|",
      "up|",
      NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/**
 * Subscription numbers are not used again: what is under way for the old one
 * would arrive at the new one.
 */
static void
subscribe_anew (struct LibFixture *f)
{
  GNUNET_MQTT_unsubscribe (f->subscriptions[1]);
  subscribe (f, 1, "c", "z");
}


START_TEST (numbers_subscriptions_anew)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &ask },
    { "publish a=1|subscribe 1 a/#|publish b=2|subscribe 2 b|publish a=3|",
      "",
      &subscribe_anew },
    { "unsubscribe 2|subscribe 3 c|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
disconnect_when_told (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  drop_client (f);
}


START_TEST (may_be_ended_when_it_is_lost)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &disconnect_when_told },
    { "", "down|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/* ------------------------- a service that lies ------------------------- */

static void
answer_too_much (struct LibFixture *f)
{
  fake_answer (&f->service, 4, 0);
}


START_TEST (answers_to_nothing)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &ask },
    { "publish a=1|subscribe 1 a/#|publish b=2|subscribe 2 b|publish a=3|",
      "",
      &answer_too_much },
    { "hello|subscribe 1 a/#|subscribe 2 b|", "1 00|2 00|3 00|down|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
deliver_without_name (struct LibFixture *f)
{
  fake_say (&f->service, 3, 1, "x");
}


START_TEST (message_without_a_name)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &deliver_without_name },
    { "hello|", "down|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
say_hello_twice (struct LibFixture *f)
{
  MQTT_ipc_put_hello (f->service.outbox, &f->service.hello);
  MQTT_stream_writer_wake (f->service.writer);
}


START_TEST (hello_twice)
{
  static const struct Step steps[] = { { "hello|", "up|", &say_hello_twice },
                                       { "hello|", "down|up|", NULL } };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
say_what_clients_say (struct LibFixture *f)
{
  static const struct MQTT_IpcUnsubscribe unsubscribe = { .subscription = 1 };

  MQTT_ipc_put_unsubscribe (f->service.outbox, &unsubscribe);
  MQTT_stream_writer_wake (f->service.writer);
}


START_TEST (wrong_direction)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &say_what_clients_say },
    { "hello|", "down|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/* ----------------------- a service of another version ----------------------- */

static void
ask_more (struct LibFixture *f)
{
  publish (f, 3, "c", "4");
  subscribe (f, 2, "c", "z");
}


static void
cancel_more (struct LibFixture *f)
{
  publish (f, 3, "c", "5");
  publish (f, 4, "c", "6");
  GNUNET_MQTT_publish_cancel (f->publications[3]);
  subscribe (f, 2, "c", "v");
  GNUNET_MQTT_unsubscribe (f->subscriptions[2]);
}


START_TEST (another_version)
{
  static const struct Step steps[] = {
    { "", "", &ask },
    { "hello|", "failed|x 84|y 84|1 84|2 84|3 84|", &ask_more },
    { "", "4 84|z 84|", &cancel_more },
    { "", "6 84|", NULL }
  };
  static struct LibFixture f = { .service.hello.version = 99 };

  run_steps (&f, steps);
  ck_assert_uint_eq (1, f.service.connections);
}
END_TEST


START_TEST (another_version_may_disconnect)
{
  static const struct Step steps[] = { { "hello|", "failed|", NULL } };
  static struct LibFixture f = { .service.hello.version = 99,
                                 .in_callback = &disconnect };

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_reconnect");

  tcase_add_test (cases, asks_again);
  tcase_add_test (cases, does_not_repeat_what_was_given_up);
  tcase_add_test (cases, survives_a_restart);
  tcase_add_test (cases, numbers_subscriptions_anew);
  tcase_add_test (cases, may_be_ended_when_it_is_lost);
  tcase_add_test (cases, answers_to_nothing);
  tcase_add_test (cases, message_without_a_name);
  tcase_add_test (cases, hello_twice);
  tcase_add_test (cases, wrong_direction);
  tcase_add_test (cases, another_version);
  tcase_add_test (cases, another_version_may_disconnect);
  return run_cases ("lib_reconnect", cases);
}
