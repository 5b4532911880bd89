/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_service.h
 * @brief A service in the process of the test, which says what it is told to say
 *        and writes down what it hears.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_SERVICE_H
#define MQTT_TESTS_UNIT_FAKE_SERVICE_H

#include <check.h>
#include <stdarg.h>
#include "core/ipc_frame.h"
#include "stream/stream.h"

/**
 * Something that is written down: events, each followed by "|".
 */
struct Record
{
  char text[262144];
  size_t size;
};

struct FakeService
{
  struct GNUNET_SERVICE_Handle *service;
  struct Record heard;
  unsigned int connections;
  /** What its HELLO says. */
  struct MQTT_IpcHello hello;
  /** Grants this subscription and delivers to it what is published; 0: none. */
  uint32_t echo;

  /** The one client. */
  struct GNUNET_SERVICE_Client *client;
  struct MQTT_Outbox *outbox;
  struct MQTT_StreamWriter *writer;
  struct MQTT_FrameReader *reader;
  struct MQTT_FrameBudget budget;
  char *names[MQTT_IPC_TOPIC_NUMBERS];
};


__attribute__ ((format (printf, 2, 3))) static inline void
note (struct Record *record, const char *format, ...)
{
  va_list arguments;
  int n;

  va_start (arguments, format);
  n = vsnprintf (record->text + record->size,
                 sizeof (record->text) - record->size,
                 format,
                 arguments);
  va_end (arguments);
  ck_assert_int_ge (n, 0);
  record->size += (size_t)n;
  ck_assert_uint_lt (record->size + 1, sizeof (record->text));
  record->text[record->size++] = '|';
  record->text[record->size] = '\0';
}


static inline void
forget_notes (struct Record *record)
{
  record->size = 0;
  record->text[0] = '\0';
}


/** Deliver what was published to the one subscription that wants it. */
static inline void
fake_echo (struct FakeService *f, const struct MQTT_IpcPublish *publish)
{
  struct MQTT_Message *message = MQTT_message_create (&publish->publication,
                                                      MQTT_stream_now ());
  const struct MQTT_IpcSubscribed subscribed = { .subscription = f->echo };
  const struct MQTT_IpcMessage delivery = { .number = 0 };

  MQTT_ipc_put_subscribed (f->outbox, &subscribed);
  MQTT_ipc_put_name (f->outbox,
                     0,
                     f->names[publish->number],
                     strlen (f->names[publish->number]));
  MQTT_ipc_put_message (f->outbox,
                        &delivery,
                        &f->echo,
                        1,
                        message,
                        0,
                        message->retain);
  MQTT_message_unref (message);
  MQTT_stream_writer_wake (f->writer);
}


static inline void
hear_publish (struct FakeService *f, const struct MQTT_IpcPublish *publish)
{
  char of_session[32] = "";

  ck_assert_ptr_nonnull (f->names[publish->number]);
  if (0 != publish->session)
    snprintf (of_session,
              sizeof (of_session),
              "%u/%u%s ",
              (unsigned int)publish->session,
              publish->packet_id,
              publish->dup ? " dup" : "");
  note (&f->heard,
        "publish %s%s=%.*s%s",
        of_session,
        f->names[publish->number],
        (int)GNUNET_MIN (20, publish->publication.payload_size),
        (const char *)publish->publication.payload,
        (MQTT_NEVER == publish->publication.expiry_us) ? "" : " expires");
  if (0 != f->echo)
    fake_echo (f, publish);
}


static inline void
hear_open (struct FakeService *f, const struct MQTT_IpcOpen *open)
{
  const struct MQTT_Publication *will = &open->will.publication;

  char packet[16] = "";

  if (UINT32_MAX != open->maximum_packet)
    snprintf (packet,
              sizeof (packet),
              " <=%u",
              (unsigned int)open->maximum_packet);
  note (&f->heard,
        "open %u %.*s %us %u%s%s%s",
        (unsigned int)open->session,
        (int)GNUNET_MIN (20, open->client_id_size),
        open->client_id,
        (unsigned int)open->expiry_s,
        open->receive_maximum,
        open->clean_start ? " clean" : "",
        open->new_client ? "" : " again",
        packet);
  if (open->has_will)
    note (&f->heard,
          "will %.*s=%.*s %us %u%s%s",
          (int)open->will.topic_size,
          open->will.topic,
          (int)will->payload_size,
          (const char *)will->payload,
          (unsigned int)open->will.delay_s,
          will->qos,
          will->retain ? " retain" : "",
          (MQTT_NEVER == will->expiry_us) ? "" : " expires");
}


static inline void
hear_subscribe (struct FakeService *f,
                const struct MQTT_IpcSubscribe *subscribe)
{
  if (0 != subscribe->session)
    note (&f->heard,
          "subscribe %u/%u %.*s %u",
          (unsigned int)subscribe->session,
          (unsigned int)subscribe->subscription,
          (int)subscribe->filter_size,
          subscribe->filter,
          subscribe->qos);
  else
    note (&f->heard,
          "subscribe %u %.*s",
          (unsigned int)subscribe->subscription,
          (int)subscribe->filter_size,
          subscribe->filter);
}


static inline void
hear_unsubscribe (struct FakeService *f,
                  const struct MQTT_IpcUnsubscribe *unsubscribe)
{
  if (0 != unsubscribe->session)
    note (&f->heard,
          "unsubscribe %u %.*s",
          (unsigned int)unsubscribe->session,
          (int)unsubscribe->filter_size,
          unsubscribe->filter);
  else
    note (&f->heard, "unsubscribe %u", (unsigned int)unsubscribe->subscription);
}


/** "close SESSION REASON", and the expiry if it is changed. */
static inline void
hear_close (struct FakeService *f, const struct MQTT_IpcClose *close)
{
  char expiry[16] = "";

  if (close->has_expiry)
    snprintf (expiry, sizeof (expiry), " %us", (unsigned int)close->expiry_s);
  note (&f->heard,
        "close %u %02x%s",
        (unsigned int)close->session,
        close->reason,
        expiry);
}


/** "ack4 SESSION/IDENTIFIER REASON" for PUBACK, and so on. */
static inline void
hear_ack (struct FakeService *f, const struct MQTT_IpcAck *ack)
{
  note (&f->heard,
        "ack%d %u/%u %02x",
        (int)ack->type,
        (unsigned int)ack->session,
        ack->packet_id,
        ack->reason);
}


static inline bool
hear (void *cls, uint8_t type, uint8_t flags, const void *body, size_t size)
{
  struct FakeService *f = cls;
  struct MQTT_IpcFrame frame;

  ck_assert (MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                                    type,
                                    flags,
                                    body,
                                    size,
                                    &frame));
  switch (frame.type)
  {
  case MQTT_IPC_HELLO:
    note (&f->heard, "hello");
    break;
  case MQTT_IPC_NAME:
    GNUNET_free (f->names[frame.name.number]);
    f->names[frame.name.number] = GNUNET_strndup (frame.name.name,
                                                  frame.name.name_size);
    break;
  case MQTT_IPC_SUBSCRIBE:
    hear_subscribe (f, &frame.subscribe);
    break;
  case MQTT_IPC_UNSUBSCRIBE:
    hear_unsubscribe (f, &frame.unsubscribe);
    break;
  case MQTT_IPC_PUBLISH:
    hear_publish (f, &frame.publish);
    break;
  case MQTT_IPC_OPEN:
    hear_open (f, &frame.open);
    break;
  case MQTT_IPC_CLOSE:
    hear_close (f, &frame.close);
    break;
  case MQTT_IPC_ACK:
    hear_ack (f, &frame.ack);
    break;
  case MQTT_IPC_FLOW:
    note (&f->heard,
          "%s %u",
          frame.flow.paused ? "pause" : "resume",
          (unsigned int)frame.flow.session);
    break;
  default:
    ck_abort_msg ("a client does not say this");
  }
  return true;
}


static inline int
check_fake_segment (void *cls, const struct GNUNET_MessageHeader *segment)
{
  (void)cls;
  return (sizeof (*segment) < ntohs (segment->size)) ? GNUNET_OK
                                                     : GNUNET_SYSERR;
}


static inline void
handle_fake_segment (void *cls, const struct GNUNET_MessageHeader *segment)
{
  struct FakeService *f = cls;

  ck_assert_int_eq (
    MQTT_FRAME_OK,
    MQTT_frame_reader_feed (f->reader,
                            &segment[1],
                            ntohs (segment->size) - sizeof (*segment)));
  GNUNET_SERVICE_client_continue (f->client);
}


static inline void *
fake_connected (void *cls,
                struct GNUNET_SERVICE_Client *client,
                struct GNUNET_MQ_Handle *mq)
{
  struct FakeService *f = cls;

  ck_assert_ptr_null (f->client);
  f->connections++;
  f->client = client;
  f->budget.limit = SIZE_MAX;
  f->outbox = MQTT_outbox_create (SIZE_MAX);
  f->writer = MQTT_stream_writer_create (mq,
                                         f->outbox,
                                         MQTT_STREAM_IPC_SEGMENT,
                                         1,
                                         NULL,
                                         NULL);
  f->reader = MQTT_frame_reader_create (UINT32_MAX, &f->budget, &hear, f);
  MQTT_ipc_put_hello (f->outbox, &f->hello);
  MQTT_stream_writer_wake (f->writer);
  return f;
}


static inline void
fake_disconnected (void *cls,
                   struct GNUNET_SERVICE_Client *client,
                   void *internal_cls)
{
  struct FakeService *f = cls;

  (void)internal_cls;
  ck_assert_ptr_eq (f->client, client);
  MQTT_stream_writer_destroy (f->writer);
  MQTT_outbox_destroy (f->outbox);
  MQTT_frame_reader_destroy (f->reader);
  for (unsigned int i = 0; i < MQTT_IPC_TOPIC_NUMBERS; i++)
    GNUNET_free (f->names[i]);
  f->client = NULL;
}


static inline void
fake_start (struct FakeService *f,
            const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct GNUNET_MQ_MessageHandler handlers[] = { GNUNET_MQ_hd_var_size (
                                                   fake_segment,
                                                   MQTT_MESSAGE_TYPE_SEGMENT,
                                                   struct GNUNET_MessageHeader,
                                                   f),
                                                 GNUNET_MQ_handler_end () };

  if (0 == f->hello.version)
    f->hello.version = MQTT_IPC_VERSION;
  if (0 == f->hello.maximum_payload)
    f->hello.maximum_payload = 1000000;
  f->service = GNUNET_SERVICE_start ("mqtt",
                                     cfg,
                                     &fake_connected,
                                     &fake_disconnected,
                                     f,
                                     handlers);
  ck_assert_ptr_nonnull (f->service);
}


static inline void
fake_stop (struct FakeService *f)
{
  if (NULL != f->service)
    GNUNET_SERVICE_stop (f->service);
  f->service = NULL;
}


/** Answer subscriptions. */
static inline void
fake_grant (struct FakeService *f, uint32_t subscription, uint8_t reason)
{
  const struct MQTT_IpcSubscribed subscribed = { .subscription = subscription,
                                                 .reason = reason };

  MQTT_ipc_put_subscribed (f->outbox, &subscribed);
  MQTT_stream_writer_wake (f->writer);
}


/** Answer publications. */
static inline void
fake_answer (struct FakeService *f, uint32_t count, uint8_t reason)
{
  const struct MQTT_IpcPublished published = { .count = count,
                                               .reason = reason };

  MQTT_ipc_put_published (f->outbox, &published);
  MQTT_stream_writer_wake (f->writer);
}


/** Bind a topic number. */
static inline void
fake_name (struct FakeService *f, uint32_t number, const char *topic)
{
  MQTT_ipc_put_name (f->outbox, number, topic, strlen (topic));
}


/** Deliver a message to the subscriptions 1 to @a count. */
static inline void
fake_deliver (struct FakeService *f,
              uint32_t number,
              uint16_t count,
              const struct MQTT_Publication *publication)
{
  struct MQTT_Message *message = MQTT_message_create (publication,
                                                      MQTT_stream_now ());
  const struct MQTT_IpcMessage delivery = { .number = number };
  uint32_t subscriptions[16];

  for (uint16_t i = 0; i < count; i++)
    subscriptions[i] = i + 1;
  MQTT_ipc_put_message (f->outbox,
                        &delivery,
                        subscriptions,
                        count,
                        message,
                        0,
                        message->retain);
  MQTT_message_unref (message);
  MQTT_stream_writer_wake (f->writer);
}


/** Deliver a text. */
static inline void
fake_say (struct FakeService *f,
          uint32_t number,
          uint16_t count,
          const char *text)
{
  const struct MQTT_Publication publication = { .payload = text,
                                                .payload_size = strlen (text),
                                                .expiry_us = MQTT_NEVER };

  fake_deliver (f, number, count, &publication);
}

#endif
