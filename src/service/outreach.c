/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach.c
 * @brief How what is published here reaches the peers that want it.
 */
#include "outreach_state.h"
#include "../stream/stream.h"

/** Time an answer may have taken to get here, microseconds: messages this much
    older than a subscription are sent to it rather than risk to miss one. */
#define ANSWER_SLACK_US (500 * 1000)

/** Searches are told at most this often that a topic is being published to. */
#define TOUCH_INTERVAL_US (1000 * 1000)


struct MQTT_Outreaches *
MQTT_outreaches_create (const struct MQTT_OutreachConfig *config)
{
  struct MQTT_Outreaches *all = GNUNET_new (struct MQTT_Outreaches);

  all->config = *config;
  all->pool.counters = config->counters;
  all->pool.limit = config->options->backlog;
  return all;
}


void
MQTT_leg_free (struct MQTT_Leg *leg)
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
    MQTT_leg_free (outreach->legs_head);
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
 * A peer wants the topic: see struct MQTT_OfferEvents.
 */
static void
handle_wanted (void *cls, uint64_t age_us)
{
  struct MQTT_Leg *leg = cls;
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
  leg->guessed = false;
}


/**
 * A peer that wants the topic is out of reach: see struct MQTT_OfferEvents.
 */
static void
handle_lost (void *cls)
{
  struct MQTT_Leg *leg = cls;

  MQTT_outreach_window_reopen (leg->outreach);
}


/**
 * A peer was given up: see struct MQTT_OfferEvents.
 */
static void
handle_ended (void *cls)
{
  MQTT_leg_free (cls);
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
  struct MQTT_Leg *leg;

  if (NULL == link)
    return;
  for (leg = outreach->legs_head; NULL != leg; leg = leg->next)
    if (link == MQTT_offer_link (leg->offer))
    {
      leg->guessed &= outreach->guessing;
      return;
    }
  leg = GNUNET_new (struct MQTT_Leg);
  leg->outreach = outreach;
  leg->guessed = outreach->guessing;
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
  MQTT_outreach_window_open (outreach);
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
    MQTT_outreach_window_reopen (outreach);
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
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
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
      .precious = !delivered && !outreach->searched,
    };

    MQTT_backlog_keep (&all->pool, &outreach->backlog, &kept, source);
  }
  else if (!delivered)
  {
    MQTT_count (all->config.counters, MQTT_COUNT_NO_SUBSCRIBER, 1);
  }
}
