/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_open.c
 * @brief Clients come to their sessions, and go.
 */
#include "hosted.h"


/**
 * Tell the client that it has its session, which may speak from now on.
 */
static void
tell_opened (struct MQTT_HostedSession *hosted)
{
  bool present = hosted->opening->present;

  GNUNET_free (hosted->opening);
  hosted->line->type->opened (hosted->line->cls, GNUNET_MQTT_SUCCESS, present);
  MQTT_session_set_writable (hosted->core, true, MQTT_hosted_now ());
}


void
MQTT_hosted_opening_stored (struct MQTT_HostedSession *hosted, size_t count)
{
  struct MQTT_HostedOpening *opening = hosted->opening;

  if (NULL == opening)
    return;
  opening->changes -= GNUNET_MIN (count, opening->changes);
  if (0 == opening->changes)
    tell_opened (hosted);
}


/**
 * Take the line away, so that nothing is said on it any more.
 */
static struct MQTT_SessionLine *
detach (struct MQTT_HostedSession *hosted)
{
  struct MQTT_SessionLine *line = hosted->line;

  line->session = NULL;
  hosted->line = NULL;
  GNUNET_free (hosted->opening);
  MQTT_count (hosted->sessions->config.publishing->counters,
              MQTT_COUNT_SESSIONS_CONNECTED,
              -1);
  MQTT_sessions_trim (hosted->sessions);
  return line;
}


/**
 * End a session that its client was never told of.
 */
static void
abort_session (struct MQTT_HostedSession *hosted)
{
  MQTT_session_disconnect (hosted->core, true, MQTT_hosted_now ());
  MQTT_session_end (hosted->core);
  MQTT_hosted_after (hosted);
}


void
MQTT_hosted_opening_lost (struct MQTT_HostedSession *hosted)
{
  const struct MQTT_HostedOpening opening = *hosted->opening;
  struct MQTT_SessionLine *line = detach (hosted);

  if (opening.present)
  {
    hosted->will = opening.will_before;
    MQTT_session_undo_connect (hosted->core,
                               &opening.before,
                               MQTT_hosted_now ());
    MQTT_hosted_after (hosted);
  }
  else
    abort_session (hosted);
  line->type->opened (line->cls, GNUNET_MQTT_SERVER_UNAVAILABLE, false);
}


uint32_t
MQTT_hosted_expiry (const struct MQTT_Sessions *sessions, uint32_t expiry_s)
{
  const struct MQTT_Publishing *publishing = sessions->config.publishing;
  const struct MQTT_Options *options = publishing->options;
  uint64_t most_s = options->session_expiry_maximum.rel_value_us
                    / GNUNET_TIME_UNIT_SECONDS.rel_value_us;

  if (expiry_s <= most_s)
    return expiry_s;
  MQTT_count (publishing->counters, MQTT_COUNT_SESSION_EXPIRIES_LOWERED, 1);
  return (uint32_t)most_s;
}


/**
 * May a client have such a session?
 */
static enum GNUNET_MQTT_ReasonCode
check (const struct MQTT_Sessions *sessions, const struct MQTT_IpcOpen *open)
{
  const struct MQTT_Publishing *publishing = sessions->config.publishing;

  if (open->client_id_size > publishing->options->client_identifier)
    return GNUNET_MQTT_CLIENT_IDENTIFIER_NOT_VALID;
  if (!open->has_will)
    return GNUNET_MQTT_SUCCESS;
  return MQTT_publishing_check_will (publishing, &open->will);
}


/**
 * A client comes that has this will.
 */
static void
begin_opening (struct MQTT_HostedSession *hosted, uint64_t will)
{
  hosted->opening = GNUNET_new (struct MQTT_HostedOpening);
  hosted->opening->will = will;
}


/**
 * The session as the client finds it: the one there is, if it goes on, or another.
 *
 * @param sessions all sessions
 * @param open what the client asks for
 * @param will id of its will
 * @return NULL if there are too many, or the store does not take one more
 */
static struct MQTT_HostedSession *
connect_core (struct MQTT_Sessions *sessions,
              const struct MQTT_IpcOpen *open,
              uint64_t will)
{
  const struct MQTT_SessionConnect connect = {
    .expiry_s = MQTT_hosted_expiry (sessions, open->expiry_s),
    .will_delay_s = open->has_will ? open->will.delay_s : 0,
    .receive_maximum = open->receive_maximum,
    .will = open->has_will,
    .clean_start = open->clean_start,
    .held = true,
  };
  struct MQTT_HostedSession *hosted = MQTT_hosted_find (sessions,
                                                        open->client_id,
                                                        open->client_id_size);
  bool present;

  if (NULL != hosted)
  {
    MQTT_session_tick (hosted->core, MQTT_hosted_now ());
    begin_opening (hosted, will);
    hosted->opening->before = MQTT_session_record (hosted->core);
    hosted->opening->will_before = hosted->will;
    present = MQTT_session_connect (hosted->core, &connect, MQTT_hosted_now ());
    hosted->opening->present = present;
    if (present && open->new_client)
    {
      MQTT_hosted_forget_publications (hosted);
      MQTT_session_forget_inbound (hosted->core);
    }
    MQTT_hosted_after (hosted);
    if (present)
      return hosted;
  }
  if (GNUNET_CONTAINER_multihashmap32_size (sessions->by_client)
      >= sessions->config.publishing->options->sessions)
    return NULL;
  hosted = MQTT_hosted_add (sessions, open->client_id, open->client_id_size);
  begin_opening (hosted, will);
  hosted->subscriber.durable = (0 != connect.expiry_s);
  hosted->core = MQTT_session_create (&sessions->host, hosted, &connect);
  if ((0 != hosted->stored) || (0 == MQTT_session_changes (hosted->core)))
    return hosted;
  abort_session (hosted);
  return NULL;
}


/**
 * Give the session to the client.
 */
static void
attach (struct MQTT_HostedSession *hosted, struct MQTT_SessionLine *line)
{
  hosted->line = line;
  hosted->line_number++;
  line->session = hosted;
  MQTT_count (hosted->sessions->config.publishing->counters,
              MQTT_COUNT_SESSIONS_CONNECTED,
              1);
  hosted->opening->changes = MQTT_session_changes (hosted->core);
  hosted->opening->group = MQTT_store_group (hosted->sessions->config.store);
  MQTT_hosted_opening_stored (hosted, 0);
  MQTT_hosted_after (hosted);
}


enum GNUNET_MQTT_ReasonCode
MQTT_sessions_open (struct MQTT_Sessions *sessions,
                    const struct MQTT_IpcOpen *open,
                    struct MQTT_SessionLine *line)
{
  struct MQTT_Counters *counters = sessions->config.publishing->counters;
  enum GNUNET_MQTT_ReasonCode reason = check (sessions, open);
  struct MQTT_HostedSession *hosted = MQTT_hosted_find (sessions,
                                                        open->client_id,
                                                        open->client_id_size);
  uint64_t will = 0;

  if ((GNUNET_MQTT_SUCCESS == reason) && open->has_will)
  {
    will = MQTT_hosted_will_put (sessions, &open->will);
    if (0 == will)
      reason = GNUNET_MQTT_QUOTA_EXCEEDED;
  }
  if (GNUNET_MQTT_SUCCESS == reason)
  {
    if ((NULL != hosted) && (NULL != hosted->line))
    {
      MQTT_count (counters, MQTT_COUNT_SESSIONS_TAKEN_OVER, 1);
      MQTT_hosted_kick (hosted, GNUNET_MQTT_SESSION_TAKEN_OVER);
    }
    hosted = connect_core (sessions, open, will);
    if (NULL == hosted)
      reason = GNUNET_MQTT_QUOTA_EXCEEDED;
  }
  /* Of no session's, if the client did not get one. */
  if (0 != will)
    MQTT_store_message_drop (sessions->config.store, will);
  if (GNUNET_MQTT_SUCCESS == reason)
    attach (hosted, line);
  else
    MQTT_count (counters, MQTT_COUNT_SESSIONS_REFUSED, 1);
  return reason;
}


void
MQTT_hosted_lost (struct MQTT_HostedSession *hosted)
{
  (void)detach (hosted);
  if (hosted->sessions->stopped)
    return;
  MQTT_session_disconnect (hosted->core, false, MQTT_hosted_now ());
  MQTT_hosted_after (hosted);
}


/**
 * That the client has left is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_left (void *cls, bool ok)
{
  struct MQTT_SessionLine *line = cls;

  line->leaving = NULL;
  line->type->closed (line->cls,
                      ok ? line->leaving_reason
                         : (uint8_t)GNUNET_MQTT_SERVER_UNAVAILABLE);
}


/**
 * Tell a client that it has left, when a crash cannot undo it.
 *
 * @param hosted the session
 * @param line the way to the client
 * @param stored is there anything of the session on disk?
 */
static void
tell_left (const struct MQTT_HostedSession *hosted,
           struct MQTT_SessionLine *line,
           bool stored)
{
  const struct MQTT_HostedBatch *last = hosted->batches_tail;

  if (!stored)
    handle_left (line, true);
  else if ((NULL != last) && (MQTT_BATCH_LOST == last->state))
    handle_left (line, false);
  else
    line->leaving = MQTT_store_wait (hosted->sessions->config.store,
                                     &handle_left,
                                     line);
}


void
MQTT_hosted_close (struct MQTT_HostedSession *hosted,
                   const struct MQTT_IpcClose *close)
{
  bool stored = (0 != hosted->stored);
  bool legal = !close->has_expiry
               || MQTT_session_set_expiry (
                 hosted->core,
                 MQTT_hosted_expiry (hosted->sessions, close->expiry_s));
  struct MQTT_SessionLine *line = detach (hosted);

  line->leaving_reason = legal ? (uint8_t)GNUNET_MQTT_SUCCESS
                               : (uint8_t)GNUNET_MQTT_PROTOCOL_ERROR;
  MQTT_session_disconnect (hosted->core,
                           legal && (GNUNET_MQTT_SUCCESS == close->reason),
                           MQTT_hosted_now ());
  MQTT_hosted_after (hosted);
  tell_left (hosted, line, stored);
}


uint32_t
MQTT_hosted_chosen_expiry (const struct MQTT_HostedSession *hosted)
{
  return MQTT_session_record (hosted->core).expiry_s;
}


void
MQTT_hosted_pause (struct MQTT_HostedSession *hosted)
{
  MQTT_session_pause (hosted->core);
}


void
MQTT_hosted_resume (struct MQTT_HostedSession *hosted)
{
  /* Nothing is said to a client before it is told that it has the session. */
  if (NULL != hosted->opening)
    return;
  MQTT_session_set_writable (hosted->core, true, MQTT_hosted_now ());
  MQTT_hosted_after (hosted);
}
