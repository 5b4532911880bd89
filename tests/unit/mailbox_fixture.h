/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/mailbox_fixture.h
 * @brief One who publishes at QoS 2, two who may subscribe, and the account of what
 *        was put into mailboxes.
 */
#ifndef MQTT_TESTS_UNIT_MAILBOX_FIXTURE_H
#define MQTT_TESTS_UNIT_MAILBOX_FIXTURE_H

#include <sqlite3.h>
#include "run_cases.h"
#include "fake_peer.h"
#include "store_faults.h"
#include "stream/stream.h"

static struct FakeNet net;
/** Who publishes. */
static struct FakePeer *from;
/** Who subscribes. */
static struct FakePeer *to;
static struct FakePeer *third;
static struct MQTT_Subscription *subscription;
/** Promises that were kept. */
static unsigned int kept;
/** What was in mailboxes when they were started anew. */
static uint64_t restored;


static void
setup (void)
{
  memset (&net, 0, sizeof (net));
  kept = 0;
  restored = 0;
  fake_time_begin ();
  from = fake_peer_create (&net, 1);
  to = fake_peer_create (&net, 2);
  third = fake_peer_create (&net, 3);
  subscription = fake_peer_subscribe_surely (to, "a/#");
}


static uint64_t
counted (const struct FakePeer *peer, enum MQTT_Counter which)
{
  return MQTT_counter (peer->counters, which);
}


/** Every message that was put into a mailbox has one end, or is still there. */
static void
check_balance (const struct FakePeer *peer)
{
  static const enum MQTT_Counter ends[] = {
    MQTT_COUNT_OUTBOX,           MQTT_COUNT_OUTBOX_ACKNOWLEDGED,
    MQTT_COUNT_OUTBOX_EXPIRED,   MQTT_COUNT_OUTBOX_UNWANTED,
    MQTT_COUNT_OUTBOX_HANDED_ON, MQTT_COUNT_OUTBOX_TOO_LARGE
  };
  uint64_t sum = restored;

  for (size_t i = 0; i < sizeof (ends) / sizeof (ends[0]); i++)
    sum += counted (peer, ends[i]);
  ck_assert_uint_eq (counted (peer, MQTT_COUNT_OUTBOX_IN), sum);
}


static void
teardown (void)
{
  check_balance (from);
  fake_peer_unsubscribe (to, subscription);
  fake_peer_destroy (from);
  fake_peer_destroy (to);
  fake_peer_destroy (third);
  fake_net_end (&net);
  fake_time_end ();
}


/** Start the sender anew. */
static void
restart (void)
{
  restored += counted (from, MQTT_COUNT_OUTBOX);
  fake_peer_restart (from);
}


static void
note_kept (void *cls, bool is_kept)
{
  (void)cls;
  kept += is_kept;
}


/** Publish to one peer, and wait for it as who publishes does. */
static void
publish (struct FakePeer *other,
         const char *name,
         const char *payload,
         uint64_t expiry_us)
{
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = expiry_us,
    .qos = 2,
  };
  struct MQTT_Topic *topic = MQTT_topics_get (from->topics,
                                              name,
                                              strlen (name));
  struct MQTT_Message *message = MQTT_message_create (&publication,
                                                      MQTT_stream_now ());
  const struct MQTT_Audience audience = { .plain = true };
  struct MQTT_Promise *promise = MQTT_promise_begin (from->promises,
                                                     topic,
                                                     message);

  ck_assert_ptr_nonnull (promise);
  ck_assert (MQTT_mailboxes_put (MQTT_links_mailboxes (from->links),
                                 &other->node.identity,
                                 topic,
                                 message,
                                 2,
                                 &audience));
  MQTT_mailboxes_slow (MQTT_links_mailboxes (from->links),
                       &other->node.identity,
                       topic,
                       MQTT_promise_source (promise));
  MQTT_promise_seal (promise, &note_kept, NULL);
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}


static void
send_numbers (struct FakePeer *other, const char *name, int first, int last)
{
  for (int i = first; i <= last; i++)
  {
    char payload[12];

    (void)snprintf (payload, sizeof (payload), "%d", i);
    publish (other, name, payload, MQTT_NEVER);
  }
}


/** @return whether all that was put into mailboxes is acknowledged */
static inline bool
is_done (void)
{
  return counted (from, MQTT_COUNT_OUTBOX_ACKNOWLEDGED)
         == counted (from, MQTT_COUNT_OUTBOX_IN);
}

#endif
