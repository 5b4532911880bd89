/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame_session.c
 * @brief Frames about a session as a whole, and acknowledgements: checked, and
 *        decoded.
 */
#include "ipc_frame_wire.h"
#include "properties.h"
#include "topic.h"
#include "utf8.h"

#define ALL_OPEN_FLAGS \
  (MQTT_IPC_WIRE_CLEAN_START | MQTT_IPC_WIRE_WILL | MQTT_IPC_WIRE_NEW_CLIENT)


/**
 * Decode a will, which is the rest of its frame.
 */
static bool
decode_will (struct MQTT_Cursor *cursor, struct MQTT_IpcWill *will)
{
  const struct MQTT_IpcWireWill *wire = MQTT_cursor_take (cursor,
                                                          sizeof (*wire));
  struct MQTT_Publication *publication = &will->publication;

  if ((NULL == wire) || (2 < wire->qos) || (1 < wire->retain))
    return false;
  will->delay_s = ntohl (wire->delay_s);
  will->topic_size = ntohs (wire->topic_size);
  will->topic = MQTT_cursor_take (cursor, will->topic_size);
  publication->expiry_us = GNUNET_ntohll (wire->expiry_us);
  publication->qos = wire->qos;
  publication->retain = (1 == wire->retain);
  publication->properties_size = ntohl (wire->properties_size);
  publication->properties = MQTT_cursor_take (cursor,
                                              publication->properties_size);
  publication->payload = cursor->at;
  publication->payload_size = cursor->left;
  return (NULL != will->topic) && (NULL != publication->properties)
         && (MQTT_TOPIC_OK
             == MQTT_topic_name_check (will->topic, will->topic_size, NULL))
         && MQTT_properties_check (publication->properties,
                                   publication->properties_size);
}


bool
MQTT_ipc_decode_open (uint8_t flags,
                      struct MQTT_Cursor *cursor,
                      struct MQTT_IpcOpen *open)
{
  const struct MQTT_IpcWireOpen *wire = MQTT_cursor_take (cursor,
                                                          sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~ALL_OPEN_FLAGS)))
    return false;
  memset (open, 0, sizeof (*open));
  open->session = ntohl (wire->session);
  open->expiry_s = ntohl (wire->expiry_s);
  open->maximum_packet = ntohl (wire->maximum_packet);
  open->receive_maximum = ntohs (wire->receive_maximum);
  open->clean_start = (0 != (flags & MQTT_IPC_WIRE_CLEAN_START));
  open->new_client = (0 != (flags & MQTT_IPC_WIRE_NEW_CLIENT));
  open->has_will = (0 != (flags & MQTT_IPC_WIRE_WILL));
  open->client_id_size = ntohs (wire->client_id_size);
  open->client_id = MQTT_cursor_take (cursor, open->client_id_size);
  return (0 != open->session) && (0 != open->maximum_packet)
         && (0 != open->receive_maximum) && (NULL != open->client_id)
         && (0 != open->client_id_size)
         && (open->client_id_size
             == MQTT_utf8_span (open->client_id, open->client_id_size))
         && (open->has_will ? decode_will (cursor, &open->will)
                            : (0 == cursor->left));
}


bool
MQTT_ipc_decode_opened (uint8_t flags,
                        struct MQTT_Cursor *cursor,
                        struct MQTT_IpcOpened *opened)
{
  const struct MQTT_IpcWireOpened *wire = MQTT_ipc_take_rest (cursor,
                                                              sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~MQTT_IPC_WIRE_PRESENT)))
    return false;
  opened->session = ntohl (wire->session);
  opened->expiry_s = ntohl (wire->expiry_s);
  opened->receive_maximum = ntohs (wire->receive_maximum);
  opened->reason = wire->reason;
  opened->present = (0 != (flags & MQTT_IPC_WIRE_PRESENT));
  return (0 != opened->session) && (0 != opened->receive_maximum)
         && ((0 == opened->reason)
             || (!opened->present && (0 == opened->expiry_s)));
}


bool
MQTT_ipc_decode_close (uint8_t flags,
                       struct MQTT_Cursor *cursor,
                       struct MQTT_IpcClose *close)
{
  const struct MQTT_IpcWireClose *wire = MQTT_ipc_take_rest (cursor,
                                                             sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~MQTT_IPC_WIRE_HAS_EXPIRY)))
    return false;
  close->session = ntohl (wire->session);
  close->has_expiry = (0 != (flags & MQTT_IPC_WIRE_HAS_EXPIRY));
  close->expiry_s = ntohl (wire->expiry_s);
  close->reason = wire->reason;
  return (0 != close->session) && (close->has_expiry || (0 == close->expiry_s));
}


bool
MQTT_ipc_decode_closed (struct MQTT_Cursor *cursor,
                        struct MQTT_IpcClosed *closed)
{
  const struct MQTT_IpcWireClosed *wire = MQTT_ipc_take_rest (cursor,
                                                              sizeof (*wire));

  if (NULL == wire)
    return false;
  closed->session = ntohl (wire->session);
  closed->reason = wire->reason;
  return 0 != closed->session;
}


bool
MQTT_ipc_decode_ack (struct MQTT_Cursor *cursor, struct MQTT_IpcAck *ack)
{
  const struct MQTT_IpcWireAck *wire = MQTT_ipc_take_rest (cursor,
                                                           sizeof (*wire));

  if ((NULL == wire) || (MQTT_IPC_PUBACK > wire->type)
      || (MQTT_IPC_PUBCOMP < wire->type))
    return false;
  ack->session = ntohl (wire->session);
  ack->packet_id = ntohs (wire->packet_id);
  ack->type = wire->type;
  ack->reason = wire->reason;
  return (0 != ack->session) && (0 != ack->packet_id);
}


bool
MQTT_ipc_decode_flow (uint8_t flags,
                      struct MQTT_Cursor *cursor,
                      struct MQTT_IpcFlow *flow)
{
  const struct MQTT_IpcWireFlow *wire = MQTT_ipc_take_rest (cursor,
                                                            sizeof (*wire));

  if ((NULL == wire) || (0 != (flags & ~MQTT_IPC_WIRE_PAUSED)))
    return false;
  flow->session = ntohl (wire->session);
  flow->paused = (0 != (flags & MQTT_IPC_WIRE_PAUSED));
  return 0 != flow->session;
}
