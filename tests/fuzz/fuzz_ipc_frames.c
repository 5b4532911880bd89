/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_ipc_frames.c
 * @brief What a hostile client, or a hostile service, may send.
 *
 * Input: a byte, its lowest bit 1 if the service sends, the others one less than
 * the size of the pieces; then the stream.
 */
#include "core/ipc_frame.h"
#include "fuzz_frames.h"


static void
put_message (struct MQTT_Outbox *outbox, const struct MQTT_IpcMessage *message)
{
  uint32_t subscriptions[MQTT_IPC_SUBSCRIPTIONS_MAX];
  struct MQTT_Message *shared = MQTT_message_create (&message->publication, 0);

  for (uint16_t i = 0; i < message->subscription_count; i++)
    subscriptions[i] = MQTT_ipc_message_subscription (message, i);
  MQTT_ipc_put_message (outbox,
                        message,
                        subscriptions,
                        message->subscription_count,
                        shared,
                        shared->qos,
                        shared->retain);
  MQTT_message_unref (shared);
}


static void
put_publish (struct MQTT_Outbox *outbox, const struct MQTT_IpcPublish *publish)
{
  struct MQTT_Message *message = MQTT_message_create (&publish->publication, 0);

  MQTT_ipc_put_publish (outbox, publish, message);
  MQTT_message_unref (message);
}


static void
put_frame (struct MQTT_Outbox *outbox, const struct MQTT_IpcFrame *frame)
{
  switch (frame->type)
  {
  case MQTT_IPC_HELLO:
    MQTT_ipc_put_hello (outbox, &frame->hello);
    break;
  case MQTT_IPC_NAME:
    MQTT_ipc_put_name (outbox,
                       frame->name.number,
                       frame->name.name,
                       frame->name.name_size);
    break;
  case MQTT_IPC_SUBSCRIBE:
    MQTT_ipc_put_subscribe (outbox, &frame->subscribe);
    break;
  case MQTT_IPC_UNSUBSCRIBE:
    MQTT_ipc_put_unsubscribe (outbox, &frame->unsubscribe);
    break;
  case MQTT_IPC_PUBLISH:
    put_publish (outbox, &frame->publish);
    break;
  case MQTT_IPC_SUBSCRIBED:
    MQTT_ipc_put_subscribed (outbox, &frame->subscribed);
    break;
  case MQTT_IPC_UNSUBSCRIBED:
    MQTT_ipc_put_unsubscribed (outbox, &frame->unsubscribed);
    break;
  case MQTT_IPC_PUBLISHED:
    MQTT_ipc_put_published (outbox, &frame->published);
    break;
  case MQTT_IPC_MESSAGE:
    put_message (outbox, &frame->message);
    break;
  case MQTT_IPC_OPEN:
    MQTT_ipc_put_open (outbox, &frame->open);
    break;
  case MQTT_IPC_CLOSE:
    MQTT_ipc_put_close (outbox, &frame->close);
    break;
  case MQTT_IPC_OPENED:
    MQTT_ipc_put_opened (outbox, &frame->opened);
    break;
  case MQTT_IPC_CLOSED:
    MQTT_ipc_put_closed (outbox, &frame->closed);
    break;
  case MQTT_IPC_ACK:
    MQTT_ipc_put_ack (outbox, &frame->ack);
    break;
  case MQTT_IPC_CHANNEL:
    MQTT_ipc_put_channel (outbox, &frame->channel);
    break;
  case MQTT_IPC_CHANNELED:
    MQTT_ipc_put_channeled (outbox, &frame->channeled);
    break;
  case MQTT_IPC_FLOW:
    MQTT_ipc_put_flow (outbox, &frame->flow);
    break;
  }
}


static bool
check_frame (void *cls,
             uint8_t type,
             uint8_t flags,
             const void *body,
             size_t size)
{
  const enum MQTT_IpcSide *side = cls;
  struct MQTT_IpcFrame frame;
  struct MQTT_Outbox *outbox;

  if (!MQTT_ipc_frame_decode (*side, type, flags, body, size, &frame))
    return false;
  FUZZ_CHECK (type == frame.type);
  if ((MQTT_IPC_HELLO == type) && (MQTT_IPC_VERSION != frame.hello.version))
    return true;
  outbox = fuzz_outbox ();
  put_frame (outbox, &frame);
  fuzz_expect_same (outbox, type, flags, body, size);
  return true;
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  enum MQTT_IpcSide side;

  if (0 == size)
    return 0;
  side = (0 != (data[0] & 1)) ? MQTT_IPC_FROM_SERVICE : MQTT_IPC_FROM_CLIENT;
  fuzz_read (data + 1,
             size - 1,
             1 + (size_t)(data[0] >> 1),
             &check_frame,
             &side);
  return 0;
}
