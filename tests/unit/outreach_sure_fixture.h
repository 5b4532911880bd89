/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/outreach_sure_fixture.h
 * @brief Who publishes at QoS 1 and 2 as a client does.
 */
#ifndef MQTT_TESTS_UNIT_OUTREACH_SURE_FIXTURE_H
#define MQTT_TESTS_UNIT_OUTREACH_SURE_FIXTURE_H

#include "outreach_fixture.h"
#include "stream/stream.h"

/** Milliseconds in which a link that was lost is there again. */
#define SETTLED 40000

/** Promises that were kept. */
static unsigned int kept;


static void
note_kept (void *cls, bool is_kept)
{
  (void)cls;
  kept += is_kept;
}


/**
 * Publish as a client does.
 *
 * @return false if it is refused
 */
static bool
promise (const char *name, const char *payload, uint8_t qos)
{
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = payload,
    .payload_size = strlen (payload),
    .expiry_us = MQTT_NEVER,
    .qos = qos,
  };
  struct MQTT_Topic *topic = MQTT_topics_get (peer->topics,
                                              name,
                                              strlen (name));
  struct MQTT_Message *message = MQTT_message_create (&publication,
                                                      MQTT_stream_now ());
  struct MQTT_Audience here;
  bool ready = MQTT_outreach_ready (broker.outreaches, topic, message, &here);

  if (ready)
  {
    struct MQTT_Promise *made = MQTT_promise_begin (peer->promises,
                                                    topic,
                                                    message);

    ck_assert_ptr_nonnull (made);
    MQTT_outreach_publish (broker.outreaches, topic, message, false, NULL);
    MQTT_promise_seal (made, &note_kept, NULL);
  }
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
  return ready;
}

#endif
