/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_session_subscribe.c
 * @brief Subscriptions of a session: requests until they are answered, and what
 *        was granted, in case the service loses the session.
 *
 * If packets pass, only requests are kept.
 */
#include "mqtt_api_session.h"

struct MQTT_ApiRequest
{
  struct MQTT_ApiRequest *next;
  struct MQTT_ApiRequest *prev;
  GNUNET_MQTT_SessionContinuation answered;
  void *cls;
  struct GNUNET_MQTT_SubscribeOptions options;
  /** Of the filter. */
  struct GNUNET_HashCode key;
  /** Subscribe, or end the subscription? */
  bool subscribe;
  /** On this connection. */
  bool sent;
  size_t filter_size;
  char filter[];
};


static void
put_subscribe (struct GNUNET_MQTT_Session *session,
               const struct MQTT_ApiRequest *request)
{
  const struct MQTT_IpcSubscribe subscribe = {
    .session = session->open.session,
    .subscription = request->options.identifier,
    .qos = request->options.qos,
    .no_local = request->options.no_local,
    .retain_as_published = request->options.retain_as_published,
    .retain_handling = request->options.retain_handling,
    .anonymous = (GNUNET_MQTT_ANONYMITY_ANONYMOUS
                  == request->options.anonymity),
    .named = (GNUNET_MQTT_ANONYMITY_NAMED == request->options.anonymity),
    .filter = request->filter,
    .filter_size = request->filter_size
  };

  MQTT_ipc_put_subscribe (session->h->outbox, &subscribe);
}


static void
put_unsubscribe (struct GNUNET_MQTT_Session *session,
                 const struct MQTT_ApiRequest *request)
{
  const struct MQTT_IpcUnsubscribe unsubscribe = {
    .session = session->open.session,
    .filter = request->filter,
    .filter_size = request->filter_size
  };

  MQTT_ipc_put_unsubscribe (session->h->outbox, &unsubscribe);
}


/**
 * Ask the service if the session is open.
 */
static void
send_out (struct GNUNET_MQTT_Session *session, struct MQTT_ApiRequest *request)
{
  if (MQTT_API_SESSION_OPEN != session->state)
    return;
  request->sent = true;
  if (request->subscribe)
    put_subscribe (session, request);
  else
    put_unsubscribe (session, request);
  MQTT_stream_writer_wake (session->h->writer);
}


/**
 * Ask anew for a subscription that was granted: #GNUNET_CONTAINER_MulitHashMapIteratorCallback.
 */
static enum GNUNET_GenericReturnValue
ask_again (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct GNUNET_MQTT_Session *session = cls;
  struct MQTT_ApiRequest *request = value;

  (void)key;
  request->sent = false;
  GNUNET_CONTAINER_DLL_insert (session->requests_head,
                               session->requests_tail,
                               request);
  return GNUNET_YES;
}


void
MQTT_api_session_subscribe_resume (struct GNUNET_MQTT_Session *session,
                                   bool present)
{
  if (!present && (NULL != session->subscriptions))
  {
    GNUNET_CONTAINER_multihashmap_iterate (session->subscriptions,
                                           &ask_again,
                                           session);
    GNUNET_CONTAINER_multihashmap_destroy (session->subscriptions);
    session->subscriptions = NULL;
  }
  for (struct MQTT_ApiRequest *pos = session->requests_head; NULL != pos;
       pos = pos->next)
    send_out (session, pos);
}


void
MQTT_api_session_subscribe_suspend (struct GNUNET_MQTT_Session *session)
{
  for (struct MQTT_ApiRequest *pos = session->requests_head; NULL != pos;
       pos = pos->next)
    pos->sent = false;
}


/**
 * Take the oldest request off the list.
 */
static struct MQTT_ApiRequest *
take_first (struct GNUNET_MQTT_Session *session)
{
  struct MQTT_ApiRequest *request = session->requests_head;

  GNUNET_CONTAINER_DLL_remove (session->requests_head,
                               session->requests_tail,
                               request);
  return request;
}


void
MQTT_api_session_subscribe_fail (struct GNUNET_MQTT_Session *session)
{
  while (NULL != session->requests_head)
  {
    struct MQTT_ApiRequest *request = take_first (session);

    MQTT_api_session_answer_later (session,
                                   request->answered,
                                   request->cls,
                                   session->reason);
    GNUNET_free (request);
  }
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
free_value (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  (void)cls;
  (void)key;
  GNUNET_free (value);
  return GNUNET_YES;
}


void
MQTT_api_session_subscribe_done (struct GNUNET_MQTT_Session *session)
{
  while (NULL != session->requests_head)
    GNUNET_free_nz (take_first (session));
  if (NULL == session->subscriptions)
    return;
  GNUNET_CONTAINER_multihashmap_iterate (session->subscriptions,
                                         &free_value,
                                         NULL);
  GNUNET_CONTAINER_multihashmap_destroy (session->subscriptions);
  session->subscriptions = NULL;
}


/**
 * The subscription to this filter is no more, or is replaced.
 */
static void
forget_granted (struct GNUNET_MQTT_Session *session,
                const struct GNUNET_HashCode *key)
{
  struct MQTT_ApiRequest *granted;

  if (NULL == session->subscriptions)
    return;
  granted = GNUNET_CONTAINER_multihashmap_get (session->subscriptions, key);
  if (NULL == granted)
    return;
  (void)GNUNET_CONTAINER_multihashmap_remove (session->subscriptions,
                                              key,
                                              granted);
  GNUNET_free (granted);
}


/**
 * Keep a subscription that was granted, in the place of another one to the same
 * filter.
 */
static void
keep_granted (struct GNUNET_MQTT_Session *session,
              struct MQTT_ApiRequest *request)
{
  if (NULL == session->subscriptions)
    session->subscriptions = GNUNET_CONTAINER_multihashmap_create (1,
                                                                   GNUNET_YES);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap_put (
                   session->subscriptions,
                   &request->key,
                   request,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
}


/**
 * @return the oldest request of a kind that was sent, NULL if there is none
 */
static struct MQTT_ApiRequest *
oldest (const struct GNUNET_MQTT_Session *session, bool subscribe)
{
  struct MQTT_ApiRequest *pos = session->requests_head;

  while ((NULL != pos) && (!pos->sent || (subscribe != pos->subscribe)))
    pos = pos->next;
  return pos;
}


bool
MQTT_api_session_request_answered (struct GNUNET_MQTT_Session *session,
                                   bool subscribe,
                                   uint8_t reason)
{
  struct MQTT_ApiRequest *request = oldest (session, subscribe);
  GNUNET_MQTT_SessionContinuation answered;
  void *cls;

  if (NULL == request)
    return false;
  answered = request->answered;
  cls = request->cls;
  GNUNET_CONTAINER_DLL_remove (session->requests_head,
                               session->requests_tail,
                               request);
  if (GNUNET_MQTT_UNSPECIFIED_ERROR > reason)
    forget_granted (session, &request->key);
  if (subscribe && (GNUNET_MQTT_UNSPECIFIED_ERROR > reason)
      && MQTT_api_session_cares (session))
    keep_granted (session, request);
  else
    GNUNET_free (request);
  (void)MQTT_api_session_answer (session, answered, cls, reason);
  return true;
}


/**
 * Take up a request.
 */
static void
ask (struct GNUNET_MQTT_Session *session,
     const char *filter,
     size_t filter_size,
     const struct MQTT_ApiRequest *what)
{
  struct MQTT_ApiRequest *request;

  if (MQTT_API_SESSION_OVER == session->state)
  {
    MQTT_api_session_answer_later (session,
                                   what->answered,
                                   what->cls,
                                   session->reason);
    return;
  }
  request = GNUNET_malloc (sizeof (*request) + filter_size);
  *request = *what;
  GNUNET_CRYPTO_hash (filter, filter_size, &request->key);
  request->filter_size = filter_size;
  memcpy (request->filter, filter, filter_size);
  GNUNET_CONTAINER_DLL_insert_tail (session->requests_head,
                                    session->requests_tail,
                                    request);
  send_out (session, request);
}


enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_subscribe (
  struct GNUNET_MQTT_Session *session,
  const char *filter,
  size_t filter_size,
  const struct GNUNET_MQTT_SubscribeOptions *options,
  GNUNET_MQTT_SessionContinuation answered,
  void *cls)
{
  struct MQTT_ApiRequest what = { .answered = answered,
                                  .cls = cls,
                                  .subscribe = true };

  if (!MQTT_api_subscribe_legal (filter, filter_size, options))
    return GNUNET_SYSERR;
  if (NULL != options)
    what.options = *options;
  ask (session, filter, filter_size, &what);
  return GNUNET_OK;
}


enum GNUNET_GenericReturnValue
GNUNET_MQTT_session_unsubscribe (struct GNUNET_MQTT_Session *session,
                                 const char *filter,
                                 size_t filter_size,
                                 GNUNET_MQTT_SessionContinuation continuation,
                                 void *cls)
{
  const struct MQTT_ApiRequest what = { .answered = continuation, .cls = cls };

  if (!MQTT_api_subscribe_legal (filter, filter_size, NULL))
    return GNUNET_SYSERR;
  ask (session, filter, filter_size, &what);
  return GNUNET_OK;
}
