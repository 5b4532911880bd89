/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach.c
 * @brief How what is published here reaches the peers that want it.
 */
#include "outreach_state.h"
#include "../stream/stream.h"

/** Searches are told at most this often that a topic is being published to. */
#define TOUCH_INTERVAL_US (1000 * 1000)

/** How often what has expired is given up. */
#define SWEEP_INTERVAL GNUNET_TIME_UNIT_MINUTES

static void
end_outreach (struct MQTT_Outreach *outreach)
{
  struct MQTT_Outreaches *all = outreach->all;

  for (unsigned int i = 0; i < outreach->search_count; i++)
    MQTT_search_leave (outreach->searches[i]);
  while (NULL != outreach->legs_head)
    MQTT_leg_end (outreach->legs_head);
  if (NULL != outreach->window_task)
    GNUNET_SCHEDULER_cancel (outreach->window_task);
  GNUNET_CONTAINER_DLL_remove (all->head, all->tail, outreach);
  all->count--;
  all->memory -= MQTT_topic_memory (outreach->topic);
  MQTT_count (all->config.counters, MQTT_COUNT_TOPICS_PUBLISHED, -1);
  outreach->topic->outreach = NULL;
  MQTT_topic_unref (outreach->topic);
  MQTT_backlog_clear (&all->pool, &outreach->backlog);
  MQTT_reserve_clear (&outreach->reserve);
  MQTT_outreach_groups_done (outreach);
  GNUNET_free (outreach);
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
                                                &MQTT_outreach_found,
                                                outreach);
  for (unsigned int i = 0; i < outreach->search_count; i++)
    MQTT_search_known (outreach->searches[i]);
}


/**
 * A topic is published to, or something of it waits for subscribers.
 */
static void
use (struct MQTT_Outreach *outreach)
{
  struct MQTT_Outreaches *all = outreach->all;

  outreach->published_us = MQTT_stream_now ();
  if (all->tail == outreach)
    return;
  GNUNET_CONTAINER_DLL_remove (all->head, all->tail, outreach);
  GNUNET_CONTAINER_DLL_insert_tail (all->head, all->tail, outreach);
}


/**
 * Forget a topic, if nothing of it waits for subscribers.
 *
 * @return false if it is in use
 */
static bool
forget (struct MQTT_Outreach *outreach)
{
  if (0 == outreach->reserve.open)
  {
    MQTT_reserve_give_up (&outreach->reserve);
    end_outreach (outreach);
    return true;
  }
  use (outreach);
  return false;
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
    (void)forget (all->head);
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

  for (unsigned int left = all->count; 0 < left; left--)
  {
    if ((all->count < options->published_topics)
        && (all->memory + memory <= options->topic_memory / 2))
      return;
    if (forget (all->head))
      MQTT_count (all->config.counters, MQTT_COUNT_TOPICS_FORGOTTEN, 1);
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
  outreach->published_us = outreach->touched_us;
  MQTT_outreach_recall (outreach);
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
  bool anew = false;

  use (outreach);
  if (outreach->published_us - outreach->touched_us < TOUCH_INTERVAL_US)
    return;
  outreach->touched_us = outreach->published_us;
  MQTT_outreach_confirm (outreach);
  for (unsigned int i = 0; i < outreach->search_count; i++)
    anew |= MQTT_search_touch (outreach->searches[i]);
  if (anew)
    MQTT_outreach_window_reopen (outreach);
}


/**
 * Keep a message at QoS 0 while the discovery window is open.
 */
static void
keep (struct MQTT_Outreach *outreach,
      struct MQTT_Message *message,
      uint64_t number,
      bool delivered,
      struct MQTT_Groups *served,
      struct MQTT_Source *source)
{
  struct MQTT_Outreaches *all = outreach->all;
  const struct MQTT_Kept kept = {
    .message = message,
    .at_us = outreach->published_us,
    .number = number,
    .served = served,
    .delivered = delivered,
    .precious = !delivered && !outreach->searched,
  };

  if (NULL != outreach->window_task)
    MQTT_backlog_keep (&all->pool, &outreach->backlog, &kept, source);
  else if (!delivered)
    MQTT_count (all->config.counters, MQTT_COUNT_NO_SUBSCRIBER, 1);
}


struct MQTT_Outreach *
MQTT_outreach_get (struct MQTT_Outreaches *all, struct MQTT_Topic *topic)
{
  return (NULL == topic->outreach) ? begin_outreach (all, topic)
                                   : topic->outreach;
}


void
MQTT_outreach_choose (struct MQTT_Outreaches *all,
                      struct MQTT_Topic *topic,
                      const struct MQTT_Message *message,
                      struct MQTT_Audience *here)
{
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);

  touch (outreach);
  (void)MQTT_outreach_groups_choose (outreach, message);
  *here = MQTT_outreach_groups_here (outreach);
}


void
MQTT_outreach_publish (struct MQTT_Outreaches *all,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message,
                       bool delivered,
                       struct MQTT_Source *source)
{
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);
  struct MQTT_Groups *here = MQTT_groups_minus (outreach->here,
                                                outreach->elsewhere);
  struct MQTT_Groups *served = MQTT_groups_ref (here);
  uint64_t number = outreach->count++;

  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
  {
    struct MQTT_Groups *before = served;

    leg->got = MQTT_leg_publish (leg, message, source);
    if (!leg->got)
      continue;
    delivered = true;
    served = MQTT_groups_plus (before, leg->chosen);
    MQTT_groups_unref (before);
  }
  if (0 == message->stored)
    keep (outreach, message, number, delivered, served, source);
  else
    MQTT_outreach_reserve (outreach,
                           message,
                           &(struct MQTT_Reserved){ .number = number,
                                                    .served = served,
                                                    .given = delivered },
                           here);
  MQTT_outreach_groups_clear (outreach);
  MQTT_groups_unref (here);
  MQTT_groups_unref (served);
}


void
MQTT_outreach_hold (struct MQTT_Outreaches *all, struct MQTT_Topic *topic)
{
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);

  use (outreach);
  MQTT_outreach_drop_guesses (outreach);
  for (unsigned int i = 0; i < outreach->search_count; i++)
    (void)MQTT_search_touch (outreach->searches[i]);
}


void
MQTT_outreach_correct (struct MQTT_Outreaches *all,
                       struct MQTT_Topic *topic,
                       const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);

  use (outreach);
  MQTT_outreach_keep (outreach, peer);
}


bool
MQTT_outreach_ready (struct MQTT_Outreaches *all,
                     struct MQTT_Topic *topic,
                     const struct MQTT_Message *message,
                     struct MQTT_Audience *here)
{
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);
  bool ready;

  touch (outreach);
  ready = MQTT_outreach_groups_choose (outreach, message);
  *here = MQTT_outreach_groups_here (outreach);
  return ready && MQTT_outreach_has_room (outreach, message);
}


/* ---- start and end ---- */

/**
 * Task: give up what has expired, and try again what failed.
 */
static void
sweep (void *cls)
{
  struct MQTT_Outreaches *all = cls;

  all->sweep_task = GNUNET_SCHEDULER_add_delayed (SWEEP_INTERVAL, &sweep, all);
  MQTT_reserve_sweep (&all->reserves);
  for (struct MQTT_Outreach *outreach = all->head; NULL != outreach;
       outreach = outreach->next)
    if (NULL != outreach->reserve.head)
      MQTT_outreach_catch_up (outreach);
}


struct MQTT_Outreaches *
MQTT_outreaches_create (const struct MQTT_OutreachConfig *config)
{
  struct MQTT_Outreaches *all = GNUNET_new (struct MQTT_Outreaches);

  all->config = *config;
  all->pool.counters = config->counters;
  all->pool.limit = config->options->backlog;
  all->reserves.options = config->options;
  all->reserves.counters = config->counters;
  all->reserves.store = config->store;
  MQTT_mailboxes_groups (MQTT_links_mailboxes (config->links),
                         &MQTT_outreach_hand_on,
                         all);
  MQTT_outreaches_restore (all);
  sweep (all);
  return all;
}


void
MQTT_outreaches_destroy (struct MQTT_Outreaches *all)
{
  MQTT_mailboxes_groups (MQTT_links_mailboxes (all->config.links), NULL, NULL);
  while (NULL != all->head)
    end_outreach (all->head);
  MQTT_gate_open (&all->pool.gate);
  if (NULL != all->idle_task)
    GNUNET_SCHEDULER_cancel (all->idle_task);
  GNUNET_SCHEDULER_cancel (all->sweep_task);
  GNUNET_free (all->candidates);
  GNUNET_free (all);
}
