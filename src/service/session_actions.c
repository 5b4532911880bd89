/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_actions.c
 * @brief What a session's core asks of the store, and hears from it.
 *
 * The store answers by groups, the core counts changes in their order: so changes
 * that stand together in a group are a batch.  What a lost group has undone is
 * taken back, if it was an entry, or asked for again.
 */
#include "hosted.h"

#define US_PER_S UINT64_C (1000000)


/* ---- batches ---- */

static void
free_batch (struct MQTT_HostedBatch *batch)
{
  GNUNET_CONTAINER_DLL_remove (batch->hosted->batches_head,
                               batch->hosted->batches_tail,
                               batch);
  if (NULL != batch->wait)
    MQTT_store_wait_cancel (batch->wait);
  GNUNET_free (batch);
}


void
MQTT_hosted_forget_changes (struct MQTT_HostedSession *hosted)
{
  while (NULL != hosted->batches_head)
    free_batch (hosted->batches_head);
}


/**
 * A group is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_group (void *cls, bool ok)
{
  struct MQTT_HostedBatch *batch = cls;

  batch->wait = NULL;
  batch->state = ok ? MQTT_BATCH_STORED : MQTT_BATCH_LOST;
  MQTT_hosted_settle (batch->hosted);
}


/**
 * The changes of a batch are written, or were not taken.
 */
static void
set_written (struct MQTT_HostedBatch *batch, bool written)
{
  struct MQTT_Store *store = batch->hosted->sessions->config.store;

  batch->state = written ? MQTT_BATCH_WRITTEN : MQTT_BATCH_LOST;
  batch->group = MQTT_store_group (store);
  if (written)
    batch->wait = MQTT_store_wait (store, &handle_group, batch);
}


static struct MQTT_HostedBatch *
create_batch (struct MQTT_HostedSession *hosted, size_t count)
{
  struct MQTT_HostedBatch *batch = GNUNET_new (struct MQTT_HostedBatch);

  batch->hosted = hosted;
  batch->count = count;
  return batch;
}


/**
 * The core has asked for a change.
 *
 * @param hosted the session
 * @param written did the store take it?
 */
static void
note_change (struct MQTT_HostedSession *hosted, bool written)
{
  struct MQTT_HostedBatch *last = hosted->batches_tail;
  struct MQTT_HostedBatch *batch;
  uint64_t group = MQTT_store_group (hosted->sessions->config.store);

  if (hosted->again)
  {
    hosted->again_written = written;
    return;
  }
  if (!written)
    hosted->retry_us = 0;
  if ((NULL != hosted->batches_head) && (group == last->group) && !last->told
      && ((written ? MQTT_BATCH_WRITTEN : MQTT_BATCH_LOST) == last->state))
  {
    last->count++;
    return;
  }
  batch = create_batch (hosted, 1);
  GNUNET_CONTAINER_DLL_insert_tail (hosted->batches_head,
                                    hosted->batches_tail,
                                    batch);
  set_written (batch, written);
}


/**
 * Have the core ask again for the oldest changes, which were lost: for all of them in
 * one group.
 *
 * @return false if they have to wait
 */
static bool
ask_again (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedBatch *batch = hosted->batches_head;

  while ((NULL != batch->next) && (MQTT_BATCH_LOST == batch->next->state))
  {
    batch->count += batch->next->count;
    free_batch (batch->next);
  }
  /* A removal is not asked for: the store has not forgotten it. */
  hosted->again_written = true;
  hosted->again = true;
  for (size_t i = 0; hosted->again_written && (i < batch->count); i++)
    MQTT_session_ask_again (hosted->core, i);
  hosted->again = false;
  if (!hosted->again_written)
  {
    hosted->retry_us = MQTT_hosted_now () + MQTT_HOSTED_RETRY_US;
    return false;
  }
  set_written (batch, true);
  return true;
}


/**
 * Do what the oldest batch asks for.
 *
 * @return false if nothing more can be done now
 */
static bool
settle_first (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedBatch *batch = hosted->batches_head;
  uint64_t now_us = MQTT_hosted_now ();
  size_t count;

  if ((NULL == batch) || (MQTT_BATCH_WRITTEN == batch->state))
    return false;
  if (MQTT_BATCH_STORED == batch->state)
  {
    count = batch->count;
    free_batch (batch);
    MQTT_session_stored (hosted->core, count, now_us);
    MQTT_hosted_opening_stored (hosted, count);
    return true;
  }
  if (!MQTT_session_not_stored (hosted->core, now_us))
    return ask_again (hosted);
  if (0 == --batch->count)
    free_batch (batch);
  return true;
}


/**
 * Tell the core what is lost, whose turn need not have come.
 */
static void
tell_lost (struct MQTT_HostedSession *hosted)
{
  size_t older = 0;

  for (struct MQTT_HostedBatch *batch = hosted->batches_head; NULL != batch;
       batch = batch->next)
  {
    if ((MQTT_BATCH_LOST == batch->state) && !batch->told)
    {
      batch->told = true;
      MQTT_session_lost (hosted->core, older, batch->count, MQTT_hosted_now ());
    }
    older += batch->count;
  }
}


/**
 * Is that lost which the client waits for that is connecting?  What was lost earlier is
 * asked for again.
 */
static bool
opening_is_lost (const struct MQTT_HostedSession *hosted)
{
  const struct MQTT_HostedBatch *batch = hosted->batches_head;

  if (NULL == hosted->opening)
    return false;
  while ((NULL != batch)
         && ((MQTT_BATCH_LOST != batch->state)
             || (hosted->opening->group != batch->group)))
    batch = batch->next;
  return NULL != batch;
}


void
MQTT_hosted_settle (struct MQTT_HostedSession *hosted)
{
  hosted->retry_us = MQTT_HOSTED_NEVER;
  tell_lost (hosted);
  if (opening_is_lost (hosted))
    MQTT_hosted_opening_lost (hosted);
  while (settle_first (hosted))
    ;
  MQTT_hosted_after (hosted);
}


/* ---- actions ---- */

static bool
store_entry (const struct MQTT_HostedSession *hosted,
             const struct MQTT_SessionEntry *entry)
{
  const struct MQTT_Delivery *delivery = MQTT_delivery_of (entry->message);
  struct MQTT_StoreQueued queued = {
    .session = hosted->stored,
    .position = entry->position,
    .message = delivery->stored,
    .expires_us = (UINT64_MAX == entry->expires_us) ? 0 : entry->expires_us,
    .size = entry->size,
    .qos = entry->qos,
    .retain = delivery->retain,
  };
  void *extra = MQTT_delivery_encode (delivery, &queued.extra.size);
  bool written;

  queued.extra.data = extra;
  written = MQTT_store_queue_put (hosted->sessions->config.store, &queued);
  GNUNET_free (extra);
  return written;
}


static bool
store_record (struct MQTT_HostedSession *hosted,
              const struct MQTT_SessionRecord *record)
{
  struct MQTT_StoreSession session = {
    .id = hosted->stored,
    .client = { .data = hosted->client, .size = hosted->client_size },
    .left_us = record->connected ? 0 : GNUNET_MAX (1, record->offline_since_us),
    .expiry_us = record->expiry_s * US_PER_S,
    .will_delay_us = record->will_delay_s * US_PER_S,
    .sent_limit = record->sent_limit,
  };
  uint64_t id;

  if (record->connected && (NULL != hosted->opening))
    hosted->will = hosted->opening->will;
  session.will = record->will ? hosted->will : 0;
  id = MQTT_store_session_put (hosted->sessions->config.store, &session);
  /* The group in which it was new may have been lost. */
  if ((0 == id) && (0 != session.id))
  {
    session.id = 0;
    id = MQTT_store_session_put (hosted->sessions->config.store, &session);
  }
  if (0 == id)
    return false;
  hosted->stored = id;
  MQTT_hosted_will_announce (
    hosted,
    session.will,
    GNUNET_MIN (record->will_delay_s, record->expiry_s));
  return true;
}


/**
 * Do what the session has ended with.
 */
static void
end (struct MQTT_HostedSession *hosted)
{
  MQTT_hosted_will_announce (hosted, 0, 0);
  MQTT_hosted_end (hosted);
  MQTT_hosted_leave (hosted);
}


void
MQTT_hosted_act (void *cls, const struct MQTT_SessionAction *action)
{
  struct MQTT_HostedSession *hosted = cls;
  struct MQTT_Sessions *sessions = hosted->sessions;
  struct MQTT_Store *store = sessions->config.store;

  switch (action->type)
  {
  case MQTT_SESSION_STORE_ENTRY:
    note_change (hosted, store_entry (hosted, action->entry));
    return;
  case MQTT_SESSION_STORE_RELEASED:
    note_change (hosted,
                 MQTT_store_queue_update (store,
                                          hosted->stored,
                                          action->entry->position,
                                          MQTT_HOSTED_RELEASED));
    return;
  case MQTT_SESSION_REMOVE_ENTRY:
    MQTT_store_queue_remove (store, hosted->stored, action->entry->position);
    note_change (hosted, true);
    return;
  case MQTT_SESSION_REMOVE_INBOUND:
    MQTT_store_inbound_remove (store, hosted->stored, action->packet_id);
    note_change (hosted, true);
    return;
  case MQTT_SESSION_STORE_RECORD:
    note_change (hosted, store_record (hosted, action->record));
    return;
  case MQTT_SESSION_FORGET:
    MQTT_hosted_forget_entry (hosted, action);
    return;
  case MQTT_SESSION_ROOM:
    MQTT_sessions_room (sessions);
    return;
  case MQTT_SESSION_PUBLISH_WILL:
    MQTT_hosted_will_take (hosted);
    return;
  case MQTT_SESSION_END:
    end (hosted);
    return;
  default:
    MQTT_hosted_send (hosted, action);
    return;
  }
}
