/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/replay.c
 * @brief What is told of retained messages to one who subscribes.
 */
#include "replay.h"

/** Messages read from the store in one task. */
#define SLICE 64

/**
 * The messages for one subscription, in the order of their names, which is that of
 * their publication.
 */
struct MQTT_Replay
{
  struct MQTT_Replay *prev;
  struct MQTT_Replay *next;
  struct MQTT_Subscription *subscription;
  /** Those that come next. */
  uint64_t *names;
  size_t count;
  size_t at;
  /** All up to this name are told, or in @e names. */
  uint64_t listed;
  /** Later ones came after the subscription was made: it got them. */
  uint64_t last;
  bool begun;
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

/** What listing names needs to know. */
struct Listing
{
  struct MQTT_Replay *replay;
  /** How many of the first are wanted. */
  size_t limit;
  unsigned int allocated;
};


/* ---- which messages ---- */

static int
compare_names (const void *one, const void *two)
{
  uint64_t a;
  uint64_t b;

  memcpy (&a, one, sizeof (a));
  memcpy (&b, two, sizeof (b));
  return (a > b) - (a < b);
}


/**
 * Keep only the first names, in order.
 */
static void
cut (struct MQTT_Replay *replay, size_t limit)
{
  if (0 < replay->count)
    qsort (replay->names,
           replay->count,
           sizeof (*replay->names),
           &compare_names);
  replay->count = GNUNET_MIN (replay->count, limit);
}


/**
 * #MQTT_RetainedCallback
 */
static void
list_one (void *cls,
          const char *name,
          size_t size,
          const struct MQTT_RetainedRecord *record)
{
  struct Listing *listing = cls;
  struct MQTT_Replay *replay = listing->replay;

  (void)name;
  (void)size;
  if ((record->message <= replay->listed) || (record->message > replay->last))
    return;
  if (replay->count == 2 * listing->limit)
    cut (replay, listing->limit);
  if (replay->count == listing->allocated)
    GNUNET_array_grow (replay->names,
                       listing->allocated,
                       2 * listing->allocated + 4);
  replay->names[replay->count++] = record->message;
}


/**
 * List what comes next.
 *
 * @return false if there is nothing more
 */
static bool
list (struct MQTT_Replays *replays, struct MQTT_Replay *replay)
{
  const struct MQTT_Subscription *subscription = replay->subscription;
  struct Listing listing = {
    .replay = replay,
    .limit = MQTT_retention_share (replays->retention, replay->begun ? 0 : 1),
  };

  GNUNET_free (replay->names);
  replay->count = 0;
  replay->at = 0;
  MQTT_retention_match (replays->retention,
                        subscription->filter,
                        subscription->filter_size,
                        &list_one,
                        &listing);
  cut (replay, listing.limit);
  replay->begun = true;
  if (0 < replay->count)
    replay->listed = replay->names[replay->count - 1];
  return 0 < replay->count;
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
  if (replay->begun)
    (void)MQTT_retention_share (replays->retention, -1);
  GNUNET_CONTAINER_DLL_remove (replays->work->head,
                               replays->work->tail,
                               replay);
  GNUNET_free (replay->names);
  GNUNET_free (replay);
}


/**
 * Tell the next message.
 *
 * @return false if there is no room for it
 */
static bool
tell (struct MQTT_Replays *replays, struct MQTT_Replay *replay)
{
  const struct MQTT_Subscription *subscription = replay->subscription;
  struct MQTT_Shelved shelved;
  bool ready = true;

  /* Another one that came in its place was published to the subscription. */
  if (MQTT_retention_get (replays->retention,
                          replay->names[replay->at],
                          &shelved))
  {
    ready = replays->type->ready (replays->cls, shelved.message);
    if (ready)
    {
      MQTT_retention_told (replays->retention);
      replays->type->deliver (
        replays->cls,
        shelved.topic,
        subscription,
        shelved.message,
        GNUNET_MIN (subscription->qos, shelved.message->qos));
    }
    MQTT_shelf_put_back (&shelved);
  }
  if (ready)
    replay->at++;
  return ready;
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
 * @return false if there is no room for it, or none is left
 */
static bool
tell_late (struct MQTT_Replays *replays)
{
  struct MQTT_ReplaysWork *work = replays->work;
  struct MQTT_Shelved shelved;
  bool ready = true;

  if (work->late_at == work->late_count)
  {
    end_late (replays);
    trim_work (replays);
    return false;
  }
  if (MQTT_retention_get (replays->retention,
                          work->late[work->late_at],
                          &shelved))
  {
    ready = replays->type->ready (replays->cls, shelved.message);
    if (ready)
      tell_all (replays, work->late[work->late_at], &shelved);
    MQTT_shelf_put_back (&shelved);
  }
  if (ready)
    work->late_at++;
  return ready;
}


/**
 * Task: tell some.
 */
static void
go_on (void *cls)
{
  struct MQTT_Replays *replays = cls;
  struct MQTT_ReplaysWork *work = replays->work;

  work->task = NULL;
  for (unsigned int i = 0; i < SLICE; i++)
  {
    struct MQTT_Replay *replay = work->head;

    if (NULL == replay)
    {
      if (!tell_late (replays))
        return;
    }
    else if ((replay->at == replay->count) && !list (replays, replay))
      end (replays, replay);
    else if (!tell (replays, replay))
      return;
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
