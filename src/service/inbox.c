/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/inbox.c
 * @brief Marks: how they move, and what they say.
 */
#include "inbox_state.h"


/**
 * The group with the moves of these marks is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_Inboxes *inboxes = cls;
  struct MQTT_Mark *mark;

  inboxes->wait = NULL;
  while (NULL != (mark = inboxes->unsafe_head))
  {
    MQTT_mark_set_unsafe (mark, false);
    if (ok)
    {
      mark->safe = mark->sequence;
      mark->safe_run = mark->run;
      if (mark->done)
        MQTT_mark_remove (mark);
      continue;
    }
    mark->sequence = mark->safe;
    mark->run = mark->safe_run;
    mark->done = false;
    if (mark->of_topic)
      MQTT_mark_set_unwritten (mark, true);
  }
}


/**
 * Write where a mark is.
 */
static bool
write_mark (struct MQTT_Mark *mark)
{
  struct MQTT_Inboxes *inboxes = mark->inbox->inboxes;
  const struct MQTT_StoreMark stored = {
    .peer = mark->inbox->peer,
    .run = mark->run,
    .topic = MQTT_mark_topic (mark),
    .sequence = mark->sequence,
    .updated_us = GNUNET_TIME_absolute_get ().abs_value_us,
  };

  if (!MQTT_store_mark_put (inboxes->store, &stored))
    return false;
  MQTT_mark_set_unsafe (mark, true);
  if (NULL == inboxes->wait)
    inboxes->wait = MQTT_store_wait (inboxes->store, &handle_stored, inboxes);
  return true;
}


/**
 * Move a mark.
 */
static bool
move (struct MQTT_Mark *mark, const struct MQTT_LinkSerial *serial)
{
  const struct MQTT_LinkSerial before = {
    .run = mark->run,
    .sequence = mark->sequence,
  };

  mark->run = serial->run;
  mark->sequence = serial->sequence;
  if (write_mark (mark))
    return true;
  mark->run = before.run;
  mark->sequence = before.sequence;
  return false;
}


static void
forget_run (struct MQTT_Mark *mark)
{
  struct MQTT_Inbox *inbox = mark->inbox;

  MQTT_mark_remove (mark);
  MQTT_inbox_clean (inbox);
}


/**
 * Get the mark of a run, in place of the one that moved longest ago if there are
 * too many of the peer, or of all.
 */
static struct MQTT_Mark *
get_run (struct MQTT_Inbox *inbox, uint64_t run)
{
  struct MQTT_Inboxes *inboxes = inbox->inboxes;
  struct MQTT_Mark *mark = MQTT_mark_find_run (inbox, run);

  if (NULL != mark)
  {
    MQTT_mark_touch (mark);
    return mark;
  }
  /* First the new one: with the last of a peer its topics would go. */
  mark = MQTT_mark_new (inbox, run, NULL, 0);
  if (inbox->runs > MQTT_INBOX_RUNS)
    forget_run (inbox->own_head);
  else if (inboxes->runs > inboxes->options->marks)
    forget_run (inboxes->runs_head);
  return mark;
}


/**
 * The mark that says whether a publication was taken.
 *
 * @return NULL if none does
 */
static const struct MQTT_Mark *
find_judge (const struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item)
{
  const struct MQTT_LinkSerial *serial = &item->serial;
  const struct MQTT_Mark *topic = MQTT_mark_find_topic (inbox, item);

  /* What is above the mark of its topic is later than that, of whatever run.  What
     is below it may be of an earlier run, or of a later one if nothing was left of
     those before. */
  if ((NULL != topic)
      && ((serial->run == topic->run) || (serial->sequence > topic->sequence)))
    return topic;
  return MQTT_mark_find_run (inbox, serial->run);
}


bool
MQTT_inbox_has (const struct MQTT_Inbox *inbox,
                const struct MQTT_InboxItem *item)
{
  const struct MQTT_Mark *judge = find_judge (inbox, item);

  return (NULL != judge) && (item->serial.sequence <= judge->sequence);
}


bool
MQTT_inbox_is_safe (const struct MQTT_Inbox *inbox,
                    const struct MQTT_InboxItem *item)
{
  const struct MQTT_Mark *judge = find_judge (inbox, item);

  return (NULL != judge)
         && (!judge->unsafe
             || ((item->serial.run == judge->safe_run)
                 && (item->serial.sequence <= judge->safe)));
}


/**
 * Does a publication show that the peer has begun with low sequences again?  Then
 * all that is left of what it sent before is lower.  That one of a topic that is
 * behind is lower than others is no sign of it.
 *
 * @param topic mark of its topic, or NULL
 */
static bool
begins_anew (const struct MQTT_Inbox *inbox,
             const struct MQTT_LinkSerial *serial,
             const struct MQTT_Mark *topic)
{
  return (serial->sequence <= inbox->highest)
         && (NULL == MQTT_mark_find_run (inbox, serial->run))
         && ((NULL == topic)
             || ((serial->run != topic->run)
                 && (serial->sequence <= topic->sequence)));
}


/**
 * Write what was returned since the last time.
 */
static bool
write_returned (struct MQTT_Inboxes *inboxes)
{
  while (NULL != inboxes->unwritten_head)
  {
    if (!write_mark (inboxes->unwritten_head))
      return false;
    MQTT_mark_set_unwritten (inboxes->unwritten_head, false);
  }
  return true;
}


bool
MQTT_inbox_take (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item)
{
  const struct MQTT_LinkSerial *serial = &item->serial;
  struct MQTT_Mark *topic = MQTT_mark_find_topic (inbox, item);
  struct MQTT_Mark *run;

  if (begins_anew (inbox, serial, topic))
  {
    MQTT_inbox_begin_anew (inbox, serial);
    topic = NULL;
  }
  run = get_run (inbox, serial->run);
  /* These first: what was returned must not look taken. */
  if (!write_returned (inbox->inboxes)
      || ((NULL != topic) && !move (topic, serial)))
    return false;
  if (serial->sequence > inbox->highest)
  {
    inbox->highest = serial->sequence;
    if (NULL != topic)
      topic->done = true;
  }
  return (serial->sequence <= run->sequence) || move (run, serial);
}


/**
 * Make a mark of a topic, in memory only.
 *
 * @param inbox for whom
 * @param item whose topic
 * @param run mark of the run of the latest of it
 * @param sequence of that
 */
static struct MQTT_Mark *
new_topic (struct MQTT_Inbox *inbox,
           const struct MQTT_InboxItem *item,
           const struct MQTT_Mark *run,
           uint64_t sequence)
{
  struct GNUNET_HashCode hash;
  struct MQTT_Mark *topic;

  GNUNET_CRYPTO_hash (item->hashes,
                      item->levels * sizeof (*item->hashes),
                      &hash);
  topic = MQTT_mark_new (inbox, run->run, &hash, sequence);
  /* What of it was taken in the present group is lost with that. */
  topic->safe = GNUNET_MIN (topic->sequence, run->safe);
  MQTT_mark_set_unsafe (topic, run->unsafe);
  return topic;
}


/**
 * Note in memory where a topic is of which something is returned.
 *
 * @param topic its mark, or NULL
 * @return its mark; NULL if there are too many
 */
static struct MQTT_Mark *
return_topic (struct MQTT_Inbox *inbox,
              const struct MQTT_InboxItem *item,
              struct MQTT_Mark *topic)
{
  const struct MQTT_LinkSerial *serial = &item->serial;
  const struct MQTT_Mark *run;

  if ((NULL == topic) && !MQTT_inbox_has_room (inbox))
    MQTT_inbox_make_room (inbox);
  if (inbox->over)
    return NULL;
  run = get_run (inbox, serial->run);
  if (NULL == topic)
    topic = new_topic (inbox, item, run, serial->sequence - 1);
  else if (serial->run != topic->run)
  {
    topic->run = serial->run;
    topic->sequence = serial->sequence - 1;
    if (!topic->unsafe)
    {
      topic->safe_run = topic->run;
      topic->safe = topic->sequence;
    }
  }
  else
  {
    return topic;
  }
  MQTT_mark_set_unwritten (topic, true);
  return topic;
}


bool
MQTT_inbox_return (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item)
{
  struct MQTT_Mark *topic = MQTT_mark_find_topic (inbox, item);

  if (begins_anew (inbox, &item->serial, topic))
  {
    MQTT_inbox_begin_anew (inbox, &item->serial);
    topic = NULL;
  }
  topic = return_topic (inbox, item, topic);
  if (NULL == topic)
    return false;
  topic->done = false;
  return true;
}


/**
 * The mark of the run that was taken furthest.
 *
 * @return NULL if nothing was taken
 */
static const struct MQTT_Mark *
find_furthest (const struct MQTT_Inbox *inbox)
{
  const struct MQTT_Mark *furthest = inbox->own_head;

  for (const struct MQTT_Mark *run = furthest; NULL != run; run = run->next_own)
    if (run->sequence > furthest->sequence)
      furthest = run;
  return furthest;
}


bool
MQTT_inbox_put_off (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item)
{
  static const struct MQTT_Mark nothing;
  struct MQTT_Mark *topic = MQTT_mark_find_topic (inbox, item);
  const struct MQTT_Mark *run = find_furthest (inbox);

  if (NULL == run)
    run = &nothing;
  if (NULL == topic)
  {
    if (!MQTT_inbox_has_room (inbox))
      return false;
    /* Had something of it been left out below, it had a mark. */
    topic = new_topic (inbox, item, run, run->sequence);
    MQTT_mark_set_unwritten (topic, true);
  }
  topic->done = false;
  return true;
}
