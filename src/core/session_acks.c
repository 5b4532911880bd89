/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_acks.c
 * @brief What a client's acknowledgements, and the end of its connection, do to
 *        the deliveries of its session (4.3, 4.4).
 */
#include "session_state.h"
#include <gnunet/gnunet_util_lib.h>


/**
 * The delivery that this connection's client acknowledges.
 *
 * @return NULL if there is none
 */
static struct MQTT_SessionEntry *
find (struct MQTT_Session *session, uint16_t packet_id)
{
  if (MQTT_SESSION_CONNECTED != session->state)
    return NULL;
  return MQTT_session_queue_find_packet (session->queue, packet_id);
}


static enum MQTT_SessionOutcome
outcome_of (uint8_t reason)
{
  return (reason < MQTT_REASON_FAILURE) ? MQTT_SESSION_DELIVERED
                                        : MQTT_SESSION_REJECTED;
}


enum MQTT_SessionReceipt
MQTT_session_puback (struct MQTT_Session *session,
                     uint16_t packet_id,
                     uint8_t reason,
                     uint64_t now_us)
{
  struct MQTT_SessionEntry *entry = find (session, packet_id);

  if (NULL == entry)
    return MQTT_SESSION_UNKNOWN;
  if (1 != entry->qos)
    return MQTT_SESSION_PROTOCOL_ERROR;
  MQTT_session_finish (session, entry, outcome_of (reason));
  MQTT_session_deliver (session, now_us);
  return MQTT_SESSION_OK;
}


void
MQTT_session_release (struct MQTT_Session *session,
                      struct MQTT_SessionEntry *entry)
{
  entry->state = MQTT_SESSION_ENTRY_RELEASING;
  MQTT_session_change (
    session,
    MQTT_SESSION_CHANGE_RELEASED,
    &(struct MQTT_SessionAction){ .type = MQTT_SESSION_STORE_RELEASED,
                                  .entry = entry });
}


/**
 * A PUBREC for a delivery at QoS 2.
 */
static enum MQTT_SessionReceipt
receive_pubrec (struct MQTT_Session *session,
                struct MQTT_SessionEntry *entry,
                uint8_t reason)
{
  if (MQTT_SESSION_ENTRY_SENT != entry->state)
  {
    if (reason >= MQTT_REASON_FAILURE)
      return MQTT_SESSION_PROTOCOL_ERROR;
    if (MQTT_SESSION_ENTRY_RELEASED == entry->state)
      MQTT_session_answer (session,
                           MQTT_SESSION_SEND_PUBREL,
                           MQTT_session_packet_id (entry->position),
                           MQTT_REASON_SUCCESS);
    return MQTT_SESSION_OK;
  }
  if (reason >= MQTT_REASON_FAILURE)
  {
    MQTT_session_finish (session, entry, MQTT_SESSION_REJECTED);
    return MQTT_SESSION_OK;
  }
  MQTT_session_release (session, entry);
  return MQTT_SESSION_OK;
}


enum MQTT_SessionReceipt
MQTT_session_pubrec (struct MQTT_Session *session,
                     uint16_t packet_id,
                     uint8_t reason,
                     uint64_t now_us)
{
  struct MQTT_SessionEntry *entry = find (session, packet_id);
  enum MQTT_SessionReceipt receipt;

  if (NULL == entry)
  {
    if ((MQTT_SESSION_CONNECTED == session->state)
        && (reason < MQTT_REASON_FAILURE))
      MQTT_session_answer (session,
                           MQTT_SESSION_SEND_PUBREL,
                           packet_id,
                           MQTT_REASON_PACKET_ID_NOT_FOUND);
    return MQTT_SESSION_UNKNOWN;
  }
  if (2 != entry->qos)
    return MQTT_SESSION_PROTOCOL_ERROR;
  receipt = receive_pubrec (session, entry, reason);
  MQTT_session_deliver (session, now_us);
  return receipt;
}


enum MQTT_SessionReceipt
MQTT_session_pubcomp (struct MQTT_Session *session,
                      uint16_t packet_id,
                      uint64_t now_us)
{
  struct MQTT_SessionEntry *entry = find (session, packet_id);

  if (NULL == entry)
    return MQTT_SESSION_UNKNOWN;
  if (MQTT_SESSION_ENTRY_RELEASED != entry->state)
    return MQTT_SESSION_PROTOCOL_ERROR;
  /* "Identifier not found", too, means that the client has the message: a crash
     may have forgotten that the delivery had ended. */
  MQTT_session_finish (session, entry, MQTT_SESSION_DELIVERED);
  MQTT_session_deliver (session, now_us);
  return MQTT_SESSION_OK;
}


void
MQTT_session_deliveries_stop (struct MQTT_Session *session)
{
  struct MQTT_SessionQueue *queue = session->queue;

  session->in_flight = 0;
  if (NULL == queue)
    return;
  for (uint32_t i = queue->first; i < queue->cursor; i++)
    queue->entries[i].counted = false;
  for (uint32_t i = queue->first; (0 != queue->transient) && (i < queue->end);
       i++)
  {
    struct MQTT_SessionEntry *entry = &queue->entries[i];

    if ((0 == entry->qos) && (MQTT_SESSION_ENTRY_READY == entry->state))
      MQTT_session_finish (session, entry, MQTT_SESSION_DROPPED);
  }
  queue->cursor = queue->first;
}


void
MQTT_session_deliveries_end (struct MQTT_Session *session,
                             enum MQTT_SessionOutcome outcome)
{
  struct MQTT_SessionQueue *queue = session->queue;

  if (NULL == queue)
    return;
  for (uint32_t i = queue->first; i < queue->end; i++)
  {
    struct MQTT_SessionEntry *entry = &queue->entries[i];

    if (MQTT_SESSION_ENTRY_REMOVING <= entry->state)
      continue;
    session->host->counters.queued--;
    session->host->counters.ended[outcome]++;
    MQTT_session_act (session,
                      &(struct MQTT_SessionAction){ .type = MQTT_SESSION_FORGET,
                                                    .entry = entry,
                                                    .outcome = outcome });
  }
  MQTT_session_queue_free (&session->queue);
}
