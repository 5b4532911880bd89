/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_session_publish.c
 * @brief Tests of the library with a fake service: publications of a session,
 *        their handshakes, and what is sent again.
 */
#include "lib_session_fixture.h"


static void
publish_three (struct LibFixture *f)
{
  session_publish (f, 1, "1");
  session_publish (f, 0, "0");
  session_publish (f, 2, "2");
}


static void
say_new_before (struct LibFixture *f)
{
  publish_three (f);
  say_new (f);
}


static void
acknowledge_three (struct LibFixture *f)
{
  say_published (f, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBACK, 1, GNUNET_MQTT_NO_MATCHING_SUBSCRIBERS);
  say_ack (f, MQTT_IPC_PUBREC, 2, GNUNET_MQTT_SUCCESS);
}


static void
complete_two (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBCOMP, 2, GNUNET_MQTT_SUCCESS);
  session_publish (f, 1, "3");
}


START_TEST (handshakes)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new_before },
    { "publish 1/1 a=1|publish 1/0 a=0|publish 1/2 a=2|",
      "me opened 20|",
      &acknowledge_three },
    { "ack6 1/2 00|", "0 00|1 10|2 00|", &complete_two },
    { "publish 1/3 a=3|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
fail_both (struct LibFixture *f)
{
  session_publish (f, 1, "1");
  session_publish (f, 2, "2");
  say_ack (f, MQTT_IPC_PUBACK, 1, GNUNET_MQTT_QUOTA_EXCEEDED);
  say_ack (f, MQTT_IPC_PUBREC, 2, GNUNET_MQTT_NOT_AUTHORIZED);
}


/** After a failure there is no PUBREL, and nothing is sent again. */
START_TEST (failures)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &fail_both },
    { "publish 1/1 a=1|publish 1/2 a=2|", "1 97|2 87|", &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_present },
    { "", "me opened present 20|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
say_new_two (struct LibFixture *f)
{
  say_opened (f, 1, GNUNET_MQTT_SUCCESS, false, 2);
}


static void
publish_many (struct LibFixture *f)
{
  session_publish (f, 2, "1");
  session_publish (f, 1, "2");
  session_publish (f, 1, "3");
  session_publish (f, 0, "4");
  session_publish (f, 2, "5");
}


static void
say_pubrec_1 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBREC, 1, GNUNET_MQTT_SUCCESS);
}


static void
say_pubcomp_1 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBCOMP, 1, GNUNET_MQTT_SUCCESS);
}


static void
say_puback_2 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBACK, 2, GNUNET_MQTT_SUCCESS);
}


/** PUBREC does not make room, PUBCOMP does; order is kept. */
START_TEST (respects_the_receive_maximum)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new_two },
    { "", "me opened 2|", &publish_many },
    { "publish 1/1 a=1|publish 1/2 a=2|", "", &say_pubrec_1 },
    { "ack6 1/1 00|", "1 00|", &say_pubcomp_1 },
    { "publish 1/3 a=3|publish 1/0 a=4|", "", &say_puback_2 },
    { "publish 1/4 a=5|", "2 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
release_1 (struct LibFixture *f)
{
  session_publish (f, 2, "1");
  session_publish (f, 2, "2");
  session_publish (f, 0, "3");
  session_publish (f, 1, "4");
  say_pubrec_1 (f);
}


/** What had its PUBREC is released again, the rest is repeated in order. */
START_TEST (repeats_in_the_same_session)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &release_1 },
    { "publish 1/1 a=1|publish 1/2 a=2|publish 1/0 a=3|publish 1/3 a=4|"
      "ack6 1/1 00|",
      "1 00|",
      &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_present },
    { "ack6 1/1 00|publish 1/2 dup a=2|publish 1/0 a=3|publish 1/3 dup a=4|",
      "me opened present 20|",
      &complete_two },
    { "publish 1/4 a=3|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/** With less room than before, even what is repeated waits; what this session did
    not get is no duplicate. */
START_TEST (repeats_within_the_receive_maximum)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &publish_many },
    { "publish 1/1 a=1|publish 1/2 a=2|publish 1/3 a=3|publish 1/0 a=4|"
      "publish 1/4 a=5|",
      "",
      &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_new_two },
    { "publish 1/1 a=1|publish 1/2 a=2|", "me opened 2|", &say_puback_2 },
    { "publish 1/3 a=3|publish 1/0 a=4|", "2 00|", &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_present },
    { "publish 1/1 dup a=1|publish 1/3 dup a=3|publish 1/0 a=4|publish 1/4 "
      "a=5|",
      "me opened present 20|",
      NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


/** What the service has lost it does not know: no PUBREL, no DUP. */
START_TEST (publishes_anew_in_another_session)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &release_1 },
    { "publish 1/1 a=1|publish 1/2 a=2|publish 1/0 a=3|publish 1/3 a=4|"
      "ack6 1/1 00|",
      "1 00|",
      &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_new },
    { "publish 1/2 a=2|publish 1/0 a=3|publish 1/3 a=4|",
      "me opened 20|",
      NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
say_unexpected (struct LibFixture *f)
{
  session_publish (f, 2, "1");
  say_ack (f, MQTT_IPC_PUBACK, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBCOMP, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBREC, 99, GNUNET_MQTT_SUCCESS);
  say_pubrec_1 (f);
  say_pubrec_1 (f);
}


/** Acknowledgements that fit nothing do no harm; PUBREC is answered (4.3.3). */
START_TEST (unexpected_acknowledgements)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &say_unexpected },
    { "publish 1/1 a=1|ack6 1/99 92|ack6 1/1 00|ack6 1/1 00|", "1 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
  ck_assert_uint_eq (1, f.service.connections);
}
END_TEST


static void
publish_large (struct LibFixture *f)
{
  session_publish (f, 1, "large");
  session_publish (f, 1, "ok");
}


START_TEST (payload_too_large)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &publish_large },
    { "publish 1/1 a=ok|", "large 95|", NULL }
  };
  static struct LibFixture f = { .service.hello.maximum_payload = 4 };

  run_steps (&f, steps);
}
END_TEST


static void
leave_when_answered (struct LibFixture *f)
{
  publish_three (f);
  f->in_callback = &leave_me;
  say_published (f, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBACK, 1, GNUNET_MQTT_SUCCESS);
}


START_TEST (continuation_may_leave)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &leave_when_answered },
    { "publish 1/1 a=1|publish 1/0 a=0|publish 1/2 a=2|close 1 00|",
      "0 00|",
      NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
  ck_assert_uint_eq (1, f.service.connections);
}
END_TEST


static void
disconnect_when_answered (struct LibFixture *f)
{
  publish_three (f);
  f->in_callback = &disconnect;
  say_ack (f, MQTT_IPC_PUBREC, 2, GNUNET_MQTT_SUCCESS);
}


START_TEST (continuation_may_disconnect)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { "open 1 me 0s 65535|", "", &say_new },
    { "", "me opened 20|", &disconnect_when_answered },
    { NULL, "2 00|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
publish_illegal (struct LibFixture *f)
{
  struct GNUNET_MQTT_Message message = { .topic = "#", .topic_size = 1 };

  open_me (f);
  ck_assert_int_eq (
    GNUNET_SYSERR,
    GNUNET_MQTT_session_publish (sessions[0], &message, NULL, NULL));
  message.topic = "a";
  message.qos = 3;
  ck_assert_int_eq (
    GNUNET_SYSERR,
    GNUNET_MQTT_session_publish (sessions[0], &message, NULL, NULL));
}


START_TEST (illegal_messages)
{
  static const struct Step steps[] = { { "hello|", "up|", &publish_illegal },
                                       { "open 1 me 0s 65535|", "", &say_new },
                                       { "", "me opened 20|", NULL } };
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
}


static void
publish_packet (struct LibFixture *f, uint8_t qos, uint16_t packet_id, bool dup)
{
  const struct GNUNET_MQTT_Message message = { .topic = "a",
                                               .topic_size = 1,
                                               .payload = "x",
                                               .payload_size = 1,
                                               .qos = qos,
                                               .packet_id = packet_id,
                                               .dup = dup };

  ck_assert_int_eq ((0 == qos) == (0 == packet_id) ? GNUNET_OK : GNUNET_SYSERR,
                    GNUNET_MQTT_session_publish (sessions[0],
                                                 &message,
                                                 &told_answer,
                                                 who (f, "x")));
}


static void
publish_packets (struct LibFixture *f)
{
  publish_packet (f, 2, 700, true);
  publish_packet (f, 1, 5, false);
  publish_packet (f, 1, 6, false);
  publish_packet (f, 0, 0, false);
  publish_packet (f, 1, 0, false);
  publish_packet (f, 0, 1, false);
  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_MQTT_session_send_ack (sessions[0],
                                                  GNUNET_MQTT_PUBREL,
                                                  699,
                                                  GNUNET_MQTT_SUCCESS));
  say_ack (f, MQTT_IPC_PUBREC, 700, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBCOMP, 699, GNUNET_MQTT_PACKET_IDENTIFIER_NOT_FOUND);
  say_published (f, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBREL, 1, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBACK, 5, GNUNET_MQTT_QUOTA_EXCEEDED);
}


/** The receive maximum is the gateway's business, too; a lost connection ends it. */
START_TEST (packets_pass)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_packets },
    { "open 1 me 0s 65535 again|", "", &say_new_two },
    { "", "me opened 2|", &publish_packets },
    { "publish 1/700 dup a=x|publish 1/5 a=x|publish 1/6 a=x|publish 1/0 a=x|"
      "ack6 1/699 00|",
      "me ack5 700 00|me ack7 699 92|x 00|me ack6 1 00|me ack4 5 97|",
      &drop_connection },
    { "hello|", "down|me closed 88|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_session_publish");

  tcase_add_test (cases, handshakes);
  tcase_add_test (cases, failures);
  tcase_add_test (cases, respects_the_receive_maximum);
  tcase_add_test (cases, repeats_in_the_same_session);
  tcase_add_test (cases, repeats_within_the_receive_maximum);
  tcase_add_test (cases, publishes_anew_in_another_session);
  tcase_add_test (cases, unexpected_acknowledgements);
  tcase_add_test (cases, payload_too_large);
  tcase_add_test (cases, continuation_may_leave);
  tcase_add_test (cases, continuation_may_disconnect);
  tcase_add_test (cases, illegal_messages);
  tcase_add_test (cases, packets_pass);
  return run_cases ("lib_session_publish", cases);
}
