/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_session_deliver.c
 * @brief Tests of the library with a fake service: what arrives in a session, and
 *        how it is acknowledged.
 */
#include "lib_session_fixture.h"


static void
say_three (struct LibFixture *f)
{
  say_new (f);
  fake_name (&f->service, 3, "t");
  say_message (f, 0, 0, false, "0");
  say_message (f, 5, 1, false, "1");
  say_message (f, 6, 2, false, "2");
}


static void
release_6 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBREL, 6, GNUNET_MQTT_SUCCESS);
}


START_TEST (acknowledges_by_itself)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_three },
    { "ack4 1/5 00|ack5 1/6 00|",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|",
      &release_6 },
    { "ack7 1/6 00|", "", &release_6 },
    { "ack7 1/6 92|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
repeat_both (struct LibFixture *f)
{
  say_present (f);
  fake_name (&f->service, 3, "t");
  say_message (f, 5, 1, true, "1");
  say_message (f, 6, 2, true, "2");
}


static void
reuse_6 (struct LibFixture *f)
{
  say_message (f, 6, 2, false, "3");
}


/** At QoS 2 once; but an identifier that comes again without DUP is another message. */
START_TEST (tells_once_what_is_repeated)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_three },
    { "ack4 1/5 00|ack5 1/6 00|", NULL, &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &repeat_both },
    { "ack4 1/5 00|ack5 1/6 00|",
      "me opened present 20|me got t=1 1/5 dup|",
      &reuse_6 },
    { "ack5 1/6 00|", "me got t=3 2/6|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
repeat_in_another_session (struct LibFixture *f)
{
  say_new (f);
  fake_name (&f->service, 3, "t");
  say_message (f, 6, 2, true, "4");
}


START_TEST (forgets_with_the_session)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_three },
    { "ack4 1/5 00|ack5 1/6 00|", NULL, &drop_connection },
    { "hello|open 1 me 0s 65535 again|",
      "down|up|",
      &repeat_in_another_session },
    { "ack5 1/6 00|", "me opened 20|me got t=4 2/6 dup|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
leave_in_message (struct LibFixture *f)
{
  f->in_callback = &leave_me;
  say_message (f, 7, 1, false, "3");
  say_message (f, 8, 1, false, "4");
}


/** What an application has seen as it leaves is not delivered again. */
START_TEST (acknowledges_as_it_leaves)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_three },
    { "ack4 1/5 00|ack5 1/6 00|", NULL, &leave_in_message },
    { "ack4 1/7 00|close 1 00|", "me got t=3 1/7|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
disconnect_in_message (struct LibFixture *f)
{
  f->in_callback = &disconnect;
  say_message (f, 7, 1, false, "3");
}


START_TEST (message_may_disconnect)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_three },
    { "ack4 1/5 00|ack5 1/6 00|", NULL, &disconnect_in_message },
    { "", "me got t=3 1/7|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/* ---------------------------- by application ---------------------------- */

static void
open_careful (struct LibFixture *f)
{
  session_options.acknowledge = GNUNET_MQTT_ACKNOWLEDGE_BY_APPLICATION;
  open_me (f);
}


static void
acknowledge (uint16_t packet_id, enum GNUNET_MQTT_ReasonCode reason)
{
  ck_assert_int_eq (
    GNUNET_OK,
    GNUNET_MQTT_session_acknowledge (sessions[0], packet_id, reason));
  ck_assert_int_eq (
    GNUNET_NO,
    GNUNET_MQTT_session_acknowledge (sessions[0], packet_id, reason));
}


static void
acknowledge_both (struct LibFixture *f)
{
  acknowledge (6, GNUNET_MQTT_SUCCESS);
  acknowledge (5, GNUNET_MQTT_SUCCESS);
  release_6 (f);
}


START_TEST (application_acknowledges)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_careful },
    { "open 1 me 0s 65535|", "", &say_three },
    { "",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|",
      &acknowledge_both },
    { "ack5 1/6 00|ack4 1/5 00|ack7 1/6 00|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
refuse_both (struct LibFixture *f)
{
  acknowledge (6, GNUNET_MQTT_IMPLEMENTATION_SPECIFIC_ERROR);
  acknowledge (5, GNUNET_MQTT_IMPLEMENTATION_SPECIFIC_ERROR);
  release_6 (f);
}


START_TEST (application_refuses)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_careful },
    { "open 1 me 0s 65535|", "", &say_three },
    { "",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|",
      &refuse_both },
    { "ack5 1/6 83|ack4 1/5 83|ack7 1/6 92|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
acknowledge_then_open (struct LibFixture *f)
{
  acknowledge (5, GNUNET_MQTT_SUCCESS);
  acknowledge (6, GNUNET_MQTT_SUCCESS);
  say_present (f);
}


static void
repeat_more (struct LibFixture *f)
{
  fake_name (&f->service, 3, "t");
  say_message (f, 5, 1, true, "1");
  say_message (f, 6, 2, true, "2");
  say_message (f, 5, 1, true, "again");
}


/** Acknowledged while there was no connection: it is not told again. */
START_TEST (application_acknowledges_while_away)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_careful },
    { "open 1 me 0s 65535|", "", &say_three },
    { "",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|",
      &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &acknowledge_then_open },
    { "", "me opened present 20|", &repeat_more },
    { "ack4 1/5 00|ack5 1/6 00|", "me got t=again 1/5 dup|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
repeat_then_acknowledge (struct LibFixture *f)
{
  repeat_both (f);
  say_message (f, 0, 0, false, "0");
}


/** What the application still works at is not told again either. */
START_TEST (application_is_not_told_twice)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_careful },
    { "open 1 me 0s 65535|", "", &say_three },
    { "",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|",
      &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &repeat_then_acknowledge },
    { "", "me opened present 20|me got t=0 0/0|", &acknowledge_both },
    { "ack5 1/6 00|ack4 1/5 00|ack7 1/6 00|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
acknowledge_in_callback (struct LibFixture *f)
{
  (void)f;
  acknowledge (7, GNUNET_MQTT_SUCCESS);
}


static void
say_one_more (struct LibFixture *f)
{
  f->in_callback = &acknowledge_in_callback;
  say_message (f, 7, 1, false, "3");
}


START_TEST (callback_may_acknowledge)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_careful },
    { "open 1 me 0s 65535|", "", &say_three },
    { "",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|",
      &say_one_more },
    { "ack4 1/7 00|", "me got t=3 1/7|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
try_to_acknowledge (struct LibFixture *f)
{
  (void)f;
  ck_assert_int_eq (
    GNUNET_NO,
    GNUNET_MQTT_session_acknowledge (sessions[0], 5, GNUNET_MQTT_SUCCESS));
}


static void
say_three_armed (struct LibFixture *f)
{
  say_three (f);
  say_message (f, 5, 1, false, "1");
  f->in_callback = &try_to_acknowledge;
}


/** An application that need not acknowledge cannot. */
START_TEST (library_alone_acknowledges)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_three_armed },
    { "ack4 1/5 00|ack5 1/6 00|ack4 1/5 00|", NULL, NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/* ----------------------------- packets pass ----------------------------- */

static void
open_packets (struct LibFixture *f)
{
  session_options.acknowledge = GNUNET_MQTT_ACKNOWLEDGE_PACKETS;
  open_me (f);
  ck_assert_int_eq (GNUNET_NO,
                    GNUNET_MQTT_session_send_ack (sessions[0],
                                                  GNUNET_MQTT_PUBACK,
                                                  1,
                                                  GNUNET_MQTT_SUCCESS));
}


static void
say_twice (struct LibFixture *f)
{
  say_three (f);
  say_message (f, 6, 2, true, "2");
  release_6 (f);
}


static void
answer_packets (struct LibFixture *f)
{
  (void)f;
  for (int type = GNUNET_MQTT_PUBACK; type <= GNUNET_MQTT_PUBCOMP; type++)
    ck_assert_int_eq (
      GNUNET_OK,
      GNUNET_MQTT_session_send_ack (sessions[0],
                                    type,
                                    type,
                                    GNUNET_MQTT_UNSPECIFIED_ERROR));
}


START_TEST (packets_pass)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_packets },
    { "open 1 me 0s 65535 again|", "", &say_twice },
    { "",
      "me opened 20|me got t=0 0/0|me got t=1 1/5|me got t=2 2/6|"
      "me got t=2 2/6 dup|me ack6 6 00|",
      &answer_packets },
    { "ack4 1/4 80|ack5 1/5 80|ack6 1/6 80|ack7 1/7 80|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_session_deliver");

  tcase_add_test (cases, acknowledges_by_itself);
  tcase_add_test (cases, tells_once_what_is_repeated);
  tcase_add_test (cases, forgets_with_the_session);
  tcase_add_test (cases, acknowledges_as_it_leaves);
  tcase_add_test (cases, message_may_disconnect);
  tcase_add_test (cases, application_acknowledges);
  tcase_add_test (cases, application_refuses);
  tcase_add_test (cases, application_acknowledges_while_away);
  tcase_add_test (cases, application_is_not_told_twice);
  tcase_add_test (cases, callback_may_acknowledge);
  tcase_add_test (cases, library_alone_acknowledges);
  tcase_add_test (cases, packets_pass);
  return run_cases ("lib_session_deliver", cases);
}
