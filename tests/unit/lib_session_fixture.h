/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/lib_session_fixture.h
 * @brief What lib_fixture.h is for the sessions of the library: what the service
 *        says of them, and the application's side.
 */
#ifndef MQTT_TESTS_UNIT_LIB_SESSION_FIXTURE_H
#define MQTT_TESTS_UNIT_LIB_SESSION_FIXTURE_H

#include "gnunet_mqtt_session.h"
#include "lib_fixture.h"

/** Sessions of the application, in the order they are opened. */
static struct GNUNET_MQTT_Session *sessions[4];

/** What they are opened with. */
static struct GNUNET_MQTT_SessionOptions session_options;


/* ------------------------------ the service ------------------------------ */

static inline void
say_opened (struct LibFixture *f,
            uint32_t session,
            uint8_t reason,
            bool present,
            uint16_t receive_maximum)
{
  const struct MQTT_IpcOpened opened = { .session = session,
                                         .receive_maximum = receive_maximum,
                                         .reason = reason,
                                         .present = present };

  MQTT_ipc_put_opened (f->service.outbox, &opened);
  MQTT_stream_writer_wake (f->service.writer);
}


static inline void
say_closed (struct LibFixture *f, uint32_t session, uint8_t reason)
{
  const struct MQTT_IpcClosed closed = { .session = session, .reason = reason };

  MQTT_ipc_put_closed (f->service.outbox, &closed);
  MQTT_stream_writer_wake (f->service.writer);
}


/** To session 1. */
static inline void
say_ack (struct LibFixture *f,
         enum MQTT_IpcAckType type,
         uint16_t packet_id,
         uint8_t reason)
{
  const struct MQTT_IpcAck ack = { .session = 1,
                                   .type = type,
                                   .packet_id = packet_id,
                                   .reason = reason };

  MQTT_ipc_put_ack (f->service.outbox, &ack);
  MQTT_stream_writer_wake (f->service.writer);
}


/** To session 1. */
static inline void
say_published (struct LibFixture *f, uint32_t count, uint8_t reason)
{
  const struct MQTT_IpcPublished published = { .session = 1,
                                               .count = count,
                                               .reason = reason };

  MQTT_ipc_put_published (f->service.outbox, &published);
  MQTT_stream_writer_wake (f->service.writer);
}


/** To session 1. */
static inline void
say_subscribed (struct LibFixture *f, uint8_t reason)
{
  const struct MQTT_IpcSubscribed subscribed = { .session = 1,
                                                 .reason = reason };

  MQTT_ipc_put_subscribed (f->service.outbox, &subscribed);
  MQTT_stream_writer_wake (f->service.writer);
}


/** To session 1. */
static inline void
say_unsubscribed (struct LibFixture *f, uint8_t reason)
{
  const struct MQTT_IpcUnsubscribed unsubscribed = { .session = 1,
                                                     .reason = reason };

  MQTT_ipc_put_unsubscribed (f->service.outbox, &unsubscribed);
  MQTT_stream_writer_wake (f->service.writer);
}


/** Deliver a text on topic "t", bound to number 3, to session 1. */
static inline void
say_message (struct LibFixture *f,
             uint16_t packet_id,
             uint8_t qos,
             bool dup,
             const char *text)
{
  /* 0 stands for none. */
  static const uint32_t identifiers[] = { 77, 0, 78 };
  const struct MQTT_Publication publication = { .payload = text,
                                                .payload_size = strlen (text),
                                                .expiry_us = MQTT_NEVER,
                                                .qos = qos };
  const struct MQTT_IpcMessage delivery = { .session = 1,
                                            .packet_id = packet_id,
                                            .dup = dup,
                                            .number = 3 };
  struct MQTT_Message *message = MQTT_message_create (&publication,
                                                      MQTT_stream_now ());

  MQTT_ipc_put_message (f->service.outbox,
                        &delivery,
                        identifiers,
                        (0 == qos) ? 3 : 0,
                        message,
                        qos,
                        false);
  MQTT_message_unref (message);
  MQTT_stream_writer_wake (f->service.writer);
}


/** Session 1 is open, as a new one or not. */
static inline void
say_new (struct LibFixture *f)
{
  say_opened (f, 1, GNUNET_MQTT_SUCCESS, false, 20);
}


static inline void
say_present (struct LibFixture *f)
{
  say_opened (f, 1, GNUNET_MQTT_SUCCESS, true, 20);
}


static inline void
drop_connection (struct LibFixture *f)
{
  GNUNET_SERVICE_client_drop (f->service.client);
}


/* ---------------------------- the application ---------------------------- */

static inline void
told_opened (void *cls, const struct GNUNET_MQTT_SessionOpened *opened)
{
  const struct Who *who = cls;
  char expiry[32] = "";

  if (GNUNET_TIME_relative_is_forever (opened->expiry))
    snprintf (expiry, sizeof (expiry), " forever");
  else if (!GNUNET_TIME_relative_is_zero (opened->expiry))
    snprintf (expiry,
              sizeof (expiry),
              " %us",
              (unsigned int)(opened->expiry.rel_value_us / 1000000));
  note (&who->f->told,
        "%s opened%s %u%s",
        who->name,
        opened->present ? " present" : "",
        opened->receive_maximum,
        expiry);
  ck_assert_uint_eq (who->f->service.hello.maximum_payload,
                     opened->maximum_payload);
  ck_assert_uint_eq (who->f->service.hello.maximum_qos, opened->maximum_qos);
  ck_assert_int_eq (who->f->service.hello.retain_available,
                    opened->retain_available);
  once_in_callback (who->f);
}


static inline void
told_closed (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  const struct Who *who = cls;

  note (&who->f->told, "%s closed %02x", who->name, (unsigned int)reason);
  once_in_callback (who->f);
}


static inline void
told_session_message (void *cls,
                      const struct GNUNET_MQTT_Message *message,
                      const uint32_t *identifiers,
                      unsigned int identifier_count)
{
  const struct Who *who = cls;

  note (&who->f->told,
        "%s got %.*s=%.*s %u/%u%s",
        who->name,
        (int)message->topic_size,
        message->topic,
        (int)message->payload_size,
        (const char *)message->payload,
        message->qos,
        message->packet_id,
        message->dup ? " dup" : "");
  ck_assert_uint_eq ((0 == message->qos) ? 2 : 0, identifier_count);
  if (0 != identifier_count)
    ck_assert_uint_eq (77 + 78, identifiers[0] + identifiers[1]);
  once_in_callback (who->f);
}


static inline void
told_acknowledged (void *cls,
                   enum GNUNET_MQTT_PacketType type,
                   uint16_t packet_id,
                   enum GNUNET_MQTT_ReasonCode reason)
{
  const struct Who *who = cls;

  note (&who->f->told,
        "%s ack%d %u %02x",
        who->name,
        (int)type,
        packet_id,
        (unsigned int)reason);
  once_in_callback (who->f);
}


/** Open a session with this client identifier; @a i says which one. */
static inline void
open_session (struct LibFixture *f, unsigned int i, const char *client_id)
{
  static const struct GNUNET_MQTT_SessionCallbacks callbacks = {
    .opened = &told_opened,
    .closed = &told_closed,
    .message = &told_session_message,
    .acknowledged = &told_acknowledged
  };
  struct GNUNET_MQTT_SessionOptions options = session_options;

  options.client_id = client_id;
  options.client_id_size = strlen (client_id);
  sessions[i] = GNUNET_MQTT_session_open (f->mqtt,
                                          &options,
                                          &callbacks,
                                          who (f, client_id));
  ck_assert_ptr_nonnull (sessions[i]);
}


/** The first session, "me". */
static inline void
open_me (struct LibFixture *f)
{
  open_session (f, 0, "me");
}


/** Leave it. */
static inline void
leave_me (struct LibFixture *f)
{
  GNUNET_MQTT_session_close (sessions[0],
                             GNUNET_MQTT_SUCCESS,
                             NULL,
                             &told_answer,
                             who (f, "left"));
}


/** Publish a text to topic "a" in session "me". */
static inline void
session_publish (struct LibFixture *f, uint8_t qos, const char *payload)
{
  const struct GNUNET_MQTT_Message message = { .topic = "a",
                                               .topic_size = 1,
                                               .payload = payload,
                                               .payload_size = strlen (payload),
                                               .qos = qos };

  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_MQTT_session_publish (sessions[0],
                                                 &message,
                                                 &told_answer,
                                                 who (f, payload)));
}


static inline void
session_subscribe (struct LibFixture *f,
                   const char *filter,
                   uint32_t identifier)
{
  const struct GNUNET_MQTT_SubscribeOptions options = {
    .qos = 2,
    .identifier = identifier
  };

  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_MQTT_session_subscribe (sessions[0],
                                                   filter,
                                                   strlen (filter),
                                                   &options,
                                                   &told_answer,
                                                   who (f, filter)));
}


static inline void
session_unsubscribe (struct LibFixture *f, const char *filter)
{
  ck_assert_int_eq (GNUNET_OK,
                    GNUNET_MQTT_session_unsubscribe (sessions[0],
                                                     filter,
                                                     strlen (filter),
                                                     &told_answer,
                                                     who (f, "end")));
}

#endif
