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
      if (mark->done)
        MQTT_mark_remove (mark);
      continue;
    }
    mark->sequence = mark->safe;
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
move (struct MQTT_Mark *mark, uint64_t sequence)
{
  uint64_t before = mark->sequence;

  mark->sequence = sequence;
  if (write_mark (mark))
    return true;
  mark->sequence = before;
  return false;
}


/**
 * Forget the run that moved longest ago.
 *
 * @param inbox an inbox that stays, also without marks
 */
static void
forget_oldest (const struct MQTT_Inbox *inbox)
{
  struct MQTT_Mark *oldest = inbox->inboxes->runs_head;
  struct MQTT_Inbox *other = oldest->inbox;

  MQTT_mark_remove (oldest);
  if (other != inbox)
    MQTT_inbox_clean (other);
}


/**
 * Get the mark of a run, in place of the one that moved longest ago if there are
 * too many.
 */
static struct MQTT_Mark *
get_run (struct MQTT_Inbox *inbox, uint64_t run)
{
  struct MQTT_Inboxes *inboxes = inbox->inboxes;
  struct MQTT_Mark *mark = MQTT_mark_find_run (inbox, run);

  if (NULL == mark)
  {
    if (inboxes->runs >= inboxes->options->marks)
      forget_oldest (inbox);
    return MQTT_mark_new (inbox, run, NULL, 0);
  }
  GNUNET_CONTAINER_DLL_remove (inboxes->runs_head, inboxes->runs_tail, mark);
  GNUNET_CONTAINER_DLL_insert_tail (inboxes->runs_head,
                                    inboxes->runs_tail,
                                    mark);
  return mark;
}


bool
MQTT_inbox_has (const struct MQTT_Inbox *inbox,
                const struct MQTT_InboxItem *item)
{
  const struct MQTT_Mark *mark = MQTT_mark_find_topic (inbox, item);

  if (NULL == mark)
    mark = MQTT_mark_find_run (inbox, item->serial.run);
  return (NULL != mark) && (item->serial.sequence <= mark->sequence);
}


bool
MQTT_inbox_take (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item)
{
  struct MQTT_Inboxes *inboxes = inbox->inboxes;
  uint64_t sequence = item->serial.sequence;
  struct MQTT_Mark *topic = MQTT_mark_find_topic (inbox, item);
  struct MQTT_Mark *run = get_run (inbox, item->serial.run);

  /* These first: what was returned must not look taken. */
  while (NULL != inboxes->unwritten_head)
  {
    if (!write_mark (inboxes->unwritten_head))
      return false;
    MQTT_mark_set_unwritten (inboxes->unwritten_head, false);
  }
  if ((NULL != topic) && !move (topic, sequence))
    return false;
  if (sequence <= run->sequence)
    return true;
  if (NULL != topic)
    topic->done = true;
  return move (run, sequence);
}


bool
MQTT_inbox_return (struct MQTT_Inbox *inbox, const struct MQTT_InboxItem *item)
{
  struct MQTT_Mark *mark = MQTT_mark_find_topic (inbox, item);
  struct GNUNET_HashCode topic;

  if (NULL != mark)
  {
    mark->done = false;
    return true;
  }
  if (inbox->topics >= inbox->inboxes->options->link_topics)
    return false;
  GNUNET_CRYPTO_hash (item->hashes,
                      item->levels * sizeof (*item->hashes),
                      &topic);
  mark = MQTT_mark_new (inbox,
                        item->serial.run,
                        &topic,
                        item->serial.sequence - 1);
  MQTT_mark_set_unwritten (mark, true);
  return true;
}
