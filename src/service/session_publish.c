/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_publish.c
 * @brief What the client of a session publishes.
 */
#include "hosted.h"
#include "../stream/stream.h"

/** A publication whose promise does not hold yet. */
struct MQTT_HostedPublication
{
  struct MQTT_HostedPublication *prev;
  struct MQTT_HostedPublication *next;
  struct MQTT_HostedSession *hosted;
  struct MQTT_Promise *promise;
  uint16_t packet_id;
};


static void
free_publication (struct MQTT_HostedPublication *publication)
{
  GNUNET_CONTAINER_DLL_remove (publication->hosted->publications_head,
                               publication->hosted->publications_tail,
                               publication);
  GNUNET_free (publication);
}


void
MQTT_hosted_forget_publications (struct MQTT_HostedSession *hosted)
{
  while (NULL != hosted->publications_head)
  {
    MQTT_promise_abandon (hosted->publications_head->promise);
    free_publication (hosted->publications_head);
  }
}


static void
count (const struct MQTT_HostedSession *hosted, enum MQTT_Counter which)
{
  MQTT_count (hosted->sessions->config.publishing->counters, which, 1);
}


/**
 * Answer a publication of QoS 1 or 2.
 */
static void
answer (struct MQTT_HostedSession *hosted,
        uint16_t packet_id,
        enum GNUNET_MQTT_ReasonCode reason)
{
  if (GNUNET_MQTT_SUCCESS != reason)
    count (hosted, MQTT_COUNT_PUBLISH_REFUSED);
  MQTT_session_published (hosted->core, packet_id, (uint8_t)reason);
  MQTT_hosted_after (hosted);
}


/**
 * A publication is on disk, or lost: #MQTT_PromiseDone.
 */
static void
handle_promised (void *cls, bool kept)
{
  struct MQTT_HostedPublication *publication = cls;
  struct MQTT_HostedSession *hosted = publication->hosted;
  uint16_t packet_id = publication->packet_id;

  if (!kept)
    count (hosted, MQTT_COUNT_PUBLISH_UNDONE);
  free_publication (publication);
  answer (hosted, packet_id, MQTT_publishing_reason (kept));
}


/**
 * Publish at QoS 1 or 2; at QoS 2 the identifier is on disk with the message.
 *
 * @return reason code; if success, the answer follows
 */
static enum GNUNET_MQTT_ReasonCode
promise (struct MQTT_HostedSession *hosted,
         uint16_t packet_id,
         struct MQTT_Topic *topic,
         struct MQTT_Message *message,
         struct MQTT_Source *source)
{
  struct MQTT_Store *store = hosted->sessions->config.store;
  bool held = hosted->subscriber.durable && (2 == message->qos);
  struct MQTT_HostedPublication *publication;
  struct MQTT_Promise *promise;

  if (held && !MQTT_store_inbound_put (store, hosted->stored, packet_id))
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  promise = MQTT_publishing_promise (hosted->sessions->config.publishing,
                                     topic,
                                     message,
                                     &hosted->subscriber,
                                     source);
  if (NULL == promise)
  {
    if (held)
      MQTT_store_inbound_remove (store, hosted->stored, packet_id);
    return GNUNET_MQTT_QUOTA_EXCEEDED;
  }
  publication = GNUNET_new (struct MQTT_HostedPublication);
  publication->hosted = hosted;
  publication->promise = promise;
  publication->packet_id = packet_id;
  GNUNET_CONTAINER_DLL_insert_tail (hosted->publications_head,
                                    hosted->publications_tail,
                                    publication);
  MQTT_promise_seal (promise, &handle_promised, publication);
  return GNUNET_MQTT_SUCCESS;
}


/**
 * A publication that the client has not sent before.
 */
static void
publish_new (struct MQTT_HostedSession *hosted,
             const struct MQTT_IpcPublish *publish,
             struct MQTT_Topic *topic,
             struct MQTT_Source *source)
{
  const struct MQTT_Publishing *publishing = hosted->sessions->config
                                               .publishing;
  enum GNUNET_MQTT_ReasonCode reason = GNUNET_MQTT_QUOTA_EXCEEDED;
  struct MQTT_Message *message;

  if (NULL != topic)
    reason = MQTT_publishing_check (publishing, topic, &publish->publication);
  if (GNUNET_MQTT_SUCCESS == reason)
  {
    message = MQTT_message_create (&publish->publication, MQTT_stream_now ());
    if (0 != message->qos)
      reason = promise (hosted, publish->packet_id, topic, message, source);
    else if (!MQTT_publishing_publish (publishing,
                                       topic,
                                       message,
                                       &hosted->subscriber,
                                       source))
      reason = GNUNET_MQTT_QUOTA_EXCEEDED;
    MQTT_message_unref (message);
  }
  if (0 == publish->publication.qos)
  {
    if (GNUNET_MQTT_SUCCESS != reason)
      count (hosted, MQTT_COUNT_PUBLISH_REFUSED);
    hosted->line->type->published (hosted->line->cls, (uint8_t)reason);
  }
  else if (GNUNET_MQTT_SUCCESS != reason)
    answer (hosted, publish->packet_id, reason);
}


/**
 * Refuse a publication of which the core knows nothing.
 */
static void
refuse (struct MQTT_HostedSession *hosted,
        const struct MQTT_IpcPublish *publish,
        uint8_t reason)
{
  const struct MQTT_SessionAction action = {
    .type = (2 == publish->publication.qos) ? MQTT_SESSION_SEND_PUBREC
                                            : MQTT_SESSION_SEND_PUBACK,
    .packet_id = publish->packet_id,
    .reason = reason,
  };

  count (hosted, MQTT_COUNT_PUBLISH_REFUSED);
  hosted->line->type->answer (hosted->line->cls, &action);
}


void
MQTT_hosted_publish (struct MQTT_HostedSession *hosted,
                     const struct MQTT_IpcPublish *publish,
                     struct MQTT_Topic *topic,
                     struct MQTT_Source *source)
{
  enum MQTT_SessionReceipt receipt = MQTT_SESSION_OK;

  if (0 != publish->publication.qos)
    receipt = MQTT_session_publish (hosted->core,
                                    publish->packet_id,
                                    publish->publication.qos,
                                    publish->dup);
  switch (receipt)
  {
  case MQTT_SESSION_OK:
    publish_new (hosted, publish, topic, source);
    return;
  case MQTT_SESSION_IN_USE:
    refuse (hosted, publish, GNUNET_MQTT_PACKET_IDENTIFIER_IN_USE);
    return;
  case MQTT_SESSION_QUOTA:
    refuse (hosted, publish, (uint8_t)GNUNET_MQTT_QUOTA_EXCEEDED);
    return;
  case MQTT_SESSION_EXCEEDED:
    count (hosted, MQTT_COUNT_PUBLISH_VOID);
    MQTT_hosted_kick (hosted, GNUNET_MQTT_RECEIVE_MAXIMUM_EXCEEDED);
    return;
  case MQTT_SESSION_PROTOCOL_ERROR:
    count (hosted, MQTT_COUNT_PUBLISH_VOID);
    MQTT_hosted_kick (hosted, GNUNET_MQTT_PROTOCOL_ERROR);
    return;
  case MQTT_SESSION_DUPLICATE:
  case MQTT_SESSION_UNKNOWN:
    count (hosted, MQTT_COUNT_PUBLISH_REPEATED);
    return;
  }
}
