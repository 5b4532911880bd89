/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/replay.c
 * @brief What is told of retained messages to one who subscribes.
 */
#include "replay.h"

/** Messages read from the store in one task. */
#define SLICE 64

/** What finding them may cost in one task, in steps of MQTT_retained_walk_next(). */
#define STEPS 2048

/** Before a message is read again that could not be read. */
#define PAUSE GNUNET_TIME_UNIT_SECONDS

/** The messages for one subscription. */
struct MQTT_Replay
{
  struct MQTT_Replay *prev;
  struct MQTT_Replay *next;
  struct MQTT_Subscription *subscription;
  /** Where those are found that follow; NULL until the first is to be found. */
  struct MQTT_RetainedWalk *walk;
  /** The one that was found, and is to be told; 0 for none. */
  uint64_t name;
  /** Later ones came after the subscription was made: it got them. */
  uint64_t last;
};

struct MQTT_ReplaysWork
{
  struct MQTT_Replay *head;
  struct MQTT_Replay *tail;
  struct GNUNET_SCHEDULER_Task *task;
  /** Messages that were found late: those from @e late_at on are to be told. */
  uint64_t *late;
  unsigned int late_allocated;
  unsigned int late_count;
  unsigned int late_at;
};


/* ---- which messages ---- */

/**
 * Find what comes next.
 *
 * @param replays of its subscriber
 * @param replay the replay
 * @param[in,out] steps what it may cost, less what it did
 * @return false if there is nothing more
 */
static bool
find (struct MQTT_Replays *replays,
      struct MQTT_Replay *replay,
      unsigned int *steps)
{
  const struct MQTT_Subscription *subscription = replay->subscription;
  const struct MQTT_RetainedRecord *record;

  if (NULL == replay->walk)
    replay->walk = MQTT_retention_walk (replays->retention);
  do
    record = MQTT_retained_walk_next (replay->walk,
                                      subscription->filter,
                                      subscription->filter_size,
                                      steps);
  while ((NULL != record)
         && ((0 == record->message) || (record->message > replay->last)));
  replay->name = (NULL == record) ? 0 : record->message;
  return (NULL != record) || !MQTT_retained_walk_is_over (replay->walk);
}


/* ---- telling ---- */

static struct MQTT_ReplaysWork *
get_work (struct MQTT_Replays *replays)
{
  if (NULL == replays->work)
    replays->work = GNUNET_new (struct MQTT_ReplaysWork);
  return replays->work;
}


/**
 * Free it if nothing is to be told.
 */
static void
trim_work (struct MQTT_Replays *replays)
{
  const struct MQTT_ReplaysWork *work = replays->work;

  if ((NULL == work) || (NULL != work->head) || (0 < work->late_allocated))
    return;
  if (NULL != work->task)
    GNUNET_SCHEDULER_cancel (work->task);
  GNUNET_free (replays->work);
}


static void
end (struct MQTT_Replays *replays, struct MQTT_Replay *replay)
{
  replay->subscription->replay = NULL;
  if (NULL != replay->walk)
    MQTT_retained_walk_end (replay->walk);
  GNUNET_CONTAINER_DLL_remove (replays->work->head,
                               replays->work->tail,
                               replay);
  GNUNET_free (replay);
}


static void
go_on (void *cls);


/**
 * Read a message that is to be told now.
 *
 * @param replays of its subscriber
 * @param name the message
 * @param[out] shelved the message, to be given back; not there if there is none any
 *             more: another one that came in its place was published
 * @return false if it is not to be told now
 */
static bool
get (struct MQTT_Replays *replays, uint64_t name, struct MQTT_Shelved *shelved)
{
  if (MQTT_retention_get (replays->retention, name, shelved))
  {
    if (replays->type->ready (replays->cls, shelved->message))
      return true;
    MQTT_shelf_put_back (shelved);
    return false;
  }
  if (shelved->gone)
    return true;
  /* Who was told others may have woken us. */
  if (NULL != replays->work->task)
    GNUNET_SCHEDULER_cancel (replays->work->task);
  replays->work->task = GNUNET_SCHEDULER_add_delayed (PAUSE, &go_on, replays);
  return false;
}


/**
 * Tell the message that was found.
 *
 * @return false if it cannot be told now
 */
static bool
tell (struct MQTT_Replays *replays, struct MQTT_Replay *replay)
{
  const struct MQTT_Subscription *subscription = replay->subscription;
  struct MQTT_Shelved shelved;

  if (!get (replays, replay->name, &shelved))
    return false;
  replay->name = 0;
  if (NULL == shelved.message)
    return true;
  MQTT_retention_told (replays->retention);
  replays->type->deliver (replays->cls,
                          shelved.topic,
                          subscription,
                          shelved.message,
                          GNUNET_MIN (subscription->qos, shelved.message->qos));
  MQTT_shelf_put_back (&shelved);
  return true;
}


/**
 * No message that was found late is to be told any more.
 */
static void
end_late (struct MQTT_Replays *replays)
{
  struct MQTT_ReplaysWork *work = replays->work;

  if (0 < work->late_allocated)
    (void)MQTT_retention_share (replays->retention, -1);
  GNUNET_array_grow (work->late, work->late_allocated, 0);
  work->late_count = 0;
  work->late_at = 0;
}


/**
 * Tell a message for all subscriptions that it concerns.
 */
static void
tell_all (struct MQTT_Replays *replays,
          uint64_t name,
          const struct MQTT_Shelved *shelved)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    shelved->topic,
    &count);

  for (size_t i = 0; i < count; i++)
  {
    if ((replays != matches[i]->subscriber->replays)
        || !MQTT_replay_concerns (matches[i]) || (name <= matches[i]->newest))
      continue;
    MQTT_retention_told (replays->retention);
    replays->type->deliver (
      replays->cls,
      shelved->topic,
      matches[i],
      shelved->message,
      GNUNET_MIN (matches[i]->qos, shelved->message->qos));
  }
}


/**
 * Tell the next message that was found late.
 *
 * @return false if it cannot be told now, or none is left
 */
static bool
tell_late (struct MQTT_Replays *replays)
{
  struct MQTT_ReplaysWork *work = replays->work;
  struct MQTT_Shelved shelved;

  if (work->late_at == work->late_count)
  {
    end_late (replays);
    trim_work (replays);
    return false;
  }
  if (!get (replays, work->late[work->late_at], &shelved))
    return false;
  if (NULL != shelved.message)
    tell_all (replays, work->late[work->late_at], &shelved);
  MQTT_shelf_put_back (&shelved);
  work->late_at++;
  return true;
}


/**
 * Task: tell some.
 */
static void
go_on (void *cls)
{
  struct MQTT_Replays *replays = cls;
  struct MQTT_ReplaysWork *work = replays->work;
  unsigned int steps = STEPS;

  work->task = NULL;
  for (unsigned int i = 0; (0 < steps) && (i < SLICE); i++)
  {
    struct MQTT_Replay *replay = work->head;

    if (NULL == replay)
    {
      if (!tell_late (replays))
        return;
    }
    else if (0 != replay->name)
    {
      if (!tell (replays, replay))
        return;
    }
    else if (!find (replays, replay, &steps))
      end (replays, replay);
  }
  MQTT_replays_wake (replays);
}


void
MQTT_replays_wake (struct MQTT_Replays *replays)
{
  struct MQTT_ReplaysWork *work = replays->work;

  if ((NULL != work) && (NULL == work->task))
    work->task = GNUNET_SCHEDULER_add_now (&go_on, replays);
}


void
MQTT_replay_begin (struct MQTT_Replays *replays,
                   struct MQTT_Subscription *subscription)
{
  struct MQTT_ReplaysWork *work;
  struct MQTT_Replay *replay;

  MQTT_replay_end (replays, subscription);
  /* None for one of many who share it (4.8.2). */
  if (NULL != subscription->share)
    return;
  replay = GNUNET_new (struct MQTT_Replay);
  replay->subscription = subscription;
  replay->last = subscription->newest;
  subscription->replay = replay;
  subscription->replayed = true;
  work = get_work (replays);
  GNUNET_CONTAINER_DLL_insert_tail (work->head, work->tail, replay);
  MQTT_replays_wake (replays);
}


void
MQTT_replay_end (struct MQTT_Replays *replays,
                 struct MQTT_Subscription *subscription)
{
  if (NULL != subscription->replay)
    end (replays, subscription->replay);
  trim_work (replays);
}


bool
MQTT_replay_concerns (const struct MQTT_Subscription *subscription)
{
  return subscription->replayed && (NULL == subscription->share);
}


/**
 * Make room for one more name.
 */
static void
make_room (struct MQTT_ReplaysWork *work)
{
  unsigned int left = work->late_count - work->late_at;

  if (work->late_count < work->late_allocated)
    return;
  if (0 == work->late_at)
  {
    GNUNET_array_grow (work->late,
                       work->late_allocated,
                       2 * work->late_allocated + 4);
    return;
  }
  memmove (work->late, &work->late[work->late_at], left * sizeof (*work->late));
  work->late_count = left;
  work->late_at = 0;
}


void
MQTT_replays_add (struct MQTT_Replays *replays, uint64_t name)
{
  struct MQTT_ReplaysWork *work = get_work (replays);
  bool begins = (0 == work->late_allocated);
  size_t limit = MQTT_retention_share (replays->retention, begins ? 1 : 0);

  make_room (work);
  if (work->late_count - work->late_at >= limit)
  {
    MQTT_retention_untold (replays->retention);
    return;
  }
  work->late[work->late_count++] = name;
  MQTT_replays_wake (replays);
}


void
MQTT_replays_done (struct MQTT_Replays *replays)
{
  if (NULL != replays->work)
    end_late (replays);
  trim_work (replays);
}
