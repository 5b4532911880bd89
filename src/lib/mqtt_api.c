/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api.c
 * @brief The connection to the service: made, greeted, lost, made again.
 *
 * What goes over it is the business of mqtt_api_publish.c, mqtt_api_subscribe.c
 * and mqtt_api_session.c.
 */
#include "mqtt_api.h"

#define LOG(kind, ...) GNUNET_log_from (kind, "mqtt-api", __VA_ARGS__)

/** How soon a lost connection is made again, at first. */
#define RETRY_FIRST \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 10)

/** How long it is waited between two attempts at most. */
#define RETRY_LAST GNUNET_TIME_UNIT_SECONDS

/**
 * How long a connection may take until the service's HELLO.  GNUnet's own
 * retries become rare quickly: beginning anew keeps them frequent.
 */
#define PATIENCE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 4)

/** Segments given to the message queue ahead. */
#define WRITER_DEPTH 2


static void
connect_now (void *cls);


void
MQTT_api_enter (struct GNUNET_MQTT_Handle *h)
{
  h->depth++;
}


void
MQTT_api_put_publish (struct GNUNET_MQTT_Handle *h,
                      struct MQTT_IpcPublish *publish,
                      struct MQTT_CachedTopic *topic,
                      struct MQTT_Message *message)
{
  if (!MQTT_topic_cache_bind (h->topics, topic, &publish->number))
    MQTT_ipc_put_name (h->outbox, publish->number, topic->text, topic->size);
  MQTT_ipc_put_publish (h->outbox, publish, message);
  MQTT_stream_writer_wake (h->writer);
}


/**
 * End the connection, if there is one, or the wait for it.
 */
static void
drop_connection (struct GNUNET_MQTT_Handle *h)
{
  if (NULL != h->task)
  {
    GNUNET_SCHEDULER_cancel (h->task);
    h->task = NULL;
  }
  h->ready = false;
  if (NULL == h->mq)
    return;
  MQTT_stream_writer_destroy (h->writer);
  h->writer = NULL;
  GNUNET_MQ_destroy (h->mq);
  h->mq = NULL;
  MQTT_outbox_destroy (h->outbox);
  h->outbox = NULL;
  MQTT_frame_reader_destroy (h->reader);
  h->reader = NULL;
  MQTT_api_publish_suspend (h);
  MQTT_api_subscribe_suspend (h);
  MQTT_api_sessions_suspend (h);
  MQTT_api_channels_suspend (h);
}


/**
 * Free the handle; no callback of it is under way.
 */
static void
free_handle (struct GNUNET_MQTT_Handle *h)
{
  drop_connection (h);
  MQTT_api_sessions_done (h);
  MQTT_api_channels_done (h);
  MQTT_api_publish_done (h);
  MQTT_api_subscribe_done (h);
  GNUNET_free (h);
}


bool
MQTT_api_leave (struct GNUNET_MQTT_Handle *h)
{
  h->depth--;
  if (!h->gone)
    return true;
  if (0 == h->depth)
    free_handle (h);
  return false;
}


/**
 * Tell the application about the connection.
 *
 * @return false if the handle was ended
 */
static bool
tell (struct GNUNET_MQTT_Handle *h, enum GNUNET_GenericReturnValue connected)
{
  h->told_away = (GNUNET_YES != connected);
  if (NULL == h->status)
    return true;
  MQTT_api_enter (h);
  h->status (h->cls, connected);
  return MQTT_api_leave (h);
}


/**
 * The connection does not do: begin anew, after a while.
 *
 * @param h the handle
 * @param delay when
 */
static void
retry (struct GNUNET_MQTT_Handle *h, struct GNUNET_TIME_Relative delay)
{
  drop_connection (h);
  h->task = GNUNET_SCHEDULER_add_delayed (delay, &connect_now, h);
  if (!h->told_away)
    (void)tell (h, GNUNET_NO);
}


/**
 * The connection is lost.
 */
static void
lost (struct GNUNET_MQTT_Handle *h)
{
  /* A service that accepts us only to drop us again is not asked too often. */
  if (h->ready
      && GNUNET_TIME_relative_cmp (GNUNET_TIME_absolute_get_duration (h->since),
                                   >=,
                                   RETRY_LAST))
    h->backoff = GNUNET_TIME_UNIT_ZERO;
  h->backoff = GNUNET_TIME_relative_is_zero (h->backoff)
                 ? RETRY_FIRST
                 : GNUNET_TIME_relative_min (
                   GNUNET_TIME_STD_BACKOFF (h->backoff),
                   RETRY_LAST);
  retry (h, h->backoff);
}


/**
 * The service cannot be talked to, now or later.
 */
static void
fail (struct GNUNET_MQTT_Handle *h)
{
  drop_connection (h);
  MQTT_api_subscribe_resume (h);
  MQTT_api_publish_resume (h);
  MQTT_api_sessions_resume (h);
  (void)tell (h, GNUNET_SYSERR);
}


/**
 * The service did not say HELLO in time.
 */
static void
too_late (void *cls)
{
  struct GNUNET_MQTT_Handle *h = cls;

  h->task = NULL;
  retry (h, GNUNET_TIME_UNIT_ZERO);
}


/**
 * The service says HELLO.
 *
 * @return false if there is nothing more to read
 */
static bool
greet (struct GNUNET_MQTT_Handle *h, const struct MQTT_IpcHello *hello)
{
  if (MQTT_IPC_VERSION != hello->version)
  {
    LOG (GNUNET_ERROR_TYPE_INFO,
         "The mqtt service speaks version %u of the protocol, not %u.\n",
         hello->version,
         MQTT_IPC_VERSION);
    h->failed = true;
    return false;
  }
  GNUNET_SCHEDULER_cancel (h->task);
  h->task = NULL;
  h->ready = true;
  h->since = GNUNET_TIME_absolute_get ();
  h->maximum_payload = hello->maximum_payload;
  h->maximum_qos = hello->maximum_qos;
  h->retain_available = hello->retain_available;
  h->peer = hello->peer;
  MQTT_api_channels_resume (h);
  MQTT_api_subscribe_resume (h);
  MQTT_api_publish_resume (h);
  MQTT_api_sessions_resume (h);
  return tell (h, GNUNET_YES);
}


/**
 * A frame arrived.
 *
 * @return false if it is not acceptable, or nothing more is to be read
 */
static bool
on_frame (void *cls, uint8_t type, uint8_t flags, const void *body, size_t size)
{
  struct GNUNET_MQTT_Handle *h = cls;
  struct MQTT_IpcFrame frame;

  if (!MQTT_ipc_frame_decode (MQTT_IPC_FROM_SERVICE,
                              type,
                              flags,
                              body,
                              size,
                              &frame))
    return false;
  /* HELLO is first, and never again. */
  if (h->ready == (MQTT_IPC_HELLO == frame.type))
    return false;
  switch (frame.type)
  {
  case MQTT_IPC_HELLO:
    return greet (h, &frame.hello);
  case MQTT_IPC_NAME:
    MQTT_api_name (h, &frame.name);
    return true;
  case MQTT_IPC_SUBSCRIBED:
    return (0 == frame.subscribed.session)
             ? MQTT_api_subscribe_answered (h, &frame.subscribed)
             : MQTT_api_session_frame (h, frame.subscribed.session, &frame);
  case MQTT_IPC_UNSUBSCRIBED:
    return MQTT_api_session_frame (h, frame.unsubscribed.session, &frame);
  case MQTT_IPC_PUBLISHED:
    return (0 == frame.published.session)
             ? MQTT_api_publish_answered (h, &frame.published)
             : MQTT_api_session_frame (h, frame.published.session, &frame);
  case MQTT_IPC_MESSAGE:
    return (0 == frame.message.session)
             ? MQTT_api_deliver (h, &frame.message)
             : MQTT_api_session_frame (h, frame.message.session, &frame);
  case MQTT_IPC_OPENED:
    return MQTT_api_session_opened (h, &frame.opened);
  case MQTT_IPC_CLOSED:
    return MQTT_api_session_closed (h, &frame.closed);
  case MQTT_IPC_ACK:
    return MQTT_api_session_frame (h, frame.ack.session, &frame);
  case MQTT_IPC_CHANNELED:
    return MQTT_api_channel_answered (h, &frame.channeled);
  default:
    return false;
  }
}


static int
check_segment (void *cls, const struct GNUNET_MessageHeader *segment)
{
  (void)cls;
  return (sizeof (*segment) < ntohs (segment->size)) ? GNUNET_OK
                                                     : GNUNET_SYSERR;
}


/**
 * The next bytes of the stream.
 */
static void
handle_segment (void *cls, const struct GNUNET_MessageHeader *segment)
{
  struct GNUNET_MQTT_Handle *h = cls;
  enum MQTT_FrameResult result;

  MQTT_api_enter (h);
  result = MQTT_frame_reader_feed (h->reader,
                                   &segment[1],
                                   ntohs (segment->size) - sizeof (*segment));
  if (!MQTT_api_leave (h))
    return;
  if (h->failed)
  {
    fail (h);
    return;
  }
  if (MQTT_FRAME_OK == result)
    return;
  LOG (GNUNET_ERROR_TYPE_WARNING,
       "The mqtt service does not keep to the protocol: %s.\n",
       MQTT_frame_result_text (result));
  lost (h);
}


static void
on_error (void *cls, enum GNUNET_MQ_Error error)
{
  struct GNUNET_MQTT_Handle *h = cls;

  LOG (GNUNET_ERROR_TYPE_DEBUG, "Connection lost (%d).\n", (int)error);
  lost (h);
}


/**
 * Begin a connection and say HELLO.
 *
 * @return false if the configuration names no service
 */
static bool
open_connection (struct GNUNET_MQTT_Handle *h)
{
  static const struct MQTT_IpcHello hello = { .version = MQTT_IPC_VERSION };
  struct GNUNET_MQ_MessageHandler handlers[] = { GNUNET_MQ_hd_var_size (
                                                   segment,
                                                   MQTT_MESSAGE_TYPE_SEGMENT,
                                                   struct GNUNET_MessageHeader,
                                                   h),
                                                 GNUNET_MQ_handler_end () };

  h->mq = GNUNET_CLIENT_connect (h->cfg, "mqtt", handlers, &on_error, h);
  if (NULL == h->mq)
    return false;
  /* Applications bound what they publish, and the service what it delivers. */
  h->outbox = MQTT_outbox_create (SIZE_MAX);
  MQTT_outbox_keep_expired (h->outbox);
  h->writer = MQTT_stream_writer_create (h->mq,
                                         h->outbox,
                                         MQTT_STREAM_IPC_SEGMENT,
                                         WRITER_DEPTH,
                                         NULL,
                                         NULL);
  h->budget.limit = SIZE_MAX;
  h->budget.used = 0;
  h->reader = MQTT_frame_reader_create (UINT32_MAX, &h->budget, &on_frame, h);
  h->task = GNUNET_SCHEDULER_add_delayed (PATIENCE, &too_late, h);
  MQTT_ipc_put_hello (h->outbox, &hello);
  MQTT_stream_writer_wake (h->writer);
  return true;
}


static void
connect_now (void *cls)
{
  struct GNUNET_MQTT_Handle *h = cls;

  h->task = NULL;
  if (!open_connection (h))
    retry (h, RETRY_LAST);
}


struct GNUNET_MQTT_Handle *
GNUNET_MQTT_connect (const struct GNUNET_CONFIGURATION_Handle *cfg,
                     GNUNET_MQTT_StatusCallback status,
                     void *cls)
{
  struct GNUNET_MQTT_Handle *h = GNUNET_new (struct GNUNET_MQTT_Handle);

  h->cfg = cfg;
  h->status = status;
  h->cls = cls;
  if (!open_connection (h))
  {
    GNUNET_free (h);
    return NULL;
  }
  h->topics = MQTT_topic_cache_create ();
  h->subscriptions = GNUNET_CONTAINER_multihashmap32_create (16);
  h->sessions = GNUNET_CONTAINER_multihashmap32_create (1);
  return h;
}


void
GNUNET_MQTT_disconnect (struct GNUNET_MQTT_Handle *h)
{
  h->gone = true;
  if (0 == h->depth)
    free_handle (h);
}
