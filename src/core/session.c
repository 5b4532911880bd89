/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session.c
 * @brief A session's life: connections, expiry and will.
 */
#include "session_state.h"
#include <gnunet/gnunet_util_lib.h>

#define US_PER_S UINT64_C (1000000)


void
MQTT_session_act (struct MQTT_Session *session,
                  const struct MQTT_SessionAction *action)
{
  session->host->act (session->cls, action);
}


void
MQTT_session_answer (struct MQTT_Session *session,
                     enum MQTT_SessionActionType type,
                     uint16_t packet_id,
                     uint8_t reason)
{
  MQTT_session_act (session,
                    &(struct MQTT_SessionAction){ .type = type,
                                                  .packet_id = packet_id,
                                                  .reason = reason });
}


/**
 * Take over what a CONNECT says.
 */
static void
apply_connect (struct MQTT_Session *session,
               const struct MQTT_SessionConnect *connect)
{
  session->state = MQTT_SESSION_CONNECTED;
  session->expiry_s = connect->expiry_s;
  session->will = connect->will;
  session->will_delay_s = connect->will_delay_s;
  session->receive_maximum = connect->receive_maximum;
  session->writable = !connect->held;
  MQTT_session_change_record (session);
}


struct MQTT_Session *
MQTT_session_create (struct MQTT_SessionHost *host,
                     void *cls,
                     const struct MQTT_SessionConnect *connect)
{
  struct MQTT_Session *session = GNUNET_new (struct MQTT_Session);

  session->host = host;
  session->cls = cls;
  session->durable = (0 != connect->expiry_s);
  session->next_position = 1;
  apply_connect (session, connect);
  return session;
}


struct MQTT_Session *
MQTT_session_restore (struct MQTT_SessionHost *host,
                      void *cls,
                      const struct MQTT_SessionRecord *record,
                      uint64_t now_us)
{
  struct MQTT_Session *session;

  if (record->sent_limit >= MQTT_SESSION_POSITION_MAX)
    return NULL;
  session = GNUNET_new (struct MQTT_Session);
  session->host = host;
  session->cls = cls;
  session->state = MQTT_SESSION_OFFLINE;
  session->durable = (0 != record->expiry_s);
  session->next_position = record->sent_limit + 1;
  session->sent_limit = record->sent_limit;
  session->sent_asked = record->sent_limit;
  session->expiry_s = record->expiry_s;
  session->will = record->will;
  session->will_delay_s = record->will_delay_s;
  if (record->connected)
  {
    session->offline_since_us = now_us;
    MQTT_session_change_record (session);
  }
  else
    session->offline_since_us = GNUNET_MIN (now_us, record->offline_since_us);
  return session;
}


bool
MQTT_session_restore_entry (struct MQTT_Session *session,
                            const struct MQTT_SessionEntry *entry)
{
  const struct MQTT_SessionQueue *queue = session->queue;
  bool released = (MQTT_SESSION_ENTRY_RELEASED == entry->state);
  bool sent = (entry->position <= session->sent_limit);
  struct MQTT_SessionEntry *place;

  if ((0 == entry->position) || (entry->position >= MQTT_SESSION_POSITION_MAX)
      || ((NULL != queue)
          && (queue->entries[queue->end - 1].position >= entry->position))
      || ((1 != entry->qos) && (2 != entry->qos))
      || (!released && (MQTT_SESSION_ENTRY_NEW != entry->state))
      || (released && ((2 != entry->qos) || !sent)))
    return false;
  place = MQTT_session_queue_append (&session->queue, entry);
  place->counted = false;
  place->state = MQTT_SESSION_ENTRY_READY;
  if (sent)
    MQTT_session_queue_sent (session->queue, place);
  if (released)
    place->state = MQTT_SESSION_ENTRY_RELEASED;
  session->next_position = GNUNET_MAX (session->next_position,
                                       entry->position + 1);
  session->host->counters.in++;
  session->host->counters.restored++;
  session->host->counters.queued++;
  return true;
}


/**
 * Free everything; messages end as @a outcome says.
 */
static void
clear (struct MQTT_Session *session, enum MQTT_SessionOutcome outcome)
{
  MQTT_session_deliveries_end (session, outcome);
  free (session->journal);
  session->journal = NULL;
  MQTT_session_ids_clear (&session->ids);
}


void
MQTT_session_destroy (struct MQTT_Session *session)
{
  clear (session, MQTT_SESSION_UNLOADED);
  GNUNET_free (session);
}


/**
 * When the session expires, if it stays offline.
 */
static uint64_t
deadline_us (const struct MQTT_Session *session)
{
  if (MQTT_SESSION_NO_EXPIRY == session->expiry_s)
    return UINT64_MAX;
  return session->offline_since_us + session->expiry_s * US_PER_S;
}


/**
 * When the will is published, if the session stays offline: after its delay, or
 * with the end of the session (3.1.3.2.2).
 */
static uint64_t
will_us (const struct MQTT_Session *session)
{
  if (!session->will)
    return UINT64_MAX;
  return GNUNET_MIN (deadline_us (session),
                     session->offline_since_us
                       + session->will_delay_s * US_PER_S);
}


static void
publish_will (struct MQTT_Session *session)
{
  session->will = false;
  MQTT_session_act (
    session,
    &(struct MQTT_SessionAction){ .type = MQTT_SESSION_PUBLISH_WILL });
}


void
MQTT_session_end (struct MQTT_Session *session)
{
  if (MQTT_SESSION_ENDED == session->state)
    return;
  session->state = MQTT_SESSION_ENDED;
  if (session->will)
    publish_will (session);
  clear (session, MQTT_SESSION_LEFT);
  MQTT_session_act (session,
                    &(struct MQTT_SessionAction){ .type = MQTT_SESSION_END });
}


/**
 * End the session or publish the will, if it is time.
 *
 * @param session the session, offline
 * @param now_us the time
 * @param changed does the record differ from what is on disk?
 */
static void
check_deadlines (struct MQTT_Session *session, uint64_t now_us, bool changed)
{
  if (deadline_us (session) <= now_us)
  {
    MQTT_session_end (session);
    return;
  }
  if (will_us (session) <= now_us)
  {
    publish_will (session);
    changed = true;
  }
  if (changed)
    MQTT_session_change_record (session);
}


void
MQTT_session_disconnect (struct MQTT_Session *session,
                         bool clean,
                         uint64_t now_us)
{
  if (MQTT_SESSION_CONNECTED != session->state)
    return;
  session->state = MQTT_SESSION_OFFLINE;
  session->offline_since_us = now_us;
  session->will = session->will && !clean;
  MQTT_session_deliveries_stop (session);
  MQTT_session_inbound_stop (session);
  check_deadlines (session, now_us, true);
  MQTT_session_deliver (session, now_us);
}


bool
MQTT_session_connect (struct MQTT_Session *session,
                      const struct MQTT_SessionConnect *connect,
                      uint64_t now_us)
{
  MQTT_session_disconnect (session, false, now_us);
  MQTT_session_tick (session, now_us);
  if (connect->clean_start)
    MQTT_session_end (session);
  if (MQTT_SESSION_ENDED == session->state)
    return false;
  apply_connect (session, connect);
  MQTT_session_deliver (session, now_us);
  return true;
}


void
MQTT_session_undo_connect (struct MQTT_Session *session,
                           const struct MQTT_SessionRecord *before,
                           uint64_t now_us)
{
  session->state = MQTT_SESSION_OFFLINE;
  session->offline_since_us = before->offline_since_us;
  session->expiry_s = before->expiry_s;
  session->will = before->will;
  session->will_delay_s = before->will_delay_s;
  MQTT_session_deliveries_stop (session);
  MQTT_session_inbound_stop (session);
  check_deadlines (session, now_us, true);
  MQTT_session_deliver (session, now_us);
}


bool
MQTT_session_set_expiry (struct MQTT_Session *session, uint32_t expiry_s)
{
  if ((0 == session->expiry_s) && (0 != expiry_s))
    return false;
  session->expiry_s = expiry_s;
  return true;
}


uint64_t
MQTT_session_next_us (const struct MQTT_Session *session)
{
  uint64_t next_us = (NULL == session->queue) ? UINT64_MAX
                                              : session->queue->sweep_us;

  if (MQTT_SESSION_OFFLINE == session->state)
    next_us = GNUNET_MIN (
      next_us,
      GNUNET_MIN (deadline_us (session), will_us (session)));
  return next_us;
}


void
MQTT_session_tick (struct MQTT_Session *session, uint64_t now_us)
{
  if (MQTT_SESSION_OFFLINE == session->state)
    check_deadlines (session, now_us, false);
  MQTT_session_sweep (session, now_us);
  MQTT_session_deliver (session, now_us);
}


enum MQTT_SessionState
MQTT_session_state (const struct MQTT_Session *session)
{
  return session->state;
}


void
MQTT_session_set_writable (struct MQTT_Session *session,
                           bool writable,
                           uint64_t now_us)
{
  session->writable = writable;
  MQTT_session_deliver (session, now_us);
}


void
MQTT_session_pause (struct MQTT_Session *session)
{
  session->writable = false;
}


void
MQTT_session_hold_back (struct MQTT_Session *session)
{
  session->writable = false;
  session->held_back = true;
}


void
MQTT_session_too_large (struct MQTT_Session *session)
{
  session->too_large = true;
}


size_t
MQTT_session_queued (const struct MQTT_Session *session, size_t *bytes)
{
  if (NULL != bytes)
    *bytes = (NULL == session->queue) ? 0 : session->queue->bytes;
  return (NULL == session->queue) ? 0 : session->queue->live;
}


size_t
MQTT_session_memory (const struct MQTT_Session *session)
{
  size_t size = sizeof (*session);

  if (NULL != session->queue)
    size += sizeof (*session->queue)
            + session->queue->capacity * sizeof (session->queue->entries[0]);
  if (NULL != session->journal)
    size += sizeof (*session->journal)
            + session->journal->capacity
                * sizeof (session->journal->changes[0]);
  if (NULL != session->ids)
    size += sizeof (*session->ids)
            + session->ids->capacity * sizeof (session->ids->ids[0]);
  return size;
}


int64_t
MQTT_session_balance (const struct MQTT_SessionCounters *counters)
{
  uint64_t balance = counters->in - counters->queued;

  for (size_t i = 0; i < MQTT_SESSION_OUTCOMES; i++)
    balance -= counters->ended[i];
  return (int64_t)balance;
}
