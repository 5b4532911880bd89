/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_stranger.c
 * @brief A peer that says to another, frame by frame, what the test wants.
 */
#include "core/level_hash.h"
#include "fake_identity.h"
#include "fake_peer.h"

/** Room for what one test sends at once. */
#define STREAM_SIZE 700000


/** Write down what was published. */
static void
note_publish (struct FakeStranger *stranger,
              const struct MQTT_LinkPublish *publish)
{
  const struct MQTT_Publication *publication = &publish->publication;
  size_t used = strlen (stranger->published);

  stranger->version = publication->version;
  (void)snprintf (stranger->published + used,
                  sizeof (stranger->published) - used,
                  "%s%.*s/%u ",
                  publish->extras.kept ? "*" : "",
                  (int)GNUNET_MIN (40, publication->payload_size),
                  (const char *)publication->payload,
                  publication->qos);
}


/** #MQTT_FrameCallback */
static bool
hear (void *cls, uint8_t type, uint8_t flags, const void *body, size_t size)
{
  struct FakeStranger *stranger = cls;
  struct MQTT_LinkFrame frame;
  size_t used = strlen (stranger->heard);

  ck_assert_int_eq (MQTT_LINK_DECODED,
                    MQTT_link_frame_decode (type, flags, body, size, &frame));
  stranger->frames++;
  if (used + 1 < sizeof (stranger->heard))
    stranger->heard[used] = (char)('0' + type);
  if (MQTT_LINK_HELLO == type)
    stranger->hello = frame.hello;
  else if (MQTT_LINK_TOPIC == type)
    stranger->topic = frame.topic;
  else if (MQTT_LINK_WANT == type)
    stranger->want = frame.want;
  else if (MQTT_LINK_REFUSE == type)
    stranger->refuse = frame.refuse;
  else if (MQTT_LINK_PUBLISH == type)
    note_publish (stranger, &frame.publish);
  if ((MQTT_LINK_WANT == type) || (MQTT_LINK_REFUSE == type))
    stranger->wanted[frame.want.number % 64] = (MQTT_LINK_WANT == type);
  return true;
}


static struct FakeEar *
new_ear (struct FakeStranger *stranger)
{
  struct FakeEar *ear = GNUNET_new (struct FakeEar);

  ear->stranger = stranger;
  ear->budget.limit = 1 << 20;
  ear->reader = MQTT_frame_reader_create (1 << 20,
                                          &ear->budget,
                                          &hear,
                                          stranger);
  GNUNET_CONTAINER_DLL_insert (stranger->ears_head, stranger->ears_tail, ear);
  return ear;
}


static void
free_ear (struct FakeEar *ear)
{
  struct FakeStranger *stranger = ear->stranger;

  GNUNET_CONTAINER_DLL_remove (stranger->ears_head, stranger->ears_tail, ear);
  MQTT_frame_reader_destroy (ear->reader);
  GNUNET_free (ear);
}


static void *
accept_channel (void *cls,
                void *channel,
                const struct GNUNET_PeerIdentity *peer)
{
  struct FakeStranger *stranger = cls;
  struct FakeEar *ear = new_ear (stranger);

  (void)peer;
  ear->end = channel;
  stranger->end = channel;
  return ear;
}


static void
hear_segment (void *channel_cls, const void *data, size_t size)
{
  struct FakeEar *ear = channel_cls;
  struct FakeNode *node = &ear->stranger->node;

  ck_assert_int_eq (MQTT_FRAME_OK,
                    MQTT_frame_reader_feed (ear->reader, data, size));
  node->ops.receive_done (node, ear->end);
}


static void
note_closed (void *channel_cls)
{
  struct FakeEar *ear = channel_cls;
  struct FakeStranger *stranger = ear->stranger;

  stranger->closed++;
  if (stranger->end == ear->end)
    stranger->end = NULL;
  free_ear (ear);
}


void
fake_stranger_begin (struct FakeStranger *stranger,
                     struct FakePeer *victim,
                     unsigned int number)
{
  struct GNUNET_PeerIdentity identity = fake_identity (number);

  memset (stranger, 0, sizeof (*stranger));
  stranger->victim = &victim->node;
  fake_net_join (victim->node.net, &stranger->node, &identity);
  stranger->node.events = (struct MQTT_TransportEvents){
    .incoming = &accept_channel,
    .segment = &hear_segment,
    .closed = &note_closed,
    .cls = stranger,
  };
}


void
fake_stranger_close (struct FakeStranger *stranger, struct FakeEnd *end)
{
  struct FakeEar *ear = stranger->ears_head;

  while (end != ear->end)
    ear = ear->next;
  free_ear (ear);
  if (stranger->end == end)
    stranger->end = NULL;
  stranger->node.ops.close (&stranger->node, end);
  fake_time_pass (5);
}


void
fake_stranger_end (struct FakeStranger *stranger)
{
  while (NULL != stranger->ears_head)
    fake_stranger_close (stranger, stranger->ears_head->end);
}


void
fake_stranger_open (struct FakeStranger *stranger)
{
  struct FakeEar *ear = new_ear (stranger);

  ear->end = stranger->node.ops.open (&stranger->node,
                                      &stranger->victim->identity,
                                      ear);
  stranger->end = ear->end;
  fake_time_pass (5);
}


void
fake_stranger_send (struct FakeStranger *stranger, struct MQTT_Outbox *outbox)
{
  static uint8_t stream[STREAM_SIZE];
  size_t size = MQTT_outbox_fill (outbox, 0, stream, sizeof (stream));

  ck_assert_uint_eq (0, MQTT_outbox_bytes (outbox));
  fake_end_send (stranger->end, stream, size);
  fake_time_pass (5);
}


void
fake_stranger_say (struct FakeStranger *stranger,
                   uint8_t type,
                   const void *body,
                   size_t size)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_outbox_put (outbox, type, 0, body, size);
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


void
fake_stranger_hello (struct FakeStranger *stranger)
{
  static const struct MQTT_LinkHello hello = {
    .version = MQTT_LINK_VERSION,
    .run = 7,
    .body_limit = 1000000,
  };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_link_put_hello (outbox, &hello);
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


void
fake_stranger_ask (struct FakeStranger *stranger,
                   uint32_t number,
                   const char *topic)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (topic, strlen (topic), &levels);

  MQTT_link_put_topic (outbox, number, 1, '$' == topic[0], hashes, levels);
  GNUNET_free (hashes);
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


void
fake_stranger_name (struct FakeStranger *stranger,
                    uint32_t number,
                    const char *topic)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_link_put_name (outbox, number, topic, strlen (topic));
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


void
fake_stranger_publish (struct FakeStranger *stranger,
                       uint32_t number,
                       const char *payload)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = fake_message (payload);

  MQTT_link_put_publish (outbox, number, NULL, message, 0, NULL);
  MQTT_message_unref (message);
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


void
fake_stranger_retain (struct FakeStranger *stranger,
                      uint32_t number,
                      const char *payload,
                      const struct MQTT_Version *version,
                      bool kept)
{
  const struct MQTT_LinkExtras extras = { .kept = kept };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = fake_message (payload);

  message->retain = true;
  message->version = *version;
  MQTT_link_put_publish (outbox, number, NULL, message, 0, &extras);
  MQTT_message_unref (message);
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}


void
fake_stranger_want (struct FakeStranger *stranger)
{
  const struct MQTT_LinkWant want = { .number = stranger->topic.number,
                                      .epoch = stranger->topic.epoch,
                                      .plain = true };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  MQTT_link_put_want (outbox, &want);
  fake_stranger_send (stranger, outbox);
  MQTT_outbox_destroy (outbox);
}
