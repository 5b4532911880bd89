/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_publish.c
 * @brief Publications, held in order until the service has answered them.
 *
 * The service answers in the order of sending, by counts: what was sent stays
 * in the list until then, cancelled or not.
 */
#include "mqtt_api.h"

enum State
{
  /** No connection yet. */
  WAITING,
  /** The service will answer. */
  SENT,
  /** Answered here, with @e reason, when all before it are answered. */
  REFUSED
};

struct GNUNET_MQTT_Publication
{
  struct GNUNET_MQTT_Publication *next;
  struct GNUNET_MQTT_Publication *prev;
  struct GNUNET_MQTT_Handle *h;
  GNUNET_MQTT_PublishContinuation continuation;
  void *cls;
  struct MQTT_CachedTopic *topic;
  /** NULL if it was cancelled after it was sent. */
  struct MQTT_Message *message;
  enum State state;
  enum GNUNET_MQTT_ReasonCode reason;
};


/**
 * Let go of what was to be sent.
 */
static void
release (struct GNUNET_MQTT_Publication *publication)
{
  if (NULL == publication->message)
    return;
  MQTT_message_unref (publication->message);
  publication->message = NULL;
  MQTT_topic_cache_release (publication->topic);
}


/**
 * Take a publication off the list and free it.
 */
static void
forget (struct GNUNET_MQTT_Publication *publication)
{
  struct GNUNET_MQTT_Handle *h = publication->h;

  GNUNET_CONTAINER_DLL_remove (h->publications_head,
                               h->publications_tail,
                               publication);
  release (publication);
  GNUNET_free (publication);
}


/**
 * End a publication with a result.
 *
 * @return false if the handle was ended
 */
static bool
answer (struct GNUNET_MQTT_Publication *publication,
        enum GNUNET_MQTT_ReasonCode reason)
{
  struct GNUNET_MQTT_Handle *h = publication->h;
  GNUNET_MQTT_PublishContinuation continuation = publication->continuation;
  void *cls = publication->cls;

  forget (publication);
  if (NULL != continuation)
    continuation (cls, reason);
  return !h->gone;
}


static bool
is_refused (const struct GNUNET_MQTT_Publication *publication)
{
  return (NULL != publication) && (REFUSED == publication->state);
}


static void
answer_task (void *cls);


/**
 * The head of the list may be one that is refused here.
 */
static void
answer_soon (struct GNUNET_MQTT_Handle *h)
{
  if ((NULL == h->answer_task) && is_refused (h->publications_head))
    h->answer_task = GNUNET_SCHEDULER_add_now (&answer_task, h);
}


/**
 * Answer one that is refused here.  One a task: a continuation that publishes
 * the like again does not keep everything else from running.
 */
static void
answer_task (void *cls)
{
  struct GNUNET_MQTT_Handle *h = cls;
  struct GNUNET_MQTT_Publication *head = h->publications_head;

  h->answer_task = NULL;
  if (!is_refused (head))
    return;
  MQTT_api_enter (h);
  if (answer (head, head->reason))
    answer_soon (h);
  (void)MQTT_api_leave (h);
}


static void
refuse (struct GNUNET_MQTT_Publication *publication,
        enum GNUNET_MQTT_ReasonCode reason)
{
  publication->state = REFUSED;
  publication->reason = reason;
  answer_soon (publication->h);
}


/**
 * Send a publication if there is a connection.
 */
static void
send_out (struct GNUNET_MQTT_Publication *publication)
{
  struct GNUNET_MQTT_Handle *h = publication->h;
  struct MQTT_Message *message = publication->message;
  struct MQTT_IpcPublish publish = { .session = 0 };

  if (h->failed)
  {
    refuse (publication, GNUNET_MQTT_UNSUPPORTED_PROTOCOL_VERSION);
    return;
  }
  if (!h->ready)
    return;
  /* The service would end the connection that brings a larger frame. */
  if (message->body_size - message->properties_size > h->maximum_payload)
  {
    refuse (publication, GNUNET_MQTT_PACKET_TOO_LARGE);
    return;
  }
  MQTT_api_put_publish (h, &publish, publication->topic, message);
  publication->state = SENT;
}


void
MQTT_api_publish_resume (struct GNUNET_MQTT_Handle *h)
{
  for (struct GNUNET_MQTT_Publication *pos = h->publications_head; NULL != pos;
       pos = pos->next)
    send_out (pos);
}


void
MQTT_api_publish_suspend (struct GNUNET_MQTT_Handle *h)
{
  struct GNUNET_MQTT_Publication *next;

  MQTT_topic_cache_unbind_all (h->topics);
  for (struct GNUNET_MQTT_Publication *pos = h->publications_head; NULL != pos;
       pos = next)
  {
    next = pos->next;
    pos->state = WAITING;
    if (NULL == pos->message)
      forget (pos);
  }
}


void
MQTT_api_publish_done (struct GNUNET_MQTT_Handle *h)
{
  while (NULL != h->publications_head)
    forget (h->publications_head);
  if (NULL != h->answer_task)
    GNUNET_SCHEDULER_cancel (h->answer_task);
  MQTT_topic_cache_destroy (h->topics);
}


bool
MQTT_api_publish_answered (struct GNUNET_MQTT_Handle *h,
                           const struct MQTT_IpcPublished *published)
{
  for (uint32_t i = 0; i < published->count; i++)
  {
    while (is_refused (h->publications_head))
      if (!answer (h->publications_head, h->publications_head->reason))
        return false;
    if ((NULL == h->publications_head)
        || !answer (h->publications_head, published->reason))
      return false;
  }
  answer_soon (h);
  return true;
}


struct GNUNET_MQTT_Publication *
GNUNET_MQTT_publish (struct GNUNET_MQTT_Handle *h,
                     const struct GNUNET_MQTT_Message *message,
                     GNUNET_MQTT_PublishContinuation continuation,
                     void *cls)
{
  struct GNUNET_MQTT_Publication *publication;
  struct MQTT_CachedTopic *topic;
  struct MQTT_Message *encoded;

  topic = MQTT_topic_cache_get (h->topics, message->topic, message->topic_size);
  if (NULL == topic)
    return NULL;
  encoded = MQTT_api_message_encode (h, message, false);
  if (NULL == encoded)
  {
    MQTT_topic_cache_release (topic);
    return NULL;
  }
  publication = GNUNET_new (struct GNUNET_MQTT_Publication);
  publication->h = h;
  publication->continuation = continuation;
  publication->cls = cls;
  publication->topic = topic;
  publication->message = encoded;
  publication->state = WAITING;
  GNUNET_CONTAINER_DLL_insert_tail (h->publications_head,
                                    h->publications_tail,
                                    publication);
  send_out (publication);
  return publication;
}


void
GNUNET_MQTT_publish_cancel (struct GNUNET_MQTT_Publication *publication)
{
  struct GNUNET_MQTT_Handle *h = publication->h;

  publication->continuation = NULL;
  if (SENT == publication->state)
  {
    release (publication);
    return;
  }
  forget (publication);
  answer_soon (h);
}
