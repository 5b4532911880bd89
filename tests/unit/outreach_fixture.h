/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/outreach_fixture.h
 * @brief Who publishes, who may want it, and a fake meeting place and transport
 *        between them.
 */
#ifndef MQTT_TESTS_UNIT_OUTREACH_FIXTURE_H
#define MQTT_TESTS_UNIT_OUTREACH_FIXTURE_H

#include "run_cases.h"
#include "core/discovery_code.h"
#include "fake_broker.h"
#include "service/outreach.h"

static struct FakeBroker broker;
/** Who publishes. */
static struct FakePeer *peer;
/** Who subscribes; 2 in the meeting place. */
static struct FakePeer *other;
static struct FakeStranger stranger;
static struct MQTT_Source source;
static unsigned int resumed;


static void
resume (void *cls)
{
  (void)cls;
  resumed++;
}


static void
setup (void)
{
  resumed = 0;
  fake_broker_begin (&broker);
  fake_broker_build (&broker);
  peer = broker.peer;
  other = fake_peer_create (&broker.net, 2);
  fake_stranger_begin (&stranger, peer, 3);
  MQTT_source_init (&source, peer->counters, &resume, NULL);
}


static void
teardown (void)
{
  MQTT_source_done (&source);
  fake_stranger_end (&stranger);
  fake_broker_end (&broker);
  fake_peer_destroy (other);
  fake_broker_end_world (&broker);
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return fake_broker_counted (&broker, which);
}


static inline void
publish (const char *name, const char *payload, bool delivered)
{
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics,
                                              name,
                                              strlen (name));
  struct MQTT_Message *message = fake_message (payload);
  struct MQTT_Audience here;

  MQTT_outreach_choose (broker.outreaches, topic, message, &here);
  MQTT_outreach_publish (broker.outreaches, topic, message, delivered, &source);
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}


/** One of the searches for a topic finds a peer. */
static void
find (const char *name, unsigned int which, unsigned int number)
{
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  fake_time_pass (10);
  ck_assert_uint_lt (
    which,
    MQTT_discovery_code_searches (name, strlen (name), strings));
  fake_rendezvous_find (&broker.rendezvous, strings[which].text, number);
}

#endif
