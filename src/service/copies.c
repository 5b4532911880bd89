/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/copies.c
 * @brief Retained messages that are on several peers.
 *
 * Topics take turns, some a second: in its turn a topic's search is kept alive if it
 * is served here; it is served from then on if who served it is gone; and it is
 * forgotten if nobody wants it any more.
 */
#include "copies.h"
#include "outreach.h"
#include "replay.h"
#include "../stream/stream.h"

/** How far ahead of ours a clock may be, microseconds.  Who is further ahead would
    win for as long. */
#define AHEAD_US (UINT64_C (3600) * 1000 * 1000)

/** Topics whose turn it is each time, and how often. */
#define TURNS 64
#define PAUSE GNUNET_TIME_UNIT_SECONDS

/** A peer that serves topics of which there are copies here. */
struct Server
{
  struct Server *prev;
  struct Server *next;
  struct GNUNET_PeerIdentity peer;
  /** How records call it. */
  uint32_t name;
  /** Its link is lost, and at this time others take its place; forever if it is not
      lost. */
  struct GNUNET_TIME_Absolute gone;
};

struct MQTT_Copies
{
  struct MQTT_CopiesConfig config;
  /** NULL unless begun. */
  struct MQTT_Outreaches *outreaches;
  struct GNUNET_SCHEDULER_Task *task;
  struct Server *head;
  struct Server *tail;
  /** Of the last one. */
  uint32_t last_name;
};


/* ---- who serves ---- */

/**
 * A random time, so that of many who have a copy only few begin to serve.
 */
static struct GNUNET_TIME_Absolute
takeover_time (const struct MQTT_Copies *copies)
{
  const struct MQTT_Options *options = copies->config.options;
  struct GNUNET_TIME_Relative wait = {
    GNUNET_CRYPTO_random_u64 (GNUNET_CRYPTO_QUALITY_NONCE,
                              options->retained_takeover.rel_value_us + 1),
  };

  return GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_add (options->peer_timeout, wait));
}


static struct Server *
add_server (struct MQTT_Copies *copies)
{
  struct Server *server = GNUNET_new (struct Server);

  server->name = ++copies->last_name;
  server->gone = GNUNET_TIME_UNIT_FOREVER_ABS;
  GNUNET_CONTAINER_DLL_insert (copies->head, copies->tail, server);
  return server;
}


static void
remove_server (struct MQTT_Copies *copies, struct Server *server)
{
  GNUNET_CONTAINER_DLL_remove (copies->head, copies->tail, server);
  GNUNET_free (server);
}


/**
 * Find a peer to which there is a link, or there was one.
 */
static struct Server *
find_peer (const struct MQTT_Copies *copies,
           const struct GNUNET_PeerIdentity *peer,
           bool lost)
{
  struct Server *server = copies->head;

  while ((NULL != server)
         && ((lost == GNUNET_TIME_absolute_is_never (server->gone))
             || (0 != GNUNET_memcmp (peer, &server->peer))))
    server = server->next;
  return server;
}


/**
 * Name of a peer to which there is a link.
 */
static uint32_t
name_of (struct MQTT_Copies *copies, const struct GNUNET_PeerIdentity *peer)
{
  struct Server *server = find_peer (copies, peer, false);

  if (NULL == server)
  {
    server = add_server (copies);
    server->peer = *peer;
  }
  return server->name;
}


/**
 * @return NULL if it is gone, or nothing serves here but we
 */
static const struct Server *
find_server (const struct MQTT_Copies *copies, uint32_t name)
{
  const struct Server *server = copies->head;

  while ((NULL != server) && (name != server->name))
    server = server->next;
  return server;
}


void
MQTT_copies_lost (struct MQTT_Copies *copies,
                  const struct GNUNET_PeerIdentity *peer)
{
  struct Server *server = find_peer (copies, peer, false);
  struct Server *before = find_peer (copies, peer, true);

  if (NULL == server)
    return;
  server->gone = takeover_time (copies);
  /* It comes and goes: one is enough to remember. */
  if (NULL != before)
    remove_server (copies, before);
}


/**
 * Forget those that are gone: what they served is served here from its next turn on.
 */
static void
forget_gone (struct MQTT_Copies *copies)
{
  struct Server *next;

  for (struct Server *server = copies->head; NULL != server; server = next)
  {
    next = server->next;
    if (GNUNET_TIME_absolute_is_past (server->gone))
      remove_server (copies, server);
  }
}


/**
 * A peer has the version that we have.  One of us is enough to serve: who has the
 * lower identity, or who did before.
 */
static void
settle (struct MQTT_Copies *copies,
        const struct GNUNET_PeerIdentity *peer,
        struct MQTT_RetainedRecord *record)
{
  const struct Server *server = find_server (copies, record->server);
  bool before = (NULL != server) && (0 == GNUNET_memcmp (peer, &server->peer));

  if ((NULL != server) && GNUNET_TIME_absolute_is_never (server->gone))
    return;
  if (before || (0 > GNUNET_memcmp (peer, &copies->config.myself)))
    record->server = name_of (copies, peer);
}


/* ---- turns ---- */

/**
 * Time for records, never 0.
 */
static uint32_t
seconds (void)
{
  return (uint32_t)(MQTT_stream_now () / (1000 * 1000)) + 1;
}


/**
 * Does anybody here subscribe to a topic, not only with others of a group?
 */
static bool
is_wanted (struct MQTT_Topic *topic)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);

  for (size_t i = 0; i < count; i++)
    if (NULL == matches[i]->share)
      return true;
  return false;
}


/**
 * Has nobody wanted a copy for long?
 */
static bool
is_useless (const struct MQTT_Copies *copies,
            struct MQTT_RetainedRecord *record,
            bool wanted)
{
  uint32_t now_s = seconds ();
  uint64_t grace_s = copies->config.options->retained_grace.rel_value_us
                     / (1000 * 1000);

  if (wanted || record->own)
    record->idle_s = 0;
  else if (0 == record->idle_s)
    record->idle_s = now_s;
  return (0 != record->idle_s) && (now_s - record->idle_s >= grace_s);
}


/**
 * Look after a topic: #MQTT_RetainedCallback.
 */
static void
look_after (void *cls,
            const char *name,
            size_t size,
            const struct MQTT_RetainedRecord *known)
{
  struct MQTT_Copies *copies = cls;
  struct MQTT_Retention *retention = copies->config.retention;
  struct MQTT_Topic *topic = MQTT_topics_get (copies->config.topics,
                                              name,
                                              size);
  struct MQTT_RetainedRecord *record;
  bool wanted;

  (void)known;
  if (NULL == topic)
    return;
  record = MQTT_retention_record (retention, topic);
  wanted = is_wanted (topic);
  if (is_useless (copies, record, wanted))
    MQTT_retention_forget (retention, topic);
  else
  {
    /* What is subscribed to is announced as such. */
    MQTT_retention_announce (retention, topic, record->own || !wanted);
    if ((record->own || wanted)
        && (NULL == find_server (copies, record->server)))
      record->server = 0;
    if (0 == record->server)
      MQTT_outreach_hold (copies->outreaches, topic);
  }
  MQTT_topic_unref (topic);
}


/**
 * Task: some topics have their turn.
 */
static void
make_turns (void *cls)
{
  struct MQTT_Copies *copies = cls;

  copies->task = GNUNET_SCHEDULER_add_delayed (PAUSE, &make_turns, copies);
  forget_gone (copies);
  (void)
    MQTT_retention_turns (copies->config.retention, TURNS, &look_after, copies);
}


/* ---- what peers have ---- */

/**
 * Tell those who subscribe to a topic of a message that was found late.
 */
static void
tell (struct MQTT_Copies *copies, struct MQTT_Topic *topic)
{
  const struct MQTT_RetainedRecord *record = MQTT_retention_record (
    copies->config.retention,
    topic);
  struct MQTT_Replays *last = NULL;
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);

  if (0 == record->message)
    return;
  for (size_t i = 0; i < count; i++)
  {
    struct MQTT_Replays *replays = matches[i]->subscriber->replays;

    if ((NULL == replays) || (last == replays)
        || !MQTT_replay_concerns (matches[i]))
      continue;
    MQTT_replays_add (replays, record->message);
    last = replays;
  }
}


/**
 * Is a message to be kept here?
 */
static bool
is_to_be_kept (struct MQTT_Copies *copies,
               struct MQTT_Topic *topic,
               const struct MQTT_Message *message)
{
  const struct MQTT_RetainedRecord *record = MQTT_retention_record (
    copies->config.retention,
    topic);

  if (!message->retain || (0 == message->version.time_us)
      || ((NULL == record) && !is_wanted (topic)))
    return false;
  if (message->version.time_us
      <= GNUNET_TIME_absolute_get ().abs_value_us + AHEAD_US)
    return true;
  MQTT_count (copies->config.counters, MQTT_COUNT_RETAINED_AHEAD, 1);
  return false;
}


/**
 * A peer has an older message than we: it is sent ours.  Not more than once a second,
 * as it may be sending all that was published while it was away.
 */
static void
correct (struct MQTT_Copies *copies,
         const struct GNUNET_PeerIdentity *peer,
         struct MQTT_Topic *topic)
{
  struct MQTT_RetainedRecord *record = MQTT_retention_record (
    copies->config.retention,
    topic);
  const struct Server *server = find_server (copies, record->server);

  if ((NULL == copies->outreaches) || (seconds () == record->corrected_s))
    return;
  record->corrected_s = seconds ();
  if ((NULL != server) && (0 == GNUNET_memcmp (peer, &server->peer)))
    record->server = 0;
  MQTT_outreach_correct (copies->outreaches, topic, peer);
}


void
MQTT_copies_take (struct MQTT_Copies *copies,
                  const struct GNUNET_PeerIdentity *peer,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message,
                  bool kept)
{
  struct MQTT_Retention *retention = copies->config.retention;

  if (!is_to_be_kept (copies, topic, message))
    return;
  switch (
    MQTT_retention_take (retention, topic, message, name_of (copies, peer)))
  {
  case MQTT_RETAINED_NEWER:
    MQTT_count (copies->config.counters, MQTT_COUNT_RETAINED_COPIED, 1);
    if (kept)
      tell (copies, topic);
    break;
  case MQTT_RETAINED_SAME:
    settle (copies, peer, MQTT_retention_record (retention, topic));
    break;
  case MQTT_RETAINED_OLDER:
    correct (copies, peer, topic);
    break;
  case MQTT_RETAINED_NO_ROOM:
    MQTT_count (copies->config.counters, MQTT_COUNT_RETAINED_NOT_COPIED, 1);
    break;
  }
}


bool
MQTT_copies_get (struct MQTT_Copies *copies,
                 const struct GNUNET_PeerIdentity *peer,
                 struct MQTT_Topic *topic,
                 struct MQTT_Shelved *shelved)
{
  const struct MQTT_RetainedRecord *record = MQTT_retention_record (
    copies->config.retention,
    topic);
  const struct Server *server;

  if (NULL == record)
    return false;
  server = find_server (copies, record->server);
  if ((NULL != server) && (0 == GNUNET_memcmp (peer, &server->peer)))
    return false;
  if ((0 != record->message)
      && MQTT_store_outbox_has (copies->config.store, peer, record->message))
    return false;
  return MQTT_retention_read (copies->config.retention, topic, shelved);
}


bool
MQTT_copies_have (const struct MQTT_Copies *copies,
                  const uint64_t *hashes,
                  size_t levels)
{
  return MQTT_retention_has_hashes (copies->config.retention, hashes, levels);
}


/* ---- start and end ---- */

struct MQTT_Copies *
MQTT_copies_create (const struct MQTT_CopiesConfig *config)
{
  struct MQTT_Copies *copies = GNUNET_new (struct MQTT_Copies);
  struct Server *unknown;

  copies->config = *config;
  unknown = add_server (copies);
  GNUNET_assert (MQTT_RETENTION_UNKNOWN == unknown->name);
  unknown->gone = takeover_time (copies);
  return copies;
}


void
MQTT_copies_destroy (struct MQTT_Copies *copies)
{
  MQTT_copies_stop (copies);
  while (NULL != copies->head)
    remove_server (copies, copies->head);
  GNUNET_free (copies);
}


void
MQTT_copies_start (struct MQTT_Copies *copies,
                   struct MQTT_Outreaches *outreaches)
{
  copies->outreaches = outreaches;
  copies->task = GNUNET_SCHEDULER_add_now (&make_turns, copies);
}


void
MQTT_copies_stop (struct MQTT_Copies *copies)
{
  copies->outreaches = NULL;
  if (NULL != copies->task)
    GNUNET_SCHEDULER_cancel (copies->task);
  copies->task = NULL;
}
