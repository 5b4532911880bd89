/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lib_session_many.c
 * @brief Tests of the library with a fake service: thousands of sessions on one
 *        connection, each with its own.
 */
#include "lib_session_fixture.h"

#define SESSIONS 5000

/** What a session's callbacks know. */
struct One
{
  struct LibFixture *f;
  struct GNUNET_MQTT_Session *session;
  unsigned int opened;
  unsigned int messages;
  unsigned int answered;
};

static struct One ones[SESSIONS];

/** Sessions that have all they wait for. */
static unsigned int complete;

/** What the service hears as they are opened. */
static struct Record opened_first;
static struct Record opened_again;
static struct Record published;


static void
one_opened (void *cls, const struct GNUNET_MQTT_SessionOpened *opened)
{
  struct One *one = cls;

  one->opened++;
  ck_assert_int_eq (1 < one->opened, opened->present);
  if (SESSIONS == ++complete)
    note (&one->f->told, "all opened");
}


static void
one_message (void *cls,
             const struct GNUNET_MQTT_Message *message,
             const uint32_t *identifiers,
             unsigned int identifier_count)
{
  struct One *one = cls;

  ck_assert_uint_eq (1, identifier_count);
  ck_assert_uint_eq (1 + (one - ones), identifiers[0]);
  ck_assert_uint_eq (0, message->packet_id);
  one->messages++;
  if (SESSIONS == ++complete)
    note (&one->f->told, "all got theirs");
}


static void
one_answered (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct One *one = cls;

  ck_assert_int_eq (GNUNET_MQTT_SUCCESS, reason);
  one->answered++;
  if (SESSIONS == ++complete)
    note (&one->f->told, "all answered");
}


static void
open_all (struct LibFixture *f)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .opened = &one_opened,
    .message = &one_message
  };

  note (&opened_again, "hello");
  for (unsigned int i = 0; i < SESSIONS; i++)
  {
    char id[16];
    const struct GNUNET_MQTT_SessionOptions options = {
      .client_id = id,
      .client_id_size = (size_t)snprintf (id, sizeof (id), "c%u", i),
    };

    ones[i].f = f;
    ones[i].session = GNUNET_MQTT_session_open (f->mqtt,
                                                &options,
                                                &callbacks,
                                                &ones[i]);
    ck_assert_ptr_nonnull (ones[i].session);
    note (&opened_first, "open %u c%u 0s 65535", 1 + i, i);
    note (&opened_again, "open %u c%u 0s 65535 again", 1 + i, i);
    note (&published, "publish %u/1 a=x", 1 + i);
  }
}


static void
answer_all (struct LibFixture *f)
{
  complete = 0;
  for (uint32_t i = SESSIONS; 0 < i; i--)
    say_opened (f, i, GNUNET_MQTT_SUCCESS, 0 != ones[i - 1].opened, 20);
}


static void
deliver_all (struct LibFixture *f)
{
  const struct MQTT_Publication publication = { .expiry_us = MQTT_NEVER };
  struct MQTT_Message *message = MQTT_message_create (&publication, 0);

  complete = 0;
  fake_name (&f->service, 3, "t");
  for (uint32_t i = 1; i <= SESSIONS; i++)
  {
    const struct MQTT_IpcMessage delivery = { .session = i, .number = 3 };

    MQTT_ipc_put_message (f->service.outbox,
                          &delivery,
                          &i,
                          1,
                          message,
                          0,
                          false);
  }
  MQTT_message_unref (message);
  MQTT_stream_writer_wake (f->service.writer);
}


static void
publish_all (struct LibFixture *f)
{
  const struct GNUNET_MQTT_Message message = { .topic = "a",
                                               .topic_size = 1,
                                               .payload = "x",
                                               .payload_size = 1,
                                               .qos = 1 };

  complete = 0;
  for (uint32_t i = 1; i <= SESSIONS; i++)
  {
    const struct MQTT_IpcAck ack = { .session = i,
                                     .type = MQTT_IPC_PUBACK,
                                     .packet_id = 1 };

    ck_assert_int_eq (GNUNET_OK,
                      GNUNET_MQTT_session_publish (ones[i - 1].session,
                                                   &message,
                                                   &one_answered,
                                                   &ones[i - 1]));
    MQTT_ipc_put_ack (f->service.outbox, &ack);
  }
  MQTT_stream_writer_wake (f->service.writer);
}


START_TEST (thousands_on_one_connection)
{
  static struct Step steps[] = {
    { "hello|", "up|", &open_all },
    { opened_first.text, "", &answer_all },
    { "", "all opened|", &deliver_all },
    { "", "all got theirs|", &publish_all },
    { published.text, "all answered|", &drop_connection },
    { opened_again.text, "down|up|", &answer_all },
    { "", "all opened|", NULL }
  };
  static struct LibFixture f;

  run_steps (&f, steps);
  for (unsigned int i = 0; i < SESSIONS; i++)
  {
    ck_assert_uint_eq (2, ones[i].opened);
    ck_assert_uint_eq (1, ones[i].messages);
    ck_assert_uint_eq (1, ones[i].answered);
  }
  ck_assert_uint_eq (2, f.service.connections);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("lib_session_many");

  tcase_add_test (cases, thousands_on_one_connection);
  return run_cases ("lib_session_many", cases);
}
