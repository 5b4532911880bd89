/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_window.c
 * @brief The discovery window of a topic: for how long what is published to it is
 *        kept for subscribers that are still to be found.
 */
#include "outreach_state.h"
#include "../stream/stream.h"

/** Longest time publications wait for a search to get its turn. */
#define PATIENCE GNUNET_TIME_UNIT_MINUTES

/** How often is looked whether a peer has got what was kept, before it is given up. */
#define BEHIND_PAUSE GNUNET_TIME_UNIT_SECONDS

/** How often others are asked during the first window: some of them are found only
    after the first time. */
#define GUESSES 6

/** Longest time to the first of these; each may come twice as late as the one before. */
#define GUESS_PAUSE GNUNET_TIME_UNIT_SECONDS


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


void
MQTT_outreach_drop_guesses (struct MQTT_Outreach *outreach)
{
  struct MQTT_Leg *next;

  if (NULL != outreach->window_task)
    return;
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = next)
  {
    next = leg->next;
    if (!leg->guessed)
      continue;
    MQTT_leg_end (leg);
  }
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
  if (MQTT_outreach_is_behind (outreach))
  {
    outreach->window_task = GNUNET_SCHEDULER_add_delayed (BEHIND_PAUSE,
                                                          &close_window,
                                                          outreach);
    return;
  }
  if (!GNUNET_TIME_absolute_is_future (end))
  {
    outreach->searched = true;
    MQTT_backlog_clear (&outreach->all->pool, &outreach->backlog);
    MQTT_outreach_drop_guesses (outreach);
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


static void
guess_later (struct MQTT_Outreach *outreach, GNUNET_SCHEDULER_TaskCallback task)
{
  struct GNUNET_TIME_Relative left = GNUNET_TIME_absolute_get_remaining (
    outreach->window_least);
  struct GNUNET_TIME_Relative pause = GNUNET_TIME_relative_min (
    GNUNET_TIME_relative_divide (left, 2),
    GNUNET_TIME_relative_multiply (GUESS_PAUSE, 1ULL << outreach->guesses));

  outreach->window_task = GNUNET_SCHEDULER_add_delayed (pause, task, outreach);
}


/**
 * Task: ask those who were found for other topics with the same first level, and
 * were not found for this one: of many searches at once the DHT loses some.
 */
static void
guess (void *cls)
{
  struct MQTT_Outreach *outreach = cls;

  if (GUESSES > ++outreach->guesses)
    guess_later (outreach, &guess);
  else
    outreach->window_task = GNUNET_SCHEDULER_add_at (outreach->window_least,
                                                     &close_window,
                                                     outreach);
  outreach->guessing = true;
  for (unsigned int i = 0; i < outreach->search_count; i++)
    MQTT_search_relatives (outreach->searches[i]);
  outreach->guessing = false;
}


void
MQTT_outreach_window_reopen (struct MQTT_Outreach *outreach)
{
  outreach->window_least = GNUNET_TIME_relative_to_absolute (
    outreach->all->config.options->discovery_window);
  outreach->window_limit = GNUNET_TIME_absolute_max (outreach->window_limit,
                                                     outreach->window_least);
  if (NULL == outreach->window_task)
    outreach->window_task = GNUNET_SCHEDULER_add_at (outreach->window_least,
                                                     &close_window,
                                                     outreach);
}


void
MQTT_outreach_window_open (struct MQTT_Outreach *outreach)
{
  struct GNUNET_TIME_Relative window = outreach->all->config.options
                                         ->discovery_window;

  outreach->window_least = GNUNET_TIME_relative_to_absolute (window);
  outreach->window_limit = GNUNET_TIME_relative_to_absolute (PATIENCE);
  guess_later (outreach, &guess);
}
