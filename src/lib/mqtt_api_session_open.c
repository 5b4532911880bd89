/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session_open.c
 * @brief What applications say as they open a session, and as they leave it.
 */
#include "../core/utf8.h"
#include "mqtt_api_session.h"


/**
 * A time in seconds, as the service is told.
 */
static uint32_t
in_seconds (struct GNUNET_TIME_Relative time)
{
  const uint64_t second = GNUNET_TIME_UNIT_SECONDS.rel_value_us;

  return (time.rel_value_us >= UINT32_MAX * second)
           ? UINT32_MAX
           : (uint32_t)((time.rel_value_us + second - 1) / second);
}


/**
 * Copy a will into a session.
 *
 * @return false if it is not legal
 */
static bool
set_will (struct GNUNET_MQTT_Session *session,
          const struct GNUNET_MQTT_Will *will)
{
  struct MQTT_IpcWill *open = &session->open.will;
  const struct GNUNET_MQTT_Message *message = &will->message;

  if (NULL
      != GNUNET_MQTT_topic_name_check (message->topic,
                                       message->topic_size,
                                       NULL))
    return false;
  session->will = MQTT_api_message_encode (session->h, message, true);
  if (NULL == session->will)
    return false;
  session->open.has_will = true;
  open->topic = GNUNET_memdup (message->topic, message->topic_size);
  open->topic_size = message->topic_size;
  open->delay_s = in_seconds (will->delay);
  open->publication = (struct MQTT_Publication){
    .properties = session->will->body,
    .properties_size = session->will->properties_size,
    .payload = session->will->body + session->will->properties_size,
    .payload_size = session->will->body_size - session->will->properties_size,
    .expiry_us = MQTT_NEVER,
    .qos = message->qos,
    .retain = message->retain
  };
  if (!GNUNET_TIME_relative_is_zero (message->expiry))
    open->publication.expiry_us = message->expiry.rel_value_us;
  return true;
}


/**
 * Count up to a number that no session has.
 */
static uint32_t
next_number (struct GNUNET_MQTT_Handle *h)
{
  do
    h->last_session++;
  while (
    (0 == h->last_session)
    || GNUNET_CONTAINER_multihashmap32_contains (h->sessions, h->last_session));
  return h->last_session;
}


struct GNUNET_MQTT_Session *
GNUNET_MQTT_session_open (struct GNUNET_MQTT_Handle *h,
                          const struct GNUNET_MQTT_SessionOptions *options,
                          const struct GNUNET_MQTT_SessionCallbacks *callbacks,
                          void *cls)
{
  struct GNUNET_MQTT_Session *session;

  if ((0 == options->client_id_size)
      || (GNUNET_MQTT_CLIENT_ID_MAX < options->client_id_size)
      || (options->client_id_size
          != MQTT_utf8_span (options->client_id, options->client_id_size))
      || (GNUNET_MQTT_SESSIONS_MAX
          <= GNUNET_CONTAINER_multihashmap32_size (h->sessions)))
    return NULL;
  session = GNUNET_new (struct GNUNET_MQTT_Session);
  session->h = h;
  session->callbacks = *callbacks;
  session->cls = cls;
  session->acknowledge = options->acknowledge;
  if ((NULL != options->will) && !set_will (session, options->will))
  {
    GNUNET_free (session);
    return NULL;
  }
  session->open.session = next_number (h);
  session->open.expiry_s = in_seconds (options->expiry);
  session->open.receive_maximum = (0 == options->receive_maximum)
                                    ? UINT16_MAX
                                    : options->receive_maximum;
  session->open.clean_start = options->clean_start;
  session->open.new_client = MQTT_api_session_cares (session);
  session->open.client_id = GNUNET_memdup (options->client_id,
                                           options->client_id_size);
  session->open.client_id_size = options->client_id_size;
  GNUNET_CONTAINER_DLL_insert_tail (h->sessions_head,
                                    h->sessions_tail,
                                    session);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   h->sessions,
                   session->open.session,
                   session,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY));
  MQTT_api_session_send_open (session);
  return session;
}


void
GNUNET_MQTT_session_close (struct GNUNET_MQTT_Session *session,
                           enum GNUNET_MQTT_ReasonCode reason,
                           const struct GNUNET_TIME_Relative *expiry,
                           GNUNET_MQTT_SessionContinuation continuation,
                           void *cls)
{
  struct MQTT_IpcClose *close = &session->close.close;

  close->session = session->open.session;
  close->reason = (uint8_t)reason;
  close->has_expiry = (NULL != expiry);
  close->expiry_s = (NULL == expiry) ? 0 : in_seconds (*expiry);
  session->close.continuation = continuation;
  session->close.cls = cls;
  if (session->calling)
    session->leaving = true;
  else
    MQTT_api_session_close_now (session);
}
