/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/client_sessions.c
 * @brief The sessions that a client has on its connection, by its numbers.
 */
#include "client.h"


/**
 * @return NULL if it is over, or never was
 */
static struct MQTT_ClientSession *
find (const struct MQTT_Client *client, uint32_t number)
{
  return (NULL == client->sessions)
           ? NULL
           : GNUNET_CONTAINER_multihashmap32_get (client->sessions, number);
}


struct MQTT_HostedSession *
MQTT_client_session (const struct MQTT_Client *client, uint32_t number)
{
  const struct MQTT_ClientSession *session = find (client, number);

  return (NULL == session) ? NULL : session->line.session;
}


static void
unpause (struct MQTT_ClientSession *session)
{
  if (!session->paused)
    return;
  session->paused = false;
  GNUNET_CONTAINER_DLL_remove (session->client->paused_head,
                               session->client->paused_tail,
                               session);
}


/**
 * The client does not have it any more.
 */
static void
forget (struct MQTT_ClientSession *session)
{
  unpause (session);
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (session->client->sessions,
                                               session->number,
                                               session));
  GNUNET_free (session);
}


static struct MQTT_Outbox *
outbox_of (const struct MQTT_ClientSession *session)
{
  return MQTT_destination_outbox (session->client->destination);
}


static void
wake (const struct MQTT_ClientSession *session)
{
  MQTT_destination_wake (session->client->destination);
}


/* ---- what a session says: see struct MQTT_SessionLine ---- */

static void
put_opened (struct MQTT_Client *client,
            uint32_t number,
            uint8_t reason,
            bool present,
            uint32_t expiry_s)
{
  const struct MQTT_IpcOpened opened = {
    .session = number,
    .expiry_s = expiry_s,
    .receive_maximum = (uint16_t)
                         client->clients->config.options->receive_maximum,
    .reason = reason,
    .present = present,
  };

  MQTT_ipc_put_opened (MQTT_destination_outbox (client->destination), &opened);
  MQTT_destination_wake (client->destination);
}


static void
line_opened (void *cls, uint8_t reason, bool present)
{
  struct MQTT_ClientSession *session = cls;
  bool failed = (GNUNET_MQTT_SUCCESS != reason);

  put_opened (session->client,
              session->number,
              reason,
              present,
              failed ? 0 : MQTT_hosted_chosen_expiry (session->line.session));
  if (failed)
    forget (session);
}


static bool
line_full (void *cls)
{
  struct MQTT_ClientSession *session = cls;
  struct MQTT_Client *client = session->client;

  if (session->told_to_pause)
    return true;
  if (!MQTT_outbox_is_full (outbox_of (session)))
    return false;
  if (!session->paused)
    GNUNET_CONTAINER_DLL_insert_tail (client->paused_head,
                                      client->paused_tail,
                                      session);
  session->paused = true;
  return true;
}


static bool
line_message (void *cls,
              const struct MQTT_SessionAction *action,
              struct MQTT_Topic *topic,
              struct MQTT_Message *message,
              const struct MQTT_Delivery *delivery)
{
  struct MQTT_ClientSession *session = cls;
  struct MQTT_Client *client = session->client;
  struct MQTT_Counters *counters = client->clients->config.counters;
  const struct MQTT_IpcMessage frame = {
    .session = session->number,
    .packet_id = action->packet_id,
    .dup = action->dup,
    .number = MQTT_client_number_topic (client, topic),
  };

  if (!action->dup)
  {
    MQTT_count (counters, MQTT_COUNT_DELIVERED, 1);
    MQTT_count (counters, MQTT_COUNT_DELIVERED_SESSIONS, 1);
  }
  MQTT_ipc_put_message (outbox_of (session),
                        &frame,
                        delivery->identifiers,
                        delivery->count,
                        message,
                        action->entry->qos,
                        delivery->retain);
  /* The session has counted it. */
  MQTT_outbox_count_last (outbox_of (session), false);
  wake (session);
  return !line_full (session);
}


static void
line_answer (void *cls, const struct MQTT_SessionAction *action)
{
  struct MQTT_ClientSession *session = cls;
  static const enum MQTT_IpcAckType types[] = {
    [MQTT_SESSION_SEND_PUBACK] = MQTT_IPC_PUBACK,
    [MQTT_SESSION_SEND_PUBREC] = MQTT_IPC_PUBREC,
    [MQTT_SESSION_SEND_PUBREL] = MQTT_IPC_PUBREL,
    [MQTT_SESSION_SEND_PUBCOMP] = MQTT_IPC_PUBCOMP,
  };
  const struct MQTT_IpcAck ack = {
    .session = session->number,
    .type = types[action->type],
    .packet_id = action->packet_id,
    .reason = action->reason,
  };

  MQTT_ipc_put_ack (outbox_of (session), &ack);
  wake (session);
}


static void
line_slow (void *cls, struct MQTT_Source *source)
{
  const struct MQTT_ClientSession *session = cls;

  MQTT_destination_slow (session->client->destination, source);
}


static void
line_subscribed (void *cls, uint32_t identifier, uint8_t reason)
{
  struct MQTT_ClientSession *session = cls;
  const struct MQTT_IpcSubscribed subscribed = {
    .session = session->number,
    .subscription = identifier,
    .reason = reason,
  };

  MQTT_ipc_put_subscribed (outbox_of (session), &subscribed);
  wake (session);
}


static void
line_unsubscribed (void *cls, uint8_t reason)
{
  struct MQTT_ClientSession *session = cls;
  const struct MQTT_IpcUnsubscribed unsubscribed = {
    .session = session->number,
    .reason = reason,
  };

  MQTT_ipc_put_unsubscribed (outbox_of (session), &unsubscribed);
  wake (session);
}


static void
line_published (void *cls, uint8_t reason)
{
  struct MQTT_ClientSession *session = cls;
  const struct MQTT_IpcPublished published = {
    .session = session->number,
    .count = 1,
    .reason = reason,
  };

  MQTT_ipc_put_published (outbox_of (session), &published);
  wake (session);
}


static void
line_closed (void *cls, uint8_t reason)
{
  struct MQTT_ClientSession *session = cls;
  const struct MQTT_IpcClosed closed = { .session = session->number,
                                         .reason = reason };

  MQTT_ipc_put_closed (outbox_of (session), &closed);
  wake (session);
  forget (session);
}


/* ---- what the client asks for ---- */

static struct MQTT_ClientSession *
create (struct MQTT_Client *client, uint32_t number)
{
  static const struct MQTT_SessionLineType type = {
    .opened = &line_opened,
    .full = &line_full,
    .message = &line_message,
    .answer = &line_answer,
    .slow = &line_slow,
    .subscribed = &line_subscribed,
    .unsubscribed = &line_unsubscribed,
    .published = &line_published,
    .closed = &line_closed,
  };
  struct MQTT_ClientSession *session = GNUNET_new (struct MQTT_ClientSession);

  session->client = client;
  session->number = number;
  session->line.type = &type;
  session->line.cls = session;
  if (NULL == client->sessions)
    client->sessions = GNUNET_CONTAINER_multihashmap32_create (8);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   client->sessions,
                   number,
                   session,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY));
  return session;
}


/**
 * May the client have one more session?
 */
static bool
has_room (const struct MQTT_Client *client)
{
  return (NULL == client->sessions)
         || (GNUNET_CONTAINER_multihashmap32_size (client->sessions)
             < client->clients->config.options->sessions_per_client);
}


bool
MQTT_client_open (struct MQTT_Client *client, const struct MQTT_IpcOpen *open)
{
  const struct MQTT_ClientsConfig *config = &client->clients->config;
  struct MQTT_ClientSession *session;
  enum GNUNET_MQTT_ReasonCode reason;

  if (NULL != find (client, open->session))
    return false;
  if (!has_room (client))
  {
    MQTT_count (config->counters, MQTT_COUNT_SESSIONS_REFUSED, 1);
    put_opened (client,
                open->session,
                (uint8_t)GNUNET_MQTT_QUOTA_EXCEEDED,
                false,
                0);
    return true;
  }
  session = create (client, open->session);
  session->line.maximum_packet = open->maximum_packet;
  reason = MQTT_sessions_open (config->sessions, open, &session->line);
  if (GNUNET_MQTT_SUCCESS != reason)
    line_opened (session, (uint8_t)reason, false);
  return true;
}


bool
MQTT_client_close (struct MQTT_Client *client,
                   const struct MQTT_IpcClose *close)
{
  struct MQTT_ClientSession *session = find (client, close->session);

  if ((NULL == session) || (NULL == session->line.session))
    return true;
  unpause (session);
  MQTT_hosted_close (session->line.session, close);
  return true;
}


void
MQTT_client_flow (struct MQTT_Client *client, const struct MQTT_IpcFlow *flow)
{
  struct MQTT_ClientSession *session = find (client, flow->session);

  /* The client may not know yet that the session is over. */
  if ((NULL == session) || (NULL == session->line.session))
    return;
  session->told_to_pause = flow->paused;
  if (flow->paused)
    MQTT_hosted_pause (session->line.session);
  /* Otherwise the queue's room is what it waits for. */
  else if (!session->paused)
    MQTT_hosted_resume (session->line.session);
}


void
MQTT_client_sessions_resume (struct MQTT_Client *client)
{
  struct MQTT_ClientSession *session;

  while (
    (NULL != (session = client->paused_head))
    && !MQTT_outbox_is_full (MQTT_destination_outbox (client->destination)))
  {
    unpause (session);
    MQTT_hosted_resume (session->line.session);
  }
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
lose (void *cls, uint32_t number, void *value)
{
  struct MQTT_ClientSession *session = value;

  (void)cls;
  (void)number;
  if (NULL != session->line.leaving)
    MQTT_store_wait_cancel (session->line.leaving);
  else
    MQTT_hosted_lost (session->line.session);
  forget (session);
  return GNUNET_OK;
}


void
MQTT_client_sessions_lost (struct MQTT_Client *client)
{
  if (NULL == client->sessions)
    return;
  GNUNET_CONTAINER_multihashmap32_iterate (client->sessions, &lose, client);
  GNUNET_CONTAINER_multihashmap32_destroy (client->sessions);
  client->sessions = NULL;
}
