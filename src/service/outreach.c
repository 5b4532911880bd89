/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach.c
 * @brief How what is published here reaches the peers that want it.
 */
#include "outreach.h"
#include "../core/discovery_code.h"
#include "../stream/stream.h"
#include "backlog.h"
#include "offers.h"

/** Time an answer may have taken to get here, microseconds: messages this much
    older than a subscription are sent to it rather than risk to miss one. */
#define ANSWER_SLACK_US (500 * 1000)

/** Searches are told at most this often that a topic is being published to. */
#define TOUCH_INTERVAL_US (1000 * 1000)

/** Longest time publications wait for a search to get its turn. */
#define PATIENCE GNUNET_TIME_UNIT_MINUTES

/** The way to one peer. */
struct Leg
{
  struct Leg *prev;
  struct Leg *next;
  struct MQTT_Outreach *outreach;
  struct MQTT_Offer *offer;
  /** Number of the first publication that was not sent on it. */
  uint64_t unsent;
};

/** A topic that is published here. */
struct MQTT_Outreach
{
  /** In the order of the last publication, the latest last. */
  struct MQTT_Outreach *prev;
  struct MQTT_Outreach *next;
  struct MQTT_Outreaches *all;
  struct MQTT_Topic *topic;
  struct MQTT_SearchUser *searches[MQTT_CODE_SEARCHES];
  unsigned int search_count;
  struct Leg *legs_head;
  struct Leg *legs_tail;
  struct MQTT_Backlog backlog;
  /** Ends the discovery window; NULL when none is open. */
  struct GNUNET_SCHEDULER_Task *window_task;
  /** The window is open until then; moved on when it is opened once more. */
  struct GNUNET_TIME_Absolute window_least;
  /** The window does not wait for searches any more. */
  struct GNUNET_TIME_Absolute window_limit;
  /** Publications so far. */
  uint64_t count;
  uint64_t touched_us;
  uint64_t published_us;
};

struct MQTT_Outreaches
{
  struct MQTT_OutreachConfig config;
  struct MQTT_BacklogPool pool;
  struct MQTT_Outreach *head;
  struct MQTT_Outreach *tail;
  unsigned int count;
  /** Bytes of their topics. */
  size_t memory;
  struct GNUNET_SCHEDULER_Task *idle_task;
};


struct MQTT_Outreaches *
MQTT_outreaches_create (const struct MQTT_OutreachConfig *config)
{
  struct MQTT_Outreaches *all = GNUNET_new (struct MQTT_Outreaches);

  all->config = *config;
  all->pool.counters = config->counters;
  all->pool.limit = config->options->backlog;
  return all;
}


static void
free_leg (struct Leg *leg)
{
  GNUNET_CONTAINER_DLL_remove (leg->outreach->legs_head,
                               leg->outreach->legs_tail,
                               leg);
  GNUNET_free (leg);
}


static void
end_outreach (struct MQTT_Outreach *outreach)
{
  struct MQTT_Outreaches *all = outreach->all;

  for (unsigned int i = 0; i < outreach->search_count; i++)
    MQTT_search_leave (outreach->searches[i]);
  while (NULL != outreach->legs_head)
  {
    MQTT_offer_destroy (outreach->legs_head->offer);
    free_leg (outreach->legs_head);
  }
  if (NULL != outreach->window_task)
    GNUNET_SCHEDULER_cancel (outreach->window_task);
  GNUNET_CONTAINER_DLL_remove (all->head, all->tail, outreach);
  all->count--;
  all->memory -= MQTT_topic_memory (outreach->topic);
  MQTT_count (all->config.counters, MQTT_COUNT_TOPICS_PUBLISHED, -1);
  outreach->topic->outreach = NULL;
  MQTT_topic_unref (outreach->topic);
  MQTT_backlog_clear (&all->pool, &outreach->backlog);
  GNUNET_free (outreach);
}


void
MQTT_outreaches_destroy (struct MQTT_Outreaches *all)
{
  while (NULL != all->head)
    end_outreach (all->head);
  MQTT_gate_open (&all->pool.gate);
  if (NULL != all->idle_task)
    GNUNET_SCHEDULER_cancel (all->idle_task);
  GNUNET_free (all);
}


/**
 * When has each search for the topic been live for a discovery window?
 */
static struct GNUNET_TIME_Absolute
search_end (const struct MQTT_Outreach *outreach)
{
  struct GNUNET_TIME_Relative window = outreach->all->config.options
                                         ->discovery_window;
  struct GNUNET_TIME_Absolute end = GNUNET_TIME_UNIT_ZERO_ABS;

  for (unsigned int i = 0; i < outreach->search_count; i++)
  {
    struct GNUNET_TIME_Absolute since = MQTT_search_since (
      outreach->searches[i]);

    if (GNUNET_TIME_absolute_is_never (since))
      since = GNUNET_TIME_absolute_get ();
    end = GNUNET_TIME_absolute_max (end,
                                    GNUNET_TIME_absolute_add (since, window));
  }
  return GNUNET_TIME_absolute_min (end, outreach->window_limit);
}


/**
 * Give up what has been kept for so long.
 */
static void
give_up_older (struct MQTT_Outreach *outreach, struct GNUNET_TIME_Relative age)
{
  uint64_t now_us = MQTT_stream_now ();

  MQTT_backlog_expire (&outreach->all->pool,
                       &outreach->backlog,
                       now_us - GNUNET_MIN (now_us, age.rel_value_us));
}


/**
 * Task: the discovery window ends, unless a search still waits for its turn, or
 * it was opened once more; who is found from now on gets what is published from
 * now on.  Nothing is kept for longer than it would be had the window not been
 * opened once more: publishers may wait for its room, and a peer that comes and
 * goes must not hold them up.
 */
static void
close_window (void *cls)
{
  struct MQTT_Outreach *outreach = cls;
  struct GNUNET_TIME_Absolute searched = search_end (outreach);
  struct GNUNET_TIME_Absolute end = GNUNET_TIME_absolute_max (
    searched,
    outreach->window_least);

  outreach->window_task = NULL;
  if (!GNUNET_TIME_absolute_is_future (end))
  {
    MQTT_backlog_clear (&outreach->all->pool, &outreach->backlog);
    return;
  }
  outreach->window_task = GNUNET_SCHEDULER_add_at (end,
                                                   &close_window,
                                                   outreach);
  give_up_older (outreach,
                 GNUNET_TIME_absolute_is_future (searched)
                   ? PATIENCE
                   : outreach->all->config.options->discovery_window);
}


/**
 * Task: half of the discovery window has passed.  If nobody was found by now,
 * ask those who were found for other topics with the same first level: of many
 * searches at once the DHT loses some.
 */
static void
half_window (void *cls)
{
  struct MQTT_Outreach *outreach = cls;
  bool found = (NULL != outreach->legs_head);

  outreach->window_task = GNUNET_SCHEDULER_add_at (outreach->window_least,
                                                   &close_window,
                                                   outreach);
  for (unsigned int i = 0; !found && (i < outreach->search_count); i++)
    MQTT_search_relatives (outreach->searches[i]);
}


static void
open_window (struct MQTT_Outreach *outreach)
{
  struct GNUNET_TIME_Relative window = outreach->all->config.options
                                         ->discovery_window;

  outreach->window_least = GNUNET_TIME_relative_to_absolute (window);
  outreach->window_limit = GNUNET_TIME_relative_to_absolute (PATIENCE);
  if (NULL == outreach->window_task)
    outreach->window_task = GNUNET_SCHEDULER_add_delayed (
      GNUNET_TIME_relative_divide (window, 2),
      &half_window,
      outreach);
}


/**
 * A peer wants the topic: see struct MQTT_OfferEvents.
 */
static void
handle_wanted (void *cls, uint64_t age_us)
{
  struct Leg *leg = cls;
  uint64_t now_us = MQTT_stream_now ();
  struct MQTT_Kept *kept;

  for (kept = leg->outreach->backlog.head; NULL != kept; kept = kept->next)
  {
    uint64_t passed_us = now_us - kept->at_us;

    if ((kept->number < leg->unsent)
        || ((passed_us > ANSWER_SLACK_US)
            && (passed_us - ANSWER_SLACK_US > age_us)))
      continue;
    MQTT_offer_publish (leg->offer, kept->message, NULL);
    kept->delivered = true;
  }
  leg->unsent = leg->outreach->count;
}


/**
 * A peer that wants the topic is out of reach: see struct MQTT_OfferEvents.
 */
static void
handle_lost (void *cls)
{
  struct Leg *leg = cls;

  open_window (leg->outreach);
}


/**
 * A peer was given up: see struct MQTT_OfferEvents.
 */
static void
handle_ended (void *cls)
{
  free_leg (cls);
}


static const struct MQTT_OfferEvents offer_events = {
  .wanted = &handle_wanted,
  .lost = &handle_lost,
  .ended = &handle_ended,
};


/**
 * A peer was found that may want the topic: #MQTT_RendezvousFound.
 */
static void
handle_found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Outreach *outreach = cls;
  struct MQTT_Link *link = MQTT_links_get (outreach->all->config.links, peer);
  struct Leg *leg;

  if (NULL == link)
    return;
  for (leg = outreach->legs_head; NULL != leg; leg = leg->next)
    if (link == MQTT_offer_link (leg->offer))
      return;
  leg = GNUNET_new (struct Leg);
  leg->outreach = outreach;
  leg->offer = MQTT_offer_create (link, outreach->topic, &offer_events, leg);
  if (NULL == leg->offer)
  {
    GNUNET_free (leg);
    return;
  }
  GNUNET_CONTAINER_DLL_insert_tail (outreach->legs_head,
                                    outreach->legs_tail,
                                    leg);
}


static void
start_searches (struct MQTT_Outreach *outreach)
{
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  outreach->search_count = MQTT_discovery_code_searches (
    outreach->topic->name,
    outreach->topic->name_size,
    strings);
  for (unsigned int i = 0; i < outreach->search_count; i++)
    outreach->searches[i] = MQTT_searches_join (outreach->all->config.searches,
                                                strings[i].text,
                                                (0 == i) ? MQTT_PACER_FIRST
                                                         : MQTT_PACER_SECOND,
                                                &handle_found,
                                                outreach);
  for (unsigned int i = 0; i < outreach->search_count; i++)
    MQTT_search_known (outreach->searches[i]);
}


/**
 * Task: forget the topics that nobody has published to for long.
 */
static void
forget_idle (void *cls)
{
  struct MQTT_Outreaches *all = cls;
  struct GNUNET_TIME_Relative idle = all->config.options->topic_idle;
  uint64_t now_us = MQTT_stream_now ();

  all->idle_task = NULL;
  while ((NULL != all->head)
         && (now_us - all->head->published_us > idle.rel_value_us))
    end_outreach (all->head);
  if (NULL != all->head)
    all->idle_task = GNUNET_SCHEDULER_add_delayed (
      GNUNET_TIME_relative_divide (idle, 4),
      &forget_idle,
      all);
}


/**
 * Forget the topics that nobody has published to for longest, until there is room
 * for one more.  Half of the topics' memory is for others: who publishes to ever
 * new topics does not take it all.
 */
static void
forget_oldest (struct MQTT_Outreaches *all, size_t memory)
{
  const struct MQTT_Options *options = all->config.options;

  while ((NULL != all->head)
         && ((all->count >= options->published_topics)
             || (all->memory + memory > options->topic_memory / 2)))
  {
    MQTT_count (all->config.counters, MQTT_COUNT_TOPICS_FORGOTTEN, 1);
    end_outreach (all->head);
  }
}


static struct MQTT_Outreach *
begin_outreach (struct MQTT_Outreaches *all, struct MQTT_Topic *topic)
{
  struct MQTT_Outreach *outreach;

  forget_oldest (all, MQTT_topic_memory (topic));
  outreach = GNUNET_new (struct MQTT_Outreach);
  outreach->all = all;
  outreach->topic = MQTT_topic_ref (topic);
  outreach->touched_us = MQTT_stream_now ();
  topic->outreach = outreach;
  GNUNET_CONTAINER_DLL_insert_tail (all->head, all->tail, outreach);
  all->count++;
  all->memory += MQTT_topic_memory (topic);
  MQTT_count (all->config.counters, MQTT_COUNT_TOPICS_PUBLISHED, 1);
  start_searches (outreach);
  open_window (outreach);
  if (NULL == all->idle_task)
    all->idle_task = GNUNET_SCHEDULER_add_delayed (
      GNUNET_TIME_relative_divide (all->config.options->topic_idle, 4),
      &forget_idle,
      all);
  return outreach;
}


/**
 * Note that the topic is being published to.
 */
static void
touch (struct MQTT_Outreach *outreach)
{
  struct MQTT_Outreaches *all = outreach->all;
  uint64_t now_us = MQTT_stream_now ();
  bool anew = false;

  outreach->published_us = now_us;
  if (all->tail != outreach)
  {
    GNUNET_CONTAINER_DLL_remove (all->head, all->tail, outreach);
    GNUNET_CONTAINER_DLL_insert_tail (all->head, all->tail, outreach);
  }
  if (now_us - outreach->touched_us < TOUCH_INTERVAL_US)
    return;
  outreach->touched_us = now_us;
  for (unsigned int i = 0; i < outreach->search_count; i++)
    anew |= MQTT_search_touch (outreach->searches[i]);
  if (anew)
    open_window (outreach);
}


void
MQTT_outreach_publish (struct MQTT_Outreaches *all,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message,
                       bool delivered,
                       struct MQTT_Source *source)
{
  struct MQTT_Outreach *outreach = topic->outreach;
  uint64_t number;

  if (NULL == outreach)
    outreach = begin_outreach (all, topic);
  touch (outreach);
  number = outreach->count++;
  for (struct Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
  {
    if (!MQTT_offer_is_wanted (leg->offer))
      continue;
    MQTT_offer_publish (leg->offer, message, source);
    leg->unsent = outreach->count;
    delivered = true;
  }
  if (NULL != outreach->window_task)
  {
    struct MQTT_Kept kept = {
      .message = message,
      .at_us = outreach->published_us,
      .number = number,
      .delivered = delivered,
    };

    MQTT_backlog_keep (&all->pool, &outreach->backlog, &kept, source);
  }
  else if (!delivered)
  {
    MQTT_count (all->config.counters, MQTT_COUNT_NO_SUBSCRIBER, 1);
  }
}
