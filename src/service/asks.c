/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/asks.c
 * @brief The topics a peer has asked about on a link.
 */
#include "asks_state.h"
#include "../core/level_hash.h"
#include "../stream/stream.h"

/** Answers that may wait in a full queue, times the topics on a link. */
#define UNREAD_FACTOR 2

/** Numbers are dense: the lowest free one is taken.  Those far above the count of
    topics would have us allocate for nothing. */
#define NUMBER_SLACK 64


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
  return sizeof (struct MQTT_Ask) + 32 + levels * sizeof (uint64_t);
}


/**
 * Memory an ask counts for.
 */
static size_t
memory_of (const struct MQTT_Ask *ask)
{
  return question_memory (ask->levels) + ask->entry_size
         + ((NULL == ask->topic) ? 0 : ask->topic->name_size)
         + MQTT_groups_memory (ask->groups);
}


static void
clear (struct MQTT_Asks *asks, struct MQTT_Ask *ask)
{
  if (NULL == ask->hashes)
    return;
  asks->memory -= memory_of (ask);
  asks->count--;
  MQTT_topics_release (asks->config->topics,
                       question_memory (ask->levels) + ask->entry_size);
  if (NULL != ask->topic)
    MQTT_topic_unref (ask->topic);
  MQTT_groups_unref (ask->groups);
  GNUNET_free (ask->hashes);
  GNUNET_free (ask->entry);
  *ask = (struct MQTT_Ask){ 0 };
}


void
MQTT_asks_destroy (struct MQTT_Asks *asks)
{
  for (unsigned int i = 0; i < asks->allocated; i++)
    clear (asks, &asks->asks[i]);
  MQTT_copies_lost (asks->config->copies, asks->peer);
  GNUNET_free (asks->asks);
  GNUNET_free (asks);
}


bool
MQTT_asks_are_idle (const struct MQTT_Asks *asks)
{
  return (0 == asks->count)
         || (!asks->watched
             && (MQTT_stream_now () - asks->used_us
                 > asks->config->options->topic_idle.rel_value_us));
}


/**
 * Get the place of a number, in a table that grows with the numbers in use.
 */
static struct MQTT_Ask *
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
 * May so much more be remembered?  Groups of our own clients may have made it more
 * than the limit.
 */
static bool
has_room (const struct MQTT_Asks *asks, size_t size)
{
  size_t limit = asks->config->options->link_topic_memory;

  return (asks->memory <= limit) && (size <= limit - asks->memory);
}


/**
 * There is no room for a topic.  If that can be noted, what the peer has left of it
 * may wait while others go ahead.
 */
static void
put_off (struct MQTT_Asks *asks,
         uint32_t number,
         uint32_t epoch,
         const struct MQTT_InboxItem *item,
         struct MQTT_Intake *intake,
         struct MQTT_Outbox *outbox)
{
  bool noted = MQTT_intake_put_off (intake, item);

  MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_TOO_MANY, 1);
  MQTT_asks_put_refuse (outbox,
                        number,
                        epoch,
                        noted ? MQTT_LINK_PUT_OFF : MQTT_LINK_TOO_MANY);
}


/**
 * @return hashes of a topic's levels, to be freed
 */
static uint64_t *
copy_hashes (const struct MQTT_LinkTopic *topic)
{
  uint64_t *hashes = GNUNET_new_array (topic->count, uint64_t);

  for (size_t i = 0; i < topic->count; i++)
    hashes[i] = MQTT_link_topic_hash (topic, i);
  return hashes;
}


bool
MQTT_asks_topic (struct MQTT_Asks *asks,
                 const struct MQTT_LinkTopic *topic,
                 struct MQTT_Intake *intake,
                 struct MQTT_Outbox *outbox)
{
  const struct MQTT_Options *options = asks->config->options;
  size_t size = question_memory (topic->count) + topic->entry_size;
  struct MQTT_InboxItem item = { .levels = topic->count };
  struct MQTT_Ask *ask;
  uint64_t *hashes;

  MQTT_count (asks->config->counters, MQTT_COUNT_QUESTIONS_RECEIVED, 1);
  if (asks_too_much (asks, outbox))
    return false;
  if (topic->number < asks->allocated)
    clear (asks, &asks->asks[topic->number]);
  hashes = copy_hashes (topic);
  item.hashes = hashes;
  if ((topic->number >= options->link_topics)
      || (topic->number > 2 * asks->count + NUMBER_SLACK)
      || !has_room (asks, size)
      || !MQTT_topics_reserve (asks->config->topics, size))
  {
    put_off (asks, topic->number, topic->epoch, &item, intake, outbox);
    GNUNET_free (hashes);
    return true;
  }
  ask = place (asks, topic->number);
  ask->hashes = hashes;
  ask->levels = topic->count;
  if (NULL != topic->entry)
    ask->entry = GNUNET_memdup (topic->entry, topic->entry_size);
  ask->entry_size = topic->entry_size;
  ask->epoch = topic->epoch;
  ask->dollar = topic->dollar;
  asks->memory += memory_of (ask);
  asks->count++;
  asks->used_us = MQTT_stream_now ();
  MQTT_asks_answer (asks, topic->number, true, outbox);
  return true;
}


/**
 * Get an ask that is in use.
 */
static struct MQTT_Ask *
find (struct MQTT_Asks *asks, uint32_t number)
{
  struct MQTT_Ask *ask = (number < asks->allocated) ? &asks->asks[number]
                                                    : NULL;

  return ((NULL != ask) && (NULL != ask->hashes)) ? ask : NULL;
}


bool
MQTT_asks_name (struct MQTT_Asks *asks,
                const struct MQTT_LinkName *name,
                struct MQTT_Intake *intake,
                struct MQTT_Outbox *outbox,
                struct MQTT_Allowance *allowance)
{
  struct MQTT_Ask *ask = find (asks, name->number);
  struct MQTT_Topic *topic = NULL;

  if ((NULL == ask) || !ask->was_wanted || ask->nameless
      || (NULL != ask->topic))
    return false;
  if (has_room (asks, name->name_size))
    topic = MQTT_topics_get (asks->config->topics, name->name, name->name_size);
  if (NULL == topic)
  {
    const struct MQTT_InboxItem item = { .hashes = ask->hashes,
                                         .levels = ask->levels };

    ask->nameless = true;
    put_off (asks, name->number, ask->epoch, &item, intake, outbox);
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
  return MQTT_asks_take_entry (asks, ask, allowance);
}


/**
 * Is a publication for a group that has no members here that the peer may know of,
 * nor is known to have any?
 */
static bool
is_late (struct MQTT_Asks *asks,
         const struct MQTT_Ask *ask,
         const struct MQTT_LinkGroups *groups)
{
  struct MQTT_SubscriptionsAsker asker = MQTT_asks_asker (asks);
  struct MQTT_Wanted by;
  bool late = false;

  for (size_t i = 0; !late && (i < groups->count); i++)
  {
    if ((NULL != ask->topic)
        && MQTT_topic_has_group (ask->topic, &groups->names[i], &asker))
      continue;
    /* What matches as a hash, and not as text, is told to be wanted all the same. */
    (void)MQTT_subscriptions_wanted (asks->config->subscriptions,
                                     ask->hashes,
                                     ask->levels,
                                     ask->dollar,
                                     &asker,
                                     NULL,
                                     &by);
    late = !MQTT_groups_have (by.groups, &groups->names[i]);
    MQTT_groups_unref (by.groups);
  }
  if (late)
    MQTT_count (asks->config->counters, MQTT_COUNT_GROUPS_LATE, 1);
  return late;
}


/**
 * The peer publishes at QoS 1 or 2: take it, if it was not taken before, or return
 * it.  If it is for a group that has no members here any more, the peer is told at
 * once who wants the topic now, and finds others.
 */
static bool
take_or_return (struct MQTT_Asks *asks,
                struct MQTT_Ask *ask,
                const struct MQTT_LinkPublish *publish,
                const struct MQTT_Audience *audience,
                struct MQTT_Intake *intake,
                struct MQTT_Source *source)
{
  const struct MQTT_InboxItem item = {
    .serial = publish->serial,
    .hashes = ask->hashes,
    .levels = ask->levels,
  };
  bool late;

  if (MQTT_intake_is_void (intake))
    return false;
  if (MQTT_intake_has (intake, &item))
    return true;
  if (ask->returned)
  {
    MQTT_intake_follow (intake);
    return true;
  }
  late = is_late (asks, ask, &publish->extras.groups);
  if (!late && !ask->nameless && !ask->barred
      && MQTT_intake_take (intake,
                           &item,
                           ask->topic,
                           &publish->publication,
                           audience,
                           source))
    return true;
  ask->returned = true;
  if (!MQTT_intake_return (intake, &item))
    return false;
  if (late && !ask->nameless && !ask->barred)
    MQTT_asks_answer (asks, publish->number, true, MQTT_intake_outbox (intake));
  return true;
}


/**
 * The peer publishes at QoS 0, or says what is retained.
 */
static void
take_or_drop (struct MQTT_Asks *asks,
              struct MQTT_Ask *ask,
              const struct MQTT_LinkPublish *publish,
              const struct MQTT_Audience *audience,
              struct MQTT_Intake *intake,
              struct MQTT_Source *source)
{
  struct MQTT_Message *message;

  if (ask->nameless)
  {
    MQTT_count (asks->config->counters, MQTT_COUNT_DROPPED_NO_TOPIC, 1);
    return;
  }
  if (ask->barred && !publish->extras.kept)
  {
    MQTT_count (asks->config->counters, MQTT_COUNT_DROPPED_NOT_ALLOWED, 1);
    return;
  }
  (void)is_late (asks, ask, &publish->extras.groups);
  if (!publish->extras.kept)
    MQTT_count (asks->config->counters, MQTT_COUNT_TAKEN_UNSURE, 1);
  message = MQTT_message_create (&publish->publication, asks->used_us);
  if (publish->extras.kept)
    MQTT_asks_keep (asks, ask, message);
  else
    MQTT_intake_deliver (intake, ask->topic, message, audience, source);
  MQTT_message_unref (message);
}


bool
MQTT_asks_publish (struct MQTT_Asks *asks,
                   const struct MQTT_LinkPublish *publish,
                   struct MQTT_Intake *intake,
                   struct MQTT_Source *source,
                   struct MQTT_Outbox *outbox)
{
  struct MQTT_Ask *ask = find (asks, publish->number);
  struct MQTT_Audience audience = { .plain = !publish->extras.only };
  bool fair = true;

  if ((NULL == ask) || ((NULL == ask->topic) && !ask->nameless))
    return false;
  MQTT_count (asks->config->counters, MQTT_COUNT_RECEIVED, 1);
  asks->used_us = MQTT_stream_now ();
  if (!publish->extras.kept)
    (void)MQTT_asks_are_allowed (asks, publish->number, intake, outbox);
  audience.groups = MQTT_groups_create (&publish->extras.groups);
  audience.others = audience.plain && ask->more;
  audience.except = MQTT_groups_ref (ask->groups);
  if ((0 < publish->publication.qos) && !publish->extras.kept)
    fair = take_or_return (asks, ask, publish, &audience, intake, source);
  else
    take_or_drop (asks, ask, publish, &audience, intake, source);
  if (!fair)
    MQTT_count (asks->config->counters, MQTT_COUNT_RECEIVED_VOID, 1);
  MQTT_groups_unref (audience.groups);
  MQTT_groups_unref (audience.except);
  return fair;
}


bool
MQTT_asks_will (struct MQTT_Asks *asks,
                const struct MQTT_LinkWill *will,
                struct MQTT_Intake *intake,
                struct MQTT_Outbox *outbox)
{
  const struct MQTT_Ask *ask = find (asks, will->number);
  bool wanted;

  if ((NULL == ask) || ((NULL == ask->topic) && !ask->nameless))
    return false;
  asks->used_us = MQTT_stream_now ();
  asks->watched = true;
  /* It may not be wanted any more. */
  wanted = MQTT_asks_are_allowed (asks, will->number, intake, outbox)
           && ask->wanted;
  MQTT_intake_will (intake, wanted ? ask->topic : NULL, will);
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
    struct MQTT_Ask *ask = find (asks, number);

    if ((NULL != ask) && !ask->nameless && !ask->barred && (ended || added)
        && (ask->wanted || added))
    {
      /* Who had no room may be the one who went. */
      MQTT_asks_answer (asks, number, ended && ask->returned, outbox);
    }
  }
}


void
MQTT_asks_room (struct MQTT_Asks *asks, struct MQTT_Outbox *outbox)
{
  for (uint32_t number = 0; number < asks->allocated; number++)
  {
    const struct MQTT_Ask *ask = find (asks, number);

    if ((NULL != ask) && ask->returned && !ask->nameless && !ask->barred)
      MQTT_asks_answer (asks, number, true, outbox);
  }
}
