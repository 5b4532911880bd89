/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_deliver.c
 * @brief A session's part as sender: which delivery leaves when (4.3, 4.4, 4.6,
 *        4.9).
 */
#include "session_state.h"
#include <gnunet/gnunet_util_lib.h>

/**
 * How far ahead of what is sent the disk is told that it may have been: one more
 * write every half of this, and so many entries of a crashed service do not
 * expire.
 */
#define SENT_AHEAD 256

/** From so many entries on a session is not idle. */
#define IDLE_ENTRIES 64

/** Expired entries are looked for at most once in this time, microseconds. */
#define SWEEP_INTERVAL_US 1000000


void
MQTT_session_finish (struct MQTT_Session *session,
                     struct MQTT_SessionEntry *entry,
                     enum MQTT_SessionOutcome outcome)
{
  struct MQTT_SessionHost *host = session->host;
  bool was_sent = (MQTT_SESSION_ENTRY_SENT <= entry->state);
  struct MQTT_SessionAction action = { .entry = entry, .outcome = outcome };

  MQTT_session_queue_end (session->queue, entry);
  session->in_flight -= entry->counted;
  entry->counted = false;
  host->counters.queued--;
  host->counters.ended[outcome]++;
  action.type = MQTT_SESSION_FORGET;
  MQTT_session_act (session, &action);
  action.type = MQTT_SESSION_REMOVE_ENTRY;
  if (0 != entry->qos)
    MQTT_session_change (session, MQTT_SESSION_CHANGE_REMOVED, &action);
  /* No client knows the packet identifier of what was never sent. */
  if (!was_sent)
    MQTT_session_queue_forget (session->queue, entry);
}


/**
 * See to it that the disk will say of entries up to @a position, and some more,
 * that they may have been sent.
 */
static void
ask_ahead (struct MQTT_Session *session, uint64_t position)
{
  if (!session->durable || (position + SENT_AHEAD / 2 <= session->sent_asked))
    return;
  session->sent_asked = position + SENT_AHEAD;
  MQTT_session_change_record (session);
}


/**
 * Have an entry sent; the host may say that it was not.
 */
static void
send_publish (struct MQTT_Session *session,
              const struct MQTT_SessionEntry *entry,
              bool dup)
{
  session->held_back = false;
  session->too_large = false;
  MQTT_session_act (session,
                    &(struct MQTT_SessionAction){
                      .type = MQTT_SESSION_SEND_PUBLISH,
                      .entry = entry,
                      .packet_id = (0 == entry->qos)
                                     ? 0
                                     : MQTT_session_packet_id (entry->position),
                      .dup = dup });
}


static void
send_pubrel (struct MQTT_Session *session,
             const struct MQTT_SessionEntry *entry)
{
  MQTT_session_answer (session,
                       MQTT_SESSION_SEND_PUBREL,
                       MQTT_session_packet_id (entry->position),
                       MQTT_REASON_SUCCESS);
}


/**
 * An entry at QoS 1 or 2 cannot be sent on this connection.
 */
static void
end_too_large (struct MQTT_Session *session, struct MQTT_SessionEntry *entry)
{
  /* The client may hold the identifier from a connection on which it took more: the
     PUBREL frees it. */
  if ((2 == entry->qos) && (MQTT_SESSION_ENTRY_SENT == entry->state))
    MQTT_session_release (session, entry);
  else
    MQTT_session_finish (session, entry, MQTT_SESSION_TOO_LARGE);
}


/**
 * Send an entry at QoS 1 or 2, perhaps again.
 *
 * @return false if it must wait
 */
static bool
send_counted (struct MQTT_Session *session, struct MQTT_SessionEntry *entry)
{
  bool again = (MQTT_SESSION_ENTRY_SENT == entry->state);

  if ((session->in_flight >= session->receive_maximum)
      || !MQTT_session_queue_id_is_free (session->queue, entry))
    return false;
  ask_ahead (session, entry->position);
  if (session->durable && (entry->position > session->sent_limit))
    return false;
  send_publish (session, entry, again);
  if (session->held_back)
    return false;
  if (session->too_large)
  {
    end_too_large (session, entry);
    return true;
  }
  if (!again)
    MQTT_session_queue_sent (session->queue, entry);
  entry->counted = true;
  session->in_flight++;
  return true;
}


/**
 * Do what is to be done for the next entry on this connection.
 *
 * @return false if it must wait, and all behind it
 */
static bool
deliver_one (struct MQTT_Session *session,
             struct MQTT_SessionEntry *entry,
             uint64_t now_us)
{
  switch (entry->state)
  {
  case MQTT_SESSION_ENTRY_NEW:
    return false;
  case MQTT_SESSION_ENTRY_READY:
    if (entry->expires_us <= now_us)
    {
      MQTT_session_finish (session, entry, MQTT_SESSION_EXPIRED);
      return true;
    }
    if (0 != entry->qos)
      return send_counted (session, entry);
    send_publish (session, entry, false);
    if (session->held_back)
      return false;
    MQTT_session_finish (session,
                         entry,
                         session->too_large ? MQTT_SESSION_TOO_LARGE
                                            : MQTT_SESSION_DELIVERED);
    return true;
  case MQTT_SESSION_ENTRY_SENT:
    return send_counted (session, entry);
  case MQTT_SESSION_ENTRY_RELEASED:
    if (!MQTT_session_queue_id_is_free (session->queue, entry))
      return false;
    send_pubrel (session, entry);
    return true;
  default:
    /* Gaps; and a PUBREL that leaves when its PUBREC is on disk. */
    return true;
  }
}


void
MQTT_session_deliver (struct MQTT_Session *session, uint64_t now_us)
{
  struct MQTT_SessionQueue *queue = session->queue;
  size_t bytes;

  while ((NULL != queue) && (MQTT_SESSION_CONNECTED == session->state)
         && session->writable && (queue->cursor < queue->end)
         && deliver_one (session, &queue->entries[queue->cursor], now_us))
    queue->cursor++;
  MQTT_session_queue_trim (&session->queue);
  if (session->awaited
      && (MQTT_session_queued (session, &bytes)
          <= session->host->entries_limit / 2)
      && (bytes <= session->host->bytes_limit / 2))
  {
    session->awaited = false;
    MQTT_session_act (
      session,
      &(struct MQTT_SessionAction){ .type = MQTT_SESSION_ROOM });
  }
}


void
MQTT_session_sweep (struct MQTT_Session *session, uint64_t now_us)
{
  struct MQTT_SessionQueue *queue = session->queue;
  uint64_t next_us = UINT64_MAX;

  if ((NULL == queue) || (now_us < queue->sweep_us))
    return;
  for (uint32_t i = queue->unsent; i < queue->end; i++)
  {
    struct MQTT_SessionEntry *entry = &queue->entries[i];

    if (MQTT_SESSION_ENTRY_GONE == entry->state)
      continue;
    if (entry->expires_us <= now_us)
      MQTT_session_finish (session, entry, MQTT_SESSION_EXPIRED);
    else
      next_us = GNUNET_MIN (next_us, entry->expires_us);
  }
  queue->sweep_not_before_us = now_us + SWEEP_INTERVAL_US;
  queue->sweep_us = GNUNET_MAX (next_us, queue->sweep_not_before_us);
}


/**
 * Is there room for @a count entries of @a size bytes beside so many entries and
 * bytes?
 */
static bool
fits (const struct MQTT_SessionHost *host,
      size_t entries,
      size_t bytes,
      unsigned int count,
      size_t size)
{
  return (1 == entries + count)
         || ((entries + count <= host->entries_limit)
             && (bytes <= host->bytes_limit)
             && (size <= (host->bytes_limit - bytes) / count));
}


/**
 * Is there room for @a count entries, or can it be made?
 */
static bool
can_make_room (struct MQTT_Session *session,
               unsigned int count,
               uint32_t size,
               uint8_t qos,
               uint64_t now_us)
{
  const struct MQTT_SessionHost *host = session->host;
  const struct MQTT_SessionQueue *queue = session->queue;

  if (NULL == queue)
    return fits (host, 0, 0, count, size);
  if (fits (host, queue->live, queue->bytes, count, size))
    return true;
  MQTT_session_sweep (session, now_us);
  return fits (host, queue->live, queue->bytes, count, size)
         || (host->drop_oldest && (0 != qos)
             && fits (host, queue->sent, queue->sent_bytes, count, size));
}


bool
MQTT_session_has_room (struct MQTT_Session *session,
                       unsigned int copies,
                       uint32_t size,
                       uint64_t now_us)
{
  if (can_make_room (session, copies, size, 1, now_us))
    return true;
  session->awaited = true;
  return false;
}


bool
MQTT_session_can_send (const struct MQTT_Session *session)
{
  return (MQTT_SESSION_CONNECTED == session->state) && session->writable
         && (session->in_flight < session->receive_maximum);
}


bool
MQTT_session_is_idle (const struct MQTT_Session *session, uint32_t size)
{
  const struct MQTT_SessionHost *host = session->host;
  const struct MQTT_SessionQueue *queue = session->queue;

  return (NULL == queue)
         || ((queue->live < IDLE_ENTRIES)
             && (queue->bytes <= host->bytes_limit / 4)
             && fits (host, queue->live, queue->bytes, 1, size));
}


/**
 * Make room for an entry, where that is allowed.
 *
 * @return false if there is none
 */
static bool
make_room (struct MQTT_Session *session,
           uint32_t size,
           uint8_t qos,
           uint64_t now_us)
{
  const struct MQTT_SessionHost *host = session->host;
  struct MQTT_SessionQueue *queue = session->queue;

  if (!can_make_room (session, 1, size, qos, now_us))
    return false;
  if (NULL == queue)
    return true;
  while (!fits (host, queue->live, queue->bytes, 1, size))
    MQTT_session_finish (session,
                         MQTT_session_queue_oldest_unsent (queue),
                         MQTT_SESSION_DROPPED);
  return true;
}


/**
 * Count a message that ends before it is queued.
 */
static enum MQTT_SessionTaken
not_taken (struct MQTT_Session *session, enum MQTT_SessionOutcome outcome)
{
  session->host->counters.in++;
  session->host->counters.ended[outcome]++;
  return MQTT_SESSION_NOT_TAKEN;
}


/**
 * Append an entry for which there is room.
 */
static void
append (struct MQTT_Session *session, const struct MQTT_SessionEntry *template)
{
  struct MQTT_SessionEntry *entry = MQTT_session_queue_append (&session->queue,
                                                               template);

  session->host->counters.in++;
  session->host->counters.queued++;
  if (0 == entry->qos)
  {
    entry->state = MQTT_SESSION_ENTRY_READY;
    return;
  }
  /* In the same transaction, so that an entry that is soon to be sent need not
     wait for another. */
  if ((MQTT_SESSION_CONNECTED == session->state)
      && (session->queue->live <= session->receive_maximum))
    ask_ahead (session, entry->position);
  MQTT_session_change (
    session,
    MQTT_SESSION_CHANGE_ENTRY,
    &(struct MQTT_SessionAction){ .type = MQTT_SESSION_STORE_ENTRY,
                                  .entry = entry });
}


enum MQTT_SessionTaken
MQTT_session_enqueue (struct MQTT_Session *session,
                      uint64_t message,
                      uint32_t size,
                      uint8_t qos,
                      uint64_t expires_us,
                      uint64_t now_us)
{
  if ((MQTT_SESSION_ENDED == session->state)
      || ((0 == qos) && (MQTT_SESSION_OFFLINE == session->state)))
    return not_taken (session, MQTT_SESSION_DROPPED);
  if (expires_us <= now_us)
    return not_taken (session, MQTT_SESSION_EXPIRED);
  if (!make_room (session, size, qos, now_us))
  {
    if (0 == qos)
      return not_taken (session, MQTT_SESSION_DROPPED);
    session->awaited = true;
    return MQTT_SESSION_FULL;
  }
  if (0 != qos)
    session->next_position++;
  append (session,
          &(struct MQTT_SessionEntry){ .position = session->next_position - 1,
                                       .message = message,
                                       .expires_us = expires_us,
                                       .size = size,
                                       .qos = qos,
                                       .state = MQTT_SESSION_ENTRY_NEW });
  MQTT_session_deliver (session, now_us);
  return MQTT_SESSION_TAKEN;
}


void
MQTT_session_deliveries_stored (struct MQTT_Session *session,
                                const struct MQTT_SessionChange *change)
{
  struct MQTT_SessionEntry *entry = MQTT_session_queue_find (session->queue,
                                                             change->number);

  if (NULL == entry)
    return;
  switch (entry->state)
  {
  case MQTT_SESSION_ENTRY_NEW:
    entry->state = MQTT_SESSION_ENTRY_READY;
    break;
  case MQTT_SESSION_ENTRY_RELEASING:
    entry->state = MQTT_SESSION_ENTRY_RELEASED;
    if (MQTT_session_queue_is_passed (session->queue, entry))
      send_pubrel (session, entry);
    break;
  case MQTT_SESSION_ENTRY_REMOVING:
    if (MQTT_SESSION_CHANGE_REMOVED == change->kind)
      MQTT_session_queue_forget (session->queue, entry);
    break;
  default:
    break;
  }
}
