/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_changes.c
 * @brief What a session asks of the store, and what follows from its answers.
 */
#include "session_state.h"


/**
 * Do what follows from a change that is on disk.
 */
static void
complete (struct MQTT_Session *session, const struct MQTT_SessionChange *change)
{
  switch (change->kind)
  {
  case MQTT_SESSION_CHANGE_ENTRY:
  case MQTT_SESSION_CHANGE_RELEASED:
  case MQTT_SESSION_CHANGE_REMOVED:
    MQTT_session_deliveries_stored (session, change);
    return;
  case MQTT_SESSION_CHANGE_INBOUND:
    MQTT_session_inbound_removed (session, (uint16_t)change->number);
    return;
  case MQTT_SESSION_CHANGE_RECORD:
    session->sent_limit = change->number;
    return;
  }
}


void
MQTT_session_change (struct MQTT_Session *session,
                     enum MQTT_SessionChangeKind kind,
                     const struct MQTT_SessionAction *action)
{
  struct MQTT_SessionChange change = { .kind = kind };

  if (MQTT_SESSION_CHANGE_INBOUND == kind)
    change.number = action->packet_id;
  else if (MQTT_SESSION_CHANGE_RECORD == kind)
    change.number = session->sent_asked;
  else
    change.number = action->entry->position;
  if (!session->durable && (MQTT_SESSION_CHANGE_RECORD != kind))
  {
    complete (session, &change);
    return;
  }
  MQTT_session_journal_append (&session->journal, kind, change.number);
  MQTT_session_act (session, action);
}


struct MQTT_SessionRecord
MQTT_session_record (const struct MQTT_Session *session)
{
  return (struct MQTT_SessionRecord){
    .offline_since_us = session->offline_since_us,
    .sent_limit = session->sent_asked,
    .expiry_s = session->expiry_s,
    .will_delay_s = session->will_delay_s,
    .will = session->will,
    .connected = (MQTT_SESSION_CONNECTED == session->state)
  };
}


void
MQTT_session_change_record (struct MQTT_Session *session)
{
  const struct MQTT_SessionRecord record = MQTT_session_record (session);

  /* A will outlives the service, also where its session does not. */
  if (!session->durable && !session->will)
    return;
  MQTT_session_change (
    session,
    MQTT_SESSION_CHANGE_RECORD,
    &(struct MQTT_SessionAction){ .type = MQTT_SESSION_STORE_RECORD,
                                  .record = &record });
}


void
MQTT_session_stored (struct MQTT_Session *session,
                     size_t count,
                     uint64_t now_us)
{
  while ((0 != count--) && (NULL != session->journal))
  {
    struct MQTT_SessionChange change = MQTT_session_journal_take (
      &session->journal);

    complete (session, &change);
  }
  MQTT_session_deliver (session, now_us);
}


bool
MQTT_session_not_stored (struct MQTT_Session *session, uint64_t now_us)
{
  const struct MQTT_SessionChange *change = MQTT_session_journal_first (
    session->journal);
  struct MQTT_SessionEntry *entry;

  if ((NULL == change) || (MQTT_SESSION_CHANGE_ENTRY != change->kind))
    return false;
  entry = MQTT_session_queue_find (session->queue, change->number);
  (void)MQTT_session_journal_take (&session->journal);
  if (NULL != entry)
    MQTT_session_finish (session, entry, MQTT_SESSION_REFUSED);
  MQTT_session_deliver (session, now_us);
  return true;
}


void
MQTT_session_lost (struct MQTT_Session *session,
                   size_t first,
                   size_t count,
                   uint64_t now_us)
{
  for (size_t i = first; i < first + count; i++)
  {
    /* The journal may move, and grows at its end, with every entry refused. */
    const struct MQTT_SessionChange *change = MQTT_session_journal_at (
      session->journal,
      i);
    struct MQTT_SessionEntry *entry;

    if ((NULL == change) || (MQTT_SESSION_CHANGE_ENTRY != change->kind))
      continue;
    entry = MQTT_session_queue_find (session->queue, change->number);
    if ((NULL != entry) && (MQTT_SESSION_ENTRY_NEW == entry->state))
      MQTT_session_finish (session, entry, MQTT_SESSION_REFUSED);
  }
  MQTT_session_deliver (session, now_us);
}


void
MQTT_session_ask_again (struct MQTT_Session *session, size_t which)
{
  const struct MQTT_SessionChange *change = MQTT_session_journal_at (
    session->journal,
    which);
  struct MQTT_SessionAction action = { .entry = NULL };
  struct MQTT_SessionRecord record;

  if (NULL == change)
    return;
  if (MQTT_SESSION_CHANGE_RECORD == change->kind)
  {
    record = MQTT_session_record (session);
    action.type = MQTT_SESSION_STORE_RECORD;
    action.record = &record;
    MQTT_session_act (session, &action);
  }
  else if (MQTT_SESSION_CHANGE_RELEASED == change->kind)
  {
    action.type = MQTT_SESSION_STORE_RELEASED;
    action.entry = MQTT_session_queue_find (session->queue, change->number);
    if (NULL != action.entry)
      MQTT_session_act (session, &action);
  }
}


size_t
MQTT_session_changes (const struct MQTT_Session *session)
{
  return MQTT_session_journal_count (session->journal);
}
