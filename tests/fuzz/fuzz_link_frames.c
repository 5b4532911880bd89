/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_link_frames.c
 * @brief What a hostile peer may send on a link.
 *
 * Input: a byte, one less than the size of the pieces; then the stream.
 */
#include "core/link_frame.h"
#include "fuzz_frames.h"


static void
put_topic (struct MQTT_Outbox *outbox, const struct MQTT_LinkTopic *topic)
{
  uint64_t *hashes = calloc (topic->count, sizeof (*hashes));

  FUZZ_CHECK (NULL != hashes);
  for (size_t i = 0; i < topic->count; i++)
    hashes[i] = MQTT_link_topic_hash (topic, i);
  MQTT_link_put_owned_topic (outbox,
                             topic->number,
                             topic->epoch,
                             topic->dollar,
                             hashes,
                             topic->count,
                             topic->entry,
                             topic->entry_size);
  free (hashes);
}


static void
put_publish (struct MQTT_Outbox *outbox, const struct MQTT_LinkPublish *publish)
{
  struct MQTT_Message *message = MQTT_message_create (&publish->publication, 0);

  MQTT_link_put_publish (outbox,
                         publish->number,
                         (0 == publish->serial.sequence) ? NULL
                                                         : &publish->serial,
                         message,
                         message->qos,
                         &publish->extras);
  MQTT_message_unref (message);
}


static void
put_will (struct MQTT_Outbox *outbox, const struct MQTT_LinkWill *will)
{
  struct MQTT_Message *message = MQTT_message_create (&will->publication, 0);

  MQTT_link_put_will (outbox, will->number, will->delay_s, message);
  MQTT_message_unref (message);
}


static void
put_frame (struct MQTT_Outbox *outbox, const struct MQTT_LinkFrame *frame)
{
  switch (frame->type)
  {
  case MQTT_LINK_HELLO:
    MQTT_link_put_hello (outbox, &frame->hello);
    break;
  case MQTT_LINK_TOPIC:
    put_topic (outbox, &frame->topic);
    break;
  case MQTT_LINK_WANT:
    MQTT_link_put_want (outbox, &frame->want);
    break;
  case MQTT_LINK_REFUSE:
    MQTT_link_put_refuse (outbox, &frame->refuse);
    break;
  case MQTT_LINK_NAME:
    MQTT_link_put_name (outbox,
                        frame->name.number,
                        frame->name.name,
                        frame->name.name_size);
    break;
  case MQTT_LINK_PUBLISH:
    put_publish (outbox, &frame->publish);
    break;
  case MQTT_LINK_PING:
    MQTT_link_put_ping (outbox);
    break;
  case MQTT_LINK_BYE:
    MQTT_link_put_bye (outbox);
    break;
  case MQTT_LINK_ACK:
    MQTT_link_put_ack (outbox, &frame->ack);
    break;
  case MQTT_LINK_RETURN:
    MQTT_link_put_return (outbox, &frame->returned);
    break;
  case MQTT_LINK_WILL:
    put_will (outbox, &frame->will);
    break;
  case MQTT_LINK_UNWILL:
    MQTT_link_put_unwill (outbox, &frame->unwill);
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
  struct MQTT_LinkFrame frame;
  struct MQTT_Outbox *outbox;

  (void)cls;
  switch (MQTT_link_frame_decode (type, flags, body, size, &frame))
  {
  case MQTT_LINK_BAD:
    return false;
  case MQTT_LINK_IGNORE:
    return true;
  case MQTT_LINK_DECODED:
    break;
  }
  FUZZ_CHECK (type == frame.type);
  if ((MQTT_LINK_HELLO == type) && (MQTT_LINK_VERSION != frame.hello.version))
    return true;
  outbox = fuzz_outbox ();
  put_frame (outbox, &frame);
  fuzz_expect_same (outbox, type, flags, body, size);
  return true;
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (0 != size)
    fuzz_read (data + 1, size - 1, 1 + (size_t)data[0], &check_frame, NULL);
  return 0;
}
