/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/outreach_groups_fixture.h
 * @brief Who publishes for a group of which there are members at two other peers, and
 *        perhaps where it is published.
 */
#ifndef MQTT_TESTS_UNIT_OUTREACH_GROUPS_FIXTURE_H
#define MQTT_TESTS_UNIT_OUTREACH_GROUPS_FIXTURE_H

#include "outreach_fixture.h"
#include "stream/stream.h"

/** What all of a group have subscribed to. */
#define GROUP "$share/g/a"

/** One more who subscribes; 4 in the meeting place. */
static struct FakePeer *third;
/** A member where it is published, what it got, and whether it has room. */
static struct MQTT_Subscriber local;
static struct MQTT_Subscription *local_member;
static unsigned int local_count;
static bool local_full;
/** Payload of what is published next. */
static unsigned int published;
static unsigned int kept;


/** See struct MQTT_Subscriber. */
static void
deliver_here (void *cls,
              struct MQTT_Topic *topic,
              const uint32_t *numbers,
              size_t count,
              struct MQTT_Message *message,
              uint8_t qos,
              const struct MQTT_Share *share,
              struct MQTT_Source *from)
{
  (void)cls;
  (void)topic;
  (void)numbers;
  (void)message;
  (void)qos;
  (void)from;
  ck_assert_uint_eq (1, count);
  ck_assert_ptr_nonnull (share);
  local_count++;
}


/** See struct MQTT_Subscriber. */
static bool
ready_here (void *cls,
            const struct MQTT_Message *message,
            unsigned int copies,
            size_t numbers)
{
  (void)cls;
  (void)message;
  (void)copies;
  (void)numbers;
  return !local_full;
}


static void
setup_groups (void)
{
  setup ();
  third = fake_peer_create (&broker.net, 4);
  local = (struct MQTT_Subscriber){
    .ready = &ready_here,
    .deliver = &deliver_here,
  };
  local_member = NULL;
  local_count = 0;
  local_full = false;
  published = 0;
  kept = 0;
}


static void
teardown_groups (void)
{
  if (NULL != local_member)
    MQTT_subscriptions_remove (peer->subscriptions, local_member);
  fake_peer_destroy (third);
  teardown ();
}


/**
 * Have a member where it is published.
 */
static inline void
join_here (void)
{
  local_member = MQTT_subscriptions_add (peer->subscriptions,
                                         &local,
                                         GROUP,
                                         strlen (GROUP),
                                         1,
                                         2,
                                         false);
}


static void
note_kept (void *cls, bool is_kept)
{
  (void)cls;
  kept += is_kept;
}


/**
 * Publish the next number to topic "a", as a client does.
 *
 * @return false if it is refused
 */
static bool
publish_next (uint8_t qos)
{
  char payload[8];
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = (size_t)
      snprintf (payload, sizeof (payload), "%u", ++published),
    .expiry_us = MQTT_NEVER,
    .qos = qos,
  };
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics, "a", 1);
  struct MQTT_Message *message = MQTT_message_create (&publication,
                                                      MQTT_stream_now ());
  struct MQTT_Promise *promise = NULL;

  if (0 == qos)
    ck_assert (MQTT_publishing_publish (&broker.publishing,
                                        topic,
                                        message,
                                        NULL,
                                        &source));
  else
    promise = MQTT_publishing_promise (&broker.publishing,
                                       topic,
                                       message,
                                       NULL,
                                       &source);
  if (NULL != promise)
    MQTT_promise_seal (promise, &note_kept, NULL);
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
  return (0 == qos) || (NULL != promise);
}


/**
 * Publish so many, and let time pass.
 */
static inline void
publish_some (unsigned int count, uint8_t qos, unsigned int ms)
{
  for (unsigned int i = 0; i < count; i++)
    ck_assert (publish_next (qos));
  fake_time_pass (ms);
}


/**
 * How often did one of the peers get a number?
 */
static inline unsigned int
times_got (unsigned int number)
{
  const struct FakePeer *const peers[] = { other, third };
  unsigned int times = 0;
  char text[16];

  (void)snprintf (text, sizeof (text), "a=%u ", number);
  for (size_t i = 0; i < 2; i++)
    for (const char *at = peers[i]->received; NULL != (at = strstr (at, text));
         at++)
      times++;
  return times;
}


/**
 * Check that each number was got once by the peers.
 */
static inline void
check_each_once (void)
{
  for (unsigned int i = 1; i <= published; i++)
    ck_assert_msg (1 == times_got (i),
                   "%u: \"%s\" \"%s\"",
                   i,
                   other->received,
                   third->received);
}

#endif
