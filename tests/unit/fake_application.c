/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_application.c
 * @brief An application that is connected to the service, without a socket.
 */
#include "fake_application.h"
#include "stream/stream.h"


/** Comes before the one of GNUnet. */
void
GNUNET_SERVICE_client_disable_continue_warning (struct GNUNET_SERVICE_Client *c)
{
  const struct FakeApplication *application = (void *)c;

  ck_assert (application->busy);
}


/** Task: the service reads the next segment. */
static void
pump (void *cls)
{
  static uint8_t segment[MQTT_STREAM_IPC_SEGMENT];
  struct FakeApplication *application = cls;
  size_t size;

  application->pump_task = NULL;
  if (application->busy || application->dropped)
    return;
  size = MQTT_outbox_fill (application->pending, 0, segment, sizeof (segment));
  if (0 == size)
    return;
  application->busy = true;
  MQTT_client_segment (application->client, segment, size);
}


static void
wake (struct FakeApplication *application)
{
  if (NULL == application->pump_task)
    application->pump_task = GNUNET_SCHEDULER_add_now (&pump, application);
}


/** Comes before the one of GNUnet. */
void
GNUNET_SERVICE_client_continue (struct GNUNET_SERVICE_Client *c)
{
  struct FakeApplication *application = (void *)c;

  ck_assert (application->busy && !application->dropped);
  application->busy = false;
  wake (application);
}


static void
finish_drop (void *cls)
{
  struct FakeApplication *application = cls;

  application->drop_task = NULL;
  GNUNET_MQ_destroy (application->mq);
}


void
fake_application_lose (struct FakeApplication *application)
{
  application->dropped = true;
  if (NULL != application->send_task)
    GNUNET_SCHEDULER_cancel (application->send_task);
  application->send_task = NULL;
  application->drop_task = GNUNET_SCHEDULER_add_now (&finish_drop, application);
}


/** Comes before the one of GNUnet: what was not sent never is. */
void
GNUNET_SERVICE_client_drop (struct GNUNET_SERVICE_Client *c)
{
  struct FakeApplication *application = (void *)c;

  ck_assert (!application->dropped);
  MQTT_client_disconnect (application->client);
  fake_application_lose (application);
}


static void
hear_message (struct FakeApplication *application,
              const struct MQTT_IpcMessage *message)
{
  size_t used = strlen (application->received);
  char *at = application->received + used;
  size_t room = sizeof (application->received) - used;
  int n;

  if (used > sizeof (application->received) / 2)
    return;
  n = snprintf (at,
                room,
                "%s=%.*s%s:",
                application->names[message->number],
                (int)GNUNET_MIN (20, message->publication.payload_size),
                (const char *)message->publication.payload,
                message->publication.retain ? "*" : "");
  if (MQTT_NEVER != message->publication.expiry_us)
    application->expiry_us = message->publication.expiry_us;
  for (uint16_t i = 0; (i < 9) && (i < message->subscription_count); i++)
    n += snprintf (at + n,
                   room - n,
                   "%u ",
                   MQTT_ipc_message_subscription (message, i));
}


/** #MQTT_FrameCallback */
static bool
hear (void *cls, uint8_t type, uint8_t flags, const void *body, size_t size)
{
  struct FakeApplication *application = cls;
  struct MQTT_IpcFrame frame;
  size_t used = strlen (application->heard);

  ck_assert (MQTT_ipc_frame_decode (MQTT_IPC_FROM_SERVICE,
                                    type,
                                    flags,
                                    body,
                                    size,
                                    &frame));
  application->frames++;
  if (fake_sessions_hear (application, &frame))
    return true;
  if (used + 1 < sizeof (application->heard))
    application->heard[used] = (char)('0' + type);
  if (MQTT_IPC_HELLO == type)
    application->hello = frame.hello;
  else if (MQTT_IPC_SUBSCRIBED == type)
    application->subscribed = frame.subscribed;
  else if (MQTT_IPC_PUBLISHED == type)
  {
    application->published = frame.published;
    application->answered += frame.published.count;
  }
  else if (MQTT_IPC_CHANNELED == type)
    application->channeled = frame.channeled;
  else if (MQTT_IPC_NAME == type)
    snprintf (application->names[frame.name.number],
              32,
              "%.*s",
              (int)GNUNET_MIN (31, frame.name.name_size),
              frame.name.name);
  else if (MQTT_IPC_MESSAGE == type)
    hear_message (application, &frame.message);
  return true;
}


/** Task: a segment has left, and is read. */
static void
read_segment (void *cls)
{
  struct FakeApplication *application = cls;
  const struct GNUNET_MessageHeader *segment = application->segment;

  application->send_task = NULL;
  if (application->deaf)
    return;
  application->segment = NULL;
  ck_assert_int_eq (
    MQTT_FRAME_OK,
    MQTT_frame_reader_feed (application->reader,
                            &segment[1],
                            ntohs (segment->size) - sizeof (*segment)));
  GNUNET_MQ_impl_send_continue (application->mq);
}


static void
send_segment (struct GNUNET_MQ_Handle *mq,
              const struct GNUNET_MessageHeader *message,
              void *cls)
{
  struct FakeApplication *application = cls;

  (void)mq;
  ck_assert (!application->dropped);
  application->segment = message;
  application->send_task = GNUNET_SCHEDULER_add_now (&read_segment,
                                                     application);
}


void
fake_application_begin (struct FakeApplication *application,
                        struct MQTT_Clients *clients)
{
  memset (application, 0, sizeof (*application));
  application->pending = MQTT_outbox_create (1);
  application->budget.limit = 1 << 20;
  application->reader = MQTT_frame_reader_create (1 << 20,
                                                  &application->budget,
                                                  &hear,
                                                  application);
  application->mq = GNUNET_MQ_queue_for_callbacks (&send_segment,
                                                   NULL,
                                                   NULL,
                                                   application,
                                                   NULL,
                                                   NULL,
                                                   NULL);
  application->client = MQTT_client_connect (clients,
                                             (void *)application,
                                             application->mq);
}


void
fake_application_end (struct FakeApplication *application)
{
  if (!application->dropped)
    GNUNET_SERVICE_client_drop ((void *)application);
  if (NULL != application->pump_task)
    GNUNET_SCHEDULER_cancel (application->pump_task);
  application->pump_task = NULL;
  fake_time_settle ();
  MQTT_frame_reader_destroy (application->reader);
  MQTT_outbox_destroy (application->pending);
}


void
fake_application_send (struct FakeApplication *application)
{
  wake (application);
  fake_time_pass (1);
}


void
fake_application_listen (struct FakeApplication *application)
{
  application->deaf = false;
  if ((NULL != application->segment) && (NULL == application->send_task))
    application->send_task = GNUNET_SCHEDULER_add_now (&read_segment,
                                                       application);
  fake_time_pass (1);
}


void
fake_application_hello (struct FakeApplication *application)
{
  static const struct MQTT_IpcHello hello = { .version = MQTT_IPC_VERSION };

  MQTT_ipc_put_hello (application->pending, &hello);
  fake_application_send (application);
}


void
fake_application_subscribe (struct FakeApplication *application,
                            uint32_t number,
                            const char *filter)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .subscription = number,
    .filter = filter,
    .filter_size = strlen (filter),
  };

  MQTT_ipc_put_subscribe (application->pending, &subscribe);
  fake_application_send (application);
}


void
fake_application_unsubscribe (struct FakeApplication *application,
                              uint32_t number)
{
  const struct MQTT_IpcUnsubscribe unsubscribe = { .subscription = number };

  MQTT_ipc_put_unsubscribe (application->pending, &unsubscribe);
  fake_application_send (application);
}


void
fake_application_name (struct FakeApplication *application,
                       uint32_t number,
                       const char *topic)
{
  MQTT_ipc_put_name (application->pending, number, topic, strlen (topic));
  fake_application_send (application);
}


void
fake_application_publish (struct FakeApplication *application,
                          uint32_t number,
                          const char *payload)
{
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = MQTT_NEVER,
  };
  const struct MQTT_IpcPublish publish = { .number = number };
  struct MQTT_Message *message = MQTT_message_create (&publication, 0);

  MQTT_ipc_put_publish (application->pending, &publish, message);
  MQTT_message_unref (message);
  fake_application_send (application);
}
