/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/copies.c
 * @brief Retained messages that are on several peers.
 *
 * Topics take turns, some a second: in its turn a topic's search is kept alive if it
 * is served here; it is served from then on if who served it is gone; and it is
 * forgotten if nobody wants it any more.  While there are newcomers turns come sooner.
 */
#include "copies.h"
#include "../core/newcomers.h"
#include "outreach.h"
#include "replay.h"
#include "servers.h"
#include "vouch.h"
#include "../stream/stream.h"

/** Topics whose turn it is each time, and how often; and while there are newcomers. */
#define TURNS 64
#define PAUSE GNUNET_TIME_UNIT_SECONDS
#define SHORT_PAUSE \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 20)

struct MQTT_Copies
{
  struct MQTT_CopiesConfig config;
  struct MQTT_Newcomers newcomers;
  /** NULL unless begun. */
  struct MQTT_Outreaches *outreaches;
  struct GNUNET_SCHEDULER_Task *task;
  struct MQTT_Servers *servers;
};


static void
make_turns (void *cls);


/* ---- who serves ---- */

void
MQTT_copies_lost (struct MQTT_Copies *copies,
                  const struct GNUNET_PeerIdentity *peer)
{
  MQTT_servers_lost (copies->servers, peer);
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
  const struct MQTT_Server *server = MQTT_servers_find (copies->servers,
                                                        record->server);
  bool before = (NULL != server) && (0 == GNUNET_memcmp (peer, &server->peer));

  if ((NULL != server) && GNUNET_TIME_absolute_is_never (server->gone))
    return;
  if (before || (0 > GNUNET_memcmp (peer, &copies->config.myself)))
    record->server = MQTT_servers_name (copies->servers, peer);
}


/* ---- newcomers ---- */

void
MQTT_copies_newcomer (struct MQTT_Copies *copies,
                      const struct GNUNET_PeerIdentity *peer,
                      const struct MQTT_Topic *topic)
{
  if ((NULL == copies->task)
      || !MQTT_newcomers_add (&copies->newcomers,
                              peer,
                              topic->hashes[0],
                              MQTT_retention_count (copies->config.retention)))
    return;
  GNUNET_SCHEDULER_cancel (copies->task);
  copies->task = GNUNET_SCHEDULER_add_delayed (SHORT_PAUSE,
                                               &make_turns,
                                               copies);
}


/**
 * Offer a topic to the newcomers.
 */
static void
offer (struct MQTT_Copies *copies, struct MQTT_Topic *topic)
{
  const struct GNUNET_PeerIdentity *peer;

  for (unsigned int at = 0;
       NULL
       != (peer =
             MQTT_newcomers_next (&copies->newcomers, topic->hashes[0], &at));)
    MQTT_outreach_guess (copies->outreaches, topic, peer);
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
 *
 * @param topic the topic
 * @param anonymous do those count who do so anonymously?
 */
static bool
is_wanted (struct MQTT_Topic *topic, bool anonymous)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);

  for (size_t i = 0; i < count; i++)
    if ((NULL == matches[i]->share) && (anonymous || !matches[i]->anonymous))
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
 * Nobody has wanted a copy for long by whom other peers may learn of it: who wants it
 * anonymously has it for himself.
 */
static void
give_up (struct MQTT_Copies *copies,
         struct MQTT_Topic *topic,
         struct MQTT_RetainedRecord *record)
{
  if (record->hidden || !is_wanted (topic, true))
  {
    MQTT_retention_forget (copies->config.retention, topic);
    return;
  }
  record->idle_s = 0;
  MQTT_retention_hide (copies->config.retention, topic, true);
}


/**
 * See to it that others find a topic, if that is for us to do.
 */
static void
serve (struct MQTT_Copies *copies,
       struct MQTT_Topic *topic,
       struct MQTT_RetainedRecord *record,
       bool wanted)
{
  /* What is subscribed to is announced as such. */
  MQTT_retention_announce (copies->config.retention,
                           topic,
                           record->own || !wanted);
  if ((record->own || wanted)
      && (NULL == MQTT_servers_find (copies->servers, record->server)))
    record->server = 0;
  if (0 != record->server)
    return;
  MQTT_outreach_hold (copies->outreaches, topic);
  offer (copies, topic);
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
  bool named;

  (void)known;
  if (NULL == topic)
    return;
  record = MQTT_retention_record (retention, topic);
  named = is_wanted (topic, false);
  if (named)
    MQTT_retention_hide (retention, topic, false);
  if (is_useless (copies,
                  record,
                  named || (record->hidden && is_wanted (topic, true))))
    give_up (copies, topic, record);
  else if (!record->hidden && !MQTT_retention_is_refused (retention, topic))
    serve (copies, topic, record, named);
  MQTT_topic_unref (topic);
}


/**
 * Task: some topics have their turn.
 */
static void
make_turns (void *cls)
{
  struct MQTT_Copies *copies = cls;
  size_t turns;

  copies->task = NULL;
  MQTT_servers_sweep (copies->servers);
  turns = MQTT_retention_turns (copies->config.retention,
                                TURNS,
                                &look_after,
                                copies);
  copies->task = GNUNET_SCHEDULER_add_delayed (
    MQTT_newcomers_turn (&copies->newcomers, turns) ? SHORT_PAUSE : PAUSE,
    &make_turns,
    copies);
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
      || ((NULL == record) && !is_wanted (topic, true)))
    return false;
  if (message->version.time_us
      <= GNUNET_TIME_absolute_get ().abs_value_us + MQTT_RETENTION_AHEAD_US)
    return true;
  MQTT_count (copies->config.counters, MQTT_COUNT_RETAINED_AHEAD, 1);
  return false;
}


/**
 * A peer has an older message than we: it is sent ours, if it may know of it.  Not
 * more than once a second, as it may be sending all that was published meanwhile.
 */
static void
correct (struct MQTT_Copies *copies,
         const struct GNUNET_PeerIdentity *peer,
         struct MQTT_Topic *topic)
{
  struct MQTT_RetainedRecord *record = MQTT_retention_record (
    copies->config.retention,
    topic);
  const struct MQTT_Server *server = MQTT_servers_find (copies->servers,
                                                        record->server);

  if ((NULL == copies->outreaches) || record->hidden
      || (seconds () == record->corrected_s))
    return;
  record->corrected_s = seconds ();
  if ((NULL != server) && (0 == GNUNET_memcmp (peer, &server->peer)))
    record->server = 0;
  MQTT_outreach_correct (copies->outreaches, topic, peer);
}


/**
 * Keep a message of a peer if it is to be.
 *
 * @param copies all copies
 * @param peer the peer
 * @param server who serves it, as records call him
 * @param topic its topic
 * @param message the message
 * @param kept tell subscribers
 */
static void
take (struct MQTT_Copies *copies,
      const struct GNUNET_PeerIdentity *peer,
      uint32_t server,
      struct MQTT_Topic *topic,
      struct MQTT_Message *message,
      bool kept)
{
  struct MQTT_Retention *retention = copies->config.retention;

  switch (MQTT_retention_take (retention,
                               topic,
                               message,
                               server,
                               !is_wanted (topic, false)))
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


void
MQTT_copies_take (struct MQTT_Copies *copies,
                  const struct GNUNET_PeerIdentity *peer,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message,
                  bool kept)
{
  if (is_to_be_kept (copies, topic, message))
    take (copies,
          peer,
          MQTT_servers_name (copies->servers, peer),
          topic,
          message,
          kept);
}


void
MQTT_copies_inherit (struct MQTT_Copies *copies,
                     const struct GNUNET_PeerIdentity *peer,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message)
{
  if (is_to_be_kept (copies, topic, message))
    take (copies,
          peer,
          MQTT_servers_name_gone (copies->servers, peer),
          topic,
          message,
          false);
}


void
MQTT_copies_take_sealed (struct MQTT_Copies *copies,
                         const struct GNUNET_PeerIdentity *peer,
                         struct MQTT_Topic *topic,
                         struct MQTT_Message *message)
{
  if (MQTT_vouch (MQTT_retention_record (copies->config.retention, topic),
                  topic,
                  message))
    MQTT_copies_take (copies, peer, topic, message, true);
  else
    MQTT_count (copies->config.counters, MQTT_COUNT_RETAINED_NOT_VOUCHED, 1);
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
  const struct MQTT_Server *server;

  if ((NULL == record) || record->hidden)
    return false;
  server = MQTT_servers_find (copies->servers, record->server);
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

  copies->config = *config;
  copies->servers = MQTT_servers_create (config->options);
  return copies;
}


void
MQTT_copies_destroy (struct MQTT_Copies *copies)
{
  MQTT_copies_stop (copies);
  MQTT_servers_destroy (copies->servers);
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
