/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/client_publish.c
 * @brief What clients publish, and how they are answered for what they publish in
 *        their own name: in order, once it is safe.
 */
#include "client.h"


/* ---- answers ---- */

static void
free_answer (struct MQTT_ClientAnswer *answer)
{
  GNUNET_CONTAINER_DLL_remove (answer->client->answers_head,
                               answer->client->answers_tail,
                               answer);
  GNUNET_free (answer);
}


void
MQTT_client_forget_answers (struct MQTT_Client *client)
{
  struct MQTT_ClientAnswer *answer;

  while (NULL != (answer = client->answers_head))
  {
    if (NULL != answer->promise)
      MQTT_promise_abandon (answer->promise);
    free_answer (answer);
  }
}


static void
put_published (struct MQTT_Client *client, uint32_t count, uint8_t reason)
{
  const struct MQTT_IpcPublished published = { .count = count,
                                               .reason = reason };

  MQTT_ipc_put_published (MQTT_destination_outbox (client->destination),
                          &published);
  MQTT_destination_wake (client->destination);
}


void
MQTT_client_answer (struct MQTT_Client *client)
{
  struct MQTT_ClientAnswer *answer;

  if (0 != client->taken)
    put_published (client, client->taken, (uint8_t)GNUNET_MQTT_SUCCESS);
  client->taken = 0;
  while ((NULL != (answer = client->answers_head)) && (NULL == answer->promise))
  {
    put_published (client, answer->count, answer->reason);
    free_answer (answer);
  }
}


/**
 * Queue an answer behind those that wait.
 *
 * @param promise on what it waits, NULL for nothing
 */
static struct MQTT_ClientAnswer *
append_answer (struct MQTT_Client *client,
               struct MQTT_Promise *promise,
               uint8_t reason)
{
  struct MQTT_ClientAnswer *last = client->answers_tail;
  struct MQTT_ClientAnswer *answer;

  if ((NULL != client->answers_head) && (NULL == promise)
      && (NULL == last->promise) && (reason == last->reason))
  {
    last->count++;
    return last;
  }
  answer = GNUNET_new (struct MQTT_ClientAnswer);
  answer->client = client;
  answer->promise = promise;
  answer->count = 1;
  answer->reason = reason;
  GNUNET_CONTAINER_DLL_insert_tail (client->answers_head,
                                    client->answers_tail,
                                    answer);
  return answer;
}


/**
 * A publication is on disk, or lost: #MQTT_PromiseDone.
 */
static void
handle_promised (void *cls, bool kept)
{
  struct MQTT_ClientAnswer *answer = cls;
  struct MQTT_Counters *counters = answer->client->clients->config.counters;

  answer->promise = NULL;
  answer->reason = (uint8_t)MQTT_publishing_reason (kept);
  if (!kept)
  {
    MQTT_count (counters, MQTT_COUNT_PUBLISH_REFUSED, 1);
    MQTT_count (counters, MQTT_COUNT_PUBLISH_UNDONE, 1);
  }
  MQTT_client_answer (answer->client);
}


/* ---- publications ---- */

/**
 * Publish in the client's own name.
 *
 * @param client the client
 * @param publication what
 * @param topic its topic
 * @return reason code; at QoS 1 and 2, if success, the answer follows
 */
static enum GNUNET_MQTT_ReasonCode
publish (struct MQTT_Client *client,
         const struct MQTT_Publication *publication,
         struct MQTT_Topic *topic)
{
  const struct MQTT_Publishing *publishing = client->clients->config.publishing;
  struct MQTT_Message *message = MQTT_message_create (publication,
                                                      MQTT_stream_now ());
  struct MQTT_Promise *promise = NULL;
  bool taken = true;

  if (0 == message->qos)
    taken = MQTT_publishing_publish (publishing,
                                     topic,
                                     message,
                                     &client->subscriber,
                                     &client->source);
  else
  {
    promise = MQTT_publishing_promise (publishing,
                                       topic,
                                       message,
                                       &client->subscriber,
                                       &client->source);
    taken = (NULL != promise);
    /* There is no window that could close. */
    MQTT_outreach_slow (publishing->outreaches, topic, &client->source);
  }
  if (NULL != promise)
    MQTT_promise_seal (promise,
                       &handle_promised,
                       append_answer (client, promise, 0));
  MQTT_message_unref (message);
  return taken ? GNUNET_MQTT_SUCCESS : GNUNET_MQTT_QUOTA_EXCEEDED;
}


/**
 * A publication in the client's own name.
 */
static void
handle_own (struct MQTT_Client *client,
            const struct MQTT_Publication *publication,
            struct MQTT_Topic *topic)
{
  const struct MQTT_ClientsConfig *config = &client->clients->config;
  enum GNUNET_MQTT_ReasonCode reason = GNUNET_MQTT_QUOTA_EXCEEDED;

  if (NULL != topic)
    reason = MQTT_publishing_check (config->publishing, topic, publication);
  if (GNUNET_MQTT_SUCCESS == reason)
    reason = publish (client, publication, topic);
  if (GNUNET_MQTT_SUCCESS != reason)
  {
    MQTT_count (config->counters, MQTT_COUNT_PUBLISH_REFUSED, 1);
    (void)append_answer (client, NULL, (uint8_t)reason);
    MQTT_client_answer (client);
  }
  else if (0 != publication->qos)
    return;
  else if (NULL == client->answers_head)
    client->taken++;
  else
    (void)append_answer (client, NULL, (uint8_t)reason);
}


bool
MQTT_client_publish (struct MQTT_Client *client,
                     const struct MQTT_IpcPublish *request)
{
  const struct MQTT_ClientTopic *slot = (NULL == client->topics)
                                          ? NULL
                                          : &client->topics[request->number];
  struct MQTT_Counters *counters = client->clients->config.counters;
  struct MQTT_HostedSession *session;

  if ((NULL == slot) || ((NULL == slot->topic) && !slot->refused))
    return false;
  MQTT_count (counters, MQTT_COUNT_PUBLISH_IN, 1);
  if (0 == request->session)
  {
    handle_own (client, &request->publication, slot->topic);
    return true;
  }
  session = MQTT_client_session (client, request->session);
  if (NULL != session)
    MQTT_hosted_publish (session, request, slot->topic, &client->source);
  else
    MQTT_count (counters, MQTT_COUNT_PUBLISH_VOID, 1);
  return true;
}
