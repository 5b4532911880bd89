/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/sessions.c
 * @brief All sessions: found by client identifier, looked after in time, counted.
 */
#include "hosted.h"


struct MQTT_Sessions *
MQTT_sessions_create (const struct MQTT_SessionsConfig *config)
{
  const struct MQTT_Options *options = config->publishing->options;
  struct MQTT_Sessions *sessions = GNUNET_new (struct MQTT_Sessions);

  sessions->config = *config;
  sessions->host = (struct MQTT_SessionHost){
    .act = &MQTT_hosted_act,
    .entries_limit = options->session_messages,
    .bytes_limit = options->session_bytes,
    .receive_maximum = (uint16_t)options->receive_maximum,
    .drop_oldest = options->session_drop_oldest,
  };
  sessions->run = GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                                            UINT64_MAX);
  sessions->memory.limit = options->subscription_memory;
  sessions->salt = GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                                             UINT64_MAX);
  sessions->will_reader = MQTT_will_reader_create (config->store,
                                                   config->topics);
  sessions->by_client = GNUNET_CONTAINER_multihashmap32_create (64);
  sessions->subscriptions = GNUNET_CONTAINER_multihashmap32_create (64);
  if (MQTT_sessions_load (sessions))
    return sessions;
  MQTT_sessions_destroy (sessions);
  return NULL;
}


/**
 * Tell the counters what the core has counted since.
 */
static void
count_messages (struct MQTT_Sessions *sessions)
{
  static const enum MQTT_Counter ended[MQTT_SESSION_OUTCOMES] = {
    [MQTT_SESSION_DELIVERED] = MQTT_COUNT_SESSION_DELIVERED,
    [MQTT_SESSION_REJECTED] = MQTT_COUNT_SESSION_REJECTED,
    [MQTT_SESSION_EXPIRED] = MQTT_COUNT_SESSION_EXPIRED,
    [MQTT_SESSION_TOO_LARGE] = MQTT_COUNT_SESSION_TOO_LARGE,
    [MQTT_SESSION_REFUSED] = MQTT_COUNT_SESSION_REFUSED,
    [MQTT_SESSION_DROPPED] = MQTT_COUNT_SESSION_DROPPED,
    [MQTT_SESSION_LEFT] = MQTT_COUNT_SESSION_LEFT,
    [MQTT_SESSION_UNLOADED] = MQTT_COUNT_SESSION_UNLOADED,
  };
  struct MQTT_Counters *counters = sessions->config.publishing->counters;
  const struct MQTT_SessionCounters *now = &sessions->host.counters;
  struct MQTT_SessionCounters *told = &sessions->told;

  if (0 == memcmp (now, told, sizeof (*now)))
    return;
  MQTT_count (counters, MQTT_COUNT_SESSION_IN, (int64_t)(now->in - told->in));
  MQTT_count (counters,
              MQTT_COUNT_SESSION_RESTORED,
              (int64_t)(now->restored - told->restored));
  MQTT_count (counters,
              MQTT_COUNT_SESSION_QUEUED,
              (int64_t)(now->queued - told->queued));
  for (unsigned int i = 0; i < MQTT_SESSION_OUTCOMES; i++)
    MQTT_count (counters, ended[i], (int64_t)(now->ended[i] - told->ended[i]));
  *told = *now;
}


/* ---- time ---- */

static void
tick (void *cls);


/**
 * Wake up when the first session has something to do.
 */
static void
schedule (struct MQTT_Sessions *sessions)
{
  const struct MQTT_Deadline *first = MQTT_deadlines_first (
    &sessions->deadlines);

  if (NULL != sessions->tick_task)
    GNUNET_SCHEDULER_cancel (sessions->tick_task);
  sessions->tick_task = NULL;
  if (NULL != first)
    sessions->tick_task = GNUNET_SCHEDULER_add_at (
      (struct GNUNET_TIME_Absolute){ .abs_value_us = first->when_us },
      &tick,
      sessions);
}


/**
 * Task: do what is due.
 */
static void
tick (void *cls)
{
  struct MQTT_Sessions *sessions = cls;
  uint64_t now_us = MQTT_hosted_now ();
  struct MQTT_Deadline *first;

  sessions->tick_task = NULL;
  while ((NULL != (first = MQTT_deadlines_first (&sessions->deadlines)))
         && (first->when_us <= now_us))
  {
    struct MQTT_HostedSession *hosted = (struct MQTT_HostedSession *)first;

    if (hosted->retry_us <= now_us)
      MQTT_hosted_settle (hosted);
    if (hosted->ended)
      continue;
    MQTT_session_tick (hosted->core, now_us);
    MQTT_hosted_after (hosted);
  }
  schedule (sessions);
}


/**
 * Note when something is to be done for a session next.
 */
static void
set_deadline (struct MQTT_HostedSession *hosted, uint64_t when_us)
{
  struct MQTT_Sessions *sessions = hosted->sessions;
  struct MQTT_Deadlines *all = &sessions->deadlines;
  bool was_first = (&hosted->deadline == MQTT_deadlines_first (all));
  uint64_t before_us = (0 == hosted->deadline.place) ? MQTT_HOSTED_NEVER
                                                     : hosted->deadline.when_us;

  if (when_us == before_us)
    return;
  MQTT_deadline_set (all, &hosted->deadline, when_us);
  if (was_first || (&hosted->deadline == MQTT_deadlines_first (all)))
    schedule (sessions);
}


void
MQTT_hosted_after (struct MQTT_HostedSession *hosted)
{
  if (!hosted->ended)
    MQTT_hosted_read_on (hosted);
  MQTT_hosted_will_publish (hosted);
  if (!hosted->ended)
    set_deadline (hosted,
                  GNUNET_MIN (GNUNET_MIN (hosted->retry_us, hosted->reread_us),
                              MQTT_session_next_us (hosted->core)));
  MQTT_replays_wake (&hosted->replays);
  count_messages (hosted->sessions);
}


/* ---- one session ---- */

uint32_t
MQTT_hosted_hash (const struct MQTT_Sessions *sessions,
                  const struct MQTT_HostedSession *owner,
                  const void *text,
                  size_t size)
{
  const uint64_t head[] = { sessions->salt, (uintptr_t)owner };
  struct GNUNET_HashContext *context = GNUNET_CRYPTO_hash_context_start ();
  struct GNUNET_HashCode hash;

  GNUNET_CRYPTO_hash_context_read (context, head, sizeof (head));
  GNUNET_CRYPTO_hash_context_read (context, text, size);
  GNUNET_CRYPTO_hash_context_finish (context, &hash);
  return hash.bits[0];
}


static uint32_t
key_of (const struct MQTT_HostedSession *hosted)
{
  return MQTT_hosted_hash (hosted->sessions,
                           NULL,
                           hosted->client,
                           hosted->client_size);
}


/** Whose session is looked for, and what was found. */
struct Look
{
  const char *client;
  size_t client_size;
  struct MQTT_HostedSession *found;
};


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
compare (void *cls, uint32_t key, void *value)
{
  struct Look *look = cls;
  struct MQTT_HostedSession *hosted = value;

  (void)key;
  if ((look->client_size != hosted->client_size)
      || (0 != memcmp (look->client, hosted->client, look->client_size)))
    return GNUNET_YES;
  look->found = hosted;
  return GNUNET_NO;
}


struct MQTT_HostedSession *
MQTT_hosted_find (const struct MQTT_Sessions *sessions,
                  const char *client,
                  size_t client_size)
{
  struct Look look = { .client = client, .client_size = client_size };

  (void)GNUNET_CONTAINER_multihashmap32_get_multiple (
    sessions->by_client,
    MQTT_hosted_hash (sessions, NULL, client, client_size),
    &compare,
    &look);
  return look.found;
}


struct MQTT_HostedSession *
MQTT_hosted_add (struct MQTT_Sessions *sessions,
                 const char *client,
                 size_t client_size)
{
  struct MQTT_HostedSession *hosted = GNUNET_malloc (sizeof (*hosted)
                                                     + client_size);

  hosted->sessions = sessions;
  hosted->retry_us = MQTT_HOSTED_NEVER;
  hosted->reread_us = MQTT_HOSTED_NEVER;
  hosted->client_size = (uint32_t)client_size;
  GNUNET_memcpy (hosted->client, client, client_size);
  MQTT_hosted_subscriber_init (hosted);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap32_put (
                   sessions->by_client,
                   key_of (hosted),
                   hosted,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE));
  MQTT_count (sessions->config.publishing->counters, MQTT_COUNT_SESSIONS, 1);
  return hosted;
}


/**
 * Task: free sessions that have ended.
 */
static void
reap (void *cls)
{
  struct MQTT_Sessions *sessions = cls;
  struct MQTT_HostedSession *hosted;

  sessions->reap_task = NULL;
  while (NULL != (hosted = sessions->ended))
  {
    sessions->ended = hosted->next;
    MQTT_hosted_free (hosted);
  }
}


void
MQTT_hosted_end (struct MQTT_HostedSession *hosted)
{
  struct MQTT_Sessions *sessions = hosted->sessions;

  hosted->ended = true;
  set_deadline (hosted, MQTT_HOSTED_NEVER);
  MQTT_hosted_forget_changes (hosted);
  MQTT_hosted_forget_publications (hosted);
  MQTT_hosted_forget_subscriptions (hosted);
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multihashmap32_remove (sessions->by_client,
                                                            key_of (hosted),
                                                            hosted));
  MQTT_count (sessions->config.publishing->counters, MQTT_COUNT_SESSIONS, -1);
  hosted->next = sessions->ended;
  sessions->ended = hosted;
  if (NULL == sessions->reap_task)
    sessions->reap_task = GNUNET_SCHEDULER_add_now (&reap, sessions);
}


void
MQTT_hosted_free (struct MQTT_HostedSession *hosted)
{
  MQTT_hosted_forget_changes (hosted);
  MQTT_hosted_forget_publications (hosted);
  MQTT_hosted_forget_subscriptions (hosted);
  MQTT_deadline_set (&hosted->sessions->deadlines,
                     &hosted->deadline,
                     MQTT_HOSTED_NEVER);
  if (NULL != hosted->core)
    MQTT_session_destroy (hosted->core);
  GNUNET_free (hosted->opening);
  GNUNET_free (hosted->will_work);
  GNUNET_free (hosted);
}


void
MQTT_hosted_kick (struct MQTT_HostedSession *hosted, uint8_t reason)
{
  struct MQTT_SessionLine *line = hosted->line;
  bool opening = (NULL != hosted->opening);

  MQTT_hosted_lost (hosted);
  if (opening)
    line->type->opened (line->cls, reason, false);
  else
    line->type->closed (line->cls, reason);
}


/* ---- the end of all ---- */

/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
put_away (void *cls, uint32_t key, void *value)
{
  struct MQTT_Sessions *sessions = cls;

  (void)key;
  MQTT_hosted_free (value);
  MQTT_count (sessions->config.publishing->counters, MQTT_COUNT_SESSIONS, -1);
  return GNUNET_OK;
}


void
MQTT_sessions_destroy (struct MQTT_Sessions *sessions)
{
  GNUNET_CONTAINER_multihashmap32_iterate (sessions->by_client,
                                           &put_away,
                                           sessions);
  if (NULL != sessions->reap_task)
    GNUNET_SCHEDULER_cancel (sessions->reap_task);
  reap (sessions);
  MQTT_hosted_forget_legacies (sessions);
  MQTT_will_reader_destroy (sessions->will_reader);
  count_messages (sessions);
  if (NULL != sessions->tick_task)
    GNUNET_SCHEDULER_cancel (sessions->tick_task);
  if (NULL != sessions->room_task)
    GNUNET_SCHEDULER_cancel (sessions->room_task);
  if (NULL != sessions->trim_task)
    GNUNET_SCHEDULER_cancel (sessions->trim_task);
  MQTT_deadlines_done (&sessions->deadlines);
  GNUNET_CONTAINER_multihashmap32_destroy (sessions->subscriptions);
  GNUNET_CONTAINER_multihashmap32_destroy (sessions->by_client);
  GNUNET_free (sessions);
}


void
MQTT_sessions_stop (struct MQTT_Sessions *sessions)
{
  sessions->stopped = true;
}


struct MQTT_SubscriptionMemory *
MQTT_sessions_subscription_memory (struct MQTT_Sessions *sessions)
{
  return &sessions->memory;
}
