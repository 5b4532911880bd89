/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_inbound.c
 * @brief A session's part as receiver of publications at QoS 1 and 2 (4.3).
 */
#include "session_state.h"
#include <gnunet/gnunet_util_lib.h>


/**
 * A PUBLISH whose identifier is known.
 */
static enum MQTT_SessionReceipt
publish_again (struct MQTT_Session *session,
               struct MQTT_SessionId *id,
               uint8_t qos,
               bool dup)
{
  if ((id->qos != qos) || (MQTT_SESSION_ID_RELEASING == id->state))
    return MQTT_SESSION_PROTOCOL_ERROR;
  /* At QoS 2 the identifier alone decides (4.3.3); at QoS 1 a client that lost
     its state would be told that another message of its is safe. */
  if ((1 == qos) && !dup)
    return MQTT_SESSION_IN_USE;
  if (!id->counted)
  {
    if (session->ids->counted >= session->host->receive_maximum)
      return MQTT_SESSION_EXCEEDED;
    MQTT_session_ids_count (session->ids, id, true);
  }
  if (MQTT_SESSION_ID_HELD == id->state)
    MQTT_session_answer (session,
                         MQTT_SESSION_SEND_PUBREC,
                         id->packet_id,
                         MQTT_REASON_SUCCESS);
  return MQTT_SESSION_DUPLICATE;
}


enum MQTT_SessionReceipt
MQTT_session_publish (struct MQTT_Session *session,
                      uint16_t packet_id,
                      uint8_t qos,
                      bool dup)
{
  uint16_t limit = session->host->receive_maximum;
  struct MQTT_SessionId *id;

  if ((MQTT_SESSION_CONNECTED != session->state) || (0 == packet_id)
      || ((1 != qos) && (2 != qos)))
    return MQTT_SESSION_PROTOCOL_ERROR;
  id = MQTT_session_ids_find (session->ids, packet_id);
  if (NULL != id)
    return publish_again (session, id, qos, dup);
  if (NULL != session->ids)
  {
    if (session->ids->counted >= limit)
      return MQTT_SESSION_EXCEEDED;
    /* Some may wait for a PUBREL since the last connection. */
    if (session->ids->count >= 2 * (size_t)limit)
      return MQTT_SESSION_QUOTA;
  }
  MQTT_session_ids_add (
    &session->ids,
    (struct MQTT_SessionId){ .packet_id = packet_id,
                             .qos = qos,
                             .state = MQTT_SESSION_ID_STORING,
                             .counted = true });
  return MQTT_SESSION_OK;
}


void
MQTT_session_published (struct MQTT_Session *session,
                        uint16_t packet_id,
                        uint8_t reason)
{
  struct MQTT_SessionId *id = MQTT_session_ids_find (session->ids, packet_id);
  bool answer;
  uint8_t qos;

  if ((NULL == id) || (MQTT_SESSION_ID_STORING != id->state))
    return;
  answer = id->counted;
  qos = id->qos;
  if ((2 == qos) && (reason < MQTT_REASON_FAILURE))
    id->state = MQTT_SESSION_ID_HELD;
  else
    MQTT_session_ids_remove (&session->ids, id);
  if (answer)
    MQTT_session_answer (session,
                         (2 == qos) ? MQTT_SESSION_SEND_PUBREC
                                    : MQTT_SESSION_SEND_PUBACK,
                         packet_id,
                         reason);
}


enum MQTT_SessionReceipt
MQTT_session_pubrel (struct MQTT_Session *session, uint16_t packet_id)
{
  struct MQTT_SessionId *id;

  if (MQTT_SESSION_CONNECTED != session->state)
    return MQTT_SESSION_UNKNOWN;
  id = MQTT_session_ids_find (session->ids, packet_id);
  if (NULL == id)
  {
    MQTT_session_answer (session,
                         MQTT_SESSION_SEND_PUBCOMP,
                         packet_id,
                         MQTT_REASON_PACKET_ID_NOT_FOUND);
    return MQTT_SESSION_UNKNOWN;
  }
  if (MQTT_SESSION_ID_STORING == id->state)
    return MQTT_SESSION_PROTOCOL_ERROR;
  id->asked = true;
  if (MQTT_SESSION_ID_HELD == id->state)
  {
    id->state = MQTT_SESSION_ID_RELEASING;
    MQTT_session_change (
      session,
      MQTT_SESSION_CHANGE_INBOUND,
      &(struct MQTT_SessionAction){ .type = MQTT_SESSION_REMOVE_INBOUND,
                                    .packet_id = packet_id });
  }
  return MQTT_SESSION_OK;
}


void
MQTT_session_inbound_removed (struct MQTT_Session *session, uint16_t packet_id)
{
  struct MQTT_SessionId *id = MQTT_session_ids_find (session->ids, packet_id);
  bool answer = id->asked;

  MQTT_session_ids_remove (&session->ids, id);
  if (answer)
    MQTT_session_answer (session,
                         MQTT_SESSION_SEND_PUBCOMP,
                         packet_id,
                         MQTT_REASON_SUCCESS);
}


void
MQTT_session_inbound_stop (struct MQTT_Session *session)
{
  if (NULL == session->ids)
    return;
  for (size_t i = 0; i < session->ids->count; i++)
  {
    MQTT_session_ids_count (session->ids, &session->ids->ids[i], false);
    session->ids->ids[i].asked = false;
  }
}


void
MQTT_session_forget_inbound (struct MQTT_Session *session)
{
  /* From the end: each may be removed at once. */
  for (size_t i = (NULL == session->ids) ? 0 : session->ids->count; 0 != i--;)
  {
    struct MQTT_SessionId *id = &session->ids->ids[i];

    id->asked = false;
    if (1 == id->qos)
      MQTT_session_ids_remove (&session->ids, id);
    else if (MQTT_SESSION_ID_RELEASING != id->state)
    {
      id->state = MQTT_SESSION_ID_RELEASING;
      MQTT_session_change (
        session,
        MQTT_SESSION_CHANGE_INBOUND,
        &(struct MQTT_SessionAction){ .type = MQTT_SESSION_REMOVE_INBOUND,
                                      .packet_id = id->packet_id });
    }
  }
}


bool
MQTT_session_restore_inbound (struct MQTT_Session *session, uint16_t packet_id)
{
  if ((0 == packet_id)
      || (NULL != MQTT_session_ids_find (session->ids, packet_id)))
    return false;
  MQTT_session_ids_add (
    &session->ids,
    (struct MQTT_SessionId){ .packet_id = packet_id,
                             .qos = 2,
                             .state = MQTT_SESSION_ID_HELD });
  return true;
}
