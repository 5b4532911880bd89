/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_sessions.c
 * @brief What applications say of sessions, and hear of them.
 */
#include "fake_sessions.h"
#include <stdarg.h>

/** Longer than the store waits before it commits, milliseconds. */
#define COMMITTED 10


/** Append to the words. */
__attribute__ ((format (printf, 2, 3))) static void
tell (struct FakeApplication *application, const char *format, ...)
{
  size_t used = strlen (application->told);
  va_list arguments;

  va_start (arguments, format);
  (void)vsnprintf (application->told + used,
                   sizeof (application->told) - used,
                   format,
                   arguments);
  va_end (arguments);
  ck_assert_uint_lt (strlen (application->told),
                     sizeof (application->told) - 64);
}


static void
hear_message (struct FakeApplication *application,
              const struct MQTT_IpcMessage *message)
{
  const struct MQTT_Publication *publication = &message->publication;

  tell (application,
        "%u:%s=%.*s/%u",
        message->session,
        application->names[message->number],
        (int)GNUNET_MIN (20, publication->payload_size),
        (const char *)publication->payload,
        publication->qos);
  if (0 != message->packet_id)
    tell (application, "#%u", message->packet_id);
  for (uint16_t i = 0; i < message->subscription_count; i++)
    tell (application, "@%u", MQTT_ipc_message_subscription (message, i));
  tell (application,
        "%s%s ",
        message->dup ? "+dup" : "",
        publication->retain ? "+retain" : "");
}


bool
fake_sessions_hear (struct FakeApplication *application,
                    const struct MQTT_IpcFrame *frame)
{
  static const char *const acks[] = { [MQTT_IPC_PUBACK] = "puback",
                                      [MQTT_IPC_PUBREC] = "pubrec",
                                      [MQTT_IPC_PUBREL] = "pubrel",
                                      [MQTT_IPC_PUBCOMP] = "pubcomp" };

  if (MQTT_IPC_OPENED == frame->type)
  {
    application->opened = frame->opened;
    tell (application,
          "%u:opened!%02x%s ",
          frame->opened.session,
          frame->opened.reason,
          frame->opened.present ? "+present" : "");
  }
  else if (MQTT_IPC_CLOSED == frame->type)
    tell (application,
          "%u:closed!%02x ",
          frame->closed.session,
          frame->closed.reason);
  else if (MQTT_IPC_ACK == frame->type)
    tell (application,
          "%u:%s#%u!%02x ",
          frame->ack.session,
          acks[frame->ack.type],
          frame->ack.packet_id,
          frame->ack.reason);
  else if (MQTT_IPC_UNSUBSCRIBED == frame->type)
    tell (application,
          "%u:unsubscribed!%02x ",
          frame->unsubscribed.session,
          frame->unsubscribed.reason);
  else if ((MQTT_IPC_SUBSCRIBED == frame->type)
           && (0 != frame->subscribed.session))
    tell (application,
          "%u:subscribed!%02x ",
          frame->subscribed.session,
          frame->subscribed.reason);
  else if ((MQTT_IPC_PUBLISHED == frame->type)
           && (0 != frame->published.session))
    tell (application,
          "%u:published!%02x ",
          frame->published.session,
          frame->published.reason);
  else if ((MQTT_IPC_MESSAGE == frame->type) && (0 != frame->message.session))
    hear_message (application, &frame->message);
  else
    return false;
  return true;
}


struct MQTT_IpcOpen
fake_open (uint32_t number, const char *client_id, uint32_t expiry_s)
{
  return (struct MQTT_IpcOpen){
    .session = number,
    .expiry_s = expiry_s,
    .maximum_packet = UINT32_MAX,
    .receive_maximum = 10,
    .client_id = client_id,
    .client_id_size = strlen (client_id),
  };
}


void
fake_will (struct MQTT_IpcOpen *open,
           const char *topic,
           const char *payload,
           uint8_t qos,
           uint32_t delay_s)
{
  open->has_will = true;
  open->will = (struct MQTT_IpcWill){
    .topic = topic,
    .topic_size = strlen (topic),
    .delay_s = delay_s,
    .publication = {
      .properties = "",
      .payload = payload,
      .payload_size = strlen (payload),
      .expiry_us = MQTT_NEVER,
      .qos = qos,
    },
  };
}


void
fake_send_open (struct FakeApplication *application,
                const struct MQTT_IpcOpen *open)
{
  MQTT_ipc_put_open (application->pending, open);
  fake_application_send (application);
  fake_time_pass (COMMITTED);
}


void
fake_ack (struct FakeApplication *application,
          uint32_t number,
          enum MQTT_IpcAckType type,
          uint16_t packet_id,
          uint8_t reason)
{
  const struct MQTT_IpcAck ack = { .session = number,
                                   .type = type,
                                   .packet_id = packet_id,
                                   .reason = reason };

  MQTT_ipc_put_ack (application->pending, &ack);
  fake_application_send (application);
}


void
fake_close (struct FakeApplication *application,
            uint32_t number,
            uint8_t reason)
{
  const struct MQTT_IpcClose close = { .session = number, .reason = reason };

  MQTT_ipc_put_close (application->pending, &close);
  fake_application_send (application);
  fake_time_pass (COMMITTED);
}


void
fake_subscribe (struct FakeApplication *application,
                uint32_t number,
                const char *filter,
                uint8_t qos,
                uint32_t identifier)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .session = number,
    .subscription = identifier,
    .qos = qos,
    .filter = filter,
    .filter_size = strlen (filter),
  };

  MQTT_ipc_put_subscribe (application->pending, &subscribe);
  fake_application_send (application);
  fake_time_pass (COMMITTED);
}


void
fake_unsubscribe (struct FakeApplication *application,
                  uint32_t number,
                  const char *filter)
{
  const struct MQTT_IpcUnsubscribe unsubscribe = {
    .session = number,
    .filter = filter,
    .filter_size = strlen (filter),
  };

  MQTT_ipc_put_unsubscribe (application->pending, &unsubscribe);
  fake_application_send (application);
  fake_time_pass (COMMITTED);
}


void
fake_retain (struct FakeApplication *application,
             const struct MQTT_IpcPublish *publish,
             const char *payload,
             uint8_t qos,
             uint64_t expiry_us)
{
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = expiry_us,
    .qos = qos,
    .retain = true,
  };
  struct MQTT_Message *message = MQTT_message_create (&publication, 0);

  MQTT_ipc_put_publish (application->pending, publish, message);
  MQTT_message_unref (message);
  fake_application_send (application);
}


void
fake_publish (struct FakeApplication *application,
              const struct MQTT_IpcPublish *publish,
              const char *payload,
              uint8_t qos)
{
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = MQTT_NEVER,
    .qos = qos,
  };
  struct MQTT_Message *message = MQTT_message_create (&publication, 0);

  MQTT_ipc_put_publish (application->pending, publish, message);
  MQTT_message_unref (message);
  fake_application_send (application);
}
