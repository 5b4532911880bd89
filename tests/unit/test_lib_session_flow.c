/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_session_flow.c
 * @brief Tests of the library's sessions with a fake service: what a gateway says of
 *        clients that are slow, small, or do not know the receive maximum.
 */
#include "lib_session_fixture.h"

#define ACCEPTED "open 1 me 0s 65535|"


static void
pause_me (struct LibFixture *f)
{
  (void)f;
  GNUNET_MQTT_session_pause (sessions[0]);
  GNUNET_MQTT_session_pause (sessions[0]);
}


static void
resume_me (struct LibFixture *f)
{
  (void)f;
  GNUNET_MQTT_session_resume (sessions[0]);
  GNUNET_MQTT_session_resume (sessions[0]);
}


/** A change is told once, and again after a reconnect. */
START_TEST (pauses)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_me },
    { ACCEPTED, "", &say_new },
    { "", "me opened 20|", &pause_me },
    { "pause 1|", "", &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_present },
    { "pause 1|", "me opened present 20|", &resume_me },
    { "resume 1|", "", &drop_connection },
    { "hello|open 1 me 0s 65535 again|", "down|up|", &say_present },
    { "", "me opened present 20|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
open_paused (struct LibFixture *f)
{
  open_me (f);
  pause_me (f);
}


/** Before the session is open. */
START_TEST (pauses_early)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_paused },
    { ACCEPTED, "", &say_new },
    { "pause 1|", "me opened 20|", &resume_me },
    { "resume 1|", "", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
open_small (struct LibFixture *f)
{
  session_options.maximum_packet = 1000;
  session_options.expiry = GNUNET_TIME_UNIT_FOREVER_REL;
  open_me (f);
}


static void
say_capped (struct LibFixture *f)
{
  const struct MQTT_IpcOpened opened = { .session = 1,
                                         .expiry_s = 7,
                                         .receive_maximum = 20 };

  MQTT_ipc_put_opened (f->service.outbox, &opened);
  MQTT_stream_writer_wake (f->service.writer);
}


static void
say_forever (struct LibFixture *f)
{
  const struct MQTT_IpcOpened opened = { .session = 1,
                                         .expiry_s = UINT32_MAX,
                                         .receive_maximum = 20,
                                         .present = true };

  MQTT_ipc_put_opened (f->service.outbox, &opened);
  MQTT_stream_writer_wake (f->service.writer);
}


/** What a client of MQTT 5 says as it connects, and hears. */
START_TEST (bounds_are_told)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_small },
    { "open 1 me 4294967295s 65535 <=1000|", "", &say_capped },
    { "", "me opened 20 7s|", &drop_connection },
    { "hello|open 1 me 4294967295s 65535 again <=1000|",
      "down|up|",
      &say_forever },
    { "", "me opened present 20 forever|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


static void
open_held_back (struct LibFixture *f)
{
  session_options.acknowledge = GNUNET_MQTT_ACKNOWLEDGE_PACKETS;
  session_options.hold_back = true;
  open_me (f);
}


static void
say_new_two (struct LibFixture *f)
{
  say_opened (f, 1, GNUNET_MQTT_SUCCESS, false, 2);
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

  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_MQTT_session_publish (sessions[0],
                                                 &message,
                                                 &told_answer,
                                                 who (f, "x")));
}


static void
publish_five (struct LibFixture *f)
{
  publish_packet (f, 1, 700, false);
  publish_packet (f, 2, 5, true);
  publish_packet (f, 2, 6, false);
  publish_packet (f, 0, 0, false);
  publish_packet (f, 1, 7, false);
}


static void
say_pubrec_5 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBREC, 5, GNUNET_MQTT_SUCCESS);
}


static void
say_puback_700 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBACK, 700, GNUNET_MQTT_QUOTA_EXCEEDED);
}


static void
say_pubcomp_5 (struct LibFixture *f)
{
  /* It is the deliveries' identifier: nothing of the publications ends. */
  say_ack (f, MQTT_IPC_PUBREL, 6, GNUNET_MQTT_SUCCESS);
  say_ack (f, MQTT_IPC_PUBCOMP, 5, GNUNET_MQTT_SUCCESS);
}


static void
say_refused_6 (struct LibFixture *f)
{
  say_ack (f, MQTT_IPC_PUBREC, 6, GNUNET_MQTT_QUOTA_EXCEEDED);
}


static void
publish_two_more (struct LibFixture *f)
{
  publish_packet (f, 1, 8, false);
  publish_packet (f, 1, 9, false);
}


/** Packets above the receive maximum wait, in order, for acknowledgements. */
START_TEST (packets_are_held_back)
{
  static const struct Step steps[] = {
    { "hello|", "up|", &open_held_back },
    { "open 1 me 0s 65535 again|", "", &say_new_two },
    { "", "me opened 2|", &publish_five },
    { "publish 1/700 a=x|publish 1/5 dup a=x|", "", &say_pubrec_5 },
    { "", "me ack5 5 00|", &say_puback_700 },
    { "publish 1/6 a=x|publish 1/0 a=x|", "me ack4 700 97|", &say_pubcomp_5 },
    { "publish 1/7 a=x|", "me ack6 6 00|me ack7 5 00|", &publish_two_more },
    { "", "", &say_refused_6 },
    { "publish 1/8 a=x|", "me ack5 6 97|", &drop_connection },
    { "hello|", "down|me closed 88|x 88|x 88|up|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_session_flow");

  tcase_add_test (cases, pauses);
  tcase_add_test (cases, pauses_early);
  tcase_add_test (cases, bounds_are_told);
  tcase_add_test (cases, packets_are_held_back);
  return run_cases ("lib_session_flow", cases);
}
