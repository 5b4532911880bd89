/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/announcer.c
 * @brief Keeps this peer announced for what its clients subscribe to.
 */
#include "announcer.h"
#include "../core/code_plan.h"
#include "rest.h"

/** When a fresh announcement is made once more, and how much longer it takes
    until the next time. */
#define REPEAT_DELAY \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 1500)
#define REPEAT_FACTOR 4

/** How often it is: the DHT of a busy machine loses more than one of a kind. */
#define REPEATS 3

/** Least time between two plans, while subscriptions change all the time. */
#define PLAN_PAUSE \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 100)

/** A code that is, or will be, announced. */
struct Announcement
{
  struct MQTT_Announcer *announcer;
  struct MQTT_Code code;
  struct MQTT_PacerJob job;
  struct GNUNET_SCHEDULER_Task *repeat_task;
  /** When it is made once more, after the last time. */
  struct GNUNET_TIME_Relative repeat_delay;
  /** How often it was made once more. */
  unsigned int repeats;
  /** NULL until announced. */
  void *handle;
};

struct MQTT_Announcer
{
  const struct MQTT_RendezvousOps *ops;
  struct MQTT_Pacer *pacer;
  struct MQTT_Counters *counters;
  struct MQTT_CodePlan *plan;
  /** What is announced, in the order of the codes. */
  struct Announcement **announcements;
  unsigned int count;
  struct GNUNET_SCHEDULER_Task *plan_task;
  /** When the next plan may be made. */
  struct GNUNET_TIME_Absolute plan_due;
  bool anonymous;
};


struct MQTT_Announcer *
MQTT_announcer_create (const struct MQTT_RendezvousOps *ops,
                       struct MQTT_Pacer *pacer,
                       struct MQTT_Counters *counters,
                       unsigned int budget,
                       bool anonymous)
{
  struct MQTT_Announcer *announcer = GNUNET_new (struct MQTT_Announcer);

  announcer->ops = ops;
  announcer->pacer = pacer;
  announcer->counters = counters;
  announcer->plan = MQTT_code_plan_create (budget);
  announcer->anonymous = anonymous;
  return announcer;
}


/**
 * Task: have an announcement made once more.
 */
static void
submit_repeat (void *cls)
{
  struct Announcement *announcement = cls;

  announcement->repeat_task = NULL;
  MQTT_pacer_submit (announcement->announcer->pacer,
                     &announcement->job,
                     MQTT_PACER_LAST);
}


/**
 * An announcement was made, for the first time or once more.
 */
static void
note_made (struct Announcement *announcement, void *handle)
{
  struct MQTT_Announcer *announcer = announcement->announcer;
  void *before = announcement->handle;

  announcement->handle = handle;
  if (NULL == before)
  {
    announcement->repeats = 0;
    announcement->repeat_delay = REPEAT_DELAY;
    MQTT_count (announcer->counters, MQTT_COUNT_ANNOUNCED, 1);
    return;
  }
  announcer->ops->announce_end (announcer->ops->cls, before);
  announcement->repeats++;
  announcement->repeat_delay = GNUNET_TIME_relative_multiply (
    announcement->repeat_delay,
    REPEAT_FACTOR);
  MQTT_count (announcer->counters, MQTT_COUNT_ANNOUNCEMENTS_REPEATED, 1);
}


/**
 * Job: announce a code, or announce it once more.
 */
static void
make_announcement (void *cls)
{
  struct Announcement *announcement = cls;
  const struct MQTT_Announcer *announcer = announcement->announcer;
  const struct MQTT_RendezvousOps *ops = announcer->ops;
  void *handle = ops->announce (ops->cls,
                                &announcement->code,
                                announcer->anonymous);

  if (NULL != handle)
    note_made (announcement, handle);
  /* Once more; or another attempt, if it was impossible. */
  if (REPEATS > announcement->repeats)
    announcement->repeat_task = GNUNET_SCHEDULER_add_delayed (
      announcement->repeat_delay,
      &submit_repeat,
      announcement);
}


static struct Announcement *
new_announcement (struct MQTT_Announcer *announcer,
                  const struct MQTT_Code *code)
{
  struct Announcement *announcement = GNUNET_new (struct Announcement);

  announcement->announcer = announcer;
  announcement->code = *code;
  announcement->repeat_delay = REPEAT_DELAY;
  announcement->job.run = &make_announcement;
  announcement->job.cls = announcement;
  MQTT_count (announcer->counters, MQTT_COUNT_ANNOUNCEMENTS, 1);
  MQTT_pacer_submit (announcer->pacer, &announcement->job, MQTT_PACER_FIRST);
  return announcement;
}


/**
 * The announcement does not stand any more: forget its handle and its timer.
 */
static void
reset (struct Announcement *announcement)
{
  announcement->handle = NULL;
  announcement->repeats = 0;
  if (NULL == announcement->repeat_task)
    return;
  GNUNET_SCHEDULER_cancel (announcement->repeat_task);
  announcement->repeat_task = NULL;
}


static void
end_announcement (struct Announcement *announcement)
{
  struct MQTT_Announcer *announcer = announcement->announcer;

  if (NULL != announcement->handle)
    announcer->ops->announce_end (announcer->ops->cls, announcement->handle);
  reset (announcement);
  MQTT_pacer_withdraw (announcer->pacer, &announcement->job);
  MQTT_count (announcer->counters, MQTT_COUNT_ANNOUNCEMENTS, -1);
  GNUNET_free (announcement);
}


void
MQTT_announcer_destroy (struct MQTT_Announcer *announcer)
{
  if (NULL != announcer->plan_task)
    GNUNET_SCHEDULER_cancel (announcer->plan_task);
  for (unsigned int i = 0; i < announcer->count; i++)
    end_announcement (announcer->announcements[i]);
  GNUNET_free (announcer->announcements);
  MQTT_code_plan_destroy (announcer->plan);
  GNUNET_free (announcer);
}


/**
 * Task: bring what is announced in line with the plan.  Both are sorted.
 */
static void
follow_plan (void *cls)
{
  struct MQTT_Announcer *announcer = cls;
  struct Announcement **before = announcer->announcements;
  unsigned int before_count = announcer->count;
  struct GNUNET_TIME_Absolute begin = GNUNET_TIME_absolute_get ();
  const struct MQTT_Code *codes;
  unsigned int i = 0;

  announcer->plan_task = NULL;
  codes = MQTT_code_plan_codes (announcer->plan, &announcer->count);
  announcer->announcements = GNUNET_new_array (GNUNET_MAX (1, announcer->count),
                                               struct Announcement *);
  for (unsigned int j = 0; j < announcer->count; j++)
  {
    int order = -1;

    while (
      (i < before_count)
      && (0
          > (order = memcmp (&before[i]->code, &codes[j], sizeof (codes[j])))))
      end_announcement (before[i++]);
    announcer->announcements[j] = ((i < before_count) && (0 == order))
                                    ? before[i++]
                                    : new_announcement (announcer, &codes[j]);
  }
  while (i < before_count)
    end_announcement (before[i++]);
  GNUNET_free (before);
  announcer->plan_due = MQTT_rest_end (begin, PLAN_PAUSE);
}


void
MQTT_announcer_filter (struct MQTT_Announcer *announcer,
                       const char *filter,
                       size_t size,
                       bool added)
{
  if (added)
    MQTT_code_plan_add (announcer->plan, filter, size);
  else
    MQTT_code_plan_remove (announcer->plan, filter, size);
  if (NULL == announcer->plan_task)
    announcer->plan_task = GNUNET_SCHEDULER_add_at (announcer->plan_due,
                                                    &follow_plan,
                                                    announcer);
}


void
MQTT_announcer_failed (struct MQTT_Announcer *announcer)
{
  for (unsigned int i = 0; i < announcer->count; i++)
  {
    reset (announcer->announcements[i]);
    MQTT_pacer_submit (announcer->pacer,
                       &announcer->announcements[i]->job,
                       MQTT_PACER_FIRST);
  }
}
