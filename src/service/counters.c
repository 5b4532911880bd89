/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/counters.c
 * @brief What happened, counted, and shown by gnunet-statistics -s mqtt.
 */
#include "counters.h"
#include <gnunet/gnunet_statistics_service.h>

/** How long after a change the statistics service is told. */
#define FLUSH_DELAY \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)

struct MQTT_Counters
{
  struct GNUNET_STATISTICS_Handle *statistics;
  struct GNUNET_SCHEDULER_Task *flush;
  uint64_t value[MQTT_COUNTERS];
  /** As the statistics service has them; at first none is like its value. */
  uint64_t told[MQTT_COUNTERS];
};

static const char *const names[MQTT_COUNTERS] = {
  [MQTT_COUNT_CLIENTS] = "# clients connected",
  [MQTT_COUNT_CLIENTS_REFUSED] = "# clients refused: too many",
  [MQTT_COUNT_CLIENTS_DROPPED] = "# clients dropped: protocol violated",
  [MQTT_COUNT_SUBSCRIPTIONS] = "# subscriptions",
  [MQTT_COUNT_SUBSCRIPTIONS_REFUSED] = "# subscriptions refused",
  [MQTT_COUNT_PUBLISHED] = "# messages published by clients",
  [MQTT_COUNT_PUBLISHED_BYTES] = "# bytes of payload published by clients",
  [MQTT_COUNT_PUBLISH_REFUSED] = "# publications refused",
  [MQTT_COUNT_PUBLISH_IN] =
    "# publications of clients, and wills that were due",
  [MQTT_COUNT_PUBLISH_REPEATED] = "# publications received again from clients",
  [MQTT_COUNT_PUBLISH_VOID] =
    "# publications in sessions that had ended, or end with them",
  [MQTT_COUNT_PUBLISH_UNDONE] = "# publications refused that some may have got",
  [MQTT_COUNT_HANDED] = "# messages given to subscribers here",
  [MQTT_COUNT_DELIVERED] = "# messages queued for clients",
  [MQTT_COUNT_DELIVERED_SESSIONS] = "# messages queued for clients by sessions",
  [MQTT_COUNT_WAITING_CLIENT] =
    "# messages that wait for clients, not by sessions",
  [MQTT_COUNT_WRITTEN_CLIENT] =
    "# messages written to clients, not by sessions",
  [MQTT_COUNT_SENT] = "# messages queued for peers",
  [MQTT_COUNT_SENT_OUTBOX] = "# messages queued for peers by outboxes",
  [MQTT_COUNT_WAITING_LINK] = "# messages that wait for peers, not by outboxes",
  [MQTT_COUNT_WRITTEN_LINK] = "# messages written to peers, not by outboxes",
  [MQTT_COUNT_RECEIVED] = "# messages received from peers",
  [MQTT_COUNT_RECEIVED_KEPT] =
    "# messages received from peers as retained there",
  [MQTT_COUNT_RECEIVED_VOID] = "# messages received that ended the link",
  [MQTT_COUNT_UNWANTED] = "# messages received that nobody wants any more",
  [MQTT_COUNT_NO_SUBSCRIBER] = "# messages published without a subscriber",
  [MQTT_COUNT_EXPIRED_CLIENT] = "# messages expired: client slow",
  [MQTT_COUNT_EXPIRED_LINK] = "# messages expired: peer slow",
  [MQTT_COUNT_DROPPED_SLOW_CLIENT] = "# messages dropped: client stalled",
  [MQTT_COUNT_DROPPED_SLOW_LINK] = "# messages dropped: peer stalled",
  [MQTT_COUNT_DROPPED_LOST_LINK] = "# messages dropped: link lost",
  [MQTT_COUNT_DROPPED_TOO_LARGE] =
    "# messages dropped: larger than the peer takes",
  [MQTT_COUNT_DROPPED_NO_TOPIC] = "# messages dropped: topic refused",
  [MQTT_COUNT_DROPPED_LOST_CLIENT] = "# messages dropped: client gone",
  [MQTT_COUNT_SESSIONS] = "# sessions",
  [MQTT_COUNT_SESSIONS_CONNECTED] = "# sessions connected",
  [MQTT_COUNT_SESSIONS_REFUSED] = "# sessions refused",
  [MQTT_COUNT_SESSIONS_TAKEN_OVER] = "# sessions taken over by another client",
  [MQTT_COUNT_SESSION_EXPIRIES_LOWERED] = "# session expiry intervals lowered",
  [MQTT_COUNT_SESSION_IN] = "# messages offered to sessions",
  [MQTT_COUNT_SESSION_RESTORED] = "# messages in sessions read from the store",
  [MQTT_COUNT_SESSION_QUEUED] = "# messages queued in sessions",
  [MQTT_COUNT_SESSION_DELIVERED] = "# messages delivered by sessions",
  [MQTT_COUNT_SESSION_REJECTED] = "# messages in sessions rejected by clients",
  [MQTT_COUNT_SESSION_EXPIRED] = "# messages in sessions expired",
  [MQTT_COUNT_SESSION_TOO_LARGE] =
    "# messages in sessions larger than the client takes",
  [MQTT_COUNT_SESSION_REFUSED] = "# messages refused by sessions or the store",
  [MQTT_COUNT_SESSION_DROPPED] = "# messages dropped by sessions",
  [MQTT_COUNT_SESSION_LEFT] = "# messages in sessions that ended",
  [MQTT_COUNT_SESSION_UNLOADED] = "# messages in sessions put away",
  [MQTT_COUNT_SESSION_UNREADABLE] =
    "# messages in sessions that could not be read",
  [MQTT_COUNT_SESSION_MEMORY] = "# bytes in sessions in memory only",
  [MQTT_COUNT_WILLS_PUBLISHED] = "# wills published",
  [MQTT_COUNT_WILLS_LOST] = "# wills lost",
  [MQTT_COUNT_WILLS_SENT] = "# wills told to peers",
  [MQTT_COUNT_WILLS_NOT_SENT] = "# wills not told to peers: too many topics",
  [MQTT_COUNT_WILLS_HELD] = "# wills of peers held",
  [MQTT_COUNT_WILLS_REFUSED] = "# wills of peers refused",
  [MQTT_COUNT_WILLS_TOLD] = "# wills of vanished peers published",
  [MQTT_COUNT_WILLS_TAKEN_BACK] = "# wills of peers taken back",
  [MQTT_COUNT_WILLS_REPEATED] = "# wills received again, and dropped",
  [MQTT_COUNT_RETAINED] = "# topics retained, or cleared of late",
  [MQTT_COUNT_RETAINED_MEMORY] = "# bytes of topics retained",
  [MQTT_COUNT_RETAINED_TOLD] = "# retained messages told to new subscribers",
  [MQTT_COUNT_RETAINED_EXPIRED] = "# retained messages expired",
  [MQTT_COUNT_RETAINED_REFUSED] = "# retained messages refused: no room",
  [MQTT_COUNT_RETAINED_UNTOLD] =
    "# retained messages not told to subscribers: too many at once",
  [MQTT_COUNT_RETAINED_COPIED] = "# retained messages of other peers kept",
  [MQTT_COUNT_RETAINED_NOT_COPIED] =
    "# retained messages of other peers not kept: no room",
  [MQTT_COUNT_RETAINED_AHEAD] =
    "# retained messages of other peers not kept: their clock is ahead",
  [MQTT_COUNT_STORE_READ_ONLY] = "# store cannot be written",
  [MQTT_COUNT_OUTBOX_IN] = "# messages put into outboxes for peers",
  [MQTT_COUNT_OUTBOX] = "# messages in outboxes for peers",
  [MQTT_COUNT_OUTBOX_ACKNOWLEDGED] = "# messages acknowledged by peers",
  [MQTT_COUNT_OUTBOX_EXPIRED] = "# messages expired in outboxes",
  [MQTT_COUNT_OUTBOX_UNWANTED] = "# messages in outboxes not wanted any more",
  [MQTT_COUNT_OUTBOX_HANDED_ON] =
    "# messages in outboxes given to other members of groups",
  [MQTT_COUNT_OUTBOX_TOO_LARGE] =
    "# messages in outboxes larger than the peer takes",
  [MQTT_COUNT_OUTBOX_BROKEN] = "# messages in outboxes that cannot be read",
  [MQTT_COUNT_OUTBOX_RETURNED] = "# messages returned by peers, for later",
  [MQTT_COUNT_OUTBOX_FULL] = "# messages not taken: outbox full",
  [MQTT_COUNT_OUTBOX_LEFT] = "# messages in outboxes that wait for a restart",
  [MQTT_COUNT_TAKEN] = "# messages taken from peers for good",
  [MQTT_COUNT_TAKEN_UNSURE] = "# messages taken from peers at QoS 0",
  [MQTT_COUNT_DUPLICATES] = "# messages received again, and dropped",
  [MQTT_COUNT_RETURNED] = "# messages returned to peers, for later",
  [MQTT_COUNT_GROUPS_HANDED_ON] =
    "# messages of groups given to another member",
  [MQTT_COUNT_GROUPS_REPEATED] =
    "# messages of groups given to another member that may have got there",
  [MQTT_COUNT_GROUPS_GONE] = "# messages of groups without members any more",
  [MQTT_COUNT_GROUPS_LATE] =
    "# messages received for groups without members any more",
  [MQTT_COUNT_GROUPS_UNNAMED] = "# answers to peers that name too few groups",
  [MQTT_COUNT_GROUPS_REFUSED] = "# answers of peers that name too many groups",
  [MQTT_COUNT_INTERESTS] = "# topics wanted by peers' durable sessions",
  [MQTT_COUNT_INTERESTS_REFUSED] =
    "# topics wanted by peers' durable sessions, not remembered",
  [MQTT_COUNT_STORED_BACKLOG] = "# messages stored for late finds",
  [MQTT_COUNT_STORED_BACKLOG_BYTES] = "# bytes stored for late finds",
  [MQTT_COUNT_STORED_BACKLOG_EXPIRED] =
    "# messages stored for late finds that nobody got",
  [MQTT_COUNT_STORED_BACKLOG_GIVEN_UP] =
    "# messages stored for late finds, given up after somebody got them",
  [MQTT_COUNT_STORED_BACKLOG_FULL] =
    "# messages not taken: no room for late finds",
  [MQTT_COUNT_BACKLOG_BYTES] = "# bytes waiting for subscribers to be found",
  [MQTT_COUNT_BACKLOG_EVICTED] = "# messages no longer kept for late finds",
  [MQTT_COUNT_SLOWED] = "# times a publisher was slowed",
  [MQTT_COUNT_BLOCKS_FOUND] = "# channel entries found in the DHT",
  [MQTT_COUNT_LIMITED_MESSAGES] =
    "# times a peer was slowed: more messages than it may send",
  [MQTT_COUNT_LIMITED_BYTES] =
    "# times a peer was slowed: more bytes than it may send",
  [MQTT_COUNT_LIMITED_TOPICS] =
    "# times a peer was slowed: more topics than it may send",
  [MQTT_COUNT_LIMITED_QUESTIONS] =
    "# times a peer was slowed: more questions than it may ask",
  [MQTT_COUNT_ANNOUNCED] = "# announcements made",
  [MQTT_COUNT_ANNOUNCEMENTS] = "# announcements",
  [MQTT_COUNT_ANNOUNCEMENTS_REPEATED] = "# announcements repeated",
  [MQTT_COUNT_ANNOUNCED_ANONYMOUSLY] = "# announcements made anonymously",
  [MQTT_COUNT_CALLS_MADE] = "# calls on publishers",
  [MQTT_COUNT_CALLS_RECEIVED] = "# calls of anonymous subscribers",
  [MQTT_COUNT_INVITATIONS] = "# invitations of anonymous subscribers",
  [MQTT_COUNT_INVITATIONS_TOO_MANY] = "# invitations not made: too many",
  [MQTT_COUNT_SEARCHES_STARTED] = "# searches started",
  [MQTT_COUNT_SEARCHES] = "# searches",
  [MQTT_COUNT_SEARCHES_ROTATED] = "# searches ended to make room",
  [MQTT_COUNT_SEARCHES_GIVEN_UP] = "# searches given up: poisoned",
  [MQTT_COUNT_PEERS_FOUND] = "# peers found",
  [MQTT_COUNT_PEERS_FORGOTTEN] = "# peers found and forgotten: too many",
  [MQTT_COUNT_REGEX_FAILURES] = "# failures of the REGEX service",
  [MQTT_COUNT_TOPICS] = "# topics known",
  [MQTT_COUNT_TOPIC_BYTES] = "# bytes of topics known",
  [MQTT_COUNT_TOPICS_REFUSED] = "# topics refused: no memory for them",
  [MQTT_COUNT_TOPICS_PUBLISHED] = "# topics published here",
  [MQTT_COUNT_TOPICS_FORGOTTEN] = "# published topics forgotten: too many",
  [MQTT_COUNT_LINKS] = "# links",
  [MQTT_COUNT_LINKS_OPENED] = "# links opened",
  [MQTT_COUNT_LINKS_ACCEPTED] = "# links accepted",
  [MQTT_COUNT_LINKS_REFUSED] = "# links refused: too many",
  [MQTT_COUNT_LINKS_GIVEN_UP] = "# links given up to make room",
  [MQTT_COUNT_LINKS_LOST] = "# links lost",
  [MQTT_COUNT_LINKS_BLACKLISTED] = "# links refused: blacklisted",
  [MQTT_COUNT_LINKS_PUT_OFF] = "# links refused: a blacklist is not read",
  [MQTT_COUNT_LINKS_CUT] = "# links dropped: blacklisted",
  [MQTT_COUNT_LINKS_TIMED_OUT] = "# links timed out",
  [MQTT_COUNT_LINKS_UNREACHED] = "# links not established in time",
  [MQTT_COUNT_LINKS_NO_MEMORY] =
    "# links dropped: no memory for unfinished frames",
  [MQTT_COUNT_LINKS_DROPPED] = "# links dropped: protocol violated",
  [MQTT_COUNT_BLACKLISTED] = "# peers and owners on blacklists",
  [MQTT_COUNT_BLACKLISTS_UNAVAILABLE] = "# blacklists that cannot be read",
  [MQTT_COUNT_BLACKLIST_UNREADABLE] =
    "# records of blacklists that are not understood",
  [MQTT_COUNT_QUESTIONS_SENT] = "# topics offered to peers",
  [MQTT_COUNT_QUESTIONS_WANTED] = "# topics wanted by peers",
  [MQTT_COUNT_QUESTIONS_REFUSED] = "# topics refused by peers",
  [MQTT_COUNT_QUESTIONS_NOT_ASKED] =
    "# topics not offered: too many on the link",
  [MQTT_COUNT_QUESTIONS_RECEIVED] = "# topics offered by peers",
  [MQTT_COUNT_ANSWERED_WANT] = "# offers of peers wanted",
  [MQTT_COUNT_ANSWERED_REFUSE] = "# offers of peers refused",
  [MQTT_COUNT_ANSWERED_TOO_MANY] = "# offers of peers refused: too many",
  [MQTT_COUNT_CHANNEL_ENTRIES] = "# channel entries known",
  [MQTT_COUNT_CHANNEL_FORGED] = "# channel entries refused: not good",
  [MQTT_COUNT_CHANNEL_WRONG_PEER] =
    "# channel entries refused: shown by another peer",
  [MQTT_COUNT_CHANNEL_SUPERSEDED] =
    "# channel entries refused: a newer one is known",
  [MQTT_COUNT_CHANNEL_UNFIT] =
    "# channel entries refused: they do not allow the topic",
  [MQTT_COUNT_CHANNEL_NO_ROOM] =
    "# channel entries refused: too many revocations for the peer",
  [MQTT_COUNT_CHANNEL_DISPLACED] = "# channel entries forgotten: too many",
  [MQTT_COUNT_CHANNEL_CHECKED] = "# signatures of channel entries checked",
  [MQTT_COUNT_PUBLISH_NOT_ALLOWED] =
    "# publications refused: topic of somebody else",
  [MQTT_COUNT_ANSWERED_NOT_ALLOWED] =
    "# topics of somebody else refused to peers",
  [MQTT_COUNT_DROPPED_NOT_ALLOWED] =
    "# messages dropped: topic of somebody else",
  [MQTT_COUNT_RETAINED_NOT_VOUCHED] =
    "# retained messages refused: topic of somebody else",
  [MQTT_COUNT_ZONES_ASKED] = "# times a zone was asked for channel entries",
  [MQTT_COUNT_ZONES_NOT_ASKED] = "# times a zone was not asked: too many wait",
  [MQTT_COUNT_ZONES_OVERDUE] =
    "# times an entry was not believed: its zone was not asked",
  [MQTT_COUNT_BLOCKS_NOT_WATCHED] =
    "# watches for channel entries in the DHT ended: too many"
};


/**
 * Task: tell the statistics service what has changed.
 */
static void
flush_counters (void *cls)
{
  struct MQTT_Counters *counters = cls;

  counters->flush = NULL;
  for (unsigned int i = 0; i < MQTT_COUNTERS; i++)
  {
    if (counters->told[i] == counters->value[i])
      continue;
    counters->told[i] = counters->value[i];
    GNUNET_STATISTICS_set (counters->statistics,
                           names[i],
                           counters->value[i],
                           GNUNET_NO);
  }
}


struct MQTT_Counters *
MQTT_counters_create (const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct MQTT_Counters *counters = GNUNET_new (struct MQTT_Counters);

  /* What a service that crashed has told is not ours. */
  memset (counters->told, 0xFF, sizeof (counters->told));
  if (NULL != cfg)
    counters->statistics = GNUNET_STATISTICS_create ("mqtt", cfg);
  return counters;
}


void
MQTT_counters_destroy (struct MQTT_Counters *counters)
{
  if (NULL != counters->flush)
  {
    GNUNET_SCHEDULER_cancel (counters->flush);
    flush_counters (counters);
  }
  if (NULL != counters->statistics)
    GNUNET_STATISTICS_destroy (counters->statistics, GNUNET_NO);
  GNUNET_free (counters);
}


void
MQTT_count (struct MQTT_Counters *counters,
            enum MQTT_Counter which,
            int64_t delta)
{
  counters->value[which] += (uint64_t)delta;
  if ((NULL == counters->flush) && (NULL != counters->statistics))
    counters->flush = GNUNET_SCHEDULER_add_delayed (FLUSH_DELAY,
                                                    &flush_counters,
                                                    counters);
}


uint64_t
MQTT_counter (const struct MQTT_Counters *counters, enum MQTT_Counter which)
{
  return counters->value[which];
}


const char *
MQTT_counter_name (enum MQTT_Counter which)
{
  return names[which];
}
