/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/inboxes.c
 * @brief The marks of all peers: found, made and forgotten.
 */
#include "inbox_state.h"


static struct GNUNET_HashCode
key_of (const struct GNUNET_HashCode *topic, uint64_t run)
{
  struct GNUNET_HashCode key = *topic;

  key.bits[0] ^= (uint32_t)run;
  key.bits[1] ^= (uint32_t)(run >> 32);
  return key;
}


static struct MQTT_Mark *
find (const struct MQTT_Inbox *inbox,
      const struct GNUNET_HashCode *topic,
      uint64_t run)
{
  struct GNUNET_HashCode key = key_of (topic, run);

  return GNUNET_CONTAINER_multihashmap_get (inbox->marks, &key);
}


struct MQTT_Mark *
MQTT_mark_find_run (const struct MQTT_Inbox *inbox, uint64_t run)
{
  static const struct GNUNET_HashCode whole;

  return find (inbox, &whole, run);
}


struct MQTT_Mark *
MQTT_mark_find_topic (const struct MQTT_Inbox *inbox,
                      const struct MQTT_InboxItem *item)
{
  struct GNUNET_HashCode topic;

  if (0 == inbox->topics)
    return NULL;
  GNUNET_CRYPTO_hash (item->hashes,
                      item->levels * sizeof (*item->hashes),
                      &topic);
  return find (inbox, &topic, 0);
}


/**
 * Bytes that name a mark's topic on disk.
 */
struct MQTT_Bytes
MQTT_mark_topic (const struct MQTT_Mark *mark)
{
  return (struct MQTT_Bytes){
    .data = &mark->topic,
    .size = mark->of_topic ? sizeof (mark->topic) : 0,
  };
}


void
MQTT_mark_set_unsafe (struct MQTT_Mark *mark, bool unsafe)
{
  struct MQTT_Inboxes *inboxes = mark->inbox->inboxes;

  if (unsafe == mark->unsafe)
    return;
  mark->unsafe = unsafe;
  if (unsafe)
    GNUNET_CONTAINER_MDLL_insert_tail (unsafe,
                                       inboxes->unsafe_head,
                                       inboxes->unsafe_tail,
                                       mark);
  else
    GNUNET_CONTAINER_MDLL_remove (unsafe,
                                  inboxes->unsafe_head,
                                  inboxes->unsafe_tail,
                                  mark);
}


void
MQTT_mark_set_unwritten (struct MQTT_Mark *mark, bool unwritten)
{
  struct MQTT_Inboxes *inboxes = mark->inbox->inboxes;

  if (unwritten == mark->unwritten)
    return;
  mark->unwritten = unwritten;
  if (unwritten)
    GNUNET_CONTAINER_DLL_insert_tail (inboxes->unwritten_head,
                                      inboxes->unwritten_tail,
                                      mark);
  else
    GNUNET_CONTAINER_DLL_remove (inboxes->unwritten_head,
                                 inboxes->unwritten_tail,
                                 mark);
}


/**
 * Put the mark of a whole run behind all others.
 */
static void
link_in (struct MQTT_Mark *mark)
{
  struct MQTT_Inbox *inbox = mark->inbox;
  struct MQTT_Inboxes *inboxes = inbox->inboxes;

  GNUNET_CONTAINER_DLL_insert_tail (inboxes->runs_head,
                                    inboxes->runs_tail,
                                    mark);
  GNUNET_CONTAINER_MDLL_insert_tail (own,
                                     inbox->own_head,
                                     inbox->own_tail,
                                     mark);
  inboxes->runs++;
  inbox->runs++;
}


static void
link_out (struct MQTT_Mark *mark)
{
  struct MQTT_Inbox *inbox = mark->inbox;
  struct MQTT_Inboxes *inboxes = inbox->inboxes;

  GNUNET_CONTAINER_DLL_remove (inboxes->runs_head, inboxes->runs_tail, mark);
  GNUNET_CONTAINER_MDLL_remove (own, inbox->own_head, inbox->own_tail, mark);
  inboxes->runs--;
  inbox->runs--;
}


void
MQTT_mark_touch (struct MQTT_Mark *mark)
{
  link_out (mark);
  link_in (mark);
}


/**
 * Free a mark; its row stays.
 */
static void
free_mark (struct MQTT_Mark *mark)
{
  struct MQTT_Inbox *inbox = mark->inbox;
  struct GNUNET_HashCode key = key_of (&mark->topic,
                                       mark->of_topic ? 0 : mark->run);

  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (inbox->marks, &key, mark));
  MQTT_mark_set_unsafe (mark, false);
  if (mark->of_topic)
  {
    MQTT_mark_set_unwritten (mark, false);
    inbox->topics--;
    inbox->inboxes->topics--;
  }
  else
  {
    link_out (mark);
  }
  GNUNET_free (mark);
}


/**
 * Forget one mark for good.
 */
static void
remove_mark (struct MQTT_Mark *mark)
{
  struct MQTT_Bytes topic = MQTT_mark_topic (mark);

  MQTT_store_mark_remove (mark->inbox->inboxes->store,
                          &mark->inbox->peer,
                          mark->run,
                          &topic);
  free_mark (mark);
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
remove_any (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  (void)cls;
  (void)key;
  remove_mark (value);
  return GNUNET_YES;
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback: forget a mark, if nothing is left
 * of it that a run which begins anew has not passed.
 */
static enum GNUNET_GenericReturnValue
remove_passed (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  const struct MQTT_LinkSerial *serial = cls;
  struct MQTT_Mark *mark = value;

  (void)key;
  if (!mark->of_topic
      || ((mark->run != serial->run) && (mark->sequence >= serial->sequence)))
    remove_mark (mark);
  return GNUNET_YES;
}


void
MQTT_inbox_begin_anew (struct MQTT_Inbox *inbox,
                       const struct MQTT_LinkSerial *serial)
{
  struct MQTT_LinkSerial first = *serial;

  /* All its marks are looked at: who is honest does this once for each run. */
  inbox->over |= (MQTT_INBOX_RUNS < ++inbox->anews);
  GNUNET_CONTAINER_multihashmap_iterate (inbox->marks, &remove_passed, &first);
  inbox->highest = 0;
}


void
MQTT_mark_remove (struct MQTT_Mark *mark)
{
  struct MQTT_Inbox *inbox = mark->inbox;

  remove_mark (mark);
  /* A topic may be waited for, for longer than anything else. */
  if (inbox->topics < GNUNET_CONTAINER_multihashmap_size (inbox->marks))
    return;
  GNUNET_CONTAINER_multihashmap_iterate (inbox->marks, &remove_any, NULL);
  inbox->highest = 0;
}


struct MQTT_Mark *
MQTT_mark_new (struct MQTT_Inbox *inbox,
               uint64_t run,
               const struct GNUNET_HashCode *topic,
               uint64_t sequence)
{
  struct MQTT_Mark *mark = GNUNET_new (struct MQTT_Mark);
  struct GNUNET_HashCode key;

  mark->inbox = inbox;
  mark->run = run;
  mark->sequence = sequence;
  mark->safe = sequence;
  mark->safe_run = run;
  mark->of_topic = (NULL != topic);
  if (mark->of_topic)
  {
    mark->topic = *topic;
    inbox->topics++;
    inbox->inboxes->topics++;
  }
  else
  {
    link_in (mark);
  }
  key = key_of (&mark->topic, mark->of_topic ? 0 : run);
  (void)GNUNET_CONTAINER_multihashmap_put (
    inbox->marks,
    &key,
    mark,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return mark;
}


void
MQTT_inbox_wipe (struct MQTT_Inbox *inbox)
{
  GNUNET_CONTAINER_multihashmap_iterate (inbox->marks, &remove_any, NULL);
  inbox->highest = 0;
  inbox->over = true;
}


void
MQTT_inbox_clean (struct MQTT_Inbox *inbox)
{
  if (0 < GNUNET_CONTAINER_multihashmap_size (inbox->marks))
    return;
  (void)GNUNET_CONTAINER_multipeermap_remove (inbox->inboxes->by_peer,
                                              &inbox->peer,
                                              inbox);
  GNUNET_CONTAINER_multihashmap_destroy (inbox->marks);
  GNUNET_free (inbox);
}


struct MQTT_Inbox *
MQTT_inboxes_get (struct MQTT_Inboxes *inboxes,
                  const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Inbox *inbox = GNUNET_CONTAINER_multipeermap_get (
    inboxes->by_peer,
    peer);

  if (NULL != inbox)
    return inbox;
  inbox = GNUNET_new (struct MQTT_Inbox);
  inbox->inboxes = inboxes;
  inbox->peer = *peer;
  inbox->marks = GNUNET_CONTAINER_multihashmap_create (2, GNUNET_NO);
  (void)GNUNET_CONTAINER_multipeermap_put (
    inboxes->by_peer,
    peer,
    inbox,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return inbox;
}


/**
 * #MQTT_StoreMarkCallback
 */
static void
restore (void *cls, const struct MQTT_StoreMark *stored)
{
  struct MQTT_Inboxes *inboxes = cls;
  struct MQTT_Inbox *inbox = MQTT_inboxes_get (inboxes, &stored->peer);
  const struct GNUNET_TIME_Absolute updated = {
    .abs_value_us = stored->updated_us,
  };
  struct GNUNET_HashCode topic;
  struct MQTT_Mark *mark;

  if (0 == stored->topic.size)
  {
    mark = MQTT_mark_new (inbox, stored->run, NULL, stored->sequence);
    inbox->highest = GNUNET_MAX (inbox->highest, stored->sequence);
  }
  else
  {
    if (sizeof (topic) != stored->topic.size)
      return;
    GNUNET_memcpy (&topic, stored->topic.data, sizeof (topic));
    mark = MQTT_mark_new (inbox, stored->run, &topic, stored->sequence);
  }
  if (!mark->of_topic
      && GNUNET_TIME_relative_cmp (GNUNET_TIME_absolute_get_duration (updated),
                                   >,
                                   inboxes->options->interest_lifetime))
    MQTT_mark_set_unsafe (mark, true);
}


struct MQTT_Inboxes *
MQTT_inboxes_create (const struct MQTT_Options *options,
                     struct MQTT_Store *store)
{
  struct MQTT_Inboxes *inboxes = GNUNET_new (struct MQTT_Inboxes);

  inboxes->options = options;
  inboxes->store = store;
  inboxes->by_peer = GNUNET_CONTAINER_multipeermap_create (16, GNUNET_NO);
  return inboxes;
}


bool
MQTT_inboxes_load (struct MQTT_Inboxes *inboxes)
{
  bool ok = MQTT_store_marks_load (inboxes->store, &restore, inboxes);

  if (!ok)
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR, "Marks cannot be read\n");
  /* Those that are too old were put there. */
  while (NULL != inboxes->unsafe_head)
  {
    struct MQTT_Inbox *inbox = inboxes->unsafe_head->inbox;

    MQTT_mark_remove (inboxes->unsafe_head);
    MQTT_inbox_clean (inbox);
  }
  return ok;
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIteratorCallback
 */
static enum GNUNET_GenericReturnValue
destroy_mark (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  (void)cls;
  (void)key;
  GNUNET_free (value);
  return GNUNET_OK;
}


/**
 * #GNUNET_CONTAINER_PeerMapIterator
 */
static enum GNUNET_GenericReturnValue
destroy_inbox (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct MQTT_Inbox *inbox = value;

  (void)cls;
  (void)peer;
  GNUNET_CONTAINER_multihashmap_iterate (inbox->marks, &destroy_mark, NULL);
  GNUNET_CONTAINER_multihashmap_destroy (inbox->marks);
  GNUNET_free (inbox);
  return GNUNET_OK;
}


void
MQTT_inboxes_destroy (struct MQTT_Inboxes *inboxes)
{
  if (NULL != inboxes->wait)
    MQTT_store_wait_cancel (inboxes->wait);
  GNUNET_CONTAINER_multipeermap_iterate (inboxes->by_peer,
                                         &destroy_inbox,
                                         NULL);
  GNUNET_CONTAINER_multipeermap_destroy (inboxes->by_peer);
  GNUNET_free (inboxes);
}
