/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/ipc_samples.h
 * @brief One frame of each type between library and service, for tests.
 */
#ifndef MQTT_TESTS_UNIT_IPC_SAMPLES_H
#define MQTT_TESTS_UNIT_IPC_SAMPLES_H

#include "core/ipc_frame.h"
#include "wire.h"

#define NOW 1000000

static const struct MQTT_IpcHello sample_hello = {
  .version = MQTT_IPC_VERSION,
  .maximum_qos = 2,
  .retain_available = true,
  .maximum_payload = 0x12345678,
  .peer = { .public_key = { .q_y = { 1, 2, 3 } } }
};

/** Not an entry, but as long as one with a prefix of 3 bytes. */
static const uint8_t sample_entry[MQTT_CHANNEL_ENTRY_FIXED + 3] = { 1, 1 };

static const struct MQTT_IpcChannel sample_channel = { .entry = sample_entry,
                                                       .entry_size = sizeof (
                                                         sample_entry) };

static const struct MQTT_IpcChanneled sample_channeled = {
  .verdict = MQTT_CHANNEL_NO_ROOM
};

static const struct MQTT_IpcSubscribe sample_subscribe = {
  .session = 0x01020304,
  .subscription = 77,
  .qos = 1,
  .no_local = true,
  .retain_as_published = true,
  .retain_handling = 2,
  .anonymous = true,
  .filter = "a/+",
  .filter_size = 3
};

static const struct MQTT_IpcUnsubscribe sample_unsubscribe = {
  .session = 0x01020304,
  .filter = "a/+",
  .filter_size = 3
};

static const struct MQTT_IpcPublish sample_publish = { .session = 0x01020304,
                                                       .packet_id = 0xabcd,
                                                       .dup = true,
                                                       .number = 17 };

static const struct MQTT_IpcSubscribed sample_subscribed = {
  .session = 0x01020304,
  .subscription = 77,
  .reason = 0x8f
};

static const struct MQTT_IpcUnsubscribed sample_unsubscribed = {
  .session = 0x01020304,
  .reason = 0x11
};

static const struct MQTT_IpcPublished sample_published = {
  .session = 0x01020304,
  .count = 1000,
  .reason = 0x97
};

static const struct MQTT_IpcMessage sample_delivery = { .session = 0x01020304,
                                                        .packet_id = 0xabcd,
                                                        .dup = true,
                                                        .number = 17 };

static const uint32_t sample_subscriptions[] = { 1, UINT32_MAX, 0x12345678 };

static const struct MQTT_IpcOpen sample_open = {
  .session = 0x01020304,
  .expiry_s = UINT32_MAX,
  .maximum_packet = 0x01020304,
  .receive_maximum = 20,
  .clean_start = true,
  .new_client = true,
  .has_will = true,
  .client_id = "gr\xc3\xbc\xc3\x9f\x65",
  .client_id_size = 7,
  .will = { .topic = "w/t",
            .topic_size = 3,
            .delay_s = 60,
            .publication = { .properties = "\1\1",
                             .properties_size = 2,
                             .payload = "pay\0load",
                             .payload_size = 8,
                             .expiry_us = 5000,
                             .qos = 2,
                             .retain = true } }
};

static const struct MQTT_IpcOpened sample_opened = { .session = 0x01020304,
                                                     .expiry_s = 0x04030201,
                                                     .receive_maximum = 0x0102,
                                                     .reason = 0,
                                                     .present = true };

static const struct MQTT_IpcClose sample_close = { .session = 0x01020304,
                                                   .has_expiry = true,
                                                   .expiry_s = 3600,
                                                   .reason = 4 };

static const struct MQTT_IpcClosed sample_closed = { .session = 0x01020304,
                                                     .reason = 0x8e };

static const struct MQTT_IpcAck sample_ack = { .session = 0x01020304,
                                               .type = MQTT_IPC_PUBREC,
                                               .packet_id = 0xabcd,
                                               .reason = 0x10 };

static const struct MQTT_IpcFlow sample_flow = { .session = 0x01020304,
                                                 .paused = true };

/**
 * A frame, who may send it, and what is left of it when it is cut.
 */
struct Sample
{
  enum MQTT_IpcFrameType type;
  bool from_client;
  bool from_service;
  /** Bytes of the body. */
  size_t size;
  /** Least bytes that are a legal body. */
  size_t least;
};

static const struct Sample samples[] = {
  { MQTT_IPC_HELLO, false, true, 40, 40 },
  { MQTT_IPC_NAME, true, true, 7, 5 },
  { MQTT_IPC_SUBSCRIBE, true, false, 11, 9 },
  { MQTT_IPC_UNSUBSCRIBE, true, false, 11, 9 },
  { MQTT_IPC_PUBLISH, true, false, 30, 22 },
  { MQTT_IPC_SUBSCRIBED, false, true, 9, 9 },
  { MQTT_IPC_UNSUBSCRIBED, false, true, 5, 5 },
  { MQTT_IPC_PUBLISHED, false, true, 9, 9 },
  { MQTT_IPC_MESSAGE, false, true, 46, 38 },
  { MQTT_IPC_OPEN, true, false, 56, 48 },
  { MQTT_IPC_OPENED, false, true, 11, 11 },
  { MQTT_IPC_CLOSE, true, false, 9, 9 },
  { MQTT_IPC_CLOSED, false, true, 5, 5 },
  { MQTT_IPC_ACK, true, true, 8, 8 },
  { MQTT_IPC_CHANNEL, true, false, 163, 160 },
  { MQTT_IPC_CHANNELED, false, true, 1, 1 },
  { MQTT_IPC_FLOW, true, false, 4, 4 },
};

#define SAMPLES (sizeof (samples) / sizeof (samples[0]))


static inline void
put_sample_delivery (struct MQTT_Outbox *outbox, struct MQTT_Message *message)
{
  MQTT_ipc_put_message (outbox,
                        &sample_delivery,
                        sample_subscriptions,
                        3,
                        message,
                        1,
                        true);
}


/**
 * Queue a sample.
 */
static inline void
put_sample (struct MQTT_Outbox *outbox, enum MQTT_IpcFrameType type)
{
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);

  switch (type)
  {
  case MQTT_IPC_HELLO:
    MQTT_ipc_put_hello (outbox, &sample_hello);
    break;
  case MQTT_IPC_NAME:
    MQTT_ipc_put_name (outbox, 1023, "a/b", 3);
    break;
  case MQTT_IPC_SUBSCRIBE:
    MQTT_ipc_put_subscribe (outbox, &sample_subscribe);
    break;
  case MQTT_IPC_UNSUBSCRIBE:
    MQTT_ipc_put_unsubscribe (outbox, &sample_unsubscribe);
    break;
  case MQTT_IPC_PUBLISH:
    MQTT_ipc_put_publish (outbox, &sample_publish, message);
    break;
  case MQTT_IPC_SUBSCRIBED:
    MQTT_ipc_put_subscribed (outbox, &sample_subscribed);
    break;
  case MQTT_IPC_UNSUBSCRIBED:
    MQTT_ipc_put_unsubscribed (outbox, &sample_unsubscribed);
    break;
  case MQTT_IPC_PUBLISHED:
    MQTT_ipc_put_published (outbox, &sample_published);
    break;
  case MQTT_IPC_MESSAGE:
    put_sample_delivery (outbox, message);
    break;
  case MQTT_IPC_OPEN:
    MQTT_ipc_put_open (outbox, &sample_open);
    break;
  case MQTT_IPC_CLOSE:
    MQTT_ipc_put_close (outbox, &sample_close);
    break;
  case MQTT_IPC_OPENED:
    MQTT_ipc_put_opened (outbox, &sample_opened);
    break;
  case MQTT_IPC_CLOSED:
    MQTT_ipc_put_closed (outbox, &sample_closed);
    break;
  case MQTT_IPC_ACK:
    MQTT_ipc_put_ack (outbox, &sample_ack);
    break;
  case MQTT_IPC_CHANNEL:
    MQTT_ipc_put_channel (outbox, &sample_channel);
    break;
  case MQTT_IPC_CHANNELED:
    MQTT_ipc_put_channeled (outbox, &sample_channeled);
    break;
  case MQTT_IPC_FLOW:
    MQTT_ipc_put_flow (outbox, &sample_flow);
    break;
  }
  MQTT_message_unref (message);
}


/**
 * Make a sample.
 *
 * @param[out] header set
 * @return its body
 */
static inline struct Wire
make_sample (enum MQTT_IpcFrameType type, struct MQTT_FrameHeader *header)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct Wire body;

  put_sample (outbox, type);
  body = wire_take_body (outbox, NOW, header);
  MQTT_outbox_destroy (outbox);
  ck_assert_int_eq (type, header->type);
  return body;
}


static inline bool
decode_from (enum MQTT_IpcSide side,
             const struct MQTT_FrameHeader *header,
             const struct Wire *body,
             struct MQTT_IpcFrame *frame)
{
  return MQTT_ipc_frame_decode (side,
                                header->type,
                                header->flags,
                                body->data,
                                body->size,
                                frame);
}

#endif
