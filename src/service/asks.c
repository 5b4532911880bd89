/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/asks.c
 * @brief The topics a peer has asked about on a link.
 */
#include "asks.h"
#include "../core/level_hash.h"
#include "../stream/stream.h"

/** Answers that may wait in a full queue, times the topics on a link. */
#define UNREAD_FACTOR 2

/** Numbers are dense: the lowest free one is taken.  Those far above the count of
    topics would have us allocate for nothing. */
#define NUMBER_SLACK 64

/** A topic asked about. */
struct Ask
{
  /** Hashes of its levels; NULL if the number is not in use. */
  uint64_t *hashes;
  size_t levels;
  /** NULL until the peer told its text. */
  struct MQTT_Topic *topic;
  uint32_t epoch;
  bool dollar;
  /** What the peer was told last. */
  bool wanted;
  uint8_t qos;
  bool durable;
  /** Was it ever told that the topic is wanted? */
  bool was_wanted;
  /** It has told the text, for which there was no memory. */
  bool nameless;
  /** It was told that it may not publish to it. */
  bool barred;
  /** May it, when that was asked last? */
  struct MQTT_Permit permit;
  /** Something at QoS 1 or 2 was returned; what follows is, too. */
  bool returned;
};

struct MQTT_Asks
{
  const struct MQTT_LinksConfig *config;
  const struct GNUNET_PeerIdentity *peer;
  /** By number. */
  struct Ask *asks;
  unsigned int allocated;
  unsigned int count;
  /** When the peer asked or published last, monotonic microseconds. */
  uint64_t used_us;
  /** Answers put into the queue since it became full. */
  unsigned int unread;
  /** Bytes of hashes and names held. */
  size_t memory;
};


struct MQTT_Asks *
MQTT_asks_create (const struct MQTT_LinksConfig *config,
                  const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Asks *asks = GNUNET_new (struct MQTT_Asks);

  asks->config = config;
  asks->peer = peer;
  return asks;
}


/**
 * Memory of a question of so many levels, with what allocating it wastes.
 */
static size_t
question_memory (size_t levels)
{
  return sizeof (struct Ask) + 32 + levels * sizeof (uint64_t);
}


/**
 * Memory an ask counts for.
 */
static size_t
memory_of (const struct Ask *ask)
{
  return question_memory (ask->levels)
         + ((NULL == ask->topic) ? 0 : ask->topic->name_size);
}


static void
clear (struct MQTT_Asks *asks, struct Ask *ask)
{
  if (NULL == ask->hashes)
    return;
  asks->memory -= memory_of (ask);
  asks->count--;
  MQTT_topics_release (asks->config->topics, question_memory (ask->levels));
  if (NULL != ask->topic)
    MQTT_topic_unref (ask->topic);
  GNUNET_free (ask->hashes);
  *ask = (struct Ask){ 0 };
}


void
MQTT_asks_destroy (struct MQTT_Asks *asks)
{
  for (unsigned int i = 0; i < asks->allocated; i++)
    clear (asks, &asks->asks[i]);
  GNUNET_free (asks->asks);
  GNUNET_free (asks);
}


bool
MQTT_asks_are_idle (const struct MQTT_Asks *asks)
{
  return (0 == asks->count)
         || (MQTT_stream_now () - asks->used_us
             > asks->config->options->topic_idle.rel_value_us);
}


/**
 * Get the place of a number, in a table that grows with the numbers in use.
 */
static struct Ask *
place (struct MQTT_Asks *asks, uint32_t number)
{
  if (number >= asks->allocated)
  {
    unsigned int more = GNUNET_MAX (number + 1, 2 * asks->allocated);

    more = GNUNET_MIN (more, asks->config->options->link_topics);
    GNUNET_array_grow (asks->asks, asks->allocated, more);
  }
  return &asks->asks[number];
}


static void
put_refuse (struct MQTT_Outbox *outbox,
            uint32_t number,
            uint32_t epoch,
            enum MQTT_LinkRefusal why)
{
  struct MQTT_LinkRefuse refuse = {
    .number = number,
    .epoch = epoch,
    .why = why,
  };

  MQTT_link_put_refuse (outbox, &refuse);
}


/**
 * Tell the peer whether the topic is wanted, if that is news.
 *
 * @param asks the peer's questions
 * @param number number of the topic
 * @param first answer in any case
 * @param outbox where the answer goes
 */
static void
answer (struct MQTT_Asks *asks,
        uint32_t number,
        bool first,
        struct MQTT_Outbox *outbox)
{
  struct MQTT_Counters *counters = asks->config->counters;
  struct Ask *ask = &asks->asks[number];
  struct MQTT_LinkWant want = { .number = number, .epoch = ask->epoch };
  uint64_t since_us = 0;
  bool wanted = MQTT_subscriptions_wanted (asks->config->subscriptions,
                                           ask->hashes,
                                           ask->levels,
                                           ask->dollar,
                                           &since_us,
                                           &want.qos,
                                           &want.durable);

  if (!first && (wanted == ask->wanted)
      && (!wanted
          || ((want.qos == ask->qos) && (want.durable == ask->durable))))
    return;
  ask->wanted = wanted;
  ask->qos = want.qos;
  ask->durable = want.durable;
  if (!wanted)
  {
    MQTT_count (counters, MQTT_COUNT_ANSWERED_REFUSE, 1);
    put_refuse (outbox, number, ask->epoch, MQTT_LINK_NOT_WANTED);
    return;
  }
  ask->was_wanted = true;
  want.age_us = MQTT_stream_now () - since_us;
  MQTT_count (counters, MQTT_COUNT_ANSWERED_WANT, 1);
  MQTT_link_put_want (outbox, &want);
}


/**
 * Does the peer ask on and on, and does not read the answers?
 */
static bool
asks_too_much (struct MQTT_Asks *asks, const struct MQTT_Outbox *outbox)
{
  asks->unread = MQTT_outbox_is_full (outbox) ? asks->unread + 1 : 0;
  return asks->unread > UNREAD_FACTOR * asks->config->options->link_topics;
}


/**
 * Is the entry that comes with a question good?  If not the peer is told.
 */
static bool
check_entry (struct MQTT_Asks *asks,
             const struct MQTT_LinkTopic *topic,
             struct MQTT_Outbox *outbox)
{
  if ((NULL == topic->entry)
      || (MQTT_CHANNEL_OK
          == MQTT_ownership_show (asks->config->ownership,
                                  topic->entry,
                                  topic->entry_size,
                                  asks->peer)))
    return true;
  MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_NOT_ALLOWED, 1);
  put_refuse (outbox, topic->number, topic->epoch, MQTT_LINK_NOT_ALLOWED);
  return false;
}


/**
 * May the peer publish to a topic whose text it has told?  It is told once if not.
 */
static bool
is_allowed (struct MQTT_Asks *asks, uint32_t number, struct MQTT_Outbox *outbox)
{
  struct Ask *ask = &asks->asks[number];

  if (!ask->barred
      && (MQTT_CHANNEL_OK
          == MQTT_ownership_judge (asks->config->ownership,
                                   ask->topic->name,
                                   ask->topic->name_size,
                                   asks->peer,
                                   &ask->permit)))
    return true;
  if (!ask->barred)
  {
    MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_NOT_ALLOWED, 1);
    put_refuse (outbox, number, ask->epoch, MQTT_LINK_NOT_ALLOWED);
  }
  ask->barred = true;
  return false;
}


bool
MQTT_asks_topic (struct MQTT_Asks *asks,
                 const struct MQTT_LinkTopic *topic,
                 struct MQTT_Outbox *outbox)
{
  const struct MQTT_Options *options = asks->config->options;
  size_t size = question_memory (topic->count);
  struct Ask *ask;

  MQTT_count (asks->config->counters, MQTT_COUNT_QUESTIONS_RECEIVED, 1);
  if (asks_too_much (asks, outbox))
    return false;
  if (topic->number < asks->allocated)
    clear (asks, &asks->asks[topic->number]);
  if (!check_entry (asks, topic, outbox))
    return true;
  if ((topic->number >= options->link_topics)
      || (topic->number > 2 * asks->count + NUMBER_SLACK)
      || (size > options->link_topic_memory - asks->memory)
      || !MQTT_topics_reserve (asks->config->topics, size))
  {
    MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_TOO_MANY, 1);
    put_refuse (outbox, topic->number, topic->epoch, MQTT_LINK_TOO_MANY);
    return true;
  }
  ask = place (asks, topic->number);
  ask->hashes = GNUNET_new_array (topic->count, uint64_t);
  for (size_t i = 0; i < topic->count; i++)
    ask->hashes[i] = MQTT_link_topic_hash (topic, i);
  ask->levels = topic->count;
  ask->epoch = topic->epoch;
  ask->dollar = topic->dollar;
  asks->memory += memory_of (ask);
  asks->count++;
  asks->used_us = MQTT_stream_now ();
  answer (asks, topic->number, true, outbox);
  return true;
}


/**
 * Get an ask that is in use.
 */
static struct Ask *
find (struct MQTT_Asks *asks, uint32_t number)
{
  struct Ask *ask = (number < asks->allocated) ? &asks->asks[number] : NULL;

  return ((NULL != ask) && (NULL != ask->hashes)) ? ask : NULL;
}


bool
MQTT_asks_name (struct MQTT_Asks *asks,
                const struct MQTT_LinkName *name,
                struct MQTT_Outbox *outbox)
{
  struct Ask *ask = find (asks, name->number);
  struct MQTT_Topic *topic = NULL;

  if ((NULL == ask) || !ask->was_wanted || ask->nameless
      || (NULL != ask->topic))
    return false;
  if (name->name_size
      <= asks->config->options->link_topic_memory - asks->memory)
    topic = MQTT_topics_get (asks->config->topics, name->name, name->name_size);
  if (NULL == topic)
  {
    ask->nameless = true;
    MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_TOO_MANY, 1);
    put_refuse (outbox, name->number, ask->epoch, MQTT_LINK_TOO_MANY);
    return true;
  }
  if ((topic->levels != ask->levels) || (('$' == name->name[0]) != ask->dollar)
      || (0
          != memcmp (topic->hashes,
                     ask->hashes,
                     ask->levels * sizeof (*ask->hashes))))
  {
    MQTT_topic_unref (topic);
    return false;
  }
  ask->topic = topic;
  asks->memory += topic->name_size;
  (void)is_allowed (asks, name->number, outbox);
  return true;
}


/**
 * The peer publishes at QoS 1 or 2: take it, if it was not taken before, or return
 * it.
 */
static bool
take_or_return (struct Ask *ask,
                const struct MQTT_LinkPublish *publish,
                struct MQTT_Intake *intake,
                struct MQTT_Source *source)
{
  const struct MQTT_InboxItem item = {
    .serial = publish->serial,
    .hashes = ask->hashes,
    .levels = ask->levels,
  };

  if (MQTT_intake_has (intake, &item))
    return true;
  if (!ask->returned && !ask->nameless && !ask->barred
      && MQTT_intake_take (intake,
                           &item,
                           ask->topic,
                           &publish->publication,
                           source))
    return true;
  if (!ask->returned)
  {
    ask->returned = true;
    return MQTT_intake_return (intake, &item);
  }
  MQTT_intake_follow (intake);
  return true;
}


bool
MQTT_asks_publish (struct MQTT_Asks *asks,
                   const struct MQTT_LinkPublish *publish,
                   struct MQTT_Intake *intake,
                   struct MQTT_Source *source,
                   struct MQTT_Outbox *outbox)
{
  struct Ask *ask = find (asks, publish->number);
  struct MQTT_Message *message;
  bool allowed;

  if ((NULL == ask) || ((NULL == ask->topic) && !ask->nameless))
    return false;
  MQTT_count (asks->config->counters, MQTT_COUNT_RECEIVED, 1);
  asks->used_us = MQTT_stream_now ();
  allowed = ask->nameless || is_allowed (asks, publish->number, outbox);
  if (0 < publish->publication.qos)
    return take_or_return (ask, publish, intake, source);
  if (ask->nameless || !allowed)
  {
    MQTT_count (asks->config->counters,
                allowed ? MQTT_COUNT_DROPPED_NO_TOPIC
                        : MQTT_COUNT_DROPPED_NOT_ALLOWED,
                1);
    return true;
  }
  message = MQTT_message_create (&publish->publication, asks->used_us);
  asks->config->deliver (asks->config->cls, ask->topic, message, source);
  MQTT_message_unref (message);
  return true;
}


void
MQTT_asks_review (struct MQTT_Asks *asks,
                  bool added,
                  bool ended,
                  struct MQTT_Outbox *outbox)
{
  for (uint32_t number = 0; number < asks->allocated; number++)
  {
    struct Ask *ask = find (asks, number);

    if ((NULL != ask) && !ask->nameless && !ask->barred && (ended || added)
        && (ask->wanted || added))
    {
      /* Who had no room may be the one who went. */
      answer (asks, number, ended && ask->returned, outbox);
    }
  }
}


void
MQTT_asks_room (struct MQTT_Asks *asks, struct MQTT_Outbox *outbox)
{
  for (uint32_t number = 0; number < asks->allocated; number++)
  {
    const struct Ask *ask = find (asks, number);

    if ((NULL != ask) && ask->returned && !ask->nameless && !ask->barred)
      answer (asks, number, true, outbox);
  }
}
