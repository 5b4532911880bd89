/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_wire.c
 * @brief What a hostile peer may do to the links of another, that wants some
 *        topics and offers some.
 *
 * Input: a byte, one less than the size of the segments; then the stream.
 */
#include "../unit/fake_peer.h"
#include "fuzz.h"
#include "service/offers.h"

/** Topics offered to the hostile peer. */
#define OFFERS 3

/** Topics that belong to an ego, one of whose entries is among the seeds. */
#define OWNED "000G057XEY2GWM05W5R2QA281XVPFVEFDFD43KX4W5CH0W0EG8N12WMYMC/#"

/** Segments fed; more make an input slow. */
#define SEGMENTS 512

/**
 * Comes before the one of Check, and does not need a test that runs.
 */
void
_mark_point (const char *file, int line)
{
  (void)file;
  (void)line;
}


/**
 * Comes before the one of Check: an assertion of the fakes' that fails is a find.
 */
void
_ck_assert_failed (const char *file,
                   int line,
                   const char *expr,
                   const char *msg,
                   ...)
{
  (void)file;
  (void)line;
  (void)expr;
  (void)msg;
  __builtin_trap ();
}


static void
ignore_wanted (void *cls, uint64_t age_us)
{
  (void)cls;
  (void)age_us;
}


static void
ignore_event (void *cls)
{
  (void)cls;
}


static const struct MQTT_OfferEvents events = {
  .wanted = &ignore_wanted,
  .lost = &ignore_event,
  .ended = &ignore_event,
};


/** Publish what the hostile peer says that it wants. */
static void
publish (struct MQTT_Offer *const *offers)
{
  struct MQTT_Message *message = fake_message ("payload");

  for (int i = 0; i < OFFERS; i++)
    if (MQTT_offer_is_wanted (offers[i]))
      MQTT_offer_publish (offers[i], message, NULL, NULL);
  MQTT_message_unref (message);
}


static void
feed (struct FakeStranger *stranger,
      struct MQTT_Offer *const *offers,
      const uint8_t *data,
      size_t size)
{
  size_t piece = 1 + (size_t)data[0];

  piece = GNUNET_MAX (piece, size / SEGMENTS);
  for (size_t at = 1; at < size; at += piece)
  {
    if (NULL == stranger->end)
      fake_stranger_open (stranger);
    fake_end_send (stranger->end, data + at, GNUNET_MIN (piece, size - at));
    fake_time_pass (3);
    publish (offers);
  }
  fake_time_pass (10);
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const names[OFFERS] = { "o", "o/p", "$o" };
  struct FakeNet net = { .count = 0 };
  struct FakeStranger stranger;
  struct FakePeer *peer;
  struct MQTT_Subscription *subscriptions[3];
  struct MQTT_Offer *offers[OFFERS];

  if (0 == size)
    return 0;
  /* Every peer that is dropped is a line. */
  FUZZ_CHECK (GNUNET_OK == GNUNET_log_setup ("fuzz", "ERROR", NULL));
  fake_time_begin ();
  peer = fake_peer_create (&net, 1);
  subscriptions[0] = fake_peer_subscribe (peer, "a/#");
  subscriptions[1] = fake_peer_subscribe (peer, "b");
  subscriptions[2] = fake_peer_subscribe (peer, OWNED);
  fake_stranger_begin (&stranger, peer, 2);
  for (int i = 0; i < OFFERS; i++)
  {
    struct MQTT_Topic *topic = MQTT_topics_get (peer->topics,
                                                names[i],
                                                strlen (names[i]));

    offers[i] = MQTT_offer_create (fake_peer_link (peer, &stranger.node),
                                   topic,
                                   &events,
                                   NULL);
    MQTT_topic_unref (topic);
  }
  fake_time_pass (5);
  feed (&stranger, offers, data, size);
  fake_peer_unsubscribe (peer, subscriptions[1]);
  fake_time_pass (10);
  FUZZ_CHECK (2 >= fake_node_ends (&peer->node));
  for (int i = 0; i < OFFERS; i++)
    MQTT_offer_destroy (offers[i]);
  fake_peer_unsubscribe (peer, subscriptions[0]);
  fake_peer_unsubscribe (peer, subscriptions[2]);
  fake_peer_destroy (peer);
  fake_stranger_end (&stranger);
  fake_net_end (&net);
  fake_time_end ();
  return 0;
}
